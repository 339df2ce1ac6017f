import { expect, test } from '@jest/globals'
import { recordedIo } from '../testing/recorded-io.ts'
import { Screen } from './screen.ts'

const visible = (text: string) => text.replaceAll('\u001B', '^')

test('each picture is written over the last, in one piece, and the last one stays', () => {
  const io = recordedIo(undefined, { isTerminal: true })
  const pieces: string[] = []
  const screen = new Screen({ ...io.out, rows: 4, text: (text) => void pieces.push(visible(text)) })
  screen.paint(['a', 'b'])
  screen.paint(['1', '2', '3', '4', '5'])
  screen.end()
  expect(pieces).toEqual([
    '^[?1049h^[?7l^[?25l^[Ha^[K\nb^[K\n^[J',
    '^[H1^[K\n2^[K\n… 3 more lines^[K\n^[J',
    '^[?25h^[?7h^[?1049l',
  ])
  expect(io.outText()).toBe('1\n2\n3\n4\n5\n')
})

test.each([undefined, 0])('a terminal whose height is %p is taken to have 24 rows', (rows) => {
  const io = recordedIo(undefined, { isTerminal: true })
  const { rows: _, ...out } = io.out
  const screen = new Screen(rows === undefined ? out : { ...out, rows })
  screen.paint(['time', ...Array.from({ length: 30 }, (_, at) => `line ${at}`)])
  expect(visible(io.outText())).toContain('line 20^[K\n… 9 more lines')
})

test('a screen that nothing was painted on is left alone', () => {
  const io = recordedIo(undefined, { isTerminal: true })
  new Screen(io.out).end()
  expect(io.allText()).toBe('')
})
