import { describe, expect, test } from '@jest/globals'
import { FakeClock } from '@ottla/runtime/testing'
import fc from 'fast-check'
import { CommitQueue, type CommitWaiter, Wait, WatchList } from './waiters.ts'

function waiter(name: string, told: string[]): CommitWaiter {
  return { committed: () => void told.push(`${name} committed`), lost: () => void told.push(`${name} lost`) }
}

describe('CommitQueue', () => {
  test('tells waiters in order, each when the high watermark reaches its offset', () => {
    const told: string[] = []
    const queue = new CommitQueue()
    for (const offset of [5, 7, 7, 9]) queue.add(offset, waiter(`@${offset}`, told))
    queue.advance(4)
    expect(told).toEqual([])
    queue.advance(7)
    expect(told).toEqual(['@5 committed', '@7 committed', '@7 committed'])
    queue.advance(100)
    expect(told).toHaveLength(4)
    expect(queue.size).toBe(0)
  })

  test('a repeated batch does not wait for what was appended behind its original', () => {
    const told: string[] = []
    const queue = new CommitQueue()
    queue.add(5, waiter('original', told))
    queue.add(9, waiter('later', told))
    queue.add(5, waiter('repeated', told))
    queue.advance(5)
    expect(told).toEqual(['original committed', 'repeated committed'])
  })

  test('one that was removed hears nothing; the others hear of a lost leadership once', () => {
    const told: string[] = []
    const queue = new CommitQueue()
    const removed = waiter('removed', told)
    queue.add(5, removed)
    queue.add(6, waiter('left', told))
    queue.add(4, waiter('late', told))
    queue.remove(removed)
    queue.lose()
    queue.advance(10)
    expect(told).toEqual(['left lost', 'late lost'])
  })

  test('whatever the order of offsets, exactly those at or below the high watermark are told', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 30 })),
        fc.array(fc.integer({ min: 0, max: 30 })),
        (offsets, marks) => {
          const done = new Set<number>()
          const queue = new CommitQueue()
          offsets.forEach((offset, index) => {
            queue.add(offset, { committed: () => void done.add(index), lost: () => undefined })
          })
          let highest = -1
          for (const mark of marks) {
            queue.advance(mark)
            highest = Math.max(highest, mark)
            offsets.forEach((offset, index) => {
              expect(done.has(index)).toBe(offset <= highest)
            })
          }
          expect(queue.size).toBe(offsets.length - done.size)
        },
      ),
    )
  })
})

test('a watcher that leaves and comes back while it is told is not told twice', () => {
  const list = new WatchList()
  let calls = 0
  const watcher = {
    advanced: () => {
      calls++
      list.remove(watcher)
      list.add(watcher)
    },
    lost: () => undefined,
  }
  list.add(watcher)
  list.advanced()
  expect(calls).toBe(1)
  expect(list.size).toBe(1)
})

describe('Wait', () => {
  function start(timeoutMs: number) {
    const clock = new FakeClock()
    const closing = new AbortController()
    const ends: string[] = []
    const wait = new Wait({ timers: clock, timeoutMs, closed: closing.signal, ended: (end) => void ends.push(end) })
    return { clock, closing, ends, wait }
  }

  test('ends once, by its deadline', async () => {
    const { clock, closing, ends, wait } = start(100)
    await clock.advance(99)
    expect(ends).toEqual([])
    await clock.advance(1)
    wait.ready()
    closing.abort()
    expect(ends).toEqual(['timeout'])
  })

  test('ends once, by being ready, and leaves no timer behind', async () => {
    const { clock, ends, wait } = start(100)
    wait.ready()
    expect(clock.pendingTimers).toBe(0)
    await clock.advance(200)
    expect(ends).toEqual(['ready'])
  })

  test('ends with its connection', () => {
    const { clock, closing, ends } = start(100)
    closing.abort()
    expect(ends).toEqual(['closed'])
    expect(clock.pendingTimers).toBe(0)
  })

  test('a connection that is gone already ends it in this turn, but not before the constructor returns', async () => {
    const clock = new FakeClock()
    const ends: string[] = []
    new Wait({ timers: clock, timeoutMs: 100, closed: AbortSignal.abort(), ended: (end) => void ends.push(end) })
    expect(ends).toEqual([])
    await clock.settle()
    expect(ends).toEqual(['closed'])
  })
})
