/** The words in which a partition is spoken to. */
import type { LeaderView, PartitionImage } from '@ottla/replication'

/** The part of the metadata image that a partition follows. */
export interface PartitionView {
  readonly image: PartitionImage
  /** min(min.insync.replicas, replicas) */
  readonly effectiveMinIsr: number
  /** Brokers that may be in an ISR, each with its broker epoch. */
  readonly eligible: ReadonlyMap<number, number>
}

export function leaderViewOf({ image, effectiveMinIsr, eligible }: PartitionView): LeaderView {
  const { leaderEpoch, partitionEpoch, replicas, isr } = image
  return { leaderEpoch, partitionEpoch, replicas, isr, effectiveMinIsr, eligible }
}

/** Names of protocol's error table. */
export type RoleError =
  | 'NOT_LEADER_OR_FOLLOWER'
  | 'FENCED_LEADER_EPOCH'
  | 'UNKNOWN_LEADER_EPOCH'
  | 'KAFKA_STORAGE_ERROR'

/** Who may answer a request: the leader alone, or a follower too (KIP-392). */
export type ServedBy = 'leader' | 'replica'

/**
 * How far a reader sees. A replica sees the end of the log; a consumer the high watermark, or with read_committed the last
 * stable offset.
 */
export type Isolation = 'log-end' | 'high-watermark' | 'last-stable'

export interface ReadRange {
  readonly offset: number
  readonly isolation: Isolation
  readonly bytesMax: number
  readonly atLeastOneBatch: boolean
}

export type Acks = 0 | 1 | -1

/** One record batch as a client sent it, or as it was compressed for the topic. */
export interface ClientBatch {
  readonly records: Uint8Array
  /** See `AppendRequest.decompressed`. */
  readonly decompressed?: Uint8Array
}

/** What a replica's Fetch says about a partition: it has everything below `fetchOffset`. */
export interface ReplicaFetch {
  readonly replica: number
  readonly brokerEpoch: number
  readonly fetchOffset: number
  /** -1: it does not say. */
  readonly logStartOffset: number
  /** As in the request, -1: it names none. */
  readonly currentLeaderEpoch: number
}

/** An in-sync replica, as the leader has seen it. */
export interface InSyncReplica {
  readonly brokerId: number
  readonly logStartOffset: number
  readonly logEndOffset: number
}
