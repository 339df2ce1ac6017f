import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import '@ottla/runtime/node'
import { batchesIn, ErrorCode } from '@ottla/protocol'
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

const VERSIONS = Array.from({ length: 15 }, (_, index) => index + 4)
const LATEST = 18
const EPOCH = 3

let cluster: ScriptedCluster
let handler: AnyHandler

beforeEach(async () => {
  cluster = await scriptedCluster([
    topicImage('t', [
      partitionImage(0, { leaderEpoch: EPOCH }),
      partitionImage(1, { leaderEpoch: EPOCH }),
      partitionImage(2, { replicas: [1, 2], isr: [1, 2] }),
      partitionImage(3, { replicas: [2], isr: [2], leader: 2, leaderEpoch: 8 }),
    ]),
  ])
  handler = fetchHandler(cluster.parts)
})

afterEach(() => {
  jest.restoreAllMocks()
})

async function append(partition: number, records: Uint8Array) {
  const topicData = [{ name: 't', partitionData: [{ index: partition, records }] }]
  const request = { acks: 1, timeoutMs: 0, topicData }
  const response = await call({ handler: produceHandler(cluster.parts), version: 9, request })
  expect(response.responses[0].partitionResponses[0].errorCode).toBe(0)
}

interface Wanted {
  readonly partition: number
  readonly fetchOffset: number
  readonly partitionMaxBytes?: number
  readonly currentLeaderEpoch?: number
  readonly lastFetchedEpoch?: number
}

interface Limits {
  readonly maxWaitMs?: number
  readonly minBytes?: number
  readonly maxBytes?: number
  readonly isolationLevel?: number
  readonly sessionId?: number
  readonly sessionEpoch?: number
  readonly version?: number
  readonly name?: string
  readonly context?: ScriptedContext
}

function fetchAll(wanted: readonly Wanted[], limits: Limits = {}) {
  const { version = LATEST, name = 't', context = scriptedContext(), ...rest } = limits
  const partitions = wanted.map((each) => ({ partitionMaxBytes: 1_000_000, ...each }))
  const topics = [{ topic: name, topicId: topicId(name), partitions }]
  return call({ handler, version, context, request: { maxWaitMs: 0, minBytes: 1, ...rest, topics } })
}

async function fetch(wanted: Wanted, limits: Limits = {}) {
  const response = await fetchAll([wanted], limits)
  return response?.responses[0].partitions[0]
}

function valuesOf(records: Uint8Array): string[] {
  return [...batchesIn(records)].flatMap((each) =>
    [...each.records()].map(({ value }) => Buffer.from(value!).toString()),
  )
}

/** What a pending answer is at this moment: undefined while it waits. */
function watch<T>(promise: Promise<T>): { value: T | undefined; ended: boolean } {
  const seen: { value: T | undefined; ended: boolean } = { value: undefined, ended: false }
  void promise.then((value) => {
    seen.value = value
    seen.ended = true
  })
  return seen
}

function openRegions(): number {
  return [...cluster.home.logs.values()].reduce((sum, log) => sum + log.openRegions, 0)
}

