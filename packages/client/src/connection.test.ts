import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  ApiKey,
  ApiVersionsResponse,
  EncodeError,
  encodeResponse,
  FetchRequest,
  FetchResponse,
  ListOffsetsResponse,
  MetadataResponse,
} from '@ottla/protocol'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { API } from './api.ts'
import { type Connection, type ConnectionOptions, openConnection } from './connection.ts'
import { answer, type ScriptedBroker, scriptedBroker } from './testing/scripted-broker.ts'

const METADATA = answer(MetadataResponse, { brokers: [], topics: [], clusterId: 'c' })

let world: TestRuntime
let broker: ScriptedBroker
let connection: Connection | undefined

beforeEach(() => {
  world = testRuntime()
})

afterEach(async () => {
  connection?.close()
  connection = undefined
  await broker?.close()
})

async function connect(options: Partial<ConnectionOptions> = {}): Promise<Connection> {
  connection = await openConnection(world, { host: '127.0.0.1', port: broker.port, ...options })
  return connection
}

function ask(options = {}) {
  return connection!.send(API.metadata, { topics: [] }, options)
}

describe('opening', () => {
  test('negotiates versions and uses the newest that both have', async () => {
    broker = await scriptedBroker(world.net, () => METADATA)
    broker.serves.set(ApiKey.Metadata, [0, 7])
    await connect({ clientId: 'me' })
    expect(await ask()).toMatchObject({ clusterId: 'c' })
    expect(broker.requests).toMatchObject([{ apiKey: ApiKey.Metadata, apiVersion: 7, clientId: 'me' }])
  })

  test('an old broker is asked for its versions again, in one that it has', async () => {
    broker = await scriptedBroker(world.net, () => METADATA)
    broker.serves.set(ApiKey.ApiVersions, [0, 2])
    await connect()
    expect(broker.apiVersionsAsked).toEqual([4, 2])
  })

  test('nobody listens: the error names the address', async () => {
    broker = await scriptedBroker(world.net, () => METADATA)
    const { port } = broker
    await broker.close()
    await expect(connect()).rejects.toMatchObject({
      errorName: 'NETWORK_EXCEPTION',
      retriable: true,
      message: expect.stringContaining(`127.0.0.1:${port}`),
    })
  })

  test('a peer that is no broker is told apart', async () => {
    const listener = await world.net.listen({ host: '', port: 0 }, (socket) => {
      socket.onClose(() => {})
      socket.onDrain(() => {})
      socket.onData(() => void socket.write([new TextEncoder().encode('HTTP/1.1 400 Bad Request\r\n\r\n')]))
    })
    const opening = openConnection(world, { host: '127.0.0.1', port: listener.port })
    await expect(opening).rejects.toMatchObject({
      retriable: false,
      message: expect.stringMatching(/is it a Kafka listener/),
    })
  })

  test('a peer that accepts and says nothing is given up in time', async () => {
    const listener = await world.net.listen({ host: '', port: 0 }, (socket) => {
      socket.onClose(() => {})
      socket.onData(() => {})
      socket.onDrain(() => {})
    })
    const opening = openConnection(world, { host: '127.0.0.1', port: listener.port, connectionSetupTimeoutMs: 500 })
    const outcome = expect(opening).rejects.toMatchObject({
      errorName: 'REQUEST_TIMED_OUT',
      attempt: { api: 'ApiVersions' },
    })
    await world.clock.advance(500)
    await outcome
  })
})

