import { describe, expect, test } from '@jest/globals'
import {
  type GroupConfigBounds,
  groupConfigKey,
  groupConfigsOutOfBounds,
  invalidGroupConfigs,
} from './group-config-check.ts'

type Values = Readonly<Record<string, string>>

const given = (values: Values) => new Map(Object.entries(values))

describe('values that no group can have', () => {
  test.each<[Values, string | undefined]>([
    [{}, undefined],
    [{ 'consumer.session.timeout.ms': '50000', 'consumer.assignment.interval.ms': '0' }, undefined],
    [{ 'consumer.foo': '1' }, 'Unknown group config name: consumer.foo'],
    [
      { 'share.session.timeout.ms': '1' },
      'Unknown group config name: share.session.timeout.ms; did you mean consumer.session.timeout.ms?',
    ],
    [
      { 'consumer.assignment.interval.ms': '-1' },
      'Invalid value -1 for configuration consumer.assignment.interval.ms: Value must be at least 0',
    ],
    [
      { 'consumer.session.timeout.ms': 'long' },
      'Invalid value long for configuration consumer.session.timeout.ms: Not a number of type INT',
    ],
  ])('%j', (values, problem) => {
    const found = invalidGroupConfigs(given(values))
    if (problem === undefined) expect(found).toBeUndefined()
    else expect(found?.split(';')[0]).toBe(problem.split(';')[0])
  })

  test('keys are found by name', () => {
    expect(groupConfigKey('consumer.session.timeout.ms')?.brokerKey).toBe('group.consumer.session.timeout.ms')
    expect(groupConfigKey('session.timeout.ms')).toBeUndefined()
  })
})

const BOUNDS: GroupConfigBounds = {
  'consumer.session.timeout.ms': { min: 45_000, max: 60_000, otherwise: 45_000 },
  'consumer.heartbeat.interval.ms': { min: 5000, max: 50_000, otherwise: 5000 },
  'consumer.assignment.interval.ms': { min: 0, max: 15_000, otherwise: 1000 },
}

test.each<[Values, string | undefined]>([
  [{}, undefined],
  [{ 'consumer.session.timeout.ms': '60000' }, undefined],
  [{ 'consumer.session.timeout.ms': 'long' }, undefined],
  [
    { 'consumer.session.timeout.ms': '1000' },
    'consumer.session.timeout.ms must be greater than or equal to group.consumer.min.session.timeout.ms',
  ],
  [
    { 'consumer.session.timeout.ms': '500000' },
    'consumer.session.timeout.ms must be less than or equal to group.consumer.max.session.timeout.ms',
  ],
  [
    { 'consumer.heartbeat.interval.ms': '1' },
    'consumer.heartbeat.interval.ms must be greater than or equal to group.consumer.min.heartbeat.interval.ms',
  ],
  [
    { 'consumer.assignment.interval.ms': '100000' },
    'consumer.assignment.interval.ms must be less than or equal to group.consumer.max.assignment.interval.ms',
  ],
  [
    { 'consumer.heartbeat.interval.ms': '45000' },
    'consumer.session.timeout.ms must be greater than consumer.heartbeat.interval.ms',
  ],
])('bounds: %j', (values, problem) => {
  expect(groupConfigsOutOfBounds(given(values), BOUNDS)).toBe(problem)
})
