import { type ConfigValues, configTable } from '@ottla/runtime'
import type { PartitionAssignor } from '../group/assignors/assignor.ts'
import { assignorsOf } from '../group/assignors/assignors.ts'
import { ClientConfigError, checkedOptions, optionName } from '../option-table.ts'
import { CLIENT_TABLE, type ClientOptions } from '../options.ts'
import type { Deserializer } from './deserializers.ts'
import { type OffsetReset, parseOffsetReset, RESETS } from './offset-reset.ts'

export type IsolationLevel = 'read_uncommitted' | 'read_committed'
export type GroupProtocol = 'classic' | 'consumer'

/**
 * What a crash may do to records in hand: with `at-least-once` they are handled again, since offsets are committed by themselves only
 * behind what is finished; with `at-most-once` they are lost, since offsets are committed before records are handed out.
 */
export type DeliveryMode = 'at-least-once' | 'at-most-once'

/** Kafka's configuration of a consumer, names in camelCase; times in milliseconds, sizes in bytes. Defaults: `CONSUMER_TABLE`. */
export interface ConsumerOptions<K = Uint8Array | null, V = Uint8Array | null> extends ClientOptions {
  /** fetch.min.bytes */
  readonly fetchMinBytes?: number
  /** fetch.max.bytes; a consumer keeps at most two answers of each broker that its user has not taken yet. */
  readonly fetchMaxBytes?: number
  /** max.partition.fetch.bytes */
  readonly maxPartitionFetchBytes?: number
  /** fetch.max.wait.ms */
  readonly fetchMaxWaitMs?: number
  /** isolation.level */
  readonly isolationLevel?: IsolationLevel
  /** auto.offset.reset: `earliest`, `latest`, `none`, or `by_duration:P1DT2H` (KIP-1106) */
  readonly autoOffsetReset?: string
  /** max.poll.records */
  readonly maxPollRecords?: number
  /** check.crcs */
  readonly checkCrcs?: boolean
  /** client.rack */
  readonly clientRack?: string
  /** allow.auto.create.topics */
  readonly allowAutoCreateTopics?: boolean
  /** metadata.max.age.ms */
  readonly metadataMaxAgeMs?: number
  /** group.id */
  readonly groupId?: string
  /** group.protocol */
  readonly groupProtocol?: GroupProtocol
  /** group.instance.id: a static member, which keeps its partitions through a restart within session.timeout.ms (KIP-345). */
  readonly groupInstanceId?: string
  /** group.remote.assignor */
  readonly groupRemoteAssignor?: string
  /** partition.assignment.strategy: names, Java's class names, or assignors of one's own, the preferred one first. */
  readonly partitionAssignmentStrategy?: string | readonly (string | PartitionAssignor)[]
  /** session.timeout.ms */
  readonly sessionTimeoutMs?: number
  /** heartbeat.interval.ms */
  readonly heartbeatIntervalMs?: number
  /** max.poll.interval.ms */
  readonly maxPollIntervalMs?: number
  /** enable.auto.commit; of a last `poll` before `close` nothing is committed by itself. */
  readonly enableAutoCommit?: boolean
  /** auto.commit.interval.ms */
  readonly autoCommitIntervalMs?: number
  /** exclude.internal.topics */
  readonly excludeInternalTopics?: boolean
  /** Not one of Kafka's keys: `at-most-once` needs a group. */
  readonly deliveryMode?: DeliveryMode
  /** key.deserializer; without one keys are bytes. */
  readonly keyDeserializer?: Deserializer<K>
  /** value.deserializer; without one values are bytes. */
  readonly valueDeserializer?: Deserializer<V>
}

const FROM_0 = { range: { min: 0 } } as const

