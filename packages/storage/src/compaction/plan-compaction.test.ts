import { describe, expect, test } from '@jest/globals'
import { type CompactionInput, type CompactionSegment, groupSegments, planCompaction } from './plan-compaction.ts'

/** Segments of 100 bytes and 10 offsets each; the last one is active. */
function segments(count: number, change: (index: number) => Partial<CompactionSegment> = () => ({})) {
  return Array.from({ length: count }, (_, index) => ({
    baseOffset: index * 10,
    sizeBytes: 100,
    latestMs: -1,
    firstMs: -1,
    ...change(index),
  }))
}

const CONFIG = { minCleanableRatio: 0.5, minCompactionLagMs: 0, maxCompactionLagMs: 2 ** 63 }

function plan(input: Partial<CompactionInput>) {
  return planCompaction({
    segments: segments(5),
    cleanedTo: 0,
    limitOffset: 1000,
    config: CONFIG,
    nowMs: 10_000,
    ...input,
  })
}

describe('what is compacted', () => {
  test.each<[string, Partial<CompactionInput>, object]>([
    [
      'all but the active segment',
      {},
      { firstDirtyOffset: 0, endOffset: 40, cleanBytes: 0, dirtyBytes: 400, isDue: true },
    ],
    ['nothing of a log of one segment', { segments: segments(1) }, { endOffset: 0, dirtyBytes: 0, isDue: false }],
    [
      'from where the last run ended',
      { cleanedTo: 10 },
      { firstDirtyOffset: 10, cleanBytes: 100, dirtyBytes: 300, isDue: true },
    ],
    ['not at the ratio, only above it', { cleanedTo: 20 }, { dirtyRatio: 0.5, isDue: false }],
    [
      'nothing when all is clean',
      { cleanedTo: 40 },
      { firstDirtyOffset: 40, endOffset: 40, dirtyBytes: 0, isDue: false },
    ],
    ['a segment that a full map left in the middle is dirty', { cleanedTo: 15 }, { cleanBytes: 100, dirtyBytes: 300 }],
    ['no segment that reaches past the limit', { limitOffset: 39 }, { endOffset: 30, dirtyBytes: 300 }],
    ['a segment that ends at the limit', { limitOffset: 30 }, { endOffset: 30, dirtyBytes: 300 }],
    ['nothing below the first offset', { limitOffset: 0 }, { endOffset: 0, dirtyBytes: 0 }],
    ['a checkpoint behind the log counts for nothing', { cleanedTo: 41 }, { firstDirtyOffset: 0 }],
    [
      'a checkpoint before the log counts for nothing',
      { segments: segments(5).slice(2), cleanedTo: 10 },
      { firstDirtyOffset: 20, dirtyBytes: 200 },
    ],
    [
      'a limit below what is clean',
      { cleanedTo: 30, limitOffset: 10 },
      { firstDirtyOffset: 30, endOffset: 30, dirtyBytes: 0 },
    ],
  ])('%s', (_name, input, expected) => {
    expect(plan(input)).toMatchObject(expected)
  })

  test.each<[string, number, number]>([
    ['records of now are too young', 10_000, 20],
    ['as old as the lag is old enough', 9_000, 40],
    ['a millisecond younger is not', 9_001, 20],
  ])('min.compaction.lag.ms: %s', (_name, latestMs, endOffset) => {
    const list = segments(5, (index) => ({ latestMs: index === 2 ? latestMs : 0 }))
    expect(plan({ segments: list, config: { ...CONFIG, minCompactionLagMs: 1000 } })).toMatchObject({ endOffset })
  })

  test.each<[string, number, number, boolean]>([
    ['the oldest dirty record has waited for longer', 8_999, 1, true],
    ['it has not yet', 9_000, 0, false],
    ['without a time nothing is known', -1, 0, false],
  ])('max.compaction.lag.ms: %s', (_name, firstMs, overdueMs, isDue) => {
    // What is clean may be older.
    const list = segments(5, (index) => ({ firstMs: index < 3 ? 1 : firstMs }))
    const config = { ...CONFIG, maxCompactionLagMs: 1000 }
    expect(plan({ segments: list, cleanedTo: 30, config })).toMatchObject({ overdueMs, isDue })
  })
})

describe('groups', () => {
  const segment = (baseOffset: number, sizeBytes: number, indexBytes = 8) => ({
    baseOffset,
    nextOffset: baseOffset + 10,
    sizeBytes,
    indexBytes,
  })
  const sizes = (groups: { sizeBytes: number }[][]) => groups.map((group) => group.map(({ sizeBytes }) => sizeBytes))
  const limits = { segmentBytes: 100, indexBytesMax: 100 }

  test('neighbours that fit into a segment go together', () => {
    const list = [40, 60, 1, 99, 100, 100, 0, 5].map((sizeBytes, index) => segment(index * 10, sizeBytes))
    expect(sizes(groupSegments(list, limits))).toEqual([[40, 60], [1, 99], [100], [100, 0], [5]])
  })

  test('the index must fit too', () => {
    const list = [60, 40, 60].map((indexBytes, index) => segment(index * 10, 1, indexBytes))
    expect(groupSegments(list, limits).map((group) => group.length)).toEqual([2, 1])
  })

  test('offsets in a segment are int32', () => {
    const fits = 0x7fffffff - 9
    expect(groupSegments([segment(0, 1), segment(fits, 1)], limits)).toHaveLength(1)
    expect(groupSegments([segment(0, 1), segment(fits + 1, 1)], limits)).toHaveLength(2)
  })

  test('a segment that is too large stays alone', () => {
    expect(sizes(groupSegments([segment(0, 500), segment(10, 1)], limits))).toEqual([[500], [1]])
  })
})
