import { KafkaError } from '@ottla/protocol'
import { delay, type Timer } from '@ottla/runtime'
import type { TopicPartition } from '../admin/leaders.ts'
import type { Cluster } from '../cluster.ts'
import { ClientError, mayPass, withAttempt } from '../errors.ts'
import type { MemberIdentity } from '../group/member.ts'
import { partitionKey } from '../group/member.ts'
import type { CallOptions } from '../retry.ts'
import { waitFor } from '../wait.ts'
import type { ClientWorld } from '../world.ts'
import { type AssignedPartition, topicPartitionOf } from './assigned-partition.ts'
import { type CommitOptions, Commits, type CommittedPosition, type OffsetToCommit } from './commits.ts'
import type { Fetcher } from './fetcher.ts'
import { hasPosition, type InHand } from './in-hand.ts'
import { type Handover, type Idleness, Membership } from './membership.ts'
import type { ConsumerConfig } from './options.ts'
import type { RebalanceListener } from './rebalance-listener.ts'
import type { Subscription } from './subscription.ts'
import type { TopicSelectionOfGroup } from './topic-watch.ts'

export interface GroupSideOptions {
  readonly world: ClientWorld
  readonly cluster: Cluster
  readonly config: ConsumerConfig & { readonly groupId: string }
  readonly subscription: Subscription
  readonly fetcher: Fetcher
  readonly inHand: InHand
  idleness(): Idleness
  /** The next poll has something to throw. */
  onFailure(): void
  onDefect(error: unknown): void
}

/**
 * Who comes back for more, or returns, when the consumer gives up all its partitions at the application's own wish: nobody is waited for
 * who has called `poll`, since it may be that caller that is closing.
 */
export type Comeback = 'none' | 'loop' | 'handlers'

/** A loop may finish what it has in hand within this time; so short because its own body may be what is closing. */
const LOOP_GRACE_MS = 2_000
/** Of the time for closing, how much handlers get; the rest is for commits and the group. */
const HANDLERS_SHARE = 0.8

/** What a consumer with a group.id does besides reading: membership, commits, and the positions that its group has committed. */
export class GroupSide implements Handover {
  private readonly options: GroupSideOptions
  private readonly membership: Membership
  private readonly commits: Commits
  private readonly ending = new AbortController()
  private listener: RebalanceListener = {}
  private readonly lost = new Set<AssignedPartition>()
  /** Offsets that the group has, by `topic-partition`, of what is assigned here. */
  private readonly known = new Map<string, number>()
  private failures: unknown[] = []
  private autoCommitTimer: Timer | undefined
  private isAutoCommitting = false
  private isSubscribed = false
  private timesLost = 0
  /** How long what is in hand is waited for while the consumer leaves. */
  private leavingDrainMs: number | undefined
  private lookedAt: readonly AssignedPartition[] | undefined

  constructor(options: GroupSideOptions) {
    this.options = options
    const { world, cluster, config } = options
    this.membership = new Membership({ ...options, handover: this })
    const { groupId, groupInstanceId, groupProtocol, isolationLevel } = config
    this.commits = new Commits({
      ...{ world, cluster, groupId, groupInstanceId },
      requireStable: isolationLevel === 'read_committed',
      namesMember: groupProtocol === 'consumer',
      identity: () => this.identity,
      timesLost: () => this.timesLost,
      holding: (place) => this.holding(place),
    })
  }

  get identity(): MemberIdentity {
    return this.membership.identity
  }

  get hasSubscription(): boolean {
    return this.isSubscribed
  }

  /** False while the consumer is leaving. */
  subscribe(selection: TopicSelectionOfGroup, listener: RebalanceListener): boolean {
    if (this.leavingDrainMs !== undefined) return false
    this.listener = listener
    this.isSubscribed = true
    this.membership.subscribe(selection)
    return true
  }

  /** The application asks for records. */
  polled(): void {
    this.membership.polled()
    this.keepCommitting()
    if (this.lookedAt !== this.options.subscription.partitions) this.lookUpCommitted()
  }

