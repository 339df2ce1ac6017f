import { ErrorCode, type FetchResponse } from '@ottla/protocol'
import { API } from '../api.ts'
import { backOffMs } from '../back-off.ts'
import { ClientError, tryingAgain } from '../errors.ts'
import { partitionKey } from '../group/member.ts'
import type { Call } from '../retry.ts'
import type { AssignedPartition } from './assigned-partition.ts'
import { type Asked, type Receiving, receive } from './fetch-answer.ts'
import type { FetchedAnswer } from './fetch-buffer.ts'
import { FetchSession, type SessionPartition, type SessionRequest } from './fetch-session.ts'

/** Answers of one broker that may wait to be taken before it is asked again: one that is being read, one behind it. */
const ANSWERS_WAITING_MAX = 2
const TOPIC_IDS_VERSION = 13
const CONSUMER = -1
/** How much of an answer may be records; the rest is for what stands around them. */
const RECORDS_SHARE = 0.9
/** Giving a session back is a courtesy: the broker forgets it anyway when it needs the place. */
const CLOSE_TIMEOUT_MS = 1_000

/**
 * Fetches from one broker, one request at a time, each with all partitions that can be read there. It does not ask again while two
 * answers wait to be taken: at most twice fetch.max.bytes lie here for each broker, and a slow reader slows it down.
 */
export class BrokerPipeline {
  readonly brokerId: number
  private readonly receiving: Receiving
  private readonly session = new FetchSession()
  /** Partitions that can be read at this broker now. */
  private readonly fetchable: () => readonly AssignedPartition[]
  private answersWaiting = 0
  private running = false
  private failures = 0
  private retryAtMs = 0
  private closed = false

  constructor(brokerId: number, receiving: Receiving, fetchable: () => readonly AssignedPartition[]) {
    this.brokerId = brokerId
    this.receiving = receiving
    this.fetchable = fetchable
  }

  /** When it will try again after a failure, by the monotonic clock. */
  get pausedUntilMs(): number {
    return this.retryAtMs
  }

  /** Goes on fetching if there is something to fetch and room for it. */
  pump(): void {
    if (this.running || this.closed) return
    this.running = true
    this.run().catch((error: unknown) => this.receiving.context.defect(error))
  }

  /** Nothing is sent any more. Resolves to the request that gives the session back, if there is one. */
  close(): (() => Promise<unknown>) | undefined {
    this.closed = true
    const request = this.session.closing()
    if (request === undefined) return undefined
    const { brokerId } = this
    const { body, versions } = this.fetchRequest(request)
    const call: Call = { signal: undefined, remainingMs: () => CLOSE_TIMEOUT_MS }
    // By the main lane: behind a Fetch that waits for records this would wait too.
    return () => this.receiving.context.cluster.send({ brokerId }, API.fetch, body, { call, versions })
  }

  /** There is no await between the last look at the conditions and the end, so no `pump` in between is lost. */
  private async run(): Promise<void> {
    try {
      while (this.mayAsk()) {
        const partitions = this.fetchable()
        if (partitions.length === 0) return
        await this.fetch(partitions)
      }
    } catch (error) {
      if (!(error instanceof ClientError)) throw error
      this.failed(error)
    } finally {
      this.running = false
    }
  }

  private mayAsk(): boolean {
    return !this.closed && this.answersWaiting < ANSWERS_WAITING_MAX && this.retryAtMs <= this.nowMs()
  }

  private async fetch(partitions: readonly AssignedPartition[]): Promise<void> {
    const { context } = this.receiving
    const { brokerId } = this
    const asked = new Map<string, Asked>()
    const wanted = partitions.map((partition) => {
      const { generation, fetchOffset, topic } = partition
      asked.set(partitionKey(partition), { partition, generation, fetchOffset, brokerId })
      return partition.sessionPartition(context.leaders.topicId(topic), context.config.maxPartitionFetchBytes)
    })
    const { body, versions } = this.fetchRequest(this.session.request(wanted))
    const { call } = context
    const answer = await context.cluster.send({ brokerId, lane: 'fetch' }, API.fetch, body, { call, versions })
    if (this.closed) return
    if (!this.session.answered(answer)) return this.refused(answer.errorCode)
    this.failures = 0
    this.receive(answer, asked)
  }

