import { expect, test } from '@jest/globals'
import { rollJitterMs } from './segment-age.ts'

const paths = Array.from({ length: 200 }, (_, index) => `/data/t-${index}/00000000000000000000.log`)
const HOUR = 3_600_000

test('jitter spreads over what it may take, and is the same after a restart', () => {
  const config = { segmentMs: 10 * HOUR, segmentJitterMs: HOUR }
  const jitters = paths.map((path) => rollJitterMs(path, config))
  expect(new Set(jitters).size).toBe(paths.length)
  expect(Math.min(...jitters)).toBeLessThan(HOUR / 10)
  expect(Math.max(...jitters)).toBeGreaterThan((HOUR * 9) / 10)
  expect(Math.max(...jitters)).toBeLessThan(HOUR)
  expect(paths.map((path) => rollJitterMs(path, config))).toEqual(jitters)
})

test('never more than segment.ms; none unless it is asked for', () => {
  expect(Math.max(...paths.map((path) => rollJitterMs(path, { segmentMs: 5, segmentJitterMs: HOUR })))).toBeLessThan(5)
  expect(rollJitterMs(paths[0]!, { segmentMs: HOUR, segmentJitterMs: 0 })).toBe(0)
})
