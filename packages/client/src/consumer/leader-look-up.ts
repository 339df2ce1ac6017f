import { KafkaError, type MetadataResponse } from '@ottla/protocol'
import { backOffMs } from '../back-off.ts'
import { tryingAgain } from '../errors.ts'
import type { AssignedPartition } from './assigned-partition.ts'
import type { FetcherContext } from './context.ts'

/** Asks Metadata for the leaders of the assigned topics: when one is missing or was wrong, and when the answer has grown old. */
export class LeaderLookUp {
  private readonly context: FetcherContext
  private isStale = false
  private asking = false
  private failures = 0
  private dueAtMs = 0
  private closed = false
  /** Partitions that no topic has, as far as anybody has been told. */
  private readonly missing = new WeakSet<AssignedPartition>()

  constructor(context: FetcherContext) {
    this.context = context
  }

  /** When it wants to be pumped again, by the monotonic clock. */
  get dueMs(): number {
    return this.asking ? 0 : this.dueAtMs
  }

  /** The next pump asks, unless a failure a short while ago says to wait. */
  stale(): void {
    if (this.isStale) return
    this.isStale = true
    if (this.failures === 0) this.dueAtMs = 0
    this.context.wake()
  }

  pump(): void {
    const { subscription, world } = this.context
    const nowMs = world.clock.monotonic()
    if (this.asking || this.closed || subscription.partitions.length === 0 || this.dueAtMs > nowMs) return
    this.asking = true
    this.isStale = false
    this.ask().then(
      (isComplete) => this.done(isComplete),
      (error: unknown) => {
        if (this.closed) return
        if (!(error instanceof KafkaError)) return this.context.defect(error)
        world.logger.warn(tryingAgain(error), { error: error.errorName })
        this.done(false)
      },
    )
  }

  close(): void {
    this.closed = true
  }

  /** Whether every topic could be described. */
  private async ask(): Promise<boolean> {
    const { cluster, subscription, leaders, call, world } = this.context
    const names = subscription.topics
    const answer = await cluster.metadata({ names }, call, { createTopics: this.context.mayCreateTopics() })
    const errors = leaders.update(answer)
    for (const error of errors) {
      const partition = subscription.partitions.find(({ topic }) => topic === error.attempt.topic)
      if (error.retriable)
        world.logger.warn(`${error.attempt.topic}: ${tryingAgain(error)}`, { error: error.errorName })
      else if (partition !== undefined) this.context.report(partition, error)
    }
    this.tellMissing(answer)
    return errors.length === 0
  }

  /** They may come, and are waited for; but a number that was mistyped must not look like a partition without records. */
  private tellMissing({ topics }: Pick<MetadataResponse, 'topics'>): void {
    const { subscription, world } = this.context
    const counts = new Map(
      topics.filter(({ errorCode }) => errorCode === 0).map(({ name, partitions }) => [name, partitions.length]),
    )
    for (const assigned of subscription.partitions) {
      const { topic, partition } = assigned
      const count = counts.get(topic)
      if (count === undefined || partition < count || this.missing.has(assigned)) continue
      this.missing.add(assigned)
      world.logger.warn(`${topic} has ${count} partitions, and not ${partition}; waiting for it`)
    }
  }

  /** Asks again soon when something is missing, else when the answer has grown old. */
  private done(isComplete: boolean): void {
    const { cluster, config, world, subscription, leaders } = this.context
    this.asking = false
    const isWhole = isComplete && subscription.partitions.every((partition) => leaders.find(partition) !== undefined)
    const { retryBackoffMs: firstMs, retryBackoffMaxMs: maxMs } = cluster.config
    const pauseMs = backOffMs(this.failures, { firstMs, maxMs, random: world.random })
    this.failures = isWhole ? 0 : this.failures + 1
    this.dueAtMs = world.clock.monotonic() + (isWhole && !this.isStale ? config.metadataMaxAgeMs : pauseMs)
    this.context.wake()
  }
}
