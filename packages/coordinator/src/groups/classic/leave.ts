/** LeaveGroup: members by their ids, static ones by their instance ids too (KIP-345); those of versions 0 to 2 name themselves. */
import { ErrorCode, type LeaveGroupRequest } from '@ottla/protocol'
import type { GroupCalls } from '../requests.ts'
import type { ClassicGroup } from './classic-group.ts'
import type { GroupDraft } from './draft.ts'
import { type RebalanceParts, rebalance } from './rebalance.ts'

export type LeaveReply = GroupCalls['leave-group']['reply']
type Leaving = LeaveGroupRequest['members'][number]
type LeftMember = NonNullable<LeaveReply['members']>[number]

/** From this version on a request names several. */
const BATCHED = 3

const REASON_LENGTH_MAX = 255

export function leavingMembers(body: LeaveGroupRequest, apiVersion: number): readonly Leaving[] {
  if (apiVersion >= BATCHED || body.members.length > 0) return body.members
  return [{ memberId: body.memberId, groupInstanceId: null, reason: null }]
}

/** Before version 3 the one member's error is the request's. */
export function leaveReply(members: readonly LeftMember[], apiVersion: number): LeaveReply {
  if (apiVersion >= BATCHED) return { errorCode: 0, members: [...members] }
  return { errorCode: members[0]?.errorCode ?? 0, members: [] }
}

export function leftUnknown({ memberId, groupInstanceId }: Leaving): LeftMember {
  return { memberId, groupInstanceId, errorCode: ErrorCode.UNKNOWN_MEMBER_ID }
}

export function leave(draft: GroupDraft, parts: RebalanceParts, leaving: readonly Leaving[]): readonly LeftMember[] {
  const answers = leaving.map((one) => leaveOne(draft, one))
  draft.replaceLeader()
  const left = leaving.filter((_, index) => answers[index]?.errorCode === 0)
  if (left.length > 0) goOnWithout(draft, parts, left)
  return answers
}

function leaveOne(draft: GroupDraft, one: Leaving): LeftMember {
  const { memberId, groupInstanceId } = one
  const error = draft.pendingJoins.has(memberId) ? undefined : refuseLeave(draft, one)
  if (error !== undefined) return { memberId, groupInstanceId, errorCode: ErrorCode[error] }
  draft.drop(memberId === '' ? (draft.instances.get(groupInstanceId ?? '') ?? '') : memberId)
  return { memberId, groupInstanceId, errorCode: 0 }
}

/** An administrator removes a static member without knowing its member id. */
function refuseLeave(draft: GroupDraft, one: Leaving): ReturnType<ClassicGroup['refuseMember']> {
  if (one.groupInstanceId === null) return draft.members.has(one.memberId) ? undefined : 'UNKNOWN_MEMBER_ID'
  const holder = draft.instances.get(one.groupInstanceId)
  if (holder === undefined) return 'UNKNOWN_MEMBER_ID'
  return one.memberId === '' || one.memberId === holder ? undefined : 'FENCED_INSTANCE_ID'
}

function goOnWithout(draft: GroupDraft, parts: RebalanceParts, left: readonly Leaving[]): void {
  if (draft.phase.state === 'Empty') return
  rebalance(draft, parts, `${namesOf(left)} left; client reason: ${reasonOf(left)}`)
}

function namesOf(left: readonly Leaving[]): string {
  const names = left.slice(0, 3).map((one) => one.memberId || one.groupInstanceId)
  return left.length > names.length ? `${names.join(', ')} and ${left.length - names.length} more` : names.join(', ')
}

function reasonOf([first]: readonly Leaving[]): string {
  return (first?.reason || 'not provided').slice(0, REASON_LENGTH_MAX)
}
