import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  ApiKey,
  CreateTopicsResponse,
  DeleteTopicsResponse,
  DescribeClusterResponse,
  DescribeConfigsResponse,
  DescribeTopicPartitionsResponse,
  ErrorCode,
  ListOffsetsResponse,
  MetadataResponse,
  ZERO_UUID,
} from '@ottla/protocol'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import {
  answer,
  type Reaction,
  type ScriptedBroker,
  type SeenRequest,
  scriptedBroker,
} from '../testing/scripted-broker.ts'
import { Admin } from './admin.ts'
import { OFFSET_SPEC } from './list-offsets.ts'
import { unwrap } from './outcome.ts'

const TOPIC_ID = 'AQEBAQEBAQEBAQEBAQEBAQ'

let world: TestRuntime
let brokers: ScriptedBroker[]
let admin: Admin

/** Answers by API key; Metadata is answered from `leaders` unless it has a handler. */
type Handlers = Record<number, (request: SeenRequest, nodeId: number) => Reaction>

let handlers: Handlers
/** Leader of each partition of each topic; -1: none. */
let leaders: Record<string, number[]>
let controllerId: number

beforeEach(async () => {
  world = testRuntime()
  handlers = {}
  leaders = {}
  controllerId = 0
  brokers = []
  for (const nodeId of [0, 1, 2]) {
    brokers.push(
      await scriptedBroker(world.net, (request) => (handlers[request.apiKey] ?? defaultHandler)(request, nodeId)),
    )
  }
  admin = new Admin(world, { bootstrapServers: `127.0.0.1:${brokers[0]!.port}`, defaultApiTimeoutMs: 2000 })
})

afterEach(async () => {
  admin.close()
  for (const broker of brokers) await broker.close()
})

function defaultHandler({ apiKey, body }: SeenRequest): Reaction {
  if (apiKey !== ApiKey.Metadata) throw new Error(`no handler for API ${apiKey}`)
  const asked: { name: string | null; topicId: string }[] =
    body.topics ?? Object.keys(leaders).map((name) => ({ name }))
  return answer(MetadataResponse, {
    brokers: brokers.map(({ port }, nodeId) => ({ nodeId, host: '127.0.0.1', port })),
    clusterId: 'c',
    controllerId,
    topics: asked.map(({ name, topicId }) => metadataTopic(name ?? (topicId === TOPIC_ID ? 't' : null), topicId)),
  })
}

function metadataTopic(name: string | null, asked = ZERO_UUID) {
  const partitions = name === null ? undefined : leaders[name]
  if (partitions === undefined) {
    const errorCode = name === null ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    return { name, topicId: asked, errorCode, partitions: [] }
  }
  return {
    name,
    topicId: TOPIC_ID,
    errorCode: 0,
    partitions: partitions.map((leaderId, partitionIndex) => ({
      errorCode: 0,
      partitionIndex,
      leaderId,
      replicaNodes: [0, 1],
      isrNodes: [0],
    })),
  }
}

function requests(apiKey: number): (SeenRequest & { nodeId: number })[] {
  return brokers.flatMap((broker, nodeId) =>
    broker.requests.filter((request) => request.apiKey === apiKey).map((request) => ({ ...request, nodeId })),
  )
}

describe('describeCluster', () => {
  test('asks DescribeCluster where it is served', async () => {
    handlers[ApiKey.DescribeCluster] = () =>
      answer(DescribeClusterResponse, {
        throttleTimeMs: 0,
        errorCode: 0,
        clusterId: 'c',
        controllerId: -1,
        brokers: [{ brokerId: 5, host: 'h', port: 1, rack: 'r' }],
      })
    expect(await admin.describeCluster()).toEqual({
      clusterId: 'c',
      controllerId: undefined,
      brokers: [{ id: 5, host: 'h', port: 1, rack: 'r', isFenced: false }],
    })
  })

  test('asks Metadata elsewhere', async () => {
    brokers[0]!.serves.delete(ApiKey.DescribeCluster)
    expect(await admin.describeCluster()).toMatchObject({
      clusterId: 'c',
      controllerId: 0,
      brokers: [{ id: 0 }, { id: 1 }, { id: 2 }],
    })
  })
})

