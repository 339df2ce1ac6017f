import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { spread } from './placement.ts'

const places = (...ids: number[]) => ids.map((id) => ({ id, rack: null }))

describe('spread', () => {
  test('leaders go round, and followers move on with each round', () => {
    expect(spread(places(3, 1, 2), { partitions: 6, replicationFactor: 2, start: 0 })).toEqual([
      [1, 2],
      [2, 3],
      [3, 1],
      [1, 3],
      [2, 1],
      [3, 2],
    ])
  })

  test('begins at start', () => {
    expect(spread(places(1, 2, 3), { partitions: 2, replicationFactor: 1, start: 2 })).toEqual([[3], [1]])
  })

  test('replicas lie in as many racks as there are', () => {
    const racks = { 1: 'a', 2: 'a', 3: 'b', 4: 'b' } as const
    const racked = ([1, 2, 3, 4] as const).map((id) => ({ id, rack: racks[id] }))
    for (const replicas of spread(racked, { partitions: 8, replicationFactor: 2, start: 0 }))
      expect(new Set(replicas.map((id) => racks[id as 1]))).toEqual(new Set(['a', 'b']))
  })

  test('every partition has different brokers, and every broker leads as many as any other, give or take one', () => {
    const wishes = fc
      .record({ brokers: fc.uniqueArray(fc.nat(50), { minLength: 1, maxLength: 8 }), partitions: fc.nat(40) })
      .chain(({ brokers, partitions }) =>
        fc.record({
          brokers: fc.constant(brokers),
          partitions: fc.constant(partitions),
          replicationFactor: fc.integer({ min: 1, max: brokers.length }),
          start: fc.nat(100),
        }),
      )
    fc.assert(
      fc.property(wishes, ({ brokers, ...wish }) => {
        const placed = spread(places(...brokers), wish)
        expect(placed).toHaveLength(wish.partitions)
        for (const replicas of placed) expect(new Set(replicas).size).toBe(wish.replicationFactor)
        const led = brokers.map((id) => placed.filter(([leader]) => leader === id).length)
        expect(Math.max(...led) - Math.min(...led)).toBeLessThanOrEqual(1)
      }),
    )
  })
})
