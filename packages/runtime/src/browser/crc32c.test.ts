import { crc32 as zlibCrc32 } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { crc32 } from '../crc32.ts'
import { nodeCrc32c } from '../node/crc32c.ts'
import { portableCrc32c } from './crc32c.ts'
import { xxHash32 } from './xx-hash.ts'

const ascii = (text: string) => new TextEncoder().encode(text)

describe.each([
  ['node', nodeCrc32c],
  ['portable', portableCrc32c],
])('%s', (_, crc32c) => {
  // RFC 3720, appendix B.4.
  test.each([
    ['nothing', new Uint8Array(0), 0],
    ['the check value', ascii('123456789'), 0xe306_9283],
    ['32 zeros', new Uint8Array(32), 0x8a91_36aa],
    ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8_ab43],
    ['rising', Uint8Array.from({ length: 32 }, (_value, n) => n), 0x46dd_794e],
    ['falling', Uint8Array.from({ length: 32 }, (_value, n) => 31 - n), 0x113f_db5c],
  ])('%s', (_name, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected)
  })

  test('continues from what came before', () => {
    const bytes = ascii('123456789')
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut)))).toBe(0xe306_9283)
    }
  })
})

test('both agree on anything', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(20), fc.nat(0xffff_ffff), (bytes, skip, seed) => {
      const view = bytes.subarray(skip)
      expect(portableCrc32c(view, seed)).toBe(nodeCrc32c(view, seed))
    }),
  )
})

describe('CRC-32', () => {
  test('of the check value', () => {
    expect(crc32(ascii('123456789'))).toBe(0xcbf4_3926)
    expect(crc32(ascii('56789'), crc32(ascii('1234')))).toBe(0xcbf4_3926)
  })

  test('is that of zlib', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(0xffff_ffff), (bytes, seed) => {
        expect(crc32(bytes, seed)).toBe(zlibCrc32(bytes, seed))
      }),
    )
  })
})

test.each([
  ['', 0x02cc_5d05],
  ['a', 0x550d_7456],
  ['abc', 0x32d1_53ff],
  ['Nobody inspects the spammish repetition', 0xe229_3b2f],
])('xxHash32 of %j', (text, expected) => {
  expect(xxHash32(ascii(text))).toBe(expected)
})