describe('topics', () => {
  test('are listed without being created', async () => {
    leaders = { a: [0], b: [1] }
    expect(await admin.listTopics()).toEqual([
      { name: 'a', topicId: TOPIC_ID, isInternal: false },
      { name: 'b', topicId: TOPIC_ID, isInternal: false },
    ])
    expect(requests(ApiKey.Metadata)).toMatchObject([{ body: { topics: null, allowAutoTopicCreation: false } }])
  })

  test('are described by id', async () => {
    leaders = { t: [1] }
    const unknown = 'AgICAgICAgICAgICAgICAg'
    const found = await admin.describeTopicIds([TOPIC_ID, unknown])
    expect(unwrap(found.get(TOPIC_ID)!)).toMatchObject({
      name: 't',
      partitions: [{ partition: 0, leader: 1, isr: [0], elr: null }],
    })
    expect(found.get(unknown)).toMatchObject({ ok: false, error: { errorName: 'UNKNOWN_TOPIC_ID' } })
  })

  test('are described page by page', async () => {
    const partition = (partitionIndex: number) => ({
      errorCode: 0,
      partitionIndex,
      leaderId: partitionIndex === 1 ? -1 : 2,
      replicaNodes: [2],
      isrNodes: [2],
      eligibleLeaderReplicas: [7],
      lastKnownElr: [],
      offlineReplicas: [],
    })
    const page = (name: string, indexes: number[], nextCursor: { topicName: string; partitionIndex: number } | null) =>
      answer(DescribeTopicPartitionsResponse, {
        throttleTimeMs: 0,
        topics: [{ errorCode: 0, name, topicId: TOPIC_ID, isInternal: false, partitions: indexes.map(partition) }],
        nextCursor,
      })
    const pages = [
      page('a', [0, 1], { topicName: 'a', partitionIndex: 2 }),
      page('a', [2], { topicName: 'b', partitionIndex: 0 }),
      page('b', [0], null),
    ]
    handlers[ApiKey.DescribeTopicPartitions] = () => pages.shift()!
    const described = await admin.describeTopics(['b', 'a'], { partitionSizeLimitPerResponse: 2 })
    const a = unwrap(described.get('a')!)
    expect(a.partitions.map(({ partition: index, leader, elr }) => [index, leader, elr])).toEqual([
      [0, 2, [7]],
      [1, undefined, [7]],
      [2, 2, [7]],
    ])
    expect(unwrap(described.get('b')!).partitions.length).toBe(1)
    expect(
      requests(ApiKey.DescribeTopicPartitions).map(({ body }) => [
        body.topics,
        body.cursor,
        body.responsePartitionLimit,
      ]),
    ).toEqual([
      [[{ name: 'a' }, { name: 'b' }], null, 2],
      [[{ name: 'a' }, { name: 'b' }], { topicName: 'a', partitionIndex: 2 }, 2],
      [[{ name: 'b' }], { topicName: 'b', partitionIndex: 0 }, 2],
    ])
  })

  test('a cursor that stands still is not followed for ever', async () => {
    handlers[ApiKey.DescribeTopicPartitions] = () =>
      answer(DescribeTopicPartitionsResponse, {
        throttleTimeMs: 0,
        topics: [],
        nextCursor: { topicName: 'a', partitionIndex: 0 },
      })
    await expect(admin.describeTopics(['a'])).rejects.toThrow(/cursor/)
    expect(requests(ApiKey.DescribeTopicPartitions).length).toBe(2)
  })

  test('are described by Metadata where the broker lacks DescribeTopicPartitions', async () => {
    leaders = { t: [1, 2] }
    brokers[0]!.serves.delete(ApiKey.DescribeTopicPartitions)
    const described = await admin.describeTopics(['t', 'nope'])
    expect(unwrap(described.get('t')!).partitions.map(({ leader }) => leader)).toEqual([1, 2])
    expect(described.get('nope')).toMatchObject({ ok: false, error: { errorName: 'UNKNOWN_TOPIC_OR_PARTITION' } })
  })
})

