import '@ottla/runtime/node'
import { beforeEach, describe, expect, test } from '@jest/globals'
import {
  type BatchInput,
  ControlRecordType,
  encodeBatch,
  encodeControlType,
  encodeEndTxnMarker,
  type RecordInput,
} from '@ottla/protocol'
import { CONSUMER_OFFSETS_RECORDS, type GroupMetadataValue } from '@ottla/protocol/coordinator-records'
import type { CompressionCodec } from '@ottla/runtime'
import { testRuntime } from '@ottla/runtime/testing'
import { classicGroupOf } from '../groups/classic/classic-group.ts'
import { groupMetadataRecord } from '../groups/classic/group-metadata.ts'
import type { ShardRecord } from '../shard.ts'
import { encodedRecord } from './append-buffer.ts'
import { loadShard } from './load-shard.ts'
import { ScriptedShardLog } from './testing/scripted-shard-log.ts'
import { putRecord, ToyShard } from './testing/toy-shard.ts'

type GroupMember = GroupMetadataValue['members'][number]

const MEMBER = {
  memberId: 'm',
  groupInstanceId: null,
  clientId: 'c',
  clientHost: '/1',
  rebalanceTimeoutMs: 1,
  sessionTimeoutMs: 1,
}

let log: ScriptedShardLog
let shard: ToyShard

beforeEach(() => {
  log = new ScriptedShardLog()
  shard = new ToyShard()
})

const record = (name: string, value = 1): RecordInput => encodedRecord(putRecord({ name, value }), 0)

function put(records: readonly RecordInput[], extra: Partial<BatchInput> = {}): void {
  log.put(encodeBatch({ records, ...extra }))
}

function marker(type: ControlRecordType, producerId: number): void {
  const end = { key: encodeControlType(type), value: encodeEndTxnMarker(0), timestamp: 0 }
  put([end], { isControl: true, isTransactional: true, producerId, producerEpoch: 0 })
}

const load = (loadBytes = 1000, isOver = () => false) =>
  loadShard({ log, shard, world: testRuntime(), recordTypes: CONSUMER_OFFSETS_RECORDS, loadBytes, isOver })

