/** What a member of the consumer protocol tells its coordinator, as pure functions of what it is. */
import type { Infer } from '@ottla/protocol'
import type { TopicPartition } from '../admin/leaders.ts'
import type { API } from '../api.ts'
import { groupBy } from '../group-by.ts'
import type { Interest, MemberRequest } from './member.ts'

export interface ConsumerMemberOptions {
  readonly groupId: string
  readonly groupInstanceId: string | null
  /** Chosen by the client, for as long as it lives. */
  readonly memberId: string
  readonly rebalanceTimeoutMs: number
  readonly rackId: string
  /** group.remote.assignor; null: the group's choice. */
  readonly serverAssignor: string | null
}

export type HeartbeatAnswer = Infer<(typeof API)['consumerGroupHeartbeat']['response']>

/** A partition with the id by which the coordinator knows its topic. */
export interface Owned extends TopicPartition {
  readonly topicId: string
}

/** What a heartbeat says; what the coordinator knows already is left out. */
export interface Pulse {
  readonly memberId: string
  readonly epoch: number
  /** It says everything: the coordinator may know nothing. */
  readonly isFull: boolean
  readonly interest: Interest
  readonly isNews: boolean
  /** What the member holds; undefined: as it was said last. */
  readonly owned: readonly Owned[] | undefined
}

export const JOIN_EPOCH = 0
const LEAVE_EPOCH = -1
/** A static member that will be back. */
const LEAVE_STATIC_EPOCH = -2
/** Patterns, and member ids made by the client. */
const REGEX_VERSION = 1

export function heartbeatRequest(options: ConsumerMemberOptions, pulse: Pulse): MemberRequest {
  const { groupId, groupInstanceId: instanceId, rackId, rebalanceTimeoutMs, serverAssignor } = options
  const { memberId, epoch: memberEpoch, isFull, isNews, owned } = pulse
  const { topics, regex } = pulse.interest
  const body = {
    ...{ groupId, instanceId, memberId, memberEpoch },
    rackId: isFull && rackId !== '' ? rackId : null,
    rebalanceTimeoutMs: isFull ? rebalanceTimeoutMs : -1,
    serverAssignor: isFull ? serverAssignor : null,
    subscribedTopicNames: isNews ? [...topics] : null,
    subscribedTopicRegex: isNews && (regex !== undefined || !isFull) ? (regex ?? '') : null,
    topicPartitions: owned === undefined ? null : byTopicId(owned),
  }
  return { api: 'consumerGroupHeartbeat', body, minVersion: regex === undefined ? 0 : REGEX_VERSION }
}

export function departureRequest(options: ConsumerMemberOptions, memberId: string): MemberRequest {
  const { groupId, groupInstanceId: instanceId } = options
  const memberEpoch = instanceId === null ? LEAVE_EPOCH : LEAVE_STATIC_EPOCH
  return { api: 'consumerGroupHeartbeat', body: { groupId, instanceId, memberId, memberEpoch }, minVersion: 0 }
}

function byTopicId(partitions: readonly Owned[]): { topicId: string; partitions: number[] }[] {
  return [...groupBy(partitions, ({ topicId }) => topicId)].map(([topicId, its]) => ({
    topicId,
    partitions: its.map(({ partition }) => partition),
  }))
}
