import { LeaderEpochs } from './leader-epochs.ts'
import type { LogState } from './log-state.ts'
import { endAfterCut, restartLog, truncateLog } from './log-truncate.ts'

/** What a truncation asks of the log that it works on. */
export interface TruncationTarget {
  /** Throws when the log is closed or offline. */
  assertUsable(): void
  changeEpochs(epochs: LeaderEpochs): Promise<void>
  /** The recovery point has fallen: resolves when that is durable. */
  lowerRecoveryPoint(): Promise<void>
  /** Makes the log start offset durable. */
  persistStart(): Promise<void>
  /** A step on the disk failed after which its state is not known. */
  onBroken(error: unknown): void
  /** The end has fallen: nothing builds on what was there. */
  onCut(): void
}

/** How a log loses its end. Each call runs alone, with no append pending. */
export class LogTruncation {
  readonly #state: LogState
  readonly #target: TruncationTarget

  constructor(state: LogState, target: TruncationTarget) {
    this.#state = state
    this.#target = target
  }

  /** See `PartitionLogSurface.truncateTo`. */
  async truncateTo(offset: number): Promise<void> {
    if (offset >= this.#state.logEndOffset) return this.#dropEpochsWithoutRecords()
    await this.#cut(endAfterCut(this.#state, offset), () => truncateLog(this.#state, offset))
  }

  /** See `PartitionLog.truncateFullyAndStartAt`. */
  restartAt(offset: number): Promise<void> {
    return this.#cut(this.#state.logStartOffset, () => restartLog(this.#state, offset))
  }

  /** What this replica began as a leader and wrote nothing in is not the epoch of what it fetches next. */
  async #dropEpochsWithoutRecords(): Promise<void> {
    this.#target.assertUsable()
    const epochs = new LeaderEpochs(this.#state.epochs.entries)
    if (epochs.truncateFromEnd(this.#state.logEndOffset)) await this.#target.changeEpochs(epochs)
  }

  /** The recovery point falls first, wherever it is kept: records that come in place of these have not been synced. */
  async #cut(endOffset: number, cut: () => Promise<void>): Promise<void> {
    const state = this.#state
    this.#target.assertUsable()
    // What a checkpoint says that failed is not known: any start that there was may be in it.
    const startMax = Math.max(state.logStartOffset, state.persistedStart)
    state.isTruncating = true
    try {
      if (endOffset < state.recoveryPoint) {
        state.recoveryPoint = endOffset
        await this.#target.lowerRecoveryPoint()
      }
      await state.syncs.run(() => this.#orBroken(cut))
    } finally {
      state.isTruncating = false
    }
    // A start that lies behind the end would take what comes next with it.
    if (state.logStartOffset < startMax) await this.#target.persistStart()
    this.#target.onCut()
  }

  async #orBroken(task: () => Promise<void>): Promise<void> {
    try {
      await task()
    } catch (error) {
      this.#target.onBroken(error)
      throw error
    }
  }
}
