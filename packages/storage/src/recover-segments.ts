import type { RecordBatch } from '@ottla/protocol'
import { factsOf } from './append-plan.ts'
import { CorruptLogError } from './corrupt-log-error.ts'
import type { LeaderEpochs } from './leader-epochs.ts'
import { assertNoLegacyMessage } from './legacy-message.ts'
import type { OpenLogOptions } from './recovery.ts'
import { findBatchBehind, scanBatches } from './scan.ts'
import type { Segment } from './segment.ts'

export interface RecoveredSegments {
  readonly kept: Segment[]
  readonly scannedBytes: number
  readonly cutBytes: number
  readonly cutReason: string | undefined
}

const REWRITE_BYTES = 256 * 1024
const RELATIVE_OFFSET_MAX = 0x7fffffff

/**
 * Settles where the log ends and that its indexes are whole. Segments below the recovery point are taken as they are (their
 * indexes were synced with them) unless an index cannot be right; the others are scanned as the recovery mode asks.
 */
export async function recoverSegments(
  segments: readonly Segment[],
  options: OpenLogOptions,
  epochs: LeaderEpochs,
): Promise<RecoveredSegments> {
  const kept: Segment[] = []
  let scannedBytes = 0
  for (const [index, segment] of segments.entries()) {
    const next = segments[index + 1]
    const visit = new SegmentVisit(segment, { nextBase: next?.baseOffset, options, epochs })
    scannedBytes += await visit.run()
    kept.push(segment)
    if (visit.fault !== undefined) {
      const behind = segments.slice(index + 1)
      const cutBytes = await visit.cut(behind)
      await segment.writeIndexes()
      // A power loss must bring nothing of this back in place of what is written there next.
      await segment.log.file.sync()
      await options.world.disk.syncDirectory(options.directory)
      return { kept, scannedBytes, cutBytes, cutReason: visit.fault }
    }
  }
  const active = kept.at(-1)
  active?.activate()
  // Entries that were dropped must not be found in the file after the next kill, when other batches lie there.
  await active?.writeIndexes()
  return { kept, scannedBytes, cutBytes: 0, cutReason: undefined }
}

/**
 * Writes bytes over themselves: after a failed sync the kernel takes pages for clean that never reached the disk, and only what is
 * dirty is synced.
 */
async function rewrite(segment: Segment, fromOffset: number): Promise<void> {
  const { file } = segment.log
  const buffer = new Uint8Array(REWRITE_BYTES)
  let position = segment.find(fromOffset)?.position ?? segment.sizeBytes
  while (position < segment.sizeBytes) {
    const target = buffer.subarray(0, Math.min(REWRITE_BYTES, segment.sizeBytes - position))
    const length = await file.read(target, position)
    if (length === 0) break
    await file.write([target.subarray(0, length)], position)
    position += length
  }
}

/** One segment's recovery. */
class SegmentVisit {
  readonly #segment: Segment
  readonly #options: OpenLogOptions
  /** Base offset of the next segment; undefined: this is the last one. */
  readonly #nextBase: number | undefined
  readonly #fileBytes: number
  readonly #recoveryPoint: number
  readonly #epochs: LeaderEpochs
  /** Why the segment must be cut where it ends now. */
  fault: string | undefined

  constructor(
    segment: Segment,
    { nextBase, options, epochs }: { nextBase: number | undefined; options: OpenLogOptions; epochs: LeaderEpochs },
  ) {
    this.#segment = segment
    this.#nextBase = nextBase
    this.#options = options
    this.#epochs = epochs
    this.#fileBytes = options.world.disk.stat(segment.log.path).bytes
    this.#recoveryPoint = options.recoveryPoint ?? 0
  }

