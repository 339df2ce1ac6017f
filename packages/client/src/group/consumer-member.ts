/**
 * A member of a group of the consumer protocol (KIP-848): one request tells the coordinator what changed here, and brings what is to
 * be read.
 *
 * States: `idle` (wants nothing, or was put out and waits for a poll), `fenced` (gives up all before it joins again), `member`, `leaving`
 * (gives up everything), `left`, `dead` (a final failure). A member takes an assignment over step by step: `resolving` topic ids,
 * `revoking` what went, `assigning` what came; then it tells the coordinator, which gives others what became free. A newer
 * assignment that comes meanwhile is taken up afterwards.
 *
 * When a heartbeat lists what is owned the coordinator may take back, and give to others at once, what it does not list. So nothing is taken on top of
 * that list before its answer is there (`waiting`), which tells what is still to be had.
 */
import { ClientError } from '../errors.ts'
import {
  type ConsumerMemberOptions,
  departureRequest,
  type HeartbeatAnswer,
  heartbeatRequest,
  JOIN_EPOCH,
  type Owned,
} from './consumer-requests.ts'
import { verdictOnConsumer } from './consumer-verdict.ts'
import { Holdings } from './holdings.ts'
import {
  type IdPartitions,
  type Interest,
  type Member,
  type MemberEffect,
  type MemberIdentity,
  type MemberInput,
  type MemberRequest,
  type MemberSteps,
  type MemberTimer,
  sameInterest,
  take,
} from './member.ts'

type State = 'idle' | 'fenced' | 'member' | 'leaving' | 'left' | 'dead'
type Reconciling = 'resolving' | 'revoking' | 'waiting' | 'assigning'

/** Until the first answer says otherwise. */
const INTERVAL_MS = 5_000

export class ConsumerMember implements Member {
  private readonly options: ConsumerMemberOptions
  private state: State = 'idle'
  /** Of requests. */
  private round = 0
  private epoch = -1
  private memberId: string
  private intervalMs = INTERVAL_MS
  private interest: Interest = { topics: [] }
  private readonly holdings: Holdings<Owned>
  /** The last assignment, as long as it is not taken up whole. */
  private target: readonly IdPartitions[] | undefined
  /** The target came while an older one was being taken up. */
  private isNewer = false
  private reconciling: Reconciling | undefined
  /** The assignment under way is to be acknowledged with the next heartbeat. */
  private acknowledges = false
  /** What the coordinator was told last, and knows; undefined: it is to be told everything. */
  private told: { readonly interest: Interest } | undefined
  private inFlight = false
  /** The coordinator was told what is owned, and has not answered that yet. */
  private hasListed = false
  /** The coordinator was told that it leaves. */
  private hasLeft = false
  /** Something is to be told before the interval is over. */
  private isUrgent = false
  private attempts = 0
  private effects: MemberEffect[] = []

  constructor(options: ConsumerMemberOptions) {
    this.options = options
    this.memberId = options.memberId
    this.holdings = new Holdings((effect) => this.effects.push(effect))
  }

  get identity(): MemberIdentity {
    return this.epoch > 0 ? { memberId: this.memberId, epoch: this.epoch } : { memberId: '', epoch: -1 }
  }

  step(input: MemberInput): readonly MemberEffect[] {
    this.effects = []
    if (this.state === 'dead') {
      if (input.kind === 'leave') this.effects.push({ kind: 'left' })
    } else if (!this.isLate(input)) take(this.steps, input)
    return this.effects
  }

  /** The coordinator decides about rebalances in this protocol, and describes topics itself. */
  private readonly steps: MemberSteps = {
    wanted: ({ interest }) => this.wanted(interest),
    answered: ({ answer }) => this.answered(answer as HeartbeatAnswer),
    refused: ({ error }) => this.refused(error),
    due: ({ timer }) => this.due(timer),
    revoked: () => this.revoked(),
    assigned: () => this.assigned(),
    resolved: ({ names }) => this.resolved(names),
    stalled: () => this.stalled(),
    leave: () => this.leave(),
  }

  private isLate(input: MemberInput): boolean {
    if (!('round' in input)) return false
    if (input.kind === 'revoked' || input.kind === 'assigned') return !this.holdings.isOpen(input.round)
    return input.round !== this.round
  }

