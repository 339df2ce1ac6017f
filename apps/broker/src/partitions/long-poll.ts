/**
 * A Fetch that waits until enough can be read (KIP-74's min bytes over all its partitions), an error is to be told, its time
 * is over or its connection is. While it waits it holds no file region and no request memory.
 *
 * An advance of a partition costs it an addition: what has been appended since the last look is the most that there is more
 * to read. Only when these estimates add up to the min bytes are the partitions that have grown looked at.
 */
import type { Timers } from '@ottla/runtime'
import type { ReadResult } from '@ottla/storage'
import type { ConnectionInfo } from '../seams.ts'
import type { FetchEntry } from './fetch-read.ts'
import type { Partition } from './partition.ts'
import type { Isolation, ServedBy } from './partition-types.ts'
import { Wait, type WaitEnd, type Watcher } from './waiters.ts'
import type { WaitingFetches } from './waiting-fetches.ts'

/** Hears of the partitions that its watchers watch. */
export interface WatchListener {
  /** `more`: bytes that have been appended since it heard last. */
  advanced(watcher: EntryWatcher, more: number): void
  lost(watcher: EntryWatcher): void
}

/** A Fetch that waits. */
export interface WaitingFetch extends WatchListener {
  /** Its reader does not want the answer any more: it ends at once. */
  superseded(): void
}

/** The partitions of a Fetch while it waits. */
export interface WatchSource {
  /** Its watchers are made for one Fetch; else they are those of a session. */
  readonly ownsWatchers: boolean
  /** From now on `waiting` hears of every partition; returns those that may have something, to be looked at first. */
  watch(waiting: WaitingFetch): readonly EntryWatcher[]
  unwatch(waiting: WaitingFetch): void
}

export interface LongPollOptions {
  readonly source: WatchSource
  /** It is one of these while it waits. */
  readonly waits: WaitingFetches
  readonly connection: ConnectionInfo
  readonly isolation: Isolation
  readonly servedBy: ServedBy
  /** A high watermark that is higher than the last one told ends the wait (KIP-392). */
  readonly tellsHighWatermark: boolean
  readonly minBytes: number
  readonly maxWaitMs: number
  readonly timers: Timers
}

/** Resolves with how the wait ended. Nothing that was read may be held meanwhile; it is read again by who answers. */
export function longPoll(options: LongPollOptions): Promise<WaitEnd> {
  return new Promise((resolve) => new LongPoll(options, resolve).start())
}

class LongPoll implements WaitingFetch {
  readonly #options: LongPollOptions
  readonly #grown = new Set<EntryWatcher>()
  readonly #wait: Wait
  /** At most so many bytes can be read. */
  #estimate = 0
  /** Looks that wait for the disk. */
  #looking = 0

  constructor(options: LongPollOptions, resolve: (end: WaitEnd) => void) {
    this.#options = options
    const { timers, maxWaitMs: timeoutMs, connection, source, waits } = options
    const ended = (end: WaitEnd) => {
      waits.leave(this)
      source.unwatch(this)
      resolve(end)
    }
    this.#wait = new Wait({ timers, timeoutMs, closed: connection.closed, ended })
  }

