import { describe, expect, test } from '@jest/globals'
import {
  AlterConfigsRequest,
  AlterConfigsResponse,
  ApiKey,
  CreatePartitionsRequest,
  CreatePartitionsResponse,
  decodeMessage,
  ElectLeadersRequest,
  ElectLeadersResponse,
  ErrorCode,
  encodeMessage,
  IncrementalAlterConfigsRequest,
  IncrementalAlterConfigsResponse,
  KafkaError,
  ListConfigResourcesResponse,
} from '@ottla/protocol'
import { CloseConnection, type ForwardOptions, type Security } from '../seams.ts'
import { allowAll } from '../security/allow-all.ts'
import { broker, contextOf, type FrontOptions, frontParts, imageOf, partition } from '../testing/front.ts'
import { alterConfigsHandler } from './33-alter-configs.ts'
import { createPartitionsHandler } from './37-create-partitions.ts'
import { electLeadersHandler } from './43-elect-leaders.ts'
import { incrementalAlterConfigsHandler } from './44-incremental-alter-configs.ts'
import { listConfigResourcesHandler } from './74-list-config-resources.ts'

const TOPIC = 2
const BROKER = 4
const BROKER_LOGGER = 8
const CLIENT_METRICS = 16

/** Refuses one resource; the cluster has no name of its own here. */
function denying(name: string): Security {
  return { ...allowAll, authorize: (_, __, resource) => resource.name !== name && resource.type !== name }
}

const lost = () => Promise.reject(new KafkaError('REQUEST_TIMED_OUT', 'no controller answered'))

describe('AlterConfigs and IncrementalAlterConfigs', () => {
  const NO_ERROR = { errorCode: 0, errorMessage: null }

  /** A controller that changes everything; records what it was asked. */
  function controller(seen: string[][] = []) {
    return async ({ apiKey, apiVersion, body }: ForwardOptions) => {
      const isIncremental = apiKey === ApiKey.IncrementalAlterConfigs
      const { resources } = isIncremental
        ? decodeMessage(IncrementalAlterConfigsRequest, apiVersion, body)
        : decodeMessage(AlterConfigsRequest, apiVersion, body)
      seen.push(resources.map(({ resourceType, resourceName }) => `${resourceType}:${resourceName}`))
      const responses = resources.map(({ resourceType, resourceName }) => ({ ...NO_ERROR, resourceType, resourceName }))
      const reply = { throttleTimeMs: 0, responses: responses.reverse() }
      return isIncremental
        ? encodeMessage(IncrementalAlterConfigsResponse, apiVersion, reply)
        : encodeMessage(AlterConfigsResponse, apiVersion, reply)
    }
  }

  async function incremental(version: number, names: readonly [number, string][], options: FrontOptions) {
    const configs = [{ name: 'flush.ms', configOperation: 0, value: '1' }]
    const resources = names.map(([resourceType, resourceName]) => ({ resourceType, resourceName, configs }))
    const handler = incrementalAlterConfigsHandler(frontParts(options))
    const context = contextOf(ApiKey.IncrementalAlterConfigs, version)
    const answer = (await handler.handle(context, { resources, validateOnly: false }))!
    const body = encodeMessage(IncrementalAlterConfigsResponse, version, answer)
    return decodeMessage(IncrementalAlterConfigsResponse, version, body).responses
  }

  test.each([0, 1])('incremental, version %i: answers in the order of the request', async (version) => {
    const seen: string[][] = []
    const names: [number, string][] = [
      [TOPIC, 'a'],
      [CLIENT_METRICS, 'm'],
      [BROKER, '1'],
      [BROKER, '7'],
      [BROKER, ''],
      [BROKER, 'x'],
    ]
    const answers = await incremental(version, names, { forward: controller(seen) })
    expect(seen).toEqual([['2:a', '4:1', '4:']])
    expect(answers).toEqual([
      { ...NO_ERROR, resourceType: TOPIC, resourceName: 'a' },
      {
        errorCode: ErrorCode.INVALID_REQUEST,
        errorMessage: 'Unknown resource type 16',
        resourceType: CLIENT_METRICS,
        resourceName: 'm',
      },
      { ...NO_ERROR, resourceType: BROKER, resourceName: '1' },
      {
        errorCode: ErrorCode.INVALID_REQUEST,
        errorMessage: 'Unexpected broker id, expected 1, but received 7',
        resourceType: BROKER,
        resourceName: '7',
      },
      { ...NO_ERROR, resourceType: BROKER, resourceName: '' },
      {
        errorCode: ErrorCode.INVALID_REQUEST,
        errorMessage: 'Node id must be an integer, but it is: x',
        resourceType: BROKER,
        resourceName: 'x',
      },
    ])
  })

  test('a resource that is named twice gets two answers', async () => {
    const answers = await incremental(
      1,
      [
        [TOPIC, 'a'],
        [TOPIC, 'a'],
      ],
      { forward: controller() },
    )
    expect(answers).toHaveLength(2)
  })

  test('a hundred thousand resources are answered; a request that names more ends its connection', async () => {
    const names = Array.from({ length: 100_000 }, (): [number, string] => [CLIENT_METRICS, 'm'])
    expect(await incremental(1, names, {})).toHaveLength(100_000)
    await expect(incremental(1, [...names, [TOPIC, 'a']], {})).rejects.toThrow(CloseConnection)
  })

  test('loggers: the answer says where the level comes from', async () => {
    const [answer] = await incremental(1, [[BROKER_LOGGER, '1']], {})
    expect(answer!.errorCode).toBe(ErrorCode.INVALID_REQUEST)
    expect(answer!.errorMessage).toMatch(/LOG_LEVEL/)
  })

  test('what may not be changed does not reach the controller', async () => {
    const seen: string[][] = []
    const names: [number, string][] = [
      [TOPIC, 'secret'],
      [TOPIC, 'open'],
    ]
    const answers = await incremental(1, names, { forward: controller(seen), security: denying('secret') })
    expect(seen).toEqual([['2:open']])
    expect(answers.map(({ errorCode }) => errorCode)).toEqual([ErrorCode.TOPIC_AUTHORIZATION_FAILED, 0])
    const brokers = await incremental(1, [[BROKER, '1']], { forward: controller(seen), security: denying('cluster') })
    expect(brokers[0]!.errorCode).toBe(ErrorCode.CLUSTER_AUTHORIZATION_FAILED)
    expect(seen).toHaveLength(1)
  })

  test('no controller: every resource says so', async () => {
    const answers = await incremental(1, [[TOPIC, 'a']], { forward: lost })
    expect(answers).toMatchObject([{ errorCode: ErrorCode.REQUEST_TIMED_OUT, errorMessage: 'no controller answered' }])
  })

  test.each([0, 1, 2])('all keys at once, version %i', async (version) => {
    const handler = alterConfigsHandler(frontParts({ forward: controller() }))
    const resources = [
      { resourceType: BROKER, resourceName: '7', configs: [] },
      { resourceType: TOPIC, resourceName: 'a', configs: [{ name: 'flush.ms', value: '1' }] },
    ]
    const answer = await handler.handle(contextOf(ApiKey.AlterConfigs, version), { resources, validateOnly: false })
    const shown = decodeMessage(AlterConfigsResponse, version, encodeMessage(AlterConfigsResponse, version, answer!))
    expect(shown.responses.map(({ errorCode }) => errorCode)).toEqual([ErrorCode.INVALID_REQUEST, 0])
  })
})

