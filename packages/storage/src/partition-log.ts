import { CorruptRecordError, KafkaError } from '@ottla/protocol'
import { assert, DiskError } from '@ottla/runtime'
import { planFollowerAppend, planLeaderAppend } from './append-plan.ts'
import { LeaderEpochs } from './leader-epochs.ts'
import { changeEpochs, writeSnapshot } from './log-files.ts'
import { readLog } from './log-read.ts'
import type { LogState } from './log-state.ts'
import { LogSync } from './log-sync.ts'
import { endAfterCut, restartLog, truncateLog } from './log-truncate.ts'
import { type AppendDone, LogWriter } from './log-writer.ts'
import { isOutOfRoom } from './out-of-room.ts'
import { type OpenLogOptions, openLogState } from './recovery.ts'
import { offsetForTimestamp, offsetOfMaxTimestamp } from './timestamp-lookup.ts'
import type {
  AppendRequest,
  AppendResult,
  EpochEndOffset,
  LogConfig,
  PartitionLogSurface,
  ReadRequest,
  ReadResult,
  TimestampAndOffset,
} from './types.ts'

/** What a log tells whoever opened it. */
export interface LogEvents {
  /** Something was published or created that has not been synced; again only after a sync. */
  onDirty?(log: PartitionLog): void
  /** The log is about to be truncated below its recovery point; awaited before anything is cut. */
  onRecoveryPointLowered?(log: PartitionLog): Promise<void>
  /** A write failed and was cut off again: the log goes on, its leader should resign. */
  onWriteFailure?(log: PartitionLog, error: unknown): void
  /** What the disk holds is not known any more: the log serves nothing until the broker is started again. */
  onOffline?(log: PartitionLog, error: unknown): void
}

/** See `PartitionLogSurface`, which says what each member promises. */
export class PartitionLog implements PartitionLogSurface {
  readonly #state: LogState
  readonly #events: LogEvents
  readonly #writer: LogWriter
  readonly #sync: LogSync
  /** Role changes, truncations and a close that are under way: appends are refused meanwhile. */
  #changes = 0
  #exclusive: Promise<unknown> = Promise.resolve()
  #offline: unknown
  #isClosed = false
  #isDirty = false

