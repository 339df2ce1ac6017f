import { BATCH_HEADER_BYTES, CorruptRecordError, checkBatchHeader, RecordBatch } from '@ottla/protocol'
import type { DiskFile } from '@ottla/runtime'

/** One look-up runs at a time and to its end, so all of them share this window on a file. */
const window = new Uint8Array(4096)

export interface WalkRange {
  /** Where a batch begins. */
  readonly from: number
  /** Where the published bytes end. */
  readonly to: number
}

/**
 * Visits the headers of the batches in part of a file, on the event loop, until `visit` returns true. The batch that it is given
 * holds no records and is valid during the call only. Returns the position at which it stopped: of the batch that was
 * accepted, else the end. Throws a `CorruptRecordError` where there is no batch.
 */
export function walkHeaders(
  file: DiskFile,
  range: WalkRange,
  visit: (header: RecordBatch, position: number) => boolean,
): number {
  let position = range.from
  let windowStart = 0
  let windowEnd = 0
  while (position < range.to) {
    if (position + BATCH_HEADER_BYTES > windowEnd) {
      windowStart = position
      windowEnd = position + file.readSync(window.subarray(0, Math.min(window.length, range.to - position)), position)
    }
    const at = position - windowStart
    const check = checkBatchHeader(window.subarray(0, windowEnd - windowStart), at, range.to - windowStart)
    if (!check.ok) throw new CorruptRecordError(`${file.path} at position ${position}: ${check.reason}`)
    if (visit(new RecordBatch(window, at), position)) return position
    position += check.sizeBytes
  }
  return range.to
}
