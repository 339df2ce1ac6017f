import { type ConfigValues, configTable } from '@ottla/runtime'
import { checkedOptions } from '../option-table.ts'
import { CLIENT_TABLE, ClientConfigError, type ClientOptions } from '../options.ts'
import type { Deserializer } from './deserializers.ts'
import { type OffsetReset, parseOffsetReset } from './offset-reset.ts'

export type IsolationLevel = 'read_uncommitted' | 'read_committed'

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
}

/** Checks the options that the consumer adds to those of every client; throws a `ClientConfigError`. */
export function consumerConfig(options: ConsumerOptions<unknown, unknown>): ConsumerConfig {
  const checked = checkedOptions(CONSUMER_KEYS, options) as Omit<ConsumerConfig, 'autoOffsetReset'> & {
    readonly autoOffsetReset: string
  }
  const autoOffsetReset = parseOffsetReset(checked.autoOffsetReset)
  if (autoOffsetReset !== undefined) return { ...checked, autoOffsetReset }
  throw new ClientConfigError(
    `autoOffsetReset=${checked.autoOffsetReset}: expected earliest, latest, none, or by_duration: with a duration as in by_duration:P1DT2H`,
  )
}
