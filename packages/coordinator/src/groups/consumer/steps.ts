/** The steps of which every change of a consumer group is made: the member, the group's epoch, the target, the member's way there. */
import {
  type ConsumerMember,
  isReconciledTo,
  type MemberMetadata,
  newMember,
  regexOf,
  STATIC_LEAVE_EPOCH,
  sameMetadata,
  sameNames,
} from './consumer-member.ts'
import {
  groupEpochRecord,
  groupTombstone,
  memberRecord,
  memberTombstones,
  PARTITION_METADATA,
  regexTombstone,
  targetEpochRecord,
  targetRecord,
} from './consumer-records.ts'
import { type ListedPartitions, sameHeld, samePartitions } from './partitions.ts'
import { reconcile } from './reconcile.ts'
import { GroupRefusal } from './refusal.ts'
import { checkRegex } from './regex.ts'
import { computeTarget, subscribedTopicIds } from './target.ts'
import { memberTimersEnd, timerKey } from './timers.ts'
import { topicsHash } from './topics-hash.ts'
import { groupOf, type Work } from './world.ts'

export function memberOrRefuse(work: Work, memberId: string): ConsumerMember {
  const group = groupOf(work)
  const member = group.members.get(memberId)
  if (member !== undefined) return member
  throw new GroupRefusal('UNKNOWN_MEMBER_ID', `Member ${memberId} is not a member of group ${group.groupId}.`)
}

export function refuseWhenFull(work: Work, memberId: string): void {
  const group = groupOf(work)
  const max = work.world.settings().consumerMaxSize
  if (group.members.size < max || group.members.has(memberId)) return
  throw new GroupRefusal(
    'GROUP_MAX_SIZE_REACHED',
    `The consumer group has reached its maximum capacity of ${max} members.`,
  )
}

export interface Joining {
  readonly memberId: string
  readonly instanceId: string | null
  readonly protocol: 'classic' | 'consumer'
}

/** The member that joins: there already, new, or in the place of the static member with its instance id. */
export function joiningMember(work: Work, joining: Joining): ConsumerMember {
  const group = groupOf(work)
  const { memberId, instanceId } = joining
  const replaced = instanceId === null ? undefined : group.staticMember(instanceId)
  if (replaced !== undefined) return inPlaceOf(work, replaced, joining)
  return group.members.get(memberId) ?? newMember(memberId)
}

function inPlaceOf(work: Work, replaced: ConsumerMember, { memberId, instanceId, protocol }: Joining): ConsumerMember {
  const { groupId } = groupOf(work)
  const both = protocol === 'consumer' && replaced.classic === undefined
  if (both && replaced.memberEpoch !== STATIC_LEAVE_EPOCH) {
    throw new GroupRefusal(
      'UNRELEASED_INSTANCE_ID',
      `Static member ${memberId} with instance id ${instanceId} cannot join the group because the instance id is owned by ${replaced.memberId} member.`,
    )
  }
  const member: ConsumerMember = { ...replaced, memberId, memberEpoch: 0, previousMemberEpoch: 0 }
  const target = groupOf(work).targetOf(replaced.memberId)
  work.draft.write(...memberTombstones(groupId, replaced.memberId), memberRecord(groupId, member))
  work.draft.write(targetRecord(groupId, memberId, target))
  work.draft.writeCurrent(member)
  if (memberId !== replaced.memberId) endTimers(work, replaced.memberId)
  return member
}

export interface MetadataChange {
  /** It is subscribed to other names, or has another expression. */
  readonly subscription: boolean
  /** The group needs another target. An expression that is not resolved yet does not: it will when it is. */
  readonly bumps: boolean
}

/** Writes what a member says about itself, if it is new. */
export function writeMetadata(work: Work, before: ConsumerMember, metadata: MemberMetadata): MetadataChange {
  const group = groupOf(work)
  const isNew = !group.members.has(before.memberId)
  if (!isNew && sameMetadata(before, metadata)) return { subscription: false, bumps: false }
  work.draft.write(memberRecord(group.groupId, { ...before, ...metadata }))
  const names = !sameNames(before.subscribedTopicNames, metadata.subscribedTopicNames)
  const regex = before.subscribedTopicRegex !== metadata.subscribedTopicRegex
  const regexBumps = regex && changeRegex(work, before, metadata)
  return { subscription: names || regex, bumps: names || regexBumps }
}

/** The member has been written already. Returns whether what it is subscribed to is another thing now. */
function changeRegex(work: Work, before: MemberMetadata, metadata: MemberMetadata): boolean {
  const { groupId, subscribed } = groupOf(work)
  const [old, fresh] = [regexOf(before), regexOf(metadata)]
  if (old !== undefined && !subscribed.expressions.has(old)) work.draft.write(regexTombstone(groupId, old))
  if (fresh === undefined) return old !== undefined
  if (subscribed.expressions.get(fresh) === 1) checkRegex(fresh)
  return subscribed.resolved.has(fresh)
}

/** Starts the matching of expressions that have no topics yet, unless one is under way: it is followed by another one then. */
export function resolveNewExpressions(work: Work): void {
  const { subscribed } = groupOf(work)
  const isNew = (expression: string) => !subscribed.resolved.has(expression)
  if ([...subscribed.expressions.keys()].some(isNew)) resolveExpressions(work)
}

