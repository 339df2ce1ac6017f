import type { Timer } from '@ottla/runtime'
import type { TopicPartition } from '../admin/leaders.ts'
import { backOffMs } from '../back-off.ts'
import type { Cluster } from '../cluster.ts'
import { ClientError, describeAttempt, mayPass, tryingAgain, withAttempt } from '../errors.ts'
import { groupBy } from '../group-by.ts'
import type { Call } from '../retry.ts'
import type { ClientWorld } from '../world.ts'
import type { Arrival } from './arrival.ts'
import type { AssignedPartition } from './assigned-partition.ts'
import { BrokerPipeline } from './broker-pipeline.ts'
import type { FetcherContext } from './context.ts'
import { NoOffsetError } from './errors.ts'
import type { Receiving } from './fetch-answer.ts'
import { FetchBuffer } from './fetch-buffer.ts'
import type { ReadOptions } from './fetched-partition.ts'
import { LeaderLookUp } from './leader-look-up.ts'
import { Leaders } from './leaders.ts'
import type { ConsumerConfig } from './options.ts'
import { resetPositions } from './reset-positions.ts'
import type { Subscription } from './subscription.ts'
import { validatePositions } from './validate-positions.ts'

/** A partition has at most so many answers that wait; only pausing lets it come to that. */
const WAITING_MAX = 2
export const CLOSED = 'this consumer is closed'

export interface FetcherOptions {
  readonly world: ClientWorld
  readonly cluster: Cluster
  readonly config: ConsumerConfig
  readonly subscription: Subscription
  readonly reading: ReadOptions
  /** Rung when there is something for the application. */
  readonly arrival: Arrival
  /** Whether asking for the assigned topics may bring one back that was deleted. */
  mayCreateTopics(): boolean
  /** Hears of each partition that records are about to be taken of. */
  onTake(partition: AssignedPartition): void
}

/**
 * Keeps every assigned partition on its way: knows its leader, has a position, is being fetched by the pipeline of its broker.
 * Whatever happens (an answer, a seek, records taken, a pause that is over) calls `wake`, and one look at all partitions then
 * starts what is missing.
 */
export class Fetcher {
  readonly buffer: FetchBuffer
  readonly leaders = new Leaders()
  private readonly options: FetcherOptions
  private readonly context: FetcherContext
  private readonly receiving: Receiving
  private readonly lookUp: LeaderLookUp
  private readonly pipelines = new Map<number, BrokerPipeline>()
  private readonly reports = new Map<AssignedPartition, ClientError>()
  private readonly ending = new AbortController()
  private thrown: { readonly error: unknown } | undefined
  /** Somebody wants records, or to know a position: before that nothing is asked of the brokers. */
  private isAwake = false
  private waking = false
  private alarm: { readonly timer: Timer; readonly atMs: number } | undefined

  constructor(options: FetcherOptions) {
    this.options = options
    const { world, cluster, config, subscription, reading } = options
    this.buffer = new FetchBuffer(subscription, (partition) => options.onTake(partition))
    const { signal } = this.ending
    const call: Call = { signal, remainingMs: () => cluster.config.requestTimeoutMs }
    this.context = {
      ...{ world, cluster, config, subscription, call },
      leaders: this.leaders,
      mayCreateTopics: () => options.mayCreateTopics(),
      wake: () => this.wake(),
      leadersAreStale: () => {
        this.lookUp.stale()
        this.wake()
      },
      arrived: () => this.options.arrival.ring(),
      defect: (error) => {
        this.thrown ??= { error }
        this.options.arrival.ring()
      },
      failed: (partition, error) => this.failed(partition, error),
      report: (partition, error) => this.report(partition, error),
    }
    this.lookUp = new LeaderLookUp(this.context)
    this.receiving = { context: this.context, buffer: this.buffer, reading }
  }

  /** Looks at all partitions once the present step is over. */
  wake(): void {
    this.isAwake = true
    if (this.waking || this.ending.signal.aborted) return
    this.waking = true
    void Promise.resolve().then(() => {
      this.waking = false
      this.look()
    })
  }

  /** Throws what the application has to know; what a partition has to say is said once. */
  throwReports(): void {
    if (this.thrown !== undefined) throw this.thrown.error
    const report = this.takeReport()
    if (report !== undefined) throw report
  }

  private takeReport(): ClientError | undefined {
    for (const [partition, error] of this.reports) {
      this.reports.delete(partition)
      if (this.options.subscription.find(partition) === partition) return error
    }
    return undefined
  }

  /** The assignment is another one; partitions that left are fetched no more. */
  assigned(): void {
    this.buffer.prune()
    if (this.isAwake) this.wake()
  }

