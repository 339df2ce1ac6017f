/** A broker with groups, on a machine in memory: the coordinator's life from the first client on. */
import '@ottla/runtime/node'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { startController } from '@ottla/controller'
import {
  CreateTopicsRequest,
  CreateTopicsResponse,
  DeleteTopicsRequest,
  DeleteTopicsResponse,
  DescribeConfigsRequest,
  DescribeConfigsResponse,
  decodeResponse,
  encodeBatch,
  FindCoordinatorRequest,
  FindCoordinatorResponse,
  JoinGroupRequest,
  JoinGroupResponse,
  MetadataRequest,
  MetadataResponse,
  OffsetCommitRequest,
  OffsetCommitResponse,
  OffsetFetchRequest,
  OffsetFetchResponse,
  ProduceRequest,
  ProduceResponse,
} from '@ottla/protocol'
import { MemoryDisk } from '@ottla/runtime/testing'
import type { Broker } from '../start-broker.ts'
import { BrokerWorld } from '../testing/broker-world.ts'
import type { RawClient } from '../testing/raw-client.ts'

const OFFSETS = '__consumer_offsets'
const FIND = { request: FindCoordinatorRequest, response: FindCoordinatorResponse }
const COMMIT = { request: OffsetCommitRequest, response: OffsetCommitResponse }
const FETCH = { request: OffsetFetchRequest, response: OffsetFetchResponse }
const METADATA = { request: MetadataRequest, response: MetadataResponse }

let world: BrokerWorld

const CONFIG = { 'offsets.topic.num.partitions': '5', 'offsets.topic.replication.factor': '1' }

const drive = <T>(promise: Promise<T>) => world.drive(promise)
const start = (values: Readonly<Record<string, string>> = {}, disk?: MemoryDisk) =>
  world.broker({ ...CONFIG, ...values }, disk)
const stop = (broker: Broker) => world.stop(broker)
const connect = (broker: Broker) => world.connect(broker)

async function find(client: RawClient, key: string) {
  const { errorCode, nodeId } = await drive(client.call(FIND, 3, { key, keyType: 0 }))
  return { errorCode, nodeId }
}

/** Until the coordinator is loaded. */
async function retried(attempt: () => Promise<number>): Promise<number> {
  for (let times = 0; ; times++) {
    const errorCode = await attempt()
    if (![14, 15, 16].includes(errorCode) || times > 100) return errorCode
    await world.runtime.clock.advance(100)
  }
}

function commit(client: RawClient, groupId: string, committedOffset: number): Promise<number> {
  const partitions = [{ partitionIndex: 0, committedOffset, committedMetadata: 'note' }]
  const body = { groupId, generationIdOrMemberEpoch: -1, memberId: '', topics: [{ name: 't', partitions }] }
  return retried(async () => (await drive(client.call(COMMIT, 8, body))).topics[0]!.partitions[0]!.errorCode)
}

async function committed(client: RawClient, groupId: string): Promise<number> {
  let offset = -2
  const body = { groupId, topics: [{ name: 't', partitionIndexes: [0] }], requireStable: false }
  const errorCode = await retried(async () => {
    const answer = await drive(client.call(FETCH, 7, body))
    offset = answer.topics[0]?.partitions[0]?.committedOffset ?? -2
    return answer.errorCode
  })
  expect(errorCode).toBe(0)
  return offset
}

function join(client: RawClient, groupId: string, metadata = Uint8Array.of(1, 2, 3)): number {
  return client.send(JoinGroupRequest, 3, {
    groupId,
    sessionTimeoutMs: 30_000,
    rebalanceTimeoutMs: 60_000,
    memberId: '',
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata }],
  })
}

async function createTopic(client: RawClient): Promise<void> {
  const messages = { request: CreateTopicsRequest, response: CreateTopicsResponse }
  const wish = { name: 't', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }
  const { topics } = await drive(client.call(messages, 5, { topics: [wish], timeoutMs: 1000, validateOnly: false }))
  expect(topics[0]!.errorCode).toBe(0)
}

async function offsetsTopic(client: RawClient) {
  const answer = await drive(client.call(METADATA, 4, { topics: [{ name: OFFSETS }], allowAutoTopicCreation: true }))
  return answer.topics[0]!
}

beforeEach(async () => {
  world = await BrokerWorld.start(startController)
})

afterEach(() => world.end())

