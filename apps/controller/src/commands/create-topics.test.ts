import { describe, expect, test } from '@jest/globals'
import { type CreateTopicsRequest, ErrorCode, type ErrorName } from '@ottla/protocol'
import { ConfigSource, type MetadataImage } from '@ottla/replication'
import { after, afterOutcome, clusterOf, withTopic } from '../testing/images.ts'
import { createTopics } from './create-topics.ts'

type Creatable = CreateTopicsRequest['topics'][number]

const context = (staticConfigs: Record<string, string> = {}, start = 0) => {
  let topics = 0
  return {
    staticConfigs: new Map(Object.entries(staticConfigs)),
    newTopicId: () => `new-topic-${++topics}`,
    randomInteger: () => start,
  }
}

function topic(fields: Partial<Creatable> = {}): Creatable {
  return { name: 'a', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [], ...fields }
}

function create(image: MetadataImage, topics: readonly Creatable[], options: { validateOnly?: boolean } = {}) {
  const request = { topics: [...topics], timeoutMs: 1000, validateOnly: options.validateOnly ?? false }
  return createTopics(image, request, context())
}

const ONE = clusterOf([1])
const THREE = clusterOf([1, 2, 3])

describe('what cannot be created', () => {
  const assigned = (...brokerIds: number[][]) =>
    brokerIds.map((ids, partitionIndex) => ({ partitionIndex, brokerIds: ids }))
  const manual = { numPartitions: -1, replicationFactor: -1 }
  const config = (name: string, value: string | null) => ({ configs: [{ name, value }] })

  test.each<[string, MetadataImage, Partial<Creatable>, ErrorName, string | RegExp]>([
    ['no name', ONE, { name: '' }, 'INVALID_TOPIC_EXCEPTION', /empty/],
    ['a dot', ONE, { name: '.' }, 'INVALID_TOPIC_EXCEPTION', /'\.' is not allowed/],
    ['two dots', ONE, { name: '..' }, 'INVALID_TOPIC_EXCEPTION', /'\.\.' is not allowed/],
    ['a path', ONE, { name: '../x' }, 'INVALID_TOPIC_EXCEPTION', /contains characters other than/],
    ['a NUL', ONE, { name: 'a\0b' }, 'INVALID_TOPIC_EXCEPTION', /'a\?b' contains/],
    ['a long name', ONE, { name: 'x'.repeat(250) }, 'INVALID_TOPIC_EXCEPTION', /250 characters, at most 249/],
    ['an existing name', withTopic(ONE, 'a', [{}]), {}, 'TOPIC_ALREADY_EXISTS', "Topic 'a' already exists."],
    [
      'a colliding name',
      withTopic(ONE, 'a_b', [{}]),
      { name: 'a.b' },
      'INVALID_TOPIC_EXCEPTION',
      "Topic 'a.b' collides with existing topic: a_b",
    ],
    ['no partitions', ONE, { numPartitions: 0 }, 'INVALID_PARTITIONS', /non-positive/],
    ['fewer than none', ONE, { numPartitions: -2 }, 'INVALID_PARTITIONS', /non-positive/],
    ['too many', ONE, { numPartitions: 10_001 }, 'POLICY_VIOLATION', /Excessively large/],
    ['no replicas', ONE, { replicationFactor: 0 }, 'INVALID_REPLICATION_FACTOR', /larger than 0, or -1/],
    [
      'more replicas than brokers',
      ONE,
      { replicationFactor: 2 },
      'INVALID_REPLICATION_FACTOR',
      'Unable to replicate the partition 2 time(s): The target replication factor of 2 cannot be reached because only 1 broker(s) are registered or some brokers have all their log directories cordoned.',
    ],
    [
      'all brokers fenced',
      clusterOf([], [1]),
      {},
      'INVALID_REPLICATION_FACTOR',
      'Unable to replicate the partition 1 time(s): All brokers are currently fenced.',
    ],
    ['an unknown key', ONE, config('x', 'y'), 'INVALID_CONFIG', /Unknown topic config name: x/],
    ['a wrong value', ONE, config('retention.ms', 'soon'), 'INVALID_CONFIG', /soon.*retention\.ms/],
    ['a null value', ONE, config('retention.ms', null), 'INVALID_CONFIG', /Null value not supported.*retention\.ms/],
    ['counts and assignment', ONE, { assignments: assigned([1]) }, 'INVALID_REQUEST', /replication factor was not set/],
    [
      'partitions and assignment',
      ONE,
      { assignments: assigned([1]), replicationFactor: -1 },
      'INVALID_REQUEST',
      /numPartitions was not set/,
    ],
    [
      'an unknown broker',
      ONE,
      { ...manual, assignments: assigned([7]) },
      'INVALID_REPLICA_ASSIGNMENT',
      /includes broker 7, but no such broker/,
    ],
    [
      'an empty list',
      ONE,
      { ...manual, assignments: assigned([]) },
      'INVALID_REPLICA_ASSIGNMENT',
      /an empty replica list/,
    ],
    [
      'a broker twice',
      ONE,
      { ...manual, assignments: assigned([1, 1]) },
      'INVALID_REPLICA_ASSIGNMENT',
      /broker 1 more than/,
    ],
    [
      'lists of two lengths',
      THREE,
      { ...manual, assignments: assigned([1, 2], [3]) },
      'INVALID_REPLICA_ASSIGNMENT',
      /a partition with 1 replica\(s\).*2 replica\(s\)/,
    ],
    [
      'a hole',
      THREE,
      { ...manual, assignments: [{ partitionIndex: 1, brokerIds: [1] }] },
      'INVALID_REPLICA_ASSIGNMENT',
      /consecutive 0-based/,
    ],
    [
      'only fenced brokers',
      clusterOf([1], [2]),
      { ...manual, assignments: assigned([2]) },
      'INVALID_REPLICA_ASSIGNMENT',
      /for partition 0 are fenced/,
    ],
  ])('%s', (_, image, fields, error, message) => {
    const outcome = create(image, [topic(fields)])
    expect(outcome.batches).toEqual([])
    const result = outcome.reply.topics[0]!
    expect(result.errorCode).toBe(ErrorCode[error])
    if (typeof message === 'string') expect(result.errorMessage).toBe(message)
    else expect(result.errorMessage).toMatch(message)
  })

  test('the same name twice, or two that collide, in one request', () => {
    const twice = create(ONE, [topic(), topic(), topic({ name: 'b' })])
    expect(twice.reply.topics.map(({ name, errorCode }) => [name, errorCode])).toEqual([
      ['a', ErrorCode.INVALID_REQUEST],
      ['b', ErrorCode.NONE],
    ])
    const colliding = create(ONE, [topic({ name: 'a.b' }), topic({ name: 'a_b' })])
    expect(colliding.reply.topics.map(({ errorCode }) => errorCode)).toEqual([
      ErrorCode.NONE,
      ErrorCode.INVALID_TOPIC_EXCEPTION,
    ])
  })

  test('a good topic is created beside a bad one', () => {
    const outcome = create(ONE, [topic({ name: '..' }), topic({ name: 'good' })])
    expect([...afterOutcome(ONE, outcome).topics.keys()]).toEqual(['good'])
  })
})

