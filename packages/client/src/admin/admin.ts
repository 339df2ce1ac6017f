import { Cluster } from '../cluster.ts'
import type { ClientOptions } from '../options.ts'
import type { CallOptions } from '../retry.ts'
import type { ClientWorld } from '../world.ts'
import { type ConfigResource, type DescribeConfigsOptions, type DescribedConfig, describeConfigs } from './configs.ts'
import {
  type ClusterDescription,
  type DescribeTopicsOptions,
  describeCluster,
  describeTopics,
  describeTopicsByMetadata,
  listTopics,
  type TopicDescription,
  type TopicListing,
} from './describe.ts'
import { type ListedPartition, type ListOffsetsOptions, listOffsets, type OffsetQuery } from './list-offsets.ts'
import type { Outcome } from './outcome.ts'
import { type CreatedTopic, type CreateTopicsOptions, createTopics, deleteTopics, type NewTopic } from './topics.ts'

/**
 * Looks at a cluster and changes it. Each call repeats what may be repeated until its deadline (default.api.timeout.ms, or
 * `timeoutMs` of the call) and then rejects with a `ClientError`. A call for several topics answers for each of them.
 */
export class Admin implements AsyncDisposable {
  private readonly cluster: Cluster

  /** Connects when it is first used. Throws a `ClientConfigError` for options that cannot be used. */
  constructor(world: ClientWorld, options: ClientOptions) {
    this.cluster = new Cluster(world, options)
  }

  /** Connects to any of the brokers, as the first call would: to know early, and within a time of its own, that one is there. */
  async connect(options: CallOptions = {}): Promise<void> {
    await this.cluster.retrying(options, (call) => this.cluster.connect('any', call))
  }

  describeCluster(options: CallOptions = {}): Promise<ClusterDescription> {
    return describeCluster(this.cluster, options)
  }

  /** Names and ids of all topics that this client may see. */
  listTopics(options: CallOptions = {}): Promise<TopicListing[]> {
    return listTopics(this.cluster, options)
  }

  /** All topics with their partitions, in one answer of Metadata: without eligible leader replicas. */
  describeAllTopics(options: CallOptions = {}): Promise<Map<string, Outcome<TopicDescription>>> {
    return describeTopicsByMetadata(this.cluster, 'all', options)
  }

  /** By name: partitions, leaders, replicas. */
  describeTopics(
    names: readonly string[],
    options: DescribeTopicsOptions = {},
  ): Promise<Map<string, Outcome<TopicDescription>>> {
    return describeTopics(this.cluster, names, options)
  }

  /** By topic id (22 characters of base64url); needs brokers since 2.8. */
  describeTopicIds(
    topicIds: readonly string[],
    options: CallOptions = {},
  ): Promise<Map<string, Outcome<TopicDescription>>> {
    return describeTopicsByMetadata(this.cluster, { topicIds }, options)
  }

  /**
   * Creates topics. A topic that was created by an attempt whose answer got lost is reported as TOPIC_ALREADY_EXISTS by the
   * next.
   */
  createTopics(
    topics: readonly NewTopic[],
    options: CreateTopicsOptions = {},
  ): Promise<Map<string, Outcome<CreatedTopic>>> {
    return createTopics(this.cluster, topics, options)
  }

  deleteTopics(names: readonly string[], options: CallOptions = {}): Promise<Map<string, Outcome<void>>> {
    return deleteTopics(this.cluster, names, options)
  }

  /** Offsets by time or by position in the log, from the partitions' leaders; in the order of the queries. */
  listOffsets(queries: readonly OffsetQuery[], options: ListOffsetsOptions = {}): Promise<ListedPartition[]> {
    return listOffsets(this.cluster, queries, options)
  }

  /** In the order of the resources. */
  describeConfigs(
    resources: readonly ConfigResource[],
    options: DescribeConfigsOptions = {},
  ): Promise<DescribedConfig[]> {
    return describeConfigs(this.cluster, resources, options)
  }

  /** Ends all connections; calls in progress are rejected. */
  close(): void {
    this.cluster.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }
}