const CONSUMER_KEYS = [
  {
    name: 'fetch.min.bytes',
    type: 'int',
    ...FROM_0,
    default: 1,
    doc: 'A broker answers a Fetch when it has so many bytes of records, or when fetch.max.wait.ms are over.',
  },
  {
    name: 'fetch.max.bytes',
    type: 'int',
    ...FROM_0,
    default: 52_428_800,
    doc: 'The most bytes of records in one answer of a broker; a first batch that is larger comes whole.',
  },
  {
    name: 'max.partition.fetch.bytes',
    type: 'int',
    ...FROM_0,
    default: 1_048_576,
    doc: 'The most bytes of one partition in one answer; a first batch that is larger comes whole.',
  },
  {
    name: 'fetch.max.wait.ms',
    type: 'int',
    ...FROM_0,
    default: 500,
    doc: 'How long a broker may wait for fetch.min.bytes.',
  },
  {
    name: 'isolation.level',
    type: 'string',
    oneOf: ['read_uncommitted', 'read_committed'],
    default: 'read_uncommitted',
    doc: 'With read_committed, records of open and of aborted transactions are not seen.',
  },
  {
    name: 'auto.offset.reset',
    type: 'string',
    default: 'latest',
    doc: 'Where to begin without a position, or with one that the log does not have any more: earliest, latest, none (an error), or by_duration:PnDTnHnMn.nS for so long ago.',
  },
  {
    name: 'max.poll.records',
    type: 'int',
    range: { min: 1 },
    default: 500,
    doc: 'The most records that one poll returns.',
  },
  {
    name: 'check.crcs',
    type: 'boolean',
    default: true,
    doc: 'Whether the checksum of each batch is compared before its records are handed out.',
  },
  {
    name: 'client.rack',
    type: 'string',
    default: '',
    doc: 'Where this client is, for reading from a replica near to it.',
  },
  {
    name: 'allow.auto.create.topics',
    type: 'boolean',
    default: true,
    doc: 'Whether asking for a topic that is not there may create it, if the brokers allow that too.',
  },
  {
    name: 'metadata.max.age.ms',
    type: 'long',
    ...FROM_0,
    default: 300_000,
    doc: 'After so long leaders are asked for again even when nothing has gone wrong.',
  },
  {
    name: 'group.id',
    type: 'string',
    default: null,
    doc: 'The group that partitions are shared with, and that offsets are committed for; without one there is neither.',
  },
  {
    name: 'group.protocol',
    type: 'string',
    oneOf: ['classic', 'consumer'],
    default: 'classic',
    doc: 'How members agree: classic (a member assigns), or consumer (the coordinator does, KIP-848).',
  },
  {
    name: 'group.instance.id',
    type: 'string',
    default: null,
    doc: 'Makes the consumer a static member of this name, which keeps its partitions when it is back in time.',
  },
  {
    name: 'group.remote.assignor',
    type: 'string',
    default: null,
    doc: "The coordinator's assignor for groups of the consumer protocol: uniform or range; the group's choice when not given.",
  },
  {
    name: 'partition.assignment.strategy',
    type: 'string',
    default: 'range,cooperative-sticky',
    doc: 'Assignors of the classic protocol, the preferred one first: range, roundrobin, sticky, cooperative-sticky, or the names of their Java classes.',
  },
  {
    name: 'session.timeout.ms',
    type: 'int',
    ...FROM_0,
    default: 45_000,
    doc: 'After so long without a heartbeat the group goes on without the member (classic protocol; else the coordinator decides).',
  },
  {
    name: 'heartbeat.interval.ms',
    type: 'int',
    range: { min: 1 },
    default: 3_000,
    doc: 'The time between heartbeats (classic protocol; else the coordinator decides); well below session.timeout.ms.',
  },
  {
    name: 'max.poll.interval.ms',
    type: 'int',
    range: { min: 1 },
    default: 300_000,
    doc: 'Who does not poll again within this time, or whose handler does not return, leaves the group until it does. Also how long a rebalance waits for members.',
  },
  {
    name: 'enable.auto.commit',
    type: 'boolean',
    default: true,
    doc: 'Whether offsets of what is finished are committed by themselves: from time to time, before partitions are given up, and when the consumer is closed.',
  },
  {
    name: 'auto.commit.interval.ms',
    type: 'int',
    ...FROM_0,
    default: 5_000,
    doc: 'The time between such commits.',
  },
  {
    name: 'exclude.internal.topics',
    type: 'boolean',
    default: true,
    doc: 'Whether a pattern passes by internal topics such as __consumer_offsets.',
  },
] as const

/** The keys of a consumer, for properties files and documentation. */
export const CONSUMER_TABLE = configTable([...CLIENT_TABLE.keys, ...CONSUMER_KEYS])

type Values = ConfigValues<typeof CONSUMER_KEYS>

/** What the parts of a consumer go by; every default filled in. */
export interface ConsumerConfig {
  readonly fetchMinBytes: Values['fetch.min.bytes']
  readonly fetchMaxBytes: Values['fetch.max.bytes']
  readonly maxPartitionFetchBytes: Values['max.partition.fetch.bytes']
  readonly fetchMaxWaitMs: Values['fetch.max.wait.ms']
  readonly isolationLevel: IsolationLevel
  readonly autoOffsetReset: OffsetReset
  readonly maxPollRecords: Values['max.poll.records']
  readonly checkCrcs: Values['check.crcs']
  readonly clientRack: Values['client.rack']
  readonly allowAutoCreateTopics: Values['allow.auto.create.topics']
  readonly metadataMaxAgeMs: Values['metadata.max.age.ms']
  readonly groupId: string | null
  readonly groupProtocol: GroupProtocol
  readonly groupInstanceId: string | null
  readonly groupRemoteAssignor: string | null
  readonly assignors: readonly PartitionAssignor[]
  readonly sessionTimeoutMs: Values['session.timeout.ms']
  readonly heartbeatIntervalMs: Values['heartbeat.interval.ms']
  readonly maxPollIntervalMs: Values['max.poll.interval.ms']
  readonly enableAutoCommit: boolean
  readonly autoCommitIntervalMs: Values['auto.commit.interval.ms']
  readonly excludeInternalTopics: Values['exclude.internal.topics']
  readonly deliveryMode: DeliveryMode
}

