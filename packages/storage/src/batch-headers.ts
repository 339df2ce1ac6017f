/** What headers of batches in a file tell. */
import { BATCH_HEADER_BYTES, checkBatchHeader, RecordBatch } from '@ottla/protocol'
import type { DiskFile } from '@ottla/runtime'
import { type WalkRange, walkHeaders } from './header-walk.ts'
import type { TimestampOffset } from './time-index.ts'

/** The largest timestamp of the records that there are: a batch that compaction has emptied keeps the one of those that there were. */
export function latestTimestamp(batch: RecordBatch): number {
  return batch.recordCount === 0 ? -1 : batch.maxTimestamp
}

/** The later one of a time and a batch's. */
export function laterOf(max: TimestampOffset, header: RecordBatch): TimestampOffset {
  const timestampMs = latestTimestamp(header)
  return timestampMs > max.timestampMs ? { timestampMs, offset: header.lastOffset } : max
}

/** The latest time in part of a file; `known`, the same object, where none there is later. As `walkHeaders`. */
export function latestIn(file: DiskFile, range: WalkRange, known: TimestampOffset): TimestampOffset {
  let max = known
  walkHeaders(file, range, (header) => {
    max = laterOf(max, header)
    return false
  })
  return max
}

/**
 * The largest timestamp that batches without records had, up to the first one that has any. As `walkHeaders`; -1 when there was
 * none.
 */
export function latestOfEmptied(file: DiskFile, range: WalkRange): number {
  let latestMs = -1
  walkHeaders(file, range, ({ recordCount, maxTimestamp }) => {
    if (recordCount === 0) latestMs = Math.max(latestMs, maxTimestamp)
    return recordCount > 0
  })
  return latestMs
}

/** Largest timestamp of the first batch that has records; -1 when there is none. As `walkHeaders`. */
export function firstTimestampIn(file: DiskFile, range: WalkRange): number {
  let firstMs = -1
  walkHeaders(file, range, (header) => {
    firstMs = latestTimestamp(header)
    return header.recordCount > 0
  })
  return firstMs
}

/** The header of the batch at a position; undefined when there is none that ends at or before `end`. */
export function headerAt(file: DiskFile, position: number, end: number): RecordBatch | undefined {
  if (position < 0 || position >= end) return undefined
  const header = new Uint8Array(BATCH_HEADER_BYTES)
  const length = file.readSync(header, position)
  return checkBatchHeader(header.subarray(0, length), 0, end - position).ok ? new RecordBatch(header) : undefined
}
