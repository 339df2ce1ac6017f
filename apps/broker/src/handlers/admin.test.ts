import { describe, expect, test } from '@jest/globals'
import {
  ApiKey,
  CreateTopicsRequest,
  CreateTopicsResponse,
  DeleteTopicsRequest,
  DeleteTopicsResponse,
  type DescribeClusterRequest,
  type DescribeConfigsRequest,
  DescribeConfigsResponse,
  type DescribeTopicPartitionsRequest,
  DescribeTopicPartitionsResponse,
  decodeMessage,
  ErrorCode,
  encodeMessage,
  KafkaError,
  ZERO_UUID,
} from '@ottla/protocol'
import { configResource } from '@ottla/replication'
import type { ForwardOptions, Security } from '../seams.ts'
import { allowAll } from '../security/allow-all.ts'
import { broker, contextOf, type FrontOptions, frontParts, idOf, imageOf, partition } from '../testing/front.ts'
import { createTopicsHandler } from './19-create-topics.ts'
import { deleteTopicsHandler } from './20-delete-topics.ts'
import { describeConfigsHandler } from './32-describe-configs.ts'
import { describeClusterHandler } from './60-describe-cluster.ts'
import { describeTopicPartitionsHandler } from './75-describe-topic-partitions.ts'

function denying(name: string): Security {
  return { ...allowAll, authorize: (_, __, resource) => resource.name !== name && resource.type !== 'cluster' }
}

describe('CreateTopics', () => {
  const wish = (name: string) => ({ name, numPartitions: 3, replicationFactor: 1, assignments: [], configs: [] })

  async function create(version: number, names: readonly string[], options: FrontOptions) {
    const handler = createTopicsHandler(frontParts(options))
    const request = { topics: names.map(wish), timeoutMs: 5000, validateOnly: false }
    const answer = await handler.handle(contextOf(ApiKey.CreateTopics, version), request)
    return decodeMessage(CreateTopicsResponse, version, encodeMessage(CreateTopicsResponse, version, answer!))
  }

  /** A controller that creates everything; records what it was asked. */
  function controller(seen: ForwardOptions[] = []) {
    return async (options: ForwardOptions) => {
      seen.push(options)
      const { topics } = decodeMessage(CreateTopicsRequest, options.apiVersion, options.body)
      const made = topics.map(({ name }) => ({
        name,
        errorCode: 0,
        errorMessage: null,
        numPartitions: 3,
        replicationFactor: 1,
      }))
      return encodeMessage(CreateTopicsResponse, options.apiVersion, { throttleTimeMs: 0, topics: made })
    }
  }

  test.each([2, 3, 4, 5, 6, 7])('version %i goes to the controller and comes back', async (version) => {
    const seen: ForwardOptions[] = []
    const { topics } = await create(version, ['a', 'b'], { forward: controller(seen) })
    expect(topics.map(({ name, errorCode }) => [name, errorCode])).toEqual([
      ['a', 0],
      ['b', 0],
    ])
    expect(topics[0]!.numPartitions).toBe(version >= 5 ? 3 : -1)
    expect(seen).toMatchObject([{ apiKey: 19, apiVersion: version, timeoutMs: 5000, principal: { name: 'ANONYMOUS' } }])
  })

  test('a negative timeout is none', async () => {
    const seen: ForwardOptions[] = []
    const forward = async (options: ForwardOptions) => {
      seen.push(options)
      throw new KafkaError('REQUEST_TIMED_OUT')
    }
    const parts = frontParts({ forward })
    const creation = { topics: [wish('a')], timeoutMs: -156, validateOnly: false }
    await createTopicsHandler(parts).handle(contextOf(ApiKey.CreateTopics, 7), creation)
    const deletion = { topics: [{ name: 'a', topicId: ZERO_UUID }], topicNames: [], timeoutMs: -1 }
    await deleteTopicsHandler(parts).handle(contextOf(ApiKey.DeleteTopics, 6), deletion)
    expect(seen.map(({ timeoutMs }) => timeoutMs)).toEqual([0, 0])
  })

  test('what may not be created does not reach the controller', async () => {
    const seen: ForwardOptions[] = []
    const { topics } = await create(7, ['a', 'secret'], { forward: controller(seen), security: denying('secret') })
    expect(topics.map(({ name, errorCode }) => [name, errorCode])).toEqual([
      ['a', 0],
      ['secret', ErrorCode.TOPIC_AUTHORIZATION_FAILED],
    ])
    expect(decodeMessage(CreateTopicsRequest, 7, seen[0]!.body).topics.map(({ name }) => name)).toEqual(['a'])
  })

  test('details are for those who may read configs', async () => {
    const security: Security = { ...allowAll, authorize: (_, operation) => operation !== 'DESCRIBE_CONFIGS' }
    const { topics } = await create(7, ['a'], { forward: controller(), security })
    expect(topics[0]).toMatchObject({
      errorCode: 0,
      topicConfigErrorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED,
      numPartitions: -1,
      replicationFactor: -1,
      configs: [],
    })
  })

  test('no controller: every topic gets its error', async () => {
    const forward = () => Promise.reject(new KafkaError('REQUEST_TIMED_OUT', 'no controller answered within 5000 ms'))
    const { topics } = await create(7, ['a', 'b'], { forward })
    expect(topics.map(({ errorCode, errorMessage }) => [errorCode, errorMessage])).toEqual([
      [ErrorCode.REQUEST_TIMED_OUT, 'no controller answered within 5000 ms'],
      [ErrorCode.REQUEST_TIMED_OUT, 'no controller answered within 5000 ms'],
    ])
  })
})

