import { describe, expect, test } from '@jest/globals'
import { topicFilter } from './topic-filter.ts'

describe('topicFilter', () => {
  test.each([
    ['test', ['test'], ['test2', 'atest']],
    ['test|other', ['test', 'other'], ['testother']],
    ['test,other', ['test', 'other'], ['test,other']],
    [' test , other ', ['test', 'other'], []],
    ["'test.*'", ['test', 'test-demo'], ['a-test']],
    ['"a.b"', ['a.b', 'axb'], ['a..b']],
    ['.*', ['anything', '__consumer_offsets'], []],
    ['a-b_c', ['a-b_c'], ['a']],
  ])('%s', (pattern, matching, others) => {
    const matches = topicFilter(pattern)
    expect([matching.filter(matches), others.filter(matches)]).toEqual([matching, []])
  })
})
