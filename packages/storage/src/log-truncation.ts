import { LeaderEpochs } from './leader-epochs.ts'
import type { LogState, UnfinishedCut } from './log-state.ts'
import { endAfterCut, finishCut, restartLog, truncateLog } from './log-truncate.ts'
import { isOutOfRoom } from './out-of-room.ts'

/** What a truncation asks of the log that it works on. */
export interface TruncationTarget {
  /** Throws when the log is closed or offline. */
  assertUsable(): void
  changeEpochs(epochs: LeaderEpochs): Promise<void>
  /** The recovery point has fallen, or `cleanedTo`: resolves when that is durable. */
  lowerRecoveryPoint(): Promise<void>
  /** Makes the log start offset durable. */
  persistStart(): Promise<void>
  /** A step on the disk failed after which its state is not known. */
  onBroken(error: unknown): void
  /** The end has fallen: nothing builds on what was there. */
  onCut(): void
}

/** How a log loses its end. Each call runs alone, with no append pending; `finish` is called by appends, too. */
export class LogTruncation {
  readonly #state: LogState
  readonly #target: TruncationTarget

  constructor(state: LogState, target: TruncationTarget) {
    this.#state = state
    this.#target = target
  }

  /** See `PartitionLogSurface.truncateTo`. */
  async truncateTo(offset: number): Promise<void> {
    this.#target.assertUsable()
    if (offset >= this.#state.logEndOffset) {
      await this.finish()
      return this.#dropEpochsWithoutRecords()
    }
    await this.#cut({
      endAfter: () => endAfterCut(this.#state, offset),
      cut: () => truncateLog(this.#state, offset),
    })
  }

  /** See `PartitionLog.truncateFullyAndStartAt`. */
  async restartAt(offset: number): Promise<void> {
    this.#target.assertUsable()
    const { segments } = this.#state
    await this.#cut({
      endAfter: () => Math.min(segments.first.baseOffset, offset),
      cut: () => restartLog(this.#state, offset),
    })
  }

  /** The last step of a cut, which may have to wait for room on the disk; undefined when there is nothing to finish. */
  finish(): Promise<void> | undefined {
    const { unfinishedCut } = this.#state
    return unfinishedCut === undefined ? undefined : this.#finish(unfinishedCut)
  }

  async #finish(cut: UnfinishedCut): Promise<void> {
    const state = this.#state
    await state.syncs.run(() => this.#orBroken(() => finishCut(state, cut)))
    // A start that lies behind the end would take what comes next with it.
    if (state.logStartOffset < cut.startMax) await this.#target.persistStart()
    state.unfinishedCut = undefined
  }

  /** What this replica began as a leader and wrote nothing in is not the epoch of what it fetches next. */
  async #dropEpochsWithoutRecords(): Promise<void> {
    const epochs = new LeaderEpochs(this.#state.epochs.entries)
    if (epochs.truncateFromEnd(this.#state.logEndOffset)) await this.#target.changeEpochs(epochs)
  }

  /**
   * The recovery point falls first, wherever it is kept: records that come in place of these have not been synced. Compaction replaces
   * no segment meanwhile; one that it is about to replace is waited for, as the log may end elsewhere in the new one.
   */
  async #cut({ endAfter, cut }: { readonly endAfter: () => number; readonly cut: () => Promise<void> }): Promise<void> {
    const state = this.#state
    state.isTruncating = true
    try {
      await state.syncs.idle()
      this.#target.assertUsable()
      let endOffset = 0
      await this.#orBroken(async () => {
        endOffset = endAfter()
      })
      if (endOffset < Math.max(state.recoveryPoint, state.cleanedTo)) await this.#lowerRecoveryPoint(endOffset)
      await state.syncs.run(() => this.#orBroken(cut))
    } finally {
      state.isTruncating = false
      this.#target.onCut()
    }
    await this.finish()
  }

  async #lowerRecoveryPoint(endOffset: number): Promise<void> {
    const { recoveryPoint, cleanedTo } = this.#state
    this.#state.recoveryPoint = Math.min(recoveryPoint, endOffset)
    this.#state.cleanedTo = Math.min(cleanedTo, endOffset)
    try {
      await this.#target.lowerRecoveryPoint()
    } catch (error) {
      // Nothing was cut: the next attempt writes it again.
      this.#state.recoveryPoint = recoveryPoint
      this.#state.cleanedTo = cleanedTo
      throw error
    }
  }

  /** Where there is no room the log is as it was, or cut; after any other failure nobody knows. */
  async #orBroken(task: () => Promise<void>): Promise<void> {
    try {
      await task()
    } catch (error) {
      if (!isOutOfRoom(error)) this.#target.onBroken(error)
      throw error
    }
  }
}
