/**
 * A Fetch that waits until enough can be read (KIP-74's min bytes over all its partitions), an error is to be told, its time
 * is over or its connection is. While it waits it holds no file region and no request memory.
 *
 * An advance of a partition costs it an addition: what has been appended since the last look is the most that there is more
 * to read. Only when these estimates add up to the min bytes are the partitions that have grown looked at.
 */
import type { Timers } from '@ottla/runtime'
import type { ReadResult } from '@ottla/storage'
import type { FetchEntry, FetchRead } from './fetch-read.ts'
import type { Partition } from './partition.ts'
import { Wait, type WaitEnd, type Watcher } from './waiters.ts'

export interface LongPollOptions {
  readonly read: FetchRead
  readonly minBytes: number
  readonly maxWaitMs: number
  readonly timers: Timers
  readonly closed: AbortSignal
}

/** Resolves with how the wait ended. The read has been released; it is run again by who answers. */
export function longPoll(options: LongPollOptions): Promise<WaitEnd> {
  return new Promise((resolve) => new LongPoll(options, resolve).start())
}

class LongPoll {
  readonly #options: LongPollOptions
  readonly #watching: EntryWatcher[] = []
  readonly #wait: Wait
  /** At most so many bytes can be read. */
  #estimate = 0
  /** Looks that wait for the disk. */
  #looking = 0

  constructor(options: LongPollOptions, resolve: (end: WaitEnd) => void) {
    this.#options = options
    const { timers, maxWaitMs: timeoutMs, closed } = options
    const ended = (end: WaitEnd) => {
      for (const watcher of this.#watching) watcher.partition.watchers.remove(watcher)
      resolve(end)
    }
    this.#wait = new Wait({ timers, timeoutMs, closed, ended })
  }

  start(): void {
    const { entries } = this.#options.read
    this.#options.read.release()
    for (const entry of entries) {
      if (entry.partition === undefined) continue
      const watcher = new EntryWatcher(this, entry, entry.partition)
      this.#watching.push(watcher)
      this.#estimate += watcher.estimate
      entry.partition.watchers.add(watcher)
    }
    // A pass that had to wait for the disk may have missed what happened meanwhile.
    for (const watcher of this.#watching) if (!this.#wait.over) watcher.recheck()
  }

  ready(): void {
    this.#wait.ready()
  }

  advanced(watcher: EntryWatcher, more: number): void {
    const { read, minBytes } = this.#options
    const { entry, partition } = watcher
    if (this.#wait.over || partition.readableEnd(read.readCommitted) <= entry.offset) return
    if (minBytes <= 1 || entry.offset < partition.log.logStartOffset) {
      this.ready()
      return
    }
    this.#estimate += watcher.grow(more)
    if (this.#estimate >= minBytes) this.#look()
  }

  #look(): void {
    for (const watcher of this.#watching) {
      if (!watcher.hasGrown || this.#wait.over) continue
      watcher.hasGrown = false
      const found = measure(watcher, this.#options.read.readCommitted)
      if (found instanceof Promise) this.#await(watcher, found)
      else this.#count(watcher, found)
    }
    this.#judge()
  }

  #await(watcher: EntryWatcher, found: Promise<ReadResult>): void {
    this.#looking++
    found.then(
      (result) => {
        this.#looking--
        this.#count(watcher, result)
        this.#judge()
      },
      () => this.ready(),
    )
  }

  #count(watcher: EntryWatcher, result: ReadResult): void {
    const bytes = result.kind === 'region' ? result.region.byteLength : 0
    if (result.kind === 'region') result.region.release()
    if (result.kind === 'out-of-range') this.ready()
    this.#estimate += watcher.settle(bytes)
  }

  #judge(): void {
    if (this.#looking === 0 && this.#estimate >= this.#options.minBytes) this.ready()
  }
}

/** How much the partition has for this reader now; the caller gives the region back. */
function measure({ partition, entry }: EntryWatcher, readCommitted: boolean): ReadResult | Promise<ReadResult> {
  try {
    return partition.read({ offset: entry.offset, readCommitted, bytesMax: entry.bytesMax, atLeastOneBatch: true })
  } catch (error) {
    return Promise.reject(error)
  }
}

class EntryWatcher implements Watcher {
  readonly #poll: LongPoll
  readonly entry: FetchEntry
  readonly partition: Partition
  /** What the last look found and what has been appended since. */
  estimate: number
  hasGrown = false
  #seenBytes: number

  constructor(poll: LongPoll, entry: FetchEntry, partition: Partition) {
    this.#poll = poll
    this.entry = entry
    this.partition = partition
    this.estimate = entry.bytes
    this.#seenBytes = partition.appendedBytes
  }

  advanced(): void {
    const { appendedBytes } = this.partition
    const more = appendedBytes - this.#seenBytes
    this.#seenBytes = appendedBytes
    this.#poll.advanced(this, more)
  }

  lost(): void {
    this.#poll.ready()
  }

  recheck(): void {
    const { log } = this.partition
    const { answer, currentLeaderEpoch } = this.entry
    const moved = log.highWatermark !== answer.highWatermark || log.lastStableOffset !== answer.lastStableOffset
    if (this.partition.check(currentLeaderEpoch) !== undefined) this.lost()
    else if (moved) this.#poll.advanced(this, Number.MAX_SAFE_INTEGER)
  }

  /** Returns by how much the estimate is larger now; the reader takes no more than its partition limit, one batch aside. */
  grow(more: number): number {
    if (this.entry.bytes >= this.entry.bytesMax && this.entry.bytes > 0) return 0
    this.hasGrown = true
    this.estimate += more
    return more
  }

  settle(bytes: number): number {
    const change = bytes - this.estimate
    this.entry.bytes = bytes
    this.estimate = bytes
    return change
  }
}
