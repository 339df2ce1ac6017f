import { assert } from '@ottla/runtime'
import { planFollowerAppend, planLeaderAppend } from './append-plan.ts'
import { type CompactionOutcome, type CompactionTools, LogCompaction } from './compaction/log-compaction.ts'
import type { CompactionPlan } from './compaction/plan-compaction.ts'
import { isDamage } from './corrupt-log-error.ts'
import { LeaderEpochs } from './leader-epochs.ts'
import type { LogEvents } from './log-events.ts'
import { changeEpochs, writeSnapshot } from './log-files.ts'
import { readLog } from './log-read.ts'
import { LogRetention } from './log-retention.ts'
import { LogStanding } from './log-standing.ts'
import type { LogState } from './log-state.ts'
import { LogSync } from './log-sync.ts'
import { LogTruncation } from './log-truncation.ts'
import { type AppendDone, LogWriter } from './log-writer.ts'
import { isOutOfRoom } from './out-of-room.ts'
import { readFailure } from './read-failure.ts'
import { type OpenLogOptions, openLogState } from './recovery.ts'
import { offsetForTimestamp, offsetOfMaxTimestamp } from './timestamp-lookup.ts'
import type {
  ActiveProducer,
  AppendRequest,
  EpochEndOffset,
  LogConfig,
  PartitionLogSurface,
  ReadRequest,
  ReadResult,
  TimestampAndOffset,
} from './types.ts'

/** See `PartitionLogSurface`, which says what each member promises. */
export class PartitionLog implements PartitionLogSurface {
  readonly #state: LogState
  readonly #events: LogEvents
  readonly #writer: LogWriter
  readonly #sync: LogSync
  readonly #retention: LogRetention
  readonly #truncation: LogTruncation
  readonly #compaction: LogCompaction
  readonly #standing: LogStanding
  #isDirty = false

