/**
 * ListOffsets (API key 2), versions 1-11: the offset that belongs to a time or to a place in the log.
 *
 * Places: -1 the end (high watermark, or last stable offset with read_committed), -2 the start; from version 7 -3 the record
 * with the largest timestamp (KIP-734); 8: -4 the start of what lies on the local disk (KIP-405); 9: -5 the end of what lies
 * in tiered storage (KIP-1005); 11: -6 the first offset still to be uploaded there (KIP-1023). Without tiered storage -4 is the
 * start and -5 and -6 are answered with -1. A place that the version does not know is UNSUPPORTED_VERSION.
 * A time gives the first record at or after it, or -1.
 *
 * A leader whose high watermark has not reached the start of its epoch may know less than its predecessor showed: it answers
 * OFFSET_NOT_AVAILABLE (before version 5 LEADER_NOT_AVAILABLE) instead of an end that goes backwards (KIP-207).
 *
 * Leaders answer, and followers too where the replica id is -2 (tools that compare replicas). Whoever names a replica id, brokers
 * and these tools, is told of the end of the log instead of the high watermark.
 */
import { ApiKey, type InferInput, type ListOffsetsRequest, type ListOffsetsResponse } from '@ottla/protocol'
import type { TimestampAndOffset } from '@ottla/storage'
import { errorCodeOf } from '../partitions/error-code.ts'
import { reportReadFailure } from '../partitions/fetch-read.ts'
import type { Partition } from '../partitions/partition.ts'
import type { Isolation } from '../partitions/partition-types.ts'
import type { DataParts } from '../partitions/partitions.ts'
import type { Handler, RequestContext } from '../seams.ts'

type Response = InferInput<typeof ListOffsetsResponse>
type RequestedTopic = ListOffsetsRequest['topics'][number]
type Requested = RequestedTopic['partitions'][number]

const LATEST = -1
const EARLIEST = -2
const MAX_TIMESTAMP = -3
const EARLIEST_LOCAL = -4
const LATEST_TIERED = -5
const EARLIEST_PENDING_UPLOAD = -6

/** The first version that knows a place. */
const PLACE_FROM: ReadonlyMap<number, number> = new Map([
  [LATEST, 1],
  [EARLIEST, 1],
  [MAX_TIMESTAMP, 7],
  [EARLIEST_LOCAL, 8],
  [LATEST_TIERED, 9],
  [EARLIEST_PENDING_UPLOAD, 11],
])

const READ_COMMITTED = 1
const CONSUMER = -1
/** Of tools that compare replicas: they are served by whoever they ask. */
const DEBUGGING_REPLICA = -2
const OFFSET_NOT_AVAILABLE_FROM = 5

interface Answer {
  readonly partitionIndex: number
  errorCode: number
  timestamp: number
  offset: number
  leaderEpoch: number
}

/** What a look-up found: a record or a place, nothing, or an error's name. */
type Found = TimestampAndOffset | undefined | string

export function listOffsetsHandler(parts: DataParts): Handler<ListOffsetsRequest, Response> {
  return {
    api: ApiKey.ListOffsets,
    min: 1,
    max: 11,
    handle: (context, request) => new ListOffsetsCall(parts, context, request).run(),
  }
}

class ListOffsetsCall {
  readonly #parts: DataParts
  readonly #context: RequestContext
  readonly #request: ListOffsetsRequest
  /** Look-ups that read the disk. */
  readonly #pending: Promise<void>[] = []

  constructor(parts: DataParts, context: RequestContext, request: ListOffsetsRequest) {
    this.#parts = parts
    this.#context = context
    this.#request = request
  }

  run(): Response | Promise<Response> {
    const topics = this.#request.topics.map((topic) => ({ name: topic.name, partitions: this.#topic(topic) }))
    const response: Response = { topics }
    return this.#pending.length === 0 ? response : Promise.all(this.#pending).then(() => response)
  }

