/**
 * Fetch sessions (KIP-227): the broker remembers which partitions a reader wants and from where, so that a request names only
 * what has changed, and an answer holds only partitions that have something to say.
 *
 * A partition is *pending* while it may have something to say: it is new or its position has changed, it has advanced or
 * changed its leader, its last answer had records or an error, or the limits of a request left it out. Only pending partitions
 * are looked at, so a request costs nothing for those that are idle. A watcher on each partition makes it pending again, and is
 * taken away by that until the next request: a session whose reader has gone costs an append nothing. What
 * no watcher tells (a log start offset that moves) is found by looking at all of them every few seconds.
 *
 * Order and fairness: pending partitions are read in the order in which they became pending; one that gave records goes
 * behind the others, so a request whose byte limit is used up by the first ones cannot starve the rest.
 *
 * An answer holds a partition when it has records, an error or a diverging epoch, or when its high watermark or log
 * start offset differ from what the reader was told last. The last stable offset alone is no reason, as in Kafka.
 */
import { type FetchAnswer, type FetchEntry, type FetchPosition, type FetchTopic, fetchEntry } from './fetch-read.ts'
import { EntryWatcher, type WaitingFetch, type WatchListener } from './long-poll.ts'
import type { Partition } from './partition.ts'
import type { Isolation } from './partition-types.ts'

/** What a request says about a partition: its number and the reader's position. */
export interface WantedTopic extends FetchTopic {
  readonly partitions: readonly FetchPosition[]
}

export interface ForgottenTopic extends FetchTopic {
  readonly partitions: readonly number[]
}

/** What a request changes of its session. */
export interface SessionChange {
  readonly wanted: readonly WantedTopic[]
  readonly forgotten: readonly ForgottenTopic[]
}

export interface FetchSessionOptions {
  readonly id: number
  /** Topics are named by id (Fetch 13 and later), not by name. */
  readonly usesTopicIds: boolean
  /** A replica's session, which a consumer's never displaces. */
  readonly isPrivileged: boolean
  readonly nowMs: number
}

/** Finds a partition of this broker, or the error that the reader is told. */
export type FindPartition = (topic: FetchTopic, partitionIndex: number) => Partition | string

/** Partitions that have not been looked at for so long are, whatever their watchers say. */
const SWEEP_INTERVAL_MS = 5000
const EPOCH_MAX = 0x7fffffff
/** What the reader knows of a partition that it must be told about next time. */
const UNKNOWN = -1

export class FetchSession implements WatchListener {
  readonly id: number
  readonly usesTopicIds: boolean
  readonly isPrivileged: boolean
  readonly createdMs: number
  lastUsedMs: number
  /** That the next request must have. */
  #epoch = 1
  #size = 0
  #sweptMs: number
  readonly #topics = new Map<string, Map<number, SessionPartition>>()
  readonly #pending = new Set<SessionPartition>()
  readonly #byWatcher = new Map<EntryWatcher, SessionPartition>()
  /** The request that waits, if one does. */
  #waiting: WaitingFetch | undefined
  #isolation: Isolation = 'high-watermark'

  constructor(options: FetchSessionOptions) {
    this.id = options.id
    this.usesTopicIds = options.usesTopicIds
    this.isPrivileged = options.isPrivileged
    this.createdMs = options.nowMs
    this.lastUsedMs = options.nowMs
    this.#sweptMs = options.nowMs
  }

  get epoch(): number {
    return this.#epoch
  }

  /** Partitions. */
  get size(): number {
    return this.#size
  }

  /** Partitions that the next request looks at. */
  get pendingPartitions(): number {
    return this.#pending.size
  }

  /** Takes over what a full fetch has read and answered. */
  adopt(entries: readonly FetchEntry[], isolation: Isolation): void {
    this.#isolation = isolation
    const inOrder = [...entries.filter(({ bytes }) => bytes === 0), ...entries.filter(({ bytes }) => bytes > 0)]
    for (const entry of inOrder) {
      const partition = new SessionPartition(entry.topic, positionOf(entry))
      this.#partitionsOf(entry.topic).set(entry.partitionIndex, partition)
      this.#size++
      partition.told(entry.answer)
      this.#watch(partition, entry)
      this.#settlePending(partition, entry)
    }
  }

