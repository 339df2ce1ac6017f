import { type AnyBatch, anyBatchesIn, type BatchRecord, CorruptRecordError, RecordBatch } from '@ottla/protocol'
import { type AbortedTransaction, AbortedTransactions } from './aborted-transactions.ts'
import { type AssignedPartition, topicPartitionOf } from './assigned-partition.ts'
import type { Deserializer } from './deserializers.ts'
import { UnreadableRecordError } from './errors.ts'
import type { ConsumedRecord } from './record.ts'

/** Messages older than record batches do not say who appended them. */
const NO_EPOCH = -1

export interface ReadOptions {
  readonly checkCrcs: boolean
  readonly keyDeserializer: Deserializer<unknown> | undefined
  readonly valueDeserializer: Deserializer<unknown> | undefined
}

/** What one answer brought of one partition: batches whose headers have been looked at. */
export interface FetchedBatches {
  readonly batches: readonly AnyBatch[]
  readonly aborted: readonly AbortedTransaction[] | null
  /** What follows the batches and is none. */
  readonly fault: Error | undefined
}

/** Finds the batches by their headers; of the records nothing is read yet. */
export function findBatches(records: Uint8Array): Pick<FetchedBatches, 'batches' | 'fault'> {
  const batches: AnyBatch[] = []
  try {
    for (const batch of anyBatchesIn(records)) batches.push(batch)
  } catch (error) {
    if (!(error instanceof CorruptRecordError)) throw error
    return { batches, fault: error }
  }
  const tooLarge = batches.length === 0 && records.length > 0
  const fault = tooLarge
    ? new Error(`the first batch does not end within the ${records.length} bytes of the answer`)
    : undefined
  return { batches, fault }
}

/**
 * Hands out the records of one partition in one answer, batch by batch: a batch is checked and decompressed when its first record is
 * wanted. Moves the partition's position with each record.
 */
export class FetchedPartition {
  readonly partition: AssignedPartition
  readonly generation: number
  private readonly options: ReadOptions
  private readonly fetched: FetchedBatches
  private readonly transactions: AbortedTransactions | undefined
  private nextBatch = 0
  private batch: AnyBatch | undefined
  private leaderEpoch = NO_EPOCH
  private timestampType: ConsumedRecord['timestampType'] = 'CreateTime'
  private records: Iterator<BatchRecord, void> | undefined
  /** A record whose deserializer failed: it stays the next one. */
  private refused: BatchRecord | undefined
  private failure: UnreadableRecordError | undefined

  constructor(partition: AssignedPartition, fetched: FetchedBatches, options: ReadOptions) {
    this.partition = partition
    this.generation = partition.generation
    this.fetched = fetched
    this.options = options
    this.transactions = fetched.aborted === null ? undefined : new AbortedTransactions(fetched.aborted)
  }

  /**
   * Adds records to `into` until it has `count` or there are no more; false in the latter case. Throws an `UnreadableRecordError`,
   * and again each time.
   */
  take(into: ConsumedRecord<unknown, unknown>[], count: number): boolean {
    if (this.failure !== undefined) throw this.failure
    while (into.length < count) {
      const record = this.refused ?? this.nextRecord()
      if (record === undefined) return false
      into.push(this.consumed(record))
      this.partition.offset = record.offset + 1
      this.partition.offsetEpoch = this.leaderEpoch
    }
    return true
  }

  /** The next record at or behind the position, or undefined at the end. */
  private nextRecord(): BatchRecord | undefined {
    for (;;) {
      if (this.records === undefined && !this.enterBatch()) return undefined
      try {
        const { value } = this.records!.next()
        if (value === undefined) this.leaveBatch()
        else if (value.offset >= this.partition.offset) return value
      } catch (error) {
        throw this.unreadable(error)
      }
    }
  }

  /** Finds the next batch that has something for the application; false when there is none. */
  private enterBatch(): boolean {
    while (this.nextBatch < this.fetched.batches.length) {
      const batch = this.fetched.batches[this.nextBatch++]!
      this.batch = batch
      this.leaderEpoch = batch instanceof RecordBatch ? batch.partitionLeaderEpoch : NO_EPOCH
      if (this.isVisible(batch)) {
        this.timestampType = batch.timestampType
        this.records = batch.records()
        return true
      }
      this.leaveBatch()
    }
    if (this.fetched.fault !== undefined) throw this.unreadable(this.fetched.fault)
    return false
  }

  private isVisible(batch: AnyBatch): boolean {
    try {
      if (this.options.checkCrcs && !batch.isCrcValid()) throw new CorruptRecordError('the checksum is wrong')
      return !(batch instanceof RecordBatch && (this.transactions?.hides(batch) || batch.isControl))
    } catch (error) {
      throw this.unreadable(error)
    }
  }

  /** The position passes the whole batch, also where compaction has left a gap at its end. */
  private leaveBatch(): void {
    const behind = this.batch!.lastOffset + 1
    if (behind > this.partition.offset) {
      this.partition.offset = behind
      this.partition.offsetEpoch = this.leaderEpoch
    }
    this.batch = undefined
    this.records = undefined
  }

  private consumed(record: BatchRecord): ConsumedRecord<unknown, unknown> {
    const { topic, partition } = this.partition
    const { key, value, headers } = record
    return {
      topic,
      partition,
      offset: record.offset,
      timestamp: record.timestamp,
      timestampType: this.timestampType,
      key: this.options.keyDeserializer === undefined ? key : this.deserialized(record, 'key'),
      value: this.options.valueDeserializer === undefined ? value : this.deserialized(record, 'value'),
      headers,
      leaderEpoch: this.leaderEpoch,
      serializedKeySize: key === null ? -1 : key.length,
      serializedValueSize: value === null ? -1 : value.length,
    }
  }

  private deserialized(record: BatchRecord, part: 'key' | 'value'): unknown {
    const deserializer = part === 'key' ? this.options.keyDeserializer! : this.options.valueDeserializer!
    try {
      const value = deserializer(record[part], { topic: this.partition.topic, headers: record.headers })
      this.refused = undefined
      return value
    } catch (cause) {
      this.refused = record
      const { offset } = record
      const what = `the deserializer refuses the ${part}: ${messageOf(cause)}`
      throw new UnreadableRecordError(
        what,
        { ...topicPartitionOf(this.partition), offset, nextOffset: offset + 1 },
        cause,
      )
    }
  }

  /** Nothing behind the damage can be trusted, so it stays where it is. */
  private unreadable(cause: unknown): UnreadableRecordError {
    const { offset } = this.partition
    const nextOffset = Math.max(offset, this.batch?.lastOffset ?? offset) + 1
    this.failure = new UnreadableRecordError(
      messageOf(cause),
      { ...topicPartitionOf(this.partition), offset, nextOffset },
      cause,
    )
    return this.failure
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
