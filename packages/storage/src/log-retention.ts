/**
 * How a log loses its beginning, for retention and for DeleteRecords alike:
 *
 * 1. The log start offset moves up: nothing below is read any more.
 * 2. It is made durable, in the checkpoint of the log directory.
 * 3. Whole segments below it leave the list and get other names, the oldest first, and the names are made durable.
 * 4. Their files go after file.delete.delay.ms.
 *
 * A crash before 2 changes nothing; after it the next start reads the checkpoint and removes what 3 and 4 left. So records that
 * were gone never come back, and none goes that is not below the start.
 */
import { KafkaError } from '@ottla/protocol'
import { assert } from '@ottla/runtime'
import { LeaderEpochs } from './leader-epochs.ts'
import { removeOldSnapshots, syncNames } from './log-files.ts'
import type { LogState } from './log-state.ts'
import { pauses } from './pauses.ts'
import { keepProducers } from './remove-below-start.ts'
import { removeLater } from './remove-later.ts'
import { isExpired, planRetention, type RetentionReason } from './retention.ts'
import type { Segment } from './segment.ts'
import { retentionTimeMs } from './segment-age.ts'

/** What retention asks of the log that it works on. */
export interface RetentionTarget {
  /** See `LogWriter.roll`. */
  roll(): boolean
  /** The epochs changed, or names: there is something to sync. */
  onDirty(): void
  /** Makes the log start offset durable; resolves when `persistedStart` has followed. */
  persistStart(): Promise<void>
  /** Neither closed nor offline. */
  isUsable(): boolean
  /** A step on the disk failed after which its state is not known. */
  onBroken(error: unknown): void
}

export class LogRetention {
  readonly #state: LogState
  readonly #target: RetentionTarget

  constructor(state: LogState, target: RetentionTarget) {
    this.#state = state
    this.#target = target
  }

  /** See `PartitionLogSurface.deleteRecordsBefore`. */
  async deleteBefore(offset: number): Promise<number> {
    const { topic, partition, highWatermark } = this.#state
    if (offset < 0 || offset > highWatermark) {
      const message = `${topic}-${partition} has committed offsets up to ${highWatermark}: records before ${offset} cannot be deleted`
      throw new KafkaError('OFFSET_OUT_OF_RANGE', message)
    }
    if (this.#advance(offset)) this.#report('a log start offset was moved', { logStartOffset: offset })
    if (this.#state.persistedStart < this.#state.logStartOffset) await this.#target.persistStart()
    return this.#state.logStartOffset
  }

  /** Moves the log start offset to where the rules of retention put it. Returns whether whole segments lie below it now. */
  async enforce(): Promise<boolean> {
    const times = await this.#times()
    const { world, config, segments, logStartOffset, highWatermark, logEndOffset } = this.#state
    const { list } = segments
    const facts = list.map((segment) => ({
      baseOffset: segment.baseOffset,
      sizeBytes: segment.sizeBytes,
      timeMs: times.get(segment),
    }))
    const nowMs = world.clock.now()
    const plan = planRetention({ segments: facts, logStartOffset, highWatermark, logEndOffset, config, nowMs })
    if (plan !== undefined) this.#carryOut(list, plan)
    return this.#hasDoomed(this.#state.logStartOffset)
  }

  #carryOut(list: readonly Segment[], { count, reason }: { count: number; reason: RetentionReason }): void {
    const isAll = count === list.length
    // Records are on their way: the active segment stays for this time.
    const kept = isAll && !this.#target.roll() ? list.at(-1) : list[count]
    const logStartOffset = kept?.baseOffset ?? this.#state.logEndOffset
    const wasMoved = this.#advance(logStartOffset)
    if (wasMoved) this.#report('segments may go', { segments: count, logStartOffset, reason })
    if (isAll) this.#target.onDirty()
  }

  /** Times of the oldest segments, up to the first one that is too young to go. */
  async #times(): Promise<ReadonlyMap<Segment, number>> {
    const { world, config, segments } = this.#state
    const times = new Map<Segment, number>()
    if (!config.deletes || config.retentionMs < 0) return times
    const nowMs = world.clock.now()
    for (const segment of segments.list) {
      if (segment.sizeBytes === 0) break
      const timeMs = await this.#timeOf(segment, nowMs)
      if (!isExpired(timeMs, { nowMs, config })) break
      times.set(segment, timeMs)
    }
    return times
  }

