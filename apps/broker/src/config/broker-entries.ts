import { ConfigSource, configResource, type MetadataImage } from '@ottla/replication'
import type { ConfigKey } from '@ottla/runtime'
import { BROKER_KEYS } from './broker-keys.ts'

/** A broker key's effective value, and all the values behind it, strongest first. */
export interface BrokerConfigEntry {
  readonly key: ConfigKey
  readonly value: string | null
  readonly source: ConfigSource
  readonly synonyms: readonly { readonly name: string; readonly value: string; readonly source: ConfigSource }[]
}

const NONE: ReadonlyMap<string, string> = new Map()

/** All keys that this broker knows the meaning of, for the broker whose file sets `file`. */
export function brokerConfigEntries(
  image: MetadataImage,
  brokerId: number,
  file: ReadonlyMap<string, string>,
): BrokerConfigEntry[] {
  const own = image.configs.get(configResource('broker', String(brokerId))) ?? NONE
  const cluster = image.configs.get(configResource('broker', '')) ?? NONE
  return BROKER_KEYS.map((key) => {
    const layers: [string | null | undefined, ConfigSource][] = [
      [own.get(key.name), ConfigSource.DYNAMIC_BROKER_CONFIG],
      [cluster.get(key.name), ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG],
      [file.get(key.name), ConfigSource.STATIC_BROKER_CONFIG],
      [key.default === undefined || key.default === null ? null : String(key.default), ConfigSource.DEFAULT_CONFIG],
    ]
    const synonyms = layers.flatMap(([value, source]) =>
      value === null || value === undefined ? [] : [{ name: key.name, value, source }],
    )
    const first = synonyms[0]
    return { key, value: first?.value ?? null, source: first?.source ?? ConfigSource.DEFAULT_CONFIG, synonyms }
  })
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
