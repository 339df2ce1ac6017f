/**
 * What a group coordinator goes by, from the broker's keys: settings of the file, values of the cluster and of single groups that may change with
 * every image. Both functions that take an image are called for requests: they look up what is there and parse next to nothing.
 */
import type { ConsumerGroupSettings, GroupSettings } from '@ottla/coordinator'
import { configResource, type GroupConfigBounds, type MetadataImage } from '@ottla/replication'
import type { ConfigFailure } from './config-failure.ts'

/** Typed values by name, checked one by one. */
export interface GroupValues {
  number(name: string): number
  string(name: string): string
  list(name: string): readonly string[]
}

/** How `__consumer_offsets` is made. */
export interface OffsetsTopicConfig {
  readonly partitions: number
  readonly replicationFactor: number
  readonly segmentBytes: number
  /** 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd: of the batches that coordinators write. */
  readonly compressionCodec: number
}

/** The part of the broker's configuration that coordinators use. */
export interface GroupConfig {
  /** As the file sets them. */
  readonly groupSettings: GroupSettings
  readonly offsetsTopic: OffsetsTopicConfig
  readonly offsetsCommitTimeoutMs: number
  readonly offsetsLoadBufferBytes: number
}

const MINUTE_MS = 60_000

const ASSIGNOR_CLASSES: ReadonlyMap<string, string> = new Map([
  ['org.apache.kafka.coordinator.group.assignor.UniformAssignor', 'uniform'],
  ['org.apache.kafka.coordinator.group.assignor.RangeAssignor', 'range'],
])

const MIGRATION_POLICIES = ['disabled', 'downgrade', 'upgrade', 'bidirectional'] as const

const ASSIGNMENT_INTERVAL = 'group.consumer.assignment.interval.ms'

/** Assumes that `groupProblems` has found nothing. */
export function groupConfigOf(read: GroupValues): GroupConfig {
  return {
    groupSettings: settingsOf(read),
    offsetsTopic: {
      partitions: read.number('offsets.topic.num.partitions'),
      replicationFactor: read.number('offsets.topic.replication.factor'),
      segmentBytes: read.number('offsets.topic.segment.bytes'),
      compressionCodec: read.number('offsets.topic.compression.codec'),
    },
    offsetsCommitTimeoutMs: read.number('offsets.commit.timeout.ms'),
    offsetsLoadBufferBytes: read.number('offsets.load.buffer.size'),
  }
}

function settingsOf(read: GroupValues): GroupSettings {
  return {
    offsetMetadataBytesMax: read.number('offset.metadata.max.bytes'),
    offsetsRetentionMs: read.number('offsets.retention.minutes') * MINUTE_MS,
    offsetsRetentionCheckIntervalMs: read.number('offsets.retention.check.interval.ms'),
    groupMinSessionTimeoutMs: read.number('group.min.session.timeout.ms'),
    groupMaxSessionTimeoutMs: read.number('group.max.session.timeout.ms'),
    groupInitialRebalanceDelayMs: read.number('group.initial.rebalance.delay.ms'),
    groupMaxSize: read.number('group.max.size'),
    consumerProtocolEnabled: read.list('group.coordinator.rebalance.protocols').includes('consumer'),
    consumerSessionTimeoutMs: read.number('group.consumer.session.timeout.ms'),
    consumerMinSessionTimeoutMs: read.number('group.consumer.min.session.timeout.ms'),
    consumerMaxSessionTimeoutMs: read.number('group.consumer.max.session.timeout.ms'),
    consumerHeartbeatIntervalMs: read.number('group.consumer.heartbeat.interval.ms'),
    consumerMinHeartbeatIntervalMs: read.number('group.consumer.min.heartbeat.interval.ms'),
    consumerMaxHeartbeatIntervalMs: read.number('group.consumer.max.heartbeat.interval.ms'),
    consumerAssignmentIntervalMs: read.number('group.consumer.assignment.interval.ms'),
    consumerMinAssignmentIntervalMs: read.number('group.consumer.min.assignment.interval.ms'),
    consumerMaxAssignmentIntervalMs: read.number('group.consumer.max.assignment.interval.ms'),
    consumerMaxSize: read.number('group.consumer.max.size'),
    consumerAssignors: assignors(read),
    consumerMigrationPolicy: migrationPolicy(read) ?? 'bidirectional',
    consumerRegexRefreshIntervalMs: read.number('group.consumer.regex.refresh.interval.ms'),
  }
}

function assignors(read: GroupValues): readonly string[] {
  return [...new Set(read.list('group.consumer.assignors').map((name) => ASSIGNOR_CLASSES.get(name) ?? name))]
}

