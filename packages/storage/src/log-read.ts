import { BATCH_HEADER_BYTES } from '@ottla/protocol'
import type { LogState } from './log-state.ts'
import type { BatchLocation } from './segments.ts'
import type { ReadRequest, ReadResult } from './types.ts'

/** See `PartitionLog.read`. */
export function readLog(state: LogState, request: ReadRequest): ReadResult {
  const { logStartOffset, logEndOffset } = state
  if (request.offset < logStartOffset || request.offset > logEndOffset) {
    return { kind: 'out-of-range', logStartOffset, logEndOffset }
  }
  const limitOffset = Math.min(request.limitOffset, logEndOffset)
  if (request.offset >= limitOffset) return { kind: 'empty' }
  const found = state.segments.find(request.offset)
  const first = request.skipsEmpty === true ? pastEmpty(state, found, limitOffset) : found
  if (first === undefined || first.baseOffset >= limitOffset) return { kind: 'empty' }
  const byteLength = regionLength(state, first, { ...request, limitOffset })
  if (byteLength === 0) return { kind: 'empty' }
  return {
    kind: 'region',
    region: first.segment.region(first.position, byteLength),
    firstBatchOffset: first.baseOffset,
    continuesInNextSegment: continuesBehind(first, { byteLength, limitOffset, bytesMax: request.bytesMax }),
  }
}

/** The first batch from there on that has records; the one that was found when there is none below the limit. */
function pastEmpty(
  { segments }: LogState,
  found: BatchLocation | undefined,
  limitOffset: number,
): BatchLocation | undefined {
  // None that has records is as small as its header.
  if (found?.sizeBytes !== BATCH_HEADER_BYTES) return found
  let from = found.position
  for (const segment of segments.list.slice(segments.list.indexOf(found.segment))) {
    const position = segment.walk(from, ({ recordCount, baseOffset }) => recordCount > 0 || baseOffset >= limitOffset)
    const next = position < segment.sizeBytes ? segment.batchAt(position) : undefined
    if (next !== undefined) return next.baseOffset < limitOffset ? { segment, ...next } : found
    from = 0
  }
  return found
}

function continuesBehind(
  { segment, position }: BatchLocation,
  read: { readonly byteLength: number; readonly limitOffset: number; readonly bytesMax: number },
): boolean {
  const takesAll = position + read.byteLength === segment.sizeBytes && read.byteLength < read.bytesMax
  return takesAll && read.limitOffset > segment.nextOffset
}

/** The limit is exact; `bytesMax` may cut a later batch in two, which costs no look at the headers in between. */
function regionLength(state: LogState, first: BatchLocation, request: ReadRequest): number {
  const available = positionOfLimit(state, first, request.limitOffset) - first.position
  if (available <= 0) return 0
  if (request.bytesMax >= first.sizeBytes) return Math.min(available, request.bytesMax)
  return request.atLeastOneBatch ? first.sizeBytes : 0
}

/** Where the bytes end that lie wholly below an offset, in the segment of `first`. */
function positionOfLimit(state: LogState, first: BatchLocation, limitOffset: number): number {
  const { segment } = first
  if (limitOffset >= segment.nextOffset) return segment.sizeBytes
  const limit = state.segments.find(limitOffset)
  // Compaction may have taken what lay between the limit and the next segment.
  return limit?.segment === segment ? limit.position : segment.sizeBytes
}
