import { describe, expect, test } from '@jest/globals'
import { type Handler, History, type Phase, type Reason } from './history.ts'

const PHASES: readonly Phase[] = [
  { name: 'calm', disturbed: false, fromMs: 0, toMs: 100 },
  { name: 'broker away', disturbed: true, fromMs: 100, toMs: 200 },
  { name: 'calm again', disturbed: false, fromMs: 200, toMs: 300 },
]
const stays: Handler = { name: 'a', kind: 'a/classic', twiceBecause: undefined, end: undefined }
const other: Handler = { ...stays, name: 'b' }
const ended = (how: 'left' | 'killed' | 'failed', atMs: number): Handler => ({ ...stays, end: { how, atMs } })

function historyOf(...handlings: readonly (readonly [Handler, number, string?])[]): History {
  const history = new History()
  for (const [by, atMs, value = 't/x/1'] of handlings) {
    history.add({ topic: 't', partition: 0, offset: 7, value }, { by, atMs })
  }
  return history
}

describe('handled again', () => {
  test.each<[string, Handler, number, number, Reason]>([
    ['by nobody’s fault but its first handler’s', stays, 10, 20, 'fault'],
    ['after that one left', ended('left', 15), 10, 20, 'fault'],
    ['after that one was killed', ended('killed', 15), 10, 20, 'killed'],
    ['before that one was killed', ended('killed', 25), 10, 20, 'fault'],
    ['after that one failed', ended('failed', 15), 10, 20, 'failed'],
    ['while a broker was away', stays, 110, 120, 'broker'],
    ['after a broker was away', stays, 190, 220, 'broker'],
    ['when a broker went away', stays, 90, 110, 'broker'],
    ['long before and after', stays, 90, 210, 'fault'],
    ['by a client that promises no more', { ...stays, twiceBecause: 'it buffers' }, 10, 20, 'client'],
  ])('%s', (_, first, firstMs, againMs, reason) => {
    const again = historyOf([other, againMs], [first, firstMs]).again(PHASES)
    expect(again.map((one) => [one.place, one.first.by, one.again.by, one.reason])).toEqual([
      ['t-0@7', first, other, reason],
    ])
  })

  describe('by a client that promises no more, after another', () => {
    const late = { ...other, twiceBecause: 'it buffers' }
    const at = (offset: number) => ({ topic: 't', partition: 0, offset, value: `t/x/${offset}` })

    test('who had read the partition before', () => {
      const history = historyOf([stays, 10], [late, 1_600])
      history.add(at(6), { by: late, atMs: 5 })
      expect(history.again(PHASES)).toMatchObject([{ reason: 'client' }])
    })

    test('so soon that it may have been the first', () => {
      expect(historyOf([stays, 10], [late, 20]).again(PHASES)).toMatchObject([{ reason: 'client' }])
    })

    test.each([
      ['but never the partition before', 7, 1_600],
      ['and only from there on', 8, 5],
      ['and before only after that other one', 6, 15],
    ])('%s', (_, offset, atMs) => {
      const history = historyOf([stays, 10], [late, 1_600])
      if (offset !== 7) history.add(at(offset), { by: late, atMs })
      expect(history.again(PHASES)).toMatchObject([{ reason: 'fault' }])
    })
  })

  test('twice more is twice', () => {
    expect(historyOf([stays, 10], [other, 20], [stays, 30]).again(PHASES)).toHaveLength(2)
  })
})

test('values that nobody has handled are missing', () => {
  const history = historyOf([stays, 10])
  expect(history.again(PHASES)).toEqual([])
  expect(history.missing(new Set(['t/x/1', 't/x/2']))).toEqual(['t/x/2'])
})

test('two values at one place contradict each other', () => {
  expect(historyOf([stays, 10, 't/x/1'], [other, 20, 't/x/2']).contradictions).toEqual(['t-0@7: t/x/1 and t/x/2'])
})
