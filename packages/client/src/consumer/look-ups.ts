import { describeTopicsByMetadata, type PartitionDescription, type TopicDescription } from '../admin/describe.ts'
import type { TopicPartition } from '../admin/leaders.ts'
import { type ListedOffset, listOffsets, OFFSET_SPEC, type OffsetQuery } from '../admin/list-offsets.ts'
import { type Outcome, unwrap } from '../admin/outcome.ts'
import { ClientError } from '../errors.ts'
import type { CallOptions } from '../retry.ts'
import type { ConsumerParts } from './parts.ts'

export interface PartitionOffset extends TopicPartition {
  readonly offset: number
}

export interface PartitionTime extends TopicPartition {
  /** Milliseconds since the epoch. */
  readonly timestamp: number
}

export interface PartitionOffsetAtTime extends TopicPartition {
  /** Of the first record at or after the time; undefined when there is none. */
  readonly found: ListedOffset | undefined
}

/** What a consumer asks about topics and logs, whether it reads them or not. */
export class LookUps {
  private readonly parts: Pick<ConsumerParts, 'cluster' | 'config' | 'lifetime'>

  constructor(parts: Pick<ConsumerParts, 'cluster' | 'config' | 'lifetime'>) {
    this.parts = parts
  }

  beginningOffsets(partitions: readonly TopicPartition[], options: CallOptions): Promise<PartitionOffset[]> {
    return this.offsetsAt(partitions, OFFSET_SPEC.earliest, options)
  }

  endOffsets(partitions: readonly TopicPartition[], options: CallOptions): Promise<PartitionOffset[]> {
    return this.offsetsAt(partitions, OFFSET_SPEC.latest, options)
  }

  async offsetsForTimes(times: readonly PartitionTime[], options: CallOptions): Promise<PartitionOffsetAtTime[]> {
    return (await this.list(times, options)).map(({ topic, partition, outcome }) => {
      const found = unwrap(outcome)
      return { topic, partition, found: found.offset < 0 ? undefined : found }
    })
  }

  async partitionsFor(topic: string, options: CallOptions): Promise<readonly PartitionDescription[]> {
    const { lifetime, cluster, config } = this.parts
    lifetime.checkOpen()
    const createTopics = config.allowAutoCreateTopics
    await cluster.retrying(options, async (call) => {
      const { topics } = await cluster.metadata({ names: [topic] }, call, { createTopics })
      const errorCode = topics[0]?.errorCode ?? 0
      if (errorCode !== 0) throw ClientError.fromCode(errorCode, null, { api: 'Metadata', topic })
    })
    const described = await describeTopicsByMetadata(cluster, { names: [topic] }, options)
    return unwrap(described.get(topic)!).partitions
  }

  listTopics(options: CallOptions): Promise<Map<string, Outcome<TopicDescription>>> {
    const { lifetime, cluster } = this.parts
    lifetime.checkOpen()
    return describeTopicsByMetadata(cluster, 'all', options)
  }

  private async offsetsAt(partitions: readonly TopicPartition[], timestamp: number, options: CallOptions) {
    const queries = partitions.map(({ topic, partition }) => ({ topic, partition, timestamp }))
    const listed = await this.list(queries, options)
    return listed.map(({ topic, partition, outcome }) => ({ topic, partition, offset: unwrap(outcome).offset }))
  }

  private list(queries: readonly OffsetQuery[], options: CallOptions) {
    const { lifetime, cluster, config } = this.parts
    lifetime.checkOpen()
    return listOffsets(cluster, queries, { ...options, isolationLevel: config.isolationLevel })
  }
}
