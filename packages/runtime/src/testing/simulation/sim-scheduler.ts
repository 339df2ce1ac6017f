/**
 * Virtual time. All that happens in a simulated world is an event of one queue: timers, ends of turns, deliveries of the
 * network, completions of disks, faults. Time moves only from one event to the next, and every event runs alone: whoever
 * drives the scheduler lets all promises settle between two of them.
 *
 * An event belongs to a process, or to the world. What belongs to a process that has died never happens; what belongs
 * to one that is stopped (SIGSTOP) or kept busy waits, in its order, until the process goes on.
 */
import { assert } from '../../assert.ts'
import type { Timer } from '../../time.ts'
import { type Due, EventHeap } from './event-heap.ts'

/** Whoever events belong to. */
export interface EventOwner {
  readonly number: number
  readonly hostName: string
  readonly state: 'running' | 'stopped' | 'dead'
  /** Its event loop is held up until then. */
  readonly busyUntilMs: number
}

interface SimEvent extends Due {
  dueMs: number
  order: number
  readonly owner: EventOwner | undefined
  run: (() => void) | undefined
}

/**
 * Time has steps of this part of a millisecond, so that sums and differences of moments are exact: who waits for the rest of a time has
 * waited for all of it.
 */
const STEPS_PER_MS = 1024

export class SimScheduler {
  readonly #events = new EventHeap<SimEvent>()
  /** Events of stopped processes that have come due, in order. */
  readonly #waiting = new Map<EventOwner, SimEvent[]>()
  #nowMs = 0
  #lastOrder = 0
  #executed = 0
  #digest = 0
  #lastOwner: EventOwner | undefined

  /** Milliseconds since the world began, with fractions. */
  get nowMs(): number {
    return this.#nowMs
  }

  /** How many events have happened. */
  get executed(): number {
    return this.#executed
  }

  /** Two runs with equal digests have had the same events of the same owners at the same times, in the same order. */
  get digest(): number {
    return this.#digest >>> 0
  }

  /** Whose the last event was; undefined: the world's. */
  get lastOwner(): EventOwner | undefined {
    return this.#lastOwner
  }

  /** When something happens next; undefined: never. */
  get nextMs(): number | undefined {
    return this.#events.peek()?.dueMs
  }

  after(delayMs: number, run: () => void, owner?: EventOwner): Timer {
    return this.at(this.#nowMs + delayMs, run, owner)
  }

  /** As `after`, at this moment; what is past happens now. */
  at(dueMs: number, run: () => void, owner?: EventOwner): Timer {
    const exactMs = Math.ceil(dueMs * STEPS_PER_MS) / STEPS_PER_MS
    const event: SimEvent = { dueMs: Math.max(this.#nowMs, exactMs), order: ++this.#lastOrder, owner, run }
    this.#events.push(event)
    return {
      clear() {
        event.run = undefined
      },
    }
  }

  /** Lets the next event happen. False when there is none. */
  step(): boolean {
    for (let event = this.#events.pop(); event !== undefined; event = this.#events.pop()) {
      const { run, owner } = event
      if (run === undefined || !this.#isDue(event)) continue
      assert(event.dueMs >= this.#nowMs, 'time does not run backwards')
      this.#nowMs = event.dueMs
      this.#executed++
      this.mix(event.order)
      this.mix(event.dueMs * STEPS_PER_MS)
      this.mix(owner?.number ?? -1)
      this.#lastOwner = owner
      event.run = undefined
      run()
      return true
    }
    return false
  }

  /** A process that was stopped goes on: what has waited happens now. */
  resumed(owner: EventOwner): void {
    const waiting = this.#waiting.get(owner)
    if (waiting === undefined) return
    this.#waiting.delete(owner)
    for (const event of waiting) this.#put(event, this.#nowMs)
  }

  died(owner: EventOwner): void {
    this.#waiting.delete(owner)
  }

  /** Adds to the digest. */
  mix(value: number): void {
    let mixed = Math.imul(this.#digest ^ (value | 0), 0x85ebca6b)
    mixed ^= mixed >>> 13
    this.#digest = Math.imul(mixed, 0xc2b2ae35) ^ (mixed >>> 16)
  }

  /** Whether the event happens now: else it is put back, put by, or dropped. */
  #isDue(event: SimEvent): boolean {
    const { owner } = event
    if (owner === undefined) return true
    switch (owner.state) {
      case 'dead':
        return false
      case 'stopped':
        this.#putBy(event, owner)
        return false
      case 'running':
        if (owner.busyUntilMs <= event.dueMs) return true
        this.#put(event, owner.busyUntilMs)
        return false
    }
  }

  #put(event: SimEvent, dueMs: number): void {
    event.dueMs = dueMs
    event.order = ++this.#lastOrder
    this.#events.push(event)
  }

  #putBy(event: SimEvent, owner: EventOwner): void {
    const waiting = this.#waiting.get(owner)
    if (waiting === undefined) this.#waiting.set(owner, [event])
    else waiting.push(event)
  }
}
