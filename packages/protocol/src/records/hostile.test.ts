import '@ottla/runtime/node'
import { describe, expect, test } from '@jest/globals'
import { type CompressionCodec, codecs } from '@ottla/runtime'
import fc from 'fast-check'
import { batchesIn, RecordBatch } from './batch.ts'
import { checkBatchHeader } from './check.ts'
import { CorruptRecordError } from './corrupt-record-error.ts'
import { encodeBatch } from './encode.ts'
import { writeInt16, writeInt32, writeInt64 } from './int64.ts'
import { AT, BATCH_HEADER_BYTES, LOG_OVERHEAD_BYTES } from './layout.ts'

const text = (value: string) => new TextEncoder().encode(value)
const RECORDS = [
  { key: text('k1'), value: text('v1'), timestamp: 1000, headers: [{ key: 'h', value: null }] },
  { key: null, value: text('value-two'), timestamp: 1005 },
  { key: text('k3'), value: null, timestamp: 1003 },
]
const SOUND = encodeBatch({ records: RECORDS, baseOffset: 42 })

/** A batch with one record, whose bytes (or their compressed form) are given. */
function batchOf(body: readonly number[] | Uint8Array, codecNumber = 0): RecordBatch {
  const bytes = new Uint8Array(BATCH_HEADER_BYTES + body.length)
  bytes.set(encodeBatch({ records: [], lastOffsetDelta: 3, baseOffset: 42 }))
  bytes.set(body, BATCH_HEADER_BYTES)
  writeInt32(bytes, AT.batchLength, bytes.length - LOG_OVERHEAD_BYTES)
  writeInt16(bytes, AT.attributes, codecNumber)
  writeInt32(bytes, AT.recordCount, 1)
  return new RecordBatch(bytes)
}

/** Reads to the end, or fails as it may. Anything but a `CorruptRecordError` fails the test. */
function read(batch: RecordBatch): 'records' | 'corrupt' {
  try {
    for (const { offset } of batch.records(1 << 20)) if (!Number.isInteger(offset)) throw new Error(`offset ${offset}`)
    return 'records'
  } catch (error) {
    expect(error).toBeInstanceOf(CorruptRecordError)
    return 'corrupt'
  }
}

function withCrc(bytes: Uint8Array): Uint8Array {
  writeInt32(bytes, AT.crc, new RecordBatch(bytes).computeCrc())
  return bytes
}

describe.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)(
  'every byte of a %s batch changed in every way',
  (codec) => {
    const sound = encodeBatch({ records: RECORDS, baseOffset: 42, codec })

    test('the checksum notices it behind the leader epoch, and the reader bears it without a checksum', () => {
      const outcomes = new Set<string>()
      const unnoticed: number[] = []
      for (let at = 0; at < sound.length; at++) {
        for (let change = 1; change < 256; change += codec === 'none' ? 1 : 5) {
          const damaged = sound.slice()
          damaged[at]! ^= change
          const covered = at >= AT.crc
          if (!checkBatchHeader(damaged).ok) continue
          if (covered && new RecordBatch(damaged).isCrcValid()) unnoticed.push(at)
          outcomes.add(read(new RecordBatch(withCrc(damaged))))
        }
      }
      expect(unnoticed).toEqual([])
      expect(outcomes).toEqual(new Set(['records', 'corrupt']))
    })

    test('cut off anywhere, the header says so', () => {
      for (let length = 0; length < sound.length; length++) {
        expect(checkBatchHeader(sound.subarray(0, length))).toMatchObject({ ok: false, kind: 'incomplete' })
      }
    })
  },
)

test('noise is no batch, or one whose records are noise', () => {
  const header = fc.uint8Array({ minLength: 61, maxLength: 61 })
  fc.assert(
    fc.property(header, fc.uint8Array({ maxLength: 100 }), fc.boolean(), (noise, body, plausible) => {
      const bytes = Buffer.concat([noise, body])
      if (plausible) bytes.set(SOUND.subarray(0, AT.attributes))
      if (plausible) writeInt32(bytes, AT.batchLength, bytes.length - LOG_OVERHEAD_BYTES)
      if (checkBatchHeader(bytes).ok) read(new RecordBatch(bytes))
    }),
    { numRuns: 2000 },
  )
})