  /** Returns the bytes that were scanned. */
  async run(): Promise<number> {
    const segment = this.#segment
    segment.createdMs = this.#options.world.clock.now()
    const nextOffsetMax = this.#nextBase ?? segment.baseOffset + RELATIVE_OFFSET_MAX + 1
    const isIndexed = segment.loadIndexes({ sizeBytes: this.#fileBytes, nextOffsetMax })
    // A recovery point at the end of the segment may be older than the roll, with which the indexes were finished.
    const isSettled = this.#nextBase !== undefined && this.#nextBase < this.#recoveryPoint
    if (isSettled && isIndexed) {
      segment.sizeBytes = this.#fileBytes
      segment.nextOffset = this.#nextBase!
      segment.syncedBytes = this.#fileBytes
      segment.isSynced = true
      return 0
    }
    const isRebuilt = !isIndexed || this.#options.recovery === 'full'
    if (isRebuilt) segment.resetForRebuild()
    const from = isRebuilt ? 0 : segment.resetToLastEntry()
    await this.#scan(from, isSettled)
    this.#noteMissingEnd(isSettled)
    if (this.#options.rewritesUnsynced === true && !isSettled) await rewrite(segment, this.#recoveryPoint)
    if (this.#nextBase !== undefined && this.fault === undefined) {
      segment.nextOffset = this.#nextBase
      await segment.finish()
    }
    return this.#fileBytes - from
  }

  async #scan(from: number, isSettled: boolean): Promise<void> {
    const segment = this.#segment
    const { config } = this.#options
    const range = { from, to: this.#fileBytes, checksCrc: (header: RecordBatch) => this.#mustCheck(header, isSettled) }
    const { end, fault } = await scanBatches(segment.log.file, range, (batch) => {
      const misplaced = this.#misplacedBy(batch)
      if (misplaced === undefined) segment.publish(factsOf(batch), config.indexIntervalBytes)
      return misplaced
    })
    if (fault === undefined) return
    if (end === from && from > 0) {
      // Nothing sound was seen, so what the offsets before it are is not known: the entry before tells.
      segment.offsetIndex.truncateToPosition(from)
      await this.#scan(segment.resetToLastEntry(), isSettled)
      return
    }
    await this.#judgeFault(end, fault, isSettled)
    this.fault = fault
  }

  /**
   * Segments that were not synced follow each other without a gap, as they were rolled. Those that Apache Kafka has compacted need not:
   * they were synced, but it keeps its recovery point more seldom.
   */
  #noteMissingEnd(isSettled: boolean): void {
    const { nextOffset } = this.#segment
    const { recovery, cleanedTo = 0 } = this.#options
    if (this.#nextBase === undefined || isSettled || this.fault !== undefined) return
    if (recovery !== 'full' || nextOffset === this.#nextBase || this.#nextBase <= cleanedTo) return
    const fault = `the records from offset ${nextOffset} to ${this.#nextBase - 1} are missing`
    const { path } = this.#segment.log
    if (nextOffset < this.#recoveryPoint)
      throw new CorruptLogError(path, this.#fileBytes, `${fault}, which had been synced`)
    this.fault = fault
  }

  #mustCheck(header: RecordBatch, isSettled: boolean): boolean {
    if (isSettled || this.#options.recovery === 'clean') return false
    return this.#options.recovery === 'fast' || header.lastOffset >= this.#recoveryPoint
  }

  #misplacedBy(batch: RecordBatch): string | undefined {
    const { baseOffset, lastOffset } = batch
    const { nextOffset } = this.#segment
    if (baseOffset < nextOffset) return `a batch at offset ${baseOffset} follows offset ${nextOffset - 1}`
    const limit = this.#nextBase ?? this.#segment.baseOffset + RELATIVE_OFFSET_MAX + 1
    const epoch = this.#epochs.at(baseOffset)
    if (this.#options.recovery === 'full' && batch.partitionLeaderEpoch < epoch) {
      // Bytes that a cut had removed have come back in place of those that were written after it.
      return `a batch of leader epoch ${batch.partitionLeaderEpoch} lies where epoch ${epoch} had begun`
    }
    return lastOffset < limit ? undefined : `a batch ends at offset ${lastOffset}, but the segment ends below ${limit}`
  }

  /** Throws a `CorruptLogError` unless the bad bytes can be the torn end of what was written last. */
  async #judgeFault(position: number, fault: string, isSettled: boolean): Promise<void> {
    const { recovery } = this.#options
    const { path, file } = this.#segment.log
    const { nextOffset } = this.#segment
    assertNoLegacyMessage(file, position)
    if (isSettled || recovery === 'clean') throw new CorruptLogError(path, position, fault)
    if (recovery === 'full') {
      if (nextOffset >= this.#recoveryPoint) return
      throw new CorruptLogError(path, position, `${fault}, at offset ${nextOffset}, which had been synced`)
    }
    if (this.#nextBase !== undefined) {
      throw new CorruptLogError(path, position, `${fault}, and segments follow although only the process died`)
    }
    const range = { from: position + 1, to: this.#fileBytes, nextOffset }
    const behind = await findBatchBehind(file, range)
    if (behind !== undefined) {
      throw new CorruptLogError(path, position, `${fault}, and a sound batch follows at position ${behind}`)
    }
  }

  /** Cuts the file where the sound batches end and removes the segments behind. Returns the bytes that go. */
  async cut(behind: readonly Segment[]): Promise<number> {
    const { disk, logger } = this.#options.world
    let bytes = this.#fileBytes - this.#segment.sizeBytes
    for (const doomed of [...behind].reverse()) {
      bytes += disk.stat(doomed.log.path).bytes
      await doomed.remove()
    }
    logger.warn('a torn end is cut', {
      path: this.#segment.log.path,
      position: this.#segment.sizeBytes,
      offset: this.#segment.nextOffset,
      bytes,
      segmentsBehind: behind.length,
      reason: this.fault,
    })
    this.#segment.log.truncate(this.#segment.sizeBytes)
    this.#segment.activate()
    return bytes
  }
}
