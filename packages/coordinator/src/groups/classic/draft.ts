/**
 * What is to become of a classic group, while a request is handled: the group itself stays as it is, every read sees the changes.
 * `outcome` hands them over: the record if one is due, and one soft change for all of it, which holds the same as the record where
 * they overlap.
 */

import type { ErrorName } from '@ottla/protocol'
import { assert } from '@ottla/runtime'
import type { ShardRecord, TicketReply, TimerSetting } from '../../shard.ts'
import type { GroupReply } from '../requests.ts'
import type { ClassicGroup, GroupPatch, Phase } from './classic-group.ts'
import type { ClassicMember } from './classic-member.ts'
import { groupMetadataRecord } from './group-metadata.ts'
import type { Parked } from './group-tables.ts'
import { Overlay } from './overlay.ts'
import { type JoinReply, joinError, type SyncReply, syncError } from './replies.ts'
import { joinTimer, sessionTimer, syncTimer } from './timer-keys.ts'

export interface ClassicSoft {
  readonly kind: 'classic-patch'
  readonly groupId: string
  readonly patch: GroupPatch
}

export interface ClassicOutcome {
  readonly records?: readonly ShardRecord[]
  readonly soft?: readonly ClassicSoft[]
  readonly replies?: readonly TicketReply<GroupReply>[]
  readonly timers?: readonly TimerSetting[]
}

export class GroupDraft {
  readonly groupId: string
  readonly nowMs: number
  phase: Phase
  readonly members: Overlay<ClassicMember>
  readonly instances: Overlay<string>
  readonly parkedJoins: Overlay<Parked>
  readonly parkedSyncs: Overlay<Parked>
  readonly pendingJoins: Overlay<true>
  readonly pendingSyncs: Overlay<true>
  readonly #records: ShardRecord[]
  readonly #replies: TicketReply<GroupReply>[] = []
  readonly #timers = new Map<string, TimerSetting>()

  /** `records` go before the group's own. */
  constructor(group: ClassicGroup, nowMs: number, records: readonly ShardRecord[] = []) {
    this.groupId = group.groupId
    this.nowMs = nowMs
    this.phase = group.phase
    this.members = new Overlay(group.members)
    this.instances = new Overlay(group.instances)
    this.parkedJoins = new Overlay(group.parkedJoins)
    this.parkedSyncs = new Overlay(group.parkedSyncs)
    this.pendingJoins = new Overlay(group.pendingJoins)
    this.pendingSyncs = new Overlay(group.pendingSyncs)
    this.#records = [...records]
  }

  /** Everyone who is in the group has a join parked, and nobody is expected. */
  get allJoined(): boolean {
    return this.members.size === this.parkedJoins.size && this.pendingJoins.size === 0
  }

  /** The longest of the members'. */
  get rebalanceTimeoutMs(): number {
    let longest = 0
    for (const [, member] of this.members.entries()) longest = Math.max(longest, member.rebalanceTimeoutMs)
    return longest
  }

  allMembers(): ClassicMember[] {
    return Array.from(this.members.entries(), ([, member]) => member)
  }

  member(memberId: string): ClassicMember {
    const member = this.members.get(memberId)
    assert(member !== undefined, 'a member that has been looked up is in the group')
    return member
  }

  enter(state: Phase['state'], changes: Partial<Phase> = {}): void {
    this.phase = { ...this.phase, initial: undefined, ...changes, state, stateTimestampMs: this.nowMs }
  }

  /** The first member is the leader, and makes the protocol type. */
  add(member: ClassicMember, protocolType: string): void {
    const { memberId, groupInstanceId } = member
    if (this.members.size === 0) this.phase = { ...this.phase, protocolType }
    this.phase = { ...this.phase, leader: this.phase.leader ?? memberId }
    this.members.set(memberId, member)
    if (groupInstanceId !== null) this.instances.set(groupInstanceId, memberId)
    this.pendingJoins.delete(memberId)
  }

  /** Another leader is found if one of them was it. */
  remove(memberIds: readonly string[]): void {
    for (const memberId of memberIds) this.drop(memberId)
    this.replaceLeader()
  }

  /** If the leader has been dropped. Once for all that go together: to find the first of those who are left takes a look at all who are not. */
  replaceLeader(): void {
    const { leader } = this.phase
    if (leader !== null && !this.members.has(leader))
      this.phase = { ...this.phase, leader: this.members.first() ?? null }
  }

