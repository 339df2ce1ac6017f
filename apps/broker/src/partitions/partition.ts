/**
 * One partition on this broker: its log, the role that the metadata gives this broker for it, and the requests that wait
 * for it.
 *
 * Roles: `waiting` (there is no leader) or `following` (another broker leads) -> `starting` (this broker is to lead; the leader
 * epoch is being written to the log's checkpoint, nothing is accepted yet) -> `leading` (the leader's state machine runs) ->
 * `following` …, `failed` when this broker should lead and cannot, until the next leader epoch (or `starting` again, after a
 * while, when the disk had no room for the epoch); `closed` at the end. A role object is never reused: whoever finds another one in
 * its place after an asynchronous step knows that its leadership is over.
 *
 * Invariants: no append before its leader epoch stands in the checkpoint; a leader's high watermark moves only by the effects of
 * the state machine, a follower's log only by its `Following`; when a role ends, its proposals are dropped and every waiter
 * has been told in the same step.
 */

import type { IsrAnswer, IsrProposal, IsrState, LeaderView } from '@ottla/replication'
import type { Timer } from '@ottla/runtime'
import {
  type AppendResult,
  type EpochEndOffset,
  isOutOfRoom,
  type PartitionLogSurface,
  type ReadResult,
} from '@ottla/storage'
import { Following } from '../replica/following.ts'
import { Leading, type LeadingOwner } from './leading.ts'
import type { PartitionOptions, ResignReason } from './partition-options.ts'
import {
  type Acks,
  type ClientBatch,
  type InSyncReplica,
  leaderViewOf,
  type PartitionView,
  type ReadRange,
  type ReplicaFetch,
  type RoleError,
  type ServedBy,
} from './partition-types.ts'
import { isSoundAt } from './repeated-fetches.ts'
import { type CommitWaiter, WatchList } from './waiters.ts'

type Role =
  | { readonly kind: 'waiting'; readonly leaderEpoch: number }
  | { readonly kind: 'following'; readonly leaderEpoch: number; readonly following: Following }
  | { readonly kind: 'starting'; readonly leaderEpoch: number; view: LeaderView }
  | { readonly kind: 'leading'; readonly leaderEpoch: number; readonly leading: Leading }
  | { readonly kind: 'failed'; readonly leaderEpoch: number; view?: LeaderView }
  | { readonly kind: 'closed'; readonly leaderEpoch: number }

/** A disk without room is asked again after a second, then after twice as long each time. */
const RETRY_MS_MIN = 1000
const RETRY_MS_MAX = 30_000
/** What a follower has appended is not counted: whoever waits for so many bytes looks at once. */
const UNCOUNTED_BYTES = 2 ** 30

export class Partition {
  readonly log: PartitionLogSurface
  /** Long polls of consumers: they hear of what is committed. */
  readonly watchers = new WatchList()
  /** Long polls of replicas: they hear of what is appended. */
  readonly replicaWatchers = new WatchList()
  /** Who waits for records to be gone from every replica: they hear of what may move the low watermark. */
  readonly startWatchers = new WatchList()
  readonly #options: PartitionOptions
  #role: Role = { kind: 'waiting', leaderEpoch: -1 }
  #retry: Timer | undefined
  #appendedBytes = 0
  #isDamaged = false

  constructor(options: PartitionOptions) {
    this.#options = options
    this.log = options.log
  }

  get leaderEpoch(): number {
    return this.#role.leaderEpoch
  }

  get role(): Role['kind'] {
    return this.#role.kind
  }

  get isLeader(): boolean {
    return this.#role.kind === 'leading'
  }

  /** The follower's part, while another broker leads. */
  get following(): Following | undefined {
    return this.#role.kind === 'following' ? this.#role.following : undefined
  }

  /** Records on this disk are not what was written: the log must not be led, nor followed with. */
  get isDamaged(): boolean {
    return this.#isDamaged
  }

