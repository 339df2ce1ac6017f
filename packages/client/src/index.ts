export { Admin } from './admin/admin.ts'
export type {
  ConfigEntry,
  ConfigResource,
  ConfigSource,
  DescribeConfigsOptions,
  DescribedConfig,
} from './admin/configs.ts'
export type {
  BrokerDescription,
  ClusterDescription,
  DescribeTopicsOptions,
  PartitionDescription,
  TopicDescription,
  TopicListing,
} from './admin/describe.ts'
export {
  type ListedOffset,
  type ListedPartition,
  type ListOffsetsOptions,
  OFFSET_SPEC,
  type OffsetQuery,
} from './admin/list-offsets.ts'
export { type Outcome, unwrap } from './admin/outcome.ts'
export type { CreatedTopic, CreateTopicsOptions, NewTopic } from './admin/topics.ts'
export { type Attempt, ClientError, describeAttempt } from './errors.ts'
export { CLIENT_TABLE, ClientConfigError, type ClientOptions, optionsOfProperties } from './options.ts'
export type { CallOptions } from './retry.ts'
export type { ClientWorld } from './world.ts'
