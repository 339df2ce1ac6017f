import { beforeEach, describe, expect, jest, test } from '@jest/globals'
import '@ottla/runtime/node'
import { batchesIn, ErrorCode } from '@ottla/protocol'
import type { Partition } from '../partitions/partition.ts'
import {
  batch,
  partitionImage,
  type ScriptedCluster,
  type ScriptedContext,
  scriptedCluster,
  scriptedContext,
  topicId,
  topicImage,
} from '../partitions/testing/scripted-cluster.ts'
import { call } from '../partitions/testing/wire.ts'
import type { AnyHandler } from '../seams.ts'
import { produceHandler } from './00-produce.ts'
import { fetchHandler } from './01-fetch.ts'

const LATEST = 18
const PARTITIONS = [0, 1, 2, 3]

let cluster: ScriptedCluster
let handler: AnyHandler

beforeEach(async () => {
  cluster = await scriptedCluster([
    topicImage(
      't',
      PARTITIONS.map((index) => partitionImage(index)),
    ),
  ])
  handler = fetchHandler(cluster.parts)
})

async function append(partition: number, value: string) {
  const topicData = [{ name: 't', partitionData: [{ index: partition, records: batch([value]) }] }]
  const request = { acks: 1, timeoutMs: 0, topicData }
  const response = await call({ handler: produceHandler(cluster.parts), version: 9, request })
  expect(response.responses[0].partitionResponses[0].errorCode).toBe(0)
}

interface Asked {
  readonly id?: number
  readonly epoch?: number
  /** Partition and offset. */
  readonly wanted?: readonly (readonly [partition: number, offset: number])[]
  readonly forgotten?: readonly number[]
  readonly maxWaitMs?: number
  readonly maxBytes?: number
  readonly minBytes?: number
  readonly version?: number
  readonly isolationLevel?: number
  readonly context?: ScriptedContext
}

/** The answer, and what it says of partitions: number, values and high watermark, or the error. */
interface Told {
  readonly sessionId: number
  readonly errorCode: number
  readonly partitions: readonly string[]
}

async function fetch(asked: Asked): Promise<Told> {
  const { id = 0, epoch = 0, wanted = [], forgotten = [], version = LATEST, context = scriptedContext() } = asked
  const { maxWaitMs = 0, maxBytes = 1_000_000, minBytes = 1, isolationLevel = 0 } = asked
  const named = { topic: 't', topicId: topicId('t') }
  const partitions = wanted.map(([partition, fetchOffset]) => ({
    partition,
    fetchOffset,
    partitionMaxBytes: 1_000_000,
  }))
  const request = {
    maxWaitMs,
    minBytes,
    maxBytes,
    isolationLevel,
    sessionId: id,
    sessionEpoch: epoch,
    topics: wanted.length === 0 ? [] : [{ ...named, partitions }],
    forgottenTopicsData: forgotten.length === 0 ? [] : [{ ...named, partitions: forgotten }],
  }
  const response = await call({ handler, version, context, request })
  const told = response.responses.flatMap((topic: { partitions: never[] }) => topic.partitions.map(describePartition))
  return { sessionId: response.sessionId, errorCode: response.errorCode, partitions: told }
}

function describePartition(partition: {
  partitionIndex: number
  errorCode: number
  highWatermark: number
  records: Uint8Array
}): string {
  const { partitionIndex, errorCode, highWatermark, records } = partition
  if (errorCode !== 0) return `${partitionIndex} error ${errorCode}`
  const values = [...batchesIn(records)].flatMap((each) => [...each.records()].map(({ value }) => Buffer.from(value!)))
  return [partitionIndex, ...values.map(String), `@${highWatermark}`].join(' ')
}

function openRegions(): number {
  return [...cluster.home.logs.values()].reduce((sum, log) => sum + log.openRegions, 0)
}

function partitionOf(index: number): Partition {
  return cluster.partitions.find(cluster.partitions.topicByName('t')!, index) as Partition
}

