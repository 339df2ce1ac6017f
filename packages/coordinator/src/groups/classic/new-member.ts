/** A member as its join makes it, and how a new one comes into the group. */
import type { JoinGroupRequest } from '@ottla/protocol'
import type { Caller, ShardView } from '../../shard.ts'
import { type ClassicMember, NO_BYTES, protocolsOf } from './classic-member.ts'
import type { GroupDraft } from './draft.ts'
import type { Parked } from './group-tables.ts'
import { type RebalanceParts, rebalance } from './rebalance.ts'

/** A new member waits for its generation at most this long: it has no session yet, and may be gone. */
const NEW_MEMBER_JOIN_TIMEOUT_MS = 300_000

const REASON_LENGTH_MAX = 255

export interface JoinParts extends RebalanceParts {
  readonly body: JoinGroupRequest
  readonly caller: Caller
  readonly view: ShardView
}

export function newMemberId(prefix: string, view: ShardView): string {
  return `${prefix}-${view.newId()}`
}

export function parkedJoin({ caller }: JoinParts, isNew = false): Parked {
  return { ticket: caller.ticket, apiVersion: caller.apiVersion, isNew }
}

export function reasonOf({ body }: JoinParts): string {
  return body.reason === null || body.reason === '' ? 'not provided' : body.reason.slice(0, REASON_LENGTH_MAX)
}

/** In version 0 the session timeout is the rebalance timeout too. */
export function timeoutsOf({
  body,
  caller,
}: JoinParts): Pick<ClassicMember, 'sessionTimeoutMs' | 'rebalanceTimeoutMs'> {
  const { sessionTimeoutMs, rebalanceTimeoutMs } = body
  return { sessionTimeoutMs, rebalanceTimeoutMs: caller.apiVersion === 0 ? sessionTimeoutMs : rebalanceTimeoutMs }
}

export function addMember(draft: GroupDraft, parts: JoinParts, memberId: string): void {
  const { body, caller } = parts
  const { clientId, clientHost } = caller
  const { initial } = draft.phase
  if (initial !== undefined) draft.phase = { ...draft.phase, initial: { ...initial, memberAdded: true } }
  const member: ClassicMember = {
    memberId,
    groupInstanceId: body.groupInstanceId,
    clientId,
    clientHost,
    ...timeoutsOf(parts),
    protocols: protocolsOf(body),
    assignment: NO_BYTES,
  }
  draft.add(member, body.protocolType)
  draft.parkJoin(memberId, parkedJoin(parts, true))
  draft.renewSession(memberId, NEW_MEMBER_JOIN_TIMEOUT_MS)
  rebalance(draft, parts, `member ${memberId} joins; client reason: ${reasonOf(parts)}`)
}
