/** The one background task that lets go what the rules of retention do not keep. */
import type { Timer, Timers } from '@ottla/runtime'

/** What storage's LogDirectory does for it. */
export interface RetentionHome {
  /** Never rejects. */
  enforceRetention(): Promise<void>
}

export interface RetentionOptions {
  readonly timers: Timers
  readonly homes: readonly RetentionHome[]
  /** log.initial.task.delay.ms */
  readonly initialDelayMs: number
  /** log.retention.check.interval.ms, from the end of one pass to the beginning of the next */
  readonly intervalMs: number
}

/** Goes through the log directories one after the other, again and again, until it is stopped. */
export class RetentionTask {
  readonly #options: RetentionOptions
  #timer: Timer
  #isStopped = false

  constructor(options: RetentionOptions) {
    this.#options = options
    this.#timer = this.#after(options.initialDelayMs)
  }

  stop(): void {
    this.#isStopped = true
    this.#timer.clear()
  }

  #after(delayMs: number): Timer {
    return this.#options.timers.after(delayMs, () => void this.#pass())
  }

  async #pass(): Promise<void> {
    for (const home of this.#options.homes) {
      if (this.#isStopped) return
      await home.enforceRetention()
    }
    if (!this.#isStopped) this.#timer = this.#after(this.#options.intervalMs)
  }
}