describe('what is created', () => {
  test('topic, partitions and overrides, in one batch; the answer tells what came of it', () => {
    const wanted = topic({ numPartitions: 2, configs: [{ name: 'retention.ms', value: '1000' }] })
    const outcome = create(ONE, [wanted])
    expect(outcome.batches).toHaveLength(1)
    const image = afterOutcome(ONE, outcome)
    expect(image.topics.get('a')).toMatchObject({ id: 'new-topic-1', partitions: [{ leader: 1 }, { leader: 1 }] })
    expect(image.configs.get('topic:a')).toEqual(new Map([['retention.ms', '1000']]))
    const result = outcome.reply.topics[0]!
    expect(result).toMatchObject({
      name: 'a',
      topicId: 'new-topic-1',
      errorCode: 0,
      numPartitions: 2,
      replicationFactor: 1,
    })
    const retention = result.configs!.find(({ name }) => name === 'retention.ms')
    expect(retention).toMatchObject({ value: '1000', configSource: ConfigSource.DYNAMIC_TOPIC_CONFIG })
    const segment = result.configs!.find(({ name }) => name === 'segment.bytes')
    expect(segment).toMatchObject({ value: '1073741824', configSource: ConfigSource.DEFAULT_CONFIG })
  })

  test('validate only answers and writes nothing', () => {
    const outcome = create(ONE, [topic()], { validateOnly: true })
    expect(outcome.batches).toEqual([])
    expect(outcome.reply.topics[0]).toMatchObject({ errorCode: 0, numPartitions: 1 })
  })

  test.each([
    ['nothing', {}, {}, 1, 1],
    ["the forwarding broker's file", {}, { 'num.partitions': '5', 'default.replication.factor': '2' }, 5, 2],
    ["the cluster's default", { 'num.partitions': '7' }, { 'num.partitions': '5' }, 7, 1],
  ])('-1 means the default of %s', (_, cluster, file, partitions, replicas) => {
    const image = after(
      THREE,
      ...Object.entries(cluster).map(([name, value]) => [
        { type: 'config', resourceType: 'broker', resourceName: '', name, value } as const,
      ]),
    )
    const request = {
      topics: [topic({ numPartitions: -1, replicationFactor: -1 })],
      timeoutMs: 1000,
      validateOnly: false,
    }
    const result = createTopics(image, request, context(file)).reply.topics[0]
    expect(result).toMatchObject({ numPartitions: partitions, replicationFactor: replicas })
  })

  test('as many replicas as brokers are registered, each on another one; fenced ones are not in sync and lead nothing', () => {
    const before = clusterOf([1, 2], [3])
    const image = afterOutcome(before, create(before, [topic({ numPartitions: 4, replicationFactor: 3 })]))
    for (const { replicas, isr, leader } of image.topics.get('a')!.partitions) {
      expect(replicas.toSorted()).toEqual([1, 2, 3])
      expect(isr.toSorted()).toEqual([1, 2])
      expect([replicas[0], isr]).toEqual([leader, expect.arrayContaining([leader])])
    }
    const { reply } = create(before, [topic({ replicationFactor: 4 })])
    expect(reply.topics[0]!.errorCode).toBe(ErrorCode.INVALID_REPLICATION_FACTOR)
  })

  test('a manual assignment is kept as it is; fenced replicas are not in sync', () => {
    const image = clusterOf([1, 5], [2])
    const assignments = [
      { partitionIndex: 1, brokerIds: [2, 1] },
      { partitionIndex: 0, brokerIds: [1, 5] },
    ]
    const outcome = create(image, [topic({ numPartitions: -1, replicationFactor: -1, assignments })])
    const { partitions } = afterOutcome(image, outcome).topics.get('a')!
    expect(partitions.map(({ replicas, isr, leader }) => ({ replicas, isr, leader }))).toEqual([
      { replicas: [1, 5], isr: [1, 5], leader: 1 },
      { replicas: [2, 1], isr: [1], leader: 1 },
    ])
  })
})

