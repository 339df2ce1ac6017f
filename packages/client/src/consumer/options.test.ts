import { describe, expect, test } from '@jest/globals'
import { ASSIGNORS } from '../group/assignors/assignors.ts'
import { type ConsumerOptions, consumerConfig } from './options.ts'
import { consumerOptionsOfProperties } from './properties.ts'

const bootstrapServers = 'localhost:9092'
const consumer = (options: Partial<ConsumerOptions>) => ({
  groupId: 'g',
  groupProtocol: 'consumer' as const,
  ...options,
})
const config = (options: Partial<ConsumerOptions>) => consumerConfig({ bootstrapServers, ...options })

describe('options of groups', () => {
  test('Kafka’s defaults', () => {
    expect(config({ groupId: 'g' })).toMatchObject({
      groupId: 'g',
      groupProtocol: 'classic',
      groupInstanceId: null,
      groupRemoteAssignor: null,
      assignors: [ASSIGNORS.range, ASSIGNORS['cooperative-sticky']],
      sessionTimeoutMs: 45_000,
      heartbeatIntervalMs: 3_000,
      maxPollIntervalMs: 300_000,
      enableAutoCommit: true,
      autoCommitIntervalMs: 5_000,
      excludeInternalTopics: true,
      deliveryMode: 'at-least-once',
    })
  })

  test('without a group nothing is committed', () => {
    expect(config({}).enableAutoCommit).toBe(false)
    expect(config({ enableAutoCommit: false }).enableAutoCommit).toBe(false)
    expect(config({ enableAutoCommit: 'false' as never }).enableAutoCommit).toBe(false)
    // Settings may be shared with consumers that have a group; Kafka's takes these too.
    expect(config({ groupInstanceId: 'i', partitionAssignmentStrategy: 'range' }).groupId).toBe(null)
  })

  test.each<[Partial<ConsumerOptions>, RegExp]>([
    [{ groupId: '' }, /groupId is empty/],
    [{ groupId: 'g', groupInstanceId: '' }, /groupInstanceId is empty/],
    [{ groupProtocol: 'other' as never }, /groupProtocol=other/],
    [{ deliveryMode: 'sometimes' as never }, /deliveryMode=sometimes/],
    [{ deliveryMode: 'at-most-once' }, /needs a groupId/],
    [{ groupId: 'g', heartbeatIntervalMs: 45_000 }, /heartbeatIntervalMs=45000/],
    [{ maxPollIntervalMs: 0 }, /maxPollIntervalMs=0/],
    [{ enableAutoCommit: true }, /enableAutoCommit \(enable\.auto\.commit\) needs a groupId/],
    [{ groupId: 'g', groupRemoteAssignor: 'uniform' }, /groupRemoteAssignor.*classic.*partitionAssignmentStrategy/],
    [consumer({ sessionTimeoutMs: 45_000 }), /sessionTimeoutMs.*consumer.*group\.consumer\.session\.timeout\.ms/],
    [consumer({ heartbeatIntervalMs: 1 }), /heartbeatIntervalMs.*group\.consumer\.heartbeat\.interval\.ms/],
    [consumer({ partitionAssignmentStrategy: 'range' }), /partitionAssignmentStrategy.*group\.consumer\.assignors/],
    [{ groupId: 'g', partitionAssignmentStrategy: 'nearest' }, /partitionAssignmentStrategy=nearest/],
  ])('%j', (options, reason) => {
    expect(() => config(options)).toThrow(reason)
  })

  test('what is undefined is not given', () => {
    expect(() => config({ ...consumer({}), sessionTimeoutMs: undefined } as never)).not.toThrow()
  })

  test('from a properties file, the protocol in any case', () => {
    const { options, unknown } = consumerOptionsOfProperties(
      new Map([
        ['group.id', 'g'],
        ['group.protocol', 'CLASSIC'],
        ['partition.assignment.strategy', 'org.apache.kafka.clients.consumer.StickyAssignor'],
        ['enable.auto.commit', 'false'],
      ]),
    )
    expect(unknown).toEqual([])
    expect(consumerConfig({ bootstrapServers, ...options })).toMatchObject({
      groupId: 'g',
      groupProtocol: 'classic',
      assignors: [ASSIGNORS.sticky],
      enableAutoCommit: false,
    })
  })

  test('a properties file hears of Kafka’s keys', () => {
    expect(() => consumerOptionsOfProperties(new Map([['auto.offset.reset', 'bogus']]))).toThrow(
      /^Invalid value bogus for configuration auto\.offset\.reset: expected earliest, latest/,
    )
    const { options } = consumerOptionsOfProperties(new Map([['session.timeout.ms', '6000']]))
    expect(() => config(consumer(options as Partial<ConsumerOptions>))).toThrow(/session\.timeout\.ms/)
  })
})
