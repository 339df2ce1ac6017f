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

test('a time that is over by now is no delay; node would warn of a negative one', async () => {
  jest.useRealTimers()
  const setting = jest.spyOn(globalThis, 'setTimeout')
  await new Promise<void>((resolve) => nodeTimers.after(-0.5, resolve))
  expect(setting.mock.lastCall?.[1]).toBe(0)
  setting.mockRestore()
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

test('promises that one end of a turn settles go on when all of that turn have run; what these add is of the next', async () => {
  jest.useRealTimers()
  const calls: string[] = []
  await new Promise<void>((resolve) => {
    nodeTimers.endOfTurn(() => {
      calls.push('first')
      void Promise.resolve().then(() => calls.push('promise'))
      nodeTimers.endOfTurn(() => {
        calls.push('next turn')
        resolve()
      })
    })
    nodeTimers.endOfTurn(() => calls.push('second'))
  })
  expect(calls).toEqual(['first', 'second', 'promise', 'next turn'])
})

test('what throws at the end of a turn keeps nobody else from theirs', async () => {
  jest.useRealTimers()
  const calls: string[] = []
  const immediate = jest.spyOn(globalThis, 'setImmediate')
  await new Promise<void>((resolve) => {
    nodeTimers.endOfTurn(() => calls.push('before'))
    const run = immediate.mock.lastCall?.[0] as () => void
    nodeTimers.endOfTurn(() => {
      nodeTimers.endOfTurn(() => {
        calls.push('next turn')
        resolve()
      })
      throw new Error('a defect')
    })
    nodeTimers.endOfTurn(() => calls.push('behind'))
    expect(run).toThrow('a defect')
    expect(calls).toEqual(['before'])
  })
  expect(calls).toEqual(['before', 'behind', 'next turn'])
  immediate.mockRestore()
})
