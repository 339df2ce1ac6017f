export { runGroupEffect } from './groups/consumer/effects.ts'
export type { GroupCounts } from './groups/group-counts.ts'
export {
  type GroupEffect,
  type GroupResult,
  GroupShard,
  type GroupShardOptions,
  type GroupSoft,
} from './groups/group-shard.ts'
export type {
  DeletedGroup,
  DescribedConsumerGroup,
  DescribedGroup,
  FetchedGroup,
  FetchedOffsets,
  GroupCallKind,
  GroupCalls,
  GroupFilter,
  GroupReply,
  GroupRequest,
  ListedGroup,
} from './groups/requests.ts'
export type { ConsumerGroupSettings, GroupSettings } from './groups/settings.ts'
export { CoordinatorRuntime } from './runtime/coordinator-runtime.ts'
export type { LoadListener } from './runtime/led-shard.ts'
export type { CoordinatorRuntimeOptions, CoordinatorWorld } from './runtime/options.ts'
export { partitionOfKey } from './runtime/partition-of-key.ts'
export type { Caller, Outcome, Shard, ShardRecord, ShardView, TicketReply, TimerSetting } from './shard.ts'
export type { ShardAppendResult, ShardLog, ShardRefusal } from './shard-log.ts'
