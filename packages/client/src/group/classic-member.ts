/**
 * A member of a classic group.
 *
 * With assignors that are not all cooperative a member gives up everything before it joins (eager); else it keeps what it has, and gives
 * up what the assignment lacks; then it joins once more, so that others get that (KIP-429). Who leaves in the middle of a rebalance with
 * partitions in hand goes through with it as far as the new generation, in which their offsets can be committed.
 */
import type { TopicPartition } from '../admin/leaders.ts'
import { ClientError } from '../errors.ts'
import { ClassicHeartbeats } from './classic-heartbeats.ts'
import {
  type ClassicMemberOptions,
  type JoinAnswer,
  type MemberAssignment,
  readAssignment,
  type SyncAnswer,
} from './classic-requests.ts'
import { ClassicSeat } from './classic-seat.ts'
import { type ClassicState, HEARTBEATING, REBALANCING } from './classic-state.ts'
import { verdictOnClassic } from './classic-verdict.ts'
import { chosenAssignor, GroupLeader } from './group-leader.ts'
import { Holdings } from './holdings.ts'
import {
  type Interest,
  MEMBER_API_NAMES,
  type Member,
  type MemberApi,
  type MemberEffect,
  type MemberIdentity,
  type MemberInput,
  type MemberRequest,
  type MemberSteps,
  type MemberTimer,
  sameTopics,
  type TopicShapes,
  take,
} from './member.ts'

/** Who leaves waits so long for its member id. */
const ID_GRACE_MS = 2_000

export class ClassicMember implements Member {
  private readonly options: ClassicMemberOptions
  private readonly cooperative: boolean
  private readonly seat: ClassicSeat
  private readonly heartbeats: ClassicHeartbeats
  private readonly holdings: Holdings<TopicPartition>
  private state: ClassicState = 'idle'
  /** Of requests. */
  private round = 0
  private interest: Interest = { topics: [] }
  /** What the join under way, or the last one, told. */
  private joined: readonly string[] = []
  private leading: GroupLeader | undefined
  private rejoinReason: string | undefined
  private leaveReason = ''
  private isLeaving = false
  private attempts = 0
  private effects: MemberEffect[] = []

  constructor(options: ClassicMemberOptions) {
    this.options = options
    this.cooperative = options.assignors.every(({ cooperative }) => cooperative)
    this.seat = new ClassicSeat(options)
    const emit = (effect: MemberEffect) => void this.effects.push(effect)
    this.heartbeats = new ClassicHeartbeats(options, emit)
    this.holdings = new Holdings(emit)
  }

  get identity(): MemberIdentity {
    return this.seat.identity
  }

  step(input: MemberInput): readonly MemberEffect[] {
    this.effects = []
    if (this.state === 'dead') {
      if (input.kind === 'leave') this.effects.push({ kind: 'left' })
    } else if (!this.isLate(input)) take(this.steps, input)
    return this.effects
  }

  private readonly steps: MemberSteps = {
    wanted: ({ interest }) => this.wanted(interest),
    answered: ({ api, answer }) => this.answered(api, answer as { readonly errorCode: number }),
    refused: ({ api, error }) => this.refused(api, error),
    due: ({ timer }) => this.due(timer),
    revoked: () => this.revoked(),
    assigned: () => this.settled(),
    described: ({ shapes }) => this.described(shapes),
    topics: ({ shapes }) => this.topicsSeen(shapes),
    rejoin: ({ reason }) => this.rejoin(reason),
    stalled: () => this.stalled(),
    leave: ({ reason }) => this.leave(reason),
  }

  private isLate(input: MemberInput): boolean {
    if (!('round' in input)) return false
    if (input.kind === 'revoked' || input.kind === 'assigned') return !this.holdings.isOpen(input.round)
    return input.round !== this.round
  }

  private wanted(interest: Interest): void {
    this.interest = interest
    if (this.isLeaving) return
    if (this.state === 'idle' || this.state === 'left') this.begin('joins the group')
    else if (!sameTopics(interest.topics, this.joined)) this.rejoin('the subscription changed')
  }

  /** At once when nothing is under way, else afterwards. */
  private rejoin(reason: string): void {
    if (this.state === 'stable') this.begin(reason)
    else if (this.state !== 'idle' && this.state !== 'left') this.rejoinReason = reason
  }

  /** Gives up what cannot be kept through the rebalance, then joins. */
  private begin(reason: string): void {
    this.rejoinReason = reason
    this.forgetRequests()
    const wanted = new Set(this.interest.topics)
    const { partitions } = this.holdings
    const goes = this.cooperative ? partitions.filter(({ topic }) => !wanted.has(topic)) : partitions
    this.state = 'revoking'
    // Who is leaving gives up everything already.
    if (goes.length === 0 || this.isLeaving) this.join()
    else this.holdings.revoke(goes)
  }

