import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  AlterConfigsResponse,
  AlterPartitionReassignmentsResponse,
  ApiKey,
  CreatePartitionsResponse,
  DeleteRecordsResponse,
  DescribeConfigsResponse,
  DescribeLogDirsResponse,
  DescribeProducersResponse,
  ElectLeadersResponse,
  ErrorCode,
  IncrementalAlterConfigsResponse,
  ListConfigResourcesResponse,
  ListPartitionReassignmentsResponse,
  MetadataResponse,
  UnregisterBrokerResponse,
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
import type { Outcome } from './outcome.ts'

type Handler = (request: SeenRequest, nodeId: number) => Reaction

let world: TestRuntime
let brokers: ScriptedBroker[]
let handlers: Record<number, Handler>
let admin: Admin

/** Brokers 0 and 1; partition p of every topic but `nope` is led by broker p, and there is no broker 2. */
beforeEach(async () => {
  world = testRuntime()
  handlers = { [ApiKey.Metadata]: metadata }
  brokers = []
  for (const nodeId of [0, 1])
    brokers.push(await scriptedBroker(world.net, (request) => handlers[request.apiKey]!(request, nodeId)))
  admin = new Admin(world, { bootstrapServers: `127.0.0.1:${brokers[0]!.port}`, defaultApiTimeoutMs: 2000 })
})

afterEach(async () => {
  admin.close()
  for (const broker of brokers) await broker.close()
})

function metadata({ body }: SeenRequest): Reaction {
  return answer(MetadataResponse, {
    brokers: brokers.map(({ port }, nodeId) => ({ nodeId, host: '127.0.0.1', port })),
    clusterId: 'c',
    controllerId: 1,
    topics: body.topics.map(({ name }: { name: string }) => ({
      name,
      errorCode: name === 'nope' ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : 0,
      partitions: [0, 1, 2].map((partitionIndex) => ({
        errorCode: 0,
        partitionIndex,
        leaderId: partitionIndex,
        replicaNodes: [partitionIndex],
        isrNodes: [partitionIndex],
      })),
    })),
  })
}

/** Who was asked what, Metadata left out. */
function asked(apiKey: number): { nodeId: number; body: SeenRequest['body'] }[] {
  return brokers.flatMap((broker, nodeId) =>
    broker.requests.filter((request) => request.apiKey === apiKey).map(({ body }) => ({ nodeId, body })),
  )
}

function shown<T>(outcome: Outcome<T>): T | string | 'done' {
  if (!outcome.ok) return `${outcome.error.errorName}: ${outcome.error.message}`
  return outcome.value ?? 'done'
}

describe('createPartitions', () => {
  test('an outcome per topic', async () => {
    handlers[ApiKey.CreatePartitions] = ({ body }) =>
      answer(CreatePartitionsResponse, {
        throttleTimeMs: 0,
        results: body.topics.map(({ name }: { name: string }) => ({
          name,
          errorCode: name === 'full' ? ErrorCode.INVALID_PARTITIONS : 0,
          errorMessage: name === 'full' ? 'Topic already has 4 partition(s).' : null,
        })),
      })
    const outcomes = await admin.createPartitions(
      [
        {
          topic: 't',
          totalCount: 3,
          assignments: [
            [1, 0],
            [0, 1],
          ],
        },
        { topic: 'full', totalCount: 4 },
      ],
      { validateOnly: true },
    )
    expect([...outcomes].map(([topic, outcome]) => [topic, shown(outcome)])).toEqual([
      ['t', 'done'],
      ['full', 'INVALID_PARTITIONS: Topic already has 4 partition(s).'],
    ])
    expect(asked(ApiKey.CreatePartitions)[0]!.body).toMatchObject({
      topics: [
        { name: 't', count: 3, assignments: [{ brokerIds: [1, 0] }, { brokerIds: [0, 1] }] },
        { name: 'full', count: 4, assignments: null },
      ],
      validateOnly: true,
    })
  })

  test('goes to the controller after NOT_CONTROLLER', async () => {
    handlers[ApiKey.CreatePartitions] = (_, nodeId) =>
      answer(CreatePartitionsResponse, {
        throttleTimeMs: 0,
        results: [{ name: 't', errorCode: nodeId === 1 ? 0 : ErrorCode.NOT_CONTROLLER }],
      })
    const pending = admin.createPartitions([{ topic: 't', totalCount: 3 }])
    await world.clock.advance(500)
    expect(shown((await pending).get('t')!)).toBe('done')
    expect(asked(ApiKey.CreatePartitions).map(({ nodeId }) => nodeId)).toEqual([0, 1])
  })
})

