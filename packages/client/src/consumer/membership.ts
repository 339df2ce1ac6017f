import { type Fields, KafkaError } from '@ottla/protocol'
import { randomUuid, type Timer } from '@ottla/runtime'
import type { TopicPartition } from '../admin/leaders.ts'
import { API, type Api } from '../api.ts'
import { backOffMs } from '../back-off.ts'
import type { Cluster } from '../cluster.ts'
import { ClientError, withAttempt } from '../errors.ts'
import { ClassicMember } from '../group/classic-member.ts'
import { ConsumerMember } from '../group/consumer-member.ts'
import { askCoordinator, forgetCoordinator } from '../group/find-coordinator.ts'
import type { Interest, Member, MemberEffect, MemberIdentity, MemberInput, MemberTimer } from '../group/member.ts'
import type { Call } from '../retry.ts'
import type { ClientWorld } from '../world.ts'
import type { ConsumerConfig } from './options.ts'
import { type TopicSelectionOfGroup, TopicWatch } from './topic-watch.ts'

/** Gives up and takes over partitions; each resolves when the member may go on. Errors are told to the application by itself. */
export interface Handover {
  /** From now on nothing more of these is handed out. */
  hold(partitions: readonly TopicPartition[], lost: boolean): void
  revoke(partitions: readonly TopicPartition[], lost: boolean): Promise<void>
  assign(partitions: readonly TopicPartition[], added: readonly TopicPartition[]): Promise<void>
}

/** That the application has not come back. */
export interface Idleness {
  /** For how long; 0 while it waits for records. */
  readonly ms: number
  /** What has not happened, and until when: for a line in the log. */
  readonly what: string
  readonly until: string
}

export interface MembershipOptions {
  readonly world: ClientWorld
  readonly cluster: Cluster
  readonly config: ConsumerConfig & { readonly groupId: string }
  readonly handover: Handover
  idleness(): Idleness
  /** There is something that the next poll throws. */
  onFailure(): void
  onDefect(error: unknown): void
}

type AnyApi = Api<Fields, Fields>

/** Joins that are waited for hold back what follows on their connection. */
const WAITS: ReadonlySet<string> = new Set(['joinGroup', 'syncGroup'])

/** Runs a `Member`: sends what it asks for, keeps its timers, hands partitions over. From the first poll on, in the background. */
export class Membership {
  readonly topics: TopicWatch
  private readonly options: MembershipOptions
  private readonly member: Member
  private readonly timers = new Map<MemberTimer, Timer>()
  private readonly ending = new AbortController()
  private selection: TopicSelectionOfGroup | undefined
  /** The application has polled since the subscription changed, or since the member was put out. */
  private isWanted = false
  private hasSeenTopics = false
  private failure: { readonly error: ClientError; readonly final: boolean } | undefined
  private stallTimer: Timer | undefined
  /** Handing over goes one by one. */
  private handing: Promise<void> = Promise.resolve()
  private onLeft: (() => void)[] = []

  constructor(options: MembershipOptions) {
    this.options = options
    const { config, world, cluster } = options
    this.member = newMember(config, world)
    this.topics = new TopicWatch({
      ...{ world, cluster, config, signal: this.ending.signal },
      onSeen: () => this.topicsSeen(),
      onError: (error) => this.fail(error, false),
      onDefect: (error) => this.defect(error),
    })
  }

  get identity(): MemberIdentity {
    return this.member.identity
  }

  get isSubscribed(): boolean {
    return this.selection !== undefined
  }

  /** Takes effect with the next poll. */
  subscribe(selection: TopicSelectionOfGroup): void {
    const isRunning = this.isWanted
    this.selection = selection
    this.hasSeenTopics = false
    if (isRunning) this.topics.select(selection)
  }

  /** The application asks for records: the member goes on, or begins, or begins again; not while a handler is over its time. */
  polled(): void {
    const { maxPollIntervalMs } = this.options.config
    if (this.isWanted || this.selection === undefined || this.options.idleness().ms >= maxPollIntervalMs) return
    this.isWanted = true
    this.watchIdleness(maxPollIntervalMs)
    if (this.hasSeenTopics) this.step({ kind: 'wanted', interest: this.interest })
    else this.topics.select(this.selection)
  }

