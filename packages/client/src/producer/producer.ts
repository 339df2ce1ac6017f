import { Cluster } from '../cluster.ts'
import { ClientError } from '../errors.ts'
import { checkClientOptions } from '../option-names.ts'
import { checkNames } from '../option-table.ts'
import type { Partitioner, PartitionInfo } from '../partitioner.ts'
import { type Data, SERIALIZERS, type Serializer } from '../serializers.ts'
import { waitFor } from '../wait.ts'
import type { ClientWorld } from '../world.ts'
import { Accumulator } from './accumulator.ts'
import type { BatchWaiter } from './batch.ts'
import { Intake } from './intake.ts'
import { type ProducerConfig, type ProducerOptions, producerConfig } from './options.ts'
import type { ProducerRecord, RecordMetadata, SendCallback } from './record.ts'
import { Sender } from './sender.ts'
import { StickyPartitions } from './sticky-partitions.ts'
import { TopicDirectory } from './topic-directory.ts'

export interface WaitOptions {
  readonly signal?: AbortSignal
}

export interface CloseOptions extends WaitOptions {
  /** After so long what is left is given up. Without it every record gets its delivery.timeout.ms. */
  readonly timeoutMs?: number
}

/** What brokers see of a producer without a name: its role. All such producers share it, and so a quota or a metric by client. */
const CLIENT_ID = 'ottla-producer'
/** Beyond what any timer has to wait for. */
const FOREVER_MS = 2 ** 53 - 1

/**
 * Writes records to topics: serializers, partitioner, batches, requests to the leaders, retries. Records of one partition are written,
 * and reported, in the order of `send`. Each record is settled: written, or failed after delivery.timeout.ms at the latest.
 */
export class Producer<K = Data, V = Data> implements AsyncDisposable {
  readonly config: ProducerConfig
  private readonly world: ClientWorld
  private readonly cluster: Cluster
  private readonly accumulator: Accumulator
  private readonly directory: TopicDirectory
  private readonly intake: Intake<K, V>
  private readonly sender: Sender
  private readonly partitioner: Partitioner<K, V> | undefined
  private readonly topicWaiters = new Set<() => void>()
  private closing: Promise<void> | undefined
  /** Aborted when closing is to wait no longer. */
  private readonly impatience = new AbortController()
  /** Closed, and nothing will be learnt any more. */
  private ended = false

  /** Connects when it is first used. Throws a `ClientConfigError` for options that cannot be used. */
  constructor(world: ClientWorld, options: ProducerOptions<K, V>) {
    checkClientOptions('Producer', options)
    this.config = producerConfig(options)
    this.world = world
    const { config } = this
    this.cluster = new Cluster(world, { ...options, clientId: options.clientId ?? CLIENT_ID })
    const cluster = this.cluster
    const accumulator = new Accumulator(world.clock, config)
    this.accumulator = accumulator
    this.directory = new TopicDirectory({ world, cluster, config, onChange: (topics) => this.topicsChanged(topics) })
    const shared = { world, cluster, config, accumulator, directory: this.directory }
    this.sender = new Sender({
      ...shared,
      isStarved: () => this.intake.isStarved,
      onMemory: () => this.intake.memoryFreed(),
    })
    this.partitioner = options.partitioner
    this.partitioner?.configure?.(options)
    this.intake = new Intake<K, V>({
      ...shared,
      sticky: stickyPartitions(world, config, accumulator),
      partitioner: this.partitioner,
      keySerializer: options.keySerializer ?? (SERIALIZERS.data as Serializer<unknown>),
      valueSerializer: options.valueSerializer ?? (SERIALIZERS.data as Serializer<unknown>),
      onAppended: () => this.sender.wake(),
    })
  }

  /**
   * Sends a record. Resolves when it is written as `acks` asks for; rejects with a `ClientError`, or with the signal's reason. The
   * signal ends the wait for memory or for the topic (max.block.ms); a record that has a place is sent.
   */
  send(record: ProducerRecord<K, V>, options?: WaitOptions): Promise<RecordMetadata>
  /** The same without a promise per record. While `full`, await `drained` before sending more. */
  send(record: ProducerRecord<K, V>, callback: SendCallback): void
  send(record: ProducerRecord<K, V>, how?: WaitOptions | SendCallback): Promise<RecordMetadata> | undefined {
    if (typeof how === 'function') {
      this.checkOpen()
      this.intake.accept(record, how)
      return undefined
    }
    return new Promise((resolve, reject) => {
      this.checkOpen()
      const signal = how && waitOptions('send', how).signal
      signal?.throwIfAborted()
      const callback: SendCallback = (error, metadata) => {
        if (error === undefined) resolve(metadata)
        else reject(signal?.aborted && error.cause === signal.reason ? signal.reason : error)
      }
      this.intake.accept(record, callback, signal)
    })
  }

  /** Records wait for memory or for their topic: sending more makes the line longer. */
  get full(): boolean {
    return this.intake.isWaiting
  }

  /** Resolves when no record waits for a place, at the latest after max.block.ms. */
  async drained(options: WaitOptions = {}): Promise<void> {
    const { signal } = waitOptions('drained', options)
    while (this.full) await this.until((callback) => this.intake.whenEmpty(callback), { signal })
  }

