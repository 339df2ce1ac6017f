/**
 * A real text file goes into a topic with every client that writes, in every codec that it has, and comes back through every client
 * that can be assigned by hand: the same lines in every pair. The table of pairs is printed at the end.
 *
 * `OTTLA_PAIRS_MB` makes the file smaller than its 100 MB, `-t kcat` runs the pairs of one client.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import Table from 'cli-table3'
import { ProcessCluster } from './harness/cluster.ts'
import { shell } from './harness/process.ts'
import { expectSameLines, writeTextFile } from './harness/text-file.ts'
import { installConfluent } from './pairs/confluent.ts'
import { type Codec, PARTITIONS, READERS, WRITERS } from './pairs/programs.ts'

const LONG_MS = 1_800_000
const FILE_BYTES = Number(process.env.OTTLA_PAIRS_MB ?? 100) * 1024 * 1024
/** Shorter lines are left out: the file has a million records then, not three. */
const LINE_BYTES_MIN = 60

const directory = mkdtempSync(join(tmpdir(), 'ottla-pairs-'))
const input = join(directory, 'input.txt')
const sorted = join(directory, 'sorted.txt')
/** Cells by `writer/codec` and reader. */
const seen = new Map<string, Map<string, string>>()
let cluster: ProcessCluster | undefined
let lines: number

beforeAll(async () => {
  await installConfluent()
  lines = writeTextFile(input, FILE_BYTES, LINE_BYTES_MIN)
  await shell(`LC_ALL=C sort -S 256M -o '${sorted}' '${input}'`)
  cluster = await ProcessCluster.start()
}, LONG_MS)

afterAll(async () => {
  console.log(`${lines} lines, ${Math.round(FILE_BYTES / 1024 / 1024)} MB; seconds to write and to read\n${table()}`)
  await cluster?.[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
}, LONG_MS)

describe.each(WRITERS.flatMap((writer) => writer.codecs.map((codec) => ({ writer, codec, name: writer.name }))))(
  '$name writes with $codec',
  ({ writer, codec }) => {
    const topic = topicOf(writer.name, codec)
    let ends: number[]

    beforeAll(async () => {
      const created = await shell(
        `kafka-topics --bootstrap-server ${cluster!.bootstrap} --create --topic ${topic} --partitions ${PARTITIONS} --replication-factor 1`,
      )
      expect(created).toMatchObject({ code: 0 })
      await timed(writer.write({ bootstrap: cluster!.bootstrap, topic, file: input }, codec), topic, 'written')
      ends = await endOffsets(topic)
      expect(ends.reduce((sum, end) => sum + end, 0)).toBe(lines)
    }, LONG_MS)

    afterAll(async () => {
      if (cluster === undefined) return
      await shell(`kafka-topics --bootstrap-server ${cluster!.bootstrap} --delete --topic ${topic}`)
    })

    test.each(READERS)(
      '$name reads the same lines',
      async (reader) => {
        const file = join(directory, 'output.txt')
        try {
          await timed(reader.read({ bootstrap: cluster!.bootstrap, topic, file }, ends), topic, reader.name)
          await expectSameLines(sorted, file)
        } catch (error) {
          cell(topic, reader.name, 'FAILED')
          throw error
        } finally {
          rmSync(file, { force: true })
        }
      },
      LONG_MS,
    )
  },
)

function topicOf(writer: string, codec: Codec): string {
  return `${writer.replace(/[^\w]/g, '')}-${codec}`
}

async function timed(line: string, topic: string, column: string): Promise<void> {
  const started = performance.now()
  const { code, stderr } = await shell(line, { deadlineMs: LONG_MS })
  expect({ line, code, stderr: code === 0 ? '' : stderr.slice(-2000) }).toEqual({ line, code: 0, stderr: '' })
  cell(topic, column, ((performance.now() - started) / 1000).toFixed(1))
}

function cell(topic: string, column: string, text: string): void {
  if (!seen.has(topic)) seen.set(topic, new Map())
  seen.get(topic)!.set(column, text)
}

async function endOffsets(topic: string): Promise<number[]> {
  const { stdout } = await shell(`kafka-get-offsets --bootstrap-server ${cluster!.bootstrap} --topic ${topic}`)
  return stdout
    .trim()
    .split('\n')
    .map((line) => Number(line.split(':')[2]))
}

function table(): string {
  const columns = ['written', ...READERS.map(({ name }) => name)]
  const output = new Table({ head: ['writer', 'codec', ...columns], style: { head: [], border: [] } })
  for (const { name, codecs } of WRITERS) {
    for (const codec of codecs) {
      const row = seen.get(topicOf(name, codec))
      if (row !== undefined) output.push([name, codec, ...columns.map((column) => row.get(column) ?? '-')])
    }
  }
  return output.toString()
}
