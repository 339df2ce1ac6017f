import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Controller, startController } from '@ottla/controller'
import {
  CreateTopicsRequest,
  CreateTopicsResponse,
  DeleteTopicsRequest,
  DeleteTopicsResponse,
  ErrorCode,
  encodeBatch,
  FetchRequest,
  FetchResponse,
  MetadataRequest,
  MetadataResponse,
  ProduceRequest,
  ProduceResponse,
  RecordBatch,
} from '@ottla/protocol'
import { parseProperties } from '@ottla/runtime'
import '@ottla/runtime/node'
import { type DiskOperation, MemoryDisk, type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { type Broker, startBroker } from './start-broker.ts'
import { RawClient } from './testing/raw-client.ts'

const CONTROLLER_PORT = 2181

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

const METADATA = { request: MetadataRequest, response: MetadataResponse }
const PRODUCE = { request: ProduceRequest, response: ProduceResponse }
const FETCH = { request: FetchRequest, response: FetchResponse }
const CREATE = { request: CreateTopicsRequest, response: CreateTopicsResponse }
const DELETE = { request: DeleteTopicsRequest, response: DeleteTopicsResponse }

let runtime: TestRuntime
let controller: Controller
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

function config(values: Readonly<Record<string, string>> = {}): Map<string, string> {
  return new Map(
    Object.entries({
      'broker.id': '1',
      listeners: 'PLAINTEXT://localhost:0',
      'log.dirs': '/data/1',
      'controller.connect': `localhost:${CONTROLLER_PORT}`,
      ...values,
    }),
  )
}

async function start(given = config()): Promise<Broker> {
  const broker = await drive(startBroker(given, runtime))
  running.push(broker)
  return broker
}

async function stop(part: { close(): Promise<void> }): Promise<void> {
  running.splice(running.indexOf(part), 1)
  await drive(part.close())
}

async function connect(broker: Broker): Promise<RawClient> {
  return drive(RawClient.connect(runtime.net, broker.listeners[0]!.port))
}

function askMetadata(client: RawClient, name: string) {
  return drive(client.call(METADATA, 4, { topics: [{ name }], allowAutoTopicCreation: true }))
}

async function produce(client: RawClient, topic: string, values: readonly string[]) {
  const records = values.map((value) => ({ key: null, value: Buffer.from(value), timestamp: runtime.clock.now() }))
  const answer = await drive(
    client.call(PRODUCE, 7, {
      transactionalId: null,
      acks: -1,
      timeoutMs: 1000,
      topicData: [{ name: topic, partitionData: [{ index: 0, records: encodeBatch({ records }) }] }],
    }),
  )
  const { errorCode, baseOffset } = answer.responses[0]!.partitionResponses[0]!
  return { errorCode, baseOffset }
}

async function fetchValues(client: RawClient, topic: string): Promise<string[]> {
  const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1_000_000 }]
  const request = { maxWaitMs: 0, minBytes: 0, topics: [{ topic, partitions }] }
  const answer = await drive(client.call(FETCH, 4, request))
  const { errorCode, records } = answer.responses[0]!.partitions[0]!
  expect(errorCode).toBe(ErrorCode.NONE)
  if (records === null || records.length === 0) return []
  return [...new RecordBatch(records).records()].map(({ value }) => Buffer.from(value!).toString())
}

beforeEach(async () => {
  runtime = testRuntime()
  running = []
  const given = new Map([
    ['clientPort', String(CONTROLLER_PORT)],
    ['dataDir', '/controller'],
  ])
  controller = await drive(startController(given, runtime))
})

afterEach(async () => {
  for (const part of running.splice(0)) await drive(part.close())
  await drive(controller.close())
})

