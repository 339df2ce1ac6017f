/**
 * Fetch (API key 1), versions 4-18: reads record batches, waiting for them if there are not enough (long poll).
 *
 * 7: fetch sessions (KIP-227): every full fetch is answered without a session (id 0), which any client takes; an incremental
 * one is answered FETCH_SESSION_ID_NOT_FOUND. 9: requests carry the leader epoch that the client knows (KIP-320). 12: the
 * epoch of the reader's last record, answered with where the histories part. 13: topics by id (KIP-516). 16: errors come with
 * the present leader and its address (KIP-951).
 *
 * Limits (KIP-74): partitions are read in the order of the request until `maxBytes` (at most `fetch.max.bytes`) is used up; the
 * first batch found comes whole, however large. Records are file regions: they travel to the socket without passing through
 * this process's heap. Consumers read up to the high watermark, or the last stable offset with read_committed.
 *
 * A partition that is named twice is answered once, by what was said last, as in Kafka.
 *
 * Replicas (a replica id of 0 or more) are refused: TOPIC_AUTHORIZATION_FAILED for each partition.
 */
import { ApiKey, ErrorCode, type FetchRequest, type FetchResponse, type InferInput } from '@ottla/protocol'
import type { TopicImage } from '@ottla/replication'
import { errorCodeOf } from '../partitions/error-code.ts'
import { type FetchAnswer, type FetchEntry, FetchRead, NO_RECORDS } from '../partitions/fetch-read.ts'
import { LeaderHints } from '../partitions/leader-hints.ts'
import { longPoll } from '../partitions/long-poll.ts'
import type { DataParts } from '../partitions/partitions.ts'
import type { Handler, RequestContext } from '../seams.ts'

type Response = InferInput<typeof FetchResponse>
type FetchTopic = FetchRequest['topics'][number]
type FetchPartition = FetchTopic['partitions'][number]

const TOPIC_IDS_FROM = 13
const REPLICA_STATE_FROM = 15
const LEADER_HINTS_FROM = 16
const READ_COMMITTED = 1
const FINAL_EPOCH = -1
const INITIAL_EPOCH = 0

interface TopicAnswer {
  readonly topic: string
  readonly topicId: string
  readonly image: TopicImage | undefined
  readonly partitions: FetchAnswer[]
}

export function fetchHandler(parts: DataParts): Handler<FetchRequest, Response> {
  return {
    api: ApiKey.Fetch,
    min: 4,
    max: 18,
    handle(context, request) {
      const { sessionEpoch } = request
      const isFull = sessionEpoch === INITIAL_EPOCH || sessionEpoch === FINAL_EPOCH
      if (!isFull) return { errorCode: ErrorCode.FETCH_SESSION_ID_NOT_FOUND, sessionId: 0, responses: [] }
      return new FetchCall(parts, context, request).run()
    },
  }
}

class FetchCall {
  readonly #parts: DataParts
  readonly #context: RequestContext
  readonly #request: FetchRequest
  readonly #answers: TopicAnswer[] = []
  readonly #read: FetchRead
  readonly #bytesMax: number

