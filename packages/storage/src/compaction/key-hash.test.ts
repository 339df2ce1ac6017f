import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { KeyHash } from './key-hash.ts'

const KEY = Uint8Array.from({ length: 16 }, (_, index) => index)

function hex(words: Int32Array): string {
  return Buffer.from(words.buffer.slice(0)).toString('hex')
}

function hashOf(length: number): string {
  const bytes = Uint8Array.from({ length }, (_, index) => index)
  return hex(new KeyHash(KEY).hash(bytes, 0, length))
}

describe('SipHash-2-4 of 128 bits', () => {
  test.each([
    // The first vectors of the reference implementation.
    [0, 'a3817f04ba25a8e66df67214c7550293'],
    [1, 'da87c1d86b99af44347659119b22fc45'],
    [2, '8177228da4a45dc7fca38bdef60affe4'],
    [3, '9c70b60c5267a94e5f33b6b02985ed51'],
  ])('of %i bytes', (length, expected) => {
    expect(hashOf(length)).toBe(expected)
  })

  test('is of the bytes in the range, wherever that lies', () => {
    const hash = new KeyHash(KEY)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 9 }), (key, before) => {
        const inside = Uint8Array.from([...before, ...key, 7, 7])
        const alone = hex(hash.hash(key, 0, key.length))
        expect(hex(hash.hash(inside, before.length, before.length + key.length))).toBe(alone)
      }),
    )
  })

  test('another key gives other hashes, and so does every bit of the bytes', () => {
    const bytes = new Uint8Array(20)
    const seen = new Set([
      hex(new KeyHash(new Uint8Array(16)).hash(bytes, 0, 20)),
      hex(new KeyHash(KEY).hash(bytes, 0, 20)),
    ])
    for (let bit = 0; bit < 160; bit++) {
      const changed = bytes.slice()
      changed[bit >> 3] = 1 << (bit & 7)
      seen.add(hex(new KeyHash(KEY).hash(changed, 0, 20)))
    }
    for (let length = 0; length < 20; length++) seen.add(hex(new KeyHash(KEY).hash(bytes, 0, length)))
    expect(seen.size).toBe(182)
  })
})
