import { describe, expect, test } from '@jest/globals'
import { ErrorCode, type ErrorName } from '@ottla/protocol'
import type { MetadataImage } from '@ottla/replication'
import { after, afterOutcome, clusterOf, withTopic } from '../testing/images.ts'
import { alterConfigs, incrementalAlterConfigs } from './alter-configs.ts'

const TOPIC = 2
const BROKER = 4
const GROUP = 32
const SET = 0
const DELETE = 1
const APPEND = 2
const SUBTRACT = 3

type Operation = [name: string, operation: number, value?: string | null]

const IMAGE = withTopic(withTopic(clusterOf([1, 2]), 'a', [{}]), 'b', [{}])

function withConfigs(
  image: MetadataImage,
  type: 'topic' | 'broker' | 'group',
  name: string,
  values: Record<string, string>,
) {
  const records = Object.entries(values).map(
    ([key, value]) => ({ type: 'config', resourceType: type, resourceName: name, name: key, value }) as const,
  )
  return after(image, records)
}

function resource(resourceType: number, resourceName: string, operations: readonly Operation[]) {
  const configs = operations.map(([name, configOperation, value = null]) => ({ name, configOperation, value }))
  return { resourceType, resourceName, configs }
}

function change(
  image: MetadataImage,
  resources: readonly ReturnType<typeof resource>[],
  options: { validateOnly?: boolean } = {},
) {
  return incrementalAlterConfigs(image, {
    resources: [...resources],
    validateOnly: options.validateOnly ?? false,
  })
}

function replace(image: MetadataImage, resourceType: number, name: string, values: Record<string, string | null>) {
  const configs = Object.entries(values).map(([key, value]) => ({ name: key, value }))
  return alterConfigs(image, { resources: [{ resourceType, resourceName: name, configs }], validateOnly: false })
}

function configsOf(image: MetadataImage, key: string) {
  return Object.fromEntries(image.configs.get(key) ?? [])
}

