import { expect, test } from '@jest/globals'
import { seededRandom } from './seeded-random.ts'

test('the same seed gives the same numbers, another seed others', () => {
  const draw = (seed: number) => {
    const random = seededRandom(seed)
    return [...random.bytes(20), random.integer(1000), random.integer(2 ** 40)]
  }
  expect(draw(42)).toEqual(draw(42))
  expect(draw(42)).not.toEqual(draw(43))
})

test.each([1, 2, 7, 256, 2 ** 33])('integers below %d are in range and reach all parts of it', (below) => {
  const random = seededRandom(1)
  const parts = new Set<number>()
  for (let draw = 0; draw < 1000; draw++) {
    const value = random.integer(below)
    expect(Number.isInteger(value) && value >= 0 && value < below).toBe(true)
    parts.add(Math.floor((value / below) * Math.min(below, 16)))
  }
  expect(parts.size).toBe(Math.min(below, 16))
})

test('nothing is below zero or one half', () => {
  expect(() => seededRandom(1).integer(0)).toThrow('positive')
  expect(() => seededRandom(1).integer(0.5)).toThrow('positive')
})
