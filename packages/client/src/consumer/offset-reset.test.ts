import { describe, expect, test } from '@jest/globals'
import { parseOffsetReset } from './offset-reset.ts'

const HOUR_MS = 3_600_000

describe('parseOffsetReset', () => {
  test.each(['earliest', 'latest', 'none'])('%s', (kind) => expect(parseOffsetReset(kind)).toEqual({ kind }))

  test.each([
    ['by_duration:PT1H', HOUR_MS],
    ['by_duration:P1D', 24 * HOUR_MS],
    ['by_duration:P2DT3H4M5.678S', 51 * HOUR_MS + 245_678],
    ['by_duration:PT0S', 0],
    ['BY_DURATION:pt90m', 1.5 * HOUR_MS],
    ['by_duration:PT0.0009S', 0],
  ])('%s', (text, durationMs) => expect(parseOffsetReset(text)).toEqual({ kind: 'by_duration', durationMs }))

  test.each([
    '',
    'first',
    'by_duration',
    'by_duration:',
    'by_duration:P',
    'by_duration:P1DT',
    'by_duration:-PT1H',
    'by_duration:PT-1H',
    'by_duration:1H',
    'by_duration:P1Y',
    'by_duration:PT1.S',
    'by_duration:P99999999999999D',
  ])('refuses "%s"', (text) => expect(parseOffsetReset(text)).toBeUndefined())
})