describe('DeleteTopics', () => {
  const IMAGE = imageOf([broker(1)], { a: [partition(0, [1])], secret: [partition(0, [1])] })

  function controller(seen: DeleteTopicsRequest[] = []) {
    return async ({ apiVersion, body }: ForwardOptions) => {
      const request = decodeMessage(DeleteTopicsRequest, apiVersion, body)
      seen.push(request)
      const targets =
        apiVersion >= 6 ? request.topics : request.topicNames.map((name) => ({ name, topicId: ZERO_UUID }))
      const responses = targets.map((target) => ({ ...target, errorCode: 0, errorMessage: null }))
      return encodeMessage(DeleteTopicsResponse, apiVersion, { throttleTimeMs: 0, responses })
    }
  }

  async function remove(version: number, request: Partial<DeleteTopicsRequest>, options: FrontOptions) {
    const handler = deleteTopicsHandler(frontParts({ image: IMAGE, ...options }))
    const whole = { topics: [], topicNames: [], timeoutMs: 5000, ...request }
    const answer = await handler.handle(contextOf(ApiKey.DeleteTopics, version), whole)
    const body = encodeMessage(DeleteTopicsResponse, version, answer!)
    return decodeMessage(DeleteTopicsResponse, version, body).responses.map((r) => [r.name, r.topicId, r.errorCode])
  }

  test.each([1, 2, 3, 4, 5])('version %i by name', async (version) => {
    const deleted = await remove(version, { topicNames: ['a'] }, { forward: controller() })
    expect(deleted).toEqual([['a', ZERO_UUID, 0]])
  })

  test('version 6 by name or by id', async () => {
    const topics = [
      { name: 'a', topicId: ZERO_UUID },
      { name: null, topicId: idOf('secret') },
      { name: 'a', topicId: idOf('a') },
      { name: null, topicId: ZERO_UUID },
    ]
    const seen: DeleteTopicsRequest[] = []
    expect(await remove(6, { topics }, { forward: controller(seen) })).toEqual([
      ['a', ZERO_UUID, 0],
      [null, idOf('secret'), 0],
      ['a', idOf('a'), ErrorCode.INVALID_REQUEST],
      [null, ZERO_UUID, ErrorCode.INVALID_REQUEST],
    ])
    expect(seen[0]!.topics).toHaveLength(2)
  })

  test('what may not be deleted does not reach the controller', async () => {
    const topics = [
      { name: 'secret', topicId: ZERO_UUID },
      { name: null, topicId: idOf('secret') },
    ]
    const forward = () => Promise.reject(new Error('must not be called'))
    expect(await remove(6, { topics }, { forward, security: denying('secret') })).toEqual([
      ['secret', ZERO_UUID, ErrorCode.TOPIC_AUTHORIZATION_FAILED],
      [null, idOf('secret'), ErrorCode.TOPIC_AUTHORIZATION_FAILED],
    ])
  })

  test.each([
    [2, ErrorCode.INVALID_REQUEST],
    [3, ErrorCode.TOPIC_DELETION_DISABLED],
  ])('delete.topic.enable=false in version %i', async (version, code) => {
    const config = { 'delete.topic.enable': 'false' }
    expect(await remove(version, { topicNames: ['a'] }, { config })).toEqual([['a', ZERO_UUID, code]])
  })

  test('no controller', async () => {
    const forward = () => Promise.reject(new KafkaError('REQUEST_TIMED_OUT'))
    expect(await remove(5, { topicNames: ['a'] }, { forward })).toEqual([['a', ZERO_UUID, ErrorCode.REQUEST_TIMED_OUT]])
  })
})

