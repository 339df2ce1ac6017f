/** Producer and Consumer against the real broker and controller, in this process, over real sockets. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  Admin,
  type ConsumedRecord,
  Consumer,
  type ConsumerOptions,
  DESERIALIZERS,
  Producer,
  unwrap,
} from '@ottla/client'
import { silentLogger } from '@ottla/runtime'
import { nodeRuntime } from '@ottla/runtime/node'
import { type Cluster, startCluster } from './start-cluster.ts'

const PARTITIONS = [0, 1, 2]
const runtime = { ...nodeRuntime(), logger: silentLogger }

let cluster: Cluster

beforeAll(async () => {
  cluster = await startCluster({ brokers: 2 })
})

afterAll(() => cluster.close())

async function create(topic: string, { bootstrapServers }: Cluster = cluster): Promise<void> {
  await using admin = new Admin(runtime, { bootstrapServers })
  unwrap((await admin.createTopics([{ name: topic, numPartitions: PARTITIONS.length }])).get(topic)!)
}

type Texts = Consumer<string | null, string | null>

function open(options: Partial<ConsumerOptions> = {}, { bootstrapServers }: Cluster = cluster): Texts {
  return new Consumer(runtime, {
    bootstrapServers,
    autoOffsetReset: 'earliest',
    ...options,
    keyDeserializer: DESERIALIZERS.string,
    valueDeserializer: DESERIALIZERS.string,
  })
}

function placesOf(topic: string) {
  return PARTITIONS.map((partition) => ({ topic, partition }))
}

async function take(consumer: Texts, count: number): Promise<ConsumedRecord<string | null, string | null>[]> {
  const records: ConsumedRecord<string | null, string | null>[] = []
  while (records.length < count) records.push(...(await consumer.poll()))
  return records
}

function valuesByPartition(records: readonly ConsumedRecord<unknown, string | null>[]): number[][] {
  return PARTITIONS.map((wanted) =>
    records.filter(({ partition }) => partition === wanted).map(({ value }) => Number(value)),
  )
}

describe('what is produced is consumed', () => {
  test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)('with %s, by several partitions', async (codec) => {
    const topic = `codec-${codec}`
    await create(topic)
    await using producer = new Producer(runtime, {
      bootstrapServers: cluster.bootstrapServers,
      compressionType: codec,
      batchSize: 100_000,
    })
    const padding = 'ottla '.repeat(50)
    const sent = Array.from({ length: 2000 }, (_, n) =>
      producer.send({
        topic,
        key: `key ${n % 17}`,
        value: `${n} ${padding}`,
        headers: [
          { key: 'n', value: `${n}` },
          { key: 'nothing', value: null },
        ],
        timestamp: 1_000_000 + n,
      }),
    )
    const written = await Promise.all(sent)
    await using consumer = open()
    consumer.assign(placesOf(topic))
    const records = await take(consumer, sent.length)
    const byPlace = new Map(records.map((record) => [`${record.partition}:${record.offset}`, record]))
    expect(byPlace.size).toBe(sent.length)
    for (const [n, { partition, offset }] of written.entries()) {
      const { key, value, headers, timestamp } = byPlace.get(`${partition}:${offset}`)!
      expect([key, value, timestamp]).toEqual([`key ${n % 17}`, `${n} ${padding}`, 1_000_000 + n])
      expect(headers.map((header) => [header.key, header.value && Buffer.from(header.value).toString()])).toEqual([
        ['n', `${n}`],
        ['nothing', null],
      ])
    }
  })

  test('from where the consumer seeks, and from a time', async () => {
    const topic = 'seek'
    await create(topic)
    await using producer = new Producer(runtime, { bootstrapServers: cluster.bootstrapServers, batchSize: 200 })
    for (let n = 0; n < 90; n++) {
      producer.send({ topic, partition: n % 3, value: `${n}`, timestamp: 1000 * n }, () => {})
    }
    await producer.flush()
    await using consumer = open()
    consumer.assign(placesOf(topic))
    const times = await consumer.offsetsForTimes(placesOf(topic).map((place) => ({ ...place, timestamp: 60_000 })))
    expect(times.map(({ found }) => found?.offset)).toEqual([20, 20, 20])
    expect((await consumer.endOffsets(placesOf(topic))).map(({ offset }) => offset)).toEqual([30, 30, 30])
    for (const { topic, partition, found } of times) consumer.seek({ topic, partition }, found!.offset)
    const late = await take(consumer, 30)
    expect(Math.min(...late.map(({ value }) => Number(value)))).toBe(60)
    consumer.seek({ topic, partition: 1 }, 7)
    consumer.pause([{ topic, partition: 0 }])
    expect((await take(consumer, 23))[0]).toMatchObject({ partition: 1, offset: 7, value: '22' })
    consumer.seekToBeginning([{ topic, partition: 2 }])
    expect((await take(consumer, 30))[0]).toMatchObject({ partition: 2, offset: 0, value: '2' })
    consumer.seekToEnd()
    expect(await consumer.position({ topic, partition: 1 })).toBe(30)
    const late2 = await consumer.offsetsForTimes([{ topic, partition: 0, timestamp: 90_000 }])
    expect(late2).toEqual([{ topic, partition: 0, found: undefined }])
  })

  test('also when the topic is deleted and created anew under way', async () => {
    const topic = 'again'
    await create(topic)
    await using producer = new Producer(runtime, { bootstrapServers: cluster.bootstrapServers, retryBackoffMs: 20 })
    // Else it would be the consumer that creates the topic again.
    await using consumer = open({ retryBackoffMs: 20, allowAutoCreateTopics: false })
    consumer.assign(placesOf(topic))
    for (let n = 0; n < 5; n++) await producer.send({ topic, partition: 0, value: `old ${n}` })
    await take(consumer, 5)
    await using admin = new Admin(runtime, { bootstrapServers: cluster.bootstrapServers })
    unwrap((await admin.deleteTopics([topic])).get(topic)!)
    await create(topic)
    expect(await producer.send({ topic, partition: 0, value: 'new' })).toMatchObject({ offset: 0 })
    expect(await take(consumer, 1)).toMatchObject([{ offset: 0, value: 'new' }])
  })
})

test('clients go on when the whole cluster stops and starts again', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ottla-clients-'))
  let running = await startCluster({ dir })
  try {
    const topic = 'restart'
    const { bootstrapServers } = running
    await create(topic, running)
    await using producer = new Producer(runtime, { bootstrapServers, retryBackoffMs: 20, lingerMs: 1 })
    await using consumer = open({ retryBackoffMs: 20 }, running)
    consumer.assign(placesOf(topic))
    const settled: (string | undefined)[] = []
    const read: ConsumedRecord<string | null, string | null>[] = []
    let sent = 0
    const send = (count: number) => {
      for (const end = sent + count; sent < end; sent++) {
        const record = { topic, partition: sent % 3, value: `${sent}` }
        producer.send(record, (error?: Error) => settled.push(error?.message))
      }
    }
    for (let round = 0; round < 3; round++) {
      send(300)
      read.push(...(await take(consumer, 100)))
      const { port } = running.brokers[0]!
      await running.close()
      send(300)
      running = await startCluster({ dir, port })
      read.push(...(await take(consumer, 300)))
    }
    await producer.flush()
    read.push(...(await take(consumer, sent - read.length)))
    expect(settled).toEqual(new Array(sent).fill(undefined))
    const all = Array.from({ length: sent }, (_, n) => n)
    expect(valuesByPartition(read)).toEqual(PARTITIONS.map((partition) => all.filter((n) => n % 3 === partition)))
  } finally {
    await running.close()
    rmSync(dir, { recursive: true, force: true })
  }
})
