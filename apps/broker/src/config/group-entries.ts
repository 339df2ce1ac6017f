import {
  ConfigSource,
  configResource,
  GROUP_CONFIG_KEYS,
  type GroupConfigKey,
  type MetadataImage,
} from '@ottla/replication'
import { type BrokerConfigEntry, brokerConfigEntry, type OnBroker } from './broker-entries.ts'

export interface GroupConfigEntry extends Omit<BrokerConfigEntry, 'key'> {
  readonly key: GroupConfigKey
}

/** All keys of groups for one group, which need not exist: its own values, and the broker's keys behind them. */
export function groupConfigEntries(image: MetadataImage, groupId: string, on: OnBroker): GroupConfigEntry[] {
  const own = image.configs.get(configResource('group', groupId))
  return GROUP_CONFIG_KEYS.map((key) => {
    const otherwise = brokerConfigEntry(image, key.brokerKey, on)
    const value = own?.get(key.name)
    if (value === undefined) return { ...otherwise, key }
    const source = ConfigSource.DYNAMIC_GROUP_CONFIG
    return { key, value, source, synonyms: [{ name: key.name, value, source }, ...otherwise.synonyms] }
  })
}