describe('deleteRecords', () => {
  beforeEach(() => {
    handlers[ApiKey.DeleteRecords] = ({ body }) =>
      answer(DeleteRecordsResponse, {
        throttleTimeMs: 0,
        topics: body.topics.map(({ name, partitions }: { name: string; partitions: DeletedPartition[] }) => ({
          name,
          partitions: partitions.map(({ partitionIndex, offset }) => ({
            partitionIndex,
            lowWatermark: offset === -1 ? 99 : offset,
            errorCode: offset > 99 ? ErrorCode.OFFSET_OUT_OF_RANGE : 0,
          })),
        })),
      })
  })

  interface DeletedPartition {
    readonly partitionIndex: number
    readonly offset: number
  }

  test('asks the leaders; the answers come in the order of the wishes', async () => {
    const deleted = await admin.deleteRecords([
      { topic: 't', partition: 1, beforeOffset: -1 },
      { topic: 't', partition: 0, beforeOffset: 7 },
      { topic: 'u', partition: 1, beforeOffset: 100 },
      { topic: 'nope', partition: 0, beforeOffset: 1 },
    ])
    expect(deleted.map(({ topic, partition, outcome }) => [topic, partition, shown(outcome)])).toEqual([
      ['t', 1, { lowWatermark: 99 }],
      ['t', 0, { lowWatermark: 7 }],
      ['u', 1, expect.stringMatching(/^OFFSET_OUT_OF_RANGE/)],
      ['nope', 0, expect.stringMatching(/^UNKNOWN_TOPIC_OR_PARTITION/)],
    ])
    expect(asked(ApiKey.DeleteRecords)).toMatchObject([
      { nodeId: 0, body: { topics: [{ name: 't' }] } },
      { nodeId: 1, body: { topics: [{ name: 't' }, { name: 'u' }] } },
    ])
  })

  test('a partition whose leader is away fails after the deadline, the others succeed', async () => {
    const pending = admin.deleteRecords([
      { topic: 't', partition: 0, beforeOffset: 5 },
      { topic: 't', partition: 2, beforeOffset: 5 },
    ])
    await world.clock.advance(3000)
    const deleted = await pending
    expect(deleted.map(({ outcome }) => shown(outcome))).toEqual([
      { lowWatermark: 5 },
      expect.stringMatching(/^LEADER_NOT_AVAILABLE/),
    ])
    expect(asked(ApiKey.DeleteRecords)).toHaveLength(1)
  })
})

