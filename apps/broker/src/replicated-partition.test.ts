/** Three brokers and a controller in one process, in virtual time: what becomes of one partition when brokers fail. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Controller, startController } from '@ottla/controller'
import {
  CreateTopicsRequest,
  CreateTopicsResponse,
  ErrorCode,
  encodeBatch,
  FetchRequest,
  FetchResponse,
  ProduceRequest,
  ProduceResponse,
  RecordBatch,
} from '@ottla/protocol'
import type { PartitionImage } from '@ottla/replication'
import '@ottla/runtime/node'
import { MemoryDisk, type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { type InspectedPartition, inspectBroker } from './internal.ts'
import { type Broker, startBroker } from './start-broker.ts'
import { RawClient } from './testing/raw-client.ts'

const CONTROLLER_PORT = 2181
const LAG_TIME_MS = 2_000
const PRODUCE = { request: ProduceRequest, response: ProduceResponse }
const FETCH = { request: FetchRequest, response: FetchResponse }
const CREATE = { request: CreateTopicsRequest, response: CreateTopicsResponse }

let runtime: TestRuntime
let controller: Controller
const disks = new Map<number, MemoryDisk>()
const brokers = new Map<number, Broker>()

/** Lets time pass until the promise is settled. */
async function drive<T>(promise: Promise<T>): Promise<T> {
  let settled = false
  const mark = () => {
    settled = true
  }
  promise.then(mark, mark)
  for (let turn = 0; !settled && turn < 3000; turn++) await runtime.clock.advance(10)
  expect(settled).toBe(true)
  return promise
}

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; !condition() && turn < 3000; turn++) await runtime.clock.advance(10)
  expect(condition()).toBe(true)
}

async function start(id: number): Promise<Broker> {
  const config = new Map(
    Object.entries({
      'broker.id': String(id),
      'broker.rack': `rack-${id}`,
      listeners: 'PLAINTEXT://localhost:0',
      'log.dirs': '/data/a,/data/b',
      'controller.connect': `localhost:${CONTROLLER_PORT}`,
      'replica.lag.time.max.ms': String(LAG_TIME_MS),
      'min.insync.replicas': '2',
    }),
  )
  const disk = disks.get(id) ?? new MemoryDisk()
  disks.set(id, disk)
  const broker = await drive(startBroker(config, { ...runtime, disk }))
  brokers.set(id, broker)
  return broker
}

/** Its partitions are not handed over: as far as others can tell it is killed. */
async function drop(id: number): Promise<void> {
  const broker = brokers.get(id)!
  brokers.delete(id)
  await drive(broker.close({ handsOver: false }))
}

function replica(id: number): InspectedPartition | undefined {
  const [found] = inspectBroker(brokers.get(id)!)?.partitions ?? []
  return found
}

/** As the brokers know it. */
function image(): PartitionImage {
  const [broker] = brokers.values()
  return inspectBroker(broker!)!.image.topics.get('t')!.partitions[0]!
}

function leads(id: number): boolean {
  return image().leader === id && replica(id)?.role === 'leading'
}

async function connect(id: number): Promise<RawClient> {
  return drive(RawClient.connect(runtime.net, brokers.get(id)!.listeners[0]!.port))
}

async function produce(id: number, values: readonly string[], timeoutMs = 10_000) {
  const client = await connect(id)
  const records = values.map((value) => ({ key: null, value: Buffer.from(value), timestamp: runtime.clock.now() }))
  const partitionData = [{ index: 0, records: encodeBatch({ records }) }]
  const request = { transactionalId: null, acks: -1, timeoutMs, topicData: [{ name: 't', partitionData }] }
  const answer = await drive(client.call(PRODUCE, 9, request))
  client.close()
  const { errorCode, baseOffset } = answer.responses[0]!.partitionResponses[0]!
  return { errorCode, baseOffset }
}

/** Asked for as a consumer in a rack: followers answer too. */
async function consume(id: number): Promise<string[]> {
  const client = await connect(id)
  const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000_000 }]
  const request = { maxWaitMs: 0, minBytes: 0, rackId: 'any', sessionEpoch: -1, topics: [{ topic: 't', partitions }] }
  const answer = await drive(client.call(FETCH, 12, request))
  client.close()
  const { errorCode, records } = answer.responses[0]!.partitions[0]!
  expect(errorCode).toBe(ErrorCode.NONE)
  let rest = records ?? new Uint8Array()
  const values: string[] = []
  while (rest.length > 0) {
    const batch = new RecordBatch(rest)
    values.push(...[...batch.records()].map(({ value }) => Buffer.from(value!).toString()))
    rest = rest.subarray(batch.sizeBytes)
  }
  return values
}

