/**
 * One partition on this broker: its log, the role that the metadata gives this broker for it, and the requests that wait
 * for it.
 *
 * Roles: `waiting` (no leader, or another broker leads) -> `starting` (this broker is to lead; the leader epoch is being
 * written to the log's checkpoint, nothing is accepted yet) -> `leading` (the leader's state machine runs) -> `waiting` …,
 * `failed` when this broker should lead and cannot, until the next leader epoch (or `starting` again, after a while, when the disk had no
 * room for the epoch); `closed` at the end. A role object is never
 * reused: whoever finds another one in its place after an asynchronous step knows that its leadership is over.
 *
 * Invariants: no append before its leader epoch stands in the checkpoint; the log's high watermark moves only by the
 * effects of the state machine; when a role ends, every waiter has been told in the same step.
 */
import {
  hasEnoughReplicas,
  isHighWatermarkCurrent,
  type LeaderEffects,
  type LeaderInput,
  type LeaderState,
  type LeaderView,
  newLeader,
  type PartitionImage,
  step,
} from '@ottla/replication'
import type { Clock, Logger, Timer, Timers } from '@ottla/runtime'
import {
  type AppendResult,
  type EpochEndOffset,
  isOutOfRoom,
  type PartitionLogSurface,
  type ReadResult,
} from '@ottla/storage'
import type { TopicTraffic } from '../metrics/topic-traffic.ts'
import { CommitQueue, type CommitWaiter, WatchList } from './waiters.ts'

interface Leading {
  readonly kind: 'leading'
  readonly leaderEpoch: number
  readonly state: LeaderState
}

type Role =
  | { readonly kind: 'waiting'; readonly leaderEpoch: number }
  | { readonly kind: 'starting'; readonly leaderEpoch: number; view: LeaderView }
  | Leading
  | { readonly kind: 'failed'; readonly leaderEpoch: number; view?: LeaderView }
  | { readonly kind: 'closed'; readonly leaderEpoch: number }

export interface PartitionOptions {
  readonly brokerId: number
  readonly log: PartitionLogSurface
  readonly clock: Clock
  readonly timers: Timers
  readonly logger: Logger
  /** replica.lag.time.max.ms */
  readonly lagTimeMaxMs: number
  /** Counts what clients append. */
  readonly traffic?: TopicTraffic | undefined
}

/** The part of the metadata image that the partition follows. */
export interface PartitionView {
  readonly image: PartitionImage
  /** min(min.insync.replicas, replicas) */
  readonly effectiveMinIsr: number
  readonly eligible: ReadonlyMap<number, number>
}

/** Names of protocol's error table. */
export type RoleError =
  | 'NOT_LEADER_OR_FOLLOWER'
  | 'FENCED_LEADER_EPOCH'
  | 'UNKNOWN_LEADER_EPOCH'
  | 'KAFKA_STORAGE_ERROR'

/** A disk without room is asked again after a second, then after twice as long each time. */
const RETRY_MS_MIN = 1000
const RETRY_MS_MAX = 30_000

export type Acks = 0 | 1 | -1

/** One record batch as a client sent it, or as it was compressed for the topic. */
export interface ClientBatch {
  readonly records: Uint8Array
  /** See `AppendRequest.decompressed`. */
  readonly decompressed?: Uint8Array
}

export class Partition {
  readonly log: PartitionLogSurface
  /** Long polls. */
  readonly watchers = new WatchList()
  readonly #commits = new CommitQueue()
  readonly #options: PartitionOptions
  #role: Role = { kind: 'waiting', leaderEpoch: -1 }
  #retry: Timer | undefined
  #appendedBytes = 0

  constructor(options: PartitionOptions) {
    this.#options = options
    this.log = options.log
  }

  get leaderEpoch(): number {
    return this.#role.leaderEpoch
  }

  get isLeader(): boolean {
    return this.#role.kind === 'leading'
  }

  /** Bytes that clients have appended since this object was made: what a reader can read grows by no more than this does. */
  get appendedBytes(): number {
    return this.#appendedBytes
  }

  /** Appends that have not been committed yet and are waited for. */
  get commitWaiters(): number {
    return this.#commits.size
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
    if (role.kind === 'leading') this.#step(role, { kind: 'image', view: leaderView })
    return undefined
  }

