import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { Reader } from './bytes/reader.ts'
import { Writer } from './bytes/writer.ts'
import { messages } from './messages.ts'
import { compiledCodec } from './schema/compile.ts'
import { interpretedCodec } from './schema/interpret.ts'
import { messageFromJson, messageToJson } from './schema/json.ts'
import { resolve } from './schema/resolve.ts'

interface Vector {
  readonly name: string
  readonly version: number
  readonly kind: 'filled' | 'nulls' | 'default'
  readonly json: Record<string, unknown>
  readonly hex: string
}

const file = (path: string) => readFileSync(new URL(`./vectors/${path}`, import.meta.url))
const batch = new Uint8Array(file('records/v2_none.bin'))
const vectors = file('messages.ndjson')
  .toString()
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector)

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('bytes written by Kafka', () => {
  test('cover every version of every message', () => {
    const covered = new Set(vectors.map(({ name, version }) => `${name} ${version}`))
    for (const { name, versions } of messages.values()) {
      for (let version = versions.min; version <= versions.max; version++)
        expect(covered).toContain(`${name} ${version}`)
    }
  })

  describe.each([
    ['compiled', compiledCodec],
    ['interpreted', interpretedCodec],
  ])('%s', (_, codecFor) => {
    test.each([...messages.values()].map((message) => [message.name, message] as const))('%s', (name, message) => {
      for (const vector of vectors.filter((candidate) => candidate.name === name)) {
        const label = `${name} version ${vector.version} ${vector.kind}`
        const codec = codecFor(resolve(message, vector.version))

        const writer = new Writer(false)
        codec.encode(writer, messageFromJson(message, vector.version, vector.json, batch))
        expect([label, hexOf(writer.toBytes())]).toEqual([label, vector.hex])

        const reader = new Reader(Buffer.from(vector.hex, 'hex'))
        const decoded = codec.decode(reader) as Record<string, unknown>
        expect([label, messageToJson(message, vector.version, decoded)]).toEqual([label, vector.json])
        expect([label, reader.position]).toEqual([label, reader.end])
      }
    })
  })
})
