/**
 * Calls of coordinators in slices: a thousand members that ask at the same moment would keep the event loop for as long as all of them take, and
 * again when they are answered together. What has no room in a turn comes in the next ones, in the order in which it was asked.
 */
import type { Clock, Timers } from '@ottla/runtime'

/** So long calls are started in one turn of the event loop; what they cause at its end, an append for each partition and the replies, takes about as long again. */
const TURN_MS_MAX = 5

export class PacedCalls {
  readonly #clock: Clock
  readonly #timers: Timers
  #waiting: (() => void)[] = []
  /** Undefined until something is started in this turn. */
  #turnEndsMs: number | undefined

  constructor({ clock, timers }: { readonly clock: Clock; readonly timers: Timers }) {
    this.#clock = clock
    this.#timers = timers
  }

  /** Starts it before this returns, unless others wait or this turn has been long enough. It must not throw. */
  start(call: () => void): void {
    if (this.#waiting.length === 0 && this.#hasTime()) call()
    else this.#waiting.push(call)
  }

  #hasTime(): boolean {
    const nowMs = this.#clock.monotonic()
    if (this.#turnEndsMs === undefined) {
      this.#turnEndsMs = nowMs + TURN_MS_MAX
      this.#timers.endOfTurn(() => this.#nextTurn())
    }
    return nowMs < this.#turnEndsMs
  }

  #nextTurn(): void {
    this.#turnEndsMs = undefined
    let started = 0
    while (started < this.#waiting.length && this.#hasTime()) this.#waiting[started++]?.()
    this.#waiting = this.#waiting.slice(started)
  }
}
