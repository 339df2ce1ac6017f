import { KafkaError } from '@ottla/protocol'
import { assert, DiskError } from '@ottla/runtime'
import { type AppendPlan, extentOf } from './append-plan.ts'
import { AppendQueue, type AppendTarget, type PendingAppend, type PendingBatch } from './append-queue.ts'
import { LeaderEpochs } from './leader-epochs.ts'
import { writeEpochs, writeSnapshot } from './log-files.ts'
import type { LogState } from './log-state.ts'
import type { LogSync } from './log-sync.ts'
import { PendingState } from './pending-state.ts'
import type { BatchFacts } from './segment.ts'
import { RELATIVE_OFFSET_MAX } from './segments.ts'
import type { AppendResult } from './types.ts'

/** What the writer tells the log that it belongs to. */
export interface WriterEvents {
  onPublished(): void
  /** A cut failed, or an invariant is broken. */
  onBroken(error: unknown): void
  /** Finishes a cut that found no room on the disk; undefined when there is none. */
  finishCut(): Promise<void> | undefined
  /** Why nothing may be written any more, if so. */
  whyOffline(): unknown
}

export type AppendDone = (result: AppendResult) => void

/** Bytes of log between two producer snapshots: what a recovery after a kill has to read at most. */
const SNAPSHOT_INTERVAL_BYTES = 64 * 1024 * 1024

const NOTHING: BatchFacts = { baseOffset: -1, lastOffset: -1, maxTimestampMs: -1, sizeBytes: 0 }

/** The way of an accepted append: pending, written, published. Rolls segments and cuts off what a failed write leaves. */
export class LogWriter {
  readonly pending: PendingState
  readonly #state: LogState
  readonly #sync: LogSync
  readonly #events: WriterEvents
  readonly #queue: AppendQueue
  /** A new segment is to begin with the next write. */
  #rollIsDue = false
  /** End of what a sync covers that ran between a write and its publication. */
  #syncedEnd = -1

  constructor(state: LogState, sync: LogSync, events: WriterEvents) {
    this.#state = state
    this.#sync = sync
    this.#events = events
    this.pending = new PendingState(state)
    this.#queue = new AppendQueue(this.#target(), state.world)
  }

  /** Writes what is pending now; resolves when all of it is published or has failed. */
  settle(): Promise<void> | undefined {
    return this.#queue.settle()
  }

