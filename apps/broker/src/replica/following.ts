/**
 * One partition that this broker follows, in one leader epoch: takes the leader's answers and does what the follower's state machine
 * (packages/replication) makes of them. Everything that a follower does to its log goes through here.
 *
 * Made by the partition when the role begins and ended by it: after `end` nothing is appended, cut or advanced (looked at right
 * before each call of the log). Work that the log has begun by then ends in the log's own order, before the next role's.
 */
import type { FetchResponse } from '@ottla/protocol'
import { ErrorCode, errorByCode } from '@ottla/protocol'
import {
  type FetchFrom,
  type FollowerEffects,
  type FollowerInput,
  type FollowerPhase,
  type FollowerState,
  type FollowerWork,
  fetchFrom,
  lagOf,
  newFollower,
  stepFollower,
} from '@ottla/replication'
import type { Logger } from '@ottla/runtime'
import type { AppendResult, PartitionLogSurface } from '@ottla/storage'

export type LeaderAnswer = FetchResponse['responses'][number]['partitions'][number]

export interface FollowingOptions {
  readonly log: PartitionLogSurface
  /** Broker id. */
  readonly leader: number
  readonly leaderEpoch: number
  readonly logger: Logger
  /** The high watermark moved: there is more to read here. */
  readonly onAdvanced: () => void
  /** The leader has committed records that are not here: who is in sync has them all. Called at most once. */
  readonly onBehind: () => void
}

/** What a partition that is followed asks of whoever fetches for it. */
export interface FollowingOwner {
  /** The phase may have changed, and with it the offset to fetch from. */
  changed(following: Following): void
  /** Wants `Following.rested` after a while. */
  rest(following: Following, failures: number): void
  /** Wants `Following.leaderStartsAt`, or `Following.failed`. */
  askLeaderStart(following: Following): void
  appended(bytes: number): void
  /** Records were cut off that this replica knew to be committed. */
  lostCommitted(records: number): void
}

/** That many, in about two seconds, are what a leader needs that only begins; then it is told, and again now and then. */
const TOLD_FAILURES = 8
const TOLD_EVERY = 30

export class Following {
  readonly log: PartitionLogSurface
  readonly leader: number
  readonly leaderEpoch: number
  readonly #logger: Logger
  readonly #onAdvanced: () => void
  readonly #onBehind: () => void
  readonly #state: FollowerState = newFollower()
  #owner: FollowingOwner | undefined
  #isEnded = false
  #hasToldBehind = false
  /** Moves of the log start offset that a crash may still undo, and where the log started before them. */
  #moves = 0
  #startBeforeMove = Number.POSITIVE_INFINITY

  constructor({ log, leader, leaderEpoch, logger, onAdvanced, onBehind }: FollowingOptions) {
    this.log = log
    this.leader = leader
    this.leaderEpoch = leaderEpoch
    this.#logger = logger
    this.#onAdvanced = onAdvanced
    this.#onBehind = onBehind
  }

