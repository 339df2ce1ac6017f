/**
 * Committed offsets in `__consumer_offsets`: record types 0 (as older brokers wrote it) and 1. Value versions of OffsetCommit: 0-4.
 *
 * - 1 the time at which the offset expires, in this version alone
 * - 3 leader epoch (KIP-320)
 * - 4 flexible; topic id, tagged (KIP-848)
 */
import { coordinatorKey, coordinatorValue, flexibleFrom, type Infer, notFlexible } from '../../schema/message.ts'
import { int32, int64, string, uuid } from '../../schema/types.ts'

export const LegacyOffsetCommitKey = coordinatorKey(0, 'LegacyOffsetCommitKey', {
  group: string,
  topic: string,
  partition: int32,
})
export type LegacyOffsetCommitKey = Infer<typeof LegacyOffsetCommitKey>

export const LegacyOffsetCommitValue = coordinatorValue(0, 'LegacyOffsetCommitValue', '0', notFlexible, {
  offset: int64,
  metadata: string,
  commitTimestamp: int64.approximate(),
})
export type LegacyOffsetCommitValue = Infer<typeof LegacyOffsetCommitValue>

export const OffsetCommitKey = coordinatorKey(1, 'OffsetCommitKey', { group: string, topic: string, partition: int32 })
export type OffsetCommitKey = Infer<typeof OffsetCommitKey>

export const OffsetCommitValue = coordinatorValue(1, 'OffsetCommitValue', '0-4', flexibleFrom(4), {
  offset: int64,
  leaderEpoch: int32.v('3+').default(-1).ignorable(),
  metadata: string,
  commitTimestamp: int64.approximate(),
  expireTimestamp: int64.approximate().v('1').default(-1).ignorable(),
  topicId: uuid.v('4+').tagged(0).ignorable(),
})
export type OffsetCommitValue = Infer<typeof OffsetCommitValue>
