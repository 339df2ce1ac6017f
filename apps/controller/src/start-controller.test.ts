import { expect, test } from '@jest/globals'
import { nextControllerEpoch } from './start-controller.ts'

const SECONDS_2026 = (Date.UTC(2026, 0, 1) - Date.UTC(2024, 0, 1)) / 1000

test.each<[string, number, number, number]>([
  ['a first start', 0, Date.UTC(2026, 0, 1), SECONDS_2026],
  ['a start in the same second', SECONDS_2026, Date.UTC(2026, 0, 1), SECONDS_2026 + 1],
  ['a clock that was set back', SECONDS_2026, Date.UTC(2025, 0, 1), SECONDS_2026 + 1],
  ['a clock at the beginning of time', 0, 0, 1],
  // Epochs have 31 bits: those that a clock of the far future would take are lost for ever.
  ['a clock of the far future', SECONDS_2026, 2 ** 32 * 1000, SECONDS_2026 + 1],
])('the epoch after %s', (_what, last, nowMs, expected) => {
  expect(nextControllerEpoch(last, nowMs)).toBe(expected)
})
