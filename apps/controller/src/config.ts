import { type ConfigValues, configTable, type Logger } from '@ottla/runtime'

/** Every key of the controller. The first three are those of a zookeeper.properties file. */
export const CONTROLLER_CONFIG = configTable([
  {
    name: 'clientPort',
    type: 'int',
    default: 2181,
    range: { min: 0, max: 65535 },
    doc: 'Port for the sessions of brokers and for GET /brokers; 0 takes a free one.',
  },
  {
    name: 'clientPortAddress',
    type: 'string',
    default: '',
    doc: 'Address to listen on. Empty: every interface if session.secret is set, else 127.0.0.1. Without a secret only loopback addresses are allowed.',
  },
  {
    name: 'dataDir',
    type: 'string',
    doc: 'Directory of the metadata log and its snapshots; created when absent, used by one controller at a time.',
  },
  {
    name: 'cluster.chroot',
    type: 'string',
    default: '',
    doc: 'Name of this cluster as brokers and tools write it behind the hosts: h1:2181,h2:2181/name. Who names another one is refused.',
  },
  {
    name: 'session.secret',
    type: 'password',
    default: '',
    doc: 'What a broker must know to open a session (the same key in its file). It travels in the clear: use it in a network that you trust.',
  },
  {
    name: 'broker.session.timeout.ms',
    type: 'int',
    default: 9000,
    range: { min: 100, max: 600_000 },
    doc: 'A broker that is silent for this long, with its connection up, is fenced: its partitions get other leaders.',
  },
  {
    name: 'broker.disconnect.grace.ms',
    type: 'int',
    default: 250,
    range: { min: 0, max: 600_000 },
    doc: 'A broker whose connection broke is fenced after this time, unless the same process has connected again.',
  },
  {
    name: 'auto.leader.rebalance.enable',
    type: 'boolean',
    default: true,
    doc: 'Gives partitions back to their first replica as leader, some time after it has returned and caught up.',
  },
  {
    name: 'leader.imbalance.check.interval.seconds',
    type: 'long',
    default: 300,
    range: { min: 1, max: 1_000_000 },
    doc: 'How often auto.leader.rebalance.enable looks.',
  },
  {
    name: 'leader.imbalance.per.broker.percentage',
    type: 'int',
    default: 10,
    range: { min: 0, max: 100 },
    doc: 'Of the partitions whose first replica is on a broker, so many in a hundred may be led by others before they are given back.',
  },
  {
    name: 'unclean.leader.election.interval.ms',
    type: 'long',
    default: 300_000,
    range: { min: 1, max: 1_000_000_000 },
    doc: 'How often partitions without leader are looked at, besides the moments at which something changes for them.',
  },
])

export type ControllerConfig = Omit<ConfigValues<typeof CONTROLLER_CONFIG.keys>, 'dataDir'> & {
  readonly dataDir: string
}

/** Keys that a zookeeper.properties file may have and that mean nothing here. */
const ZOOKEEPER_KEY =
  /^(tickTime|initLimit|syncLimit|maxClientCnxns|minSessionTimeout|maxSessionTimeout|dataLogDir|secureClientPort|4lw\..*|admin\..*|autopurge\..*|server\.\d+|ssl\..*|authProvider.*|metricsProvider\..*)$/

/** A configuration that the controller cannot start with; one line that names key, value and what is allowed. */
export class ControllerConfigError extends Error {
  override readonly name = 'ControllerConfigError'
}

/** Reads the configuration. Keys without a meaning get one warning each; a wrong value throws a ControllerConfigError. */
export function readControllerConfig(given: ReadonlyMap<string, string>, logger: Logger): ControllerConfig {
  const { values, unknown, errors } = CONTROLLER_CONFIG.parse(given)
  for (const name of unknown) logger.warn(ignored(name))
  if (errors[0] !== undefined) throw new ControllerConfigError(errors[0].message)
  const { dataDir } = values
  if (dataDir === null || dataDir === '') {
    throw new ControllerConfigError('Invalid value for configuration dataDir: it is empty')
  }
  return { ...values, dataDir }
}

function ignored(name: string): string {
  if (ZOOKEEPER_KEY.test(name)) return `configuration ${name} belongs to ZooKeeper and has no effect on this controller`
  const meant = CONTROLLER_CONFIG.closest(name)
  return `unknown configuration ${name} is ignored${meant === undefined ? '' : `: did you mean ${meant}?`}`
}

/** The address to listen on. Throws when it could be reached from outside and no secret protects it. */
export function listenAddress(config: ControllerConfig): string {
  const { clientPortAddress, 'session.secret': secret } = config
  if (secret !== '') return clientPortAddress
  if (clientPortAddress === '') return '127.0.0.1'
  if (isLoopback(clientPortAddress)) return clientPortAddress
  const text = 'without session.secret only a loopback address is allowed, such as 127.0.0.1'
  throw new ControllerConfigError(`Invalid value ${clientPortAddress} for configuration clientPortAddress: ${text}`)
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}
