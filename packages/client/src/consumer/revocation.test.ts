/** What becomes of a member of a group whose application has records in hand: when the group rebalances, or when it keeps them too long. */
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import {
  ApiKey,
  ErrorCode,
  encodeBatch,
  FetchResponse,
  FindCoordinatorResponse,
  HeartbeatResponse,
  JoinGroupResponse,
  ListOffsetsResponse,
  MetadataResponse,
  OffsetCommitResponse,
  OffsetFetchResponse,
  SyncGroupResponse,
} from '@ottla/protocol'
import '@ottla/runtime/node'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { encodeAssignment } from '../group/consumer-protocol.ts'
import {
  answer,
  type Reaction,
  type ScriptedBroker,
  type SeenRequest,
  scriptedBroker,
} from '../testing/scripted-broker.ts'
import { Consumer } from './consumer.ts'
import type { RunOptions } from './handler-loop.ts'

type Bytes = Uint8Array | null

const TOPIC_ID = 'AQEBAQEBAQEBAQEBAQEBAQ'
const HEARTBEAT_MS = 100
const MAX_POLL_MS = 1_000
const FETCH_WAIT_MS = 500

let world: TestRuntime
let broker: ScriptedBroker
let consumer: Consumer
/** To heartbeats. */
let said: keyof typeof ErrorCode
let joins: number
/** Joins behind these wait for ever. */
let joinsAnswered: number
/** What the group gives to this member. */
let given: readonly number[]
let told: string[]

beforeEach(async () => {
  world = testRuntime()
  said = 'NONE'
  joins = 0
  joinsAnswered = 1
  given = [0]
  told = []
  broker = await scriptedBroker(world.net, react)
  consumer = new Consumer(world, {
    ...{
      bootstrapServers: `127.0.0.1:${broker.port}`,
      groupId: 'g',
      groupProtocol: 'classic',
      autoOffsetReset: 'earliest',
    },
    ...{ heartbeatIntervalMs: HEARTBEAT_MS, maxPollIntervalMs: MAX_POLL_MS, sessionTimeoutMs: 10_000 },
    ...{ enableAutoCommit: false, partitionAssignmentStrategy: ['range'] },
  })
  const hear = (how: string) => () => {
    told.push(`${how} as ${consumer.groupMetadata().memberId}`)
  }
  consumer.subscribe(['t'], { onAssigned: hear('assigned'), onRevoked: hear('revoked'), onLost: hear('lost') })
})

afterEach(async () => {
  said = 'NONE'
  await passing(consumer.close({ timeoutMs: 100 }))
  await broker.close()
})

function react({ apiKey, body }: SeenRequest): Reaction | Promise<Reaction> {
  const node = { nodeId: 1, host: '127.0.0.1', port: broker.port }
  const place = { partitionIndex: 0, errorCode: 0 }
  switch (apiKey) {
    case ApiKey.Metadata: {
      const leaders = { leaderId: 1, leaderEpoch: 1, replicaNodes: [1], isrNodes: [1] }
      const partitions = [0, 1].map((partitionIndex) => ({ ...place, ...leaders, partitionIndex }))
      const topics = [{ errorCode: 0, name: 't', topicId: TOPIC_ID, partitions }]
      return answer(MetadataResponse, { brokers: [node], topics })
    }
    case ApiKey.FindCoordinator:
      return answer(FindCoordinatorResponse, { coordinators: [{ key: 'g', ...node, errorCode: 0, errorMessage: '' }] })
    case ApiKey.ListOffsets:
      return answer(ListOffsetsResponse, { topics: [{ name: 't', partitions: places({ offset: 0 }) }] })
    case ApiKey.OffsetFetch: {
      const partitions = places({ committedOffset: -1, committedLeaderEpoch: -1, metadata: '' })
      const topics = [{ name: 't', partitions }]
      return answer(OffsetFetchResponse, { groups: [{ groupId: 'g', topics, errorCode: 0 }] })
    }
    case ApiKey.OffsetCommit:
      return answer(OffsetCommitResponse, { topics: [{ name: 't', partitions: [place] }] })
    case ApiKey.Fetch:
      return fetched(body)
    default:
      return groupAnswer(apiKey)
  }
}

