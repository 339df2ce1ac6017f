import type { TopicPartition } from '../admin/leaders.ts'
import { checkNames } from '../option-table.ts'
import type { AssignedPartition } from './assigned-partition.ts'
import { refuse } from './lifetime.ts'
import type { Idleness } from './membership.ts'
import type { ConsumerParts } from './parts.ts'
import type { ConsumedRecord } from './record.ts'

/** Records of one partition, in order. */
export interface RecordBatchOfPartition<K, V> extends TopicPartition {
  readonly records: readonly ConsumedRecord<K, V>[]
}

export type Handler<K, V> =
  | { readonly eachRecord: (record: ConsumedRecord<K, V>) => unknown }
  | { readonly eachBatch: (batch: RecordBatchOfPartition<K, V>) => unknown }

export type RunOptions<K, V> = Handler<K, V> & {
  /** How many partitions are handled at the same time; 1 unless told otherwise. */
  readonly concurrency?: number
  /** Ends the loop: what is in hand is finished first. */
  readonly signal?: AbortSignal
}

const HANDLERS = ['eachRecord', 'eachBatch']

/** Throws for options that TypeScript would not let pass. */
export function checkRunOptions(options: { readonly concurrency?: unknown }): void {
  const { concurrency = 1 } = options
  checkNames('run', options, [...HANDLERS, 'concurrency', 'signal'])
  if (!(Number.isInteger(concurrency) && (concurrency as number) >= 1)) {
    refuse(`run: concurrency=${String(concurrency)}: expected an integer from 1 on`)
  }
  const handlers = HANDLERS.filter((name) => name in options)
  if (handlers.length !== 1) refuse('run: expected one of the handlers eachRecord and eachBatch')
}

/**
 * Gives records to a handler: of each partition one batch at a time, in order, of up to `concurrency` partitions side by side. A batch that
 * is broken off (the partition is being given up, the loop ends, the handler failed) leaves off behind the last record that was
 * finished: the position goes back to there.
 */
export class HandlerLoop<K, V> {
  private readonly parts: ConsumerParts
  private readonly options: RunOptions<K, V>
  /** Partitions that are being handled. */
  private readonly active = new Map<AssignedPartition, HandlerCall>()
  private failure: { readonly error: unknown } | undefined
  private stopping = false

  constructor(parts: ConsumerParts, options: RunOptions<K, V>) {
    this.parts = parts
    this.options = options
  }

  /** Until `stop`, or until the signal is aborted. Rejects with what the handler or the consumer threw. */
  async run(): Promise<void> {
    const { arrival } = this.parts
    const { signal } = this.options
    const onAbort = () => this.stop()
    signal?.addEventListener('abort', onAbort, { once: true })
    if (signal?.aborted) this.stop()
    try {
      while (!this.stopping) {
        this.feed()
        if (!this.stopping) await arrival.next(Number.POSITIVE_INFINITY, undefined)
      }
    } catch (error) {
      this.fail(error)
    } finally {
      signal?.removeEventListener('abort', onAbort)
    }
    while (this.active.size > 0) await arrival.next(Number.POSITIVE_INFINITY, undefined)
    if (this.failure !== undefined) throw this.failure.error
  }

  /** Nothing more is handed out; `run` ends when handlers have returned. */
  stop(): void {
    this.stopping = true
    this.parts.arrival.ring()
  }

  /** Of the handler that takes longest. */
  idleness(): Idleness {
    const nowMs = this.parts.world.clock.monotonic()
    const [longest] = [...this.active].sort(([, a], [, b]) => a.sinceMs - b.sinceMs)
    const until = 'it has'
    if (longest === undefined) return { ms: 0, what: 'no handler', until }
    const [{ topic, partition }, { sinceMs, offset }] = longest
    const handler = 'eachBatch' in this.options ? 'eachBatch' : 'eachRecord'
    const what = `${handler} of ${topic}-${partition} at offset ${offset} has not returned`
    return { ms: nowMs - sinceMs, what, until }
  }