/** Besides those of every client. */
export const CONSUMER_OPTION_NAMES = [
  ...CONSUMER_KEYS.map(({ name }) => optionName(name)),
  ...['deliveryMode', 'keyDeserializer', 'valueDeserializer'],
]

/** Checks the options that the consumer adds to those of every client; throws a `ClientConfigError`. */
export function consumerConfig(options: ConsumerOptions<unknown, unknown>): ConsumerConfig {
  const { partitionAssignmentStrategy = STRATEGY_DEFAULT, deliveryMode = 'at-least-once', ...plain } = options
  const checked = checkedOptions(CONSUMER_KEYS, withLowerCase(plain)) as unknown as Checked
  const autoOffsetReset = parseOffsetReset(checked.autoOffsetReset)
  if (autoOffsetReset === undefined)
    throw new ClientConfigError(`autoOffsetReset=${checked.autoOffsetReset}: ${RESETS}`)
  checkGroup(checked, deliveryMode)
  checkFit(options, checked)
  const assignors = assignorsOf(partitionAssignmentStrategy)
  // Without a group there is nothing to commit to.
  const enableAutoCommit = checked.groupId !== null && checked.enableAutoCommit
  return { ...checked, autoOffsetReset, assignors, enableAutoCommit, deliveryMode }
}

type Checked = Omit<ConsumerConfig, 'autoOffsetReset' | 'assignors' | 'deliveryMode'> & {
  readonly autoOffsetReset: string
}

const STRATEGY_DEFAULT = 'range,cooperative-sticky'

/** group.protocol is taken in any case. */
function withLowerCase<T extends { readonly groupProtocol?: string }>(options: T): T {
  const { groupProtocol } = options
  return groupProtocol === undefined ? options : { ...options, groupProtocol: groupProtocol.toLowerCase() }
}

function checkGroup(checked: Checked, deliveryMode: string): void {
  const { groupId, groupInstanceId, groupProtocol, heartbeatIntervalMs, sessionTimeoutMs } = checked
  const refuse = (reason: string) => {
    throw new ClientConfigError(reason)
  }
  if (groupId === '') refuse('groupId is empty: give the group a name, or leave it out')
  if (groupInstanceId === '') refuse('groupInstanceId is empty: give the member a name, or leave it out')
  if (deliveryMode !== 'at-least-once' && deliveryMode !== 'at-most-once') {
    refuse(`deliveryMode=${deliveryMode}: expected at-least-once or at-most-once`)
  }
  if (deliveryMode === 'at-most-once' && groupId === null) refuse('deliveryMode=at-most-once needs a groupId')
  if (groupProtocol === 'classic' && heartbeatIntervalMs >= sessionTimeoutMs) {
    refuse(`heartbeatIntervalMs=${heartbeatIntervalMs}: expected less than sessionTimeoutMs (${sessionTimeoutMs})`)
  }
}

/** Options that one protocol has and the other has not, with who decides there instead. */
const MISFITS: Readonly<Record<GroupProtocol, Partial<Record<keyof ConsumerOptions, string>>>> = {
  consumer: {
    sessionTimeoutMs:
      "the brokers' group.consumer.session.timeout.ms decides, or the group's consumer.session.timeout.ms",
    heartbeatIntervalMs:
      "the brokers' group.consumer.heartbeat.interval.ms decides, or the group's consumer.heartbeat.interval.ms",
    partitionAssignmentStrategy:
      "the coordinator assigns, with one of the brokers' group.consumer.assignors; groupRemoteAssignor asks for one of them",
  },
  classic: {
    groupRemoteAssignor: 'the members assign, by their partitionAssignmentStrategy',
  },
}

/** What would have no effect is refused where Kafka's consumers refuse it. */
function checkFit(options: ConsumerOptions<unknown, unknown>, checked: Checked): void {
  const { groupId, groupProtocol, enableAutoCommit } = checked
  for (const [name, decider] of Object.entries(MISFITS[groupProtocol])) {
    if (options[name as keyof ConsumerOptions] === undefined) continue
    throw new ClientConfigError(`${withKey(name)} does not fit groupProtocol=${groupProtocol}: ${decider}`)
  }
  if (groupId === null && options.enableAutoCommit !== undefined && enableAutoCommit) {
    const name = withKey('enableAutoCommit')
    throw new ClientConfigError(`${name} needs a groupId: without one there is nowhere to commit to`)
  }
}

/** With Kafka's name: the option may come out of a properties file. */
function withKey(name: string): string {
  return `${name} (${name.replace(/[A-Z]/g, (letter) => `.${letter.toLowerCase()}`)})`
}
