/** A partition in memory under a shard: appends are written, and committed, when the test says so, and fail when it says so. */
import { batchesIn, RecordBatch } from '@ottla/protocol'
import type { ShardAppendResult, ShardLog, ShardRefusal } from '../../shard-log.ts'

interface Pending {
  readonly batch: Uint8Array
  readonly done: (result: ShardAppendResult) => void
}

interface Waiter {
  readonly endOffset: number
  readonly waiter: { committed(): void; lost(): void }
}

export class ScriptedShardLog implements ShardLog {
  readonly topic = '__consumer_offsets'
  readonly partition: number
  readonly leaderEpoch: number
  batchBytesMax = 10_000
  logStartOffset = 0
  logEndOffset = 0
  highWatermark = 0
  refused: ShardRefusal | undefined
  /** Appends wait for `write`. */
  held = false
  /** What is written is not committed before `commit`. */
  uncommitted = false
  /** What the next append answers instead of being written. */
  nextFailure: string | undefined
  /** The next append lands so many offsets further on. */
  nextGap = 0
  failReads = false
  /** Reads wait for `releaseReads`. */
  heldReads = false
  reads = 0
  readonly batches: RecordBatch[] = []
  readonly #pending: Pending[] = []
  #waiters: Waiter[] = []
  #readers: (() => void)[] = []

  constructor({ partition = 0, leaderEpoch = 1 }: { partition?: number; leaderEpoch?: number } = {}) {
    this.partition = partition
    this.leaderEpoch = leaderEpoch
  }

  /** The same content, led in the next epoch. */
  nextEpoch(): ScriptedShardLog {
    const next = new ScriptedShardLog({ partition: this.partition, leaderEpoch: this.leaderEpoch + 1 })
    for (const batch of this.batches) next.put(batch.bytes.slice())
    return next
  }

  /** Bytes that somebody else has written, as they are but for their offsets. */
  put(bytes: Uint8Array): void {
    for (const { bytes: each } of batchesIn(bytes)) {
      const batch = new RecordBatch(each)
      batch.baseOffset = this.logEndOffset
      this.batches.push(batch)
      this.logEndOffset = batch.lastOffset + 1
    }
    if (!this.uncommitted) this.commit()
  }

  refusal(): ShardRefusal | undefined {
    return this.refused
  }

  append(batch: Uint8Array, done: (result: ShardAppendResult) => void): void {
    this.#pending.push({ batch, done })
    if (!this.held) this.write()
  }

  get pendingAppends(): number {
    return this.#pending.length
  }

  /** Writes what was held, or the first `count` of it. */
  write(count = this.#pending.length): void {
    for (const { batch, done } of this.#pending.splice(0, count)) {
      const error = this.nextFailure
      this.nextFailure = undefined
      if (error !== undefined) {
        done({ ok: false, error, message: 'as the test wants it' })
        continue
      }
      this.logEndOffset += this.nextGap
      this.nextGap = 0
      const firstOffset = this.logEndOffset
      this.put(batch.slice())
      done({ ok: true, firstOffset, lastOffset: this.logEndOffset - 1 })
    }
  }

  commit(endOffset = this.logEndOffset): void {
    this.highWatermark = endOffset
    const passed = this.#waiters.filter((each) => each.endOffset <= endOffset)
    this.#waiters = this.#waiters.filter((each) => each.endOffset > endOffset)
    for (const { waiter } of passed) waiter.committed()
  }

  /** As when the leadership ends under the waiters. */
  lose(): void {
    for (const { waiter } of this.#waiters.splice(0)) waiter.lost()
  }

  whenCommitted(endOffset: number, waiter: Waiter['waiter']): void {
    if (endOffset <= this.highWatermark) waiter.committed()
    else this.#waiters.push({ endOffset, waiter })
  }

  async read(offset: number, bytesMax: number): Promise<Uint8Array> {
    this.reads++
    if (this.heldReads) await new Promise<void>((resolve) => this.#readers.push(resolve))
    if (this.failReads) throw new Error('the disk has failed')
    const wanted: Uint8Array[] = []
    let bytes = 0
    for (const batch of this.batches) {
      if (batch.lastOffset < offset || (wanted.length > 0 && bytes + batch.sizeBytes > bytesMax)) continue
      wanted.push(batch.bytes)
      bytes += batch.sizeBytes
    }
    return Uint8Array.from(wanted.flatMap((each) => [...each]))
  }

  releaseReads(): void {
    this.heldReads = false
    for (const go of this.#readers.splice(0)) go()
  }
}
