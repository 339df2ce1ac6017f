import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { encodeBatch, RecordBatch } from '@ottla/protocol'
import { compareReplicas } from './replicas.ts'

const BATCHES = 6
const RECORDS = 3
const HIGH_WATERMARK = BATCHES * RECORDS

let home: string
let directories: string[]

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ottla-replicas-'))
  directories = [1, 2, 3].map((id) => join(home, `broker-${id}`))
  for (const [index, directory] of directories.entries()) {
    mkdirSync(join(directory, 't-0'), { recursive: true })
    // Each replica rolled its segment elsewhere.
    writeLog(directory, 0, bytesOf(0, index + 1))
    writeLog(directory, (index + 1) * RECORDS, bytesOf(index + 1, BATCHES))
    writeFileSync(join(directory, 'replication-offset-checkpoint'), `0\n1\nt 0 ${HIGH_WATERMARK - index}\n`)
  }
})

afterEach(() => rmSync(home, { recursive: true }))

function batch(index: number, { sequence = index * RECORDS, text = 'value' } = {}): Uint8Array {
  const records = Array.from({ length: RECORDS }, (_, record) => ({
    key: null,
    value: new TextEncoder().encode(`${text} ${index} ${record}`),
    timestamp: 1,
  }))
  const bytes = encodeBatch({ records, producerId: 7, producerEpoch: 0, baseSequence: sequence })
  const view = new RecordBatch(bytes)
  view.baseOffset = index * RECORDS
  view.partitionLeaderEpoch = 2
  return bytes
}

function bytesOf(from: number, to: number): Uint8Array {
  return Buffer.concat(Array.from({ length: to - from }, (_, index) => batch(from + index)))
}

const fileOf = (directory: string, offset: number) => join(directory, 't-0', `${String(offset).padStart(20, '0')}.log`)

function writeLog(directory: string, offset: number, bytes: Uint8Array): void {
  writeFileSync(fileOf(directory, offset), bytes)
}

const lastOf = (directory: string) => fileOf(directory, (directories.indexOf(directory) + 1) * RECORDS)

test('replicas with the same batches are identical, wherever their segments end', () => {
  const report = compareReplicas('t-0', directories)
  expect(report).toMatchObject({ findings: [], highWatermark: HIGH_WATERMARK, batches: BATCHES })
  expect(report.ends).toEqual([HIGH_WATERMARK, HIGH_WATERMARK, HIGH_WATERMARK])
})

test('a bit of one replica below the high watermark', () => {
  const file = lastOf(directories[1]!)
  const bytes = readFileSync(file)
  bytes[bytes.length - 3]! ^= 1
  writeFileSync(file, bytes)
  expect(compareReplicas('t-0', directories).findings[0]).toMatch(/t-0 at offset 15: replicas differ/)
})

test('another leader epoch in one replica: the checksum does not cover it', () => {
  const file = lastOf(directories[2]!)
  const bytes = readFileSync(file)
  new RecordBatch(bytes).partitionLeaderEpoch = 3
  writeFileSync(file, bytes)
  expect(compareReplicas('t-0', directories).findings[0]).toMatch(/t-0 at offset 9: replicas differ.*epoch 3/)
})

test('a bit in all replicas', () => {
  for (const directory of directories) {
    const bytes = readFileSync(lastOf(directory))
    bytes[bytes.length - 3]! ^= 1
    writeFileSync(lastOf(directory), bytes)
  }
  expect(compareReplicas('t-0', directories).findings).toEqual(['t-0: the batch at 15 is damaged'])
})

test('a replica that is too short', () => {
  writeLog(directories[0]!, RECORDS, bytesOf(1, BATCHES - 1))
  expect(compareReplicas('t-0', directories).findings).toEqual([
    expect.stringMatching(/^t-0 at offset 15: a replica ends here/),
    expect.stringMatching(/ends at 15, below the high watermark 18/),
  ])
})

test('a replica that is gone', () => {
  rmSync(join(directories[0]!, 't-0'), { recursive: true })
  expect(compareReplicas('t-0', directories).findings).toHaveLength(2)
})

test('a batch that is missing in the middle of all replicas', () => {
  for (const directory of directories) writeLog(directory, lastOffset(directory), bytesOf(5, BATCHES))
  const { findings } = compareReplicas('t-0', directories)
  expect(findings).toEqual(expect.arrayContaining([expect.stringMatching(/the batch at 15 follows offset 3$/)]))
})

const lastOffset = (directory: string) => (directories.indexOf(directory) + 1) * RECORDS

test('a sequence that is there twice', () => {
  for (const directory of directories) {
    const first = lastOffset(directory) / RECORDS
    const again = batch(BATCHES - 1, { sequence: (BATCHES - 2) * RECORDS })
    writeLog(directory, lastOffset(directory), Buffer.concat([bytesOf(first, BATCHES - 1), again]))
  }
  expect(compareReplicas('t-0', directories).findings).toEqual([
    't-0: the batch at 15 repeats sequence 12 of producer 7, epoch 0: 14 is there already',
  ])
})

test('what lies behind the high watermark may differ', () => {
  writeLog(directories[0]!, RECORDS, Buffer.concat([bytesOf(1, BATCHES), batch(BATCHES, { text: 'never committed' })]))
  writeLog(directories[1]!, 2 * RECORDS, bytesOf(2, BATCHES + 1))
  const report = compareReplicas('t-0', directories)
  expect(report.findings).toEqual([])
  expect(report.ends).toEqual([21, 21, 18])
})