describe('single keys', () => {
  test.each<[string, Record<string, string>, Operation[], Record<string, string>]>([
    ['set', {}, [['retention.ms', SET, '5000']], { 'retention.ms': '5000' }],
    ['set again', { 'retention.ms': '1' }, [['retention.ms', SET, '5000']], { 'retention.ms': '5000' }],
    ['delete', { 'retention.ms': '1', 'flush.ms': '2' }, [['retention.ms', DELETE]], { 'flush.ms': '2' }],
    ['delete what is not there', { 'flush.ms': '2' }, [['retention.ms', DELETE]], { 'flush.ms': '2' }],
    ['delete what nobody knows', {}, [['x', DELETE]], {}],
    ['append to the default', {}, [['cleanup.policy', APPEND, 'compact']], { 'cleanup.policy': 'delete,compact' }],
    [
      'append what is there',
      { 'cleanup.policy': 'compact' },
      [['cleanup.policy', APPEND, 'compact, delete']],
      { 'cleanup.policy': 'compact,delete' },
    ],
    [
      'subtract',
      { 'cleanup.policy': 'compact,delete' },
      [['cleanup.policy', SUBTRACT, 'delete']],
      { 'cleanup.policy': 'compact' },
    ],
    [
      'several at once',
      { 'flush.ms': '2' },
      [
        ['flush.ms', DELETE],
        ['retention.ms', SET, '1'],
        ['segment.ms', SET, '3'],
      ],
      { 'retention.ms': '1', 'segment.ms': '3' },
    ],
  ])('%s', (_what, before, operations, expected) => {
    const image = withConfigs(IMAGE, 'topic', 'a', before)
    const outcome = change(image, [resource(TOPIC, 'a', operations)])
    expect(outcome.reply.responses).toEqual([
      { errorCode: ErrorCode.NONE, errorMessage: null, resourceType: TOPIC, resourceName: 'a' },
    ])
    expect(configsOf(afterOutcome(image, outcome), 'topic:a')).toEqual(expected)
  })

  test.each<[string, number, string, Operation[], ErrorName, string]>([
    ['a key nobody knows', TOPIC, 'a', [['x', SET, 'y']], 'INVALID_CONFIG', 'Unknown topic config name: x'],
    [
      'a misspelt key',
      TOPIC,
      'a',
      [['retention.mss', SET, '1']],
      'INVALID_CONFIG',
      'Unknown topic config name: retention.mss; did you mean retention.ms?',
    ],
    [
      'a wrong value',
      TOPIC,
      'a',
      [['retention.ms', SET, '-5']],
      'INVALID_CONFIG',
      'Invalid value -5 for configuration retention.ms: Value must be at least -1',
    ],
    [
      'a value that contradicts another',
      TOPIC,
      'a',
      [
        ['min.compaction.lag.ms', SET, '9'],
        ['max.compaction.lag.ms', SET, '8'],
      ],
      'INVALID_CONFIG',
      'conflict topic config setting min.compaction.lag.ms (9) > max.compaction.lag.ms (8)',
    ],
    [
      'appending to what is no list',
      TOPIC,
      'a',
      [['retention.ms', APPEND, '1']],
      'INVALID_CONFIG',
      "Can't APPEND to key retention.ms because its type is not LIST.",
    ],
    [
      'subtracting from what is no list',
      TOPIC,
      'a',
      [['x', SUBTRACT, '1']],
      'INVALID_CONFIG',
      "Can't SUBTRACT to key x because its type is not LIST.",
    ],
    ['null', TOPIC, 'a', [['flush.ms', SET]], 'INVALID_REQUEST', 'Null value not supported for : flush.ms'],
    [
      'a key twice',
      TOPIC,
      'a',
      [
        ['flush.ms', SET, '1'],
        ['flush.ms', SET, '2'],
      ],
      'INVALID_REQUEST',
      'Error due to duplicate config keys',
    ],
    [
      'an unknown operation',
      TOPIC,
      'a',
      [['flush.ms', 9, '1']],
      'INVALID_REQUEST',
      'Unknown operation 9 on key flush.ms',
    ],
    ['an unknown topic', TOPIC, 'z', [], 'UNKNOWN_TOPIC_OR_PARTITION', "The topic 'z' does not exist."],
    ['no topic', TOPIC, '', [], 'INVALID_REQUEST', 'Default topic resources are not allowed.'],
    ['an unknown type', 99, 'a', [], 'INVALID_REQUEST', 'Unknown resource type 99'],
    ['an unknown broker', BROKER, '7', [], 'BROKER_ID_NOT_REGISTERED', 'Broker 7 is not registered.'],
    ['no broker id', BROKER, 'x', [], 'INVALID_REQUEST', 'Node id must be an integer, but it is: x'],
    [
      'a read-only key',
      BROKER,
      '1',
      [
        ['log.retention.ms', SET, '1'],
        ['broker.id', SET, '7'],
        ['log.dirs', SET, '/x'],
      ],
      'INVALID_REQUEST',
      'Cannot update these configs dynamically: [broker.id, log.dirs]',
    ],
    [
      'a read-only key of all',
      BROKER,
      '',
      [['broker.rack', SET, 'r']],
      'INVALID_REQUEST',
      'Cannot update these configs dynamically: [broker.rack]',
    ],
    [
      'a wrong value of a broker',
      BROKER,
      '',
      [['num.io.threads', SET, '0']],
      'INVALID_REQUEST',
      'Invalid value 0 for configuration num.io.threads: Value must be at least 1',
    ],
    [
      'a negative rate',
      BROKER,
      '1',
      [['leader.replication.throttled.rate', SET, '-1']],
      'INVALID_REQUEST',
      'Invalid value -1 for configuration leader.replication.throttled.rate: Value must be at least 0',
    ],
    [
      'a misspelt key of a broker',
      BROKER,
      '1',
      [['log.retention.mss', SET, '1']],
      'INVALID_CONFIG',
      'Unknown broker config name: log.retention.mss; did you mean log.retention.ms?',
    ],
    [
      'what only the cluster has',
      BROKER,
      '1',
      [['min.insync.replicas', SET, '1']],
      'INVALID_CONFIG',
      'Broker-level min.insync.replicas cannot be altered: set the default of the cluster, or the key of a topic.',
    ],
    [
      'limits by address that are none',
      BROKER,
      '',
      [['max.connections.per.ip.overrides', SET, 'here']],
      'INVALID_REQUEST',
      'max.connections.per.ip.overrides: here is not an IP address and a number, such as 10.0.0.1:100',
    ],
  ])('%s', (_what, type, name, operations, error, errorMessage) => {
    const outcome = change(IMAGE, [resource(type, name, operations)])
    expect(outcome.batches).toEqual([])
    const answer = { errorCode: ErrorCode[error], errorMessage, resourceType: type, resourceName: name }
    expect(outcome.reply.responses).toEqual([answer])
  })

  test('brokers and their defaults', () => {
    const outcome = change(IMAGE, [
      resource(BROKER, '1', [['log.retention.ms', SET, '7000']]),
      resource(BROKER, '', [['message.max.bytes', SET, '2000000']]),
    ])
    const image = afterOutcome(IMAGE, outcome)
    expect(configsOf(image, 'broker:1')).toEqual({ 'log.retention.ms': '7000' })
    expect(configsOf(image, 'broker:')).toEqual({ 'message.max.bytes': '2000000' })
  })

  test('each resource is judged alone, and named once', () => {
    const outcome = change(IMAGE, [
      resource(TOPIC, 'a', [['x', SET, '1']]),
      resource(TOPIC, 'b', [['flush.ms', SET, '1']]),
      resource(BROKER, '1', []),
      resource(BROKER, '1', []),
    ])
    expect(outcome.reply.responses.map(({ errorCode }) => errorCode)).toEqual([
      ErrorCode.INVALID_CONFIG,
      ErrorCode.NONE,
      ErrorCode.INVALID_REQUEST,
      ErrorCode.INVALID_REQUEST,
    ])
    expect(configsOf(afterOutcome(IMAGE, outcome), 'topic:b')).toEqual({ 'flush.ms': '1' })
  })

  test('validation alone, and values that are there already, write nothing', () => {
    const set = [resource(TOPIC, 'a', [['flush.ms', SET, '1']])]
    const validated = change(IMAGE, set, { validateOnly: true })
    expect(validated.batches).toEqual([])
    expect(validated.reply.responses[0]).toMatchObject({ errorCode: ErrorCode.NONE })
    expect(change(withConfigs(IMAGE, 'topic', 'a', { 'flush.ms': '1' }), set).batches).toEqual([])
  })
})

