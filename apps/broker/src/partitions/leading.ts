/**
 * One partition that this broker leads, in one leader epoch: feeds the leader's state machine (packages/replication) and does what
 * it says. The counterpart of `Following`.
 *
 * Made by the partition when its leader epoch stands in the log's checkpoint, and ended by it: after `end` nothing is committed,
 * proposed or counted, and everybody who waited for a commit has been told. A broken invariant ends this leadership and
 * touches nothing else: not the log's other callers, not other partitions.
 */
import {
  hasEnoughReplicas,
  type IsrAnswer,
  type IsrProposal,
  type IsrState,
  isHighWatermarkCurrent,
  type LeaderEffects,
  type LeaderInput,
  type LeaderState,
  type LeaderView,
  newLeader,
  step,
} from '@ottla/replication'
import { assert, type Clock } from '@ottla/runtime'
import type { PartitionLogSurface } from '@ottla/storage'
import type { InSyncReplica, ReplicaFetch, RoleError } from './partition-types.ts'
import { RepeatedFetches } from './repeated-fetches.ts'
import { CommitQueue, type CommitWaiter } from './waiters.ts'

/** The partition, as its leadership sees it. */
export interface LeadingOwner {
  /** More is committed: readers may see it. */
  committed(): void
  /** The low watermark may have risen. */
  startsMoved(): void
  propose(proposal: IsrProposal): void
  isrChanged(change: 'shrunk' | 'expanded'): void
  /** A follower does not get on at this offset: what is here may be damaged. */
  suspect(offset: number): void
  /** An invariant does not hold: the leadership is over. */
  broken(error: unknown): void
}

export interface LeadingOptions {
  readonly brokerId: number
  readonly log: PartitionLogSurface
  readonly clock: Clock
  /** replica.lag.time.max.ms */
  readonly lagTimeMaxMs: number
  readonly view: LeaderView
  readonly owner: LeadingOwner
}

export class Leading {
  readonly leaderEpoch: number
  readonly #log: PartitionLogSurface
  readonly #clock: Clock
  readonly #owner: LeadingOwner
  readonly #commits = new CommitQueue()
  readonly #repeated = new RepeatedFetches()
  readonly #state: LeaderState
  #first: LeaderEffects | undefined
  #isEnded = false

  /** Call `begin` when others may hear of it. Throws when the log is not what a leader's must be. */
  constructor({ brokerId, log, clock, lagTimeMaxMs, view, owner }: LeadingOptions) {
    const { logEndOffset, highWatermark } = log
    const nowMs = clock.monotonic()
    const { state, effects } = newLeader({ brokerId, view, logEndOffset, highWatermark, lagTimeMaxMs, nowMs })
    this.leaderEpoch = view.leaderEpoch
    this.#log = log
    this.#clock = clock
    this.#owner = owner
    this.#state = state
    this.#first = effects
  }

  begin(): void {
    assert(this.#first !== undefined, 'a leadership begins once')
    const effects = this.#first
    this.#first = undefined
    this.#perform(effects)
  }

  /** The role is over. */
  end(): void {
    this.#isEnded = true
    this.#commits.lose()
  }

  get isr(): IsrState {
    return this.#state.isr
  }

  get effectiveMinIsr(): number {
    return this.#state.effectiveMinIsr
  }

  /** Whether the committed ISR has at least the effective min ISR; below it nothing is committed. */
  get hasEnoughReplicas(): boolean {
    return hasEnoughReplicas(this.#state)
  }

  get isHighWatermarkCurrent(): boolean {
    return isHighWatermarkCurrent(this.#state)
  }

  /** Appends that have not been committed yet and are waited for. */
  get commitWaiters(): number {
    return this.#commits.size
  }

  /** Below it nothing is left on any replica that lives (KIP-107); -1 while one of them has not said where its log starts. */
  get lowWatermark(): number {
    const { eligible, progress } = this.#state
    let lowest = this.#log.logStartOffset
    for (const [replica, { logStartOffset }] of progress) {
      if (eligible.has(replica)) lowest = Math.min(lowest, logStartOffset)
    }
    return lowest
  }

  whenCommitted(endOffset: number, waiter: CommitWaiter): void {
    if (endOffset <= this.#state.highWatermark) waiter.committed()
    else this.#commits.add(endOffset, waiter)
  }

  forget(waiter: CommitWaiter): void {
    this.#commits.remove(waiter)
  }

  /** The log has published more. */
  appended(): void {
    this.#step({ kind: 'appended', logEndOffset: this.#log.logEndOffset, nowMs: this.#nowMs })
  }

  /** See `Partition.fetchedByReplica`. */
  fetched(fetch: ReplicaFetch): RoleError | undefined {
    const { replica, brokerEpoch, fetchOffset, logStartOffset, currentLeaderEpoch } = fetch
    const known = this.#state.progress.get(replica)
    if (known === undefined) return currentLeaderEpoch === -1 ? 'NOT_LEADER_OR_FOLLOWER' : 'UNKNOWN_LEADER_EPOCH'
    const startedAt = known.logStartOffset
    this.#step({ kind: 'fetched', replica, brokerEpoch, fetchOffset, logStartOffset, nowMs: this.#nowMs })
    if (known.logStartOffset > startedAt) this.#owner.startsMoved()
    if (fetchOffset >= this.#state.logEndOffset) this.#repeated.forget(replica)
    else if (this.#repeated.isDue(replica, fetchOffset)) this.#owner.suspect(fetchOffset)
    return undefined
  }

  /** The metadata moved on within this leader epoch. */
  follow(view: LeaderView): void {
    const before = this.#state.isr.isr
    this.#step({ kind: 'image', view, nowMs: this.#nowMs })
    if (view.isr.some((replica) => !before.includes(replica))) this.#owner.isrChanged('expanded')
    if (before.some((replica) => !view.isr.includes(replica))) this.#owner.isrChanged('shrunk')
    this.#owner.startsMoved()
  }

  tick(): void {
    if (this.#state.replicas.length > 1) this.#step({ kind: 'tick', nowMs: this.#nowMs })
  }

  isrAnswered({ leaderEpoch, partitionEpoch }: IsrProposal, answer: IsrAnswer): void {
    if (leaderEpoch !== this.leaderEpoch) return
    this.#step({ kind: 'isr-answer', answer, partitionEpoch, nowMs: this.#nowMs })
  }

  /** The other members of the ISR. */
  inSyncReplicas(): InSyncReplica[] {
    return this.#state.isr.isr.flatMap((brokerId) => {
      const progress = this.#state.progress.get(brokerId)
      if (progress === undefined) return []
      return [{ brokerId, logStartOffset: progress.logStartOffset, logEndOffset: progress.logEndOffset }]
    })
  }

  get #nowMs(): number {
    return this.#clock.monotonic()
  }

  #step(input: LeaderInput): void {
    if (this.#isEnded) return
    try {
      this.#perform(step(this.#state, input))
    } catch (error) {
      this.#owner.broken(error)
    }
  }

  /** Whoever is woken may ask for more, or end the role: the proposal is for the role that made it. */
  #perform({ highWatermark, propose }: LeaderEffects): void {
    if (highWatermark !== undefined) {
      this.#log.updateHighWatermark(highWatermark)
      this.#commits.advance(highWatermark)
      this.#owner.committed()
    }
    if (propose !== undefined && !this.#isEnded) this.#owner.propose(propose)
  }
}
