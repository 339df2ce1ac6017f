import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { clusterOf } from '../testing/images.ts'
import { placeReplicas } from './placement.ts'

describe('placement', () => {
  test('leaders go round, followers shift with every round', () => {
    const placed = placeReplicas(clusterOf([3, 1, 2]), { partitions: 7, replicationFactor: 2, start: 0 })
    expect(placed).toEqual([
      [1, 2],
      [2, 3],
      [3, 1],
      [1, 3],
      [2, 1],
      [3, 2],
      [1, 2],
    ])
  })

  test('another start, another first leader', () => {
    expect(placeReplicas(clusterOf([1, 2, 3]), { partitions: 1, replicationFactor: 1, start: 2 })).toEqual([[3]])
  })

  test('fenced brokers come last, and only when they are needed', () => {
    const image = clusterOf([1, 3], [2])
    const request = { partitions: 4, start: 0 }
    for (const replicas of placeReplicas(image, { ...request, replicationFactor: 2 })) expect(replicas).not.toContain(2)
    for (const replicas of placeReplicas(image, { ...request, replicationFactor: 3 })) expect(replicas[2]).toBe(2)
  })

  test('replicas are distinct, and leaders and replicas are spread evenly', () => {
    const arbitrary = fc.record({
      brokers: fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 9 }),
      partitions: fc.integer({ min: 1, max: 100 }),
      factor: fc.integer({ min: 1, max: 9 }),
      start: fc.integer({ min: 0, max: 65535 }),
    })
    fc.assert(
      fc.property(arbitrary, ({ brokers, partitions, factor, start }) => {
        const replicationFactor = Math.min(factor, brokers.length)
        const placed = placeReplicas(clusterOf(brokers), { partitions, replicationFactor, start })
        expect(placed).toHaveLength(partitions)
        for (const replicas of placed) expect(new Set(replicas).size).toBe(replicationFactor)
        const leaders = brokers.map((id) => placed.filter(([leader]) => leader === id).length)
        expect(Math.max(...leaders) - Math.min(...leaders)).toBeLessThanOrEqual(1)
      }),
    )
  })
})
