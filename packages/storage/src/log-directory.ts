import { KafkaError } from '@ottla/protocol'
import { assert, type Disk, type DiskLock, type Random, type Timer } from '@ottla/runtime'
import { BackgroundFlush } from './background-flush.ts'
import { foreignCluster, type LastRun, readLastRun } from './last-run.ts'
import { LogCheckpoints } from './log-checkpoints.ts'
import { LogDirectoryError } from './log-directory-error.ts'
import { type MetaProperties, readMetaProperties, writeMetaProperties } from './meta-properties.ts'
import { type DoomedKind, doomedDirectoryName, partitionDirectoryName } from './names.ts'
import { findPartitionDirectories, type PartitionIdentity } from './partition-directories.ts'
import { PartitionLog } from './partition-log.ts'
import { readTopicId, writeTopicId } from './partition-metadata.ts'
import type { RecoveryMode } from './recovery.ts'
import {
  type MetadataPosition,
  readMetadataPosition,
  writeCleanShutdown,
  writeMetadataPosition,
  writeRun,
} from './run-files.ts'
import { SyncQueue } from './sync-queue.ts'
import type { LogConfig, LogWorld, PartitionLogSurface } from './types.ts'

export interface LogDirectoryOptions {
  readonly world: LogWorld
  readonly random: Random
  readonly path: string
  readonly brokerId: number
  /** When it is known: the directory must not be another cluster's. */
  readonly clusterId?: string
  readonly events?: LogDirectoryEvents
  /** replica.high.watermark.checkpoint.interval.ms */
  readonly highWatermarkIntervalMs?: number
  /** log.flush.offset.checkpoint.interval.ms */
  readonly checkpointIntervalMs?: number
  /** producer.id.expiration.ms */
  readonly producerIdExpirationMs?: number
}

export interface LogDirectoryEvents {
  /** A log's write failed and was cut off; its leader should resign. */
  onWriteFailure?(log: PartitionLog, error: unknown): void
  /** The directory's logs serve nothing any more; the broker goes on with its other directories. */
  onOffline?(directory: LogDirectory, error: unknown): void
}

/** What a registration tells the controller about a directory. */
export interface DirectoryFacts {
  readonly id: string
  /** Broker epoch in the clean-shutdown marker; -1 without marker, or when it does not say. */
  readonly cleanShutdownEpoch: number
  /** Broker epoch in the run file; -1 without one. */
  readonly runEpoch: number
  /** The run file was written in the present boot of the machine. */
  readonly sameBoot: boolean
  /** See `recordMetadataOffset`; -1 and 0 when nothing was recorded. */
  readonly metadataOffset: number
  readonly metadataEpoch: number
}

const DEFAULTS = { highWatermarkIntervalMs: 5_000, checkpointIntervalMs: 60_000, producerIdExpirationMs: 86_400_000 }
const EXPIRE_INTERVAL_MS = 600_000
const DOOMED_DELAY_MS = 60_000

/**
 * One log directory (an entry of log.dirs): whose it is, how the last run ended, and the logs in it. Locked against other
 * processes, Apache Kafka's too, until it is closed.
 */
export class LogDirectory {
  readonly path: string
  readonly recovery: RecoveryMode
  readonly #options: LogDirectoryOptions
  readonly #lock: DiskLock
  readonly #meta: { value: MetaProperties }
  readonly #facts: Omit<DirectoryFacts, 'id' | 'metadataOffset' | 'metadataEpoch'>
  readonly #syncs = new SyncQueue()
  readonly #logs = new Map<string, PartitionLog>()
  readonly #found: Map<string, PartitionIdentity>
  /** Names of partitions that were opened in this run: what they hold needs no further recovery than after a kill. */
  readonly #openedBefore = new Set<string>()
  readonly #checkpoints: LogCheckpoints
  readonly #flusher: BackgroundFlush
  readonly #timers = new Set<Timer>()
  #metadataPosition: MetadataPosition | undefined
  #brokerEpoch: number | undefined
  #offline: unknown
  #closing: Promise<void> | undefined

