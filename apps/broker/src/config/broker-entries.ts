import { BROKER_KEYS, ConfigSource, configResource, type MetadataImage, TOPIC_CONFIG_KEYS } from '@ottla/replication'
import type { ConfigKey } from '@ottla/runtime'

/** A broker key's effective value, and all the values behind it, strongest first. */
export interface BrokerConfigEntry {
  readonly key: ConfigKey
  readonly value: string | null
  readonly source: ConfigSource
  readonly synonyms: readonly { readonly name: string; readonly value: string; readonly source: ConfigSource }[]
}

type Values = ReadonlyMap<string, string>

const NONE: Values = new Map()

/** A broker, and what its file sets. */
export interface OnBroker {
  readonly brokerId: number
  readonly file: Values
}

/** Where a broker's values come from, strongest first. */
interface Layers {
  readonly own: Values
  readonly cluster: Values
  readonly file: Values
}

const KEYS: ReadonlyMap<string, ConfigKey> = new Map(BROKER_KEYS.map((key) => [key.name, key]))

/** The weaker keys that speak when a key is not set, as log.retention.hours does for log.retention.ms, with the key itself first. */
const FALLBACKS: ReadonlyMap<string, readonly string[]> = new Map(
  TOPIC_CONFIG_KEYS.flatMap(({ brokerKeys }) =>
    brokerKeys.map(({ name }, index) => [name, brokerKeys.slice(index).map((synonym) => synonym.name)] as const),
  ),
)

/** All keys that this broker knows the meaning of, for the broker whose file sets `file`. */
export function brokerConfigEntries(image: MetadataImage, brokerId: number, file: Values): BrokerConfigEntry[] {
  const layers = layersOf(image, brokerId, file)
  return BROKER_KEYS.map((key) => entry(key, layers))
}

/** What holds for a key on this broker now: it may change with every image. Throws for a name that is no key. */
export function brokerConfigValue(image: MetadataImage, name: string, on: OnBroker): string | null {
  return brokerConfigEntry(image, name, on).value
}

/** As `brokerConfigValue`, with where it comes from. */
export function brokerConfigEntry(image: MetadataImage, name: string, on: OnBroker): BrokerConfigEntry {
  const key = KEYS.get(name)
  if (key === undefined) throw new RangeError(`${name} is no broker configuration key`)
  return entry(key, layersOf(image, on.brokerId, on.file))
}

function layersOf(image: MetadataImage, brokerId: number, file: Values): Layers {
  return {
    own: image.configs.get(configResource('broker', String(brokerId))) ?? NONE,
    cluster: image.configs.get(configResource('broker', '')) ?? NONE,
    file,
  }
}

function entry(key: ConfigKey, layers: Layers): BrokerConfigEntry {
  const names = FALLBACKS.get(key.name) ?? [key.name]
  const synonyms = [
    ...valuesIn(layers.own, names, ConfigSource.DYNAMIC_BROKER_CONFIG),
    ...valuesIn(layers.cluster, names, ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG),
    ...valuesIn(layers.file, names, ConfigSource.STATIC_BROKER_CONFIG),
    ...names.flatMap((name) => defaultOf(name)),
  ]
  return {
    key,
    value: synonyms.find(({ name }) => name === key.name)?.value ?? null,
    source: synonyms[0]?.source ?? ConfigSource.DEFAULT_CONFIG,
    synonyms,
  }
}

function valuesIn(values: Values, names: readonly string[], source: ConfigSource): BrokerConfigEntry['synonyms'] {
  return names.flatMap((name) => {
    const value = values.get(name)
    return value === undefined ? [] : [{ name, value, source }]
  })
}

function defaultOf(name: string): BrokerConfigEntry['synonyms'] {
  const fallback = KEYS.get(name)?.default
  return fallback === undefined || fallback === null
    ? []
    : [{ name, value: String(fallback), source: ConfigSource.DEFAULT_CONFIG }]
}

/** The cluster-wide defaults that are set. */
export function clusterConfigEntries(image: MetadataImage): BrokerConfigEntry[] {
  const cluster = image.configs.get(configResource('broker', '')) ?? NONE
  const source = ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG
  return BROKER_KEYS.flatMap((key) => {
    const value = cluster.get(key.name)
    return value === undefined ? [] : [{ key, value, source, synonyms: [{ name: key.name, value, source }] }]
  })
}
