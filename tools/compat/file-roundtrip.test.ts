/** A file of 100 MB of real text goes into a topic of three partitions and comes back: the sorted lines are the same. */
import { spawnSync } from 'node:child_process'
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { CompressionTypes, Kafka, logLevel, Partitioners } from 'kafkajs'
import { ProcessCluster } from './harness/cluster.ts'
import { shell } from './harness/process.ts'
import { readPartition } from './harness/records.ts'
import { expectSameLines, writeTextFile } from './harness/text-file.ts'

const BYTES = 100 * 1024 * 1024
const PARTITIONS = 3
const LONG_MS = 600_000

let directory: string
let input: string
let lines: number
let cluster: ProcessCluster

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ottla-text-'))
  input = join(directory, 'input.txt')
  lines = writeTextFile(input, BYTES)
  cluster = await ProcessCluster.start()
}, LONG_MS)

afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
})

async function createTopic(topic: string): Promise<void> {
  const created = await shell(
    `kafka-topics --bootstrap-server ${cluster.bootstrap} --create --topic ${topic} --partitions ${PARTITIONS} --replication-factor 1`,
  )
  expect(created).toMatchObject({ code: 0, stdout: `Created topic ${topic}.\n` })
}

/** What our own tool says is in the topic. */
async function recordsIn(topic: string): Promise<number> {
  const { stdout } = await shell(`kafka-get-offsets --bootstrap-server ${cluster.bootstrap} --topic ${topic}`)
  return stdout
    .trim()
    .split('\n')
    .reduce((sum, line) => sum + Number(line.split(':')[2]), 0)
}

describe('a Node client', () => {
  test(
    'kafkajs writes with gzip, idempotent; our own connection reads',
    async () => {
      await createTopic('node-text')
      await produceWithKafkajs('node-text')
      expect(await recordsIn('node-text')).toBe(lines)
      const output = join(directory, 'node-output.txt')
      const sink = createWriteStream(output)
      for (let partition = 0; partition < PARTITIONS; partition++) {
        await readPartition({ broker: cluster.bootstrap, topic: 'node-text', partition }, (record) => {
          sink.write(record.value ?? '')
          sink.write('\n')
        })
      }
      await new Promise((resolve) => sink.end(resolve))
      await expectSameLines(input, output)
    },
    LONG_MS,
  )
})

async function produceWithKafkajs(topic: string): Promise<void> {
  const kafka = new Kafka({ brokers: cluster.bootstrap.split(','), clientId: 'text', logLevel: logLevel.ERROR })
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  try {
    let messages: { value: string; partition: number }[] = []
    let next = 0
    const send = async () => {
      await producer.send({ topic, acks: -1, compression: CompressionTypes.GZIP, messages })
      messages = []
    }
    for await (const value of createInterface({ input: createReadStream(input) })) {
      messages.push({ value, partition: next++ % PARTITIONS })
      if (messages.length === 20_000) await send()
    }
    if (messages.length > 0) await send()
  } finally {
    await producer.disconnect()
  }
}

// kcat is judged where it is installed; elsewhere the Node client above is the proof.
if (spawnSync('kcat', ['-V']).status === 0) {
  test(
    'kcat writes with lz4 and reads',
    async () => {
      await createTopic('kcat-text')
      const written = await shell(`kcat -P -b ${cluster.bootstrap} -t kcat-text -z lz4 -l '${input}'`, {
        deadlineMs: LONG_MS,
      })
      expect(written).toMatchObject({ code: 0 })
      expect(await recordsIn('kcat-text')).toBe(lines)
      const output = join(directory, 'kcat-output.txt')
      const read = await shell(`kcat -C -b ${cluster.bootstrap} -t kcat-text -o beginning -e -q > '${output}'`, {
        deadlineMs: LONG_MS,
      })
      expect(read).toMatchObject({ code: 0 })
      await expectSameLines(input, output)
    },
    LONG_MS,
  )
}