test('noise as records', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(4), (body, codecNumber) => {
      read(batchOf(body, codecNumber))
    }),
    { numRuns: 3000 },
  )
})

/** The sound one: length 7, attributes, two deltas, null key, value of one byte, no headers. */
describe('records that contradict themselves', () => {
  test.each([
    ['a sound one', [14, 0, 0, 0, 1, 2, 97, 0], undefined],
    ['nothing', [], 'record length is cut off'],
    ['negative length', [13, 0, 0, 0, 1, 2, 97, 0], 'a record announces -7 bytes where 7 remain'],
    ['length beyond the batch', [16, 0, 0, 0, 1, 2, 97, 0], 'a record announces 8 bytes where 7 remain'],
    ['length beyond the content', [16, 0, 0, 0, 1, 2, 97, 0, 0], 'a record is 1 bytes longer than its content'],
    ['length short of the content', [12, 0, 0, 0, 1, 2, 97, 0], 'header count is cut off'],
    ['empty', [0], 'record attributes is cut off'],
    ['bytes behind the last record', [14, 0, 0, 0, 1, 2, 97, 0, 5], 'bytes remain behind the last of 1 records'],
    ['offset delta beyond the batch', [14, 0, 0, 8, 1, 2, 97, 0], 'offset delta 4 is outside of 0 to 3'],
    ['negative offset delta', [14, 0, 0, 1, 1, 2, 97, 0], 'offset delta -1 is outside of 0 to 3'],
    ['key length beyond the record', [14, 0, 0, 0, 10, 2, 97, 0], 'key announces 5 bytes where 3 remain'],
    ['key length -2', [14, 0, 0, 0, 3, 2, 97, 0], 'key announces -2 bytes'],
    ['value length beyond the record', [14, 0, 0, 0, 1, 6, 97, 0], 'value announces 3 bytes where 2 remain'],
    [
      'huge value length',
      [20, 0, 0, 0, 1, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0],
      'value announces 2147483647 bytes where 1 remain',
    ],
    ['negative header count', [14, 0, 0, 0, 1, 2, 97, 1], 'header count -1 is impossible'],
    ['huge header count', [20, 0, 0, 0, 1, 1, 0xfe, 0xff, 0xff, 0xff, 0x0f], 'header count 2147483647 is impossible'],
    ['null header key', [16, 0, 0, 0, 1, 1, 2, 1, 1], 'header key announces -1 bytes'],
  ])('%s', (_, body, message) => {
    const records = () => [...batchOf(body).records()]
    if (message === undefined) expect(records()).toMatchObject([{ offset: 42, key: null, value: Uint8Array.of(97) }])
    else expect(records).toThrow(message)
  })

  test('the message names the batch and the byte', () => {
    const records = () => [...batchOf([14, 0, 0, 0, 10, 2, 97, 0]).records()]
    expect(records).toThrow(
      'record batch at offset 42: key announces 5 bytes where 3 remain, at byte 5 of the 8 bytes of records',
    )
  })
})

describe('bombs', () => {
  test.each([
    ['gzip', 1],
    ['snappy', 2],
    ['lz4', 3],
    ['zstd', 4],
  ] as [CompressionCodec, number][])('%s', (codec, number) => {
    const bomb = batchOf(codecs.compress(codec, new Uint8Array(2 << 20)), number)
    expect(() => [...bomb.records(1 << 20)]).toThrow('the output is longer than 1048576 bytes')
    expect(() => [...bomb.records(1 << 20)]).toThrow(CorruptRecordError)
  })
})

test('without a limit of the caller, 64 MiB hold', () => {
  const bomb = batchOf(codecs.compress('zstd', new Uint8Array((64 << 20) + 1)), 4)
  expect(() => [...bomb.records()]).toThrow('the output is longer than 67108864 bytes')
})