function places<T extends object>(its: T) {
  return [0, 1].map((partitionIndex) => ({ partitionIndex, errorCode: 0, ...its }))
}

/** Each partition has one record. */
function fetched({ topics }: SeenRequest['body']): Reaction | Promise<Reaction> {
  const wanted: { partition: number; fetchOffset: number }[] = topics[0]?.partitions ?? []
  const due = wanted.filter(({ fetchOffset }) => fetchOffset === 0)
  if (due.length === 0) {
    const nothing = answer(FetchResponse, { responses: [] })
    return new Promise((resolve) => world.timers.after(FETCH_WAIT_MS, () => resolve(nothing)))
  }
  const records = encodeBatch({
    records: [{ key: null, value: null, timestamp: 0 }],
    ...{ baseOffset: 0, partitionLeaderEpoch: 1 },
  })
  const partitions = due.map(({ partition: partitionIndex }) => {
    return { partitionIndex, errorCode: 0, highWatermark: 1, abortedTransactions: null, records }
  })
  return answer(FetchResponse, { responses: [{ topicId: TOPIC_ID, partitions }] })
}

function groupAnswer(apiKey: number): Reaction | Promise<Reaction> {
  const protocol = { protocolType: 'consumer', protocolName: 'range' }
  switch (apiKey) {
    case ApiKey.JoinGroup: {
      const who = { generationId: ++joins, leader: 'other', memberId: 'm', members: [] }
      return joins <= joinsAnswered
        ? answer(JoinGroupResponse, { errorCode: 0, ...protocol, ...who })
        : new Promise(() => {})
    }
    case ApiKey.SyncGroup: {
      const assignment = encodeAssignment({
        partitions: given.map((partition) => ({ topic: 't', partition })),
        owesJoin: false,
      })
      return answer(SyncGroupResponse, { errorCode: 0, ...protocol, assignment })
    }
    default:
      return answer(HeartbeatResponse, { errorCode: ErrorCode[said] })
  }
}

async function passing<T>(promise: Promise<T>): Promise<T> {
  let isOver = false
  const over = promise.finally(() => {
    isOver = true
  })
  over.catch(() => {})
  while (!isOver) await world.clock.advance(1)
  return over
}

/** Has a record in hand, and has heard that the group rebalances. */
async function isRevoking(): Promise<void> {
  expect(await passing(consumer.poll({ timeoutMs: 100 }))).toHaveLength(1)
  said = 'REBALANCE_IN_PROGRESS'
  await world.clock.advance(HEARTBEAT_MS + 10)
  expect(told).toEqual(['assigned as m'])
}

test('what is in hand when the group rebalances is revoked when the application comes back', async () => {
  await isRevoking()
  await passing(consumer.poll({ timeoutMs: 10 }))
  expect(told).toEqual(['assigned as m', 'revoked as m'])
  expect(joins).toBe(2)
})

test.each<[string, keyof typeof ErrorCode, number]>([
  ['the group goes on without it', 'ILLEGAL_GENERATION', 2 * HEARTBEAT_MS],
  ['it is put out of the group', 'UNKNOWN_MEMBER_ID', 2 * HEARTBEAT_MS],
  ['the application does not come back in time', 'REBALANCE_IN_PROGRESS', MAX_POLL_MS],
])('… is lost when %s before that', async (_, error, afterMs) => {
  await isRevoking()
  said = error
  await world.clock.advance(afterMs)
  expect(told.map((line) => line.split(' ')[0])).toEqual(['assigned', 'lost'])
})

const kinds = () => told.map((line) => line.split(' ')[0])
const leaves = () => broker.requests.filter(({ apiKey }) => apiKey === ApiKey.LeaveGroup).length
const warnings = () => world.logger.lines.map(({ message }) => message).filter((message) => message.includes('leaving'))

/** A handler that returns when it is told to. */
function hanging(name: 'eachRecord' | 'eachBatch', concurrency = 1) {
  joinsAnswered = Number.POSITIVE_INFINITY
  const releases: (() => void)[] = []
  const handler = () => new Promise<void>((resolve) => releases.push(resolve))
  const running = consumer.run({ [name]: handler, concurrency } as unknown as RunOptions<Bytes, Bytes>)
  const called = async (times: number) => {
    while (releases.length < times) await world.clock.advance(1)
  }
  return { releases, called, running }
}

