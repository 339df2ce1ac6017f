import { KafkaError } from '@ottla/protocol'
import { assert, type DiskLock, type DiskSpace } from '@ottla/runtime'
import { BackgroundFlush } from './background-flush.ts'
import { DirectoryIdentity } from './directory-identity.ts'
import { enforceRetention } from './directory-retention.ts'
import { DirectoryTimers } from './directory-timers.ts'
import { DoomedDirectories } from './doomed-directories.ts'
import { type LastRun, LOCK_FILE, readLastRun } from './last-run.ts'
import { LogCheckpoints } from './log-checkpoints.ts'
import { LogDirectoryError } from './log-directory-error.ts'
import type { DirectoryFacts, LogDirectoryOptions } from './log-directory-options.ts'
import { makeDirectoryDurably } from './make-directory.ts'
import { partitionDirectoryName } from './names.ts'
import { OccasionalReport } from './occasional-report.ts'
import { isFailedSync } from './out-of-room.ts'
import { findPartitionDirectories, PartitionDirectories, type PartitionIdentity } from './partition-directories.ts'
import { PartitionLog } from './partition-log.ts'
import type { RecoveryMode } from './recovery.ts'
import { forgetRun, type MetadataPosition } from './run-files.ts'
import { SharedTask } from './shared-task.ts'
import { SyncQueue } from './sync-queue.ts'
import type { LogConfig, PartitionLogSurface } from './types.ts'

const PRODUCER_ID_EXPIRATION_MS = 86_400_000
const STRAY_DELAY_MS = 60_000

/**
 * One log directory (an entry of log.dirs): whose it is, how the last run ended, and the logs in it. Locked against other
 * processes, Apache Kafka's too, until it is closed.
 */
export class LogDirectory {
  readonly path: string
  readonly recovery: RecoveryMode
  readonly #options: LogDirectoryOptions
  #producerIdExpirationMs: number
  readonly #lock: DiskLock
  readonly #identity: DirectoryIdentity
  readonly #mayReadUnwritten: boolean
  readonly #syncs = new SyncQueue()
  readonly #writeFailures: OccasionalReport
  readonly #logs = new Map<string, PartitionLog>()
  /** Logs that are closed, or about to be, and whose directories are about to go. */
  readonly #leaving = new Map<string, PartitionLogSurface>()
  readonly #partitions: PartitionDirectories
  /** Names of partitions that were opened in this run: what they hold needs no further recovery than after a kill. */
  readonly #openedBefore = new Set<string>()
  readonly #checkpoints: LogCheckpoints
  readonly #flusher: BackgroundFlush
  readonly #doomed: DoomedDirectories
  readonly #timers: DirectoryTimers
  readonly #persistStarts: SharedTask
  #retention: Promise<void> | undefined
  #offline: unknown
  /** The run file goes: after a failed sync. */
  #forgetting: Promise<void> | undefined
  #closing: Promise<void> | undefined

