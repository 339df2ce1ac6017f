import { describe, expect, test } from '@jest/globals'
import { configResource, EMPTY_IMAGE, type MetadataImage } from '@ottla/replication'
import { parseBrokerConfig } from './broker-config.ts'
import { ConfigFailure } from './config-failure.ts'
import { groupConfigEntries } from './group-entries.ts'
import { consumerGroupSettingsOf, groupSettingsOf } from './group-settings.ts'

const MINIMUM = { 'broker.id': '1', 'controller.connect': 'localhost:2181' }

function configOf(values: Readonly<Record<string, string>> = {}) {
  return parseBrokerConfig(new Map(Object.entries({ ...MINIMUM, ...values }))).config
}

function imageWith(configs: Readonly<Record<string, Readonly<Record<string, string>>>>): MetadataImage {
  const entries = Object.entries(configs).map(([name, values]) => [name, new Map(Object.entries(values))] as const)
  return { ...EMPTY_IMAGE, configs: new Map(entries) }
}

const CLUSTER = configResource('broker', '')
const OWN = configResource('broker', '1')
const GROUP = configResource('group', 'g:1')
const INTERVAL = 'group.consumer.assignment.interval.ms'

describe('the file', () => {
  test("without a word about groups gives Kafka's values", () => {
    expect(configOf()).toMatchObject({
      groupSettings: {
        offsetMetadataBytesMax: 4096,
        offsetsRetentionMs: 7 * 24 * 3_600_000,
        offsetsRetentionCheckIntervalMs: 600_000,
        groupMinSessionTimeoutMs: 6000,
        groupMaxSessionTimeoutMs: 1_800_000,
        groupInitialRebalanceDelayMs: 3000,
        groupMaxSize: 2 ** 31 - 1,
        consumerProtocolEnabled: true,
        consumerSessionTimeoutMs: 45_000,
        consumerHeartbeatIntervalMs: 5000,
        consumerAssignmentIntervalMs: 1000,
        consumerMaxSize: 2 ** 31 - 1,
        consumerAssignors: ['uniform', 'range'],
        consumerMigrationPolicy: 'bidirectional',
        consumerRegexRefreshIntervalMs: 600_000,
      },
      offsetsTopic: { partitions: 50, replicationFactor: 3, segmentBytes: 104_857_600, compressionCodec: 0 },
      offsetsCommitTimeoutMs: 5000,
      offsetsLoadBufferBytes: 5_242_880,
    })
  })

  test('names assignors by class, the policy in any case, and the protocols that there are', () => {
    const { groupSettings } = configOf({
      'group.consumer.assignors': 'org.apache.kafka.coordinator.group.assignor.RangeAssignor,range,uniform',
      'group.consumer.migration.policy': 'Upgrade',
      'group.coordinator.rebalance.protocols': 'classic',
    })
    expect(groupSettings).toMatchObject({
      consumerAssignors: ['range', 'uniform'],
      consumerMigrationPolicy: 'upgrade',
      consumerProtocolEnabled: false,
    })
  })

  test.each<[Record<string, string>, RegExp]>([
    [{ 'group.consumer.heartbeat.interval.ms': '50000' }, /is more than group\.consumer\.max\.heartbeat\.interval\.ms/],
    [{ 'group.consumer.heartbeat.interval.ms': '1000' }, /group\.consumer\.min\.heartbeat\.interval\.ms: 5000 is more/],
    [{ 'group.consumer.min.session.timeout.ms': '50000' }, /is more than group\.consumer\.session\.timeout\.ms/],
    [{ 'group.consumer.session.timeout.ms': '70000' }, /is more than group\.consumer\.max\.session\.timeout\.ms/],
    [{ [INTERVAL]: '20000' }, /is more than group\.consumer\.max\.assignment\.interval\.ms/],
    [{ 'group.min.session.timeout.ms': '1900000' }, /is more than group\.max\.session\.timeout\.ms/],
    [
      {
        'group.consumer.min.session.timeout.ms': '1',
        'group.consumer.session.timeout.ms': '5000',
      },
      /heartbeat\.interval\.ms: 5000 is not less than group\.consumer\.session\.timeout\.ms, which is 5000/,
    ],
    [{ 'group.coordinator.rebalance.protocols': 'consumer' }, /classic must be among them/],
    [{ 'group.coordinator.rebalance.protocols': 'classic,foo' }, /String must be one of: consumer, classic/],
    [{ 'group.consumer.assignors': '' }, /name at least one/],
    [{ 'group.consumer.assignors': 'foo' }, /String must be one of: uniform, range/],
    [{ 'group.consumer.migration.policy': 'foo' }, /one of disabled, downgrade, upgrade, bidirectional/],
    [{ 'offsets.topic.compression.codec': '9' }, /between 0 and 4/],
    [{ 'offsets.topic.replication.factor': '0' }, /at least 1/],
    [{ 'group.consumer.regex.refresh.interval.ms': '1' }, /at least 10000/],
  ])('%j is refused', (values, problem) => {
    expect(() => configOf(values)).toThrow(ConfigFailure)
    expect(() => configOf(values)).toThrow(problem)
  })
})