  /** Answers to what was asked so far are of no interest any more. */
  private forgetRequests(): void {
    this.round += 1
    this.heartbeats.forget()
  }

  private revoked(): void {
    this.holdings.revoked()
    if (this.isLeaving) this.sendLeave()
    else if (this.state === 'revoking') this.join()
    else if (this.state === 'shedding') this.assign()
  }

  private join(): void {
    const reason = this.rejoinReason ?? ''
    this.rejoinReason = undefined
    this.state = 'joining'
    this.forgetRequests()
    this.joined = this.interest.topics
    this.leading = undefined
    this.effects.push({ kind: 'stop-timers' })
    const owned = this.cooperative ? this.holdings.partitions : []
    this.send(this.seat.join({ reason, topics: this.joined, owned }))
  }

  private answered(api: MemberApi, answer: { readonly errorCode: number; readonly memberId?: string }): void {
    if (api === 'leaveGroup') {
      this.gone()
      return
    }
    if (answer.errorCode !== 0) {
      const error = ClientError.fromCode(answer.errorCode, null, { api: MEMBER_API_NAMES[api] })
      if (api === 'joinGroup' && error.errorName === 'MEMBER_ID_REQUIRED') this.seat.named(answer.memberId ?? '')
      this.refused(api, error)
      return
    }
    if (api === 'joinGroup') this.joinAnswered(answer as JoinAnswer)
    else if (api === 'syncGroup') this.syncAnswered(answer as unknown as SyncAnswer)
    else if (api === 'heartbeat') {
      this.attempts = 0
      this.heartbeats.answered()
    }
  }

  private joinAnswered(answer: JoinAnswer): void {
    this.attempts = 0
    this.seat.joined(answer)
    if (this.isLeaving && this.holdings.isEmpty) {
      this.sendLeave()
      return
    }
    this.heartbeats.start()
    this.orFail(() => {
      const assignor = chosenAssignor(this.options.assignors, this.seat.protocolName)
      if (answer.leader !== answer.memberId) {
        this.sync([])
        return
      }
      this.leading = new GroupLeader(answer, assignor)
      this.state = 'describing'
      this.effects.push({ kind: 'describe', round: this.round, topics: this.leading.topics })
    })
  }

  /** This member leads: it says who reads what. */
  private described(shapes: TopicShapes): void {
    if (this.state === 'describing') this.orFail(() => this.sync(this.leading!.assign(shapes)))
  }

  /** The application hears of what is wrong with what others sent, or with the assignor. */
  private orFail(step: () => void): void {
    try {
      step()
    } catch (error) {
      if (!(error instanceof ClientError)) throw error
      this.failHere(error)
    }
  }

  private sync(assignments: readonly MemberAssignment[]): void {
    this.state = 'syncing'
    this.send(this.seat.sync(assignments))
  }

  private syncAnswered({ assignment }: SyncAnswer): void {
    if (this.isLeaving) {
      this.state = 'leaving'
      return
    }
    this.orFail(() => {
      const { partitions, owesJoin } = readAssignment(assignment)
      const sheds = this.holdings.giveUp(partitions)
      if (sheds || owesJoin) this.rejoinReason ??= 'gave up partitions that others are to read'
      if (sheds) this.state = 'shedding'
      else this.assign()
    })
  }

  private assign(): void {
    this.state = 'assigning'
    this.holdings.assign()
    this.seat.assigned(this.holdings.partitions)
  }

  private settled(): void {
    if (this.state !== 'assigning') return
    this.state = 'stable'
    if (this.rejoinReason !== undefined) this.begin(this.rejoinReason)
    else if (!sameTopics(this.interest.topics, this.joined)) this.begin('the subscription changed')
  }

  private topicsSeen(shapes: TopicShapes): void {
    if (this.state === 'stable' && this.leading?.isOutdated(shapes) === true) {
      this.begin('the partitions of subscribed topics changed')
    }
  }

  private due(timer: MemberTimer): void {
    if (timer === 'heartbeat') this.heartbeatDue()
    else if (timer === 'session') this.heartbeats.unanswered()
    else if (this.isLeaving && this.holdings.isEmpty) this.sendLeave()
    else if (this.state === 'joining') this.join()
    else if (this.state === 'syncing') this.begin('the coordinator moved')
    else this.heartbeatDue()
  }

  private heartbeatDue(): void {
    if (HEARTBEATING.has(this.state) && this.seat.hasGeneration && this.heartbeats.due()) {
      this.send(this.seat.heartbeat())
    }
  }

