import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import {
  ApiVersionsRequest,
  ApiVersionsResponse,
  DescribeClusterRequest,
  DescribeClusterResponse,
  decodeResponse,
  ErrorCode,
  encodeRequest,
  FetchRequest,
  MetadataRequest,
  ProduceRequest,
  REQUEST_ELEMENTS_MAX,
} from '@ottla/protocol'
import { EMPTY_IMAGE } from '@ottla/replication'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { apiVersionsHandler } from '../handlers/18-api-versions.ts'
import { BrokerObserver } from '../metrics/broker-observer.ts'
import { TrafficLedger } from '../metrics/topic-traffic.ts'
import { type AnyHandler, CloseConnection, type RequestContext, type Security } from '../seams.ts'
import { allowAll } from '../security/allow-all.ts'
import { RawClient } from '../testing/raw-client.ts'
import { REQUESTS_IN_PROGRESS_MAX } from './connection.ts'
import { Dispatcher, type RequestObserver } from './dispatch.ts'
import { bindListeners, type ConnectionLimits, type Listeners } from './listeners.ts'

const LIMITS: ConnectionLimits = {
  connectionsMax: 3,
  connectionsPerIpMax: 100,
  idleMsMax: 60_000,
  frameBytesMax: 10_000,
  requestMemoryBytes: 1_000_000,
}

/** A request that the test answers when it likes. */
interface Held {
  readonly context: RequestContext
  readonly request: unknown
  answer(value?: unknown): void
  fail(error: Error): void
}

let runtime: TestRuntime
let listeners: Listeners
let port: number
let held: Held[]
let started: number[]
let clients: RawClient[]
let isSerial: boolean
let throttleMs: number
let observer: RequestObserver | undefined
let onInstant: () => void
let onProduce: (context: RequestContext, request: ProduceRequest) => void

const security: Security = { ...allowAll, quota: () => throttleMs }

/** A handler of DescribeCluster whose requests wait for the test. */
const waiting: AnyHandler = {
  api: DescribeClusterRequest.apiKey,
  min: 0,
  max: 1,
  serial: () => isSerial,
  handle(context, request) {
    started.push(context.correlationId)
    return new Promise((resolve, reject) => {
      held.push({
        context,
        request,
        answer: (value = { throttleTimeMs: 0, errorCode: 0, clusterId: 'c', brokers: [] }) => resolve(value),
        fail: reject,
      })
    })
  },
}

/** Answers at once. */
const instant: AnyHandler = {
  api: MetadataRequest.apiKey,
  min: 0,
  max: 13,
  handle(context) {
    started.push(context.correlationId)
    onInstant()
    return { brokers: [], topics: [] }
  },
}

/** Never answers: acks=0. */
const silent: AnyHandler = {
  api: ProduceRequest.apiKey,
  min: 3,
  max: 13,
  handle(context, request: ProduceRequest) {
    started.push(context.correlationId)
    onProduce(context, request)
    if (request.timeoutMs === 666) throw new CloseConnection('acks=0 and the append failed')
    if (request.timeoutMs === 667) throw new Error('a defect')
    return undefined
  },
}

async function listen(limits: ConnectionLimits = LIMITS): Promise<void> {
  const spec = {
    securityProtocol: 'PLAINTEXT',
    port: 0,
    advertisedPort: 0,
    host: '',
    advertisedHost: 'h',
    isAdvertised: true,
  } as const
  const specs = [
    { ...spec, name: 'CLIENTS', isInterBroker: false },
    { ...spec, name: 'BROKERS', isInterBroker: true },
  ]
  listeners = await bindListeners({ runtime, specs, limits })
  port = listeners.bound[0]!.advertised.port
}

function open(): void {
  const table = new Map<number, AnyHandler>()
  for (const handler of [waiting, instant, silent]) table.set(handler.api, handler)
  const versions = apiVersionsHandler({ handlers: table, image: () => EMPTY_IMAGE, features: [] })
  table.set(versions.api, versions)
  listeners.open(new Dispatcher({ handlers: table, security, logger: runtime.logger, observer }))
}

/** Whoever connects to listeners that are opened from now on comes from there. */
function fromAddress(remoteAddress: string): void {
  const listening = runtime.net.listen.bind(runtime.net)
  jest
    .spyOn(runtime.net, 'listen')
    .mockImplementation((options, accept) =>
      listening(options, (socket) => accept(Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress }))),
    )
}