describe('CreatePartitions', () => {
  async function grow(version: number, names: readonly string[], options: FrontOptions) {
    const handler = createPartitionsHandler(frontParts(options))
    const topics = names.map((name) => ({ name, count: 3, assignments: null }))
    const request = { topics, timeoutMs: 5000, validateOnly: false }
    const answer = await handler.handle(contextOf(ApiKey.CreatePartitions, version), request)
    const body = encodeMessage(CreatePartitionsResponse, version, answer!)
    return decodeMessage(CreatePartitionsResponse, version, body).results
  }

  function controller(seen: string[][] = []) {
    return async ({ apiVersion, body }: ForwardOptions) => {
      const { topics } = decodeMessage(CreatePartitionsRequest, apiVersion, body)
      seen.push(topics.map(({ name }) => name))
      const results = topics.map(({ name }) => ({ name, errorCode: 0, errorMessage: null }))
      return encodeMessage(CreatePartitionsResponse, apiVersion, { throttleTimeMs: 0, results })
    }
  }

  test.each([0, 1, 2, 3])('version %i goes to the controller; what is not allowed does not', async (version) => {
    const seen: string[][] = []
    const results = await grow(version, ['a', 'secret'], { forward: controller(seen), security: denying('secret') })
    expect(seen).toEqual([['a']])
    expect(results).toEqual([
      { name: 'a', errorCode: 0, errorMessage: null },
      {
        name: 'secret',
        errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED,
        errorMessage: 'Not authorized to add partitions to this topic.',
      },
    ])
  })

  test('no controller', async () => {
    expect(await grow(3, ['a'], { forward: lost })).toMatchObject([{ errorCode: ErrorCode.REQUEST_TIMED_OUT }])
  })
})

