import { describe, expect, test } from '@jest/globals'
import { ProtocolError } from '../protocol-error.ts'
import { ELEMENTS_MAX, INT64_MAX, Reader } from './reader.ts'

const reader = (hex: string) => new Reader(Buffer.from(hex, 'hex'))

describe('integers', () => {
  test.each([
    ['0000000000000000', 0],
    ['ffffffffffffffff', -1],
    ['001fffffffffffff', Number.MAX_SAFE_INTEGER],
    ['ffe0000000000001', Number.MIN_SAFE_INTEGER],
    ['0000000100000000', 2 ** 32],
    ['fffffffeffffffff', -(2 ** 32) - 1],
  ])('int64 %s is %d', (hex, value) => {
    expect(reader(hex).int64('x')).toBe(value)
  })

  test.each(['0020000000000000', 'ffe0000000000000', '7fffffffffffffff', '8000000000000000'])(
    'int64 %s is refused',
    (hex) => {
      expect(() => reader(hex).int64('Some.field')).toThrow(`Some.field: 0x${hex} is beyond 2^53 - 1`)
    },
  )

  test.each([
    ['7fffffffffffffff', INT64_MAX],
    ['1000000000000000', 2 ** 60],
    ['8000000000000000', -INT64_MAX],
    ['0000000000000007', 7],
  ])('int64 %s is about %d where that will do', (hex, value) => {
    expect(reader(hex).int64('x', true)).toBe(value)
  })

  test.each([
    ['00', 0],
    ['7f', 127],
    ['8001', 128],
    ['ffffffff07', 0x7fffffff],
    ['8000', 0],
  ])('varint %s is %d', (hex, value) => {
    const bytes = reader(hex)
    expect(bytes.uvarint('x')).toBe(value)
    expect(bytes.position).toBe(bytes.end)
  })

  test.each([
    ['', 'x: 1 bytes are needed at byte 0, 0 remain'],
    ['80', 'x: 1 bytes are needed at byte 1, 0 remain'],
    ['8080808008', 'x: 2147483648 before byte 5 is beyond 2^31 - 1'],
    ['ffffffff0f', 'x: 4294967295 before byte 5 is beyond 2^31 - 1'],
    ['808080808000', 'x: a varint of more than five bytes before byte 5'],
  ])('varint %s is refused', (hex, message) => {
    expect(() => reader(hex).uvarint('x')).toThrow(new ProtocolError(message))
  })
})

describe('limits', () => {
  test('nothing is read beyond the end', () => {
    const bytes = new Reader(new Uint8Array(10), 4, 6)
    expect(() => bytes.int32('x')).toThrow(ProtocolError)
    expect(bytes.int16('x')).toBe(0)
    expect(() => bytes.int8('x')).toThrow('1 bytes are needed at byte 6, 0 remain')
    expect(() => new Reader(new Uint8Array(4), 9).int8('x')).toThrow(ProtocolError)
  })

  test('a count is bounded by what remains', () => {
    const bytes = new Reader(new Uint8Array(100))
    expect(() => bytes.claimElements(26, 4, 'Some.array')).toThrow(
      'Some.array: 26 elements cannot be in the 100 bytes that remain',
    )
    bytes.claimElements(25, 4, 'Some.array')
  })

  test('elements are bounded over the whole message', () => {
    const bytes = new Reader(new Uint8Array(ELEMENTS_MAX))
    bytes.claimElements(ELEMENTS_MAX, 1, 'first')
    expect(() => bytes.claimElements(1, 1, 'second')).toThrow(`second: more than ${ELEMENTS_MAX} array elements`)
  })

  test('a string has at most 32,767 bytes', () => {
    expect(new Reader(new Uint8Array(32_767)).text(32_767, 'x')).toHaveLength(32_767)
    expect(() => new Reader(new Uint8Array(40_000)).text(32_768, 'x')).toThrow(
      'x: a string of 32768 bytes is longer than 32767',
    )
  })
})
