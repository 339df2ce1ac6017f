import { describe, expect, test } from '@jest/globals'
import { BATCH_HEADER_BYTES, encodeBatch, RecordBatch } from '@ottla/protocol'
import '@ottla/runtime/node'
import fc from 'fast-check'
import { judgeBatch } from './judge-batch.ts'
import { batchOf, CONFIG, T0 } from './testing/fixtures.ts'
import type { LogConfig } from './types.ts'

const bytesOf = (value: string) => new TextEncoder().encode(value)
const judge = (bytes: Uint8Array, config: Partial<LogConfig> = {}) =>
  judgeBatch(bytes, { config: { ...CONFIG, ...config }, nowMs: T0 })

/** The batch with bytes changed and its checksum made right again. */
function resealed(bytes: Uint8Array, change: (view: DataView) => void): Uint8Array {
  const copy = bytes.slice()
  const view = new DataView(copy.buffer)
  change(view)
  view.setUint32(17, new RecordBatch(copy).computeCrc())
  return copy
}

const good = batchOf(['a', 'b', 'c'])
/** The size field differs by so much from what is there. */
const resized = (by: number) => {
  const copy = good.slice()
  const view = new DataView(copy.buffer)
  view.setInt32(8, view.getInt32(8) + by)
  return copy
}
const concat = (...parts: Uint8Array[]) => Uint8Array.from(Buffer.concat(parts))

