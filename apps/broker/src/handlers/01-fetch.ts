/**
 * Fetch (API key 1), versions 4-18: reads record batches, waiting for them if there are not enough (long poll).
 *
 * 7: fetch sessions (KIP-227): a request names, and an answer holds, only what has changed. 9: requests carry the leader epoch
 * that the client knows (KIP-320). 11: the reader's rack (KIP-392): a leader may send it to a follower in the same rack
 * (`preferredReadReplica`, no records), and followers serve who names one up to their high watermark. 12: the epoch of the
 * reader's last record, answered with where the histories part. 13: topics by id (KIP-516). 15: replicas name their
 * broker epoch (KIP-903). 16: errors come with the present leader and its address (KIP-951).
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
 * Replicas (a replica id of 0 or more) read up to the end of the log, and each of their requests tells the leader what they have.
 * Only brokers may, on their listener: else TOPIC_AUTHORIZATION_FAILED for each partition; a stale incarnation and a follower
 * that is asked answer NOT_LEADER_OR_FOLLOWER, an assignment that is not known here (yet) UNKNOWN_LEADER_EPOCH.
 */
import { ApiKey, ErrorCode, type FetchRequest, type FetchResponse, type InferInput } from '@ottla/protocol'
import { type FetchAnswer, type FetchEntry, FetchRead } from '../partitions/fetch-read.ts'
import { type FetchReader, fetchReader } from '../partitions/fetch-reader.ts'
import type { WantedTopic } from '../partitions/fetch-session.ts'
import { FetchSessions } from '../partitions/fetch-sessions.ts'
import { type FetchSource, FullFetch, IncrementalFetch, wantedEntries } from '../partitions/fetch-source.ts'
import { FetchTopics, TOPIC_IDS_FROM } from '../partitions/fetch-topics.ts'
import { LeaderHints } from '../partitions/leader-hints.ts'
import { LeaderThrottle } from '../partitions/leader-throttle.ts'
import { longPoll } from '../partitions/long-poll.ts'
import type { Partition } from '../partitions/partition.ts'
import type { DataParts } from '../partitions/partitions.ts'
import { preferredReplica } from '../partitions/replica-selection.ts'
import type { WaitEnd } from '../partitions/waiters.ts'
import { WaitingFetches } from '../partitions/waiting-fetches.ts'
import type { Handler, RequestContext } from '../seams.ts'

type Response = InferInput<typeof FetchResponse>
type Answer = Response | undefined | Promise<Response | undefined>

const LEADER_HINTS_FROM = 16

export function fetchHandler(parts: DataParts): Handler<FetchRequest, Response> {
  const { brokerId, session } = parts
  const { clock, random } = parts.runtime
  const sessions = new FetchSessions({ clock, random, slots: parts.fetchSessionsMax })
  const waits = new WaitingFetches()
  const throttle = new LeaderThrottle({ brokerId, image: () => session.image, clock })
  return {
    api: ApiKey.Fetch,
    min: 4,
    max: 18,
    handle(context, request) {
      const reader = fetchReader(request, context, { image: session.image, security: parts.security })
      if (reader.kind === 'replica' && reader.refusal === undefined) context.connection.becomeReplica?.()
      const topics = new FetchTopics(parts, context, reader)
      const source = openSource({ sessions, context, request, reader, topics })
      if (typeof source === 'number') return refused(source)
      return new FetchCall({ parts, context, request, reader, source, waits, throttle }).run()
    },
  }
}

interface Opening {
  readonly sessions: FetchSessions
  readonly context: RequestContext
  readonly request: FetchRequest
  readonly reader: FetchReader
  readonly topics: FetchTopics
}

