/** What may be changed of the brokers' configuration while they run: of one broker, or for all of the cluster. */
import { type ConfigKey, configTable } from '@ottla/runtime'
import { addressLimits } from './address-limits.ts'
import { BROKER_KEYS } from './broker-keys.ts'

type Values = ReadonlyMap<string, string>

const TABLE = configTable(BROKER_KEYS)

/**
 * Controller and leaders read these from the metadata alone, so that the cluster has one value: a single broker cannot have
 * another one.
 */
const CLUSTER_ONLY: ReadonlySet<string> = new Set(['min.insync.replicas', 'unclean.leader.election.enable'])

export interface ConfigProblem {
  readonly error: 'INVALID_CONFIG' | 'INVALID_REQUEST'
  readonly message: string
}

export function brokerConfigKey(name: string): ConfigKey | undefined {
  return TABLE.key(name)
}

/**
 * Why these dynamic values of a broker, or with `broker` empty of the whole cluster, cannot be; undefined when they can. Codes and
 * texts are Kafka's; only a key that nobody knows, which Kafka keeps for plug-ins, is refused.
 */
export function invalidBrokerConfigs(broker: string, overrides: Values): ConfigProblem | undefined {
  const { unknown, errors } = TABLE.parse(overrides)
  const stranger = unknown[0]
  if (stranger !== undefined) return { error: 'INVALID_CONFIG', message: unknownBrokerKey(stranger) }
  const fixed = [...overrides.keys()].filter((name) => !isDynamic(name))
  if (fixed.length > 0) {
    const message = `Cannot update these configs dynamically: [${fixed.join(', ')}]`
    return { error: 'INVALID_REQUEST', message }
  }
  const shared = broker === '' ? undefined : [...overrides.keys()].find((name) => CLUSTER_ONLY.has(name))
  if (shared !== undefined) {
    const hint = 'set the default of the cluster, or the key of a topic'
    return { error: 'INVALID_CONFIG', message: `Broker-level ${shared} cannot be altered: ${hint}.` }
  }
  const wrong = errors[0]?.message ?? contradiction(overrides)
  return wrong === undefined ? undefined : { error: 'INVALID_REQUEST', message: wrong }
}

function unknownBrokerKey(name: string): string {
  const meant = TABLE.closest(name)
  return `Unknown broker config name: ${name}${meant === undefined ? '' : `; did you mean ${meant}?`}`
}

function isDynamic(name: string): boolean {
  const { dynamic } = TABLE.key(name) ?? {}
  return dynamic !== undefined && dynamic !== 'read-only'
}

/** What the table cannot tell. */
function contradiction(overrides: Values): string | undefined {
  if (Number(overrides.get('log.retention.ms') ?? '1') === 0) {
    return 'Invalid value 0 for configuration log.retention.ms: Value must be positive, or -1 for no limit'
  }
  if (Number(overrides.get('compression.gzip.level') ?? '1') === 0) {
    return 'Invalid value 0 for configuration compression.gzip.level: Value must be between 1 and 9 or equal to -1'
  }
  return addressLimits(overrides.get('max.connections.per.ip.overrides') ?? '').problems[0]
}
