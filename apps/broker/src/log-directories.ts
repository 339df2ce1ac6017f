/** The directories of `log.dirs`, opened and closed together. */
import type { Runtime } from '@ottla/runtime'
import {
  type CleanerFacts,
  type CleanerSettings,
  type DirectoryFacts,
  LogCleaner,
  LogDirectory,
  LogDirectoryError,
} from '@ottla/storage'
import type { LogIntervals } from './config/broker-config.ts'
import type { LogIdentity } from './partitions/log-homes.ts'
import { RetentionTask } from './partitions/retention.ts'

export interface LogDirectoriesOptions {
  readonly runtime: Runtime
  readonly brokerId: number
  readonly paths: readonly string[]
  readonly intervals: LogIntervals
  /** A directory has failed; the others go on. */
  readonly onOffline: (path: string) => void
  /** Damage was found in an open log; the others of its directory go on. */
  readonly onCorrupt: (log: Pick<LogIdentity, 'topicId' | 'partition'>) => void
  /** No directory is left: the broker can serve nothing any more. */
  readonly onAllOffline: (error: Error) => void
}

/** Opens all of them; rejects, with those that it had opened closed again, when one cannot be used. */
export async function openLogDirectories(options: LogDirectoriesOptions): Promise<LogDirectories> {
  const opened: LogDirectory[] = []
  const directories = new LogDirectories(opened, options)
  try {
    for (const path of options.paths) opened.push(await directories.open(path))
    directories.assertOneCluster()
    return directories
  } catch (error) {
    await directories.close()
    throw error
  }
}

export class LogDirectories {
  readonly all: readonly LogDirectory[]
  readonly #options: LogDirectoriesOptions
  #retention: RetentionTask | undefined
  #cleaner: LogCleaner | undefined

  constructor(all: readonly LogDirectory[], options: LogDirectoriesOptions) {
    this.all = all
    this.#options = options
  }

  /** Empty when no directory has been used before. */
  get clusterId(): string {
    return this.all.find(({ clusterId }) => clusterId !== undefined)?.clusterId ?? ''
  }

  /** What a registration tells of them. */
  get facts(): readonly DirectoryFacts[] {
    return this.all.map(({ facts }) => facts)
  }

  open(path: string): Promise<LogDirectory> {
    const { runtime, brokerId, intervals } = this.#options
    const { disk, clock, timers, logger, random } = runtime
    return LogDirectory.open({
      world: { disk, clock, timers, logger },
      random,
      path,
      brokerId,
      ...intervals,
      events: {
        onOffline: (directory, error) => this.#wentOffline(directory, error),
        onCorrupt: (log) => this.#options.onCorrupt(log),
      },
    })
  }

  assertOneCluster(): void {
    for (const { path, clusterId } of this.all) {
      if (clusterId === undefined || clusterId === this.clusterId) continue
      throw new LogDirectoryError(path, `belongs to cluster ${clusterId}, another one of log.dirs to ${this.clusterId}`)
    }
  }

  async assignClusterId(clusterId: string): Promise<void> {
    for (const directory of this.all) await directory.assignClusterId(clusterId)
  }

  async markRunning(brokerEpoch: number): Promise<void> {
    await Promise.all(this.all.map((directory) => directory.markRunning(brokerEpoch)))
  }

  /** producer.id.expiration.ms */
  expireProducersAfter(ms: number): void {
    for (const directory of this.all) directory.expireProducersAfter(ms)
  }

  /** From now on records go by age and size. */
  startRetention(): void {
    const { runtime, intervals } = this.#options
    const { initialTaskDelayMs: initialDelayMs, retentionCheckIntervalMs: intervalMs } = intervals
    this.#retention = new RetentionTask({ timers: runtime.timers, homes: this.all, initialDelayMs, intervalMs })
  }

  /** From now on compacted logs are compacted. */
  startCompaction(settings: () => CleanerSettings): void {
    const { runtime } = this.#options
    const { clock, timers, logger, offload, random } = runtime
    const logs = () => this.all.filter(({ isOffline }) => !isOffline).flatMap((directory) => directory.logs)
    this.#cleaner = new LogCleaner({ world: { clock, timers, logger }, offload, random, logs, settings })
    this.#cleaner.start()
  }

  /** Undefined where nothing is compacted. */
  get compaction(): CleanerFacts | undefined {
    return this.#cleaner?.facts
  }

  /** A clean shutdown of each that still works; rejects, after all of them, with the first failure. */
  async close(): Promise<void> {
    this.#retention?.stop()
    const cleaned = this.#cleaner?.stop()
    const closed = await Promise.allSettled(this.all.map((directory) => directory.close({ clean: true })))
    await cleaned
    for (const result of closed) if (result.status === 'rejected') throw result.reason
  }

  #wentOffline({ path }: LogDirectory, error: unknown): void {
    this.#options.onOffline(path)
    if (this.all.some(({ isOffline }) => !isOffline)) return
    const reason = error instanceof Error ? error.message : String(error)
    this.#options.onAllOffline(new Error(`no log directory is left: ${reason}`, { cause: error }))
  }
}
