/** The records of a consumer group: types 3 and 5 to 8 and 16 of `__consumer_offsets`. Without a value: a tombstone. */
import {
  ConsumerGroupCurrentMemberAssignmentKey,
  ConsumerGroupCurrentMemberAssignmentValue,
  ConsumerGroupMemberMetadataKey,
  ConsumerGroupMemberMetadataValue,
  ConsumerGroupMetadataKey,
  ConsumerGroupMetadataValue,
  ConsumerGroupPartitionMetadataKey,
  ConsumerGroupPartitionMetadataValue,
  ConsumerGroupRegularExpressionKey,
  ConsumerGroupRegularExpressionValue,
  ConsumerGroupTargetAssignmentMemberKey,
  ConsumerGroupTargetAssignmentMemberValue,
  ConsumerGroupTargetAssignmentMetadataKey,
  ConsumerGroupTargetAssignmentMetadataValue,
  type RecordPair,
} from '@ottla/protocol/coordinator-records'
import type { ShardRecord } from '../../shard.ts'
import { type ConsumerMember, stateNumber } from './consumer-member.ts'
import { listed, listedWithEpochs, type Partitions } from './partitions.ts'

export const GROUP_EPOCH: RecordPair = { key: ConsumerGroupMetadataKey, value: ConsumerGroupMetadataValue }
export const PARTITION_METADATA: RecordPair = {
  key: ConsumerGroupPartitionMetadataKey,
  value: ConsumerGroupPartitionMetadataValue,
}
export const MEMBER: RecordPair = { key: ConsumerGroupMemberMetadataKey, value: ConsumerGroupMemberMetadataValue }
export const TARGET_EPOCH: RecordPair = {
  key: ConsumerGroupTargetAssignmentMetadataKey,
  value: ConsumerGroupTargetAssignmentMetadataValue,
}
export const TARGET: RecordPair = {
  key: ConsumerGroupTargetAssignmentMemberKey,
  value: ConsumerGroupTargetAssignmentMemberValue,
}
export const CURRENT: RecordPair = {
  key: ConsumerGroupCurrentMemberAssignmentKey,
  value: ConsumerGroupCurrentMemberAssignmentValue,
}
export const REGEX: RecordPair = {
  key: ConsumerGroupRegularExpressionKey,
  value: ConsumerGroupRegularExpressionValue,
}

/** The topics that an expression matched, in the image whose offset is `version`. */
export interface ResolvedRegex {
  readonly topics: ReadonlySet<string>
  readonly version: number
  readonly resolvedAtMs: number
}

export function groupEpochRecord(groupId: string, epoch: { epoch: number; metadataHash: bigint } | null): ShardRecord {
  return record(GROUP_EPOCH, { groupId }, epoch)
}

export function memberRecord(groupId: string, member: ConsumerMember): ShardRecord {
  return record(
    MEMBER,
    { groupId, memberId: member.memberId },
    {
      instanceId: member.instanceId,
      rackId: member.rackId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      subscribedTopicNames: [...member.subscribedTopicNames],
      subscribedTopicRegex: member.subscribedTopicRegex,
      rebalanceTimeoutMs: member.rebalanceTimeoutMs,
      serverAssignor: member.serverAssignor,
      classicMemberMetadata: member.classic ?? null,
    },
  )
}

export function targetEpochRecord(groupId: string, assignmentEpoch: number, assignmentTimestamp: number): ShardRecord {
  return record(TARGET_EPOCH, { groupId }, { assignmentEpoch, assignmentTimestamp })
}

export function targetRecord(groupId: string, memberId: string, partitions: Partitions): ShardRecord {
  return record(TARGET, { groupId, memberId }, { topicPartitions: listed(partitions) })
}

export function currentRecord(groupId: string, member: ConsumerMember): ShardRecord {
  return record(
    CURRENT,
    { groupId, memberId: member.memberId },
    {
      memberEpoch: member.memberEpoch,
      previousMemberEpoch: member.previousMemberEpoch,
      state: stateNumber(member.state),
      assignedPartitions: listedWithEpochs(member.assigned),
      partitionsPendingRevocation: listedWithEpochs(member.revoking),
    },
  )
}

export function regexRecord(groupId: string, regularExpression: string, resolved: ResolvedRegex): ShardRecord {
  return record(
    REGEX,
    { groupId, regularExpression },
    { topics: [...resolved.topics].sort(), version: resolved.version, timestamp: resolved.resolvedAtMs },
  )
}

export function regexTombstone(groupId: string, regularExpression: string): ShardRecord {
  return record(REGEX, { groupId, regularExpression }, null)
}

/** In this order: what a member holds goes before the member. */
export function memberTombstones(groupId: string, memberId: string): ShardRecord[] {
  return [CURRENT, TARGET, MEMBER].map((pair) => record(pair, { groupId, memberId }, null))
}

export function memberTombstone(pair: RecordPair, groupId: string, memberId: string): ShardRecord {
  return record(pair, { groupId, memberId }, null)
}

export function groupTombstone(pair: RecordPair, groupId: string): ShardRecord {
  return record(pair, { groupId }, null)
}

function record(pair: RecordPair, key: unknown, value: unknown): ShardRecord {
  return { pair, key, value, valueVersion: 0 }
}
