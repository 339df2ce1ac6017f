/** The keys log.cleaner.*, which may change while a broker runs. */
import type { MetadataImage } from '@ottla/replication'
import type { CleanerSettings } from '@ottla/storage'
import { brokerConfigValue, type OnBroker } from './broker-entries.ts'

export function cleanerSettingsOf(image: MetadataImage, on: OnBroker): CleanerSettings {
  const value = (name: string) => Number(brokerConfigValue(image, name, on))
  return {
    threads: value('log.cleaner.threads'),
    bytesPerSecondMax: value('log.cleaner.io.max.bytes.per.second'),
    mapBytesMax: value('log.cleaner.dedupe.buffer.size'),
    mapLoadFactor: value('log.cleaner.io.buffer.load.factor'),
    bufferBytes: value('log.cleaner.io.buffer.size'),
    backoffMs: value('log.cleaner.backoff.ms'),
  }
}