test.each(['eachRecord', 'eachBatch'] as const)('while %s does not return the member is out', async (name) => {
  const { releases, called, running } = hanging(name)
  await called(1)
  await world.clock.advance(MAX_POLL_MS + 10)
  expect(kinds()).toEqual(['assigned', 'lost'])
  expect(warnings()).toEqual([
    `group g: ${name} of t-0 at offset 0 has not returned for 1000 ms (max.poll.interval.ms); leaving until it has`,
  ])
  await world.clock.advance(10 * MAX_POLL_MS)
  expect([joins, leaves()]).toEqual([1, 1])
  releases[0]!()
  await called(2)
  expect(kinds()).toEqual(['assigned', 'lost', 'assigned'])
  expect([joins, leaves()]).toEqual([2, 1])
  releases[1]!()
  await passing(consumer.close({ timeoutMs: 100 }))
  await running
})

test('of several handlers that do not return the last one is waited for', async () => {
  given = [0, 1]
  const { releases, called, running } = hanging('eachRecord', 2)
  await called(2)
  await world.clock.advance(2 * MAX_POLL_MS)
  releases[1]!()
  await world.clock.advance(2 * MAX_POLL_MS)
  expect([joins, leaves()]).toEqual([1, 1])
  expect(warnings()).toHaveLength(1)
  releases[0]!()
  await called(4)
  expect([joins, leaves()]).toEqual([2, 1])
  for (const release of releases) release()
  await passing(consumer.close({ timeoutMs: 100 }))
  await running
})

test('a partition that was lost and is back waits for its handler', async () => {
  const { releases, called, running } = hanging('eachRecord', 2)
  await called(1)
  said = 'UNKNOWN_MEMBER_ID'
  await world.clock.advance(HEARTBEAT_MS)
  said = 'NONE'
  await world.clock.advance(5 * HEARTBEAT_MS)
  expect(kinds()).toEqual(['assigned', 'lost', 'assigned'])
  expect(releases).toHaveLength(1)
  releases[0]!()
  await called(2)
  releases[1]!()
  await passing(consumer.close({ timeoutMs: 100 }))
  await running
})

test('reading what matches a pattern creates no topics: one that is deleted stays so', async () => {
  consumer.subscribe(/t/)
  await passing(consumer.poll())
  const asked = broker.requests.filter(({ apiKey }) => apiKey === ApiKey.Metadata).map(({ body }) => body)
  expect(asked.some(({ topics }) => topics?.[0]?.name === 't')).toBe(true)
  expect(asked.filter(({ allowAutoTopicCreation }) => allowAutoTopicCreation)).toEqual([])
})

test.each(['poll', 'iteration'] as const)('who does not come back is out until then: %s', async (style) => {
  joinsAnswered = Number.POSITIVE_INFINITY
  const iterator = consumer[Symbol.asyncIterator]()
  const next = async () => {
    if (style === 'poll') return (await passing(consumer.poll()))[0]!.offset
    return (await passing(iterator.next())).value!.offset
  }
  expect(await next()).toBe(0)
  await world.clock.advance(10 * MAX_POLL_MS)
  expect(warnings()).toEqual([
    'group g: nobody has polled for 1000 ms (max.poll.interval.ms); leaving until somebody does',
  ])
  expect(kinds()).toEqual(['assigned', 'lost'])
  expect([joins, leaves()]).toEqual([1, 1])
  expect(await next()).toBe(0)
  expect([joins, leaves()]).toEqual([2, 1])
})

test('what was lost is not committed by a member that is back before the application has been told', async () => {
  joinsAnswered = Number.POSITIVE_INFINITY
  const told = Promise.withResolvers<void>()
  consumer.subscribe(['t'], { onLost: () => told.promise })
  expect(await passing(consumer.poll())).toHaveLength(1)
  await world.clock.advance(MAX_POLL_MS + 10)
  expect(await passing(consumer.poll({ timeoutMs: 100 }))).toEqual([])
  expect(consumer.groupMetadata()).toMatchObject({ memberId: 'm', generationId: 2 })
  await passing(consumer.commitSync())
  expect(broker.requests.filter(({ apiKey }) => apiKey === ApiKey.OffsetCommit)).toEqual([])
  told.resolve()
})
