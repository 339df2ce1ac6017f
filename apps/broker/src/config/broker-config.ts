/**
 * The configuration of a broker: what a server.properties says, checked, with Kafka's rules about which of two keys wins.
 * A wrong value stops the start; what this broker does not know or use is told and ignored.
 */
import { addressLimits, BROKER_KEYS, canonicalValue } from '@ottla/replication'
import { closest, configTable, type HostPort, HostPortError, parseHostPortList } from '@ottla/runtime'
import type { ConnectionLimits } from '../network/listeners.ts'
import type { ReplicaFetchConfig } from '../replica/fetch-request.ts'
import { ConfigFailure } from './config-failure.ts'
import { type GroupConfig, groupConfigOf, groupProblems } from './group-settings.ts'
import { KNOWN_KEYS } from './known-keys.ts'
import { type ListenerSpec, parseListeners } from './listener-config.ts'

/** What log directories do from time to time. */
export interface LogIntervals {
  /** `replica.high.watermark.checkpoint.interval.ms` */
  readonly highWatermarkIntervalMs: number
  /** `log.flush.offset.checkpoint.interval.ms` */
  readonly checkpointIntervalMs: number
  /** `log.flush.start.offset.checkpoint.interval.ms` */
  readonly logStartIntervalMs: number
  /** `producer.id.expiration.ms` */
  readonly producerIdExpirationMs: number
  /** `log.retention.check.interval.ms` */
  readonly retentionCheckIntervalMs: number
  /** `log.initial.task.delay.ms` */
  readonly initialTaskDelayMs: number
}

/** Where metrics and health are shown. */
export interface MetricsAddress {
  /** `metrics.host`; empty: all addresses. */
  readonly host: string
  /** `metrics.port`; 0: any free one. */
  readonly port: number
}

export interface BrokerConfig extends GroupConfig {
  readonly brokerId: number
  readonly rack: string | null
  readonly listeners: readonly ListenerSpec[]
  readonly limits: ConnectionLimits
  /** Controllers, tried in turn. */
  readonly controllers: readonly HostPort[]
  /** Names the cluster when it is not empty; begins with a slash. */
  readonly chroot: string
  readonly secret: string
  readonly connectionTimeoutMs: number
  readonly logDirectories: readonly string[]
  readonly intervals: LogIntervals
  readonly autoCreateTopics: boolean
  readonly deleteTopics: boolean
  readonly partitionsPerRequestMax: number
  readonly fetchBytesMax: number
  /** `max.incremental.fetch.session.cache.slots` */
  readonly fetchSessionsMax: number
  /** `max.connections.per.ip.overrides`: limits by address, as the file sets them. */
  readonly connectionsPerIpOverrides: ReadonlyMap<string, number>
  /** null: no HTTP server (`metrics.port=-1`). */
  readonly metrics: MetricsAddress | null
  readonly replicaLagTimeMaxMs: number
  /** replica.selector.class: consumers that name a rack read from a replica in it. */
  readonly selectsReplicaByRack: boolean
  readonly replicaFetch: ReplicaFetchConfig
  /** `controlled.shutdown.enable` */
  readonly controlledShutdown: boolean
  /** `log.cleaner.enable`; the other keys of compaction may change: `cleanerSettingsOf`. */
  readonly compacts: boolean
  /** The keys of BROKER_KEYS that the file sets, with its values as Kafka reads them. */
  readonly file: ReadonlyMap<string, string>
  /** Those of `file` that are defaults of the cluster or its topics: the controller is told them. */
  readonly clusterDefaults: ReadonlyMap<string, string>
}

export interface ParsedBrokerConfig {
  readonly config: BrokerConfig
  /** A line for each key that nobody knows and each reporter that cannot be loaded. */
  readonly warnings: readonly string[]
  /** Keys of Kafka that are set and have no effect yet. */
  readonly unused: readonly string[]
}

const TABLE = configTable(BROKER_KEYS)

/** Prefixes of keys whose rest somebody else chooses. */
const KNOWN_PREFIXES = ['listener.name.', 'rsm.config.', 'rlmm.config.', 'config.providers.']

const CLUSTER_DEFAULTS = new Set([
  'num.partitions',
  'default.replication.factor',
  'min.insync.replicas',
  'unclean.leader.election.enable',
  'message.max.bytes',
])

/** Throws a `ConfigFailure` that names every wrong key. */
export function parseBrokerConfig(given: ReadonlyMap<string, string>): ParsedBrokerConfig {
  const { values, unknown, errors } = TABLE.parse(given)
  const problems = errors.map(({ message }) => message)
  if (problems.length > 0) throw new ConfigFailure(problems)
  const read = new Values(values as Readonly<Record<string, unknown>>)
  const config = build(given, read)
  return {
    config,
    warnings: [...unknown.filter((name) => !isKnown(name)).map(unknownKey), ...reporters(read), ...unprotected(given)],
    unused: unknown.filter(isKnown),
  }
}