test('partitions that do not fit into the request any more are not even placed', () => {
  let placed = 0
  const counting = {
    ...context(),
    randomInteger: () => {
      placed += 1
      return 0
    },
  }
  const topics = Array.from({ length: 100 }, (_, index) => topic({ name: `t${index}`, numPartitions: 10_000 }))
  const { reply } = createTopics(ONE, { topics, timeoutMs: 1000, validateOnly: false }, counting)
  expect(reply.topics.filter(({ errorCode }) => errorCode === ErrorCode.NONE).map(({ name }) => name)).toEqual(['t0'])
  expect(new Set(reply.topics.slice(1).map(({ errorCode }) => errorCode))).toEqual(
    new Set([ErrorCode.POLICY_VIOLATION]),
  )
  expect(placed).toBe(1)
})

test('values are kept as Kafka reads them: no blanks around them, lists without blanks, booleans in small letters', () => {
  const given = {
    'cleanup.policy': ' compact, delete ',
    'compression.type': ' gzip ',
    preallocate: ' TRUE',
    'retention.ms': ' +0600 ',
  }
  const configs = Object.entries(given).map(([name, value]) => ({ name, value }))
  const image = afterOutcome(ONE, create(ONE, [topic({ configs })]))
  expect(Object.fromEntries(image.configs.get('topic:a') ?? [])).toEqual({
    'cleanup.policy': 'compact,delete',
    'compression.type': 'gzip',
    preallocate: 'true',
    'retention.ms': '600',
  })
})
