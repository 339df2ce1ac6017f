import type { PartitionDescription, TopicDescription } from '../admin/describe.ts'
import type { TopicPartition } from '../admin/leaders.ts'
import type { Outcome } from '../admin/outcome.ts'
import { Cluster } from '../cluster.ts'
import { ClientError } from '../errors.ts'
import { checkClientOptions } from '../option-names.ts'
import { callOptions, checkNames } from '../option-table.ts'
import type { CallOptions } from '../retry.ts'
import type { ClientWorld } from '../world.ts'
import { Arrival } from './arrival.ts'
import type { AssignedPartition } from './assigned-partition.ts'
import type { CommittedPosition, OffsetToCommit } from './commits.ts'
import { Fetcher } from './fetcher.ts'
import { type Comeback, GroupSide } from './group-side.ts'
import { checkRunOptions, HandlerLoop, type RunOptions } from './handler-loop.ts'
import { InHand } from './in-hand.ts'
import { Lifetime, refuse } from './lifetime.ts'
import { LookUps, type PartitionOffset, type PartitionOffsetAtTime, type PartitionTime } from './look-ups.ts'
import { type ConsumerOptions, consumerConfig } from './options.ts'
import type { ConsumerParts } from './parts.ts'
import { Poller, type PollOptions } from './poller.ts'
import { Positions } from './positions.ts'
import { checkListener, type RebalanceListener } from './rebalance-listener.ts'
import type { ConsumedRecord } from './record.ts'
import { Subscription } from './subscription.ts'
import { selectionOf, type TopicsToSubscribe } from './topics-to-subscribe.ts'

/** Who a consumer is in its group. */
export interface GroupMetadata {
  readonly groupId: string
  /** Generation or member epoch; -1 while it is no member. */
  readonly generationId: number
  readonly memberId: string
  readonly groupInstanceId: string | undefined
}

export interface CloseConsumerOptions {
  /** For commits and leaving the group; 30,000 unless told otherwise. */
  readonly timeoutMs?: number
}

/** As in Kafka's clients. */
const CLOSE_TIMEOUT_MS = 30_000

/** What brokers see of a consumer without a name. */
const CLIENT_ID = 'ottla-consumer'

/**
 * Reads records: from partitions that are assigned by hand (`assign`), or from those that its group gives it (`subscribe`).
 *
 * From the first `poll` (or iteration, or `position`) on, every assigned partition that is not paused is fetched in the background, at most
 * two answers of each broker ahead of what was taken: who takes slowly is fetched for slowly. Everything else waits in the brokers.
 * The position of a partition is the offset of the record that is handed out next.
 *
 * With a group.id offsets are committed, by themselves unless `enableAutoCommit` is false, and never past what is finished: what `poll` or
 * an iteration has handed out is finished when the application comes back for more, what a handler was given when it has returned. So a
 * last batch that is to count as finished when the consumer is closed needs a `commitSync` before.
 */
export class Consumer<K = Uint8Array | null, V = Uint8Array | null> implements AsyncDisposable {
  private readonly parts: ConsumerParts
  private readonly poller: Poller<K, V>
  private readonly positions: Positions
  private readonly lookUps: LookUps
  private loop: HandlerLoop<K, V> | undefined
  private failure: { readonly error: unknown } | undefined
  private closed: Promise<void> | undefined

  /** Connects when it is first used. Throws a `ClientConfigError` for options that cannot be used. */
  constructor(world: ClientWorld, options: ConsumerOptions<K, V>) {
    checkClientOptions('Consumer', options)
    const config = consumerConfig(options)
    const cluster = new Cluster(world, { ...options, clientId: options.clientId ?? CLIENT_ID })
    const subscription = new Subscription(config.groupId === null ? config.autoOffsetReset : 'committed')
    const arrival = new Arrival(world.timers)
    const inHand = new InHand()
    const { checkCrcs } = config
    const { keyDeserializer, valueDeserializer } = options
    const reading = { checkCrcs, keyDeserializer, valueDeserializer }
    const onTake = (partition: AssignedPartition) => inHand.taking(partition)
    // Of what is subscribed to, who watches the subscription creates what it names.
    const mayCreateTopics = () => config.allowAutoCreateTopics && this.parts.group?.hasSubscription !== true
    const callbacks = { onTake, mayCreateTopics }
    const fetcher = new Fetcher({ world, cluster, config, subscription, reading, arrival, ...callbacks })
    const readers = { world, cluster, config, subscription, fetcher, arrival, inHand, lifetime: new Lifetime() }
    this.parts = { ...readers, group: this.newGroup(readers), polled: () => this.polled() }
    this.poller = new Poller(this.parts)
    this.positions = new Positions(this.parts)
    this.lookUps = new LookUps(this.parts)
  }