/** Typed access to the table's values; a name that is not in the table is a defect. */
class Values {
  readonly #values: Readonly<Record<string, unknown>>

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values
  }

  number(name: string): number {
    return this.#values[name] as number
  }

  numberOrNull(name: string): number | null {
    return this.#values[name] as number | null
  }

  boolean(name: string): boolean {
    return this.#values[name] as boolean
  }

  string(name: string): string {
    return this.#values[name] as string
  }

  /** null when it is not set, or set to nothing. */
  stringOrNull(name: string): string | null {
    const value = this.#values[name] as string | null
    return value === '' ? null : value
  }

  list(name: string): readonly string[] {
    return this.listOrNull(name) ?? []
  }

  listOrNull(name: string): readonly string[] | null {
    const items = this.#values[name] as readonly string[] | null
    return items === null ? null : items.filter((item) => item !== '')
  }
}

function build(given: ReadonlyMap<string, string>, read: Values): BrokerConfig {
  const problems: string[] = []
  const brokerId = brokerIdOf(read, problems)
  const { servers, chroot } = controllers(read, problems)
  const { listeners, problems: listenerProblems } = parseListeners({
    listeners: read.list('listeners'),
    advertisedListeners: read.listOrNull('advertised.listeners'),
    securityProtocolMap: read.string('listener.security.protocol.map'),
    interBrokerListenerName: read.stringOrNull('inter.broker.listener.name'),
    securityInterBrokerProtocol: read.string('security.inter.broker.protocol'),
  })
  const logDirectories = directories(read, problems)
  const perAddress = addressLimits(read.string('max.connections.per.ip.overrides'))
  problems.push(...listenerProblems, ...perAddress.problems, ...relations(given, read), ...groupProblems(read))
  if (problems.length > 0) throw new ConfigFailure(problems)
  const file = fileValues(given)
  return {
    brokerId,
    rack: read.stringOrNull('broker.rack'),
    listeners,
    limits: limitsOf(read),
    controllers: servers,
    chroot,
    secret: read.stringOrNull('session.secret') ?? '',
    connectionTimeoutMs: read.number('zookeeper.connection.timeout.ms'),
    logDirectories,
    intervals: {
      highWatermarkIntervalMs: read.number('replica.high.watermark.checkpoint.interval.ms'),
      checkpointIntervalMs: Math.max(1, read.number('log.flush.offset.checkpoint.interval.ms')),
      logStartIntervalMs: Math.max(1, read.number('log.flush.start.offset.checkpoint.interval.ms')),
      producerIdExpirationMs: read.number('producer.id.expiration.ms'),
      retentionCheckIntervalMs: read.number('log.retention.check.interval.ms'),
      initialTaskDelayMs: read.number('log.initial.task.delay.ms'),
    },
    autoCreateTopics: read.boolean('auto.create.topics.enable'),
    deleteTopics: read.boolean('delete.topic.enable'),
    partitionsPerRequestMax: read.number('max.request.partition.size.limit'),
    fetchBytesMax: read.number('fetch.max.bytes'),
    fetchSessionsMax: read.number('max.incremental.fetch.session.cache.slots'),
    connectionsPerIpOverrides: perAddress.limits,
    metrics: metricsAddress(read),
    replicaLagTimeMaxMs: read.number('replica.lag.time.max.ms'),
    selectsReplicaByRack: RACK_AWARE_SELECTORS.has(read.stringOrNull('replica.selector.class') ?? ''),
    replicaFetch: replicaFetch(read),
    controlledShutdown: read.boolean('controlled.shutdown.enable'),
    compacts: read.boolean('log.cleaner.enable'),
    ...groupConfigOf(read),
    file,
    clusterDefaults: new Map([...file].filter(([name]) => isClusterDefault(name))),
  }
}

const RACK_AWARE_SELECTORS = new Set(['rack-aware', 'org.apache.kafka.common.replica.RackAwareReplicaSelector'])

function fileValues(given: ReadonlyMap<string, string>): Map<string, string> {
  const known = [...given].filter(([name]) => TABLE.key(name) !== undefined)
  return new Map(known.map(([name, text]) => [name, canonicalValue(TABLE.key(name), text)]))
}

function limitsOf(read: Values): ConnectionLimits {
  return {
    connectionsMax: read.number('max.connections'),
    connectionsPerIpMax: read.number('max.connections.per.ip'),
    idleMsMax: read.number('connections.max.idle.ms'),
    frameBytesMax: read.number('socket.request.max.bytes'),
    requestMemoryBytes: read.number('queued.max.request.bytes'),
  }
}

function replicaFetch(read: Values): ReplicaFetchConfig {
  return {
    waitMaxMs: read.number('replica.fetch.wait.max.ms'),
    bytesMin: read.number('replica.fetch.min.bytes'),
    partitionBytesMax: read.number('replica.fetch.max.bytes'),
    responseBytesMax: read.number('replica.fetch.response.max.bytes'),
    backoffMaxMs: read.number('replica.fetch.backoff.ms'),
    socketTimeoutMs: read.number('replica.socket.timeout.ms'),
  }
}

