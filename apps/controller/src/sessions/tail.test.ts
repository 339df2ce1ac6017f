import { expect, test } from '@jest/globals'
import { Tail } from './tail.ts'

const batch = (baseOffset: number, length: number) => ({
  baseOffset,
  controllerEpoch: 1,
  records: Array.from({ length }, () => ({ type: 'controllerStarted', controllerEpoch: 1 }) as const),
})

test('gives what lies behind the end of a batch, and nothing in between', () => {
  const tail = new Tail()
  expect(tail.after(-1)).toBeUndefined()
  const batches = [batch(5, 2), batch(7, 1), batch(8, 3)]
  for (const each of batches) tail.add(each)
  expect(tail.after(4)).toEqual(batches)
  expect(tail.after(6)).toEqual(batches.slice(1))
  expect(tail.after(10)).toEqual([])
  for (const offset of [-1, 3, 5, 9, 11]) expect(tail.after(offset)).toBeUndefined()
})

test('keeps a bounded number of records, the latest batch always', () => {
  const tail = new Tail()
  for (let index = 0; index < 50; index++) tail.add(batch(index * 1000, 1000))
  expect(tail.after(49_999)).toEqual([])
  expect(tail.after(29_999)).toHaveLength(20)
  expect(tail.after(28_999)).toBeUndefined()
  tail.add(batch(50_000, 100_000))
  expect(tail.after(49_999)).toHaveLength(1)
  expect(tail.after(48_999)).toBeUndefined()
})