  private receive(answer: FetchResponse, asked: ReadonlyMap<string, Asked>): void {
    const { context } = this.receiving
    context.cluster.learnBrokers(answer.nodeEndpoints)
    const whole = this.openAnswer()
    for (const { topic, topicId, partitions } of answer.responses) {
      const name = topic === '' ? context.leaders.nameOf(topicId) : topic
      if (name === undefined) continue
      for (const partition of partitions) {
        const question = asked.get(partitionKey({ topic: name, partition: partition.partitionIndex }))
        if (question !== undefined) receive(this.receiving, question, partition, whole.answer)
      }
    }
    whole.complete()
  }

  /** Counts as waiting while it has open partitions; one without records does not wait. */
  private openAnswer(): { readonly answer: FetchedAnswer; complete(): void } {
    const { context } = this.receiving
    const answer: FetchedAnswer = {
      open: 0,
      onDone: () => {
        this.answersWaiting -= 1
        context.wake()
      },
    }
    const complete = () => {
      if (answer.open === 0) return
      this.answersWaiting += 1
      context.arrived()
    }
    return { answer, complete }
  }

  /** The broker has forgotten the session, which is usual: the next request begins anew, at once if nothing failed before. */
  private refused(errorCode: number): void {
    const error = ClientError.fromCode(errorCode, null, { api: 'Fetch', broker: `${this.brokerId}` })
    const isForgotten = errorCode === ErrorCode.FETCH_SESSION_ID_NOT_FOUND
    if (isForgotten && this.failures === 0) this.failures = 1
    else this.failed(error)
  }

  private failed(error: ClientError): void {
    const { context } = this.receiving
    if (this.closed) return
    this.session.failed()
    // A nearer replica that cannot be read from is given up for the leader.
    for (const partition of this.fetchable()) partition.preferredReplica = undefined
    const { world, cluster } = context
    const { retryBackoffMs: firstMs, retryBackoffMaxMs: maxMs } = cluster.config
    this.retryAtMs = this.nowMs() + backOffMs(this.failures, { firstMs, maxMs, random: world.random })
    this.failures += 1
    world.logger.warn(tryingAgain(error), { broker: this.brokerId, error: error.errorName })
    const [partition] = this.fetchable()
    if (partition !== undefined && error.errorName === 'UNSUPPORTED_VERSION') context.report(partition, error)
    context.leadersAreStale()
  }

  private fetchRequest({ usesTopicIds, ...request }: SessionRequest) {
    const { config, cluster } = this.receiving.context
    const body = {
      replicaId: CONSUMER,
      maxWaitMs: config.fetchMaxWaitMs,
      minBytes: config.fetchMinBytes,
      // More could not be received, however often it was asked for.
      maxBytes: Math.min(config.fetchMaxBytes, Math.floor(cluster.config.responseBytesMax * RECORDS_SHARE)),
      isolationLevel: config.isolationLevel === 'read_committed' ? 1 : 0,
      sessionId: request.sessionId,
      sessionEpoch: request.sessionEpoch,
      topics: byTopic(request.partitions, ({ partition, fetchOffset, currentLeaderEpoch, partitionMaxBytes }) => ({
        partition,
        fetchOffset,
        currentLeaderEpoch,
        partitionMaxBytes,
      })),
      forgottenTopicsData: byTopic(request.forgotten, ({ partition }) => partition),
      rackId: config.clientRack,
    }
    return { body, versions: usesTopicIds ? {} : { max: TOPIC_IDS_VERSION - 1 } }
  }

  private nowMs(): number {
    return this.receiving.context.world.clock.monotonic()
  }
}

function byTopic<T>(partitions: readonly SessionPartition[], partitionOf: (partition: SessionPartition) => T) {
  const topics = new Map<string, { topic: string; topicId: string; partitions: T[] }>()
  for (const partition of partitions) {
    const { topic, topicId } = partition
    const key = `${topicId} ${topic}`
    const known = topics.get(key)
    if (known === undefined) topics.set(key, { topic, topicId, partitions: [partitionOf(partition)] })
    else known.partitions.push(partitionOf(partition))
  }
  return [...topics.values()]
}
