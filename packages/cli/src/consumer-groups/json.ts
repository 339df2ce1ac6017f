import type { ConsumerGroupDescription, TopicPartition } from '@ottla/client'
import { type GroupOffsets, lagOf, sorted, totalLag } from './offset-rows.ts'

/** What `--describe --output json` prints: one element per group. Lags never count records that have been deleted. */
export function groupJson({ group, rows }: GroupOffsets) {
  return {
    ...headJson(group),
    totalLag: totalLag(rows),
    partitions: rows.map((row) => ({
      topic: row.topic,
      partition: row.partition,
      leaderEpoch: row.leaderEpoch ?? null,
      currentOffset: row.offset ?? null,
      logStartOffset: row.logStart ?? null,
      logEndOffset: row.logEnd ?? null,
      lag: lagOf(row) ?? null,
      consumerId: row.member?.memberId ?? null,
      host: row.member?.host ?? null,
      clientId: row.member?.clientId ?? null,
    })),
  }
}

export function memberJson(group: ConsumerGroupDescription) {
  return {
    ...headJson(group),
    members: group.members.map((member) => ({
      consumerId: member.memberId,
      groupInstanceId: member.instanceId,
      rack: member.rackId,
      host: member.host,
      clientId: member.clientId,
      memberEpoch: member.memberEpoch ?? null,
      upgraded: member.upgraded ?? null,
      assignment: partitionsJson(member.assignment),
      targetAssignment: member.targetAssignment === undefined ? null : partitionsJson(member.targetAssignment),
    })),
  }
}

export function stateJson(group: ConsumerGroupDescription) {
  return {
    ...headJson(group),
    coordinator: group.coordinator,
    assignmentStrategy: group.assignor === '' ? null : group.assignor,
    groupEpoch: group.groupEpoch ?? null,
    targetAssignmentEpoch: group.targetAssignmentEpoch ?? null,
    members: group.members.length,
  }
}

function headJson({ groupId, type, state }: ConsumerGroupDescription) {
  return { groupId, type, state }
}

function partitionsJson(partitions: readonly TopicPartition[]) {
  return sorted(partitions).map(({ topic, partition }) => ({ topic, partition }))
}
