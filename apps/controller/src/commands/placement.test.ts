import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { after, brokerRecord, clusterOf } from '../testing/images.ts'
import { nextStart, placeReplicas } from './placement.ts'

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

/** Live brokers by rack. */
function racks(brokers: Readonly<Record<number, string>>) {
  const records = Object.entries(brokers).map(([id, rack]) => brokerRecord(Number(id), { rack }))
  return after(clusterOf([]), records)
}

describe('racks', () => {
  test('leaders go from rack to rack, and no two replicas share one', () => {
    const image = racks({ 1: 'a', 2: 'a', 3: 'b', 4: 'b' })
    expect(placeReplicas(image, { partitions: 4, replicationFactor: 2, start: 0 })).toEqual([
      [1, 3],
      [3, 2],
      [2, 4],
      [4, 1],
    ])
  })

  test('fewer racks than replicas: the racks get the same number, or one more', () => {
    const image = racks({ 1: 'a', 2: 'a', 3: 'a', 4: 'b', 5: 'b' })
    for (const replicas of placeReplicas(image, { partitions: 20, replicationFactor: 4, start: 3 })) {
      expect(replicas.filter((id) => id >= 4)).toHaveLength(2)
    }
  })

  test('as many racks as can be, whatever the cluster', () => {
    const brokers = fc.array(fc.constantFrom('', 'a', 'b', 'c', 'd'), { minLength: 1, maxLength: 12 })
    const arbitrary = fc.record({ brokers, factor: fc.integer({ min: 1, max: 12 }), start: fc.nat({ max: 65535 }) })
    fc.assert(
      fc.property(arbitrary, ({ brokers: names, factor, start }) => {
        const image = racks(names)
        const replicationFactor = Math.min(factor, names.length)
        for (const replicas of placeReplicas(image, { partitions: 30, replicationFactor, start })) {
          const used = new Set(replicas.map((id) => names[id]))
          expect(used.size).toBe(Math.min(replicationFactor, new Set(names).size))
          expect(new Set(replicas).size).toBe(replicationFactor)
        }
      }),
    )
  })
})

describe('a topic that grows', () => {
  test('goes on where it ended, as if all had been placed at once', () => {
    const image = clusterOf([1, 2, 3])
    const whole = placeReplicas(image, { partitions: 9, replicationFactor: 2, start: 0 })
    for (const count of [1, 2, 3, 4, 5, 8]) {
      const existing = whole.slice(0, count)
      const start = nextStart(image, existing, 77)
      const added = placeReplicas(image, { partitions: 9 - count, replicationFactor: 2, start })
      expect([...existing, ...added]).toEqual(whole)
    }
  })

  test('starts anywhere when its last leader is not live', () => {
    expect(nextStart(clusterOf([1], [2]), [[1], [2]], 77)).toBe(77)
    expect(nextStart(clusterOf([1]), [], 77)).toBe(77)
  })
})
