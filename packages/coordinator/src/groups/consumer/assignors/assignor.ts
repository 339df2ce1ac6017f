/** Who is to have which partition of a consumer group: pure functions from members and topics to a target. */
import type { Partitions } from '../partitions.ts'

export interface AssignableMember {
  readonly memberId: string
  readonly instanceId: string | null
  readonly rack: string | null
  /** Ids of topics that exist, sorted. Members with equal subscriptions have the same array. */
  readonly topics: readonly string[]
  /** The target so far: what it should keep. */
  readonly target: Partitions
}

export interface AssignableTopic {
  readonly partitions: number
  /** Racks that hold a replica of a partition; undefined: racks play no part. */
  racksOf?(partition: number): ReadonlySet<string>
}

export interface AssignmentInput {
  readonly members: readonly AssignableMember[]
  /** By topic id: every topic that a member is subscribed to. */
  readonly topics: ReadonlyMap<string, AssignableTopic>
  /** Member id of who has a partition at this moment, target or not: giving it to somebody else takes longer. */
  holderOf?(topicId: string, partition: number): string | undefined
}

/** Every partition of a topic with subscribers goes to exactly one of them. Every member has an entry. */
export type Assignment = ReadonlyMap<string, Partitions>

export type Assignor = (input: AssignmentInput) => Assignment

/** An assignment under construction. */
export type Draft = Map<string, Map<string, Set<number>>>

export function give(draft: Draft, memberId: string, topicId: string, partition: number): void {
  const ofMember = draft.get(memberId)!
  const ofTopic = ofMember.get(topicId)
  if (ofTopic === undefined) ofMember.set(topicId, new Set([partition]))
  else ofTopic.add(partition)
}

export function emptyDraft(members: readonly AssignableMember[]): Draft {
  return new Map(members.map(({ memberId }) => [memberId, new Map()]))
}

/** In an order that does not depend on when they joined: static members by their instance id, then the others by member id. */
export function inOrder(members: readonly AssignableMember[]): readonly AssignableMember[] {
  return [...members].sort((a, b) => {
    if (a.instanceId !== null && b.instanceId !== null) return compare(a.instanceId, b.instanceId)
    if (a.instanceId !== null) return -1
    if (b.instanceId !== null) return 1
    return compare(a.memberId, b.memberId)
  })
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
