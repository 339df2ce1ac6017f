import { type Clock, delay, type Timers } from '@ottla/runtime'

/** Longest time on the event loop in one piece. */
const SLICE_MS = 1
/** The clock is asked once in so many steps. */
const STEPS = 32
/** A rest that is shorter is saved up. */
const REST_MS_MIN = 10
/** Between two looks at whether the work is to end. */
const REST_MS_MAX = 100

export interface PaceOptions {
  readonly world: { readonly clock: Clock; readonly timers: Timers }
  /** log.cleaner.io.max.bytes.per.second, read anew each time: it may change. */
  readonly bytesPerSecondMax: () => number
  /** Throws when the work is to end. */
  readonly check: () => void
}

/** Long work in the background: gives the event loop to others after each slice, and keeps its bytes per second in bounds. */
export class Pace {
  readonly #options: PaceOptions
  #sliceEndMs: number
  #steps = 0
  /** When what was read and written so far may have been, at the allowed rate. */
  #paidUntilMs: number

  constructor(options: PaceOptions) {
    this.#options = options
    this.#paidUntilMs = options.world.clock.monotonic()
    this.#sliceEndMs = this.#paidUntilMs + SLICE_MS
  }

  /** Throws when the work is to end. */
  check(): void {
    this.#options.check()
  }

  /** To be asked before each small step: true means that `rest` is due. */
  step(): boolean {
    if (++this.#steps < STEPS) return false
    return this.isSliceOver()
  }

  isSliceOver(): boolean {
    this.#steps = 0
    return this.#options.world.clock.monotonic() >= this.#sliceEndMs
  }

  /** Whoever wants to end the work does not wait for the end of a long rest. */
  async rest(delayMs = 0): Promise<void> {
    const { clock, timers } = this.#options.world
    const endMs = clock.monotonic() + delayMs
    do {
      await delay(timers, Math.max(0, Math.min(REST_MS_MAX, endMs - clock.monotonic())))
      this.#options.check()
    } while (clock.monotonic() < endMs)
    this.#sliceEndMs = clock.monotonic() + SLICE_MS
  }

  /** So many bytes were read or written. */
  async spend(bytes: number): Promise<void> {
    const { world, bytesPerSecondMax, check } = this.#options
    check()
    const nowMs = world.clock.monotonic()
    this.#paidUntilMs =
      Math.max(this.#paidUntilMs, nowMs - REST_MS_MIN) + (bytes * 1000) / Math.max(1, bytesPerSecondMax())
    const restMs = this.#paidUntilMs - nowMs
    if (restMs >= REST_MS_MIN) await this.rest(restMs)
    else if (this.isSliceOver()) await this.rest()
  }
}
