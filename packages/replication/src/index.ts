export { addressLimits } from './broker-config/address-limits.ts'
export { brokerConfigKey, type ConfigProblem, invalidBrokerConfigs } from './broker-config/broker-config-check.ts'
export { BROKER_KEYS } from './broker-config/broker-keys.ts'
export { applyRecords } from './metadata/apply.ts'
export { canonicalValue } from './metadata/canonical-value.ts'
export {
  decodeLogFrame,
  decodeSnapshotFrame,
  type EpochStart,
  encodeLogFrame,
  encodeMetadataBatch,
  encodeSnapshotFrame,
  MetadataFormatError,
  type SnapshotFrame,
} from './metadata/codec.ts'
export { allowsUncleanElection, effectiveMinIsr } from './metadata/effective-configs.ts'
export { FEATURES, type FeatureLevels, featureLevel } from './metadata/features.ts'
export {
  brokerConfigsOutOfBounds,
  type GroupConfigBounds,
  groupConfigKey,
  groupConfigsOutOfBounds,
  invalidGroupConfigs,
} from './metadata/group-config-check.ts'
export { GROUP_CONFIG_KEYS, type GroupConfigKey } from './metadata/group-config-keys.ts'
export {
  type BrokerListener,
  type BrokerRegistration,
  type ConfigResourceType,
  configResource,
  EMPTY_IMAGE,
  type MetadataDelta,
  type MetadataImage,
  type PartitionImage,
  type TopicImage,
} from './metadata/image.ts'
export { isLossyElection } from './metadata/lossy-election.ts'
export {
  type ConfigRecord,
  lastOffsetOf,
  type MetadataBatch,
  type MetadataRecord,
  partitionChange,
} from './metadata/records.ts'
export { imageDelta, imageFromRecords, imageRecords } from './metadata/snapshot.ts'
export { invalidTopicConfigs } from './metadata/topic-config-check.ts'
export { type BrokerSynonym, TOPIC_CONFIG_KEYS, type TopicConfigKey } from './metadata/topic-config-keys.ts'
export {
  type ConfigEntry,
  type ConfigLayers,
  ConfigSource,
  type ConfigSynonym,
  topicConfigEntries,
  topicConfigEntry,
  topicConfigKey,
  topicConfigLayers,
  topicConfigNumber,
  topicConfigValue,
} from './metadata/topic-configs.ts'
export { fetchFrom, lagOf, newFollower, stepFollower } from './partition/follower.ts'
export type {
  FetchFrom,
  FollowedLog,
  FollowerEffects,
  FollowerInput,
  FollowerPhase,
  FollowerState,
  FollowerWork,
} from './partition/follower-state.ts'
export {
  hasEnoughReplicas,
  isHighWatermarkCurrent,
  type LeadershipStart,
  newLeader,
  REFUSED_REPLICA_BACKOFF_MS,
  step,
} from './partition/leader.ts'
export type {
  IsrAnswer,
  IsrProposal,
  IsrState,
  LeaderEffects,
  LeaderInput,
  LeaderState,
  LeaderView,
  ReplicaProgress,
} from './partition/leader-state.ts'
export {
  type AliveMessage,
  BROKER_FRAME_BYTES_MAX,
  type BrokerFrame,
  type BrokerMessage,
  CONTROLLER_FRAME_BYTES_MAX,
  type ControllerFrame,
  type ControllerMessage,
  type DirectoryFacts,
  decodeBrokerFrame,
  decodeControllerFrame,
  encodeBrokerFrame,
  encodeControllerFrame,
  type FeatureRange,
  type ForwardMessage,
  HELLO_FRAME_BYTES_MAX,
  type HeartbeatMessage,
  type HelloMessage,
  type RegisterMessage,
  type Resignation,
  type ResignationReason,
  type ResignMessage,
  SESSION_PATH,
  SESSION_PROTOCOL_VERSION,
} from './session/frames.ts'
