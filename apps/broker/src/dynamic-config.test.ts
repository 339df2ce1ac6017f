/** Configurations and partition counts that change while broker and controller run, and what is left of them when both are killed. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Controller, startController } from '@ottla/controller'
import {
  CreatePartitionsRequest,
  CreatePartitionsResponse,
  DescribeConfigsRequest,
  DescribeConfigsResponse,
  DescribeProducersRequest,
  DescribeProducersResponse,
  ErrorCode,
  encodeBatch,
  IncrementalAlterConfigsRequest,
  IncrementalAlterConfigsResponse,
  MetadataRequest,
  MetadataResponse,
  ProduceRequest,
  ProduceResponse,
} from '@ottla/protocol'
import type { Random } from '@ottla/runtime'
import '@ottla/runtime/node'
import { type DiskOperation, MemoryDisk, seededRandom, type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { type Broker, startBroker } from './start-broker.ts'
import { RawClient } from './testing/raw-client.ts'

const METADATA = { request: MetadataRequest, response: MetadataResponse }
const PRODUCE = { request: ProduceRequest, response: ProduceResponse }
const ALTER = { request: IncrementalAlterConfigsRequest, response: IncrementalAlterConfigsResponse }
const DESCRIBE = { request: DescribeConfigsRequest, response: DescribeConfigsResponse }
const PRODUCERS = { request: DescribeProducersRequest, response: DescribeProducersResponse }
const GROW = { request: CreatePartitionsRequest, response: CreatePartitionsResponse }

const TOPIC = 2
const BROKER = 4
const SET = 0
const DELETE = 1

/** All that a disk does. */
const OPERATIONS: readonly DiskOperation[] = [
  'open',
  'close',
  'list',
  'read',
  'write',
  'stat',
  'create',
  'rename',
  'remove',
  'sync',
  'truncate',
  'lock',
]

let runtime: TestRuntime
let client: RawClient
let running: { close(): Promise<void> }[]

/** Lets time pass until the promise is settled. */
async function drive<T>(promise: Promise<T>): Promise<T> {
  let settled = false
  const mark = () => {
    settled = true
  }
  promise.then(mark, mark)
  for (let turn = 0; !settled && turn < 3000; turn++) await runtime.clock.advance(20)
  expect(settled).toBe(true)
  return promise
}

/** One process of each kind, each with a disk of its own view, so that one can be killed. */
class Cluster {
  readonly #disks: MemoryDisk[] = []
  controller: Controller | undefined
  broker: Broker | undefined

  async start(): Promise<void> {
    this.controller = await drive(
      startController(
        new Map([
          ['clientPort', '2181'],
          ['dataDir', '/controller'],
        ]),
        this.#world(),
      ),
    )
    running.push(this.controller)
    this.broker = await drive(
      startBroker(
        new Map([
          ['broker.id', '1'],
          ['listeners', 'PLAINTEXT://localhost:0'],
          ['log.dirs', '/data'],
          ['controller.connect', 'localhost:2181'],
        ]),
        this.#world(),
      ),
    )
    running.push(this.broker)
  }

  connect(): Promise<RawClient> {
    return drive(RawClient.connect(runtime.net, this.broker!.listeners[0]!.port))
  }

  /** What was written (or synced, when the power fails) stays, and the processes do nothing more. */
  async kill(what: 'process' | 'power', random: Random): Promise<void> {
    if (what === 'power') this.#disks[0]!.crash('power', random)
    for (const disk of this.#disks.splice(0)) {
      if (what === 'process') disk.crash('process')
      for (const operation of OPERATIONS) disk.failNext({ operation, code: 'EBADF', times: Number.POSITIVE_INFINITY })
    }
    await drive(Promise.allSettled(running.splice(0).map((part) => part.close())))
  }

  #world(): TestRuntime {
    const disk = new MemoryDisk({ machine: runtime.disk.machine })
    this.#disks.push(disk)
    return { ...runtime, disk }
  }
}

let cluster: Cluster

beforeEach(async () => {
  runtime = testRuntime()
  running = []
  cluster = new Cluster()
  await cluster.start()
  client = await cluster.connect()
})

afterEach(async () => {
  for (const part of running.splice(0).reverse()) await drive(part.close())
})

function createTopic(name: string): Promise<unknown> {
  return drive(client.call(METADATA, 4, { topics: [{ name }], allowAutoTopicCreation: true }))
}

async function produce(
  topic: string,
  bytes: number,
  { partition = 0, producer = false }: { readonly partition?: number; readonly producer?: boolean } = {},
): Promise<number> {
  const records = encodeBatch({
    ...(producer ? { producerId: 7, producerEpoch: 0, baseSequence: 0 } : {}),
    records: [{ key: null, value: new Uint8Array(bytes), timestamp: runtime.clock.now() }],
  })
  const topicData = [{ name: topic, partitionData: [{ index: partition, records }] }]
  const request = { transactionalId: null, acks: -1, timeoutMs: 1000, topicData }
  const answer = await drive(client.call(PRODUCE, 7, request))
  return answer.responses[0]!.partitionResponses[0]!.errorCode
}

function alteration(resourceType: number, resourceName: string, name: string, value: string | null) {
  const configs = [{ name, configOperation: value === null ? DELETE : SET, value }]
  return { resources: [{ resourceType, resourceName, configs }], validateOnly: false }
}

async function alter(...change: Parameters<typeof alteration>): Promise<void> {
  const { responses } = await drive(client.call(ALTER, 1, alteration(...change)))
  expect(responses).toMatchObject([{ errorCode: 0, errorMessage: null }])
}