async function connect(to = port): Promise<RawClient> {
  const connecting = RawClient.connect(runtime.net, to)
  await runtime.clock.settle()
  const client = await connecting
  clients.push(client)
  await settle()
  return client
}

function settle(): Promise<void> {
  return runtime.clock.settle()
}

beforeEach(async () => {
  runtime = testRuntime()
  held = []
  started = []
  clients = []
  isSerial = false
  throttleMs = 0
  observer = undefined
  onInstant = () => {}
  onProduce = () => {}
  await listen()
})

afterEach(async () => {
  jest.restoreAllMocks()
  for (const client of clients) client.close()
  const closed = listeners.close()
  await runtime.clock.advance(2000)
  await closed
})

function sendWaiting(client: RawClient): number {
  return client.send(DescribeClusterRequest, 0, { includeClusterAuthorizedOperations: false })
}

function sendInstant(client: RawClient): number {
  return client.send(MetadataRequest, 1, { topics: [] })
}

function sendSilent(client: RawClient, timeoutMs = 1): number {
  return client.send(ProduceRequest, 3, { transactionalId: null, acks: 0, timeoutMs, topicData: [] })
}

describe('order', () => {
  test('responses leave in the order of the requests, whatever order handlers finish in', async () => {
    open()
    const client = await connect()
    const sent = [
      sendWaiting(client),
      sendWaiting(client),
      sendInstant(client),
      sendSilent(client),
      sendWaiting(client),
    ]
    await settle()
    expect(started).toEqual(sent)
    held[2]!.answer()
    held[1]!.answer()
    await settle()
    expect(client.correlationIds).toEqual([])
    held[0]!.answer()
    await settle()
    expect(client.correlationIds).toEqual([sent[0], sent[1], sent[2], sent[4]])
  })

  test('a serial request lets nothing start until it is done', async () => {
    open()
    const client = await connect()
    isSerial = true
    const first = sendWaiting(client)
    const second = sendInstant(client)
    await settle()
    expect(started).toEqual([first])
    held[0]!.answer()
    await settle()
    expect(started).toEqual([first, second])
    expect(client.correlationIds).toEqual([first, second])
  })

  test('so many are in progress, no more', async () => {
    open()
    const client = await connect()
    for (let sent = 0; sent < REQUESTS_IN_PROGRESS_MAX + 5; sent++) sendWaiting(client)
    await settle()
    expect(started).toHaveLength(REQUESTS_IN_PROGRESS_MAX)
    held[0]!.answer()
    await settle()
    expect(started).toHaveLength(REQUESTS_IN_PROGRESS_MAX + 1)
  })

  test('a connection with many requests gives way to the others after a few milliseconds', async () => {
    open()
    let nowMs = 0
    jest.spyOn(runtime.clock, 'monotonic').mockImplementation(() => nowMs)
    onInstant = () => {
      nowMs += 2
    }
    const busy = await connect()
    const other = await connect()
    const correlationId = (index: number) => ({ correlationId: index, clientId: 'test' })
    const requests = Array.from({ length: 50 }, (_, index) =>
      encodeRequest(MetadataRequest, 1, correlationId(index), { topics: [] }),
    )
    busy.write(Buffer.concat(requests))
    other.write(encodeRequest(MetadataRequest, 1, correlationId(1000), { topics: [] }))
    await settle()
    expect(started.indexOf(1000)).toBeLessThan(10)
    expect(busy.correlationIds).toEqual(requests.map((_, index) => index))
    expect(other.correlationIds).toEqual([1000])
  })

  test('connections are held unread until the broker is ready', async () => {
    const client = await connect()
    sendInstant(client)
    await settle()
    expect(started).toEqual([])
    open()
    await settle()
    expect(client.frames).toHaveLength(1)
  })
})