  /** Begins a new segment at the log end. While appends are under way the next one begins it, as after a cut: then false is returned. */
  roll(): boolean {
    if (this.#state.isTruncating) return false
    this.#rollIsDue = !this.#queue.isIdle
    if (!this.#rollIsDue) this.#rollAt(this.#state.logEndOffset)
    return !this.#rollIsDue
  }

  /** Answers in turn, behind the appends that are pending. */
  answer(result: AppendResult, done: AppendDone): void {
    this.#queue.push({ records: undefined, batches: [], extent: NOTHING, result, done })
  }

  enqueue(plan: AppendPlan, records: Uint8Array, done: AppendDone): void {
    switch (plan.kind) {
      case 'refused':
        this.answer({ ok: false, ...plan.refusal, logStartOffset: this.#state.logStartOffset }, done)
        break
      case 'duplicate':
        this.answer(this.#duplicate(plan), done)
        break
      case 'write':
        this.#push(plan, records, done)
    }
  }

  #duplicate({ batch }: AppendPlan & { kind: 'duplicate' }): AppendResult {
    const { logStartOffset } = this.#state
    return {
      ok: true,
      firstOffset: batch.lastOffset - batch.offsetDelta,
      lastOffset: batch.lastOffset,
      logAppendTimeMs: batch.timestampMs,
      logStartOffset,
      duplicate: true,
    }
  }

  #push(plan: AppendPlan & { kind: 'write' }, records: Uint8Array, done: AppendDone): void {
    const extent = extentOf(plan.batches)
    const result: AppendResult = {
      ok: true,
      firstOffset: extent.baseOffset,
      lastOffset: extent.lastOffset,
      logAppendTimeMs: plan.logAppendTimeMs,
      logStartOffset: this.#state.logStartOffset,
      duplicate: false,
    }
    const append: PendingAppend = {
      // A batch that a Fetch answer cuts off stays out.
      records: records.length === extent.sizeBytes ? records : records.subarray(0, extent.sizeBytes),
      batches: plan.batches,
      extent,
      leaderEpoch: plan.leaderEpoch,
      result,
      done,
    }
    this.pending.add(append)
    this.#queue.push(append)
  }

  #target(): AppendTarget {
    return {
      groupLength: (queue) => this.#groupLength(queue),
      write: (group) => this.#write(group),
      publish: (group) => this.#publish(group),
      writeFailed: (error) => this.#writeFailed(error),
    }
  }

  #groupLength(queue: readonly PendingAppend[]): number {
    let unpublishedBytes = 0
    for (const [index, append] of queue.entries()) {
      if (append.records === undefined) continue
      if (unpublishedBytes > 0 && this.#mustRoll(append, unpublishedBytes)) return index
      unpublishedBytes += append.extent.sizeBytes
    }
    return queue.length
  }

  #mustRoll(append: PendingAppend, unpublishedBytes: number): boolean {
    const { segments, config, world } = this.#state
    return segments.mustRoll(append.extent, { unpublishedBytes, config, nowMs: world.clock.now() })
  }

  #write(group: readonly PendingAppend[]): Promise<void> | undefined {
    const appends = group.filter((append) => append.records !== undefined)
    const first = appends[0]
    if (first === undefined) return undefined
    const offline = this.#events.whyOffline()
    if (offline !== undefined) throw offline
    // Nothing comes in place of what was cut off before the disk has forgotten that.
    const finishing = this.#events.finishCut()
    if (finishing !== undefined) return finishing.then(() => this.#write(group))
    this.#assertEpochs(appends)
    const isDue = this.#rollIsDue && this.#state.segments.active.sizeBytes > 0
    if (isDue || this.#mustRoll(first, 0)) this.#rollAt(baseOffsetFor(first.extent, this.#state.logEndOffset))
    const epochs = this.#epochsWith(appends)
    const endOffset = appends.at(-1)!.extent.lastOffset + 1
    const mustSync = endOffset - this.#state.recoveryPoint >= this.#state.config.flushMessages
    if (epochs === undefined && !mustSync) return this.#writeBytes(appends)
    return this.#writeSlowly(appends, { epochs, syncedEnd: mustSync ? endOffset : -1 })
  }

  /** Bytes of an old epoch must not land behind what a newer one has begun. */
  #assertEpochs(appends: readonly PendingAppend[]): void {
    const { latest } = this.#state.epochs
    for (const { leaderEpoch } of appends) {
      assert(
        leaderEpoch === undefined || leaderEpoch === latest,
        'a batch is written in the epoch that it carries',
        () => ({
          leaderEpoch,
          latest,
        }),
      )
    }
  }

  #writeBytes(appends: readonly PendingAppend[]): Promise<void> | undefined {
    const { active } = this.#state.segments
    const buffers = appends.map((append) => append.records!)
    return active.log.file.write(buffers, active.sizeBytes)
  }

