import { describe, expect, test } from '@jest/globals'
import { outcomesOf } from './outcome.ts'

const ENDED = { code: 0, timedOut: false, seconds: 3 }

describe("the table at the end of the program's output", () => {
  test('passed, skipped and failed', () => {
    const log = [
      '#==================================================================#',
      '| \x1b[32m0001_multiobj                           |     PASSED |   1.402s |\x1b[0m',
      '| 0028_long_topicnames                    |    SKIPPED |   0.000s | known issue |',
      '| \x1b[31m0008_reqacks                            |     FAILED |   2.000s | offset is wrong\x1b[0m',
    ].join('\n')
    expect(outcomesOf(log, ['0001_multiobj', '0028_long_topicnames', '0008_reqacks'], ENDED)).toEqual([
      { name: '0001_multiobj', state: 'PASSED', seconds: 1.402, reason: '' },
      { name: '0028_long_topicnames', state: 'SKIPPED', seconds: 0, reason: 'known issue' },
      { name: '0008_reqacks', state: 'FAILED', seconds: 2, reason: 'offset is wrong' },
    ])
  })

  test('a test that was still running has failed', () => {
    const log = '| 0001_multiobj                           |    RUNNING |   9.000s |'
    expect(outcomesOf(log, ['0001_multiobj'], { code: 1, timedOut: false, seconds: 9 })).toEqual([
      { name: '0001_multiobj', state: 'FAILED', seconds: 9, reason: 'RUNNING at the end' },
    ])
  })
})

describe('without a table', () => {
  test('the first failure of the log is the reason', () => {
    const log =
      'blah\n### Test "0002_unkpart (do_test:12)" failed at 0002.c:99:main() at Sat: ###\n\tExpected 1 message\nmore'
    const [outcome] = outcomesOf(log, ['0002_unkpart'], { code: 134, timedOut: false, seconds: 5 })
    expect(outcome).toEqual({ name: '0002_unkpart', state: 'FAILED', seconds: 5, reason: 'Expected 1 message' })
  })

  test('a time limit, a status, and silence are told apart', () => {
    const reason = (code: number | null, timedOut: boolean) =>
      outcomesOf('', ['0003_msgmaxsize'], { code, timedOut, seconds: 120 })[0]!.reason
    expect(reason(null, true)).toBe('ended after 120 s, its limit')
    expect(reason(2, false)).toBe('the program ended with status 2')
    expect(reason(0, false)).toBe('the program printed no result')
  })
})
