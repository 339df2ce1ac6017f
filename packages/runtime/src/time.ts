/** Reads time. Wall time goes into records and files, monotonic time measures how long something took. */
export interface Clock {
  /** Wall time in milliseconds since the Unix epoch; may jump. */
  now(): number
  /** Milliseconds since an arbitrary start, with fractions; never falls. */
  monotonic(): number
}

/** A timer that has been set. Clearing it twice, or after it fired, does nothing. */
export interface Timer {
  clear(): void
}

/** Runs code later. Callbacks must not throw. */
export interface Timers {
  /** Calls `callback` once after at least `delayMs` milliseconds. A pending timer keeps the process alive. */
  after(delayMs: number, callback: () => void): Timer
  /** Calls `callback` every `intervalMs` milliseconds until cleared; does not keep the process alive. */
  every(intervalMs: number, callback: () => void): Timer
  /** Calls `callback` at the end of this turn of the event loop: after the I/O callbacks that are already due. */
  endOfTurn(callback: () => void): void
}

/** Resolves after `delayMs`; rejects with the signal's reason when it is aborted first. */
export function delay(timers: Timers, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = () => {
      timer.clear()
      reject(signal?.reason)
    }
    const timer = timers.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