  /** Throws what the application has to know, once. */
  throwFailure(): void {
    this.membership.throwFailure()
    if (this.failures.length > 0) throw this.failures.shift()
  }

  /** A poll is to throw this. What goes wrong again and again while nobody polls is told once. */
  failed(error: unknown): void {
    const isSame = (other: unknown) =>
      other instanceof KafkaError && error instanceof KafkaError && other.errorName === error.errorName
    if (!this.failures.some(isSame)) this.failures.push(error)
    this.options.onFailure()
  }

  rejoin(reason: string): void {
    this.membership.rejoin(reason)
  }

  /** Leaves the group; what is subscribed to is given up, and what is finished of it committed. */
  async unsubscribe(reason: string, comeback: Comeback): Promise<void> {
    if (this.isSubscribed) await this.leaveGroup(reason, comeback === 'none' ? 0 : LOOP_GRACE_MS)
  }

  /** Commits what is finished and leaves, within this time. */
  async close(timeoutMs: number, comeback: Comeback): Promise<void> {
    const timedOut = () => new ClientError('REQUEST_TIMED_OUT', 'leaving the group took too long', {})
    const { timers } = this.options.world
    const drainMs = { none: 0, loop: Math.min(LOOP_GRACE_MS, timeoutMs), handlers: timeoutMs * HANDLERS_SHARE }[
      comeback
    ]
    const leaving = this.leave(drainMs)
    try {
      await waitFor(leaving, { timers, timeoutMs, signal: undefined, timedOut })
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      this.options.world.logger.warn(`closing: ${error.message}`, { error: error.errorName })
    } finally {
      this.autoCommitTimer?.clear()
      this.membership.close()
      this.ending.abort(new ClientError('INVALID_REQUEST', 'this consumer is closed', {}))
      leaving.catch(() => {})
    }
  }

  /**
   * What the application commits of what it has in hand is finished, from now on: what is committed by itself while this is under way must
   * not set offsets back.
   */
  commitAsTold(offsets: readonly OffsetToCommit[], options: CallOptions = {}): Promise<void> {
    this.finished(offsets)
    return this.commit(offsets, options)
  }

  /** Rejects at once when the group has gone on without this consumer. */
  commit(offsets: readonly OffsetToCommit[], options: CommitOptions = {}): Promise<void> {
    if (this.isSubscribed && offsets.length > 0 && this.identity.memberId === '') {
      const message = 'this consumer is not a member of its group now: its partitions may be read by others'
      return Promise.reject(new ClientError('UNKNOWN_MEMBER_ID', message, { api: 'OffsetCommit' }))
    }
    const signal = options.signal ?? this.ending.signal
    return this.commits.commit(offsets, { ...options, signal }).then(() => this.saved(offsets))
  }

  private holding(place: TopicPartition): AssignedPartition | undefined {
    const partition = this.options.subscription.find(place)
    return partition === undefined || this.lost.has(partition) ? undefined : partition
  }

  private saved(offsets: readonly OffsetToCommit[]): void {
    for (const committed of offsets) {
      if (this.options.subscription.find(committed) !== undefined) {
        this.known.set(partitionKey(committed), committed.offset)
      }
    }
    this.finished(offsets)
  }

  private finished(offsets: readonly OffsetToCommit[]): void {
    const { subscription, inHand } = this.options
    for (const committed of offsets) {
      const { offset, leaderEpoch: epoch = -1 } = committed
      const partition = subscription.find(committed)
      const entry = partition && inHand.entry(partition)
      if (entry !== undefined && entry.offset < offset) inHand.advance(partition!, { offset, epoch })
    }
  }

  committed(partitions: readonly TopicPartition[], options: CallOptions): Promise<CommittedPosition[]> {
    return this.commits.committed(partitions, options)
  }

