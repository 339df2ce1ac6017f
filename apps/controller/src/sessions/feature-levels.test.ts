import { expect, test } from '@jest/globals'
import { FEATURES } from '@ottla/replication'
import { after, clusterOf } from '../testing/images.ts'
import { FeatureSupport } from './feature-levels.ts'

const SETTLED = [{ type: 'featureLevel', name: 'group.version', level: 1 }] as const

test('a level is written down when every registered broker supports it, once', () => {
  const support = new FeatureSupport()
  const image = clusterOf([1, 2])
  support.heard(1, FEATURES)
  expect(support.settled(image)).toEqual([])
  support.heard(2, [])
  expect(support.settled(image)).toEqual([])
  support.heard(2, FEATURES)
  expect(support.settled(image)).toEqual(SETTLED)
  expect(support.settled(after(image, SETTLED))).toEqual([])
})

test('a broker that is registered and has not been heard of holds it up; one that is not registered does not', () => {
  const support = new FeatureSupport()
  support.heard(1, FEATURES)
  support.heard(9, [])
  expect(support.settled(clusterOf([1, 2]))).toEqual([])
  expect(support.settled(clusterOf([1]))).toEqual(SETTLED)
  expect(support.settled(clusterOf([]))).toEqual([])
})

test('levels of a later version do not count', () => {
  const support = new FeatureSupport()
  support.heard(1, [{ name: 'group.version', min: 2, max: 3 }])
  expect(support.settled(clusterOf([1]))).toEqual([])
})
