/**
 * Requests that wait for a partition (Kafka calls the place a purgatory). A partition keeps two lists: who waits for an offset
 * to be committed (acks=all), and who wants to hear of every advance of what can be read (long polls). A request that waits
 * has one `Wait`, which ends it once, whatever comes first. Adding, removing and waking cost the same however many others
 * wait elsewhere.
 */
import type { Timer, Timers } from '@ottla/runtime'

export interface CommitWaiter {
  /** Called once, unless removed before: the high watermark has passed the offset. */
  committed(): void
  /** Called once instead of `committed`: this broker leads the partition no longer. */
  lost(): void
}

/** Waits for offsets to be committed. */
export class CommitQueue {
  /** In ascending order of their offsets, which is the order in which appends are published. */
  readonly #ascending = new Map<CommitWaiter, number>()
  /** Those that came behind a higher offset: repeated batches, whose original lies further down. Few. */
  readonly #late = new Map<CommitWaiter, number>()
  #highestOffset = -1

  get size(): number {
    return this.#ascending.size + this.#late.size
  }

  /** `offset` is exclusive: the waiter is done once the high watermark is at least that. */
  add(offset: number, waiter: CommitWaiter): void {
    if (this.#ascending.size > 0 && offset < this.#highestOffset) {
      this.#late.set(waiter, offset)
      return
    }
    this.#highestOffset = offset
    this.#ascending.set(waiter, offset)
  }

  remove(waiter: CommitWaiter): void {
    this.#ascending.delete(waiter)
    this.#late.delete(waiter)
  }

  advance(highWatermark: number): void {
    for (const [waiter, offset] of this.#ascending) {
      if (offset > highWatermark) break
      this.#ascending.delete(waiter)
      waiter.committed()
    }
    for (const [waiter, offset] of this.#late) {
      if (offset > highWatermark) continue
      this.#late.delete(waiter)
      waiter.committed()
    }
  }

  lose(): void {
    const waiters = [...this.#ascending.keys(), ...this.#late.keys()]
    this.#ascending.clear()
    this.#late.clear()
    for (const waiter of waiters) waiter.lost()
  }
}

/** Hears of a partition until it removes itself. */
export interface Watcher {
  /** The high watermark or the last stable offset advanced. */
  advanced(): void
  /** This broker leads the partition no longer, or in another epoch, or the log is gone. */
  lost(): void
}

export class WatchList {
  readonly #watchers = new Set<Watcher>()

  get size(): number {
    return this.#watchers.size
  }

  add(watcher: Watcher): void {
    this.#watchers.add(watcher)
  }

  remove(watcher: Watcher): void {
    this.#watchers.delete(watcher)
  }

  // Copies: a watcher that is answered may be followed, within this call, by the same client's next request.
  advanced(): void {
    if (this.#watchers.size === 0) return
    for (const watcher of [...this.#watchers]) watcher.advanced()
  }

  lost(): void {
    for (const watcher of [...this.#watchers]) watcher.lost()
  }
}

/** `ready`: what was waited for has come (or can never come); `closed`: the connection has ended, nobody wants the answer. */
export type WaitEnd = 'ready' | 'timeout' | 'closed'

export interface WaitOptions {
  readonly timers: Timers
  readonly timeoutMs: number
  readonly closed: AbortSignal
  /** Called exactly once; must not throw. */
  readonly ended: (end: WaitEnd) => void
}

/** One waiting request: ends once, by `ready()`, its deadline, or the end of its connection. */
export class Wait {
  readonly #options: WaitOptions
  readonly #timer: Timer
  readonly #onClosed = () => this.#end('closed')
  #over = false

  constructor(options: WaitOptions) {
    this.#options = options
    this.#timer = options.timers.after(Math.max(0, options.timeoutMs), () => this.#end('timeout'))
    if (options.closed.aborted) options.timers.endOfTurn(this.#onClosed)
    else options.closed.addEventListener('abort', this.#onClosed, { once: true })
  }

  get over(): boolean {
    return this.#over
  }

  ready(): void {
    this.#end('ready')
  }

  #end(end: WaitEnd): void {
    if (this.#over) return
    this.#over = true
    this.#timer.clear()
    this.#options.closed.removeEventListener('abort', this.#onClosed)
    this.#options.ended(end)
  }
}