  /** Sends what is there without lingering, and resolves when every record sent so far is settled, written or not. */
  async flush(options: WaitOptions = {}): Promise<void> {
    const { signal } = waitOptions('flush', options)
    const calm = this.sender.hurry()
    try {
      await this.until(
        (done) => {
          const waiter: BatchWaiter = { left: 1, done }
          this.accumulator.addWaiter(waiter)
          this.intake.addWaiter(waiter)
          waiter.left -= 1
          if (waiter.left === 0) done()
          return () => {}
        },
        { signal },
      )
    } finally {
      calm()
    }
  }

  /** The partitions of a topic, which asking may create; rejects after max.block.ms. */
  async partitionsFor(topic: string, options: WaitOptions = {}): Promise<readonly PartitionInfo[]> {
    this.checkOpen()
    const { signal } = waitOptions('partitionsFor', options)
    const begin = this.world.clock.monotonic()
    const elapsedMs = () => this.world.clock.monotonic() - begin
    for (;;) {
      const entry = this.directory.use(topic)
      if (entry !== undefined) return entry.partitions
      if (this.ended) throw closedError()
      const failure = this.directory.failure(topic)
      if (elapsedMs() > 0 && failure !== undefined && !failure.retriable) throw failure
      this.directory.want(topic)
      const timeoutMs = this.config.maxBlockMs - elapsedMs()
      try {
        const timedOut = () => this.unknown(topic)
        await this.until((callback) => this.whenTopicsChange(callback), { signal, timeoutMs, timedOut })
      } catch (error) {
        this.intake.unwanted(topic)
        throw error
      }
    }
  }

  /**
   * Refuses further records, sends those that are there, and ends all connections. Ends in any case: each record is settled by
   * its delivery.timeout.ms, and after `timeoutMs`, or when the signal is aborted, what is left is given up. A second call may set an
   * earlier end.
   */
  close(options: CloseOptions = {}): Promise<void> {
    this.closing ??= this.shutDown()
    this.limit(this.closing, options)
    return this.closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** From then on closing waits for nothing more. */
  private limit(closing: Promise<void>, { timeoutMs, signal }: CloseOptions): void {
    const onAbort = () => this.impatience.abort(signal?.reason)
    const onTimeout = () => {
      this.impatience.abort(new ClientError('REQUEST_TIMED_OUT', 'the time to close is over', {}))
    }
    const timer = timeoutMs === undefined ? undefined : this.world.timers.after(timeoutMs, onTimeout)
    if (signal?.aborted) onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
    const release = () => {
      timer?.clear()
      signal?.removeEventListener('abort', onAbort)
    }
    closing.then(release, release)
  }

  private async shutDown(): Promise<void> {
    try {
      await this.flush({ signal: this.impatience.signal })
    } catch (error) {
      this.world.logger.warn(`records are given up: ${error instanceof Error ? error.message : String(error)}`)
    } finally {
      this.ended = true
      this.intake.close('the producer was closed')
      this.sender.close('the producer was closed')
      this.directory.close()
      this.cluster.close()
      this.wakeTopicWaiters()
      this.partitioner?.close?.()
    }
  }

  private topicsChanged(topics: readonly string[]): void {
    this.intake.topicsChanged(topics)
    this.sender.wake()
    this.wakeTopicWaiters()
  }

  private wakeTopicWaiters(): void {
    const waiters = [...this.topicWaiters]
    this.topicWaiters.clear()
    for (const waiter of waiters) waiter()
  }

  private whenTopicsChange(callback: () => void): () => void {
    this.topicWaiters.add(callback)
    return () => this.topicWaiters.delete(callback)
  }

  private unknown(topic: string): ClientError {
    const failure = this.directory.failure(topic)
    const message = `the partitions of ${topic} are not known${failure === undefined ? '' : `: ${failure.message}`}`
    const elapsedMs = this.config.maxBlockMs
    return new ClientError(failure?.errorName ?? 'REQUEST_TIMED_OUT', message, { topic, elapsedMs }, failure)
  }

  /** Resolves when the callback given to `subscribe` is called. */
  private until(
    subscribe: (callback: () => void) => () => void,
    limits: { signal: AbortSignal | undefined; timeoutMs?: number; timedOut?: () => Error },
  ): Promise<void> {
    let unsubscribe = () => {}
    const called = new Promise<void>((resolve) => {
      unsubscribe = subscribe(resolve)
    })
    const { signal, timeoutMs, timedOut } = limits
    if (timeoutMs === undefined && signal === undefined) return called
    return waitFor(called, {
      timers: this.world.timers,
      timeoutMs: timeoutMs ?? FOREVER_MS,
      signal,
      timedOut: timedOut ?? (() => new ClientError('REQUEST_TIMED_OUT', undefined, {})),
    }).finally(unsubscribe)
  }

  private checkOpen(): void {
    if (this.closing !== undefined) throw closedError()
  }
}

function waitOptions(call: string, options: WaitOptions): WaitOptions {
  checkNames(call, options, ['signal'])
  return options
}

function closedError(): ClientError {
  return new ClientError('INVALID_REQUEST', 'this producer is closed', {})
}

function stickyPartitions(world: ClientWorld, config: ProducerConfig, accumulator: Accumulator): StickyPartitions {
  return new StickyPartitions({
    random: world.random,
    batchBytes: config.batchSize,
    waiting: config.partitionerAdaptivePartitioningEnable
      ? (topic, partition) => accumulator.waiting(topic, partition)
      : undefined,
  })
}
