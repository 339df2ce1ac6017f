import { expect, test } from '@jest/globals'
import { MUTANTS } from './mutants.ts'
import { edited } from './mutation.ts'

test.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))('%s finds what it breaks, once', (_, { edits }) => {
  for (const edit of edits) expect(edited(edit)).toContain(edit.replace)
  expect(new Set(edits.map(({ file }) => file)).size).toBe(edits.length)
})

test('there are at least ten, with names of their own', () => {
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length)
  expect(MUTANTS.length).toBeGreaterThanOrEqual(10)
})

test('an edit whose place has changed is an error', () => {
  const gone = { ...MUTANTS[0]!.edits[0]!, find: 'what no source says' }
  expect(() => edited(gone)).toThrow('occurs 0 times')
  expect(() => edited({ ...gone, find: 'return' })).toThrow(/occurs \d+ times/)
})
