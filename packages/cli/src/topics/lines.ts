import type { ConfigEntry, PartitionDescription, TopicDescription } from '@ottla/client'

export interface DescribedPartition extends PartitionDescription {
  /** Set while the partition's replicas are being moved. */
  readonly addingReplicas?: readonly number[]
  readonly removingReplicas?: readonly number[]
}

export interface DescribedTopic extends Omit<TopicDescription, 'partitions'> {
  /** Those that the filters leave. */
  readonly partitions: readonly DescribedPartition[]
  /** Of all partitions, whatever the filters leave. */
  readonly partitionCount: number
  /** Of partition 0, without replicas that are only being added. */
  readonly replicationFactor: number
  /** Only what differs from the default. */
  readonly configs: readonly ConfigEntry[]
  readonly minInSyncReplicas: number
}

const ZERO_ID = 'AAAAAAAAAAAAAAAAAAAAAA'

/** The lines of Apache Kafka's kafka-topics --describe, tabs included: scripts parse them. */

export function topicLine({ name, topicId, partitionCount, replicationFactor, configs }: DescribedTopic): string {
  const id = topicId === ZERO_ID ? '' : `\tTopicId: ${topicId}`
  return (
    `Topic: ${name}${id}\tPartitionCount: ${partitionCount}` +
    `\tReplicationFactor: ${replicationFactor}\tConfigs: ${configsText(configs)}`
  )
}

export function configsText(configs: readonly ConfigEntry[]): string {
  return configs.map(({ name, value }) => `${name}=${value}`).join(',')
}

export function partitionLine(topic: string, partition: DescribedPartition): string {
  const { addingReplicas, removingReplicas } = partition
  const moved =
    addingReplicas === undefined
      ? ''
      : `\tAdding Replicas: ${idsText(addingReplicas)}\tRemoving Replicas: ${idsText(removingReplicas ?? [])}`
  return (
    `\tTopic: ${topic}\tPartition: ${partition.partition}\tLeader: ${partition.leader ?? 'none'}` +
    `\tReplicas: ${idsText(partition.replicas)}\tIsr: ${idsText(partition.isr)}${moved}` +
    `\tElr: ${idsText(partition.elr)}\tLastKnownElr: ${idsText(partition.lastKnownElr)}`
  )
}

/** Broker ids; `N/A` for what the broker does not report. */
export function idsText(ids: readonly number[] | null): string {
  return ids === null ? 'N/A' : ids.join(',')
}
