import type { TopicPartition } from '../../admin/leaders.ts'
import type { TopicShapes } from '../member.ts'

/** A member as the group's leader sees it. */
export interface GroupMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly topics: readonly string[]
  /** What it holds (KIP-429); of members that give up everything before they join, nothing. */
  readonly ownedPartitions: readonly TopicPartition[]
  /** The generation in which it was given them; -1: not said. */
  readonly generation: number
  readonly rackId: string | null
  readonly userData: Uint8Array | null
}

export type GroupAssignment = ReadonlyMap<string, readonly TopicPartition[]>

export interface AssignorContext {
  /** What this member was given last, also when it has given it up since. */
  readonly lastAssignment: readonly TopicPartition[]
  /** The generation in which that was; -1: it was never given anything. */
  readonly generation: number
}

/**
 * Says which member of a classic group reads what. The group's leader runs the one that all members know, by `name`.
 *
 * An assignor that is `cooperative` lets members keep their partitions during a rebalance: it must not give a partition to one member
 * while another one holds it (`ownedPartitions`), but leave it out until that one has given it up.
 */
export interface PartitionAssignor {
  readonly name: string
  readonly cooperative: boolean
  /** What this member tells the leader besides its topics, when it joins. */
  userData?(context: AssignorContext): Uint8Array | null
  /** Every member appears in the result; topics that nobody has are missing in `shapes`. */
  assign(members: readonly GroupMember[], shapes: TopicShapes): GroupAssignment
}
