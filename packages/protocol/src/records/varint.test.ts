import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readInt16, readInt32, readInt64, writeInt16, writeInt32, writeInt64 } from './int64.ts'
import { RecordReader } from './record-reader.ts'
import { sequenceAfter } from './sequence.ts'
import { varintBytes, varlongBytes, writeVarint, writeVarlong } from './varint.ts'

const INT_MAX = 2 ** 31 - 1

/** Zig-zag varint by the book, with bigints. */
function reference(value: number): number[] {
  const wide = BigInt(value)
  let rest = BigInt.asUintN(64, (wide << 1n) ^ (wide >> 63n))
  const bytes: number[] = []
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return [...bytes, Number(rest)]
}

const edges = [0, 1, 31, 32, 33, 53].flatMap((bits) => [2 ** bits - 1, 2 ** bits, -(2 ** bits), -(2 ** bits) - 1])
const longs = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(...edges.filter(Number.isSafeInteger)))
const ints = fc.integer({ min: -INT_MAX - 1, max: INT_MAX })

test('varlongs are written, sized and read', () => {
  fc.assert(
    fc.property(longs, (value) => {
      const bytes = new Uint8Array(12)
      const end = writeVarlong(bytes, 1, value)
      expect([...bytes.subarray(1, end)]).toEqual(reference(value))
      expect(varlongBytes(value)).toBe(end - 1)
      expect(new RecordReader(bytes.subarray(1, end), 0).varlong('value')).toBe(value)
    }),
    { numRuns: 1000 },
  )
})

test('varints are written, sized and read', () => {
  fc.assert(
    fc.property(ints, (value) => {
      const bytes = new Uint8Array(8)
      const end = writeVarint(bytes, 0, value)
      expect([...bytes.subarray(0, end)]).toEqual(reference(value))
      expect(varintBytes(value)).toBe(end)
      expect(new RecordReader(bytes.subarray(0, end), 0).varint('value')).toBe(value)
    }),
    { numRuns: 1000 },
  )
})

describe('varints that are none', () => {
  test.each([
    ['varint', 5, 'a varint of more than 5 bytes'],
    ['varlong', 10, 'a varint of more than 10 bytes'],
  ] as const)('%s', (kind, bytesMax, message) => {
    const endless = new Uint8Array(20).fill(0xff)
    expect(() => new RecordReader(endless, 0)[kind]('length')).toThrow(message)
    for (let length = 0; length < bytesMax; length++) {
      expect(() => new RecordReader(endless.subarray(0, length), 0)[kind]('length')).toThrow('length is cut off')
    }
  })
})

test('fixed-size integers agree with DataView', () => {
  const bytes = new Uint8Array(8)
  const view = new DataView(bytes.buffer)
  fc.assert(
    fc.property(longs, (value) => {
      writeInt64(bytes, 0, value)
      expect(view.getBigInt64(0)).toBe(BigInt(value))
      expect(readInt64(bytes, 0)).toBe(value)
    }),
  )
  fc.assert(
    fc.property(ints, (value) => {
      writeInt32(bytes, 2, value)
      expect([view.getInt32(2), readInt32(bytes, 2)]).toEqual([value, value])
      writeInt16(bytes, 1, value >> 16)
      expect([view.getInt16(1), readInt16(bytes, 1)]).toEqual([value >> 16, value >> 16])
    }),
  )
})

test.each([
  [0, 1, 1],
  [17, 3, 20],
  [INT_MAX - 1, 1, INT_MAX],
  [INT_MAX, 1, 0],
  [INT_MAX, 5, 4],
  [INT_MAX, 0, INT_MAX],
])('sequence %d, %d later: %d', (sequence, count, expected) => {
  expect(sequenceAfter(sequence, count)).toBe(expected)
})
