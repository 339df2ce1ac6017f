/** Where the partitions of a Fetch come from, and what of them is answered: a request that names all of them, or a session. */
import type { FetchEntry, FetchPosition, FetchTopic } from './fetch-read.ts'
import { fetchEntry } from './fetch-read.ts'
import type { FetchSession, FindPartition, WantedTopic } from './fetch-session.ts'
import type { FetchSessions, NewSession } from './fetch-sessions.ts'
import { EntryWatcher, type WaitingFetch, type WatchSource } from './long-poll.ts'

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
  readonly #may: MaySession | undefined
  #watchers: EntryWatcher[] = []

  constructor(entries: readonly FetchEntry[], may: MaySession | undefined) {
    this.#entries = entries
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
      const watcher = new EntryWatcher(waiting, entry, entry.partition)
      this.#watchers.push(watcher)
      entry.partition.watchers.add(watcher)
    }
    return this.#watchers
  }

  unwatch(): void {
    for (const watcher of this.#watchers) watcher.partition.watchers.remove(watcher)
    this.#watchers = []
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
  readonly #readCommitted: boolean

  constructor(session: FetchSession, options: { readonly find: FindPartition; readonly readCommitted: boolean }) {
    this.#session = session
    this.#epoch = session.epoch
    this.#find = options.find
    this.#readCommitted = options.readCommitted
  }

  get isSuperseded(): boolean {
    return this.#session.epoch !== this.#epoch
  }

  entries(): readonly FetchEntry[] {
    return this.#session.entries(this.#find, this.#readCommitted)
  }

  watch(waiting: WaitingFetch): readonly EntryWatcher[] {
    return this.#session.watch(waiting)
  }

  unwatch(waiting: WaitingFetch): void {
    this.#session.unwatch(waiting)
  }

  tell(entries: readonly FetchEntry[]): FetchTold {
    return { sessionId: this.#session.id, entries: this.#session.settle(entries) }
  }
}

/** Each partition once, by what was said last: so no request waits for, or is told of, more partitions than there are. */
export function wantedEntries(
  topics: readonly WantedTopic[],
  options: { readonly find: FindPartition; readonly readCommitted: boolean },
): FetchEntry[] {
  const entries: FetchEntry[] = []
  for (const { topic, topicId, partitions } of distinct(topics)) {
    const named: FetchTopic = { topic, topicId }
    for (const position of partitions) {
      const found = options.find(named, position.partitionIndex)
      entries.push(fetchEntry(named, position, { found, readCommitted: options.readCommitted }))
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