  /** Positions of these partitions that the group does not have yet. */
  unsaved(partitions: readonly AssignedPartition[], ofAll: 'finished' | 'handed out'): OffsetToCommit[] {
    return partitions.flatMap((partition) => {
      if (!hasPosition(partition) || this.lost.has(partition)) return []
      const { offset: handed, offsetEpoch } = partition
      const isAhead = ofAll === 'handed out' || this.options.config.deliveryMode === 'at-most-once'
      const place = isAhead ? { offset: handed, epoch: offsetEpoch } : this.options.inHand.finished(partition)
      if (place === undefined || this.known.get(partitionKey(partition)) === place.offset) return []
      const { topic, partition: number } = partition
      return [{ topic, partition: number, offset: place.offset, leaderEpoch: place.epoch }]
    })
  }

  hold(partitions: readonly TopicPartition[], lost: boolean): void {
    if (lost) this.timesLost += 1
    for (const partition of this.found(partitions)) {
      partition.held = true
      if (!lost) continue
      this.lost.add(partition)
      // Whoever drains it need not wait: it is nobody's business any more.
      this.options.inHand.release(partition)
    }
  }

  async revoke(partitions: readonly TopicPartition[], lost: boolean): Promise<void> {
    const its = this.found(partitions)
    if (!lost) await this.finish(its, this.leavingDrainMs ?? this.options.config.maxPollIntervalMs)
    const { listener } = this
    // The group may have gone on meanwhile.
    const isLost = lost || its.some((partition) => this.lost.has(partition))
    const told = listener.onLost === undefined || !isLost ? listener.onRevoked : listener.onLost
    if (its.length > 0) await this.tell(() => told?.call(listener, its.map(topicPartitionOf)))
    const gone = new Set(its)
    const { subscription, inHand, fetcher } = this.options
    subscription.assign(subscription.partitions.filter((partition) => !gone.has(partition)))
    for (const partition of its) {
      inHand.release(partition)
      this.lost.delete(partition)
      this.known.delete(partitionKey(partition))
    }
    fetcher.assigned()
  }

  async assign(partitions: readonly TopicPartition[], added: readonly TopicPartition[]): Promise<void> {
    const { subscription, fetcher } = this.options
    subscription.assign(partitions)
    const its = this.found(added)
    for (const partition of its) partition.held = true
    fetcher.assigned()
    const { listener } = this
    await this.tell(() => listener.onAssigned?.(its.map(topicPartitionOf)))
    for (const partition of its) if (!this.lost.has(partition)) partition.held = false
    this.lookUpCommitted()
    fetcher.resumed()
  }

  /** What is in hand is finished and committed, as far as the time allows. */
  private async finish(partitions: readonly AssignedPartition[], drainMs: number): Promise<void> {
    const { inHand, config } = this.options
    if (drainMs > 0) await this.bounded(inHand.drained(partitions), drainMs)
    // Commits of the application come first, in their order; what failed of them is committed again.
    await this.commits.idle()
    if (config.enableAutoCommit) await this.commitFinished(partitions)
  }

  private async commitFinished(partitions: readonly AssignedPartition[]): Promise<void> {
    const offsets = this.unsaved(partitions, 'finished')
    if (offsets.length === 0) return
    try {
      const { defaultApiTimeoutMs: timeoutMs } = this.options.cluster.config
      await this.commit(offsets, { timeoutMs, forgetsUnknownTopics: true })
    } catch (error) {
      this.commitFailed(error)
    }
  }

  private commitFailed(error: unknown): void {
    if (this.ending.signal.aborted) return
    if (!(error instanceof KafkaError)) throw error
    const { world, config } = this.options
    world.logger.warn(`group ${config.groupId}: offsets were not committed: ${error.message}`, {
      error: error.errorName,
    })
  }

  /** Bounded, and its failure is told by a poll. */
  private async tell(call: () => void | Promise<void> | undefined): Promise<void> {
    try {
      await this.bounded(Promise.resolve(call()), this.options.config.maxPollIntervalMs)
    } catch (error) {
      this.failed(error)
    }
  }

  private bounded(work: Promise<void>, timeoutMs: number): Promise<void> {
    const { timers } = this.options.world
    const { signal } = this.ending
    return waitFor(work, { timers, timeoutMs, signal, timedOut: () => new TooLong() }).catch((error: unknown) => {
      if (!(error instanceof TooLong) && !signal.aborted) throw error
    })
  }