describe('the topic of groups', () => {
  test('is made when the first client asks for a coordinator, in the shape that Kafka gives it', async () => {
    const client = await connect(await start())
    expect((await offsetsTopic(client)).errorCode).toBe(3)
    expect(await find(client, 'g')).toEqual({ errorCode: 0, nodeId: 1 })
    const { partitions, isInternal } = await offsetsTopic(client)
    expect([partitions.length, isInternal]).toEqual([5, true])
    const messages = { request: DescribeConfigsRequest, response: DescribeConfigsResponse }
    const resources = [{ resourceType: 2, resourceName: OFFSETS, configurationKeys: null }]
    const { results } = await drive(client.call(messages, 2, { resources, includeSynonyms: false }))
    const values = new Map(results[0]!.configs.map(({ name, value }) => [name, value]))
    expect(['cleanup.policy', 'segment.bytes', 'compression.type'].map((name) => values.get(name))).toEqual([
      'compact',
      '104857600',
      'producer',
    ])
  })

  test('waits for as many brokers as it is to have replicas', async () => {
    const client = await connect(await start({ 'offsets.topic.replication.factor': '2' }))
    expect(await find(client, 'g')).toEqual({ errorCode: 15, nodeId: -1 })
    expect(await commitOnce(client)).toBe(15)
  })

  test('is written to by its coordinator alone', async () => {
    const client = await connect(await start())
    await find(client, 'g')
    const records = encodeBatch({ records: [{ key: Uint8Array.of(1), value: null, timestamp: 0 }] })
    const answer = await drive(
      client.call({ request: ProduceRequest, response: ProduceResponse }, 7, {
        transactionalId: null,
        acks: -1,
        timeoutMs: 1000,
        topicData: [{ name: OFFSETS, partitionData: [{ index: 0, records }] }],
      }),
    )
    expect(answer.responses[0]!.partitionResponses[0]!.errorCode).toBe(17)
  })

  /** One attempt. */
  async function commitOnce(client: RawClient): Promise<number> {
    const partitions = [{ partitionIndex: 0, committedOffset: 1, committedMetadata: '' }]
    const topics = [{ name: 't', partitions }]
    await createTopic(client)
    const body = { groupId: 'g', generationIdOrMemberEpoch: -1, memberId: '', topics }
    return (await drive(client.call(COMMIT, 8, body))).topics[0]!.partitions[0]!.errorCode
  }
})

describe('what was committed', () => {
  test('is there after a stop and a start', async () => {
    const first = await start()
    const client = await connect(first)
    await createTopic(client)
    await find(client, 'g')
    expect([await commit(client, 'g', 5), await commit(client, 'h', 6), await commit(client, 'g', 7)]).toEqual([
      0, 0, 0,
    ])
    await stop(first)
    const again = await connect(await start())
    expect([await committed(again, 'g'), await committed(again, 'h')]).toEqual([7, 6])
    expect(await committed(again, 'nobody')).toBe(-1)
  })

  test('is there after a kill', async () => {
    const disk = new MemoryDisk({ machine: world.runtime.disk.machine })
    const killed = await start({}, disk)
    const client = await connect(killed)
    await createTopic(client)
    await find(client, 'g')
    await commit(client, 'g', 5)
    disk.crash('process')
    await stop(killed)
    expect(await committed(await connect(await start()), 'g')).toBe(5)
  })

  test('goes with the topic, and groups begin anew with the next one', async () => {
    const client = await connect(await start())
    await createTopic(client)
    await find(client, 'g')
    await commit(client, 'g', 5)
    const messages = { request: DeleteTopicsRequest, response: DeleteTopicsResponse }
    const { responses } = await drive(client.call(messages, 5, { topicNames: [OFFSETS], timeoutMs: 1000 }))
    expect(responses[0]!.errorCode).toBe(0)
    expect(await find(client, 'g')).toEqual({ errorCode: 0, nodeId: 1 })
    expect(await committed(client, 'g')).toBe(-1)
    expect([await commit(client, 'g', 1), await committed(client, 'g')]).toEqual([0, 1])
  })
})

test('the members of all groups together take a quarter of the memory that requests may', async () => {
  const client = await connect(await start({ 'queued.max.request.bytes': '1000000' }))
  await find(client, 'g')
  for (const groupId of ['g', 'h', 'i']) await committed(client, groupId)
  const before = client.frames.length
  const joins = ['g', 'h', 'i'].map((groupId) => join(client, groupId, new Uint8Array(100_000)))
  await world.runtime.clock.advance(10_000)
  const errors = new Map(
    client.frames.slice(before).map((frame, index) => {
      const { body } = decodeResponse(JoinGroupResponse, 3, frame)
      return [client.correlationIds[before + index], body.errorCode]
    }),
  )
  expect(joins.map((correlationId) => errors.get(correlationId))).toEqual([0, 0, 15])
})

test('a member that waits is sent elsewhere when the broker stops', async () => {
  const broker = await start({ 'group.initial.rebalance.delay.ms': '60000' })
  const client = await connect(broker)
  await find(client, 'g')
  await committed(client, 'g')
  const before = client.frames.length
  const correlationId = join(client, 'g')
  await world.runtime.clock.advance(1000)
  expect(client.frames).toHaveLength(before)
  await stop(broker)
  expect(client.frames).toHaveLength(before + 1)
  const { body } = decodeResponse(JoinGroupResponse, 3, client.frames[before]!)
  expect([client.correlationIds[before], body.errorCode]).toEqual([correlationId, 16])
})