beforeEach(async () => {
  runtime = testRuntime()
  disks.clear()
  brokers.clear()
  const given = new Map([
    ['clientPort', String(CONTROLLER_PORT)],
    ['dataDir', '/controller'],
  ])
  controller = await drive(startController(given, runtime))
  for (const id of [1, 2, 3]) await start(id)
  const client = await connect(1)
  const topic = { name: 't', numPartitions: -1, replicationFactor: -1, configs: [] }
  const assignments = [{ partitionIndex: 0, brokerIds: [1, 2, 3] }]
  const created = await drive(client.call(CREATE, 7, { topics: [{ ...topic, assignments }] }))
  expect(created.topics[0]!.errorCode).toBe(ErrorCode.NONE)
  client.close()
  await until(() => leads(1) && [2, 3].every((id) => replica(id)?.role === 'following'))
})

afterEach(async () => {
  for (const broker of brokers.values()) await drive(broker.close({ handsOver: false }))
  await drive(controller.close())
})

describe('a partition with three replicas', () => {
  test('acks=all is answered when all in-sync replicas have the records, and all of them show them', async () => {
    expect(await produce(1, ['a', 'b'])).toEqual({ errorCode: 0, baseOffset: 0 })
    for (const id of [2, 3]) expect(replica(id)!.log.logEndOffset).toBe(2)
    await until(() => [2, 3].every((id) => replica(id)!.log.highWatermark === 2))
    for (const id of [1, 2, 3]) expect(await consume(id)).toEqual(['a', 'b'])
  })

  test('the leader goes: another one leads, nothing is lost, and it comes back into the ISR', async () => {
    await produce(1, ['a'])
    await drop(1)
    await until(() => leads(2))
    expect(await produce(2, ['b'])).toEqual({ errorCode: 0, baseOffset: 1 })
    expect(image().isr).toEqual([2, 3])
    await start(1)
    await until(() => image().isr.includes(1))
    expect(replica(1)).toMatchObject({ role: 'following', log: { logEndOffset: 2 } })
    await produce(2, ['c'])
    await until(() => replica(1)!.log.highWatermark === 3)
    expect(await consume(1)).toEqual(['a', 'b', 'c'])
  })

  test('two go: acks=all is refused, until one of them is back', async () => {
    await produce(1, ['a'])
    await drop(3)
    await drop(2)
    await until(() => image().isr.length === 1)
    expect(await produce(1, ['b'])).toEqual({ errorCode: ErrorCode.NOT_ENOUGH_REPLICAS, baseOffset: -1 })
    await start(2)
    await until(() => image().isr.length === 2)
    expect(await produce(1, ['c'])).toEqual({ errorCode: 0, baseOffset: 1 })
  })

  test('a follower whose disk is full leaves the ISR after the lag time, and joins it when it has caught up', async () => {
    await produce(1, ['a'])
    disks.get(3)!.isFull = true
    const before = runtime.clock.monotonic()
    expect(await produce(1, ['b'], 60_000)).toEqual({ errorCode: 0, baseOffset: 1 })
    expect(runtime.clock.monotonic() - before).toBeGreaterThan(LAG_TIME_MS)
    expect(image().isr).toEqual([1, 2])
    expect(replica(3)!.log.logEndOffset).toBe(1)
    disks.get(3)!.isFull = false
    await until(() => image().isr.length === 3)
    expect(replica(3)!.log.logEndOffset).toBe(2)
  })

  test('a leader whose disk is full is relieved, and its follower has taken the record when it is sent again', async () => {
    await produce(1, ['a'])
    disks.get(1)!.isFull = true
    expect(await produce(1, ['b'])).toMatchObject({ errorCode: ErrorCode.KAFKA_STORAGE_ERROR })
    await until(() => leads(2))
    disks.get(1)!.isFull = false
    expect(await produce(2, ['b'])).toEqual({ errorCode: 0, baseOffset: 1 })
    await until(() => image().isr.length === 3 && replica(1)!.log.logEndOffset === 2)
  })

  test('a leader whose log directory fails is relieved, while its broker goes on with the other one', async () => {
    await produce(1, ['a'])
    const broken = replica(1)!.log.directory.slice(0, '/data/a'.length)
    const path = new RegExp(`^${broken}/`)
    disks.get(1)!.failNext({ operation: 'sync', path, code: 'EIO', times: Number.POSITIVE_INFINITY })
    await until(() => leads(2))
    expect(await produce(2, ['b'])).toEqual({ errorCode: 0, baseOffset: 1 })
    expect(inspectBroker(brokers.get(1)!)!.image.brokers.get(1)!.fenced).toBe(false)
  })
})
