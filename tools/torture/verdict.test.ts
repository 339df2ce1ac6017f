import { expect, test } from '@jest/globals'
import { History } from './history.ts'
import { lanesOf, parseText, textOf } from './lanes.ts'
import { type LoggedRecord, Verdict } from './verdict.ts'

const LANES = lanesOf(['a', 'b'], 2)
const COUNT = 40
/** Of these the writer knows nothing. */
const UNANSWERED = 13
const FAILED = 14

function history(): History {
  const told = new History('w')
  for (let number = 0; number < COUNT; number++) {
    if (number === UNANSWERED) continue
    if (number === FAILED) told.failed(number, 'timed out')
    else told.acknowledged(number, Math.floor(number / LANES.length), 0)
  }
  return told
}

/** Every record of the history in its lane. */
function logs(): LoggedRecord[][] {
  return LANES.map((_, lane) =>
    Array.from({ length: COUNT / LANES.length }, (_, offset) => ({
      offset,
      value: textOf('w', offset * LANES.length + lane),
    })),
  )
}

function judged(tampered: LoggedRecord[][]): Verdict {
  const verdict = new Verdict(LANES, [history()])
  for (const [lane, records] of tampered.entries()) records.forEach(verdict.partition(lane))
  verdict.end()
  return verdict
}

const kinds = (verdict: Verdict) => [...new Set(verdict.examples.map(({ kind }) => kind))].sort()

test('a log that holds what was acknowledged, and what nobody answered for, is in order', () => {
  const verdict = judged(logs())
  expect(verdict.examples).toEqual([])
  expect(verdict.recordCount).toBe(COUNT)
  expect(verdict.isClean).toBe(true)
})

test('lanes alternate between topics, and a value tells its number', () => {
  expect(LANES.map(({ topic, partition }) => `${topic}-${partition}`)).toEqual(['a-0', 'b-0', 'a-1', 'b-1'])
  expect(parseText(textOf('w', 149))).toEqual({ writer: 'w', number: 149 })
  expect(parseText(`${textOf('w', 149)}.`)).toBeUndefined()
  expect(parseText('w:x:')).toBeUndefined()
})

const renumbered = (records: readonly LoggedRecord[]) => records.map(({ value }, offset) => ({ offset, value }))

const TAMPERING: [string, (logs: LoggedRecord[][]) => void, string[]][] = [
  ['the last record is gone', (all) => all[0]!.pop(), ['lost']],
  ['one in the middle is gone', (all) => all[2]!.splice(4, 1), ['hole', 'lost']],
  [
    'one is gone and the others moved up',
    (all) => {
      all[2] = renumbered(all[2]!.toSpliced(4, 1))
    },
    ['lost', 'moved'],
  ],
  ['one is there twice', (all) => all[1]!.push({ offset: 10, value: all[1]![9]!.value }), ['duplicate']],
  ['the failed one is there twice', (all) => all[2]!.push({ offset: 10, value: textOf('w', FAILED) }), ['duplicate']],
  [
    'two have changed places',
    (all) => {
      const lane = all[3]!
      ;[lane[5], lane[6]] = [lane[6]!, lane[5]!]
      all[3] = renumbered(lane)
    },
    ['moved', 'reordered'],
  ],
  [
    'one was changed',
    (all) => all[0]!.splice(3, 1, { offset: 3, value: `${all[0]![3]!.value}!` }),
    ['foreign', 'lost'],
  ],
  [
    'one lies in another partition',
    (all) => all[0]!.push({ offset: 10, value: all[1]!.pop()!.value }),
    ['foreign', 'lost'],
  ],
  ['one was never sent', (all) => all[0]!.push({ offset: 10, value: textOf('w', COUNT) }), ['foreign']],
  ['one is of another writer', (all) => all[0]!.push({ offset: 10, value: textOf('v', 0) }), ['foreign']],
]

test.each(TAMPERING)('%s', (_, tamper, expected) => {
  const tampered = logs()
  tamper(tampered)
  expect(kinds(judged(tampered))).toEqual(expected)
})

test('what was not acknowledged may be missing', () => {
  const all = logs()
  all[UNANSWERED % LANES.length] = all[UNANSWERED % LANES.length]!.filter(
    ({ value }) => value !== textOf('w', UNANSWERED),
  )
  all[FAILED % LANES.length] = all[FAILED % LANES.length]!.filter(({ value }) => value !== textOf('w', FAILED))
  const verdict = judged(all)
  expect(verdict.count('lost')).toBe(0)
  expect(verdict.count('duplicate')).toBe(0)
})

test('many findings are counted, and some of them shown', () => {
  const verdict = new Verdict(LANES, [history()])
  verdict.end()
  expect(verdict.count('lost')).toBe(COUNT - 2)
  expect(verdict.examples).toHaveLength(20)
})