  private newGroup({ config, arrival, ...parts }: Omit<ConsumerParts, 'group' | 'polled'>): GroupSide | undefined {
    const { groupId } = config
    if (groupId === null) return undefined
    return new GroupSide({
      ...parts,
      config: { ...config, groupId },
      idleness: () => (this.loop ?? this.poller).idleness(),
      onFailure: () => arrival.ring(),
      onDefect: (error) => {
        this.failure ??= { error }
        arrival.ring()
      },
    })
  }

  /** Connects to any of the brokers: to know early, and within a time of its own, that one is there. */
  async connect(options: CallOptions = {}): Promise<void> {
    const { cluster } = this.parts
    await cluster.retrying(callOptions('connect', options, {}), (call) => cluster.connect('any', call))
  }

  /** The partitions to read, in place of those before; those that stay go on where they are. */
  assign(partitions: readonly TopicPartition[]): void {
    const { lifetime, group, subscription, fetcher } = this.parts
    lifetime.checkOpen()
    if (group?.hasSubscription) refuse('assign: the group assigns what is subscribed to; unsubscribe first')
    subscription.assign(partitions)
    fetcher.assigned()
  }

  /**
   * Joins the group, with the next poll, and reads what it assigns; in place of the topics before. Topics that are not there yet are read
   * once they are, partitions that are added from their first record on.
   */
  subscribe(topics: TopicsToSubscribe, listener: RebalanceListener = {}): void {
    const { lifetime, group, subscription, config } = this.parts
    lifetime.checkOpen()
    if (group === undefined) refuse('subscribe: a consumer without a groupId is in no group; assign partitions to it')
    if (!group.hasSubscription && subscription.partitions.length > 0) {
      refuse('subscribe: partitions are assigned by hand; assign none first')
    }
    checkListener(listener)
    if (!group.subscribe(selectionOf(topics, config), listener)) refuse('subscribe: await unsubscribe first')
  }

  /** Leaves the group; partitions that are assigned by hand are given up too. Commits what is finished. */
  async unsubscribe(): Promise<void> {
    const { lifetime, group, subscription, fetcher } = this.parts
    lifetime.checkOpen()
    await group?.unsubscribe('the consumer unsubscribed', this.comeback)
    subscription.assign([])
    fetcher.assigned()
  }

  /** Lets the group assign anew. Classic protocol; in the other one the coordinator decides alone, and this is logged and has no effect. */
  enforceRebalance(reason = 'the application asked for a rebalance'): void {
    const group = this.inGroup('enforceRebalance')
    const { config, world } = this.parts
    if (config.groupProtocol === 'classic') group.rejoin(reason)
    else world.logger.warn('enforceRebalance has no effect with groupProtocol=consumer: the coordinator decides')
  }

  groupMetadata(): GroupMetadata {
    const { memberId, epoch: generationId } = this.inGroup('groupMetadata').identity
    const { groupInstanceId, groupId } = this.parts.config
    return { groupId: groupId!, generationId, memberId, groupInstanceId: groupInstanceId ?? undefined }
  }

  /**
   * Commits these offsets, or all that was handed out so far (in handler style: all that is finished). Repeats what may be repeated until
   * the deadline; rejects with UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION … when the group has gone on without this consumer.
   */
  async commitSync(offsets?: readonly OffsetToCommit[], options: CallOptions = {}): Promise<void> {
    const group = this.inGroup('commitSync')
    const limits = callOptions('commitSync', options, {})
    await group.commitAsTold(offsets ?? this.toCommit(group), limits)
    if (this.loop === undefined) this.parts.inHand.releaseFinished()
  }

