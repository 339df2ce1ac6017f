import type { RecordBatch } from '@ottla/protocol'
import type { Offload } from '@ottla/runtime'
import type { Segment } from '../segment.ts'
import { type BatchContent, contentOf, walkRecords } from './batch-content.ts'
import type { OffsetMap } from './offset-map.ts'
import type { Pace } from './pace.ts'
import type { TransactionOutcomes } from './transaction-outcomes.ts'

export interface FillMapOptions {
  readonly map: OffsetMap
  readonly range: { readonly firstDirtyOffset: number; readonly endOffset: number }
  readonly outcomes: () => Promise<TransactionOutcomes>
  readonly offload: Offload
  readonly pace: Pace
  readonly segments: readonly Segment[]
  /** Ends when `visit` returns false. */
  readonly read: (segment: Segment, visit: (batch: RecordBatch) => Promise<boolean>) => Promise<void>
}

/**
 * Puts the last offset of each key in the range into the map. What an aborted transaction wrote does not count: it would hide what was
 * there before. Returns the offset up to which all keys are in the map, which is below the end of the range when it is full.
 */
export async function fillMap(options: FillMapOptions): Promise<number> {
  const { map, range, segments, read } = options
  let fullAt: number | undefined
  for (const segment of segments) {
    await read(segment, async (batch) => {
      if (batch.lastOffset < range.firstDirtyOffset) return true
      fullAt = await putKeys(batch, options)
      return fullAt === undefined
    })
    if (fullAt !== undefined) return fullAt
  }
  map.latestOffset = range.endOffset - 1
  return range.endOffset
}

/** Returns the offset of the first record that found no room. */
async function putKeys(batch: RecordBatch, options: FillMapOptions): Promise<number | undefined> {
  const { map, range, pace, offload } = options
  if (batch.isControl || batch.recordCount === 0) return undefined
  if (batch.isTransactional && (await options.outcomes()).of(batch) !== 'committed') return undefined
  const content = await contentOf(batch, offload)
  if ('fault' in content || (await isUnreadable(batch, content, pace))) return undefined
  let fullAt: number | undefined
  await walkRecords(batch, content, {
    pace,
    visit: (record) => {
      const offset = batch.baseOffset + record.offsetDelta
      if (record.keyAt < 0 || offset < range.firstDirtyOffset) return true
      const hasRoom = map.put(content.bytes, { start: record.keyAt, end: record.keyEnd }, offset)
      if (!hasRoom) fullAt = offset
      return hasRoom
    },
  })
  return fullAt
}

/** Looked at whole first: what comes before the fault in such a batch must not count either. */
async function isUnreadable(batch: RecordBatch, content: BatchContent, pace: Pace): Promise<boolean> {
  return (await walkRecords(batch, content, { pace, visit: () => true })) !== undefined
}
