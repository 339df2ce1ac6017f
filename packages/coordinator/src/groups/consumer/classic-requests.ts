/**
 * JoinGroup, SyncGroup, Heartbeat and LeaveGroup of members that speak the classic protocol in a consumer group, as there are while a group is upgraded
 * member by member. There is no leader: the member's join takes it one step towards the target, its sync tells it what it has; a heartbeat sends it to
 * join again when there is another step.
 */
import {
  ErrorCode,
  type HeartbeatRequest,
  type JoinGroupRequest,
  type LeaveGroupRequest,
  type SyncGroupRequest,
} from '@ottla/protocol'
import type { Caller } from '../../shard.ts'
import { protocolsOf } from '../classic/classic-member.ts'
import { syncError } from '../classic/replies.ts'
import type { GroupCalls } from '../requests.ts'
import { type ConsumerMember, type MemberMetadata, sortedNames } from './consumer-member.ts'
import { downgrade, mayDowngradeFor } from './downgrade.ts'
import { assignmentBytes, subscriptionIn, withIds } from './embedded-protocol.ts'
import { fenceMembers } from './fence.ts'
import { staticMember } from './heartbeat.ts'
import { GroupRefusal, orRefused } from './refusal.ts'
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

type JoinReply = GroupCalls['join-group']['reply']
type SyncReply = GroupCalls['sync-group']['reply']
type LeftMember = { memberId: string; groupInstanceId: string | null; errorCode: number }

/** From this version on a member without an id is given one and has to join with it (KIP-394). */
const MEMBER_ID_VERSION = 4
const PROTOCOL_TYPE = 'consumer'

export function joinReply(fields: Partial<JoinReply> & { readonly memberId: string }): JoinReply {
  return {
    throttleTimeMs: 0,
    errorCode: 0,
    generationId: -1,
    protocolType: null,
    protocolName: null,
    leader: '',
    skipAssignment: false,
    members: [],
    ...fields,
  }
}

export function joinOfClassicMember(work: Work, body: JoinGroupRequest, caller: Caller): JoinReply {
  const memberId = body.memberId === '' ? work.view.newId() : body.memberId
  const instanceId = body.groupInstanceId
  refuseSessionTimeout(work, body)
  refuseWhenFull(work, memberId)
  refuseProtocols(work, memberId, body)
  if (body.memberId === '' && instanceId === null && caller.apiVersion >= MEMBER_ID_VERSION) {
    return joinReply({ memberId, errorCode: ErrorCode.MEMBER_ID_REQUIRED })
  }
  const before = memberThatJoins(work, body, memberId)
  const member = takeStep(work, { body, caller, before })
  return joinReply({
    memberId,
    generationId: member.memberEpoch,
    protocolType: PROTOCOL_TYPE,
    protocolName: member.classic!.supportedProtocols[0]!.name,
  })
}

function refuseSessionTimeout({ world }: Work, { sessionTimeoutMs }: JoinGroupRequest): void {
  const { groupMinSessionTimeoutMs, groupMaxSessionTimeoutMs } = world.settings()
  if (sessionTimeoutMs >= groupMinSessionTimeoutMs && sessionTimeoutMs <= groupMaxSessionTimeoutMs) return
  throw new GroupRefusal('INVALID_SESSION_TIMEOUT', `The session timeout of ${sessionTimeoutMs} ms is not allowed.`)
}

function refuseProtocols(work: Work, memberId: string, { protocolType, protocols }: JoinGroupRequest): void {
  const names = protocols.map(({ name }) => name)
  const readable = subscriptionIn(protocols[0]?.metadata) !== undefined
  if (protocolType === PROTOCOL_TYPE && readable && groupOf(work).offersClassicProtocol(names)) return
  throw new GroupRefusal('INCONSISTENT_GROUP_PROTOCOL', `Member ${memberId}'s protocols are not supported.`)
}

/** A static member that knows its id is not replaced by itself; any other may take the place of the one with its instance id. */
function memberThatJoins(work: Work, body: JoinGroupRequest, memberId: string): ConsumerMember {
  const instanceId = body.groupInstanceId
  if (instanceId !== null && body.memberId !== '') return staticMember(work, memberId, instanceId)
  return joiningMember(work, { memberId, instanceId, protocol: 'classic' })
}

interface ClassicStep {
  readonly body: JoinGroupRequest
  readonly caller: Caller
  readonly before: ConsumerMember
}

function takeStep(work: Work, { body, caller, before }: ClassicStep): ConsumerMember {
  const { groupId } = groupOf(work)
  const subscription = subscriptionIn(body.protocols[0]!.metadata)!
  const downgrades = mayDowngradeFor(work, groupOf(work).members.get(before.memberId))
  const metadata = metadataOf(before, { body, caller, topics: subscription.topics, rackId: subscription.rackId })
  const change = writeMetadata(work, before, metadata)
  if (change.subscription) resolveNewExpressions(work)
  const bumped = change.subscription && bumpEpoch(work, true)
  if (!downgrades) assignWhenDue(work, bumped)
  const owned = withIds(subscription.ownedPartitions, work.view.image)
  const member = reconcileMember(work, before.memberId, { owned, hasNewSubscription: change.subscription })
  if (downgrades) {
    downgrade(work, { leaving: [] })
    return member
  }
  renewSession(work, member)
  expectRejoin(work, member, false)
  work.draft.timer(timerKey('rebalance', groupId, member.memberId), undefined)
  work.draft.timer(timerKey('sync', groupId, member.memberId), member.rebalanceTimeoutMs)
  return member
}