  #topic({ name, partitions }: RequestedTopic): Answer[] {
    const image = this.#parts.partitions.topicByName(name)
    const mayDescribe = this.#parts.security.authorize(this.#context, 'DESCRIBE', { type: 'topic', name })
    const seen = new Set<number>()
    const twice = new Set(
      partitions.map((each) => each.partitionIndex).filter((index) => seen.size === seen.add(index).size),
    )
    return partitions.map((requested) => {
      const answer = emptyAnswer(requested.partitionIndex)
      if (!mayDescribe) fill(answer, 'TOPIC_AUTHORIZATION_FAILED', this.#keepsEpochs)
      else if (twice.has(requested.partitionIndex)) fill(answer, 'INVALID_REQUEST', this.#keepsEpochs)
      else if (image === undefined) fill(answer, 'UNKNOWN_TOPIC_OR_PARTITION', this.#keepsEpochs)
      else this.#look(requested, this.#parts.partitions.find(image, requested.partitionIndex), answer)
      return answer
    })
  }

  #look(requested: Requested, partition: Partition | string, answer: Answer): void {
    const error = this.#refuse(requested, partition)
    const found = error ?? this.#find(requested.timestamp, partition as Partition)
    if (found instanceof Promise) this.#pending.push(this.#await(found, partition as Partition, answer))
    else fill(answer, found, this.#keepsEpochs)
  }

  async #await(found: Promise<Found>, partition: Partition, answer: Answer): Promise<void> {
    try {
      fill(answer, await found, this.#keepsEpochs)
    } catch (error) {
      reportReadFailure(this.#parts.runtime.logger, partition, error)
      fill(answer, 'KAFKA_STORAGE_ERROR', this.#keepsEpochs)
    }
  }

  #refuse({ timestamp, currentLeaderEpoch }: Requested, partition: Partition | string): string | undefined {
    if (timestamp < 0 && this.#context.apiVersion < (PLACE_FROM.get(timestamp) ?? Number.POSITIVE_INFINITY)) {
      return 'UNSUPPORTED_VERSION'
    }
    if (typeof partition === 'string') return partition
    return partition.check(currentLeaderEpoch, this.#request.replicaId === DEBUGGING_REPLICA ? 'replica' : 'leader')
  }

  #find(timestamp: number, partition: Partition): Found | Promise<Found> {
    const { log } = partition
    const end = partition.readableEnd(this.#isolation)
    switch (timestamp) {
      case LATEST:
        return this.#isCertain(partition) ? at(end, log.latestLeaderEpoch) : this.#notAvailable
      case EARLIEST:
      case EARLIEST_LOCAL:
        return at(log.logStartOffset, log.leaderEpochAt(log.logStartOffset))
      case LATEST_TIERED:
      case EARLIEST_PENDING_UPLOAD:
        return undefined
      case MAX_TIMESTAMP:
        return this.#below(end, partition, log.offsetOfMaxTimestamp())
      default:
        return this.#below(end, partition, log.offsetForTimestamp(timestamp, end))
    }
  }

  /** A record that readers may not see yet is not found; while the end may go backwards, that is not said for certain. */
  async #below(end: number, partition: Partition, lookUp: Promise<TimestampAndOffset | undefined>): Promise<Found> {
    const isCertain = this.#isCertain(partition)
    const found = await lookUp
    if (found !== undefined && found.offset < end) return found
    return isCertain ? undefined : this.#notAvailable
  }

  /** Replicas and debugging tools see the end of the log, as in Kafka. */
  get #isolation(): Isolation {
    if (this.#request.replicaId !== CONSUMER) return 'log-end'
    return this.#request.isolationLevel === READ_COMMITTED ? 'last-stable' : 'high-watermark'
  }

  #isCertain(partition: Partition): boolean {
    return this.#request.replicaId !== CONSUMER || partition.isHighWatermarkCurrent
  }

  get #notAvailable(): string {
    return this.#context.apiVersion >= OFFSET_NOT_AVAILABLE_FROM ? 'OFFSET_NOT_AVAILABLE' : 'LEADER_NOT_AVAILABLE'
  }

  get #keepsEpochs(): boolean {
    return this.#context.apiVersion >= 4
  }
}

function at(offset: number, leaderEpoch: number): TimestampAndOffset {
  return { offset, timestampMs: -1, leaderEpoch }
}

function emptyAnswer(partitionIndex: number): Answer {
  return { partitionIndex, errorCode: 0, timestamp: -1, offset: -1, leaderEpoch: -1 }
}

function fill(answer: Answer, found: Found, keepsEpochs: boolean): void {
  if (typeof found === 'string') {
    answer.errorCode = errorCodeOf(found)
    return
  }
  if (found === undefined) return
  answer.offset = found.offset
  answer.timestamp = found.timestampMs
  if (keepsEpochs) answer.leaderEpoch = found.leaderEpoch
}