  /**
   * `commitSync` without waiting; commits reach the group in the order of the calls. A failure without a callback is logged; what the
   * callback throws, the next poll throws.
   */
  commitAsync(offsets?: readonly OffsetToCommit[], callback?: (error: ClientError | undefined) => void): void {
    const group = this.inGroup('commitAsync')
    const told = callback ?? ((error) => error && this.parts.world.logger.warn(`commit: ${error.message}`))
    group
      .commitAsTold(offsets ?? this.toCommit(group))
      .then(
        () => told(undefined),
        (error: unknown) =>
          told(
            error instanceof ClientError ? error : new ClientError('UNKNOWN_SERVER_ERROR', String(error), {}, error),
          ),
      )
      .catch((error: unknown) => group.failed(error))
  }

  /** What the group has committed of these partitions; those without an offset are missing. */
  async committed(partitions: readonly TopicPartition[], options: CallOptions = {}): Promise<CommittedPosition[]> {
    return this.inGroup('committed').committed(partitions, callOptions('committed', options, {}))
  }

  assignment(): TopicPartition[] {
    return this.positions.assignment
  }

  /** The record at this offset, or the first one behind it, comes next. Throws when the partition is not assigned. */
  seek(partition: TopicPartition, offset: number): void {
    this.positions.seek(partition, offset)
  }

  /** To where the logs begin; of all assigned partitions when none are named. The offset is looked up later, see `position`. */
  seekToBeginning(partitions: readonly TopicPartition[] = this.assignment()): void {
    this.positions.seekTo('earliest', partitions)
  }

  /** Behind the last record (with read_committed: in front of the first open transaction). */
  seekToEnd(partitions: readonly TopicPartition[] = this.assignment()): void {
    this.positions.seekTo('latest', partitions)
  }

  /** The offset of the next record; waits until it is known. Rejects with what keeps it from being known, or at the deadline. */
  async position(partition: TopicPartition, options: CallOptions = {}): Promise<number> {
    return this.positions.position(partition, callOptions('position', options, {}))
  }

  /** These partitions are not fetched, and what was fetched of them waits, until they are resumed. */
  pause(partitions: readonly TopicPartition[]): void {
    this.positions.pause(partitions)
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.positions.resume(partitions)
  }

  paused(): TopicPartition[] {
    return this.positions.paused
  }

  /**
   * Up to max.poll.records records, as soon as there is one; none when the time is over. Throws what keeps a partition from being
   * read: `UnreadableRecordError`, `NoOffsetError`, `LogTruncationError`, another `ClientError`; the other partitions can be read on by
   * polling again. What may pass by itself (brokers that are away, leaders that move) is waited for and logged. With the call what was
   * handed out before is finished; behind the last one, `commitSync` says so. With nothing subscribed to or assigned it waits until there is.
   */
  async poll(options: PollOptions = {}): Promise<ConsumedRecord<K, V>[]> {
    this.checkNoHandler('poll')
    checkNames('poll', options, ['timeoutMs', 'signal'])
    return this.poller.poll(options)
  }

  /** Polls forever: `for await (const records of consumer.batches())`. Ends when the consumer is closed; rejects as `poll` does. */
  batches(options: Pick<PollOptions, 'signal'> = {}): AsyncGenerator<ConsumedRecord<K, V>[], void, void> {
    this.checkNoHandler('batches')
    checkNames('batches', options, ['signal'])
    return this.poller.batches(options)
  }

  /**
   * Gives records to a handler, forever: those of a partition one after the other, those of up to `concurrency` partitions side by side.
   * Resolves when the consumer is closed or the signal aborted, and handlers have returned. Rejects with what a handler throws, or with
   * what `poll` would: nothing more is handed out then, other handlers finish, and the record that failed stays the next one of its
   * partition, for whoever calls `run` again. While a handler takes longer than max.poll.interval.ms the consumer is out of its group.
   */
  async run(options: RunOptions<K, V>): Promise<void> {
    this.parts.lifetime.checkOpen()
    this.checkNoHandler('run')
    if (this.poller.isWaiting) refuse('run: a poll is waiting for records')
    checkRunOptions(options)
    this.parts.inHand.releaseAll()
    const loop = new HandlerLoop<K, V>(this.parts, options)
    this.loop = loop
    try {
      await loop.run()
    } finally {
      this.loop = undefined
      this.poller.touch()
    }
  }

