import '@ottla/runtime/node'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { batchesIn, RecordBatch } from './batch.ts'
import { checkBatchHeader } from './check.ts'
import { type BatchInput, encodeBatch } from './encode.ts'
import type { RecordInput } from './record-writer.ts'

const bytes = fc.uint8Array({ maxLength: 300 })
const nullableBytes = fc.option(bytes)
const timestamp = fc.oneof(fc.constant(-1), fc.nat(2 ** 31), fc.maxSafeNat())
const header = fc.record({ key: fc.string({ unit: 'grapheme' }), value: nullableBytes })
const record = fc.record({
  key: nullableBytes,
  value: nullableBytes,
  timestamp,
  headers: fc.array(header, { maxLength: 5 }),
})
const records = fc.array(record, { minLength: 1, maxLength: 20 })
const codec = fc.constantFrom('none', 'gzip', 'snappy', 'lz4', 'zstd')

const plain = (value: Uint8Array | null) => (value === null ? null : [...value])

/** Views become plain arrays, so that a Buffer equals an Uint8Array of the same content. */
function comparable({ key, value, headers = [], timestamp }: RecordInput) {
  const plainHeaders = headers.map((one) => ({ key: one.key, value: plain(one.value) }))
  return { key: plain(key), value: plain(value), timestamp, headers: plainHeaders }
}

test('what was encoded is read', () => {
  const property = fc.property(records, codec, fc.maxSafeNat(), (input, codec, offset) => {
    const baseOffset = Math.min(offset, Number.MAX_SAFE_INTEGER - input.length)
    const content = encodeBatch({ records: input, codec, baseOffset, partitionLeaderEpoch: 3 } as BatchInput)
    expect(checkBatchHeader(content)).toEqual({ ok: true, sizeBytes: content.length })
    const batch = new RecordBatch(content)
    expect(batch.isCrcValid()).toBe(true)
    expect(batch).toMatchObject({ baseOffset, partitionLeaderEpoch: 3, codec, recordCount: input.length })
    expect(batch.maxTimestamp).toBe(Math.max(...input.map((one) => one.timestamp)))
    const read = [...batch.records()]
    expect(read.map(comparable)).toEqual(input.map(comparable))
    expect(read.map((one) => one.offset)).toEqual(input.map((_, index) => baseOffset + index))
  })
  fc.assert(property)
})

test('producer fields are kept', () => {
  const producer = fc.record({
    producerId: fc.maxSafeNat(),
    producerEpoch: fc.nat(32767),
    baseSequence: fc.nat(2 ** 31 - 1),
    isTransactional: fc.boolean(),
    isControl: fc.boolean(),
    timestampType: fc.constantFrom('CreateTime' as const, 'LogAppendTime' as const),
  })
  fc.assert(
    fc.property(producer, (input) => {
      expect(new RecordBatch(encodeBatch({ ...input, records: [someRecord] }))).toMatchObject(input)
    }),
  )
})

const someRecord = { key: null, value: Uint8Array.of(1, 2, 3), timestamp: 1000 }

test('offset deltas as compaction keeps them', () => {
  const kept = [2, 5].map((offsetDelta) => ({ ...someRecord, offsetDelta }))
  const batch = new RecordBatch(encodeBatch({ records: kept, baseOffset: 100, lastOffsetDelta: 9 }))
  expect(batch).toMatchObject({ lastOffset: 109, recordCount: 2 })
  expect([...batch.records()].map((one) => one.offset)).toEqual([102, 105])
})

test('a batch must span its records', () => {
  expect(() => encodeBatch({ records: [someRecord, someRecord], lastOffsetDelta: 0 })).toThrow('spans')
  expect(() => encodeBatch({ records: [] })).toThrow('spans')
})

test('stamping leaves the checksum valid', () => {
  const batch = new RecordBatch(encodeBatch({ records: [someRecord] }))
  batch.baseOffset = 2 ** 40 + 5
  batch.partitionLeaderEpoch = 77
  expect(batch).toMatchObject({ baseOffset: 2 ** 40 + 5, partitionLeaderEpoch: 77 })
  expect(batch.isCrcValid()).toBe(true)
  batch.setLogAppendTime(5000)
  expect(batch).toMatchObject({ timestampType: 'LogAppendTime', maxTimestamp: 5000, baseTimestamp: 1000 })
  expect(batch.isCrcValid()).toBe(true)
  expect([...batch.records()][0]!.timestamp).toBe(5000)
})

test('a view begins anywhere', () => {
  const content = encodeBatch({ records: [someRecord], baseOffset: 8 })
  const shifted = new Uint8Array(content.length + 20)
  shifted.set(content, 13)
  const batch = new RecordBatch(shifted, 13)
  expect(batch.isCrcValid()).toBe(true)
  expect(batch.bytes).toEqual(content)
  expect([...batch.records()]).toMatchObject([{ offset: 8, value: someRecord.value }])
})

test('timestamps beyond 2^53 are read as the nearest number and written back', () => {
  const nanoseconds = 1_700_000_000_000_000_000
  const batch = new RecordBatch(
    encodeBatch({
      records: [
        { ...someRecord, timestamp: nanoseconds },
        { ...someRecord, timestamp: 0 },
      ],
    }),
  )
  expect(batch.baseTimestamp).toBe(nanoseconds)
  expect([...batch.records()].map((one) => one.timestamp)).toEqual([nanoseconds, 0])
  const farthest = new RecordBatch(encodeBatch({ records: [{ ...someRecord, timestamp: 2 ** 63 }] }))
  expect(farthest.bytes.subarray(27, 35)).toEqual(Uint8Array.of(0x7f, 255, 255, 255, 255, 255, 255, 255))
})

test('batchesIn stops before a batch that is cut off', () => {
  const batches = [1, 2, 3].map((n) => encodeBatch({ records: Array(n).fill(someRecord), baseOffset: n * 10 }))
  const content = Buffer.concat(batches)
  const lastBytes = batches[2]!.length
  const offsetsIn = (end: number) => [...batchesIn(content.subarray(0, end))].map((batch) => batch.baseOffset)
  expect(offsetsIn(content.length)).toEqual([10, 20, 30])
  for (let missing = 1; missing <= lastBytes; missing++) expect(offsetsIn(content.length - missing)).toEqual([10, 20])
  expect(offsetsIn(0)).toEqual([])
})
