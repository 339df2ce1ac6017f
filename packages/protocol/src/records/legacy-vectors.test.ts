import { readFileSync } from 'node:fs'
import '@ottla/runtime/node'
import { describe, expect, test } from '@jest/globals'
import { anyBatchesIn } from './any-batch.ts'
import { RecordBatch } from './batch.ts'
import { encodeBatch } from './encode.ts'
import { checkMessageHeader } from './legacy-check.ts'
import { encodeMessageSet } from './legacy-encode.ts'
import { LegacyMessage, messagesIn } from './legacy-message.ts'

/** Message sets that Kafka's own classes wrote. */
function vector(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../vectors/records/${name}.bin`, import.meta.url)))
}

const bytes = (text: string) => new TextEncoder().encode(text)
const T = 1_700_000_000_000

const RECORDS = [
  { timestamp: T, key: bytes('k1'), value: bytes('v1') },
  { timestamp: T + 5, key: null, value: bytes('value-two') },
  { timestamp: T + 3, key: bytes('k3'), value: null },
]

const expected = (magic: 0 | 1) =>
  RECORDS.map((record, index) => ({ ...record, offset: 42 + index, ...(magic === 0 ? { timestamp: -1 } : {}) }))

const plain = (records: Iterable<{ offset: number; timestamp: number; key: unknown; value: unknown }>) =>
  [...records].map(({ offset, timestamp, key, value }) => ({ offset, timestamp, key, value }))

describe.each([0, 1] as const)('magic %d', (magic) => {
  test('plain messages, both ways', () => {
    const content = vector(`v${magic}_none`)
    const messages = [...messagesIn(content)]
    expect(messages.map((message) => message.lastOffset)).toEqual([42, 43, 44])
    expect(messages.every((message) => message.isCrcValid())).toBe(true)
    expect(plain(messages.flatMap((message) => [...message.records()]))).toEqual(expected(magic))
    expect(encodeMessageSet({ magic, records: RECORDS, baseOffset: 42 })).toEqual(content)
  })

  test.each(['gzip', 'snappy', 'lz4'] as const)('%s: a wrapper', (codec) => {
    const content = vector(`v${magic}_${codec}`)
    expect(checkMessageHeader(content)).toEqual({ ok: true, sizeBytes: content.length })
    const wrapper = new LegacyMessage(content)
    expect(wrapper).toMatchObject({ lastOffset: 44, magic, codec, timestamp: magic === 0 ? -1 : T + 5, key: null })
    expect(wrapper.timestampType).toBe(magic === 0 ? 'NoTimestampType' : 'CreateTime')
    expect(wrapper.isCrcValid()).toBe(true)
    expect(plain(wrapper.records())).toEqual(expected(magic))
    expect([...wrapper.records()].every(({ message }) => message.isCrcValid())).toBe(true)
  })

  test.each(['gzip', 'snappy', 'lz4'] as const)('%s, written by us, up to the compressed bytes', (codec) => {
    const theirs = new LegacyMessage(vector(`v${magic}_${codec}`))
    const ours = new LegacyMessage(encodeMessageSet({ magic, records: RECORDS, baseOffset: 42, codec }))
    expect(ours.isCrcValid()).toBe(true)
    expect(ours).toMatchObject({ lastOffset: 44, attributes: theirs.attributes, timestamp: theirs.timestamp })
    expect(plain(ours.records())).toEqual(expected(magic))
    expect([...ours.records()].map(({ message }) => message.bytes)).toEqual(
      [...theirs.records()].map(({ message }) => message.bytes),
    )
  })
})

test("the header of an lz4 frame has the standard's checksum in magic 1 and Kafka's old one in magic 0", () => {
  const headers = ([0, 1] as const).map((magic) => {
    const message = new LegacyMessage(encodeMessageSet({ magic, records: RECORDS, codec: 'lz4' }))
    return message.value!.subarray(0, 7)
  })
  const theirs = [0, 1].map((magic) => new LegacyMessage(vector(`v${magic}_lz4`)).value!.subarray(0, 7))
  expect(headers).toEqual(theirs)
  expect(theirs[0]![6]).not.toBe(theirs[1]![6])
})

describe('wrappers of magic 1', () => {
  const wrapper = (input: object) =>
    new LegacyMessage(encodeMessageSet({ magic: 1, records: RECORDS, codec: 'snappy', ...input }))

  test('with LogAppendTime give all records their own time', () => {
    const message = wrapper({ timestampType: 'LogAppendTime', baseOffset: 7 })
    expect(message.timestampType).toBe('LogAppendTime')
    expect(plain(message.records())).toEqual(
      RECORDS.map((record, index) => ({ ...record, offset: 7 + index, timestamp: T + 5 })),
    )
  })

  test('with offset 0, as some producers leave it, begin at 0', () => {
    const message = wrapper({ baseOffset: -2 })
    expect(message.lastOffset).toBe(0)
    expect([...message.records()].map(({ offset }) => offset)).toEqual([0, 1, 2])
  })

  test('may have holes that compaction made', () => {
    const records = RECORDS.map((record, index) => ({ ...record, offsetDelta: 2 * index + 1 }))
    const message = wrapper({ records, baseOffset: 100 })
    expect(message.lastOffset).toBe(105)
    expect([...message.records()].map(({ offset }) => offset)).toEqual([101, 103, 105])
  })
})

test('without records there is nothing', () => {
  expect(encodeMessageSet({ magic: 1, records: [], codec: 'gzip' })).toEqual(new Uint8Array(0))
})

test('batches of all magics in one log', () => {
  const log = Buffer.concat([vector('v0_gzip'), vector('v1_none'), vector('v2_none'), vector('v1_lz4')])
  const batches = [...anyBatchesIn(log)]
  expect(batches.map(({ magic }) => magic)).toEqual([0, 1, 1, 1, 2, 1])
  expect(batches.map(({ lastOffset }) => lastOffset)).toEqual([44, 42, 43, 44, 45, 44])
  expect(batches.every((batch) => batch.isCrcValid())).toBe(true)
  expect(batches.reduce((count, batch) => count + [...batch.records()].length, 0)).toBe(13)
  expect([...anyBatchesIn(log.subarray(0, -1))]).toHaveLength(5)
  expect(batches[4]).toBeInstanceOf(RecordBatch)
})

test('bytes that are no batch of any magic are an error', () => {
  const log = Buffer.concat([vector('v1_none'), encodeBatch({ records: RECORDS })])
  log[vector('v1_none').length + 16] = 3
  expect(() => [...anyBatchesIn(log)]).toThrow('no record batch at byte 117 of 214: magic 3 is unknown')
})
