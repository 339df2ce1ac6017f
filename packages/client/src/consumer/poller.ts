import { hasPosition } from './in-hand.ts'
import type { Idleness } from './membership.ts'
import { type ConsumerParts, countdown } from './parts.ts'
import type { ConsumedRecord } from './record.ts'

export interface PollOptions {
  /** How long to wait for the first record; without it as long as it takes. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** Hands records out to who comes for them: by `poll`, or in a loop. What was handed out is finished when the application comes back. */
export class Poller<K, V> {
  private readonly parts: ConsumerParts
  /** How many polls and iterations wait for records, and when the last one stopped waiting. */
  private inside = 0
  private leftAtMs: number
  private inLoop = false

  constructor(parts: ConsumerParts) {
    this.parts = parts
    this.leftAtMs = parts.world.clock.monotonic()
  }

  idleness(): Idleness {
    const ms = this.inside > 0 ? 0 : this.parts.world.clock.monotonic() - this.leftAtMs
    return { ms, what: 'nobody has polled', until: 'somebody does' }
  }

  get isWaiting(): boolean {
    return this.inside > 0
  }

  /** The application reads in a loop, which comes back by itself. */
  get isLoop(): boolean {
    return this.inLoop
  }

  /** The application was here, by another way. */
  touch(): void {
    this.leftAtMs = this.parts.world.clock.monotonic()
  }

  async poll({ timeoutMs = Number.POSITIVE_INFINITY, signal }: PollOptions): Promise<ConsumedRecord<K, V>[]> {
    const { world, config } = this.parts
    const remaining = countdown(world, timeoutMs)
    this.inLoop = false
    this.enter()
    try {
      const records = await this.waitForRecords(remaining, signal)
      if (records.length > 0) return await this.handedOut(records)
      await this.turnEnded()
      return await this.handedOut(this.take(config.maxPollRecords))
    } catch (error) {
      await this.turnEnded()
      throw error
    } finally {
      this.exit()
    }
  }

  private async waitForRecords(remaining: () => number, signal?: AbortSignal): Promise<ConsumedRecord<K, V>[]> {
    for (;;) {
      signal?.throwIfAborted()
      const records = this.take(this.parts.config.maxPollRecords)
      const remainingMs = remaining()
      if (records.length > 0 || remainingMs <= 0) return records
      await this.parts.arrival.next(remainingMs, signal)
    }
  }

  async *batches(options: Pick<PollOptions, 'signal'>): AsyncGenerator<ConsumedRecord<K, V>[], void, void> {
    const { lifetime, inHand } = this.parts
    try {
      while (!lifetime.isClosing) {
        const polling = this.poll(options)
        this.inLoop = true
        const records = await this.untilClosed(polling)
        if (records !== undefined) yield records
      }
      inHand.releaseAll()
    } finally {
      this.inLoop = false
    }
  }

  iterate(): AsyncIterableIterator<ConsumedRecord<K, V>, void> {
    const next = async (): Promise<IteratorResult<ConsumedRecord<K, V>, void>> => {
      this.inLoop = true
      this.enter()
      try {
        while (!this.parts.lifetime.isClosing) {
          const records = this.take(1)
          const [value] = records
          if (value !== undefined) {
            if (this.isAhead) await this.handedOut(records)
            return { done: false, value }
          }
          await this.parts.arrival.next(Number.POSITIVE_INFINITY, undefined)
        }
        return END
      } finally {
        this.exit()
      }
    }
    // Nobody comes back to a loop that was left.
    const leave = async () => {
      this.inLoop = false
      return END
    }
    const iterator = { next, return: leave, [Symbol.asyncIterator]: () => iterator }
    return iterator
  }

  /** The application has come back: what it was given is finished. */
  private enter(): void {
    this.inside += 1
    this.parts.inHand.releaseAll()
  }

  private exit(): void {
    this.inside -= 1
    this.touch()
  }

  private get isAhead(): boolean {
    return this.parts.config.deliveryMode === 'at-most-once'
  }

  /** In the mode at-most-once their offsets are committed first; when that fails they come again. */
  private async handedOut(records: ConsumedRecord<K, V>[]): Promise<ConsumedRecord<K, V>[]> {
    const { group, subscription, inHand } = this.parts
    if (!this.isAhead || records.length === 0) return records
    try {
      await group!.commit(group!.unsaved(subscription.partitions, 'handed out'))
      inHand.releaseAll()
      return records
    } catch (error) {
      this.takeBack()
      throw error
    }
  }

  private takeBack(): void {
    const { subscription, inHand, fetcher } = this.parts
    for (const partition of subscription.partitions) {
      const entry = inHand.entry(partition)
      if (entry === undefined || !hasPosition(partition) || entry.offset >= partition.offset) continue
      partition.moveTo(entry.offset, entry.epoch)
      fetcher.moved([partition])
    }
    inHand.releaseAll()
  }

  /** What is there, without waiting. */
  private take(count: number): ConsumedRecord<K, V>[] {
    const { lifetime, fetcher, inHand } = this.parts
    lifetime.checkOpen()
    lifetime.checkNotClosing()
    this.parts.polled()
    const records = fetcher.buffer.take(count)
    if (records.length === 0) {
      // What was passed by is nothing that anybody sees: the rest of an answer, marks of transactions.
      inHand.releaseAll()
      fetcher.wake()
    }
    return records as ConsumedRecord<K, V>[]
  }

  /** Undefined instead of the error that a poll ends with when the consumer is closed. */
  private untilClosed<T>(promise: Promise<T>): Promise<T | undefined> {
    return promise.catch((error: unknown) => {
      if (this.parts.lifetime.isClosing) return undefined
      throw error
    })
  }

  /** A loop that polls in vain, or goes on polling after errors, must not keep answers from being received. */
  private turnEnded(): Promise<void> {
    return new Promise((resolve) => this.parts.world.timers.endOfTurn(resolve))
  }
}

const END = { done: true, value: undefined } as const
