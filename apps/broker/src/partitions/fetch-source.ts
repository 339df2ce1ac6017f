/** Where the partitions of a Fetch come from, and what of them is answered: a request that names all of them, or a session. */
import type { FetchEntry, FetchPosition, FetchTopic } from './fetch-read.ts'
import { fetchEntry } from './fetch-read.ts'
import type { FetchSession, FindPartition, WantedTopic } from './fetch-session.ts'
import type { FetchSessions, NewSession } from './fetch-sessions.ts'
import { EntryWatcher, type WaitingFetch, type WatchSource } from './long-poll.ts'
import type { Isolation } from './partition-types.ts'

/** What is told of a pass: these entries, under this session (0: none). */
export interface FetchTold {
  readonly sessionId: number
  readonly entries: readonly FetchEntry[]
}

export interface FetchSource extends WatchSource {
  /** There is nothing to wait for. */
  readonly isEmpty: boolean
  /** A later request of the same session has taken its place: what this one would say has no taker. */
  readonly isSuperseded: boolean
  /** What is to be read now. */
  entries(): readonly FetchEntry[]
  /** Of a session: its reader has been told a lower high watermark than these entries give. */
  hasNewHighWatermark(entries: readonly FetchEntry[]): boolean
  tell(entries: readonly FetchEntry[]): FetchTold
}

/** `sessions` and what a new one would be; undefined: no session begins. */
export interface MaySession {
  readonly sessions: FetchSessions
  readonly kind: NewSession
}

/** A request that names all its partitions. All of them are answered; a session begins with them where one may. */
export class FullFetch implements FetchSource {
  readonly isSuperseded = false
  readonly ownsWatchers = true
  readonly #entries: readonly FetchEntry[]
  readonly #isolation: Isolation
  readonly #may: MaySession | undefined
  #watchers: EntryWatcher[] = []

  constructor(entries: readonly FetchEntry[], isolation: Isolation, may: MaySession | undefined) {
    this.#entries = entries
    this.#isolation = isolation
    this.#may = may
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0
  }

  entries(): readonly FetchEntry[] {
    return this.#entries
  }

  watch(waiting: WaitingFetch): readonly EntryWatcher[] {
    for (const entry of this.#entries) {
      if (entry.partition === undefined) continue
      const watcher = new EntryWatcher(waiting, { entry, partition: entry.partition, isolation: this.#isolation })
      this.#watchers.push(watcher)
      watcher.watch()
    }
    return this.#watchers
  }

  unwatch(): void {
    for (const watcher of this.#watchers) watcher.unwatch()
    this.#watchers = []
  }

  hasNewHighWatermark(): boolean {
    return false
  }

  tell(entries: readonly FetchEntry[]): FetchTold {
    const session = this.#may === undefined ? undefined : this.#may.sessions.create(entries, this.#may.kind)
    return { sessionId: session?.id ?? 0, entries }
  }
}

/** A request of a session that has begun (`FetchSession.begin`). */
export class IncrementalFetch implements FetchSource {
  readonly isEmpty = false
  readonly ownsWatchers = false
  readonly #session: FetchSession
  readonly #epoch: number
  readonly #find: FindPartition
  readonly #isolation: Isolation

  constructor(session: FetchSession, options: { readonly find: FindPartition; readonly isolation: Isolation }) {
    this.#session = session
    this.#epoch = session.epoch
    this.#find = options.find
    this.#isolation = options.isolation
  }

  get isSuperseded(): boolean {
    return this.#session.epoch !== this.#epoch
  }

  entries(): readonly FetchEntry[] {
    return this.#session.entries(this.#find, this.#isolation)
  }

  watch(waiting: WaitingFetch): readonly EntryWatcher[] {
    return this.#session.watch(waiting)
  }

  unwatch(waiting: WaitingFetch): void {
    this.#session.unwatch(waiting)
  }

  hasNewHighWatermark(entries: readonly FetchEntry[]): boolean {
    return this.#session.hasNewHighWatermark(entries)
  }

  tell(entries: readonly FetchEntry[]): FetchTold {
    return { sessionId: this.#session.id, entries: this.#session.settle(entries) }
  }
}

/** Each partition once, by what was said last: so no request waits for, or is told of, more partitions than there are. */
export function wantedEntries(
  topics: readonly WantedTopic[],
  options: { readonly find: FindPartition; readonly isolation: Isolation },
): FetchEntry[] {
  const entries: FetchEntry[] = []
  for (const { topic, topicId, partitions } of distinct(topics)) {
    const named: FetchTopic = { topic, topicId }
    for (const position of partitions) {
      const found = options.find(named, position.partitionIndex)
      entries.push(fetchEntry(named, position, { found, isolation: options.isolation }))
    }
  }
  return entries
}

function distinct(topics: readonly WantedTopic[]): readonly WantedTopic[] {
  if (topics.length === 1 && topics[0]!.partitions.length === 1) return topics
  const byTopic = new Map<string, { topic: WantedTopic; partitions: Map<number, FetchPosition> }>()
  for (const topic of topics) {
    const key = topic.topic === '' ? topic.topicId : `.${topic.topic}`
    const known = byTopic.get(key) ?? { topic, partitions: new Map<number, FetchPosition>() }
    byTopic.set(key, known)
    for (const position of topic.partitions) known.partitions.set(position.partitionIndex, position)
  }
  return Array.from(byTopic.values(), ({ topic, partitions }) => ({ ...topic, partitions: [...partitions.values()] }))
}
