import { expect, test } from '@jest/globals'
import { KINDS } from './kinds.ts'
import { groupsEnvironment } from './options.ts'
import { rangeOf } from './programs/range.ts'

test('lines of the programs and of Apache’s console consumer say the same', () => {
  const record = { topic: 'load', partition: 3, offset: 12, value: 'load/kcat/9' }
  expect(KINDS.kcat.parse('load 3 12 load/kcat/9')).toEqual(record)
  expect(KINDS.apache.parse('Partition:3\tOffset:12\tload/kcat/9')).toEqual(record)
})

test.each(['', 'load 3 12', '% Reached end of topic', 'Processed a total of 3 messages'])('no record: %s', (line) => {
  expect([KINDS.kcat.parse(line), KINDS.apache.parse(line)]).toEqual([undefined, undefined])
})

test('range gives each member its consecutive partitions, of the topics that it subscribes to', () => {
  const subscribers = [
    { memberId: 'b', topics: new Set(['one', 'two']) },
    { memberId: 'a', topics: new Set(['one']) },
    { memberId: 'c', topics: new Set<string>() },
  ]
  const counts = new Map([
    ['one', 5],
    ['two', 1],
  ])
  expect([...rangeOf(subscribers, counts)].map(([id, topics]) => [id, Object.fromEntries(topics)])).toEqual([
    ['b', { one: [3, 4], two: [0] }],
    ['a', { one: [0, 1, 2] }],
    ['c', {}],
  ])
})

test.each([
  [['--groups', 'nobody'], 'there are classic, modern'],
  [['--minutes', 'soon'], 'not a number'],
  [['--against', 'other'], 'ottla or apache'],
])('options that cannot be used: %p', (args, message) => {
  expect(() => groupsEnvironment(args)).toThrow(message)
})