const begin = (wanted: Asked['wanted'], more: Asked = {}) => fetch({ wanted: wanted!, ...more })

describe('a fetch session (KIP-227)', () => {
  test('begins with a full request, which is answered whole, and goes on with what has changed', async () => {
    await append(1, 'a')
    const full = await begin([
      [0, 0],
      [1, 0],
    ])
    expect(full.partitions).toEqual(['0 @0', '1 a @1'])
    const { sessionId: id } = full
    expect(id).toBeGreaterThan(0)
    expect(await fetch({ id, epoch: 1, wanted: [[1, 1]] })).toEqual({ sessionId: id, errorCode: 0, partitions: [] })
    await append(0, 'b')
    expect((await fetch({ id, epoch: 2 })).partitions).toEqual(['0 b @1'])
    // The position has not been moved: the same records again.
    expect((await fetch({ id, epoch: 3 })).partitions).toEqual(['0 b @1'])
    expect((await fetch({ id, epoch: 4, wanted: [[0, 1]] })).partitions).toEqual([])
    expect(openRegions()).toBe(0)
  })

  test.each([7, 11, 12, 13, 18])('works at version %d', async (version) => {
    const { sessionId: id } = await begin([[0, 0]], { version })
    await append(0, 'a')
    expect((await fetch({ id, epoch: 1, version })).partitions).toEqual(['0 a @1'])
  })

  test('before version 7 there are none, and the last epoch asks for none', async () => {
    expect((await begin([[0, 0]], { version: 6 })).sessionId).toBe(0)
    expect((await begin([[0, 0]], { epoch: -1 })).sessionId).toBe(0)
    expect((await begin([])).sessionId).toBe(0)
  })

  test('partitions are added and forgotten', async () => {
    const { sessionId: id } = await begin([[0, 0]])
    for (const index of PARTITIONS) await append(index, 'x')
    expect((await fetch({ id, epoch: 1, wanted: [[2, 0]], forgotten: [0, 3] })).partitions).toEqual(['2 x @1'])
    expect([partitionOf(0), partitionOf(2)].map(({ watchers }) => watchers.size)).toEqual([0, 1])
  })

  test('that has nothing left is over', async () => {
    const { sessionId: id } = await begin([[0, 0]])
    expect(await fetch({ id, epoch: 1, forgotten: [0] })).toEqual({ sessionId: 0, errorCode: 0, partitions: [] })
    expect((await fetch({ id, epoch: 2 })).errorCode).toBe(ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
    expect(partitionOf(0).watchers.size).toBe(0)
  })

  test('refuses what does not fit to it', async () => {
    const { sessionId: id } = await begin([[0, 0]])
    const refused = (errorCode: number) => ({ sessionId: 0, errorCode, partitions: [] })
    expect(await fetch({ id: id + 1, epoch: 1 })).toEqual(refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND))
    expect(await fetch({ id, epoch: 2 })).toEqual(refused(ErrorCode.INVALID_FETCH_SESSION_EPOCH))
    expect(await fetch({ id, epoch: 1, version: 12 })).toEqual(refused(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR))
    expect(await fetch({ id, epoch: 1 })).toEqual({ sessionId: id, errorCode: 0, partitions: [] })
  })

  test('an error is told each time, and all is told once more when it has gone', async () => {
    await append(0, 'a')
    const { sessionId: id } = await begin([[0, 1]])
    expect((await fetch({ id, epoch: 1, wanted: [[0, 9]] })).partitions).toEqual([
      `0 error ${ErrorCode.OFFSET_OUT_OF_RANGE}`,
    ])
    expect((await fetch({ id, epoch: 2 })).partitions).toEqual([`0 error ${ErrorCode.OFFSET_OUT_OF_RANGE}`])
    expect((await fetch({ id, epoch: 3, wanted: [[0, 1]] })).partitions).toEqual(['0 @1'])
    expect((await fetch({ id, epoch: 4 })).partitions).toEqual([])
  })

  test('a log start offset that moves is told, a little later', async () => {
    await append(0, 'a')
    const { sessionId: id } = await begin([[0, 1]])
    cluster.log('t').logStartOffset = 1
    expect((await fetch({ id, epoch: 1 })).partitions).toEqual([])
    await cluster.runtime.clock.advance(5_000)
    expect((await fetch({ id, epoch: 2 })).partitions).toEqual(['0 @1'])
  })

  test('a leadership that ends is told, and the topic that comes back under the name is another', async () => {
    const { sessionId: id } = await begin([[0, 0]])
    cluster.session.removeTopic('t')
    await cluster.partitions.settled()
    expect((await fetch({ id, epoch: 1 })).partitions).toEqual([`0 error ${ErrorCode.UNKNOWN_TOPIC_ID}`])
  })

  test('takes turns: a partition whose limit is used up by others comes first next time', async () => {
    for (const index of PARTITIONS) for (const value of ['a', 'b', 'c']) await append(index, value)
    const wanted = PARTITIONS.map((index) => [index, 0] as const)
    const full = await begin(wanted, { maxBytes: 1 })
    expect(full.partitions).toEqual(['0 a @3', '1 @3', '2 @3', '3 @3'])
    const { sessionId: id } = full
    const order: string[] = []
    const offsets = [1, 0, 0, 0]
    let moved = 0
    for (let epoch = 1; epoch <= 8; epoch++) {
      const told = await fetch({ id, epoch, maxBytes: 1, wanted: [[moved, offsets[moved]!]] })
      expect(told.partitions).toHaveLength(1)
      moved = Number(told.partitions[0]![0])
      offsets[moved]!++
      order.push(told.partitions[0]!)
    }
    expect(order).toEqual(['1 a @3', '2 a @3', '3 a @3', '0 b @3', '1 b @3', '2 b @3', '3 b @3', '0 c @3'])
  })

  test('partitions that are idle are not looked at', async () => {
    const { sessionId: id } = await begin(PARTITIONS.map((index) => [index, 0]))
    await fetch({ id, epoch: 1 })
    const reads = PARTITIONS.map((index) => jest.spyOn(cluster.log('t', index), 'read'))
    await append(2, 'a')
    expect((await fetch({ id, epoch: 2 })).partitions).toEqual(['2 a @1'])
    expect(reads.map(({ mock }) => mock.calls.length)).toEqual([0, 0, 1, 0])
  })

  test('a reader that does not come back costs an append nothing, and misses nothing if it does', async () => {
    const { sessionId: id } = await begin(PARTITIONS.map((index) => [index, 0]))
    await append(1, 'a')
    await append(1, 'b')
    expect(PARTITIONS.map((index) => partitionOf(index).watchers.size)).toEqual([1, 0, 1, 1])
    expect((await fetch({ id, epoch: 1 })).partitions).toEqual(['1 a b @2'])
    expect(PARTITIONS.map((index) => partitionOf(index).watchers.size)).toEqual([1, 1, 1, 1])
    expect((await fetch({ id, epoch: 2, wanted: [[1, 2]] })).partitions).toEqual([])
    await append(1, 'c')
    expect((await fetch({ id, epoch: 3 })).partitions).toEqual(['1 c @3'])
  })

  test('another isolation level looks at everything again', async () => {
    await append(0, 'a')
    cluster.log('t').openTransactionAt = 0
    const { sessionId: id } = await begin([[0, 0]], { isolationLevel: 1 })
    expect((await fetch({ id, epoch: 1, isolationLevel: 1 })).partitions).toEqual([])
    expect((await fetch({ id, epoch: 2 })).partitions).toEqual(['0 a @1'])
  })
})

