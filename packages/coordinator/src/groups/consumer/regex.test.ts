import { describe, expect, test } from '@jest/globals'
import { RE2JS } from 're2js'
import { checkRegex } from './regex.ts'
import { estimatedSize } from './regex-size.ts'

const refusalOf = (expression: string): string => {
  try {
    checkRegex(expression)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

describe('an expression', () => {
  test.each([
    ['a name', 'orders'],
    ['any ending', 'orders-.*'],
    ['dates', '(orders|bills)-[0-9]{4}-[0-9]{2}'],
    ['letters', 'team\\.\\p{L}{1,30}\\.events'],
    ['brackets in brackets', '[^]{}]{1,249}'],
    ['a brace that repeats nothing', 'a{2'],
    ['two hundred names', Array.from({ length: 200 }, (_, index) => `topic-number-${index}`).join('|')],
  ])('with %s is taken', (_, expression) => {
    expect(refusalOf(expression)).toBe('')
  })

  test.each([
    ['a group that does not end', '(', 'is not a valid'],
    ['too many characters', 'a'.repeat(4097), 'more than the 4096 allowed'],
    ['many repetitions', '.{1000}'.repeat(500), 'too large'],
    ['a repetition of much', `(?:${'ab.*'.repeat(240)}){800}`, 'too large'],
    ['a repetition of repetitions', `((?:${'x'.repeat(100)}){20}){20}`, 'too large'],
    ['large classes', '\\pL'.repeat(1300), 'too large'],
    ['repetitions of large classes', '(\\p{Greek}\\p{N}){900}', 'too large'],
  ])('with %s is refused', (_, expression, why) => {
    expect(refusalOf(expression)).toContain(why)
  })
})

test.each([
  'abc',
  '(abc){10}',
  '((ab){10}c){5}',
  'a{3,7}b{2,}',
  '[a-z]{100}',
  '[]a]{10}',
  '\\[{20}',
  '\\x{41}{30}',
  '(a|b|cd){50}',
])('the size of %s is about that of its program', (expression) => {
  const size = RE2JS.compile(expression).programSize()
  const ratio = (estimatedSize(expression) + 10) / (size + 10)
  expect(ratio).toBeGreaterThan(0.3)
  expect(ratio).toBeLessThan(3)
})