describe('headers that are refused', () => {
  const int16 = (at: number, value: number) => (bytes: Uint8Array) => writeInt16(bytes, at, value)
  const int32 = (at: number, value: number) => (bytes: Uint8Array) => writeInt32(bytes, at, value)
  const int64 = (at: number, value: number) => (bytes: Uint8Array) => writeInt64(bytes, at, value)
  const magic = (value: number) => (bytes: Uint8Array) => bytes.fill(value, AT.magic, AT.magic + 1)

  test.each([
    ['magic 0', magic(0), 'old-magic', 'magic 0'],
    ['magic 1', magic(1), 'old-magic', 'magic 1'],
    ['magic 3', magic(3), 'corrupt', 'magic 3'],
    ['negative length', int32(AT.batchLength, -1), 'corrupt', 'size 11'],
    ['length below the header', int32(AT.batchLength, 48), 'corrupt', 'size 60'],
    ['largest length', int32(AT.batchLength, 2 ** 31 - 1), 'incomplete', '2147483659 bytes announced'],
    ['codec 5', int16(AT.attributes, 5), 'corrupt', 'codec 5'],
    ['negative offset', int64(AT.baseOffset, -1), 'corrupt', 'base offset -1'],
    ['offset beyond 2^53', int64(AT.baseOffset, 2 ** 53 - 2), 'corrupt', 'beyond 2^53'],
    ['negative last offset delta', int32(AT.lastOffsetDelta, -1), 'corrupt', 'last offset delta -1'],
    ['negative count', int32(AT.recordCount, -1), 'corrupt', 'record count -1'],
    ['count above the offsets', int32(AT.recordCount, 4), 'corrupt', '4 records in a range of 3'],
    ['producer id -2', int64(AT.producerId, -2), 'corrupt', 'producer id -2'],
    ['producer id 2^60', int64(AT.producerId, 2 ** 60), 'corrupt', 'producer id'],
    ['producer epoch -2', int16(AT.producerEpoch, -2), 'corrupt', 'producer epoch -2'],
    ['base sequence -2', int32(AT.baseSequence, -2), 'corrupt', 'base sequence -2'],
  ] as const)('%s', (_, change, kind, reason) => {
    const bytes = SOUND.slice()
    change(bytes)
    expect(checkBatchHeader(bytes)).toEqual({ ok: false, kind, reason: expect.stringContaining(reason) })
  })

  test('more records than the bytes can hold', () => {
    const bytes = SOUND.slice()
    writeInt32(bytes, AT.lastOffsetDelta, 1_000_000)
    writeInt32(bytes, AT.recordCount, 1_000_000)
    expect(checkBatchHeader(bytes)).toMatchObject({ kind: 'corrupt', reason: expect.stringContaining('cannot lie in') })
  })

  test('an end beyond the bytes at hand: the header alone is enough', () => {
    const header = SOUND.subarray(0, BATCH_HEADER_BYTES)
    expect(checkBatchHeader(header, 0, SOUND.length)).toEqual({ ok: true, sizeBytes: SOUND.length })
    expect(checkBatchHeader(header.subarray(0, 60), 0, SOUND.length)).toMatchObject({ kind: 'incomplete' })
    expect(checkBatchHeader(header.subarray(0, 5), 0, SOUND.length)).toMatchObject({ kind: 'incomplete' })
  })

  test('batchesIn names the place of what is no batch', () => {
    const bytes = Buffer.concat([SOUND, SOUND])
    bytes[SOUND.length + AT.magic] = 1
    const seen: number[] = []
    const walk = () => {
      for (const batch of batchesIn(bytes)) seen.push(batch.baseOffset)
    }
    expect(walk).toThrow(`no record batch at byte ${SOUND.length} of ${bytes.length}: magic 1`)
    expect(seen).toEqual([42])
  })
})

test('an unknown codec number is a CorruptRecordError, not undefined', () => {
  expect(() => batchOf([], 6).codec).toThrow(CorruptRecordError)
})