/** The partitions of the request, or the error that is the whole answer. */
function openSource({ sessions, context, request, reader, topics }: Opening): FetchSource | number {
  const { sessionId, sessionEpoch } = request
  const { isolation } = reader
  const usesTopicIds = context.apiVersion >= TOPIC_IDS_FROM
  const isPrivileged = reader.kind === 'replica' && reader.refusal === undefined
  const use = sessions.use({ sessionId, sessionEpoch, usesTopicIds, isPrivileged })
  if (use.kind === 'refused') return use.errorCode
  const options = { find: topics.find, isolation }
  const wanted = request.topics.map(wantedTopic)
  if (use.kind === 'incremental') {
    const { session } = use
    const begun = sessions.begin(session, { wanted, forgotten: request.forgottenTopicsData })
    if (begun === 'begun') return new IncrementalFetch(session, options)
    // The client names all of its partitions once more, and gets no session.
    if (begun === 'no-room') return ErrorCode.FETCH_SESSION_ID_NOT_FOUND
  }
  const kind = { usesTopicIds, isPrivileged, isolation }
  const mayBegin = use.kind === 'full' && wanted.length > 0
  return new FullFetch(wantedEntries(wanted, options), isolation, mayBegin ? { sessions, kind } : undefined)
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
      logStartOffset: requested.logStartOffset,
    })),
  }
}

function refused(errorCode: number): Response {
  return { errorCode, sessionId: 0, responses: [] }
}

interface FetchCallOptions {
  readonly parts: DataParts
  readonly context: RequestContext
  readonly request: FetchRequest
  readonly reader: FetchReader
  readonly source: FetchSource
  readonly waits: WaitingFetches
  readonly throttle: LeaderThrottle
}

class FetchCall {
  readonly #parts: DataParts
  readonly #context: RequestContext
  readonly #request: FetchRequest
  readonly #reader: FetchReader
  readonly #source: FetchSource
  readonly #waits: WaitingFetches
  readonly #read: FetchRead
  readonly #bytesMax: number

  constructor({ parts, context, request, reader, source, waits, throttle }: FetchCallOptions) {
    this.#parts = parts
    this.#context = context
    this.#request = request
    this.#reader = reader
    this.#source = source
    this.#waits = waits
    this.#bytesMax = Math.min(request.maxBytes, parts.fetchBytesMax)
    this.#read = new FetchRead({
      bytesMax: this.#bytesMax,
      reader,
      logger: parts.runtime.logger,
      preferredReplica: this.#selection(),
      throttle,
    })
  }

  run(): Answer {
    const reading = this.#read.run(this.#source.entries())
    return reading === undefined ? this.#answerOrWait() : reading.then(() => this.#answerOrWait())
  }

  /** Where a consumer that names its rack reads each partition. */
  #selection(): ((partition: Partition, offset: number) => number | undefined) | undefined {
    const reader = this.#reader
    const { brokerId, selectsReplicaByRack, session } = this.#parts
    if (!selectsReplicaByRack || reader.kind !== 'consumer' || reader.rack === '') return undefined
    const { rack } = reader
    const listener = this.#context.listener.name
    return (partition, offset) =>
      preferredReplica(partition.inSyncReplicas(), { image: session.image, brokerId, listener, rack, offset })
  }

  /** Followers that consumers read from are told of the high watermark without waiting (KIP-392). */
  get #tellsHighWatermark(): boolean {
    return this.#parts.selectsReplicaByRack && this.#reader.kind === 'replica'
  }

  #answerOrWait(): Answer {
    const { maxWaitMs } = this.#request
    const minBytes = Math.min(this.#request.minBytes, this.#bytesMax)
    const read = this.#read
    const source = this.#source
    if (maxWaitMs <= 0 || source.isEmpty || source.isSuperseded) return this.#respond()
    if (read.failed || read.isCut || read.bytes >= minBytes) return this.#respond()
    if (this.#tellsHighWatermark && source.hasNewHighWatermark(read.entries)) return this.#respond()
    read.release()
    this.#context.releaseMemory()
    return this.#wait(minBytes).then((end) => (end === 'closed' ? undefined : this.#readAgain()))
  }

  #wait(minBytes: number): Promise<WaitEnd> {
    const { isolation, servedBy } = this.#reader
    return longPoll({
      source: this.#source,
      waits: this.#waits,
      connection: this.#context.connection,
      isolation,
      servedBy,
      tellsHighWatermark: this.#tellsHighWatermark,
      minBytes,
      maxWaitMs: this.#request.maxWaitMs,
      timers: this.#parts.runtime.timers,
    })
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
