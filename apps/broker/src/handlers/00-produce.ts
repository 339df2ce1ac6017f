/**
 * Produce (API key 0), versions 3-13: appends one record batch to each of the named partitions.
 *
 * Advertised from version 0, because librdkafka decides by it which codecs the broker knows (KAFKA-18659); versions 0-2 carry
 * message formats that Kafka 4 no longer takes and are answered with UNSUPPORTED_VERSION per partition.
 * 8: record errors and a message say what was wrong with a batch (KIP-467). 10: NOT_LEADER_OR_FOLLOWER comes with the
 * present leader and its address (KIP-951). 13: topics are named by id, UNKNOWN_TOPIC_ID (KIP-516).
 *
 * acks: 0 nothing is answered, and a failure closes the connection; 1 when this leader has written; -1 when the high watermark
 * has passed the records, at most `timeoutMs`, then REQUEST_TIMED_OUT (the records may still be committed).
 *
 * All appends of a request are started before `handle` returns; its memory goes back when they are written. A batch that has to be
 * decompressed or compressed first (`compression.type`, compacted topics) makes its request `serial`: nothing else of
 * its connection starts until it is answered.
 */
import {
  ApiKey,
  BATCH_HEADER_BYTES,
  ErrorCode,
  errorByCode,
  type InferInput,
  type ProduceRequest,
  type ProduceResponse,
  RecordBatch,
} from '@ottla/protocol'
import type { TopicImage } from '@ottla/replication'
import { BatchOpener, mustOpen } from '../partitions/batch-opener.ts'
import { isInternalTopic } from '../partitions/internal-topics.ts'
import { LeaderHints } from '../partitions/leader-hints.ts'
import { refuseLegacyProduce } from '../partitions/legacy-produce.ts'
import type { Partition } from '../partitions/partition.ts'
import type { Acks } from '../partitions/partition-types.ts'
import type { DataParts } from '../partitions/partitions.ts'
import { emptyAnswer, PendingProduce, type ProduceAnswer, refuse } from '../partitions/pending-produce.ts'
import { CloseConnection, type Handler, type RequestContext } from '../seams.ts'

type Response = InferInput<typeof ProduceResponse>
type TopicData = ProduceRequest['topicData'][number]

const TOPIC_IDS_FROM = 13
const LEADER_HINTS_FROM = 10

/** A topic of the request, and the part of the response that grows beside it. */
interface TopicAnswer {
  readonly name: string
  readonly topicId: string
  readonly topic: TopicImage | undefined
  readonly partitionResponses: ProduceAnswer[]
}

export function produceHandler(parts: DataParts): Handler<ProduceRequest, Response> {
  const opener = new BatchOpener(parts.runtime.offload)
  return {
    api: ApiKey.Produce,
    min: 3,
    max: 13,
    advertisedMin: 0,
    unsupported: refuseLegacyProduce,
    serial: (context, request) => opensAny(parts, context, request),
    handle: (context, request) => new ProduceCall({ parts, opener, context, request }).run(),
  }
}

function opensAny(parts: DataParts, context: RequestContext, { topicData }: ProduceRequest): boolean {
  return topicData.some((data) => {
    const topic = findTopic(parts, context, data)
    if (topic === undefined) return false
    return data.partitionData.some(({ index, records }) => {
      const partition = parts.partitions.find(topic, index)
      return typeof partition !== 'string' && records !== null && mustOpen(records, partition.log.config)
    })
  })
}

function findTopic({ partitions }: DataParts, context: RequestContext, data: TopicData): TopicImage | undefined {
  return context.apiVersion >= TOPIC_IDS_FROM ? partitions.topicById(data.topicId) : partitions.topicByName(data.name)
}

interface ProduceCallOptions {
  readonly parts: DataParts
  readonly opener: BatchOpener
  readonly context: RequestContext
  readonly request: ProduceRequest
}

/** A batch that is opened before it is appended. */
interface Unopened {
  readonly partition: Partition
  readonly records: Uint8Array
  readonly answer: ProduceAnswer
}

class ProduceCall {
  readonly #parts: DataParts
  readonly #opener: BatchOpener
  readonly #context: RequestContext
  readonly #request: ProduceRequest
  readonly #answers: TopicAnswer[] = []
  readonly #unopened: Unopened[] = []
  #complete = false
  #resolve: ((response: Response | undefined) => void) | undefined
  #reject: ((error: Error) => void) | undefined

  constructor({ parts, opener, context, request }: ProduceCallOptions) {
    this.#parts = parts
    this.#opener = opener
    this.#context = context
    this.#request = request
  }

