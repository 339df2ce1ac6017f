import type { Timer } from '@ottla/runtime'
import type { LogDirectoryOptions } from './log-directory-options.ts'

/** What a log directory does again and again. */
export interface PeriodicTasks {
  writeHighWatermarks(): Promise<void>
  writeRecoveryPoints(): Promise<void>
  writeLogStarts(): Promise<void>
  expireProducers(): void
}

const HIGH_WATERMARK_INTERVAL_MS = 5_000
const CHECKPOINT_INTERVAL_MS = 60_000
const EXPIRE_INTERVAL_MS = 600_000

/** Carries the tasks out at their intervals until it is stopped. A checkpoint that cannot be written is written the next time. */
export class DirectoryTimers {
  readonly #options: LogDirectoryOptions
  readonly #timers: readonly Timer[]

  constructor(options: LogDirectoryOptions, tasks: PeriodicTasks) {
    this.#options = options
    this.#timers = [
      this.#write(options.highWatermarkIntervalMs ?? HIGH_WATERMARK_INTERVAL_MS, () => tasks.writeHighWatermarks()),
      this.#write(options.checkpointIntervalMs ?? CHECKPOINT_INTERVAL_MS, () => tasks.writeRecoveryPoints()),
      this.#write(options.logStartIntervalMs ?? CHECKPOINT_INTERVAL_MS, () => tasks.writeLogStarts()),
      options.world.timers.every(EXPIRE_INTERVAL_MS, () => tasks.expireProducers()),
    ]
  }

  stop(): void {
    for (const timer of this.#timers) timer.clear()
  }

  #write(intervalMs: number, write: () => Promise<void>): Timer {
    const { world, path } = this.#options
    return world.timers.every(intervalMs, () => {
      write().catch((error: unknown) => {
        world.logger.warn('cannot write a checkpoint; it will be tried again', { path, error })
      })
    })
  }
}
