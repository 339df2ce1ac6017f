import { KafkaError } from '@ottla/protocol'
import { assert } from '@ottla/runtime'
import type { LogState } from './log-state.ts'
import type { AppendResult } from './types.ts'

/**
 * Whether a log takes appends and answers reads. States, of which the last two are final:
 *
 * - open: both;
 * - changing: a role change, a truncation or the close is under way, one after the other; appends are refused;
 * - offline: what the disk holds is not known any more; everything is refused, a close apart;
 * - closed.
 */
export class LogStanding {
  readonly #state: LogState
  readonly #settle: () => Promise<void> | undefined
  /** Changes that are under way or wait for those before them. */
  #changes = 0
  #exclusive: Promise<unknown> = Promise.resolve()
  #offline: unknown
  #isClosed = false

  /** `settle` resolves when all pending appends are written or have failed. */
  constructor(state: LogState, settle: () => Promise<void> | undefined) {
    this.#state = state
    this.#settle = settle
  }

  /** Why the log is offline; undefined when it is not. */
  get offline(): unknown {
    return this.#offline
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Neither closed nor offline. */
  get isUsable(): boolean {
    return this.#offline === undefined && !this.#isClosed
  }

  /** Returns false when the log was offline already. */
  goOffline(error: unknown): boolean {
    if (this.#offline !== undefined) return false
    this.#offline = error ?? new Error('the log directory failed')
    return true
  }

  /** Returns false when the log was closed already. */
  close(): boolean {
    if (this.#isClosed) return false
    this.#isClosed = true
    return true
  }

  /** Runs a change alone, after everything pending is written or has failed. */
  async change<T>(change: () => Promise<T>): Promise<T> {
    this.#changes++
    const settled = this.#settle()
    const result = this.#exclusive.then(async () => {
      await settled
      return change()
    })
    this.#exclusive = result.catch(() => {})
    try {
      return await result
    } finally {
      this.#changes--
    }
  }

  /** Throws KAFKA_STORAGE_ERROR when the log is closed or offline. */
  assertUsable(): void {
    if (!this.isUsable) throw new KafkaError('KAFKA_STORAGE_ERROR', this.#whyUnavailable())
  }

  /** Why no append is taken now; undefined when one is. */
  refuse(): AppendResult | undefined {
    if (!this.isUsable) return this.#failure('KAFKA_STORAGE_ERROR', this.#whyUnavailable())
    if (this.#changes === 0) return undefined
    return this.#failure('NOT_LEADER_OR_FOLLOWER', `${this.#name} is changing its leader epoch or its end`)
  }

  /** Why an append in this leader epoch is not taken: another has begun. */
  refuseEpoch(leaderEpoch: number): AppendResult | undefined {
    const { latest } = this.#state.epochs
    if (leaderEpoch === latest) return undefined
    assert(leaderEpoch < latest, 'a leader epoch is assigned before its first append', () => ({ leaderEpoch, latest }))
    return this.#failure('NOT_LEADER_OR_FOLLOWER', `leader epoch ${leaderEpoch} is over, ${latest} has begun`)
  }

  get #name(): string {
    return `${this.#state.topic}-${this.#state.partition}`
  }

  #whyUnavailable(): string {
    if (this.#isClosed) return `the log of ${this.#name} is closed`
    const reason = this.#offline instanceof Error ? this.#offline.message : String(this.#offline)
    return `the log of ${this.#name} is offline: ${reason}`
  }

  #failure(error: string, message: string): AppendResult & { ok: false } {
    return { ok: false, error, message, logStartOffset: this.#state.logStartOffset }
  }
}
