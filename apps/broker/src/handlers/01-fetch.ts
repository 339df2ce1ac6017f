/**
 * Fetch (API key 1), versions 4-18: reads record batches, waiting for them if there are not enough (long poll).
 *
 * 7: fetch sessions (KIP-227): a request names, and an answer holds, only what has changed. 9: requests carry the leader epoch
 * that the client knows (KIP-320). 11: the reader's rack (KIP-392), carried; every reader is served by the leader. 12: the
 * epoch of the reader's last record, answered with where the histories part. 13: topics by id (KIP-516). 16: errors come with
 * the present leader and its address (KIP-951).
 *
 * Limits (KIP-74): partitions are read in the order of the request until `maxBytes` (at most `fetch.max.bytes`) is used up; the
 * first batch found comes whole, however large. Records are file regions: they travel to the socket without passing through
 * this process's heap. Consumers read up to the high watermark, or the last stable offset with read_committed.
 *
 * Errors of the whole request are about its session: FETCH_SESSION_ID_NOT_FOUND, INVALID_FETCH_SESSION_EPOCH,
 * FETCH_SESSION_TOPIC_ID_ERROR. A partition that is named twice is answered once, by what was said last, as in Kafka.
 *
 * A connection may have five that wait (clients have one); then the first of them is answered with what there is.
 *
 * Replicas (a replica id of 0 or more) are refused: TOPIC_AUTHORIZATION_FAILED for each partition.
 */
import { ApiKey, ErrorCode, type FetchRequest, type FetchResponse, type InferInput } from '@ottla/protocol'
import type { TopicImage } from '@ottla/replication'
import { type FetchAnswer, type FetchEntry, FetchRead, type FetchTopic } from '../partitions/fetch-read.ts'
import type { WantedTopic } from '../partitions/fetch-session.ts'
import { FetchSessions } from '../partitions/fetch-sessions.ts'
import { type FetchSource, FullFetch, IncrementalFetch, wantedEntries } from '../partitions/fetch-source.ts'
import { LeaderHints } from '../partitions/leader-hints.ts'
import { longPoll } from '../partitions/long-poll.ts'
import type { Partition } from '../partitions/partition.ts'
import type { DataParts } from '../partitions/partitions.ts'
import { WaitingFetches } from '../partitions/waiting-fetches.ts'
import type { Handler, RequestContext } from '../seams.ts'

type Response = InferInput<typeof FetchResponse>
type Answer = Response | undefined | Promise<Response | undefined>

const TOPIC_IDS_FROM = 13
const REPLICA_STATE_FROM = 15
const LEADER_HINTS_FROM = 16
const READ_COMMITTED = 1

export function fetchHandler(parts: DataParts): Handler<FetchRequest, Response> {
  const { clock, random } = parts.runtime
  const sessions = new FetchSessions({ clock, random, slots: parts.fetchSessionsMax })
  const waits = new WaitingFetches()
  return {
    api: ApiKey.Fetch,
    min: 4,
    max: 18,
    handle(context, request) {
      const lookUp = new TopicLookUp(parts, context, isReplica(context, request))
      const source = openSource({ sessions, context, request, lookUp })
      return typeof source === 'number'
        ? refused(source)
        : new FetchCall({ parts, context, request, source, waits }).run()
    },
  }
}

interface Opening {
  readonly sessions: FetchSessions
  readonly context: RequestContext
  readonly request: FetchRequest
  readonly lookUp: TopicLookUp
}

/** The partitions of the request, or the error that is the whole answer. */
function openSource({ sessions, context, request, lookUp }: Opening): FetchSource | number {
  const { sessionId, sessionEpoch, isolationLevel } = request
  const usesTopicIds = context.apiVersion >= TOPIC_IDS_FROM
  const use = sessions.use({ sessionId, sessionEpoch, usesTopicIds })
  if (use.kind === 'refused') return use.errorCode
  const readCommitted = isolationLevel === READ_COMMITTED
  const options = { find: lookUp.find, readCommitted }
  const wanted = request.topics.map(wantedTopic)
  if (use.kind === 'incremental') {
    const { session } = use
    const begun = sessions.begin(session, { wanted, forgotten: request.forgottenTopicsData })
    if (begun === 'begun') return new IncrementalFetch(session, options)
    // The client names all of its partitions once more, and gets no session.
    if (begun === 'no-room') return ErrorCode.FETCH_SESSION_ID_NOT_FOUND
  }
  const kind = { usesTopicIds, isPrivileged: lookUp.isReplica, readCommitted }
  const mayBegin = use.kind === 'full' && wanted.length > 0
  return new FullFetch(wantedEntries(wanted, options), mayBegin ? { sessions, kind } : undefined)
}

function wantedTopic({ topic, topicId, partitions }: FetchRequest['topics'][number]): WantedTopic {
  return {
    topic,
    topicId,
    partitions: partitions.map((requested) => ({
      partitionIndex: requested.partition,
      offset: requested.fetchOffset,
      bytesMax: Math.max(0, requested.partitionMaxBytes),
      // Any negative epoch is none, here and not in ListOffsets, as in Kafka.
      currentLeaderEpoch: Math.max(-1, requested.currentLeaderEpoch),
      lastFetchedEpoch: requested.lastFetchedEpoch,
    })),
  }
}

function isReplica(context: RequestContext, { replicaId, replicaState }: FetchRequest): boolean {
  return (context.apiVersion >= REPLICA_STATE_FROM ? replicaState.replicaId : replicaId) >= 0
}

function refused(errorCode: number): Response {
  return { errorCode, sessionId: 0, responses: [] }
}

