import { beforeEach, describe, expect, test } from '@jest/globals'
import { type BatchInput, encodeBatch, encodeMessageSet } from '@ottla/protocol'
import '@ottla/runtime/node'
import { AssignedPartition } from './assigned-partition.ts'
import { DESERIALIZERS } from './deserializers.ts'
import { UnreadableRecordError } from './errors.ts'
import { FetchedPartition, findBatches, type ReadOptions } from './fetched-partition.ts'
import type { ConsumedRecord } from './record.ts'

const utf8 = new TextEncoder()
const TIME_MS = 1_700_000_000_000

function record(value: string | null) {
  return { key: null, value: value === null ? null : utf8.encode(value), timestamp: TIME_MS }
}

function batch(values: readonly string[], input: Partial<BatchInput> = {}): Uint8Array {
  return encodeBatch({ records: values.map(record), ...input })
}

/** A transaction marker: version 0, then 0 for abort and 1 for commit. */
function marker(type: 0 | 1, input: Partial<BatchInput>): Uint8Array {
  const records = [{ key: Uint8Array.of(0, 0, 0, type), value: new Uint8Array(6), timestamp: TIME_MS }]
  return encodeBatch({ records, isControl: true, isTransactional: true, ...input })
}

let partition: AssignedPartition

beforeEach(() => {
  partition = new AssignedPartition({ topic: 't', partition: 3 }, { kind: 'earliest' })
  partition.moveTo(10, -1)
})

function fetched(
  chunks: readonly Uint8Array[],
  {
    aborted = null,
    ...options
  }: Partial<ReadOptions> & { aborted?: readonly { producerId: number; firstOffset: number }[] | null } = {},
): FetchedPartition {
  const reading = { checkCrcs: true, keyDeserializer: undefined, valueDeserializer: DESERIALIZERS.string, ...options }
  return new FetchedPartition(partition, { ...findBatches(Buffer.concat(chunks)), aborted }, reading)
}

function take(from: FetchedPartition, count = 100): string[] {
  const records: ConsumedRecord<unknown, unknown>[] = []
  from.take(records, count)
  return records.map(({ offset, value }) => `${offset}:${value}`)
}

describe('records', () => {
  test('come in order, with all that is known of them; the position follows', () => {
    const headers = [{ key: 'h', value: null }]
    const bytes = encodeBatch({
      records: [{ key: utf8.encode('key'), value: utf8.encode('v'), headers, timestamp: TIME_MS }, record(null)],
      baseOffset: 10,
      partitionLeaderEpoch: 4,
      timestampType: 'LogAppendTime',
      maxTimestamp: TIME_MS + 1,
    })
    const records: ConsumedRecord<unknown, unknown>[] = []
    expect(fetched([bytes], { keyDeserializer: DESERIALIZERS.string }).take(records, 100)).toBe(false)
    const common = { topic: 't', partition: 3, timestamp: TIME_MS + 1, timestampType: 'LogAppendTime', leaderEpoch: 4 }
    expect(records).toEqual([
      { ...common, offset: 10, key: 'key', value: 'v', headers, serializedKeySize: 3, serializedValueSize: 1 },
      { ...common, offset: 11, key: null, value: null, headers: [], serializedKeySize: -1, serializedValueSize: -1 },
    ])
    expect([partition.offset, partition.offsetEpoch]).toEqual([12, 4])
  })

  test('in front of the position are left out, also in the middle of a batch', () => {
    expect(take(fetched([batch(['a', 'b', 'c', 'd'], { baseOffset: 8 })]))).toEqual(['10:c', '11:d'])
  })

  test('are taken in portions', () => {
    const from = fetched([batch(['a', 'b', 'c'], { baseOffset: 10 }), batch(['d'], { baseOffset: 13 })])
    expect(take(from, 2)).toEqual(['10:a', '11:b'])
    expect(partition.offset).toBe(12)
    expect(take(from, 2)).toEqual(['12:c', '13:d'])
    expect(take(from, 2)).toEqual([])
  })

  test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)('compressed with %s', (codec) => {
    expect(take(fetched([batch(['a', 'b'], { baseOffset: 10, codec })]))).toEqual(['10:a', '11:b'])
  })

  test('the position passes what compaction has removed behind the last record', () => {
    take(fetched([batch(['a'], { baseOffset: 10, lastOffsetDelta: 9 })]))
    expect(partition.offset).toBe(20)
    take(fetched([encodeBatch({ records: [], baseOffset: 20, lastOffsetDelta: 4 })]))
    expect(partition.offset).toBe(25)
  })

  test('a batch that is cut off at the end is left for the next answer', () => {
    expect(take(fetched([batch(['a'], { baseOffset: 10 }), batch(['b'], { baseOffset: 11 }).subarray(0, 65)]))).toEqual(
      ['10:a'],
    )
    expect(partition.offset).toBe(11)
  })

  test.each([0, 1] as const)('messages of magic %d', (magic) => {
    const set = encodeMessageSet({ magic, records: [record('a'), record('b')], baseOffset: 10 })
    expect(take(fetched([set, batch(['c'], { baseOffset: 12 })]))).toEqual(['10:a', '11:b', '12:c'])
  })
})