  private constructor(state: LogState, events: LogEvents) {
    this.#state = state
    this.#events = events
    this.#sync = new LogSync(state, (error) => this.goOffline(error))
    this.#writer = new LogWriter(state, this.#sync, {
      onPublished: () => this.#noteDirty(),
      onBroken: (error) => this.goOffline(error),
      finishCut: () => this.#truncation.finish(),
      whyOffline: () => this.#standing.offline,
    })
    this.#standing = new LogStanding(state, () => this.#writer.settle())
    this.#retention = new LogRetention(state, {
      roll: () => this.#writer.roll(),
      onDirty: () => this.#noteDirty(),
      persistStart: () => this.#persistStart(),
      isUsable: () => this.#standing.isUsable,
      onBroken: (error) => this.goOffline(error),
    })
    this.#compaction = new LogCompaction(state, {
      persistCleaned: async () => this.#events.onCleaned?.(this),
      isUsable: () => this.#standing.isUsable,
      onBroken: (error) => this.goOffline(error),
    })
    this.#truncation = new LogTruncation(state, {
      assertUsable: () => this.#standing.assertUsable(),
      changeEpochs: (epochs) => this.#changeEpochs(epochs),
      lowerRecoveryPoint: async () => this.#events.onRecoveryPointLowered?.(this),
      persistStart: () => this.#writeStart(),
      onBroken: (error) => this.goOffline(error),
      onCut: () => {
        this.#writer.pending.reset()
        this.#noteDirty()
      },
    })
  }

  /**
   * Opens a partition's directory, which must exist, and recovers it as `options.recovery` says. Rejects with a `CorruptLogError`
   * where bytes are damaged that must not be, and with a `DiskError`.
   */
  static async open(options: OpenLogOptions & { readonly events?: LogEvents }): Promise<PartitionLog> {
    const log = new PartitionLog(await openLogState(options), options.events ?? {})
    if (log.#sync.hasUnsynced) log.#noteDirty()
    const { logEndOffset, recoveryPoint, config } = log.#state
    // What a killed process had written and not synced would pass for flushed. (A failure has taken the log offline.)
    if (logEndOffset - recoveryPoint >= config.flushMessages) await log.#sync.flush().catch(() => {})
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
    const { highWatermark, logStartOffset, producers } = this.#state
    const unstable = producers.firstUnstableOffset(highWatermark) ?? highWatermark
    // A transaction may have begun below the start.
    return Math.max(logStartOffset, Math.min(highWatermark, unstable))
  }

  get sizeBytes(): number {
    return this.#state.segments.sizeBytes
  }

  get segmentCount(): number {
    return this.#state.segments.list.length
  }

  get recoveryPoint(): number {
    return this.#state.recoveryPoint
  }

  /** See `LogState.cleanedTo`. */
  get cleanedTo(): number {
    return this.#state.cleanedTo
  }

  get latestLeaderEpoch(): number {
    return this.#state.epochs.latest
  }

  get config(): LogConfig {
    return this.#state.config
  }

  get isOffline(): boolean {
    return this.#standing.offline !== undefined
  }

  /** The log start offset that the names of the segments tell after any crash; -1 while that is not known. */
  get namedStartOffset(): number {
    return this.#state.namedStart
  }

  /** Base offsets and sizes of the segments, for descriptions of the log. */
  get segments(): readonly { readonly baseOffset: number; readonly sizeBytes: number }[] {
    return this.#state.segments.list.map(({ baseOffset, sizeBytes }) => ({ baseOffset, sizeBytes }))
  }

  append(request: AppendRequest, done: AppendDone): void {
    const refusal = this.#standing.refuse() ?? this.#standing.refuseEpoch(request.leaderEpoch)
    if (refusal !== undefined) this.#writer.answer(refusal, done)
    else this.#writer.enqueue(planLeaderAppend(this.#state, this.#writer.pending, request), request.records, done)
  }

  appendAsFollower(records: Uint8Array, done: AppendDone, leaderEpoch = Number.POSITIVE_INFINITY): void {
    const refusal = this.#standing.refuse()
    if (refusal !== undefined) this.#writer.answer(refusal, done)
    else this.#writer.enqueue(planFollowerAppend(this.#writer.pending, records, leaderEpoch), records, done)
  }

  read(request: ReadRequest): ReadResult {
    this.#standing.assertUsable()
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
    return this.#standing.change(async () => {
      this.#standing.assertUsable()
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

  offsetForTimestamp(timestampMs: number, limitOffset: number): Promise<TimestampAndOffset | undefined> {
    return this.#lookUp(() => offsetForTimestamp(this.#state, timestampMs, limitOffset))
  }

  offsetOfMaxTimestamp(): Promise<TimestampAndOffset | undefined> {
    return this.#lookUp(() => offsetOfMaxTimestamp(this.#state))
  }

  /** Begins again when retention has taken the segment away that was being looked at, or compaction has replaced it. */
  async #lookUp<T>(look: () => Promise<T>): Promise<T> {
    for (;;) {
      this.#standing.assertUsable()
      const { segments, replacements } = this.#state
      const { first } = segments
      try {
        const found = await look()
        if (replacements === this.#state.replacements) return found
      } catch (error) {
        if (first === segments.first && replacements === this.#state.replacements) throw readFailure(error)
      }
    }
  }

  deleteRecordsBefore(offset: number): Promise<number> {
    return this.#retention.deleteBefore(offset)
  }

  activeProducers(): readonly ActiveProducer[] {
    return Array.from(this.#state.producers.entries(), (entry) => ({
      producerId: entry.producerId,
      producerEpoch: entry.producerEpoch,
      lastSequence: entry.batches.at(-1)?.lastSequence ?? -1,
      lastTimestampMs: entry.lastTimestampMs,
      coordinatorEpoch: entry.coordinatorEpoch,
      currentTxnStartOffset: entry.currentTxnFirstOffset,
    }))
  }

  /**
   * Applies the rules of retention: the log start offset moves, which is to be made durable before `removeSegmentsBelowStart`.
   * Returns whether there are segments to remove. Rejects with a `DiskError`.
   */
  async enforceRetention(): Promise<boolean> {
    return this.#standing.isUsable ? this.#retention.enforce() : false
  }

  /** Whole segments below the log start offset leave the log; see `LogRetention.removeDoomed`. */
  removeSegmentsBelowStart(options: { readonly unpersisted: boolean }): Promise<void> {
    return this.#retention.removeDoomed(options)
  }

  /** What compaction would do, by the rules; see `LogCompaction.plan`. */
  async compactionPlan(): Promise<CompactionPlan> {
    this.#standing.assertUsable()
    return this.#compaction.plan()
  }

  /** One run of compaction; see `LogCompaction.compact`. One at a time. */
  async compact(tools: CompactionTools): Promise<CompactionOutcome> {
    this.#standing.assertUsable()
    return this.#compaction.compact(tools)
  }

  /** The log start offset `offset` stands in a checkpoint, durably. */
  noteStartPersisted(offset: number): void {
    this.#state.persistedStart = Math.max(offset, this.#state.namedStart)
  }

  async #persistStart(): Promise<void> {
    this.#standing.assertUsable()
    try {
      await this.#writeStart()
    } catch (error) {
      throw readFailure(error)
    }
  }

  async #writeStart(): Promise<void> {
    const { onStartMoved } = this.#events
    if (onStartMoved === undefined) this.noteStartPersisted(this.#state.logStartOffset)
    await onStartMoved?.call(this.#events, this)
  }

  truncateTo(offset: number): Promise<void> {
    return this.#standing.change(() => this.#truncation.truncateTo(offset))
  }

  truncateFullyAndStartAt(offset: number): Promise<void> {
    return this.#standing.change(() => this.#truncation.restartAt(offset))
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

  async flush(): Promise<void> {
    this.#standing.assertUsable()
    this.#isDirty = false
    try {
      await this.#sync.flush()
    } finally {
      if (this.#sync.hasUnsynced && !this.isOffline) this.#noteDirty()
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
    if (this.#standing.isClosed) return
    await this.#standing.change(async () => {
      if (!this.#standing.close()) return
      try {
        if (!this.isOffline) await this.#finishFiles(beforeFilesClose)
      } finally {
        this.#sync.stop()
        await this.#compaction.stop()
        for (const removal of this.#state.removals) removal.clear()
        await this.#sync.idle()
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
    if (!this.#standing.goOffline(error)) return
    this.#sync.stop()
    const { topic, partition, directory } = this.#state
    this.#state.world.logger.error('a partition log goes offline', { topic, partition, directory, error })
    if (isDamage(error)) this.#events.onCorrupt?.(this, error)
    else this.#events.onOffline?.(this, error)
  }

  #noteDirty(): void {
    if (this.#isDirty || !this.#sync.hasUnsynced) return
    this.#isDirty = true
    this.#events.onDirty?.(this)
  }
}
