/** What of which log is to be compacted, by Kafka's rules. Pure. */
import { RELATIVE_OFFSET_MAX } from '../segments.ts'
import type { LogConfig } from '../types.ts'

/** A segment as compaction sees it, oldest first; the last one is active. */
export interface CompactionSegment {
  readonly baseOffset: number
  readonly sizeBytes: number
  /** Largest timestamp; -1: none, or not asked for. */
  readonly latestMs: number
  /** Largest timestamp of the first batch; -1: none, or not asked for. */
  readonly firstMs: number
}

export interface CompactionInput {
  readonly segments: readonly CompactionSegment[]
  /** Everything below has been compacted. */
  readonly cleanedTo: number
  /** Nothing at or behind it is touched: not committed, not decided, or not synced yet. */
  readonly limitOffset: number
  readonly config: Pick<LogConfig, 'minCleanableRatio' | 'minCompactionLagMs' | 'maxCompactionLagMs'>
  readonly nowMs: number
}

export interface CompactionPlan {
  /** Where the records begin that have not been compacted. */
  readonly firstDirtyOffset: number
  /** Where the first segment begins that is left alone. */
  readonly endOffset: number
  readonly cleanBytes: number
  readonly dirtyBytes: number
  /** Dirty bytes of all. */
  readonly dirtyRatio: number
  /** How long ago max.compaction.lag.ms had passed for the oldest dirty segment; 0: it has not. */
  readonly overdueMs: number
  /** The rules want it done now. */
  readonly isDue: boolean
}

export function planCompaction(input: CompactionInput): CompactionPlan {
  const { segments, config } = input
  const active = segments.at(-1)!
  const firstOffset = segments[0]!.baseOffset
  // A checkpoint from elsewhere may lie outside of the log: then nothing is known.
  const isKnown = input.cleanedTo >= firstOffset && input.cleanedTo <= active.baseOffset
  const firstDirtyOffset = isKnown ? input.cleanedTo : firstOffset
  const endOffset = Math.max(firstDirtyOffset, endOf(input, firstDirtyOffset))
  let cleanBytes = 0
  let dirtyBytes = 0
  for (const [index, { baseOffset, sizeBytes }] of segments.slice(0, -1).entries()) {
    if (baseOffset >= endOffset) break
    if (segments[index + 1]!.baseOffset <= firstDirtyOffset) cleanBytes += sizeBytes
    else dirtyBytes += sizeBytes
  }
  const dirtyRatio = dirtyBytes === 0 ? 0 : dirtyBytes / (cleanBytes + dirtyBytes)
  const overdueMs = overdue(input, firstDirtyOffset)
  const isDue = dirtyBytes > 0 && (overdueMs > 0 || dirtyRatio > config.minCleanableRatio)
  return { firstDirtyOffset, endOffset, cleanBytes, dirtyBytes, dirtyRatio, overdueMs, isDue }
}

/** Base offset of the first segment that reaches the limit, holds a record that is too young, or is active. */
function endOf({ segments, limitOffset, config, nowMs }: CompactionInput, firstDirtyOffset: number): number {
  const youngestMs = nowMs - config.minCompactionLagMs
  const kept = segments.find((segment, index) => {
    const next = segments[index + 1]
    if (next === undefined || next.baseOffset > limitOffset) return true
    return config.minCompactionLagMs > 0 && next.baseOffset > firstDirtyOffset && segment.latestMs > youngestMs
  })
  return kept!.baseOffset
}

function overdue({ segments, config, nowMs }: CompactionInput, firstDirtyOffset: number): number {
  let earliestMs = Number.POSITIVE_INFINITY
  for (const [index, { firstMs }] of segments.slice(0, -1).entries()) {
    if (segments[index + 1]!.baseOffset > firstDirtyOffset && firstMs > 0) earliestMs = Math.min(earliestMs, firstMs)
  }
  const lagMs = Math.max(config.maxCompactionLagMs, config.minCompactionLagMs)
  return Math.max(0, nowMs - lagMs - earliestMs)
}

/** What the grouping looks at. */
export interface GroupedSegment {
  readonly baseOffset: number
  /** Offset behind its last record. */
  readonly nextOffset: number
  readonly sizeBytes: number
  /** Of the larger one of its indexes. */
  readonly indexBytes: number
}

/** Puts neighbours together that fit into one segment: what compaction has made small is joined. */
export function groupSegments<T extends GroupedSegment>(
  segments: readonly T[],
  config: Pick<LogConfig, 'segmentBytes' | 'indexBytesMax'>,
): T[][] {
  const groups: T[][] = []
  let sizeBytes = 0
  let indexBytes = 0
  for (const segment of segments) {
    const group = groups.at(-1)
    const fits =
      group !== undefined &&
      sizeBytes + segment.sizeBytes <= config.segmentBytes &&
      indexBytes + segment.indexBytes <= config.indexBytesMax &&
      segment.nextOffset - 1 - group[0]!.baseOffset <= RELATIVE_OFFSET_MAX
    if (fits) group.push(segment)
    else groups.push([segment])
    sizeBytes = (fits ? sizeBytes : 0) + segment.sizeBytes
    indexBytes = (fits ? indexBytes : 0) + segment.indexBytes
  }
  return groups
}
