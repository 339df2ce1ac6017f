import { expect, test } from '@jest/globals'
import { type ProducerIdBlock, ProducerIds } from './producer-ids.ts'

function setUp(count = 10) {
  const asked: PromiseWithResolvers<ProducerIdBlock>[] = []
  const ids = new ProducerIds(() => {
    const answer = Promise.withResolvers<ProducerIdBlock>()
    asked.push(answer)
    return answer.promise
  })
  const answer = async (index: number) => {
    asked[index]!.resolve({ first: index * count, count })
    await asked[index]!.promise
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { ids, asked, answer }
}

test('requests wait together for the first block', async () => {
  const { ids, asked, answer } = setUp()
  const waiting = [ids.next(), ids.next(), ids.next()]
  expect(asked).toHaveLength(1)
  await answer(0)
  expect((await Promise.all(waiting)).sort()).toEqual([0, 1, 2])
})

test('the next block is fetched before the present one is used up, and nobody waits', async () => {
  const { ids, asked, answer } = setUp()
  const first = ids.next()
  await answer(0)
  expect(await first).toBe(0)
  const given = Array.from({ length: 8 }, () => ids.next())
  expect(given).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(asked).toHaveLength(2)
  await answer(1)
  expect([ids.next(), ids.next()]).toEqual([9, 10])
  expect(asked).toHaveLength(2)
})

test('more waiters than one block holds are served from the following ones, each id once', async () => {
  const { ids, asked, answer } = setUp()
  const waiting = Promise.all(Array.from({ length: 25 }, () => ids.next()))
  for (let index = 0; index < 3; index++) await answer(index)
  expect(new Set(await waiting).size).toBe(25)
  expect(asked.length).toBeGreaterThanOrEqual(3)
})

test('a controller that does not answer fails those who wait; the next one asks again', async () => {
  const { ids, asked, answer } = setUp()
  const waiting = [ids.next(), ids.next()]
  asked[0]!.reject(new Error('no controller'))
  const results = await Promise.allSettled(waiting)
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  const next = ids.next()
  await answer(1)
  expect(await next).toBe(10)
})

test('a failed fetch ahead of time troubles nobody while ids are left', async () => {
  const { ids, asked, answer } = setUp()
  const first = ids.next()
  await answer(0)
  await first
  for (let id = 1; id < 9; id++) expect(ids.next()).toBe(id)
  asked[1]!.reject(new Error('no controller'))
  await new Promise((resolve) => setImmediate(resolve))
  expect(ids.next()).toBe(9)
  const waiting = ids.next()
  await answer(2)
  expect(await waiting).toBe(20)
})