describe('a load', () => {
  test('of an empty log reads nothing', async () => {
    expect(await load()).toMatchObject({ records: 0, bytes: 0 })
    expect(log.reads).toBe(0)
  })

  test('replays every record at its offset, piece by piece, with holes where compaction has been', async () => {
    put([record('a'), record('b')])
    put([{ ...record('c'), offsetDelta: 1 }], { lastOffsetDelta: 4 })
    put([record('a', 2)])
    expect(await load(100)).toMatchObject({ records: 4 })
    expect(shard.replayed).toEqual(['0 a=1', '1 b=1', '3 c=1', '7 a=2'])
    expect(log.reads).toBe(3)
  })

  test('begins at the start of the log, in the middle of a batch too', async () => {
    put([record('a'), record('b'), record('c')])
    log.logStartOffset = 2
    await load()
    expect(shard.replayed).toEqual(['2 c=1'])
  })

  test.each<CompressionCodec>(['gzip', 'snappy', 'lz4', 'zstd'])('opens batches compressed by %s', async (codec) => {
    put([record('a')], { codec })
    const many = Array.from({ length: 5000 }, (_, index) => record(`group-${index}-${'x'.repeat(index % 90)}`))
    put(many, { codec })
    await load()
    expect(shard.replayed).toHaveLength(5001)
  })

  test('skips types that are not known, tombstones what is gone, and passes over records without a key', async () => {
    const unknown = { key: Uint8Array.of(0, 99, 1, 2, 3), value: Uint8Array.of(0, 0, 7), timestamp: 0 }
    const nobody = { key: null, value: Uint8Array.of(1), timestamp: 0 }
    const gone = encodedRecord({ ...putRecord({ name: 'a', value: 1 }), value: null }, 0)
    put([record('a'), unknown, nobody, gone, record('b')])
    expect(await load()).toMatchObject({ records: 4, skipped: 1 })
    expect([...shard.values]).toEqual([['b', 1]])
  })

  test.each([
    ['a key', { ...record('a'), key: Uint8Array.of(0, 1, 255) }],
    ['a value', { ...record('a'), value: Uint8Array.of(0, 3, 255) }],
    ['a version of a value', { ...record('a'), value: Uint8Array.of(0, 99, 0, 0) }],
  ])('fails for %s that cannot be read, and says where', async (_, bad) => {
    put([record('b'), bad])
    await expect(load()).rejects.toThrow('__consumer_offsets-0: the record at offset 1 cannot be read')
  })

  test('fails for a batch whose checksum is wrong', async () => {
    put([record('a')])
    log.batches[0]!.bytes[70]! ^= 1
    await expect(load()).rejects.toThrow('the batch at offset 0 is damaged')
  })

  test('fails where nothing is to be read before the end of the log: state that lacks a record must not be served', async () => {
    put([record('a')])
    log.logEndOffset += 1
    await expect(load()).rejects.toThrow('__consumer_offsets-0: no whole batch at offset 1')
  })

  test('leaves nothing in the memory of what was read, which may be used again', async () => {
    const metadata = Uint8Array.of(1, 2, 3)
    const group = classicGroupOf({
      groupId: 'g',
      generation: 1,
      protocolType: 'consumer',
      protocol: 'range',
      leader: null,
      stateTimestampMs: 0,
      members: [{ ...MEMBER, protocols: [{ name: 'range', metadata }], assignment: metadata }],
    })
    put([encodedRecord(groupMetadataRecord(group.phase, group.members.values()), 0)])
    const pieces: Buffer[] = []
    const { read } = log
    log.read = async (...from) => {
      const piece = Buffer.from(await read.apply(log, from))
      pieces.push(piece)
      return piece
    }
    const replayed: ShardRecord[] = []
    const keeper = { replay: (_: number, each: ShardRecord) => replayed.push(each) }
    const options = { log, world: testRuntime(), recordTypes: CONSUMER_OFFSETS_RECORDS, loadBytes: 1000 }
    await loadShard({ ...options, shard: keeper, isOver: () => false })
    for (const piece of pieces) piece.fill(0)
    const [{ subscription, assignment }] = (replayed[0]!.value as GroupMetadataValue).members as [GroupMember]
    expect([[...subscription], [...assignment]]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ])
  })

  test('gives everybody else a turn every few milliseconds', async () => {
    put(Array.from({ length: 1000 }, (_, index) => record(`g${index}`)))
    const world = testRuntime()
    let nowMs = 0
    let turns = 0
    const clock = { now: () => 0, monotonic: () => nowMs++ }
    const timers = {
      after: world.clock.after.bind(world.clock),
      every: world.clock.every.bind(world.clock),
      endOfTurn(callback: () => void) {
        turns++
        queueMicrotask(callback)
      },
    }
    const options = { log, shard, world: { ...world, clock, timers }, recordTypes: CONSUMER_OFFSETS_RECORDS }
    await loadShard({ ...options, loadBytes: 1000, isOver: () => false })
    expect(shard.replayed).toHaveLength(1000)
    // The clock is looked at once in 16 records, and moves by a millisecond each time: a turn after every other look.
    expect(turns).toBeGreaterThan(20)
  })

  test('ends when nobody wants it any more', async () => {
    put([record('a')])
    put([record('b')])
    expect(await load(100, () => shard.replayed.length > 0)).toBeUndefined()
    expect(shard.replayed).toEqual(['0 a=1'])
  })
})

describe('records of transactions', () => {
  const of = (producerId: number) => ({ isTransactional: true, producerId, producerEpoch: 0, baseSequence: 0 })

  test('count from their commit marker on, in the order in which they stand, and never after an abort marker', async () => {
    put([record('a', 1), record('b', 1)], of(7))
    put([record('c', 1)], of(8))
    put([record('b', 5)])
    marker(ControlRecordType.Abort, 8)
    marker(ControlRecordType.Commit, 7)
    put([record('a', 2)])
    expect(await load(100)).toMatchObject({ openTransactions: 0 })
    expect(shard.replayed).toEqual(['3 b=5', '0 a=1', '1 b=1', '6 a=2'])
  })

  test('without an end are left out', async () => {
    put([record('a', 1)], of(7))
    put([record('b', 1)])
    expect(await load()).toMatchObject({ openTransactions: 1, records: 1 })
    expect(shard.replayed).toEqual(['1 b=1'])
  })
})
