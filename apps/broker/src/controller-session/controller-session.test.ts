import { describe, expect, test } from '@jest/globals'
import {
  CreateTopicsRequest,
  CreateTopicsResponse,
  DeleteTopicsRequest,
  DeleteTopicsResponse,
  decodeMessage,
  ErrorCode,
  encodeMessage,
  ZERO_UUID,
} from '@ottla/protocol'
import {
  type DirectoryFacts,
  decodeBrokerFrame,
  encodeControllerFrame,
  type MetadataDelta,
  type MetadataImage,
} from '@ottla/replication'
import type { Runtime } from '@ottla/runtime'
import { nodeRuntime } from '@ottla/runtime/node'
import { MemoryDisk, seededRandom, type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { type Controller, startController } from '../../../controller/src/start-controller.ts'
import { ANONYMOUS } from '../seams.ts'
import { type BrokerControllerSession, connectControllerSession } from './controller-session.ts'
import type { ControllerSessionOptions } from './options.ts'

const CONTROLLER_PORT = 2181

function directory(facts: Partial<DirectoryFacts> = {}): DirectoryFacts {
  return {
    id: 'directory-of-broker-1',
    cleanShutdownEpoch: -1,
    runEpoch: -1,
    sameBoot: false,
    metadataOffset: -1,
    metadataEpoch: 0,
    ...facts,
  }
}

/** A world in memory with a controller in it. */
class World {
  readonly controllerRuntime: TestRuntime
  controller: Controller | undefined
  #seed = 10

  constructor() {
    this.controllerRuntime = testRuntime()
  }

  get clock() {
    return this.controllerRuntime.clock
  }

  /** What a process of its own sees: same network and clock. */
  process(): TestRuntime {
    const { clock, net, webSocket, logger } = this.controllerRuntime
    return testRuntime({
      clock,
      net,
      webSocket,
      logger,
      disk: new MemoryDisk({ clock }),
      random: seededRandom(++this.#seed),
    })
  }

  async startController(config: Record<string, string> = {}): Promise<Controller> {
    const given = new Map(Object.entries({ dataDir: 'data', clientPort: String(CONTROLLER_PORT), ...config }))
    this.controller = await this.within(startController(given, this.controllerRuntime))
    return this.controller
  }

  options(brokerId: number, options: Partial<ControllerSessionOptions> = {}): ControllerSessionOptions {
    return sessionOptions(this.process(), { brokerId, port: CONTROLLER_PORT, options })
  }

  connect(brokerId: number, options: Partial<ControllerSessionOptions> = {}): Promise<BrokerControllerSession> {
    return this.within(connectControllerSession(this.options(brokerId, options)))
  }

  /** Lets time pass until the promise has settled. */
  async within<T>(promise: Promise<T>, ms = 30_000): Promise<T> {
    let settled = false
    promise.then(
      () => (settled = true),
      () => (settled = true),
    )
    await this.clock.settle()
    for (let passed = 0; passed < ms && !settled; passed += 10) await this.clock.advance(10)
    return promise
  }

  async until(condition: () => boolean, ms = 30_000): Promise<void> {
    await this.clock.settle()
    for (let passed = 0; passed < ms && !condition(); passed += 10) await this.clock.advance(10)
    expect(condition()).toBe(true)
  }
}

function sessionOptions(
  runtime: Runtime,
  { brokerId, port, options }: { brokerId: number; port: number; options?: Partial<ControllerSessionOptions> },
): ControllerSessionOptions {
  return {
    runtime,
    addresses: [{ host: '127.0.0.1', port }],
    chroot: '',
    secret: '',
    connectionTimeoutMs: 6000,
    onFatal: () => {},
    registration: {
      brokerId,
      clusterId: '',
      listeners: [{ name: 'PLAINTEXT', securityProtocol: 'PLAINTEXT', host: 'localhost', port: 9090 + brokerId }],
      rack: null,
      directories: [directory({ id: `directory-of-broker-${brokerId}` })],
      staticConfigs: new Map(),
    },
    ...options,
  }
}

function createTopic(session: BrokerControllerSession, name: string, numPartitions = 1): Promise<number> {
  const topic = { name, numPartitions, replicationFactor: -1, assignments: [], configs: [] }
  const body = encodeMessage(CreateTopicsRequest, 7, { topics: [topic], timeoutMs: 1000 })
  return session
    .forward({ apiKey: 19, apiVersion: 7, body, principal: ANONYMOUS, timeoutMs: 5000 })
    .then((answer) => decodeMessage(CreateTopicsResponse, 7, answer).topics[0]!.errorCode)
}

/** What a broker must agree on with every other one at the same offset. */
function content(image: MetadataImage): unknown {
  const maps = Object.values(image).filter((value): value is Map<unknown, unknown> => value instanceof Map)
  return { ...image, maps: maps.map((map) => [...map]) }
}

describe('the session with the controller, in memory', () => {
  test('a broker registers, is unfenced when it says ready, and sees the topic that it asked for in its own image', async () => {
    const world = new World()
    const controller = await world.startController()
    const session = await world.connect(1)
    expect(session.image.clusterId).toBe(controller.clusterId)
    expect(session.image.brokers.get(1)).toMatchObject({ id: 1, epoch: session.brokerEpoch, fenced: true })
    await world.within(session.ready())
    expect(session.image.brokers.get(1)?.fenced).toBe(false)

    expect(await world.within(createTopic(session, 'test-demo', 3))).toBe(ErrorCode.NONE)
    const topic = session.image.topics.get('test-demo')!
    expect(topic.partitions.map(({ leader, isr, leaderEpoch }) => ({ leader, isr, leaderEpoch }))).toEqual(
      Array.from({ length: 3 }, () => ({ leader: 1, isr: [1], leaderEpoch: 0 })),
    )
    expect(await world.within(createTopic(session, 'test-demo'))).toBe(ErrorCode.TOPIC_ALREADY_EXISTS)

    const body = encodeMessage(DeleteTopicsRequest, 6, {
      topics: [{ name: 'test-demo', topicId: ZERO_UUID }],
      timeoutMs: 1000,
    })
    const answer = await world.within(
      session.forward({ apiKey: 20, apiVersion: 6, body, principal: ANONYMOUS, timeoutMs: 5000 }),
    )
    expect(decodeMessage(DeleteTopicsResponse, 6, answer).responses).toMatchObject([
      { name: 'test-demo', topicId: topic.id },
    ])
    expect(session.image.topics.size).toBe(0)
  })

  test('listeners are told of every change, in order, after the image has changed', async () => {
    const world = new World()
    await world.startController()
    const session = await world.connect(1)
    const seen: { offset: number; delta: MetadataDelta }[] = []
    session.onImage((image, delta) => {
      expect(session.image).toBe(image)
      seen.push({ offset: image.offset, delta })
    })
    await world.within(session.ready())
    await world.within(createTopic(session, 'a'))
    await world.within(createTopic(session, 'b'))
    expect(seen.map(({ delta }) => [...delta.brokersChanged, ...delta.topicsChanged])).toEqual([[1], ['a'], ['b']])
    expect(seen.map(({ offset }) => offset)).toEqual([...seen.map(({ offset }) => offset)].sort((a, b) => a - b))
  })

  test('every broker has the same image, whether it came by snapshot or by the tail', async () => {
    const world = new World()
    await world.startController()
    const early = await world.connect(1)
    await world.within(early.ready())
    for (const name of ['a', 'b.c', 'd']) await world.within(createTopic(early, name, 2))
    const late = await world.connect(2)
    await world.within(late.ready())
    await world.clock.settle()
    expect(content(late.image)).toEqual(content(early.image))
    expect([...late.image.brokers.keys()]).toEqual([1, 2])
  })

  test('producer id blocks are handed out once, to whomever', async () => {
    const world = new World()
    await world.startController()
    const [one, two] = [await world.connect(1), await world.connect(2)]
    const blocks = await world.within(
      Promise.all([one.allocateProducerIds(), two.allocateProducerIds(), one.allocateProducerIds()]),
    )
    expect(blocks.map(({ first }) => first).sort((a, b) => a - b)).toEqual([0, 1000, 2000])
    expect(blocks.every(({ count }) => count === 1000)).toBe(true)
  })

  test('a reconnect of the same incarnation within the grace changes nothing', async () => {
    const world = new World()
    await world.startController({ 'broker.disconnect.grace.ms': '5000' })
    const session = await world.connect(1)
    await world.within(session.ready())
    await world.within(createTopic(session, 'a'))
    const { brokerEpoch, image } = session
    world.controllerRuntime.webSocket.cut(CONTROLLER_PORT)
    await world.clock.advance(1000)
    world.controllerRuntime.webSocket.heal(CONTROLLER_PORT)
    await world.clock.advance(4000)
    expect(session.brokerEpoch).toBe(brokerEpoch)
    expect(session.image.topics.get('a')).toBe(image.topics.get('a'))
    expect(session.image.brokers.get(1)?.fenced).toBe(false)
  })

  test('a controller that is restarted is found again: same brokers, higher epoch, commands go on', async () => {
    const world = new World()
    const first = await world.startController()
    const session = await world.connect(1)
    await world.within(session.ready())
    await world.within(createTopic(session, 'before'))
    const { brokerEpoch } = session
    const { controllerEpoch } = session.image
    const leaderEpoch = session.image.topics.get('before')!.partitions[0]!.leaderEpoch
    await world.within(first.close())
    const waiting = createTopic(session, 'during')
    await world.clock.advance(500)
    const second = await world.startController()
    expect(second.clusterId).toBe(first.clusterId)
    expect(await world.within(waiting)).toBe(ErrorCode.NONE)
    expect([...session.image.topics.keys()]).toEqual(['before', 'during'])
    expect(session.brokerEpoch).toBe(brokerEpoch)
    expect(session.image.controllerEpoch).toBeGreaterThan(controllerEpoch)
    await world.clock.advance(20_000)
    // Nobody was fenced by the restart.
    expect(session.image.brokers.get(1)?.fenced).toBe(false)
    expect(session.image.topics.get('before')!.partitions[0]!.leaderEpoch).toBe(leaderEpoch)
  })

  test('a controller that dies without a word is found again too', async () => {
    const world = new World()
    await world.startController()
    const session = await world.connect(1)
    await world.within(session.ready())
    await world.within(createTopic(session, 'before'))
    world.controllerRuntime.webSocket.cut(CONTROLLER_PORT)
    const lost = createTopic(session, 'lost')
    await expect(world.within(lost)).rejects.toMatchObject({ name: 'KafkaError', retriable: true })
    world.controllerRuntime.webSocket.heal(CONTROLLER_PORT)
    await world.clock.advance(15_000)
    expect(await world.within(createTopic(session, 'after'))).toBe(ErrorCode.NONE)
    expect(session.image.topics.has('after')).toBe(true)
  })

  test('a broker whose connection breaks is fenced after the grace; its partitions have no leader; a new incarnation leads again', async () => {
    const world = new World()
    await world.startController()
    const observer = await world.connect(2)
    await world.within(observer.ready())
    const options = world.options(1)
    const first = await world.within(connectControllerSession(options))
    await world.within(first.ready())
    for (const name of ['a', 'b', 'c', 'd']) await world.within(createTopic(first, name))
    const owned = () => [...observer.image.topics.values()].flatMap((t) => t.partitions).filter((p) => p.isr[0] === 1)
    expect(owned().length).toBeGreaterThan(0)
    const epochs = owned().map((p) => p.leaderEpoch)
    // A kill breaks the connection without any farewell.
    ;(first as unknown as { stop(reason: string): void }).stop('killed')
    await world.until(() => observer.image.brokers.get(1)?.fenced === true, 1000)
    expect(owned().map((p) => p.leader)).toEqual(owned().map(() => -1))

    const facts = directory({ id: 'directory-of-broker-1', runEpoch: first.brokerEpoch, sameBoot: true })
    const registration = { ...options.registration, directories: [facts] }
    const second = await world.connect(1, { registration })
    expect(second.brokerEpoch).toBeGreaterThan(first.brokerEpoch)
    await world.within(second.ready())
    await world.clock.settle()
    expect(owned().map(({ leader, isr }) => ({ leader, isr }))).toEqual(owned().map(() => ({ leader: 1, isr: [1] })))
    expect(owned().map((p) => p.leaderEpoch)).toEqual(epochs.map((epoch) => epoch + 2))
    expect(owned().map((p) => p.leaderRecoveryState)).toEqual(owned().map(() => 0))
  })

  test('a silent broker is fenced after the session timeout', async () => {
    const world = new World()
    await world.startController({ 'broker.session.timeout.ms': '2000' })
    const session = await world.connect(1)
    await world.within(session.ready())
    const { clock, webSocket } = world.controllerRuntime
    webSocket.cut(CONTROLLER_PORT)
    await clock.advance(1500)
    expect(world.controllerRuntime.logger.messages('warn')).not.toContain('fenced a broker')
    await clock.advance(1500)
    expect(world.controllerRuntime.logger.messages('warn')).toContain('fenced a broker')
    const { brokerEpoch } = session
    const fenced: (boolean | undefined)[] = []
    session.onImage((image) => fenced.push(image.brokers.get(1)?.fenced))
    webSocket.heal(CONTROLLER_PORT)
    // The same incarnation comes back, keeps its epoch, and is unfenced again.
    await world.until(() => fenced.length === 2)
    expect(fenced).toEqual([true, false])
    expect(session.brokerEpoch).toBe(brokerEpoch)
  })

  test('a request that no frame can hold is refused, and costs nothing', async () => {
    const world = new World()
    await world.startController()
    const session = await world.connect(1)
    await world.within(session.ready())
    const body = new Uint8Array(9 * 1024 * 1024)
    await expect(
      session.forward({ apiKey: 19, apiVersion: 7, body, principal: ANONYMOUS, timeoutMs: 100 }),
    ).rejects.toMatchObject({ errorName: 'INVALID_REQUEST' })
    expect(await world.within(createTopic(session, 'a'))).toBe(ErrorCode.NONE)
  })

  test('while no controller answers only so many commands wait; those that have given up make room', async () => {
    const world = new World()
    await world.startController()
    const session = await world.connect(1)
    await world.within(session.ready())
    await world.controller!.close()
    await world.until(() => session.controller === undefined)
    const command = () =>
      session.forward({ apiKey: 19, apiVersion: 7, body: new Uint8Array(0), principal: ANONYMOUS, timeoutMs: 1000 })
    const waiting = Promise.allSettled(Array.from({ length: 10_000 }, command))
    await expect(command()).rejects.toMatchObject({
      errorName: 'REQUEST_TIMED_OUT',
      message: '10000 commands wait for the controller already',
    })
    await world.within(waiting)
    await world.startController()
    expect(await world.within(createTopic(session, 'a'))).toBe(ErrorCode.NONE)
  })

  test.each([
    ['long before clients give up', { timeoutMs: 300_000 }, 10_000],
    ['when there is no more time', { timeoutMs: 700 }, 700],
    ['as soon as it was told to', { timeoutMs: 300_000, linkTimeoutMs: 1000 }, 1000],
  ])('without a controller a command gives up %s', async (_, times, expectedMs) => {
    const world = new World()
    await world.startController()
    const session = await world.connect(1)
    await world.within(session.ready())
    await world.controller!.close()
    await world.until(() => session.controller === undefined)
    const startedMs = world.clock.monotonic()
    const request = { apiKey: 19, apiVersion: 7, body: new Uint8Array(0), principal: ANONYMOUS }
    await expect(world.within(session.forward({ ...request, ...times }))).rejects.toMatchObject({
      errorName: 'REQUEST_TIMED_OUT',
      message: `no controller answered within ${expectedMs} ms (forward): is it running?`,
    })
    expect(world.clock.monotonic() - startedMs).toBeLessThan(expectedMs + 50)
  })

  test('tools get the brokers, or are told that the chroot is another one', async () => {
    const world = new World()
    await world.startController({ 'cluster.chroot': '/blue' })
    const session = await world.connect(1, { chroot: '/blue' })
    await world.within(session.ready())
    const get = async (path: string) => {
      const options = { host: '127.0.0.1', port: CONTROLLER_PORT, path, timeoutMs: 1000 }
      const { status, body } = await world.within(world.controllerRuntime.webSocket.get(options))
      return { status, body: JSON.parse(body) }
    }
    expect(await get('/brokers?chroot=%2Fblue')).toMatchObject({ status: 200, body: { brokers: [{ id: 1 }] } })
    expect(await get('/brokers?chroot=%2Fgreen')).toMatchObject({ status: 404 })
    expect(await get('/brokers')).toMatchObject({ status: 404 })
  })

  test('close says farewell: the broker is fenced at once', async () => {
    const world = new World()
    await world.startController({ 'broker.disconnect.grace.ms': '600000' })
    const observer = await world.connect(2)
    const session = await world.connect(1)
    await world.within(session.ready())
    await world.within(session.close())
    await world.clock.settle()
    expect(observer.image.brokers.get(1)?.fenced).toBe(true)
    await expect(
      session.forward({ apiKey: 19, apiVersion: 7, body: new Uint8Array(), principal: ANONYMOUS, timeoutMs: 10 }),
    ).rejects.toMatchObject({ retriable: true })
  })
})

describe('a broker as leader and when it stops', () => {
  /** Brokers 1 and 2 serve; the topic t has one partition on both, led by 1. */
  async function pair() {
    const world = new World()
    await world.startController()
    const [one, two] = [await world.connect(1), await world.connect(2)]
    await world.within(Promise.all([one.ready(), two.ready()]))
    const assignments = [{ partitionIndex: 0, brokerIds: [1, 2] }]
    const topic = { name: 't', numPartitions: -1, replicationFactor: -1, assignments, configs: [] }
    const body = encodeMessage(CreateTopicsRequest, 7, { topics: [topic], timeoutMs: 1000 })
    await world.within(one.forward({ apiKey: 19, apiVersion: 7, body, principal: ANONYMOUS, timeoutMs: 5000 }))
    const partition = (session: BrokerControllerSession) => session.image.topics.get('t')!.partitions[0]!
    return { world, one, two, partition, topicId: one.image.topics.get('t')!.id }
  }

  function proposal(topicId: string, isr: readonly BrokerControllerSession[]) {
    const newIsrWithEpochs = isr.map(({ brokerEpoch }, index) => ({ brokerId: index + 1, brokerEpoch }))
    return [
      {
        topicId,
        partitions: [
          {
            partitionIndex: 0,
            leaderEpoch: 0,
            newIsr: [],
            newIsrWithEpochs,
            leaderRecoveryState: 0,
            partitionEpoch: 0,
          },
        ],
      },
    ]
  }

  test('a proposed ISR is answered, and comes with the metadata', async () => {
    const { world, one, two, partition, topicId } = await pair()
    const answer = await world.within(one.alterPartition(proposal(topicId, [one]), 1000))
    expect(answer.topics[0]!.partitions[0]).toMatchObject({ errorCode: ErrorCode.NONE, isr: [1], partitionEpoch: 1 })
    await world.until(() => partition(one).isr.length === 1 && partition(two).isr.length === 1)
    const late = await world.within(one.alterPartition(proposal(topicId, [one, two]), 1000))
    expect(late.topics[0]!.partitions[0]).toMatchObject({ errorCode: ErrorCode.INVALID_UPDATE_VERSION })
  })

  test('without a controller a proposal has no answer', async () => {
    const { world, one, topicId } = await pair()
    await world.within(world.controller!.close())
    await expect(world.within(one.alterPartition(proposal(topicId, [one]), 500))).rejects.toMatchObject({
      name: 'KafkaError',
    })
    await expect(world.within(one.resign([]), 60_000)).rejects.toMatchObject({ name: 'KafkaError' })
  })

  test('a leader that resigns is replaced', async () => {
    const { world, one, two, partition, topicId } = await pair()
    await world.within(one.resign([{ topicId, partition: 0, leaderEpoch: 0, reason: 'write-failed' }]))
    await world.until(() => partition(two).leader === 2)
    expect(partition(two)).toMatchObject({ isr: [1, 2], leaderEpoch: 1 })
  })

  test('a broker that wants to stop may do so well within a second, when every other one knows who leads', async () => {
    const { world, one, two, partition } = await pair()
    const startedMs = world.clock.monotonic()
    await world.within(one.prepareStop(30_000))
    expect(world.clock.monotonic() - startedMs).toBeLessThan(500)
    expect(partition(two)).toMatchObject({ leader: 2, isr: [2] })
    expect(two.image.brokers.get(1)).toMatchObject({ shuttingDown: true, fenced: false })
    await world.within(one.close())
    await world.until(() => two.image.brokers.get(1)?.fenced === true)
    expect(partition(two)).toMatchObject({ leader: 2, isr: [2], leaderEpoch: 1 })
  })

  test('it is not kept waiting for longer than it says by a broker that is silent, nor without a controller', async () => {
    const world = new World()
    await world.startController()
    const one = await world.connect(1)
    const process = world.process()
    let isMute = false
    const connect: Runtime['webSocket']['connect'] = async (options) => {
      const connection = await process.webSocket.connect(options)
      const send = connection.send.bind(connection)
      return Object.assign(connection, { send: (bytes: Uint8Array) => (isMute ? undefined : send(bytes)) })
    }
    const webSocket = { ...process.webSocket, connect, listen: process.webSocket.listen.bind(process.webSocket) }
    const runtime = { ...process, webSocket }
    const silent = sessionOptions(runtime, { brokerId: 2, port: CONTROLLER_PORT })
    const two = await world.within(connectControllerSession(silent))
    await world.within(Promise.all([one.ready(), two.ready()]))
    isMute = true
    const startedMs = world.clock.monotonic()
    await world.within(one.prepareStop(700))
    const tookMs = world.clock.monotonic() - startedMs
    expect([tookMs >= 700, tookMs < 1000]).toEqual([true, true])
    expect(two.image.brokers.get(1)?.shuttingDown).toBe(true)
    await world.within(world.controller!.close())
    await world.within(one.prepareStop(30_000), 100)
  })

  test('alone it stops at once', async () => {
    const world = new World()
    await world.startController()
    const session = await world.connect(1)
    await world.within(session.ready())
    await world.within(createTopic(session, 't'))
    const { offset } = session.image
    await session.prepareStop(30_000)
    expect(session.image.offset).toBe(offset)
  })
})

describe('who may register', () => {
  test('a running broker is not evicted by another with its id', async () => {
    const world = new World()
    await world.startController()
    const first = await world.connect(1)
    await world.within(first.ready())
    const second = world.connect(1)
    await expect(second).rejects.toMatchObject({ fatal: true })
    await expect(second).rejects.toThrow(
      /broker id 1 is in use by a running broker at localhost:9091 with log directories directory-of-broker-1/,
    )
    expect(first.image.brokers.get(1)).toMatchObject({ epoch: first.brokerEpoch, fenced: false })
  })

  test.each([
    ['a wrong secret', { 'session.secret': 'right' }, { secret: 'wrong' }, /shared secret is missing or wrong/],
    ['no secret', { 'session.secret': 'right' }, {}, /shared secret is missing or wrong/],
    [
      'another chroot',
      { 'cluster.chroot': '/blue' },
      { chroot: 'green' },
      /serves the cluster \/blue, \/green was asked for/,
    ],
    ['no chroot', { 'cluster.chroot': '/blue' }, {}, /no chroot was given/],
    ['a chroot where there is none', {}, { chroot: 'green' }, /a cluster without chroot/],
  ])('%s is refused at once', async (_, config, options, message) => {
    const world = new World()
    await world.startController(config)
    const refused = world.connect(1, options)
    await expect(refused).rejects.toThrow(message)
    await expect(refused).rejects.toMatchObject({ fatal: true })
  })

  test('secret and chroot that fit are accepted', async () => {
    const world = new World()
    await world.startController({ 'session.secret': 'right', 'cluster.chroot': 'blue' })
    const session = await world.connect(1, { secret: 'right', chroot: 'blue' })
    expect(session.brokerEpoch).toBeGreaterThanOrEqual(0)
  })

  test('a broker of another cluster is refused, naming both', async () => {
    const world = new World()
    const { clusterId } = await world.startController()
    const { registration } = world.options(1)
    const refused = world.connect(1, { registration: { ...registration, clusterId: 'another-cluster-entirely' } })
    await expect(refused).rejects.toThrow(new RegExp(`${clusterId}.*another-cluster-entirely`))
  })

  test('a controller with an older epoch is not listened to, whatever it says', async () => {
    const world = new World()
    const real = await world.startController()
    const session = await world.connect(1)
    await world.within(session.ready())
    const before = session.image
    await world.within(real.close())
    let hellos = 0
    const impostor = await world.controllerRuntime.webSocket.listen(
      { host: '127.0.0.1', port: CONTROLLER_PORT, maxMessageBytes: 1 << 20 },
      {
        onGet: () => undefined,
        onConnection: (connection) =>
          connection.onMessage((bytes) => {
            const { correlationId, message } = decodeBrokerFrame(bytes)
            if (message.type !== 'hello') throw new Error(`the broker went on with ${message.type}`)
            hellos += 1
            const { clusterId, controllerEpoch, offset } = before
            const welcome = { type: 'welcome', protocolVersion: 1 } as const
            const frame = { correlationId, clusterId, controllerEpoch: controllerEpoch - 1, metadataOffset: offset }
            connection.send(encodeControllerFrame({ ...frame, message: welcome }))
          }),
      },
    )
    await world.until(() => hellos > 2)
    expect(session.controller).toBeUndefined()
    expect(session.image).toBe(before)
    await world.within(impostor.close())
    await world.startController()
    expect(await world.within(createTopic(session, 'later'))).toBe(ErrorCode.NONE)
  })

  test('a directory that has seen metadata which this controller does not have stops the broker', async () => {
    const world = new World()
    await world.startController()
    const { registration } = world.options(1)
    const directories = [directory({ metadataOffset: 900, metadataEpoch: 1 })]
    await expect(world.connect(1, { registration: { ...registration, directories } })).rejects.toThrow(
      /log directory directory-of-broker-1 has applied metadata offset 900 of controller epoch 1/,
    )
    const wrongEpoch = [directory({ metadataOffset: 0, metadataEpoch: 7 })]
    await expect(world.connect(1, { registration: { ...registration, directories: wrongEpoch } })).rejects.toThrow(
      /metadata offset 0 of controller epoch 7/,
    )
    const { controllerEpoch } = (await world.connect(2)).image
    const right = [directory({ metadataOffset: 0, metadataEpoch: controllerEpoch })]
    await expect(world.connect(1, { registration: { ...registration, directories: right } })).resolves.toBeDefined()
  })

  test('a controller that was set back to a backup is found out, however much it has written since', async () => {
    const world = new World()
    const { disk } = world.controllerRuntime
    await world.within((await world.startController()).close())
    const backup = disk
      .list('data')
      .map((name) => [disk.join('data', name), disk.readFile(disk.join('data', name))] as const)
    const second = await world.startController()
    const session = await world.connect(1)
    await world.within(session.ready())
    await world.within(createTopic(session, 'a'))
    const { offset, controllerEpoch } = session.image
    await world.within(session.close())
    await world.within(second.close())

    await world.clock.advance(60_000)
    await world.within(disk.removeTree('data'))
    disk.makeDirectory('data')
    for (const [path, content] of backup) await world.within(disk.writeFileAtomic(path, content))
    await world.startController()
    const other = await world.connect(2)
    await world.within(other.ready())
    while (other.image.offset < offset) await world.within(createTopic(other, `other-${other.image.offset}`))
    const { registration } = world.options(1)
    const directories = [directory({ metadataOffset: offset, metadataEpoch: controllerEpoch })]
    await expect(world.connect(1, { registration: { ...registration, directories } })).rejects.toThrow(
      /restored from an older state/,
    )
  })

  test('without a controller the error names addresses, time and key', async () => {
    const world = new World()
    const refused = world.connect(1, {
      addresses: [
        { host: 'h1', port: 2181 },
        { host: 'h2', port: 2182 },
      ],
    })
    await expect(refused).rejects.toThrow(
      /no controller at h1:2181, h2:2182 .* 6000 ms \(zookeeper.connection.timeout.ms\)/,
    )
  })

  test('addresses are tried in turn', async () => {
    const world = new World()
    await world.startController()
    const addresses = [
      { host: '127.0.0.1', port: 1 },
      { host: '127.0.0.1', port: CONTROLLER_PORT },
    ]
    const session = await world.connect(1, { addresses })
    expect(session.controller).toEqual(addresses[1])
  })
})

describe('the session with the controller, over real sockets', () => {
  test('a port that does not speak the protocol may be a broker’s: the error says so', async () => {
    const runtime = { ...nodeRuntime(), disk: new MemoryDisk() }
    const listener = await runtime.net.listen({ host: '127.0.0.1', port: 0 }, (socket) => {
      socket.onData(() => socket.destroy())
    })
    const connectionTimeoutMs = 2000
    const options = sessionOptions(runtime, { brokerId: 1, port: listener.port, options: { connectionTimeoutMs } })
    await expect(connectControllerSession(options)).rejects.toThrow(/a controller's port .* not a broker's\?/)
    await listener.close()
  })

  test('registers, creates a topic and survives a restart of the controller', async () => {
    const runtime = { ...nodeRuntime(), disk: new MemoryDisk() }
    const config = new Map([
      ['dataDir', 'data'],
      ['clientPort', '0'],
    ])
    const first = await startController(config, runtime)
    const { port } = first
    const session = await connectControllerSession(sessionOptions(runtime, { brokerId: 1, port }))
    await session.ready()
    expect(await createTopic(session, 'a', 5)).toBe(ErrorCode.NONE)
    const page = await runtime.webSocket.get({ host: '127.0.0.1', port, path: '/brokers', timeoutMs: 5000 })
    expect(JSON.parse(page.body)).toEqual({
      clusterId: first.clusterId,
      brokers: [{ id: 1, host: 'localhost', port: 9091, listener: 'PLAINTEXT', securityProtocol: 'PLAINTEXT' }],
    })
    const closing = first.close()
    // What is sent into the closing connection may be lost, and says so.
    const result = await createTopic(session, 'b').catch((error: { retriable?: boolean }) => error)
    expect(result === ErrorCode.NONE || (result as { retriable?: boolean }).retriable).toBe(true)
    await closing
    const second = await startController(config.set('clientPort', String(port)), runtime)
    expect(await createTopic(session, 'c')).toBe(ErrorCode.NONE)
    expect([...session.image.topics.keys()]).toEqual(expect.arrayContaining(['a', 'c']))
    await session.close()
    await second.close()
    expect(await second.ended).toBeUndefined()
  })
})