  constructor(parts: DataParts, context: RequestContext, request: FetchRequest) {
    this.#parts = parts
    this.#context = context
    this.#request = request
    this.#bytesMax = Math.min(request.maxBytes, parts.fetchBytesMax)
    this.#read = new FetchRead({
      entries: distinct(request.topics).flatMap((topic) => this.#topic(topic)),
      bytesMax: this.#bytesMax,
      readCommitted: request.isolationLevel === READ_COMMITTED,
      logger: parts.runtime.logger,
    })
  }

  run(): Response | undefined | Promise<Response | undefined> {
    const reading = this.#read.run()
    return reading === undefined ? this.#answerOrWait() : reading.then(() => this.#answerOrWait())
  }

  #answerOrWait(): Response | undefined | Promise<Response | undefined> {
    const { maxWaitMs } = this.#request
    const minBytes = Math.min(this.#request.minBytes, this.#bytesMax)
    const read = this.#read
    if (maxWaitMs <= 0 || read.failed || read.entries.length === 0 || read.bytes >= minBytes) return this.#respond()
    this.#context.releaseMemory()
    const { timers } = this.#parts.runtime
    const { closed } = this.#context.connection
    return longPoll({ read, minBytes, maxWaitMs, timers, closed }).then((end) => {
      if (end === 'closed') return undefined
      const reading = read.run()
      return reading === undefined ? this.#respond() : reading.then(() => this.#respond())
    })
  }

  #topic(requested: FetchTopic): FetchEntry[] {
    const byId = this.#context.apiVersion >= TOPIC_IDS_FROM
    const { partitions } = this.#parts
    const image = byId ? partitions.topicById(requested.topicId) : partitions.topicByName(requested.topic)
    const error = this.#refuseTopic(requested, image)
    const { topic, topicId } = requested
    const answer: TopicAnswer = { topic, topicId, image, partitions: [] }
    this.#answers.push(answer)
    return requested.partitions.map((partition) => {
      const entry = this.#entry(partition, error ?? partitions.find(image!, partition.partition))
      answer.partitions.push(entry.answer)
      return entry
    })
  }

  #refuseTopic(requested: FetchTopic, image: TopicImage | undefined): string | undefined {
    if (this.#replicaId >= 0) return 'TOPIC_AUTHORIZATION_FAILED'
    if (image === undefined && this.#context.apiVersion >= TOPIC_IDS_FROM) return 'UNKNOWN_TOPIC_ID'
    const name = image?.name ?? requested.topic
    if (!this.#parts.security.authorize(this.#context, 'READ', { type: 'topic', name }))
      return 'TOPIC_AUTHORIZATION_FAILED'
    return image === undefined ? 'UNKNOWN_TOPIC_OR_PARTITION' : undefined
  }

  get #replicaId(): number {
    const { replicaId, replicaState } = this.#request
    return this.#context.apiVersion >= REPLICA_STATE_FROM ? replicaState.replicaId : replicaId
  }

  #entry(requested: FetchPartition, found: FetchEntry['partition'] | string): FetchEntry {
    const {
      partition: partitionIndex,
      fetchOffset,
      partitionMaxBytes,
      currentLeaderEpoch,
      lastFetchedEpoch,
    } = requested
    const answer: FetchAnswer = {
      partitionIndex,
      errorCode: typeof found === 'string' ? errorCodeOf(found) : 0,
      highWatermark: -1,
      lastStableOffset: -1,
      logStartOffset: -1,
      abortedTransactions: this.#request.isolationLevel === READ_COMMITTED ? [] : null,
      preferredReadReplica: -1,
      records: NO_RECORDS,
    }
    const partition = typeof found === 'string' ? undefined : found
    const bytesMax = Math.max(0, partitionMaxBytes)
    return {
      partition,
      offset: fetchOffset,
      bytesMax,
      // Any negative epoch is none, here and not in ListOffsets, as in Kafka.
      currentLeaderEpoch: Math.max(-1, currentLeaderEpoch),
      lastFetchedEpoch,
      answer,
      region: undefined,
      bytes: 0,
    }
  }

  #respond(): Response | undefined {
    if (this.#context.connection.closed.aborted) {
      this.#read.release()
      return undefined
    }
    const nodeEndpoints = this.#context.apiVersion >= LEADER_HINTS_FROM ? this.#hintLeaders() : []
    this.#read.take()
    return { errorCode: 0, sessionId: 0, responses: this.#answers, nodeEndpoints }
  }

  #hintLeaders(): LeaderHints['endpoints'] {
    const hints = new LeaderHints(this.#parts.session.image, this.#context.listener.name)
    for (const { image, partitions } of this.#answers) {
      if (image === undefined) continue
      for (const answer of partitions) {
        if (!isAboutLeadership(answer.errorCode)) continue
        const hint = hints.hint(image, answer.partitionIndex)
        if (hint !== undefined) answer.currentLeader = hint
      }
    }
    return hints.endpoints
  }
}

/** Each partition once: so no request waits for, or is told of, more partitions than there are. */
function distinct(topics: readonly FetchTopic[]): readonly FetchTopic[] {
  if (topics.length === 1 && topics[0]!.partitions.length === 1) return topics
  const byTopic = new Map<string, { topic: FetchTopic; partitions: Map<number, FetchPartition> }>()
  for (const topic of topics) {
    const key = topic.topic === '' ? topic.topicId : `.${topic.topic}`
    const known = byTopic.get(key) ?? { topic, partitions: new Map<number, FetchPartition>() }
    byTopic.set(key, known)
    for (const partition of topic.partitions) known.partitions.set(partition.partition, partition)
  }
  return [...byTopic.values()].map(({ topic, partitions }) => ({ ...topic, partitions: [...partitions.values()] }))
}

function isAboutLeadership(errorCode: number): boolean {
  return errorCode === ErrorCode.NOT_LEADER_OR_FOLLOWER || errorCode === ErrorCode.FENCED_LEADER_EPOCH
}
