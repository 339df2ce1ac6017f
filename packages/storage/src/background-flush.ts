import type { Clock, Timer, Timers } from '@ottla/runtime'

/** What is flushed: a `PartitionLog`. */
export interface Flushable {
  flush(): Promise<void>
}

/** Unsynced records become this old before the background takes care of them. */
const AGE_MS = 5_000
const TICK_MS = 1_000

/**
 * Keeps the recovery points of a directory's logs near their ends, so that little has to be read after a power loss. One sync
 * at a time, and a pause as long as the sync took, so that appends and reads keep the larger half of the disk. Only logs that
 * have something to sync are looked at.
 */
export class BackgroundFlush {
  readonly #world: { readonly clock: Clock; readonly timers: Timers }
  /** When each log got something to sync, oldest first. */
  readonly #dirty = new Map<Flushable, number>()
  readonly #ticks: Timer
  #pause: Timer | undefined
  #isFlushing = false
  #isStopped = false

  constructor(world: { readonly clock: Clock; readonly timers: Timers }) {
    this.#world = world
    this.#ticks = world.timers.every(TICK_MS, () => void this.#flushNext())
  }

  add(log: Flushable): void {
    if (!this.#dirty.has(log)) this.#dirty.set(log, this.#world.clock.monotonic())
  }

  remove(log: Flushable): void {
    this.#dirty.delete(log)
  }

  stop(): void {
    this.#isStopped = true
    this.#ticks.clear()
    this.#pause?.clear()
    this.#dirty.clear()
  }

  async #flushNext(): Promise<void> {
    const { clock, timers } = this.#world
    const [next] = this.#dirty
    if (next === undefined || this.#isFlushing) return
    const [log, dirtySinceMs] = next
    const startedMs = clock.monotonic()
    if (startedMs - dirtySinceMs < AGE_MS) return
    this.#dirty.delete(log)
    this.#isFlushing = true
    // A failure has taken the log offline, which has been reported.
    await log.flush().catch(() => {})
    if (this.#isStopped) return
    const tookMs = clock.monotonic() - startedMs
    this.#pause = timers.after(tookMs, () => {
      this.#isFlushing = false
      void this.#flushNext()
    })
  }
}