interface Joined {
  readonly body: JoinGroupRequest
  readonly caller: Caller
  readonly topics: readonly string[]
  readonly rackId: string | null
}

function metadataOf(before: ConsumerMember, { body, caller, topics, rackId }: Joined): MemberMetadata {
  return {
    instanceId: body.groupInstanceId ?? before.instanceId,
    rackId: rackId ?? before.rackId,
    clientId: caller.clientId,
    clientHost: caller.clientHost,
    subscribedTopicNames: sortedNames(topics),
    subscribedTopicRegex: '',
    rebalanceTimeoutMs: body.rebalanceTimeoutMs === -1 ? body.sessionTimeoutMs : body.rebalanceTimeoutMs,
    serverAssignor: before.serverAssignor,
    classic: {
      sessionTimeoutMs: body.sessionTimeoutMs,
      supportedProtocols: protocolsOf(body).map(({ name, metadata }) => ({ name, metadata })),
    },
  }
}

export function syncOfClassicMember(work: Work, body: SyncGroupRequest): SyncReply {
  const member = classicMember(work, body)
  const group = groupOf(work)
  const [protocol] = member.classic!.supportedProtocols
  if (body.protocolType !== null && body.protocolType !== PROTOCOL_TYPE) throw inconsistent(member)
  if (body.protocolName !== null && body.protocolName !== protocol!.name) throw inconsistent(member)
  if (group.assignmentEpoch > member.memberEpoch && member.state !== 'unrevoked') {
    expectRejoin(work, member, true)
    return syncError('REBALANCE_IN_PROGRESS')
  }
  work.draft.timer(timerKey('sync', group.groupId, member.memberId), undefined)
  renewSession(work, member)
  return {
    throttleTimeMs: 0,
    errorCode: 0,
    protocolType: body.protocolType,
    protocolName: body.protocolName,
    assignment: assignmentBytes(member.assigned, { image: work.view.image, metadata: protocol!.metadata }),
  }
}

function inconsistent({ memberId }: ConsumerMember): GroupRefusal {
  return new GroupRefusal('INCONSISTENT_GROUP_PROTOCOL', `Member ${memberId} joined with another protocol.`)
}

export function heartbeatOfClassicMember(work: Work, body: HeartbeatRequest): GroupCalls['heartbeat']['reply'] {
  const member = classicMember(work, body)
  renewSession(work, member)
  const rejoins = hasAnotherStep(work, member)
  if (rejoins) expectRejoin(work, member, true)
  return { throttleTimeMs: 0, errorCode: rejoins ? ErrorCode.REBALANCE_IN_PROGRESS : 0 }
}

/** There is a newer target, or it has something to give up, or something that it waited for is free. */
function hasAnotherStep(work: Work, member: ConsumerMember): boolean {
  const group = groupOf(work)
  if (member.memberEpoch < group.assignmentEpoch || member.state === 'unrevoked') return true
  return member.state === 'unreleased' && !group.isWaitingForPartitions(member)
}

interface ClassicIdentity {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly generationId: number
}

function classicMember(work: Work, { memberId, groupInstanceId, generationId }: ClassicIdentity): ConsumerMember {
  const member =
    groupInstanceId === null ? memberOrRefuse(work, memberId) : staticMember(work, memberId, groupInstanceId)
  if (member.classic === undefined) {
    throw new GroupRefusal('UNKNOWN_MEMBER_ID', `Member ${memberId} does not use the classic protocol.`)
  }
  if (member.memberEpoch === generationId) return member
  throw new GroupRefusal(
    'ILLEGAL_GENERATION',
    `The request generation id ${generationId} is not equal to the member epoch ${member.memberEpoch} of member ${memberId}.`,
  )
}

/** From when on a member that has to join again has its rebalance timeout for it. */
function expectRejoin({ draft, world }: Work, member: ConsumerMember, expected: boolean): void {
  const key = timerKey('join', draft.group.groupId, member.memberId)
  if (world.isRejoinExpected(key) === expected) return
  draft.soft.push({ kind: 'consumer-rejoin', timerKey: key, expected })
  draft.timer(key, expected ? member.rebalanceTimeoutMs : undefined)
}

/** Members of either protocol may be removed, by an administrator or by themselves. */
export function leaveOfMembers(work: Work, leaving: Readonly<LeaveGroupRequest['members']>): readonly LeftMember[] {
  const valid = new Map<string, ConsumerMember>()
  const left = leaving.map(({ memberId, groupInstanceId }): LeftMember => {
    const identity = { memberId, groupInstanceId }
    return orRefused<LeftMember>(
      () => {
        const member = leavingMember(work, identity)
        valid.set(member.memberId, member)
        return { ...identity, errorCode: 0 }
      },
      ({ code }) => ({ ...identity, errorCode: code }),
    )
  })
  fenceMembers(work, [...valid.values()], 'LeaveGroup')
  return left
}

/** An administrator names a static member without its id. */
function leavingMember(work: Work, { memberId, groupInstanceId }: Omit<ClassicIdentity, 'generationId'>) {
  if (groupInstanceId === null) return memberOrRefuse(work, memberId)
  const named = memberId === '' ? groupOf(work).staticMember(groupInstanceId)?.memberId : memberId
  return staticMember(work, named ?? memberId, groupInstanceId)
}
