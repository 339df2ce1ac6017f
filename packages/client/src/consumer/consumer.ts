import { describeTopicsByMetadata, type PartitionDescription, type TopicDescription } from '../admin/describe.ts'
import type { TopicPartition } from '../admin/leaders.ts'
import { type ListedOffset, listOffsets, OFFSET_SPEC, type OffsetQuery } from '../admin/list-offsets.ts'
import { type Outcome, unwrap } from '../admin/outcome.ts'
import { Cluster } from '../cluster.ts'
import { ClientError } from '../errors.ts'
import type { CallOptions } from '../retry.ts'
import type { ClientWorld } from '../world.ts'
import { Arrival } from './arrival.ts'
import type { AssignedPartition } from './assigned-partition.ts'
import { CLOSED, Fetcher } from './fetcher.ts'
import { type ConsumerConfig, type ConsumerOptions, consumerConfig } from './options.ts'
import type { ConsumedRecord } from './record.ts'
import { Subscription } from './subscription.ts'

export interface PollOptions {
  /** How long to wait for the first record; without it as long as it takes. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

export interface PartitionOffset extends TopicPartition {
  readonly offset: number
}

export interface PartitionTime extends TopicPartition {
  /** Milliseconds since the epoch. */
  readonly timestamp: number
}

export interface PartitionOffsetAtTime extends TopicPartition {
  /** Of the first record at or after the time; undefined when there is none. */
  readonly found: ListedOffset | undefined
}

/** What brokers see of a consumer without a name. */
const CLIENT_ID = 'ottla-consumer'

/**
 * Reads records from partitions that are assigned by hand.
 *
 * From the first `poll` (or iteration, or `position`) on, every assigned partition that is not paused is fetched in the background, at most
 * two answers of each broker ahead of what was taken: who takes slowly is fetched for slowly. Everything else waits in the brokers.
 * The position of a partition is the offset of the record that is handed out next.
 */
export class Consumer<K = Uint8Array | null, V = Uint8Array | null> implements AsyncDisposable {
  private readonly cluster: Cluster
  private readonly config: ConsumerConfig
  private readonly subscription: Subscription
  private readonly fetcher: Fetcher
  private readonly arrival: Arrival
  private readonly world: ClientWorld
  private closing: Promise<void> | undefined

  /** Connects when it is first used. Throws a `ClientConfigError` for options that cannot be used. */
  constructor(world: ClientWorld, options: ConsumerOptions<K, V>) {
    const config = consumerConfig(options)
    this.world = world
    this.config = config
    this.cluster = new Cluster(world, { ...options, clientId: options.clientId ?? CLIENT_ID })
    this.subscription = new Subscription(config.autoOffsetReset)
    this.arrival = new Arrival(world.timers)
    const { checkCrcs } = config
    const reading = {
      checkCrcs,
      keyDeserializer: options.keyDeserializer,
      valueDeserializer: options.valueDeserializer,
    }
    const { cluster, subscription, arrival } = this
    this.fetcher = new Fetcher({ world, cluster, config, subscription, reading, arrival })
  }

  /** Connects to any of the brokers: to know early, and within a time of its own, that one is there. */
  async connect(options: CallOptions = {}): Promise<void> {
    await this.cluster.retrying(options, (call) => this.cluster.connect('any', call))
  }

  /** The partitions to read, in place of those before; those that stay go on where they are. */
  assign(partitions: readonly TopicPartition[]): void {
    this.checkOpen()
    this.subscription.assign(partitions)
    this.fetcher.assigned()
  }

  assignment(): TopicPartition[] {
    return this.subscription.partitions.map(placeOf)
  }

  /** The record at this offset, or the first one behind it, comes next. Throws when the partition is not assigned. */
  seek(partition: TopicPartition, offset: number): void {
    if (!(Number.isSafeInteger(offset) && offset >= 0)) {
      throw new ClientError(
        'INVALID_REQUEST',
        `seek to offset ${offset}: expected an integer from 0 on`,
        placeOf(partition),
      )
    }
    this.assigned(partition).moveTo(offset, -1)
    this.fetcher.moved([partition])
  }

  /** To where the logs begin; of all assigned partitions when none are named. The offset is looked up later, see `position`. */
  seekToBeginning(partitions: readonly TopicPartition[] = this.assignment()): void {
    this.seekTo('earliest', partitions)
  }