  async #writeSlowly(
    appends: readonly PendingAppend[],
    options: { readonly epochs: LeaderEpochs | undefined; readonly syncedEnd: number },
  ): Promise<void> {
    if (options.epochs !== undefined) await writeEpochs(this.#state, options.epochs)
    await this.#writeBytes(appends)
    if (options.syncedEnd < 0) return
    await this.#sync.syncUnpublished()
    this.#syncedEnd = options.syncedEnd
  }

  /** The epochs as a follower's batches extend them; undefined when they change nothing. */
  #epochsWith(appends: readonly PendingAppend[]): LeaderEpochs | undefined {
    let epochs = this.#state.epochs
    for (const append of appends) {
      for (const { leaderEpoch, baseOffset } of append.batches) {
        if (leaderEpoch !== epochs.latest) epochs = epochsWith(epochs, leaderEpoch, baseOffset)
      }
    }
    return epochs === this.#state.epochs ? undefined : epochs
  }

  #rollAt(baseOffset: number): void {
    const state = this.#state
    const finished = state.segments.active
    state.segments.roll(baseOffset, state.world.clock.now())
    this.#rollIsDue = false
    state.hasUnsyncedNames = true
    this.#reportIndexFailure(() => finished.finish())
    void writeSnapshot(state)
  }

  /** An index that is not written costs time at the next start, nothing else. */
  #reportIndexFailure(write: () => Promise<void> | undefined): void {
    const { world, directory, writeFailures } = this.#state
    const message = 'cannot write an index; it will be tried again'
    const report = (error: unknown) =>
      writeFailures.offer((heldBack) => world.logger.warn(message, { directory, heldBack, error }), message)
    try {
      write()?.catch(report)
    } catch (error) {
      report(error)
    }
  }

  #publish(group: readonly PendingAppend[]): void {
    const state = this.#state
    if (state.epochsAhead !== undefined) {
      state.epochs = state.epochsAhead
      // The start may have moved while they were being written.
      state.epochs.truncateFromStart(state.logStartOffset)
      state.epochsAhead = undefined
    }
    let bytes = 0
    for (const append of group) {
      for (const batch of append.batches) this.#publishBatch(batch)
      bytes += append.extent.sizeBytes
      this.pending.published(append)
    }
    if (bytes === 0) return
    this.#noteSynced()
    state.bytesSinceSnapshot += bytes
    if (state.bytesSinceSnapshot >= SNAPSHOT_INTERVAL_BYTES) void writeSnapshot(state)
    this.#reportIndexFailure(() => state.segments.active.writeIndexesWhenDue())
    this.#sync.scheduleFlush()
    this.#events.onPublished()
  }

  #noteSynced(): void {
    if (this.#syncedEnd < 0) return
    const { active } = this.#state.segments
    this.#state.recoveryPoint = this.#syncedEnd
    active.syncedBytes = active.sizeBytes
    this.#syncedEnd = -1
  }

  #publishBatch(batch: PendingBatch): void {
    const state = this.#state
    assert(batch.baseOffset >= state.logEndOffset, 'offsets rise', () => ({ batch, logEndOffset: state.logEndOffset }))
    state.segments.publish(batch, state.config.indexIntervalBytes)
    if (batch.producer !== undefined) state.producers.put(batch.producer, batch.lastOffset)
    state.logEndOffset = batch.lastOffset + 1
  }

  #writeFailed(error: unknown): AppendResult & { readonly ok: false } {
    this.#syncedEnd = -1
    this.#state.epochsAhead = undefined
    // Anything but the disk's own refusal is a defect, after which the state is not to be trusted.
    if (!(error instanceof DiskError || error instanceof KafkaError)) this.#events.onBroken(error)
    if (this.#events.whyOffline() === undefined) this.#cutFailedWrite(error)
    this.pending.reset()
    const { topic, partition, logStartOffset } = this.#state
    const message = `writing to ${topic}-${partition} failed: ${error instanceof Error ? error.message : String(error)}`
    return { ok: false, error: 'KAFKA_STORAGE_ERROR', message, logStartOffset }
  }

  #cutFailedWrite(error: unknown): void {
    const { topic, partition, logEndOffset, segments, world } = this.#state
    try {
      const { log, sizeBytes } = segments.active
      if (log.file.size() > sizeBytes) log.truncate(sizeBytes)
    } catch (cutError) {
      this.#events.onBroken(cutError)
      return
    }
    this.#state.writeFailures.offer((heldBack) => {
      const fields = { topic, partition, logEndOffset, heldBack, error }
      world.logger.error('a write failed and was cut off', fields)
    })
  }
}

/** An epoch in which this replica wrote nothing, as a leader, gives way to an older one that comes from its leader now. */
function epochsWith(epochs: LeaderEpochs, leaderEpoch: number, baseOffset: number): LeaderEpochs {
  const extended = new LeaderEpochs(epochs.entries)
  const hasChanged = leaderEpoch < extended.latest && extended.truncateFromEnd(baseOffset)
  if (leaderEpoch > extended.latest) return extended.assign(leaderEpoch, baseOffset) ? extended : epochs
  return hasChanged ? extended : epochs
}

/** Segments follow each other without a gap, unless a follower's batch lies too far ahead for an int32. */
function baseOffsetFor(first: BatchFacts, logEndOffset: number): number {
  return first.lastOffset - logEndOffset > RELATIVE_OFFSET_MAX ? first.baseOffset : logEndOffset
}
