import type { RecordBatch } from '@ottla/protocol'
import type { Disk } from '@ottla/runtime'
import { walkHeaders } from './header-walk.ts'
import { DELETED_SUFFIX, offsetFileName } from './names.ts'
import { OffsetIndex } from './offset-index.ts'
import { SegmentFile } from './segment-file.ts'
import { TimeIndex, type TimestampOffset } from './time-index.ts'
import type { FileRegion } from './types.ts'

/** What a segment notes of a batch when it is published. */
export interface BatchFacts {
  readonly baseOffset: number
  readonly lastOffset: number
  readonly maxTimestampMs: number
  readonly sizeBytes: number
}

const NO_TIMESTAMP: TimestampOffset = { timestampMs: -1, offset: -1 }

/** Bytes of log between two writes of index entries: what a look at the tail after a kill has to read at most. */
const INDEX_WRITE_INTERVAL_BYTES = 1024 * 1024

/** A stretch of a partition's log: a `.log` file with its two indexes. Holds published batches only. */
export class Segment {
  readonly baseOffset: number
  readonly log: SegmentFile
  readonly #disk: Disk
  readonly #directory: string
  offsetIndex: OffsetIndex
  timeIndex: TimeIndex
  /** Published bytes. */
  sizeBytes = 0
  /** Offset behind the last published record. */
  nextOffset: number
  /** Wall time at which this process began to write the segment. */
  createdMs = 0
  /** Everything below this position has been through fdatasync, the indexes too if the segment is finished. */
  syncedBytes = 0
  /** The segment is finished and has been synced with its indexes. */
  isSynced = false
  #firstTimestampMs: number | undefined
  #max: TimestampOffset | undefined
  #bytesSinceEntry = 0
  #bytesSinceIndexWrite = 0

