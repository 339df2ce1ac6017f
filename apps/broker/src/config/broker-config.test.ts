import { describe, expect, test } from '@jest/globals'
import { BROKER_KEYS } from '@ottla/replication'
import { parseProperties } from '@ottla/runtime'
import { parseBrokerConfig } from './broker-config.ts'
import { ConfigFailure } from './config-failure.ts'
import { KNOWN_KEYS } from './known-keys.ts'

const MINIMUM = { 'broker.id': '1', 'controller.connect': 'localhost:2181' }

function parse(values: Readonly<Record<string, string>>) {
  return parseBrokerConfig(new Map(Object.entries({ ...MINIMUM, ...values })))
}

function problems(values: Readonly<Record<string, string>>): readonly string[] {
  try {
    parseBrokerConfig(new Map(Object.entries(values)))
    return []
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigFailure)
    return (error as ConfigFailure).problems
  }
}

/** A file as it has been in use with Kafka since the days of ZooKeeper. */
const OLD_FILE = `broker.id=1
listeners = PLAINTEXT://hadoop-cluster01:9092 
num.network.threads=3
num.io.threads=8
socket.send.buffer.bytes=102400
socket.receive.buffer.bytes=102400
socket.request.max.bytes=104857600
log.dirs=/home/data/kafka/kafkalog
num.partitions=1
num.recovery.threads.per.data.dir=1
offsets.topic.replication.factor=3
transaction.state.log.replication.factor=3
transaction.state.log.min.isr=3
log.flush.interval.messages=10000
log.flush.interval.ms=1000
log.retention.hours=168
log.retention.bytes=1073741824
log.segment.bytes=1073741824
log.retention.check.interval.ms=300000
zookeeper.connect=hadoop-cluster01:2181,hadoop-cluster02:2181,hadoop-cluster03:2181
zookeeper.connection.timeout.ms=6000
confluent.support.metrics.enable=true
group.initial.rebalance.delay.ms=0
confluent.support.customer.id=anonymous
`

describe('an old server.properties', () => {
  test('is understood', () => {
    const { config, warnings, unused } = parseBrokerConfig(parseProperties(OLD_FILE))
    expect(config.brokerId).toBe(1)
    expect(config.listeners).toMatchObject([{ name: 'PLAINTEXT', host: 'hadoop-cluster01', port: 9092 }])
    expect(config.controllers).toEqual([
      { host: 'hadoop-cluster01', port: 2181 },
      { host: 'hadoop-cluster02', port: 2181 },
      { host: 'hadoop-cluster03', port: 2181 },
    ])
    expect(config).toMatchObject({
      chroot: '',
      connectionTimeoutMs: 6000,
      logDirectories: ['/home/data/kafka/kafkalog'],
    })
    expect(config.clusterDefaults.get('log.flush.interval.messages')).toBe('10000')
    expect(warnings).toEqual([
      'unknown configuration key confluent.support.metrics.enable: it has no effect',
      'unknown configuration key confluent.support.customer.id: it has no effect',
    ])
    expect(unused).toEqual([])
  })

  test('reporters that cannot be loaded give a line each', () => {
    const { warnings } = parse({ 'metric.reporters': 'io.confluent.metrics.reporter.ConfluentMetricsReporter, a.B' })
    expect(warnings).toEqual([
      'metric.reporters: io.confluent.metrics.reporter.ConfluentMetricsReporter cannot be loaded and is ignored',
      'metric.reporters: a.B cannot be loaded and is ignored',
    ])
  })
})

describe('which key wins', () => {
  test.each<[Record<string, string>, string[]]>([
    [{}, ['/tmp/kafka-logs']],
    [{ 'log.dir': '/a' }, ['/a']],
    [{ 'log.dir': '/a', 'log.dirs': '/b, /c' }, ['/b', '/c']],
  ])('log directories of %j', (values, expected) => {
    expect(parse(values).config.logDirectories).toEqual(expected)
  })

  test.each<[Record<string, string>, number]>([
    [{ 'broker.id': '7' }, 7],
    [{ 'broker.id': '-1', 'node.id': '8' }, 8],
    [{ 'broker.id': '8', 'node.id': '8' }, 8],
    [{ 'broker.id': '0' }, 0],
  ])('id of %j', (values, expected) => {
    expect(parse(values).config.brokerId).toBe(expected)
  })

  test('controller.connect wins over zookeeper.connect, and a chroot is kept', () => {
    const { config } = parse({ 'controller.connect': 'c:1/east/', 'zookeeper.connect': 'z:2' })
    expect([config.controllers, config.chroot]).toEqual([[{ host: 'c', port: 1 }], '/east'])
  })
})

describe('what other parts read', () => {
  test('metrics are off unless they have a port', () => {
    expect(parse({}).config.metrics).toBeNull()
    expect(parse({ 'metrics.port': '0' }).config.metrics).toEqual({ host: 'localhost', port: 0 })
    expect(parse({ 'metrics.port': '9404', 'metrics.host': '' }).config.metrics).toEqual({ host: '', port: 9404 })
  })

  test('limits by address, in the spelling in which connections tell theirs', () => {
    const list = '10.0.0.1:5, [fe80::1]:0,::1:7,FE80:0:0:0::2:8,[::ffff:10.0.0.2]:9'
    const values = { 'max.connections.per.ip.overrides': list }
    expect([...parse(values).config.connectionsPerIpOverrides]).toEqual([
      ['10.0.0.1', 5],
      ['fe80::1', 0],
      ['::1', 7],
      ['fe80::2', 8],
      ['10.0.0.2', 9],
    ])
  })

  test('background tasks and fetch sessions', () => {
    const { config } = parse({
      'log.retention.check.interval.ms': '7',
      'log.initial.task.delay.ms': '8',
      'max.incremental.fetch.session.cache.slots': '9',
    })
    expect(config.intervals).toMatchObject({ retentionCheckIntervalMs: 7, initialTaskDelayMs: 8 })
    expect(config.fetchSessionsMax).toBe(9)
  })
})

