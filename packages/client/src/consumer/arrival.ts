import type { Timers } from '@ottla/runtime'

/** Lets callers wait until there is something to look at. Rings for all of them; who finds nothing waits again. */
export class Arrival {
  private readonly timers: Timers
  private readonly waiting = new Set<() => void>()

  constructor(timers: Timers) {
    this.timers = timers
  }

  ring(): void {
    for (const wake of [...this.waiting]) wake()
  }

  /** Resolves at the next ring or when the time is over; rejects with the signal's reason. */
  next(timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const end = (how: () => void) => {
        timer?.clear()
        this.waiting.delete(onRing)
        signal?.removeEventListener('abort', onAbort)
        how()
      }
      const onRing = () => end(resolve)
      const onAbort = () => end(() => reject(signal?.reason))
      const timer = Number.isFinite(timeoutMs) ? this.timers.after(timeoutMs, onRing) : undefined
      this.waiting.add(onRing)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }
}