describe('what ends a connection', () => {
  test('a size beyond the limit, before anything is allocated', async () => {
    open()
    const client = await connect()
    client.write(Uint8Array.of(0, 0, 0x27, 0x11))
    await client.closed
    expect(runtime.logger.messages('info')).toEqual([
      'closing a connection: a request announces 10001 bytes, socket.request.max.bytes is 10000',
    ])
  })

  test('more array elements than a request may have', async () => {
    await listeners.close()
    await listen({ ...LIMITS, frameBytesMax: 10_000_000, requestMemoryBytes: 10_000_000 })
    open()
    const client = await connect()
    const topics = Array.from({ length: REQUEST_ELEMENTS_MAX + 1 }, () => ({ name: 'a' }))
    client.write(encodeRequest(MetadataRequest, 1, { correlationId: 1, clientId: 'test' }, { topics }))
    await settle()
    expect(client.isClosed).toBe(true)
    expect(runtime.logger.messages('info')[0]).toMatch(/more than 131072 array elements/)
  })

  test.each([
    [
      'an API that nobody knows',
      Uint8Array.of(0, 0, 0, 10, 0x7f, 0, 0, 0, 0, 0, 0, 1, 0xff, 0xff),
      /unknown API key 32512/,
    ],
    [
      'an API that is not served',
      Uint8Array.of(0, 0, 0, 10, 0, 13, 0, 0, 0, 0, 0, 1, 0xff, 0xff),
      /LeaveGroup version 0 is not served/,
    ],
    [
      'a version that is not served',
      Uint8Array.of(0, 0, 0, 10, 0, 60, 0, 2, 0, 0, 0, 1, 0xff, 0xff),
      /versions 0 to 1 are served|cannot be read/,
    ],
    ['an empty frame', Uint8Array.of(0, 0, 0, 0), /header cannot be read/],
    [
      'a body that stops early',
      Uint8Array.of(0, 0, 0, 11, 0, 3, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0),
      /Metadata version 1 cannot be decoded/,
    ],
  ])('%s', async (_, bytes, line) => {
    open()
    const client = await connect()
    client.write(bytes)
    await settle()
    expect(client.isClosed).toBe(true)
    expect(client.frames).toHaveLength(0)
    expect(runtime.logger.messages('info').join('\n')).toMatch(line)
  })

  test('earlier requests are answered before the connection closes, later ones do not start', async () => {
    open()
    const client = await connect()
    const first = sendWaiting(client)
    sendSilent(client, 666)
    sendInstant(client)
    await settle()
    expect(started).toHaveLength(2)
    expect(client.isClosed).toBe(false)
    held[0]!.answer()
    await settle()
    expect(client.correlationIds).toEqual([first])
    expect(client.isClosed).toBe(true)
    expect(runtime.logger.messages('info')).toEqual([
      'closing a connection: Produce version 3: acks=0 and the append failed',
    ])
    expect(runtime.logger.messages('error')).toEqual([])
  })

  test('a handler that throws or rejects is an error line', async () => {
    open()
    const one = await connect()
    sendSilent(one, 667)
    const other = await connect()
    sendWaiting(other)
    await settle()
    held[0]!.fail(new Error('lost'))
    await settle()
    expect([one.isClosed, other.isClosed]).toEqual([true, true])
    expect(runtime.logger.messages('error')).toEqual([
      'Produce version 3 failed, its connection is closed: a defect',
      'DescribeCluster version 0 failed, its connection is closed: lost',
    ])
  })

  test('a response that cannot be encoded is an error line', async () => {
    open()
    const client = await connect()
    sendWaiting(client)
    await settle()
    held[0]!.answer({ throttleTimeMs: 'x' })
    await settle()
    expect(client.isClosed).toBe(true)
    expect(runtime.logger.messages('error')[0]).toMatch(/DescribeCluster version 0 failed/)
  })

  test('waiters learn that their connection is gone, and regions of late answers are released', async () => {
    open()
    const client = await connect()
    sendWaiting(client)
    await settle()
    expect(held[0]!.context.connection.closed.aborted).toBe(false)
    client.close()
    await settle()
    expect(held[0]!.context.connection.closed.aborted).toBe(true)
    let released = 0
    held[0]!.answer({ brokers: [{ records: { byteLength: 1, release: () => released++ } }] })
    await settle()
    expect(released).toBe(1)
    expect(listeners.connections).toBe(0)
  })

  test('idleness, but not while a request waits', async () => {
    open()
    const idle = await connect()
    const busy = await connect()
    sendWaiting(busy)
    await runtime.clock.advance(62_000)
    expect([idle.isClosed, busy.isClosed]).toEqual([true, false])
  })

  test('idleness, when so many requests wait that we would not hear of the peer going away', async () => {
    open()
    const client = await connect()
    for (let sent = 0; sent <= REQUESTS_IN_PROGRESS_MAX; sent++) sendWaiting(client)
    await runtime.clock.advance(59_000)
    expect(client.isClosed).toBe(false)
    await runtime.clock.advance(3_000)
    expect(client.isClosed).toBe(true)
    expect(held[0]!.context.connection.closed.aborted).toBe(true)
  })

  test('a frame that stops arriving', async () => {
    open()
    const client = await connect()
    client.write(Uint8Array.of(0, 0, 1, 0, 1, 2, 3))
    await runtime.clock.advance(32_000)
    expect(client.isClosed).toBe(true)
    expect(runtime.logger.messages('info')[0]).toMatch(/no byte of an unfinished frame/)
  })
})

