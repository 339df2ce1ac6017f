import { partitionForKey, type RecordHeader, singleRecordBatchBytesMax } from '@ottla/protocol'
import { ClientError } from '../errors.ts'
import type { Partitioner } from '../partitioner.ts'
import type { Serializer } from '../serializers.ts'
import type { ClientWorld } from '../world.ts'
import type { Accumulator, Appended } from './accumulator.ts'
import { type BatchWaiter, reportThrow, settleOne } from './batch.ts'
import type { ProducerConfig } from './options.ts'
import type { HeaderInput, ProducerRecord, SendCallback } from './record.ts'
import type { StickyPartitions } from './sticky-partitions.ts'
import type { TopicDirectory, TopicEntry } from './topic-directory.ts'
import { type Waiting, WaitingRoom } from './waiting-room.ts'

/** Records that wait for a place, at most. */
const WAITING_MAX = 1_000_000
/** Kafka's limit on the names of topics. */
const TOPIC_CHARS_MAX = 249

export interface IntakeParts<K, V> {
  readonly world: ClientWorld
  readonly config: ProducerConfig
  readonly accumulator: Accumulator
  readonly directory: TopicDirectory
  readonly sticky: StickyPartitions
  readonly partitioner: Partitioner<K, V> | undefined
  readonly keySerializer: Serializer<K>
  readonly valueSerializer: Serializer<V>
  /** There is something new to send. */
  readonly onAppended: () => void
}

/** A record between `send` and its batch. */
interface Incoming<K, V> {
  readonly topic: string
  readonly record: ProducerRecord<K, V>
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly RecordHeader[]
  readonly timestamp: number
  readonly callback: SendCallback | undefined
}

interface WaitingRecord<K, V> extends Waiting {
  readonly incoming: Incoming<K, V>
  readonly waiters: BatchWaiter[]
  readonly sentMs: number
  /** Lets go of the signal that would have ended the wait. */
  readonly unsubscribe: () => void
}

type Placed = Exclude<Appended, { kind: 'no memory' }>
type Obstacle = 'no memory' | 'no topic' | ClientError

const NO_HEADERS: readonly RecordHeader[] = Object.freeze([])
const utf8 = new TextEncoder()

/**
 * The first half of a record's way: serializers, partitioner, batch. A record whose topic is not known yet, or for which there
 * is no memory, waits for at most max.block.ms, and those behind it wait too, so that the order of `send` is kept.
 */
export class Intake<K, V> {
  private readonly parts: IntakeParts<K, V>
  private readonly waiting: WaitingRoom<WaitingRecord<K, V>>
  private readonly onEmpty = new Set<() => void>()

  constructor(parts: IntakeParts<K, V>) {
    this.parts = parts
    this.waiting = new WaitingRoom<WaitingRecord<K, V>>(parts.world, (waiting) => this.timedOut(waiting))
  }

  get isWaiting(): boolean {
    return this.waiting.size > 0
  }

  get isStarved(): boolean {
    return this.waiting.waitsForMemory
  }

  /** Calls back once, when no record waits for a place. Returns how to take that back. */
  whenEmpty(callback: () => void): () => void {
    this.onEmpty.add(callback)
    return () => this.onEmpty.delete(callback)
  }

  accept(record: ProducerRecord<K, V>, callback: SendCallback | undefined, signal?: AbortSignal): void {
    let incoming: Incoming<K, V>
    try {
      incoming = this.serialized(record, callback)
    } catch (error) {
      this.refuse(record, callback, this.asClientError(record, error))
      return
    }
    const obstacle = this.waiting.isBehind(record.topic) ? 'queue' : this.place(incoming, [])
    if (obstacle === undefined) return
    if (obstacle instanceof ClientError) this.refuse(record, callback, obstacle)
    else if (this.waiting.size >= WAITING_MAX) this.refuse(record, callback, tooMany(record.topic))
    else this.wait(incoming, obstacle, signal)
  }