  private async leave(drainMs: number): Promise<void> {
    if (this.isSubscribed) return this.leaveGroup('the consumer is being closed', drainMs)
    await this.finish(this.options.subscription.partitions, drainMs)
  }

  private async leaveGroup(reason: string, drainMs: number): Promise<void> {
    this.leavingDrainMs = drainMs
    await this.membership.leave(reason)
    this.leavingDrainMs = undefined
    this.isSubscribed = false
  }

  /** The next one after the one before, however long that took: they must not pile up while the coordinator is away. */
  private keepCommitting(): void {
    const { config, world } = this.options
    if (!config.enableAutoCommit || this.isAutoCommitting || this.ending.signal.aborted) return
    this.isAutoCommitting = true
    this.autoCommitTimer = world.timers.after(config.autoCommitIntervalMs, () => {
      this.autoCommit().catch((error: unknown) => this.options.onDefect(error))
    })
  }

  private async autoCommit(): Promise<void> {
    await this.commits.idle()
    const isMember = !this.isSubscribed || this.identity.memberId !== ''
    if (isMember) await this.commitFinished(this.options.subscription.partitions.filter(({ held }) => !held))
    this.isAutoCommitting = false
    this.keepCommitting()
  }

  /** Partitions without a position begin where the group has committed. */
  private lookUpCommitted(): void {
    const isDue = ({ phase, held, busy }: AssignedPartition) => phase.kind === 'uncommitted' && !held && !busy
    const { partitions } = this.options.subscription
    this.lookedAt = partitions
    const due = partitions.filter(isDue)
    if (due.length === 0) return
    for (const partition of due) partition.busy = true
    this.place(due).catch((error: unknown) => {
      if (!this.ending.signal.aborted) this.options.onDefect(error)
    })
  }

  private async place(partitions: readonly AssignedPartition[]): Promise<void> {
    const { subscription, fetcher, world, cluster } = this.options
    for (;;) {
      const waiting = partitions.filter((its) => its.phase.kind === 'uncommitted' && subscription.find(its) === its)
      const found = await this.committed(waiting, { signal: this.ending.signal }).catch((error: unknown) => {
        if (!(error instanceof KafkaError)) throw error
        return error
      })
      if (!(found instanceof KafkaError)) {
        this.begin(waiting, found)
        for (const partition of partitions) partition.busy = false
        fetcher.wake()
        return
      }
      // A member that is being put out is told so by its heartbeats.
      if (!mayPass(found) && !EXPECTED.has(found.errorName)) {
        this.failed(withAttempt(found, {}))
      }
      await delay(world.timers, cluster.config.retryBackoffMaxMs, this.ending.signal)
    }
  }

  private begin(partitions: readonly AssignedPartition[], found: readonly CommittedPosition[]): void {
    const byKey = new Map(found.map((committed) => [partitionKey(committed), committed]))
    const { config, subscription } = this.options
    for (const partition of partitions) {
      if (partition.phase.kind !== 'uncommitted' || subscription.find(partition) !== partition) continue
      const committed = byKey.get(partitionKey(partition))
      if (committed !== undefined) {
        this.known.set(partitionKey(partition), committed.offset)
        partition.moveTo(committed.offset, committed.leaderEpoch)
      } else partition.reset(this.isNew(partition) ? { kind: 'earliest' } : config.autoOffsetReset)
    }
  }

  /** With `latest` too nothing is passed by that was written while the group was watching the topic. */
  private isNew({ topic, partition }: AssignedPartition): boolean {
    const isLatest = this.options.config.autoOffsetReset.kind === 'latest'
    return isLatest && this.isSubscribed && this.membership.topics.isNew(topic, partition)
  }

  private found(partitions: readonly TopicPartition[]): AssignedPartition[] {
    return partitions.flatMap((partition) => this.options.subscription.find(partition) ?? [])
  }
}

class TooLong extends Error {}

const EXPECTED: ReadonlySet<string> = new Set(['UNKNOWN_MEMBER_ID', 'STALE_MEMBER_EPOCH', 'ILLEGAL_GENERATION'])