async function described(resourceType: number, resourceName: string): Promise<Map<string, [string | null, number]>> {
  const resources = [{ resourceType, resourceName, configurationKeys: null }]
  const request = { resources, includeSynonyms: false, includeDocumentation: false }
  const answer = await drive(client.call(DESCRIBE, 4, request))
  return new Map(answer.results[0]!.configs.map(({ name, value, configSource }) => [name, [value, configSource]]))
}

async function grow(name: string, count: number): Promise<number> {
  const request = { topics: [{ name, count, assignments: null }], timeoutMs: 5000, validateOnly: false }
  return (await drive(client.call(GROW, 3, request))).results[0]!.errorCode
}

async function partitionsOf(name: string): Promise<number> {
  const { topics } = await drive(client.call(METADATA, 4, { topics: [{ name }], allowAutoTopicCreation: false }))
  return topics[0]!.partitions.length
}

describe('a change of a configuration', () => {
  test('of a topic reaches its open log by the time that it is answered', async () => {
    await createTopic('t')
    expect(await produce('t', 5000)).toBe(0)
    await alter(TOPIC, 't', 'max.message.bytes', '1000')
    expect(await produce('t', 5000)).toBe(ErrorCode.MESSAGE_TOO_LARGE)
    await alter(TOPIC, 't', 'max.message.bytes', null)
    expect(await produce('t', 5000)).toBe(0)
  })

  test('of all brokers reaches the logs of topics that say nothing else', async () => {
    await createTopic('plain')
    await createTopic('own')
    await alter(TOPIC, 'own', 'max.message.bytes', '9000')
    await alter(BROKER, '', 'message.max.bytes', '1000')
    expect(await produce('plain', 5000)).toBe(ErrorCode.MESSAGE_TOO_LARGE)
    expect(await produce('own', 5000)).toBe(0)
    await alter(BROKER, '1', 'message.max.bytes', '6000')
    expect(await produce('plain', 5000)).toBe(0)
    expect((await described(TOPIC, 'plain')).get('max.message.bytes')).toEqual(['6000', 2])
    expect((await described(BROKER, '1')).get('message.max.bytes')).toEqual(['6000', 2])
    expect(await described(BROKER, '')).toEqual(new Map([['message.max.bytes', ['1000', 3]]]))
  })

  test('of the limits on connections holds for those that come', async () => {
    const second = await cluster.connect()
    await alter(BROKER, '', 'max.connections', '2')
    const third = await cluster.connect()
    await drive(third.closed)
    second.close()
    await alter(BROKER, '1', 'max.connections', '3')
    const fourth = await cluster.connect()
    const answer = await drive(fourth.call(METADATA, 4, { topics: [], allowAutoTopicCreation: false }))
    expect(answer.brokers).toHaveLength(1)
    expect(fourth.isClosed).toBe(false)
  })
})

test('how long producers are remembered can be changed', async () => {
  await createTopic('t')
  expect(await produce('t', 10, { producer: true })).toBe(0)
  const producers = async () => {
    const topics = [{ name: 't', partitionIndexes: [0] }]
    // The connection before has been idle for too long.
    client = await cluster.connect()
    const answer = await drive(client.call(PRODUCERS, 0, { topics }))
    return answer.topics[0]!.partitions[0]!.activeProducers.length
  }
  expect(await producers()).toBe(1)
  const HOUR_MS = 3_600_000
  await runtime.clock.advance(HOUR_MS)
  expect(await producers()).toBe(1)
  await alter(BROKER, '', 'producer.id.expiration.ms', '1000')
  await runtime.clock.advance(HOUR_MS)
  expect(await producers()).toBe(0)
})

test('partitions that were added can be written to at once', async () => {
  await createTopic('t')
  expect(await grow('t', 4)).toBe(0)
  expect(await partitionsOf('t')).toBe(4)
  expect(await produce('t', 10, { partition: 3 })).toBe(0)
  expect(await grow('t', 3)).toBe(ErrorCode.INVALID_PARTITIONS)
})

test('whatever was answered is there after both were killed, again and again', async () => {
  const random = seededRandom(11)
  const names = ['a', 'b', 'c']
  for (const name of names) await createTopic(name)
  const partitions = new Map(names.map((name) => [name, 1]))
  const configs = new Map(names.map((name) => [name, new Map<string, string>()]))
  const keys = ['retention.ms', 'segment.ms', 'flush.ms']

  for (let round = 0; round < 12; round++) {
    for (let change = random.integer(6); change >= 0; change--) {
      const name = names[random.integer(names.length)]!
      if (random.integer(3) === 0) {
        const count = partitions.get(name)! + 1 + random.integer(2)
        expect(await grow(name, count)).toBe(0)
        partitions.set(name, count)
      } else {
        const key = keys[random.integer(keys.length)]!
        const value = random.integer(4) === 0 ? null : String(1000 + random.integer(1000))
        await alter(TOPIC, name, key, value)
        if (value === null) configs.get(name)!.delete(key)
        else configs.get(name)!.set(key, value)
      }
    }
    // A change that is under way when both die is there or not; nothing else is touched by it.
    client.send(IncrementalAlterConfigsRequest, 1, alteration(TOPIC, 'a', 'preallocate', String(round % 2 === 0)))
    await runtime.clock.advance(random.integer(3))
    await cluster.kill(round % 3 === 2 ? 'power' : 'process', random)
    await cluster.start()
    client = await cluster.connect()
    for (const name of names) {
      expect(await partitionsOf(name)).toBe(partitions.get(name))
      const overrides = [...(await described(TOPIC, name))].filter(
        ([key, [, source]]) => source === 1 && key !== 'preallocate',
      )
      expect(new Map(overrides.map(([key, [value]]) => [key, value]))).toEqual(configs.get(name))
      expect(await produce(name, 10, { partition: partitions.get(name)! - 1 })).toBe(0)
    }
  }
})