  run(): Response | undefined | Promise<Response | undefined> {
    const pending = new PendingProduce({
      acks: this.#request.acks as Acks,
      timeoutMs: this.#request.timeoutMs,
      timers: this.#parts.runtime.timers,
      closed: this.#context.connection.closed,
      written: () => this.#context.releaseMemory(),
      complete: () => this.#finish(),
    })
    const refusal = this.#refuseAll()
    for (const data of this.#request.topicData) this.#topic(data, refusal, pending)
    if (this.#unopened.length === 0) pending.started()
    else this.#openAll(pending).catch((error: Error) => this.#fail(error))
    if (this.#complete) return this.#response()
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  /** An error of the whole request, told for each of its partitions. */
  #refuseAll(): string | undefined {
    const { acks, transactionalId } = this.#request
    if (acks !== 0 && acks !== 1 && acks !== -1) return 'INVALID_REQUIRED_ACKS'
    if (transactionalId === null) return undefined
    const mayWrite = this.#authorize('transactional-id', transactionalId)
    return mayWrite ? undefined : 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'
  }

  #topic(data: TopicData, refusal: string | undefined, pending: PendingProduce): void {
    const topic = findTopic(this.#parts, this.#context, data)
    const answer: TopicAnswer = { name: data.name, topicId: data.topicId, topic, partitionResponses: [] }
    this.#answers.push(answer)
    const error = refusal ?? this.#refuseTopic(data, topic)
    for (const { index, records } of data.partitionData) {
      const partitionAnswer = emptyAnswer(index)
      answer.partitionResponses.push(partitionAnswer)
      if (error !== undefined) refuse(partitionAnswer, error, null)
      else this.#append({ topic: topic!, index, records, answer: partitionAnswer }, pending)
    }
  }

  #refuseTopic(data: TopicData, topic: TopicImage | undefined): string | undefined {
    const byId = this.#context.apiVersion >= TOPIC_IDS_FROM
    if (topic === undefined && byId) return 'UNKNOWN_TOPIC_ID'
    const name = topic?.name ?? data.name
    if (!this.#authorize('topic', name)) return 'TOPIC_AUTHORIZATION_FAILED'
    // Only the coordinators append to their own partitions: what they replay has the offsets that they gave out.
    if (isInternalTopic(name)) return 'INVALID_TOPIC_EXCEPTION'
    return topic === undefined ? 'UNKNOWN_TOPIC_OR_PARTITION' : undefined
  }

  #append({ topic, index, records, answer }: PartitionAppend, pending: PendingProduce): void {
    const partition = this.#parts.partitions.find(topic, index)
    if (typeof partition === 'string') refuse(answer, partition, null)
    else if (records === null || records.length === 0) refuse(answer, 'INVALID_RECORD', 'there is no record batch')
    else if (this.#request.transactionalId !== null) {
      refuse(answer, 'INVALID_TXN_STATE', 'the partition is not part of an open transaction')
    } else if (isTransactional(records)) {
      refuse(answer, 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'the request names no transactional id')
    } else if (mustOpen(records, partition.log.config)) this.#unopened.push({ partition, records, answer })
    else pending.append(partition, { records }, answer)
  }

  /** One after the other: batches of one partition keep their order, and a request opens no more than one at a time. */
  async #openAll(pending: PendingProduce): Promise<void> {
    for (const { partition, records, answer } of this.#unopened) {
      const opened = await this.#opener.open(records, partition.log.config)
      if (opened.ok) pending.append(partition, opened.batch, answer)
      else refuse(answer, opened.error, opened.message)
    }
    pending.started()
  }

  #fail(error: Error): void {
    this.#complete = true
    this.#reject?.(error)
  }

  #authorize(type: 'topic' | 'transactional-id', name: string): boolean {
    return this.#parts.security.authorize(this.#context, 'WRITE', { type, name })
  }

  #finish(): void {
    this.#complete = true
    if (this.#resolve === undefined) return
    try {
      this.#resolve(this.#response())
    } catch (error) {
      this.#reject?.(error as Error)
    }
  }

  /** Throws for a failure that acks=0 leaves no other way to tell. */
  #response(): Response | undefined {
    if (this.#request.acks === 0) return this.#unanswered()
    const nodeEndpoints = this.#context.apiVersion >= LEADER_HINTS_FROM ? this.#hintLeaders() : []
    return { responses: this.#answers, nodeEndpoints }
  }

  #unanswered(): undefined {
    for (const { name, topicId, partitionResponses } of this.#answers) {
      const failed = partitionResponses.find(({ errorCode }) => errorCode !== 0)
      if (failed === undefined) continue
      const where = `${name === '' ? topicId : name}-${failed.index}`
      throw new CloseConnection(`a Produce with acks=0 failed at ${where}: ${errorText(failed)}`)
    }
  }

  #hintLeaders(): ReturnType<() => LeaderHints['endpoints']> {
    const hints = new LeaderHints(this.#parts.session.image, this.#context.listener.name)
    for (const { topic, partitionResponses } of this.#answers) {
      if (topic === undefined) continue
      for (const answer of partitionResponses) {
        if (answer.errorCode !== ErrorCode.NOT_LEADER_OR_FOLLOWER) continue
        const hint = hints.hint(topic, answer.index)
        if (hint !== undefined) answer.currentLeader = hint
      }
    }
    return hints.endpoints
  }
}

interface PartitionAppend {
  readonly topic: TopicImage
  readonly index: number
  readonly records: Uint8Array | null
  readonly answer: ProduceAnswer
}

function isTransactional(records: Uint8Array): boolean {
  return records.length >= BATCH_HEADER_BYTES && new RecordBatch(records).isTransactional
}

function errorText({ errorCode, errorMessage }: ProduceAnswer): string {
  const name = errorByCode(errorCode).name
  return errorMessage === null ? name : `${name}, ${errorMessage}`
}
