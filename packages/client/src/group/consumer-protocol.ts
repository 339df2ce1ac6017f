/** What members of a classic consumer group tell each other through the coordinator, which does not look into it. */
import { ConsumerProtocolAssignment, ConsumerProtocolSubscription, decodeMessage, encodeMessage } from '@ottla/protocol'
import type { TopicPartition } from '../admin/leaders.ts'
import { groupBy } from '../group-by.ts'
import type { GroupMember } from './assignors/assignor.ts'

export const PROTOCOL_TYPE = 'consumer'
const VERSION = 3
const VERSION_BYTES = 2

type Told = Pick<GroupMember, 'topics' | 'ownedPartitions' | 'generation' | 'rackId' | 'userData'>

export function encodeSubscription({ topics, ownedPartitions, generation, rackId, userData }: Told): Uint8Array {
  const body = {
    topics: [...topics].sort(),
    userData,
    ownedPartitions: byTopic(ownedPartitions),
    generationId: generation,
    rackId,
  }
  return withVersion(encodeMessage(ConsumerProtocolSubscription, VERSION, body))
}

/** Throws a `ProtocolError` for bytes that are none. */
export function decodeSubscription(bytes: Uint8Array): Told {
  const { topics, userData, ownedPartitions, generationId, rackId } = decodeMessage(
    ConsumerProtocolSubscription,
    versionOf(bytes),
    bytes,
    VERSION_BYTES,
  )
  return { topics, userData, ownedPartitions: flat(ownedPartitions), generation: generationId, rackId }
}

export interface Assignment {
  readonly partitions: readonly TopicPartition[]
  /**
   * The member owned more, which others are to get when it has given that up and joined again. Told in the user data, where Kafka's
   * assignors tell nothing: a static member that dies before it has joined again comes back into the same generation, and would not know.
   */
  readonly owesJoin: boolean
}

const OWES_JOIN = Uint8Array.of(1)

export function encodeAssignment({ partitions, owesJoin }: Assignment): Uint8Array {
  const body = { assignedPartitions: byTopic(partitions), userData: owesJoin ? OWES_JOIN : null }
  return withVersion(encodeMessage(ConsumerProtocolAssignment, VERSION, body))
}

/** No bytes at all are an empty assignment: of a member that the leader did not know. */
export function decodeAssignment(bytes: Uint8Array): Assignment {
  if (bytes.length === 0) return { partitions: [], owesJoin: false }
  const message = decodeMessage(ConsumerProtocolAssignment, versionOf(bytes), bytes, VERSION_BYTES)
  const { assignedPartitions, userData } = message
  return { partitions: flat(assignedPartitions), owesJoin: userData?.length === 1 && userData[0] === OWES_JOIN[0] }
}

/** Later versions begin as the last one that is known here. */
function versionOf(bytes: Uint8Array): number {
  return Math.min(VERSION, Math.max(0, new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getInt16(0)))
}

function withVersion(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(VERSION_BYTES + body.length)
  new DataView(bytes.buffer).setInt16(0, VERSION)
  bytes.set(body, VERSION_BYTES)
  return bytes
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