describe('ElectLeaders', () => {
  async function elect(version: number, options: FrontOptions) {
    const handler = electLeadersHandler(frontParts(options))
    const topicPartitions = [{ topic: 'a', partitions: [0, 1] }]
    const request = { electionType: 0, topicPartitions, timeoutMs: 1000 }
    const answer = await handler.handle(contextOf(ApiKey.ElectLeaders, version), request)
    return decodeMessage(ElectLeadersResponse, version, encodeMessage(ElectLeadersResponse, version, answer!))
  }

  test.each([0, 1, 2])('version %i goes to the controller and comes back', async (version) => {
    const forward = async ({ apiVersion, body }: ForwardOptions) => {
      const { topicPartitions } = decodeMessage(ElectLeadersRequest, apiVersion, body)
      const replicaElectionResults = topicPartitions!.map(({ topic, partitions }) => ({
        topic,
        partitionResult: partitions.map((partitionId) => ({ partitionId, errorCode: 84, errorMessage: 'no need' })),
      }))
      return encodeMessage(ElectLeadersResponse, apiVersion, {
        throttleTimeMs: 0,
        errorCode: 0,
        replicaElectionResults,
      })
    }
    const { errorCode, replicaElectionResults } = await elect(version, { forward })
    expect(errorCode).toBe(0)
    expect(replicaElectionResults).toEqual([
      {
        topic: 'a',
        partitionResult: [
          { partitionId: 0, errorCode: 84, errorMessage: 'no need' },
          { partitionId: 1, errorCode: 84, errorMessage: 'no need' },
        ],
      },
    ])
  })

  test.each<[string, FrontOptions, number]>([
    ['not allowed', { security: denying('cluster') }, ErrorCode.CLUSTER_AUTHORIZATION_FAILED],
    ['no controller', { forward: lost }, ErrorCode.REQUEST_TIMED_OUT],
  ])('%s: the request and each partition say so', async (_what, options, code) => {
    const answer = await elect(2, options)
    expect(answer.errorCode).toBe(code)
    expect(answer.replicaElectionResults[0]!.partitionResult.map(({ errorCode }) => errorCode)).toEqual([code, code])
    expect((await elect(0, options)).replicaElectionResults[0]!.partitionResult[0]!.errorCode).toBe(code)
  })
})

describe('a request that names more than can be meant ends its connection', () => {
  const many = Array.from({ length: 100_001 }, (_, index) => index)
  const topics = many.map((index) => ({ name: `t${index}`, count: 1, assignments: null }))
  const context = contextOf(ApiKey.ElectLeaders, 2)
  const request = { timeoutMs: 1, validateOnly: false }

  test.each<[string, () => unknown]>([
    [
      'ElectLeaders',
      () => {
        const topicPartitions = [{ topic: 'a', partitions: many }]
        return electLeadersHandler(frontParts({})).handle(context, { ...request, electionType: 0, topicPartitions })
      },
    ],
    ['CreatePartitions', () => createPartitionsHandler(frontParts({})).handle(context, { ...request, topics })],
  ])('%s', async (_name, handle) => {
    await expect(Promise.resolve().then(handle)).rejects.toThrow(CloseConnection)
  })
})

describe('ListConfigResources', () => {
  const IMAGE = imageOf([broker(1), broker(2, { fenced: true })], { a: [partition(0, [1])] })

  function list(version: number, resourceTypes: number[], options: FrontOptions = {}) {
    const handler = listConfigResourcesHandler(frontParts({ image: IMAGE, ...options }))
    const answer = handler.handle(contextOf(ApiKey.ListConfigResources, version), { resourceTypes })
    const body = encodeMessage(ListConfigResourcesResponse, version, answer as never)
    const { errorCode, configResources } = decodeMessage(ListConfigResourcesResponse, version, body)
    return [errorCode, configResources.map(({ resourceType, resourceName }) => `${resourceType}:${resourceName}`)]
  }

  test.each<[number, number[], number, string[]]>([
    [0, [], 0, []],
    [1, [], 0, ['2:a', '4:1', '4:2']],
    [1, [2], 0, ['2:a']],
    [1, [4, 4], 0, ['4:1', '4:2']],
    [1, [8, 16, 32], 0, []],
    [1, [2, 99], ErrorCode.UNSUPPORTED_VERSION, []],
    [1, [0], ErrorCode.UNSUPPORTED_VERSION, []],
  ])('version %i, types %j', (version, types, errorCode, names) => {
    expect(list(version, types)).toEqual([errorCode, names])
  })

  test('for those who may describe the cluster', () => {
    expect(list(1, [], { security: denying('cluster') })).toEqual([ErrorCode.CLUSTER_AUTHORIZATION_FAILED, []])
  })
})