  private constructor(state: LogState, events: LogEvents) {
    this.#state = state
    this.#events = events
    this.#sync = new LogSync(state, (error) => this.goOffline(error))
    this.#writer = new LogWriter(state, this.#sync, {
      onPublished: () => this.#noteDirty(),
      onWriteFailure: (error) => this.#events.onWriteFailure?.(this, error),
      onBroken: (error) => this.goOffline(error),
      whyOffline: () => this.#offline,
    })
  }

  /**
   * Opens a partition's directory, which must exist, and recovers it as `options.recovery` says. Rejects with a `CorruptLogError`
   * where bytes are damaged that must not be, and with a `DiskError`.
   */
  static async open(options: OpenLogOptions & { readonly events?: LogEvents }): Promise<PartitionLog> {
    const log = new PartitionLog(await openLogState(options), options.events ?? {})
    if (log.#sync.hasUnsynced) log.#noteDirty()
    return log
  }

  get topic(): string {
    return this.#state.topic
  }

  get partition(): number {
    return this.#state.partition
  }

  get topicId(): string {
    return this.#state.topicId
  }

  get directory(): string {
    return this.#state.directory
  }

  get logStartOffset(): number {
    return this.#state.logStartOffset
  }

  get logEndOffset(): number {
    return this.#state.logEndOffset
  }

  get highWatermark(): number {
    return this.#state.highWatermark
  }

  get lastStableOffset(): number {
    const { highWatermark, producers } = this.#state
    return Math.min(highWatermark, producers.firstUnstableOffset(highWatermark) ?? highWatermark)
  }

  get sizeBytes(): number {
    return this.#state.segments.sizeBytes
  }

  get recoveryPoint(): number {
    return this.#state.recoveryPoint
  }

  get latestLeaderEpoch(): number {
    return this.#state.epochs.latest
  }

  get config(): LogConfig {
    return this.#state.config
  }

  get isOffline(): boolean {
    return this.#offline !== undefined
  }

  /** Base offset of the first segment; the log start offset may lie behind it. */
  get firstSegmentOffset(): number {
    return this.#state.segments.first.baseOffset
  }

  /** Base offsets and sizes of the segments, for descriptions of the log. */
  get segments(): readonly { readonly baseOffset: number; readonly sizeBytes: number }[] {
    return this.#state.segments.list.map(({ baseOffset, sizeBytes }) => ({ baseOffset, sizeBytes }))
  }

  append(request: AppendRequest, done: AppendDone): void {
    const refusal = this.#refusal() ?? this.#refuseEpoch(request.leaderEpoch)
    if (refusal !== undefined) this.#writer.answer(refusal, done)
    else this.#writer.enqueue(planLeaderAppend(this.#state, this.#writer.pending, request), request.records, done)
  }

  appendAsFollower(records: Uint8Array, done: AppendDone): void {
    const refusal = this.#refusal()
    if (refusal !== undefined) this.#writer.answer(refusal, done)
    else this.#writer.enqueue(planFollowerAppend(this.#writer.pending, records), records, done)
  }

  read(request: ReadRequest): ReadResult {
    this.#assertReadable()
    try {
      return readLog(this.#state, request)
    } catch (error) {
      throw readFailure(error)
    }
  }

  updateHighWatermark(offset: number): void {
    const { logStartOffset, logEndOffset } = this.#state
    assert(offset >= logStartOffset && offset <= logEndOffset, 'the high watermark lies inside the log', () => ({
      offset,
      logStartOffset,
      logEndOffset,
    }))
    this.#state.highWatermark = offset
  }

  updateConfig(config: LogConfig): void {
    this.#state.config = config
  }

  assignLeaderEpoch(leaderEpoch: number): Promise<void> {
    return this.#change(async () => {
      this.#assertReadable()
      const epochs = new LeaderEpochs(this.#state.epochs.entries)
      if (epochs.assign(leaderEpoch, this.#state.logEndOffset)) await this.#changeEpochs(epochs)
    })
  }

  endOffsetForEpoch(leaderEpoch: number): EpochEndOffset | undefined {
    return this.#state.epochs.endOffsetFor(leaderEpoch, this.#state.logEndOffset)
  }

  leaderEpochAt(offset: number): number {
    return this.#state.epochs.at(offset)
  }

  async offsetForTimestamp(timestampMs: number, limitOffset: number): Promise<TimestampAndOffset | undefined> {
    this.#assertReadable()
    return offsetForTimestamp(this.#state, timestampMs, limitOffset).catch(rethrowAsReadFailure)
  }

  async offsetOfMaxTimestamp(): Promise<TimestampAndOffset | undefined> {
    this.#assertReadable()
    return offsetOfMaxTimestamp(this.#state).catch(rethrowAsReadFailure)
  }

  truncateTo(offset: number): Promise<void> {
    return this.#change(async () => {
      if (offset >= this.#state.logEndOffset) return this.#dropEpochsWithoutRecords()
      await this.#cut(endAfterCut(this.#state, offset), () => truncateLog(this.#state, offset))
    })
  }

  /** What this replica began as a leader and wrote nothing in is not the epoch of what it fetches next. */
  async #dropEpochsWithoutRecords(): Promise<void> {
    this.#assertReadable()
    const epochs = new LeaderEpochs(this.#state.epochs.entries)
    if (epochs.truncateFromEnd(this.#state.logEndOffset)) await this.#changeEpochs(epochs)
  }

  async #changeEpochs(epochs: LeaderEpochs): Promise<void> {
    try {
      await changeEpochs(this.#state, epochs)
    } catch (error) {
      if (!isOutOfRoom(error)) this.goOffline(error)
      throw error
    }
    this.#noteDirty()
  }

  /** Drops everything and starts again, empty, at an offset: a follower whose leader's log begins behind its own end. */
  truncateFullyAndStartAt(offset: number): Promise<void> {
    return this.#change(() => this.#cut(this.#state.logStartOffset, () => restartLog(this.#state, offset)))
  }

  /** The recovery point falls first, wherever it is kept: records that come in place of these have not been synced. */
  async #cut(endOffset: number, cut: () => Promise<void>): Promise<void> {
    this.#assertReadable()
    const state = this.#state
    state.isTruncating = true
    try {
      if (endOffset < state.recoveryPoint) {
        state.recoveryPoint = endOffset
        await this.#events.onRecoveryPointLowered?.(this)
      }
      await state.syncs.run(() => this.#orOffline(cut))
    } finally {
      state.isTruncating = false
    }
    this.#writer.pending.reset()
    this.#noteDirty()
  }

  async flush(): Promise<void> {
    this.#assertReadable()
    this.#isDirty = false
    try {
      await this.#sync.flush()
    } finally {
      if (this.#sync.hasUnsynced && this.#offline === undefined) this.#noteDirty()
    }
  }

  /** Forgets idle producers; see `ProducerTable.expire`. */
  expireProducers(beforeMs: number): number {
    return this.#state.producers.expire(beforeMs)
  }

  close(): Promise<void> {
    return this.#close(async () => {})
  }

  /** As `close`, and everything is durable, so that the next start need not scan anything. Rejects when a sync fails. */
  closeDurably(): Promise<void> {
    return this.#close(() => this.#sync.flushForClose())
  }

  async #close(beforeFilesClose: () => Promise<void>): Promise<void> {
    if (this.#isClosed) return
    await this.#change(async () => {
      if (this.#isClosed) return
      this.#isClosed = true
      try {
        if (this.#offline === undefined) await this.#finishFiles(beforeFilesClose)
      } finally {
        this.#sync.stop()
        await this.#state.files.idle()
        this.#state.segments.close()
      }
    })
  }

  async #finishFiles(beforeFilesClose: () => Promise<void>): Promise<void> {
    const { segments, world } = this.#state
    try {
      await segments.active.finish()
    } catch (error) {
      world.logger.warn('cannot write an index; it will be built again', { directory: this.directory, error })
    }
    if (this.#state.bytesSinceSnapshot > 0) await writeSnapshot(this.#state)
    await beforeFilesClose()
  }

  /** Takes the log offline, here or because its directory failed elsewhere. */
  goOffline(error: unknown): void {
    if (this.#offline !== undefined) return
    this.#offline = error ?? new Error('the log directory failed')
    this.#sync.stop()
    const { topic, partition, directory } = this.#state
    this.#state.world.logger.error('a partition log goes offline', { topic, partition, directory, error })
    this.#events.onOffline?.(this, error)
  }

  /** Runs a change alone, after everything pending is written or has failed. */
  async #change<T>(change: () => Promise<T>): Promise<T> {
    this.#changes++
    const settled = this.#writer.settle()
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

  async #orOffline<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task()
    } catch (error) {
      this.goOffline(error)
      throw error
    }
  }

  #assertReadable(): void {
    if (this.#offline === undefined && !this.#isClosed) return
    throw new KafkaError('KAFKA_STORAGE_ERROR', this.#whyUnavailable())
  }

  #whyUnavailable(): string {
    if (this.#isClosed) return `the log of ${this.topic}-${this.partition} is closed`
    const reason = this.#offline instanceof Error ? this.#offline.message : String(this.#offline)
    return `the log of ${this.topic}-${this.partition} is offline: ${reason}`
  }

  #refusal(): AppendResult | undefined {
    if (this.#offline !== undefined || this.#isClosed)
      return this.#failure('KAFKA_STORAGE_ERROR', this.#whyUnavailable())
    if (this.#changes === 0) return undefined
    return this.#failure(
      'NOT_LEADER_OR_FOLLOWER',
      `${this.topic}-${this.partition} is changing its leader epoch or its end`,
    )
  }

  #refuseEpoch(leaderEpoch: number): AppendResult | undefined {
    const { latest } = this.#state.epochs
    if (leaderEpoch === latest) return undefined
    assert(leaderEpoch < latest, 'a leader epoch is assigned before its first append', () => ({ leaderEpoch, latest }))
    return this.#failure('NOT_LEADER_OR_FOLLOWER', `leader epoch ${leaderEpoch} is over, ${latest} has begun`)
  }

  #failure(error: string, message: string): AppendResult & { ok: false } {
    return { ok: false, error, message, logStartOffset: this.logStartOffset }
  }

  #noteDirty(): void {
    if (this.#isDirty || !this.#sync.hasUnsynced) return
    this.#isDirty = true
    this.#events.onDirty?.(this)
  }
}

/** What a reader is told when the log's bytes or its disk are not as they should be. */
function readFailure(error: unknown): unknown {
  if (error instanceof CorruptRecordError) return new KafkaError('CORRUPT_MESSAGE', error.message, { cause: error })
  if (error instanceof DiskError) return new KafkaError('KAFKA_STORAGE_ERROR', error.message, { cause: error })
  return error
}

function rethrowAsReadFailure(error: unknown): never {
  throw readFailure(error)
}
