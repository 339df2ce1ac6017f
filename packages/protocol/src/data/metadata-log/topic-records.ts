/**
 * Topics, partitions and configurations in the log of a KRaft metadata quorum (KIP-631).
 */
import { type Infer, metadataRecord } from '../../schema/message.ts'
import { array, int8, int32, string, uuid } from '../../schema/types.ts'

export const TopicRecord = metadataRecord(2, 'TopicRecord', '0', { name: string, topicId: uuid })
export type TopicRecord = Infer<typeof TopicRecord>

export const PartitionRecord = metadataRecord(3, 'PartitionRecord', '0-2', {
  partitionId: int32.default(-1),
  topicId: uuid,
  replicas: array(int32),
  isr: array(int32),
  removingReplicas: array(int32),
  addingReplicas: array(int32),
  leader: int32.default(-1),
  leaderRecoveryState: int8.default(0).tagged(0),
  leaderEpoch: int32.default(-1),
  partitionEpoch: int32.default(-1),
  directories: array(uuid).v('1+'),
  eligibleLeaderReplicas: array(int32).v('2+').nullable().default(null).tagged(1),
  lastKnownElr: array(int32).v('2+').nullable().default(null).tagged(2),
})
export type PartitionRecord = Infer<typeof PartitionRecord>

export const PartitionChangeRecord = metadataRecord(5, 'PartitionChangeRecord', '0-2', {
  partitionId: int32.default(-1),
  topicId: uuid,
  isr: array(int32).nullable().default(null).tagged(0),
  leader: int32.default(-2).tagged(1),
  replicas: array(int32).nullable().default(null).tagged(2),
  removingReplicas: array(int32).nullable().default(null).tagged(3),
  addingReplicas: array(int32).nullable().default(null).tagged(4),
  leaderRecoveryState: int8.default(-1).tagged(5),
  directories: array(uuid).v('1+').nullable().default(null).tagged(8),
  eligibleLeaderReplicas: array(int32).v('2+').nullable().default(null).tagged(6),
  lastKnownElr: array(int32).v('2+').nullable().default(null).tagged(7),
})
export type PartitionChangeRecord = Infer<typeof PartitionChangeRecord>

export const RemoveTopicRecord = metadataRecord(9, 'RemoveTopicRecord', '0', { topicId: uuid })
export type RemoveTopicRecord = Infer<typeof RemoveTopicRecord>

export const ClearElrRecord = metadataRecord(28, 'ClearElrRecord', '0', { topicName: string })
export type ClearElrRecord = Infer<typeof ClearElrRecord>

export const ConfigRecord = metadataRecord(4, 'ConfigRecord', '0', {
  resourceType: int8,
  resourceName: string,
  name: string,
  value: string.nullable(),
})
export type ConfigRecord = Infer<typeof ConfigRecord>