  private wanted(interest: Interest): void {
    const changed = !sameInterest(interest, this.interest)
    this.interest = interest
    if (this.state === 'idle' || this.state === 'left') this.join()
    else if (this.state === 'member' && changed) this.heartbeatSoon()
  }

  private join(): void {
    this.state = 'member'
    this.epoch = JOIN_EPOCH
    this.round += 1
    this.inFlight = false
    this.reconciling = undefined
    this.target = undefined
    this.told = undefined
    this.heartbeat()
  }

  private heartbeatSoon(): void {
    this.isUrgent = true
    if (!this.inFlight) this.heartbeat()
  }

  /** Says what the coordinator does not know yet. */
  private heartbeat(): void {
    this.inFlight = true
    this.isUrgent = false
    const { interest, memberId, epoch } = this
    const isFull = epoch === JOIN_EPOCH || this.told === undefined
    const isNews = this.told === undefined || !sameInterest(this.told.interest, interest)
    const owned = isFull || this.acknowledges ? this.holdings.partitions : undefined
    this.hasListed ||= owned !== undefined
    this.send(heartbeatRequest(this.options, { memberId, epoch, isFull, interest, isNews, owned }))
    this.acknowledges = false
    this.told = { interest: this.interest }
    this.effects.push({ kind: 'timer', timer: 'heartbeat', afterMs: this.intervalMs })
  }

  private answered(answer: HeartbeatAnswer): void {
    this.inFlight = false
    if (answer.errorCode !== 0) {
      const attempt = { api: 'ConsumerGroupHeartbeat' }
      this.refused(ClientError.fromCode(answer.errorCode, answer.errorMessage, attempt))
      return
    }
    this.attempts = 0
    this.hasListed = false
    if (this.hasLeft) {
      this.gone()
      return
    }
    if (this.state !== 'member' && this.state !== 'leaving') return
    this.memberId = answer.memberId ?? this.memberId
    // Who is leaving needs it too: with an older epoch its last commits may be refused.
    this.epoch = answer.memberEpoch
    this.intervalMs = answer.heartbeatIntervalMs
    this.effects.push({ kind: 'timer', timer: 'heartbeat', afterMs: this.intervalMs })
    if (answer.assignment !== null && this.state === 'member') {
      this.target = answer.assignment.topicPartitions
      this.isNewer = true
      this.reconcile()
    } else if (this.reconciling === 'waiting') this.assign()
    if (this.isUrgent) this.heartbeat()
  }

  private reconcile(): void {
    if (this.target === undefined || this.reconciling === 'revoking' || this.reconciling === 'assigning') return
    this.reconciling = 'resolving'
    this.isNewer = false
    const topicIds = this.target.map(({ topicId }) => topicId)
    if (topicIds.length === 0) this.resolved(new Map())
    else this.effects.push({ kind: 'resolve', round: this.round, topicIds })
  }

  /** Topics without a name so far stay in the target, and are asked for again. */
  private resolved(names: ReadonlyMap<string, string>): void {
    if (this.reconciling !== 'resolving' || this.target === undefined) return
    // What is held keeps its name, also when this answer was asked for an older assignment, or knows less.
    const known = new Map([
      ...this.holdings.partitions.map(({ topicId, topic }) => [topicId, topic] as const),
      ...names,
    ])
    const named = this.target.flatMap(({ topicId, partitions }) => {
      const topic = known.get(topicId)
      return topic === undefined ? [] : partitions.map((partition) => ({ topic, partition, topicId }))
    })
    const missing = this.target.filter(({ topicId }) => !known.has(topicId))
    this.target = missing.length > 0 ? this.target : undefined
    if (this.holdings.giveUp(named)) this.reconciling = 'revoking'
    else this.assign()
  }

  private revoked(): void {
    this.holdings.revoked()
    if (this.state === 'fenced') this.join()
    else if (this.state === 'leaving') this.sendLeave()
    else if (this.reconciling === 'revoking') this.assign()
  }

  private assign(): void {
    if (this.hasListed && this.holdings.isToGrow) {
      this.reconciling = 'waiting'
      return
    }
    this.reconciling = 'assigning'
    this.holdings.assign()
  }

