/**
 * What is asked of a group shard: the bodies of Kafka's requests, as far as they concern the groups of one partition. Topics have names here; the
 * handlers know their ids. Whoever asks has been authorized.
 */
import type {
  ConsumerGroupDescribeResponse,
  ConsumerGroupHeartbeatRequest,
  ConsumerGroupHeartbeatResponse,
  DeleteGroupsResponse,
  DescribeGroupsResponse,
  HeartbeatRequest,
  HeartbeatResponse,
  InferInput,
  JoinGroupRequest,
  JoinGroupResponse,
  LeaveGroupRequest,
  LeaveGroupResponse,
  ListGroupsResponse,
  OffsetCommitRequest,
  OffsetCommitResponse,
  OffsetDeleteRequest,
  OffsetDeleteResponse,
  OffsetFetchRequest,
  OffsetFetchResponse,
  SyncGroupRequest,
  SyncGroupResponse,
} from '@ottla/protocol'

/** Each request kind with its body and its reply. Throttle times are the handlers'. */
export interface GroupCalls {
  'join-group': { body: JoinGroupRequest; reply: InferInput<typeof JoinGroupResponse> }
  'sync-group': { body: SyncGroupRequest; reply: InferInput<typeof SyncGroupResponse> }
  heartbeat: { body: HeartbeatRequest; reply: InferInput<typeof HeartbeatResponse> }
  'leave-group': { body: LeaveGroupRequest; reply: InferInput<typeof LeaveGroupResponse> }
  'consumer-group-heartbeat': {
    body: ConsumerGroupHeartbeatRequest
    reply: InferInput<typeof ConsumerGroupHeartbeatResponse>
  }
  'consumer-group-describe': { body: { groupIds: readonly string[] }; reply: readonly DescribedConsumerGroup[] }
  'describe-groups': { body: { groupIds: readonly string[] }; reply: readonly DescribedGroup[] }
  'list-groups': { body: GroupFilter; reply: readonly ListedGroup[] }
  'delete-groups': { body: { groupIds: readonly string[] }; reply: readonly DeletedGroup[] }
  'offset-commit': { body: OffsetCommitRequest; reply: InferInput<typeof OffsetCommitResponse> }
  'offset-fetch': { body: FetchedGroup; reply: FetchedOffsets }
  'offset-delete': { body: OffsetDeleteRequest; reply: InferInput<typeof OffsetDeleteResponse> }
}

export type GroupCallKind = keyof GroupCalls

export type GroupRequest = {
  [K in GroupCallKind]: { readonly kind: K; readonly body: GroupCalls[K]['body'] }
}[GroupCallKind]

export type GroupReply = GroupCalls[GroupCallKind]['reply']

export type DescribedGroup = InferInput<typeof DescribeGroupsResponse>['groups'][number]
export type DescribedConsumerGroup = InferInput<typeof ConsumerGroupDescribeResponse>['groups'][number]
export type ListedGroup = InferInput<typeof ListGroupsResponse>['groups'][number]
export type DeletedGroup = InferInput<typeof DeleteGroupsResponse>['results'][number]
/** A group of OffsetFetch version 8 and later; `topics` null: all of them. */
export type FetchedGroup = OffsetFetchRequest['groups'][number] & { readonly requireStable: boolean }
export type FetchedOffsets = NonNullable<InferInput<typeof OffsetFetchResponse>['groups']>[number]

/** Names as Kafka writes them, in any case; empty: all. */
export interface GroupFilter {
  readonly states: readonly string[]
  readonly types: readonly string[]
}