  /** Something is known about these topics: their partitions, or why there are none. */
  topicsChanged(topics: readonly string[]): void {
    for (const topic of topics) {
      const failure = this.parts.directory.failure(topic)
      const line = this.waiting.takeTopic(topic)
      for (const waiting of line) {
        if (failure !== undefined && !failure.retriable) this.fail(waiting, failure)
        else this.admit(waiting)
      }
    }
    this.emptied()
  }

  /** Memory has been given back. */
  memoryFreed(): void {
    for (let next = this.waiting.firstForMemory; next !== undefined; next = this.waiting.firstForMemory) {
      const obstacle = this.place(next.incoming, next.waiters)
      if (obstacle === 'no memory') break
      this.waiting.shiftMemory()
      if (obstacle === 'no topic') this.waiting.waitForTopic(next)
      else this.placed(next, obstacle)
    }
    this.emptied()
  }

  /** Counts the waiter down as each record that waits now is settled. */
  addWaiter(waiter: BatchWaiter): void {
    const all = this.waiting.all()
    for (const { waiters } of all) waiters.push(waiter)
    waiter.left += all.length
  }

  /** Gives up whatever waits. */
  close(reason: string): void {
    for (const waiting of this.waiting.takeAll()) {
      const { topic } = waiting
      this.fail(waiting, new ClientError('REQUEST_TIMED_OUT', `${topic}: ${reason}`, { api: 'Produce', topic }))
    }
    this.emptied()
  }

  private serialized(record: ProducerRecord<K, V>, callback: SendCallback | undefined): Incoming<K, V> {
    const { topic, headers: given, partition } = record
    const { config, world, keySerializer, valueSerializer } = this.parts
    checkTopic(topic)
    if (partition !== undefined && !(Number.isInteger(partition) && partition >= 0)) {
      throw new ClientError('INVALID_REQUEST', `partition ${partition}: expected a number from 0 on`, { topic })
    }
    const timestamp = record.timestamp ?? world.clock.now()
    if (!(Number.isSafeInteger(timestamp) && timestamp >= 0)) {
      throw new ClientError('INVALID_TIMESTAMP', `timestamp ${timestamp}: expected milliseconds since 1970`, { topic })
    }
    const headers = given === undefined || given.length === 0 ? NO_HEADERS : given.map(headerOf)
    const context = { topic, headers }
    const key = checkSerialized('key', keySerializer((record.key ?? null) as K, context), topic)
    const value = checkSerialized('value', valueSerializer((record.value ?? null) as V, context), topic)
    const bytes = singleRecordBatchBytesMax(key, value, headers)
    const limit = Math.min(config.maxRequestSize, config.bufferMemory)
    if (bytes > limit) throw tooLarge(topic, bytes, config)
    return { topic, record, key, value, headers, timestamp, callback }
  }

  /** Puts the record into a batch; undefined when that was possible. Never half way: on an obstacle nothing has changed. */
  private place(incoming: Incoming<K, V>, waiters: readonly BatchWaiter[]): Obstacle | undefined {
    const { directory, accumulator, sticky } = this.parts
    const { topic } = incoming
    const entry = directory.use(topic)
    if (entry === undefined) {
      directory.want(topic)
      return 'no topic'
    }
    const chosen = this.choose(incoming, entry)
    if (chosen instanceof ClientError) return chosen
    const partition = chosen ?? sticky.partition(topic, directory)
    if (partition >= entry.partitions.length) {
      directory.want(topic)
      return 'no topic'
    }
    const appended = accumulator.append(accumulator.queue(topic, partition), incoming)
    if (appended.kind === 'no memory') {
      this.parts.onAppended()
      return 'no memory'
    }
    if (chosen === undefined) this.stuck(incoming, appended)
    if (appended.began) this.parts.onAppended()
    appended.batch.waiters.push(...waiters)
    return undefined
  }

