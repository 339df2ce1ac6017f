import { describe, expect, test } from '@jest/globals'
import { lineReader } from './line-reader.ts'
import { LineSplitter } from './lines.ts'

const utf8 = new TextEncoder()
const text = (bytes: Uint8Array | null) => bytes && new TextDecoder().decode(bytes)

function split(chunks: readonly string[]): (string | null)[] {
  const splitter = new LineSplitter()
  const lines = chunks.flatMap((chunk) => [...splitter.push(utf8.encode(chunk))])
  const rest = splitter.rest()
  return [...lines, ...(rest === undefined ? [] : [rest])].map(text)
}

describe('LineSplitter', () => {
  test.each<[string, string[], string[]]>([
    ['ends in each way', ['a\nb\r\nc\rd'], ['a', 'b', 'c', 'd']],
    ['empty lines count', ['\n\na\n'], ['', '', 'a']],
    ['nothing', [], []],
    ['\\r\\n in two chunks is one end', ['a\r', '\nb'], ['a', 'b']],
    ['\\r at the end of a chunk', ['a\r', 'b'], ['a', 'b']],
    ['a line in many chunks', ['a', 'b', '', 'c\nd'], ['abc', 'd']],
  ])('%s', (_, chunks, expected) => {
    expect(split(chunks)).toEqual(expected)
  })

  test('cut anywhere, the lines are the same', () => {
    const whole = 'one\r\ntwo\n\rthree\n\nfour'
    for (let cut = 0; cut <= whole.length; cut++) {
      expect(split([whole.slice(0, cut), whole.slice(cut)])).toEqual(split([whole]))
    }
  })
})

function read(line: string, properties: Record<string, string> = {}) {
  const { key, value, headers } = lineReader(new Map(Object.entries(properties)))(utf8.encode(line), 7)
  return {
    key: text(key),
    value: text(value),
    headers: headers.map((header) => [header.key, text(header.value as Uint8Array | null)]),
  }
}

const KEY = { 'parse.key': 'true' }
const BOTH = { 'parse.key': 'true', 'parse.headers': 'true' }

describe('lineReader', () => {
  test('takes the whole line, whatever bytes it holds', () => {
    const line = Uint8Array.of(0xff, 9, 0xfe)
    expect(lineReader(new Map())(line, 1)).toEqual({ key: null, value: line, headers: [] })
  })

  test.each<[string, Record<string, string>, object]>([
    ['k\tv\tw', KEY, { key: 'k', value: 'v\tw', headers: [] }],
    ['k::v', { ...KEY, 'key.separator': '::' }, { key: 'k', value: 'v', headers: [] }],
    [
      'a:1,b:2\tk\tv',
      BOTH,
      {
        key: 'k',
        value: 'v',
        headers: [
          ['a', '1'],
          ['b', '2'],
        ],
      },
    ],
    ['a:1\tv', { 'parse.headers': 'true' }, { key: null, value: 'v', headers: [['a', '1']] }],
    [
      'a:1|b:|v',
      { 'parse.headers': 'TRUE', 'headers.delimiter': '|' },
      { key: null, value: 'b:|v', headers: [['a', '1']] },
    ],
    [
      'a=1;;b=2\tv',
      { 'parse.headers': 'true', 'headers.separator': ';+', 'headers.key.separator': '=' },
      {
        key: null,
        value: 'v',
        headers: [
          ['a', '1'],
          ['b', '2'],
        ],
      },
    ],
    [
      '-\tNULL\tNULL',
      { ...BOTH, 'null.marker': 'NULL', 'ignore.error': 'true' },
      { key: null, value: null, headers: [['-', null]] },
    ],
    ['NULL\tNULL\tx', { ...BOTH, 'null.marker': 'NULL' }, { key: null, value: 'x', headers: [] }],
    ['no key', { ...KEY, 'ignore.error': 'true' }, { key: null, value: 'no key', headers: [] }],
  ])('%j with %j', (line, properties, expected) => {
    expect(read(line, properties)).toEqual(expected)
  })

  test.each<[string, Record<string, string>, string]>([
    ['bad', KEY, "No key separator found on line number 7: 'bad'"],
    ['bad', BOTH, "No headers delimiter found on line number 7: 'bad'"],
    ['a\tk\tv', BOTH, "No header key separator found in pair 'a' on line number 7"],
    [
      'N:1\tk\tv',
      { ...BOTH, 'null.marker': 'N' },
      "Header keys should not be equal to the null marker 'N' as they can't be null",
    ],
    ['', { 'headers.separator': ':' }, 'headers.separator and headers.key.separator may not be equal'],
    ['', { 'null.marker': '\t' }, 'null.marker and key.separator may not be equal'],
  ])('%j with %j: %s', (line, properties, message) => {
    expect(() => read(line, properties)).toThrow(message)
  })
})
