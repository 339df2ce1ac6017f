import { Cluster } from '../cluster.ts'
import type { ClientOptions } from '../options.ts'
import type { CallOptions } from '../retry.ts'
import type { ClientWorld } from '../world.ts'
import {
  type AlterConfigsOptions,
  type AlteredConfig,
  alterConfigs,
  type ConfigAlteration,
  type ConfigReplacement,
  incrementalAlterConfigs,
} from './alter-configs.ts'
import { type ApiVersionsDescription, describeApiVersions, type FeatureLevels } from './api-versions.ts'
import type { ConfigResource, ConfigResourceType } from './config-resources.ts'
import { type DescribeConfigsOptions, type DescribedConfig, describeConfigs } from './configs.ts'
import { type DeletedRecords, deleteRecords, type RecordsToDelete } from './delete-records.ts'
import {
  type ClusterDescription,
  type DescribeClusterOptions,
  type DescribeTopicsOptions,
  describeCluster,
  describeTopics,
  describeTopicsByMetadata,
  listTopics,
  type TopicDescription,
  type TopicListing,
} from './describe.ts'
import { type DescribedProducers, describeProducers } from './describe-producers.ts'
import { type Election, type ElectLeadersOptions, electLeaders } from './elect-leaders.ts'
import {
  type AlteredGroupOffset,
  alterGroupOffsets,
  deleteGroupOffsets,
  type NewGroupOffset,
} from './groups/alter-group-offsets.ts'
import { deleteGroups } from './groups/delete-groups.ts'
import { type ClassicGroupDescription, describeClassicGroups } from './groups/describe-classic-groups.ts'
import { type ConsumerGroupDescription, describeConsumerGroups } from './groups/describe-consumer-groups.ts'
import {
  type CommittedPartition,
  type GroupOffsetsWish,
  type ListGroupOffsetsOptions,
  listGroupOffsets,
} from './groups/list-group-offsets.ts'
import { type GroupListing, type ListGroupsOptions, listGroups } from './groups/list-groups.ts'
import {
  type MemberToRemove,
  type RemovedMember,
  type RemoveMembersOptions,
  removeMembers,
} from './groups/remove-members.ts'
import type { TopicPartition } from './leaders.ts'
import { listConfigResources } from './list-config-resources.ts'
import { type ListedPartition, type ListOffsetsOptions, listOffsets, type OffsetQuery } from './list-offsets.ts'
import { type DescribeLogDirsOptions, describeLogDirs, type LogDirectory } from './log-dirs.ts'
import type { Outcome } from './outcome.ts'
import { type CreatePartitionsOptions, createPartitions, type NewPartitions } from './partitions.ts'
import {
  type AlterReassignmentsOptions,
  alterPartitionReassignments,
  type ListReassignmentsOptions,
  listPartitionReassignments,
  type ReassignedPartition,
  type Reassignment,
  type ReassignmentWish,
} from './reassignments.ts'
import { type CreatedTopic, type CreateTopicsOptions, createTopics, deleteTopics, type NewTopic } from './topics.ts'
import { unregisterBroker } from './unregister-broker.ts'

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

  describeCluster(options: DescribeClusterOptions = {}): Promise<ClusterDescription> {
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

  /** Adds partitions; an `Outcome` per topic. */
  createPartitions(
    wishes: readonly NewPartitions[],
    options: CreatePartitionsOptions = {},
  ): Promise<Map<string, Outcome<void>>> {
    return createPartitions(this.cluster, wishes, options)
  }

  /** Drops the records in front of an offset, asking the partitions' leaders; in the order of the wishes. */
  deleteRecords(wishes: readonly RecordsToDelete[], options: CallOptions = {}): Promise<DeletedRecords[]> {
    return deleteRecords(this.cluster, wishes, options)
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

  /** Sets and deletes single keys of resources; in the order given. A broker's settings are sent to that broker. */
  incrementalAlterConfigs(
    alterations: readonly ConfigAlteration[],
    options: AlterConfigsOptions = {},
  ): Promise<AlteredConfig[]> {
    return incrementalAlterConfigs(this.cluster, alterations, options)
  }

  /** Replaces whole configurations: a key that is not named loses its value. Prefer `incrementalAlterConfigs`. */
  alterConfigs(
    replacements: readonly ConfigReplacement[],
    options: AlterConfigsOptions = {},
  ): Promise<AlteredConfig[]> {
    return alterConfigs(this.cluster, replacements, options)
  }

  /** Resources that have a configuration of their own (KIP-1142); of the types given, of all when there are none. */
  listConfigResources(types: readonly ConfigResourceType[] = [], options: CallOptions = {}): Promise<ConfigResource[]> {
    return listConfigResources(this.cluster, types, options)
  }

  /** The log directories of brokers with the sizes of the replicas in them; by broker id. */
  describeLogDirs(
    brokerIds: readonly number[],
    options: DescribeLogDirsOptions = {},
  ): Promise<Map<number, Outcome<readonly LogDirectory[]>>> {
    return describeLogDirs(this.cluster, brokerIds, options)
  }

  /** The idempotent and transactional producers that partitions remember; in the order given. */
  describeProducers(partitions: readonly TopicPartition[], options: CallOptions = {}): Promise<DescribedProducers[]> {
    return describeProducers(this.cluster, partitions, options)
  }

  /** Preferred or unclean elections, for the partitions given or for all. */
  electLeaders(partitions: 'all' | readonly TopicPartition[], options: ElectLeadersOptions): Promise<Election[]> {
    return electLeaders(this.cluster, partitions, options)
  }

  /** Has replicas moved to other brokers, or with null stops a move; the moves themselves take their time. In the order of the wishes. */
  alterPartitionReassignments(
    wishes: readonly ReassignmentWish[],
    options: AlterReassignmentsOptions = {},
  ): Promise<ReassignedPartition[]> {
    return alterPartitionReassignments(this.cluster, wishes, options)
  }

  /** Partitions whose replicas are being moved. */
  listPartitionReassignments(options: ListReassignmentsOptions = {}): Promise<Reassignment[]> {
    return listPartitionReassignments(this.cluster, options)
  }

  /** Removes the registration of a broker that is gone for good. Rejects with BROKER_ID_NOT_REGISTERED for one that nobody knows. */
  unregisterBroker(brokerId: number, options: CallOptions = {}): Promise<void> {
    return unregisterBroker(this.cluster, brokerId, options)
  }

  /** The groups of all brokers that match, by group id; all kinds of groups unless the options choose. */
  listGroups(options: ListGroupsOptions = {}): Promise<GroupListing[]> {
    return listGroups(this.cluster, options)
  }

  /**
   * Groups of consumers in either protocol: state, members, what each owns. A group that nobody knows is GROUP_ID_NOT_FOUND, one of
   * another kind INVALID_GROUP_ID.
   */
  describeConsumerGroups(
    groupIds: readonly string[],
    options: CallOptions = {},
  ): Promise<Map<string, Outcome<ConsumerGroupDescription>>> {
    return describeConsumerGroups(this.cluster, groupIds, options)
  }

  /** Groups of the classic protocol, of whatever kind, with the bytes that their members exchange. */
  describeClassicGroups(
    groupIds: readonly string[],
    options: CallOptions = {},
  ): Promise<Map<string, Outcome<ClassicGroupDescription>>> {
    return describeClassicGroups(this.cluster, groupIds, options)
  }

  /** Deletes groups with their offsets. One that has members is refused with NON_EMPTY_GROUP. */
  deleteGroups(groupIds: readonly string[], options: CallOptions = {}): Promise<Map<string, Outcome<void>>> {
    return deleteGroups(this.cluster, groupIds, options)
  }

  /** The committed offsets of groups: all that they have, or, from a map, those of some partitions; by group id. */
  listGroupOffsets(
    groups: readonly string[] | ReadonlyMap<string, GroupOffsetsWish>,
    options: ListGroupOffsetsOptions = {},
  ): Promise<Map<string, Outcome<readonly CommittedPartition[]>>> {
    const wishes = groups instanceof Map ? groups : new Map([...groups].map((groupId) => [groupId, 'all' as const]))
    return listGroupOffsets(this.cluster, wishes, options)
  }

  /** Sets the offsets of a group without active members; in the order given. */
  alterGroupOffsets(
    groupId: string,
    offsets: readonly NewGroupOffset[],
    options: CallOptions = {},
  ): Promise<AlteredGroupOffset[]> {
    return alterGroupOffsets(this.cluster, { groupId, offsets }, options)
  }

  /** Forgets offsets of a group, where no member subscribes to the topic; in the order given. */
  deleteGroupOffsets(
    groupId: string,
    partitions: readonly TopicPartition[],
    options: CallOptions = {},
  ): Promise<AlteredGroupOffset[]> {
    return deleteGroupOffsets(this.cluster, { groupId, partitions }, options)
  }

  /** Has members of a group leave it. */
  removeMembersFromGroup(
    groupId: string,
    members: 'all' | readonly MemberToRemove[],
    options: RemoveMembersOptions = {},
  ): Promise<RemovedMember[]> {
    return removeMembers(this.cluster, { groupId, members }, options)
  }

  /** The APIs and versions that one broker serves. */
  describeApiVersions(brokerId: number, options: CallOptions = {}): Promise<ApiVersionsDescription> {
    return describeApiVersions(this.cluster, { brokerId }, options)
  }

  /** The features of the cluster, as any of the brokers knows them. */
  async describeFeatures(options: CallOptions = {}): Promise<FeatureLevels> {
    return (await describeApiVersions(this.cluster, 'any', options)).features
  }

  /** Ends all connections; calls in progress are rejected. */
  close(): void {
    this.cluster.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }
}
