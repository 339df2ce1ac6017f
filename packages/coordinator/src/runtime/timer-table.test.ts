import { beforeEach, describe, expect, test } from '@jest/globals'
import { FakeClock } from '@ottla/runtime/testing'
import { TimerTable } from './timer-table.ts'

let clock: FakeClock
let expired: string[]
let table: TimerTable

beforeEach(() => {
  clock = new FakeClock()
  expired = []
  table = new TimerTable({ clock, timers: clock }, (key) => expired.push(`${clock.monotonic()} ${key}`))
})

describe('a timer', () => {
  test('expires once, at its time, in the order of the times', async () => {
    table.set('b', 200)
    table.set('a', 100)
    table.set('c', 100)
    await clock.advance(1000)
    expect(expired).toEqual(['100 a', '100 c', '200 b'])
    expect([table.size, clock.pendingTimers]).toEqual([0, 0])
  })

  test('that is set again expires at the later time only', async () => {
    table.set('a', 100)
    await clock.advance(90)
    table.set('a', 100)
    await clock.advance(1000)
    expect(expired).toEqual(['190 a'])
  })

  test('that is set again expires at the earlier time only', async () => {
    table.set('a', 500)
    table.set('a', 100)
    table.set('a', 300)
    await clock.advance(1000)
    expect(expired).toEqual(['300 a'])
  })

  test('of many that were moved together is looked at with pauses for everybody else', async () => {
    let now = 0
    let next: { readonly delayMs: number; readonly fire: () => void } | undefined
    const after = (delayMs: number, fire: () => void) => {
      next = { delayMs, fire }
      return { clear: () => {} }
    }
    const world = { clock: { ...clock, monotonic: () => now }, timers: { ...clock, after } }
    const sessions = new TimerTable(world as never, (key) => expired.push(key))
    for (now of [0, 100]) for (let member = 0; member < 5000; member++) sessions.set(`${member}`, 150)
    const delays: (number | undefined)[] = []
    for (now = 150; delays.length < 5; ) {
      next?.fire()
      delays.push(next?.delayMs)
    }
    expect([delays, expired]).toEqual([[0, 0, 0, 0, 100], []])
  })

  test('that is cleared does not expire, and may be set again', async () => {
    table.set('a', 100)
    table.clear('a')
    await clock.advance(150)
    table.set('a', 100)
    table.clear('a')
    table.set('a', 200)
    await clock.advance(1000)
    expect(expired).toEqual(['350 a'])
  })

  test('may be set by one that expires', async () => {
    const again = new TimerTable({ clock, timers: clock }, (key) => {
      expired.push(key)
      if (expired.length < 3) again.set(key, 0)
    })
    again.set('a', 10)
    await clock.advance(10)
    expect(expired).toEqual(['a', 'a', 'a'])
  })
})

test('all of them share one timer of the runtime, however often they are renewed', async () => {
  for (let round = 0; round < 10; round++) {
    for (let member = 0; member < 1000; member++) table.set(`m${member}`, 45_000)
    await clock.advance(3000)
    expect(clock.pendingTimers).toBe(1)
  }
  table.clear('m7')
  await clock.advance(45_000)
  expect(expired).toHaveLength(999)
  expect(new Set(expired.map((line) => line.split(' ')[0]))).toEqual(new Set(['72000']))
})

test('keys that come and go leave no trace', async () => {
  for (let round = 0; round < 10_000; round++) {
    table.set(`m${round}`, 45_000)
    table.clear(`m${round}`)
  }
  table.set('last', 10)
  await clock.advance(100)
  expect(expired).toEqual(['10 last'])
})

test('after the end nothing expires', async () => {
  table.set('a', 100)
  table.end()
  table.set('b', 100)
  await clock.advance(1000)
  expect([expired, clock.pendingTimers]).toEqual([[], 0])
})
