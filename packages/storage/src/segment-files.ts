import type { Disk } from '@ottla/runtime'
import { DELETED_SUFFIX, offsetFileName } from './names.ts'
import { OffsetIndex } from './offset-index.ts'
import { isOutOfRoom } from './out-of-room.ts'
import { SegmentFile } from './segment-file.ts'
import { TimeIndex } from './time-index.ts'

/** Behind the names of files that are not, or not yet, the log's: Kafka's, for what compaction makes. */
export type SegmentFilesSuffix = '' | '.cleaned' | '.swap'

export interface SegmentPlace {
  readonly disk: Disk
  readonly directory: string
  readonly baseOffset: number
  readonly suffix?: SegmentFilesSuffix
}

/** The files of one segment, by name: made, named anew, taken away, and the two indexes among them. */
export class SegmentFiles {
  readonly disk: Disk
  readonly directory: string
  readonly baseOffset: number
  readonly log: SegmentFile
  offsetIndex: OffsetIndex
  timeIndex: TimeIndex
  #suffix: SegmentFilesSuffix

  constructor({ disk, directory, baseOffset, suffix = '' }: SegmentPlace) {
    this.disk = disk
    this.directory = directory
    this.baseOffset = baseOffset
    this.#suffix = suffix
    this.log = new SegmentFile(disk, this.#path('.log'))
    this.offsetIndex = OffsetIndex.empty(disk, this.#path('.index'), baseOffset)
    this.timeIndex = TimeIndex.empty(disk, this.#path('.timeindex'), baseOffset)
  }

  /** Makes empty ones, in place of those that an earlier, failed attempt may have left. */
  create(): void {
    try {
      this.log.create()
      this.log.file.truncate(0)
      this.offsetIndex.file.create()
      this.timeIndex.file.create()
    } catch (error) {
      this.#abandon()
      throw error
    }
  }

  /** Takes the index files as they are; returns false, with empty indexes, when they cannot be right. */
  loadIndexes(bounds: { sizeBytes: number; nextOffsetMax: number }): boolean {
    const offsetIndex = OffsetIndex.open(this.disk, this.#path('.index'), this.baseOffset)
    const timeIndex = TimeIndex.open(this.disk, this.#path('.timeindex'), this.baseOffset)
    if (offsetIndex === undefined || timeIndex === undefined) return false
    const last = offsetIndex.last
    if (last !== undefined && (last.position <= 0 || last.position >= bounds.sizeBytes)) return false
    const lastTime = timeIndex.last
    for (const offset of [last?.offset, lastTime?.offset]) {
      if (offset !== undefined && (offset < this.baseOffset || offset >= bounds.nextOffsetMax)) return false
    }
    if (
      lastTime !== undefined &&
      (lastTime.timestampMs < 0 || (timeIndex.file.count > 1 && lastTime.timestampMs === 0))
    ) {
      return false
    }
    this.offsetIndex = offsetIndex
    this.timeIndex = timeIndex
    return true
  }

  /** The time index goes first: after a kill it then covers every entry that the offset index has. */
  writeIndexes(): Promise<void> | undefined {
    const pending = this.timeIndex.file.write()
    if (pending === undefined) return this.offsetIndex.file.write()
    return pending.then(() => this.offsetIndex.file.write())
  }

  /** Resolves once no index is being written. */
  async settleIndexes(): Promise<void> {
    await this.timeIndex.file.settle()
    await this.offsetIndex.file.settle()
  }

  /** The next kill must not bring entries back that point into what other batches were written over. */
  async trimIndexes(): Promise<void> {
    await this.timeIndex.file.trim()
    await this.offsetIndex.file.trim()
  }

  activateIndexes(): void {
    this.offsetIndex.file.activate()
    this.timeIndex.file.activate()
  }

  /** Gives the memory of the indexes back. */
  deactivateIndexes(): void {
    this.offsetIndex.file.deactivate()
    this.timeIndex.file.deactivate()
  }

  /** Of those that there are. */
  paths(): string[] {
    return this.#paths().filter((path) => this.disk.exists(path))
  }

  /** Gives the files other names, the log file last: with it the step is taken. */
  rename(suffix: SegmentFilesSuffix): void {
    this.#suffix = suffix
    this.timeIndex.file.rename(this.#path('.timeindex'))
    this.offsetIndex.file.rename(this.#path('.index'))
    this.log.rename(this.#path('.log'))
  }

  /** Gives the files the names of another segment, the log file last, and closes them here. */
  moveTo(target: SegmentFiles): void {
    const targets = target.#paths()
    for (const [index, path] of this.#paths().entries()) {
      if (path !== this.log.path && this.disk.exists(path)) this.disk.rename(path, targets[index]!)
    }
    this.disk.rename(this.log.path, target.log.path)
    this.log.close()
  }

  /** Renames the files out of the way, so that no crash brings them back, and removes them; readers keep what they hold. */
  async remove(): Promise<void> {
    const doomed = this.paths().map((path) => this.#doom(path))
    this.log.cutRegions(0)
    this.log.close()
    for (const path of doomed) await this.disk.removeFile(path)
  }

  /**
   * As `remove`, but what was read stays good, and the files stay under other names, which are returned, for whoever removes
   * them.
   */
  async retire(): Promise<string[]> {
    await this.settleIndexes()
    const retired: string[] = []
    for (const path of this.paths()) {
      this.disk.rename(path, `${path}${DELETED_SUFFIX}`)
      retired.push(`${path}${DELETED_SUFFIX}`)
    }
    this.log.close()
    this.deactivateIndexes()
    return retired
  }

  /** A directory without room for another name gives up the one that it has. */
  #doom(path: string): string {
    try {
      this.disk.rename(path, `${path}${DELETED_SUFFIX}`)
      return `${path}${DELETED_SUFFIX}`
    } catch (error) {
      if (!isOutOfRoom(error)) throw error
      return path
    }
  }

  /** Takes half-made files away: later batches may go to the segment before, past where this one would begin. */
  #abandon(): void {
    this.log.close()
    for (const { path } of [this.timeIndex.file, this.offsetIndex.file, this.log]) {
      if (this.disk.exists(path)) this.disk.rename(path, `${path}${DELETED_SUFFIX}`)
    }
  }

  #paths(): string[] {
    return [this.log.path, this.offsetIndex.file.path, this.timeIndex.file.path, this.#path('.txnindex')]
  }

  #path(kind: '.log' | '.index' | '.timeindex' | '.txnindex'): string {
    return this.disk.join(this.directory, `${offsetFileName(this.baseOffset, kind)}${this.#suffix}`)
  }
}
