import { Cluster } from '../cluster.ts'
import { checkClientOptions } from '../option-names.ts'
import { callOptions } from '../option-table.ts'
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

export interface AdminOptions extends ClientOptions {
  /** metadata.max.age.ms; kept to whatever it says, since each call asks anew. */
  readonly metadataMaxAgeMs?: number
}

/**
 * Looks at a cluster and changes it. Each call repeats what may be repeated until its deadline (default.api.timeout.ms, or
 * `timeoutMs` of the call) and then rejects with a `ClientError`. A call for several topics answers for each of them.
 */
export class Admin implements AsyncDisposable {
  private readonly cluster: Cluster

  /** Connects when it is first used. Throws a `ClientConfigError` for options that cannot be used. */
  constructor(world: ClientWorld, options: AdminOptions) {
    checkClientOptions('Admin', options)
    this.cluster = new Cluster(world, options)
  }

  /** Connects to any of the brokers, as the first call would: to know early, and within a time of its own, that one is there. */
  async connect(options: CallOptions = {}): Promise<void> {
    await this.cluster.retrying(callOptions('connect', options, {}), (call) => this.cluster.connect('any', call))
  }

  async describeCluster(options: DescribeClusterOptions = {}): Promise<ClusterDescription> {
    return describeCluster(this.cluster, callOptions('describeCluster', options, { includeFencedBrokers: true }))
  }

  /** Names and ids of all topics that this client may see. */
  async listTopics(options: CallOptions = {}): Promise<TopicListing[]> {
    return listTopics(this.cluster, callOptions('listTopics', options, {}))
  }

  /** All topics with their partitions, in one answer of Metadata: without eligible leader replicas. */
  async describeAllTopics(options: CallOptions = {}): Promise<Map<string, Outcome<TopicDescription>>> {
    return describeTopicsByMetadata(this.cluster, 'all', callOptions('describeAllTopics', options, {}))
  }

  /** By name: partitions, leaders, replicas. */
  async describeTopics(
    names: readonly string[],
    options: DescribeTopicsOptions = {},
  ): Promise<Map<string, Outcome<TopicDescription>>> {
    return describeTopics(
      this.cluster,
      names,
      callOptions('describeTopics', options, { partitionSizeLimitPerResponse: true }),
    )
  }

  /** By topic id (22 characters of base64url); needs brokers since 2.8. */
  async describeTopicIds(
    topicIds: readonly string[],
    options: CallOptions = {},
  ): Promise<Map<string, Outcome<TopicDescription>>> {
    return describeTopicsByMetadata(this.cluster, { topicIds }, callOptions('describeTopicIds', options, {}))
  }

  /**
   * Creates topics. A topic that was created by an attempt whose answer got lost is reported as TOPIC_ALREADY_EXISTS by the
   * next.
   */
  async createTopics(
    topics: readonly NewTopic[],
    options: CreateTopicsOptions = {},
  ): Promise<Map<string, Outcome<CreatedTopic>>> {
    return createTopics(this.cluster, topics, callOptions('createTopics', options, { validateOnly: true }))
  }

  async deleteTopics(names: readonly string[], options: CallOptions = {}): Promise<Map<string, Outcome<void>>> {
    return deleteTopics(this.cluster, names, callOptions('deleteTopics', options, {}))
  }

  /** Adds partitions; an `Outcome` per topic. */
  async createPartitions(
    wishes: readonly NewPartitions[],
    options: CreatePartitionsOptions = {},
  ): Promise<Map<string, Outcome<void>>> {
    return createPartitions(this.cluster, wishes, callOptions('createPartitions', options, { validateOnly: true }))
  }

  /** Drops the records in front of an offset, asking the partitions' leaders; in the order of the wishes. */
  async deleteRecords(wishes: readonly RecordsToDelete[], options: CallOptions = {}): Promise<DeletedRecords[]> {
    return deleteRecords(this.cluster, wishes, callOptions('deleteRecords', options, {}))
  }

