import { type CompressionCodec, type ConfigValues, configTable } from '@ottla/runtime'
import { ClientConfigError, checkedOptions, optionName } from '../option-table.ts'
import { CLIENT_TABLE, type ClientOptions, clientConfig } from '../options.ts'
import type { Partitioner } from '../partitioner.ts'
import type { Data, Serializer } from '../serializers.ts'

export type Acks = 'all' | -1 | 0 | 1

/** Kafka's configuration of a producer, names in camelCase; times in milliseconds, sizes in bytes. Defaults: `PRODUCER_TABLE`. */
export interface ProducerOptions<K = Data, V = Data> extends ClientOptions {
  /** acks */
  readonly acks?: Acks
  /** enable.idempotence */
  readonly enableIdempotence?: boolean
  /** compression.type */
  readonly compressionType?: 'none' | CompressionCodec
  /** compression.gzip.level: 1 to 9, or -1 for the codec's default */
  readonly compressionGzipLevel?: number
  /** compression.zstd.level */
  readonly compressionZstdLevel?: number
  /** linger.ms */
  readonly lingerMs?: number
  /** batch.size */
  readonly batchSize?: number
  /** buffer.memory */
  readonly bufferMemory?: number
  /** max.block.ms */
  readonly maxBlockMs?: number
  /** max.in.flight.requests.per.connection */
  readonly maxInFlightRequestsPerConnection?: number
  /** delivery.timeout.ms */
  readonly deliveryTimeoutMs?: number
  /** retries */
  readonly retries?: number
  /** max.request.size */
  readonly maxRequestSize?: number
  /** metadata.max.age.ms */
  readonly metadataMaxAgeMs?: number
  /** partitioner.ignore.keys */
  readonly partitionerIgnoreKeys?: boolean
  /** partitioner.adaptive.partitioning.enable */
  readonly partitionerAdaptivePartitioningEnable?: boolean
  /** partitioner.class; without one keys are hashed, and records without key fill one partition's batch after the other. */
  readonly partitioner?: Partitioner<K, V>
  /** key.serializer; without one keys are strings or bytes. */
  readonly keySerializer?: Serializer<K>
  /** value.serializer; without one values are strings or bytes. */
  readonly valueSerializer?: Serializer<V>
}

const FROM_0 = { range: { min: 0 } } as const
const IN_FLIGHT_MAX_IDEMPOTENT = 5
const TIMEOUT_MS_MAX = 2 ** 31 - 1

const PRODUCER_KEYS = [
  {
    name: 'acks',
    type: 'string',
    oneOf: ['all', '-1', '0', '1'],
    default: 'all',
    doc: 'Who must have a record before it counts as written: all in-sync replicas (all or -1), the leader (1), nobody (0).',
  },
  {
    name: 'enable.idempotence',
    type: 'boolean',
    default: true,
    doc: 'Whether a repeated batch is recognized, so that each record is there once and in order; takes acks=all, retries, and at most 5 requests in flight.',
  },
  {
    name: 'compression.type',
    type: 'string',
    oneOf: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
    default: 'none',
    doc: 'How batches are compressed.',
  },
  {
    name: 'compression.gzip.level',
    type: 'int',
    range: { min: -1, max: 9 },
    default: -1,
    doc: 'From 1 (fast) to 9 (small); -1 is the usual one.',
  },
  {
    name: 'compression.zstd.level',
    type: 'int',
    range: { min: -131_072, max: 22 },
    default: 3,
    doc: 'From -131072 (fast) to 22 (small).',
  },
  {
    name: 'linger.ms',
    type: 'long',
    ...FROM_0,
    default: 5,
    doc: 'How long a batch that is not full waits for further records.',
  },
  {
    name: 'batch.size',
    type: 'int',
    ...FROM_0,
    default: 16_384,
    doc: 'The size of a batch before compression; a larger record has a batch of its own.',
  },
  {
    name: 'buffer.memory',
    type: 'long',
    ...FROM_0,
    default: 33_554_432,
    doc: 'Memory for records that are not acknowledged yet; when it is used up, sending waits.',
  },
  {
    name: 'max.block.ms',
    type: 'long',
    ...FROM_0,
    default: 60_000,
    doc: 'How long a record may wait for memory and for the partitions of its topic to become known.',
  },
  {
    name: 'max.in.flight.requests.per.connection',
    type: 'int',
    range: { min: 1 },
    default: 5,
    doc: 'Requests to one broker without an answer; with more than 1 and without idempotence a retry may change the order.',
  },
  {
    name: 'delivery.timeout.ms',
    type: 'int',
    ...FROM_0,
    default: 120_000,
    doc: 'How long after being sent a record is written or given up, all retries included; at least linger.ms + request.timeout.ms.',
  },
  {
    name: 'retries',
    type: 'int',
    ...FROM_0,
    default: TIMEOUT_MS_MAX,
    doc: 'How often a batch is sent again after an error that may pass; delivery.timeout.ms ends it in any case.',
  },
  {
    name: 'max.request.size',
    type: 'int',
    ...FROM_0,
    default: 1_048_576,
    doc: 'The size of a request, and of a record before compression.',
  },
  {
    name: 'metadata.max.age.ms',
    type: 'long',
    ...FROM_0,
    default: 300_000,
    doc: 'After so long leaders are asked for again even when nothing has gone wrong; topics that were not used are forgotten.',
  },
  {
    name: 'partitioner.ignore.keys',
    type: 'boolean',
    default: false,
    doc: 'Whether records with a key are spread like those without.',
  },
  {
    name: 'partitioner.adaptive.partitioning.enable',
    type: 'boolean',
    default: true,
    doc: 'Whether partitions with fewer waiting batches get more of the records without key.',
  },
] as const

