import type { RecordBatch } from '@ottla/protocol'
import { assert, type DiskFile } from '@ottla/runtime'
import { firstTimestampIn, headerAt, laterOf, latestIn, latestOfEmptied, latestTimestamp } from './batch-headers.ts'
import { walkHeaders } from './header-walk.ts'
import type { OffsetIndex, OffsetPosition } from './offset-index.ts'
import type { BatchPlace } from './recent-batches.ts'
import { scanBatches } from './scan.ts'
import type { SegmentFile } from './segment-file.ts'
import { SegmentFiles, type SegmentFilesSuffix, type SegmentPlace } from './segment-files.ts'
import type { TimeIndex, TimestampOffset } from './time-index.ts'
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
  readonly #files: SegmentFiles
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

  constructor(place: SegmentPlace) {
    this.#files = new SegmentFiles(place)
    this.baseOffset = place.baseOffset
    this.nextOffset = place.baseOffset
  }

  /** Makes an empty one. */
  static create({ nowMs, ...place }: SegmentPlace & { readonly nowMs: number }): Segment {
    const segment = new Segment(place)
    segment.#files.create()
    segment.createdMs = nowMs
    segment.#max = NO_TIMESTAMP
    return segment
  }

  get log(): SegmentFile {
    return this.#files.log
  }

  get offsetIndex(): OffsetIndex {
    return this.#files.offsetIndex
  }

  get timeIndex(): TimeIndex {
    return this.#files.timeIndex
  }

  /** See `SegmentFiles.loadIndexes`. */
  loadIndexes(bounds: { sizeBytes: number; nextOffsetMax: number }): boolean {
    return this.#files.loadIndexes(bounds)
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
    if (header !== undefined && latestTimestamp(header) > (this.timeIndex.last?.timestampMs ?? -1)) {
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
    const file = this.#open()
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
    const from = this.#trusted(file, this.offsetIndex.last)
    if (latestIn(file, { from, to: this.sizeBytes }, known) === known) return known
    return this.#latestFrom(
      file,
      known.offset < 0 ? 0 : this.#trusted(file, this.offsetIndex.floor(known.offset)),
      known,
    )
  }

  async #latestFrom(file: DiskFile, from: number, known: TimestampOffset): Promise<TimestampOffset> {
    let max = known
    await scanBatches(file, { from, to: this.sizeBytes, checksCrc: () => false }, (header) => {
      max = laterOf(max, header)
      return undefined
    })
    return max
  }

  /**
   * The largest timestamp of the records, or, where compaction has left none, of those that there were; -1 when none had one. Rejects as
   * `settledMax`.
   */
  async lastKnownMs(): Promise<number> {
    const { timestampMs } = await this.settledMax()
    if (timestampMs >= 0 || this.sizeBytes === 0) return timestampMs
    const file = this.#open()
    try {
      return latestOfEmptied(file, { from: 0, to: this.sizeBytes })
    } finally {
      file.close()
    }
  }

  /** As `settledMax`, of the batches that end at or behind an offset. */
  async maxBehind(offset: number): Promise<TimestampOffset> {
    return this.#latestFrom(this.log.file, this.find(offset)?.position ?? this.sizeBytes, NO_TIMESTAMP)
  }

  /** The largest timestamp of the first batch, from which the age of an active segment counts; -1 when it has none. */
  get firstTimestampMs(): number {
    return this.#firstTimestampMs ?? -1
  }

  /** Largest timestamp of the first batch that has records; -1 when it has none. Throws a `DiskError` or `CorruptRecordError`. */
  firstBatchTimestampMs(): number {
    if (this.#firstTimestampMs !== undefined && this.#firstTimestampMs >= 0) return this.#firstTimestampMs
    if (this.sizeBytes === 0) return -1
    const file = this.#open()
    try {
      this.#firstTimestampMs = firstTimestampIn(file, { from: 0, to: this.sizeBytes })
      return this.#firstTimestampMs
    } finally {
      file.close()
    }
  }

  /** For a look in between: the segment's own descriptor may not be open, and need not be. */
  #open(): DiskFile {
    return this.#files.disk.open(this.log.path, 'read')
  }

  /** Bytes of the larger one of the two indexes. */
  get indexBytes(): number {
    const { offsetIndex, timeIndex } = this
    return Math.max(offsetIndex.file.sizeBytes, timeIndex.file.sizeBytes)
  }

  /** When the file was written last; undefined when the disk does not tell. */
  modifiedMs(): number | undefined {
    const { modifiedMs } = this.#files.disk.stat(this.log.path)
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

  /** The batch that begins at a position; undefined when there is none. */
  batchAt(position: number): BatchPlace | undefined {
    const header = headerAt(this.log.file, position, this.sizeBytes)
    return header && { position, baseOffset: header.baseOffset, sizeBytes: header.sizeBytes }
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

  /** See `SegmentFiles.writeIndexes`. */
  writeIndexes(): Promise<void> | undefined {
    this.#bytesSinceIndexWrite = 0
    return this.#files.writeIndexes()
  }

  /** Brings into memory what appending needs. */
  activate(): void {
    this.#files.activateIndexes()
    if (this.#firstTimestampMs !== undefined || this.sizeBytes === 0) return
    this.walk(0, (header) => {
      this.#firstTimestampMs = latestTimestamp(header)
      return true
    })
  }

  /** Closes the indexes with a last entry; nothing is published here any more. */
  finish(): Promise<void> | undefined {
    this.timeIndex.append(this.max)
    const pending = this.writeIndexes()
    if (pending === undefined) this.#files.deactivateIndexes()
    return pending?.then(() => this.#files.deactivateIndexes())
  }

  /** fdatasync of the log; of the indexes too when the segment is finished. */
  async sync({ isFinished }: { isFinished: boolean }): Promise<void> {
    const target = this.sizeBytes
    if (this.syncedBytes < target) await this.log.file.sync()
    if (isFinished) {
      await this.timeIndex.file.sync()
      await this.offsetIndex.file.sync()
      this.#files.deactivateIndexes()
      this.isSynced = true
    }
    this.syncedBytes = Math.max(this.syncedBytes, target)
  }

  /** Does what may fail of a cut before anything is cut. */
  async prepareCut(): Promise<void> {
    await this.#files.settleIndexes()
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

  /** See `SegmentFiles.trimIndexes`. */
  trimIndexes(): Promise<void> {
    return this.#files.trimIndexes()
  }

  /** The largest timestamp and the bytes since the last index entry, counted again from that entry on. */
  #recountAfterCut(): void {
    const last = this.offsetIndex.last
    const range = { from: last?.position ?? 0, to: this.sizeBytes }
    this.#max = latestIn(this.log.file, range, this.timeIndex.last ?? NO_TIMESTAMP)
    this.#bytesSinceEntry = this.sizeBytes - (last?.position ?? 0)
  }

  close(): void {
    this.log.close()
  }

  /** Paths of the files that are there. */
  files(): string[] {
    return this.#files.paths()
  }

  /** See `SegmentFiles.rename`. */
  rename(suffix: SegmentFilesSuffix): void {
    this.#files.rename(suffix)
  }

  /** The segment is cut off; see `SegmentFiles.remove`. */
  remove(): Promise<void> {
    return this.#files.remove()
  }

  /** The segment has left the log at its start, or was replaced; see `SegmentFiles.retire`. */
  retire(): Promise<string[]> {
    return this.#files.retire()
  }

  /**
   * Gives the files of an emptied segment another base offset, and with it another segment, which needs no room. The log file goes
   * last: when this throws, or a kill comes, the segment is as it was, but for an index, which is made again.
   */
  moveTo(baseOffset: number, nowMs: number): Segment {
    assert(this.sizeBytes === 0, 'only an empty segment gets another base offset', () => ({ path: this.log.path }))
    const { disk, directory } = this.#files
    const moved = new Segment({ disk, directory, baseOffset })
    this.#files.moveTo(moved.#files)
    moved.createdMs = nowMs
    moved.#max = NO_TIMESTAMP
    return moved
  }
}
