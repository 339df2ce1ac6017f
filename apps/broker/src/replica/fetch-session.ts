/**
 * The follower's half of an incremental fetch session (KIP-227): what the leader knows of the partitions that are fetched from it, and
 * what the next request has to tell it. Costs nothing for partitions about which there is nothing to say.
 *
 * States: no session (id 0, epoch 0: the next request names all), established (its id, the epoch of the next request), to be
 * replaced (its id, epoch 0). Requests may be under way together: a later one takes the place of one that still waits.
 * Invariants: a request of epoch 0 is under way alone; what an answer says about a partition holds for the offset that was
 * told last before its request left, and for no member that came later.
 */
import { ErrorCode } from '@ottla/protocol'

/** What the leader is told of a partition. */
export interface SessionPosition {
  readonly fetchOffset: number
  readonly lastFetchedEpoch: number
  readonly logStartOffset: number
  readonly currentLeaderEpoch: number
}

export interface Named<Member> {
  readonly id: PartitionId
  readonly member: Member
  readonly position: SessionPosition
}

export interface ReplicaRequest<Member> {
  readonly sessionId: number
  readonly sessionEpoch: number
  readonly named: readonly Named<Member>[]
  readonly forgotten: readonly PartitionId[]
  /** In the order of requests. */
  readonly number: number
}

export interface PartitionId {
  readonly topicId: string
  readonly partition: number
}

interface Entry<Member> {
  readonly id: PartitionId
  member: Member
  position: SessionPosition
  /** The request that told the present position; not told yet: infinity. */
  toldIn: number
}

/** What the session fields of an answer mean. */
export type SessionVerdict =
  /** Its partitions count. */
  | 'counts'
  /** The leader has no such session: the next request begins one. */
  | 'forgotten'
  | 'failed'

const NO_SESSION = 0
const FIRST_EPOCH = 0
const EPOCH_MAX = 2 ** 31 - 1

export class ReplicaFetchSession<Member> {
  readonly #entries = new Map<string, Entry<Member>>()
  readonly #untold = new Set<Entry<Member>>()
  readonly #forgotten = new Map<string, PartitionId>()
  #sessionId = NO_SESSION
  #epoch = FIRST_EPOCH
  #requests = 0
  /** The request that began the present session, or will have. */
  #begunIn = 0

  /** Partitions that are fetched. */
  get size(): number {
    return this.#entries.size
  }

  /** There are partitions that the leader was not told of, or not of where they are now. */
  get hasNews(): boolean {
    return this.#untold.size > 0
  }

  /** The next request names all partitions, and may not follow one that still waits. */
  get isNew(): boolean {
    return this.#epoch === FIRST_EPOCH
  }

  /** Fetches the partition from this position from now on. */
  want(id: PartitionId, member: Member, position: SessionPosition): void {
    const key = keyOf(id)
    const known = this.#entries.get(key)
    if (known !== undefined && known.member === member && isSame(known.position, position)) return
    const entry = known ?? { id, member, position, toldIn: Number.POSITIVE_INFINITY }
    entry.member = member
    entry.position = position
    entry.toldIn = Number.POSITIVE_INFINITY
    this.#entries.set(key, entry)
    this.#untold.add(entry)
    this.#forgotten.delete(key)
  }

  /** Does not fetch it any more, for now or for good. */
  drop(id: PartitionId): void {
    const key = keyOf(id)
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#untold.delete(entry)
    this.#forgotten.set(key, id)
  }

  /** The next request; its answer goes to `answered`, or `failed` is called. */
  request(): ReplicaRequest<Member> {
    const number = ++this.#requests
    const isFull = this.isNew
    if (isFull) this.#begunIn = number
    const named = [...(isFull ? this.#entries.values() : this.#untold)]
    const forgotten = isFull ? [] : [...this.#forgotten.values()]
    this.#untold.clear()
    this.#forgotten.clear()
    for (const entry of named) entry.toldIn = Math.min(entry.toldIn, number)
    const { sessionId, sessionEpoch } = { sessionId: this.#sessionId, sessionEpoch: this.#epoch }
    this.#epoch = sessionEpoch === EPOCH_MAX ? 1 : sessionEpoch + 1
    return { sessionId, sessionEpoch, named, forgotten, number }
  }

  /** Takes the answer's session fields. */
  answered(
    request: ReplicaRequest<Member>,
    { errorCode, sessionId }: { readonly errorCode: number; readonly sessionId: number },
  ): SessionVerdict {
    // Of a session that has been given up meanwhile.
    if (request.number < this.#begunIn) return errorCode === 0 ? 'counts' : 'forgotten'
    if (errorCode === ErrorCode.FETCH_SESSION_ID_NOT_FOUND) this.#reset(NO_SESSION)
    else if (errorCode !== 0) this.failed()
    // The leader keeps none: all places are taken.
    else if (sessionId === NO_SESSION) this.#reset(NO_SESSION)
    else this.#sessionId = sessionId
    if (errorCode === 0) return 'counts'
    return errorCode === ErrorCode.FETCH_SESSION_ID_NOT_FOUND ? 'forgotten' : 'failed'
  }

  /** No answer: what the leader has taken in is not known. */
  failed(): void {
    this.#reset(this.#sessionId)
  }

  /** On a new connection sessions of the old one are left to the leader. */
  restart(): void {
    this.#reset(NO_SESSION)
  }

  /** What the answer to `request` speaks of; undefined when the partition has moved on since, or is not fetched any more. */
  askedIn(request: ReplicaRequest<Member>, id: PartitionId): Named<Member> | undefined {
    const entry = this.#entries.get(keyOf(id))
    return entry === undefined || entry.toldIn > request.number ? undefined : entry
  }

  #reset(sessionId: number): void {
    this.#sessionId = sessionId
    this.#epoch = FIRST_EPOCH
    this.#forgotten.clear()
  }
}

function isSame(known: SessionPosition, wanted: SessionPosition): boolean {
  return (
    known.fetchOffset === wanted.fetchOffset &&
    known.lastFetchedEpoch === wanted.lastFetchedEpoch &&
    known.logStartOffset === wanted.logStartOffset &&
    known.currentLeaderEpoch === wanted.currentLeaderEpoch
  )
}

function keyOf({ topicId, partition }: PartitionId): string {
  return `${topicId}:${partition}`
}
