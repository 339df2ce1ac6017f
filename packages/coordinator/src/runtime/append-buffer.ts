/**
 * Records on their way into the partition. What one input has brought forth stays together in one batch; all that a turn of the event
 * loop brings forth goes into as few batches as the topic's limit allows.
 */
import {
  BATCH_HEADER_BYTES,
  encodeBatch,
  encodeVersioned,
  type RecordInput,
  singleRecordBatchBytesMax,
} from '@ottla/protocol'
import { encodeCoordinatorKey } from '@ottla/protocol/coordinator-records'
import type { CompressionCodec } from '@ottla/runtime'
import type { ShardRecord } from '../shard.ts'

export interface EncodedRecord extends RecordInput {
  /** What it adds to a batch at most, before compression. */
  readonly bytesMax: number
}

export interface Batch {
  readonly bytes: Uint8Array
  readonly recordCount: number
}

export function encodedRecord({ pair, key, value, valueVersion }: ShardRecord, timestamp: number): EncodedRecord {
  const keyBytes = encodeCoordinatorKey(pair.key, key as never)
  const valueBytes = value === null ? null : encodeVersioned(pair.value, valueVersion, value as never)
  const bytesMax = singleRecordBatchBytesMax(keyBytes, valueBytes) - BATCH_HEADER_BYTES
  return { key: keyBytes, value: valueBytes, timestamp, bytesMax }
}

/** What a batch of these takes at most. */
export function batchBytesMaxOf(records: readonly EncodedRecord[]): number {
  return records.reduce((sum, { bytesMax }) => sum + bytesMax, BATCH_HEADER_BYTES)
}

export class AppendBuffer {
  readonly #codec: 'none' | CompressionCodec
  #full: EncodedRecord[][] = []
  #open: EncodedRecord[] = []
  #openBytes = BATCH_HEADER_BYTES

  constructor(codec: 'none' | CompressionCodec) {
    this.#codec = codec
  }

  get isEmpty(): boolean {
    return this.#open.length === 0
  }

  /** `records` fit a batch of `bytesMax`, and stay together. */
  add(records: readonly EncodedRecord[], bytesMax: number): void {
    if (records.length === 0) return
    const bytes = batchBytesMaxOf(records) - BATCH_HEADER_BYTES
    if (this.#open.length > 0 && this.#openBytes + bytes > bytesMax) this.#close()
    for (const record of records) this.#open.push(record)
    this.#openBytes += bytes
  }

  /** The batches, in order; the buffer is empty afterwards. */
  take(): Batch[] {
    if (!this.isEmpty) this.#close()
    const batches = this.#full
    this.#full = []
    return batches.map((records) => ({
      bytes: encodeBatch({ records, codec: this.#codec }),
      recordCount: records.length,
    }))
  }

  #close(): void {
    this.#full.push(this.#open)
    this.#open = []
    this.#openBytes = BATCH_HEADER_BYTES
  }
}