  private refused(api: MemberApi, error: ClientError): void {
    if (api === 'heartbeat') this.heartbeats.forget()
    if (api === 'leaveGroup') {
      this.gone()
      return
    }
    if (this.isLeaving && this.holdings.isEmpty) {
      this.sendLeave()
      return
    }
    const verdict = verdictOnClassic(api, error.errorName, error.retriable)
    if (verdict !== 'now' && verdict !== 'rebalance')
      this.effects.push({ kind: 'log', message: error.message, error: error.errorName })
    if (verdict === 'moved') this.effects.push({ kind: 'moved' })
    if (verdict === 'now') this.join()
    else if (verdict === 'moved' || verdict === 'later') this.backOff()
    else if (verdict === 'reset') this.reset(error)
    else if (verdict === 'fail' || verdict === 'fenced') this.fail(error, verdict === 'fenced')
    else if (api === 'syncGroup' || this.state === 'stable') this.begin('the group rebalances')
    else this.heartbeats.sessionGoesOn()
  }

  private backOff(): void {
    this.effects.push({ kind: 'back-off', attempt: this.attempts })
    this.attempts += 1
  }

  /** The group does not know this member any more: what it held may be read by others. */
  private reset(error: ClientError): void {
    const wasJoining = this.state === 'joining'
    if (error.errorName === 'UNKNOWN_MEMBER_ID') this.seat.lose()
    else this.seat.loseGeneration()
    this.rejoinReason = `was put out of the group: ${error.errorName}`
    this.effects.push({ kind: 'stop-timers' })
    this.forgetRequests()
    this.state = this.isLeaving ? 'leaving' : 'revoking'
    if (!this.holdings.isEmpty) this.loseAll()
    else if (this.isLeaving) this.sendLeave()
    else if (wasJoining && error.errorName !== 'UNKNOWN_MEMBER_ID') {
      this.state = 'joining'
      this.backOff()
    } else this.join()
  }

  /** Of what the coordinator does not know: the group is not to wait for this member. */
  private failHere(error: ClientError): void {
    this.leaveReason = error.message
    if (this.isMember && !this.isLeaving) this.sendLeaveGroup()
    this.fail(error, false)
  }

  private fail(error: ClientError, final: boolean): void {
    if (this.isLeaving) {
      this.reset(error)
      return
    }
    this.forgetRequests()
    this.effects.push({ kind: 'stop-timers' })
    this.loseAll()
    this.forget()
    this.state = final ? 'dead' : 'idle'
    this.effects.push({ kind: 'fail', error, final })
  }

  /** Static members stay in the group until their session ends: whoever comes back under their name goes on. */
  private stalled(): void {
    if (this.state === 'idle' || this.state === 'left' || this.isLeaving) return
    this.effects.push({ kind: 'stop-timers' })
    this.loseAll()
    this.leaveReason = 'max.poll.interval.ms has passed without a poll'
    if (this.isMember) this.sendLeaveGroup()
    this.forgetRequests()
    this.forget()
    this.state = 'idle'
  }

  private loseAll(): void {
    if (!this.holdings.isEmpty) this.holdings.revoke(this.holdings.partitions, true)
  }

  private leave(reason: string): void {
    if (this.isLeaving) return
    if (this.state === 'left' || this.state === 'idle') {
      this.gone()
      return
    }
    this.leaveReason = reason
    this.isLeaving = true
    if (this.holdings.isEmpty) {
      this.leaveWithNothing()
      return
    }
    // In the middle of a rebalance offsets are committed in the generation that it brings, or before it is complete.
    if (!REBALANCING.has(this.state)) this.state = 'leaving'
    this.holdings.revoke(this.holdings.partitions, !this.seat.hasGeneration)
  }

  /** The coordinator may be about to give it a member id, and the group would wait for that member until its session ends. */
  private leaveWithNothing(): void {
    const isAskingForId = this.state === 'joining' && !this.seat.hasId && !this.seat.isStatic
    if (!isAskingForId) this.sendLeave()
    else this.effects.push({ kind: 'stop-timers' }, { kind: 'timer', timer: 'retry', afterMs: ID_GRACE_MS })
  }

  private sendLeave(): void {
    this.state = 'leaving'
    this.forgetRequests()
    this.effects.push({ kind: 'stop-timers' })
    if (this.isMember) this.sendLeaveGroup()
    else this.gone()
  }

  private sendLeaveGroup(): void {
    this.send(this.seat.leave(this.leaveReason))
  }

  /** Known to the coordinator, and not by a name that it is to keep. */
  private get isMember(): boolean {
    return this.seat.hasId && !this.seat.isStatic
  }

  private gone(): void {
    this.forget()
    this.state = 'left'
    this.effects.push({ kind: 'stop-timers' }, { kind: 'left' })
  }

  private forget(): void {
    this.seat.lose()
    this.holdings.clear()
    this.leading = undefined
    this.rejoinReason = undefined
    this.isLeaving = false
    this.attempts = 0
  }

  private send(request: MemberRequest): void {
    this.effects.push({ kind: 'send', round: this.round, request })
  }
}
