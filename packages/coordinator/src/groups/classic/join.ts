/** JoinGroup: who may join, and what its join sets going. */
import type { JoinGroupRequest } from '@ottla/protocol'
import type { Caller } from '../../shard.ts'
import { type ClassicMember, protocolsOf, sameProtocols } from './classic-member.ts'
import type { GroupDraft } from './draft.ts'
import { addMember, type JoinParts, newMemberId, parkedJoin, reasonOf, timeoutsOf } from './new-member.ts'
import { completeJoinIfReady, rebalance } from './rebalance.ts'
import { joinError, joined, joinedMembers } from './replies.ts'
import { joinStaticMember } from './static-join.ts'

/** From this version on a dynamic member gets its id first and joins with it (KIP-394). */
const MEMBER_ID_FIRST = 4

/** The group is of the classic protocol, and speaks one of the member's protocols. */
export function join(draft: GroupDraft, parts: JoinParts): void {
  const { body, caller, view } = parts
  if (body.memberId !== '') joinKnownMember(draft, parts)
  else if (body.groupInstanceId !== null) joinStaticMember(draft, parts)
  else if (getsIdFirst(body, caller)) giveMemberId(draft, parts)
  else addMember(draft, parts, newMemberId(caller.clientId, view))
}

/** Who is in the group already, under its member id or its instance id, does not make it larger. */
export function hasRoom(draft: GroupDraft, { body, caller, settings }: JoinParts): boolean {
  const max = settings.groupMaxSize
  const memberId = memberIdNow(draft, body)
  if (memberId === '' && getsIdFirst(body, caller) && draft.pendingJoins.size >= max) return false
  switch (draft.phase.state) {
    case 'Empty':
      return true
    case 'PreparingRebalance':
      // Of a group that is too large (its limit was lowered) those who come first stay: so parked joins are counted, not members.
      return draft.parkedJoins.has(memberId) || draft.parkedJoins.size < max
    default:
      return draft.members.has(memberId) || draft.members.size < max
  }
}

/** The id that the coordinator has for whoever joins; empty: it has none. */
export function memberIdNow(draft: GroupDraft, { memberId, groupInstanceId }: JoinGroupRequest): string {
  return memberId === '' && groupInstanceId !== null ? (draft.instances.get(groupInstanceId) ?? '') : memberId
}

function getsIdFirst(body: JoinGroupRequest, caller: Caller): boolean {
  return body.groupInstanceId === null && caller.apiVersion >= MEMBER_ID_FIRST
}

/** The id holds for one session timeout. */
function giveMemberId(draft: GroupDraft, { body, caller, view }: JoinParts): void {
  const memberId = newMemberId(caller.clientId, view)
  draft.pendingJoins.set(memberId, true)
  draft.renewSession(memberId, body.sessionTimeoutMs)
  draft.reply(caller.ticket, joinError('MEMBER_ID_REQUIRED', memberId, caller.apiVersion))
}

function joinKnownMember(draft: GroupDraft, parts: JoinParts): void {
  const { memberId } = parts.body
  if (draft.pendingJoins.has(memberId)) {
    addMember(draft, parts, memberId)
    return
  }
  const member = draft.member(memberId)
  const { state, leader } = draft.phase
  // In CompletingRebalance the answer to its join may have been lost. In Stable a leader that joins again wants another assignment: it has
  // seen something that is not in its metadata, such as new partitions.
  const settled = state === 'CompletingRebalance' || (state === 'Stable' && leader !== memberId)
  if (settled && isUnchanged(member, parts)) tellGeneration(draft, parts)
  else rejoin(draft, parts, member)
}

function isUnchanged(member: ClassicMember, { body }: JoinParts): boolean {
  return sameProtocols(member.protocols, protocolsOf(body))
}

function tellGeneration(draft: GroupDraft, { body, caller }: JoinParts): void {
  const { phase } = draft
  const members = phase.leader === body.memberId ? joinedMembers(phase, draft.allMembers()) : []
  draft.reply(caller.ticket, joined(phase, body.memberId, members))
  draft.renewSession(body.memberId)
}

function rejoin(draft: GroupDraft, parts: JoinParts, member: ClassicMember): void {
  const { memberId } = member
  draft.members.set(memberId, { ...member, ...timeoutsOf(parts), protocols: protocolsOf(parts.body) })
  draft.parkJoin(memberId, parkedJoin(parts))
  rebalance(draft, parts, `member ${memberId} joins again; client reason: ${reasonOf(parts)}`)
}

/** A member that finds no room leaves, if it was in; the others need not wait for it. */
export function refuseForSize(draft: GroupDraft, parts: JoinParts): void {
  const { body, caller } = parts
  draft.reply(caller.ticket, joinError('GROUP_MAX_SIZE_REACHED', '', caller.apiVersion))
  if (body.memberId === '') return
  draft.remove([body.memberId])
  completeJoinIfReady(draft, parts)
}
