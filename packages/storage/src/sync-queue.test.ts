import { expect, test } from '@jest/globals'
import { SyncQueue } from './sync-queue.ts'

test('one sync is in flight at a time, in order, and a failed one holds nobody up', async () => {
  const queue = new SyncQueue()
  const events: string[] = []
  const ends: (() => void)[] = []
  const sync = (name: string, fails = false) =>
    queue.run(async () => {
      events.push(`begin ${name}`)
      await new Promise<void>((resolve) => ends.push(resolve))
      events.push(`end ${name}`)
      if (fails) throw new Error(`${name} failed`)
      return name
    })
  const endNext = async () => {
    ends.shift()!()
    for (let turn = 0; turn < 10; turn++) await Promise.resolve()
  }
  const results = Promise.allSettled([sync('a'), sync('b', true), sync('c')])
  const idle = queue.idle().then(() => events.push('idle'))
  await Promise.resolve()
  expect(events).toEqual(['begin a'])
  await endNext()
  expect(events).toEqual(['begin a', 'end a', 'begin b'])
  await endNext()
  await endNext()
  await idle
  expect(events).toEqual(['begin a', 'end a', 'begin b', 'end b', 'begin c', 'end c', 'idle'])
  const outcomes = (await results).map((result) =>
    result.status === 'fulfilled' ? result.value : result.reason.message,
  )
  expect(outcomes).toEqual(['a', 'b failed', 'c'])
})
