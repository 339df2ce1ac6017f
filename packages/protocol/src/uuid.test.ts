import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { EncodeError } from './protocol-error.ts'
import { uuidFromBytes, uuidToBytes, ZERO_UUID } from './uuid.ts'

describe('UUIDs', () => {
  test('are base64url of their bytes, both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64url')
        expect(uuidFromBytes(bytes)).toBe(text)
        expect(uuidToBytes(text)).toEqual(bytes)
      }),
    )
  })

  test('zero has a name', () => {
    expect(uuidFromBytes(new Uint8Array(20).fill(1, 0, 4), 4)).toBe(ZERO_UUID)
    expect(uuidToBytes(ZERO_UUID)).toEqual(new Uint8Array(16))
  })

  test.each([
    ['', 'empty'],
    ['AAAAAAAAAAAAAAAAAAAAA', 'too short'],
    ['AAAAAAAAAAAAAAAAAAAAAAA', 'too long'],
    ['AAAAAAAAAAAAAAAAAAAAA+', 'plain base64'],
    ['AAAA AAAAAAAAAAAAAAAAA', 'a blank'],
    ['ÀAAAAAAAAAAAAAAAAAAAAA', 'beyond ASCII'],
    ['AAAAAAAAAAAAAAAAAAAAAB', 'bits behind the last byte'],
  ])('%j is refused: %s', (text) => {
    expect(() => uuidToBytes(text)).toThrow(EncodeError)
  })
})
