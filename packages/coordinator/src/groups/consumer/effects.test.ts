import { expect, test } from '@jest/globals'
import { runGroupEffect } from './effects.ts'
import { imageWith } from './testing/topics.ts'

const EFFECT = { kind: 'match-topics', groupId: 'g' } as const

test('a name matches as a whole, an expression that is none matches nothing', async () => {
  const image = imageWith({ ab: 1, abc: 1, xab: 1 }, 7)
  const world = { image, breathe: () => Promise.resolve() }
  const result = await runGroupEffect({ ...EFFECT, expressions: ['ab', 'ab.*', '(?i)AB', '['] }, world)
  expect(result.version).toBe(7)
  expect([...result.topics].map(([expression, topics]) => [expression, [...topics]])).toEqual([
    ['ab', ['ab']],
    ['ab.*', ['ab', 'abc']],
    ['(?i)AB', ['ab']],
    ['[', []],
  ])
})

test('topics that may not be described match nothing', async () => {
  const world = {
    image: imageWith({ a: 1, b: 1 }),
    breathe: () => Promise.resolve(),
    mayDescribe: (name: string) => name === 'b',
  }
  const { topics } = await runGroupEffect({ ...EFFECT, expressions: ['.*'] }, world)
  expect([...topics.get('.*')!]).toEqual(['b'])
})

test('many names are matched in several turns, also by an expression that is hard for others', async () => {
  const names = Array.from({ length: 1001 }, (_, index) => [`${'a'.repeat(30)}${index}`, 1])
  let turns = 0
  const breathe = () => {
    turns++
    return Promise.resolve()
  }
  const { topics } = await runGroupEffect(
    { ...EFFECT, expressions: ['(a+)+x', '(a*)*\\d+'] },
    { image: imageWith(Object.fromEntries(names)), breathe },
  )
  expect([...topics.values()].map((matched) => matched.size)).toEqual([0, 1001])
  expect(turns).toBe(10)
})
