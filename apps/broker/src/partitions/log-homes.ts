/**
 * The log directories of this broker, as far as the partitions are concerned: where a partition's log lies or shall lie. A
 * directory is handed in opened, recovered and locked, and is closed by whoever opened it, which closes its logs.
 */
import { assert } from '@ottla/runtime'
import {
  isOutOfRoom,
  type LogConfig,
  type MetadataPosition,
  type PartitionIdentity,
  type PartitionLogSurface,
} from '@ottla/storage'

export type LogIdentity = PartitionIdentity

/** What storage's LogDirectory does for the partitions. */
export interface LogHome {
  readonly path: string
  /** Partition directories that were found when the log directory was opened. */
  partitionDirectories(): readonly LogIdentity[]
  /** Opens the log, with its recovery, or creates it. */
  openLog(options: LogIdentity & { readonly config: LogConfig }): Promise<PartitionLogSurface>
  /** Takes the log away at once (renamed, closed) and removes its files after file.delete.delay.ms. May be repeated when it finds no room. */
  deleteLog(log: PartitionLogSurface): Promise<void>
  /** Closes the log and keeps its files. */
  closeLog(log: PartitionLogSurface): Promise<void>
  /** Sets a partition directory aside that the metadata does not know; removed after file.delete.delay.ms. */
  setAside(identity: LogIdentity): Promise<void>
  /** Records durably how far the metadata has been applied. */
  recordMetadataOffset(position: MetadataPosition): Promise<void>
}

/**
 * Which directory a partition has or gets, and all that is done to partition directories.
 *
 * A directory that could not record the metadata offset (it is offline, it is full) is left alone until it can: its partitions
 * fail, those of the others go on.
 */
export class LogHomes {
  readonly #homes: readonly LogHome[]
  readonly #byPartition = new Map<string, LogHome>()
  readonly #counts = new Map<LogHome, number>()
  /** Directories that do not know how far the metadata has been applied, and why. */
  readonly #behind = new Map<LogHome, unknown>()

  constructor(homes: readonly LogHome[]) {
    this.#homes = homes
    for (const home of homes) {
      this.#counts.set(home, 0)
      for (const identity of home.partitionDirectories()) this.#place(identity, home)
    }
  }

  /**
   * On every disk, before a partition directory is created or removed (never on a stale or foreign word: docs/ARCHITECTURE.md). Returns
   * the directories in which nothing may be done now.
   */
  async recordMetadataOffset(position: MetadataPosition): Promise<readonly { path: string; error: unknown }[]> {
    await Promise.all(
      this.#homes.map(async (home) => {
        try {
          await home.recordMetadataOffset(position)
          this.#behind.delete(home)
        } catch (error) {
          this.#behind.set(home, error)
        }
      }),
    )
    return [...this.#behind].map(([{ path }, error]) => ({ path, error }))
  }

  /** Opens the log where it lies; a new one where the fewest are. */
  async open(options: LogIdentity & { readonly config: LogConfig }): Promise<PartitionLogSurface> {
    const home = this.#byPartition.get(keyOf(options)) ?? this.#place(options, this.#emptiest())
    this.#assertUsable(home)
    return home.openLog(options)
  }

  async remove(log: PartitionLogSurface): Promise<void> {
    const home = this.#homeOf(log)
    this.#assertUsable(home)
    await home.deleteLog(log)
    this.#forget(log)
  }

  /** Its files stay where they are. */
  async close(log: PartitionLogSurface): Promise<void> {
    await this.#homeOf(log).closeLog(log)
  }

  /** Partition directories that were found and do not belong to `wanted`. */
  strays(wanted: (identity: LogIdentity) => boolean): readonly LogIdentity[] {
    return this.#homes.flatMap((home) => home.partitionDirectories().filter((identity) => !wanted(identity)))
  }

  async setAside(stray: LogIdentity): Promise<void> {
    const home = this.#byPartition.get(keyOf(stray))!
    this.#assertUsable(home)
    await home.setAside(stray)
    this.#forget(stray)
  }

  #homeOf(log: PartitionLogSurface): LogHome {
    const home = this.#byPartition.get(keyOf(log))
    assert(home !== undefined, 'a log is closed or removed where it was opened', () => ({ directory: log.directory }))
    return home
  }

  #assertUsable(home: LogHome): void {
    if (!this.#behind.has(home)) return
    throw new Error(`log directory ${home.path} did not record the metadata offset`, { cause: this.#behind.get(home) })
  }

  #place(identity: LogIdentity, home: LogHome): LogHome {
    this.#byPartition.set(keyOf(identity), home)
    this.#counts.set(home, this.#counts.get(home)! + 1)
    return home
  }

  #forget(identity: LogIdentity): void {
    const home = this.#byPartition.get(keyOf(identity))!
    this.#byPartition.delete(keyOf(identity))
    this.#counts.set(home, this.#counts.get(home)! - 1)
  }

  #emptiest(): LogHome {
    const usable = this.#homes.filter((home) => !this.#behind.has(home))
    assert(this.#homes.length > 0, 'a broker has a log directory')
    const choice = usable.length > 0 ? usable : this.#homes
    return choice.reduce((least, home) => (this.#counts.get(home)! < this.#counts.get(least)! ? home : least))
  }
}

/** What failed finds room, perhaps, when it is tried again. */
export function isForWantOfRoom(error: unknown): boolean {
  return isOutOfRoom(error) || (error instanceof Error && isOutOfRoom(error.cause))
}

function keyOf({ topicId, partition }: LogIdentity): string {
  return `${topicId}:${partition}`
}