  private feed(): void {
    const { fetcher, inHand, config } = this.parts
    this.parts.polled()
    this.reserveAgain()
    const concurrency = this.options.concurrency ?? 1
    while (this.active.size < concurrency && !this.stopping) {
      fetcher.throwReports()
      const taken = fetcher.buffer.takeOfOne(config.maxPollRecords)
      if (taken !== undefined) {
        taken.partition.reserved = true
        this.called(taken.partition, taken.records[0]!.offset)
      }
      // Of others only what nobody sees was passed: marks of transactions, say.
      inHand.releaseOthers(this.active)
      if (taken === undefined) {
        fetcher.wake()
        return
      }
      this.handle(taken as Taken<K, V>).catch((error: unknown) => this.fail(error))
    }
  }

  /** A partition that was lost, and is back before its handler has returned, is another one that waits for it. */
  private reserveAgain(): void {
    for (const partition of this.active.keys()) {
      const present = this.parts.subscription.find(partition)
      if (present !== undefined) present.reserved = true
    }
  }

  private async handle(taken: Taken<K, V>): Promise<void> {
    const { inHand, fetcher, arrival, subscription } = this.parts
    const { partition } = taken
    let isWhole = false
    try {
      if (this.isAhead) await this.commitAhead(partition)
      isWhole = await ('eachBatch' in this.options ? this.batch(taken) : this.records(taken))
    } finally {
      // A seek of the application has no entry any more: it counts more than where the batch was broken off.
      const finished = inHand.entry(partition)
      if (!isWhole && finished !== undefined && finished.offset < partition.offset) {
        partition.moveTo(finished.offset, finished.epoch)
        fetcher.moved([partition])
      }
      partition.reserved = false
      const present = subscription.find(partition)
      if (present !== undefined) present.reserved = false
      this.active.delete(partition)
      inHand.release(partition)
      fetcher.buffer.resumed()
      arrival.ring()
    }
  }

  /** Offsets are committed before records are handed out, and then a batch that was begun is not broken off. */
  private get isAhead(): boolean {
    return this.parts.config.deliveryMode === 'at-most-once'
  }

  private async commitAhead(partition: AssignedPartition): Promise<void> {
    const group = this.parts.group!
    await group.commit(group.unsaved([partition], 'handed out'))
  }

  private async batch({ partition, records }: Taken<K, V>): Promise<boolean> {
    if (!('eachBatch' in this.options) || this.isOver(partition)) return false
    const { topic, partition: number } = partition
    await this.options.eachBatch({ topic, partition: number, records })
    return true
  }

  private async records({ partition, records }: Taken<K, V>): Promise<boolean> {
    if (!('eachRecord' in this.options)) return false
    const { eachRecord } = this.options
    const { inHand } = this.parts
    for (const record of records) {
      if (this.isOver(partition)) return false
      this.called(partition, record.offset)
      const handled = eachRecord(record)
      if (isThenable(handled)) await handled
      inHand.advance(partition, { offset: record.offset + 1, epoch: record.leaderEpoch })
    }
    return true
  }

  private called(partition: AssignedPartition, offset: number): void {
    this.active.set(partition, { sinceMs: this.parts.world.clock.monotonic(), offset })
  }

  /** Nothing more of this partition is to be begun. */
  private isOver(partition: AssignedPartition): boolean {
    if (this.isAhead) return false
    // Without an entry: the application has gone elsewhere (seek).
    if (this.parts.inHand.entry(partition) === undefined) return true
    return this.stopping || partition.held || this.parts.subscription.find(partition) !== partition
  }

  private fail(error: unknown): void {
    this.failure ??= { error }
    this.stop()
  }
}

/** When the handler of a partition was last called, and with which record (of a batch: its first one). */
interface HandlerCall {
  readonly sinceMs: number
  readonly offset: number
}

interface Taken<K, V> {
  readonly partition: AssignedPartition
  readonly records: readonly ConsumedRecord<K, V>[]
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value
}
