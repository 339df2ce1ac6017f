import { sequenceAfter } from '@ottla/protocol'
import { assert } from '@ottla/runtime'
import type { Batch, BatchResult } from './batch.ts'
import type { BufferMemory } from './buffer-memory.ts'
import type { ProducerId } from './producer-identity.ts'

/** What decides whether a batch may leave now. */
export interface DrainRules {
  readonly nowMs: number
  readonly lingerMs: number
  /** Requests in flight, and so batches of one partition that are not settled. */
  readonly inFlightMax: number
  readonly idempotent: boolean
  /** Somebody waits for memory, or the producer closes: nothing lingers. */
  readonly urgent: boolean
}

/**
 * The batches of one partition in the order of `send`, from the one that is being filled (last) to the oldest without an outcome
 * (first).
 *
 * What holds:
 * - Callbacks are called in this order: a batch that is done waits for those before it.
 * - At most `inFlightMax` batches from the front have been sent. With 1 nothing can overtake a retry.
 * - Sequences are given when a batch is drained for the first time and rise without gap; a retry keeps its own. After an error
 *   only the first batch is sent again, alone, until its outcome is known: those behind it could not be accepted before it.
 * - A broker that does not know the producer takes any sequence: if it refused the first batch for another reason it would take
 *   the second one before it. So until one batch is accepted a single one is in flight.
 * - The broker holds a gap against the first batch without outcome only when an earlier one was given up (or the broker has
 *   lost what it knew). By then everything behind that first batch was refused too. So once nothing is in flight all of them
 *   begin anew in the next epoch (KIP-360), and none can be there twice.
 */
export class PartitionQueue {
  readonly topic: string
  readonly partition: number
  readonly batches: Batch[] = []
  /** Requests under way that carry one of the batches, or one that was given up meanwhile. */
  inFlight = 0
  private id: ProducerId | undefined
  private nextSequence = 0
  private stale = false
  /** The leader has accepted a batch under the present id and epoch. */
  private known = false

  constructor(topic: string, partition: number) {
    this.topic = topic
    this.partition = partition
  }

  /** The batch that takes further records. */
  get open(): Batch | undefined {
    const last = this.batches.at(-1)
    return last === undefined || last.closed ? undefined : last
  }

  /** The sequences have to begin anew once nothing is in flight. */
  get needsReset(): boolean {
    return this.stale
  }

  /** Whether the epoch is still the one that the partition writes in. */
  isIn(id: ProducerId): boolean {
    return this.id?.producerId === id.producerId && this.id.producerEpoch === id.producerEpoch
  }

  /** The next batch to be sent, if there is one that may be sent at all; `readyAtMs` tells when. */
  next(rules: DrainRules): { readonly batch: Batch; readonly readyAtMs: number } | undefined {
    if (this.stale) return undefined
    const inFlightMax = rules.idempotent && !this.known ? 1 : rules.inFlightMax
    const end = Math.min(this.batches.length, inFlightMax)
    for (let index = 0; index < end; index++) {
      const batch = this.batches[index]!
      if (batch.state === 'inFlight' || batch.state === 'done') continue
      if (batch.attempts > 0) {
        if (rules.idempotent && index > 0) return undefined
        return { batch, readyAtMs: batch.retryAtMs }
      }
      const lingers = !batch.closed && !rules.urgent
      return { batch, readyAtMs: lingers ? batch.createdMs + rules.lingerMs : rules.nowMs }
    }
    return undefined
  }

  /** Gives a batch its sequence, if it has none yet. */
  sequence(batch: Batch, current: ProducerId): void {
    if (batch.stamp !== undefined) return
    if (this.id === undefined || (!this.isIn(current) && this.batches.every(({ stamp }) => stamp === undefined))) {
      this.begin(current)
    }
    const { producerId, producerEpoch } = this.id!
    batch.setStamp({ producerId, producerEpoch, baseSequence: this.nextSequence })
    this.nextSequence = sequenceAfter(this.nextSequence, batch.recordCount)
  }

  /** From now on nothing is sent until `reset`. */
  mustReset(): void {
    this.stale = true
  }

  /** All sequences anew, in the epoch given. */
  reset(current: ProducerId): void {
    assert(this.inFlight === 0, 'sequences begin anew when nothing is in flight')
    this.begin(current)
    this.stale = false
    for (const batch of this.batches) {
      if (batch.stamp === undefined || batch.state === 'done') continue
      batch.stamp = undefined
      this.sequence(batch, current)
    }
  }

  isFirst(batch: Batch): boolean {
    return this.batches[0] === batch
  }

  /** The batch has its outcome, which is told when those before it have theirs. Returns the batches to be told about, in order. */
  finish(batch: Batch, result: BatchResult, memory: BufferMemory): Batch[] {
    if (result.ok && batch.stamp !== undefined && this.id !== undefined && this.isIn(batch.stamp)) this.known = true
    batch.finish(result, memory)
    const settled: Batch[] = []
    // One by one: `shift` moves nothing, `splice` the whole queue.
    while (this.batches[0]?.state === 'done') settled.push(this.batches.shift()!)
    return settled
  }

  /** Puts the parts of a batch in its place. Nothing of it was written, so they share its sequences. */
  replace(batch: Batch, parts: readonly Batch[]): void {
    this.batches.splice(this.batches.indexOf(batch), 1, ...parts)
    if (batch.stamp === undefined) return
    let { baseSequence } = batch.stamp
    for (const part of parts) {
      part.setStamp({ ...batch.stamp, baseSequence })
      baseSequence = sequenceAfter(baseSequence, part.recordCount)
    }
  }

  /**
   * A broker has refused the batch for good: its sequences are free again where no later batch has been given any. Not after a
   * second attempt, since the first may have been written: the next batch with these sequences would be taken for its repetition.
   */
  refused({ stamp, attempts, recordCount }: Batch): void {
    if (stamp === undefined || attempts > 1 || this.id === undefined || !this.isIn(stamp)) return
    if (sequenceAfter(stamp.baseSequence, recordCount) === this.nextSequence) this.nextSequence = stamp.baseSequence
  }

  private begin(id: ProducerId): void {
    this.id = id
    this.nextSequence = 0
    this.known = false
  }
}