function migrationPolicy(read: GroupValues): GroupSettings['consumerMigrationPolicy'] | undefined {
  const policy = read.string('group.consumer.migration.policy').toLowerCase()
  return MIGRATION_POLICIES.find((known) => known === policy)
}

/** What no key can tell alone: a line for each, for a `ConfigFailure`. */
export function groupProblems(read: GroupValues): ConfigFailure['problems'] {
  const problems: string[] = []
  const atMost = (lower: string, upper: string) => {
    const [low, high] = [read.number(lower), read.number(upper)]
    if (low > high) problems.push(`${lower}: ${low} is more than ${upper}, which is ${high}`)
  }
  atMost('group.min.session.timeout.ms', 'group.max.session.timeout.ms')
  for (const [what, unit] of [
    ['session', 'timeout'],
    ['heartbeat', 'interval'],
    ['assignment', 'interval'],
  ]) {
    atMost(`group.consumer.min.${what}.${unit}.ms`, `group.consumer.${what}.${unit}.ms`)
    atMost(`group.consumer.${what}.${unit}.ms`, `group.consumer.max.${what}.${unit}.ms`)
  }
  const [interval, timeout] = ['group.consumer.heartbeat.interval.ms', 'group.consumer.session.timeout.ms'] as const
  if (read.number(interval) >= read.number(timeout)) {
    problems.push(`${interval}: ${read.number(interval)} is not less than ${timeout}, which is ${read.number(timeout)}`)
  }
  if (!read.list('group.coordinator.rebalance.protocols').includes('classic')) {
    problems.push('group.coordinator.rebalance.protocols: classic must be among them, it cannot be switched off')
  }
  if (assignors(read).length === 0) problems.push('group.consumer.assignors: name at least one, uniform or range')
  if (migrationPolicy(read) === undefined) {
    problems.push(`group.consumer.migration.policy: it must be one of ${MIGRATION_POLICIES.join(', ')}`)
  }
  return problems
}

interface Own {
  readonly brokerId: number
  readonly groupSettings: GroupSettings
}

/** The settings as they hold now. The same object as long as nothing overrides the file. */
export function groupSettingsOf({ groupSettings, brokerId }: Own, image: MetadataImage): GroupSettings {
  const set =
    image.configs.get(configResource('broker', String(brokerId)))?.get(ASSIGNMENT_INTERVAL) ??
    image.configs.get(configResource('broker', ''))?.get(ASSIGNMENT_INTERVAL)
  if (set === undefined) return groupSettings
  const bounds = groupBounds(groupSettings)['consumer.assignment.interval.ms']
  return { ...groupSettings, consumerAssignmentIntervalMs: within(Number(set), bounds) }
}

/**
 * The settings of one group: its own, within this broker's bounds (they may have been set through a broker with other ones), else those
 * of the broker.
 */
export function consumerGroupSettingsOf(
  settings: GroupSettings,
  image: MetadataImage,
  groupId: string,
): ConsumerGroupSettings {
  const own = image.configs.get(configResource('group', groupId))
  const bounds = own === undefined ? undefined : groupBounds(settings)
  const value = (name: keyof GroupConfigBounds, otherwise: number) => {
    const text = own?.get(name)
    return text === undefined || bounds === undefined ? otherwise : within(Number(text), bounds[name])
  }
  return {
    sessionTimeoutMs: value('consumer.session.timeout.ms', settings.consumerSessionTimeoutMs),
    heartbeatIntervalMs: value('consumer.heartbeat.interval.ms', settings.consumerHeartbeatIntervalMs),
    assignmentIntervalMs: value('consumer.assignment.interval.ms', settings.consumerAssignmentIntervalMs),
  }
}

/** What the values of groups must be within, and what holds for those that have none. */
export function groupBounds(settings: GroupSettings): GroupConfigBounds {
  return {
    'consumer.session.timeout.ms': {
      min: settings.consumerMinSessionTimeoutMs,
      max: settings.consumerMaxSessionTimeoutMs,
      otherwise: settings.consumerSessionTimeoutMs,
    },
    'consumer.heartbeat.interval.ms': {
      min: settings.consumerMinHeartbeatIntervalMs,
      max: settings.consumerMaxHeartbeatIntervalMs,
      otherwise: settings.consumerHeartbeatIntervalMs,
    },
    'consumer.assignment.interval.ms': {
      min: settings.consumerMinAssignmentIntervalMs,
      max: settings.consumerMaxAssignmentIntervalMs,
      otherwise: settings.consumerAssignmentIntervalMs,
    },
  }
}

function within(value: number, { min, max }: { readonly min: number; readonly max: number }): number {
  return Math.min(max, Math.max(min, value))
}