  private constructor(options: LogDirectoryOptions, opened: LastRun) {
    const { world, path } = options
    this.#options = options
    this.path = path
    this.#lock = opened.lock
    this.recovery = opened.recovery
    this.#mayReadUnwritten = opened.mayReadUnwritten
    const write = (task: () => Promise<void>) => this.#write(task)
    this.#identity = new DirectoryIdentity({ disk: world.disk, path, opened, write })
    this.#checkpoints = new LogCheckpoints(world.disk, path, world.logger)
    const { partitions, doomed } = findPartitionDirectories(world.disk, path)
    this.#partitions = new PartitionDirectories(partitions, {
      disk: world.disk,
      random: options.random,
      path,
      checkpoints: this.#checkpoints,
      write,
    })
    this.#flusher = new BackgroundFlush(world)
    this.#doomed = new DoomedDirectories(world, doomed)
    this.#writeFailures = new OccasionalReport(world.clock)
    this.#persistStarts = new SharedTask(write, () => this.#writeLogStarts())
    this.#producerIdExpirationMs = options.producerIdExpirationMs ?? PRODUCER_ID_EXPIRATION_MS
    this.#timers = new DirectoryTimers(options, {
      writeHighWatermarks: () => this.#writeNoted(({ highWatermarks }) => highWatermarks.write()),
      writeRecoveryPoints: () => this.#writeNoted(({ recoveryPoints }) => recoveryPoints.write()),
      writeLogStarts: async () => this.#persistStarts.run(),
      expireProducers: () => this.#expireProducers(),
    })
  }

  /**
   * Creates the directory if need be, locks it, and reads what the last run left. The clean-shutdown marker is gone, durably,
   * afterwards. Rejects with a `LogDirectoryError` when another process holds it or when it is another broker's or cluster's.
   */
  static async open(options: LogDirectoryOptions): Promise<LogDirectory> {
    const { disk } = options.world
    await makeDirectoryDurably(disk, options.path)
    const lock = disk.lock(disk.join(options.path, LOCK_FILE))
    if (lock === undefined) {
      throw new LogDirectoryError(
        options.path,
        'is in use by another broker; stop that one, or give each its own log.dirs',
      )
    }
    try {
      const opened = await readLastRun(options, lock)
      return new LogDirectory(options, opened)
    } catch (error) {
      if (isFailedSync(error)) await forgetRun(disk, options.path)
      lock.release()
      throw error
    }
  }

  /** producer.id.expiration.ms has changed: from the next round on, producers that have written nothing for so long are forgotten. */
  expireProducersAfter(ms: number): void {
    this.#producerIdExpirationMs = ms
  }

  get absolutePath(): string {
    return this.#disk.absolute(this.path)
  }

  get directoryId(): string {
    return this.#identity.directoryId
  }

  /** Undefined until the cluster is known. */
  get clusterId(): string | undefined {
    return this.#identity.clusterId
  }

  get isOffline(): boolean {
    return this.#offline !== undefined
  }

  get facts(): DirectoryFacts {
    return this.#identity.facts
  }

  /** Whether bytes that the run with this broker epoch acknowledged, and had not synced, can be missing. */
  unsyncedMayBeMissing(lastBrokerEpoch: number): boolean {
    const { cleanShutdownEpoch, runEpoch, sameBoot } = this.facts
    return cleanShutdownEpoch !== lastBrokerEpoch && !(runEpoch === lastBrokerEpoch && sameBoot)
  }

  get metadataOffset(): MetadataPosition | undefined {
    return this.#identity.metadataPosition
  }

  /** The logs that are open. */
  get logs(): readonly PartitionLog[] {
    return [...this.#logs.values()]
  }

  /** Partition directories that are there, open or not, by their `partition.metadata`. */
  partitionDirectories(): readonly PartitionIdentity[] {
    return this.#partitions.all
  }

  /** Writes the cluster's id into a directory that has none. Rejects when it has another one. */
  async assignClusterId(clusterId: string): Promise<void> {
    await this.#identity.assignClusterId(clusterId)
  }

  /** Writes the run file: the registration of this run was acknowledged with this broker epoch. */
  async markRunning(brokerEpoch: number): Promise<void> {
    await this.#identity.markRunning(brokerEpoch, () => this.isOffline)
    // Whose word it was that they are of no use any more has been confirmed with the registration.
    this.#doomed.removeLeftovers()
  }

  /**
   * Records how far the metadata has been applied and which controller wrote it, durably; must precede the creation or removal
   * of partition directories that this position brings.
   */
  async recordMetadataOffset(position: MetadataPosition): Promise<void> {
    await this.#identity.recordMetadataOffset(position)
  }

  /**
   * Opens a partition's log, with its recovery, or creates it, durably. Rejects with INCONSISTENT_TOPIC_ID when the directory
   * belongs to another topic of the same name, which must be set aside or deleted first.
   */
  openLog(options: PartitionIdentity & { readonly config: LogConfig }): Promise<PartitionLog> {
    return this.#guarded(() => this.#openLog(options))
  }

  async #openLog(options: PartitionIdentity & { readonly config: LogConfig }): Promise<PartitionLog> {
    this.#assertUsable()
    const name = partitionDirectoryName(options)
    assert(!this.#logs.has(name) && !this.#leaving.has(name), 'a log is opened once', () => ({ name }))
    const directory = this.#partitions.pathOf(options)
    const isNew = await this.#partitions.prepare(options)
    const log = await PartitionLog.open({
      ...options,
      world: this.#options.world,
      directory,
      ...this.#recoveryOf(name, isNew),
      ...this.#checkpoints.of(options),
      syncs: this.#syncs,
      writeFailures: this.#writeFailures,
      events: {
        onDirty: (dirty) => this.#flusher.add(dirty),
        onRecoveryPointLowered: () => this.#writeNoted((checkpoints) => checkpoints.writeLowered()),
        onCleaned: () => this.#writeNoted(({ cleaned }) => cleaned.write()),
        onStartMoved: () => this.#persistStarts.run(),
        onOffline: (_log, error) => this.#goOffline(error),
        onCorrupt: (corrupt) => this.#options.events?.onCorrupt?.(corrupt),
      },
    })
    try {
      await this.#checkpoints.lowerCleaned(log, (task) => this.#write(task))
    } catch (error) {
      await log.close()
      throw error
    }
    this.#logs.set(name, log)
    this.#openedBefore.add(name)
    return log
  }

  #recoveryOf(name: string, isNew: boolean): { recovery: RecoveryMode; rewritesUnsynced: boolean } {
    if (isNew) return { recovery: 'clean', rewritesUnsynced: false }
    if (this.#openedBefore.has(name)) return { recovery: 'fast', rewritesUnsynced: false }
    return { recovery: this.recovery, rewritesUnsynced: this.#mayReadUnwritten }
  }

  /**
   * Takes a log away at once: closed, its directory renamed; the files go after file.delete.delay.ms. When it rejects for want of room
   * on the disk the log is closed and its directory where it was: the call may be repeated, and nothing opened in its place before.
   */
  async deleteLog(log: PartitionLogSurface): Promise<void> {
    const name = partitionDirectoryName(log)
    const isHere = this.#logs.get(name) === log || this.#leaving.get(name) === log
    assert(isHere, 'a log is deleted where it was opened', () => ({ name }))
    this.#leaving.set(name, log)
    await log.close()
    this.#forgetOpen(name)
    this.#openedBefore.delete(name)
    const doomed = await this.#partitions.takeAway(log, 'delete')
    this.#leaving.delete(name)
    this.#removeLater(doomed, log.config.fileDeleteDelayMs)
  }

  /** Closes a log and keeps its files. */
  async closeLog(log: PartitionLogSurface): Promise<void> {
    await log.close()
    this.#checkpoints.note(this.#logs.values())
    this.#forgetOpen(partitionDirectoryName(log))
  }

  /** Sets aside the directory of a partition that the metadata does not know, and which is not open; removed after a delay. */
  async setAside(identity: PartitionIdentity): Promise<void> {
    const name = partitionDirectoryName(identity)
    assert(!this.#logs.has(name), 'an open log is deleted, not set aside', () => ({ name }))
    this.#openedBefore.delete(name)
    const doomed = await this.#partitions.takeAway(identity, 'stray')
    this.#removeLater(doomed, STRAY_DELAY_MS)
  }

  /** Writes the checkpoints of recovery points, high watermarks and log starts. */
  async writeCheckpoints(): Promise<void> {
    const write = async () => {
      this.#checkpoints.note(this.#logs.values())
      await this.#checkpoints.write()
    }
    await this.#syncs.run(() => this.#guarded(write))
  }

  /** One pass of retention over the open logs; a pass that is under way is waited for instead. Never rejects. */
  enforceRetention(): Promise<void> {
    this.#retention ??= enforceRetention({
      world: this.#options.world,
      logs: this.logs,
      persistStarts: () => this.#persistStarts.run(),
      isOver: () => this.#offline !== undefined || this.#closing !== undefined,
    }).finally(() => {
      this.#retention = undefined
    })
    return this.#retention
  }

  /** What the file system below holds and has left. Rejects with a `DiskError`. */
  space(): Promise<DiskSpace> {
    return this.#disk.space(this.path)
  }

  async #writeLogStarts(): Promise<void> {
    const logs = this.logs
    this.#checkpoints.note(logs)
    const starts = logs.map((log) => log.logStartOffset)
    await this.#checkpoints.logStarts.write()
    for (const [index, log] of logs.entries()) log.noteStartPersisted(starts[index]!)
  }

  /**
   * Closes all logs. `clean` (a controlled shutdown): everything is made durable, then the clean-shutdown marker is written, with
   * the broker epoch of `markRunning`, without which there is none; then the lock is released.
   */
  close(options: { readonly clean: boolean }): Promise<void> {
    this.#closing ??= this.#close(options.clean)
    return this.#closing
  }

  async #close(clean: boolean): Promise<void> {
    this.#timers.stop()
    this.#flusher.stop()
    await this.#doomed.stop()
    const isDamaged = this.logs.some((log) => log.isOffline)
    try {
      const closed = await Promise.allSettled(this.logs.map((log) => (clean ? log.closeDurably() : log.close())))
      const failed = closed.find((result) => result.status === 'rejected')
      if (failed !== undefined) throw failed.reason
      if (clean && this.#offline === undefined) await this.#closeCleanly(isDamaged)
    } finally {
      await this.#syncs.idle()
      await this.#forgetting
      this.#lock.release()
    }
  }

  async #closeCleanly(isDamaged: boolean): Promise<void> {
    await this.writeCheckpoints()
    if (!this.#identity.hasRun) return
    // The marker speaks for every log here: one that this run could not open, or did not, is still to be recovered.
    const unopened = this.#partitions.names.filter((name) => !this.#openedBefore.has(name))
    if (isDamaged || (this.recovery !== 'clean' && unopened.length > 0) || this.#leaving.size > 0) {
      const message = 'the next start recovers again: not every log here was opened in this run and closed whole'
      this.#options.world.logger.warn(message, { path: this.path, partitions: unopened.slice(0, 10) })
      return
    }
    await this.#syncs.run(() => this.#identity.writeCleanShutdown())
  }

  get #disk() {
    return this.#options.world.disk
  }

  #removeLater(doomed: string, delayMs: number): void {
    this.#options.world.logger.info('a partition directory will be removed', { directory: doomed, delayMs })
    this.#doomed.removeLater(doomed, delayMs)
  }

  #forgetOpen(name: string): void {
    const log = this.#logs.get(name)
    if (log !== undefined) this.#flusher.remove(log)
    this.#logs.delete(name)
  }

  /** Writes one of the checkpoints as the logs are when its turn has come. */
  async #writeNoted(write: (checkpoints: LogCheckpoints) => Promise<void>): Promise<void> {
    await this.#write(() => {
      this.#checkpoints.note(this.#logs.values())
      return write(this.#checkpoints)
    })
  }

  #expireProducers(): void {
    const beforeMs = this.#options.world.clock.now() - this.#producerIdExpirationMs
    for (const log of this.#logs.values()) log.expireProducers(beforeMs)
  }

  /** Writes a small file in turn; the error is the caller's. */
  async #write(task: () => Promise<void>): Promise<void> {
    this.#assertUsable()
    return this.#syncs.run(() => this.#guarded(task))
  }

  /** Whoever asked hears of every failure; one of a sync, whatever it was for, concerns everything on this disk. */
  async #guarded<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task()
    } catch (error) {
      if (isFailedSync(error)) this.#goOffline(error)
      throw error
    }
  }

  #goOffline(error: unknown): void {
    if (this.#offline !== undefined) return
    this.#offline = error ?? new Error('a log failed')
    if (isFailedSync(error)) this.#forgetting = forgetRun(this.#disk, this.path)
    this.#flusher.stop()
    this.#timers.stop()
    void this.#doomed.stop()
    this.#options.world.logger.error('a log directory goes offline', { path: this.path, error })
    for (const log of this.#logs.values()) log.goOffline(error)
    this.#options.events?.onOffline?.(this, error)
  }

  #assertUsable(): void {
    if (this.#offline === undefined && this.#closing === undefined) return
    const state = this.#closing === undefined ? 'offline' : 'closed'
    throw new KafkaError('KAFKA_STORAGE_ERROR', `log directory ${this.path} is ${state}`)
  }
}