  /** Behind the last record (with read_committed: in front of the first open transaction). */
  seekToEnd(partitions: readonly TopicPartition[] = this.assignment()): void {
    this.seekTo('latest', partitions)
  }

  /** The offset of the next record; waits until it is known. Rejects with what keeps it from being known, or at the deadline. */
  async position(partition: TopicPartition, options: CallOptions = {}): Promise<number> {
    const assigned = this.assigned(partition)
    const deadline = this.deadline(options.timeoutMs ?? this.cluster.config.defaultApiTimeoutMs)
    while (!this.isPositioned(assigned)) {
      this.fetcher.wake()
      this.fetcher.throwReports()
      const remainingMs = deadline()
      if (remainingMs <= 0) throw this.timedOut('position', partition)
      await this.arrival.next(remainingMs, options.signal)
      this.assigned(partition)
    }
    return assigned.offset
  }

  /** These partitions are not fetched, and what was fetched of them waits, until they are resumed. */
  pause(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.assigned(partition).paused = true
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.assigned(partition).paused = false
    this.fetcher.resumed()
  }

  paused(): TopicPartition[] {
    return this.subscription.partitions.filter(({ paused }) => paused).map(placeOf)
  }

  /**
   * Up to max.poll.records records, as soon as there is one; none when the time is over. Throws what keeps a partition from being
   * read: `UnreadableRecordError`, `NoOffsetError`, `LogTruncationError`, another `ClientError`; the other partitions can be read on by
   * polling again. What may pass by itself (brokers that are away, leaders that move) is waited for and logged.
   */
  async poll({ timeoutMs = Number.POSITIVE_INFINITY, signal }: PollOptions = {}): Promise<ConsumedRecord<K, V>[]> {
    const deadline = this.deadline(timeoutMs)
    try {
      for (;;) {
        signal?.throwIfAborted()
        const records = this.take(this.config.maxPollRecords)
        if (records.length > 0) return records
        const remainingMs = deadline()
        if (remainingMs <= 0) break
        await this.arrival.next(remainingMs, signal)
      }
    } catch (error) {
      await this.turnEnded()
      throw error
    }
    await this.turnEnded()
    return this.take(this.config.maxPollRecords)
  }

  /** Polls forever: `for await (const records of consumer.batches())`. Ends when the consumer is closed; rejects as `poll` does. */
  async *batches(options: Pick<PollOptions, 'signal'> = {}): AsyncGenerator<ConsumedRecord<K, V>[], void, void> {
    while (this.closing === undefined) {
      const records = await this.untilClosed(this.poll(options))
      if (records !== undefined) yield records
    }
  }

  /**
   * `for await (const record of consumer)`: one record after the other, forever. A loop that is left has taken no record but those
   * that it saw. Ends when the consumer is closed. `batches` costs less, with one promise for many records.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<ConsumedRecord<K, V>, void> {
    const next = async (): Promise<IteratorResult<ConsumedRecord<K, V>, void>> => {
      while (this.closing === undefined) {
        const [value] = this.take(1)
        if (value !== undefined) return { done: false, value }
        await this.arrival.next(Number.POSITIVE_INFINITY, undefined)
      }
      return END
    }
    const iterator = { next, return: async () => END, [Symbol.asyncIterator]: () => iterator }
    return iterator
  }

  /** Where the logs begin. */
  beginningOffsets(partitions: readonly TopicPartition[], options: CallOptions = {}): Promise<PartitionOffset[]> {
    return this.offsetsAt(partitions, OFFSET_SPEC.earliest, options)
  }

  /** Behind the last record, or with read_committed in front of the first open transaction. */
  endOffsets(partitions: readonly TopicPartition[], options: CallOptions = {}): Promise<PartitionOffset[]> {
    return this.offsetsAt(partitions, OFFSET_SPEC.latest, options)
  }

  async offsetsForTimes(times: readonly PartitionTime[], options: CallOptions = {}): Promise<PartitionOffsetAtTime[]> {
    return (await this.list(times, options)).map(({ topic, partition, outcome }) => {
      const found = unwrap(outcome)
      return { topic, partition, found: found.offset < 0 ? undefined : found }
    })
  }

