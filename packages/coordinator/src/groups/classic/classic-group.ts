/**
 * A group of the classic protocol: the members join, one of them, the leader, makes the assignment, and the coordinator hands it round.
 *
 * States:
 * - Empty: no members.
 * - PreparingRebalance: members (re)join; their joins are parked until all are there or the time is up. When it began in Empty, the time
 *   is always used up (group.initial.rebalance.delay.ms, longer while members still come).
 * - CompletingRebalance: a generation has begun, its joins are answered; the syncs are parked until the leader's has come.
 * - Stable: every member may have its assignment.
 * (Kafka's Dead does not exist here: a group that is deleted is gone.)
 *
 * A record carries a generation with its members and assignments; it is written when the leader's assignment has come, when the group has
 * become empty, when a static member got another id, and for a group that is new. Everything else is lost with the coordinator: the group
 * is then Stable or Empty as in the last record, and clients whose join or sync was parked join again. (So too when a record cannot be written: its
 * shard is loaded anew, those who wait are told NOT_COORDINATOR or COORDINATOR_NOT_AVAILABLE, ask for the coordinator again, are refused with
 * ILLEGAL_GENERATION or UNKNOWN_MEMBER_ID for what was lost, and join again.)
 *
 * Invariants: one leader while there are members, and it is one of them; the generation never falls; `parkedJoins` has entries in
 * PreparingRebalance alone, `parkedSyncs` in CompletingRebalance alone; a static member's instance id names one member; some protocol is
 * spoken by all members; a member has a session timer unless its join or sync is parked.
 */
import type { GroupMetadataValue } from '@ottla/protocol/coordinator-records'
import type { Committer, Group, GroupError } from '../group.ts'
import type { ListedGroup } from '../requests.ts'
import { type ClassicMember, type ClassicProtocol, metadataOf } from './classic-member.ts'
import { type GroupGeneration, groupMetadataTombstone, membersOfRecord } from './group-metadata.ts'
import { GroupTables, type Parked, type TableChanges } from './group-tables.ts'
import { topicsSubscribed } from './subscribed-topics.ts'

export type ClassicState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable'

/** Where a group stands. Never changed: a change is another object. */
export interface Phase extends GroupGeneration {
  readonly state: ClassicState
  /** While the first rebalance of an empty group waits for members: how long this wait lasts, and how much may follow it. */
  readonly initial:
    | { readonly delayMs: number; readonly remainingMs: number; readonly memberAdded: boolean }
    | undefined
}

/** What is to become of a group. */
export interface GroupPatch extends TableChanges {
  readonly phase: Phase
}

/** Of every group in which nobody is: most groups of a shard may be that, with offsets alone. It stays as it is. */
const NOBODY = new GroupTables()

export class ClassicGroup implements Group {
  readonly kind = 'classic'
  readonly groupId: string
  #phase: Phase
  #tables = NOBODY
  /** The last record has members and no leader: they come from another protocol, and nobody has assigned anything to them since. */
  #isUnassigned = false
  /** Of the generation; null: not known; undefined: not asked for yet. */
  #topics: ReadonlySet<string> | null | undefined

  constructor(phase: Phase, members: Iterable<ClassicMember> = []) {
    this.groupId = phase.groupId
    this.#phase = phase
    this.#change((tables) => tables.setMembers(members))
  }

  get phase(): Phase {
    return this.#phase
  }

  get state(): ClassicState {
    return this.#phase.state
  }

  get isEmpty(): boolean {
    return this.#phase.state === 'Empty'
  }

  get generation(): number {
    return this.#phase.generation
  }

  get protocolType(): string | null {
    return this.#phase.protocolType
  }

  get protocol(): string | null {
    return this.#phase.protocol
  }

  get leader(): string | null {
    return this.#phase.leader
  }

  /** True if the members have to join again after a load, for the rebalance that they should have had is not in the log. */
  get isUnassigned(): boolean {
    return this.#isUnassigned
  }

  get members(): ReadonlyMap<string, ClassicMember> {
    return this.#tables.members
  }

  /** The member id of each static member, by its instance id. */
  get instances(): ReadonlyMap<string, string> {
    return this.#tables.instances
  }

  get parkedJoins(): ReadonlyMap<string, Parked> {
    return this.#tables.parkedJoins
  }

  get parkedSyncs(): ReadonlyMap<string, Parked> {
    return this.#tables.parkedSyncs
  }

  /** Ids that were given out and have not joined yet (KIP-394). */
  get pendingJoins(): ReadonlyMap<string, true> {
    return this.#tables.pendingJoins
  }

  /** Members of this generation that have not sent SyncGroup. */
  get pendingSyncs(): ReadonlyMap<string, true> {
    return this.#tables.pendingSyncs
  }

  /** About what its members take. */
  get memberBytes(): number {
    return this.#tables.bytes
  }

  get usesConsumerProtocol(): boolean {
    return this.#phase.protocolType === 'consumer'
  }