  /**
   * A request begins: forgets and adds partitions, moves positions, and goes on to the next epoch. A request of the same session
   * that still waits is over: its reader has given it up.
   */
  begin(request: SessionChange, nowMs: number): void {
    this.#waiting?.superseded()
    this.#epoch = this.#epoch === EPOCH_MAX ? 1 : this.#epoch + 1
    this.lastUsedMs = nowMs
    for (const { partitions, ...topic } of request.wanted) {
      for (const position of partitions) this.#want(topic, position)
    }
    for (const { partitions, ...topic } of request.forgotten) {
      for (const index of partitions) this.#forget(topic, index)
    }
    if (nowMs - this.#sweptMs >= SWEEP_INTERVAL_MS) this.#sweep(nowMs)
  }

  /** The pending partitions, to be read in this order. */
  entries(find: FindPartition, isolation: Isolation): FetchEntry[] {
    if (isolation !== this.#isolation) this.#sweep(this.#sweptMs)
    this.#isolation = isolation
    return Array.from(this.#pending, (partition) => {
      const found = find(partition.topic, partition.position.partitionIndex)
      const entry = fetchEntry(partition.topic, partition.position, { found, isolation })
      this.#watch(partition, entry)
      return entry
    })
  }

  /** The entries that the answer must hold; the others have nothing new. */
  settle(entries: readonly FetchEntry[]): FetchEntry[] {
    return entries.filter((entry) => {
      const partition = this.#find(entry.topic, entry.partitionIndex)
      if (partition === undefined) return false
      const isTold = partition.mustTell(entry)
      if (isTold) partition.told(entry.answer)
      this.#settlePending(partition, entry)
      return isTold
    })
  }

  /** Whether the reader has been told a lower high watermark than one of these entries gives. */
  hasNewHighWatermark(entries: readonly FetchEntry[]): boolean {
    return entries.some((entry) => this.#find(entry.topic, entry.partitionIndex)?.hasNewHighWatermark(entry) === true)
  }

  watch(waiting: WaitingFetch): readonly EntryWatcher[] {
    this.#waiting = waiting
    const watchers: EntryWatcher[] = []
    for (const { watcher } of this.#pending) {
      if (watcher === undefined) continue
      watcher.begin(watcher.entry)
      watcher.watch()
      watchers.push(watcher)
    }
    return watchers
  }

  unwatch(waiting: WaitingFetch): void {
    if (this.#waiting === waiting) this.#waiting = undefined
  }

  advanced(watcher: EntryWatcher, more: number): void {
    this.#wake(watcher)
    if (this.#waiting === undefined) watcher.unwatch()
    else this.#waiting.advanced(watcher, more)
  }

  lost(watcher: EntryWatcher): void {
    this.#wake(watcher)
    this.#waiting?.lost(watcher)
  }

  /** The session is over: watches nothing any more. */
  close(): void {
    this.#waiting?.superseded()
    for (const watcher of this.#byWatcher.keys()) watcher.unwatch()
    this.#byWatcher.clear()
    this.#pending.clear()
    this.#topics.clear()
    this.#size = 0
  }

  #want(topic: FetchTopic, position: FetchPosition): void {
    const known = this.#find(topic, position.partitionIndex)
    if (known !== undefined) {
      known.position = position
      // A replica drops answers that come too late for it, and cannot say so.
      if (this.isPrivileged) known.forgetTold()
      this.#pending.add(known)
      return
    }
    const partition = new SessionPartition(topic, position)
    this.#partitionsOf(topic).set(position.partitionIndex, partition)
    this.#pending.add(partition)
    this.#size++
  }

  #forget(topic: FetchTopic, index: number): void {
    const key = keyOf(topic)
    const partitions = this.#topics.get(key)
    const partition = partitions?.get(index)
    if (partitions === undefined || partition === undefined) return
    partitions.delete(index)
    if (partitions.size === 0) this.#topics.delete(key)
    this.#pending.delete(partition)
    this.#unwatch(partition)
    this.#size--
  }

  #sweep(nowMs: number): void {
    this.#sweptMs = nowMs
    for (const partitions of this.#topics.values()) {
      for (const partition of partitions.values()) this.#pending.add(partition)
    }
  }

  #wake(watcher: EntryWatcher): void {
    const partition = this.#byWatcher.get(watcher)
    if (partition !== undefined) this.#pending.add(partition)
  }

  #watch(partition: SessionPartition, entry: FetchEntry): void {
    if (entry.partition === undefined) {
      this.#unwatch(partition)
    } else if (partition.watcher?.partition === entry.partition) {
      partition.watcher.begin(entry)
      partition.watcher.watch()
    } else {
      this.#unwatch(partition)
      const watcher = new EntryWatcher(this, { entry, partition: entry.partition, isolation: this.#isolation })
      partition.watcher = watcher
      this.#byWatcher.set(watcher, partition)
      watcher.watch()
    }
  }

  #unwatch(partition: SessionPartition): void {
    const { watcher } = partition
    if (watcher === undefined) return
    watcher.unwatch()
    this.#byWatcher.delete(watcher)
    partition.watcher = undefined
  }

  #settlePending(partition: SessionPartition, entry: FetchEntry): void {
    const { watcher } = partition
    watcher?.begin(entry)
    const hasMore = !partition.isIdle(entry, this.#isolation)
    // Behind the others, when it gave records.
    if (!hasMore || entry.bytes > 0) this.#pending.delete(partition)
    if (hasMore) this.#pending.add(partition)
    // It may have been taken away while the entry was read.
    else watcher?.watch()
  }

  #find(topic: FetchTopic, index: number): SessionPartition | undefined {
    return this.#topics.get(keyOf(topic))?.get(index)
  }

