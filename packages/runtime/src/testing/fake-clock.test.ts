import { describe, expect, test } from '@jest/globals'
import { delay } from '../time.ts'
import { FakeClock } from './fake-clock.ts'

describe('FakeClock', () => {
  test('stands still until it is advanced', async () => {
    const clock = new FakeClock(5_000)
    expect([clock.now(), clock.monotonic()]).toEqual([5_000, 0])
    await clock.advance(1.5)
    expect([clock.now(), clock.monotonic()]).toEqual([5_001, 1.5])
  })

  test('calls what falls due in order, each at its moment', async () => {
    const clock = new FakeClock(0)
    const calls: string[] = []
    const note = (name: string) => () => calls.push(`${name}@${clock.now()}`)
    clock.after(30, note('c'))
    clock.after(10, note('a'))
    clock.after(10, note('b'))
    clock.every(20, note('every'))
    clock.after(100, note('late'))
    await clock.advance(45)
    expect(calls).toEqual(['a@10', 'b@10', 'every@20', 'c@30', 'every@40'])
    expect(clock.now()).toBe(45)
  })

  test('what a timer causes happens before the next timer: promises, ends of turns, new timers', async () => {
    const clock = new FakeClock(0)
    const calls: string[] = []
    clock.after(10, async () => {
      calls.push('first')
      await Promise.resolve()
      await new Promise<void>((resolve) => clock.endOfTurn(resolve))
      clock.endOfTurn(() => calls.push('caused by first'))
      clock.after(5, () => calls.push(`between@${clock.now()}`))
    })
    clock.after(20, () => calls.push('second'))
    await clock.advance(20)
    expect(calls).toEqual(['first', 'caused by first', 'between@15', 'second'])
  })

  test('cleared timers do not fire, and clearing again does nothing', async () => {
    const clock = new FakeClock()
    const calls: string[] = []
    const once = clock.after(10, () => calls.push('once'))
    const interval = clock.every(10, () => {
      calls.push('interval')
      if (calls.length === 2) interval.clear()
    })
    once.clear()
    once.clear()
    await clock.advance(100)
    expect(calls).toEqual(['interval', 'interval'])
    expect(clock.pendingTimers).toBe(0)
  })

  test('the end of a turn comes by itself, after all promises of the turn', async () => {
    const clock = new FakeClock()
    const calls: string[] = []
    await new Promise<void>((resolve) => {
      clock.endOfTurn(() => {
        calls.push('end')
        resolve()
      })
      Promise.resolve()
        .then(() => calls.push('promise'))
        .then(() => calls.push('its promise'))
    })
    expect(calls).toEqual(['promise', 'its promise', 'end'])
  })

  test('work that goes on for ever without time passing does not stop advance', async () => {
    const clock = new FakeClock(0)
    let turns = 0
    let stopped = false
    const again = () => {
      turns++
      if (!stopped) clock.endOfTurn(again)
    }
    again()
    await clock.advance(1)
    expect(clock.now()).toBe(1)
    stopped = true
    expect(turns).toBeGreaterThan(100)
  })
})

describe('delay', () => {
  test('resolves after its time', async () => {
    const clock = new FakeClock(0)
    let doneAtMs = -1
    const done = delay(clock, 50).then(() => {
      doneAtMs = clock.now()
    })
    await clock.advance(100)
    await done
    expect(doneAtMs).toBe(50)
  })

  test('rejects with the reason of its signal, at once or later, and leaves no timer', async () => {
    const clock = new FakeClock(0)
    const abort = new AbortController()
    const pending = delay(clock, 50, abort.signal)
    abort.abort('stop')
    await expect(pending).rejects.toBe('stop')
    await expect(delay(clock, 50, abort.signal)).rejects.toBe('stop')
    expect(clock.pendingTimers).toBe(0)
  })
})