describe('everything at once', () => {
  test('what is not named goes back to its default', () => {
    const image = withConfigs(IMAGE, 'topic', 'a', { 'flush.ms': '1', 'retention.ms': '2' })
    const outcome = replace(image, TOPIC, 'a', { 'flush.ms': '1', 'segment.ms': '3' })
    expect(configsOf(afterOutcome(image, outcome), 'topic:a')).toEqual({ 'flush.ms': '1', 'segment.ms': '3' })
    expect(outcome.batches.flat()).toHaveLength(2)
  })

  test.each<[string, Record<string, string | null>, ErrorName, string]>([
    ['null', { 'flush.ms': null }, 'INVALID_REQUEST', 'Null value not supported for : flush.ms'],
    ['an unknown key', { foo: '1' }, 'INVALID_CONFIG', 'Unknown topic config name: foo'],
  ])('%s is refused', (_what, values, error, errorMessage) => {
    const { batches, reply } = replace(IMAGE, TOPIC, 'a', values)
    expect(batches).toEqual([])
    expect(reply.responses[0]).toMatchObject({ errorCode: ErrorCode[error], errorMessage })
  })
})

describe('a change of min.insync.replicas clears the eligible leaders that it makes stale', () => {
  const PARTITIONS = [
    { replicas: [1, 2], isr: [1], elr: [2] },
    { replicas: [1, 2], isr: [1, 2] },
  ]
  const image = withConfigs(
    withTopic(withTopic(clusterOf([1, 2]), 'own', PARTITIONS), 'other', PARTITIONS),
    'topic',
    'own',
    { 'min.insync.replicas': '2' },
  )
  const cluster = withConfigs(image, 'broker', '', { 'min.insync.replicas': '2' })
  const elrOf = (now: MetadataImage, name: string) => now.topics.get(name)!.partitions.map(({ elr }) => elr)

  test('of a topic, in the same batch', () => {
    const outcome = change(cluster, [resource(TOPIC, 'own', [['min.insync.replicas', SET, '1']])])
    expect(outcome.batches).toHaveLength(1)
    const now = afterOutcome(cluster, outcome)
    expect([elrOf(now, 'own'), elrOf(now, 'other')]).toEqual([
      [[], []],
      [[2], []],
    ])
  })

  test('of the cluster: topics with a value of their own keep theirs', () => {
    const now = afterOutcome(cluster, change(cluster, [resource(BROKER, '', [['min.insync.replicas', DELETE]])]))
    expect([elrOf(now, 'own'), elrOf(now, 'other')]).toEqual([
      [[2], []],
      [[], []],
    ])
  })

  test('of a topic that loses its own value in the request that changes the cluster', () => {
    const set = [
      resource(TOPIC, 'own', [['min.insync.replicas', DELETE]]),
      resource(BROKER, '', [['min.insync.replicas', SET, '1']]),
    ]
    for (const resources of [set, set.toReversed()]) {
      expect(elrOf(afterOutcome(cluster, change(cluster, resources)), 'own')).toEqual([[], []])
    }
  })

  test('a value that the ISR still does not reach clears nothing', () => {
    const outcome = change(cluster, [resource(TOPIC, 'own', [['min.insync.replicas', SET, '3']])])
    expect(elrOf(afterOutcome(cluster, outcome), 'own')).toEqual([[2], []])
  })
})

