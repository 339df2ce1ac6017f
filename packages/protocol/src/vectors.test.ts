import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { messages } from './messages.ts'
import { type Vector, vectorDifferences } from './testing/vector-check.ts'

const file = (path: string) => readFileSync(new URL(`./vectors/${path}`, import.meta.url))
const batch = new Uint8Array(file('records/v2_none.bin'))
const vectors = gunzipSync(file('messages.ndjson.gz'))
  .toString()
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector)

describe('bytes written by Kafka', () => {
  test('cover every version of every message', () => {
    const covered = [...new Set(vectors.map(({ name, version }) => `${name} ${version}`))]
    const defined = [...messages.values()].flatMap(({ name, versions }) =>
      Array.from({ length: versions.max - versions.min + 1 }, (_, index) => `${name} ${versions.min + index}`),
    )
    expect(vectors).toHaveLength(2184)
    expect(covered.sort()).toEqual(defined.sort())
  })

  test.each([...messages.keys()])('%s, both ways, compiled and interpreted', (name) => {
    for (const vector of vectors.filter((candidate) => candidate.name === name)) {
      const differences = vectorDifferences(vector, batch)
      expect([vector.version, vector.kind, ...differences]).toEqual([vector.version, vector.kind])
    }
  })
})

describe('a vector that does not fit', () => {
  const header: Vector = { name: 'ResponseHeader', version: 1, json: { correlationId: 1 }, hex: '0000000100' }
  const differences = (change: Partial<Vector>) => vectorDifferences({ ...header, ...change }, batch)

  test.each<[string, Partial<Vector>, string[]]>([
    ['fits', {}, []],
    [
      'has another value',
      { json: { correlationId: 2 } },
      [
        'correlationId: 1 read, 2 expected',
        'byte 3 of 5 written differs (5 written): …0000000200…, expected …0000000100…',
      ],
    ],
    [
      'has a field too many',
      { json: { correlationId: 1, more: 1 } },
      ['more: nothing read, 1 expected', 'ResponseHeader has no field more'],
    ],
    [
      'has bytes behind the end',
      { hex: '000000010000' },
      [
        '1 bytes are left behind the message',
        'byte 5 of 6 written differs (5 written): …00000100…, expected …0000010000…',
      ],
    ],
    [
      'is cut off',
      { hex: '000000' },
      [
        'ResponseHeader.correlationId: 5 bytes are needed at byte 0, 3 remain',
        'byte 3 of 3 written differs (5 written): …0000000100…, expected …000000…',
      ],
    ],
    ['has an unknown version', { version: 9 }, ['ResponseHeader has the versions 0-1, not 9']],
    [
      'has an unknown tag',
      { hex: '00000001010500' },
      ['byte 4 of 7 written differs (5 written): …0000000100…, expected …00000001010500…'],
    ],
    ['has an unknown tag, and says that it is to be read only', { hex: '00000001010500', decodeOnly: true }, []],
  ])('%s', (_, change, expected) => {
    const compiled = differences(change).filter((line) => line.startsWith('compiled: '))
    const lines = compiled.map((line) => line.slice('compiled: '.length))
    expect(lines).toEqual(expected)
    expect(differences(change)).toHaveLength(2 * expected.length)
  })

  test('is of an unknown message', () => {
    expect(differences({ name: 'Nothing' })).toEqual(['Nothing: no such message'])
  })
})
