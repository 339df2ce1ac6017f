import { expect, test } from '@jest/globals'
import { closest } from './closest.ts'

const KEYS = [
  'log.dirs',
  'log.dir',
  'log.retention.ms',
  'log.retention.hours',
  'listeners',
  'advertised.listeners',
  'broker.id',
]

test.each([
  ['listners', 'listeners'],
  ['lisetners', 'listeners'],
  ['Log.Dirs', 'log.dirs'],
  ['log.retention.hour', 'log.retention.hours'],
  ['advertized.listeners', 'advertised.listeners'],
  ['borker.id', 'broker.id'],
  ['log.dirss', 'log.dirs'],
  ['something.else', undefined],
  ['ab', undefined],
  ['', undefined],
])('%s -> %s', (name, expected) => {
  expect(closest(name, KEYS)).toBe(expected)
})
