/** Members leave a consumer group, by themselves or because their time is up. */
import type { ConsumerMember } from './consumer-member.ts'
import { LEAVE_EPOCH, regexOf, STATIC_LEAVE_EPOCH } from './consumer-member.ts'
import { memberTombstones, regexTombstone } from './consumer-records.ts'
import { downgrade, mayDowngradeWithout } from './downgrade.ts'
import { type HeartbeatReply, NO_REPLY, staticMember } from './heartbeat.ts'
import { NO_PARTITIONS } from './partitions.ts'
import { assignLater, bumpEpoch, endTimers, memberOrRefuse } from './steps.ts'
import { groupOf, type Work } from './world.ts'

interface Leaving {
  readonly memberId: string
  readonly instanceId: string | null
  readonly memberEpoch: number
}

/** A heartbeat with epoch -1 or -2. */
export function leaveByHeartbeat(work: Work, { memberId, instanceId, memberEpoch }: Leaving): HeartbeatReply {
  if (instanceId === null) {
    fenceMembers(work, [memberOrRefuse(work, memberId)], 'it left')
    return { ...NO_REPLY, memberId, memberEpoch: LEAVE_EPOCH }
  }
  const member = staticMember(work, memberId, instanceId)
  if (memberEpoch === STATIC_LEAVE_EPOCH) leaveForAWhile(work, member)
  else fenceMembers(work, [member], 'it left')
  return { ...NO_REPLY, memberId, memberEpoch }
}

/** A static member keeps its partitions until its session ends, so that another process with its instance id may take them over. */
function leaveForAWhile(work: Work, member: ConsumerMember): void {
  work.draft.writeCurrent({ ...member, memberEpoch: STATIC_LEAVE_EPOCH, revoking: NO_PARTITIONS })
}

export function fenceMembers(work: Work, members: readonly ConsumerMember[], reason: string): void {
  if (members.length === 0) return
  const group = groupOf(work)
  work.world.logger.info('Members of a consumer group are removed', {
    group: group.groupId,
    members: members.length,
    first: members[0]!.memberId,
    reason,
  })
  for (const { memberId } of members) endTimers(work, memberId)
  if (mayDowngradeWithout(work, members)) downgrade(work, { leaving: members })
  else removeMembers(work, members)
}

/** The records of many may fill several batches. Whichever of them a crash leaves, the group needs a new target by then, or partitions were nobody's. */
function removeMembers(work: Work, members: readonly ConsumerMember[]): void {
  const group = groupOf(work)
  const bumped = members.length > 1 && bumpEpoch(work, true)
  for (const member of members) {
    work.draft.write(...memberTombstones(group.groupId, member.memberId))
    const regex = regexOf(member)
    if (regex !== undefined && group.subscribed.resolved.has(regex) && !group.subscribed.expressions.has(regex)) {
      work.draft.write(regexTombstone(group.groupId, regex))
    }
  }
  bumpEpoch(work, !bumped)
  assignLater(work)
}
