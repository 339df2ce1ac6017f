/** The join of a static member that starts anew: it has an instance id, and no member id yet (KIP-345). */
import { type ClassicMember, electedProtocol, metadataOf, protocolsOf } from './classic-member.ts'
import type { GroupDraft } from './draft.ts'
import { addMember, type JoinParts, newMemberId, parkedJoin, reasonOf, timeoutsOf } from './new-member.ts'
import { completeJoinIfReady, prepareRebalance } from './rebalance.ts'
import { joinError, joined, joinedMembers, syncError } from './replies.ts'
import { topicsSubscribed } from './subscribed-topics.ts'

/** From this version on a leader that comes back is told to keep the assignment as it is (KIP-814). */
const SKIP_ASSIGNMENT = 9

export function joinStaticMember(draft: GroupDraft, parts: JoinParts): void {
  const instanceId = parts.body.groupInstanceId ?? ''
  const memberId = newMemberId(instanceId, parts.view)
  const former = draft.instances.get(instanceId)
  if (former === undefined) addMember(draft, parts, memberId)
  else takeOver(draft, parts, { instanceId, former, memberId })
}

interface Replacement {
  readonly instanceId: string
  readonly former: string
  readonly memberId: string
}

/**
 * The new one stands where the former stood. While the protocol of a stable group stays, and the topics that the member subscribes to, nobody else
 * notices. (Kafka looks at the protocol alone: topics that are new wait there for the next rebalance.)
 */
function takeOver(draft: GroupDraft, parts: JoinParts, replacement: Replacement): void {
  const { former, memberId, instanceId } = replacement
  const leaderBefore = draft.phase.leader
  const before = draft.member(former)
  replace(draft, parts, replacement)
  draft.renewSession(memberId)
  switch (draft.phase.state) {
    case 'Stable':
      if (electedProtocol(draft.allMembers()) === draft.phase.protocol && !otherTopics(draft, before, memberId)) {
        keepGeneration(draft, parts, { memberId, leaderBefore })
        return
      }
      draft.parkJoin(memberId, parkedJoin(parts))
      prepareRebalance(
        draft,
        parts,
        `instance ${instanceId} comes back with another subscription; client reason: ${reasonOf(parts)}`,
      )
      return
    case 'CompletingRebalance':
      // The leader may be assigning partitions to the former id at this moment.
      draft.parkJoin(memberId, parkedJoin(parts))
      prepareRebalance(
        draft,
        parts,
        `instance ${instanceId} is ${memberId} now, was ${former}; client reason: ${reasonOf(parts)}`,
      )
      return
    default:
      draft.parkJoin(memberId, parkedJoin(parts))
      completeJoinIfReady(draft, parts)
  }
}

/** Only consumers say which topics they want. */
function otherTopics(draft: GroupDraft, before: ClassicMember, memberId: string): boolean {
  const { protocol, protocolType } = draft.phase
  if (protocolType !== 'consumer') return false
  const was = topicsSubscribed([metadataOf(before, protocol)])
  const is = topicsSubscribed([metadataOf(draft.member(memberId), protocol)])
  return was !== null && is !== null && (was.size !== is.size || [...is].some((topic) => !was.has(topic)))
}

/** Whoever still uses the former id is fenced. */
function replace(draft: GroupDraft, parts: JoinParts, { instanceId, former, memberId }: Replacement): void {
  const { clientId, clientHost } = parts.caller
  const { assignment } = draft.member(former)
  draft.answerJoin(former, (version) => joinError('FENCED_INSTANCE_ID', former, version))
  draft.answerSync(former, syncError('FENCED_INSTANCE_ID'))
  const wasLeader = draft.phase.leader === former
  const hadNotSynced = draft.pendingSyncs.has(former)
  draft.remove([former])
  draft.members.set(memberId, {
    memberId,
    groupInstanceId: instanceId,
    clientId,
    clientHost,
    ...timeoutsOf(parts),
    protocols: protocolsOf(parts.body),
    assignment,
  })
  draft.instances.set(instanceId, memberId)
  if (hadNotSynced) draft.pendingSyncs.set(memberId, true)
  if (wasLeader) draft.phase = { ...draft.phase, leader: memberId }
}

/** An older client that was the leader must not take itself for it: it would send an assignment that nobody asked for. */
function keepGeneration(
  draft: GroupDraft,
  { caller }: JoinParts,
  { memberId, leaderBefore }: { readonly memberId: string; readonly leaderBefore: string | null },
): void {
  const { phase } = draft
  draft.record()
  if (caller.apiVersion < SKIP_ASSIGNMENT) {
    draft.reply(caller.ticket, joined({ ...phase, leader: leaderBefore }, memberId), true)
    return
  }
  const isLeader = phase.leader === memberId
  const members = isLeader ? joinedMembers(phase, draft.allMembers()) : []
  draft.reply(caller.ticket, { ...joined(phase, memberId, members), skipAssignment: isLeader }, true)
}