describe('values', () => {
  test.each<[number, string, string, string, string]>([
    [TOPIC, 'a', 'compression.type', ' gzip ', 'gzip'],
    [TOPIC, 'a', 'cleanup.policy', 'compact , delete', 'compact,delete'],
    [TOPIC, 'a', 'cleanup.policy', 'compact,compact,delete', 'compact,delete'],
    [TOPIC, 'a', 'cleanup.policy', '', ''],
    [TOPIC, 'a', 'preallocate', 'True', 'true'],
    [TOPIC, 'a', 'retention.ms', ' 007 ', '7'],
    [TOPIC, 'a', 'retention.ms', '-1', '-1'],
    [TOPIC, 'a', 'flush.messages', '9223372036854775807', '9223372036854775807'],
    [TOPIC, 'a', 'min.cleanable.dirty.ratio', ' 0.5', '0.5'],
    [BROKER, '', 'log.cleanup.policy', ' compact ', 'compact'],
    [BROKER, '1', 'message.max.bytes', '+1000', '1000'],
    [BROKER, '1', 'leader.replication.throttled.rate', '50000000', '50000000'],
    [BROKER, '', 'follower.replication.throttled.rate', '0', '0'],
  ])('%i:%s %s="%s" is kept as "%s"', (type, name, key, given, kept) => {
    const outcome = change(IMAGE, [resource(type, name, [[key, SET, given]])])
    const image = afterOutcome(IMAGE, outcome)
    expect(configsOf(image, `${type === TOPIC ? 'topic' : 'broker'}:${name}`)).toEqual({ [key]: kept })
    expect(change(image, [resource(type, name, [[key, SET, given]])]).batches).toEqual([])
  })

  test('blanks do not hide what is refused', () => {
    const { reply } = change(IMAGE, [resource(TOPIC, 'a', [['remote.storage.enable', SET, ' true ']])])
    expect(reply.responses).toMatchObject([{ errorCode: ErrorCode.INVALID_CONFIG }])
  })

  test('at most 32767 bytes', () => {
    const list = (items: number) => Array.from({ length: items }, () => '1:1').join(',')
    const set = (value: string) =>
      change(IMAGE, [resource(TOPIC, 'a', [['leader.replication.throttled.replicas', SET, value]])])
    expect(set(list(8191)).reply.responses).toMatchObject([{ errorCode: ErrorCode.NONE }])
    expect(set(list(8193)).reply.responses).toMatchObject([
      {
        errorCode: ErrorCode.INVALID_CONFIG,
        errorMessage:
          'Invalid value for configuration leader.replication.throttled.replicas: 32771 bytes are more than 32767',
      },
    ])
  })
})

describe('groups', () => {
  const settled = after(IMAGE, [{ type: 'featureLevel', name: 'group.version', level: 1 }])
  const key = 'consumer.session.timeout.ms'

  test('need not exist, and have values of their own', () => {
    const image = withConfigs(settled, 'group', 'g:1', { 'consumer.heartbeat.interval.ms': '6000' })
    const outcome = change(image, [resource(GROUP, 'g:1', [[key, SET, '+50000']])])
    const changed = afterOutcome(image, outcome)
    expect(outcome.reply.responses).toEqual([
      { errorCode: ErrorCode.NONE, errorMessage: null, resourceType: GROUP, resourceName: 'g:1' },
    ])
    expect(configsOf(changed, 'group:g:1')).toEqual({ 'consumer.heartbeat.interval.ms': '6000', [key]: '50000' })
    const replaced = afterOutcome(changed, replace(changed, GROUP, 'g:1', { [key]: '55000' }))
    expect(configsOf(replaced, 'group:g:1')).toEqual({ [key]: '55000' })
  })

  test.each<[string, MetadataImage, string, Operation, ErrorName, RegExp]>([
    ['no name', settled, '', [key, SET, '1'], 'INVALID_REQUEST', /Default group resources are not allowed/],
    [
      'an unknown key',
      settled,
      'g',
      ['consumer.foo', SET, '1'],
      'INVALID_CONFIG',
      /Unknown group config name: consumer\.foo/,
    ],
    ['a wrong value', settled, 'g', [key, SET, '0'], 'INVALID_CONFIG', /Value must be at least 1/],
    ['a list operation', settled, 'g', [key, APPEND, '1'], 'INVALID_CONFIG', /its type is not LIST/],
    [
      'a cluster with older brokers',
      IMAGE,
      'g',
      [key, SET, '50000'],
      'UNSUPPORTED_VERSION',
      /group\.version 1 is needed/,
    ],
  ])('%s', (_, image, name, operation, error, message) => {
    const { reply, batches } = change(image, [resource(GROUP, name, [operation])])
    expect(reply.responses[0]).toMatchObject({
      errorCode: ErrorCode[error],
      errorMessage: expect.stringMatching(message),
    })
    expect(batches).toEqual([])
  })
})