  /** Whether this broker leads the partition in the epoch that a request names (-1: it names none; KIP-320). */
  check(currentLeaderEpoch: number): RoleError | undefined {
    const role = this.#role
    if (currentLeaderEpoch !== -1) {
      if (currentLeaderEpoch < role.leaderEpoch) return 'FENCED_LEADER_EPOCH'
      if (currentLeaderEpoch > role.leaderEpoch) return 'UNKNOWN_LEADER_EPOCH'
    }
    if (role.kind === 'leading') return undefined
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
    if (acks === -1 && !hasEnoughReplicas(role.state)) {
      done(this.#notEnoughReplicas(role.state))
      return
    }
    const { leaderEpoch } = role
    this.log.append({ records, decompressed, leaderEpoch, origin: 'client' }, (result) => {
      if (result.ok) {
        this.#appendedBytes += records.length
        this.#step(role, { kind: 'appended', logEndOffset: this.log.logEndOffset })
      }
      this.#options.traffic?.appended(result, records.length)
      done(result)
    })
  }

  /** Tells the waiter when everything below `endOffset` is committed: at once if it is, or if the leadership is over. */
  whenCommitted(endOffset: number, leaderEpoch: number, waiter: CommitWaiter): void {
    const role = this.#role
    if (role.kind !== 'leading' || role.leaderEpoch !== leaderEpoch) waiter.lost()
    else if (endOffset <= role.state.highWatermark) waiter.committed()
    else this.#commits.add(endOffset, waiter)
  }

  forget(waiter: CommitWaiter): void {
    this.#commits.remove(waiter)
  }

  /** Readers see nothing at or past it: the last stable offset for read_committed, else the high watermark. */
  readableEnd(readCommitted: boolean): number {
    return readCommitted ? this.log.lastStableOffset : this.log.highWatermark
  }

  /** False while a new leader may show less than its predecessor did (KIP-207). */
  get isHighWatermarkCurrent(): boolean {
    return this.#role.kind === 'leading' && isHighWatermarkCurrent(this.#role.state)
  }

  /** Where the reader's history leaves this leader's, if it does: its last record is of `epoch`, its next is `offset`. */
  divergence(epoch: number, offset: number): EpochEndOffset | 'none' | 'unknown' {
    const end = this.log.endOffsetForEpoch(epoch)
    if (end === undefined) return 'unknown'
    return end.leaderEpoch < epoch || end.endOffset < offset ? end : 'none'
  }

  /** The caller owns the region of the result. */
  read(request: ReadRange): ReadResult | Promise<ReadResult> {
    const limitOffset = this.readableEnd(request.readCommitted)
    return this.log.read({
      offset: request.offset,
      limitOffset,
      bytesMax: request.bytesMax,
      atLeastOneBatch: request.atLeastOneBatch,
    })
  }

  /** Ends the role for good; the log is closed or removed by whoever opened it. */
  close(): void {
    if (this.#role.kind === 'closed') return
    this.#endRole({ kind: 'closed', leaderEpoch: this.#role.leaderEpoch })
  }

  #changeRole(view: PartitionView): Promise<void> | undefined {
    const { leader, leaderEpoch } = view.image
    if (leader !== this.#options.brokerId) {
      this.#endRole({ kind: 'waiting', leaderEpoch })
      return undefined
    }
    return this.#start(leaderEpoch, leaderViewOf(view), RETRY_MS_MIN)
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
    this.#role = next
    this.#commits.lose()
    this.watchers.lost()
  }

  #lead(starting: Extract<Role, { kind: 'starting' }>): void {
    // The metadata may have moved on to another leader while the epoch was being written.
    if (this.#role !== starting) return
    const { brokerId, lagTimeMaxMs, clock, logger } = this.#options
    const { logEndOffset, highWatermark } = this.log
    const nowMs = clock.monotonic()
    const { state, effects } = newLeader({
      brokerId,
      view: starting.view,
      logEndOffset,
      highWatermark,
      lagTimeMaxMs,
      nowMs,
    })
    this.#role = { kind: 'leading', leaderEpoch: starting.leaderEpoch, state }
    logger.debug('leads the partition', { leaderEpoch: starting.leaderEpoch, logEndOffset })
    this.#perform(effects)
  }

  #fail(role: Role, error: unknown): void {
    const { leaderEpoch } = role
    this.#options.logger.error('cannot lead the partition', { leaderEpoch, error })
    if (this.#role.leaderEpoch !== leaderEpoch || this.#role.kind === 'closed') return
    this.#endRole({ kind: 'failed', leaderEpoch })
  }

  /** A broken invariant ends this leadership and touches nothing else: not the log's other callers, not other partitions. */
  #step(role: Leading, input: LeaderInput): void {
    if (this.#role !== role) return
    try {
      this.#perform(step(role.state, input))
    } catch (error) {
      this.#fail(role, error)
    }
  }

  // Proposals come only from replicas' fetches and from ticks; this broker takes neither yet.
  #perform(effects: LeaderEffects): void {
    if (effects.highWatermark === undefined) return
    this.log.updateHighWatermark(effects.highWatermark)
    this.#commits.advance(effects.highWatermark)
    this.watchers.advanced()
  }

  #notEnoughReplicas(state: LeaderState): AppendResult {
    const { isr, effectiveMinIsr } = state
    return this.#refusal(
      'NOT_ENOUGH_REPLICAS',
      `the in-sync replicas of ${this.log.topic}-${this.log.partition} are ${isr.isr.join(', ')}: fewer than ${effectiveMinIsr}`,
    )
  }

  #refusal(error: string, message: string): AppendResult {
    return { ok: false, error, message, logStartOffset: this.log.logStartOffset }
  }
}

export interface ReadRange {
  readonly offset: number
  readonly readCommitted: boolean
  readonly bytesMax: number
  readonly atLeastOneBatch: boolean
}

function leaderViewOf({ image, effectiveMinIsr, eligible }: PartitionView): LeaderView {
  const { leaderEpoch, partitionEpoch, replicas, isr } = image
  return { leaderEpoch, partitionEpoch, replicas, isr, effectiveMinIsr, eligible }
}