  /** These partitions go on elsewhere: what was fetched, and what was to be told of them, is out of date. */
  moved(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) {
      const assigned = this.options.subscription.find(partition)
      if (assigned !== undefined) this.reports.delete(assigned)
    }
    this.buffer.prune()
    if (this.isAwake) this.wake()
  }

  resumed(): void {
    this.buffer.resumed()
    this.options.arrival.ring()
    if (this.isAwake) this.wake()
  }

  /** Ends everything at once; resolves when brokers have their sessions back, or after a second. */
  async close(): Promise<void> {
    const goodbyes = [...this.pipelines.values()].map((pipeline) => pipeline.close())
    this.ending.abort(new ClientError('INVALID_REQUEST', CLOSED, {}))
    this.alarm?.timer.clear()
    this.lookUp.close()
    this.buffer.clear()
    await Promise.allSettled(goodbyes.map((goodbye) => goodbye?.()))
  }

  private look(): void {
    if (this.ending.signal.aborted) return
    const { subscription } = this.options
    const lookedAtMs = this.nowMs()
    this.lookUp.pump()
    const due: AssignedPartition[] = []
    for (const partition of subscription.partitions) {
      this.followLeader(partition)
      if (!partition.busy && partition.retryAtMs <= this.nowMs()) due.push(partition)
    }
    this.lookUpOffsets(due)
    this.pumpPipelines(due)
    this.setAlarm(lookedAtMs)
  }

  /** A newer leader epoch than the one that was read with: is the position still in the log? */
  private followLeader(partition: AssignedPartition): void {
    const leader = this.leaders.find(partition)
    if (leader === undefined) {
      this.lookUp.stale()
    } else if (leader.epoch !== partition.leaderEpoch) {
      const mayDiverge = partition.isPlaced && partition.offsetEpoch !== -1 && leader.epoch > partition.leaderEpoch
      // The first leader of all: nothing was read from another one.
      const isFirst = partition.leaderEpoch === -1 && partition.offset === partition.fetchOffset
      partition.leaderEpoch = leader.epoch
      partition.retryAtMs = 0
      if (mayDiverge && !(isFirst && partition.offsetEpoch === leader.epoch)) partition.validate()
    }
  }

  private lookUpOffsets(due: readonly AssignedPartition[]): void {
    const waiting = due.filter(({ isPlaced }) => !isPlaced)
    for (const [brokerId, its] of groupBy(waiting, (partition) => this.leaders.find(partition)?.brokerId)) {
      if (brokerId === undefined) continue
      const unplaced = its.filter((partition) => this.mayReset(partition))
      const validating = its.filter(({ phase }) => phase.kind === 'validating')
      if (unplaced.length > 0) this.inBackground(resetPositions(this.context, brokerId, unplaced))
      if (validating.length > 0) this.inBackground(validatePositions(this.context, brokerId, validating))
    }
  }

  /** Without a reset policy the application is told instead, each time that it asks. */
  private mayReset(partition: AssignedPartition): boolean {
    if (partition.phase.kind !== 'unplaced') return false
    const { kind } = partition.phase.reset
    if (kind === 'none') this.report(partition, new NoOffsetError(partition))
    return kind !== 'none'
  }

  /** Its end changes what can be done. */
  private inBackground(work: Promise<void>): void {
    work.then(
      () => {
        this.wake()
        this.options.arrival.ring()
      },
      (error: unknown) => {
        if (!this.ending.signal.aborted) this.context.defect(error)
      },
    )
  }

  private pumpPipelines(due: readonly AssignedPartition[]): void {
    for (const partition of due) {
      const brokerId = this.brokerFor(partition)
      if (brokerId !== undefined && !this.pipelines.has(brokerId)) {
        const pipeline = new BrokerPipeline(brokerId, this.receiving, () => this.fetchableAt(brokerId))
        this.pipelines.set(brokerId, pipeline)
      }
    }
    for (const pipeline of this.pipelines.values()) pipeline.pump()
  }

  private fetchableAt(brokerId: number): AssignedPartition[] {
    const nowMs = this.nowMs()
    return this.options.subscription.partitions.filter(
      (partition) =>
        partition.isPlaced &&
        !partition.paused &&
        !partition.held &&
        !partition.stuck &&
        partition.waiting < (partition.outOfRange ? 1 : WAITING_MAX) &&
        partition.retryAtMs <= nowMs &&
        this.brokerFor(partition) === brokerId,
    )
  }

  private brokerFor(partition: AssignedPartition): number | undefined {
    const preferred = partition.preferredReplica
    if (preferred !== undefined && preferred.untilMs > this.nowMs()) return preferred.brokerId
    return this.leaders.find(partition)?.brokerId
  }

  private failed(partition: AssignedPartition, error: ClientError): void {
    const { world, cluster } = this.options
    const { retryBackoffMs, retryBackoffMaxMs } = cluster.config
    const options = { firstMs: retryBackoffMs, maxMs: retryBackoffMaxMs, random: world.random }
    partition.retryAtMs = this.nowMs() + backOffMs(partition.failures, options)
    partition.failures += 1
    const { attempt } = withAttempt(error, {})
    if (!mayPass(error)) this.report(partition, error)
    world.logger.warn(tryingAgain(error), { error: error.errorName, attempt: describeAttempt(attempt) })
    this.lookUp.stale()
    this.wake()
  }

  private report(partition: AssignedPartition, error: ClientError): void {
    this.reports.set(partition, error)
    this.options.arrival.ring()
  }

  /** One timer, for whatever is due first. What has come due while this look went on was not due when it was looked at: it counts too. */
  private setAlarm(lookedAtMs: number): void {
    let atMs = Number.POSITIVE_INFINITY
    const consider = (timeMs: number) => {
      if (timeMs > lookedAtMs && timeMs < atMs) atMs = timeMs
    }
    for (const { retryAtMs } of this.options.subscription.partitions) consider(retryAtMs)
    for (const { pausedUntilMs } of this.pipelines.values()) consider(pausedUntilMs)
    consider(this.lookUp.dueMs)
    if (this.alarm !== undefined && this.alarm.atMs <= atMs && this.alarm.atMs > lookedAtMs) return
    this.alarm?.timer.clear()
    this.alarm = undefined
    if (!Number.isFinite(atMs)) return
    const timer = this.options.world.timers.after(Math.max(0, atMs - this.nowMs()), () => {
      this.alarm = undefined
      this.wake()
    })
    this.alarm = { timer, atMs }
  }

  private nowMs(): number {
    return this.options.world.clock.monotonic()
  }
}