  constructor(options: { disk: Disk; directory: string; baseOffset: number }) {
    const { disk, directory, baseOffset } = options
    this.#disk = disk
    this.#directory = directory
    this.baseOffset = baseOffset
    this.nextOffset = baseOffset
    this.log = new SegmentFile(disk, disk.join(directory, offsetFileName(baseOffset, '.log')))
    this.offsetIndex = OffsetIndex.empty(disk, this.#path('.index'), baseOffset)
    this.timeIndex = TimeIndex.empty(disk, this.#path('.timeindex'), baseOffset)
  }

  /** Makes an empty file, in place of one that an earlier, failed attempt may have left. */
  static create(options: { disk: Disk; directory: string; baseOffset: number; nowMs: number }): Segment {
    const segment = new Segment(options)
    segment.log.create()
    segment.log.file.truncate(0)
    segment.offsetIndex.file.create()
    segment.timeIndex.file.create()
    segment.createdMs = options.nowMs
    segment.#max = NO_TIMESTAMP
    return segment
  }

  /** Takes the index files as they are; returns false, with empty indexes, when they cannot be right. */
  loadIndexes(bounds: { sizeBytes: number; nextOffsetMax: number }): boolean {
    const offsetIndex = OffsetIndex.open(this.#disk, this.#path('.index'), this.baseOffset)
    const timeIndex = TimeIndex.open(this.#disk, this.#path('.timeindex'), this.baseOffset)
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

  /** Empties the indexes so that `publish` of every batch builds them again. */
  resetForRebuild(): void {
    this.offsetIndex.file.reset()
    this.timeIndex.file.reset()
    this.#startOver(0)
  }

  /** Goes back to the position that the last index entry names, so that `publish` of what follows completes the indexes. */
  resetToLastEntry(): number {
    const last = this.offsetIndex.last
    if (last === undefined) {
      this.resetForRebuild()
      return 0
    }
    this.activate()
    this.timeIndex.truncateToOffset(last.offset + 1)
    const position = last.position
    this.#startOver(position)
    this.#max = this.timeIndex.last ?? NO_TIMESTAMP
    return position
  }

  #startOver(position: number): void {
    this.sizeBytes = position
    this.#bytesSinceEntry = 0
    this.#bytesSinceIndexWrite = 0
    this.#firstTimestampMs = undefined
    this.#max = NO_TIMESTAMP
    this.nextOffset = this.baseOffset
  }

  /** Notes a batch that lies at the end of the published bytes. */
  publish(batch: BatchFacts, indexIntervalBytes: number): void {
    const max = this.max
    if (batch.maxTimestampMs > max.timestampMs)
      this.#max = { timestampMs: batch.maxTimestampMs, offset: batch.lastOffset }
    if (this.#bytesSinceEntry > indexIntervalBytes) this.#index(batch)
    if (this.sizeBytes === 0) this.#firstTimestampMs = batch.maxTimestampMs
    this.sizeBytes += batch.sizeBytes
    this.nextOffset = batch.lastOffset + 1
    this.#bytesSinceEntry += batch.sizeBytes
    this.#bytesSinceIndexWrite += batch.sizeBytes
  }

  #index(batch: BatchFacts): void {
    // After a recovery the batch that the last entry names is published again.
    const last = this.offsetIndex.last
    if (last !== undefined && last.position >= this.sizeBytes) return
    this.offsetIndex.append(batch.lastOffset, this.sizeBytes)
    this.timeIndex.append(this.max)
    this.#bytesSinceEntry = 0
  }

  /** The largest timestamp in the segment, with the last offset of its batch; -1 when no record has one. */
  get max(): TimestampOffset {
    this.#max ??= this.timeIndex.last ?? NO_TIMESTAMP
    return this.#max
  }

  /** The largest timestamp of the first batch, from which the age of an active segment counts; -1 when it has none. */
  get firstTimestampMs(): number {
    return this.#firstTimestampMs ?? -1
  }

  /** Visits headers from a position on; see `walkHeaders`. */
  walk(from: number, visit: (header: RecordBatch, position: number) => boolean): number {
    return walkHeaders(this.log.file, { from, to: this.sizeBytes }, visit)
  }

  /** Position and base offset of the first batch that ends at or behind `offset`; undefined when none does. */
  find(
    offset: number,
  ): { readonly position: number; readonly baseOffset: number; readonly sizeBytes: number } | undefined {
    if (offset >= this.nextOffset) return undefined
    let found: { position: number; baseOffset: number; sizeBytes: number } | undefined
    this.walk(this.offsetIndex.positionFor(offset), (header, position) => {
      if (header.lastOffset < offset) return false
      found = { position, baseOffset: header.baseOffset, sizeBytes: header.sizeBytes }
      return true
    })
    return found
  }

  region(position: number, byteLength: number): FileRegion {
    return this.log.region(position, byteLength)
  }

  /** Writes index entries once enough of them have gathered; a failure is the caller's to report, nothing is lost. */
  writeIndexesWhenDue(): Promise<void> | undefined {
    if (this.#bytesSinceIndexWrite < INDEX_WRITE_INTERVAL_BYTES) return undefined
    return this.writeIndexes()
  }

  /** The time index goes first: after a kill it then covers every entry that the offset index has. */
  writeIndexes(): Promise<void> | undefined {
    this.#bytesSinceIndexWrite = 0
    const pending = this.timeIndex.file.write()
    if (pending === undefined) return this.offsetIndex.file.write()
    return pending.then(() => this.offsetIndex.file.write())
  }

  /** Brings into memory what appending needs. */
  activate(): void {
    this.offsetIndex.file.activate()
    this.timeIndex.file.activate()
    if (this.#firstTimestampMs !== undefined || this.sizeBytes === 0) return
    this.walk(0, (header) => {
      this.#firstTimestampMs = header.maxTimestamp
      return true
    })
  }

  /** Closes the indexes with a last entry; nothing is published here any more. */
  finish(): Promise<void> | undefined {
    this.timeIndex.append(this.max)
    const pending = this.writeIndexes()
    if (pending === undefined) this.#deactivate()
    return pending?.then(() => this.#deactivate())
  }

  /** fdatasync of the log; of the indexes too when the segment is finished. */
  async sync({ isFinished }: { isFinished: boolean }): Promise<void> {
    const target = this.sizeBytes
    if (this.syncedBytes < target) await this.log.file.sync()
    if (isFinished) {
      await this.timeIndex.file.sync()
      await this.offsetIndex.file.sync()
      this.#deactivate()
      this.isSynced = true
    }
    this.syncedBytes = Math.max(this.syncedBytes, target)
  }

  /** Cuts the segment at the batch at `position`, which holds `offset` or comes behind it. */
  async truncate(position: number, nextOffset: number): Promise<void> {
    this.log.truncate(position)
    await this.timeIndex.file.settle()
    await this.offsetIndex.file.settle()
    this.sizeBytes = position
    if (position === 0) this.#firstTimestampMs = undefined
    this.activate()
    this.offsetIndex.truncateToPosition(position)
    this.timeIndex.truncateToOffset(nextOffset)
    this.nextOffset = nextOffset
    this.syncedBytes = Math.min(this.syncedBytes, position)
    this.isSynced = false
    this.#recountAfterCut()
    // The next kill must not bring entries back that point into what other batches were written over.
    await this.writeIndexes()
  }

  /** The largest timestamp and the bytes since the last index entry, counted again from that entry on. */
  #recountAfterCut(): void {
    const last = this.offsetIndex.last
    let max = this.timeIndex.last ?? NO_TIMESTAMP
    this.walk(last?.position ?? 0, (header) => {
      if (header.maxTimestamp > max.timestampMs) max = { timestampMs: header.maxTimestamp, offset: header.lastOffset }
      return false
    })
    this.#max = max
    this.#bytesSinceEntry = this.sizeBytes - (last?.position ?? 0)
  }

  close(): void {
    this.log.close()
  }

  /** Renames the files out of the way, so that no crash brings them back, and removes them; readers keep what they hold. */
  async remove(): Promise<void> {
    const doomed = [this.log.path, this.offsetIndex.file.path, this.timeIndex.file.path, this.#path('.txnindex')]
    const present = doomed.filter((path) => this.#disk.exists(path))
    for (const path of present) this.#disk.rename(path, `${path}${DELETED_SUFFIX}`)
    this.log.cutRegions(0)
    this.log.close()
    for (const path of present) await this.#disk.removeFile(`${path}${DELETED_SUFFIX}`)
  }

  #deactivate(): void {
    this.offsetIndex.file.deactivate()
    this.timeIndex.file.deactivate()
  }

  #path(suffix: '.index' | '.timeindex' | '.txnindex'): string {
    return this.#disk.join(this.#directory, offsetFileName(this.baseOffset, suffix))
  }
}
