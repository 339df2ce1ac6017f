import { assert } from '../assert.ts'
import type { Clock, Timer, Timers } from '../time.ts'
import { afterTurn, turnEnded } from './turns.ts'

/** Turns that `settle` grants to work that causes more work without time passing. */
const SETTLE_TURNS_MAX = 1000
/** Turns without any `endOfTurn` call after which the world counts as quiet. */
const QUIET_TURNS = 2

interface PendingTimer {
  readonly id: number
  dueMs: number
  readonly intervalMs: number | undefined
  readonly callback: () => void
}

/**
 * Time that stands still until `advance`. Ends of turns are real: they come by themselves, in the order in which they were
 * asked for, after all promises of the turn have settled.
 */
export class FakeClock implements Clock, Timers {
  readonly #pending = new Map<number, PendingTimer>()
  readonly #startMs: number
  #elapsedMs = 0
  #lastId = 0
  #endsOfTurn = 0

  /** Starts at `startMs` since the epoch; a round moment of 2025 unless told otherwise. */
  constructor(startMs = Date.UTC(2025, 0, 1)) {
    this.#startMs = startMs
  }

  now(): number {
    return this.#startMs + Math.floor(this.#elapsedMs)
  }

  monotonic(): number {
    return this.#elapsedMs
  }

  after(delayMs: number, callback: () => void): Timer {
    return this.#add({ delayMs, intervalMs: undefined, callback })
  }

  every(intervalMs: number, callback: () => void): Timer {
    assert(intervalMs > 0, 'an interval is longer than nothing', () => ({ intervalMs }))
    return this.#add({ delayMs: intervalMs, intervalMs, callback })
  }

  endOfTurn(callback: () => void): void {
    this.#endsOfTurn++
    afterTurn(() => {
      this.#endsOfTurn--
      callback()
    })
  }

  /** Timers that are set and have not fired; intervals included. */
  get pendingTimers(): number {
    return this.#pending.size
  }

  /**
   * Lets `ms` milliseconds pass: calls what falls due, in order of the due times (of setting, where they are equal), each
   * at its moment and with all that it causes before the next one.
   */
  async advance(ms: number): Promise<void> {
    const targetMs = this.#elapsedMs + ms
    await this.settle()
    for (let timer = this.#nextDue(targetMs); timer !== undefined; timer = this.#nextDue(targetMs)) {
      this.#elapsedMs = Math.max(this.#elapsedMs, timer.dueMs)
      if (timer.intervalMs === undefined) this.#pending.delete(timer.id)
      else timer.dueMs += timer.intervalMs
      timer.callback()
      await this.settle()
    }
    this.#elapsedMs = targetMs
  }

  /** Lets promises and ends of turns run until nothing more happens without time passing. */
  async settle(): Promise<void> {
    let quiet = 0
    for (let turn = 0; turn < SETTLE_TURNS_MAX && quiet < QUIET_TURNS; turn++) {
      quiet = this.#endsOfTurn === 0 ? quiet + 1 : 0
      await turnEnded()
    }
  }

  #add({
    delayMs,
    intervalMs,
    callback,
  }: {
    delayMs: number
    intervalMs: number | undefined
    callback: () => void
  }): Timer {
    const id = ++this.#lastId
    this.#pending.set(id, { id, dueMs: this.#elapsedMs + Math.max(0, delayMs), intervalMs, callback })
    return { clear: () => void this.#pending.delete(id) }
  }

  #nextDue(targetMs: number): PendingTimer | undefined {
    let next: PendingTimer | undefined
    for (const timer of this.#pending.values()) {
      if (timer.dueMs <= targetMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer
    }
    return next
  }
}
