import type { Logger, Timers } from '@ottla/runtime'
import type { ProducerEntry } from './producer-state.ts'
import type { BatchFacts } from './segment.ts'
import type { AppendResult } from './types.ts'

/** A batch with its offsets assigned, on its way to the file. */
export interface PendingBatch extends BatchFacts {
  readonly leaderEpoch: number
  /** The producer's state once the batch is published. */
  readonly producer: ProducerEntry | undefined
}

export interface PendingAppend {
  /** Undefined: nothing is to be written, the result only waits for its turn. */
  readonly records: Uint8Array | undefined
  readonly batches: readonly PendingBatch[]
  /** All batches taken together. */
  readonly extent: BatchFacts
  /** See `AppendPlan`. */
  readonly leaderEpoch?: number | undefined
  readonly result: AppendResult
  readonly done: (result: AppendResult) => void
}

/** What the queue asks of the log. */
export interface AppendTarget {
  /** How many appends from the front of `queue` (at least one) go out in one write. */
  groupLength(queue: readonly PendingAppend[]): number
  /** Writes a group; throws or rejects when that fails. */
  write(group: readonly PendingAppend[]): Promise<void> | undefined
  /** Makes a written group visible. A broken invariant that it throws counts as a failed write. */
  publish(group: readonly PendingAppend[]): void
  /** Cuts off what a failed write left; returns what becomes of every append that has not been published. */
  writeFailed(error: unknown): AppendResult & { ok: false }
}

/**
 * Appends of one log, in order:
 *
 *     push -> (end of turn) -> write -> publish -> done
 *
 * All that is pushed in one turn goes out in one write (unless a segment is rolled in between). A write may take longer than a
 * turn: what is pushed meanwhile forms the next group. `done` is never called from inside `push`. After a failed write
 * everything that is pending fails, because its offsets build on what was not written.
 */
export class AppendQueue {
  readonly #target: AppendTarget
  readonly #timers: Timers
  readonly #logger: Logger
  #queue: PendingAppend[] = []
  #inFlight: readonly PendingAppend[] | undefined
  #isScheduled = false
  #idleWaiters: (() => void)[] = []
  #answers: { readonly append: PendingAppend; readonly result: AppendResult }[] = []
  #isAnswering = false

  constructor(target: AppendTarget, world: { readonly timers: Timers; readonly logger: Logger }) {
    this.#target = target
    this.#timers = world.timers
    this.#logger = world.logger
  }

  get isIdle(): boolean {
    return this.#inFlight === undefined && this.#queue.length === 0
  }

  push(append: PendingAppend): void {
    this.#queue.push(append)
    if (this.#isScheduled || this.#inFlight !== undefined) return
    this.#isScheduled = true
    this.#timers.endOfTurn(() => {
      this.#isScheduled = false
      this.#run()
    })
  }

  /** Writes what is pending without waiting for the end of the turn; resolves when all of it is published or has failed. */
  settle(): Promise<void> | undefined {
    this.#run()
    if (this.isIdle) return undefined
    return new Promise((resolve) => this.#idleWaiters.push(resolve))
  }

  #run(): void {
    while (this.#inFlight === undefined && this.#queue.length > 0) {
      this.#inFlight = this.#takeGroup()
      this.#start(this.#inFlight)
    }
    if (this.isIdle) for (const resolve of this.#idleWaiters.splice(0)) resolve()
  }

  #takeGroup(): readonly PendingAppend[] {
    const length = this.#target.groupLength(this.#queue)
    const group = this.#queue.slice(0, length)
    this.#queue = this.#queue.slice(length)
    return group
  }

  #start(group: readonly PendingAppend[]): void {
    let pending: Promise<void> | undefined
    try {
      pending = this.#target.write(group)
    } catch (error) {
      this.#fail(error)
      return
    }
    if (pending === undefined) {
      this.#finish(group)
      return
    }
    pending.then(
      () => {
        this.#finish(group)
        this.#run()
      },
      (error) => {
        this.#fail(error)
        this.#run()
      },
    )
  }

  #finish(group: readonly PendingAppend[]): void {
    try {
      this.#target.publish(group)
    } catch (error) {
      this.#fail(error)
      return
    }
    this.#inFlight = undefined
    for (const append of group) this.#answers.push({ append, result: append.result })
    this.#answer()
  }

  #fail(error: unknown): void {
    const failed = [...this.#inFlight!, ...this.#queue]
    this.#queue = []
    const result = this.#target.writeFailed(error)
    this.#inFlight = undefined
    for (const append of failed) this.#answers.push({ append, result: append.result.ok ? result : append.result })
    this.#answer()
  }

  /** A `done` that settles the queue gets its own answers behind the ones that are on their way. */
  #answer(): void {
    if (this.#isAnswering) return
    this.#isAnswering = true
    for (let index = 0; index < this.#answers.length; index++) this.#answerOne(this.#answers[index]!)
    this.#answers = []
    this.#isAnswering = false
  }

  /** A callback that throws must not keep the others from their answers. */
  #answerOne({ append, result }: { append: PendingAppend; result: AppendResult }): void {
    try {
      append.done(result)
    } catch (error) {
      this.#logger.error('the receiver of an append result failed', { error })
    }
  }
}
