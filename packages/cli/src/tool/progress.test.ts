import { describe, expect, test } from '@jest/globals'
import { recordedIo } from '../testing/recorded-io.ts'
import { Progress } from './progress.ts'

function shownFor(steps: readonly number[], options: { isTerminal: boolean; besideOutput: boolean }): string {
  const io = recordedIo(undefined, { isTerminal: options.isTerminal })
  const progress = new Progress(io, 'Reading', { total: 200, besideOutput: options.besideOutput })
  for (const step of steps) progress.reached(step)
  progress.end()
  return io.errText()
}

describe('Progress', () => {
  test('one line that overwrites itself, once per percent, and goes', () => {
    expect(shownFor([1, 2, 3, 100, 101, 200], { isTerminal: true, besideOutput: false })).toBe(
      '\rReading 1 %\rReading 50 %\r\u001B[K',
    )
  })

  test('nothing in a pipe', () => expect(shownFor([100], { isTerminal: false, besideOutput: false })).toBe(''))

  test('nothing between results on the same terminal', () => {
    expect(shownFor([100], { isTerminal: true, besideOutput: true })).toBe('')
  })

  test('nothing, not even a cleared line, for work that is done at once', () => {
    expect(shownFor([200], { isTerminal: true, besideOutput: false })).toBe('')
  })
})
