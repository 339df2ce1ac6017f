import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { EncodeError } from '../protocol-error.ts'
import { INT64_MAX, Reader } from './reader.ts'
import { type Chunk, Writer } from './writer.ts'

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const written = (write: (writer: Writer) => void) => {
  const writer = new Writer(false)
  write(writer)
  return writer.toBytes()
}

describe('integers', () => {
  test('int64 reads back', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const bytes = written((writer) => writer.int64(value))
        expect(Buffer.from(bytes).readBigInt64BE()).toBe(BigInt(value))
        expect(new Reader(bytes).int64('x')).toBe(value)
      }),
    )
  })

  test('varints read back, in as few bytes as they need', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(), fc.nat(300)), (value) => {
        const bytes = written((writer) => writer.uvarint(value))
        expect(new Reader(bytes).uvarint('x')).toBe(value)
        expect(bytes).toHaveLength(Math.max(1, Math.ceil(value.toString(2).length / 7)))
      }),
    )
  })

  test('Long.MAX_VALUE', () => {
    expect(hexOf(written((writer) => writer.int64Max()))).toBe('7fffffffffffffff')
    expect(INT64_MAX).toBe(Number('9223372036854775807'))
  })
})

describe('tagged fields', () => {
  test.each([0, 1, 127, 128, 5_000, 16_383, 16_384, 70_000, 2_097_151, 2_097_152])(
    'of %d bytes get their size in front',
    (size) => {
      const content = new Uint8Array(size).map((_, index) => index)
      const bytes = written((writer) => {
        writer.int8(1)
        const mark = writer.beginSized()
        writer.raw(content)
        writer.endSized(mark)
        writer.int8(2)
      })
      const reader = new Reader(bytes)
      expect(reader.int8('x')).toBe(1)
      expect(reader.uvarint('x')).toBe(size)
      expect(hexOf(reader.view(size, 'x'))).toBe(hexOf(content))
      expect(reader.int8('x')).toBe(2)
      expect(reader.position).toBe(reader.end)
    },
  )

  test('inside one another', () => {
    const bytes = written((writer) => {
      const outer = writer.beginSized()
      const inner = writer.beginSized()
      writer.raw(new Uint8Array(200).fill(7))
      writer.endSized(inner)
      writer.endSized(outer)
    })
    expect(hexOf(bytes.subarray(0, 5))).toBe('ca01c80107')
    expect(bytes).toHaveLength(204)
  })

  test('hold large bytes themselves, and no external ones', () => {
    const writer = new Writer(true)
    writer.int32(0)
    const mark = writer.beginSized()
    writer.raw(new Uint8Array(10_000))
    expect(() => writer.records({ byteLength: 5 }, 'A.records')).toThrow(EncodeError)
    writer.endSized(mark)
    expect(writer.toFrame()).toHaveLength(1)
  })
})

describe('frames', () => {
  const frameOf = (...records: Chunk[]) => {
    const writer = new Writer(true)
    writer.int32(0)
    for (const one of records) {
      writer.int16(7)
      writer.records(one, 'A.records')
    }
    writer.int8(9)
    return writer.toFrame()
  }

  test('carry large and external bytes as they are', () => {
    const large = new Uint8Array(100_000)
    const external = { byteLength: 5_000_000 }
    const chunks = frameOf(large, external, { byteLength: 0 }, Uint8Array.of(1, 2))
    expect(chunks[1]).toBe(large)
    expect(chunks[3]).toBe(external)
    expect(chunks.map((chunk) => chunk.byteLength)).toEqual([6, 100_000, 2, 5_000_000, 7])
    expect(new Reader(chunks[0] as Uint8Array).int32('size')).toBe(5_100_011)
    expect(hexOf(chunks[4] as Uint8Array)).toBe('00070007010209')
  })

  test('end with bytes of their own, not with an empty chunk', () => {
    const writer = new Writer(true)
    writer.int32(0)
    writer.records({ byteLength: 10 }, 'A.records')
    expect(writer.toFrame().map((chunk) => chunk.byteLength)).toEqual([4, 10])
  })

  test('of many sizes, one behind the other, stay what they were', () => {
    const sizes = Array.from({ length: 400 }, (_, index) => (index * 37) % 1500)
    const frames = sizes.map((size) => frameOf(new Uint8Array(size).fill(size)))
    for (const [index, size] of sizes.entries()) {
      const frame = frames[index]![0] as Uint8Array
      expect(new Reader(frame).int32('size')).toBe(size + 3)
      expect(hexOf(frame.subarray(4))).toBe(`0007${hexOf(new Uint8Array(size).fill(size))}09`)
    }
  })

  test('that would be larger than the size prefix can say are refused', () => {
    expect(() => frameOf({ byteLength: 2 ** 31 })).toThrow('a frame of 2147483651 bytes')
  })

  test('in one array take no external bytes', () => {
    expect(() => written((writer) => writer.records({ byteLength: 1 }, 'A.records'))).toThrow(
      'A.records: bytes that are not in memory',
    )
  })

  test('a message in an array of its own shares no memory', () => {
    const bytes = written((writer) => writer.int32(1))
    expect(bytes.buffer.byteLength).toBe(4)
  })
})

test('a string has at most 32,767 bytes', () => {
  expect(written((writer) => writer.string('é'.repeat(16_383), 'A.name'))).toHaveLength(32_768)
  expect(() => written((writer) => writer.string('é'.repeat(16_384), 'A.name'))).toThrow(
    'A.name: a string of 32768 bytes',
  )
  expect(() => written((writer) => writer.compactString('e'.repeat(32_768), 'A.name'))).toThrow(EncodeError)
})