/** Finds what a request names; each topic is looked up, and its permission asked for, once in a row. */
class TopicLookUp {
  readonly isReplica: boolean
  readonly #parts: DataParts
  readonly #context: RequestContext
  #last: { readonly topic: FetchTopic; readonly found: TopicImage | string } | undefined

  constructor(parts: DataParts, context: RequestContext, isReplica: boolean) {
    this.#parts = parts
    this.#context = context
    this.isReplica = isReplica
  }

  readonly find = (topic: FetchTopic, partitionIndex: number): Partition | string => {
    const image = this.#topic(topic)
    return typeof image === 'string' ? image : this.#parts.partitions.find(image, partitionIndex)
  }

  #topic(topic: FetchTopic): TopicImage | string {
    const last = this.#last
    if (last !== undefined && last.topic.topic === topic.topic && last.topic.topicId === topic.topicId)
      return last.found
    const found = this.#findTopic(topic)
    this.#last = { topic, found }
    return found
  }

  #findTopic({ topic, topicId }: FetchTopic): TopicImage | string {
    if (this.isReplica) return 'TOPIC_AUTHORIZATION_FAILED'
    const byId = this.#context.apiVersion >= TOPIC_IDS_FROM
    const { partitions, security } = this.#parts
    const image = byId ? partitions.topicById(topicId) : partitions.topicByName(topic)
    if (image === undefined && byId) return 'UNKNOWN_TOPIC_ID'
    const name = image?.name ?? topic
    if (!security.authorize(this.#context, 'READ', { type: 'topic', name })) return 'TOPIC_AUTHORIZATION_FAILED'
    return image ?? 'UNKNOWN_TOPIC_OR_PARTITION'
  }
}

interface FetchCallOptions {
  readonly parts: DataParts
  readonly context: RequestContext
  readonly request: FetchRequest
  readonly source: FetchSource
  readonly waits: WaitingFetches
}

class FetchCall {
  readonly #parts: DataParts
  readonly #context: RequestContext
  readonly #request: FetchRequest
  readonly #source: FetchSource
  readonly #waits: WaitingFetches
  readonly #read: FetchRead
  readonly #bytesMax: number
  readonly #readCommitted: boolean

  constructor({ parts, context, request, source, waits }: FetchCallOptions) {
    this.#parts = parts
    this.#context = context
    this.#request = request
    this.#source = source
    this.#waits = waits
    this.#bytesMax = Math.min(request.maxBytes, parts.fetchBytesMax)
    this.#readCommitted = request.isolationLevel === READ_COMMITTED
    const { logger } = parts.runtime
    this.#read = new FetchRead({ bytesMax: this.#bytesMax, readCommitted: this.#readCommitted, logger })
  }

  run(): Answer {
    const reading = this.#read.run(this.#source.entries())
    return reading === undefined ? this.#answerOrWait() : reading.then(() => this.#answerOrWait())
  }

  #answerOrWait(): Answer {
    const { maxWaitMs } = this.#request
    const minBytes = Math.min(this.#request.minBytes, this.#bytesMax)
    const read = this.#read
    const source = this.#source
    if (maxWaitMs <= 0 || source.isEmpty || source.isSuperseded) return this.#respond()
    if (read.failed || read.isCut || read.bytes >= minBytes) return this.#respond()
    read.release()
    this.#context.releaseMemory()
    const { timers } = this.#parts.runtime
    const { connection } = this.#context
    const readCommitted = this.#readCommitted
    return longPoll({ source, waits: this.#waits, connection, readCommitted, minBytes, maxWaitMs, timers }).then(
      (end) => (end === 'closed' ? undefined : this.#readAgain()),
    )
  }

  #readAgain(): Answer {
    if (this.#source.isSuperseded) return this.#respond()
    const reading = this.#read.run(this.#source.entries())
    return reading === undefined ? this.#respond() : reading.then(() => this.#respond())
  }

  #respond(): Response | undefined {
    const read = this.#read
    if (this.#context.connection.closed.aborted || this.#source.isSuperseded) {
      read.release()
      return this.#source.isSuperseded ? refused(ErrorCode.INVALID_FETCH_SESSION_EPOCH) : undefined
    }
    const { sessionId, entries } = this.#source.tell(read.entries)
    const nodeEndpoints = this.#context.apiVersion >= LEADER_HINTS_FROM ? this.#hintLeaders(entries) : []
    read.take(entries)
    return { errorCode: 0, sessionId, responses: byTopic(entries), nodeEndpoints }
  }

  #hintLeaders(entries: readonly FetchEntry[]): LeaderHints['endpoints'] {
    const hints = new LeaderHints(this.#parts.session.image, this.#context.listener.name)
    for (const { topic, answer } of entries) {
      if (!isAboutLeadership(answer.errorCode)) continue
      const image = this.#parts.partitions.topicById(topic.topicId)
      const hint = image === undefined ? undefined : hints.hint(image, answer.partitionIndex)
      if (hint !== undefined) answer.currentLeader = hint
    }
    return hints.endpoints
  }
}

/** Answers by topic; a session's order may name a topic in several places, which then stands where it came first. */
function byTopic(entries: readonly FetchEntry[]): Response['responses'] {
  const topics = new Map<string, { topic: string; topicId: string; partitions: FetchAnswer[] }>()
  for (const { topic: named, answer } of entries) {
    const { topic, topicId } = named
    const key = topic === '' ? topicId : topic
    const known = topics.get(key)
    if (known === undefined) topics.set(key, { topic, topicId, partitions: [answer] })
    else known.partitions.push(answer)
  }
  return [...topics.values()]
}

function isAboutLeadership(errorCode: number): boolean {
  return errorCode === ErrorCode.NOT_LEADER_OR_FOLLOWER || errorCode === ErrorCode.FENCED_LEADER_EPOCH
}