export function resolveExpressions(work: Work): void {
  const { groupId, subscribed } = groupOf(work)
  const expressions = [...subscribed.expressions.keys()]
  if (expressions.length === 0 || work.world.isResolving(groupId)) return
  work.draft.effects.push({ kind: 'match-topics', groupId, expressions })
  work.draft.soft.push({ kind: 'consumer-resolving', groupId, resolving: true })
}

/** The group's next epoch, if it must, or if its topics are not what they were. Returns whether it has begun. */
export function bumpEpoch(work: Work, must: boolean): boolean {
  const group = groupOf(work)
  const metadataHash = topicsHash(group.subscribed.names(), work.view.image)
  if (!must && metadataHash === group.metadataHash) return false
  work.draft.write(groupEpochRecord(group.groupId, { epoch: group.epoch + 1, metadataHash }))
  if (group.hasPartitionMetadata) work.draft.write(groupTombstone(PARTITION_METADATA, group.groupId))
  work.world.logger.debug('A consumer group has another epoch', { group: group.groupId, epoch: group.epoch })
  return true
}

/**
 * A target for the group's epoch, unless the last one is younger than the interval (KIP-1263): then a timer brings it, or the first heartbeat after that.
 * `announce` is false where the timer runs already.
 */
export function assignWhenDue(work: Work, announce: boolean): void {
  const group = groupOf(work)
  if (group.epoch <= group.assignmentEpoch || group.isEmpty) return
  const waitMs = assignmentWaitMs(work)
  if (waitMs === 0) assign(work)
  else if (announce) work.draft.timer(timerKey('assign', group.groupId), waitMs)
}

/** Leaves the target to the timer, which runs at once when it is due. */
export function assignLater(work: Work): void {
  const group = groupOf(work)
  if (group.epoch <= group.assignmentEpoch || group.isEmpty) return
  work.draft.timer(timerKey('assign', group.groupId), assignmentWaitMs(work))
}

function assignmentWaitMs({ world, draft, view }: Work): number {
  const { assignedAtMs, groupId } = draft.group
  const intervalMs = world.groupSettings(groupId).assignmentIntervalMs
  if (assignedAtMs === 0) return 0
  return Math.min(intervalMs, Math.max(0, assignedAtMs + intervalMs - view.nowMs))
}

function assign(work: Work): void {
  const group = groupOf(work)
  const assignor = group.assignor(work.world.settings().consumerAssignors)
  for (const [memberId, partitions] of computeTarget(group, assignor, work.view.image)) {
    const before = group.target.get(memberId)
    if (before === undefined || !samePartitions(before, partitions)) {
      work.draft.write(targetRecord(group.groupId, memberId, partitions))
    }
  }
  work.draft.write(targetEpochRecord(group.groupId, group.epoch, work.view.nowMs))
  work.world.logger.info('A consumer group has another target', {
    group: group.groupId,
    epoch: group.epoch,
    members: group.members.size,
    assignor,
  })
}

export interface Reported {
  /** What the member says it owns; undefined: nothing. */
  readonly owned: readonly ListedPartitions[] | undefined
  readonly hasNewSubscription: boolean
}

/** One step of a member towards the target. */
export function reconcileMember(work: Work, memberId: string, reported: Reported): ConsumerMember {
  const group = groupOf(work)
  const member = group.members.get(memberId)!
  if (!reported.hasNewSubscription && isReconciledTo(member, group.assignmentEpoch)) return member
  const next = reconcile(member, {
    ...reported,
    targetEpoch: group.assignmentEpoch,
    target: group.targetOf(memberId),
    subscribedTopicIds: () => subscribedTopicIds(group, member, (name) => work.view.image.topics.get(name)?.id),
    holderOf: (topicId, partition) => group.holderOf(topicId, partition),
  })
  if (sameAssignment(member, next)) return member
  work.draft.writeCurrent(next)
  if (next.classic === undefined) limitRevocation(work, next)
  return group.members.get(memberId)!
}

function sameAssignment(a: ConsumerMember, b: ConsumerMember): boolean {
  return (
    a === b ||
    (a.state === b.state &&
      a.memberEpoch === b.memberEpoch &&
      a.previousMemberEpoch === b.previousMemberEpoch &&
      sameHeld(a.assigned, b.assigned) &&
      sameHeld(a.revoking, b.revoking))
  )
}

/** Whoever does not give up in time what it has to is out. */
export function limitRevocation({ draft }: Work, member: ConsumerMember): void {
  const key = timerKey('rebalance', draft.group.groupId, member.memberId)
  draft.timer(key, member.state === 'unrevoked' ? member.rebalanceTimeoutMs : undefined)
}

export function renewSession({ world, draft }: Work, member: ConsumerMember): void {
  const { groupId } = draft.group
  const sessionTimeoutMs = member.classic?.sessionTimeoutMs ?? world.groupSettings(groupId).sessionTimeoutMs
  draft.timer(timerKey('session', groupId, member.memberId), sessionTimeoutMs)
}

export function endTimers({ draft, world }: Work, memberId: string): void {
  const { groupId } = draft.group
  for (const { key, afterMs } of memberTimersEnd(groupId, memberId)) draft.timer(key, afterMs)
  const rejoin = timerKey('join', groupId, memberId)
  if (world.isRejoinExpected(rejoin)) draft.soft.push({ kind: 'consumer-rejoin', timerKey: rejoin, expected: false })
}