  /** Offsets by time or by position in the log, from the partitions' leaders; in the order of the queries. */
  async listOffsets(queries: readonly OffsetQuery[], options: ListOffsetsOptions = {}): Promise<ListedPartition[]> {
    return listOffsets(this.cluster, queries, callOptions('listOffsets', options, { isolationLevel: true }))
  }

  /** In the order of the resources. */
  async describeConfigs(
    resources: readonly ConfigResource[],
    options: DescribeConfigsOptions = {},
  ): Promise<DescribedConfig[]> {
    return describeConfigs(
      this.cluster,
      resources,
      callOptions('describeConfigs', options, { keys: true, includeSynonyms: true, includeDocumentation: true }),
    )
  }

  /** Sets and deletes single keys of resources; in the order given. A broker's settings are sent to that broker. */
  async incrementalAlterConfigs(
    alterations: readonly ConfigAlteration[],
    options: AlterConfigsOptions = {},
  ): Promise<AlteredConfig[]> {
    return incrementalAlterConfigs(
      this.cluster,
      alterations,
      callOptions('incrementalAlterConfigs', options, { validateOnly: true }),
    )
  }

  /** Replaces whole configurations: a key that is not named loses its value. Prefer `incrementalAlterConfigs`. */
  async alterConfigs(
    replacements: readonly ConfigReplacement[],
    options: AlterConfigsOptions = {},
  ): Promise<AlteredConfig[]> {
    return alterConfigs(this.cluster, replacements, callOptions('alterConfigs', options, { validateOnly: true }))
  }

  /** Resources that have a configuration of their own (KIP-1142); of the types given, of all when there are none. */
  async listConfigResources(
    types: readonly ConfigResourceType[] = [],
    options: CallOptions = {},
  ): Promise<ConfigResource[]> {
    return listConfigResources(this.cluster, types, callOptions('listConfigResources', options, {}))
  }

  /** The log directories of brokers with the sizes of the replicas in them; by broker id. */
  async describeLogDirs(
    brokerIds: readonly number[],
    options: DescribeLogDirsOptions = {},
  ): Promise<Map<number, Outcome<readonly LogDirectory[]>>> {
    return describeLogDirs(this.cluster, brokerIds, callOptions('describeLogDirs', options, { partitions: true }))
  }

  /** The idempotent and transactional producers that partitions remember; in the order given. */
  async describeProducers(
    partitions: readonly TopicPartition[],
    options: CallOptions = {},
  ): Promise<DescribedProducers[]> {
    return describeProducers(this.cluster, partitions, callOptions('describeProducers', options, {}))
  }

  /** Preferred or unclean elections, for the partitions given or for all. */
  async electLeaders(partitions: 'all' | readonly TopicPartition[], options: ElectLeadersOptions): Promise<Election[]> {
    return electLeaders(this.cluster, partitions, callOptions('electLeaders', options, { type: true }))
  }

  /** Has replicas moved to other brokers, or with null stops a move; the moves themselves take their time. In the order of the wishes. */
  async alterPartitionReassignments(
    wishes: readonly ReassignmentWish[],
    options: AlterReassignmentsOptions = {},
  ): Promise<ReassignedPartition[]> {
    return alterPartitionReassignments(
      this.cluster,
      wishes,
      callOptions('alterPartitionReassignments', options, { allowReplicationFactorChange: true }),
    )
  }

  /** Partitions whose replicas are being moved. */
  async listPartitionReassignments(options: ListReassignmentsOptions = {}): Promise<Reassignment[]> {
    return listPartitionReassignments(
      this.cluster,
      callOptions('listPartitionReassignments', options, { partitions: true }),
    )
  }

  /** Removes the registration of a broker that is gone for good. Rejects with BROKER_ID_NOT_REGISTERED for one that nobody knows. */
  async unregisterBroker(brokerId: number, options: CallOptions = {}): Promise<void> {
    return unregisterBroker(this.cluster, brokerId, callOptions('unregisterBroker', options, {}))
  }

