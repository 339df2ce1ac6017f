/**
 * Replays a partition into a new shard, from the start of the log to its end. Pieces are read one after the other; within a piece the event
 * loop gets its turn every few milliseconds. Types of records that are not known are skipped: a later version wrote them, or Kafka.
 * Anything else that cannot be read fails the load: state that lacks a record must not be served.
 */
import { BATCH_HEADER_BYTES, batchesIn, DECOMPRESSED_BYTES_MAX, RecordBatch, recodedBatch } from '@ottla/protocol'
import { decodeCoordinatorRecord, type RecordTypes } from '@ottla/protocol/coordinator-records'
import type { Offload } from '@ottla/runtime'
import type { ShardRecord } from '../shard.ts'
import type { ShardLog } from '../shard-log.ts'
import type { CoordinatorWorld } from './options.ts'
import { type LoggedRecord, TransactionsInLog } from './transactions-in-log.ts'

export interface LoadOptions {
  readonly log: ShardLog
  readonly shard: { replay(offset: number, record: ShardRecord): void }
  readonly world: CoordinatorWorld
  readonly recordTypes: RecordTypes
  readonly loadBytes: number
  /** Asked after every wait: nobody wants the state any more. */
  readonly isOver: () => boolean
}

export interface LoadReport {
  readonly records: number
  readonly bytes: number
  /** Of types that are not known. */
  readonly skipped: number
  readonly openTransactions: number
}

/** So long the event loop may be kept. */
const SLICE_MS = 2
/** The clock is asked once for so many records. */
const RECORDS_PER_LOOK = 16
/** Compressed batches below this are decompressed on the spot. */
const OFFLOADED_BYTES_MIN = 16 * 1024

/** Undefined: it was over before it was done. Rejects when the log cannot be read. */
export async function loadShard(options: LoadOptions): Promise<LoadReport | undefined> {
  return new Load(options).run()
}

class Load {
  readonly #options: LoadOptions
  readonly #transactions = new TransactionsInLog()
  #records = 0
  #bytes = 0
  #skipped = 0
  #sliceStartMs = 0

  constructor(options: LoadOptions) {
    this.#options = options
  }

  async run(): Promise<LoadReport | undefined> {
    const { log, loadBytes, isOver } = this.#options
    const endOffset = log.logEndOffset
    for (let offset = log.logStartOffset; offset < endOffset; ) {
      const piece = await log.read(offset, loadBytes)
      if (isOver()) return undefined
      this.#sliceStartMs = this.#options.world.clock.monotonic()
      const next = await this.#replayPiece(piece, offset)
      if (isOver() || next === undefined) return undefined
      if (next === offset) throw new Error(`${this.#name}: no whole batch at offset ${offset}`)
      offset = next
    }
    const openTransactions = this.#transactions.openCount
    return { records: this.#records, bytes: this.#bytes, skipped: this.#skipped, openTransactions }
  }

  get #name(): string {
    return `${this.#options.log.topic}-${this.#options.log.partition}`
  }

  /** Returns the offset behind the piece; undefined when it is over. */
  async #replayPiece(piece: Uint8Array, from: number): Promise<number | undefined> {
    let next = from
    for (const batch of batchesIn(piece)) {
      if (!batch.isCrcValid()) throw new Error(`${this.#name}: the batch at offset ${batch.baseOffset} is damaged`)
      this.#bytes += batch.sizeBytes
      next = batch.lastOffset + 1
      if (batch.isControl) this.#replayAll(this.#transactions.ended(batch))
      else if (batch.recordCount > 0 && !(await this.#replayBatch(batch, from))) return undefined
      if (!(await this.#breathe())) return undefined
    }
    return next
  }

  /** False: it is over. */
  async #replayBatch(batch: RecordBatch, from: number): Promise<boolean> {
    const opened = await uncompressed(batch, this.#options.world.offload)
    let looked = 0
    for (const { offset, key, value } of opened.records()) {
      // Records below the log's start may stand in its first batch. A record without a key says nothing.
      if (offset < from || key === null) continue
      const record = { offset, key, value }
      if (batch.isTransactional) this.#transactions.hold(batch.producerId, copied(record))
      else this.#replay(record)
      if (++looked % RECORDS_PER_LOOK === 0 && !(await this.#breathe())) return false
    }
    return true
  }

  #replayAll(records: readonly LoggedRecord[]): void {
    for (const record of records) this.#replay(record)
  }

  #replay({ offset, key, value }: LoggedRecord): void {
    const decoded = this.#decoded({ offset, key, value })
    this.#records += 1
    if (decoded === undefined) this.#skipped += 1
    else this.#options.shard.replay(offset, decoded)
  }

  #decoded({ offset, key, value }: LoggedRecord): ShardRecord | undefined {
    try {
      // What is decoded may keep views of the value, and they all of the piece. (`slice` of a Buffer is a view too.)
      const own = value === null ? null : new Uint8Array(value)
      const record = decodeCoordinatorRecord(this.#options.recordTypes, key, own)
      if (record.kind === 'unknown') return undefined
      const valueVersion = value === null ? -1 : new DataView(value.buffer, value.byteOffset).getInt16(0)
      return { pair: record.pair, key: record.key, value: record.value, valueVersion }
    } catch (cause) {
      throw new Error(`${this.#name}: the record at offset ${offset} cannot be read: ${(cause as Error).message}`, {
        cause,
      })
    }
  }

  /** A turn for everybody else when this one has been long enough; false: it is over. */
  async #breathe(): Promise<boolean> {
    const { clock, timers } = this.#options.world
    if (clock.monotonic() - this.#sliceStartMs < SLICE_MS) return true
    await new Promise<void>((resolve) => timers.endOfTurn(resolve))
    this.#sliceStartMs = clock.monotonic()
    return !this.#options.isOver()
  }
}

/** The batch without compression. */
async function uncompressed(batch: RecordBatch, offload: Offload): Promise<RecordBatch> {
  const { codec } = batch
  if (codec === 'none' || batch.sizeBytes < OFFLOADED_BYTES_MIN) return batch
  const content = await offload.decompress(codec, batch.bytes.subarray(BATCH_HEADER_BYTES), DECOMPRESSED_BYTES_MAX)
  return new RecordBatch(recodedBatch(batch, 'none', content))
}

function copied({ offset, key, value }: LoggedRecord): LoggedRecord {
  return { offset, key: new Uint8Array(key), value: value === null ? null : new Uint8Array(value) }
}