describe('what a client may append', () => {
  test.each<[string, Uint8Array, Partial<LogConfig>]>([
    ['a plain batch', good, {}],
    [
      'with headers',
      batchOf([], { records: [{ key: null, value: null, timestamp: T0, headers: [{ key: 'k', value: null }] }] }),
      {},
    ],
    ...(['gzip', 'snappy', 'lz4', 'zstd'] as const).map((codec): [string, Uint8Array, Partial<LogConfig>] => [
      codec,
      batchOf(['a', 'b'], { codec }),
      {},
    ]),
    ['of an idempotent producer', batchOf(['a'], { producerId: 1, producerEpoch: 0, baseSequence: 0 }), {}],
    [
      'without timestamp',
      batchOf([], { records: [{ key: null, value: bytesOf('a'), timestamp: -1 }] }),
      { timestampBeforeMaxMs: 1 },
    ],
    [
      'an old one, with LogAppendTime',
      batchOf(['a']),
      { timestampType: 'LogAppendTime', timestampBeforeMaxMs: 0, timestampAfterMaxMs: -9 },
    ],
    ['as large as may be', good, { batchBytesMax: good.length, segmentBytes: good.length }],
    [
      'with keys, compacted',
      batchOf([], { records: [{ key: bytesOf('k'), value: null, timestamp: T0 }] }),
      { compacted: true },
    ],
    [
      'with keys, compacted and compressed',
      batchOf([], { codec: 'lz4', records: [{ key: bytesOf('k'), value: null, timestamp: T0 }] }),
      { compacted: true },
    ],
  ])('%s', (_name, bytes, config) => {
    expect(judge(bytes, config)).toBeUndefined()
  })

  const at = (timestamp: number, codec: 'none' | 'zstd' = 'none') =>
    batchOf([], { codec, records: [T0, timestamp].map((time) => ({ key: null, value: null, timestamp: time })) })

  test.each<[string, Uint8Array, Partial<LogConfig>, string]>([
    ['nothing', new Uint8Array(), {}, 'INVALID_RECORD'],
    ['two batches', concat(good, good), {}, 'INVALID_RECORD'],
    ['a batch and more bytes', concat(good, new Uint8Array(3)), {}, 'INVALID_RECORD'],
    ['a batch and garbage', concat(good, new Uint8Array(30)), {}, 'CORRUPT_MESSAGE'],
    ['a batch that is cut off', good.subarray(0, good.length - 1), {}, 'INVALID_RECORD'],
    ['a size that is one too large', resized(1), {}, 'INVALID_RECORD'],
    ['a size that is one too small', resized(-1), {}, 'CORRUPT_MESSAGE'],
    ['a size below that of a header', resized(60 - good.length), {}, 'CORRUPT_MESSAGE'],
    ['a size below that of any message', resized(25 - good.length), {}, 'CORRUPT_MESSAGE'],
    ['a negative size', resized(-good.length - 1), {}, 'CORRUPT_MESSAGE'],
    ['less than size and magic', good.subarray(0, 16), {}, 'INVALID_RECORD'],
    ['less than a size', good.subarray(0, 11), {}, 'INVALID_RECORD'],
    ['magic 1', resealed(good, (view) => view.setInt8(16, 1)), {}, 'INVALID_RECORD'],
    ['magic 3', resealed(good, (view) => view.setInt8(16, 3)), {}, 'CORRUPT_MESSAGE'],
    ['magic -1', resealed(good, (view) => view.setInt8(16, -1)), {}, 'CORRUPT_MESSAGE'],
    [
      'a wrong checksum',
      good.map((byte, index) => (index === good.length - 1 ? byte ^ 1 : byte)),
      {},
      'CORRUPT_MESSAGE',
    ],
    ['too large', good, { batchBytesMax: good.length - 1 }, 'MESSAGE_TOO_LARGE'],
    ['larger than a segment', good, { segmentBytes: good.length - 1 }, 'RECORD_LIST_TOO_LARGE'],
    ['codec 5', resealed(good, (view) => view.setInt16(21, 5)), {}, 'UNSUPPORTED_COMPRESSION_TYPE'],
    ['an unknown attribute', resealed(good, (view) => view.setInt16(21, 0x80)), {}, 'INVALID_RECORD'],
    ['an unknown attribute, upper byte', resealed(good, (view) => view.setInt16(21, 0x100)), {}, 'INVALID_RECORD'],
    ['a delete horizon', resealed(good, (view) => view.setInt16(21, 0x40)), {}, 'INVALID_RECORD'],
    ['a control batch', batchOf(['a'], { isControl: true }), {}, 'INVALID_RECORD'],
    [
      'the type LogAppendTime, to a topic of that type',
      batchOf(['a'], { timestampType: 'LogAppendTime' }),
      { timestampType: 'LogAppendTime' },
      'INVALID_TIMESTAMP',
    ],
    [
      'the type LogAppendTime without a time',
      batchOf([], { timestampType: 'LogAppendTime', records: [{ key: null, value: null, timestamp: -1 }] }),
      {},
      'INVALID_TIMESTAMP',
    ],
    [
      'the type LogAppendTime, too late',
      batchOf(['a'], { timestampType: 'LogAppendTime', maxTimestamp: T0 + 3_600_001 }),
      {},
      'INVALID_TIMESTAMP',
    ],
    ['a base offset', batchOf(['a'], { baseOffset: 5 }), {}, 'INVALID_RECORD'],
    ['fewer records than offsets', resealed(good, (view) => view.setInt32(57, 2)), {}, 'INVALID_RECORD'],
    ['more records than offsets', resealed(good, (view) => view.setInt32(57, 4)), {}, 'INVALID_RECORD'],
    ['no records', encodeBatch({ records: [], lastOffsetDelta: 0 }), {}, 'INVALID_RECORD'],
    ['a producer without sequence', batchOf(['a'], { producerId: 1, producerEpoch: 0 }), {}, 'INVALID_RECORD'],
    ['a transaction of nobody', batchOf(['a'], { isTransactional: true }), {}, 'INVALID_RECORD'],
    ['too late', at(T0 + 3_600_001), {}, 'INVALID_TIMESTAMP'],
    ['too late, compressed', at(T0 + 3_600_001, 'zstd'), {}, 'INVALID_TIMESTAMP'],
    ['too early', at(T0 - 1001), { timestampBeforeMaxMs: 1000 }, 'INVALID_TIMESTAMP'],
    ['no key, compacted', good, { compacted: true }, 'INVALID_RECORD'],
    ['no key, compacted and compressed', batchOf(['a'], { codec: 'gzip' }), { compacted: true }, 'INVALID_RECORD'],
  ])('not %s', (_name, bytes, config, error) => {
    const before = bytes.slice()
    expect(judge(bytes, config)).toMatchObject({ error })
    expect(Buffer.compare(bytes, before)).toBe(0)
  })

  test.each(['none', 'zstd'] as const)('LogAppendTime from a client becomes CreateTime (%s)', (codec) => {
    const bytes = batchOf(['a'], { timestampType: 'LogAppendTime', codec })
    expect(judge(bytes)).toBeUndefined()
    const batch = new RecordBatch(bytes)
    expect([batch.timestampType, batch.isCrcValid()]).toEqual(['CreateTime', true])
  })

  test('the content of a compressed batch is judged when it is given', () => {
    const compressed = batchOf(['a', 'b'], { codec: 'lz4' })
    const content = batchOf(['a', 'b']).subarray(BATCH_HEADER_BYTES)
    const judgeWith = (decompressed: Uint8Array) => judgeBatch(compressed, { config: CONFIG, nowMs: T0, decompressed })
    expect(judgeWith(content)).toBeUndefined()
    expect(judgeWith(content.subarray(1))).toMatchObject({ error: 'INVALID_RECORD' })
  })

  test('missing keys are named, record by record', () => {
    const records = [bytesOf('k'), null, bytesOf('k'), null].map((key) => ({ key, value: null, timestamp: T0 }))
    const refusal = judge(batchOf([], { records }), { compacted: true })
    expect(refusal?.recordErrors?.map(({ batchIndex }) => batchIndex)).toEqual([1, 3])
  })

  test('times that are not allowed are named, record by record; a header does not tell whose they are', () => {
    const times = [T0, T0 + 7_200_000, -1, T0 - 1001, T0 + 3_600_000]
    const records = times.map((timestamp) => ({ key: null, value: null, timestamp }))
    const namedIn = (codec: 'none' | 'gzip') => {
      const refusal = judge(batchOf([], { records, codec }), { timestampBeforeMaxMs: 1000 })
      return [refusal?.error, refusal?.recordErrors?.map(({ batchIndex }) => batchIndex)]
    }
    expect(namedIn('none')).toEqual(['INVALID_TIMESTAMP', [1, 3]])
    expect(namedIn('gzip')).toEqual(['INVALID_TIMESTAMP', undefined])
  })

  test('a wrong largest timestamp is put right, with the checksum', () => {
    const bytes = resealed(good, (view) => view.setBigInt64(35, BigInt(T0 - 77)))
    expect(judge(bytes)).toBeUndefined()
    const batch = new RecordBatch(bytes)
    expect([batch.maxTimestamp, batch.isCrcValid()]).toEqual([T0 + 2, true])
  })

  test('records that contradict themselves are found, whatever byte lies', () => {
    const records = [0, 1, 2].map((index) => ({
      key: bytesOf(`key ${index}`),
      value: bytesOf(`value ${index}`),
      timestamp: T0 + index * 1000,
      headers: [{ key: 'h', value: bytesOf('1') }],
    }))
    const sound = batchOf([], { records })
    fc.assert(
      fc.property(fc.nat(sound.length - BATCH_HEADER_BYTES - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = resealed(sound, (view) => {
          const place = BATCH_HEADER_BYTES + at
          view.setUint8(place, view.getUint8(place) ^ flip)
        })
        const error = judge(bytes)?.error
        if (error !== undefined) return ['INVALID_RECORD', 'INVALID_TIMESTAMP'].includes(error)
        // What is accepted can be read, record by record, with the offsets in order.
        return [...new RecordBatch(bytes).records()].every((record, index) => record.offset === index)
      }),
      { numRuns: 2000 },
    )
  })
})
