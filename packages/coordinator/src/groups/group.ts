/** What groups of every protocol have in common, for the parts that treat them alike: offsets, listing, deletion. */
import type { ShardRecord } from '../shard.ts'
import type { ListedGroup } from './requests.ts'

/** Names of protocol's error table. */
export type GroupError =
  | 'UNKNOWN_MEMBER_ID'
  | 'FENCED_INSTANCE_ID'
  | 'ILLEGAL_GENERATION'
  | 'REBALANCE_IN_PROGRESS'
  | 'STALE_MEMBER_EPOCH'
  | 'FENCED_MEMBER_EPOCH'
  | 'UNSUPPORTED_VERSION'
  | 'GROUP_ID_NOT_FOUND'
  | 'NON_EMPTY_GROUP'
  | 'GROUP_SUBSCRIBED_TO_TOPIC'

/** Who commits offsets: a member says who it is; no member (an administrator, a consumer without membership) has generation -1. */
export interface Committer {
  readonly memberId: string
  readonly groupInstanceId: string | null
  /** Generation of a classic group, member epoch of a consumer group. */
  readonly generationOrEpoch: number
  readonly apiVersion: number
  /** For groups of the consumer protocol: a stale epoch is compared with the epoch in which the partition was assigned (KIP-1251). */
  readonly topic: string
  readonly partition: number
}

export interface Group {
  readonly groupId: string
  readonly kind: 'classic' | 'consumer'
  /** As Kafka names it: Empty, Stable, PreparingRebalance, CompletingRebalance, Dead, Assigning, Reconciling. */
  readonly state: string
  readonly isEmpty: boolean
  refuseCommit(committer: Omit<Committer, 'topic' | 'partition'>): GroupError | undefined
  /** Asked for each partition once `refuseCommit` has found nothing. */
  refuseCommitOf(committer: Committer): GroupError | undefined
  refuseFetch(member: { readonly memberId: string | null; readonly memberEpoch: number }): GroupError | undefined
  /** Of the whole group. */
  refuseDelete(): GroupError | undefined
  /** Of offsets; a topic that is subscribed to is asked with `isSubscribedTo`. */
  refuseOffsetDelete(): GroupError | undefined
  isSubscribedTo(topic: string): boolean
  /**
   * From when on offsets count as unused, for offsets.retention.minutes: undefined while they do not (a member may be subscribed);
   * `commit`: each offset since its own commit; else since that time (the group has been empty since then).
   */
  readonly unusedSince: 'commit' | number | undefined
  /** The records that remove the group, but for its offsets. */
  tombstones(): readonly ShardRecord[]
  listed(): ListedGroup
}
