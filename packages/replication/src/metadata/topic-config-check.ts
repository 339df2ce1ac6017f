import { type ConfigError, configTable } from '@ottla/runtime'
import { TOPIC_CONFIG_KEYS } from './topic-config-keys.ts'

type Values = ReadonlyMap<string, string>

const TABLE = configTable(TOPIC_CONFIG_KEYS)

/** Why these overrides of a topic cannot be, in one sentence; undefined when they can. */
export function invalidTopicConfigs(overrides: Values): string | undefined {
  const { unknown, errors } = TABLE.parse(overrides)
  if (unknown[0] !== undefined) return unknownTopicKey(unknown[0])
  return errors.map((error: ConfigError) => error.message)[0] ?? contradiction(overrides)
}

function unknownTopicKey(name: string): string {
  const meant = TABLE.closest(name)
  return `Unknown topic config name: ${name}${meant === undefined ? '' : `; did you mean ${meant}?`}`
}

/** What no single key can tell. Only overrides are compared: defaults agree with each other. */
function contradiction(overrides: Values): string | undefined {
  const shortest = numberIn(overrides, 'min.compaction.lag.ms')
  const longest = numberIn(overrides, 'max.compaction.lag.ms')
  if (shortest !== undefined && longest !== undefined && shortest > longest) {
    return `conflict topic config setting min.compaction.lag.ms (${shortest}) > max.compaction.lag.ms (${longest})`
  }
  if (numberIn(overrides, 'compression.gzip.level') === 0) {
    return 'Invalid value 0 for configuration compression.gzip.level: Value must be between 1 and 9 or equal to -1'
  }
  if (overrides.get('remote.storage.enable')?.toLowerCase() === 'true') {
    return 'remote.storage.enable cannot be true: this cluster has no remote storage'
  }
  return throttledReplicas(overrides)
}

const THROTTLED = /^(\*|\d+:\d+)$/

function throttledReplicas(overrides: Values): string | undefined {
  for (const name of ['leader.replication.throttled.replicas', 'follower.replication.throttled.replicas']) {
    const items = (overrides.get(name) ?? '').split(',').map((item) => item.trim())
    const wrong = items.find((item) => item !== '' && !THROTTLED.test(item))
    if (wrong !== undefined)
      return `Invalid value ${wrong} for configuration ${name}: must be * or partition:broker pairs`
  }
  return undefined
}

function numberIn(values: Values, name: string): number | undefined {
  const value = values.get(name)
  return value === undefined ? undefined : Number(value)
}