  throwFailure(): void {
    const { failure } = this
    if (failure === undefined) return
    if (!failure.final) this.failure = undefined
    throw failure.error
  }

  rejoin(reason: string): void {
    this.step({ kind: 'rejoin', reason })
  }

  /** Gives up all partitions and leaves; resolves when that is done. The signal ends waiting for it. */
  async leave(reason: string): Promise<void> {
    this.selection = undefined
    this.isWanted = false
    this.stallTimer?.clear()
    this.topics.select(undefined)
    const left = new Promise<void>((resolve) => this.onLeft.push(resolve))
    this.step({ kind: 'leave', reason })
    await left
  }

  /** Ends at once, whatever is under way. */
  close(): void {
    this.ending.abort(new ClientError('INVALID_REQUEST', 'this consumer is closed', {}))
    this.stopTimers()
    this.stallTimer?.clear()
    this.topics.close()
    this.left()
  }

  private get interest(): Interest {
    const { selection } = this
    return { topics: this.topics.topics, ...(selection?.kind === 'pattern' && { regex: selection.pattern }) }
  }

  private topicsSeen(): void {
    this.hasSeenTopics = true
    if (!this.isWanted) return
    this.step({ kind: 'wanted', interest: this.interest })
    this.step({ kind: 'topics', shapes: this.topics.shapesOf(this.topics.watchedByLeader) })
  }

  private step(input: MemberInput): void {
    if (this.ending.signal.aborted) return
    for (const effect of this.member.step(input)) this.perform(effect)
  }

  private perform(effect: MemberEffect): void {
    const { handover } = this.options
    switch (effect.kind) {
      case 'send':
        this.inBackground(this.send(effect))
        break
      case 'timer':
        this.setTimer(effect.timer, effect.afterMs)
        break
      case 'back-off':
        this.setTimer('retry', this.pauseMs(effect.attempt))
        break
      case 'stop-timers':
        this.stopTimers()
        break
      case 'revoke': {
        const { partitions, lost, round } = effect
        handover.hold(partitions, lost)
        this.hand(() => handover.revoke(partitions, lost), { kind: 'revoked', round })
        break
      }
      case 'assign': {
        const { partitions, added, round } = effect
        this.hand(() => handover.assign(partitions, added), { kind: 'assigned', round })
        break
      }
      case 'describe':
        this.inBackground(this.describe(effect))
        break
      case 'resolve':
        this.inBackground(this.resolve(effect))
        break
      case 'moved':
        forgetCoordinator(this.options.cluster, this.options.config.groupId)
        break
      case 'fail':
        this.isWanted = false
        this.stallTimer?.clear()
        this.fail(effect.error, effect.final)
        break
      case 'left':
        this.left()
        break
      case 'log':
        this.log(effect)
        break
    }
  }

  private left(): void {
    for (const resolve of this.onLeft.splice(0)) resolve()
  }

  private log({ message, error }: Extract<MemberEffect, { kind: 'log' }>): void {
    const { config, world } = this.options
    world.logger.warn(`group ${config.groupId}: ${message}`, error === undefined ? {} : { error })
  }

  private fail(error: ClientError, final: boolean): void {
    if (this.failure?.final !== true) this.failure = { error, final }
    this.options.onFailure()
  }

  private hand(work: () => Promise<void>, done: MemberInput): void {
    this.handing = this.handing.then(work)
    this.inBackground(this.handing.then(() => this.step(done)))
  }

  private async send({ round, request }: Extract<MemberEffect, { kind: 'send' }>): Promise<void> {
    const { cluster, config } = this.options
    const { api } = request
    const timeoutMs = 'timeoutMs' in request ? request.timeoutMs : cluster.config.requestTimeoutMs
    const call = this.call(timeoutMs)
    const lane = WAITS.has(api) ? 'join' : 'group'
    const versions = 'minVersion' in request ? { min: request.minVersion } : {}
    try {
      const answer = await askCoordinator(cluster, { groupId: config.groupId, call }, (brokerId) =>
        cluster.send({ brokerId, lane }, API[api] as AnyApi, request.body as never, { call, timeoutMs, versions }),
      )
      this.step({ kind: 'answered', round, api, answer })
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      this.step({ kind: 'refused', round, api, error: withAttempt(error, {}) })
    }
  }

