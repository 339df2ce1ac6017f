import type { Timers } from '@ottla/runtime'

export interface WaitLimits {
  readonly timers: Timers
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
  /** What to reject with when the time is over. */
  timedOut(): Error
}

/** Waits for what others may be waiting for too: giving up here leaves the promise itself alone. */
export function waitFor<T>(promise: Promise<T>, { timers, timeoutMs, signal, timedOut }: WaitLimits): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      promise.catch(() => {}) // nobody waits for it any more, however it ends
      return reject(signal.reason)
    }
    const onAbort = () => settle(() => reject(signal?.reason))
    const timer = timers.after(timeoutMs, () => settle(() => reject(timedOut())))
    const settle = (how: () => void) => {
      timer.clear()
      signal?.removeEventListener('abort', onAbort)
      how()
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    promise.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    )
  })
}
