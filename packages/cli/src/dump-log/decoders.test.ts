import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { encodeBatch, encodeMessageSet } from '@ottla/protocol'
import { nodeDisk } from '@ottla/runtime/node'
import { MemoryDisk, testRuntime } from '@ottla/runtime/testing'
import { recordedIo } from '../testing/recorded-io.ts'
import { main } from './main.ts'

const SAMPLE = join(import.meta.dirname, '../vectors/internal-topics')
const LOG = '/00000000000000000000.log'

const text = (value: string) => new TextEncoder().encode(value)

async function dump(content: Uint8Array, ...args: string[]) {
  const disk = new MemoryDisk()
  const file = disk.open(LOG, 'write')
  file.write([content], 0)
  file.close()
  const io = recordedIo(testRuntime({ disk }))
  const exitCode = await main([...args, '--files', LOG], io)
  return { exitCode, records: io.outText().split('\n').slice(3, -1), err: io.errText() }
}

const batchOf = (key: Uint8Array | null, value: Uint8Array | null) =>
  encodeBatch({ baseOffset: 0, records: [{ key, value, timestamp: 1 }] })

describe("what Apache Kafka's kafka-dump-log prints for its own topics", () => {
  const expected = readFileSync(join(SAMPLE, 'kafka-dump-log.expected.txt'), 'utf8')
  const runs = [...expected.matchAll(/^\$ kafka-dump-log\.sh (.*)\n([\s\S]*?)\[exit 0\]$/gm)]

  test('there are runs to compare with', () => expect(runs.length).toBe(8))

  test.each(runs.map(([, line, output]) => [line!, output!]))('%s', async (line, output) => {
    const io = recordedIo({ ...testRuntime(), disk: nodeDisk })
    const args = line.replace(/(?<= )\S+$/, (files) => files.replaceAll(/(?<=^|,)/g, `${SAMPLE}/`)).split(' ')
    expect(await main(args, io)).toBe(0)
    expect(io.allText().replaceAll(`${SAMPLE}/`, '')).toBe(output)
  })
})

describe('records that do not fit the decoder', () => {
  test.each([
    ['--offsets-decoder', text('\0\x01'), 'key: Error at offset 0, skipping. OffsetCommitKey.group: '],
    ['--offsets-decoder', text('\x7f\x7f'), 'key: Unknown record type 32639 at offset 0, skipping.'],
    ['--offsets-decoder', text(''), 'key: Error at offset 0, skipping. record type: '],
    ['--cluster-metadata-decoder', text('x'), 'payload: Error at 0, skipping. Could not deserialize metadata record '],
  ])('%s on %j', async (option, bytes, message) => {
    const { exitCode, records } = await dump(batchOf(bytes, bytes), option)
    expect([exitCode, records[0]]).toEqual([0, expect.stringContaining(message)])
  })

  test.each([
    ['--cluster-metadata-decoder', Uint8Array.of(1, 2), 'the record ends within its frame'],
    ['--cluster-metadata-decoder', Uint8Array.of(1, 99, 0), 'Unknown metadata id 99'],
    ['--cluster-metadata-decoder', new Uint8Array(9).fill(255), 'a varint of more than five bytes'],
  ])('%s on %j: it is said', async (option, value, message) => {
    expect((await dump(batchOf(null, value), option)).records[0]).toContain(`Error at 0, skipping. ${message}`)
  })

  test('without a key there is no coordinator record: an error that names the file', async () => {
    const { exitCode, err } = await dump(batchOf(null, text('v')), '--offsets-decoder')
    expect([exitCode, err]).toEqual([1, expect.stringMatching(/^\/0+\.log: Failed to decode message at offset 0/)])
  })

  test.each(['IntegerDecoder', 'LongDecoder'])('%s needs its bytes', async (name) => {
    const { exitCode, err } = await dump(batchOf(null, text('v')), '--value-decoder-class', name)
    expect([exitCode, err]).toEqual([1, expect.stringMatching(/of 1 bytes where the decoder needs/)])
  })

  test('a class that is not there is refused', async () => {
    const { exitCode, err } = await dump(batchOf(null, null), '--value-decoder-class', 'no.Such')
    expect([exitCode, err]).toEqual([1, expect.stringMatching(/Such: there are StringDecoder, IntegerDecoder/)])
  })
})

describe('messages older than record batches', () => {
  const records = [1, 2].map((number) => ({ key: null, value: text(`v${number}`), timestamp: 7 }))

  test.each(
    ([0, 1] as const).flatMap((magic) => (['gzip', 'snappy', 'lz4'] as const).map((codec) => [magic, codec] as const)),
  )('magic %d, %s', async (magic, codec) => {
    const content = encodeMessageSet({ magic, codec, records, baseOffset: 5 })
    const { exitCode, records: lines } = await dump(content, '--print-data-log')
    expect(exitCode).toBe(0)
    expect(lines.map((line) => line.replace(/(?<=offset: \d).* crc: \d+/, ''))).toEqual([
      '| offset: 5 payload: v1',
      '| offset: 6 payload: v2',
    ])
  })

  test('a message whose fields are longer than itself is no message', async () => {
    const content = encodeMessageSet({ magic: 1, records, baseOffset: 0 })
    new DataView(content.buffer).setInt32(30, 1000)
    const { exitCode, err } = await dump(content, '--print-data-log')
    expect([exitCode, err]).toEqual([1, expect.stringMatching(/no record batch at position 0: a value of 1000 bytes/)])
  })
})
