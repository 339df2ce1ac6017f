import type { Clock, Timer, Timers } from '../time.ts'

/** The longest delay that setTimeout takes; beyond it, it fires at once. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1

export const nodeClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
}

export const nodeTimers: Timers = {
  after: (delayMs, callback) => new Timeout(delayMs, callback),
  every(intervalMs, callback) {
    const interval = setInterval(callback, Math.min(intervalMs, TIMEOUT_MS_MAX)).unref()
    return { clear: () => clearInterval(interval) }
  },
  endOfTurn(callback) {
    if (endOfTurn.length === 0) setImmediate(runEndOfTurn)
    endOfTurn.push(callback)
  },
}

let endOfTurn: (() => void)[] = []

/**
 * All of a turn in one immediate: promises that the callbacks settle go on when all of them have run, so what follows from writes
 * to several logs is answered together.
 */
function runEndOfTurn(): void {
  const callbacks = endOfTurn
  endOfTurn = []
  let next = 0
  try {
    while (next < callbacks.length) callbacks[next++]!()
  } finally {
    // After one that has thrown, the others have their turn.
    const rest = callbacks.slice(next)
    if (rest.length > 0) {
      if (endOfTurn.length === 0) setImmediate(runEndOfTurn)
      endOfTurn = [...rest, ...endOfTurn]
    }
  }
}

/** One setTimeout, or a chain of them for a delay that one cannot express. */
class Timeout implements Timer {
  #handle: NodeJS.Timeout | undefined

  constructor(delayMs: number, callback: () => void) {
    this.#arm(delayMs, callback)
  }

  clear(): void {
    clearTimeout(this.#handle)
  }

  #arm(delayMs: number, callback: () => void): void {
    const restMs = delayMs - TIMEOUT_MS_MAX
    this.#handle =
      restMs <= 0
        ? setTimeout(callback, Math.max(0, delayMs))
        : setTimeout(() => this.#arm(restMs, callback), TIMEOUT_MS_MAX)
  }
}
