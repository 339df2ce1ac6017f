import { describe, expect, test } from '@jest/globals'
import { ASSIGNORS } from '../group/assignors/assignors.ts'
import { type ConsumerOptions, consumerConfig } from './options.ts'
import { consumerOptionsOfProperties } from './properties.ts'

const bootstrapServers = 'localhost:9092'
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
    expect(config({ enableAutoCommit: true }).enableAutoCommit).toBe(false)
  })

  test.each<[Partial<ConsumerOptions>, RegExp]>([
    [{ groupId: '' }, /groupId is empty/],
    [{ groupId: 'g', groupInstanceId: '' }, /groupInstanceId is empty/],
    [{ groupProtocol: 'other' as never }, /groupProtocol=other/],
    [{ deliveryMode: 'sometimes' as never }, /deliveryMode=sometimes/],
    [{ deliveryMode: 'at-most-once' }, /needs a groupId/],
    [{ groupId: 'g', heartbeatIntervalMs: 45_000 }, /heartbeatIntervalMs=45000/],
    [{ maxPollIntervalMs: 0 }, /maxPollIntervalMs=0/],
    [{ partitionAssignmentStrategy: 'nearest' }, /partitionAssignmentStrategy=nearest/],
  ])('%j', (options, reason) => {
    expect(() => config(options)).toThrow(reason)
  })

  test('from a properties file, the protocol in any case', () => {
    const { options, unknown } = consumerOptionsOfProperties(
      new Map([
        ['group.id', 'g'],
        ['group.protocol', 'CONSUMER'],
        ['partition.assignment.strategy', 'org.apache.kafka.clients.consumer.StickyAssignor'],
        ['enable.auto.commit', 'false'],
      ]),
    )
    expect(unknown).toEqual([])
    expect(consumerConfig({ bootstrapServers, ...options })).toMatchObject({
      groupId: 'g',
      groupProtocol: 'consumer',
      assignors: [ASSIGNORS.sticky],
      enableAutoCommit: false,
    })
  })
})
