import { CorruptRecordError, RecordBatch } from '@ottla/protocol'
import type { LogState } from './log-state.ts'
import type { Segment } from './segment.ts'
import type { TimestampOffset } from './time-index.ts'
import type { TimestampAndOffset } from './types.ts'

interface Wanted {
  readonly timestampMs: number
  readonly fromOffset: number
}

/** See `PartitionLog.offsetForTimestamp`. Timestamps need not rise: an index entry holds the largest one up to its offset. */
export async function offsetForTimestamp(
  state: LogState,
  timestampMs: number,
  limitOffset: number,
): Promise<TimestampAndOffset | undefined> {
  const wanted = { timestampMs, fromOffset: state.logStartOffset }
  for (const segment of state.segments.list) {
    if (segment.nextOffset <= wanted.fromOffset || (await segment.settledMax()).timestampMs < timestampMs) continue
    const from = segment.timeIndex.floor(timestampMs)
    const position = from === undefined ? 0 : segment.positionFor(from.offset)
    const found = await firstInSegment(state, { segment, position }, wanted)
    if (found !== undefined) return found.offset < limitOffset ? found : undefined
  }
  return undefined
}

/** See `PartitionLog.offsetOfMaxTimestamp`. */
export async function offsetOfMaxTimestamp(state: LogState): Promise<TimestampAndOffset | undefined> {
  for (let fromOffset = state.logStartOffset; ; ) {
    const max = await largestTimestamp(state, fromOffset)
    const location = max.timestampMs < 0 ? undefined : state.segments.find(max.offset)
    if (location === undefined) return undefined
    const wanted = { timestampMs: max.timestampMs, fromOffset: state.logStartOffset }
    const found = await firstInSegment(state, location, wanted)
    if (found !== undefined) return found
    // The record is the part of its batch that lies below the log start offset, or is not what the header promised.
    fromOffset = max.offset + 1
  }
}

/** Of the batches that end at or behind an offset; the earliest one when there are several. */
async function largestTimestamp(state: LogState, fromOffset: number): Promise<TimestampOffset> {
  let largest: TimestampOffset = { timestampMs: -1, offset: -1 }
  for (const segment of state.segments.list) {
    if (segment.nextOffset <= fromOffset) continue
    const max = await segment.settledMax()
    const visible = max.offset >= fromOffset || max.timestampMs < 0 ? max : await segment.maxBehind(fromOffset)
    if (visible.timestampMs > largest.timestampMs) largest = visible
  }
  return largest
}

/** The first record at or behind a position that is new enough. A batch whose header promises more than it holds is passed over. */
async function firstInSegment(
  state: LogState,
  place: { readonly segment: Segment; readonly position: number },
  wanted: Wanted,
): Promise<TimestampAndOffset | undefined> {
  const { segment } = place
  let { position } = place
  while (position < segment.sizeBytes) {
    let sizeBytes = 0
    position = segment.walk(position, (header) => {
      sizeBytes = header.sizeBytes
      return header.maxTimestamp >= wanted.timestampMs && header.lastOffset >= wanted.fromOffset
    })
    if (position >= segment.sizeBytes) return undefined
    const batch = await readBatch(segment, position, sizeBytes)
    const found = firstRecord(state, batch, wanted)
    if (found !== undefined) return found
    position += sizeBytes
  }
  return undefined
}

async function readBatch(segment: Segment, position: number, sizeBytes: number): Promise<RecordBatch> {
  const region = segment.region(position, sizeBytes)
  try {
    const bytes = new Uint8Array(sizeBytes)
    await region.file.read(bytes, position)
    return new RecordBatch(bytes)
  } finally {
    region.release()
  }
}

function firstRecord(state: LogState, batch: RecordBatch, wanted: Wanted): TimestampAndOffset | undefined {
  try {
    for (const record of batch.records()) {
      if (record.timestamp >= wanted.timestampMs && record.offset >= wanted.fromOffset) {
        return { offset: record.offset, timestampMs: record.timestamp, leaderEpoch: batch.partitionLeaderEpoch }
      }
    }
  } catch (error) {
    if (!(error instanceof CorruptRecordError)) throw error
    const { topic, partition } = state
    state.world.logger.warn('a record batch contradicts itself', { topic, partition, offset: batch.baseOffset, error })
  }
  return undefined
}