  /** Whether a member that speaks these may be in the group: one of them is spoken by all who are in it. */
  accepts(protocolType: string, protocols: readonly ClassicProtocol[]): boolean {
    if (this.isEmpty) return protocolType !== '' && protocols.length > 0
    if (protocolType !== this.#phase.protocolType) return false
    return protocols.some(({ name }) => this.#tables.isSpokenByAll(name))
  }

  /** Whether `memberId` may speak for the member, for the instance id if it has one (KIP-345). */
  refuseMember(memberId: string, instanceId: string | null): 'UNKNOWN_MEMBER_ID' | 'FENCED_INSTANCE_ID' | undefined {
    if (instanceId !== null) {
      const holder = this.instances.get(instanceId)
      if (holder === undefined) return 'UNKNOWN_MEMBER_ID'
      if (holder !== memberId) return 'FENCED_INSTANCE_ID'
    }
    return this.members.has(memberId) ? undefined : 'UNKNOWN_MEMBER_ID'
  }

  refuseCommit(committer: Omit<Committer, 'topic' | 'partition'>): GroupError | undefined {
    const { memberId, groupInstanceId, generationOrEpoch } = committer
    if (generationOrEpoch < 0 && this.isEmpty) return undefined
    if (generationOrEpoch < 0 && memberId === '' && groupInstanceId === null) return 'UNKNOWN_MEMBER_ID'
    const refusal = this.refuseMember(memberId, groupInstanceId)
    if (refusal !== undefined) return refusal
    if (generationOrEpoch !== this.generation) return 'ILLEGAL_GENERATION'
    return this.state === 'CompletingRebalance' ? 'REBALANCE_IN_PROGRESS' : undefined
  }

  refuseCommitOf(): undefined {
    return undefined
  }

  refuseFetch(): undefined {
    return undefined
  }

  refuseDelete(): GroupError | undefined {
    return this.isEmpty ? undefined : 'NON_EMPTY_GROUP'
  }

  refuseOffsetDelete(): GroupError | undefined {
    return this.isEmpty || this.usesConsumerProtocol ? undefined : 'NON_EMPTY_GROUP'
  }

  /** Consumers whose subscriptions cannot be read count as subscribed to everything. */
  isSubscribedTo(topic: string): boolean {
    return this.#subscribedTopics()?.has(topic) ?? this.usesConsumerProtocol
  }

  get unusedSince(): 'commit' | number | undefined {
    if (this.protocolType === null) return 'commit'
    if (this.isEmpty) return this.#phase.stateTimestampMs ?? 'commit'
    const known = this.state === 'Stable' && this.usesConsumerProtocol && this.#subscribedTopics() !== null
    return known ? 'commit' : undefined
  }

  tombstones(): readonly [ReturnType<typeof groupMetadataTombstone>] {
    return [groupMetadataTombstone(this.groupId)]
  }

  listed(): ListedGroup {
    return {
      groupId: this.groupId,
      protocolType: this.protocolType ?? '',
      groupState: this.state,
      groupType: 'classic',
    }
  }

  /** Takes a record over. What records do not carry stays, as far as its members are still there. */
  restore(value: GroupMetadataValue): void {
    const members = membersOfRecord(value, this.members)
    this.#change((tables) => tables.setMembers(members))
    this.#phase = {
      groupId: this.groupId,
      state: members.length === 0 ? 'Empty' : 'Stable',
      generation: value.generation,
      protocolType: value.protocolType === '' ? null : value.protocolType,
      protocol: value.protocol,
      leader: this.#leaderOf(value.leader),
      stateTimestampMs: value.currentStateTimestamp === -1 ? undefined : value.currentStateTimestamp,
      initial: undefined,
    }
    this.#isUnassigned = value.leader === null && members.length > 0
    this.#topics = undefined
  }

  patch(patch: GroupPatch): void {
    if (patch.phase.generation !== this.generation) this.#topics = undefined
    this.#phase = patch.phase
    this.#change((tables) => tables.change(patch))
  }

  #change(change: (tables: GroupTables) => void): void {
    const tables = this.#tables === NOBODY ? new GroupTables() : this.#tables
    change(tables)
    this.#tables = tables.isEmpty ? NOBODY : tables
  }

  #leaderOf(recorded: string | null): string | null {
    if (recorded !== null && this.members.has(recorded)) return recorded
    const [first] = this.members.keys()
    return first ?? null
  }

  #subscribedTopics(): ReadonlySet<string> | null {
    if (this.#topics === undefined) this.#topics = this.usesConsumerProtocol ? this.#readTopics() : null
    return this.#topics
  }

  #readTopics(): ReadonlySet<string> | null {
    if (this.members.size === 0) return new Set()
    if (this.protocol === null) return null
    return topicsSubscribed(Array.from(this.members.values(), (member) => metadataOf(member, this.protocol)))
  }
}

/** A group that nobody has joined yet. */
export function newGroup(groupId: string, nowMs: number | undefined): ClassicGroup {
  return classicGroupOf({
    groupId,
    generation: 0,
    protocolType: null,
    protocol: null,
    leader: null,
    stateTimestampMs: nowMs,
    members: [],
  })
}

/** A group in the middle of its life: Stable with the members given (leader null: the first), else Empty. */
export function classicGroupOf(group: GroupGeneration & { readonly members: readonly ClassicMember[] }): ClassicGroup {
  const { members, ...generation } = group
  const state = members.length === 0 ? 'Empty' : 'Stable'
  const leader = generation.leader ?? members[0]?.memberId ?? null
  return new ClassicGroup({ ...generation, leader, state, initial: undefined }, members)
}
