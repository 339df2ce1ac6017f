/**
 * Leaders that cannot do what a leader must (a write failed, a log is corrupt or could not be opened) ask the controller for another
 * one. What gathers goes out together, and at most once a second: a leader that has no successor goes on as well as it can, and
 * asks again with its next failure.
 */
import type { Resignation } from '@ottla/replication'
import type { Logger, Timer, Timers } from '@ottla/runtime'
import type { ControllerSession } from '../seams.ts'

export interface ResignationsOptions {
  readonly session: Pick<ControllerSession, 'resign'>
  readonly timers: Timers
  readonly logger: Logger
}

export const RESIGN_INTERVAL_MS = 1_000
/** Partitions of one message. */
export const RESIGNATIONS_MAX = 1_000

export class Resignations {
  readonly #options: ResignationsOptions
  /** By partition: bounded by their number. */
  readonly #waiting = new Map<string, Resignation>()
  #state: 'idle' | 'scheduled' | 'resting' | 'closed' = 'idle'
  #rest: Timer | undefined

  constructor(options: ResignationsOptions) {
    this.#options = options
  }

  resign(resignation: Resignation): void {
    if (this.#state === 'closed') return
    const key = `${resignation.topicId}:${resignation.partition}`
    const waiting = this.#waiting.get(key)
    const isWorse = waiting?.leaderEpoch === resignation.leaderEpoch && waiting.reason === 'corrupt'
    if (!isWorse) this.#waiting.set(key, resignation)
    this.#schedule()
  }

  close(): void {
    this.#state = 'closed'
    this.#waiting.clear()
    this.#rest?.clear()
  }

  #schedule(): void {
    if (this.#state !== 'idle' || this.#waiting.size === 0) return
    this.#state = 'scheduled'
    this.#options.timers.endOfTurn(() => this.#send())
  }

  #send(): void {
    if (this.#state === 'closed') return
    const partitions = this.#take()
    this.#state = 'resting'
    this.#rest = this.#options.timers.after(RESIGN_INTERVAL_MS, () => {
      this.#state = 'idle'
      this.#schedule()
    })
    const { session, logger } = this.#options
    logger.warn('asking for other leaders', { partitions })
    session.resign(partitions).catch((error: unknown) => this.#failed(partitions, error))
  }

  #take(): Resignation[] {
    const taken = [...this.#waiting].slice(0, RESIGNATIONS_MAX)
    for (const [key] of taken) this.#waiting.delete(key)
    return taken.map(([, resignation]) => resignation)
  }

  /** Newer ones of the same partitions stand. */
  #failed(partitions: readonly Resignation[], error: unknown): void {
    if (this.#state === 'closed') return
    this.#options.logger.warn('the controller was not asked for other leaders; trying again', { error })
    for (const resignation of partitions) {
      const key = `${resignation.topicId}:${resignation.partition}`
      if (!this.#waiting.has(key)) this.#waiting.set(key, resignation)
    }
    this.#schedule()
  }
}