  start(): void {
    const { source, waits, connection } = this.#options
    const watchers = source.watch(this)
    waits.enter(this, { connection, partitions: source.ownsWatchers ? watchers.length : 0 })
    for (const watcher of watchers) this.#estimate += watcher.estimate
    // A pass that had to wait for the disk may have missed what happened meanwhile.
    for (const watcher of watchers) if (!this.#wait.over) watcher.recheck(this.#options.servedBy)
  }

  lost(): void {
    this.#wait.ready()
  }

  superseded(): void {
    this.#wait.ready()
  }

  advanced(watcher: EntryWatcher, more: number): void {
    const { isolation, minBytes, tellsHighWatermark } = this.#options
    const { entry, partition } = watcher
    if (this.#wait.over) return
    if (tellsHighWatermark && partition.log.highWatermark > entry.answer.highWatermark) {
      this.#wait.ready()
      return
    }
    // A replica's log follows the start of its leader's (KIP-107).
    if (isolation === 'log-end' && partition.log.logStartOffset > entry.answer.logStartOffset) {
      this.#wait.ready()
      return
    }
    if (entry.isHeldBack || partition.readableEnd(isolation) <= entry.offset) return
    if (minBytes <= 1 || entry.offset < partition.log.logStartOffset) {
      this.#wait.ready()
      return
    }
    if (watcher.isFull) return
    this.#grown.add(watcher)
    watcher.estimate += more
    this.#estimate += more
    if (this.#estimate >= minBytes) this.#look()
  }

  #look(): void {
    const grown = [...this.#grown]
    this.#grown.clear()
    for (const watcher of grown) {
      if (this.#wait.over) return
      const found = measure(watcher, this.#options.isolation)
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
      () => this.#wait.ready(),
    )
  }

  #count(watcher: EntryWatcher, result: ReadResult): void {
    const bytes = result.kind === 'region' ? result.region.byteLength : 0
    if (result.kind === 'region') {
      result.region.release()
      // Waiting adds nothing: a read does not go past its segment.
      if (result.continuesInNextSegment === true) this.#wait.ready()
    }
    if (result.kind === 'out-of-range') this.#wait.ready()
    this.#estimate += watcher.settle(bytes)
  }

  #judge(): void {
    if (this.#looking === 0 && this.#estimate >= this.#options.minBytes) this.#wait.ready()
  }
}

/** How much the partition has for this reader now; the caller gives the region back. */
function measure({ partition, entry }: EntryWatcher, isolation: Isolation): ReadResult | Promise<ReadResult> {
  try {
    return partition.read({ offset: entry.offset, isolation, bytesMax: entry.bytesMax, atLeastOneBatch: true })
  } catch (error) {
    return Promise.reject(error)
  }
}

export interface Watched {
  readonly entry: FetchEntry
  readonly partition: Partition
  readonly isolation: Isolation
}

/** Watches one partition for a Fetch, or for all the Fetches of a session. */
export class EntryWatcher implements Watcher {
  readonly partition: Partition
  /** What was read last. */
  entry: FetchEntry
  /** What the last look found and what has been appended since. */
  estimate: number
  readonly #listener: WatchListener
  readonly #isolation: Isolation
  #seenBytes: number

  constructor(listener: WatchListener, { entry, partition, isolation }: Watched) {
    this.#listener = listener
    this.#isolation = isolation
    this.partition = partition
    this.entry = entry
    this.estimate = entry.bytes
    this.#seenBytes = partition.appendedBytes
  }

  watch(): void {
    this.partition.watchersFor(this.#isolation).add(this)
  }

  unwatch(): void {
    this.partition.watchersFor(this.#isolation).remove(this)
  }

  /** The entry has been read, just now. */
  begin(entry: FetchEntry): void {
    this.entry = entry
    this.estimate = entry.bytes
    this.#seenBytes = this.partition.appendedBytes
  }

  /** The reader takes no more than its partition limit, one batch aside. */
  get isFull(): boolean {
    return this.entry.bytes >= this.entry.bytesMax && this.entry.bytes > 0
  }

  advanced(): void {
    const { appendedBytes } = this.partition
    const more = appendedBytes - this.#seenBytes
    this.#seenBytes = appendedBytes
    this.#listener.advanced(this, more)
  }

  lost(): void {
    this.#listener.lost(this)
  }

  recheck(servedBy: ServedBy): void {
    if (this.partition.check(this.entry.currentLeaderEpoch, servedBy) !== undefined) this.lost()
    else if (this.#hasMoved) this.#listener.advanced(this, Number.MAX_SAFE_INTEGER)
  }

  get #hasMoved(): boolean {
    const { log } = this.partition
    const { answer, offset } = this.entry
    if (this.#isolation === 'log-end' && log.logEndOffset > offset) return true
    return log.highWatermark !== answer.highWatermark || log.lastStableOffset !== answer.lastStableOffset
  }

  settle(bytes: number): number {
    const change = bytes - this.estimate
    this.entry.bytes = bytes
    this.estimate = bytes
    return change
  }
}
