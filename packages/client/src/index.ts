export { Admin } from './admin/admin.ts'
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
export {
  Consumer,
  type PartitionOffset,
  type PartitionOffsetAtTime,
  type PartitionTime,
  type PollOptions,
} from './consumer/consumer.ts'
export {
  DESERIALIZERS,
  type Deserializer,
  type DeserializerContext,
  deserializerOfClass,
} from './consumer/deserializers.ts'
export { LogTruncationError, NoOffsetError, UnreadableRecordError } from './consumer/errors.ts'
export { CONSUMER_TABLE, type ConsumerOptions, type IsolationLevel } from './consumer/options.ts'
export { type ConsumerProperties, consumerOptionsOfProperties } from './consumer/properties.ts'
export type { ConsumedRecord } from './consumer/record.ts'
export { type Attempt, ClientError, describeAttempt } from './errors.ts'
export { CLIENT_TABLE, ClientConfigError, type ClientOptions, optionsOfProperties } from './options.ts'
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