describe('configurations', () => {
  const TOPIC = { type: 'topic', name: 't' } as const
  const BROKER = { type: 'broker', name: '1' } as const
  const DEFAULTS = { type: 'broker', name: '' } as const

  const altered = ({ body }: SeenRequest) => ({
    throttleTimeMs: 0,
    responses: body.resources.map((resource: { resourceType: number; resourceName: string }) => ({
      ...resource,
      errorCode: resource.resourceName === 'nope' ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : 0,
      errorMessage: resource.resourceName === 'nope' ? "The topic 'nope' does not exist." : null,
    })),
  })

  test('incrementalAlterConfigs sends what concerns one broker to it', async () => {
    handlers[ApiKey.IncrementalAlterConfigs] = (request) => answer(IncrementalAlterConfigsResponse, altered(request))
    const outcomes = await admin.incrementalAlterConfigs([
      {
        resource: TOPIC,
        changes: [
          { kind: 'set', name: 'a', value: '1' },
          { kind: 'append', name: 'b', value: 'x' },
          { kind: 'subtract', name: 'c', value: 'y' },
          { kind: 'delete', name: 'd' },
        ],
      },
      { resource: BROKER, changes: [{ kind: 'delete', name: 'e' }] },
      { resource: DEFAULTS, changes: [] },
      { resource: { type: 'topic', name: 'nope' }, changes: [] },
    ])
    expect(outcomes.map(({ resource, outcome }) => [resource.name, shown(outcome)])).toEqual([
      ['t', 'done'],
      ['1', 'done'],
      ['', 'done'],
      ['nope', "UNKNOWN_TOPIC_OR_PARTITION: The topic 'nope' does not exist."],
    ])
    expect(asked(ApiKey.IncrementalAlterConfigs)).toMatchObject([
      {
        nodeId: 0,
        body: {
          resources: [
            {
              resourceType: 2,
              configs: [
                { name: 'a', configOperation: 0, value: '1' },
                { name: 'b', configOperation: 2, value: 'x' },
                { name: 'c', configOperation: 3, value: 'y' },
                { name: 'd', configOperation: 1, value: null },
              ],
            },
            { resourceType: 4, resourceName: '' },
            { resourceName: 'nope' },
          ],
        },
      },
      { nodeId: 1, body: { resources: [{ resourceType: 4, resourceName: '1' }] } },
    ])
  })

  test('alterConfigs replaces', async () => {
    handlers[ApiKey.AlterConfigs] = (request) => answer(AlterConfigsResponse, altered(request))
    const [outcome] = await admin.alterConfigs([{ resource: TOPIC, configs: { a: '1' } }], { validateOnly: true })
    expect(shown(outcome!.outcome)).toBe('done')
    expect(asked(ApiKey.AlterConfigs)[0]!.body).toMatchObject({
      resources: [{ configs: [{ name: 'a', value: '1' }] }],
      validateOnly: true,
    })
  })

  test('describeConfigs with synonyms and documentation', async () => {
    handlers[ApiKey.DescribeConfigs] = () =>
      answer(DescribeConfigsResponse, {
        throttleTimeMs: 0,
        results: [
          {
            errorCode: 0,
            errorMessage: null,
            resourceType: 2,
            resourceName: 't',
            configs: [
              {
                name: 'retention.ms',
                value: '5',
                readOnly: false,
                configSource: 1,
                isSensitive: false,
                synonyms: [{ name: 'log.retention.ms', value: '7', source: 4 }],
                configType: 5,
                documentation: 'How long.',
              },
            ],
          },
        ],
      })
    const [described] = await admin.describeConfigs([TOPIC], { includeSynonyms: true, includeDocumentation: true })
    expect(shown(described!.outcome)).toEqual([
      {
        name: 'retention.ms',
        value: '5',
        source: 'DYNAMIC_TOPIC_CONFIG',
        isReadOnly: false,
        isSensitive: false,
        synonyms: [{ name: 'log.retention.ms', value: '7', source: 'STATIC_BROKER_CONFIG' }],
        type: 'long',
        documentation: 'How long.',
      },
    ])
  })

  test('describeConfigs asks an old broker for no documentation', async () => {
    brokers[0]!.serves.set(ApiKey.DescribeConfigs, [1, 2])
    handlers[ApiKey.DescribeConfigs] = () =>
      answer(DescribeConfigsResponse, {
        throttleTimeMs: 0,
        results: [{ errorCode: 0, errorMessage: null, resourceType: 2, resourceName: 't', configs: [] }],
      })
    const [described] = await admin.describeConfigs([TOPIC], { includeDocumentation: true })
    expect(shown(described!.outcome)).toEqual([])
  })

  test('listConfigResources leaves out types that it does not know', async () => {
    handlers[ApiKey.ListConfigResources] = () =>
      answer(ListConfigResourcesResponse, {
        throttleTimeMs: 0,
        errorCode: 0,
        configResources: [
          { resourceName: 't', resourceType: 2 },
          { resourceName: 'x', resourceType: 99 },
        ],
      })
    expect(await admin.listConfigResources(['topic', 'group'])).toEqual([TOPIC])
    expect(asked(ApiKey.ListConfigResources)[0]!.body).toMatchObject({ resourceTypes: [2, 32] })
  })

  test('listConfigResources of topics needs a broker that lists more than client metrics', async () => {
    brokers[0]!.serves.set(ApiKey.ListConfigResources, [0, 0])
    await expect(admin.listConfigResources(['topic'])).rejects.toThrow(/ListConfigResources in version 1 is needed/)
  })
})

