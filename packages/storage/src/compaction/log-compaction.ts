/**
 * Compaction of one log, by Kafka's rules. A run:
 *
 * 1. The plan (`plan-compaction.ts`) says from where on records have not been compacted, and up to where they may be.
 * 2. The last offset of each key in that range goes into a map; when it is full the run ends there (`OffsetMap.latestOffset`).
 * 3. From the start of the log up to there, group by group (`groupSegments`): what is to be kept (`BatchFilter`) is written into a new
 *    segment, which takes the place of the group (`replace-segments.ts`). The oldest group goes first, and is durable before the
 *    next one begins: a tombstone may only be given its horizon, or go, when what it deleted is gone.
 * 4. `cleanedTo` moves, and is made durable.
 *
 * A crash in between costs work: the next run begins where this one did. `cleanedTo` falls with a truncation, durably before anything is
 * cut: records that come in place of those that went have not been compacted.
 *
 * A new segment always reaches as far as those that it replaces: where the last record is gone, an empty batch holds its place.
 * So segments follow each other without a gap, and a start can still tell a torn end from a record that was dropped.
 */
import { RecordBatch } from '@ottla/protocol'
import type { CompressionCodec, DiskFile, Offload, Random } from '@ottla/runtime'
import { CorruptLogError } from '../corrupt-log-error.ts'
import { removeOldSnapshots } from '../log-files.ts'
import type { LogState } from '../log-state.ts'
import { isFailedSync } from '../out-of-room.ts'
import type { ProducerBatch } from '../producer-state.ts'
import type { Segment } from '../segment.ts'
import { BatchFilter } from './batch-filter.ts'
import { CleanedSegment } from './cleaned-segment.ts'
import { placeholderBatch } from './compacted-batch.ts'
import { fillMap } from './fill-map.ts'
import { OffsetMap } from './offset-map.ts'
import { Pace } from './pace.ts'
import { type CompactionPlan, type CompactionSegment, groupSegments, planCompaction } from './plan-compaction.ts'
import { readBatches, type VisitBatch } from './read-batches.ts'
import { type ReplaceTarget, replaceSegments } from './replace-segments.ts'
import { TransactionOutcomes } from './transaction-outcomes.ts'

export interface CompactionTools {
  readonly offload: Offload
  readonly random: Random
  /** log.cleaner.dedupe.buffer.size */
  readonly mapBytesMax: number
  /** log.cleaner.io.buffer.load.factor */
  readonly mapLoadFactor: number
  /** log.cleaner.io.buffer.size */
  readonly bufferBytes: number
  /** log.cleaner.io.max.bytes.per.second, asked anew as the run goes on. */
  readonly bytesPerSecondMax: () => number
}

export interface CompactionTarget extends ReplaceTarget {
  /** Makes `cleanedTo` durable. */
  persistCleaned(): Promise<void>
}

export interface CompactionResult {
  readonly firstDirtyOffset: number
  /** The first offset that the run did not reach. */
  readonly cleanedTo: number
  readonly bytesBefore: number
  readonly bytesAfter: number
  readonly keys: number
  /** Share of the map that was filled. */
  readonly mapUtilization: number
  readonly keylessRecords: number
  readonly elapsedMs: number
}

/** The log was closed, cut, lost segments at its start, or is not compacted any more; or there was nothing to do. */
export type CompactionOutcome = CompactionResult | 'interrupted' | 'nothing to do'

class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

interface Run {
  readonly plan: CompactionPlan
  readonly tools: CompactionTools
  readonly pace: Pace
  readonly nowMs: number
  readonly truncations: number
  readonly bufferBytes: number
}

export class LogCompaction {
  readonly #state: LogState
  readonly #target: CompactionTarget
  #running: Promise<unknown> | undefined
  #isStopped = false
  /** Why files of a run that ended could not be removed; see `CleanedSegment.discard`. */
  #leftBehind: unknown