describe('requests', () => {
  test('are pipelined, and each gets its own answer', async () => {
    broker = await scriptedBroker(world.net, ({ body }) =>
      answer(MetadataResponse, { brokers: [], topics: [], clusterId: body.topics[0].name }),
    )
    await connect()
    const names = ['a', 'b', 'c', 'd']
    const answers = await Promise.all(names.map((name) => connection!.send(API.metadata, { topics: [{ name }] })))
    expect(answers.map(({ clusterId }) => clusterId)).toEqual(names)
    expect(connection!.requestsInFlight).toBe(0)
    expect(world.clock.pendingTimers).toBe(0)
  })

  test('one without an answer in time ends the connection; those behind it fail too', async () => {
    broker = await scriptedBroker(world.net, () => 'silent')
    await connect()
    const first = expect(ask({ timeoutMs: 100 })).rejects.toMatchObject({
      errorName: 'REQUEST_TIMED_OUT',
      retriable: true,
    })
    const second = expect(ask({ timeoutMs: 5000 })).rejects.toMatchObject({ errorName: 'NETWORK_EXCEPTION' })
    await world.clock.advance(100)
    await first
    await second
    expect(connection!.isOpen).toBe(false)
    await expect(ask()).rejects.toMatchObject({ errorName: 'NETWORK_EXCEPTION' })
    expect(world.clock.pendingTimers).toBe(0)
  })

  test('the one that times out is told so even when it is not the first', async () => {
    broker = await scriptedBroker(world.net, () => 'silent')
    await connect()
    const slow = expect(ask({ timeoutMs: 5000 })).rejects.toMatchObject({ errorName: 'NETWORK_EXCEPTION' })
    const fast = expect(ask({ timeoutMs: 100 })).rejects.toMatchObject({ errorName: 'REQUEST_TIMED_OUT' })
    await world.clock.advance(100)
    await Promise.all([slow, fast])
  })

  test('an aborted one rejects with the reason; the connection and later requests go on', async () => {
    let silent = true
    broker = await scriptedBroker(world.net, () => (silent ? 'silent' : METADATA))
    await connect()
    const controller = new AbortController()
    const aborted = expect(ask({ signal: controller.signal })).rejects.toThrow('enough')
    controller.abort(new Error('enough'))
    await aborted
    silent = false
    expect(connection!.isOpen).toBe(true)
    expect(connection!.requestsInFlight).toBe(1)
  })

  test('fail when the broker closes the connection', async () => {
    broker = await scriptedBroker(world.net, () => 'close')
    await connect()
    let closed = 0
    connection!.whenClosed(() => closed++)
    await expect(ask()).rejects.toMatchObject({ errorName: 'NETWORK_EXCEPTION', attempt: { api: 'Metadata' } })
    expect(closed).toBe(1)
  })

  test('fail when this side closes it', async () => {
    broker = await scriptedBroker(world.net, () => 'silent')
    await connect()
    const waiting = expect(ask()).rejects.toMatchObject({ message: expect.stringMatching(/closed on this side/) })
    connection!.close()
    connection!.close()
    await waiting
  })

  test('are refused beyond the limit', async () => {
    broker = await scriptedBroker(world.net, () => 'silent')
    await connect({ inFlightMax: 1 })
    const waiting = expect(ask()).rejects.toThrow()
    await expect(ask()).rejects.toMatchObject({ message: expect.stringMatching(/1 requests are waiting/) })
    connection!.close()
    await waiting
  })

  test('of an API that the broker lacks fail without being sent', async () => {
    broker = await scriptedBroker(world.net, () => METADATA)
    broker.serves.delete(ApiKey.DescribeCluster)
    await connect()
    expect(connection!.serves(API.describeCluster.request)).toBe(false)
    const sending = connection!.send(API.describeCluster, { includeClusterAuthorizedOperations: false })
    await expect(sending).rejects.toMatchObject({ errorName: 'UNSUPPORTED_VERSION' })
    expect(broker.requests).toEqual([])
  })

  test('an answer to something else ends the connection', async () => {
    broker = await scriptedBroker(world.net, () => 'silent')
    await connect()
    const waiting = expect(ask()).rejects.toMatchObject({ message: expect.stringMatching(/correlation id 77 where/) })
    const frame = encodeResponse(ApiVersionsResponse, 0, 77, { errorCode: 0, apiKeys: [] })
    broker.push(frame)
    await waiting
    expect(connection!.isOpen).toBe(false)
  })

  test('an answer that cannot be decoded ends the connection', async () => {
    broker = await scriptedBroker(world.net, () => 'silent')
    await connect()
    const waiting = expect(ask()).rejects.toMatchObject({
      retriable: false,
      message: expect.stringMatching(/cannot be read/),
    })
    broker.push([Uint8Array.of(0, 0, 0, 6, 0, 0, 0, 1, 0, 99)])
    await waiting
    expect(connection!.isOpen).toBe(false)
  })
})

describe('64-bit integers', () => {
  const VERSION = 7
  const query = (timestamp: number) => ({
    replicaId: -1,
    topics: [{ name: 't', partitions: [{ partitionIndex: 0, timestamp }] }],
  })
  const found = (offset: number) => ({
    throttleTimeMs: 0,
    topics: [{ name: 't', partitions: [{ partitionIndex: 0, errorCode: 0, timestamp: 1, offset }] }],
  })
  const LARGEST = 2 ** 53 - 1

  beforeEach(async () => {
    broker = await scriptedBroker(world.net, () => 'silent')
    broker.serves.set(ApiKey.ListOffsets, [VERSION, VERSION])
    broker.serves.set(ApiKey.Fetch, [12, 12])
    await connect()
  })

  /** An answer to the first request behind ApiVersions. */
  function frameWith(offset: number): Uint8Array {
    const [chunk] = encodeResponse(ListOffsetsResponse, VERSION, 1, found(offset))
    return (chunk as Uint8Array).slice()
  }

  test('2^53 - 1 arrives exactly', async () => {
    const answered = connection!.send(API.listOffsets, query(LARGEST))
    broker.push([frameWith(LARGEST)])
    expect((await answered).topics[0]!.partitions[0]!.offset).toBe(LARGEST)
    expect(broker.requests[0]!.body.topics[0].partitions[0].timestamp).toBe(LARGEST)
  })

  test('one beyond is an error that names the field, never a rounded number', async () => {
    const refused = expect(connection!.send(API.listOffsets, query(0))).rejects.toMatchObject({
      errorName: 'UNKNOWN_SERVER_ERROR',
      message: expect.stringMatching(/ListOffsets response that cannot be read: .*offset.* is beyond 2\^53 - 1/),
    })
    const frame = frameWith(LARGEST)
    const high = Buffer.from(frame).indexOf('001fffffffffffff', 'hex')
    frame[high + 1] = 0x20
    broker.push([frame])
    await refused
  })

  test('an offset beyond is not sent', async () => {
    const topics = [{ topic: 't', partitions: [{ partition: 0, fetchOffset: 2 ** 53, partitionMaxBytes: 1 }] }]
    const api = { request: FetchRequest, response: FetchResponse }
    await expect(connection!.send(api, { maxWaitMs: 1, minBytes: 1, topics })).rejects.toThrow(EncodeError)
    expect(broker.requests).toEqual([])
  })
})
