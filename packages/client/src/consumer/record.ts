import type { RecordHeader, TimestampType } from '@ottla/protocol'
import type { TopicPartition } from '../admin/leaders.ts'

/**
 * A record as the application sees it. Keys, values and header values that are bytes are views: each keeps the answer alive in
 * which it came (up to fetch.max.bytes), so copy what is to be kept for long.
 */
export interface ConsumedRecord<K = Uint8Array | null, V = Uint8Array | null> extends TopicPartition {
  readonly offset: number
  /** Milliseconds since the epoch; -1: none. */
  readonly timestamp: number
  readonly timestampType: TimestampType | 'NoTimestampType'
  readonly key: K
  readonly value: V
  readonly headers: readonly RecordHeader[]
  /** Epoch of the leader that appended the record; -1: not known. */
  readonly leaderEpoch: number
  /** Bytes of the key; -1 for null. */
  readonly serializedKeySize: number
  /** Bytes of the value; -1 for null. */
  readonly serializedValueSize: number
}
