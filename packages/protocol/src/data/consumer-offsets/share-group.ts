/**
 * Share groups (KIP-932) in `__consumer_offsets`: record types 10 to 15. Version 0, values flexible. Which share partitions have been
 * begun is here too; how far they are is in `__share_group_state`.
 */
import { coordinatorKey, coordinatorValue, flexibleFrom, type Infer } from '../../schema/message.ts'
import { array, bits64, int8, int32, int64, string, uuid } from '../../schema/types.ts'

export const ShareGroupMemberMetadataKey = coordinatorKey(10, 'ShareGroupMemberMetadataKey', {
  groupId: string,
  memberId: string,
})
export type ShareGroupMemberMetadataKey = Infer<typeof ShareGroupMemberMetadataKey>

export const ShareGroupMemberMetadataValue = coordinatorValue(
  10,
  'ShareGroupMemberMetadataValue',
  '0',
  flexibleFrom(0),
  { rackId: string.nullable(), clientId: string, clientHost: string, subscribedTopicNames: array(string) },
)
export type ShareGroupMemberMetadataValue = Infer<typeof ShareGroupMemberMetadataValue>

export const ShareGroupMetadataKey = coordinatorKey(11, 'ShareGroupMetadataKey', { groupId: string })
export type ShareGroupMetadataKey = Infer<typeof ShareGroupMetadataKey>

export const ShareGroupMetadataValue = coordinatorValue(11, 'ShareGroupMetadataValue', '0', flexibleFrom(0), {
  epoch: int32,
  metadataHash: bits64,
})
export type ShareGroupMetadataValue = Infer<typeof ShareGroupMetadataValue>

export const ShareGroupTargetAssignmentMetadataKey = coordinatorKey(12, 'ShareGroupTargetAssignmentMetadataKey', {
  groupId: string,
})
export type ShareGroupTargetAssignmentMetadataKey = Infer<typeof ShareGroupTargetAssignmentMetadataKey>

export const ShareGroupTargetAssignmentMetadataValue = coordinatorValue(
  12,
  'ShareGroupTargetAssignmentMetadataValue',
  '0',
  flexibleFrom(0),
  { assignmentEpoch: int32, assignmentTimestamp: int64.approximate().default(0).tagged(0).ignorable() },
)
export type ShareGroupTargetAssignmentMetadataValue = Infer<typeof ShareGroupTargetAssignmentMetadataValue>

export const ShareGroupTargetAssignmentMemberKey = coordinatorKey(13, 'ShareGroupTargetAssignmentMemberKey', {
  groupId: string,
  memberId: string,
})
export type ShareGroupTargetAssignmentMemberKey = Infer<typeof ShareGroupTargetAssignmentMemberKey>

export const ShareGroupTargetAssignmentMemberValue = coordinatorValue(
  13,
  'ShareGroupTargetAssignmentMemberValue',
  '0',
  flexibleFrom(0),
  { topicPartitions: array({ topicId: uuid, partitions: array(int32) }) },
)
export type ShareGroupTargetAssignmentMemberValue = Infer<typeof ShareGroupTargetAssignmentMemberValue>

export const ShareGroupCurrentMemberAssignmentKey = coordinatorKey(14, 'ShareGroupCurrentMemberAssignmentKey', {
  groupId: string,
  memberId: string,
})
export type ShareGroupCurrentMemberAssignmentKey = Infer<typeof ShareGroupCurrentMemberAssignmentKey>

export const ShareGroupCurrentMemberAssignmentValue = coordinatorValue(
  14,
  'ShareGroupCurrentMemberAssignmentValue',
  '0',
  flexibleFrom(0),
  {
    memberEpoch: int32,
    previousMemberEpoch: int32,
    state: int8,
    assignedPartitions: array({ topicId: uuid, partitions: array(int32) }),
  },
)
export type ShareGroupCurrentMemberAssignmentValue = Infer<typeof ShareGroupCurrentMemberAssignmentValue>

export const ShareGroupStatePartitionMetadataKey = coordinatorKey(15, 'ShareGroupStatePartitionMetadataKey', {
  groupId: string,
})
export type ShareGroupStatePartitionMetadataKey = Infer<typeof ShareGroupStatePartitionMetadataKey>

const topicPartitionsInfo = { topicId: uuid, topicName: string, partitions: array(int32) }

export const ShareGroupStatePartitionMetadataValue = coordinatorValue(
  15,
  'ShareGroupStatePartitionMetadataValue',
  '0',
  flexibleFrom(0),
  {
    initializingTopics: array(topicPartitionsInfo),
    initializedTopics: array(topicPartitionsInfo),
    deletingTopics: array({ topicId: uuid, topicName: string }),
  },
)
export type ShareGroupStatePartitionMetadataValue = Infer<typeof ShareGroupStatePartitionMetadataValue>
