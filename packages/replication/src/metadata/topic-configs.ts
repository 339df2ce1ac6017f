/**
 * What a topic's configuration is, and why: the topic's own override, else a dynamic value of the broker, else the cluster-wide
 * default, else what the broker's file says, else Kafka's default. DescribeConfigs shows source and synonyms; the log and the
 * leader take the value.
 */
import { configResource, type MetadataImage } from './image.ts'
import { type BrokerSynonym, TOPIC_CONFIG_KEYS, type TopicConfigKey } from './topic-config-keys.ts'

/** Kafka's codes (DescribeConfigs, `configSource`). */
export const ConfigSource = {
  DYNAMIC_TOPIC_CONFIG: 1,
  DYNAMIC_BROKER_CONFIG: 2,
  DYNAMIC_DEFAULT_BROKER_CONFIG: 3,
  STATIC_BROKER_CONFIG: 4,
  DEFAULT_CONFIG: 5,
  DYNAMIC_GROUP_CONFIG: 8,
} as const
export type ConfigSource = (typeof ConfigSource)[keyof typeof ConfigSource]

type Values = ReadonlyMap<string, string>

/** Where values come from, strongest first. Broker layers are keyed by broker keys. */
export interface ConfigLayers {
  readonly topic: Values
  /** Dynamic configuration of this one broker. */
  readonly broker: Values
  /** Dynamic cluster-wide default. */
  readonly cluster: Values
  /** What this broker's server.properties sets. */
  readonly file: Values
}

export interface ConfigSynonym {
  readonly name: string
  readonly value: string
  readonly source: ConfigSource
}

export interface ConfigEntry {
  readonly key: TopicConfigKey
  readonly value: string
  readonly source: ConfigSource
  readonly synonyms: readonly ConfigSynonym[]
}

const NONE: Values = new Map()

/** The layers that hold for a topic on the broker `brokerId` whose file sets `file`. An unknown topic has no overrides. */
export function topicConfigLayers(
  image: MetadataImage,
  topic: string,
  on: { readonly brokerId?: number; readonly file?: Values } = {},
): ConfigLayers {
  const of = (type: 'topic' | 'broker', name: string) => image.configs.get(configResource(type, name)) ?? NONE
  return {
    topic: of('topic', topic),
    broker: on.brokerId === undefined ? NONE : of('broker', String(on.brokerId)),
    cluster: of('broker', ''),
    file: on.file ?? NONE,
  }
}

const KEYS: ReadonlyMap<string, TopicConfigKey> = new Map(TOPIC_CONFIG_KEYS.map((key) => [key.name, key]))

export function topicConfigKey(name: string): TopicConfigKey | undefined {
  return KEYS.get(name)
}

/** The effective value of a topic key, as Kafka writes it. Throws a RangeError for a name that is no topic key. */
export function topicConfigValue(name: string, layers: ConfigLayers): string {
  const key = KEYS.get(name)
  if (key === undefined) throw new RangeError(`${name} is no topic configuration key`)
  return effectiveValue(key, layers)
}

/** As `topicConfigValue`, as a number. 9223372036854775807 and its like become the nearest double. */
export function topicConfigNumber(name: string, layers: ConfigLayers): number {
  return Number(topicConfigValue(name, layers))
}

export function topicConfigEntry(key: TopicConfigKey, layers: ConfigLayers): ConfigEntry {
  const synonyms = synonymsOf(key, layers)
  return {
    key,
    value: effectiveValue(key, layers),
    source: synonyms[0]?.source ?? ConfigSource.DEFAULT_CONFIG,
    synonyms,
  }
}

/** All topic keys, sorted by name. */
export function topicConfigEntries(layers: ConfigLayers): ConfigEntry[] {
  return TOPIC_CONFIG_KEYS.map((key) => topicConfigEntry(key, layers))
}

/** Of two broker keys the stronger one decides, wherever it is set; of one key the strongest layer. */
function effectiveValue(key: TopicConfigKey, layers: ConfigLayers): string {
  const own = layers.topic.get(key.name)
  if (own !== undefined) return own
  for (const synonym of key.brokerKeys) {
    const value = layers.broker.get(synonym.name) ?? layers.cluster.get(synonym.name) ?? layers.file.get(synonym.name)
    if (value !== undefined && value !== '') return inTopicUnit(value, synonym)
  }
  return String(key.default)
}

function inTopicUnit(value: string, synonym: BrokerSynonym): string {
  if (synonym.unitMs === undefined) return value
  // A negative time is "unlimited" in every unit.
  return Number(value) < 0 ? '-1' : String(Number(value) * synonym.unitMs)
}

/**
 * The values that lie behind an entry, strongest first. Kafka lists those of a broker key only from the key's own name on:
 * retention.ms shows log.retention.ms, but nothing when only log.retention.hours is set. That is kept, since tools hide what
 * has no source but the default.
 */
function synonymsOf(key: TopicConfigKey, layers: ConfigLayers): ConfigSynonym[] {
  const own = layers.topic.get(key.name)
  const overridden =
    own === undefined ? [] : [{ name: key.name, value: own, source: ConfigSource.DYNAMIC_TOPIC_CONFIG }]
  const first = key.brokerKeys[0]
  if (first === undefined) return overridden
  const behind = brokerSynonyms(key, layers)
  const start = behind.findIndex((synonym) => synonym.name === first.name)
  return start < 0 ? overridden : [...overridden, ...behind.slice(start)]
}

function brokerSynonyms(key: TopicConfigKey, layers: ConfigLayers): ConfigSynonym[] {
  const found: ConfigSynonym[] = []
  const collect = (values: Values, source: ConfigSource) => {
    for (const { name } of key.brokerKeys) {
      const value = values.get(name)
      if (value !== undefined && value !== '') found.push({ name, value, source })
    }
  }
  collect(layers.broker, ConfigSource.DYNAMIC_BROKER_CONFIG)
  collect(layers.cluster, ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG)
  collect(layers.file, ConfigSource.STATIC_BROKER_CONFIG)
  // The weakest key's default is that of all of them: log.retention.hours is 168, log.retention.ms has none.
  const weakest = key.brokerKeys.at(-1)
  if (weakest !== undefined) {
    const value = weakest.unitMs === undefined ? String(key.default) : String(Number(key.default) / weakest.unitMs)
    found.push({ name: weakest.name, value, source: ConfigSource.DEFAULT_CONFIG })
  }
  return found
}
