/**
 * What compaction keeps of a batch, by Kafka's rules. Of the records of a key the last one stays; one without a value (a tombstone)
 * until its delete horizon, which the batch is given by the first run that comes past it. What an aborted transaction wrote goes at once,
 * a transaction's marker when none of its records is left and its own horizon has passed. The last batches of a producer stay as empty
 * ones, so that a repetition is still known. Apache Kafka keeps the last one only, but a producer has five in flight: whoever has the log and
 * nothing else, be it a follower or a start after a power loss, would refuse the others as out of order, and their producer would write them twice.
 *
 * When in doubt a record stays: behind the end of the map, in a batch that cannot be read, in a transaction whose end is not here.
 */
import { BATCH_HEADER_BYTES, RecordBatch, recodedBatch } from '@ottla/protocol'
import type { CompressionCodec, Offload } from '@ottla/runtime'
import type { ProducerBatch } from '../producer-state.ts'
import { type BatchContent, contentOf, walkRecords } from './batch-content.ts'
import { canSetHorizon, compactedBatch, emptiedBatch } from './compacted-batch.ts'
import type { OffsetMap } from './offset-map.ts'
import type { Pace } from './pace.ts'
import { RecordCursor } from './record-cursor.ts'
import { markerIn, type TransactionOutcomes } from './transaction-outcomes.ts'

export interface BatchFilterOptions {
  readonly map: OffsetMap
  /** Loaded when the first transaction is met. */
  readonly outcomes: () => Promise<TransactionOutcomes>
  /** The batches of each producer of which a repetition must be known; empty: none is known, its markers tell its epoch. */
  readonly batchesOf: (producerId: number) => readonly ProducerBatch[] | undefined
  /** Records below it are deleted. */
  readonly logStartOffset: number
  readonly nowMs: number
  readonly deleteRetentionMs: number
  readonly levelOf: (codec: CompressionCodec) => number | undefined
  readonly offload: Offload
  readonly pace: Pace
  readonly onUnreadable: (batch: RecordBatch, fault: string) => void
}

/** Collected while the records of a batch are walked through. */
interface Kept {
  readonly content: Uint8Array
  readonly from: number[]
  readonly to: number[]
  readonly restAt: number[]
  readonly timestampDeltas: number[]
  hasTombstone: boolean
}

/** Batches come in the order of their offsets, from the start of the log. */
export class BatchFilter {
  readonly #options: BatchFilterOptions
  /** Producers whose transaction at hand has batches. */
  readonly #inTransaction = new Set<number>()
  /** Records without a key, which a compacted log cannot keep. */
  keyless = 0

  constructor(options: BatchFilterOptions) {
    this.#options = options
  }

  /** The batch itself, another one in its place, or undefined when nothing is left of it. */
  async filter(batch: RecordBatch): Promise<RecordBatch | undefined> {
    if (batch.isControl) return this.#filterControl(batch)
    if (batch.isTransactional && batch.producerId >= 0) {
      this.#inTransaction.add(batch.producerId)
      const outcome = (await this.#options.outcomes()).of(batch)
      if (outcome === 'aborted') return this.#emptied(batch)
    }
    if (batch.recordCount === 0) return this.#emptied(batch)
    return this.#filterRecords(batch)
  }

  #filterControl(batch: RecordBatch): RecordBatch | undefined {
    const { nowMs, deleteRetentionMs, batchesOf } = this.#options
    const hadBatches = this.#inTransaction.delete(batch.producerId)
    if (markerIn(batch) === undefined || hadBatches || batchesOf(batch.producerId)?.length === 0) return batch
    if (batch.hasDeleteHorizon) return nowMs >= batch.baseTimestamp ? undefined : batch
    const kept = keptNothing(batch.bytes)
    const cursor = new RecordCursor(batch.bytes, BATCH_HEADER_BYTES)
    for (let count = 0; count < batch.recordCount; count++) {
      cursor.next()
      note(kept, cursor)
    }
    const deleteHorizonMs = nowMs + deleteRetentionMs
    if (!canSetHorizon(batch, kept, deleteHorizonMs)) return batch
    return new RecordBatch(compactedBatch(batch, { ...kept, deleteHorizonMs }))
  }