  /** The partition has another role. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  get phase(): FollowerPhase {
    return this.#state.phase
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#state.failures
  }

  /** What to ask the leader for, as long as the phase is `fetching`. */
  get fetchFrom(): FetchFrom {
    const from = fetchFrom(this.log)
    const logStartOffset = Math.min(from.logStartOffset, this.#startBeforeMove)
    return { ...from, logStartOffset }
  }

  /** Committed records that are missing here, by the leader's last answer. */
  get lagRecords(): number {
    return lagOf(this.#state, this.log)
  }

  /** It has answered in this role, and all that it has committed is here. */
  get isCaughtUp(): boolean {
    return this.#state.leaderHighWatermark >= 0 && this.lagRecords === 0
  }

  /** Called once, by who fetches. */
  attach(owner: FollowingOwner): void {
    this.#owner = owner
  }

  /** The role is over. */
  end(): void {
    this.#isEnded = true
  }

  /** The leader's answer to a fetch from this offset. Its records must stay untouched from now on. */
  take(answer: LeaderAnswer, fetchOffset: number): void {
    if (!this.#isEnded && !this.#hasToldBehind && answer.highWatermark > this.log.logEndOffset) {
      this.#hasToldBehind = true
      this.#onBehind()
    }
    this.#step(inputOf(answer, fetchOffset), answer.records ?? undefined)
  }

  leaderStartsAt(logStartOffset: number): void {
    this.#step({ kind: 'leader-start', logStartOffset })
  }

  /** What the owner was asked for could not be done. */
  failed(error: string): void {
    this.#step({ kind: 'failed', error })
  }

  rested(): void {
    this.#step({ kind: 'rested' })
  }

  #step(input: FollowerInput, records?: Uint8Array): void {
    if (this.#isEnded) return
    try {
      this.#perform(stepFollower(this.#state, input, this.log), records)
    } catch (error) {
      // A broken invariant, or a log that has gone offline: this partition rests, the others go on.
      this.#logger.error('a step of the follower failed', { input: input.kind, error })
      this.#perform(stepFollower(this.#state, { kind: 'failed', error: String(error) }, this.log), undefined)
    }
    this.#owner?.changed(this)
  }

  #perform({ highWatermark, logStartOffset, work }: FollowerEffects, records: Uint8Array | undefined): void {
    if (highWatermark !== undefined) {
      this.log.updateHighWatermark(highWatermark)
      this.#onAdvanced()
    }
    if (logStartOffset !== undefined) this.#deleteBefore(logStartOffset)
    if (work !== undefined) this.#begin(work, records)
  }

  /** What a crash forgets of it the leader says again. Who waits for it there is told without delay (KIP-107). */
  #deleteBefore(offset: number): void {
    this.#moves += 1
    this.#startBeforeMove = Math.min(this.#startBeforeMove, this.log.logStartOffset)
    this.log
      .deleteRecordsBefore(offset)
      .catch((error: unknown) => {
        this.#logger.warn('the log start offset could not follow the leader', { offset, error })
      })
      .then(() => {
        this.#moves -= 1
        if (this.#moves === 0) this.#startBeforeMove = Number.POSITIVE_INFINITY
        if (!this.#isEnded) this.#owner?.changed(this)
      })
  }

  #begin(work: FollowerWork, records: Uint8Array | undefined): void {
    switch (work.kind) {
      case 'append':
        this.#append(records!)
        break
      case 'restart-and-append':
        this.#cut(this.log.truncateFullyAndStartAt(work.offset), () => this.#append(records!))
        break
      case 'truncate':
        this.#reportCut(work)
        this.#cut(this.log.truncateTo(work.offset), () => this.#step({ kind: 'done' }))
        break
      case 'restart':
        this.#reportCut(work)
        this.#cut(this.log.truncateFullyAndStartAt(work.offset), () => this.#step({ kind: 'done' }))
        break
      case 'ask-leader-start':
        this.#owner?.askLeaderStart(this)
        break
      case 'rest':
        this.#reportFailure(work)
        this.#owner?.rest(this, work.failures)
    }
  }

  #append(records: Uint8Array): void {
    if (this.#isEnded) return
    this.log.appendAsFollower(records, (result) => this.#appended(result, records.length), this.leaderEpoch)
  }

  #appended(result: AppendResult, bytes: number): void {
    if (!result.ok) {
      this.failed(`${result.error}: ${result.message}`)
      return
    }
    this.#owner?.appended(bytes)
    this.#step({ kind: 'done' })
  }

  #cut(cutting: Promise<void>, then: () => void): void {
    cutting.then(then, (error: unknown) => this.failed(`the log could not be cut: ${String(error)}`))
  }

  #reportCut({ kind, offset, lostCommitted }: Extract<FollowerWork, { lostCommitted: number }>): void {
    const { leader, leaderEpoch, log } = this
    const { logStartOffset, logEndOffset, highWatermark } = log
    const fields = { leader, leaderEpoch, logStartOffset, logEndOffset, highWatermark, to: offset }
    const how = kind === 'truncate' ? 'is cut' : 'begins again'
    if (lostCommitted === 0) {
      this.#logger.info(`the log ${how} where it parts from its leader's`, fields)
      return
    }
    const message = `the log ${how} below its high watermark: its leader does not have ${lostCommitted} records that were committed`
    this.#logger.error(message, { ...fields, lostCommitted })
    this.#owner?.lostCommitted(lostCommitted)
  }

  #reportFailure({ failures, error }: Extract<FollowerWork, { kind: 'rest' }>): void {
    const { leader, leaderEpoch } = this
    const fields = { leader, leaderEpoch, failures, error }
    if (failures === TOLD_FAILURES || failures % TOLD_EVERY === 0) {
      this.#logger.warn('does not follow its leader; trying again', fields)
    } else {
      this.#logger.debug('could not follow its leader; trying again', fields)
    }
  }
}

function inputOf(answer: LeaderAnswer, fetchOffset: number): FollowerInput {
  const { errorCode, divergingEpoch, highWatermark, logStartOffset, records } = answer
  if (errorCode === ErrorCode.OFFSET_OUT_OF_RANGE) return { kind: 'out-of-range', fetchOffset }
  if (errorCode !== ErrorCode.NONE) return { kind: 'refused', fetchOffset, error: errorByCode(errorCode).name }
  if (divergingEpoch.epoch >= 0) {
    return { kind: 'diverging', fetchOffset, leaderEpoch: divergingEpoch.epoch, endOffset: divergingEpoch.endOffset }
  }
  const sizeBytes = records?.length ?? 0
  return { kind: 'records', fetchOffset, sizeBytes, firstOffset: firstOffsetIn(records), highWatermark, logStartOffset }
}

/** -1 where there are too few bytes; whether they are a batch the log judges. */
function firstOffsetIn(records: Uint8Array | null): number {
  if (records === null || records.length < 8) return -1
  return Number(new DataView(records.buffer, records.byteOffset).getBigInt64(0))
}
