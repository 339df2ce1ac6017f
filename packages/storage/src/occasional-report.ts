import type { Clock } from '@ottla/runtime'

/** Nobody reads more often than that of a failure that goes on. */
const INTERVAL_MS = 10_000

/** Lets reports through that come again and again, such as those of a full disk: the first one, then one in ten seconds. */
export class OccasionalReport {
  readonly #clock: Clock
  #nextMs = Number.NEGATIVE_INFINITY
  #heldBack = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Calls `report` if it is time, with the number of those that were held back since the last one. */
  offer(report: (heldBack: number) => void): void {
    const nowMs = this.#clock.monotonic()
    if (nowMs < this.#nextMs) {
      this.#heldBack++
      return
    }
    this.#nextMs = nowMs + INTERVAL_MS
    report(this.#heldBack)
    this.#heldBack = 0
  }
}
