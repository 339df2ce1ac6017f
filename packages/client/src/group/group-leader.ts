import { ClientError } from '../errors.ts'
import type { PartitionAssignor } from './assignors/assignor.ts'
import { foreignBytes, type JoinAnswer, type MemberAssignment, reasonOf } from './classic-requests.ts'
import { decodeSubscription, encodeAssignment } from './consumer-protocol.ts'
import { difference, type TopicShapes } from './member.ts'

/** The assignor that the group chose. Throws a `ClientError` for one that this member does not have. */
export function chosenAssignor(assignors: readonly PartitionAssignor[], chosen: string): PartitionAssignor {
  const assignor = assignors.find(({ name }) => name === chosen)
  if (assignor !== undefined) return assignor
  const message = `the group chose the assignor ${chosen}, which this member does not know`
  throw new ClientError('INCONSISTENT_GROUP_PROTOCOL', message, { api: 'JoinGroup' })
}

/** What the leader of a classic group does for all: it assigns, and sees when topics are not any more as they were then. */
export class GroupLeader {
  /** All topics that members of the group subscribe to. */
  readonly topics: readonly string[]
  private readonly members: readonly SubscribedMember[]
  private readonly assignor: PartitionAssignor
  private readonly skips: boolean
  private snapshot: TopicShapes | undefined

  /** Throws a `ClientError` for a subscription that is none. */
  constructor({ members, skipAssignment }: JoinAnswer, assignor: PartitionAssignor) {
    this.members = members.map(subscribed)
    this.topics = [...new Set(this.members.flatMap(({ topics }) => topics))]
    this.assignor = assignor
    // A static leader that is back takes over the assignment that the group has (KIP-814).
    this.skips = skipAssignment
  }

  /** What each member gets. Throws a `ClientError` when the assignor throws. */
  assign(shapes: TopicShapes): MemberAssignment[] {
    this.snapshot = shapes
    if (this.skips) return []
    const { name, cooperative } = this.assignor
    try {
      const assignment = this.assignor.assign(this.members, shapes)
      const owned = new Map(this.members.map(({ memberId, ownedPartitions }) => [memberId, ownedPartitions]))
      return [...assignment].map(([memberId, partitions]) => {
        const owesJoin = cooperative && difference(owned.get(memberId) ?? [], partitions).length > 0
        return { memberId, assignment: encodeAssignment({ partitions, owesJoin }) }
      })
    } catch (error) {
      throw new ClientError('UNKNOWN_SERVER_ERROR', `the assignor ${name} failed: ${reasonOf(error)}`, {}, error)
    }
  }

  /** Whether topics came, went or have other partitions than when they were assigned. */
  isOutdated(shapes: TopicShapes): boolean {
    const { snapshot } = this
    if (snapshot === undefined) return false
    if (snapshot.size !== shapes.size) return true
    return [...snapshot].some(([topic, { partitions }]) => shapes.get(topic)?.partitions !== partitions)
  }
}

type SubscribedMember = ReturnType<typeof subscribed>

function subscribed({ memberId, groupInstanceId, metadata }: JoinAnswer['members'][number]) {
  try {
    return { memberId, groupInstanceId, ...decodeSubscription(metadata) }
  } catch (error) {
    throw foreignBytes("a member's subscription", error)
  }
}