describe('keys without an effect', () => {
  test('those of Kafka are only noted', () => {
    const { warnings, unused } = parse({
      'auto.leader.rebalance.enable': 'true',
      'listener.name.internal.ssl.key.password': 'x',
    })
    expect(warnings).toEqual([])
    expect(unused).toEqual(['auto.leader.rebalance.enable', 'listener.name.internal.ssl.key.password'])
  })

  test('protection that is not there is never assumed: an authorizer stops the start, other keys give one line', () => {
    expect(() => parse({ 'authorizer.class.name': 'kafka.security.authorizer.AclAuthorizer' })).toThrow(/no ACLs/)
    expect(parse({ 'authorizer.class.name': '' }).warnings).toEqual([])
    const { warnings } = parse({
      'ssl.keystore.location': '/k',
      'sasl.enabled.mechanisms': 'PLAIN',
      'allow.everyone.if.no.acl.found': 'false',
    })
    expect(warnings).toEqual([
      'TLS, SASL and ACLs are not there yet: ssl.keystore.location, sasl.enabled.mechanisms, allow.everyone.if.no.acl.found without effect',
    ])
  })

  test.each([
    ['log.retention.hour', 'log.retention.hours'],
    ['auto.create.topic.enable', 'auto.create.topics.enable'],
    ['auto.leader.rebalence.enable', 'auto.leader.rebalance.enable'],
  ])('%s: did you mean %s?', (key, meant) => {
    expect(parse({ [key]: '1' }).warnings).toEqual([
      `unknown configuration key ${key}: it has no effect; did you mean ${meant}?`,
    ])
  })

  test('no key is in both lists', () => {
    expect(BROKER_KEYS.filter(({ name }) => KNOWN_KEYS.has(name))).toEqual([])
    expect(BROKER_KEYS.length + KNOWN_KEYS.size).toBeGreaterThan(380)
  })
})

describe('wrong values stop the start', () => {
  test.each<[Record<string, string>, RegExp]>([
    [{ 'num.partitions': '0' }, /Invalid value 0 for configuration num\.partitions: Value must be at least 1/],
    [
      { 'log.segment.bytes': '14' },
      /Invalid value 14 for configuration log\.segment\.bytes: Value must be at least 1048576/,
    ],
    [{ 'auto.create.topics.enable': 'yes' }, /Invalid value yes for configuration auto\.create\.topics\.enable/],
    [{ 'log.cleanup.policy': 'remove' }, /log\.cleanup\.policy: String must be one of: compact, delete/],
    [{ 'default.replication.factor': '40000' }, /default\.replication\.factor: Value must be between 1 and 32767/],
    [{ 'node.id': '2' }, /^broker\.id: 1 is not node\.id, which is 2/],
    [{ 'controller.connect': 'localhost' }, /^controller\.connect: "localhost" is not an address/],
    [{ listeners: 'SSL://:9093' }, /^listeners: SSL wants SSL/],
    [{ 'log.dirs': '/a,/a' }, /^log\.dirs: \/a is there twice/],
    [{ 'log.dirs': '' }, /^log\.dirs: at least one directory/],
    [
      { 'replica.fetch.wait.max.ms': '40000' },
      /^replica\.fetch\.wait\.max\.ms: 40000 is more than replica\.lag\.time\.max\.ms/,
    ],
    [{ 'log.retention.hours': '0' }, /^log\.retention\.hours: 0 is no time/],
    [{ 'metrics.port': '70000' }, /metrics\.port: Value must be between -1 and 65535/],
    [
      { 'max.connections.per.ip.overrides': '10.0.0.1' },
      /^max\.connections\.per\.ip\.overrides: 10\.0\.0\.1 is not an IP/,
    ],
    ...['localhost:5', 'broker.example.org:5', '10.0.0.256:5', '10.1:5', '1:2:5', '10.0.0.1/8:5'].map(
      (list): [Record<string, string>, RegExp] => [
        { 'max.connections.per.ip.overrides': list },
        /^max\.connections\.per\.ip\.overrides: .* is not an IP address and a number/,
      ],
    ),
    [{ 'queued.max.request.bytes': '0' }, /^queued\.max\.request\.bytes: 0/],
    [
      { 'inter.broker.listener.name': 'PLAINTEXT', 'security.inter.broker.protocol': 'PLAINTEXT' },
      /^inter\.broker\.listener\.name: set it or/,
    ],
  ])('%j', (values, problem) => {
    expect(problems({ ...MINIMUM, ...values }).join('\n')).toMatch(problem)
  })

  test('what is missing', () => {
    expect(problems({}).join('\n')).toMatch(/^node\.id: .*\ncontroller\.connect \(or zookeeper\.connect\): /)
  })

  test('every problem is told at once', () => {
    expect(problems({ ...MINIMUM, 'num.partitions': 'x', 'num.io.threads': '0' })).toHaveLength(2)
  })
})

test('blanks around a value of the file mean nothing', () => {
  const { file, clusterDefaults } = parse({
    'compression.type': 'gzip  ',
    'log.cleanup.policy': 'compact , delete',
  }).config
  expect(file.get('compression.type')).toBe('gzip')
  expect(clusterDefaults.get('log.cleanup.policy')).toBe('compact,delete')
})

test('9223372036854775807 is a value', () => {
  expect(parse({ 'log.flush.interval.messages': '9223372036854775807' }).config.file.size).toBe(3)
})
