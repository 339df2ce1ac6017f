/**
 * `kill -9` of broker and controller in the middle of an acks=all load of an idempotent producer: after the restart every
 * acknowledged record is there once, in order, and the producer goes on by itself.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { Producer } from '@ottla/client'
import { delay, silentLogger } from '@ottla/runtime'
import { nodeRuntime, nodeTimers } from '@ottla/runtime/node'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { ProcessCluster } from './harness/cluster.ts'
import { KcatLoad } from './harness/kcat-load.ts'
import { eventually, shell } from './harness/process.ts'
import { readPartition } from './harness/records.ts'
import { expectSameLines } from './harness/text-file.ts'

const PARTITIONS = 3
const LONG_MS = 300_000

let cluster: ProcessCluster

beforeEach(async () => {
  cluster = await ProcessCluster.start()
  const created = await shell(
    `kafka-topics --bootstrap-server ${cluster.bootstrap} --create --topic load --partitions ${PARTITIONS} --replication-factor 1`,
  )
  expect(created).toMatchObject({ code: 0 })
}, LONG_MS)

afterEach(() => cluster?.[Symbol.asyncDispose]())

async function restartBroker(): Promise<void> {
  await cluster.broker(1).stop('SIGKILL')
  await cluster.startBroker(1)
}

async function restartController(): Promise<void> {
  await cluster.controllerProcess().stop('SIGKILL')
  await cluster.startController()
}

async function restartBoth(): Promise<void> {
  await Promise.all([cluster.controllerProcess().stop('SIGKILL'), cluster.broker(1).stop('SIGKILL')])
  await cluster.startController()
  await cluster.startBroker(1)
}

/** All values of the topic; fails unless the offsets of each partition are dense from 0. */
async function valuesByPartition(): Promise<string[][]> {
  const partitions: string[][] = []
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const values: string[] = []
    await readPartition({ broker: cluster.bootstrap, topic: 'load', partition }, (record) => {
      expect(record.offset).toBe(values.length)
      values.push(Buffer.from(record.value!).toString())
    })
    partitions.push(values)
  }
  return partitions
}

test(
  'kafkajs: every acknowledged record is there once and in order',
  async () => {
    const kafka = new Kafka({
      brokers: [cluster.bootstrap],
      clientId: 'load',
      logLevel: logLevel.NOTHING,
      retry: { retries: 1000, initialRetryTime: 50, maxRetryTime: 500 },
    })
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
    })
    await producer.connect()
    const acknowledged: number[] = []
    let stop = false
    const load = (async () => {
      for (let first = 0; !stop; first += 30) {
        const numbers = Array.from({ length: 30 }, (_, index) => first + index)
        const messages = numbers.map((number) => ({ partition: number % PARTITIONS, value: String(number) }))
        await producer.send({ topic: 'load', acks: -1, messages })
        acknowledged.push(...numbers)
      }
    })()
    const progress = async () => {
      const before = acknowledged.length
      await Promise.race([
        load,
        eventually('the producer goes on', async () => (acknowledged.length > before + 600 ? true : undefined)),
      ])
    }
    try {
      for (const restart of [restartBroker, restartController, restartBoth, restartBroker]) {
        await progress()
        await restart()
      }
      await progress()
    } finally {
      stop = true
      await load
      await producer.disconnect()
    }
    const partitions = await valuesByPartition()
    for (const [partition, values] of partitions.entries()) {
      expect(values.map(Number)).toEqual(acknowledged.filter((number) => number % PARTITIONS === partition))
    }
  },
  LONG_MS,
)

test(
  'our producer: every acknowledged record is there once and in order, and callbacks come in the order of send',
  async () => {
    const producer = new Producer(nodeRuntime({ logger: silentLogger }), { bootstrapServers: cluster.bootstrap })
    const acknowledged = Array.from({ length: PARTITIONS }, (): number[] => [])
    const failures: string[] = []
    let stop = false
    let sent = 0
    const load = (async () => {
      while (!stop) {
        for (let turn = 0; turn < 30; turn++, sent++) {
          const number = sent
          const partition = number % PARTITIONS
          producer.send({ topic: 'load', partition, value: String(number) }, (error) => {
            if (error === undefined) acknowledged[partition]!.push(number)
            else failures.push(error.message)
          })
        }
        await delay(nodeTimers, 1)
        if (producer.full) await producer.drained()
      }
      await producer.flush()
    })()
    const count = () => acknowledged.reduce((sum, { length }) => sum + length, 0)
    try {
      for (const restart of [restartBroker, restartController, restartBoth, restartBroker]) {
        const before = count()
        await eventually('the producer goes on', async () => (count() > before + 3000 ? true : undefined))
        await restart()
      }
    } finally {
      stop = true
      await load
      await producer.close()
    }
    expect(failures).toEqual([])
    expect(count()).toBe(sent)
    const partitions = await valuesByPartition()
    expect(partitions.map((values) => values.map(Number))).toEqual(acknowledged)
  },
  LONG_MS,
)

if (spawnSync('kcat', ['-V']).status === 0) {
  test(
    'kcat: every line that it took arrives once',
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'ottla-kill-'))
      try {
        const input = join(directory, 'input.txt')
        const load = new KcatLoad(cluster.bootstrap, 'load', input)
        for (const restart of [restartBroker, restartBoth, restartController, restartBroker]) {
          const before = await recordsInTopic()
          await eventually('the load goes on', async () =>
            (await recordsInTopic()) > before + 1000 ? true : undefined,
          )
          await restart()
        }
        expect(await load.end()).toBe(0)
        const output = join(directory, 'output.txt')
        const consumer = `kcat -C -b ${cluster.bootstrap} -t load -o beginning -e -q > '${output}'`
        expect(await shell(consumer, { deadlineMs: LONG_MS })).toMatchObject({ code: 0 })
        await expectSameLines(input, output)
      } finally {
        rmSync(directory, { recursive: true, force: true })
      }
    },
    LONG_MS,
  )
}

async function recordsInTopic(): Promise<number> {
  const { stdout } = await shell(`kafka-get-offsets --bootstrap-server ${cluster.bootstrap} --topic load`)
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .reduce((sum, line) => sum + Number(line.split(':')[2]), 0)
}