describe('createTopics', () => {
  const created = (name: string, errorCode = 0, errorMessage: string | null = null) => ({
    name,
    topicId: TOPIC_ID,
    errorCode,
    errorMessage,
    numPartitions: 3,
    replicationFactor: 1,
    configs: [],
  })

  test('answers for each topic', async () => {
    handlers[ApiKey.CreateTopics] = ({ body }) =>
      answer(CreateTopicsResponse, {
        throttleTimeMs: 0,
        topics: body.topics.map(({ name }: { name: string }) =>
          name === 'old' ? created(name, ErrorCode.TOPIC_ALREADY_EXISTS, 'it is there') : created(name),
        ),
      })
    const outcomes = await admin.createTopics([
      { name: 'new', numPartitions: 3, replicationFactor: 1, configs: { 'retention.ms': '5' } },
      {
        name: 'old',
        assignments: [
          [1, 2],
          [2, 1],
        ],
      },
    ])
    expect(unwrap(outcomes.get('new')!)).toEqual({
      name: 'new',
      topicId: TOPIC_ID,
      numPartitions: 3,
      replicationFactor: 1,
    })
    expect(() => unwrap(outcomes.get('old')!)).toThrow('it is there')
    expect(requests(ApiKey.CreateTopics)).toMatchObject([
      {
        body: {
          validateOnly: false,
          topics: [
            {
              numPartitions: 3,
              replicationFactor: 1,
              assignments: [],
              configs: [{ name: 'retention.ms', value: '5' }],
            },
            {
              numPartitions: -1,
              replicationFactor: -1,
              assignments: [
                { partitionIndex: 0, brokerIds: [1, 2] },
                { partitionIndex: 1, brokerIds: [2, 1] },
              ],
            },
          ],
        },
      },
    ])
  })

  test('goes to the controller once a broker has refused', async () => {
    controllerId = 2
    handlers[ApiKey.CreateTopics] = ({ body }, nodeId) =>
      answer(CreateTopicsResponse, {
        throttleTimeMs: 0,
        topics: [created(body.topics[0].name, nodeId === 2 ? 0 : ErrorCode.NOT_CONTROLLER)],
      })
    const creating = admin.createTopics([{ name: 't' }])
    await world.clock.advance(200)
    expect((await creating).get('t')).toMatchObject({ ok: true })
    expect(requests(ApiKey.CreateTopics).map(({ nodeId }) => nodeId)).toEqual([0, 2])
  })

  test('repeats only for the topics that had to wait', async () => {
    handlers[ApiKey.CreateTopics] = ({ body }) => {
      const isFirst = requests(ApiKey.CreateTopics).length === 1
      return answer(CreateTopicsResponse, {
        throttleTimeMs: 0,
        topics: body.topics.map(({ name }: { name: string }) =>
          created(name, name === 'throttled' && isFirst ? ErrorCode.THROTTLING_QUOTA_EXCEEDED : 0),
        ),
      })
    }
    const creating = admin.createTopics([{ name: 'quick' }, { name: 'throttled' }])
    await world.clock.advance(200)
    expect([...(await creating).values()].map(({ ok }) => ok)).toEqual([true, true])
    expect(requests(ApiKey.CreateTopics)[1]!.body.topics).toMatchObject([{ name: 'throttled' }])
  })

  test('without counts, a broker that cannot choose them is an error', async () => {
    brokers[0]!.serves.set(ApiKey.CreateTopics, [2, 3])
    await expect(admin.createTopics([{ name: 't' }])).rejects.toMatchObject({ errorName: 'UNSUPPORTED_VERSION' })
  })

  test('an item that stays out of the answer fails at the deadline', async () => {
    handlers[ApiKey.CreateTopics] = () => answer(CreateTopicsResponse, { throttleTimeMs: 0, topics: [created('a')] })
    const creating = admin.createTopics([{ name: 'a' }, { name: 'b' }])
    await world.clock.advance(3000)
    const outcomes = await creating
    expect(outcomes.get('a')).toMatchObject({ ok: true })
    expect(outcomes.get('b')).toMatchObject({ ok: false, error: { message: 'missing in the answer' } })
  })
})