/** The keys of a producer, for properties files and documentation. */
export const PRODUCER_TABLE = configTable([...CLIENT_TABLE.keys, ...PRODUCER_KEYS])

type Values = ConfigValues<typeof PRODUCER_KEYS>

/** What the parts of a producer go by; every default filled in. */
export interface ProducerConfig {
  /** -1: all. */
  readonly acks: -1 | 0 | 1
  readonly enableIdempotence: boolean
  readonly compressionType: 'none' | CompressionCodec
  readonly compressionLevel: number | undefined
  readonly lingerMs: Values['linger.ms']
  readonly batchSize: Values['batch.size']
  readonly bufferMemory: Values['buffer.memory']
  readonly maxBlockMs: Values['max.block.ms']
  readonly maxInFlightRequestsPerConnection: number
  readonly deliveryTimeoutMs: Values['delivery.timeout.ms']
  readonly requestTimeoutMs: number
  readonly retryBackoffMs: number
  readonly retryBackoffMaxMs: number
  readonly retries: Values['retries']
  readonly maxRequestSize: Values['max.request.size']
  readonly metadataMaxAgeMs: Values['metadata.max.age.ms']
  readonly partitionerIgnoreKeys: boolean
  readonly partitionerAdaptivePartitioningEnable: boolean
}

type Checked = Omit<ProducerConfig, 'acks'> & {
  readonly acks: string
  readonly compressionGzipLevel: number
  readonly compressionZstdLevel: number
}

/** Besides those of every client. */
export const PRODUCER_OPTION_NAMES = [
  ...PRODUCER_KEYS.map(({ name }) => optionName(name)),
  ...['partitioner', 'keySerializer', 'valueSerializer'],
]

/** Checks the options and what belongs together; throws a `ClientConfigError`. */
export function producerConfig(options: ProducerOptions<never, never>): ProducerConfig {
  const { requestTimeoutMs, retryBackoffMs, retryBackoffMaxMs } = clientConfig(options)
  if (options.acks !== undefined) checkAcks(options.acks)
  const checked = checkedOptions(PRODUCER_KEYS, options) as unknown as Checked
  const acks = checked.acks === 'all' ? -1 : (Number(checked.acks) as -1 | 0 | 1)
  checkMemory(checked)
  return {
    ...checked,
    acks,
    requestTimeoutMs,
    retryBackoffMs,
    retryBackoffMaxMs,
    enableIdempotence: idempotence(options, { ...checked, acks }),
    compressionLevel: compressionLevel(checked),
    deliveryTimeoutMs: deliveryTimeoutMs(options, checked.deliveryTimeoutMs, checked.lingerMs + requestTimeoutMs),
  }
}

/** Before 0.9 a number of replicas could be asked for: more than one copy is `all` today. */
function checkAcks(acks: unknown): void {
  if (['all', '-1', '0', '1'].includes(String(acks))) return
  throw new ClientConfigError(`acks=${String(acks)}: must be 0 (nobody), 1 (the leader) or all (every in-sync replica)`)
}

/** Asked for by name it must be possible; as the default it gives way to acks and retries that rule it out. */
function idempotence(
  options: ProducerOptions<never, never>,
  { acks, retries, ...checked }: Omit<Checked, 'acks'> & { readonly acks: number },
): boolean {
  if (!checked.enableIdempotence) return false
  const inFlight = checked.maxInFlightRequestsPerConnection
  if (inFlight > IN_FLIGHT_MAX_IDEMPOTENT) {
    throw new ClientConfigError(
      `maxInFlightRequestsPerConnection=${inFlight}: at most ${IN_FLIGHT_MAX_IDEMPOTENT} unless enableIdempotence=false`,
    )
  }
  if (acks === -1 && retries > 0) return true
  if (options.enableIdempotence !== true) return false
  throw new ClientConfigError(
    acks === -1
      ? 'retries=0: enableIdempotence=true needs retries'
      : `acks=${acks}: enableIdempotence=true needs acks=all`,
  )
}

/** The buffers of batches come out of the memory: with too little for one, no record would ever have a place. */
function checkMemory({ batchSize, bufferMemory }: Checked): void {
  if (batchSize <= bufferMemory) return
  throw new ClientConfigError(`batchSize=${batchSize}: at most bufferMemory, which is ${bufferMemory}`)
}

function deliveryTimeoutMs(options: ProducerOptions<never, never>, given: number, leastMs: number): number {
  if (given >= leastMs) return given
  if (options.deliveryTimeoutMs === undefined) return Math.min(leastMs, TIMEOUT_MS_MAX)
  throw new ClientConfigError(
    `deliveryTimeoutMs=${given}: must be at least lingerMs + requestTimeoutMs, which is ${leastMs}`,
  )
}

function compressionLevel(checked: Checked): number | undefined {
  if (checked.compressionType === 'gzip') {
    if (checked.compressionGzipLevel === 0) throw new ClientConfigError('compressionGzipLevel=0: must be -1 or 1 to 9')
    return checked.compressionGzipLevel
  }
  return checked.compressionType === 'zstd' ? checked.compressionZstdLevel : undefined
}