describe('a broker', () => {
  test('tells where it is', async () => {
    const broker = await start()
    expect(broker.brokerId).toBe(1)
    expect(broker.clusterId).toBe(controller.clusterId)
    expect(broker.listeners).toMatchObject([{ name: 'PLAINTEXT', host: 'localhost' }])
    expect(broker.listeners[0]!.port).toBeGreaterThan(0)
  })

  test('creates a topic that a client asks for, takes records and gives them back', async () => {
    const client = await connect(await start())
    const { brokers, topics } = await askMetadata(client, 'greetings')
    expect(brokers).toMatchObject([{ nodeId: 1, host: 'localhost' }])
    expect(topics).toMatchObject([{ errorCode: 0, name: 'greetings', partitions: [{ errorCode: 0, leaderId: 1 }] }])
    expect(await produce(client, 'greetings', ['hello', 'world'])).toEqual({ errorCode: 0, baseOffset: 0 })
    expect(await fetchValues(client, 'greetings')).toEqual(['hello', 'world'])
  })

  test('has it all after a restart, and goes on', async () => {
    const first = await start()
    const client = await connect(first)
    await askMetadata(client, 't')
    await produce(client, 't', ['a'])
    await stop(first)
    expect(client.isClosed).toBe(true)
    expect(await first.ended).toBeUndefined()
    expect(runtime.disk.exists('/data/1/.kafka_cleanshutdown')).toBe(true)
    const again = await connect(await start())
    expect(await produce(again, 't', ['b'])).toEqual({ errorCode: 0, baseOffset: 1 })
    expect(await fetchValues(again, 't')).toEqual(['a'])
  })

  test('has it all after its process was killed', async () => {
    const disk = new MemoryDisk({ machine: runtime.disk.machine })
    const killed = await drive(startBroker(config(), { ...runtime, disk }))
    const client = await connect(killed)
    await askMetadata(client, 't')
    await produce(client, 't', ['a', 'b'])
    disk.crash('process')
    for (const operation of OPERATIONS) disk.failNext({ operation, code: 'EBADF', times: Number.POSITIVE_INFINITY })
    await drive(killed.close())
    expect(runtime.disk.exists('/data/1/.kafka_cleanshutdown')).toBe(false)
    const again = await connect(await start())
    expect(await fetchValues(again, 't')).toEqual(['a', 'b'])
    expect(await produce(again, 't', ['c'])).toEqual({ errorCode: 0, baseOffset: 2 })
  })

  test('creates and deletes topics for admin clients; the answer is true here at once', async () => {
    const client = await connect(await start())
    const wish = { name: 'made', numPartitions: 3, replicationFactor: 1, assignments: [], configs: [] }
    const created = await drive(client.call(CREATE, 7, { topics: [wish, { ...wish, name: 'a b' }] }))
    expect(created.topics.map(({ name, errorCode, numPartitions }) => [name, errorCode, numPartitions])).toEqual([
      ['made', 0, 3],
      ['a b', ErrorCode.INVALID_TOPIC_EXCEPTION, -1],
    ])
    const known = await drive(client.call(METADATA, 4, { topics: [{ name: 'made' }], allowAutoTopicCreation: false }))
    expect(known.topics[0]!.partitions).toHaveLength(3)
    const deleted = await drive(client.call(DELETE, 5, { topicNames: ['made'], timeoutMs: 1000 }))
    expect(deleted.responses).toMatchObject([{ name: 'made', errorCode: 0 }])
    const gone = await drive(client.call(METADATA, 4, { topics: [{ name: 'made' }], allowAutoTopicCreation: false }))
    expect(gone.topics[0]!.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  })

  test('starts from a server.properties of old, but for host, directory and id', async () => {
    const file = parseProperties(`broker.id=1
listeners = PLAINTEXT://localhost:9092 
num.network.threads=3
num.io.threads=8
socket.send.buffer.bytes=102400
socket.receive.buffer.bytes=102400
socket.request.max.bytes=104857600
log.dirs=/home/data/kafka/kafkalog
num.partitions=1
num.recovery.threads.per.data.dir=1
offsets.topic.replication.factor=3
transaction.state.log.replication.factor=3
transaction.state.log.min.isr=3
log.flush.interval.messages=10000
log.flush.interval.ms=1000
log.retention.hours=168
log.retention.bytes=1073741824
log.segment.bytes=1073741824
log.retention.check.interval.ms=300000
zookeeper.connect=localhost:2181,localhost:2182,localhost:2183
zookeeper.connection.timeout.ms=6000
confluent.support.metrics.enable=true
group.initial.rebalance.delay.ms=0
confluent.support.customer.id=anonymous
metric.reporters=io.confluent.metrics.reporter.ConfluentMetricsReporter
`)
    const broker = await start(file)
    expect(broker.listeners).toEqual([{ name: 'PLAINTEXT', host: 'localhost', port: 9092 }])
    expect(runtime.logger.messages('warn').filter((line) => /configuration key|metric/.test(line))).toEqual([
      'unknown configuration key confluent.support.metrics.enable: it has no effect',
      'unknown configuration key confluent.support.customer.id: it has no effect',
      'metric.reporters: io.confluent.metrics.reporter.ConfluentMetricsReporter cannot be loaded and is ignored',
    ])
    const client = await connect(broker)
    await askMetadata(client, 't')
    expect(await produce(client, 't', ['x'])).toEqual({ errorCode: 0, baseOffset: 0 })
  })
})

describe('metrics and health', () => {
  async function get(broker: Broker, path: string) {
    const { port } = broker.metrics!
    return drive(runtime.webSocket.get({ host: 'localhost', port, path, timeoutMs: 1000 }))
  }

  test('are off unless they are asked for', async () => {
    const broker = await start()
    expect(broker.metrics).toBeUndefined()
  })

  test('what was produced and fetched, asked and answered', async () => {
    const broker = await start(config({ 'metrics.port': '0' }))
    const client = await connect(broker)
    await askMetadata(client, 't')
    await produce(client, 't', ['a', 'b', 'c'])
    await fetchValues(client, 't')
    await produce(client, 'nobody-knows', ['x'])
    const { status, body } = await get(broker, '/metrics')
    expect(status).toBe(200)
    expect(body.split('\n')).toEqual(
      expect.arrayContaining([
        'kafka_server_brokertopicmetrics_messagesin_total 3',
        'kafka_server_brokertopicmetrics_messagesin_total{topic="t"} 3',
        'kafka_server_brokertopicmetrics_totalfetchrequests_total{topic="t"} 1',
        'kafka_network_requestmetrics_requests_total{request="Produce",version="7"} 2',
        'kafka_network_requestmetrics_errors_total{request="Produce",error="NONE"} 1',
        'kafka_network_requestmetrics_errors_total{request="Produce",error="UNKNOWN_TOPIC_OR_PARTITION"} 1',
        'kafka_network_requestmetrics_totaltimems_count{request="Produce"} 2',
        'kafka_network_requestmetrics_totaltimems_count{request="Fetch"} 1',
        'kafka_log_log_logendoffset{topic="t",partition="0"} 3',
        'kafka_server_socket_server_metrics_connection_count{listener="PLAINTEXT"} 1',
      ]),
    )
    const bytes = /bytesin_total\{topic="t"\} (\d+)/.exec(body)?.[1]
    expect(Number(bytes)).toBeGreaterThan(61)
    expect(body).toContain(`kafka_server_brokertopicmetrics_bytesout_total{topic="t"} ${bytes}`)
  })

  test('/healthz says 200 while it serves and nothing after the stop', async () => {
    const broker = await start(config({ 'metrics.port': '0' }))
    expect(await get(broker, '/healthz')).toMatchObject({ status: 200, body: 'ok\n' })
    expect((await get(broker, '/nothing')).status).toBe(404)
    await stop(broker)
    await expect(get(broker, '/healthz')).rejects.toThrow(/cannot get/)
  })

  test('/healthz says 503 with the reasons while it starts', async () => {
    await drive(controller.close())
    const starting = startBroker(config({ 'metrics.port': '7001' }), runtime)
    await runtime.clock.advance(100)
    const answer = await drive(
      runtime.webSocket.get({ host: 'localhost', port: 7001, path: '/healthz', timeoutMs: 1000 }),
    )
    expect(answer).toMatchObject({ status: 503 })
    expect(answer.body).toContain('broker 1 is starting')
    await expect(drive(starting)).rejects.toThrow(/no controller/)
  })

  test('a port that is taken stops the start', async () => {
    const first = await start(config({ 'metrics.port': '7001' }))
    const second = startBroker(config({ 'broker.id': '2', 'log.dirs': '/data/2', 'metrics.port': '7001' }), runtime)
    await expect(drive(second)).rejects.toThrow(/metrics\.port: cannot listen on localhost:7001/)
    await stop(first)
  })
})

describe('a broker that cannot start says why and lets everything go', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['a wrong value', { 'num.partitions': '0' }, /num\.partitions: Value must be at least 1/],
    [
      'no controller',
      { 'controller.connect': 'localhost:9', 'zookeeper.connection.timeout.ms': '500' },
      /localhost:9.*zookeeper\.connection\.timeout\.ms/s,
    ],
    [
      'a taken port',
      { listeners: `PLAINTEXT://localhost:7000` },
      /listeners: cannot listen on PLAINTEXT:\/\/localhost:7000: the port is in use/,
    ],
  ])('%s', async (_, values, problem) => {
    const taken = await runtime.net.listen({ host: 'localhost', port: 7000 }, () => {})
    await expect(drive(startBroker(config(values), runtime))).rejects.toThrow(problem)
    await taken.close()
    const broker = await start()
    expect(broker.listeners).toHaveLength(1)
  })

  test('a directory that another broker holds, and one that is not its own', async () => {
    const first = await start()
    await expect(drive(startBroker(config({ 'broker.id': '2' }), runtime))).rejects.toThrow(/\/data\/1.*in use/)
    await stop(first)
    await expect(drive(startBroker(config({ 'broker.id': '2' }), runtime))).rejects.toThrow(/belongs to broker 1/)
  })

  test('an id that is taken', async () => {
    await start()
    const rival = startBroker(config({ 'log.dirs': '/data/2' }), runtime)
    await expect(drive(rival)).rejects.toThrow(/id 1|broker 1/)
  })
})
