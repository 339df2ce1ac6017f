/** The classic groups of a shard: each request, timer and load against the group that it names. Nothing here changes a group but `replay…` and `apply`. */
import {
  ErrorCode,
  type ErrorName,
  type HeartbeatRequest,
  type JoinGroupRequest,
  type LeaveGroupRequest,
  type SyncGroupRequest,
} from '@ottla/protocol'
import type { GroupMetadataKey, GroupMetadataValue } from '@ottla/protocol/coordinator-records'
import type { Caller, ShardRecord, ShardView, TimerSetting } from '../../shard.ts'
import type { AreaParts } from '../area.ts'
import type { DescribedGroup } from '../requests.ts'
import { type ClassicGroup, newGroup } from './classic-group.ts'
import { bytesOf, type ClassicMember, metadataOf, NO_BYTES } from './classic-member.ts'
import { type ClassicOutcome, type ClassicSoft, GroupDraft } from './draft.ts'
import { groupMetadataRecord } from './group-metadata.ts'
import { hasRoom, join, memberIdNow, refuseForSize } from './join.ts'
import { leave, leaveReply, leavingMembers, leftUnknown } from './leave.ts'
import type { JoinParts } from './new-member.ts'
import {
  completeJoin,
  joinTimeIsUp,
  prepareRebalance,
  type RebalanceParts,
  rebalance,
  syncTimeIsUp,
} from './rebalance.ts'
import { joinError, syncError } from './replies.ts'
import { lacksProtocol, refuseSync, sync } from './sync.ts'
import { classicTimerOf, sessionTimer } from './timer-keys.ts'

export type { ClassicOutcome, ClassicSoft } from './draft.ts'

/** Joins that are refused come again and again. */
const COMPLAINT_MS = 60_000

export class ClassicGroups {
  readonly #parts: AreaParts
  #complaintDueMs = Number.NEGATIVE_INFINITY

  constructor(parts: AreaParts) {
    this.#parts = parts
  }

