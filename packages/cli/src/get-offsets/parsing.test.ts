import { describe, expect, test } from '@jest/globals'
import { type FilterOptions, partitionFilter } from './filter.ts'
import { parseTime } from './time.ts'

describe('parseTime', () => {
  test.each([
    ['latest', -1],
    ['-1', -1],
    ['earliest', -2],
    ['-2', -2],
    ['max-timestamp', -3],
    ['earliest-local', -4],
    ['latest-tiered', -5],
    ['earliest-pending-upload', -6],
    ['0', 0],
    ['1700000000000', 1_700_000_000_000],
    ['+5', 5],
    ['9007199254740991', 2 ** 53 - 1],
    ['9007199254740993', 2 ** 53 - 1],
    ['9223372036854775807', 2 ** 53 - 1],
  ])('%s', (text, expected) => expect(parseTime(text)).toBe(expected))

  test.each(['', 'now', '-7', '1.5', '0x5', '9223372036854775808', 'toString'])('refuses "%s"', (text) => {
    expect(() => parseTime(text)).toThrow(/Malformed time argument .*-3 or max-timestamp/)
  })
})

describe('partitionFilter', () => {
  const PARTITIONS = ['a', 'ab', '__consumer_offsets'].flatMap((topic) =>
    [0, 1, 2, 3].map((partition) => ({ topic, partition })),
  )

  function matching(options: FilterOptions): string {
    const filter = partitionFilter(options)
    const wanted = PARTITIONS.filter(
      ({ topic, partition }) => filter.topic(topic) && filter.partition(topic, partition),
    )
    return wanted.map(({ topic, partition }) => `${topic.replace('__consumer_offsets', 'c')}${partition}`).join(' ')
  }

  test.each([
    [{}, 'a0 a1 a2 a3 ab0 ab1 ab2 ab3 c0 c1 c2 c3'],
    [{ topic: 'a' }, 'a0 a1 a2 a3'],
    [{ topic: 'a.*', partitions: '1,3' }, 'a1 a3 ab1 ab3'],
    [{ partitions: '0', excludeInternalTopics: true }, 'a0 ab0'],
    [{ topic: 'a', partitions: '1,2,' }, 'a1 a2'],
    [{ topicPartitions: 'a' }, 'a0 a1 a2 a3'],
    [{ topicPartitions: 'a:2' }, 'a2'],
    [{ topicPartitions: 'a:1-3,ab:2-' }, 'a1 a2 ab2 ab3'],
    [{ topicPartitions: 'a:-2' }, 'a0 a1'],
    [{ topicPartitions: 'a:' }, 'a0 a1 a2 a3'],
    [{ topicPartitions: ':3' }, 'a3 ab3 c3'],
    [{ topicPartitions: 'a:1,' }, 'a1'],
    [{ topicPartitions: 'a:1,,' }, 'a1'],
    [{ topicPartitions: ',' }, ''],
    [{ topicPartitions: '' }, 'a0 a1 a2 a3 ab0 ab1 ab2 ab3 c0 c1 c2 c3'],
    [{ topicPartitions: ':3', excludeInternalTopics: true }, 'a3 ab3'],
  ] as const)('%j: %s', (options, expected) => expect(matching(options)).toBe(expected))

  test.each([
    [{ partitions: '1,x' }, /--partitions expects a comma separated list of numeric partition ids, but received: 1,x/],
    [
      { partitions: '0,,1' },
      /--partitions expects a comma separated list of numeric partition ids, but received: 0,,1/,
    ],
    [{ topicPartitions: 'a:x' }, /Invalid rule specification: a:x/],
    [{ topicPartitions: 'a:1-2-3' }, /Invalid rule specification/],
    [{ topic: '[' }, /\[ is an invalid regex/],
  ])('refuses %j', (options, message) => expect(() => partitionFilter(options)).toThrow(message))
})