describe('memory and flow', () => {
  test('a peer that does not take its responses is not read from', async () => {
    open()
    const client = await connect()
    client.pause()
    const large = { clusterId: 'x'.repeat(30_000), brokers: [], throttleTimeMs: 0, errorCode: 0 }
    for (let sent = 0; sent < 80; sent++) sendWaiting(client)
    await settle()
    for (const { answer } of held) answer(large)
    await settle()
    const before = started.length
    sendWaiting(client)
    await settle()
    expect(started).toHaveLength(before)
    client.resume()
    await settle()
    expect(client.frames).toHaveLength(80)
    expect(started).toHaveLength(before + 1)
  })

  test('request memory is given back, at the latest with the response', async () => {
    await listeners.close()
    await listen({ ...LIMITS, requestMemoryBytes: 100 })
    open()
    const one = await connect()
    const other = await connect()
    const body = 'y'.repeat(60)
    const frame = encodeRequest(MetadataRequest, 1, { correlationId: 5, clientId: body }, { topics: [] })
    sendWaiting(one)
    sendWaiting(one)
    sendWaiting(one)
    await settle()
    one.write(
      encodeRequest(
        DescribeClusterRequest,
        0,
        { correlationId: 9, clientId: body },
        {
          includeClusterAuthorizedOperations: false,
        },
      ),
    )
    await settle()
    expect(started).toHaveLength(4)
    other.write(frame)
    await settle()
    expect(other.frames).toHaveLength(0)
    held[3]!.context.releaseMemory()
    held[0]!.answer()
    await settle()
    expect(other.frames).toHaveLength(1)
  })

  describe('whole requests that cannot start', () => {
    const EMPTY_POOL_BYTES = 20_000

    beforeEach(async () => {
      await listeners.close()
      await listen({ ...LIMITS, requestMemoryBytes: EMPTY_POOL_BYTES })
      open()
    })

    const waitingFrame = encodeRequest(
      DescribeClusterRequest,
      0,
      { correlationId: 1, clientId: null },
      { includeClusterAuthorizedOperations: false },
    )

    function instantFrame(clientId: string | null = null): Uint8Array {
      return encodeRequest(MetadataRequest, 1, { correlationId: 2, clientId }, { topics: [] })
    }

    /** In one write: what comes with the last request that may start is read, too. */
    async function send(client: RawClient, ...frames: readonly Uint8Array[]): Promise<void> {
      client.write(Buffer.concat(frames))
      await settle()
    }

    function repeated(count: number, frame: Uint8Array): Uint8Array[] {
      return Array.from({ length: count }, () => frame)
    }

    async function isServed(client: RawClient): Promise<boolean> {
      const before = client.frames.length
      sendInstant(client)
      await settle()
      return client.frames.length > before
    }

    test('behind requests that do not end lose their memory when others need it', async () => {
      const [holder, other, last] = [await connect(), await connect(), await connect()]
      const waits = repeated(REQUESTS_IN_PROGRESS_MAX, waitingFrame)
      await send(holder, ...waits, instantFrame('x'.repeat(9_000)))
      await runtime.clock.advance(20_000)
      expect([holder.isClosed, await isServed(last)]).toEqual([false, true])
      await send(other, ...waits, instantFrame('x'.repeat(9_000)), instantFrame('x'.repeat(2_000)))
      expect(await isServed(last)).toBe(other.isClosed || holder.isClosed)
      await runtime.clock.advance(3_000)
      expect([holder.isClosed || other.isClosed, await isServed(last)]).toEqual([true, true])
    })

    test('because the peer does not take its responses lose it, too', async () => {
      const [holder, other] = [await connect(), await connect()]
      holder.pause()
      const large = { clusterId: 'x'.repeat(30_000), brokers: [], throttleTimeMs: 0, errorCode: 0 }
      const queued = [instantFrame('x'.repeat(9_500)), instantFrame('x'.repeat(9_500)), instantFrame()]
      await send(holder, ...repeated(REQUESTS_IN_PROGRESS_MAX, waitingFrame), ...queued)
      for (const { answer } of [...held.slice(1), held[0]!]) answer(large)
      await settle()
      expect([holder.isClosed, await isServed(other)]).toEqual([false, false])
      await runtime.clock.advance(3_000)
      expect([holder.isClosed, await isServed(other)]).toEqual([true, true])
    })

    test('large responses claim what they take until the peer has taken them, or lose it', async () => {
      const brokers = Array.from({ length: 10 }, (_, brokerId) => ({
        brokerId,
        host: 'x'.repeat(30_000),
        port: 1,
        rack: null,
      }))
      const large = { clusterId: 'c', brokers, throttleTimeMs: 0, errorCode: 0 }
      await listeners.close()
      await listen({ ...LIMITS, requestMemoryBytes: 800_000 })
      open()
      const [slow, waiting, last] = [await connect(), await connect(), await connect()]
      slow.pause()
      await send(slow, waitingFrame, waitingFrame)
      await send(waiting, waitingFrame, waitingFrame)
      for (const { answer } of held.splice(0, 2)) answer(large)
      await settle()
      expect(listeners.facts.memory.claimedBytes).toBeGreaterThan(600_000)
      held[1]!.answer(large)
      await settle()
      expect([waiting.frames.length, listeners.facts.memory.pressure, await isServed(last)]).toEqual([
        0,
        'empty',
        false,
      ])
      held[0]!.answer()
      await settle()
      expect([waiting.frames.length, await isServed(last)]).toEqual([2, true])
      await runtime.clock.advance(6_000)
      expect(slow.isClosed).toBe(false)
      slow.resume()
      await settle()
      expect([slow.frames.length, listeners.facts.memory.claimedBytes]).toEqual([2, 0])
      slow.pause()
      await send(slow, waitingFrame, waitingFrame, waitingFrame, waitingFrame)
      for (const { answer } of held.splice(2)) answer(large)
      await settle()
      expect(await isServed(last)).toBe(false)
      await runtime.clock.advance(7_000)
      expect([slow.isClosed, await isServed(last), listeners.facts.memory.claimedBytes]).toEqual([true, true, 0])
    })

    test('stay the bytes that they are, however small and many they are, and claim as much', async () => {
      const [holder, other] = [await connect(), await connect()]
      const tiny = instantFrame()
      const count = Math.ceil(EMPTY_POOL_BYTES / tiny.length)
      await send(holder, ...repeated(REQUESTS_IN_PROGRESS_MAX, waitingFrame), ...repeated(count, tiny))
      const { claimedBytes } = listeners.facts.memory
      expect(claimedBytes).toBeGreaterThan(EMPTY_POOL_BYTES)
      expect(claimedBytes).toBeLessThan(EMPTY_POOL_BYTES + REQUESTS_IN_PROGRESS_MAX * waitingFrame.length + 100)
      expect(await isServed(other)).toBe(false)
      for (const { answer } of held.splice(0)) answer()
      await settle()
      expect(started).toHaveLength(REQUESTS_IN_PROGRESS_MAX + count + 1)
      expect([listeners.facts.memory.claimedBytes, await isServed(other)]).toEqual([0, true])
    })
  })

  test('a frame is written over only when its handler has let go of it', async () => {
    await listeners.close()
    await listen({ ...LIMITS, frameBytesMax: 200_000 })
    open()
    const client = await connect()
    const frame = (letter: string) => {
      const identity = { correlationId: 1, clientId: letter }
      return encodeRequest(ProduceRequest, 3, identity, {
        transactionalId: null,
        acks: 0,
        timeoutMs: 1,
        topicData: [{ name: 't', partitionData: [{ index: 0, records: Buffer.alloc(100_000, letter) }] }],
      })
    }
    const kept: Uint8Array[] = []
    let letsGo = false
    onProduce = (context, request) => {
      kept.push(request.topicData[0]!.partitionData[0]!.records!)
      if (letsGo) context.releaseMemory()
    }
    for (const letter of ['a', 'b']) client.write(frame(letter))
    await settle()
    expect(kept.map((records) => String.fromCharCode(records[50_000]!))).toEqual(['a', 'b'])
    letsGo = true
    for (const letter of ['c', 'd']) client.write(frame(letter))
    await settle()
    expect(kept.map((records) => String.fromCharCode(records[50_000]!))).toEqual(['a', 'b', 'd', 'd'])
  })

  test('throttling answers first and reads nothing more until the time is over (KIP-219)', async () => {
    open()
    const client = await connect()
    throttleMs = 500
    const messages = { request: DescribeClusterRequest, response: DescribeClusterResponse }
    const asked = client.call(messages, 0, { includeClusterAuthorizedOperations: false })
    await settle()
    held[0]!.answer()
    expect((await asked).throttleTimeMs).toBe(500)
    throttleMs = 0
    sendInstant(client)
    await runtime.clock.advance(499)
    expect(client.frames).toHaveLength(1)
    await runtime.clock.advance(1)
    expect(client.frames).toHaveLength(2)
  })

  test('max.connections refuses clients and makes room for brokers', async () => {
    open()
    const [first] = [await connect(), await connect(), await connect()]
    const refused = await connect()
    expect(refused.isClosed).toBe(true)
    expect(runtime.logger.messages('warn')).toEqual(['refusing a connection: max.connections=3 is reached'])
    const broker = await connect(listeners.bound[1]!.advertised.port)
    expect(broker.isClosed).toBe(false)
    expect(first!.isClosed).toBe(true)
  })

  test('max.connections.per.ip, with exceptions for some addresses, and limits that change while it runs', async () => {
    await listeners.close()
    const overrides = new Map([['127.0.0.1', 2]])
    await listen({ ...LIMITS, connectionsPerIpMax: 1, connectionsPerIpOverrides: overrides })
    open()
    const accepted = [await connect(), await connect()]
    expect((await connect()).isClosed).toBe(true)
    expect(accepted.map(({ isClosed }) => isClosed)).toEqual([false, false])
    listeners.limit({ connectionsPerIpOverrides: new Map(), connectionsPerIpMax: 3 })
    expect((await connect()).isClosed).toBe(false)
    expect((await connect()).isClosed).toBe(true)
    expect(runtime.logger.messages('warn')).toEqual([
      'refusing a connection: max.connections.per.ip.overrides=127.0.0.1:2 is reached',
      'refusing a connection: max.connections.per.ip=3 is reached',
    ])
    const counts = { open: 3, accepted: 3, closed: 0, refused: 2, idle: 0 }
    expect(listeners.facts.connections.get('CLIENTS')).toEqual(counts)
  })

  test('the place of an address is free again when its connection is gone, also where IPv4 comes through a socket of both families', async () => {
    await listeners.close()
    fromAddress('::ffff:10.1.2.3')
    await listen({ ...LIMITS, connectionsPerIpMax: 2 })
    const first = await connect()
    first.close()
    await settle()
    const open = [await connect(), await connect()]
    expect(open.map(({ isClosed }) => isClosed)).toEqual([false, false])
    expect((await connect()).isClosed).toBe(true)
    open[0]!.close()
    await settle()
    expect((await connect()).isClosed).toBe(false)
    expect((await connect()).isClosed).toBe(true)
  })

  test('the time of a request is told by where it went', async () => {
    const metrics = runtime.openMetrics()
    observer = new BrokerObserver(metrics, new TrafficLedger(), () => EMPTY_IMAGE)
    open()
    const client = await connect()
    sendWaiting(client)
    sendInstant(client)
    await settle()
    await runtime.clock.advance(40)
    held[0]!.answer({ throttleTimeMs: 0, errorCode: 3, clusterId: 'c', brokers: [] })
    await client.received(2)
    await settle()
    const name = 'kafka_network_requestmetrics'
    const sums = metrics.lines.filter((line) => line.includes('timems_sum'))
    expect(sums.filter((line) => !line.endsWith(' 0'))).toEqual([
      `${name}_totaltimems_sum{request="DescribeCluster"} 40`,
      `${name}_totaltimems_sum{request="Metadata"} 40`,
      `${name}_remotetimems_sum{request="DescribeCluster"} 40`,
      `${name}_responsequeuetimems_sum{request="Metadata"} 40`,
    ])
    expect(metrics.lines).toEqual(
      expect.arrayContaining([
        `${name}_requests_total{request="DescribeCluster",version="0"} 1`,
        `${name}_errors_total{request="DescribeCluster",error="UNKNOWN_TOPIC_OR_PARTITION"} 1`,
      ]),
    )
  })

  test('closing waits for answers that are under way', async () => {
    open()
    const client = await connect()
    const id = sendWaiting(client)
    await settle()
    const closed = listeners.close()
    sendInstant(client)
    await settle()
    held[0]!.answer()
    await settle()
    await closed
    expect(client.correlationIds).toEqual([id])
    expect(started).toEqual([id])
    expect(client.isClosed).toBe(true)
  })
})