  private constructor(options: LogDirectoryOptions, opened: LastRun) {
    const { world, path } = options
    this.#options = options
    this.path = path
    this.#lock = opened.lock
    this.#meta = { value: opened.meta }
    this.#facts = opened.facts
    this.recovery = opened.recovery
    this.#metadataPosition = readMetadataPosition(world.disk, path)
    this.#checkpoints = new LogCheckpoints(world.disk, path, world.logger)
    const { partitions, doomed } = findPartitionDirectories(world.disk, path)
    this.#found = partitions
    this.#flusher = new BackgroundFlush(world)
    for (const leftover of doomed) this.#removeLater(leftover, DOOMED_DELAY_MS)
    this.#startTimers()
  }

  /**
   * Creates the directory if need be, locks it, and reads what the last run left. The clean-shutdown marker is gone, durably,
   * afterwards. Rejects with a `LogDirectoryError` when another process holds it or when it is another broker's or cluster's.
   */
  static async open(options: LogDirectoryOptions): Promise<LogDirectory> {
    const { disk } = options.world
    await makeDirectoryDurably(disk, options.path)
    const lock = disk.lock(disk.join(options.path, '.lock'))
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
      lock.release()
      throw error
    }
  }

  get directoryId(): string {
    return this.#meta.value.directoryId
  }

  /** Undefined until the cluster is known. */
  get clusterId(): string | undefined {
    return this.#meta.value.clusterId
  }

  get isOffline(): boolean {
    return this.#offline !== undefined
  }

  get facts(): DirectoryFacts {
    const { offset, controllerEpoch } = this.#metadataPosition ?? { offset: -1, controllerEpoch: 0 }
    return { id: this.directoryId, ...this.#facts, metadataOffset: offset, metadataEpoch: controllerEpoch }
  }

  /** Whether bytes that the run with this broker epoch acknowledged, and had not synced, can be missing. */
  unsyncedMayBeMissing(lastBrokerEpoch: number): boolean {
    const { cleanShutdownEpoch, runEpoch, sameBoot } = this.#facts
    return cleanShutdownEpoch !== lastBrokerEpoch && !(runEpoch === lastBrokerEpoch && sameBoot)
  }

  get metadataOffset(): MetadataPosition | undefined {
    return this.#metadataPosition
  }

  /** The logs that are open. */
  get logs(): readonly PartitionLog[] {
    return [...this.#logs.values()]
  }

  /** Partition directories that are there, open or not, by their `partition.metadata`. */
  partitionDirectories(): readonly PartitionIdentity[] {
    return [...this.#found.values()]
  }

  /** Writes the cluster's id into a directory that has none. Rejects when it has another one. */
  async assignClusterId(clusterId: string): Promise<void> {
    const { value } = this.#meta
    if (value.clusterId === clusterId) return
    if (value.clusterId !== undefined) throw foreignCluster(this.path, value.clusterId, clusterId)
    const meta = { ...value, clusterId }
    await this.#write(() => writeMetaProperties(this.#disk, this.path, meta))
    this.#meta.value = meta
  }

  /** Writes the run file: the registration of this run was acknowledged with this broker epoch. */
  async markRunning(brokerEpoch: number): Promise<void> {
    const run = { brokerEpoch, bootId: this.#disk.bootId() ?? null, directoryId: this.directoryId }
    await this.#write(() => writeRun(this.#disk, this.path, run))
    this.#brokerEpoch = brokerEpoch
  }

  /**
   * Records how far the metadata has been applied and which controller wrote it, durably; must precede the creation or removal
   * of partition directories that this position brings.
   */
  async recordMetadataOffset(position: MetadataPosition): Promise<void> {
    await this.#write(async () => {
      const known = this.#metadataPosition
      if (known !== undefined && known.offset >= position.offset && known.controllerEpoch >= position.controllerEpoch)
        return
      await writeMetadataPosition(this.#disk, this.path, position)
      this.#metadataPosition = position
    })
  }

  /**
   * Opens a partition's log, with its recovery, or creates it, durably. Rejects with INCONSISTENT_TOPIC_ID when the directory
   * belongs to another topic of the same name, which must be set aside or deleted first.
   */
  async openLog(options: PartitionIdentity & { readonly config: LogConfig }): Promise<PartitionLog> {
    this.#assertUsable()
    const name = partitionDirectoryName(options)
    assert(!this.#logs.has(name), 'a log is opened once', () => ({ name }))
    const directory = this.#disk.join(this.path, name)
    const isNew = await this.#prepareDirectory(directory, options)
    // What the checkpoints say is about a directory that somebody has removed.
    if (isNew) this.#checkpoints.forget(options)
    const log = await PartitionLog.open({
      ...options,
      world: this.#options.world,
      directory,
      recovery: isNew ? 'clean' : this.#openedBefore.has(name) ? 'fast' : this.recovery,
      ...this.#checkpoints.of(options),
      syncs: this.#syncs,
      events: {
        onDirty: (dirty) => this.#flusher.add(dirty),
        onRecoveryPointLowered: () => this.#writeRecoveryPoints(),
        onWriteFailure: (failed, error) => this.#options.events?.onWriteFailure?.(failed, error),
        onOffline: (_log, error) => this.#goOffline(error),
      },
    })
    this.#logs.set(name, log)
    this.#openedBefore.add(name)
    return log
  }

  /** Takes a log away at once: closed, its directory renamed; the files go after file.delete.delay.ms. */
  async deleteLog(log: PartitionLogSurface): Promise<void> {
    const name = partitionDirectoryName(log)
    assert(this.#logs.get(name) === log, 'a log is deleted where it was opened', () => ({ name }))
    await log.close()
    this.#forgetOpen(name)
    await this.#doom(log, 'delete', log.config.fileDeleteDelayMs)
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
    await this.#doom(identity, 'stray', DOOMED_DELAY_MS)
  }

  /** Writes the checkpoints of recovery points, high watermarks and log starts. */
  async writeCheckpoints(): Promise<void> {
    this.#checkpoints.note(this.#logs.values())
    await this.#syncs.run(() => this.#checkpoints.write())
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
    for (const timer of this.#timers) timer.clear()
    this.#flusher.stop()
    try {
      const closed = await Promise.allSettled(this.logs.map((log) => (clean ? log.closeDurably() : log.close())))
      const failed = closed.find((result) => result.status === 'rejected')
      if (failed !== undefined) throw failed.reason
      if (clean && this.#offline === undefined) await this.#closeCleanly()
    } finally {
      await this.#syncs.idle()
      this.#lock.release()
    }
  }

  async #closeCleanly(): Promise<void> {
    await this.writeCheckpoints()
    const brokerEpoch = this.#brokerEpoch
    if (brokerEpoch === undefined) return
    // The marker speaks for every log here: one that this run could not open, or did not, is still to be recovered.
    const unopened = [...this.#found.keys()].filter((name) => !this.#openedBefore.has(name))
    if (this.recovery !== 'clean' && unopened.length > 0) {
      const message = 'the next start recovers again: not every log here was opened in this run'
      this.#options.world.logger.warn(message, { path: this.path, partitions: unopened.slice(0, 10) })
      return
    }
    await this.#syncs.run(() => writeCleanShutdown(this.#disk, this.path, brokerEpoch))
  }

  get #disk() {
    return this.#options.world.disk
  }

  /** Returns whether the partition is new here. */
  async #prepareDirectory(directory: string, identity: PartitionIdentity): Promise<boolean> {
    const disk = this.#disk
    const isThere = disk.exists(directory)
    const topicId = isThere ? readTopicId(disk, directory) : undefined
    if (topicId !== undefined && topicId !== identity.topicId) {
      const message = `${directory} belongs to topic id ${topicId}, not ${identity.topicId}`
      throw new KafkaError('INCONSISTENT_TOPIC_ID', message)
    }
    if (topicId === undefined) {
      await this.#write(async () => {
        disk.makeDirectory(directory)
        await writeTopicId(disk, directory, identity.topicId)
        await disk.syncDirectory(this.path)
      })
    }
    const { topic, partition } = identity
    this.#found.set(partitionDirectoryName(identity), { topic, partition, topicId: identity.topicId })
    return !isThere
  }

  async #doom(identity: PartitionIdentity, kind: DoomedKind, delayMs: number): Promise<void> {
    const disk = this.#disk
    const name = partitionDirectoryName(identity)
    const hex = Array.from(this.#options.random.bytes(16), (byte) => byte.toString(16).padStart(2, '0')).join('')
    const doomed = disk.join(this.path, doomedDirectoryName(identity, hex, kind))
    this.#found.delete(name)
    this.#openedBefore.delete(name)
    this.#checkpoints.forget(identity)
    await this.#write(async () => {
      disk.rename(disk.join(this.path, name), doomed)
      await disk.syncDirectory(this.path)
    })
    this.#options.world.logger.info('a partition directory will be removed', { directory: doomed, delayMs })
    this.#removeLater(doomed, delayMs)
  }

  #removeLater(path: string, delayMs: number): void {
    const { timers, logger } = this.#options.world
    const timer = timers.after(delayMs, () => {
      this.#timers.delete(timer)
      this.#disk
        .removeTree(path)
        .catch((error) => logger.warn('cannot remove a directory; the next start tries again', { path, error }))
    })
    this.#timers.add(timer)
  }

  #forgetOpen(name: string): void {
    const log = this.#logs.get(name)
    if (log !== undefined) this.#flusher.remove(log)
    this.#logs.delete(name)
  }

  async #writeRecoveryPoints(): Promise<void> {
    this.#checkpoints.note(this.#logs.values())
    await this.#write(() => this.#checkpoints.recoveryPoints.write())
  }

  #startTimers(): void {
    const { timers, clock, logger } = this.#options.world
    const { highWatermarkIntervalMs, checkpointIntervalMs, producerIdExpirationMs } = { ...DEFAULTS, ...this.#options }
    const report = (error: unknown) =>
      logger.warn('cannot write a checkpoint; it will be tried again', { path: this.path, error })
    this.#timers.add(
      timers.every(highWatermarkIntervalMs, () => {
        this.#checkpoints.note(this.#logs.values())
        this.#syncs.run(() => this.#checkpoints.highWatermarks.write()).catch(report)
      }),
    )
    this.#timers.add(timers.every(checkpointIntervalMs, () => void this.writeCheckpoints().catch(report)))
    this.#timers.add(
      timers.every(EXPIRE_INTERVAL_MS, () => {
        for (const log of this.#logs.values()) log.expireProducers(clock.now() - producerIdExpirationMs)
      }),
    )
  }

  /** Writes a small file in turn; the error is the caller's. */
  #write(task: () => Promise<void>): Promise<void> {
    this.#assertUsable()
    return this.#syncs.run(task)
  }

  #goOffline(error: unknown): void {
    if (this.#offline !== undefined) return
    this.#offline = error ?? new Error('a log failed')
    this.#flusher.stop()
    for (const timer of this.#timers) timer.clear()
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

/** Creates a directory, and makes its name durable unless it has long been in use. */
async function makeDirectoryDurably(disk: Disk, path: string): Promise<void> {
  if (readMetaProperties(disk, path) !== undefined) return
  const parents = [disk.join(path, '..')]
  for (let missing = parents[0]!; !disk.exists(missing); missing = parents.at(-1)!)
    parents.push(disk.join(missing, '..'))
  disk.makeDirectory(path)
  for (const parent of parents) await disk.syncDirectory(parent)
}
