/**
 * A group of the consumer protocol (KIP-848). Members say in heartbeats what they subscribe to and what they own; the coordinator computes who is
 * to have which partition (the target) and leads each member there, one heartbeat at a time.
 *
 * Three epochs: the group's rises when subscriptions, members or topics change; the assignment's is the group epoch that the target was computed for;
 * a member's is the assignment epoch that it has reached. States: Empty (no members), Assigning (the target is older than the group), Reconciling (some
 * member has not reached it), Stable.
 *
 * Everything here is in records: it changes by `apply` of what a record says (changes.ts), whose inverse is known before, so that a request can be worked
 * out on the group itself and taken back (draft.ts).
 *
 * Invariants: a partition has at most one holder, who keeps it until it has acknowledged giving it up or is gone; counts follow the members; a member
 * epoch never passes the assignment epoch.
 */
import { assert } from '@ottla/runtime'
import type { ShardRecord } from '../../shard.ts'
import type { Committer, Group, GroupError } from '../group.ts'
import type { ListedGroup } from '../requests.ts'
import { type ConsumerMember, isReconciledTo } from './consumer-member.ts'
import {
  CURRENT,
  GROUP_EPOCH,
  groupTombstone,
  MEMBER,
  memberTombstone,
  PARTITION_METADATA,
  type ResolvedRegex,
  regexTombstone,
  TARGET,
  TARGET_EPOCH,
} from './consumer-records.ts'
import { type HeldPartitions, NO_PARTITIONS, type Partitions } from './partitions.ts'
import { add, SubscribedTopics } from './subscribed-topics.ts'

export type ConsumerGroupState = 'Empty' | 'Assigning' | 'Reconciling' | 'Stable'

/** Names of topics to ids, in the image that the shard has. */
export type TopicIds = (topic: string) => string | undefined

/** Commits of members of the consumer protocol carry their epoch from this version of OffsetCommit on. */
const COMMIT_VERSION_MIN = 9
const FIRST_EPOCH = 1

export class ConsumerGroup implements Group {
  readonly kind = 'consumer'
  readonly groupId: string
  readonly #topicIds: TopicIds
  readonly #members = new Map<string, ConsumerMember>()
  readonly #target = new Map<string, Partitions>()
  /** Member id by instance id. */
  readonly #instances = new Map<string, string>()
  /** Member id by topic id and partition: who holds it, to be given up or not. */
  readonly #holders = new Map<string, Map<number, string>>()
  readonly #assignors = new Map<string, number>()
  readonly #classicProtocols = new Map<string, number>()
  #classicMembers = 0
  #unreconciled: boolean | undefined
  readonly subscribed = new SubscribedTopics()
  epoch = FIRST_EPOCH
  metadataHash = 0n
  assignmentEpoch = FIRST_EPOCH
  /** When the target was computed, milliseconds since the epoch; 0: not known. */
  assignedAtMs = 0
  /** A record of type 4 of an older coordinator is in the log; it is removed with the next change. */
  hasPartitionMetadata = false

  constructor(groupId: string, topicIds: TopicIds) {
    this.groupId = groupId
    this.#topicIds = topicIds
  }

  get members(): ReadonlyMap<string, ConsumerMember> {
    return this.#members
  }

  get target(): ReadonlyMap<string, Partitions> {
    return this.#target
  }