  /** The record's partition; undefined: any. */
  private choose({ record, key, value, topic }: Incoming<K, V>, entry: TopicEntry): number | undefined | ClientError {
    if (record.partition !== undefined) return record.partition
    const { partitioner, config, directory } = this.parts
    if (partitioner === undefined) {
      if (key === null || config.partitionerIgnoreKeys) return undefined
      return partitionForKey(key, entry.partitions.length)
    }
    try {
      const input = { topic, key: record.key as K, value: record.value, keyBytes: key, valueBytes: value }
      const partition = partitioner.partition(input, directory)
      if (Number.isInteger(partition) && partition >= 0) return partition
      return new ClientError('INVALID_REQUEST', `the partitioner chose ${partition}, which is no partition`, { topic })
    } catch (error) {
      return this.asClientError(record, error)
    }
  }

  private stuck({ topic, key, value }: Incoming<K, V>, { filled }: Placed): void {
    this.parts.sticky.added(topic, (key?.length ?? 0) + (value?.length ?? 0), filled)
  }

  private wait(incoming: Incoming<K, V>, obstacle: 'queue' | 'no memory' | 'no topic', signal?: AbortSignal): void {
    const sentMs = this.parts.world.clock.monotonic()
    const deadlineMs = sentMs + this.parts.config.maxBlockMs
    const onAbort = () => this.aborted(waiting, signal!.reason)
    const unsubscribe = () => signal?.removeEventListener('abort', onAbort)
    const { topic } = incoming
    const waiting: WaitingRecord<K, V> = { topic, incoming, waiters: [], sentMs, deadlineMs, gone: false, unsubscribe }
    signal?.addEventListener('abort', onAbort, { once: true })
    if (obstacle === 'queue') this.waiting.waitBehind(waiting)
    else if (obstacle === 'no topic') this.waiting.waitForTopic(waiting)
    else this.waiting.waitForMemory(waiting)
  }

  /** Lets a record that was taken out of its line try again. */
  private admit(waiting: WaitingRecord<K, V>): void {
    const obstacle = this.waiting.isBehind(waiting.topic) ? 'queue' : this.place(waiting.incoming, waiting.waiters)
    if (obstacle === 'queue') this.waiting.waitBehind(waiting)
    else if (obstacle === 'no topic') this.waiting.waitForTopic(waiting)
    else if (obstacle === 'no memory') this.waiting.waitForMemory(waiting)
    else this.placed(waiting, obstacle)
  }

  private placed(waiting: WaitingRecord<K, V>, error: ClientError | undefined): void {
    waiting.gone = true
    waiting.unsubscribe()
    if (error !== undefined) this.fail(waiting, error)
  }

  private aborted(waiting: WaitingRecord<K, V>, reason: unknown): void {
    const { topic } = waiting
    this.fail(waiting, new ClientError('REQUEST_TIMED_OUT', 'the signal was aborted', { topic }, reason))
    this.waiting.tidy(topic)
    this.unwanted(topic)
    this.emptied()
  }

  /** The topic is asked for no more if nothing waits for it. */
  unwanted(topic: string): void {
    if (!this.waiting.waitsForTopic(topic)) this.parts.directory.forget(topic)
  }

  private timedOut(waiting: WaitingRecord<K, V>): void {
    const { topic } = waiting
    const { directory, config } = this.parts
    const elapsedMs = this.parts.world.clock.monotonic() - waiting.sentMs
    const failure = directory.failure(topic)
    const why =
      directory.use(topic) === undefined
        ? `the partitions of ${topic} are not known${failure === undefined ? '' : `: ${failure.message}`}`
        : `${topic}: ${this.missing(waiting)}`
    this.waiting.tidy(topic)
    this.unwanted(topic)
    const message = `${why} (maxBlockMs=${config.maxBlockMs})`
    this.fail(
      waiting,
      new ClientError(failure?.errorName ?? 'REQUEST_TIMED_OUT', message, { topic, elapsedMs }, failure),
    )
    this.emptied()
  }