  /** The groups of all brokers that match, by group id; all kinds of groups unless the options choose. */
  async listGroups(options: ListGroupsOptions = {}): Promise<GroupListing[]> {
    return listGroups(
      this.cluster,
      callOptions('listGroups', options, { states: true, types: true, protocolTypes: true }),
    )
  }

  /**
   * Groups of consumers in either protocol: state, members, what each owns. A group that nobody knows is GROUP_ID_NOT_FOUND, one of
   * another kind INVALID_GROUP_ID.
   */
  async describeConsumerGroups(
    groupIds: readonly string[],
    options: CallOptions = {},
  ): Promise<Map<string, Outcome<ConsumerGroupDescription>>> {
    return describeConsumerGroups(this.cluster, groupIds, callOptions('describeConsumerGroups', options, {}))
  }

  /** Groups of the classic protocol, of whatever kind, with the bytes that their members exchange. */
  async describeClassicGroups(
    groupIds: readonly string[],
    options: CallOptions = {},
  ): Promise<Map<string, Outcome<ClassicGroupDescription>>> {
    return describeClassicGroups(this.cluster, groupIds, callOptions('describeClassicGroups', options, {}))
  }

  /** Deletes groups with their offsets. One that has members is refused with NON_EMPTY_GROUP. */
  async deleteGroups(groupIds: readonly string[], options: CallOptions = {}): Promise<Map<string, Outcome<void>>> {
    return deleteGroups(this.cluster, groupIds, callOptions('deleteGroups', options, {}))
  }

  /** The committed offsets of groups: all that they have, or, from a map, those of some partitions; by group id. */
  async listGroupOffsets(
    groups: readonly string[] | ReadonlyMap<string, GroupOffsetsWish>,
    options: ListGroupOffsetsOptions = {},
  ): Promise<Map<string, Outcome<readonly CommittedPartition[]>>> {
    const wishes = groups instanceof Map ? groups : new Map([...groups].map((groupId) => [groupId, 'all' as const]))
    return listGroupOffsets(this.cluster, wishes, callOptions('listGroupOffsets', options, { requireStable: true }))
  }

  /** Sets the offsets of a group without active members; in the order given. */
  async alterGroupOffsets(
    groupId: string,
    offsets: readonly NewGroupOffset[],
    options: CallOptions = {},
  ): Promise<AlteredGroupOffset[]> {
    return alterGroupOffsets(this.cluster, { groupId, offsets }, callOptions('alterGroupOffsets', options, {}))
  }

  /** Forgets offsets of a group, where no member subscribes to the topic; in the order given. */
  async deleteGroupOffsets(
    groupId: string,
    partitions: readonly TopicPartition[],
    options: CallOptions = {},
  ): Promise<AlteredGroupOffset[]> {
    return deleteGroupOffsets(this.cluster, { groupId, partitions }, callOptions('deleteGroupOffsets', options, {}))
  }

  /** Has members of a group leave it. */
  async removeMembersFromGroup(
    groupId: string,
    members: 'all' | readonly MemberToRemove[],
    options: RemoveMembersOptions = {},
  ): Promise<RemovedMember[]> {
    return removeMembers(
      this.cluster,
      { groupId, members },
      callOptions('removeMembersFromGroup', options, { reason: true }),
    )
  }

  /** The APIs and versions that one broker serves. */
  async describeApiVersions(brokerId: number, options: CallOptions = {}): Promise<ApiVersionsDescription> {
    return describeApiVersions(this.cluster, { brokerId }, callOptions('describeApiVersions', options, {}))
  }

  /** The features of the cluster, as any of the brokers knows them. */
  async describeFeatures(options: CallOptions = {}): Promise<FeatureLevels> {
    return (await describeApiVersions(this.cluster, 'any', callOptions('describeFeatures', options, {}))).features
  }

  /** Ends all connections; calls in progress are rejected. */
  close(): void {
    this.cluster.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }
}
