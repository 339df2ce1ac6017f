import { BATCH_HEADER_BYTES, checkBatchHeader, RecordBatch } from '@ottla/protocol'
import { assert, type Disk, type DiskFile } from '@ottla/runtime'
import { walkHeaders } from './header-walk.ts'
import { DELETED_SUFFIX, offsetFileName } from './names.ts'
import { OffsetIndex, type OffsetPosition } from './offset-index.ts'
import { isOutOfRoom } from './out-of-room.ts'
import type { BatchPlace } from './recent-batches.ts'
import { scanBatches } from './scan.ts'
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
    try {
      segment.log.create()
      segment.log.file.truncate(0)
      segment.offsetIndex.file.create()
      segment.timeIndex.file.create()
    } catch (error) {
      segment.#abandon()
      throw error
    }
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
    // Bytes that are no batch are the scan's to judge.
    const header = headerAt(this.log.file, position, this.log.file.size())
    if (header !== undefined && header.maxTimestamp > (this.timeIndex.last?.timestampMs ?? -1)) {
      this.resetForRebuild()
      return 0
    }
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

  /** The largest timestamp in the segment that is known, with the last offset of its batch; -1 when no record has one. */
  get max(): TimestampOffset {
    return this.#max ?? this.timeIndex.last ?? NO_TIMESTAMP
  }

  /**
   * As `max`, and true even of a time index that somebody has cut: the first call looks at the headers behind the last index entry, and
   * at the others too if those are newer than all that the time index knows. Throws a `CorruptRecordError` or `DiskError`.
   */
  async settledMax(): Promise<TimestampOffset> {
    if (this.#max !== undefined) return this.#max
    // Many segments may be asked for their times: none stays open because of that.
    const file = this.#disk.open(this.log.path, 'read')
    try {
      const max = await this.#maxIn(file)
      this.#max ??= max
      return this.#max
    } finally {
      file.close()
    }
  }

  async #maxIn(file: DiskFile): Promise<TimestampOffset> {
    const known = this.max
    if (this.#maxFrom(file, this.#trusted(file, this.offsetIndex.last), known) === known) return known
    let max = known
    const from = known.offset < 0 ? 0 : this.#trusted(file, this.offsetIndex.floor(known.offset))
    await scanBatches(file, { from, to: this.sizeBytes, checksCrc: () => false }, (header) => {
      max = later(max, header)
      return undefined
    })
    return max
  }

  /** As `settledMax`, of the batches that end at or behind an offset. */
  async maxBehind(offset: number): Promise<TimestampOffset> {
    const from = this.find(offset)?.position ?? this.sizeBytes
    let max = NO_TIMESTAMP
    await scanBatches(this.log.file, { from, to: this.sizeBytes, checksCrc: () => false }, (header) => {
      max = later(max, header)
      return undefined
    })
    return max
  }

  #maxFrom(file: DiskFile, from: number, known: TimestampOffset): TimestampOffset {
    let max = known
    walkHeaders(file, { from, to: this.sizeBytes }, (header) => {
      max = later(max, header)
      return false
    })
    return max
  }

  /** The largest timestamp of the first batch, from which the age of an active segment counts; -1 when it has none. */
  get firstTimestampMs(): number {
    return this.#firstTimestampMs ?? -1
  }

  /** When the file was written last; undefined when the disk does not tell. */
  modifiedMs(): number | undefined {
    const { modifiedMs } = this.#disk.stat(this.log.path)
    return modifiedMs > 0 ? Math.floor(modifiedMs) : undefined
  }

  /** Visits headers from a position on; see `walkHeaders`. */
  walk(from: number, visit: (header: RecordBatch, position: number) => boolean): number {
    return walkHeaders(this.log.file, { from, to: this.sizeBytes }, visit)
  }

  /** The first batch that ends at or behind `offset`; undefined when none does. */
  find(offset: number): BatchPlace | undefined {
    if (offset >= this.nextOffset) return undefined
    return this.#findFrom(this.positionFor(offset), offset)
  }

  /** Where a batch begins, at or before the first one that ends at or behind `offset`. */
  positionFor(offset: number): number {
    return this.#trusted(this.log.file, this.offsetIndex.floor(offset))
  }

  #findFrom(from: number, offset: number): BatchPlace | undefined {
    let found: BatchPlace | undefined
    this.walk(from, (header, position) => {
      if (header.lastOffset < offset) return false
      found = { position, baseOffset: header.baseOffset, sizeBytes: header.sizeBytes }
      return true
    })
    return found
  }

  /** An index has no checksum: where the batch is not the one that it names, the search begins at the start of the segment. */
  #trusted(file: DiskFile, entry: OffsetPosition | undefined): number {
    if (entry === undefined) return 0
    const header = headerAt(file, entry.position, this.sizeBytes)
    return header !== undefined && header.lastOffset <= entry.offset ? entry.position : 0
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

  /** Does what may fail of a cut before anything is cut. */
  async prepareCut(): Promise<void> {
    await this.timeIndex.file.settle()
    await this.offsetIndex.file.settle()
    this.activate()
  }

  /**
   * Cuts the segment at the batch at `position`, behind `prepareCut`: in one step, as a read in between would be given a region behind
   * the end. The index files are as they were until `trimIndexes`.
   */
  cut(position: number, nextOffset: number): void {
    this.log.truncate(position)
    this.sizeBytes = position
    if (position === 0) this.#firstTimestampMs = undefined
    this.offsetIndex.truncateToPosition(position)
    this.timeIndex.truncateToOffset(nextOffset)
    this.nextOffset = nextOffset
    this.syncedBytes = Math.min(this.syncedBytes, position)
    this.isSynced = false
    this.#recountAfterCut()
  }

  /** The next kill must not bring entries back that point into what other batches were written over. */
  async trimIndexes(): Promise<void> {
    await this.timeIndex.file.trim()
    await this.offsetIndex.file.trim()
  }

  /** The largest timestamp and the bytes since the last index entry, counted again from that entry on. */
  #recountAfterCut(): void {
    const last = this.offsetIndex.last
    this.#max = this.#maxFrom(this.log.file, last?.position ?? 0, this.timeIndex.last ?? NO_TIMESTAMP)
    this.#bytesSinceEntry = this.sizeBytes - (last?.position ?? 0)
  }

  close(): void {
    this.log.close()
  }

  /** Renames the files out of the way, so that no crash brings them back, and removes them; readers keep what they hold. */
  async remove(): Promise<void> {
    const doomed = this.#present().map((path) => this.#doom(path))
    this.log.cutRegions(0)
    this.log.close()
    for (const path of doomed) await this.#disk.removeFile(path)
  }

  /** A directory without room for another name gives up the one that it has. */
  #doom(path: string): string {
    try {
      this.#disk.rename(path, `${path}${DELETED_SUFFIX}`)
      return `${path}${DELETED_SUFFIX}`
    } catch (error) {
      if (!isOutOfRoom(error)) throw error
      return path
    }
  }

  /**
   * Gives the files of an emptied segment another base offset, and with it another segment, which needs no room. The log file goes
   * last: when this throws, or a kill comes, the segment is as it was, but for an index, which is made again.
   */
  moveTo(baseOffset: number, nowMs: number): Segment {
    assert(this.sizeBytes === 0, 'only an empty segment gets another base offset', () => ({ path: this.log.path }))
    const moved = new Segment({ disk: this.#disk, directory: this.#directory, baseOffset })
    const targets = moved.#paths()
    for (const [index, path] of this.#paths().entries()) {
      if (path !== this.log.path && this.#disk.exists(path)) this.#disk.rename(path, targets[index]!)
    }
    this.#disk.rename(this.log.path, moved.log.path)
    this.log.close()
    moved.createdMs = nowMs
    moved.#max = NO_TIMESTAMP
    return moved
  }

  /**
   * As `remove`, for a segment that has left the log at its start: what was read from it stays good, and the files stay
   * under other names, which are returned, for whoever removes them.
   */
  async retire(): Promise<string[]> {
    await this.timeIndex.file.settle()
    await this.offsetIndex.file.settle()
    const retired: string[] = []
    for (const path of this.#present()) {
      this.#disk.rename(path, `${path}${DELETED_SUFFIX}`)
      retired.push(`${path}${DELETED_SUFFIX}`)
    }
    this.log.close()
    this.#deactivate()
    return retired
  }

  #present(): string[] {
    return this.#paths().filter((path) => this.#disk.exists(path))
  }

  #paths(): string[] {
    return [this.log.path, this.offsetIndex.file.path, this.timeIndex.file.path, this.#path('.txnindex')]
  }

  /** Takes a half-made segment away: later batches may go to the one before it, past where this one would begin. */
  #abandon(): void {
    this.log.close()
    for (const { path } of [this.timeIndex.file, this.offsetIndex.file, this.log]) {
      if (this.#disk.exists(path)) this.#disk.rename(path, `${path}${DELETED_SUFFIX}`)
    }
  }

  #deactivate(): void {
    this.offsetIndex.file.deactivate()
    this.timeIndex.file.deactivate()
  }

  #path(suffix: '.index' | '.timeindex' | '.txnindex'): string {
    return this.#disk.join(this.#directory, offsetFileName(this.baseOffset, suffix))
  }
}

function later(max: TimestampOffset, header: RecordBatch): TimestampOffset {
  const { maxTimestamp } = header
  return maxTimestamp > max.timestampMs ? { timestampMs: maxTimestamp, offset: header.lastOffset } : max
}

/** The header of the batch at a position; undefined when there is none that ends at or before `end`. */
function headerAt(file: DiskFile, position: number, end: number): RecordBatch | undefined {
  if (position < 0 || position >= end) return undefined
  const header = new Uint8Array(BATCH_HEADER_BYTES)
  const length = file.readSync(header, position)
  return checkBatchHeader(header.subarray(0, length), 0, end - position).ok ? new RecordBatch(header) : undefined
}
