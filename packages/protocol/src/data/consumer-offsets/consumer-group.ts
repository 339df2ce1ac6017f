/**
 * Groups of the consumer protocol (KIP-848) in `__consumer_offsets`: record types 3 to 8 and 16. Version 0, values flexible.
 *
 * A group, its members, its target assignment (one record for the whole, one for each member) and each member's current assignment are
 * records of their own.
 */
import { coordinatorKey, coordinatorValue, flexibleFrom, type Infer } from '../../schema/message.ts'
import { array, bits64, bytes, int8, int32, int64, string, struct, uuid } from '../../schema/types.ts'

export const ConsumerGroupMetadataKey = coordinatorKey(3, 'ConsumerGroupMetadataKey', { groupId: string })
export type ConsumerGroupMetadataKey = Infer<typeof ConsumerGroupMetadataKey>

export const ConsumerGroupMetadataValue = coordinatorValue(3, 'ConsumerGroupMetadataValue', '0', flexibleFrom(0), {
  epoch: int32,
  metadataHash: bits64.default(0n).tagged(0),
})
export type ConsumerGroupMetadataValue = Infer<typeof ConsumerGroupMetadataValue>

export const ConsumerGroupPartitionMetadataKey = coordinatorKey(4, 'ConsumerGroupPartitionMetadataKey', {
  groupId: string,
})
export type ConsumerGroupPartitionMetadataKey = Infer<typeof ConsumerGroupPartitionMetadataKey>

export const ConsumerGroupPartitionMetadataValue = coordinatorValue(
  4,
  'ConsumerGroupPartitionMetadataValue',
  '0',
  flexibleFrom(0),
  {
    topics: array({
      topicId: uuid,
      topicName: string,
      numPartitions: int32,
      partitionMetadata: array({ partition: int32, racks: array(string) }),
    }),
  },
)
export type ConsumerGroupPartitionMetadataValue = Infer<typeof ConsumerGroupPartitionMetadataValue>

export const ConsumerGroupMemberMetadataKey = coordinatorKey(5, 'ConsumerGroupMemberMetadataKey', {
  groupId: string,
  memberId: string,
})
export type ConsumerGroupMemberMetadataKey = Infer<typeof ConsumerGroupMemberMetadataKey>

export const ConsumerGroupMemberMetadataValue = coordinatorValue(
  5,
  'ConsumerGroupMemberMetadataValue',
  '0',
  flexibleFrom(0),
  {
    instanceId: string.nullable(),
    rackId: string.nullable(),
    clientId: string,
    clientHost: string,
    subscribedTopicNames: array(string),
    subscribedTopicRegex: string.nullable(),
    rebalanceTimeoutMs: int32.default(-1),
    serverAssignor: string.nullable(),
    classicMemberMetadata: struct({
      sessionTimeoutMs: int32,
      supportedProtocols: array({ name: string, metadata: bytes }),
    })
      .nullable()
      .tagged(0),
  },
)
export type ConsumerGroupMemberMetadataValue = Infer<typeof ConsumerGroupMemberMetadataValue>

export const ConsumerGroupTargetAssignmentMetadataKey = coordinatorKey(6, 'ConsumerGroupTargetAssignmentMetadataKey', {
  groupId: string,
})
export type ConsumerGroupTargetAssignmentMetadataKey = Infer<typeof ConsumerGroupTargetAssignmentMetadataKey>

export const ConsumerGroupTargetAssignmentMetadataValue = coordinatorValue(
  6,
  'ConsumerGroupTargetAssignmentMetadataValue',
  '0',
  flexibleFrom(0),
  { assignmentEpoch: int32, assignmentTimestamp: int64.approximate().default(0).tagged(0).ignorable() },
)
export type ConsumerGroupTargetAssignmentMetadataValue = Infer<typeof ConsumerGroupTargetAssignmentMetadataValue>

export const ConsumerGroupTargetAssignmentMemberKey = coordinatorKey(7, 'ConsumerGroupTargetAssignmentMemberKey', {
  groupId: string,
  memberId: string,
})
export type ConsumerGroupTargetAssignmentMemberKey = Infer<typeof ConsumerGroupTargetAssignmentMemberKey>

export const ConsumerGroupTargetAssignmentMemberValue = coordinatorValue(
  7,
  'ConsumerGroupTargetAssignmentMemberValue',
  '0',
  flexibleFrom(0),
  { topicPartitions: array({ topicId: uuid, partitions: array(int32) }) },
)
export type ConsumerGroupTargetAssignmentMemberValue = Infer<typeof ConsumerGroupTargetAssignmentMemberValue>

export const ConsumerGroupCurrentMemberAssignmentKey = coordinatorKey(8, 'ConsumerGroupCurrentMemberAssignmentKey', {
  groupId: string,
  memberId: string,
})
export type ConsumerGroupCurrentMemberAssignmentKey = Infer<typeof ConsumerGroupCurrentMemberAssignmentKey>

const topicPartitions = {
  topicId: uuid,
  partitions: array(int32),
  assignmentEpochs: array(int32).nullable().tagged(0),
}

export const ConsumerGroupCurrentMemberAssignmentValue = coordinatorValue(
  8,
  'ConsumerGroupCurrentMemberAssignmentValue',
  '0',
  flexibleFrom(0),
  {
    memberEpoch: int32,
    previousMemberEpoch: int32,
    state: int8,
    assignedPartitions: array(topicPartitions),
    partitionsPendingRevocation: array(topicPartitions),
  },
)
export type ConsumerGroupCurrentMemberAssignmentValue = Infer<typeof ConsumerGroupCurrentMemberAssignmentValue>

export const ConsumerGroupRegularExpressionKey = coordinatorKey(16, 'ConsumerGroupRegularExpressionKey', {
  groupId: string,
  regularExpression: string,
})
export type ConsumerGroupRegularExpressionKey = Infer<typeof ConsumerGroupRegularExpressionKey>

export const ConsumerGroupRegularExpressionValue = coordinatorValue(
  16,
  'ConsumerGroupRegularExpressionValue',
  '0',
  flexibleFrom(0),
  { topics: array(string), version: int64, timestamp: int64.approximate() },
)
export type ConsumerGroupRegularExpressionValue = Infer<typeof ConsumerGroupRegularExpressionValue>
