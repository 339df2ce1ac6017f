/**
 * All fetch sessions of a broker: at most `max.incremental.fetch.session.cache.slots`. When all slots are taken a new session
 * displaces, as in Kafka, one that was not used for two minutes; else the least worthy one, if it is older than two minutes
 * (a replica's session may displace a consumer's at any age) and less worthy than the new one. Worth: replicas before consumers, then the
 * number of partitions. A reader for whom there is no slot is answered without a session, which every client takes.
 *
 * All sessions together hold at most `SESSION_PARTITIONS_MAX` partitions, existing or not, since a request names a hundred thousand in
 * two megabytes and a session outlives its connection. Beyond that there is no room, as if all slots were taken; a session that
 * grows past it is over.
 */
import { ErrorCode } from '@ottla/protocol'
import type { Clock, Random } from '@ottla/runtime'
import type { FetchEntry } from './fetch-read.ts'
import { FetchSession, type SessionChange } from './fetch-session.ts'
import type { Isolation } from './partition-types.ts'

/** About 150 MB. */
export const SESSION_PARTITIONS_MAX = 250_000
const EVICTION_MS = 120_000
const ID_MAX = 0x7fffffff
const INITIAL_EPOCH = 0
const FINAL_EPOCH = -1

export interface FetchSessionsOptions {
  readonly clock: Clock
  readonly random: Random
  /** `max.incremental.fetch.session.cache.slots` */
  readonly slots: number
}

export interface SessionRequest {
  readonly sessionId: number
  readonly sessionEpoch: number
  readonly usesTopicIds: boolean
  /** A replica asks. */
  readonly isPrivileged: boolean
}

/** What a request is to its session: everything is named and a session may begin (`full`), or none (`single`). */
export type SessionUse =
  | { readonly kind: 'full' }
  | { readonly kind: 'single' }
  | { readonly kind: 'incremental'; readonly session: FetchSession }
  | { readonly kind: 'refused'; readonly errorCode: number }

export interface NewSession {
  readonly usesTopicIds: boolean
  readonly isPrivileged: boolean
  readonly isolation: Isolation
}

export class FetchSessions {
  readonly #options: FetchSessionsOptions
  /** The one that was used longest ago comes first. */
  readonly #byId = new Map<number, FetchSession>()
  #partitions = 0

  constructor(options: FetchSessionsOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#byId.size
  }

  /** Finds what the request belongs to. A full request ends the session that it names. */
  use({ sessionId, sessionEpoch, usesTopicIds, isPrivileged }: SessionRequest): SessionUse {
    const session = this.#byId.get(sessionId)
    if (sessionEpoch === INITIAL_EPOCH || sessionEpoch === FINAL_EPOCH) {
      if (session !== undefined) this.end(session)
      return { kind: sessionEpoch === INITIAL_EPOCH ? 'full' : 'single' }
    }
    // A consumer does not read by a replica's session, nor the other way round.
    if (session?.isPrivileged !== isPrivileged) return refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
    if (session.epoch !== sessionEpoch) return refused(ErrorCode.INVALID_FETCH_SESSION_EPOCH)
    if (session.usesTopicIds !== usesTopicIds) return refused(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR)
    this.#byId.delete(sessionId)
    this.#byId.set(sessionId, session)
    return { kind: 'incremental', session }
  }

  /** Begins a session with what was read and answered; undefined when there is no slot for it. */
  create(entries: readonly FetchEntry[], { isolation, ...kind }: NewSession): FetchSession | undefined {
    const nowMs = this.#options.clock.monotonic()
    if (!this.#makeRoom({ size: entries.length, isPrivileged: kind.isPrivileged, nowMs })) return undefined
    const session = new FetchSession({ id: this.#freeId(), nowMs, ...kind })
    session.adopt(entries, isolation)
    this.#byId.set(session.id, session)
    this.#partitions += session.size
    return session
  }

  /** A request of the session begins. The session ends when it has nothing left (`empty`) or more than there is room for. */
  begin(session: FetchSession, change: SessionChange): 'begun' | 'empty' | 'no-room' {
    const sizeBefore = session.size
    session.begin(change, this.#options.clock.monotonic())
    this.#partitions += session.size - sizeBefore
    const isEmpty = session.size === 0
    if (!isEmpty && this.#partitions <= SESSION_PARTITIONS_MAX) return 'begun'
    this.end(session)
    return isEmpty ? 'empty' : 'no-room'
  }

  end(session: FetchSession): void {
    if (this.#byId.get(session.id) === session) {
      this.#byId.delete(session.id)
      this.#partitions -= session.size
    }
    session.close()
  }

  #makeRoom(wanted: { size: number; isPrivileged: boolean; nowMs: number }): boolean {
    const { slots } = this.#options
    if (slots <= 0 || wanted.size > SESSION_PARTITIONS_MAX) return false
    while (this.#byId.size >= slots || this.#partitions + wanted.size > SESSION_PARTITIONS_MAX) {
      const [oldest] = this.#byId.values()
      const isStale = oldest !== undefined && wanted.nowMs - oldest.lastUsedMs > EVICTION_MS
      const doomed = isStale ? oldest : this.#lessWorthy(wanted)
      if (doomed === undefined) return false
      this.end(doomed)
    }
    return true
  }

  #lessWorthy(wanted: { size: number; isPrivileged: boolean; nowMs: number }): FetchSession | undefined {
    let least: FetchSession | undefined
    for (const session of this.#byId.values()) {
      const isOld = wanted.nowMs - session.createdMs > EVICTION_MS
      if (!isOld && !(wanted.isPrivileged && !session.isPrivileged)) continue
      if (least === undefined || compareWorth(session, least) < 0) least = session
    }
    return least !== undefined && compareWorth(least, wanted) < 0 ? least : undefined
  }

  #freeId(): number {
    for (;;) {
      const id = 1 + this.#options.random.integer(ID_MAX)
      if (!this.#byId.has(id)) return id
    }
  }
}

function compareWorth(
  one: { readonly isPrivileged: boolean; readonly size: number },
  other: { readonly isPrivileged: boolean; readonly size: number },
): number {
  return Number(one.isPrivileged) - Number(other.isPrivileged) || one.size - other.size
}

function refused(errorCode: number): SessionUse {
  return { kind: 'refused', errorCode }
}
