/**
 * A Fetch that waits until enough can be read (KIP-74's min bytes over all its partitions), an error is to be told, its time
 * is over or its connection is. While it waits it holds no file region and no request memory; each advance of a partition
 * costs it one look at that partition alone.
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
      entry.partition.watchers.add(watcher)
    }
    // A pass that had to wait for the disk may have missed what happened meanwhile.
    for (const watcher of this.#watching) if (!this.#wait.over) watcher.recheck()
  }

  ready(): void {
    this.#wait.ready()
  }

  advanced(entry: FetchEntry, partition: Partition): void {
    const { read, minBytes } = this.#options
    if (this.#wait.over || partition.readableEnd(read.readCommitted) <= entry.offset) return
    if (minBytes <= 1) {
      this.ready()
      return
    }
    const found = measure(entry, partition, read.readCommitted)
    if (found instanceof Promise) {
      found.then(
        (result) => this.#counted(entry, result),
        () => this.ready(),
      )
    } else this.#counted(entry, found)
  }

  #counted(entry: FetchEntry, result: ReadResult): void {
    if (result.kind === 'region') {
      entry.bytes = result.region.byteLength
      result.region.release()
    }
    if (result.kind === 'out-of-range' || this.#options.read.bytes >= this.#options.minBytes) this.ready()
  }
}

/** How much the partition has for this reader now; the caller gives the region back. */
function measure(entry: FetchEntry, partition: Partition, readCommitted: boolean): ReadResult | Promise<ReadResult> {
  try {
    return partition.read({ offset: entry.offset, readCommitted, bytesMax: entry.bytesMax, atLeastOneBatch: true })
  } catch (error) {
    return Promise.reject(error)
  }
}

class EntryWatcher implements Watcher {
  readonly #poll: LongPoll
  readonly #entry: FetchEntry
  readonly partition: Partition

  constructor(poll: LongPoll, entry: FetchEntry, partition: Partition) {
    this.#poll = poll
    this.#entry = entry
    this.partition = partition
  }

  advanced(): void {
    this.#poll.advanced(this.#entry, this.partition)
  }

  lost(): void {
    this.#poll.ready()
  }

  recheck(): void {
    const { log } = this.partition
    const { answer, currentLeaderEpoch } = this.#entry
    const moved = log.highWatermark !== answer.highWatermark || log.lastStableOffset !== answer.lastStableOffset
    if (this.partition.check(currentLeaderEpoch) !== undefined) this.lost()
    else if (moved) this.advanced()
  }
}
