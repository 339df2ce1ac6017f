import { assert } from '../../assert.ts'
import type { Random } from '../../random.ts'
import type { Clock, Timer, Timers } from '../../time.ts'
import type { EventOwner, SimScheduler } from './sim-scheduler.ts'

/** How long a turn of the event loop takes at most; what is due by then belongs to it. */
const TURN_MS_MAX = 0.05
const TURN_STEPS = 5

export interface SimProcessOptions {
  readonly scheduler: SimScheduler
  /** Tells the processes of a world apart. */
  readonly number: number
  readonly hostName: string
  /** Draws how long turns take. */
  readonly random: Random
  /** What the clock of its machine shows, milliseconds since the epoch. */
  readonly wallMs: () => number
}

const NO_TIMER: Timer = { clear() {} }

/**
 * A simulated process: its time, and whether it lives. A dead one asks for nothing any more that could happen, so no timer,
 * delivery or completion ever runs its code again; a promise that it waits for stays pending.
 */
export class SimProcess implements EventOwner, Clock, Timers {
  readonly number: number
  readonly hostName: string
  readonly #scheduler: SimScheduler
  readonly #random: Random
  readonly #wallMs: () => number
  readonly #startedMs: number
  readonly #atDeath = new Set<() => void>()
  #state: EventOwner['state'] = 'running'
  #busyUntilMs = 0
  #endOfTurn: (() => void)[] = []

  constructor({ scheduler, number, hostName, random, wallMs }: SimProcessOptions) {
    this.#scheduler = scheduler
    this.number = number
    this.hostName = hostName
    this.#random = random
    this.#wallMs = wallMs
    this.#startedMs = scheduler.nowMs
  }

  get state(): EventOwner['state'] {
    return this.#state
  }

  get isAlive(): boolean {
    return this.#state !== 'dead'
  }

  get busyUntilMs(): number {
    return this.#busyUntilMs
  }

  now(): number {
    return Math.floor(this.#wallMs() + this.#heldUpMs)
  }

  monotonic(): number {
    return this.#scheduler.nowMs + this.#heldUpMs - this.#startedMs
  }

  after(delayMs: number, callback: () => void): Timer {
    if (!this.isAlive) return NO_TIMER
    return this.#scheduler.after(this.#heldUpMs + delayMs, callback, this)
  }

  every(intervalMs: number, callback: () => void): Timer {
    assert(intervalMs > 0, 'an interval is longer than nothing', () => ({ intervalMs }))
    let cleared = false
    let timer = NO_TIMER
    const arm = () => {
      timer = this.after(intervalMs, () => {
        callback()
        if (!cleared) arm()
      })
    }
    arm()
    return {
      clear() {
        cleared = true
        timer.clear()
      },
    }
  }

  /** All ends of one turn are one event: promises that the callbacks settle go on when all of them have run. */
  endOfTurn(callback: () => void): void {
    if (!this.isAlive) return
    this.#endOfTurn.push(callback)
    if (this.#endOfTurn.length > 1) return
    const turnMs = (this.#random.integer(TURN_STEPS) * TURN_MS_MAX) / TURN_STEPS
    this.after(turnMs, () => this.#runEndOfTurn())
  }

  /** Holds up the event loop, as a synchronous system call does: time passes for this process, and nothing else happens in it. */
  block(ms: number): void {
    this.#busyUntilMs = Math.max(this.#busyUntilMs, this.#scheduler.nowMs) + ms
  }

  /** SIGSTOP: what comes due waits. */
  stop(): void {
    if (this.#state === 'running') this.#state = 'stopped'
  }

  /** SIGCONT. */
  resume(): void {
    if (this.#state !== 'stopped') return
    this.#state = 'running'
    this.#scheduler.resumed(this)
  }

  /** Called when the process dies, after it is dead. */
  atDeath(action: () => void): void {
    this.#atDeath.add(action)
  }

  die(): void {
    if (!this.isAlive) return
    this.#state = 'dead'
    this.#endOfTurn = []
    this.#scheduler.died(this)
    for (const action of this.#atDeath) action()
    this.#atDeath.clear()
  }

  /** How far this process's time is ahead of the world's, inside of a synchronous call. */
  get #heldUpMs(): number {
    return Math.max(0, this.#busyUntilMs - this.#scheduler.nowMs)
  }

  #runEndOfTurn(): void {
    const callbacks = this.#endOfTurn
    this.#endOfTurn = []
    for (const callback of callbacks) callback()
  }
}
