/** What a classic member asks its coordinator, as pure functions of what it is. */
import type { Infer } from '@ottla/protocol'
import type { TopicPartition } from '../admin/leaders.ts'
import type { API } from '../api.ts'
import { ClientError } from '../errors.ts'
import type { PartitionAssignor } from './assignors/assignor.ts'
import { type Assignment, decodeAssignment, encodeSubscription, PROTOCOL_TYPE } from './consumer-protocol.ts'
import type { MemberRequest } from './member.ts'

export interface ClassicMemberOptions {
  readonly groupId: string
  readonly groupInstanceId: string | null
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  readonly heartbeatIntervalMs: number
  readonly rackId: string
  readonly assignors: readonly PartitionAssignor[]
}

export type JoinAnswer = Infer<(typeof API)['joinGroup']['response']>
export type SyncAnswer = Infer<(typeof API)['syncGroup']['response']>

/** What a member tells with a join. */
export interface Joining {
  readonly memberId: string
  readonly reason: string
  readonly topics: readonly string[]
  /** What it keeps through the rebalance, and the generation in which it was given that. */
  readonly owned: readonly TopicPartition[]
  readonly generation: number
  readonly last: { readonly partitions: readonly TopicPartition[]; readonly generation: number }
}

export interface MemberAssignment {
  readonly memberId: string
  readonly assignment: Uint8Array
}

/** A broker answers a join when the group's members are there, at the latest after the rebalance timeout; and then needs a moment. */
const JOIN_GRACE_MS = 5_000
/** What is kept of the reason of a join or a departure. */
const REASON_MAX = 255
/** Versions that have static members (KIP-345), a join's reason (KIP-800), several members in one departure. */
const INSTANCE_VERSION = 5
const REASON_VERSION = 8
const LEAVE_MEMBERS_VERSION = 3

export function joinRequest(options: ClassicMemberOptions, joining: Joining): MemberRequest {
  const { groupId, sessionTimeoutMs, rebalanceTimeoutMs, groupInstanceId, assignors } = options
  const { memberId, reason } = joining
  const protocols = assignors.map((assignor) => ({
    name: assignor.name,
    metadata: subscription(assignor, options, joining),
  }))
  const identity = { groupId, sessionTimeoutMs, rebalanceTimeoutMs, memberId, protocolType: PROTOCOL_TYPE, protocols }
  const body = (version: number) => ({
    ...identity,
    groupInstanceId: version >= INSTANCE_VERSION ? groupInstanceId : null,
    reason: version >= REASON_VERSION ? reason.slice(0, REASON_MAX) : null,
  })
  return { api: 'joinGroup', body, timeoutMs: rebalanceTimeoutMs + JOIN_GRACE_MS }
}

function subscription(assignor: PartitionAssignor, options: ClassicMemberOptions, joining: Joining): Uint8Array {
  const { topics, owned: ownedPartitions, generation, last } = joining
  const userData = assignor.userData?.({ lastAssignment: last.partitions, generation: last.generation }) ?? null
  const rackId = options.rackId === '' ? null : options.rackId
  return encodeSubscription({ topics, ownedPartitions, generation, rackId, userData })
}

export function syncRequest(
  { groupId, groupInstanceId, rebalanceTimeoutMs }: ClassicMemberOptions,
  member: { readonly memberId: string; readonly generation: number; readonly protocolName: string },
  assignments: readonly MemberAssignment[],
): MemberRequest {
  const { memberId, generation: generationId, protocolName } = member
  const identity = { groupId, generationId, memberId, groupInstanceId }
  const body = { ...identity, protocolType: PROTOCOL_TYPE, protocolName, assignments: [...assignments] }
  return { api: 'syncGroup', body, timeoutMs: rebalanceTimeoutMs + JOIN_GRACE_MS }
}

/** Of a dynamic member: a static one does not leave. */
export function leaveRequest(groupId: string, memberId: string, why: string): MemberRequest {
  const reason = why.slice(0, REASON_MAX)
  const body = (version: number) =>
    version >= LEAVE_MEMBERS_VERSION
      ? { groupId, members: [{ memberId, groupInstanceId: null, reason }] }
      : { groupId, memberId, members: [] }
  return { api: 'leaveGroup', body }
}

/** What the leader gave this member. Throws a `ClientError` for bytes that are no assignment. */
export function readAssignment(bytes: Uint8Array): Assignment {
  try {
    return decodeAssignment(bytes)
  } catch (error) {
    throw foreignBytes('the assignment', error)
  }
}

export function foreignBytes(what: string, error: unknown): ClientError {
  return new ClientError('INCONSISTENT_GROUP_PROTOCOL', `${what}: ${reasonOf(error)}`, {}, error)
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
