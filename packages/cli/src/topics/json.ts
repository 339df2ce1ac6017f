import type { TopicListing } from '@ottla/client'
import type { DescribedTopic } from './lines.ts'

/** What `--list --output json` prints: one element per topic. */
export function listJson(topics: readonly TopicListing[]) {
  return topics.map(({ name, topicId, isInternal }) => ({ name, topicId, internal: isInternal }))
}

/** What `--describe --output json` prints: one element per topic, with the partitions that the filters leave. */
export function describeJson(topics: readonly DescribedTopic[]) {
  return topics.map((topic) => ({
    name: topic.name,
    topicId: topic.topicId,
    internal: topic.isInternal,
    partitionCount: topic.partitionCount,
    replicationFactor: topic.replicationFactor,
    configs: Object.fromEntries(topic.configs.map(({ name, value }) => [name, value])),
    partitions: topic.partitions.map(({ leader, ...partition }) => ({ ...partition, leader: leader ?? null })),
  }))
}