  /**
   * JoinGroup to a classic group or to one that is not there. `replaced`: the tombstones of a group of another protocol, which has no members,
   * and in whose place a classic one begins if the member may join.
   */
  join(body: JoinGroupRequest, caller: Caller, view: ShardView, replaced?: readonly ShardRecord[]): ClassicOutcome {
    const parts: JoinParts = { ...this.#rebalanceParts(), body, caller, view }
    const found = replaced === undefined ? this.#group(body.groupId) : undefined
    const group = found ?? newGroup(body.groupId, view.nowMs)
    const draft = new GroupDraft(group, view.nowMs, replaced)
    const refusal = this.#refuseJoin(group, parts)
    if (refusal !== undefined) return answer(caller, joinError(refusal, body.memberId, caller.apiVersion))
    if (!hasRoom(draft, parts)) {
      refuseForSize(draft, parts)
      return draft.outcome()
    }
    if (!group.accepts(body.protocolType, body.protocols)) {
      return answer(caller, joinError('INCONSISTENT_GROUP_PROTOCOL', body.memberId, caller.apiVersion))
    }
    const stranger = refuseStranger(group, body)
    if (stranger !== undefined) return answer(caller, joinError(stranger, body.memberId, caller.apiVersion))
    if (!this.#hasMemory(draft, parts)) {
      return answer(caller, joinError('COORDINATOR_NOT_AVAILABLE', body.memberId, caller.apiVersion))
    }
    if (found === undefined) draft.record()
    join(draft, parts)
    return draft.outcome()
  }

  sync(body: SyncGroupRequest, caller: Caller, view: ShardView): ClassicOutcome {
    const group = this.#group(body.groupId)
    if (lacksProtocol(body, caller.apiVersion)) return answer(caller, syncError('INCONSISTENT_GROUP_PROTOCOL'))
    if (group === undefined) return answer(caller, syncError('UNKNOWN_MEMBER_ID'))
    const refusal = refuseSync(group, body)
    if (refusal !== undefined) return answer(caller, syncError(refusal))
    const draft = new GroupDraft(group, view.nowMs)
    sync(draft, { ...this.#rebalanceParts(), body, caller })
    return draft.outcome()
  }

  /** Shows nothing that is written, so that it is answered at once. */
  heartbeat(body: HeartbeatRequest, caller: Caller, _view: ShardView): ClassicOutcome {
    const group = this.#group(body.groupId)
    const refusal = group === undefined ? 'UNKNOWN_MEMBER_ID' : refuseHeartbeat(group, body)
    if (group === undefined || refusal !== undefined) return answer(caller, { errorCode: ErrorCode[refusal ?? 'NONE'] })
    const error = group.state === 'PreparingRebalance' ? 'REBALANCE_IN_PROGRESS' : 'NONE'
    return { ...answer(caller, { errorCode: ErrorCode[error] }), ...sessionOf(group, body.memberId) }
  }

  leave(body: LeaveGroupRequest, caller: Caller, view: ShardView): ClassicOutcome {
    const { apiVersion, ticket } = caller
    const leaving = leavingMembers(body, apiVersion)
    const group = this.#group(body.groupId)
    if (group === undefined) return answer(caller, leaveReply(leaving.map(leftUnknown), apiVersion))
    const draft = new GroupDraft(group, view.nowMs)
    const left = leave(draft, this.#rebalanceParts(), leaving)
    draft.reply(ticket, leaveReply(left, apiVersion), true)
    return draft.outcome()
  }

  /** While the group rebalances it has no protocol, and its members what they were assigned before. */
  describe(group: ClassicGroup): DescribedGroup {
    const stable = group.state === 'Stable'
    return {
      errorCode: 0,
      errorMessage: null,
      groupId: group.groupId,
      groupState: group.state,
      protocolType: group.protocolType ?? '',
      protocolData: stable ? (group.protocol ?? '') : '',
      members: Array.from(group.members.values(), (member) => ({
        memberId: member.memberId,
        groupInstanceId: member.groupInstanceId,
        clientId: member.clientId,
        clientHost: member.clientHost,
        memberMetadata: stable ? (metadataOf(member, group.protocol) ?? NO_BYTES) : NO_BYTES,
        memberAssignment: member.assignment,
      })),
    }
  }

  /** A record with another key is not of this area. */
  replayGroupMetadata(record: ShardRecord): void {
    const { group: groupId } = record.key as GroupMetadataKey
    const group = this.#group(groupId)
    if (record.value === null) {
      if (group !== undefined) this.#parts.registry.delete(groupId)
      return
    }
    const restored = group ?? newGroup(groupId, undefined)
    if (group === undefined) this.#parts.registry.set(restored)
    this.#parts.registry.change(restored, () => restored.restore(record.value as GroupMetadataValue))
  }

  apply(soft: ClassicSoft): void {
    const group = this.#group(soft.groupId)
    if (group !== undefined) this.#parts.registry.change(group, () => group.patch(soft.patch))
  }

  expired(timerKey: string, view: ShardView): ClassicOutcome {
    const timer = classicTimerOf(timerKey)
    const group = timer === undefined ? undefined : this.#group(timer.groupId)
    if (timer === undefined || group === undefined) return {}
    const draft = new GroupDraft(group, view.nowMs)
    const parts = this.#rebalanceParts()
    if (timer.kind === 'join') joinTimeIsUp(draft, parts)
    else if (timer.kind === 'sync') syncTimeIsUp(draft, parts)
    else sessionIsOver(draft, parts, timer.memberId)
    return draft.outcome()
  }

  /**
   * Every member gets a whole session timeout. A group that has become too large since is made to join again, and those who come first stay; so is one that
   * came from another protocol, if its leader had not assigned anything yet.
   */
  loaded(view: ShardView): ClassicOutcome {
    const parts = this.#rebalanceParts()
    const outcomes: ClassicOutcome[] = []
    for (const group of this.#parts.registry.all()) {
      if (group.kind !== 'classic' || group.members.size === 0) continue
      outcomes.push({ timers: Array.from(group.members.values(), (member) => wholeSession(group, member)) })
      const reason = whyJoinAgain(group, parts.settings.groupMaxSize)
      if (reason === undefined) continue
      const draft = new GroupDraft(group, view.nowMs)
      prepareRebalance(draft, parts, reason)
      outcomes.push(draft.outcome())
    }
    return joinOutcomes(outcomes)
  }

  /** A commit of offsets is a sign of life. */
  committed(group: ClassicGroup, memberId: string, _view: ShardView): ClassicOutcome {
    const counts = group.state === 'Stable' || group.state === 'PreparingRebalance'
    return counts && group.members.has(memberId) ? sessionOf(group, memberId) : {}
  }

  /**
   * The group ends, or goes over to another protocol: whoever waits for a join or an assignment is told to join again, and its timers end.
   * The records are the caller's.
   */
  dissolve(group: ClassicGroup, view: ShardView): ClassicOutcome {
    const draft = new GroupDraft(group, view.nowMs)
    draft.dissolve('REBALANCE_IN_PROGRESS')
    const { replies, timers } = draft.outcome()
    return { ...(replies === undefined ? {} : { replies }), ...(timers === undefined ? {} : { timers }) }
  }

  /**
   * A group that comes from another protocol and is not in the registry yet: its record, sessions, and a rebalance, so that the members find
   * a leader. The record names none: whoever loads it before the leader has assigned anything knows that they have to join again. (Their generation
   * is the group's, so that they would never notice.) `before`: records that go before it.
   */
  adopt(group: ClassicGroup, view: ShardView, before: readonly ShardRecord[] = []): ClassicOutcome {
    const record = groupMetadataRecord({ ...group.phase, leader: null }, group.members.values())
    const draft = new GroupDraft(group, view.nowMs, [...before, record])
    for (const [memberId, member] of group.members) {
      draft.members.set(memberId, member)
      draft.renewSession(memberId)
    }
    if (group.members.size > 0)
      prepareRebalance(draft, this.#rebalanceParts(), 'the group has come from the consumer protocol')
    return draft.outcome()
  }

  #group(groupId: string): ClassicGroup | undefined {
    const group = this.#parts.registry.get(groupId)
    return group?.kind === 'classic' ? group : undefined
  }

  /** What a member says before its generation is complete is in no log, and costs whoever sends it nothing. Who says no more than before may go on. */
  #hasMemory(draft: GroupDraft, { body, caller, view }: JoinParts): boolean {
    const left = this.#parts.memberBytesLeft?.() ?? Number.POSITIVE_INFINITY
    const known = draft.members.get(memberIdNow(draft, body))
    const more = bytesOf({ ...body, clientId: caller.clientId }) - (known === undefined ? 0 : bytesOf(known))
    if (more <= Math.max(0, left)) return true
    if (view.nowMs >= this.#complaintDueMs) {
      this.#complaintDueMs = view.nowMs + COMPLAINT_MS
      const hint = 'raise queued.max.request.bytes if there are that many'
      this.#parts.logger.warn(
        `The members of groups take as much memory as they may, further ones are refused: ${hint}`,
      )
    }
    return false
  }

  #rebalanceParts(): RebalanceParts {
    return { settings: this.#parts.settings(), logger: this.#parts.logger }
  }

  #refuseJoin(group: ClassicGroup, { body, settings }: JoinParts): ErrorName | undefined {
    const { sessionTimeoutMs, memberId } = body
    const { groupMinSessionTimeoutMs, groupMaxSessionTimeoutMs } = settings
    if (sessionTimeoutMs < groupMinSessionTimeoutMs || sessionTimeoutMs > groupMaxSessionTimeoutMs) {
      return 'INVALID_SESSION_TIMEOUT'
    }
    return memberId !== '' && this.#group(group.groupId) === undefined ? 'UNKNOWN_MEMBER_ID' : undefined
  }
}

function whyJoinAgain(group: ClassicGroup, max: number): string | undefined {
  if (group.members.size > max) return `${group.members.size} members are more than the ${max} allowed`
  return group.isUnassigned
    ? 'the group came from the consumer protocol, and nobody has assigned anything since'
    : undefined
}

function answer(caller: Caller, reply: NonNullable<ClassicOutcome['replies']>[number]['reply']): ClassicOutcome {
  return { replies: [{ ticket: caller.ticket, reply, waits: false }] }
}

function sessionOf(group: ClassicGroup, memberId: string): ClassicOutcome {
  const member = group.members.get(memberId)
  return member === undefined ? {} : { timers: [wholeSession(group, member)] }
}

function wholeSession({ groupId }: ClassicGroup, { memberId, sessionTimeoutMs }: ClassicMember): TimerSetting {
  return { key: sessionTimer(groupId, memberId), afterMs: sessionTimeoutMs }
}

/** Ids that were given out are not members; a pending one joins without an instance id. */
function refuseStranger(group: ClassicGroup, { memberId, groupInstanceId }: JoinGroupRequest): ErrorName | undefined {
  if (memberId === '') return undefined
  if (group.pendingJoins.has(memberId) && groupInstanceId === null) return undefined
  return group.refuseMember(memberId, groupInstanceId)
}

function refuseHeartbeat(group: ClassicGroup, body: HeartbeatRequest): ErrorName | undefined {
  const refusal = group.refuseMember(body.memberId, body.groupInstanceId)
  if (refusal !== undefined) return refusal
  return body.generationId === group.generation ? undefined : 'ILLEGAL_GENERATION'
}

/** A member whose join or sync is parked is alive; but a new one that has waited too long is taken for gone. */
function sessionIsOver(draft: GroupDraft, parts: RebalanceParts, memberId: string): void {
  const waits = draft.parkedJoins.get(memberId)?.isNew === false || draft.parkedSyncs.has(memberId)
  const pending = draft.pendingJoins.has(memberId)
  if (waits || !(pending || draft.members.has(memberId))) return
  draft.remove([memberId])
  const { state } = draft.phase
  if (state === 'PreparingRebalance' && draft.allJoined) completeJoin(draft, parts)
  else if (!pending && state !== 'Empty') rebalance(draft, parts, `the session of member ${memberId} is over`)
}

function joinOutcomes(outcomes: readonly ClassicOutcome[]): ClassicOutcome {
  return {
    records: outcomes.flatMap((outcome) => outcome.records ?? []),
    soft: outcomes.flatMap((outcome) => outcome.soft ?? []),
    replies: outcomes.flatMap((outcome) => outcome.replies ?? []),
    timers: outcomes.flatMap((outcome) => outcome.timers ?? []),
  }
}
