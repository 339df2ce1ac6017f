import { readFileSync } from 'node:fs'
import '@ottla/runtime/node'
import { describe, expect, test } from '@jest/globals'
import { RecordBatch } from './batch.ts'
import { checkBatchHeader } from './check.ts'
import { encodeBatch } from './encode.ts'
import type { BatchRecord } from './record.ts'

/** Batches that Kafka's own classes wrote. */
function vector(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../vectors/records/${name}.bin`, import.meta.url)))
}

const bytes = (text: string) => new TextEncoder().encode(text)
const T = 1_700_000_000_000
const APPEND_TIME = 1_700_000_009_999

const RECORDS = [
  { timestamp: T, key: bytes('k1'), value: bytes('v1'), headers: [] },
  { timestamp: T + 5, key: null, value: bytes('value-two'), headers: [] },
  { timestamp: T + 3, key: bytes('k3'), value: null, headers: [] },
  {
    timestamp: T + 1000,
    key: bytes('k4'),
    value: bytes(''),
    headers: [
      { key: 'h1', value: bytes('a') },
      { key: 'h2', value: null },
      { key: 'hé', value: bytes('') },
    ],
  },
]

function withoutSizes(records: Iterable<BatchRecord>) {
  return [...records].map(({ sizeBytes: _, ...record }) => record)
}

const expectedAt = (baseOffset: number) => RECORDS.map((record, index) => ({ offset: baseOffset + index, ...record }))

describe('batches written by Kafka', () => {
  test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)('v2_%s', (codec) => {
    const content = vector(`v2_${codec}`)
    expect(checkBatchHeader(content)).toEqual({ ok: true, sizeBytes: content.length })
    const batch = new RecordBatch(content)
    expect(batch).toMatchObject({
      baseOffset: 42,
      partitionLeaderEpoch: 7,
      sizeBytes: content.length,
      magic: 2,
      codec,
      timestampType: 'CreateTime',
      isTransactional: false,
      isControl: false,
      hasDeleteHorizon: false,
      lastOffsetDelta: 3,
      lastOffset: 45,
      baseTimestamp: T,
      maxTimestamp: T + 1000,
      producerId: -1,
      producerEpoch: -1,
      baseSequence: -1,
      lastSequence: -1,
      recordCount: 4,
    })
    expect(batch.isCrcValid()).toBe(true)
    expect(withoutSizes(batch.records())).toEqual(expectedAt(42))
  })

  test('the sizes of records add up to the body', () => {
    const sizes = [...new RecordBatch(vector('v2_none')).records()].map((record) => record.sizeBytes)
    expect(61 + sizes.reduce((a, b) => a + b)).toBe(121)
  })

  test('v2_txn_idempotent', () => {
    const batch = new RecordBatch(vector('v2_txn_idempotent'))
    expect(batch).toMatchObject({
      baseOffset: 100,
      producerId: 4000,
      producerEpoch: 3,
      baseSequence: 17,
      lastSequence: 20,
    })
    expect(batch.isTransactional).toBe(true)
    expect(withoutSizes(batch.records())).toEqual(expectedAt(100))
  })

  test('v2_logappendtime: all records carry the time of the append', () => {
    const batch = new RecordBatch(vector('v2_logappendtime'))
    expect(batch.timestampType).toBe('LogAppendTime')
    expect([...batch.records()].map((record) => record.timestamp)).toEqual(RECORDS.map(() => APPEND_TIME))
  })

  test.each([
    ['abort', 0, 105],
    ['commit', 1, 104],
  ])('v2_endtxn_%s: a marker', (name, type, offset) => {
    const batch = new RecordBatch(vector(`v2_endtxn_${name}`))
    expect(checkBatchHeader(batch.bytes).ok).toBe(true)
    expect(batch).toMatchObject({ isControl: true, isTransactional: true, baseSequence: -1, lastSequence: -1 })
    const [marker, ...others] = [...batch.records()]
    expect(others).toEqual([])
    expect(marker).toMatchObject({ offset, key: Uint8Array.of(0, 0, 0, type), value: Uint8Array.of(0, 0, 0, 0, 0, 5) })
  })

  test('v2_empty_header: what compaction leaves of a batch', () => {
    const content = vector('v2_empty_header')
    expect(checkBatchHeader(content)).toEqual({ ok: true, sizeBytes: 61 })
    const batch = new RecordBatch(content)
    expect(batch).toMatchObject({
      baseOffset: 100,
      lastOffset: 103,
      recordCount: 0,
      baseTimestamp: -1,
      baseSequence: 20,
    })
    expect(batch.isCrcValid()).toBe(true)
    expect([...batch.records()]).toEqual([])
  })
})

describe('encodeBatch writes what Kafka writes', () => {
  const at42 = { records: RECORDS, baseOffset: 42, partitionLeaderEpoch: 7 }
  const txn = { producerId: 4000, producerEpoch: 3, isTransactional: true }

  test('plain', () => {
    expect(encodeBatch(at42)).toEqual(vector('v2_none'))
  })

  test('idempotent and transactional', () => {
    const batch = { ...at42, ...txn, baseOffset: 100, baseSequence: 17 }
    expect(encodeBatch(batch)).toEqual(vector('v2_txn_idempotent'))
  })

  test.each([
    ['abort', 0, 105],
    ['commit', 1, 104],
  ])('the marker of an %s', (name, type, baseOffset) => {
    const theirs = new RecordBatch(vector(`v2_endtxn_${name}`))
    const marker = {
      key: Uint8Array.of(0, 0, 0, type),
      value: Uint8Array.of(0, 0, 0, 0, 0, 5),
      timestamp: theirs.baseTimestamp,
    }
    const { partitionLeaderEpoch } = theirs
    expect(encodeBatch({ ...txn, records: [marker], baseOffset, partitionLeaderEpoch, isControl: true })).toEqual(
      theirs.bytes,
    )
  })

  test('log append time, stamped afterwards', () => {
    const batch = new RecordBatch(encodeBatch(at42))
    batch.setLogAppendTime(APPEND_TIME)
    expect(batch.bytes).toEqual(vector('v2_logappendtime'))
  })

  test('an empty batch', () => {
    const theirs = new RecordBatch(vector('v2_empty_header'))
    const { baseOffset, partitionLeaderEpoch, maxTimestamp, producerId, producerEpoch, baseSequence, isTransactional } =
      theirs
    const kept = {
      baseOffset,
      partitionLeaderEpoch,
      maxTimestamp,
      producerId,
      producerEpoch,
      baseSequence,
      isTransactional,
    }
    const ours = encodeBatch({ ...kept, records: [], lastOffsetDelta: 3 })
    expect(ours).toEqual(theirs.bytes)
  })

  test.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('%s, up to the compressed bytes', (codec) => {
    const batch = new RecordBatch(encodeBatch({ ...at42, codec }))
    expect(batch.codec).toBe(codec)
    expect(batch.isCrcValid()).toBe(true)
    expect(withoutSizes(batch.records())).toEqual(expectedAt(42))
  })
})