  constructor(state: LogState, target: CompactionTarget) {
    this.#state = state
    this.#target = target
  }

  /** What there is to do. Looks at headers where the rules ask for times; rejects with a `DiskError` or `CorruptRecordError`. */
  async plan(): Promise<CompactionPlan> {
    const state = this.#state
    const nowMs = state.world.clock.now()
    const segments: CompactionSegment[] = []
    for (const segment of state.segments.list) segments.push(await this.#factsOf(segment))
    const { cleanedTo, config } = state
    return planCompaction({ segments, cleanedTo, limitOffset: this.#limit(), config, nowMs })
  }

  async #factsOf(segment: Segment): Promise<CompactionSegment> {
    const { segments, cleanedTo, config } = this.#state
    const { baseOffset, sizeBytes, nextOffset } = segment
    const isDirty = nextOffset > cleanedTo && segment !== segments.active
    try {
      const latestMs = isDirty && config.minCompactionLagMs > 0 ? await latestMsOf(segment) : -1
      const hasLag = isDirty && config.maxCompactionLagMs < Number.MAX_SAFE_INTEGER
      return { baseOffset, sizeBytes, latestMs, firstMs: hasLag ? segment.firstBatchTimestampMs() : -1 }
    } catch (error) {
      // Retention has taken it away meanwhile.
      if (segments.list.includes(segment)) throw error
      return { baseOffset, sizeBytes, latestMs: -1, firstMs: -1 }
    }
  }

  /**
   * One run, whether the plan calls for it or not. Rejects with a `CorruptLogError`, after the log was taken offline, where bytes
   * are damaged, and with a `DiskError`.
   */
  compact(tools: CompactionTools): Promise<CompactionOutcome> {
    const running = this.#compact(tools)
    this.#running = running.catch(() => {})
    return running
  }

  /** Resolves when no run is under way; none begins any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#running
  }

  /** Committed, part of no open transaction, and synced: the recovery point must not lie below what was compacted. */
  #limit(): number {
    const { highWatermark, logStartOffset, producers, recoveryPoint } = this.#state
    const stable = producers.firstUnstableOffset(highWatermark) ?? highWatermark
    return Math.min(highWatermark, Math.max(stable, logStartOffset), recoveryPoint)
  }

  async #compact(tools: CompactionTools): Promise<CompactionOutcome> {
    const { world, truncations } = this.#state
    if (this.#leftBehind !== undefined) throw this.#leftBehind
    const plan = await this.plan()
    if (plan.dirtyBytes === 0) return 'nothing to do'
    const check = () => this.#check(truncations)
    const run: Run = {
      plan,
      tools,
      nowMs: world.clock.now(),
      truncations,
      pace: new Pace({ world, bytesPerSecondMax: tools.bytesPerSecondMax, check }),
      bufferBytes: Math.min(tools.bufferBytes, Math.max(1024, plan.cleanBytes + plan.dirtyBytes)),
    }
    try {
      return await this.#carryOut(run)
    } catch (error) {
      return this.#failed(error, truncations)
    }
  }

  /** A log that is closed, or whose segments are cut off or go meanwhile, may be read as anything. */
  #failed(error: unknown, truncations: number): 'interrupted' {
    // Whatever it was to write: the disk has dropped it.
    if (isFailedSync(error)) this.#target.onBroken(error)
    else if (error instanceof Interrupted || this.#isInterrupted(truncations)) return 'interrupted'
    else if (error instanceof CorruptLogError) this.#target.onBroken(error)
    throw error
  }

  #isInterrupted(truncations: number): boolean {
    const state = this.#state
    if (this.#isStopped || !this.#target.isUsable() || !state.config.compacted) return true
    return state.isTruncating || state.truncations !== truncations
  }

  #check(truncations: number): void {
    if (this.#isInterrupted(truncations)) throw new Interrupted()
  }

  async #carryOut(run: Run): Promise<CompactionResult> {
    const { plan, tools } = run
    const state = this.#state
    const startedMs = state.world.clock.monotonic()
    let outcomes: Promise<TransactionOutcomes> | undefined
    const outcomesOnce = () => (outcomes ??= this.#outcomes(run))
    const map = new OffsetMap({
      bytesMax: tools.mapBytesMax,
      loadFactor: tools.mapLoadFactor,
      keysMax: plan.endOffset - plan.firstDirtyOffset,
      hashKey: tools.random.bytes(16),
    })
    const dirty = this.#segmentsBelow(plan.endOffset).filter(({ nextOffset }) => nextOffset > plan.firstDirtyOffset)
    const cleanedTo = await fillMap({
      map,
      range: plan,
      outcomes: outcomesOnce,
      offload: tools.offload,
      pace: run.pace,
      segments: dirty,
      read: (segment, visit) => this.#read(segment, run, visit),
    })
    map.latestOffset = cleanedTo - 1
    const bytes = await this.#cleanGroups(run, map, outcomesOnce)
    await this.#advance(run, cleanedTo)
    return {
      ...bytes,
      firstDirtyOffset: plan.firstDirtyOffset,
      cleanedTo,
      keys: map.size,
      mapUtilization: map.utilization,
      elapsedMs: Math.round(state.world.clock.monotonic() - startedMs),
    }
  }

  async #cleanGroups(run: Run, map: OffsetMap, outcomes: () => Promise<TransactionOutcomes>) {
    const state = this.#state
    const { tools, pace, nowMs } = run
    const producers = this.#producers()
    const filter = new BatchFilter({
      map,
      outcomes,
      batchesOf: (producerId) => producers.get(producerId),
      logStartOffset: Math.min(state.logStartOffset, state.persistedStart),
      nowMs,
      deleteRetentionMs: state.config.deleteRetentionMs,
      levelOf: (codec: CompressionCodec) =>
        state.config.compression === codec ? state.config.compressionLevel : undefined,
      offload: tools.offload,
      pace,
      onUnreadable: (batch, fault) => this.#reportUnreadable(batch, fault),
    })
    const segments = this.#segmentsBelow(map.latestOffset + 1)
    let bytesBefore = 0
    let bytesAfter = 0
    for (const group of groupSegments(segments.map(grouped), state.config)) {
      const old = group.map(({ segment }) => segment)
      bytesBefore += old.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
      bytesAfter += await this.#cleanGroup(run, old, filter)
    }
    if (filter.keyless > 0) this.#reportKeyless(filter.keyless)
    await state.files.run(() => removeOldSnapshots(state))
    return { bytesBefore, bytesAfter, keylessRecords: filter.keyless }
  }