describe('electLeaders', () => {
  test('reports each partition', async () => {
    handlers[ApiKey.ElectLeaders] = () =>
      answer(ElectLeadersResponse, {
        throttleTimeMs: 0,
        errorCode: 0,
        replicaElectionResults: [
          {
            topic: 't',
            partitionResult: [
              { partitionId: 0, errorCode: 0, errorMessage: null },
              { partitionId: 1, errorCode: ErrorCode.ELECTION_NOT_NEEDED, errorMessage: 'not needed' },
            ],
          },
        ],
      })
    const partitions = [0, 1].map((partition) => ({ topic: 't', partition }))
    const elections = await admin.electLeaders(partitions, { type: 'unclean' })
    expect(elections.map(({ topic, partition, outcome }) => [topic, partition, shown(outcome)])).toEqual([
      ['t', 0, 'done'],
      ['t', 1, 'ELECTION_NOT_NEEDED: not needed'],
    ])
    await admin.electLeaders('all', { type: 'preferred' })
    expect(asked(ApiKey.ElectLeaders).map(({ body }) => [body.electionType, body.topicPartitions])).toEqual([
      [1, [{ topic: 't', partitions: [0, 1] }]],
      [0, null],
    ])
  })

  test.each([
    ['the named', [{ topic: 't', partition: 0 }], /^no controller answered within 10000 ms/],
    ['all', 'all', /^the broker had no answer from its controller in time/],
  ] as const)(
    'without a controller %s partitions are asked for once: the broker has waited',
    async (_, partitions, text) => {
      handlers[ApiKey.ElectLeaders] = ({ body }) =>
        answer(ElectLeadersResponse, {
          throttleTimeMs: 0,
          errorCode: ErrorCode.REQUEST_TIMED_OUT,
          replicaElectionResults: (body.topicPartitions ?? []).map(({ topic }: { topic: string }) => {
            const errorMessage = 'no controller answered within 10000 ms (forward): is it running?'
            return {
              topic,
              partitionResult: [{ partitionId: 0, errorCode: ErrorCode.REQUEST_TIMED_OUT, errorMessage }],
            }
          }),
        })
      await expect(admin.electLeaders(partitions, { type: 'preferred' })).rejects.toMatchObject({
        errorName: 'REQUEST_TIMED_OUT',
        message: expect.stringMatching(text),
      })
      expect(asked(ApiKey.ElectLeaders)).toHaveLength(1)
    },
  )

  test('a refusal of the whole request is thrown', async () => {
    handlers[ApiKey.ElectLeaders] = () =>
      answer(ElectLeadersResponse, {
        throttleTimeMs: 0,
        errorCode: ErrorCode.CLUSTER_AUTHORIZATION_FAILED,
        replicaElectionResults: [],
      })
    await expect(admin.electLeaders('all', { type: 'preferred' })).rejects.toMatchObject({
      errorName: 'CLUSTER_AUTHORIZATION_FAILED',
    })
  })
})