describe('transactions', () => {
  const transactional = { isTransactional: true, producerId: 7, producerEpoch: 0, baseSequence: 0 }
  const log = [
    batch(['gone'], { ...transactional, baseOffset: 10 }),
    batch(['other'], { baseOffset: 11 }),
    batch(['kept'], { ...transactional, producerId: 8, baseOffset: 12 }),
    marker(0, { producerId: 7, baseOffset: 13 }),
    batch(['again'], { ...transactional, baseOffset: 14 }),
    marker(1, { producerId: 7, baseOffset: 15 }),
    marker(1, { producerId: 8, baseOffset: 16 }),
  ]

  test('read_committed sees no record of an aborted one, and those of the next', () => {
    const aborted = [{ producerId: 7, firstOffset: 10 }]
    expect(take(fetched(log, { aborted }))).toEqual(['11:other', '12:kept', '14:again'])
    expect(partition.offset).toBe(17)
  })

  test('read_uncommitted sees all records and no marker', () => {
    expect(take(fetched(log))).toEqual(['10:gone', '11:other', '12:kept', '14:again'])
  })

  test('two aborted ones of a producer in one answer', () => {
    const again = [...log.slice(0, 5), marker(0, { producerId: 7, baseOffset: 15 }), batch(['end'], { baseOffset: 16 })]
    const aborted = [
      { producerId: 7, firstOffset: 14 },
      { producerId: 7, firstOffset: 10 },
    ]
    expect(take(fetched(again, { aborted }))).toEqual(['11:other', '12:kept', '16:end'])
  })
})

describe('what cannot be read', () => {
  function failure(from: FetchedPartition): UnreadableRecordError {
    try {
      take(from)
    } catch (error) {
      if (error instanceof UnreadableRecordError) return error
    }
    throw new Error('this should have been unreadable')
  }

  function damaged(bytes: Uint8Array, at: number): Uint8Array {
    const copy = bytes.slice()
    copy[at]! ^= 0x55
    return copy
  }

  test('a wrong checksum: where, and where it may go on; again each time', () => {
    const from = fetched([batch(['a'], { baseOffset: 10 }), damaged(batch(['b', 'c'], { baseOffset: 11 }), 66)])
    expect(take(from, 1)).toEqual(['10:a'])
    for (let time = 0; time < 2; time++) {
      expect(failure(from)).toMatchObject({ topic: 't', partition: 3, offset: 11, nextOffset: 13, code: 2 })
    }
    expect(partition.offset).toBe(11)
  })

  test('is not looked for when checksums are not to be checked', () => {
    const from = fetched([damaged(batch(['a'], { baseOffset: 10 }), 17)], { checkCrcs: false })
    expect(take(from)).toEqual(['10:a'])
  })

  test('bytes that are no batch, behind one that is', () => {
    const from = fetched([batch(['a'], { baseOffset: 10 }), damaged(batch(['b'], { baseOffset: 11 }), 16)])
    expect(take(from, 1)).toEqual(['10:a'])
    expect(failure(from)).toMatchObject({ offset: 11, nextOffset: 12 })
  })

  test('an answer that ends before its first batch does', () => {
    expect(failure(fetched([batch(['abcdef'], { baseOffset: 10 }).subarray(0, 65)])).message).toMatch(
      /t-3 at offset 10: the first batch does not end within the 65 bytes.*seek to 11/,
    )
  })

  test('a record that its deserializer refuses stays the next one', () => {
    const from = fetched([batch(['12345678', 'short'], { baseOffset: 10 })], { valueDeserializer: DESERIALIZERS.long })
    expect(take(from, 1)).toHaveLength(1)
    for (let time = 0; time < 2; time++) {
      expect(failure(from)).toMatchObject({ offset: 11, nextOffset: 12, cause: { name: 'WrongLength' } })
    }
  })
})