describe('deleteTopics', () => {
  test.each([
    [6, { topics: [{ name: 't', topicId: ZERO_UUID }], topicNames: [] }],
    [5, { topics: [], topicNames: ['t'] }],
  ])('names them as version %d has it', async (version, body) => {
    brokers[0]!.serves.set(ApiKey.DeleteTopics, [1, version])
    handlers[ApiKey.DeleteTopics] = () =>
      answer(DeleteTopicsResponse, { throttleTimeMs: 0, responses: [{ name: 't', topicId: ZERO_UUID, errorCode: 0 }] })
    expect((await admin.deleteTopics(['t', 't'])).get('t')).toEqual({ ok: true, value: undefined })
    expect(requests(ApiKey.DeleteTopics)).toMatchObject([{ apiVersion: version, body }])
  })

  test('a missing topic is reported, not waited for', async () => {
    handlers[ApiKey.DeleteTopics] = () =>
      answer(DeleteTopicsResponse, {
        throttleTimeMs: 0,
        responses: [{ name: 't', topicId: ZERO_UUID, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION }],
      })
    expect((await admin.deleteTopics(['t'])).get('t')).toMatchObject({ ok: false, error: { attempt: { topic: 't' } } })
  })
})

describe('listOffsets', () => {
  /** Leaders answer 100 * node + partition; others that they do not lead. */
  function serveOffsets(): void {
    handlers[ApiKey.ListOffsets] = ({ body }, nodeId) =>
      answer(ListOffsetsResponse, {
        topics: body.topics.map(({ name, partitions }: { name: string; partitions: { partitionIndex: number }[] }) => ({
          name,
          partitions: partitions.map(({ partitionIndex }) => ({
            partitionIndex,
            errorCode: leaders[name]![partitionIndex] === nodeId ? 0 : ErrorCode.NOT_LEADER_OR_FOLLOWER,
            offset: 100 * nodeId + partitionIndex,
          })),
        })),
      })
  }

  const latest = (partition: number, topic = 't') => ({ topic, partition, timestamp: OFFSET_SPEC.latest })

  async function offsets(...queries: ReturnType<typeof latest>[]): Promise<(number | string)[]> {
    const listed = await admin.listOffsets(queries)
    return listed.map(({ outcome }) => (outcome.ok ? outcome.value.offset : outcome.error.errorName))
  }

  test('asks each leader once, and answers in the order of the queries', async () => {
    leaders = { t: [1, 2, 1], u: [2] }
    serveOffsets()
    expect(await offsets(latest(2), latest(0, 'u'), latest(0), latest(1))).toEqual([102, 200, 100, 201])
    expect(requests(ApiKey.ListOffsets).map(({ nodeId }) => nodeId)).toEqual([1, 2])
  })

  test('follows a leader that moves', async () => {
    leaders = { t: [1, 2] }
    serveOffsets()
    const serve = handlers[ApiKey.ListOffsets]!
    handlers[ApiKey.ListOffsets] = (request, nodeId) => {
      if (nodeId === 2) return serve(request, nodeId)
      leaders = { t: [2, 2] }
      return serve(request, nodeId)
    }
    const asking = offsets(latest(0), latest(1))
    await world.clock.advance(200)
    expect(await asking).toEqual([200, 201])
    expect(requests(ApiKey.ListOffsets).map(({ nodeId, body }) => [nodeId, body.topics[0].partitions.length])).toEqual([
      [1, 1],
      [2, 1],
      [2, 1],
    ])
  })

  test('what has no leader or does not exist fails by itself, at the deadline', async () => {
    leaders = { t: [-1, 1] }
    serveOffsets()
    const asking = offsets(latest(0), latest(1), latest(7), latest(0, 'nope'))
    await world.clock.advance(3000)
    expect(await asking).toEqual([
      'LEADER_NOT_AVAILABLE',
      101,
      'UNKNOWN_TOPIC_OR_PARTITION',
      'UNKNOWN_TOPIC_OR_PARTITION',
    ])
  })

  test('a leader that is down does not spoil the others', async () => {
    leaders = { t: [1, 2] }
    serveOffsets()
    await brokers[1]!.close()
    const asking = offsets(latest(0), latest(1))
    await world.clock.advance(3000)
    expect(await asking).toEqual(['NETWORK_EXCEPTION', 201])
  })

  test.each([
    ['maxTimestamp', 6],
    ['earliestLocal', 7],
    ['latestTiered', 8],
    ['earliestPendingUpload', 10],
  ] as const)('%s is not asked of a broker that would take it for a time', async (name, max) => {
    leaders = { t: [0] }
    serveOffsets()
    brokers[0]!.serves.set(ApiKey.ListOffsets, [1, max])
    const [listed] = await admin.listOffsets([{ topic: 't', partition: 0, timestamp: OFFSET_SPEC[name] }])
    expect(listed!.outcome).toMatchObject({ ok: false, error: { errorName: 'UNSUPPORTED_VERSION' } })
    expect(requests(ApiKey.ListOffsets)).toEqual([])
  })
})

