import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decodeText, encodeText, textBytes } from './text.ts'

const anyText = fc.oneof(fc.string({ maxLength: 80 }), fc.string({ unit: 'binary', maxLength: 60 }))

describe('strings', () => {
  test('are UTF-8, wherever they stand', () => {
    fc.assert(
      fc.property(anyText, fc.nat(9), (text, offset) => {
        const expected = Buffer.from(text)
        expect(textBytes(text)).toBe(expected.length)
        const bytes = new Uint8Array(offset + expected.length)
        expect(encodeText(text, bytes, offset)).toBe(expected.length)
        expect(Buffer.from(bytes.subarray(offset))).toEqual(expected)
        expect(decodeText(bytes, offset, expected.length)).toBe(text)
      }),
    )
  })

  test.each(['\ufeffwith a byte order mark', '\ufeff', 'é', `${'e'.repeat(31)}é`, '\u{1f600}'.repeat(20)])(
    '%j',
    (text) => {
      const bytes = Buffer.from(text)
      expect(decodeText(bytes, 0, bytes.length)).toBe(text)
      expect(textBytes(text)).toBe(bytes.length)
    },
  )

  test('malformed UTF-8 becomes U+FFFD', () => {
    expect(decodeText(Uint8Array.of(0x61, 0xff, 0x62), 0, 3)).toBe('a\ufffdb')
    expect(decodeText(Uint8Array.of(0xe2, 0x82), 0, 2)).toBe('\ufffd')
  })

  test('a lone surrogate is written as U+FFFD', () => {
    for (const text of ['\ud800', 'a\udc00b', '\ud800\ud800', '\ud800x']) {
      const bytes = new Uint8Array(textBytes(text))
      expect(encodeText(text, bytes, 0)).toBe(bytes.length)
      expect(Buffer.from(bytes)).toEqual(Buffer.from(text))
    }
  })
})
