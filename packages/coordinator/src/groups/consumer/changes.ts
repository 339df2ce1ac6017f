/** What a record does to a consumer group, and the way back. */
import type {
  ConsumerGroupCurrentMemberAssignmentValue,
  ConsumerGroupMemberMetadataKey,
  ConsumerGroupMemberMetadataValue,
  ConsumerGroupMetadataValue,
  ConsumerGroupRegularExpressionKey,
  ConsumerGroupRegularExpressionValue,
  ConsumerGroupTargetAssignmentMemberValue,
  ConsumerGroupTargetAssignmentMetadataValue,
} from '@ottla/protocol/coordinator-records'
import type { ShardRecord } from '../../shard.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import { newMember, withAssignment, withMetadata } from './consumer-member.ts'
import { CURRENT, GROUP_EPOCH, MEMBER, PARTITION_METADATA, REGEX, TARGET, TARGET_EPOCH } from './consumer-records.ts'
import { partitionsOf } from './partitions.ts'

/** Takes back what it came from. */
export type Undo = () => void

/** An assignment epoch without a record. */
const NO_EPOCH = -1

type Applier = (group: ConsumerGroup, key: never, value: never) => void

const APPLIERS: ReadonlyMap<number, Applier> = new Map<number, Applier>([
  [GROUP_EPOCH.key.apiKey, applyEpoch as Applier],
  [PARTITION_METADATA.key.apiKey, applyPartitionMetadata as Applier],
  [MEMBER.key.apiKey, applyMember as Applier],
  [TARGET_EPOCH.key.apiKey, applyTargetEpoch as Applier],
  [TARGET.key.apiKey, applyTarget as Applier],
  [CURRENT.key.apiKey, applyCurrent as Applier],
  [REGEX.key.apiKey, applyRegex as Applier],
])

/** Records of other types change nothing. The tombstone of the group itself is the registry's. */
export function applyRecord(group: ConsumerGroup, record: ShardRecord): void {
  APPLIERS.get(record.pair.key.apiKey)?.(group, record.key as never, record.value as never)
}

/** What takes `record` back; to be asked for before it is applied. */
export function undoOf(group: ConsumerGroup, record: ShardRecord): Undo {
  switch (record.pair.key.apiKey) {
    case MEMBER.key.apiKey:
    case CURRENT.key.apiKey: {
      const { memberId } = record.key as ConsumerGroupMemberMetadataKey
      const before = group.members.get(memberId)
      return () => group.putMember(memberId, before)
    }
    case TARGET.key.apiKey: {
      const { memberId } = record.key as ConsumerGroupMemberMetadataKey
      const before = group.target.get(memberId)
      return () => group.putTarget(memberId, before)
    }
    case REGEX.key.apiKey: {
      const { regularExpression } = record.key as ConsumerGroupRegularExpressionKey
      const before = group.subscribed.resolved.get(regularExpression)
      return () => group.putRegex(regularExpression, before)
    }
    default:
      return undoEpochs(group)
  }
}

function undoEpochs(group: ConsumerGroup): Undo {
  const { epoch, metadataHash, assignmentEpoch, assignedAtMs, hasPartitionMetadata } = group
  return () => {
    group.epoch = epoch
    group.metadataHash = metadataHash
    group.putAssignmentEpoch(assignmentEpoch, assignedAtMs)
    group.hasPartitionMetadata = hasPartitionMetadata
  }
}

function applyEpoch(group: ConsumerGroup, _key: unknown, value: ConsumerGroupMetadataValue | null): void {
  if (value === null) return
  group.epoch = value.epoch
  group.metadataHash = value.metadataHash
}

function applyPartitionMetadata(group: ConsumerGroup, _key: unknown, value: unknown): void {
  group.hasPartitionMetadata = value !== null
}

function applyMember(
  group: ConsumerGroup,
  { memberId }: ConsumerGroupMemberMetadataKey,
  value: ConsumerGroupMemberMetadataValue | null,
): void {
  const member = group.members.get(memberId)
  if (value === null) group.putMember(memberId, undefined)
  else group.putMember(memberId, withMetadata(member ?? newMember(memberId), value))
}

function applyCurrent(
  group: ConsumerGroup,
  { memberId }: ConsumerGroupMemberMetadataKey,
  value: ConsumerGroupCurrentMemberAssignmentValue | null,
): void {
  const member = group.members.get(memberId)
  if (member === undefined && value === null) return
  group.putMember(memberId, withAssignment(member ?? newMember(memberId), value))
}

function applyTarget(
  group: ConsumerGroup,
  { memberId }: ConsumerGroupMemberMetadataKey,
  value: ConsumerGroupTargetAssignmentMemberValue | null,
): void {
  group.putTarget(memberId, value === null ? undefined : partitionsOf(value.topicPartitions))
}

function applyTargetEpoch(
  group: ConsumerGroup,
  _key: unknown,
  value: ConsumerGroupTargetAssignmentMetadataValue | null,
): void {
  if (value === null) group.putAssignmentEpoch(NO_EPOCH, 0)
  else group.putAssignmentEpoch(value.assignmentEpoch, value.assignmentTimestamp)
}

function applyRegex(
  group: ConsumerGroup,
  { regularExpression }: ConsumerGroupRegularExpressionKey,
  value: ConsumerGroupRegularExpressionValue | null,
): void {
  group.putRegex(
    regularExpression,
    value === null
      ? undefined
      : { topics: new Set(value.topics), version: value.version, resolvedAtMs: value.timestamp },
  )
}