describe('describeConfigs', () => {
  test("asks a broker for its own, any for a topic's", async () => {
    handlers[ApiKey.DescribeConfigs] = ({ body }) =>
      answer(DescribeConfigsResponse, {
        throttleTimeMs: 0,
        results: body.resources.map(
          ({ resourceType, resourceName }: { resourceType: number; resourceName: string }) => ({
            errorCode: resourceName === 'nope' ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : 0,
            errorMessage: null,
            resourceType,
            resourceName,
            configs: [
              { name: 'k', value: resourceName, readOnly: false, configSource: 4, isSensitive: false, synonyms: [] },
            ],
          }),
        ),
      })
    const described = await admin.describeConfigs([
      { type: 'broker', name: '2' },
      { type: 'topic', name: 't' },
      { type: 'topic', name: 'nope' },
    ])
    const entry = {
      name: 'k',
      source: 'STATIC_BROKER_CONFIG',
      isReadOnly: false,
      isSensitive: false,
      synonyms: [],
      type: 'unknown',
      documentation: null,
    }
    expect(described.map(({ outcome }) => (outcome.ok ? outcome.value[0] : outcome.error.errorName))).toEqual([
      { ...entry, value: '2' },
      { ...entry, value: 't' },
      'UNKNOWN_TOPIC_OR_PARTITION',
    ])
    expect(requests(ApiKey.DescribeConfigs).map(({ nodeId, body }) => [nodeId, body.resources.length])).toEqual([
      [0, 2],
      [2, 1],
    ])
  })
})

describe('connect', () => {
  test('reaches a broker, and the first call uses that connection', async () => {
    await admin.connect()
    expect([brokers[0]!.connections, brokers[0]!.requests]).toEqual([1, []])
    await admin.listTopics()
    expect(brokers[0]!.connections).toBe(1)
  })

  test('gives up within its own time', async () => {
    for (const broker of brokers) await broker.close()
    const refused = expect(admin.connect({ timeoutMs: 500 })).rejects.toMatchObject({ errorName: 'NETWORK_EXCEPTION' })
    await world.clock.advance(500)
    await refused
  })
})
