/**
 * The timers of one shard, by key. A group of a thousand members renews a thousand timers every few seconds, so a renewal
 * that only moves the deadline away is a write to a map: the heap keeps the earlier time, and looks again when that has come.
 * All timers share one of the runtime's.
 */
import type { Clock, Timer, Timers } from '@ottla/runtime'

interface Entry {
  readonly key: string
  deadlineMs: number
  /** Where the heap has it; a heap item with another time is stale. */
  queuedMs: number
}

interface Item {
  readonly atMs: number
  readonly entry: Entry
}

/** So many may expire before the event loop gets a turn. */
const EXPIRIES_PER_TURN = 32
/** The same for those that have been moved away: a large group's sessions begin together, so that all of them are looked at together. */
const LOOKS_PER_TURN = 1000
/** Stale items beyond the live ones that are kept before the heap is made anew. */
const STALE_MAX = 64

export class TimerTable {
  readonly #clock: Clock
  readonly #timers: Timers
  readonly #expired: (key: string) => void
  readonly #entries = new Map<string, Entry>()
  #heap: Item[] = []
  #armed: { readonly atMs: number; readonly timer: Timer } | undefined
  #isOver = false

  constructor(world: { readonly clock: Clock; readonly timers: Timers }, expired: (key: string) => void) {
    this.#clock = world.clock
    this.#timers = world.timers
    this.#expired = expired
  }

  get size(): number {
    return this.#entries.size
  }

  /** Replaces the timer of that key. */
  set(key: string, afterMs: number): void {
    if (this.#isOver) return
    const deadlineMs = this.#clock.monotonic() + Math.max(0, afterMs)
    const entry = this.#entries.get(key)
    if (entry !== undefined && deadlineMs >= entry.queuedMs) {
      entry.deadlineMs = deadlineMs
      return
    }
    if (entry === undefined) this.#add({ key, deadlineMs, queuedMs: deadlineMs })
    else {
      entry.deadlineMs = deadlineMs
      entry.queuedMs = deadlineMs
      this.#queue(entry)
    }
  }

  clear(key: string): void {
    this.#entries.delete(key)
  }

  /** Nothing expires any more. */
  end(): void {
    this.#isOver = true
    this.#armed?.timer.clear()
    this.#armed = undefined
    this.#entries.clear()
    this.#heap = []
  }

  #add(entry: Entry): void {
    this.#entries.set(entry.key, entry)
    this.#queue(entry)
  }

  #queue(entry: Entry): void {
    if (this.#heap.length > 2 * this.#entries.size + STALE_MAX) this.#rebuild()
    else push(this.#heap, { atMs: entry.queuedMs, entry })
    this.#arm()
  }

  #rebuild(): void {
    this.#heap = []
    for (const entry of this.#entries.values()) {
      entry.queuedMs = entry.deadlineMs
      push(this.#heap, { atMs: entry.queuedMs, entry })
    }
  }

  #arm(): void {
    const next = this.#heap[0]
    if (next === undefined || (this.#armed !== undefined && this.#armed.atMs <= next.atMs)) return
    this.#armed?.timer.clear()
    const delayMs = Math.max(0, next.atMs - this.#clock.monotonic())
    this.#armed = { atMs: next.atMs, timer: this.#timers.after(delayMs, () => this.#fire()) }
  }

  #fire(): void {
    this.#armed = undefined
    const nowMs = this.#clock.monotonic()
    for (let expiries = 0, looks = 0; expiries < EXPIRIES_PER_TURN && looks < LOOKS_PER_TURN; looks++) {
      const next = this.#heap[0]
      if (next === undefined || next.atMs > nowMs) break
      pop(this.#heap)
      const { entry } = next
      if (this.#entries.get(entry.key) !== entry || entry.queuedMs !== next.atMs) continue
      if (entry.deadlineMs > nowMs) {
        entry.queuedMs = entry.deadlineMs
        push(this.#heap, { atMs: entry.queuedMs, entry })
        continue
      }
      expiries++
      this.#entries.delete(entry.key)
      this.#expired(entry.key)
    }
    this.#arm()
  }
}

function push(heap: Item[], item: Item): void {
  let at = heap.length
  heap.push(item)
  while (at > 0) {
    const above = (at - 1) >> 1
    if (heap[above]!.atMs <= item.atMs) break
    heap[at] = heap[above]!
    at = above
  }
  heap[at] = item
}

function pop(heap: Item[]): void {
  const item = heap.pop()!
  if (heap.length === 0) return
  let at = 0
  for (;;) {
    let below = 2 * at + 1
    if (below >= heap.length) break
    if (below + 1 < heap.length && heap[below + 1]!.atMs < heap[below]!.atMs) below++
    if (heap[below]!.atMs >= item.atMs) break
    heap[at] = heap[below]!
    at = below
  }
  heap[at] = item
}
