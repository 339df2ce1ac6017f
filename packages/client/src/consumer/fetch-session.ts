/**
 * The client's side of an incremental fetch session (KIP-227): the broker remembers what is fetched, so that a request names only
 * what has changed since the last one.
 *
 * States: without a session (id 0, epoch 0), in one (its id, the epoch of the next request), to be replaced (its id, epoch 0).
 * Inputs: the partitions wanted for the next request; the error code and session id of its answer; that no answer came.
 * Invariants: at most one request is under way; a request of epoch 0 names all partitions; `known` is what the broker has if the
 * last request reached it.
 */
import { ErrorCode, ZERO_UUID } from '@ottla/protocol'

/** What a session keeps of a partition. Equal content may come as the same object, which is compared fastest. */
export interface SessionPartition {
  readonly topic: string
  /** Zero where the broker does not know topic ids. */
  readonly topicId: string
  readonly partition: number
  readonly fetchOffset: number
  readonly currentLeaderEpoch: number
  readonly partitionMaxBytes: number
}

export interface SessionRequest {
  readonly sessionId: number
  readonly sessionEpoch: number
  readonly partitions: readonly SessionPartition[]
  readonly forgotten: readonly SessionPartition[]
  /** Every partition has a topic id: versions from 13 on can be used, and must be, or those up to 12. */
  readonly usesTopicIds: boolean
}

const NO_SESSION = 0
const FIRST_EPOCH = 0
const CLOSING_EPOCH = -1
const EPOCH_MAX = 2 ** 31 - 1

export class FetchSession {
  private sessionId = NO_SESSION
  private epoch = FIRST_EPOCH
  private known = new Map<string, SessionPartition>()
  private usedTopicIds = true

  /** The next request: everything, or what differs from the last one. */
  request(wanted: readonly SessionPartition[]): SessionRequest {
    const usesTopicIds = wanted.every(({ topicId }) => topicId !== ZERO_UUID)
    if (usesTopicIds !== this.usedTopicIds) this.epoch = FIRST_EPOCH
    this.usedTopicIds = usesTopicIds
    const before = this.epoch === FIRST_EPOCH ? new Map<string, SessionPartition>() : this.known
    const { sessionId, epoch: sessionEpoch } = this
    const partitions: SessionPartition[] = []
    this.known = new Map()
    for (const partition of wanted) {
      const key = keyOf(partition)
      this.known.set(key, partition)
      if (!isSame(before.get(key), partition)) partitions.push(partition)
    }
    const forgotten = [...before.values()].filter((partition) => !this.known.has(keyOf(partition)))
    return { sessionId, sessionEpoch, partitions, forgotten, usesTopicIds }
  }

  /** Takes the answer's session fields; says whether its partitions count. */
  answered({ errorCode, sessionId }: { readonly errorCode: number; readonly sessionId: number }): boolean {
    if (errorCode === ErrorCode.FETCH_SESSION_ID_NOT_FOUND) this.enter(NO_SESSION, FIRST_EPOCH)
    else if (errorCode !== 0) this.failed()
    // The broker keeps no session, or no longer this one: all places are taken.
    else if (sessionId === NO_SESSION) this.enter(NO_SESSION, FIRST_EPOCH)
    else if (this.epoch !== FIRST_EPOCH && sessionId !== this.sessionId) this.failed()
    else this.enter(sessionId, this.epoch === EPOCH_MAX ? 1 : this.epoch + 1)
    return errorCode === 0
  }

  /** No answer: it is not known whether the broker has taken the request, so the next one replaces the session. */
  failed(): void {
    this.epoch = FIRST_EPOCH
  }

  /** The request that gives the session back, if there is one. */
  closing(): SessionRequest | undefined {
    if (this.sessionId === NO_SESSION) return undefined
    const { sessionId, usedTopicIds } = this
    this.enter(NO_SESSION, FIRST_EPOCH)
    return { sessionId, sessionEpoch: CLOSING_EPOCH, partitions: [], forgotten: [], usesTopicIds: usedTopicIds }
  }

  private enter(sessionId: number, epoch: number): void {
    this.sessionId = sessionId
    this.epoch = epoch
  }
}

/** A topic that was deleted and created again is another one. */
function keyOf({ topic, topicId, partition }: SessionPartition): string {
  return `${topicId === ZERO_UUID ? topic : topicId}:${partition}`
}

function isSame(known: SessionPartition | undefined, wanted: SessionPartition): boolean {
  if (known === undefined || known === wanted) return known === wanted
  return (
    known.fetchOffset === wanted.fetchOffset &&
    known.currentLeaderEpoch === wanted.currentLeaderEpoch &&
    known.partitionMaxBytes === wanted.partitionMaxBytes
  )
}