describe('waiting in a fetch session', () => {
  function watch<T>(promise: Promise<T>): { value: T | undefined } {
    const seen: { value: T | undefined } = { value: undefined }
    void promise.then((value) => {
      seen.value = value
    })
    return seen
  }

  test('any of its partitions ends the wait, also one that the request does not name', async () => {
    const { sessionId: id } = await begin([
      [0, 0],
      [1, 0],
    ])
    await fetch({ id, epoch: 1 })
    const waiting = watch(fetch({ id, epoch: 2, maxWaitMs: 500 }))
    await cluster.runtime.clock.advance(499)
    expect(waiting.value).toBeUndefined()
    await append(1, 'a')
    await cluster.runtime.clock.settle()
    expect(waiting.value?.partitions).toEqual(['1 a @1'])
    expect(cluster.requestTimers).toBe(0)
  })

  test('an append between two requests is there for the next one at once', async () => {
    const { sessionId: id } = await begin([[0, 0]])
    await append(0, 'a')
    expect((await fetch({ id, epoch: 1, maxWaitMs: 500 })).partitions).toEqual(['0 a @1'])
  })

  test('min bytes are counted over its partitions', async () => {
    const size = batch(['a']).length
    const { sessionId: id } = await begin([
      [0, 0],
      [1, 0],
    ])
    const waiting = watch(fetch({ id, epoch: 1, maxWaitMs: 500, minBytes: size * 2 }))
    await append(0, 'a')
    await cluster.runtime.clock.settle()
    expect([waiting.value, openRegions()]).toEqual([undefined, 0])
    await append(1, 'b')
    await cluster.runtime.clock.settle()
    expect(waiting.value?.partitions).toEqual(['0 a @1', '1 b @1'])
  })

  test('with nothing new the answer is empty when the time is over', async () => {
    const { sessionId: id } = await begin([[0, 0]])
    const waiting = watch(fetch({ id, epoch: 1, maxWaitMs: 500 }))
    await cluster.runtime.clock.advance(500)
    expect(waiting.value).toEqual({ sessionId: id, errorCode: 0, partitions: [] })
  })

  test('the next request of the session takes the place of one that waits', async () => {
    const { sessionId: id } = await begin([[0, 0]])
    const first = watch(fetch({ id, epoch: 1, maxWaitMs: 500 }))
    const second = watch(fetch({ id, epoch: 2, maxWaitMs: 500 }))
    await cluster.runtime.clock.settle()
    expect(first.value?.errorCode).toBe(ErrorCode.INVALID_FETCH_SESSION_EPOCH)
    await append(0, 'a')
    await cluster.runtime.clock.settle()
    expect(second.value?.partitions).toEqual(['0 a @1'])
    expect([openRegions(), cluster.requestTimers]).toEqual([0, 0])
  })

  test('a session that is ended meanwhile holds nothing', async () => {
    await append(0, 'a')
    const { sessionId: id } = await begin([[1, 0]])
    cluster.log('t').coldReads = true
    const reading = watch(fetch({ id, epoch: 1, wanted: [[0, 0]], maxWaitMs: 500 }))
    await begin([[1, 0]], { id, epoch: -1 })
    await cluster.runtime.clock.settle()
    expect(reading.value?.partitions).toEqual([])
    expect(openRegions()).toBe(0)
    expect(PARTITIONS.map((index) => partitionOf(index).watchers.size)).toEqual([0, 0, 0, 0])
  })

  test('the end of the connection ends the wait, not the session', async () => {
    const { sessionId: id } = await begin([[0, 0]])
    const context = scriptedContext()
    const waiting = watch(fetch({ id, epoch: 1, maxWaitMs: 500, context }).catch(() => 'no answer'))
    context.disconnect()
    await cluster.runtime.clock.settle()
    expect(waiting.value).toBe('no answer')
    await append(0, 'a')
    expect((await fetch({ id, epoch: 2 })).partitions).toEqual(['0 a @1'])
  })
})