  /**
   * `for await (const record of consumer)`: one record after the other, forever. A loop that is left has taken no record but those
   * that it saw. Ends when the consumer is closed. `batches` costs less, with one promise for many records.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<ConsumedRecord<K, V>, void> {
    this.checkNoHandler('iteration')
    return this.poller.iterate()
  }

  /** Where the logs begin. */
  async beginningOffsets(partitions: readonly TopicPartition[], options: CallOptions = {}): Promise<PartitionOffset[]> {
    return this.lookUps.beginningOffsets(partitions, callOptions('beginningOffsets', options, {}))
  }

  /** Behind the last record, or with read_committed in front of the first open transaction. */
  async endOffsets(partitions: readonly TopicPartition[], options: CallOptions = {}): Promise<PartitionOffset[]> {
    return this.lookUps.endOffsets(partitions, callOptions('endOffsets', options, {}))
  }

  async offsetsForTimes(times: readonly PartitionTime[], options: CallOptions = {}): Promise<PartitionOffsetAtTime[]> {
    return this.lookUps.offsetsForTimes(times, callOptions('offsetsForTimes', options, {}))
  }

  /** Partitions with leaders and replicas. A topic that is not there is created where allow.auto.create.topics and the brokers allow it. */
  async partitionsFor(topic: string, options: CallOptions = {}): Promise<readonly PartitionDescription[]> {
    return this.lookUps.partitionsFor(topic, callOptions('partitionsFor', options, {}))
  }

  /** All topics that this client may see, with their partitions. */
  async listTopics(options: CallOptions = {}): Promise<Map<string, Outcome<TopicDescription>>> {
    return this.lookUps.listTopics(callOptions('listTopics', options, {}))
  }

  /** Records between the position and the end, as the last answer for this partition told; undefined before there was one. */
  currentLag(partition: TopicPartition): number | undefined {
    return this.positions.lag(partition)
  }

  /**
   * Ends waiting polls, iterations and handlers, commits what is finished, leaves the group, ends the connections. Always ends: without a
   * group within about a second, else within `timeoutMs` and that second, whatever brokers and handlers do. The records of a last `poll`
   * (or of a loop that was left) do not count as finished, and come again, unless `commitSync` was called: Java's consumers commit them.
   */
  close({ timeoutMs = CLOSE_TIMEOUT_MS }: CloseConsumerOptions = {}): Promise<void> {
    this.closed ??= this.end(timeoutMs)
    return this.closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  private async end(timeoutMs: number): Promise<void> {
    const { lifetime, arrival, group, fetcher, cluster } = this.parts
    lifetime.isClosing = true
    // The loops see that it is closing once this turn is over.
    await Promise.resolve()
    this.loop?.stop()
    arrival.ring()
    await group?.close(timeoutMs, this.comeback)
    lifetime.isEnded = true
    const ended = fetcher.close()
    arrival.ring()
    await ended
    cluster.close()
  }

  private get comeback(): Comeback {
    if (this.loop !== undefined) return 'handlers'
    return this.poller.isLoop ? 'loop' : 'none'
  }

  private toCommit(group: GroupSide): OffsetToCommit[] {
    const { subscription, inHand } = this.parts
    if (this.loop !== undefined) return group.unsaved(subscription.partitions, 'finished')
    inHand.finishAll()
    return group.unsaved(subscription.partitions, 'handed out')
  }

  private polled(): void {
    const { group, fetcher } = this.parts
    group?.polled()
    if (this.failure !== undefined) throw this.failure.error
    group?.throwFailure()
    fetcher.throwReports()
  }

  private inGroup(what: string): GroupSide {
    const { lifetime, group } = this.parts
    lifetime.checkOpen()
    return group ?? refuse(`${what}: a consumer without a groupId is in no group`)
  }

  /** Else what handlers have in hand would be taken to be finished. */
  private checkNoHandler(what: string): void {
    if (this.loop !== undefined) refuse(`${what}: a handler is running`)
  }
}
