/**
 * What waits until the records that it stems from, or could have seen, are committed: replies, timers and effects, in the order in
 * which they were made. They pass when the high watermark is there and the append has told its offsets, for an append
 * that lands elsewhere than predicted must show nothing.
 */
import type { Clock, Timer, Timers } from '@ottla/runtime'
import type { ShardLog } from '../shard-log.ts'

export interface Gated {
  /** Everything below it must be committed. */
  readonly endOffset: number
  passed(): void
  /** For those that may wait for `timeoutMs` only: called instead of `passed`. */
  readonly late?: () => void
}

export interface CommitGateOptions {
  readonly clock: Clock
  readonly timers: Timers
  readonly log: Pick<ShardLog, 'whenCommitted' | 'highWatermark'>
  /** The end of what is written. */
  readonly writtenEnd: number
  readonly timeoutMs: () => number
  /** The broker leads the partition no longer. */
  readonly lost: () => void
}

export class CommitGate {
  readonly #options: CommitGateOptions
  /** Ascending end offsets, and deadlines. */
  readonly #waiting = new Map<Gated, number>()
  #writtenEnd: number
  #isArmed = false
  #deadline: Timer | undefined
  #isOver = false

  constructor(options: CommitGateOptions) {
    this.#options = options
    this.#writtenEnd = options.writtenEnd
  }

  get size(): number {
    return this.#waiting.size
  }

  add(gated: Gated): void {
    if (this.#isOver) return
    if (gated.endOffset <= this.#passedEnd) {
      gated.passed()
      return
    }
    const deadlineMs = gated.late === undefined ? Number.POSITIVE_INFINITY : this.#nowMs + this.#options.timeoutMs()
    this.#waiting.set(gated, deadlineMs)
    if (gated.late !== undefined) this.#watchDeadlines()
    this.#arm()
  }

  /** Everything below `endOffset` stands in the log where it was predicted. */
  written(endOffset: number): void {
    this.#writtenEnd = endOffset
    this.#advance()
  }

  /** Nothing passes any more. */
  end(): void {
    this.#isOver = true
    this.#deadline?.clear()
    this.#deadline = undefined
    this.#waiting.clear()
  }

  get #nowMs(): number {
    return this.#options.clock.monotonic()
  }

  get #passedEnd(): number {
    return Math.min(this.#writtenEnd, this.#options.log.highWatermark)
  }

  #advance(): void {
    const passedEnd = this.#passedEnd
    for (const gated of this.#waiting.keys()) {
      if (gated.endOffset > passedEnd) break
      this.#waiting.delete(gated)
      gated.passed()
    }
    this.#arm()
  }

  /** One wait at a time, for the first in line. */
  #arm(): void {
    if (this.#isArmed || this.#isOver) return
    const first = this.#waiting.keys().next().value
    if (first === undefined || first.endOffset > this.#writtenEnd) return
    this.#isArmed = true
    this.#options.log.whenCommitted(first.endOffset, {
      committed: () => {
        this.#isArmed = false
        this.#advance()
      },
      lost: () => {
        if (!this.#isOver) this.#options.lost()
      },
    })
  }

  /** The first in line is late first, as long as the timeout stays what it is; after a change late ones wait for their predecessors. */
  #watchDeadlines(): void {
    if (this.#deadline !== undefined) return
    const first = this.#firstWithDeadline()
    if (first === undefined) return
    this.#deadline = this.#options.timers.after(Math.max(0, first - this.#nowMs), () => {
      this.#deadline = undefined
      this.#expire()
    })
  }

  #firstWithDeadline(): number | undefined {
    for (const deadlineMs of this.#waiting.values()) if (deadlineMs !== Number.POSITIVE_INFINITY) return deadlineMs
    return undefined
  }

  #expire(): void {
    const nowMs = this.#nowMs
    for (const [gated, deadlineMs] of this.#waiting) {
      if (deadlineMs === Number.POSITIVE_INFINITY) continue
      if (deadlineMs > nowMs) break
      this.#waiting.delete(gated)
      gated.late?.()
    }
    this.#watchDeadlines()
  }
}