describe('settings that the metadata changes', () => {
  const config = configOf({ 'group.consumer.max.assignment.interval.ms': '4000' })

  test.each<[string, Record<string, Record<string, string>>, number]>([
    ['nothing set', {}, 1000],
    ['the cluster', { [CLUSTER]: { [INTERVAL]: '2000' } }, 2000],
    ['this broker', { [CLUSTER]: { [INTERVAL]: '2000' }, [OWN]: { [INTERVAL]: '3000' } }, 3000],
    ['beyond the bounds', { [CLUSTER]: { [INTERVAL]: '9000' } }, 4000],
  ])('%s', (_, configs, expected) => {
    expect(groupSettingsOf(config, imageWith(configs)).consumerAssignmentIntervalMs).toBe(expected)
  })

  test('are the very same as long as nothing is set', () => {
    expect(groupSettingsOf(config, EMPTY_IMAGE)).toBe(config.groupSettings)
  })

  test('a group has its own values, within the bounds of the broker, and the others of the broker', () => {
    const own = { 'consumer.session.timeout.ms': '50000', 'consumer.assignment.interval.ms': '9000' }
    const image = imageWith({ [GROUP]: own })
    expect(consumerGroupSettingsOf(config.groupSettings, image, 'g:1')).toEqual({
      sessionTimeoutMs: 50_000,
      heartbeatIntervalMs: 5000,
      assignmentIntervalMs: 4000,
    })
    expect(consumerGroupSettingsOf(config.groupSettings, image, 'g')).toMatchObject({ sessionTimeoutMs: 45_000 })
  })

  test("entries show the group's own value before those of broker keys", () => {
    const image = imageWith({
      [GROUP]: { 'consumer.session.timeout.ms': '50000' },
      [CLUSTER]: { [INTERVAL]: '2000' },
    })
    const entries = groupConfigEntries(image, 'g:1', { brokerId: 1, file: new Map() })
    expect(entries.map(({ key, value, source, synonyms }) => [key.name, value, source, synonyms])).toEqual([
      [
        'consumer.assignment.interval.ms',
        '2000',
        3,
        [
          { name: INTERVAL, value: '2000', source: 3 },
          { name: INTERVAL, value: '1000', source: 5 },
        ],
      ],
      [
        'consumer.heartbeat.interval.ms',
        '5000',
        5,
        [{ name: 'group.consumer.heartbeat.interval.ms', value: '5000', source: 5 }],
      ],
      [
        'consumer.session.timeout.ms',
        '50000',
        8,
        [
          { name: 'consumer.session.timeout.ms', value: '50000', source: 8 },
          { name: 'group.consumer.session.timeout.ms', value: '45000', source: 5 },
        ],
      ],
    ])
  })
})