  private async describe({ round, topics }: Extract<MemberEffect, { kind: 'describe' }>): Promise<void> {
    const shapes = await this.options.cluster.retrying(this.signal, (call) => this.topics.describe(topics, call))
    this.step({ kind: 'described', round, shapes })
  }

  private async resolve({ round, topicIds }: Extract<MemberEffect, { kind: 'resolve' }>): Promise<void> {
    this.step({ kind: 'resolved', round, names: await this.namesOf(topicIds) })
  }

  /** None when nobody says them in time: the member gives up what it is to give up, and asks again. */
  private async namesOf(topicIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { cluster } = this.options
    const limits = { ...this.signal, timeoutMs: cluster.config.requestTimeoutMs }
    try {
      return await cluster.retrying(limits, (call) => this.topics.resolve(topicIds, call))
    } catch (error) {
      if (!(error instanceof KafkaError) || this.ending.signal.aborted) throw error
      this.log({ kind: 'log', message: error.message, error: error.errorName })
      return new Map()
    }
  }

  private get signal() {
    return { signal: this.ending.signal, timeoutMs: this.options.config.maxPollIntervalMs }
  }

  private call(timeoutMs: number): Call {
    const { clock } = this.options.world
    const endMs = clock.monotonic() + timeoutMs
    return { signal: this.ending.signal, remainingMs: () => Math.max(0, endMs - clock.monotonic()) }
  }

  private setTimer(timer: MemberTimer, afterMs: number): void {
    this.timers.get(timer)?.clear()
    const set = this.options.world.timers.after(afterMs, () => {
      this.timers.delete(timer)
      this.step({ kind: 'due', timer })
    })
    this.timers.set(timer, set)
  }

  private stopTimers(): void {
    for (const timer of this.timers.values()) timer.clear()
    this.timers.clear()
  }

  private pauseMs(attempt: number): number {
    const { world, cluster } = this.options
    const { retryBackoffMs: firstMs, retryBackoffMaxMs: maxMs } = cluster.config
    return backOffMs(attempt, { firstMs, maxMs, random: world.random })
  }

  /** One timer for all polls: it looks how long the last one is ago, and waits for the rest. */
  private watchIdleness(afterMs: number): void {
    this.stallTimer?.clear()
    this.stallTimer = this.options.world.timers.after(Math.max(1, afterMs), () => {
      const idleness = this.options.idleness()
      const leftMs = this.options.config.maxPollIntervalMs - idleness.ms
      if (leftMs > 0) this.watchIdleness(leftMs)
      else this.stall(idleness)
    })
  }

  private stall({ ms, what, until }: Idleness): void {
    const { config, world } = this.options
    const how = `${what} for ${Math.round(ms)} ms (max.poll.interval.ms)`
    world.logger.warn(`group ${config.groupId}: ${how}; leaving until ${until}`, {
      maxPollIntervalMs: config.maxPollIntervalMs,
    })
    this.isWanted = false
    this.step({ kind: 'stalled' })
  }

  private inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (!this.ending.signal.aborted) this.defect(error)
    })
  }

  private defect(error: unknown): void {
    if (error instanceof ClientError) this.fail(error, false)
    else this.options.onDefect(error)
    this.left()
  }
}

function newMember(config: MembershipOptions['config'], world: ClientWorld): Member {
  const { groupId, groupInstanceId, maxPollIntervalMs: rebalanceTimeoutMs, clientRack: rackId } = config
  const common = { groupId, groupInstanceId, rebalanceTimeoutMs, rackId }
  if (config.groupProtocol === 'consumer') {
    const memberId = randomUuid(world.random)
    return new ConsumerMember({ ...common, memberId, serverAssignor: config.groupRemoteAssignor })
  }
  const { sessionTimeoutMs, heartbeatIntervalMs, assignors } = config
  return new ClassicMember({ ...common, sessionTimeoutMs, heartbeatIntervalMs, assignors })
}
