import { describe, expect, test } from '@jest/globals'
import { planRetention, type RetentionInput } from './retention.ts'

const NOW = 1_000_000
const KEEP = { deletes: true, retentionMs: -1, retentionBytes: -1 }
const AGE = { ...KEEP, retentionMs: 1000 }

/** Segments of ten offsets and 100 bytes each: their ages in milliseconds; the last one is active. */
function log(ages: readonly number[], input: Partial<RetentionInput> = {}): RetentionInput {
  const segments = ages.map((age, index) => ({ baseOffset: index * 10, sizeBytes: 100, timeMs: NOW - age }))
  const end = ages.length * 10
  return { segments, logStartOffset: 0, highWatermark: end, logEndOffset: end, config: KEEP, nowMs: NOW, ...input }
}

const withLast = (input: RetentionInput, last: object): RetentionInput => ({
  ...input,
  segments: [...input.segments.slice(0, -1), { ...input.segments.at(-1)!, ...last }],
})

const cases: readonly (readonly [string, RetentionInput, number, string?])[] = [
  ['nothing without limits', log([9e9, 9e9, 9e9]), 0],
  ['age: a segment goes when it is older', log([1001, 1000, 0], { config: AGE }), 1, 'retention.ms'],
  ['age: not when it is as old', log([1000, 1000, 0], { config: AGE }), 0],
  ['age: one that is young keeps all behind it', log([0, 5000, 5000], { config: AGE }), 0],
  ['age: all of it, the active segment too', log([5000, 5000, 5000], { config: AGE }), 3, 'retention.ms'],
  [
    'age: not an empty active one',
    withLast(log([5000, 5000, 5000], { config: AGE }), { sizeBytes: 0 }),
    2,
    'retention.ms',
  ],
  ['age: 0 lets go what is a millisecond old', log([1, 1], { config: { ...AGE, retentionMs: 0 } }), 2, 'retention.ms'],
  ['age: a time in the future keeps it', log([-1, 5000], { config: AGE }), 0],
  ['age: unknown is young', withLast(log([5000, 5000], { config: AGE }), { timeMs: undefined }), 1, 'retention.ms'],
  ['committed records only', log([5000, 5000, 5000], { config: AGE, highWatermark: 19 }), 1, 'retention.ms'],
  [
    'committed records only: the end of a segment is enough',
    log([5000, 5000, 5000], { config: AGE, highWatermark: 20 }),
    2,
    'retention.ms',
  ],
  ['nothing of an active segment that is not committed', log([5000], { config: AGE, highWatermark: 9 }), 0],
  ['size: what is left is never smaller', log([0, 0, 0], { config: { ...KEEP, retentionBytes: 201 } }), 0],
  [
    'size: what is left may be as large',
    log([0, 0, 0], { config: { ...KEEP, retentionBytes: 200 } }),
    1,
    'retention.bytes',
  ],
  ['size: several at once', log([0, 0, 0, 0], { config: { ...KEEP, retentionBytes: 150 } }), 2, 'retention.bytes'],
  ['size: 0 keeps nothing', log([0, 0, 0], { config: { ...KEEP, retentionBytes: 0 } }), 3, 'retention.bytes'],
  ['size and age add up', log([0, 5000, 0], { config: { ...AGE, retentionBytes: 200 } }), 2, 'retention.ms'],
  ['below the start', log([0, 0, 0], { logStartOffset: 20 }), 2, 'log start offset'],
  ['not the segment that holds the start', log([0, 0, 0], { logStartOffset: 19 }), 1, 'log start offset'],
  ['below the start: never the active one', log([0, 0, 0], { logStartOffset: 30 }), 2, 'log start offset'],
  [
    'below the start without cleanup.policy=delete too',
    log([9e9, 9e9], { logStartOffset: 10, config: { ...AGE, deletes: false } }),
    1,
    'log start offset',
  ],
  [
    'neither age nor size without cleanup.policy=delete',
    log([9e9, 9e9], { config: { retentionMs: 0, retentionBytes: 0, deletes: false } }),
    0,
  ],
]

describe('planRetention', () => {
  test.each(cases.map(([name, ...rest]) => ({ name, rest })))('$name', ({ rest: [input, count, reason] }) => {
    expect(planRetention(input)).toEqual(count === 0 ? undefined : { count, reason })
  })
})