function metricsAddress(read: Values): MetricsAddress | null {
  const port = read.number('metrics.port')
  return port < 0 ? null : { host: read.string('metrics.host'), port }
}

function brokerIdOf(read: Values, problems: string[]): number {
  const nodeId = read.numberOrNull('node.id')
  const brokerId = read.number('broker.id')
  if (nodeId === null && brokerId < 0)
    problems.push('node.id: it is not set; give this broker a number, such as node.id=1')
  if (nodeId !== null && brokerId >= 0 && nodeId !== brokerId) {
    problems.push(`broker.id: ${brokerId} is not node.id, which is ${nodeId}; set one of them`)
  }
  return nodeId ?? brokerId
}

function controllers(read: Values, problems: string[]): { servers: readonly HostPort[]; chroot: string } {
  const key = read.stringOrNull('controller.connect') === null ? 'zookeeper.connect' : 'controller.connect'
  const text = read.stringOrNull(key)
  if (text === null) {
    problems.push(
      'controller.connect (or zookeeper.connect): it is not set; name the controllers, such as controller.connect=localhost:2181',
    )
    return { servers: [], chroot: '' }
  }
  try {
    return parseHostPortList(text)
  } catch (error) {
    if (!(error instanceof HostPortError)) throw error
    problems.push(`${key}: ${error.message}`)
    return { servers: [], chroot: '' }
  }
}

function directories(read: Values, problems: string[]): readonly string[] {
  const key = read.listOrNull('log.dirs') === null ? 'log.dir' : 'log.dirs'
  const paths = read.list(key)
  if (paths.length === 0) problems.push(`${key}: at least one directory is needed`)
  const twice = paths.find((path, index) => paths.indexOf(path) !== index)
  if (twice !== undefined) problems.push(`${key}: ${twice} is there twice`)
  return paths
}

/** What no key can tell alone. */
const DEDUPE_BYTES_MIN = 1024 * 1024

function relations(given: ReadonlyMap<string, string>, read: Values): string[] {
  const problems: string[] = []
  const wait = read.number('replica.fetch.wait.max.ms')
  const lag = read.number('replica.lag.time.max.ms')
  if (wait > lag)
    problems.push(`replica.fetch.wait.max.ms: ${wait} is more than replica.lag.time.max.ms, which is ${lag}`)
  if (given.has('inter.broker.listener.name') && given.has('security.inter.broker.protocol')) {
    problems.push('inter.broker.listener.name: set it or security.inter.broker.protocol, not both')
  }
  for (const key of ['log.retention.hours', 'log.retention.minutes', 'log.retention.ms']) {
    if (read.numberOrNull(key) === 0) problems.push(`${key}: 0 is no time; give a positive one, or -1 for no limit`)
  }
  // Whoever asks for an authorizer relies on it: to serve everybody instead would be the worst of answers.
  if ((given.get('authorizer.class.name') ?? '').trim() !== '') {
    problems.push(
      'authorizer.class.name: this version has no ACLs and would let everybody do everything; remove the key',
    )
  }
  const mapBytes = read.number('log.cleaner.dedupe.buffer.size')
  if (mapBytes / Math.max(1, read.number('log.cleaner.threads')) < DEDUPE_BYTES_MIN)
    problems.push(`log.cleaner.dedupe.buffer.size: ${mapBytes} is less than 1 MiB for each of log.cleaner.threads`)
  const memory = read.number('queued.max.request.bytes')
  if (memory === 0)
    problems.push('queued.max.request.bytes: 0 would let no request in; give some bytes, or -1 for no limit')
  return problems
}

function isClusterDefault(name: string): boolean {
  return (
    CLUSTER_DEFAULTS.has(name) ||
    name.startsWith('compression.') ||
    (name.startsWith('log.') && !name.startsWith('log.dir'))
  )
}

/** Keys of Kafka's own authorizer, which are not among the broker's. */
const ACL_KEYS: ReadonlySet<string> = new Set(['allow.everyone.if.no.acl.found', 'super.users'])

function isKnown(name: string): boolean {
  return ACL_KEYS.has(name) || KNOWN_KEYS.has(name) || KNOWN_PREFIXES.some((prefix) => name.startsWith(prefix))
}

function unknownKey(name: string): string {
  const meant = TABLE.closest(name) ?? closest(name, KNOWN_KEYS)
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`
  return `unknown configuration key ${name}: it has no effect${hint}`
}

/** Listeners other than PLAINTEXT are refused; keys that only such listeners use do no harm, but somebody may count on them. */
function unprotected(given: ReadonlyMap<string, string>): string[] {
  const names = [...given.keys()].filter((name) => /^(ssl|sasl)\./.test(name) || ACL_KEYS.has(name))
  return names.length === 0 ? [] : [`TLS, SASL and ACLs are not there yet: ${names.join(', ')} without effect`]
}

function reporters(read: Values): string[] {
  return read.list('metric.reporters').map((name) => `metric.reporters: ${name} cannot be loaded and is ignored`)
}
