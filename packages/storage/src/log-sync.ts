import { KafkaError } from '@ottla/protocol'
import type { Timer } from '@ottla/runtime'
import { syncNames, writeEpochsDurably } from './log-files.ts'
import type { LogState } from './log-state.ts'
import { isOutOfRoom } from './out-of-room.ts'

/** Longer times would overflow the timer; nobody waits that long for a flush. */
const FLUSH_MS_MAX = 2 ** 31 - 1

/**
 * Moves the recovery point: everything below it has been through fdatasync, which includes the names of new segments, the
 * indexes of finished ones and the epochs. Each sync waits for its turn in the directory's queue.
 */
export class LogSync {
  readonly #state: LogState
  readonly #onFailure: (error: unknown) => void
  #timer: Timer | undefined
  #isStopped = false
  /** A sync whose turn has come; does not reject. */
  #running: Promise<unknown> = Promise.resolve()

  constructor(state: LogState, onFailure: (error: unknown) => void) {
    this.#state = state
    this.#onFailure = onFailure
  }

  get hasUnsynced(): boolean {
    const { recoveryPoint, logEndOffset, hasUnsyncedNames, hasUnsyncedEpochs } = this.#state
    return recoveryPoint < logEndOffset || hasUnsyncedNames || hasUnsyncedEpochs
  }

  /**
   * Rejects, after it has told `onFailure`, when a sync fails, which must not be tried again; rejects too when an index cannot be
   * written for want of space, which may be tried again, and when it is stopped between two files.
   */
  async flush(): Promise<void> {
    this.#clearTimer()
    await this.#state.syncs.run(async () => {
      // Meanwhile a sync has failed, which is not tried again, or the files were closed.
      if (this.#isStopped || !this.hasUnsynced) return
      const { truncations, logEndOffset } = this.#state
      await this.#guard(() => this.#syncPublished())
      // What a truncation cut off, or what was written in its place, this sync says nothing about.
      if (this.#state.truncations === truncations && !this.#state.isTruncating) {
        this.#state.recoveryPoint = Math.max(this.#state.recoveryPoint, logEndOffset)
      }
    })
    this.scheduleFlush()
  }

  /** For flush.messages: syncs what is written too but not published yet. The caller moves the recovery point. */
  syncUnpublished(): Promise<void> {
    const { syncs, segments } = this.#state
    return syncs.run(() =>
      this.#guard(async () => {
        await segments.active.log.file.sync()
        await this.#syncPublished()
      }),
    )
  }

  /** With the indexes of the active segment: the log is about to be closed. */
  async flushForClose(): Promise<void> {
    await this.flush()
    const { syncs, segments } = this.#state
    await syncs.run(() => this.#guard(() => segments.active.sync({ isFinished: true })))
    this.#clearTimer()
  }

  /** Called when something was published: flush.ms counts from the oldest record that is not synced. */
  scheduleFlush(): void {
    const { config, world, recoveryPoint, logEndOffset } = this.#state
    if (this.#isStopped || this.#timer !== undefined || config.flushMs > FLUSH_MS_MAX || recoveryPoint >= logEndOffset)
      return
    this.#timer = world.timers.after(config.flushMs, () => {
      this.#timer = undefined
      // The failure has taken the log offline, which says more than this rejection.
      this.flush().catch(() => {})
    })
  }

  /** Syncs that have not begun do not begin any more; one that is under way ends with the file that it is at. */
  stop(): void {
    this.#isStopped = true
    this.#clearTimer()
  }

  /** Resolves when no file is being synced: after `stop` they may be closed then. */
  async idle(): Promise<void> {
    await this.#running
  }

  #clearTimer(): void {
    this.#timer?.clear()
    this.#timer = undefined
  }

  async #syncPublished(): Promise<void> {
    const state = this.#state
    const { list, active } = state.segments
    if (active.nextOffset > state.recoveryPoint || active.syncedBytes < active.sizeBytes) {
      await active.sync({ isFinished: false })
    }
    // Finished segments were synced oldest first; the newest ones may not have been.
    const unsynced = list.slice(list.findLastIndex((segment) => segment.isSynced) + 1, -1)
    for (const segment of unsynced) {
      this.#assertRunning()
      await segment.sync({ isFinished: true })
    }
    this.#assertRunning()
    if (state.hasUnsyncedNames) await syncNames(state)
    if (state.hasUnsyncedEpochs) await writeEpochsDurably(state)
  }

  #assertRunning(): void {
    if (!this.#isStopped) return
    const { topic, partition } = this.#state
    throw new KafkaError('KAFKA_STORAGE_ERROR', `the log of ${topic}-${partition} was closed while it was being synced`)
  }

  async #guard(sync: () => Promise<void>): Promise<void> {
    try {
      const running = sync()
      this.#running = running.catch(() => {})
      await running
    } catch (error) {
      if (error instanceof KafkaError) throw error
      if (isOutOfRoom(error)) this.#reportUnwritten(error)
      else this.#onFailure(error)
      throw error
    }
  }

  #reportUnwritten(error: unknown): void {
    const { world, directory, writeFailures } = this.#state
    const message = 'an index or the epochs cannot be written; the recovery point stays'
    writeFailures.offer((heldBack) => world.logger.warn(message, { directory, heldBack, error }), message)
  }
}
