import { beforeEach, describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { batchesIn, ErrorCode } from '@ottla/protocol'
import { configResource } from '@ottla/replication'
import {
  batch,
  broker,
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

const EPOCH = 3
const BATCH_BYTES = batch(['a']).length

let cluster: ScriptedCluster
let handler: AnyHandler

const replicated = (changes: Parameters<typeof partitionImage>[1] = {}, index = 0) =>
  partitionImage(index, { replicas: [1, 2, 3], isr: [1, 2, 3], leaderEpoch: EPOCH, ...changes })

beforeEach(async () => {
  cluster = await scriptedCluster([topicImage('t', [replicated()])])
  cluster.session.setBroker(broker(3))
  handler = fetchHandler(cluster.parts)
})

async function produce(values: readonly string[], { acks = 1, timeoutMs = 0 } = {}) {
  const topicData = [{ name: 't', partitionData: [{ index: 0, records: batch(values) }] }]
  const request = { acks, timeoutMs, topicData }
  const response = await call({ handler: produceHandler(cluster.parts), version: 9, request })
  return response.responses[0].partitionResponses[0]
}

interface Asked {
  readonly replica?: number
  readonly brokerEpoch?: number
  readonly fetchOffset?: number
  readonly logStartOffset?: number
  readonly currentLeaderEpoch?: number
  readonly lastFetchedEpoch?: number
  readonly maxWaitMs?: number
  readonly minBytes?: number
  readonly sessionId?: number
  readonly sessionEpoch?: number
  readonly named?: boolean
  readonly version?: number
  readonly context?: ScriptedContext
}

function fetchAll(asked: Asked = {}) {
  const { replica = 2, maxWaitMs = 0, minBytes = 1, sessionId = 0, sessionEpoch = -1, version = 18 } = asked
  const { fetchOffset = 0, logStartOffset = 0, currentLeaderEpoch = EPOCH, lastFetchedEpoch = -1 } = asked
  const position = { fetchOffset, logStartOffset, currentLeaderEpoch, lastFetchedEpoch }
  const partitions = [{ partition: 0, partitionMaxBytes: 1_000_000, ...position }]
  const topics = asked.named === false ? [] : [{ topic: 't', topicId: topicId('t'), partitions }]
  const replicaState = { replicaId: replica, replicaEpoch: asked.brokerEpoch ?? 100 + replica }
  const who = version >= 15 ? { replicaState } : { replicaId: replica }
  const request = { ...who, maxWaitMs, minBytes, sessionId, sessionEpoch, topics }
  return call({ handler, version, request, context: asked.context ?? scriptedContext() })
}

async function fetch(asked: Asked = {}) {
  return (await fetchAll(asked)).responses[0].partitions[0]
}

function valuesOf(records: Uint8Array): string[] {
  return [...batchesIn(records)].flatMap((each) =>
    [...each.records()].map(({ value }) => Buffer.from(value!).toString()),
  )
}

function partition() {
  const found = cluster.partitions.find(cluster.partitions.topicByName('t')!, 0)
  if (typeof found === 'string') throw new Error(found)
  return found
}

/** A Fetch that waits: what it answers, once it does. */
async function waiting(asked: Asked) {
  const state: { ended: boolean; value: Awaited<ReturnType<typeof fetchAll>> } = { ended: false, value: undefined }
  void fetchAll({ maxWaitMs: 500, ...asked }).then((value) => {
    Object.assign(state, { ended: true, value })
  })
  await cluster.runtime.clock.settle()
  return state
}

describe('a replica that fetches', () => {
  test('reads what is not committed; what it asks for moves the high watermark, of which it hears at once', async () => {
    await produce(['a'])
    await produce(['b'])
    const first = await fetch({ replica: 2 })
    expect(valuesOf(first.records)).toEqual(['a', 'b'])
    expect(first).toMatchObject({ highWatermark: 0, abortedTransactions: null })
    expect(await fetch({ replica: 3, fetchOffset: 1 })).toMatchObject({ highWatermark: 0 })
    expect(await fetch({ replica: 2, fetchOffset: 2 })).toMatchObject({ highWatermark: 1, lastStableOffset: 1 })
    expect(await fetch({ replica: 3, fetchOffset: 2 })).toMatchObject({ highWatermark: 2 })
  })

  test('answers acks=all', async () => {
    const answer = produce(['a'], { acks: -1, timeoutMs: 10_000 })
    await cluster.runtime.clock.settle()
    await fetch({ replica: 2, fetchOffset: 1 })
    await fetch({ replica: 3, fetchOffset: 1 })
    expect(await answer).toMatchObject({ errorCode: 0, baseOffset: 0 })
    expect(cluster.requestTimers).toBe(0)
  })

  test('waits for appends, not for the high watermark', async () => {
    const waits = await waiting({ replica: 2 })
    expect(waits.ended).toBe(false)
    await produce(['a'])
    await cluster.runtime.clock.settle()
    expect(valuesOf(waits.value.responses[0].partitions[0].records)).toEqual(['a'])
    const idle = await waiting({ replica: 2, fetchOffset: 1 })
    await fetch({ replica: 3, fetchOffset: 1 })
    await cluster.runtime.clock.settle()
    expect(idle.ended).toBe(false)
    expect(partition().log.highWatermark).toBe(1)
    await cluster.runtime.clock.advance(500)
    expect(idle.value.responses[0].partitions[0]).toMatchObject({ errorCode: 0, highWatermark: 1 })
    expect([partition().replicaWatchers.size, cluster.requestTimers]).toEqual([0, 0])
  })

  test('with min bytes it waits for so many, found in one look', async () => {
    const waits = await waiting({ replica: 2, minBytes: 3 * BATCH_BYTES })
    await produce(['a'])
    await produce(['b'])
    await cluster.runtime.clock.settle()
    expect(waits.ended).toBe(false)
    await produce(['c'])
    await cluster.runtime.clock.settle()
    expect(valuesOf(waits.value.responses[0].partitions[0].records)).toEqual(['a', 'b', 'c'])
  })

  test('counts once for a request, not again when its wait is over', async () => {
    const waits = await waiting({ replica: 2, minBytes: 1_000_000 })
    await produce(['a'])
    await fetch({ replica: 2, fetchOffset: 1 })
    await cluster.runtime.clock.advance(500)
    expect(waits.ended).toBe(true)
    await fetch({ replica: 3, fetchOffset: 1 })
    expect(partition().log.highWatermark).toBe(1)
  })

  test('is told where its history parts, and does not count by that', async () => {
    await produce(['a'])
    const { leaderEpoch: epoch } = partition()
    expect(await fetch({ replica: 2, fetchOffset: 4, lastFetchedEpoch: epoch })).toMatchObject({
      errorCode: 0,
      divergingEpoch: { epoch, endOffset: 1 },
      records: Buffer.alloc(0),
    })
    await fetch({ replica: 3, fetchOffset: 1 })
    expect(partition().log.highWatermark).toBe(0)
  })

  test('outside of the log it does not count either', async () => {
    await produce(['a'])
    await fetch({ replica: 3, fetchOffset: 1 })
    expect(await fetch({ replica: 2, fetchOffset: 7 })).toMatchObject({ errorCode: ErrorCode.OFFSET_OUT_OF_RANGE })
    expect(partition().log.highWatermark).toBe(0)
  })

  test.each([
    ['an older leader epoch', { currentLeaderEpoch: EPOCH - 1 }, 'FENCED_LEADER_EPOCH'],
    ['a newer leader epoch', { currentLeaderEpoch: EPOCH + 1 }, 'UNKNOWN_LEADER_EPOCH'],
    ['an older incarnation', { brokerEpoch: 101 }, 'NOT_LEADER_OR_FOLLOWER'],
    ['no incarnation', { brokerEpoch: -1 }, 'NOT_LEADER_OR_FOLLOWER'],
    ['a version that names no incarnation', { version: 14 }, 'NOT_LEADER_OR_FOLLOWER'],
    ['a broker that is not assigned', { replica: 4 }, 'UNKNOWN_LEADER_EPOCH'],
    ['a broker that is not assigned and no epoch', { replica: 4, currentLeaderEpoch: -1 }, 'NOT_LEADER_OR_FOLLOWER'],
  ] as const)('is refused with %s', async (_, asked, error) => {
    await produce(['a'])
    await fetch({ replica: 3, fetchOffset: 1 })
    const answer = await fetch({ fetchOffset: 1, ...asked })
    expect(answer).toMatchObject({ errorCode: ErrorCode[error], records: Buffer.alloc(0), highWatermark: -1 })
    expect(partition().log.highWatermark).toBe(0)
  })

  test('a newer incarnation than the metadata has here is served, and is proposed once the metadata has it', async () => {
    cluster.session.setTopic(topicImage('t', [replicated({ isr: [1], partitionEpoch: 1 })]))
    expect(await fetch({ brokerEpoch: 202 })).toMatchObject({ errorCode: 0 })
    await cluster.runtime.clock.settle()
    expect(cluster.session.proposed).toEqual([])
    cluster.session.setBroker(broker(2, { epoch: 202 }))
    await cluster.runtime.clock.settle()
    expect(cluster.session.proposed).toMatchObject([
      [{ topicId: topicId('t'), partitions: [{ partitionIndex: 0, leaderEpoch: EPOCH, partitionEpoch: 1 }] }],
    ])
    expect(cluster.session.proposed[0]![0]!.partitions[0]!.newIsrWithEpochs).toEqual([
      { brokerId: 1, brokerEpoch: 101 },
      { brokerId: 2, brokerEpoch: 202 },
    ])
  })

  test('needs the listener of brokers and the permission to act for the cluster', async () => {
    await produce(['a'])
    const listener = { name: 'CLIENTS', securityProtocol: 'PLAINTEXT', isInterBroker: false } as const
    const refused = { errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED, records: Buffer.alloc(0) }
    expect(await fetch({ context: scriptedContext({ listener }) })).toMatchObject(refused)
    cluster.parts.security = { authorize: (_, operation) => operation !== 'CLUSTER_ACTION', quota: () => 0 }
    handler = fetchHandler(cluster.parts)
    expect(await fetch()).toMatchObject(refused)
    cluster.parts.security = { authorize: (_, operation) => operation === 'CLUSTER_ACTION', quota: () => 0 }
    handler = fetchHandler(cluster.parts)
    expect(await fetch()).toMatchObject({ errorCode: 0 })
  })

  test('its connection is one of a replica from then on, not when it is refused', async () => {
    const told: string[] = []
    const context = (who: string) => {
      const made = scriptedContext()
      return { ...made, connection: { ...made.connection, becomeReplica: () => void told.push(who) } }
    }
    await fetch({ context: context('stale'), brokerEpoch: 101 })
    await fetch({ context: context('replica') })
    expect(told).toEqual(['replica'])
  })

  test('loses its wait with the leadership', async () => {
    const waits = await waiting({ replica: 2 })
    cluster.session.setTopic(topicImage('t', [replicated({ leader: 2, leaderEpoch: EPOCH + 1, partitionEpoch: 1 })]))
    await cluster.runtime.clock.settle()
    expect(waits.value.responses[0].partitions[0]).toMatchObject({ errorCode: ErrorCode.FENCED_LEADER_EPOCH })
    expect(partition().replicaWatchers.size).toBe(0)
  })
})

describe("a replica's session", () => {
  test('wakes by appends, and its requests name nothing that has not changed', async () => {
    const { sessionId } = await fetchAll({ sessionEpoch: 0 })
    expect(sessionId).toBeGreaterThan(0)
    const waits = await waiting({ named: false, sessionId, sessionEpoch: 1 })
    await produce(['a'])
    await cluster.runtime.clock.settle()
    expect(valuesOf(waits.value.responses[0].partitions[0].records)).toEqual(['a'])
    await fetch({ replica: 3, fetchOffset: 1 })
    const next = await waiting({ fetchOffset: 1, sessionId, sessionEpoch: 2 })
    expect(partition().log.highWatermark).toBe(1)
    await cluster.runtime.clock.advance(500)
    expect(next.value.responses[0].partitions[0]).toMatchObject({ highWatermark: 1 })
  })

  test('tells the high watermark again to a replica that was told where its history parts', async () => {
    await produce(['a'])
    for (const replica of [2, 3]) await fetch({ replica, fetchOffset: 1 })
    const { sessionId } = await fetchAll({ fetchOffset: 5, lastFetchedEpoch: EPOCH, sessionEpoch: 0 })
    const next = await waiting({ fetchOffset: 1, lastFetchedEpoch: EPOCH, sessionId, sessionEpoch: 1 })
    await cluster.runtime.clock.advance(500)
    expect(next.value.responses[0].partitions[0]).toMatchObject({ errorCode: 0, highWatermark: 1 })
    const idle = await waiting({ named: false, sessionId, sessionEpoch: 2 })
    await cluster.runtime.clock.advance(500)
    expect(idle.value.responses).toEqual([])
    const named = await waiting({ fetchOffset: 1, sessionId, sessionEpoch: 3 })
    await cluster.runtime.clock.advance(500)
    expect(named.value.responses[0].partitions[0]).toMatchObject({ highWatermark: 1 })
  })

  test("is not a consumer's, nor the other way round", async () => {
    const { sessionId } = await fetchAll({ sessionEpoch: 0 })
    const consumer = { replica: -1, named: false, sessionId, sessionEpoch: 1 }
    expect(await fetchAll(consumer)).toMatchObject({ errorCode: ErrorCode.FETCH_SESSION_ID_NOT_FOUND })
    const { sessionId: other } = await fetchAll({ replica: -1, sessionEpoch: 0 })
    const replica = { named: false, sessionId: other, sessionEpoch: 1 }
    expect(await fetchAll(replica)).toMatchObject({ errorCode: ErrorCode.FETCH_SESSION_ID_NOT_FOUND })
  })

  test('a partition that is idle in its session keeps its replica in the ISR', async () => {
    for (const replica of [2, 3]) await fetchAll({ replica, sessionEpoch: 0 })
    await cluster.runtime.clock.advance(100_000)
    await produce(['a'])
    await cluster.runtime.clock.advance(15_000)
    expect(cluster.session.proposed).toEqual([])
    await cluster.runtime.clock.advance(30_000)
    expect(cluster.session.proposed).toHaveLength(1)
  })
})

describe('the rate of replicas that catch up', () => {
  const limit = async (replicas: string) => {
    cluster.session.setConfig('topic', 't', { 'leader.replication.throttled.replicas': replicas })
    cluster.session.setConfig('broker', '1', { 'leader.replication.throttled.rate': '1' })
    cluster.session.setTopic(topicImage('t', [replicated({ isr: [1, 2], partitionEpoch: 1 })]))
    await produce(['a'])
    await fetch({ replica: 2 })
  }

  test('holds back who is not in the ISR, until time has passed; an append does not wake it', async () => {
    await limit('0:1')
    expect(cluster.session.image.configs.get(configResource('topic', 't'))?.size).toBe(1)
    const held = await waiting({ replica: 3 })
    expect(held.ended).toBe(false)
    await produce(['b'])
    await cluster.runtime.clock.settle()
    expect(held.ended).toBe(false)
    expect(valuesOf((await fetch({ replica: 2, fetchOffset: 1 })).records)).toEqual(['b'])
    await cluster.runtime.clock.advance(500)
    expect(held.value.responses[0].partitions[0]).toMatchObject({ errorCode: 0, records: Buffer.alloc(0) })
    await cluster.runtime.clock.advance(60_000)
    expect(valuesOf((await fetch({ replica: 3 })).records)).toEqual(['a', 'b'])
  })

  test.each(['0:2', '1:1', 'none'])('does not concern replicas that the topic does not name: %s', async (replicas) => {
    await limit(replicas)
    expect(valuesOf((await fetch({ replica: 3 })).records)).toEqual(['a'])
  })
})

describe('a consumer and its rack', () => {
  const consume = (fetchOffset: number, rackId: string, changes: object = {}) => {
    const partitions = [{ partition: 0, fetchOffset, partitionMaxBytes: 1_000_000, currentLeaderEpoch: EPOCH }]
    const topics = [{ topic: 't', topicId: topicId('t'), partitions }]
    const request = { maxWaitMs: 0, minBytes: 1, rackId, topics, sessionEpoch: -1, ...changes }
    return call({ handler, version: 18, request }).then(({ responses }) => responses[0].partitions[0])
  }

  /** Replicas 2 and 3 have everything up to offset 2, committed. */
  const replicate = async () => {
    cluster = await scriptedCluster([topicImage('t', [replicated()])])
    cluster.session.setBroker(broker(3))
    handler = fetchHandler({ ...cluster.parts, selectsReplicaByRack: true })
    await produce(['a'])
    await produce(['b'])
    for (const replica of [2, 3]) await fetch({ replica, fetchOffset: 2, logStartOffset: 1 })
  }

  test.each([
    ['a replica in its rack', 1, 'rack-2', 2],
    ['the other one', 2, 'rack-3', 3],
    ['the leader in its own rack', 1, 'rack-1', -1],
    ['nobody in that rack', 1, 'rack-9', -1],
    ['no rack', 1, '', -1],
    ['records that the replica does not have any more', 0, 'rack-2', -1],
  ])('%s', async (_, offset, rack, preferredReadReplica) => {
    await replicate()
    const answer = await consume(offset, rack)
    expect(answer).toMatchObject({ errorCode: 0, preferredReadReplica, highWatermark: 2 })
    expect(valuesOf(answer.records)).toEqual(preferredReadReplica >= 0 ? [] : ['a', 'b'].slice(offset))
  })

  test.each([
    [
      'has left the ISR',
      () => cluster.session.setTopic(topicImage('t', [replicated({ isr: [1, 3], partitionEpoch: 1 })])),
    ],
    ['is fenced', () => cluster.session.setBroker(broker(2, { fenced: true }))],
    ['lacks the listener', () => cluster.session.setBroker(broker(2, { listeners: [] }))],
  ])('is not sent to a replica that %s', async (_, change) => {
    await replicate()
    change()
    expect(await consume(1, 'rack-2')).toMatchObject({ preferredReadReplica: -1 })
  })

  test('is sent away without waiting', async () => {
    await replicate()
    expect(await consume(2, 'rack-2', { maxWaitMs: 60_000 })).toMatchObject({ preferredReadReplica: 2 })
  })

  test('stays here where replica.selector.class says nothing', async () => {
    await replicate()
    handler = fetchHandler(cluster.parts)
    expect(await consume(1, 'rack-2')).toMatchObject({ preferredReadReplica: -1 })
  })

  test('replicas hear of the high watermark without waiting, in sessions too', async () => {
    cluster = await scriptedCluster([topicImage('t', [replicated()])], undefined, undefined, {
      readsFromFollowers: true,
    })
    cluster.session.setBroker(broker(3))
    handler = fetchHandler({ ...cluster.parts, selectsReplicaByRack: true })
    await produce(['a'])
    const { sessionId } = await fetchAll({ fetchOffset: 1, sessionEpoch: 0 })
    const waits = await waiting({ named: false, sessionId, sessionEpoch: 1 })
    expect(waits.ended).toBe(false)
    await fetch({ replica: 3, fetchOffset: 1 })
    await cluster.runtime.clock.settle()
    expect(waits.value.responses[0].partitions[0]).toMatchObject({ highWatermark: 1 })
    await produce(['b'])
    await fetchAll({ fetchOffset: 2, sessionId, sessionEpoch: 2 })
    await fetch({ replica: 3, fetchOffset: 2 })
    const next = await waiting({ named: false, sessionId, sessionEpoch: 3 })
    expect(next.value.responses[0].partitions[0]).toMatchObject({ highWatermark: 2 })
  })
})

describe('a follower', () => {
  const consume = (changes: object = {}, partitionChanges: object = {}) => {
    const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000_000, ...partitionChanges }]
    const topics = [{ topic: 't', topicId: topicId('t'), partitions }]
    const request = { maxWaitMs: 0, minBytes: 1, topics, sessionEpoch: -1, ...changes }
    return call({ handler, version: 18, request }).then(({ responses }) => responses[0].partitions[0])
  }

  /** Two records, the first one committed; then broker 2 leads. */
  beforeEach(async () => {
    await produce(['a'])
    await produce(['b'])
    for (const replica of [2, 3]) await fetch({ replica, fetchOffset: 1 })
    cluster.session.setTopic(topicImage('t', [replicated({ leader: 2, leaderEpoch: EPOCH + 1, partitionEpoch: 1 })]))
  })

  test('serves who names a rack, up to its high watermark, and debugging readers', async () => {
    for (const changes of [{ rackId: 'anywhere' }, { replicaState: { replicaId: -2 } }]) {
      const answer = await consume(changes)
      expect(answer).toMatchObject({ errorCode: 0, highWatermark: 1, preferredReadReplica: -1 })
      expect(valuesOf(answer.records)).toEqual(['a'])
    }
  })

  test('tells others who leads, and fences older epochs', async () => {
    expect(await consume()).toMatchObject({
      errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER,
      currentLeader: { leaderId: 2, leaderEpoch: EPOCH + 1 },
    })
    expect(await consume({ rackId: 'r' }, { currentLeaderEpoch: EPOCH })).toMatchObject({
      errorCode: ErrorCode.FENCED_LEADER_EPOCH,
      currentLeader: { leaderId: 2, leaderEpoch: EPOCH + 1 },
    })
    expect(await fetch({ currentLeaderEpoch: -1 })).toMatchObject({ errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER })
  })

  test('a reader behind its high watermark waits; one behind its end is told to look elsewhere', async () => {
    expect(await consume({ rackId: 'r' }, { fetchOffset: 2 })).toMatchObject({ errorCode: 0, records: Buffer.alloc(0) })
    expect(await consume({ rackId: 'r' }, { fetchOffset: 3 })).toMatchObject({
      errorCode: ErrorCode.OFFSET_OUT_OF_RANGE,
    })
  })

  test('wakes its readers when it hears of a higher high watermark', async () => {
    const state: { value?: { records: Uint8Array } } = {}
    const asked = consume({ rackId: 'r', maxWaitMs: 500, minBytes: 20 }, { fetchOffset: 1 })
    void asked.then((value) => Object.assign(state, { value }))
    await cluster.runtime.clock.settle()
    expect(state.value).toBeUndefined()
    const answer = { partitionIndex: 0, errorCode: 0, highWatermark: 2, lastStableOffset: 2, logStartOffset: 0 }
    const nothing = { divergingEpoch: { epoch: -1, endOffset: -1 }, records: null }
    partition().following!.take({ ...answer, ...nothing } as never, 2)
    await cluster.runtime.clock.settle()
    expect(valuesOf(state.value!.records)).toEqual(['b'])
  })
})
