import { describe, expect, test } from '@jest/globals'
import { backOffMs } from './back-off.ts'

function random(share: number) {
  return { bytes: (length: number) => new Uint8Array(length), integer: (below: number) => Math.floor(share * below) }
}

describe('backOffMs', () => {
  test.each([
    [0, 0.5, 100],
    [1, 0.5, 200],
    [3, 0.5, 800],
    [4, 0.5, 1000],
    [1000, 0.5, 1000],
    [0, 0, 80],
    [4, 0, 800],
  ])('retry %d with randomness %d: %d ms', (retry, share, expected) => {
    expect(backOffMs(retry, { firstMs: 100, maxMs: 1000, random: random(share) })).toBe(expected)
  })

  test('is at most a fifth longer', () => {
    expect(backOffMs(0, { firstMs: 100, maxMs: 1000, random: random(0.999999) })).toBeLessThanOrEqual(120)
  })
})