  /** Partitions with leaders and replicas. A topic that is not there is created where allow.auto.create.topics and the brokers allow it. */
  async partitionsFor(topic: string, options: CallOptions = {}): Promise<readonly PartitionDescription[]> {
    this.checkOpen()
    const createTopics = this.config.allowAutoCreateTopics
    await this.cluster.retrying(options, async (call) => {
      const { topics } = await this.cluster.metadata({ names: [topic] }, call, { createTopics })
      const errorCode = topics[0]?.errorCode ?? 0
      if (errorCode !== 0) throw ClientError.fromCode(errorCode, null, { api: 'Metadata', topic })
    })
    const described = await describeTopicsByMetadata(this.cluster, { names: [topic] }, options)
    return unwrap(described.get(topic)!).partitions
  }

  /** All topics that this client may see, with their partitions. */
  listTopics(options: CallOptions = {}): Promise<Map<string, Outcome<TopicDescription>>> {
    this.checkOpen()
    return describeTopicsByMetadata(this.cluster, 'all', options)
  }

  /** Records between the position and the end, as the last answer for this partition told; undefined before there was one. */
  currentLag(partition: TopicPartition): number | undefined {
    const { offset, isPlaced, highWatermark, lastStableOffset } = this.assigned(partition)
    const end = this.config.isolationLevel === 'read_committed' ? lastStableOffset : highWatermark
    return isPlaced && end >= 0 ? Math.max(0, end - offset) : undefined
  }

  /** Ends waiting polls and iterations, and the connections. Always ends, within about a second. */
  close(): Promise<void> {
    this.closing ??= this.end()
    return this.closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  private async end(): Promise<void> {
    const ended = this.fetcher.close()
    this.arrival.ring()
    await ended
    this.cluster.close()
  }

  /** What is there, without waiting. */
  private take(count: number): ConsumedRecord<K, V>[] {
    this.checkOpen()
    this.fetcher.throwReports()
    const records = this.fetcher.buffer.take(count)
    if (records.length === 0) this.fetcher.wake()
    return records as ConsumedRecord<K, V>[]
  }

  /** Undefined instead of the error that a poll ends with when the consumer is closed. */
  private untilClosed<T>(promise: Promise<T>): Promise<T | undefined> {
    return promise.catch((error: unknown) => {
      if (this.closing !== undefined) return undefined
      throw error
    })
  }

  private seekTo(kind: 'earliest' | 'latest', partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.assigned(partition).reset({ kind })
    this.fetcher.moved(partitions)
  }

  /** An unplaced partition with a validation ahead of it has a position; it may still be corrected. */
  private isPositioned({ phase }: AssignedPartition): boolean {
    return phase.kind === 'placed'
  }

  private async offsetsAt(partitions: readonly TopicPartition[], timestamp: number, options: CallOptions) {
    const listed = await this.list(
      partitions.map((partition) => ({ ...placeOf(partition), timestamp })),
      options,
    )
    return listed.map(({ topic, partition, outcome }) => ({ topic, partition, offset: unwrap(outcome).offset }))
  }

  private list(queries: readonly OffsetQuery[], options: CallOptions) {
    this.checkOpen()
    return listOffsets(this.cluster, queries, { ...options, isolationLevel: this.config.isolationLevel })
  }

  private assigned(partition: TopicPartition): AssignedPartition {
    this.checkOpen()
    const assigned = this.subscription.find(partition)
    if (assigned !== undefined) return assigned
    const message = `${partition.topic}-${partition.partition} is not assigned to this consumer`
    throw new ClientError('INVALID_REQUEST', message, placeOf(partition))
  }

  private checkOpen(): void {
    if (this.closing !== undefined) throw new ClientError('INVALID_REQUEST', CLOSED, {})
  }

  /** A loop that polls in vain, or goes on polling after errors, must not keep answers from being received. */
  private turnEnded(): Promise<void> {
    return new Promise((resolve) => this.world.timers.endOfTurn(resolve))
  }

  private deadline(timeoutMs: number): () => number {
    const { clock } = this.world
    const endMs = clock.monotonic() + timeoutMs
    return () => endMs - clock.monotonic()
  }

  private timedOut(what: string, partition: TopicPartition): ClientError {
    const message = `${what} of ${partition.topic}-${partition.partition} is not known in time`
    return new ClientError('REQUEST_TIMED_OUT', message, placeOf(partition))
  }
}

const END = { done: true, value: undefined } as const

function placeOf({ topic, partition }: TopicPartition): TopicPartition {
  return { topic, partition }
}
