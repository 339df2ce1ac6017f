/** What members of the classic protocol carry inside JoinGroup and SyncGroup: their subscriptions and assignments, with topics by name. */
import {
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  decodeVersionedLeniently,
  encodeVersioned,
} from '@ottla/protocol'
import type { MetadataImage } from '@ottla/replication'
import { type HeldPartitions, type ListedPartitions, listed, NO_PARTITIONS, type Partitions } from './partitions.ts'

/** Undefined: the bytes are no subscription. */
export function subscriptionIn(metadata: Uint8Array | undefined): ConsumerProtocolSubscription | undefined {
  return decoded(() => decodeVersionedLeniently(ConsumerProtocolSubscription, metadata ?? new Uint8Array(0)))
}

/** Undefined: the bytes are no assignment. None at all are an empty one. */
export function assignmentIn(bytes: Uint8Array): ConsumerProtocolAssignment | undefined {
  if (bytes.length === 0) return { assignedPartitions: [], userData: null }
  return decoded(() => decodeVersionedLeniently(ConsumerProtocolAssignment, bytes))
}

/** In the version in which the member wrote `metadata`. */
export function assignmentBytes(
  partitions: Partitions | HeldPartitions,
  { image, metadata }: { readonly image: MetadataImage; readonly metadata: Uint8Array | undefined },
): Uint8Array {
  const { min, max } = ConsumerProtocolAssignment.versions
  const version = metadata === undefined || metadata.length < 2 ? min : (metadata[0]! << 8) | metadata[1]!
  const assignedPartitions = listed(partitions).flatMap((topic) => {
    const name = image.topicNamesById.get(topic.topicId)
    return name === undefined ? [] : [{ topic: name, partitions: topic.partitions }]
  })
  return encodeVersioned(ConsumerProtocolAssignment, Math.min(Math.max(version, min), max), {
    assignedPartitions,
    userData: null,
  })
}

/** By id, as far as the topics exist. */
export function withIds(
  named: readonly { readonly topic: string; readonly partitions: readonly number[] }[],
  image: MetadataImage,
): readonly ListedPartitions[] {
  return named.flatMap(({ topic, partitions }) => {
    const topicId = image.topics.get(topic)?.id
    return topicId === undefined ? [] : [{ topicId, partitions }]
  })
}

/** As held since `epoch`. */
export function heldSince(owned: readonly ListedPartitions[], epoch: number): HeldPartitions {
  if (owned.length === 0) return NO_PARTITIONS
  return new Map(
    owned.map(({ topicId, partitions }) => [topicId, new Map(partitions.map((partition) => [partition, epoch]))]),
  )
}

function decoded<T>(decode: () => T): T | undefined {
  try {
    return decode()
  } catch {
    return undefined
  }
}