describe('Fetch', () => {
  test.each(VERSIONS)('version %d reads whole batches from any offset in them', async (version) => {
    await append(0, batch(['a', 'b', 'c']))
    await append(0, batch(['d']))
    const response = await fetchAll([{ partition: 0, fetchOffset: 1 }], { version })
    expect(response).toMatchObject({ errorCode: 0, sessionId: 0 })
    const [topic] = response.responses
    expect(version >= 13 ? topic.topicId : topic.topic).toBe(version >= 13 ? topicId('t') : 't')
    expect(topic.partitions[0]).toMatchObject({
      partitionIndex: 0,
      errorCode: 0,
      highWatermark: 4,
      lastStableOffset: 4,
      logStartOffset: version >= 5 ? 0 : -1,
      abortedTransactions: null,
      preferredReadReplica: -1,
    })
    expect(valuesOf(topic.partitions[0].records)).toEqual(['a', 'b', 'c', 'd'])
    expect(openRegions()).toBe(0)
  })

  test('partitions are read in order until the limits are reached; the first batch comes whole (KIP-74)', async () => {
    const big = batch(['x'.repeat(500)])
    for (const partition of [0, 1]) for (let count = 0; count < 3; count++) await append(partition, big.slice())
    const sizes = async (limits: Limits, partitionMaxBytes: number) => {
      const wanted = [0, 1].map((partition) => ({ partition, fetchOffset: 0, partitionMaxBytes }))
      const response = await fetchAll(wanted, limits)
      return response.responses[0].partitions.map(({ records }: { records: Uint8Array }) => records.length / big.length)
    }
    expect(await sizes({}, 1_000_000)).toEqual([3, 3])
    expect(await sizes({}, big.length * 2)).toEqual([2, 2])
    expect(await sizes({ maxBytes: big.length * 4 }, 1_000_000)).toEqual([3, 1])
    expect(await sizes({ maxBytes: big.length * 3 }, 1_000_000)).toEqual([3, 0])
    expect(await sizes({ maxBytes: 1 }, 1)).toEqual([1, 0])
    expect(await sizes({ maxBytes: 0 }, 0)).toEqual([1, 0])
  })

  test('fetch.max.bytes of the broker bounds what a client asks for', async () => {
    const big = batch(['x'.repeat(500)])
    for (let count = 0; count < 3; count++) await append(0, big.slice())
    handler = fetchHandler({ ...cluster.parts, fetchBytesMax: big.length * 2 })
    expect((await fetch({ partition: 0, fetchOffset: 0 })).records.length).toBe(big.length * 2)
  })

  test('nothing past the high watermark; between it and the log end the answer is empty', async () => {
    await append(2, batch(['a', 'b']))
    expect(await fetch({ partition: 2, fetchOffset: 0 })).toMatchObject({
      errorCode: 0,
      highWatermark: 0,
      records: Buffer.alloc(0),
    })
    expect(await fetch({ partition: 2, fetchOffset: 2 })).toMatchObject({ errorCode: 0, records: Buffer.alloc(0) })
    expect(await fetch({ partition: 2, fetchOffset: 3 })).toMatchObject({ errorCode: ErrorCode.OFFSET_OUT_OF_RANGE })
  })

  test('read_committed stops at the last stable offset and brings a list of aborted transactions', async () => {
    for (const value of ['a', 'b', 'c']) await append(0, batch([value]))
    cluster.log('t').openTransactionAt = 2
    const answer = await fetch({ partition: 0, fetchOffset: 0 }, { isolationLevel: 1 })
    expect(answer).toMatchObject({ highWatermark: 3, lastStableOffset: 2, abortedTransactions: [] })
    expect(valuesOf(answer.records)).toEqual(['a', 'b'])
  })

  test('out of range tells nothing but that, as in Kafka', async () => {
    await append(0, batch(['a', 'b']))
    cluster.log('t').logStartOffset = 1
    for (const fetchOffset of [0, 3]) {
      const errorCode = ErrorCode.OFFSET_OUT_OF_RANGE
      expect(await fetch({ partition: 0, fetchOffset })).toMatchObject({
        errorCode,
        highWatermark: -1,
        logStartOffset: -1,
        abortedTransactions: null,
      })
    }
  })

  test('an offset out of range is told even when the limits are used up already', async () => {
    await append(1, batch(['a']))
    const wanted = [1, 0].map((partition) => ({ partition, fetchOffset: partition === 0 ? 7 : 0 }))
    const response = await fetchAll(wanted, { maxBytes: 1 })
    const codes = response.responses[0].partitions.map(({ errorCode }: { errorCode: number }) => errorCode)
    expect(codes).toEqual([0, ErrorCode.OFFSET_OUT_OF_RANGE])
  })

  test('leader epochs are checked (KIP-320), errors name the present leader (KIP-951)', async () => {
    const asked = async (partition: number, currentLeaderEpoch: number, version = LATEST) => {
      const response = await fetchAll([{ partition, fetchOffset: 0, currentLeaderEpoch }], {
        version,
        maxWaitMs: 1_000,
      })
      const { errorCode, currentLeader } = response.responses[0].partitions[0]
      return { errorCode, leader: currentLeader.leaderId, nodes: response.nodeEndpoints.length }
    }
    expect(await asked(0, EPOCH - 1)).toEqual({ errorCode: ErrorCode.FENCED_LEADER_EPOCH, leader: 1, nodes: 1 })
    expect(await asked(0, EPOCH + 1)).toEqual({ errorCode: ErrorCode.UNKNOWN_LEADER_EPOCH, leader: -1, nodes: 0 })
    expect(await asked(3, -1)).toEqual({ errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER, leader: 2, nodes: 1 })
    expect(await asked(3, -1, 15)).toEqual({ errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER, leader: -1, nodes: 0 })
    expect(await asked(9, -1)).toMatchObject({ errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION })
  })

  test('a reader whose history has left this one is told where they part', async () => {
    await append(0, batch(['a', 'b']))
    const next = partitionImage(0, { leaderEpoch: EPOCH + 2, partitionEpoch: 1 })
    cluster.session.setTopic(topicImage('t', [next]))
    await cluster.partitions.settled()
    const asked = (lastFetchedEpoch: number, fetchOffset: number) =>
      fetch({ partition: 0, fetchOffset, lastFetchedEpoch }, { maxWaitMs: 1_000 })
    expect(await asked(EPOCH + 1, 2)).toMatchObject({ errorCode: 0, divergingEpoch: { epoch: EPOCH, endOffset: 2 } })
    expect(await asked(EPOCH, 1)).toMatchObject({ errorCode: 0, divergingEpoch: { epoch: -1, endOffset: -1 } })
    expect(await asked(EPOCH - 1, 1)).toMatchObject({ errorCode: ErrorCode.OFFSET_OUT_OF_RANGE })
  })

  test('a partition that is named twice is answered once, by what was said last', async () => {
    for (const value of ['a', 'b']) await append(0, batch([value]))
    const response = await fetchAll([
      { partition: 0, fetchOffset: 0 },
      { partition: 1, fetchOffset: 0 },
      { partition: 0, fetchOffset: 1 },
    ])
    const { partitions } = response.responses[0]
    expect(partitions.map(({ partitionIndex }: { partitionIndex: number }) => partitionIndex)).toEqual([0, 1])
    expect(valuesOf(partitions[0].records)).toEqual(['b'])
    const topicOf = (partition: number) => {
      const partitions = [{ partition, fetchOffset: 0, partitionMaxBytes: 1000 }]
      return { topic: 't', topicId: topicId('t'), partitions }
    }
    const topics = [topicOf(0), topicOf(0), topicOf(1)]
    const merged = await call({
      handler,
      version: LATEST,
      context: scriptedContext(),
      request: { maxWaitMs: 0, minBytes: 1, topics },
    })
    expect(merged.responses).toHaveLength(1)
    expect(merged.responses[0].partitions).toHaveLength(2)
  })

  test('negative leader epochs are none, as in Kafka', async () => {
    expect(await fetch({ partition: 0, fetchOffset: 0, currentLeaderEpoch: -7 })).toMatchObject({ errorCode: 0 })
  })

  test('unknown topics', async () => {
    const wanted = { partition: 0, fetchOffset: 0 }
    expect((await fetch(wanted, { name: 'nobody', version: 12 })).errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    expect((await fetch(wanted, { name: 'nobody' })).errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_ID)
  })

  test('a topic needs permission', async () => {
    await append(0, batch(['a']))
    cluster.parts.security = { authorize: () => false, quota: () => 0 }
    handler = fetchHandler(cluster.parts)
    const answer = await fetch({ partition: 0, fetchOffset: 0 })
    expect(answer).toMatchObject({ errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED, records: Buffer.alloc(0) })
  })

  test.each([false, true])(
    'a disk that fails is told for its partition, and the others are read (cold: %s)',
    async (cold) => {
      await append(0, batch(['a']))
      await append(1, batch(['b']))
      cluster.log('t', 1).coldReads = cold
      cluster.log('t', 0).failReads = true
      const response = await fetchAll([0, 1].map((partition) => ({ partition, fetchOffset: 0 })))
      const [first, second] = response.responses[0].partitions
      expect(first).toMatchObject({ errorCode: ErrorCode.KAFKA_STORAGE_ERROR, records: Buffer.alloc(0) })
      expect(valuesOf(second.records)).toEqual(['b'])
    },
  )
})

describe('a long poll', () => {
  const END = { partition: 0, fetchOffset: 0 }

  test('waits for data, and answers as soon as it is readable', async () => {
    const context = scriptedContext()
    const waiting = watch(fetch(END, { maxWaitMs: 500, context }))
    await cluster.runtime.clock.advance(499)
    expect(waiting.ended).toBe(false)
    await append(0, batch(['a']))
    await cluster.runtime.clock.settle()
    expect(valuesOf(waiting.value.records)).toEqual(['a'])
    expect(cluster.requestTimers).toBe(0)
  })

  test('ends empty when its time is over', async () => {
    const waiting = watch(fetch(END, { maxWaitMs: 500 }))
    await cluster.runtime.clock.advance(499)
    expect(waiting.ended).toBe(false)
    await cluster.runtime.clock.advance(1)
    expect(waiting.value).toMatchObject({ errorCode: 0, highWatermark: 0, records: Buffer.alloc(0) })
  })

  test('counts min bytes over all partitions, and holds no region meanwhile', async () => {
    const one = batch(['a'])
    const wanted = [0, 1].map((partition) => ({ partition, fetchOffset: 0 }))
    const waiting = watch(fetchAll(wanted, { maxWaitMs: 500, minBytes: one.length * 3 }))
    await append(0, one.slice())
    await append(1, one.slice())
    await cluster.runtime.clock.settle()
    expect([waiting.ended, openRegions()]).toEqual([false, 0])
    await append(0, one.slice())
    const sizes = waiting.value.responses[0].partitions.map(({ records }: { records: Uint8Array }) => records.length)
    expect(sizes).toEqual([one.length * 2, one.length])
  })

  test('does not wait when there is enough, nothing to wait for, or an error to tell', async () => {
    await append(0, batch(['a']))
    const limits = { maxWaitMs: 500 }
    expect((await fetch({ partition: 0, fetchOffset: 0 }, limits)).records.length).toBeGreaterThan(0)
    expect((await fetch({ partition: 0, fetchOffset: 1 }, { ...limits, minBytes: 0 })).records.length).toBe(0)
    expect((await fetchAll([], limits)).responses).toEqual([])
    const wanted = [
      { partition: 0, fetchOffset: 1 },
      { partition: 3, fetchOffset: 0 },
    ]
    expect((await fetchAll(wanted, limits)).responses[0].partitions).toHaveLength(2)
    expect(cluster.requestTimers).toBe(0)
  })

  test('an append that cannot be enough does not make it look at the log', async () => {
    const one = batch(['a'])
    const waiting = watch(fetch(END, { maxWaitMs: 500, minBytes: one.length * 10 }))
    await cluster.runtime.clock.settle()
    const log = [...cluster.home.logs.values()].find(({ partition }) => partition === 0)!
    const read = jest.spyOn(log, 'read')
    for (let count = 0; count < 9; count++) await append(0, one.slice())
    expect(read).not.toHaveBeenCalled()
    await append(0, one.slice())
    await cluster.runtime.clock.settle()
    expect(waiting.value.records.length).toBe(one.length * 10)
  })

  test('a partition that is at its own limit adds nothing', async () => {
    const one = batch(['a'])
    const wanted = [0, 1].map((partition) => ({ partition, fetchOffset: 0, partitionMaxBytes: one.length }))
    const waiting = watch(fetchAll(wanted, { maxWaitMs: 500, minBytes: one.length * 2 }))
    for (let count = 0; count < 5; count++) await append(0, one.slice())
    await cluster.runtime.clock.settle()
    expect(waiting.ended).toBe(false)
    await append(1, one.slice())
    await cluster.runtime.clock.settle()
    expect(waiting.ended).toBe(true)
  })

  test('min bytes above max bytes are max bytes', async () => {
    const one = batch(['a'])
    await append(0, one.slice())
    const answer = await fetch(
      { partition: 0, fetchOffset: 0 },
      { maxWaitMs: 500, minBytes: 1_000_000, maxBytes: one.length },
    )
    expect(answer.records.length).toBe(one.length)
  })

  test('wakes for what is committed, not for what is written', async () => {
    const waiting = watch(fetch({ partition: 2, fetchOffset: 0 }, { maxWaitMs: 500 }))
    await append(2, batch(['a']))
    await cluster.runtime.clock.settle()
    expect(waiting.ended).toBe(false)
    const alone = partitionImage(2, { replicas: [1, 2], isr: [1], partitionEpoch: 1 })
    cluster.session.setTopic(
      topicImage('t', [partitionImage(0, { leaderEpoch: EPOCH }), partitionImage(1, { leaderEpoch: EPOCH }), alone]),
    )
    await cluster.runtime.clock.settle()
    expect(valuesOf(waiting.value.records)).toEqual(['a'])
  })

  test('an advance below its offset does not wake it', async () => {
    await append(2, batch(['a', 'b', 'c']))
    const waiting = watch(fetch({ partition: 2, fetchOffset: 3 }, { maxWaitMs: 500 }))
    const alone = partitionImage(2, { replicas: [1, 2], isr: [1], partitionEpoch: 1 })
    cluster.session.setTopic(
      topicImage('t', [partitionImage(0, { leaderEpoch: EPOCH }), partitionImage(1, { leaderEpoch: EPOCH }), alone]),
    )
    await cluster.runtime.clock.settle()
    expect(waiting.ended).toBe(false)
    await append(2, batch(['d']))
    await cluster.runtime.clock.settle()
    expect(valuesOf(waiting.value.records)).toEqual(['d'])
  })

  test('ends with the leadership, or with the topic', async () => {
    const lost = watch(fetch({ partition: 2, fetchOffset: 0 }, { maxWaitMs: 500 }))
    const gone = watch(fetch(END, { maxWaitMs: 500 }))
    await cluster.runtime.clock.settle()
    const moved = partitionImage(2, { replicas: [1, 2], isr: [1, 2], leader: 2, leaderEpoch: 1, partitionEpoch: 1 })
    const kept = [0, 1].map((index) => partitionImage(index, { leaderEpoch: EPOCH }))
    cluster.session.setTopic(topicImage('t', [...kept, moved]))
    await cluster.runtime.clock.settle()
    expect(lost.value).toMatchObject({ errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER, currentLeader: { leaderId: 2 } })
    expect(gone.ended).toBe(false)
    cluster.session.removeTopic('t')
    await cluster.runtime.clock.settle()
    expect(gone.value.errorCode).not.toBe(0)
  })

  test('ends with its connection: no answer, no region, no timer, nobody watched', async () => {
    const context = scriptedContext()
    const waiting = watch(fetchAll([END], { maxWaitMs: 500, context }))
    await cluster.runtime.clock.settle()
    const partition = cluster.partitions.find(cluster.partitions.topicByName('t')!, 0)
    if (typeof partition === 'string') throw new Error(partition)
    expect(partition.watchers.size).toBe(1)
    context.disconnect()
    await cluster.runtime.clock.settle()
    expect([waiting.ended, waiting.value]).toEqual([true, undefined])
    expect([partition.watchers.size, openRegions(), cluster.requestTimers]).toEqual([0, 0, 0])
  })

  test('regions of cold reads are released when the connection ended meanwhile', async () => {
    await append(0, batch(['a']))
    cluster.log('t').coldReads = true
    const context = scriptedContext()
    const waiting = watch(fetchAll([END], { context }))
    context.disconnect()
    await cluster.runtime.clock.settle()
    expect([waiting.ended, waiting.value, openRegions()]).toEqual([true, undefined, 0])
  })

  test('with cold reads it still waits, counts and answers', async () => {
    const one = batch(['a'])
    cluster.log('t').coldReads = true
    const waiting = watch(fetch(END, { maxWaitMs: 500, minBytes: one.length * 2 }))
    await cluster.runtime.clock.settle()
    await append(0, one.slice())
    await cluster.runtime.clock.settle()
    expect([waiting.ended, openRegions()]).toEqual([false, 0])
    await append(0, one.slice())
    await cluster.runtime.clock.settle()
    expect(waiting.value.records.length).toBe(one.length * 2)
    expect(openRegions()).toBe(0)
  })

  test('what happens while a cold read is under way is not missed', async () => {
    cluster.log('t').coldReads = true
    const waiting = watch(fetch(END, { maxWaitMs: 500 }))
    const appended = append(0, batch(['a']))
    await cluster.runtime.clock.settle()
    await appended
    expect(valuesOf(waiting.value.records)).toEqual(['a'])
  })

  test('a connection has five at a time: one more, and the first is answered with what there is', async () => {
    const context = scriptedContext()
    const poll = () => watch(fetch(END, { maxWaitMs: 2 ** 31 - 1, context }))
    const polls = Array.from({ length: 6 }, poll)
    await cluster.runtime.clock.settle()
    expect(polls.map(({ ended }) => ended)).toEqual([true, false, false, false, false, false])
    expect(polls[0]!.value).toMatchObject({ errorCode: 0, highWatermark: 0 })
    await append(0, batch(['a']))
    await cluster.runtime.clock.settle()
    expect(polls.every(({ ended }) => ended)).toBe(true)
  })

  test('gives its request memory back when it parks', async () => {
    let released = 0
    const context = scriptedContext({ releaseMemory: () => void released++ })
    const waiting = watch(fetch(END, { maxWaitMs: 500, context }))
    await cluster.runtime.clock.settle()
    expect(released).toBe(1)
    await cluster.runtime.clock.advance(500)
    expect(waiting.ended).toBe(true)
  })

  test('thousands that wait elsewhere cost nothing here, and all of a partition are woken by one append', async () => {
    const waiting = Array.from({ length: 2_000 }, (_, index) =>
      watch(fetch({ partition: index % 2, fetchOffset: 0 }, { maxWaitMs: 500, context: scriptedContext() })),
    )
    await cluster.runtime.clock.settle()
    await append(0, batch(['a']))
    await cluster.runtime.clock.settle()
    expect(waiting.map(({ ended }) => ended)).toEqual(waiting.map((_, index) => index % 2 === 0))
    await cluster.runtime.clock.advance(500)
    expect(waiting.every(({ ended }) => ended)).toBe(true)
  })
})
