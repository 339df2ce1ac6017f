/**
 * The state of share partitions in `__share_group_state` (KIP-932): a whole snapshot (type 0), or what has changed since (type 1). Version
 * 0, values flexible.
 */
import { coordinatorKey, coordinatorValue, flexibleFrom, type Infer } from '../schema/message.ts'
import { array, int8, int16, int32, int64, string, uuid } from '../schema/types.ts'

export const ShareSnapshotKey = coordinatorKey(0, 'ShareSnapshotKey', {
  groupId: string,
  topicId: uuid,
  partition: int32,
})
export type ShareSnapshotKey = Infer<typeof ShareSnapshotKey>

export const ShareSnapshotValue = coordinatorValue(0, 'ShareSnapshotValue', '0', flexibleFrom(0), {
  snapshotEpoch: int32,
  stateEpoch: int32,
  leaderEpoch: int32,
  startOffset: int64,
  deliveryCompleteCount: int32.default(-1).tagged(0),
  createTimestamp: int64.approximate(),
  writeTimestamp: int64.approximate(),
  stateBatches: array({ firstOffset: int64, lastOffset: int64, deliveryState: int8, deliveryCount: int16 }),
})
export type ShareSnapshotValue = Infer<typeof ShareSnapshotValue>

export const ShareUpdateKey = coordinatorKey(1, 'ShareUpdateKey', { groupId: string, topicId: uuid, partition: int32 })
export type ShareUpdateKey = Infer<typeof ShareUpdateKey>

export const ShareUpdateValue = coordinatorValue(1, 'ShareUpdateValue', '0', flexibleFrom(0), {
  snapshotEpoch: int32,
  leaderEpoch: int32,
  startOffset: int64,
  deliveryCompleteCount: int32.default(-1).tagged(0),
  stateBatches: array({ firstOffset: int64, lastOffset: int64, deliveryState: int8, deliveryCount: int16 }),
})
export type ShareUpdateValue = Infer<typeof ShareUpdateValue>