describe('DescribeConfigs', () => {
  const configs = new Map([
    [configResource('topic', 't'), new Map([['retention.ms', '1000']])],
    [configResource('broker', ''), new Map([['max.connections', '50']])],
    [configResource('broker', '1'), new Map([['max.connections', '60']])],
  ])
  const IMAGE = imageOf([broker(1)], { t: [partition(0, [1])] }, configs)
  const config = { 'log.segment.bytes': '2097152', 'session.secret': 'hush' }

  function describeOne(
    resourceType: number,
    resourceName: string,
    extra: Partial<DescribeConfigsRequest> = {},
    keys: string[] | null = null,
  ) {
    const handler = describeConfigsHandler(frontParts({ image: IMAGE, config }))
    const request: DescribeConfigsRequest = {
      resources: [{ resourceType, resourceName, configurationKeys: keys }],
      includeSynonyms: false,
      includeDocumentation: false,
      ...extra,
    }
    const answer = handler.handle(contextOf(ApiKey.DescribeConfigs, 4), request)
    const body = encodeMessage(DescribeConfigsResponse, 4, answer as never)
    return decodeMessage(DescribeConfigsResponse, 4, body).results[0]!
  }

  test('a topic: every key, with its source', () => {
    const { errorCode, configs: shown } = describeOne(2, 't')
    expect(errorCode).toBe(0)
    const sources = new Map(shown.map(({ name, value, configSource }) => [name, [value, configSource]]))
    expect(sources.get('retention.ms')).toEqual(['1000', 1])
    expect(sources.get('segment.bytes')).toEqual(['2097152', 4])
    expect(sources.get('max.message.bytes')).toEqual(['1048588', 5])
    expect(shown.length).toBeGreaterThan(30)
    expect(
      shown.every(
        ({ synonyms, documentation, readOnly }) => synonyms.length === 0 && documentation === null && !readOnly,
      ),
    ).toBe(true)
    expect(
      shown
        .filter(({ configSource }) => configSource !== 5)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['retention.ms', 'segment.bytes'])
  })

  test('some keys, with synonyms, types and documentation', () => {
    const extra = { includeSynonyms: true, includeDocumentation: true }
    const { configs: shown } = describeOne(2, 't', extra, ['segment.bytes', 'nothing'])
    expect(shown).toHaveLength(1)
    expect(shown[0]).toMatchObject({ name: 'segment.bytes', configType: 3, isSensitive: false })
    expect(shown[0]!.documentation).toMatch(/segment/)
    expect(shown[0]!.synonyms).toEqual([
      { name: 'log.segment.bytes', value: '2097152', source: 4 },
      { name: 'log.segment.bytes', value: '1073741824', source: 5 },
    ])
  })

  test('a resource that is named again and again is described once', () => {
    const handler = describeConfigsHandler(frontParts({ image: IMAGE, config }))
    const asked = (resourceName: string, key: string) => ({
      resourceType: 4,
      resourceName,
      configurationKeys: [key],
    })
    const resources = [
      ...Array.from({ length: 1000 }, () => asked('1', 'max.connections')),
      asked('', 'max.connections'),
      asked('1', 'broker.id'),
    ]
    const request = { resources, includeSynonyms: false, includeDocumentation: true }
    const answer = handler.handle(contextOf(ApiKey.DescribeConfigs, 4), request)
    const body = encodeMessage(DescribeConfigsResponse, 4, answer as never)
    const { results } = decodeMessage(DescribeConfigsResponse, 4, body)
    expect(results.map(({ resourceName, configs: shown }) => [resourceName, shown.map(({ name }) => name)])).toEqual([
      ['1', ['broker.id']],
      ['', ['max.connections']],
    ])
  })

  test('loggers: the answer says where the level comes from', () => {
    expect(describeOne(8, '1').errorMessage).toMatch(/LOG_LEVEL/)
  })

  test('this broker', () => {
    const { configs: shown } = describeOne(4, '1', { includeSynonyms: true })
    const entry = (key: string) => shown.find(({ name }) => name === key)
    expect(entry('max.connections')).toMatchObject({
      value: '60',
      configSource: 2,
      readOnly: false,
      synonyms: [
        { name: 'max.connections', value: '60', source: 2 },
        { name: 'max.connections', value: '50', source: 3 },
        { name: 'max.connections', value: '2147483647', source: 5 },
      ],
    })
    for (const id of ['broker.id', 'node.id']) {
      expect(entry(id)).toMatchObject({ value: '1', configSource: 4, readOnly: true })
    }
    expect(entry('log.retention.ms')).toMatchObject({
      value: null,
      configSource: 5,
      synonyms: [{ name: 'log.retention.hours', value: '168', source: 5 }],
    })
    expect(entry('session.secret')).toMatchObject({ value: null, isSensitive: true, synonyms: [{ value: null }] })
  })

  test('the defaults of all brokers, as far as they are set', () => {
    expect(describeOne(4, '').configs).toMatchObject([{ name: 'max.connections', value: '50', configSource: 3 }])
  })

  test.each([
    [2, 'nobody', ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
    [2, 'a b', ErrorCode.INVALID_TOPIC_EXCEPTION],
    [4, '2', ErrorCode.INVALID_REQUEST],
    [4, 'x', ErrorCode.INVALID_REQUEST],
    [99, 't', ErrorCode.INVALID_REQUEST],
  ])('type %i, name %j', (type, name, code) => {
    expect(describeOne(type, name)).toMatchObject({
      resourceType: type,
      resourceName: name,
      errorCode: code,
      configs: [],
    })
  })
})

describe('DescribeCluster', () => {
  const IMAGE = imageOf([broker(1), broker(2, { fenced: true })], {})

  function ask(request: Partial<DescribeClusterRequest>) {
    const handler = describeClusterHandler(frontParts({ image: IMAGE }))
    return handler.handle(contextOf(ApiKey.DescribeCluster, 2), {
      includeClusterAuthorizedOperations: false,
      endpointType: 1,
      includeFencedBrokers: false,
      ...request,
    })
  }

  test('live brokers, fenced ones on request', () => {
    expect(ask({})).toMatchObject({ errorCode: 0, clusterId: 'cluster-1', controllerId: 1, brokers: [{ brokerId: 1 }] })
    expect(ask({ includeFencedBrokers: true })).toMatchObject({
      brokers: [
        { brokerId: 1, isFenced: false },
        { brokerId: 2, isFenced: true },
      ],
    })
  })

  test.each([
    [2, ErrorCode.MISMATCHED_ENDPOINT_TYPE],
    [3, ErrorCode.UNSUPPORTED_ENDPOINT_TYPE],
  ])('endpoint type %i', (endpointType, errorCode) => {
    expect(ask({ endpointType })).toMatchObject({ errorCode, brokers: [] })
  })
})

describe('DescribeTopicPartitions', () => {
  const IMAGE = imageOf([broker(1)], {
    c: [0, 1, 2].map((index) => partition(index, [1])),
    a: [0, 1, 2].map((index) => partition(index, [1], { elr: [2], lastKnownElr: [3] })),
    b: [partition(0, [1])],
  })

  function ask(request: Partial<DescribeTopicPartitionsRequest>, options: FrontOptions = {}) {
    const handler = describeTopicPartitionsHandler(frontParts({ image: IMAGE, ...options }))
    const whole = { topics: [], responsePartitionLimit: 2000, cursor: null, ...request }
    const answer = handler.handle(contextOf(ApiKey.DescribeTopicPartitions, 0), whole)
    return decodeMessage(
      DescribeTopicPartitionsResponse,
      0,
      encodeMessage(DescribeTopicPartitionsResponse, 0, answer as never),
    )
  }

  function pages(limit: number): string[][] {
    const found: string[][] = []
    let cursor: DescribeTopicPartitionsRequest['cursor'] = null
    do {
      const { topics, nextCursor } = ask({ responsePartitionLimit: limit, cursor })
      found.push(
        topics.flatMap(({ name, partitions }) => partitions.map(({ partitionIndex }) => `${name}${partitionIndex}`)),
      )
      cursor = nextCursor
    } while (cursor !== null)
    return found
  }

  test.each<[number, string[][]]>([
    [2000, [['a0', 'a1', 'a2', 'b0', 'c0', 'c1', 'c2']]],
    [7, [['a0', 'a1', 'a2', 'b0', 'c0', 'c1', 'c2']]],
    [3, [['a0', 'a1', 'a2'], ['b0', 'c0', 'c1'], ['c2']]],
    [2, [['a0', 'a1'], ['a2', 'b0'], ['c0', 'c1'], ['c2']]],
    [0, [['a0'], ['a1'], ['a2'], ['b0'], ['c0'], ['c1'], ['c2']]],
  ])('pages of %i partitions', (limit, expected) => {
    expect(pages(limit)).toEqual(expected)
  })

  test("the broker's own limit", () => {
    const { nextCursor } = ask({}, { config: { 'max.request.partition.size.limit': '4' } })
    expect(nextCursor).toEqual({ topicName: 'c', partitionIndex: 0 })
  })

  test('named topics, eligible leader replicas, errors', () => {
    const { topics } = ask({ topics: [{ name: 'nobody' }, { name: 'a' }, { name: 'a b' }, { name: 'a' }] })
    expect(topics.map(({ name, errorCode }) => [name, errorCode])).toEqual([
      ['a', 0],
      ['a b', ErrorCode.INVALID_TOPIC_EXCEPTION],
      ['nobody', ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
    ])
    expect(topics[0]!.partitions[0]).toMatchObject({ eligibleLeaderReplicas: [2], lastKnownElr: [3], leaderId: 1 })
  })

  test('a cursor whose topic is gone goes on with the next one', () => {
    const { topics } = ask({ cursor: { topicName: 'aa', partitionIndex: 2 } })
    expect(topics.map(({ name, partitions }) => [name, partitions.length])).toEqual([
      ['b', 1],
      ['c', 3],
    ])
  })

  test.each([
    ['a negative cursor', { topicName: 'a', partitionIndex: -1 }],
    ['a cursor in a topic that was not asked for', { topicName: 'b', partitionIndex: 0 }],
  ])('%s', (_what, cursor) => {
    const { topics } = ask({ topics: [{ name: 'a' }], cursor })
    expect(topics.map(({ errorCode }) => errorCode)).toEqual([ErrorCode.INVALID_REQUEST])
  })

  test('what a client may do with topics, also with those that do not exist; not with those that it may not see', () => {
    const { topics } = ask({ topics: [{ name: 'a' }, { name: 'nobody' }, { name: 'c' }] }, { security: denying('c') })
    expect(topics.map(({ name, topicAuthorizedOperations }) => [name, topicAuthorizedOperations])).toEqual([
      ['a', 3576],
      ['c', -2147483648],
      ['nobody', 3576],
    ])
  })
})
