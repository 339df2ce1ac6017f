import { expect, test } from '@jest/globals'
import { seededRandom } from '@ottla/runtime/testing'
import { type Abilities, type Fault, faultKinds, plan } from './plan.ts'

const ALL: Abilities = { links: ['clients', 'replicas', 'controller'], controller: true, disks: true }
const BROKERS = [1, 2, 3]

function first(count: number, seed: number, abilities = ALL): Fault[] {
  const faults = plan(seededRandom(seed), abilities, BROKERS)
  return Array.from({ length: count }, () => faults.next().value)
}

test('a seed gives the same faults, another one others', () => {
  expect(first(100, 1)).toEqual(first(100, 1))
  expect(first(100, 1)).not.toEqual(first(100, 2))
})

test('every kind comes in each turn, on every broker, for a time that is bounded', () => {
  const kinds = faultKinds(ALL)
  const faults = first(kinds.length, 7)
  expect(faults.map(({ kind }) => kind).sort()).toEqual([...kinds].sort())
  expect(new Set(faults.map(({ broker }) => broker))).toEqual(new Set(BROKERS))
  expect(Math.max(...faults.map(({ forMs }) => forMs))).toBeLessThan(15_000)
})

test('what cannot be done here is left out', () => {
  const kinds = faultKinds({ links: ['clients'], controller: false, disks: false })
  expect(kinds.filter((kind) => /controller|disk|replicas/.test(kind))).toEqual([])
  expect(kinds).toContain('clients: half silent')
  expect(new Set(faultKinds({ ...ALL, only: 'full' }))).toEqual(new Set(['full disk']))
  expect(() => first(1, 1, { ...ALL, only: 'flood' })).toThrow('no fault is named flood here')
})