  async #filterRecords(batch: RecordBatch): Promise<RecordBatch | undefined> {
    const { offload, pace, onUnreadable } = this.#options
    const content = await contentOf(batch, offload)
    if ('fault' in content) {
      onUnreadable(batch, content.fault)
      return batch
    }
    const kept = keptNothing(content.bytes)
    const visit = (record: RecordCursor) => {
      if (this.#isKept(batch, content, record)) note(kept, record)
      return true
    }
    const keylessBefore = this.keyless
    const fault = await walkRecords(batch, content, { pace, visit })
    if (fault !== undefined) {
      this.keyless = keylessBefore
      onUnreadable(batch, fault)
      return batch
    }
    return this.#rebuilt(batch, kept)
  }

  async #rebuilt(batch: RecordBatch, kept: Kept): Promise<RecordBatch | undefined> {
    if (kept.from.length === 0) return this.#emptied(batch)
    const deleteHorizonMs = this.#horizonFor(batch, kept)
    if (kept.from.length === batch.recordCount && deleteHorizonMs === undefined) return batch
    const plain = new RecordBatch(compactedBatch(batch, { ...kept, deleteHorizonMs }))
    const { codec } = batch
    if (codec === 'none') return plain
    const { offload, levelOf } = this.#options
    const content = plain.bytes.subarray(BATCH_HEADER_BYTES)
    return new RecordBatch(recodedBatch(plain, codec, await offload.compress(codec, content, levelOf(codec))))
  }

  /** A tombstone behind the end of the map deletes records that are still read: its time begins when they are gone. */
  #horizonFor(batch: RecordBatch, kept: Kept): number | undefined {
    const { map, nowMs, deleteRetentionMs } = this.#options
    if (!kept.hasTombstone || batch.hasDeleteHorizon || batch.lastOffset > map.latestOffset) return undefined
    const horizonMs = nowMs + deleteRetentionMs
    return canSetHorizon(batch, kept, horizonMs) ? horizonMs : undefined
  }

  #isKept(batch: RecordBatch, { bytes }: BatchContent, record: RecordCursor): boolean {
    const { map, nowMs, logStartOffset } = this.#options
    const offset = batch.baseOffset + record.offsetDelta
    if (offset < logStartOffset) return false
    if (offset > map.latestOffset) return true
    if (record.keyAt < 0) {
      this.keyless++
      return false
    }
    if (offset < map.get(bytes, { start: record.keyAt, end: record.keyEnd })) return false
    return record.hasValue || !batch.hasDeleteHorizon || nowMs < batch.baseTimestamp
  }

  #emptied(batch: RecordBatch): RecordBatch | undefined {
    if (batch.producerId < 0) return undefined
    const batches = this.#options.batchesOf(batch.producerId) ?? []
    // Whoever ended a transaction had its answers: nothing of it is in flight, only the sequence goes on from its last batch.
    const known = batch.isTransactional ? batches.slice(-1) : batches
    if (!known.some(({ lastOffset }) => lastOffset === batch.lastOffset)) return undefined
    return batch.recordCount === 0 ? batch : new RecordBatch(emptiedBatch(batch))
  }
}

function keptNothing(content: Uint8Array): Kept {
  return { content, from: [], to: [], restAt: [], timestampDeltas: [], hasTombstone: false }
}

function note(kept: Kept, record: RecordCursor): void {
  kept.from.push(record.start)
  kept.to.push(record.end)
  kept.restAt.push(record.restAt)
  kept.timestampDeltas.push(record.timestampDelta)
  if (!record.hasValue) kept.hasTombstone = true
}
