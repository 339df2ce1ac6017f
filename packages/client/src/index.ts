export { Admin, type AdminOptions } from './admin/admin.ts'
export type {
  AlterConfigsOptions,
  AlteredConfig,
  ConfigAlteration,
  ConfigChange,
  ConfigReplacement,
} from './admin/alter-configs.ts'
export type { ApiVersionsDescription, FeatureLevels, LevelRange, ServedApi } from './admin/api-versions.ts'
export type { ConfigResource, ConfigResourceType } from './admin/config-resources.ts'
export type {
  ConfigEntry,
  ConfigSource,
  ConfigSynonym,
  ConfigType,
  DescribeConfigsOptions,
  DescribedConfig,
} from './admin/configs.ts'
export type { DeletedRecords, RecordsToDelete } from './admin/delete-records.ts'
export type {
  BrokerDescription,
  ClusterDescription,
  DescribeClusterOptions,
  DescribeTopicsOptions,
  PartitionDescription,
  TopicDescription,
  TopicListing,
} from './admin/describe.ts'
export type { ActiveProducer, DescribedProducers } from './admin/describe-producers.ts'
export type { Election, ElectionType, ElectLeadersOptions } from './admin/elect-leaders.ts'
export type { AlteredGroupOffset, NewGroupOffset } from './admin/groups/alter-group-offsets.ts'
export type { Coordinator } from './admin/groups/coordinators.ts'
export type { ClassicGroupDescription, ClassicMemberDescription } from './admin/groups/describe-classic-groups.ts'
export type { ConsumerGroupDescription, ConsumerMemberDescription } from './admin/groups/describe-consumer-groups.ts'
export {
  GROUP_STATES,
  GROUP_TYPES,
  type GroupState,
  type GroupType,
  groupStateOf,
  groupTypeOf,
} from './admin/groups/group-state.ts'
export type {
  CommittedOffset,
  CommittedPartition,
  GroupOffsetsWish,
  ListGroupOffsetsOptions,
} from './admin/groups/list-group-offsets.ts'
export type { GroupListing, ListGroupsOptions } from './admin/groups/list-groups.ts'
export type { MemberToRemove, RemovedMember, RemoveMembersOptions } from './admin/groups/remove-members.ts'
export type { TopicPartition } from './admin/leaders.ts'
export {
  type ListedOffset,
  type ListedPartition,
  type ListOffsetsOptions,
  OFFSET_SPEC,
  type OffsetQuery,
} from './admin/list-offsets.ts'
export type { DescribeLogDirsOptions, LogDirectory, ReplicaSize } from './admin/log-dirs.ts'
export { type Outcome, unwrap } from './admin/outcome.ts'
export type { CreatePartitionsOptions, NewPartitions } from './admin/partitions.ts'
export type {
  AlterReassignmentsOptions,
  ListReassignmentsOptions,
  ReassignedPartition,
  Reassignment,
  ReassignmentWish,
} from './admin/reassignments.ts'
export type { CreatedTopic, CreateTopicsOptions, NewTopic } from './admin/topics.ts'
export type { CommittedPosition, OffsetToCommit } from './consumer/commits.ts'
export { type CloseConsumerOptions, Consumer, type GroupMetadata } from './consumer/consumer.ts'
export {
  DESERIALIZERS,
  type Deserializer,
  type DeserializerContext,
  deserializerOfClass,
} from './consumer/deserializers.ts'
export { LogTruncationError, NoOffsetError, UnreadableRecordError } from './consumer/errors.ts'
export type { Handler, RecordBatchOfPartition, RunOptions } from './consumer/handler-loop.ts'
export type { PartitionOffset, PartitionOffsetAtTime, PartitionTime } from './consumer/look-ups.ts'
export {
  CONSUMER_TABLE,
  type ConsumerOptions,
  type DeliveryMode,
  type GroupProtocol,
  type IsolationLevel,
} from './consumer/options.ts'
export type { PollOptions } from './consumer/poller.ts'
export { type ConsumerProperties, consumerOptionsOfProperties } from './consumer/properties.ts'
export type { RebalanceListener } from './consumer/rebalance-listener.ts'
export type { ConsumedRecord } from './consumer/record.ts'
export type { TopicsToSubscribe } from './consumer/topics-to-subscribe.ts'
export { type Attempt, ClientError, describeAttempt } from './errors.ts'
export type { AssignorContext, GroupAssignment, GroupMember, PartitionAssignor } from './group/assignors/assignor.ts'
export { ASSIGNORS } from './group/assignors/assignors.ts'
export type { TopicShape, TopicShapes } from './group/member.ts'
export { ClientConfigError } from './option-table.ts'
export { CLIENT_TABLE, type ClientOptions, optionsOfProperties } from './options.ts'
export {
  type ClusterView,
  type Partitioner,
  type PartitionerInput,
  type PartitionInfo,
  RoundRobinPartitioner,
} from './partitioner.ts'
export { type Acks, PRODUCER_TABLE, type ProducerConfig, type ProducerOptions } from './producer/options.ts'
export { type CloseOptions, Producer, type WaitOptions } from './producer/producer.ts'
export { type ProducerProperties, producerOptionsOfProperties } from './producer/properties.ts'
export type { HeaderInput, ProducerRecord, RecordMetadata, SendCallback } from './producer/record.ts'
export type { CallOptions } from './retry.ts'
export { type Data, SERIALIZERS, type Serializer, type SerializerContext } from './serializers.ts'
export type { ClientWorld } from './world.ts'
