import type { ConfigEntry, PartitionDescription, TopicDescription } from '@ottla/client'

export interface DescribedTopic extends TopicDescription {
  /** Only what differs from the default. */
  readonly configs: readonly ConfigEntry[]
  readonly minInSyncReplicas: number
}

const ZERO_ID = 'AAAAAAAAAAAAAAAAAAAAAA'

/** The lines of Apache Kafka's kafka-topics --describe, tabs included: scripts parse them. */

export function topicLine({ name, topicId, partitions, configs }: DescribedTopic): string {
  const id = topicId === ZERO_ID ? '' : `\tTopicId: ${topicId}`
  return (
    `Topic: ${name}${id}\tPartitionCount: ${partitions.length}` +
    `\tReplicationFactor: ${partitions[0]?.replicas.length ?? 0}\tConfigs: ${configsText(configs)}`
  )
}

export function configsText(configs: readonly ConfigEntry[]): string {
  return configs.map(({ name, value }) => `${name}=${value}`).join(',')
}

export function partitionLine(topic: string, partition: PartitionDescription): string {
  return (
    `\tTopic: ${topic}\tPartition: ${partition.partition}\tLeader: ${partition.leader ?? 'none'}` +
    `\tReplicas: ${idsText(partition.replicas)}\tIsr: ${idsText(partition.isr)}` +
    `\tElr: ${idsText(partition.elr)}\tLastKnownElr: ${idsText(partition.lastKnownElr)}`
  )
}

/** Broker ids; `N/A` for what the broker does not report. */
export function idsText(ids: readonly number[] | null): string {
  return ids === null ? 'N/A' : ids.join(',')
}
