import { assert } from '../assert.ts'
import type { Random } from '../random.ts'

/** The same numbers for the same seed, on every platform (mulberry32). Not for anything that must be secret. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next32 = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  return {
    bytes(length) {
      const bytes = new Uint8Array(length)
      for (let index = 0; index < length; index++) bytes[index] = next32() & 0xff
      return bytes
    },
    integer(below) {
      assert(Number.isSafeInteger(below) && below > 0, 'a random integer is below a positive integer', () => ({
        below,
      }))
      if (below <= 2 ** 32) return Math.floor((next32() / 2 ** 32) * below)
      return Math.floor(((next32() * 2 ** 21 + (next32() >>> 11)) / 2 ** 53) * below)
    },
  }
}