describe('looks', () => {
  test('describeLogDirs asks each broker; one that is away does not spoil the others', async () => {
    handlers[ApiKey.DescribeLogDirs] = (_, nodeId) =>
      answer(DescribeLogDirsResponse, {
        throttleTimeMs: 0,
        errorCode: 0,
        results: [
          {
            errorCode: 0,
            logDir: `/data/${nodeId}`,
            topics: [
              {
                name: 't',
                partitions: [{ partitionIndex: 3, partitionSize: 1000, offsetLag: 2, isFutureKey: true }],
              },
            ],
            totalBytes: 5000,
            usableBytes: 4000,
            isCordoned: true,
          },
          { errorCode: ErrorCode.KAFKA_STORAGE_ERROR, logDir: '/broken', topics: [] },
        ],
      })
    const partitions = [{ topic: 't', partition: 3 }]
    const answers = await admin.describeLogDirs([1, 9], { partitions })
    expect(shown(answers.get(1)!)).toMatchObject([
      {
        path: '/data/1',
        error: undefined,
        replicas: [{ topic: 't', partition: 3, sizeBytes: 1000, offsetLag: 2, isFuture: true }],
        totalBytes: 5000,
        usableBytes: 4000,
        isCordoned: true,
      },
      { path: '/broken', error: { errorName: 'KAFKA_STORAGE_ERROR' }, replicas: [], totalBytes: undefined },
    ])
    expect(shown(answers.get(9)!)).toMatch(/^BROKER_NOT_AVAILABLE/)
    expect(asked(ApiKey.DescribeLogDirs)).toMatchObject([{ body: { topics: [{ topic: 't', partitions: [3] }] } }])
  })

  test('describeProducers asks the leaders', async () => {
    handlers[ApiKey.DescribeProducers] = ({ body }) =>
      answer(DescribeProducersResponse, {
        throttleTimeMs: 0,
        topics: body.topics.map(({ name, partitionIndexes }: { name: string; partitionIndexes: number[] }) => ({
          name,
          partitions: partitionIndexes.map((partitionIndex) => ({
            partitionIndex,
            errorCode: 0,
            activeProducers: [
              {
                producerId: 7,
                producerEpoch: 1,
                lastSequence: 4,
                lastTimestamp: 1000,
                coordinatorEpoch: -1,
                currentTxnStartOffset: partitionIndex === 0 ? -1 : 55,
              },
            ],
          })),
        })),
      })
    const described = await admin.describeProducers([
      { topic: 't', partition: 1 },
      { topic: 't', partition: 0 },
    ])
    expect(described.map(({ partition, outcome }) => [partition, shown(outcome)])).toMatchObject([
      [1, [{ producerId: 7, lastSequence: 4, currentTransactionStartOffset: 55 }]],
      [0, [{ producerId: 7, currentTransactionStartOffset: undefined }]],
    ])
  })

  test('listPartitionReassignments; none where brokers do not serve it', async () => {
    handlers[ApiKey.ListPartitionReassignments] = () =>
      answer(ListPartitionReassignmentsResponse, {
        throttleTimeMs: 0,
        errorCode: 0,
        errorMessage: null,
        topics: [
          {
            name: 't',
            partitions: [{ partitionIndex: 1, replicas: [1, 2], addingReplicas: [2], removingReplicas: [] }],
          },
        ],
      })
    const moved = { topic: 't', partition: 1, replicas: [1, 2], addingReplicas: [2], removingReplicas: [] }
    expect(await admin.listPartitionReassignments()).toEqual([moved])
    for (const broker of brokers) broker.serves.delete(ApiKey.ListPartitionReassignments)
    await using other = new Admin(world, { bootstrapServers: `127.0.0.1:${brokers[1]!.port}` })
    expect(await other.listPartitionReassignments()).toEqual([])
  })

  test('listPartitionReassignments of the partitions named', async () => {
    handlers[ApiKey.ListPartitionReassignments] = () =>
      answer(ListPartitionReassignmentsResponse, { throttleTimeMs: 0, errorCode: 0, errorMessage: null, topics: [] })
    const partitions = [
      { topic: 't', partition: 1 },
      { topic: 't', partition: 0 },
    ]
    expect(await admin.listPartitionReassignments({ partitions })).toEqual([])
    const topics = [{ name: 't', partitionIndexes: [1, 0] }]
    expect(asked(ApiKey.ListPartitionReassignments)).toMatchObject([{ body: { topics } }])
  })

  /** Partition 9 is unknown; brokers know the check of the number of replicas from version 1 on. */
  function reassigning({ body }: SeenRequest): Reaction {
    return answer(AlterPartitionReassignmentsResponse, {
      throttleTimeMs: 0,
      allowReplicationFactorChange: true,
      errorCode: 0,
      errorMessage: null,
      responses: body.topics.map(
        ({ name, partitions }: { name: string; partitions: { partitionIndex: number }[] }) => ({
          name,
          partitions: partitions.map(({ partitionIndex }) => ({
            partitionIndex,
            errorCode: partitionIndex === 9 ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : 0,
            errorMessage: partitionIndex === 9 ? 'Unable to find partition' : null,
          })),
        }),
      ),
    })
  }

  test('alterPartitionReassignments: each wish has its outcome, in their order', async () => {
    handlers[ApiKey.AlterPartitionReassignments] = reassigning
    const done = await admin.alterPartitionReassignments([
      { topic: 't', partition: 1, replicas: [1, 2] },
      { topic: 'u', partition: 9, replicas: [1] },
      { topic: 't', partition: 0, replicas: null },
    ])
    expect(done.map(({ topic, partition, outcome }) => [topic, partition, shown(outcome)])).toEqual([
      ['t', 1, 'done'],
      ['u', 9, 'UNKNOWN_TOPIC_OR_PARTITION: Unable to find partition'],
      ['t', 0, 'done'],
    ])
    const ofT = [
      { partitionIndex: 1, replicas: [1, 2] },
      { partitionIndex: 0, replicas: null },
    ]
    const topics = [
      { name: 't', partitions: ofT },
      { name: 'u', partitions: [{ partitionIndex: 9, replicas: [1] }] },
    ]
    expect(asked(ApiKey.AlterPartitionReassignments)).toMatchObject([{ body: { topics } }])
  })

  test('alterPartitionReassignments with the number of replicas kept needs brokers that look at it', async () => {
    handlers[ApiKey.AlterPartitionReassignments] = reassigning
    const wishes = [{ topic: 't', partition: 1, replicas: [2] }]
    await admin.alterPartitionReassignments(wishes, { allowReplicationFactorChange: false })
    const body = { allowReplicationFactorChange: false }
    expect(asked(ApiKey.AlterPartitionReassignments)).toMatchObject([{ body }])
    for (const broker of brokers) broker.serves.set(ApiKey.AlterPartitionReassignments, [0, 0])
    await using other = new Admin(world, { bootstrapServers: `127.0.0.1:${brokers[1]!.port}` })
    const refused = other.alterPartitionReassignments(wishes, { allowReplicationFactorChange: false })
    await expect(refused).rejects.toMatchObject({ errorName: 'UNSUPPORTED_VERSION' })
  })

  test('alterPartitionReassignments rejects when the whole request is refused', async () => {
    handlers[ApiKey.AlterPartitionReassignments] = () =>
      answer(AlterPartitionReassignmentsResponse, {
        throttleTimeMs: 0,
        allowReplicationFactorChange: true,
        errorCode: ErrorCode.CLUSTER_AUTHORIZATION_FAILED,
        errorMessage: 'no',
        responses: [],
      })
    const refused = admin.alterPartitionReassignments([{ topic: 't', partition: 1, replicas: [2] }])
    await expect(refused).rejects.toMatchObject({ errorName: 'CLUSTER_AUTHORIZATION_FAILED' })
  })

  test('unregisterBroker', async () => {
    handlers[ApiKey.UnregisterBroker] = ({ body: { brokerId } }) =>
      answer(UnregisterBrokerResponse, {
        throttleTimeMs: 0,
        errorCode: brokerId === 7 ? 0 : ErrorCode.BROKER_ID_NOT_REGISTERED,
        errorMessage: brokerId === 7 ? null : `Broker ID ${brokerId} is not currently registered`,
      })
    await admin.unregisterBroker(7)
    const message = expect.stringContaining('Broker ID 8 is not currently registered')
    const unknown = { errorName: 'BROKER_ID_NOT_REGISTERED', message }
    await expect(admin.unregisterBroker(8)).rejects.toMatchObject(unknown)
    expect(asked(ApiKey.UnregisterBroker)).toMatchObject([{ body: { brokerId: 7 } }, { body: { brokerId: 8 } }])
  })

  test('describeApiVersions asks the broker named', async () => {
    brokers[1]!.serves = new Map([
      [ApiKey.ApiVersions, [0, 4]],
      [ApiKey.Metadata, [0, 13]],
      [ApiKey.Fetch, [4, 18]],
    ])
    const { apis, features } = await admin.describeApiVersions(1)
    expect(apis).toEqual([
      { apiKey: ApiKey.Fetch, minVersion: 4, maxVersion: 18 },
      { apiKey: ApiKey.Metadata, minVersion: 0, maxVersion: 13 },
      { apiKey: ApiKey.ApiVersions, minVersion: 0, maxVersion: 4 },
    ])
    expect(features.finalizedEpoch).toBeUndefined()
    expect((await admin.describeFeatures()).supported.size).toBe(0)
  })
})