describe('ApiVersions', () => {
  test.each([5, 99, 32_767])('version %i is answered in version 0', async (version) => {
    open()
    const client = await connect()
    const head = Uint8Array.of(0, 18, version >> 8, version & 255, 0, 0, 0, 7, 0, 1, 97, 0, 5, 104, 101, 108, 108)
    client.write(Uint8Array.of(0, 0, 0, head.length, ...head))
    await client.received(1)
    const { correlationId, body } = decodeResponse(ApiVersionsResponse, 0, client.frames[0]!)
    expect(correlationId).toBe(7)
    expect(body.errorCode).toBe(ErrorCode.UNSUPPORTED_VERSION)
    expect(body.apiKeys).toEqual([{ apiKey: 18, minVersion: 0, maxVersion: 4 }])
  })

  test.each([0, 1, 2, 3, 4])('version %i tells what is served', async (version) => {
    open()
    const client = await connect()
    const messages = { request: ApiVersionsRequest, response: ApiVersionsResponse }
    const software = version >= 3 ? { clientSoftwareName: 'librdkafka', clientSoftwareVersion: '2.3.0' } : {}
    const answer = await client.call(messages, version, software)
    expect(answer.errorCode).toBe(0)
    expect(answer.apiKeys.map(({ apiKey, minVersion, maxVersion }) => [apiKey, minVersion, maxVersion])).toEqual([
      [0, 3, 13],
      [3, 0, 13],
      [18, 0, 4],
      [60, 0, 1],
    ])
  })

  test('the software that a client names is known to later handlers', async () => {
    open()
    const client = await connect()
    client.send(ApiVersionsRequest, 3, { clientSoftwareName: 'kcat', clientSoftwareVersion: '1.7.0' })
    sendWaiting(client)
    await settle()
    expect(held[0]!.context.connection).toMatchObject({ clientSoftwareName: 'kcat', clientSoftwareVersion: '1.7.0' })
    expect(held[0]!.context).toMatchObject({
      clientId: 'test',
      apiKey: 60,
      apiVersion: 0,
      principal: { name: 'ANONYMOUS' },
    })
  })

  test.each([
    ['10.1.2.3', '10.1.2.3'],
    ['::ffff:10.1.2.3', '10.1.2.3'],
    ['fe80::1', 'fe80::1'],
  ])('a client at %s has the address %s', async (remoteAddress, clientAddress) => {
    await listeners.close()
    fromAddress(remoteAddress)
    await listen()
    open()
    sendWaiting(await connect())
    await settle()
    expect(held[0]!.context.clientAddress).toBe(clientAddress)
  })

  test.each(['', '-kcat', 'a b', 'kcat.'])('the software name %j is refused', async (clientSoftwareName) => {
    open()
    const client = await connect()
    const messages = { request: ApiVersionsRequest, response: ApiVersionsResponse }
    const answer = await client.call(messages, 3, { clientSoftwareName, clientSoftwareVersion: '1' })
    expect(answer.errorCode).toBe(ErrorCode.INVALID_REQUEST)
  })
})

test('a version above the highest defined one of another API closes the connection', async () => {
  open()
  const client = await connect()
  const frame = encodeRequest(
    FetchRequest,
    4,
    { correlationId: 1, clientId: null },
    { maxWaitMs: 0, minBytes: 0, topics: [] },
  )
  new DataView(frame.buffer, frame.byteOffset).setInt16(6, 500)
  client.write(frame)
  await settle()
  expect(client.isClosed).toBe(true)
})
