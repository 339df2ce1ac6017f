/** Names of topics in groups: of the consumer protocol, whose members are told ids, while nobody tells the name of one; and names that are none. */
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import {
  ApiKey,
  ConsumerGroupHeartbeatResponse,
  ErrorCode,
  FetchResponse,
  FindCoordinatorResponse,
  ListOffsetsResponse,
  MetadataResponse,
  OffsetFetchResponse,
} from '@ottla/protocol'
import '@ottla/runtime/node'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import {
  answer,
  type Reaction,
  type ScriptedBroker,
  type SeenRequest,
  scriptedBroker,
} from '../testing/scripted-broker.ts'
import { Consumer } from './consumer.ts'

interface Asked {
  readonly name: string | null
  readonly topicId: string
}

const T = { name: 't', topicId: 'AQEBAQEBAQEBAQEBAQEBAQ' }
const LATER = { name: 'later', topicId: 'AgICAgICAgICAgICAgICAg' }
const TOPICS = [T, LATER]
const WRONG = 'no name!'
const WRONG_TOPIC = { errorCode: ErrorCode.INVALID_TOPIC_EXCEPTION, name: WRONG, partitions: [] }
const REQUEST_MS = 2_000

let world: TestRuntime
let broker: ScriptedBroker
let consumer: Consumer
/** What the coordinator gives to the member, once. */
let given: typeof T | undefined
let isOut: boolean
let told: string[]

beforeEach(async () => {
  world = testRuntime()
  given = T
  isOut = false
  told = []
  broker = await scriptedBroker(world.net, react)
  consumer = new Consumer(world, {
    ...{ bootstrapServers: `127.0.0.1:${broker.port}`, requestTimeoutMs: REQUEST_MS },
    ...{ groupId: 'g', groupProtocol: 'consumer', enableAutoCommit: false },
  })
  const hear = (how: string) => (partitions: readonly { readonly topic: string }[]) => {
    told.push(...partitions.map(({ topic }) => `${how} ${topic}`))
  }
  consumer.subscribe({ pattern: '.*' }, { onAssigned: hear('assigned'), onRevoked: hear('revoked') })
})

afterEach(async () => {
  const closed = consumer.close({ timeoutMs: 100 })
  await world.clock.advance(5_000)
  await closed
  await broker.close()
})

function react({ apiKey, body }: SeenRequest): Reaction {
  const node = { nodeId: 1, host: '127.0.0.1', port: broker.port }
  switch (apiKey) {
    case ApiKey.Metadata: {
      const asked = new Set(body.topics?.flatMap(({ name, topicId }: Asked) => [name, topicId]))
      if (asked.has(WRONG)) return answer(MetadataResponse, { brokers: [node], topics: [WRONG_TOPIC] })
      const topics = TOPICS.filter(({ name, topicId }) => asked.has(name) || asked.has(topicId))
      return isOut ? 'close' : answer(MetadataResponse, { brokers: [node], topics: topics.map(described) })
    }
    case ApiKey.FindCoordinator:
      return answer(FindCoordinatorResponse, { coordinators: [{ key: 'g', ...node, errorCode: 0, errorMessage: '' }] })
    case ApiKey.ConsumerGroupHeartbeat: {
      const assignment = given && { topicPartitions: [{ topicId: given.topicId, partitions: [0] }] }
      given = undefined
      return answer(ConsumerGroupHeartbeatResponse, {
        ...{ throttleTimeMs: 0, errorCode: 0, errorMessage: null },
        ...{ memberId: 'm', memberEpoch: 1, heartbeatIntervalMs: 100, assignment: assignment ?? null },
      })
    }
    case ApiKey.OffsetFetch:
      return answer(OffsetFetchResponse, { groups: [{ groupId: 'g', topics: [], errorCode: 0 }] })
    case ApiKey.ListOffsets:
      return answer(ListOffsetsResponse, { topics: [] })
    default:
      return answer(FetchResponse, { responses: [] })
  }
}

function described(topic: typeof T) {
  const leaders = { leaderId: 1, leaderEpoch: 1, replicaNodes: [1], isrNodes: [1] }
  return { errorCode: 0, ...topic, partitions: [{ errorCode: 0, partitionIndex: 0, ...leaders }] }
}

test('what an assignment takes away is given up in time, and what it adds is taken when its name is known', async () => {
  const polling = consumer.poll({ timeoutMs: 60_000 })
  await world.clock.advance(1_000)
  expect(told).toEqual(['assigned t'])
  isOut = true
  given = LATER
  await world.clock.advance(REQUEST_MS + 500)
  expect(told).toEqual(['assigned t', 'revoked t'])
  isOut = false
  await world.clock.advance(2 * REQUEST_MS)
  expect(told).toEqual(['assigned t', 'revoked t', 'assigned later'])
  await world.clock.advance(60_000)
  expect(await polling).toEqual([])
})

test('a name that cannot be one is told with the error', async () => {
  consumer.subscribe([WRONG])
  const polling = expect(consumer.poll()).rejects.toThrow(/^no name!: The topic name is not valid/)
  await world.clock.advance(1_000)
  await polling
})