  /** A segment whose headers cannot be read goes by the age of its file. */
  async #timeOf(segment: Segment, nowMs: number): Promise<number> {
    try {
      return await retentionTimeMs(segment, nowMs)
    } catch (error) {
      // Compaction has replaced it meanwhile: this pass leaves what took its place alone.
      if (!this.#state.segments.list.includes(segment)) return nowMs
      const { logger } = this.#state.world
      logger.warn('the time of a segment is not known; that of its file counts', { path: segment.log.path, error })
      return segment.modifiedMs() ?? nowMs
    }
  }

  /** Returns whether the log start offset has moved. */
  #advance(offset: number): boolean {
    const state = this.#state
    const { highWatermark, logStartOffset } = state
    assert(offset <= highWatermark, 'only committed records leave a log', () => ({ offset, highWatermark }))
    if (offset <= logStartOffset) return false
    state.logStartOffset = offset
    const epochs = new LeaderEpochs(state.epochs.entries)
    if (epochs.truncateFromStart(offset)) {
      state.epochs = epochs
      state.hasUnsyncedEpochs = true
      this.#target.onDirty()
    }
    return true
  }

  #hasDoomed(logStartOffset: number): boolean {
    const second = this.#state.segments.list[1]
    return second !== undefined && second.baseOffset <= logStartOffset
  }

  /**
   * Steps 3 and 4. Nothing happens unless the log start offset is durable; `unpersisted`: there was no room to write it, and room is
   * what comes of this. A kill in between then leaves segments that are old enough to go the next time.
   */
  async removeDoomed({ unpersisted }: { readonly unpersisted: boolean }): Promise<void> {
    const state = this.#state
    await state.syncs.run(async () => {
      if (!this.#target.isUsable()) return
      const start = unpersisted ? state.logStartOffset : Math.min(state.persistedStart, state.logStartOffset)
      if (!this.#hasDoomed(start)) return
      const kept = state.segments.list.findLast(({ baseOffset }) => baseOffset <= start)!
      const doomed = state.segments.list.slice(0, state.segments.list.indexOf(kept))
      await this.#keepProducers(doomed, kept.baseOffset)
      await this.#retire(state.segments.takeBelow(kept.baseOffset))
    })
    await state.files
      .run(() => removeOldSnapshots(state))
      .catch((error) => {
        state.world.logger.warn('cannot remove old producer snapshots', { directory: state.directory, error })
      })
  }

  /** The snapshot that was begun with the segment may still be on its way. */
  async #keepProducers(doomed: readonly Segment[], endOffset: number): Promise<void> {
    const { world, directory, files } = this.#state
    await files.run(() => keepProducers({ world, directory, doomed, endOffset }))
    this.#state.snapshots = undefined
  }

  async #retire(doomed: readonly Segment[]): Promise<void> {
    const state = this.#state
    const paths: string[] = []
    const pause = pauses(state.world)
    for (const segment of doomed) {
      paths.push(...(await this.#retireOne(segment)))
      await pause()
    }
    state.recoveryPoint = Math.max(state.recoveryPoint, state.segments.first.baseOffset)
    state.hasUnsyncedNames = true
    try {
      await syncNames(state)
    } catch (error) {
      this.#target.onBroken(error)
      throw error
    }
    const bytes = doomed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    this.#report('segments were removed', { segments: doomed.length, bytes, logStartOffset: state.logStartOffset })
    // A log that was closed meanwhile leaves the files to the next start.
    if (this.#target.isUsable()) removeLater(state, paths)
  }

  /** A segment that keeps its name is out of the log all the same: the next start removes what lies below the log start. */
  async #retireOne(segment: Segment): Promise<string[]> {
    try {
      return await segment.retire()
    } catch (error) {
      const { logger } = this.#state.world
      logger.warn('cannot rename a segment that is gone; the next start removes it', { path: segment.log.path, error })
      return []
    }
  }

  #report(message: string, fields: Record<string, unknown>): void {
    const { world, topic, partition } = this.#state
    world.logger.info(message, { topic, partition, ...fields })
  }
}
