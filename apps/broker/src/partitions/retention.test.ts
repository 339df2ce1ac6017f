import { describe, expect, test } from '@jest/globals'
import { FakeClock } from '@ottla/runtime/testing'
import { RetentionTask } from './retention.ts'

/** Homes whose passes end when the test says so. */
function setUp(count: number) {
  const clock = new FakeClock()
  const events: string[] = []
  const ends: (() => void)[] = []
  const homes = Array.from({ length: count }, (_, index) => ({
    enforceRetention: () => {
      events.push(`${index} at ${clock.monotonic()}`)
      return new Promise<void>((resolve) => ends.push(resolve))
    },
  }))
  const task = new RetentionTask({ timers: clock, homes, initialDelayMs: 30, intervalMs: 100 })
  const end = async () => {
    ends.shift()!()
    await clock.settle()
  }
  return { clock, events, task, end }
}

describe('the retention task', () => {
  test('begins after the initial delay and goes through one directory after the other', async () => {
    const { clock, events, end } = setUp(2)
    await clock.advance(29)
    expect(events).toEqual([])
    await clock.advance(1)
    expect(events).toEqual(['0 at 30'])
    await end()
    expect(events).toEqual(['0 at 30', '1 at 30'])
  })

  test('the interval counts from the end of a pass: a slow one is not overtaken', async () => {
    const { clock, events, end } = setUp(1)
    await clock.advance(500)
    expect(events).toEqual(['0 at 30'])
    await end()
    await clock.advance(99)
    expect(events).toHaveLength(1)
    await clock.advance(1)
    expect(events).toEqual(['0 at 30', '0 at 600'])
  })

  test('after it was stopped nothing begins', async () => {
    const { clock, events, task, end } = setUp(2)
    await clock.advance(30)
    task.stop()
    await end()
    await clock.advance(1000)
    expect(events).toEqual(['0 at 30'])
    expect(clock.pendingTimers).toBe(0)
  })
})
