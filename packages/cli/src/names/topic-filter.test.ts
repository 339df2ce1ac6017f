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
    ['a\\-b\\_c', ['a-b_c'], ['a']],
    ['[a\\-b\\_]+', ['a-b_'], ['c', '\\']],
    ['a\\.b', ['a.b'], ['axb']],
    ['(?i)Test|OTHER', ['test', 'tEST', 'other'], ['tests']],
    ['\\Qa.b\\E.*', ['a.b', 'a.bc'], ['axb']],
    ['\\Qa.b', ['a.b'], ['axb']],
    ['(?s)a.b', ['a.b'], []],
    ['(?is)A', ['a'], ['b']],
    ['\\Aa\\z|\\Ab\\Z', ['a', 'b'], ['ab']],
  ])('%s', (pattern, matching, others) => {
    const matches = topicFilter(pattern)
    expect([matching.filter(matches), others.filter(matches)]).toEqual([matching, []])
  })

  test.each([
    ['(a', '(a is an invalid regex: Unterminated group'],
    ['*', '* is an invalid regex: Nothing to repeat'],
    ['a{,3}', 'a{|3} is an invalid regex: Incomplete quantifier'],
  ])('refuses %s', (pattern, message) => expect(() => topicFilter(pattern)).toThrow(message))
})
