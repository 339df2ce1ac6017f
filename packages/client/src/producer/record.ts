import type { ClientError } from '../errors.ts'

export interface HeaderInput {
  readonly key: string
  readonly value: Uint8Array | string | null
}

/** A record to be sent. */
export interface ProducerRecord<K, V> {
  readonly topic: string
  /** Chosen by the partitioner when absent. */
  readonly partition?: number
  readonly key?: K
  readonly value: V
  readonly headers?: readonly HeaderInput[]
  /** Milliseconds since the epoch; the time of `send` when absent. */
  readonly timestamp?: number
}

/** What became of a record. */
export interface RecordMetadata {
  readonly topic: string
  /** -1: it failed before it had one. */
  readonly partition: number
  /** -1: not known, as with acks=0 or after a failure. */
  readonly offset: number
  /** The record's own, or the broker's with message.timestamp.type=LogAppendTime. */
  readonly timestamp: number
  /** Bytes of the key; -1 for null. */
  readonly serializedKeySize: number
  /** Bytes of the value; -1 for null. */
  readonly serializedValueSize: number
}

/** Called once for each record; `error` is undefined for one that is written. For one partition in the order of `send`. */
export type SendCallback = (error: ClientError | undefined, metadata: RecordMetadata) => void