  private assigned(): void {
    if (this.reconciling !== 'assigning') return
    this.reconciling = undefined
    this.acknowledges = true
    this.heartbeatSoon()
    if (this.isNewer) this.reconcile()
    else if (this.target !== undefined) this.backOff()
  }

  private due(timer: MemberTimer): void {
    if (this.state !== 'member' && this.state !== 'leaving') return
    if (timer === 'retry' && this.target !== undefined) this.reconcile()
    if (timer !== 'session' && !this.inFlight) this.heartbeat()
  }

  private refused(error: ClientError): void {
    this.inFlight = false
    if (this.hasLeft) {
      this.gone()
      return
    }
    if (this.state !== 'member' && this.state !== 'leaving') return
    this.effects.push({ kind: 'log', message: error.message, error: error.errorName })
    // What was sent may not have arrived.
    this.told = undefined
    const verdict = verdictOnConsumer(error.errorName, error.retriable)
    if (verdict === 'moved') this.effects.push({ kind: 'moved' })
    if (verdict === 'moved' || verdict === 'later') this.backOff()
    else if (this.state === 'leaving') this.lost()
    else if (verdict === 'rejoin') this.rejoin()
    else this.fail(error, verdict === 'fenced')
  }

  /** What it was giving up before it leaves may be read by others already. */
  private lost(): void {
    this.effects.push({ kind: 'stop-timers' })
    this.epoch = -1
    this.holdings.revoke(this.holdings.partitions, true)
  }

  private backOff(): void {
    this.effects.push({ kind: 'back-off', attempt: this.attempts })
    this.attempts += 1
  }

  /** The group has gone on without this member: what it held may be read by others. */
  private rejoin(): void {
    this.effects.push({ kind: 'stop-timers' })
    this.round += 1
    if (this.holdings.isEmpty) {
      this.join()
      return
    }
    this.state = 'fenced'
    this.epoch = -1
    this.reconciling = undefined
    this.holdings.revoke(this.holdings.partitions, true)
  }

  private fail(error: ClientError, final: boolean): void {
    this.effects.push({ kind: 'stop-timers' })
    this.loseAll()
    this.forget()
    this.state = final ? 'dead' : 'idle'
    this.effects.push({ kind: 'fail', error, final })
  }

  private loseAll(): void {
    this.round += 1
    if (!this.holdings.isEmpty) this.holdings.revoke(this.holdings.partitions, true)
  }

  private stalled(): void {
    if (this.state !== 'member' && this.state !== 'fenced') return
    this.effects.push({ kind: 'stop-timers' })
    this.loseAll()
    if (this.state === 'member') this.sendLeaveEpoch()
    this.forget()
    this.state = 'idle'
    this.round += 1
  }

  private leave(): void {
    if (this.state === 'leaving') return
    if (this.state === 'left' || this.state === 'idle') {
      this.gone()
      return
    }
    const lost = this.state === 'fenced'
    this.state = 'leaving'
    this.reconciling = undefined
    this.target = undefined
    if (this.holdings.isEmpty) this.sendLeave()
    else this.holdings.revoke(this.holdings.partitions, lost)
  }

  private sendLeave(): void {
    this.effects.push({ kind: 'stop-timers' })
    this.round += 1
    // A join whose answer has not come may have made it a member all the same.
    if (this.epoch < 0) {
      this.gone()
      return
    }
    this.hasLeft = true
    this.sendLeaveEpoch()
  }

  private sendLeaveEpoch(): void {
    this.send(departureRequest(this.options, this.memberId))
  }

  private gone(): void {
    this.forget()
    this.state = 'left'
    this.effects.push({ kind: 'stop-timers' }, { kind: 'left' })
  }

  private forget(): void {
    this.epoch = -1
    this.holdings.clear()
    this.target = undefined
    this.reconciling = undefined
    this.acknowledges = false
    this.told = undefined
    this.inFlight = false
    this.hasListed = false
    this.isUrgent = false
    this.hasLeft = false
    this.attempts = 0
  }

  private send(request: MemberRequest): void {
    this.effects.push({ kind: 'send', round: this.round, request })
  }
}