  /** What it waits for is answered: it is not known any more. `replaceLeader` has to follow. */
  drop(memberId: string): void {
    const instanceId = this.members.get(memberId)?.groupInstanceId ?? null
    this.answerJoin(memberId, (version) => joinError('UNKNOWN_MEMBER_ID', '', version))
    this.answerSync(memberId, syncError('UNKNOWN_MEMBER_ID'))
    this.members.delete(memberId)
    this.pendingJoins.delete(memberId)
    this.pendingSyncs.delete(memberId)
    if (instanceId !== null) this.instances.delete(instanceId)
    this.setTimer(sessionTimer(this.groupId, memberId), undefined)
  }

  /** A join of the same member that waits already comes from a connection that is gone: it is told to join again. */
  parkJoin(memberId: string, join: Parked): void {
    const older = this.parkedJoins.get(memberId)
    if (older !== undefined) this.reply(older.ticket, joinError('REBALANCE_IN_PROGRESS', memberId, older.apiVersion))
    this.parkedJoins.set(memberId, { ...join, isNew: join.isNew || older?.isNew === true })
  }

  /** The same for a sync. */
  parkSync(memberId: string, sync: Parked): void {
    this.answerSync(memberId, syncError('REBALANCE_IN_PROGRESS'))
    this.parkedSyncs.set(memberId, sync)
  }

  answerJoin(memberId: string, reply: (apiVersion: number) => JoinReply): void {
    const parked = this.parkedJoins.get(memberId)
    if (parked === undefined) return
    this.parkedJoins.delete(memberId)
    this.reply(parked.ticket, reply(parked.apiVersion))
  }

  /** True if one was waiting. `waits`: the reply shows what a record of this outcome says. */
  answerSync(memberId: string, reply: SyncReply, waits = false): boolean {
    const parked = this.parkedSyncs.get(memberId)
    if (parked === undefined) return false
    this.parkedSyncs.delete(memberId)
    this.reply(parked.ticket, reply, waits)
    return true
  }

  reply(ticket: number, reply: GroupReply, waits = false): void {
    this.#replies.push({ ticket, reply, waits })
  }

  /** The member is given a whole session timeout, or `afterMs`. */
  renewSession(memberId: string, afterMs = this.member(memberId).sessionTimeoutMs): void {
    this.setTimer(sessionTimer(this.groupId, memberId), afterMs)
  }

  setJoinTimer(afterMs: number | undefined): void {
    this.setTimer(joinTimer(this.groupId), afterMs)
  }

  setSyncTimer(afterMs: number | undefined): void {
    this.setTimer(syncTimer(this.groupId), afterMs)
  }

  setTimer(key: string, afterMs: number | undefined): void {
    this.#timers.set(key, { key, afterMs })
  }

  /** A record of the group as it stands now; `assignments`: those instead of the members' own. */
  record(assignments?: ReadonlyMap<string, Uint8Array>): void {
    this.#records.push(groupMetadataRecord(this.phase, this.allMembers(), assignments))
  }

  /** Every request that waits is told to join again, and no timer is left: the group ends, or goes over to another protocol. */
  dissolve(error: ErrorName): void {
    for (const [memberId] of [...this.parkedJoins.entries()]) {
      this.answerJoin(memberId, (version) => joinError(error, memberId, version))
    }
    for (const [memberId] of [...this.parkedSyncs.entries()]) this.answerSync(memberId, syncError(error))
    for (const table of [this.members, this.pendingJoins]) {
      for (const [memberId] of table.entries()) this.setTimer(sessionTimer(this.groupId, memberId), undefined)
    }
    this.setJoinTimer(undefined)
    this.setSyncTimer(undefined)
  }

  outcome(): ClassicOutcome {
    const patch: GroupPatch = {
      phase: this.phase,
      members: this.members.changes,
      instances: this.instances.changes,
      parkedJoins: this.parkedJoins.changes,
      parkedSyncs: this.parkedSyncs.changes,
      pendingJoins: this.pendingJoins.changes,
      pendingSyncs: this.pendingSyncs.changes,
    }
    return {
      records: this.#records,
      soft: [{ kind: 'classic-patch', groupId: this.groupId, patch }],
      replies: this.#replies,
      timers: [...this.#timers.values()],
    }
  }
}