  get state(): ConsumerGroupState {
    if (this.#members.size === 0) return 'Empty'
    if (this.epoch > this.assignmentEpoch) return 'Assigning'
    this.#unreconciled ??= this.#hasUnreconciled()
    return this.#unreconciled ? 'Reconciling' : 'Stable'
  }

  get isEmpty(): boolean {
    return this.#members.size === 0
  }

  get classicMembers(): number {
    return this.#classicMembers
  }

  staticMember(instanceId: string): ConsumerMember | undefined {
    const memberId = this.#instances.get(instanceId)
    return memberId === undefined ? undefined : this.#members.get(memberId)
  }

  holderOf(topicId: string, partition: number): string | undefined {
    return this.#holders.get(topicId)?.get(partition)
  }

  targetOf(memberId: string): Partitions {
    return this.#target.get(memberId) ?? NO_PARTITIONS
  }

  /** The assignor that most members name; of several the first in `order`, which is also the answer when none is named. */
  assignor(order: readonly string[]): string | undefined {
    let best = order[0]
    for (const name of order) {
      if ((this.#assignors.get(name) ?? 0) > (this.#assignors.get(best!) ?? 0)) best = name
    }
    return best
  }

  /** Whether all members that speak the classic protocol offer one of `names`. */
  offersClassicProtocol(names: readonly string[]): boolean {
    if (this.isEmpty) return names.length > 0
    return names.some((name) => (this.#classicProtocols.get(name) ?? 0) === this.#classicMembers)
  }

  /** Whether `member` still waits for a partition that another one holds. */
  isWaitingForPartitions(member: ConsumerMember): boolean {
    for (const [topicId, partitions] of this.targetOf(member.memberId)) {
      const has = member.assigned.get(topicId)
      for (const partition of partitions) {
        if (has?.has(partition) !== true && this.holderOf(topicId, partition) !== undefined) return true
      }
    }
    return false
  }

  putMember(memberId: string, member: ConsumerMember | undefined): void {
    const old = this.#members.get(memberId)
    if (old !== undefined) this.#forget(old)
    if (member === undefined) this.#members.delete(memberId)
    else this.#remember(member)
    this.#unreconciled = undefined
  }

  putTarget(memberId: string, partitions: Partitions | undefined): void {
    if (partitions === undefined) this.#target.delete(memberId)
    else this.#target.set(memberId, partitions)
  }

  putAssignmentEpoch(epoch: number, assignedAtMs: number): void {
    this.assignmentEpoch = epoch
    this.assignedAtMs = assignedAtMs
    this.#unreconciled = undefined
  }

  putRegex(expression: string, resolved: ResolvedRegex | undefined): void {
    this.subscribed.resolve(expression, resolved)
  }

  /** Throws when two members hold a partition. For tests and the draft of a request; records of a log may say so for a while. */
  assertOneHolder(member: ConsumerMember): void {
    for (const held of [member.assigned, member.revoking]) {
      for (const [topicId, partitions] of held) {
        for (const partition of partitions.keys()) {
          const holder = this.holderOf(topicId, partition)
          assert(holder === undefined || holder === member.memberId, 'a partition has one holder', () => ({
            group: this.groupId,
            topicId,
            partition,
            holder,
            member: member.memberId,
          }))
        }
      }
    }
  }

  refuseCommit({ memberId, generationOrEpoch, apiVersion }: Omit<Committer, 'topic' | 'partition'>) {
    if (generationOrEpoch < 0 && this.isEmpty) return undefined
    const member = this.#members.get(memberId)
    if (member === undefined) return 'UNKNOWN_MEMBER_ID' as const
    if (member.classic !== undefined) {
      return generationOrEpoch === member.memberEpoch ? undefined : ('ILLEGAL_GENERATION' as const)
    }
    if (apiVersion < COMMIT_VERSION_MIN) return 'UNSUPPORTED_VERSION' as const
    return generationOrEpoch > member.memberEpoch ? ('STALE_MEMBER_EPOCH' as const) : undefined
  }

  /** A member may commit with an epoch that it has left behind for partitions that it has held since then. */
  refuseCommitOf({ memberId, generationOrEpoch, topic, partition }: Committer): GroupError | undefined {
    const member = this.#members.get(memberId)
    if (member === undefined || member.memberEpoch === generationOrEpoch) return undefined
    const topicId = this.#topicIds(topic)
    const givenIn =
      topicId === undefined
        ? undefined
        : (member.assigned.get(topicId)?.get(partition) ?? member.revoking.get(topicId)?.get(partition))
    return givenIn !== undefined && givenIn <= generationOrEpoch ? undefined : 'STALE_MEMBER_EPOCH'
  }

  refuseFetch({ memberId, memberEpoch }: { readonly memberId: string | null; readonly memberEpoch: number }) {
    if (memberId === null && memberEpoch < 0) return undefined
    const member = this.#members.get(memberId ?? '')
    if (member === undefined) return 'UNKNOWN_MEMBER_ID' as const
    if (member.memberEpoch === memberEpoch) return undefined
    return member.classic === undefined ? ('STALE_MEMBER_EPOCH' as const) : ('ILLEGAL_GENERATION' as const)
  }

  refuseDelete(): GroupError | undefined {
    return this.isEmpty ? undefined : 'NON_EMPTY_GROUP'
  }

  refuseOffsetDelete(): GroupError | undefined {
    return undefined
  }

  isSubscribedTo(topic: string): boolean {
    return this.subscribed.has(topic)
  }

  /** Each offset by itself: one of a topic that nobody is subscribed to expires while the group lives. */
  get unusedSince(): 'commit' {
    return 'commit'
  }

  tombstones(): readonly ShardRecord[] {
    const memberIds = [...this.#members.keys()]
    const ofMembers = (pair: typeof MEMBER) => memberIds.map((id) => memberTombstone(pair, this.groupId, id))
    return [
      ...ofMembers(CURRENT),
      ...ofMembers(TARGET),
      groupTombstone(TARGET_EPOCH, this.groupId),
      ...ofMembers(MEMBER),
      ...(this.hasPartitionMetadata ? [groupTombstone(PARTITION_METADATA, this.groupId)] : []),
      ...[...this.subscribed.resolved.keys()].map((expression) => regexTombstone(this.groupId, expression)),
      groupTombstone(GROUP_EPOCH, this.groupId),
    ]
  }

  listed(): ListedGroup {
    return { groupId: this.groupId, protocolType: 'consumer', groupState: this.state, groupType: 'consumer' }
  }

  #hasUnreconciled(): boolean {
    for (const member of this.#members.values()) {
      if (!isReconciledTo(member, this.assignmentEpoch)) return true
    }
    return false
  }

  #remember(member: ConsumerMember): void {
    this.#members.set(member.memberId, member)
    if (member.instanceId !== null) this.#instances.set(member.instanceId, member.memberId)
    this.subscribed.add(member)
    this.#count(member, 1)
    this.#hold(member.assigned, member.memberId)
    this.#hold(member.revoking, member.memberId)
  }

  #forget(member: ConsumerMember): void {
    const { instanceId, memberId } = member
    if (instanceId !== null && this.#instances.get(instanceId) === memberId) this.#instances.delete(instanceId)
    this.subscribed.remove(member)
    this.#count(member, -1)
    this.#release(member.assigned, memberId)
    this.#release(member.revoking, memberId)
  }

  #count({ serverAssignor, classic }: ConsumerMember, by: 1 | -1): void {
    if (serverAssignor !== null) add(this.#assignors, serverAssignor, by)
    if (classic === undefined) return
    this.#classicMembers += by
    for (const { name } of classic.supportedProtocols) add(this.#classicProtocols, name, by)
  }

  #hold(held: HeldPartitions, memberId: string): void {
    for (const [topicId, partitions] of held) {
      let holders = this.#holders.get(topicId)
      if (holders === undefined) {
        holders = new Map()
        this.#holders.set(topicId, holders)
      }
      for (const partition of partitions.keys()) holders.set(partition, memberId)
    }
  }

  #release(held: HeldPartitions, memberId: string): void {
    for (const [topicId, partitions] of held) {
      const holders = this.#holders.get(topicId)
      if (holders === undefined) continue
      for (const partition of partitions.keys()) {
        if (holders.get(partition) === memberId) holders.delete(partition)
      }
      if (holders.size === 0) this.#holders.delete(topicId)
    }
  }
}
