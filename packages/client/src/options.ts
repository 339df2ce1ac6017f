import { configTable, type HostPort, HostPortError, parseHostPort } from '@ottla/runtime'
import { ClientConfigError, checkedOptions, optionName } from './option-table.ts'

/** Kafka's client configuration, names in camelCase; times in milliseconds, sizes in bytes. Defaults: `CLIENT_TABLE`. */
export interface ClientOptions {
  /** bootstrap.servers: `host:port`, several separated by commas or as a list; tried in turn. */
  readonly bootstrapServers: string | readonly string[]
  /** client.id */
  readonly clientId?: string
  /** request.timeout.ms */
  readonly requestTimeoutMs?: number
  /** default.api.timeout.ms */
  readonly defaultApiTimeoutMs?: number
  /** retry.backoff.ms */
  readonly retryBackoffMs?: number
  /** retry.backoff.max.ms */
  readonly retryBackoffMaxMs?: number
  /** socket.connection.setup.timeout.ms */
  readonly socketConnectionSetupTimeoutMs?: number
  /** The largest answer that is accepted; Kafka's clients have no such key. */
  readonly responseBytesMax?: number
}

/** The options with every default filled in. */
export type ClientConfig = Required<Omit<ClientOptions, 'bootstrapServers'>> & {
  readonly bootstrapServers: readonly HostPort[]
}

const MILLISECONDS = { type: 'int', range: { min: 0 } } as const

/** The keys of a client, for properties files and documentation. */
export const CLIENT_TABLE = configTable([
  {
    name: 'bootstrap.servers',
    type: 'string',
    default: null,
    doc: 'Brokers to begin with, as host:port,host:port; tried in turn.',
  },
  {
    name: 'client.id',
    type: 'string',
    default: 'ottla',
    doc: "Names this client in the broker's logs, metrics and quotas. Without it producers are ottla-producer, consumers ottla-consumer.",
  },
  {
    name: 'request.timeout.ms',
    ...MILLISECONDS,
    default: 30_000,
    doc: 'How long one request may go unanswered; then its connection is given up.',
  },
  {
    name: 'default.api.timeout.ms',
    ...MILLISECONDS,
    default: 60_000,
    doc: 'How long one call may take, retries included.',
  },
  {
    name: 'retry.backoff.ms',
    ...MILLISECONDS,
    default: 100,
    doc: 'The pause before the first retry; it doubles with each further one, give or take a fifth.',
  },
  { name: 'retry.backoff.max.ms', ...MILLISECONDS, default: 1_000, doc: 'The longest pause between two retries.' },
  {
    name: 'socket.connection.setup.timeout.ms',
    ...MILLISECONDS,
    default: 10_000,
    doc: 'How long connecting may take, and after it the exchange of versions.',
  },
])

const RESPONSE_BYTES_MAX = 256 * 1024 * 1024
/** What every client takes besides Kafka's keys. */
const FURTHER_KEYS = [
  { name: 'responseBytesMax', type: 'int', range: { min: 0 }, default: RESPONSE_BYTES_MAX, doc: '' },
] as const
const CHECKED_KEYS = [...CLIENT_TABLE.keys.filter(({ name }) => name !== 'bootstrap.servers'), ...FURTHER_KEYS]

/** Of the options that every client takes. */
export const CLIENT_OPTION_NAMES = ['bootstrapServers', ...CHECKED_KEYS.map(({ name }) => optionName(name))]

export const CLIENT_DEFAULTS = checkedOptions(CHECKED_KEYS, {}) as unknown as Checked

type Checked = Omit<ClientConfig, 'bootstrapServers'>

/** Checks the options of every client, leaves others out, and fills in the defaults; throws a `ClientConfigError`. */
export function clientConfig(options: ClientOptions): ClientConfig {
  const checked = checkedOptions(CHECKED_KEYS, options) as unknown as Checked
  return { ...checked, bootstrapServers: parseBootstrapServers(options.bootstrapServers) }
}

/**
 * Options from a properties file in Kafka's names, and the keys in it that mean nothing to this client. Throws a
 * `ClientConfigError` for a value that cannot be used.
 */
export function optionsOfProperties(properties: ReadonlyMap<string, string>): {
  readonly options: Partial<ClientOptions>
  readonly unknown: readonly string[]
} {
  const { values, unknown, errors } = CLIENT_TABLE.parse(properties)
  const [error] = errors
  if (error !== undefined) throw new ClientConfigError(error.message)
  const given = Object.entries(values).filter(([key]) => properties.has(key))
  return { options: Object.fromEntries(given.map(([key, value]) => [optionName(key), value])), unknown }
}

/** `host:port` entries; an IPv6 address stands in brackets. Throws a `ClientConfigError`. */
export function parseBootstrapServers(servers: string | readonly string[]): HostPort[] {
  if (typeof servers !== 'string' && !Array.isArray(servers)) {
    throw new ClientConfigError('bootstrapServers is missing: expected host:port,host:port')
  }
  const entries = (typeof servers === 'string' ? servers.split(',') : servers).map((entry) => entry.trim())
  const addresses = entries.filter((entry) => entry !== '').map(parseAddress)
  if (addresses.length === 0) throw new ClientConfigError('bootstrap.servers is empty: expected host:port,host:port')
  return addresses
}

/** A protocol in front, as in `PLAINTEXT://host:port`, says nothing here and is allowed. */
function parseAddress(entry: string): HostPort {
  try {
    const address = parseHostPort(entry.replace(/^[A-Za-z_]+:\/\//, ''))
    if (address.port > 0) return address
  } catch (error) {
    if (error instanceof HostPortError) throw new ClientConfigError(`bootstrap.servers: ${error.message}`)
    throw error
  }
  throw new ClientConfigError(`bootstrap.servers: ${entry}: port 0 cannot be connected to`)
}
