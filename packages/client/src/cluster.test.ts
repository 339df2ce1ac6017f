import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { MetadataResponse } from '@ottla/protocol'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { Cluster } from './cluster.ts'
import type { ClientOptions } from './options.ts'
import type { CallOptions } from './retry.ts'
import { answer, type Reaction, type ScriptedBroker, scriptedBroker } from './testing/scripted-broker.ts'

let world: TestRuntime
let brokers: ScriptedBroker[]
let cluster: Cluster

beforeEach(() => {
  world = testRuntime()
  brokers = []
})

afterEach(async () => {
  cluster.close()
  for (const broker of brokers) await broker.close()
})

/** A broker that reacts to its n-th request with the n-th reaction, and with the last to all later ones. */
async function startBroker(...reactions: Reaction[]): Promise<ScriptedBroker> {
  let index = 0
  const broker = await scriptedBroker(world.net, () => reactions[Math.min(index++, reactions.length - 1)]!)
  brokers.push(broker)
  return broker
}

function metadata(clusterId: string, nodes: readonly ScriptedBroker[] = []): Reaction {
  return answer(MetadataResponse, {
    brokers: nodes.map(({ port }, nodeId) => ({ nodeId, host: '127.0.0.1', port })),
    topics: [],
    clusterId,
  })
}

async function clusterId(options: CallOptions = {}): Promise<string | null> {
  return (await cluster.retrying(options, (call) => cluster.metadata('none', call))).clusterId
}

function open(ports: readonly number[], options: Partial<ClientOptions> = {}): void {
  cluster = new Cluster(world, { bootstrapServers: ports.map((port) => `127.0.0.1:${port}`), ...options })
}

const NOBODY = 1

describe('any broker', () => {
  test('the bootstrap list is tried in turn', async () => {
    const broker = await startBroker(metadata('c'))
    open([NOBODY, broker.port])
    expect(await clusterId()).toBe('c')
  })

  test('one connection serves many requests', async () => {
    const broker = await startBroker(metadata('c'))
    open([broker.port])
    await Promise.all([clusterId(), clusterId()])
    await clusterId()
    expect(broker.connections).toBe(1)
  })

  test('when all are away the error names each, after the deadline', async () => {
    open([NOBODY, 2], { defaultApiTimeoutMs: 1000 })
    const failing = expect(clusterId()).rejects.toMatchObject({
      errorName: 'NETWORK_EXCEPTION',
      message: expect.stringMatching(/no broker can be reached: .*127\.0\.0\.1:1: .*127\.0\.0\.1:2: /),
      attempt: { elapsedMs: expect.any(Number) },
    })
    await world.clock.advance(1000)
    await failing
    expect(world.logger.messages('warn').length).toBeGreaterThan(2)
  })

  test('after its bootstrap server went away, a broker that Metadata named takes over', async () => {
    const second = await startBroker(metadata('from the second'))
    const first = await startBroker(metadata('from the first', [second]))
    open([first.port])
    expect(await clusterId()).toBe('from the first')
    await first.close()
    const asking = clusterId()
    await world.clock.advance(500)
    expect(await asking).toBe('from the second')
  })
})

describe('retrying', () => {
  test('repeats after a broken connection, after a pause', async () => {
    const broker = await startBroker('close', 'close', metadata('c'))
    open([broker.port])
    const asking = clusterId()
    await world.clock.advance(70)
    expect(broker.requests.length).toBe(1)
    await world.clock.advance(60)
    expect(broker.requests.length).toBe(2)
    await world.clock.advance(250)
    expect(await asking).toBe('c')
    expect(broker.connections).toBe(3)
  })

  test('an error that repeating cannot cure is thrown at once', async () => {
    const broker = await startBroker(answer(MetadataResponse, { brokers: [], topics: [], errorCode: 31 }))
    open([broker.port])
    await expect(clusterId()).rejects.toMatchObject({
      errorName: 'CLUSTER_AUTHORIZATION_FAILED',
      attempt: { elapsedMs: 0 },
    })
    expect(broker.requests.length).toBe(1)
  })

  test('a request gets no more time than the call has left', async () => {
    const broker = await startBroker('silent')
    open([broker.port])
    const failing = expect(clusterId({ timeoutMs: 300 })).rejects.toMatchObject({ errorName: 'REQUEST_TIMED_OUT' })
    await world.clock.advance(300)
    await failing
    expect(world.clock.pendingTimers).toBe(0)
  })

  test('neither does connecting', async () => {
    const broker = await startBroker(metadata('c'))
    world.net.cut(broker.port)
    open([broker.port])
    const failing = expect(clusterId({ timeoutMs: 300 })).rejects.toMatchObject({ errorName: 'REQUEST_TIMED_OUT' })
    await world.clock.advance(300)
    await failing
  })

  test('ends with the reason of an abort, also between two attempts', async () => {
    open([NOBODY])
    const controller = new AbortController()
    const failing = expect(clusterId({ signal: controller.signal })).rejects.toThrow('enough')
    await world.clock.advance(10)
    controller.abort(new Error('enough'))
    await failing
    expect(world.clock.pendingTimers).toBe(0)
  })

  test('one caller that gives up connecting leaves the connection to the others', async () => {
    const broker = await startBroker(metadata('c'))
    world.net.cut(broker.port)
    open([broker.port])
    const failing = expect(clusterId({ timeoutMs: 300 })).rejects.toThrow()
    const patient = clusterId()
    await world.clock.advance(300)
    await failing
    world.net.heal(broker.port)
    await world.clock.advance(20_000)
    expect(await patient).toBe('c')
  })
})

describe('one broker by id', () => {
  test('is looked up when it is not known', async () => {
    const broker = await startBroker(metadata('c'))
    brokers.push(broker)
    const entry = await scriptedBroker(world.net, () => metadata('entry', [broker]))
    brokers.push(entry)
    open([entry.port])
    const connection = await cluster.retrying({}, (call) => cluster.connect({ brokerId: 0 }, call))
    expect(connection.broker).toBe(`127.0.0.1:${broker.port}`)
  })

  test('that nobody knows is an error', async () => {
    const broker = await startBroker(metadata('c'))
    open([broker.port])
    const connecting = cluster.retrying({}, (call) => cluster.connect({ brokerId: 9 }, call))
    await expect(connecting).rejects.toMatchObject({ errorName: 'BROKER_NOT_AVAILABLE' })
  })
})

describe('close', () => {
  test('fails calls in progress, and those after it', async () => {
    const broker = await startBroker('silent')
    open([broker.port])
    const failing = expect(clusterId()).rejects.toThrow(/closed/)
    await world.clock.advance(0)
    cluster.close()
    await world.clock.advance(1000)
    await failing
    await expect(clusterId()).rejects.toThrow(/closed/)
    expect(world.clock.pendingTimers).toBe(0)
  })

  test('ends connecting', async () => {
    const broker = await startBroker(metadata('c'))
    world.net.cut(broker.port)
    open([broker.port])
    const failing = expect(clusterId()).rejects.toThrow(/closed/)
    await world.clock.advance(0)
    cluster.close()
    await world.clock.advance(1000)
    await failing
    expect(world.clock.pendingTimers).toBe(0)
  })
})
