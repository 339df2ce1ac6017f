/** The shortest match that is worth looking for; both formats code matches from 4 bytes on. */
export const MATCH_BYTES_MIN = 4
/** Matches may reach back this far: offsets have 16 bits. */
const DISTANCE_MAX = 0xffff
const HASH_BITS = 13

/** The last position of each hash of four bytes, plus one; 0 is none. Shared by all calls, none of which can yield. */
const table = new Int32Array(1 << HASH_BITS)

export interface Match {
  /** Where the repetition begins. */
  readonly at: number
  readonly distance: number
  readonly length: number
}

/**
 * Finds repetitions greedily, as fast LZ77 compressors do: the last place with the same hash, nothing else. Matches
 * come in order and do not overlap; none begins behind `matchStartMax` or ends behind `matchEndMax`.
 */
export function* findMatches(
  input: Uint8Array,
  { matchStartMax, matchEndMax }: { readonly matchStartMax: number; readonly matchEndMax: number },
): Generator<Match, void, void> {
  table.fill(0)
  let misses = 0
  for (let at = 0; at <= matchStartMax; ) {
    const word = input[at]! | (input[at + 1]! << 8) | (input[at + 2]! << 16) | (input[at + 3]! << 24)
    const hash = Math.imul(word, 0x9e37_79b1) >>> (32 - HASH_BITS)
    const candidate = table[hash]! - 1
    table[hash] = at + 1
    const length =
      candidate < 0 || at - candidate > DISTANCE_MAX ? 0 : matchLength(input, { candidate, at, end: matchEndMax })
    if (length < MATCH_BYTES_MIN) {
      // Where nothing matches the steps grow, so that data without repetitions costs little.
      at += 1 + (misses++ >> 6)
    } else {
      yield { at, distance: at - candidate, length }
      at += length
      misses = 0
    }
  }
}

function matchLength(
  input: Uint8Array,
  { candidate, at, end }: { candidate: number; at: number; end: number },
): number {
  const start = at
  while (at < end && input[candidate] === input[at]) {
    candidate++
    at++
  }
  return at - start
}
