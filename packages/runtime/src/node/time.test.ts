import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { nodeTimers } from './time.ts'

beforeEach(() => {
  jest.useFakeTimers()
})
afterEach(() => {
  jest.useRealTimers()
})

const DAY_MS = 86_400_000

test('a delay longer than setTimeout takes is kept all the same, and can be cleared', () => {
  const calls: string[] = []
  nodeTimers.after(60 * DAY_MS, () => calls.push('sixty days'))
  const cleared = nodeTimers.after(60 * DAY_MS, () => calls.push('cleared'))
  jest.advanceTimersByTime(30 * DAY_MS)
  cleared.clear()
  jest.advanceTimersByTime(30 * DAY_MS - 1)
  expect(calls).toEqual([])
  jest.advanceTimersByTime(1)
  expect(calls).toEqual(['sixty days'])
  expect(jest.getTimerCount()).toBe(0)
})

test('intervals repeat until they are cleared', () => {
  let calls = 0
  const interval = nodeTimers.every(10, () => calls++)
  jest.advanceTimersByTime(35)
  interval.clear()
  interval.clear()
  jest.advanceTimersByTime(100)
  expect(calls).toBe(3)
})

test('the end of a turn comes after its promises', async () => {
  jest.useRealTimers()
  const calls: string[] = []
  await new Promise<void>((resolve) => {
    nodeTimers.endOfTurn(() => {
      calls.push('end')
      resolve()
    })
    Promise.resolve().then(() => calls.push('promise'))
  })
  expect(calls).toEqual(['promise', 'end'])
})
