/** What members of a classic consumer group tell each other through the coordinator, which looks into it only to upgrade the group. */
import {
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  decodeVersionedLeniently,
  encodeVersioned,
} from '@ottla/protocol'
import type { TopicPartition } from '../admin/leaders.ts'
import { groupBy } from '../group-by.ts'
import type { GroupMember } from './assignors/assignor.ts'

export const PROTOCOL_TYPE = 'consumer'
const VERSION = 3

type Told = Pick<GroupMember, 'topics' | 'ownedPartitions' | 'generation' | 'rackId' | 'userData'>

export function encodeSubscription({ topics, ownedPartitions, generation, rackId, userData }: Told): Uint8Array {
  const body = {
    topics: [...topics].sort(),
    userData,
    ownedPartitions: byTopic(ownedPartitions),
    generationId: generation,
    rackId,
  }
  return encodeVersioned(ConsumerProtocolSubscription, VERSION, body)
}

/** Throws a `ProtocolError` for bytes that are none. */
export function decodeSubscription(bytes: Uint8Array): Told {
  const told = decodeVersionedLeniently(ConsumerProtocolSubscription, bytes)
  const { topics, userData, ownedPartitions, generationId, rackId } = told
  return { topics, userData, ownedPartitions: flat(ownedPartitions), generation: generationId, rackId }
}

export interface Assignment {
  readonly partitions: readonly TopicPartition[]
  /**
   * The member owned more, which others are to get when it has given that up and joined again: a static member that dies before it has joined
   * again comes back into the same generation, and would not know.
   */
  readonly owesJoin: boolean
}

/** Stands behind the message, where no other client looks. User data would keep coordinators from upgrading the group to the consumer protocol. */
const OWES_JOIN = new TextEncoder().encode('owes')

export function encodeAssignment({ partitions, owesJoin }: Assignment): Uint8Array {
  const body = { assignedPartitions: byTopic(partitions), userData: null }
  const message = encodeVersioned(ConsumerProtocolAssignment, VERSION, body)
  return owesJoin ? Buffer.concat([message, OWES_JOIN]) : message
}

/** No bytes at all are an empty assignment: of a member that the leader did not know. */
export function decodeAssignment(bytes: Uint8Array): Assignment {
  if (bytes.length === 0) return { partitions: [], owesJoin: false }
  const { assignedPartitions } = decodeVersionedLeniently(ConsumerProtocolAssignment, bytes)
  const end = bytes.subarray(-OWES_JOIN.length)
  return { partitions: flat(assignedPartitions), owesJoin: OWES_JOIN.every((byte, index) => byte === end[index]) }
}

function byTopic(partitions: readonly TopicPartition[]) {
  return [...groupBy(partitions, ({ topic }) => topic)].map(([topic, its]) => ({
    topic,
    partitions: its.map(({ partition }) => partition),
  }))
}

function flat(topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[]): TopicPartition[] {
  return topics.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })))
}
