import type { DescribedPartition, DescribedTopic } from './lines.ts'
import type { TopicsOptions } from './options.ts'

/** Whether one of the `--…-partitions` filters is set: then only partitions are shown, and only some. */
export function partitionsAreFiltered(options: TopicsOptions): boolean {
  const { underReplicatedPartitions, unavailablePartitions, underMinIsrPartitions, atMinIsrPartitions } = options
  return Boolean(underReplicatedPartitions || unavailablePartitions || underMinIsrPartitions || atMinIsrPartitions)
}

/** A partition that one of the filters that are set applies to; every partition when none is. */
export function isWanted(
  { leader, replicas, isr, addingReplicas }: DescribedPartition,
  {
    topic,
    options,
    liveBrokers,
  }: {
    readonly topic: DescribedTopic
    readonly options: TopicsOptions
    /** Known when the filter for unavailable partitions is set. */
    readonly liveBrokers: ReadonlySet<number> | undefined
  },
): boolean {
  if (!partitionsAreFiltered(options)) return true
  const isLed = leader !== undefined && (liveBrokers?.has(leader) ?? true)
  // A replica that is only on its way here is not missed.
  const replicationFactor = replicas.length - (addingReplicas?.length ?? 0)
  // Without a leader nothing can be written, however many are in sync.
  const isUnderMinIsr = leader === undefined || isr.length < topic.minInSyncReplicas
  return Boolean(
    (options.underReplicatedPartitions && isr.length < replicationFactor) ||
      (options.unavailablePartitions && !isLed) ||
      (options.underMinIsrPartitions && isUnderMinIsr) ||
      (options.atMinIsrPartitions && isr.length === topic.minInSyncReplicas),
  )
}

/** Whether there is anything to show of the topic: an override, or a partition that one of the filters applies to. */
export function isShown(topic: DescribedTopic, options: TopicsOptions): boolean {
  if (options.topicsWithOverrides) return topic.configs.length > 0
  return !partitionsAreFiltered(options) || topic.partitions.length > 0
}
