import type { Clock } from '@ottla/runtime'

/** Nobody reads more often than that of a failure that goes on. */
const INTERVAL_MS = 10_000

/** Lets reports through that come again and again, such as those of a full disk: the first one of a kind, then one in ten seconds. */
export class OccasionalReport {
  readonly #clock: Clock
  readonly #kinds = new Map<string, { nextMs: number; heldBack: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Calls `report` if it is time, with the number of those of its kind that were held back since the last one. */
  offer(report: (heldBack: number) => void, kind = ''): void {
    const nowMs = this.#clock.monotonic()
    const last = this.#kinds.get(kind)
    if (last !== undefined && nowMs < last.nextMs) {
      last.heldBack++
      return
    }
    this.#kinds.set(kind, { nextMs: nowMs + INTERVAL_MS, heldBack: 0 })
    report(last?.heldBack ?? 0)
  }
}