  get #leading(): Leading | undefined {
    return this.#role.kind === 'leading' ? this.#role.leading : undefined
  }

  /** The in-sync replicas as the leader sees them; undefined while this broker does not lead. */
  get isr(): IsrState | undefined {
    return this.#leading?.isr
  }

  /** As the leader knows it; undefined while this broker does not lead. */
  get effectiveMinIsr(): number | undefined {
    return this.#leading?.effectiveMinIsr
  }

  /** Bytes that have been appended since this object was made, or more: what a reader can read grows by no more than this does. */
  get appendedBytes(): number {
    return this.#appendedBytes
  }

  /** Appends that have not been committed yet and are waited for. */
  get commitWaiters(): number {
    return this.#leading?.commitWaiters ?? 0
  }

  /**
   * Applies what the metadata says. Losing leadership takes effect before this returns; gaining it when the promise
   * resolves. Never rejects: a log that cannot take the leader epoch is reported and answers KAFKA_STORAGE_ERROR.
   */
  follow(view: PartitionView): Promise<void> | undefined {
    const role = this.#role
    if (role.kind === 'closed' || view.image.leaderEpoch < role.leaderEpoch) return undefined
    if (view.image.leaderEpoch > role.leaderEpoch) return this.#changeRole(view)
    const leaderView = leaderViewOf(view)
    if (role.kind === 'starting' || role.kind === 'failed') role.view = leaderView
    if (role.kind === 'leading') role.leading.follow(leaderView)
    return undefined
  }

  /** Whether this broker may answer in the epoch that a request names (-1: it names none; KIP-320). */
  check(currentLeaderEpoch: number, servedBy: ServedBy = 'leader'): RoleError | undefined {
    const role = this.#role
    if (currentLeaderEpoch !== -1) {
      if (currentLeaderEpoch < role.leaderEpoch) return 'FENCED_LEADER_EPOCH'
      if (currentLeaderEpoch > role.leaderEpoch) return 'UNKNOWN_LEADER_EPOCH'
    }
    if (role.kind === 'leading' || (role.kind === 'following' && servedBy === 'replica')) return undefined
    return role.kind === 'failed' ? 'KAFKA_STORAGE_ERROR' : 'NOT_LEADER_OR_FOLLOWER'
  }

  /**
   * Appends what a client sent. `done` is called once, perhaps before this returns; by then the log has published the
   * records, and the high watermark has moved as far as they moved it.
   */
  append({ records, decompressed }: ClientBatch, acks: Acks, done: (result: AppendResult) => void): void {
    const role = this.#role
    if (role.kind !== 'leading') {
      done(this.#refusal(this.check(-1)!, 'this broker does not lead the partition'))
      return
    }
    const { leading, leaderEpoch } = role
    if (acks === -1 && !leading.hasEnoughReplicas) {
      done(this.#notEnoughReplicas(leading))
      return
    }
    this.log.append({ records, decompressed, leaderEpoch, origin: 'client' }, (result) => {
      if (result.ok) this.#appended(leading, records.length)
      else if (result.error === 'KAFKA_STORAGE_ERROR') this.#resign(role, 'write-failed')
      this.#options.traffic?.appended(result, records.length)
      done(result)
    })
  }

  /**
   * Appends what a coordinator has written, in the epoch that it leads in, with all in-sync replicas; see `append`. What it is refused for is
   * what `refuseCoordinator` says.
   */
  appendAsCoordinator(records: Uint8Array, leaderEpoch: number, done: (result: AppendResult) => void): void {
    const role = this.#role
    const refusal = this.refuseCoordinator(leaderEpoch)
    if (role.kind !== 'leading' || refusal !== undefined) {
      done(this.#refusal(refusal ?? 'NOT_LEADER_OR_FOLLOWER', 'the partition takes no records of its coordinator now'))
      return
    }
    this.log.append({ records, leaderEpoch, origin: 'coordinator' }, (result) => {
      if (result.ok) this.#appended(role.leading, records.length)
      else if (result.error === 'KAFKA_STORAGE_ERROR') this.#resign(role, 'write-failed')
      done(result)
    })
  }

  /** Why a coordinator that leads in this epoch can append nothing now, if so. */
  refuseCoordinator(
    leaderEpoch: number,
  ): 'NOT_LEADER_OR_FOLLOWER' | 'KAFKA_STORAGE_ERROR' | 'NOT_ENOUGH_REPLICAS' | undefined {
    const role = this.#role
    if (role.kind !== 'leading' || role.leaderEpoch !== leaderEpoch) return 'NOT_LEADER_OR_FOLLOWER'
    if (this.log.isOffline) return 'KAFKA_STORAGE_ERROR'
    return role.leading.hasEnoughReplicas ? undefined : 'NOT_ENOUGH_REPLICAS'
  }

  /** Tells the waiter when everything below `endOffset` is committed: at once if it is, or if the leadership is over. */
  whenCommitted(endOffset: number, leaderEpoch: number, waiter: CommitWaiter): void {
    const role = this.#role
    if (role.kind !== 'leading' || role.leaderEpoch !== leaderEpoch) waiter.lost()
    else role.leading.whenCommitted(endOffset, waiter)
  }

  forget(waiter: CommitWaiter): void {
    this.#leading?.forget(waiter)
  }

  /** Whether the committed ISR has at least the effective min ISR; below it nothing is committed. */
  get hasEnoughReplicas(): boolean {
    return this.#leading?.hasEnoughReplicas ?? false
  }

  /** Readers see nothing at or past it. */
  readableEnd(isolation: ReadRange['isolation']): number {
    switch (isolation) {
      case 'log-end':
        return this.log.logEndOffset
      case 'high-watermark':
        return this.log.highWatermark
      case 'last-stable':
        return this.log.lastStableOffset
    }
  }

  /** Where a reader that waits for more hears of it. */
  watchersFor(isolation: ReadRange['isolation']): WatchList {
    return isolation === 'log-end' ? this.replicaWatchers : this.watchers
  }

  /** False while a new leader may show less than its predecessor did (KIP-207). */
  get isHighWatermarkCurrent(): boolean {
    return this.#leading?.isHighWatermarkCurrent ?? false
  }

  /** Where the reader's history leaves this leader's, if it does: its last record is of `epoch`, its next is `offset`. */
  divergence(epoch: number, offset: number): EpochEndOffset | 'none' | 'unknown' {
    const end = this.log.endOffsetForEpoch(epoch)
    if (end === undefined) return 'unknown'
    return end.leaderEpoch < epoch || end.endOffset < offset ? end : 'none'
  }

  /** The caller owns the region of the result. */
  read({ offset, isolation, bytesMax, atLeastOneBatch }: ReadRange): ReadResult | Promise<ReadResult> {
    const limitOffset = this.readableEnd(isolation)
    // A replica needs them: they say what a producer wrote last.
    const skipsEmpty = isolation !== 'log-end'
    return this.log.read({ offset, limitOffset, bytesMax, atLeastOneBatch, skipsEmpty })
  }

  /**
   * A replica has fetched from an offset inside the log, on its history: it has everything below. Returns why that does not count,
   * if so: an assignment that this broker does not know (yet) is UNKNOWN_LEADER_EPOCH where the replica names the epoch, as in
   * Kafka, and it tries again.
   */
  fetchedByReplica(fetch: ReplicaFetch): RoleError | undefined {
    const role = this.#role
    if (role.kind !== 'leading') return this.check(fetch.currentLeaderEpoch)
    return role.leading.fetched(fetch)
  }

  /** Whether the broker is in the committed ISR; false while this broker does not lead. */
  isInSync(brokerId: number): boolean {
    return this.isr?.isr.includes(brokerId) ?? false
  }

  /** The other members of the ISR; none while this broker does not lead. */
  inSyncReplicas(): InSyncReplica[] {
    return this.#leading?.inSyncReplicas() ?? []
  }

  /** See `Leading.lowWatermark`; -1 while this broker does not lead. */
  get lowWatermark(): number {
    return this.#leading?.lowWatermark ?? -1
  }

  /** See `PartitionLogSurface.deleteRecordsBefore`; replicas that wait hear of it, and follow. */
  async deleteRecordsBefore(offset: number): Promise<number> {
    const logStartOffset = await this.log.deleteRecordsBefore(offset)
    this.replicaWatchers.advanced()
    return logStartOffset
  }

  /** Time passes: called about every half of replica.lag.time.max.ms. */
  tick(): void {
    const role = this.#role
    if (role.kind === 'leading') role.leading.tick()
    // The controller may not have had anybody else before.
    if (role.kind === 'failed') this.#options.outlet.resign(this, 'write-failed')
  }

  /** The controller's word on a proposal of this partition. */
  isrAnswered(proposal: IsrProposal, answer: IsrAnswer): void {
    this.#leading?.isrAnswered(proposal, answer)
  }

  /** The log cannot do what a leader's must, or a replica's. */
  broke(reason: ResignReason): void {
    const role = this.#role
    if (role.kind === 'closed') return
    if (reason === 'corrupt') this.#isDamaged = true
    if (role.kind === 'leading' || role.kind === 'failed') this.#resign(role, reason)
    else if (reason === 'corrupt') this.#options.outlet.damaged(this)
  }

  /** Ends the role for good; the log is closed or removed by whoever opened it. */
  close(): void {
    if (this.#role.kind === 'closed') return
    this.#endRole({ kind: 'closed', leaderEpoch: this.#role.leaderEpoch })
  }

  #changeRole(view: PartitionView): Promise<void> | undefined {
    const { leader, leaderEpoch } = view.image
    if (leader === this.#options.brokerId) return this.#start(leaderEpoch, leaderViewOf(view), RETRY_MS_MIN)
    this.#endRole({ kind: 'waiting', leaderEpoch })
    if (leader >= 0) this.#role = { kind: 'following', leaderEpoch, following: this.#newFollowing(leader, leaderEpoch) }
    return undefined
  }

  #newFollowing(leader: number, leaderEpoch: number): Following {
    const { log, logger } = this.#options
    const onAdvanced = () => {
      this.#appendedBytes += UNCOUNTED_BYTES
      this.watchers.advanced()
    }
    const onBehind = () => this.#options.outlet.behind(this)
    return new Following({ log, leader, leaderEpoch, logger, onAdvanced, onBehind })
  }

  #start(leaderEpoch: number, view: LeaderView, retryMs: number): Promise<void> {
    const starting: Role = { kind: 'starting', leaderEpoch, view }
    this.#endRole(starting)
    return this.log
      .assignLeaderEpoch(leaderEpoch)
      .then(() => this.#lead(starting))
      .catch((error: unknown) => {
        this.#fail(starting, error)
        if (isOutOfRoom(error)) this.#startAgain(starting, retryMs)
      })
  }

  #startAgain({ leaderEpoch, view }: Extract<Role, { kind: 'starting' }>, retryMs: number): void {
    const role = this.#role
    if (role.kind !== 'failed' || role.leaderEpoch !== leaderEpoch) return
    role.view ??= view
    this.#retry = this.#options.timers.after(retryMs, () => {
      void this.#start(leaderEpoch, role.view ?? view, Math.min(RETRY_MS_MAX, retryMs * 2))
    })
  }

  #endRole(next: Role): void {
    this.#retry?.clear()
    this.#retry = undefined
    const role = this.#role
    this.#role = next
    if (role.kind === 'following') role.following.end()
    if (role.kind === 'leading') this.#options.outlet.forget(this)
    if (role.kind === 'leading') {
      role.leading.end()
      this.#options.onLeadership?.(this, false)
    }
    for (const watched of [this.watchers, this.replicaWatchers, this.startWatchers]) watched.lost()
  }

  #lead(starting: Extract<Role, { kind: 'starting' }>): void {
    // The metadata may have moved on to another leader while the epoch was being written.
    if (this.#role !== starting) return
    const { brokerId, lagTimeMaxMs, clock, logger } = this.#options
    const { log } = this
    const leading = new Leading({
      brokerId,
      log,
      clock,
      lagTimeMaxMs,
      view: starting.view,
      owner: this.#leadingOwner(),
    })
    this.#role = { kind: 'leading', leaderEpoch: starting.leaderEpoch, leading }
    logger.debug('leads the partition', { leaderEpoch: starting.leaderEpoch, logEndOffset: log.logEndOffset })
    leading.begin()
    // An invariant that is broken at once has ended it already.
    if (this.#leading === leading) this.#options.onLeadership?.(this, true)
  }

  #leadingOwner(): LeadingOwner {
    const { outlet, tellsHighWatermark } = this.#options
    return {
      committed: () => {
        this.watchers.advanced()
        if (tellsHighWatermark) this.replicaWatchers.advanced()
      },
      startsMoved: () => this.startWatchers.advanced(),
      propose: (proposal) => outlet.propose(this, proposal),
      isrChanged: (change) => outlet.isrChanged(change),
      suspect: (offset) => void this.#verify(offset),
      broken: (error) => this.#fail(this.#role, error),
    }
  }

  /** Followers do not get on at this offset. */
  async #verify(offset: number): Promise<void> {
    if (await isSoundAt(this.log, offset)) return
    const message = 'a batch is damaged: its checksum is not what was written; another leader is asked for'
    if (!this.#isDamaged) this.#options.logger.error(message, { offset, leaderEpoch: this.leaderEpoch })
    this.broke('corrupt')
  }

  #fail(role: Role, error: unknown): void {
    const { leaderEpoch } = role
    this.#options.logger.error('cannot lead the partition', { leaderEpoch, error })
    if (this.#role.leaderEpoch !== leaderEpoch || this.#role.kind === 'closed') return
    const failed: Role = { kind: 'failed', leaderEpoch }
    this.#endRole(failed)
    this.#resign(failed, 'write-failed')
  }

  #resign(role: Role, reason: ResignReason): void {
    if (this.#role === role) this.#options.outlet.resign(this, reason)
  }

  #appended(leading: Leading, bytes: number): void {
    this.#appendedBytes += bytes
    leading.appended()
    this.replicaWatchers.advanced()
  }

  #notEnoughReplicas({ isr, effectiveMinIsr }: Leading): AppendResult {
    return this.#refusal(
      'NOT_ENOUGH_REPLICAS',
      `the in-sync replicas of ${this.log.topic}-${this.log.partition} are ${isr.isr.join(', ')}: fewer than ${effectiveMinIsr}`,
    )
  }

  #refusal(error: string, message: string): AppendResult {
    return { ok: false, error, message, logStartOffset: this.log.logStartOffset }
  }
}