  #partitionsOf(topic: FetchTopic): Map<number, SessionPartition> {
    const key = keyOf(topic)
    const known = this.#topics.get(key)
    if (known !== undefined) return known
    const partitions = new Map<number, SessionPartition>()
    this.#topics.set(key, partitions)
    return partitions
  }
}

/** Without the answer and the rest of an entry, which would be kept with it. */
function positionOf({
  partitionIndex,
  offset,
  bytesMax,
  currentLeaderEpoch,
  lastFetchedEpoch,
  logStartOffset,
}: FetchEntry): FetchPosition {
  return { partitionIndex, offset, bytesMax, currentLeaderEpoch, lastFetchedEpoch, logStartOffset }
}

class SessionPartition {
  readonly topic: FetchTopic
  position: FetchPosition
  watcher: EntryWatcher | undefined
  #highWatermark = UNKNOWN
  #logStartOffset = UNKNOWN

  constructor(topic: FetchTopic, position: FetchPosition) {
    this.topic = topic
    this.position = position
  }

  mustTell({ answer, bytes }: FetchEntry): boolean {
    return (
      bytes > 0 ||
      answer.errorCode !== 0 ||
      answer.divergingEpoch !== undefined ||
      answer.preferredReadReplica >= 0 ||
      answer.highWatermark !== this.#highWatermark ||
      answer.logStartOffset !== this.#logStartOffset
    )
  }

  hasNewHighWatermark({ answer }: FetchEntry): boolean {
    return answer.errorCode === 0 && answer.highWatermark !== this.#highWatermark
  }

  /** Next time the reader is told everything once more. */
  forgetTold(): void {
    this.#highWatermark = UNKNOWN
  }

  /** Who is told of an error, or of where histories part, looks at nothing else of the answer. */
  told({ errorCode, divergingEpoch, highWatermark, logStartOffset }: FetchAnswer): void {
    const counts = errorCode === 0 && divergingEpoch === undefined
    this.#highWatermark = counts ? highWatermark : UNKNOWN
    this.#logStartOffset = logStartOffset
  }

  /** Nothing more to be read, and nothing has changed since the entry was read. */
  isIdle({ answer, bytes, partition }: FetchEntry, isolation: Isolation): boolean {
    if (partition === undefined || answer.errorCode !== 0 || answer.divergingEpoch !== undefined || bytes > 0) {
      return false
    }
    const { highWatermark, logStartOffset } = partition.log
    if (highWatermark !== answer.highWatermark || logStartOffset !== answer.logStartOffset) return false
    return partition.readableEnd(isolation) <= this.position.offset
  }
}

function keyOf({ topic, topicId }: FetchTopic): string {
  return topic === '' ? topicId : `.${topic}`
}
