/** From a topic's configuration (override, cluster default, broker's file, Kafka's default) to what its log works with. */
import {
  type ConfigLayers,
  type MetadataImage,
  topicConfigLayers,
  topicConfigNumber,
  topicConfigValue,
} from '@ottla/replication'
import type { LogConfig } from '@ottla/storage'

/** `brokerValues` are this broker's own values by broker key, as its configuration file gives them. */
export function logConfigOf(
  image: MetadataImage,
  topic: string,
  on: { readonly brokerId: number; readonly brokerValues: ReadonlyMap<string, string> },
): LogConfig {
  return logConfigFrom(topicConfigLayers(image, topic, { brokerId: on.brokerId, file: on.brokerValues }))
}

/** 9223372036854775807, Kafka's "never", becomes 2^63: longer than any time and larger than any count. */
export function logConfigFrom(layers: ConfigLayers): LogConfig {
  const number = (name: string) => topicConfigNumber(name, layers)
  const policies = topicConfigValue('cleanup.policy', layers)
    .split(',')
    .map((policy) => policy.trim())
  const isCompacted = policies.includes('compact')
  return {
    segmentBytes: number('segment.bytes'),
    // As in Kafka: records become old enough to be compacted only in a segment that is not active.
    segmentMs: isCompacted ? Math.min(number('segment.ms'), number('max.compaction.lag.ms')) : number('segment.ms'),
    segmentJitterMs: number('segment.jitter.ms'),
    indexBytesMax: number('segment.index.bytes'),
    indexIntervalBytes: number('index.interval.bytes'),
    batchBytesMax: number('max.message.bytes'),
    ...compression(layers),
    timestampType: timestampType(topicConfigValue('message.timestamp.type', layers)),
    timestampBeforeMaxMs: number('message.timestamp.before.max.ms'),
    timestampAfterMaxMs: number('message.timestamp.after.max.ms'),
    flushMessages: number('flush.messages'),
    flushMs: number('flush.ms'),
    compacted: isCompacted,
    deletes: policies.includes('delete'),
    minCleanableRatio: number('min.cleanable.dirty.ratio'),
    minCompactionLagMs: number('min.compaction.lag.ms'),
    maxCompactionLagMs: number('max.compaction.lag.ms'),
    deleteRetentionMs: number('delete.retention.ms'),
    retentionMs: number('retention.ms'),
    retentionBytes: number('retention.bytes'),
    fileDeleteDelayMs: number('file.delete.delay.ms'),
  }
}

function compression(layers: ConfigLayers): Pick<LogConfig, 'compression' | 'compressionLevel'> {
  const type = topicConfigValue('compression.type', layers)
  switch (type) {
    case 'gzip':
    case 'lz4':
    case 'zstd':
      return { compression: type, compressionLevel: topicConfigNumber(`compression.${type}.level`, layers) }
    case 'snappy':
      return { compression: type, compressionLevel: undefined }
    case 'uncompressed':
      return { compression: 'none', compressionLevel: undefined }
    default:
      return { compression: 'producer', compressionLevel: undefined }
  }
}

function timestampType(value: string): LogConfig['timestampType'] {
  return value === 'LogAppendTime' ? 'LogAppendTime' : 'CreateTime'
}
