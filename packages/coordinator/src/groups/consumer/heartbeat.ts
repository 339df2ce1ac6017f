/**
 * ConsumerGroupHeartbeat: the member says what it wants and has, the group's epoch and target follow, and the reply leads the member one step on.
 * A heartbeat that changes nothing looks at one member and writes nothing.
 */
import type { ConsumerGroupHeartbeatRequest } from '@ottla/protocol'
import type { Caller } from '../../shard.ts'
import type { GroupCalls } from '../requests.ts'
import { type ConsumerMember, type MemberMetadata, sortedNames } from './consumer-member.ts'
import { holdsAll, listed, sameHeld } from './partitions.ts'
import { GroupRefusal } from './refusal.ts'
import {
  assignWhenDue,
  bumpEpoch,
  joiningMember,
  memberOrRefuse,
  reconcileMember,
  refuseWhenFull,
  renewSession,
  resolveNewExpressions,
  writeMetadata,
} from './steps.ts'
import { timerKey } from './timers.ts'
import { groupOf, type Work } from './world.ts'

export type HeartbeatReply = GroupCalls['consumer-group-heartbeat']['reply']

export function heartbeatOfMember(work: Work, request: ConsumerGroupHeartbeatRequest, caller: Caller): HeartbeatReply {
  const memberId = request.memberId === '' ? work.view.newId() : request.memberId
  const body = { ...request, memberId }
  refuseWhenFull(work, memberId)
  const before = memberAtWork(work, body)
  const change = writeMetadata(work, before, metadataOf(before, body, caller))
  if (change.subscription) resolveNewExpressions(work)
  const bumped = change.bumps && bumpEpoch(work, true)
  assignWhenDue(work, bumped)
  const owned = body.topicPartitions ?? undefined
  const member = reconcileMember(work, memberId, { owned, hasNewSubscription: change.subscription })
  renewSession(work, member)
  if (before.classic !== undefined) endClassicTimers(work, memberId)
  return {
    ...NO_REPLY,
    memberId,
    memberEpoch: member.memberEpoch,
    heartbeatIntervalMs: work.world.groupSettings(body.groupId).heartbeatIntervalMs,
    assignment: showsAssignment(body, before, member) ? { topicPartitions: listed(member.assigned) } : null,
  }
}

export const NO_REPLY: HeartbeatReply = {
  throttleTimeMs: 0,
  errorCode: 0,
  errorMessage: null,
  memberId: null,
  memberEpoch: 0,
  heartbeatIntervalMs: 0,
  assignment: null,
}

function memberAtWork(work: Work, body: ConsumerGroupHeartbeatRequest): ConsumerMember {
  const { memberId, instanceId } = body
  if (body.memberEpoch === 0) return joiningMember(work, { memberId, instanceId, protocol: 'consumer' })
  const member = instanceId === null ? memberOrRefuse(work, memberId) : staticMember(work, memberId, instanceId)
  checkEpoch(member, body)
  return member
}

/** The static member with this instance id, if it is the one that asks. */
export function staticMember(work: Work, memberId: string, instanceId: string): ConsumerMember {
  const member = groupOf(work).staticMember(instanceId)
  if (member === undefined) throw new GroupRefusal('UNKNOWN_MEMBER_ID', `Instance id ${instanceId} is unknown.`)
  if (member.memberId === memberId) return member
  throw new GroupRefusal(
    'FENCED_INSTANCE_ID',
    `Static member ${memberId} with instance id ${instanceId} was fenced by member ${member.memberId}.`,
  )
}

/** The epoch before the present one passes too when what is owned fits: the reply with the new one may have been lost. */
function checkEpoch(member: ConsumerMember, { memberEpoch, topicPartitions }: ConsumerGroupHeartbeatRequest): void {
  if (memberEpoch === member.memberEpoch) return
  const isPrevious = memberEpoch < member.memberEpoch && memberEpoch === member.previousMemberEpoch
  if (isPrevious && topicPartitions !== null && holdsAll(member.assigned, topicPartitions)) return
  throw new GroupRefusal(
    'FENCED_MEMBER_EPOCH',
    `The consumer group member has a ${memberEpoch > member.memberEpoch ? 'greater' : 'smaller'} member epoch (${memberEpoch}) than the one known by the group coordinator (${member.memberEpoch}). The member must abandon all its partitions and rejoin.`,
  )
}

/** Null in a request: as before. */
function metadataOf(before: ConsumerMember, body: ConsumerGroupHeartbeatRequest, caller: Caller): MemberMetadata {
  return {
    instanceId: body.instanceId ?? before.instanceId,
    rackId: body.rackId ?? before.rackId,
    clientId: caller.clientId,
    clientHost: caller.clientHost,
    subscribedTopicNames:
      body.subscribedTopicNames === null ? before.subscribedTopicNames : sortedNames(body.subscribedTopicNames),
    subscribedTopicRegex: body.subscribedTopicRegex ?? before.subscribedTopicRegex,
    rebalanceTimeoutMs: body.rebalanceTimeoutMs === -1 ? before.rebalanceTimeoutMs : body.rebalanceTimeoutMs,
    serverAssignor: body.serverAssignor ?? before.serverAssignor,
    classic: undefined,
  }
}

function endClassicTimers({ draft, world }: Work, memberId: string): void {
  const join = timerKey('join', draft.group.groupId, memberId)
  draft.timer(join, undefined)
  draft.timer(timerKey('sync', draft.group.groupId, memberId), undefined)
  if (world.isRejoinExpected(join)) draft.soft.push({ kind: 'consumer-rejoin', timerKey: join, expected: false })
}

/** A member that joins or tells everything is told everything; else what has changed. */
function showsAssignment(body: ConsumerGroupHeartbeatRequest, before: ConsumerMember, member: ConsumerMember): boolean {
  const isFull =
    body.rebalanceTimeoutMs !== -1 &&
    (body.subscribedTopicNames !== null || body.subscribedTopicRegex !== null) &&
    body.topicPartitions !== null
  return body.memberEpoch === 0 || isFull || !sameHeld(before.assigned, member.assigned)
}