  private missing({ topic, incoming }: WaitingRecord<K, V>): string {
    const count = this.parts.directory.partitions(topic).length
    const { partition } = incoming.record
    if (partition !== undefined && partition >= count)
      return `there is no partition ${partition}, only 0 to ${count - 1}`
    return 'no memory for the record: bufferMemory is used up by records that are not acknowledged'
  }

  private fail(waiting: WaitingRecord<K, V>, error: ClientError): void {
    waiting.gone = true
    waiting.unsubscribe()
    this.refuse(waiting.incoming.record, waiting.incoming.callback, error)
    this.parts.world.timers.endOfTurn(() => {
      for (const waiter of waiting.waiters) settleOne(waiter)
    })
  }

  /** Never within `send` itself: a callback is called from the event loop only. */
  private refuse(record: ProducerRecord<K, V>, callback: SendCallback | undefined, error: ClientError): void {
    if (callback === undefined) {
      this.parts.world.logger.error(`a record was not sent: ${error.message}`, { topic: record.topic })
      return
    }
    const { topic, partition = -1, timestamp = -1 } = record
    const sizes = { serializedKeySize: -1, serializedValueSize: -1 }
    this.parts.world.timers.endOfTurn(() => {
      try {
        callback(error, { topic, partition, offset: -1, timestamp, ...sizes })
      } catch (thrown) {
        reportThrow(this.parts.world, thrown)
      }
    })
  }

  private asClientError({ topic }: ProducerRecord<K, V>, error: unknown): ClientError {
    if (error instanceof ClientError) return error
    const message = error instanceof Error ? error.message : String(error)
    return new ClientError('INVALID_RECORD', `the record cannot be sent: ${message}`, { topic }, error)
  }

  private emptied(): void {
    if (this.waiting.size > 0) return
    const callbacks = [...this.onEmpty]
    this.onEmpty.clear()
    for (const callback of callbacks) callback()
  }
}

/** Asking a broker for such a name would fail, together with the other topics in the same question. */
function checkTopic(topic: unknown): void {
  if (typeof topic === 'string' && topic.length > 0 && topic.length <= TOPIC_CHARS_MAX) return
  const shown = typeof topic === 'string' ? `"${topic.slice(0, 20)}" (${topic.length} characters)` : String(topic)
  const message = `topic ${shown}: expected a name of 1 to ${TOPIC_CHARS_MAX} characters`
  throw new ClientError('INVALID_TOPIC_EXCEPTION', message, {})
}

/** Programs without types hand over numbers and objects. */
function checkSerialized(what: 'key' | 'value', bytes: Uint8Array | null, topic: string): Uint8Array | null {
  if (bytes === null || ArrayBuffer.isView(bytes)) return bytes
  const message = `the serializer made the ${what} ${typeof bytes === 'object' ? 'an object' : `a ${typeof bytes}`}: expected bytes or null`
  throw new ClientError('INVALID_RECORD', message, { topic })
}

function headerOf({ key, value }: HeaderInput): RecordHeader {
  return { key, value: typeof value === 'string' ? utf8.encode(value) : value }
}

function tooLarge(topic: string, bytes: number, { maxRequestSize, bufferMemory }: ProducerConfig): ClientError {
  const limit = bytes > maxRequestSize ? `maxRequestSize=${maxRequestSize}` : `bufferMemory=${bufferMemory}`
  const message = `a record of ${bytes} bytes is larger than ${limit} allows`
  return new ClientError('MESSAGE_TOO_LARGE', message, { topic })
}

function tooMany(topic: string): ClientError {
  const message = `${WAITING_MAX} records wait for a place: await producer.drained() between sends`
  return new ClientError('THROTTLING_QUOTA_EXCEEDED', message, { topic })
}