  /** Returns the bytes that are left of the group. */
  async #cleanGroup(run: Run, old: readonly Segment[], filter: BatchFilter): Promise<number> {
    const state = this.#state
    const cleaned = new CleanedSegment(state, old[0]!.baseOffset, run)
    const { nextOffset } = old.at(-1)!
    let isChanged = old.length > 1
    try {
      let leaderEpoch = -1
      let latestMs = -1
      for (const segment of old) {
        await this.#read(segment, run, async (batch) => {
          leaderEpoch = batch.partitionLeaderEpoch
          latestMs = Math.max(latestMs, batch.maxTimestamp)
          const kept = holdsPlace(batch, nextOffset - 1) ? batch : await filter.filter(batch)
          isChanged ||= kept !== batch
          if (kept !== undefined) await cleaned.add(kept)
        })
      }
      if (cleaned.segment.nextOffset < nextOffset) {
        isChanged = true
        const epoch = Math.max(leaderEpoch, state.epochs.at(nextOffset - 1))
        await cleaned.add(new RecordBatch(placeholderBatch({ offset: nextOffset - 1, epoch, latestMs })))
      }
      if (!isChanged) {
        await this.#discard(cleaned)
        return old[0]!.sizeBytes
      }
      await cleaned.finish(nextOffset)
      run.pace.check()
      const { segment } = cleaned
      if (!(await replaceSegments(state, { old, by: segment, target: this.#target }))) throw new Interrupted()
      return segment.sizeBytes
    } catch (error) {
      // After its names have changed it is the log's, or the next start decides.
      if (cleaned.isLoose) await this.#discard(cleaned).catch((failure) => this.#worse(error, failure))
      throw error
    }
  }

  async #discard(cleaned: CleanedSegment): Promise<void> {
    try {
      await cleaned.discard()
    } catch (error) {
      this.#leftBehind = error
      throw error
    }
  }

  /** A disk that fails a sync may refuse all that comes behind it. */
  #worse(error: unknown, failure: unknown): never {
    throw isFailedSync(error) ? error : failure
  }

  /** `cleanedTo` may have fallen, with a truncation that begins while this waits for its turn: that one counts. */
  async #advance(run: Run, cleanedTo: number): Promise<void> {
    run.pace.check()
    this.#state.cleanedTo = cleanedTo
    await this.#target.persistCleaned()
  }

  #segmentsBelow(offset: number): readonly Segment[] {
    const { list } = this.#state.segments
    return list.slice(0, -1).filter(({ baseOffset }) => baseOffset < offset)
  }

  /** How transactions ended, as far as that is decided. */
  async #outcomes(run: Run): Promise<TransactionOutcomes> {
    const outcomes = new TransactionOutcomes()
    for (const segment of this.#state.segments.list) {
      await this.#read(segment, run, (batch) => {
        if (batch.isControl) outcomes.note(batch)
      })
    }
    return outcomes
  }

  /** As they are now: what a producer writes meanwhile lies behind what is compacted. */
  #producers(): ReadonlyMap<number, readonly ProducerBatch[]> {
    const { producers } = this.#state
    return new Map(Array.from(producers.entries(), ({ producerId, batches }) => [producerId, batches]))
  }

  /** Through a descriptor of its own: the segment's may be closed by whoever takes it out of the log. */
  async #read(segment: Segment, { bufferBytes, pace }: Run, visit: VisitBatch): Promise<void> {
    let file: DiskFile | undefined
    try {
      file = this.#state.world.disk.open(segment.log.path, 'read')
      await readBatches(file, { to: segment.sizeBytes, bufferBytes, pace }, visit)
    } catch (error) {
      // Retention has taken it away, and with it what there was to read.
      if (!this.#state.segments.list.includes(segment)) throw new Interrupted()
      throw error
    } finally {
      file?.close()
    }
  }

  #reportUnreadable({ baseOffset }: RecordBatch, fault: string): void {
    const { world, topic, partition, writeFailures } = this.#state
    const message = 'a batch that cannot be read stays as it is'
    writeFailures.offer(
      (heldBack) => world.logger.warn(message, { topic, partition, baseOffset, fault, heldBack }),
      message,
    )
  }

  #reportKeyless(records: number): void {
    const { world, topic, partition } = this.#state
    world.logger.warn('records without a key were removed from a compacted log', { topic, partition, records })
  }
}

/** Records without timestamps are as old as their file, as in Kafka. */
async function latestMsOf(segment: Segment): Promise<number> {
  const { timestampMs } = await segment.settledMax()
  return timestampMs >= 0 ? timestampMs : (segment.modifiedMs() ?? -1)
}

/** Written by an earlier run, for what ended there. */
function holdsPlace({ recordCount, producerId, lastOffset }: RecordBatch, offset: number): boolean {
  return recordCount === 0 && producerId < 0 && lastOffset === offset
}

function grouped(segment: Segment) {
  const { baseOffset, nextOffset, sizeBytes } = segment
  return { segment, baseOffset, nextOffset, sizeBytes, indexBytes: segment.indexBytes }
}
