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

/** The protocol's strings have at most 32,767 bytes: a longer id could be told neither to the member nor to the leader of its group. */
const ID_PREFIX_LENGTH_MAX = 1000

export interface JoinParts extends RebalanceParts {
  readonly body: JoinGroupRequest
  readonly caller: Caller
  readonly view: ShardView
}

/** `prefix`: the client id or instance id, shortened if it is very long. */
export function newMemberId(prefix: string, view: Pick<ShardView, 'newId'>): string {
  // A pair of surrogates that is cut in two would come back as another character.
  return `${prefix.slice(0, ID_PREFIX_LENGTH_MAX).toWellFormed()}-${view.newId()}`
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
