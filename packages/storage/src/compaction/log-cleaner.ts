/** The one background task of a broker that compacts its logs, the dirtiest first. */
import { KafkaError } from '@ottla/protocol'
import type { Clock, Logger, Offload, Random, Timer, Timers } from '@ottla/runtime'
import { isDamage } from '../corrupt-log-error.ts'
import { isOutOfRoom } from '../out-of-room.ts'
import type { PartitionLog } from '../partition-log.ts'
import { pauses } from '../pauses.ts'
import type { CompactionResult } from './log-compaction.ts'

/** Keys log.cleaner.*; see docs/configuration.md. */
export interface CleanerSettings {
  /** log.cleaner.threads: 0 rests; more than one log at a time is never compacted. */
  readonly threads: number
  readonly bytesPerSecondMax: number
  readonly mapBytesMax: number
  readonly mapLoadFactor: number
  readonly bufferBytes: number
  readonly backoffMs: number
}

export interface LogCleanerOptions {
  readonly world: { readonly clock: Clock; readonly timers: Timers; readonly logger: Logger }
  readonly offload: Offload
  readonly random: Random
  /** Open logs, compacted ones or not. */
  readonly logs: () => Iterable<PartitionLog>
  /** Asked before each run, and for the rate all the time. */
  readonly settings: () => CleanerSettings
}

/** For metrics. Times in milliseconds. */
export interface CleanerFacts {
  /** Of the logs that were looked at last: the largest share of bytes that are to be compacted, 0 to 1. */
  readonly maxDirtyRatio: number
  /** How long the most belated of them has waited for longer than max.compaction.lag.ms. */
  readonly maxOverdueMs: number
  readonly msSinceLastRun: number
  readonly uncleanableLogs: number
  readonly uncleanableBytes: number
  readonly runs: number
  readonly bytesRead: number
  readonly bytesKept: number
  /** Of the last run. */
  readonly lastRunMs: number
  readonly lastKeptRatio: number
  readonly lastMapUtilization: number
}

interface Candidate {
  readonly log: PartitionLog
  readonly dirtyRatio: number
}

/**
 * Rounds, one behind the other: the logs are looked at, the dirtiest of those that are due is compacted, until none is left, then
 * `log.cleaner.backoff.ms` passes. A log that fails stays as it is and is not tried again before the next start, and is counted; one
 * that found no room on the disk, or was interrupted, waits for the next round.
 */
export class LogCleaner {
  readonly #options: LogCleanerOptions
  readonly #uncleanable = new Map<PartitionLog, unknown>()
  #timer: Timer | undefined
  #running: Promise<void> = Promise.resolve()
  #isStopped = false
  #lastRunAtMs: number
  #facts = {
    maxDirtyRatio: 0,
    maxOverdueMs: 0,
    runs: 0,
    bytesRead: 0,
    bytesKept: 0,
    lastRunMs: 0,
    lastKeptRatio: 0,
    lastMapUtilization: 0,
  }

  constructor(options: LogCleanerOptions) {
    this.#options = options
    this.#lastRunAtMs = options.world.clock.monotonic()
  }

  get facts(): CleanerFacts {
    const open = new Set(this.#options.logs())
    const uncleanable = [...this.#uncleanable.keys()].filter((log) => open.has(log))
    return {
      ...this.#facts,
      msSinceLastRun: this.#options.world.clock.monotonic() - this.#lastRunAtMs,
      uncleanableLogs: uncleanable.length,
      uncleanableBytes: uncleanable.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    }
  }

  start(): void {
    this.#restAndGoOn()
  }

  /** Resolves when no run is under way; a log's own close ends the run in it. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#timer?.clear()
    await this.#running
  }

  #restAndGoOn(): void {
    const { world, settings } = this.#options
    this.#timer = world.timers.after(settings().backoffMs, () => {
      this.#running = this.round().then(() => {
        if (!this.#isStopped) this.#restAndGoOn()
      })
    })
  }

  /** Compacts every log that is due. Never rejects. */
  async round(): Promise<void> {
    const tried = new Set<PartitionLog>()
    this.#forgetClosed()
    while (!this.#isStopped && this.#options.settings().threads > 0) {
      const next = await this.#dirtiest(tried)
      if (next === undefined) break
      if (!(await this.#compact(next.log))) tried.add(next.log)
      this.#lastRunAtMs = this.#options.world.clock.monotonic()
    }
  }

  #forgetClosed(): void {
    const open = new Set(this.#options.logs())
    for (const log of this.#uncleanable.keys()) if (!open.has(log)) this.#uncleanable.delete(log)
  }

  async #dirtiest(tried: ReadonlySet<PartitionLog>): Promise<Candidate | undefined> {
    const pause = pauses(this.#options.world)
    let dirtiest: Candidate | undefined
    let maxDirtyRatio = 0
    let maxOverdueMs = 0
    for (const log of [...this.#options.logs()]) {
      if (this.#isStopped) return undefined
      if (!log.config.compacted || log.isOffline || this.#uncleanable.has(log) || tried.has(log)) continue
      const plan = await log.compactionPlan().catch((error: unknown) => this.#giveUp(log, error))
      await pause()
      if (plan === undefined) continue
      maxDirtyRatio = Math.max(maxDirtyRatio, plan.dirtyRatio)
      maxOverdueMs = Math.max(maxOverdueMs, plan.overdueMs)
      if (plan.isDue && plan.dirtyRatio > (dirtiest?.dirtyRatio ?? -1)) dirtiest = { log, dirtyRatio: plan.dirtyRatio }
    }
    this.#facts = { ...this.#facts, maxDirtyRatio, maxOverdueMs }
    return dirtiest
  }

  /** Returns whether the log got further. */
  async #compact(log: PartitionLog): Promise<boolean> {
    const { offload, random, settings } = this.#options
    const { mapBytesMax, mapLoadFactor, bufferBytes } = settings()
    const bytesPerSecondMax = () => settings().bytesPerSecondMax
    try {
      const tools = { offload, random, mapBytesMax, mapLoadFactor, bufferBytes, bytesPerSecondMax }
      const outcome = await log.compact(tools)
      if (typeof outcome === 'string') return false
      this.#note(log, outcome)
      return outcome.cleanedTo > outcome.firstDirtyOffset
    } catch (error) {
      this.#giveUp(log, error)
      return false
    }
  }

  #note({ topic, partition }: PartitionLog, result: CompactionResult): void {
    const { bytesBefore, bytesAfter, elapsedMs, mapUtilization } = result
    this.#options.world.logger.info('a log was compacted', { topic, partition, ...result })
    const { runs, bytesRead, bytesKept } = this.#facts
    this.#facts = {
      ...this.#facts,
      runs: runs + 1,
      bytesRead: bytesRead + bytesBefore,
      bytesKept: bytesKept + bytesAfter,
      lastRunMs: elapsedMs,
      lastKeptRatio: bytesBefore === 0 ? 0 : bytesAfter / bytesBefore,
      lastMapUtilization: mapUtilization,
    }
  }

  #giveUp(log: PartitionLog, error: unknown): undefined {
    const { logger } = this.#options.world
    const { topic, partition, sizeBytes } = log
    const fields = { topic, partition, sizeBytes, error }
    // A log that is offline has been reported by whoever took it there, one that was closed meanwhile needs nothing.
    if (error instanceof KafkaError || (log.isOffline && !isDamage(error))) return
    if (isOutOfRoom(error)) {
      logger.warn('no room on the disk to compact a log; it will be tried again', fields)
      return
    }
    this.#uncleanable.set(log, error)
    logger.error('a log cannot be compacted and is left as it is until the next start', fields)
  }
}
