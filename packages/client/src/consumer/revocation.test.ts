/** What a member of a group is told when the group rebalances while the application has records in hand. */
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

const TOPIC_ID = 'AQEBAQEBAQEBAQEBAQEBAQ'
const HEARTBEAT_MS = 100
const MAX_POLL_MS = 1_000

let world: TestRuntime
let broker: ScriptedBroker
let consumer: Consumer
/** To heartbeats. */
let said: keyof typeof ErrorCode
let joins: number
let told: string[]

beforeEach(async () => {
  world = testRuntime()
  said = 'NONE'
  joins = 0
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
      const partition = { ...place, leaderId: 1, leaderEpoch: 1, replicaNodes: [1], isrNodes: [1] }
      const topics = [{ errorCode: 0, name: 't', topicId: TOPIC_ID, partitions: [partition] }]
      return answer(MetadataResponse, { brokers: [node], topics })
    }
    case ApiKey.FindCoordinator:
      return answer(FindCoordinatorResponse, { coordinators: [{ key: 'g', ...node, errorCode: 0, errorMessage: '' }] })
    case ApiKey.ListOffsets:
      return answer(ListOffsetsResponse, { topics: [{ name: 't', partitions: [{ ...place, offset: 0 }] }] })
    case ApiKey.OffsetFetch: {
      const partitions = [{ ...place, committedOffset: -1, committedLeaderEpoch: -1, metadata: '' }]
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

function fetched({ topics }: SeenRequest['body']): Reaction | Promise<Reaction> {
  if (topics[0]?.partitions[0].fetchOffset !== 0) return new Promise(() => {})
  const records = encodeBatch({
    records: [{ key: null, value: null, timestamp: 0 }],
    ...{ baseOffset: 0, partitionLeaderEpoch: 1 },
  })
  const partition = { partitionIndex: 0, errorCode: 0, highWatermark: 1, abortedTransactions: null, records }
  return answer(FetchResponse, { responses: [{ topicId: TOPIC_ID, partitions: [partition] }] })
}

function groupAnswer(apiKey: number): Reaction | Promise<Reaction> {
  const protocol = { protocolType: 'consumer', protocolName: 'range' }
  switch (apiKey) {
    case ApiKey.JoinGroup: {
      const who = { generationId: ++joins, leader: 'other', memberId: 'm', members: [] }
      return joins === 1 ? answer(JoinGroupResponse, { errorCode: 0, ...protocol, ...who }) : new Promise(() => {})
    }
    case ApiKey.SyncGroup: {
      const assignment = encodeAssignment([{ topic: 't', partition: 0 }])
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
