import { describe, expect, test } from '@jest/globals'
import {
  AlterConfigsRequest,
  AlterPartitionRequest,
  AlterPartitionResponse,
  CreatePartitionsRequest,
  CreateTopicsRequest,
  DeleteTopicsRequest,
  decodeMessage,
  ElectLeadersRequest,
  ElectLeadersResponse,
  ErrorCode,
  encodeMessage,
  IncrementalAlterConfigsRequest,
} from '@ottla/protocol'
import {
  type BrokerMessage,
  encodeBrokerFrame,
  type MetadataImage,
  type MetadataRecord,
  type PartitionImage,
  SESSION_PROTOCOL_VERSION,
} from '@ottla/replication'
import '@ottla/runtime/node'
import { testRuntime } from '@ottla/runtime/testing'
import fc from 'fast-check'
import { LossyElections } from '../state/lossy-elections.ts'
import { MetadataState } from '../state/metadata-state.ts'
import { openLocalStore } from '../store/local-store.ts'
import { brokerRecord, registration } from '../testing/images.ts'
import { ScriptedConnection } from '../testing/scripted-connection.ts'
import { Resignations } from './resignations.ts'
import { Sessions } from './sessions.ts'

const HELLO: BrokerMessage = { type: 'hello', protocolVersion: SESSION_PROTOCOL_VERSION, secret: '', chroot: '' }

const QUIET_MS = 60_000
const LATE_MS = 5000

interface SetUp {
  readonly sessionTimeoutMs?: number
  readonly disconnectGraceMs?: number
  /** What an earlier controller has left. */
  readonly records?: readonly MetadataRecord[]
}

async function setUp({ records = [], ...limits }: SetUp = {}) {
  const runtime = testRuntime()
  const { clock } = runtime
  /** How long the controller's process has stood still: the time has passed, no timer has run. */
  let pausedMs = 0
  const pausable = { now: () => clock.now() + pausedMs, monotonic: () => clock.monotonic() + pausedMs }
  const store = await openLocalStore({ disk: runtime.disk, logger: runtime.logger, directory: 'data' })
  const sessions: Sessions[] = []
  const state = new MetadataState(store, 1, {
    onDurable: (batches) => {
      sessions[0]?.stream(batches)
      lossyElections.observe(batches)
    },
    onFailure: () => {},
  })
  const lossyElections = new LossyElections(runtime.logger, state.durable)
  await state.submit(() => ({
    batches: [[{ type: 'clusterCreated', clusterId: 'cluster' }, ...records]],
    reply: undefined,
  }))
  const options = {
    runtime: { ...runtime, clock: pausable },
    clusterId: 'cluster',
    chroot: '',
    secret: '',
    sessionTimeoutMs: 9000,
    disconnectGraceMs: 250,
  }
  const metadata = {
    state,
    epochAt: (offset: number) => store.epochAt(offset),
    resignations: new Resignations({ quietMs: QUIET_MS, lateMs: LATE_MS }),
  }
  sessions.push(new Sessions({ ...options, ...limits }, metadata))
  const accept = () => {
    const connection = new ScriptedConnection()
    sessions[0]!.accept(connection)
    return connection
  }
  /** A broker that has registered, and serves. */
  const broker = async (id: number, incarnationId = `incarnation-of-${id}`) => {
    const connection = accept()
    connection.says(HELLO)
    const answer = connection.says(registration(id, { incarnationId }))
    await runtime.clock.advance(10)
    const registered = connection.answerTo(answer)
    if (registered?.type !== 'registered') return { connection, registered, brokerEpoch: -1 }
    const { brokerEpoch } = registered
    connection.says({
      type: 'heartbeat',
      brokerEpoch,
      appliedOffset: state.durable.offset,
      ready: true,
      wantsShutdown: false,
    })
    await runtime.clock.advance(10)
    return { connection, registered, brokerEpoch }
  }
  const pause = (ms: number) => {
    pausedMs += ms
  }
  return { runtime, clock, pause, state, accept, broker, sessions: sessions[0]! }
}

const isFenced = (image: MetadataImage, id: number) => image.brokers.get(id)?.fenced

describe('a session that is refused', () => {
  const refusals = (runtime: Awaited<ReturnType<typeof setUp>>['runtime']) =>
    runtime.logger.lines.filter(({ message }) => message === 'refused the session of a broker')

  test('is told with where it came from, and every ten seconds at most for each reason', async () => {
    const { accept, clock, runtime } = await setUp()
    const wrong = { ...HELLO, secret: 'wrong' }
    for (let attempt = 0; attempt < 5; attempt++) accept().says(wrong)
    expect(refusals(runtime)).toMatchObject([
      { level: 'warn', fields: { from: '127.0.0.1', reason: expect.stringContaining('shared secret') } },
    ])
    accept().says({ ...HELLO, chroot: 'green' })
    expect(refusals(runtime)).toHaveLength(2)
    await clock.advance(10_000)
    accept().says(wrong)
    expect(refusals(runtime)).toHaveLength(3)
    accept().says(HELLO, 'another-cluster')
    expect(refusals(runtime)[3]?.fields.reason).toMatch(/serves cluster cluster, .* another-cluster/)
  })
})

describe('incarnations', () => {
  test('a frozen holder of the id gives way; a healthy one does not', async () => {
    const { state, broker } = await setUp()
    const first = await broker(1, 'first')
    const refused = await broker(1, 'second')
    expect(refused.registered).toMatchObject({
      type: 'failure',
      code: ErrorCode.DUPLICATE_BROKER_REGISTRATION,
      fatal: true,
      message: expect.stringContaining('at localhost:9091 with log directories directory-of-1'),
    })
    expect(state.durable.brokers.get(1)?.incarnationId).toBe('first')
    first.connection.alive = false
    const third = await broker(1, 'third')
    expect(third.brokerEpoch).toBeGreaterThan(first.brokerEpoch)
    expect(first.connection.closedWith).toBe('terminated')
    expect(state.durable.brokers.get(1)).toMatchObject({ incarnationId: 'third', fenced: false })
  })

  test('after a break a new incarnation waits for no grace', async () => {
    const { state, broker } = await setUp({ disconnectGraceMs: 600_000 })
    const first = await broker(1, 'first')
    first.connection.breaks()
    const second = await broker(1, 'second')
    expect(second.registered?.type).toBe('registered')
    expect(state.durable.brokers.get(1)?.incarnationId).toBe('second')
  })

  test('two that come at the same time: one is registered, the other refused', async () => {
    const { clock, accept, state } = await setUp()
    const answers = ['a', 'b'].map((incarnationId) => {
      const connection = accept()
      connection.says(HELLO)
      const id = connection.says(registration(1, { incarnationId }))
      return () => connection.answerTo(id)?.type
    })
    await clock.advance(100)
    expect(answers.map((answer) => answer())).toEqual(['registered', 'failure'])
    expect(state.durable.brokers.get(1)?.incarnationId).toBe('a')
  })

  test('while brokers come back to a new controller, a copied id takes the place of none of them', async () => {
    const { accept, clock, state } = await setUp({ records: [brokerRecord(1), brokerRecord(2), brokerRecord(3)] })
    const register = async (id: number, fields: Parameters<typeof registration>[1]) => {
      const connection = accept()
      connection.says(HELLO)
      const asked = connection.says(registration(id, fields))
      await clock.advance(10)
      return connection.answerTo(asked)
    }
    const elsewhere = (id: number) => ({
      directories: [{ ...registration(id).directories[0]!, id: 'of-another-broker' }],
    })
    expect(await register(1, elsewhere(1))).toMatchObject({
      code: ErrorCode.DUPLICATE_BROKER_REGISTRATION,
      fatal: false,
    })
    expect(await register(2, {})).toMatchObject({ type: 'registered' })
    expect(await register(1, { incarnationId: 'incarnation-of-1' })).toMatchObject({
      type: 'registered',
      brokerEpoch: 1,
    })
    expect(await register(1, elsewhere(1))).toMatchObject({
      code: ErrorCode.DUPLICATE_BROKER_REGISTRATION,
      fatal: true,
    })
    await clock.advance(2000)
    expect(await register(3, elsewhere(3))).toMatchObject({ type: 'registered' })
    expect(state.durable.brokers.get(1)?.incarnationId).toBe('incarnation-of-1')
  })

  test.each([
    ['does not know', [], /supports it not at all/],
    ['knows at other levels only', [{ name: 'f', min: 3, max: 4 }], /supports it from 3 to 4/],
    ['can work with', [{ name: 'f', min: 1, max: 2 }], undefined],
  ])('a broker and a feature level that it %s', async (_, features, refusal) => {
    const { accept, clock, state } = await setUp()
    await state.submit(() => ({ batches: [[{ type: 'featureLevel', name: 'f', level: 2 }]], reply: undefined }))
    const connection = accept()
    connection.says(HELLO)
    const id = connection.says(registration(1, { features }))
    await clock.advance(10)
    if (refusal === undefined) expect(connection.answerTo(id)?.type).toBe('registered')
    else
      expect(connection.answerTo(id)).toMatchObject({
        type: 'failure',
        fatal: true,
        message: expect.stringMatching(refusal),
      })
  })

  test('the first broker settles the features that it supports, before its registration is answered', async () => {
    const { accept, clock, state } = await setUp()
    const connection = accept()
    connection.says(HELLO)
    const id = connection.says(registration(1, { features: [{ name: 'group.version', min: 0, max: 1 }] }))
    await clock.advance(10)
    expect(connection.answerTo(id)?.type).toBe('registered')
    expect(state.durable.features.get('group.version')).toBe(1)
  })

  test('the heartbeat of a replaced incarnation is stale', async () => {
    const { broker, state } = await setUp()
    const { connection, brokerEpoch } = await broker(1)
    await state.submit((image) => ({
      batches: [[{ ...brokerRecord(1), epoch: image.offset + 1 } as ReturnType<typeof brokerRecord>]],
      reply: undefined,
    }))
    const beat = connection.says({
      type: 'heartbeat',
      brokerEpoch,
      appliedOffset: 0,
      ready: true,
      wantsShutdown: false,
    })
    expect(connection.answerTo(beat)).toMatchObject({ type: 'failure', code: ErrorCode.STALE_BROKER_EPOCH })
  })
})

describe('fencing', () => {
  test('after the grace, not before; a reconnect of the same incarnation cancels it', async () => {
    const { clock, state, broker } = await setUp()
    const first = await broker(1)
    first.connection.breaks()
    await clock.advance(200)
    expect(isFenced(state.durable, 1)).toBe(false)
    const again = await broker(1)
    expect(again.brokerEpoch).toBe(first.brokerEpoch)
    await clock.advance(1000)
    expect(isFenced(state.durable, 1)).toBe(false)
    again.connection.breaks()
    await clock.advance(400)
    expect(isFenced(state.durable, 1)).toBe(true)
  })

  test('a reconnect after the fence comes too late: the broker keeps its epoch, and others keep what it led', async () => {
    const partition = partitionRecord({})
    const { clock, state, broker, accept } = await setUp({
      records: [brokerRecord(1), brokerRecord(2), topicRecord, partition],
    })
    const first = await broker(1)
    await broker(2)
    first.connection.breaks()
    await clock.advance(400)
    const again = accept()
    again.says(HELLO)
    again.says(registration(1, { incarnationId: 'incarnation-of-1' }))
    await clock.advance(10)
    expect(isFenced(state.durable, 1)).toBe(true)
    again.says({ type: 'heartbeat', brokerEpoch: 1, appliedOffset: 1, ready: true, wantsShutdown: false })
    await clock.advance(10)
    expect(state.durable.brokers.get(1)).toMatchObject({ fenced: false, epoch: first.brokerEpoch })
    expect(partitionOf(state.durable)).toMatchObject({ leader: 2, isr: [2], leaderEpoch: 1 })
  })

  test('a silent broker is cut off and fenced; one that speaks is not', async () => {
    const { clock, state, broker } = await setUp({ sessionTimeoutMs: 1000 })
    const [silent, speaking] = [await broker(1), await broker(2)]
    for (let passed = 0; passed < 2000; passed += 100) {
      const { brokerEpoch } = speaking
      speaking.connection.says({
        type: 'heartbeat',
        brokerEpoch,
        appliedOffset: state.durable.offset,
        ready: true,
        wantsShutdown: false,
      })
      await clock.advance(100)
    }
    expect([isFenced(state.durable, 1), isFenced(state.durable, 2)]).toEqual([true, false])
    expect(silent.connection.closedWith).toBe('terminated')
  })

  test('a pause of the controller itself fences nobody: everybody gets a whole timeout again', async () => {
    const { clock, pause, state, broker } = await setUp({ sessionTimeoutMs: 1000 })
    const { connection } = await broker(1)
    pause(60_000)
    await clock.advance(900)
    expect(isFenced(state.durable, 1)).toBe(false)
    expect(connection.closedWith).toBeUndefined()
    await clock.advance(1000)
    expect(isFenced(state.durable, 1)).toBe(true)
  })
})

describe('the stream', () => {
  test('a snapshot first, then every batch once, in order, and nothing for who is not registered', async () => {
    const { clock, state, accept, broker } = await setUp()
    const stranger = accept()
    stranger.says(HELLO)
    const { connection } = await broker(1)
    await broker(2)
    await clock.advance(10)
    const [snapshot, ...batches] = connection.stream
    expect(snapshot).toMatchObject({ type: 'snapshotChunk', last: true })
    let next = snapshot?.type === 'snapshotChunk' ? snapshot.offset + 1 : Number.NaN
    for (const message of batches) {
      if (message.type !== 'metadataBatch') throw new Error(`unexpected ${message.type}`)
      expect(message.batch.baseOffset).toBe(next)
      next += message.batch.records.length
    }
    expect(next).toBe(state.durable.offset + 1)
    expect(stranger.stream).toEqual([])
  })

  test('who has the beginning gets only the rest', async () => {
    const { clock, accept, state, broker } = await setUp()
    await broker(1)
    const { offset } = state.durable
    await broker(2)
    const connection = accept()
    connection.says(HELLO)
    connection.says(registration(3, { appliedOffset: offset, appliedEpoch: 1 }))
    await clock.advance(10)
    expect(connection.stream.every((message) => message.type === 'metadataBatch')).toBe(true)
    expect(connection.stream[0]).toMatchObject({ batch: { baseOffset: offset + 1 } })
  })

  test('a broker that does not read is cut off', async () => {
    const { broker } = await setUp()
    const { connection } = await broker(1)
    connection.pendingBytes = 1024 * 1024 * 1024
    await broker(2)
    expect(connection.closedWith).toBe('terminated')
  })
})

describe('what does not belong', () => {
  test.each<[string, (connection: ScriptedConnection) => void, RegExp]>([
    ['a register before the hello', (c) => c.says(registration(1)), /register is out of place: the session is new/],
    [
      'a command before the registration',
      (c) => {
        c.says(HELLO)
        c.says({ type: 'allocateProducerIds' })
      },
      /out of place/,
    ],
    [
      'two hellos',
      (c) => {
        c.says(HELLO)
        c.says(HELLO)
      },
      /hello is out of place/,
    ],
    ['noise', (c) => c.saysBytes(Uint8Array.of(255, 255, 255, 255)), /session frame cannot be read/],
    ['nothing in it', (c) => c.saysBytes(new Uint8Array()), /./],
    [
      'a hello of 100 KB',
      (c) => c.says({ ...HELLO, secret: 'x'.repeat(100_000) } as BrokerMessage),
      /hello is too large/,
    ],
    ['a foreign cluster', (c) => c.says(HELLO, 'other'), /cluster cluster, the broker belongs to other/],
    ['another protocol', (c) => c.says({ ...HELLO, protocolVersion: 9 } as BrokerMessage), /hello refused/],
  ])('%s closes the connection with a reason', async (_, script, reason) => {
    const { accept, clock, state } = await setUp()
    const connection = accept()
    const before = state.pending
    script(connection)
    await clock.settle()
    expect(connection.closedWith).toMatch(reason)
    expect(state.pending).toBe(before)
  })

  test('no hello within ten seconds', async () => {
    const { accept, clock } = await setUp()
    const connection = accept()
    await clock.advance(9_999)
    expect(connection.closedWith).toBeUndefined()
    await clock.advance(1)
    expect(connection.closedWith).toBe('no hello came')
  })

  test('a hello and nothing more within ten seconds; a registered broker may rest', async () => {
    const { accept, broker, clock } = await setUp({ sessionTimeoutMs: 60_000 })
    const connection = accept()
    connection.says(HELLO)
    const registered = await broker(1)
    await clock.advance(10_000)
    expect(connection.closedWith).toBe('no registration came')
    expect(registered.connection.closedWith).toBeUndefined()
  })

  test.each<[string, BrokerMessage, number]>([
    ["an API that is not the controller's", forward(0, 9, new Uint8Array(4)), ErrorCode.UNSUPPORTED_VERSION],
    ['a version that there is not', forward(19, 99, new Uint8Array(4)), ErrorCode.UNSUPPORTED_VERSION],
    ['a body that is none', forward(19, 7, Uint8Array.of(200, 1)), ErrorCode.INVALID_REQUEST],
  ])('%s is answered with an error', async (_, message, code) => {
    const { broker, clock } = await setUp()
    const { connection } = await broker(1)
    const id = connection.says(message)
    await clock.advance(10)
    expect(connection.answerTo(id)).toMatchObject({ type: 'failure', code })
    expect(connection.closedWith).toBeUndefined()
  })

  const many = (count: number) => Array.from({ length: count }, (_, index) => index)
  const alterations = many(10_001).map((index) => ({ resourceType: 2, resourceName: `t${index}`, configs: [] }))
  const growths = many(10_001).map((index) => ({ name: `t${index}`, count: 2, assignments: null }))
  const creations = many(10_001).map((index) => {
    return { name: `t${index}`, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }
  })
  const topicNames = many(10_001).map((index) => `t${index}`)
  const election = (topicPartitions: { topic: string; partitions: number[] }[]) =>
    encodeMessage(ElectLeadersRequest, 2, { electionType: 0, topicPartitions, timeoutMs: 1 })
  const empty = { timeoutMs: 1, validateOnly: false }

  test.each<[string, number, number, () => Uint8Array]>([
    ['CreateTopics', 19, 7, () => encodeMessage(CreateTopicsRequest, 7, { ...empty, topics: creations })],
    ['DeleteTopics', 20, 5, () => encodeMessage(DeleteTopicsRequest, 5, { ...empty, topicNames })],
    ['AlterConfigs', 33, 2, () => encodeMessage(AlterConfigsRequest, 2, { ...empty, resources: alterations })],
    ['CreatePartitions', 37, 3, () => encodeMessage(CreatePartitionsRequest, 3, { ...empty, topics: growths })],
    [
      'IncrementalAlterConfigs',
      44,
      1,
      () => encodeMessage(IncrementalAlterConfigsRequest, 1, { ...empty, resources: alterations }),
    ],
    ['ElectLeaders', 43, 2, () => election(topicNames.map((topic) => ({ topic, partitions: [] })))],
    ['ElectLeaders with one topic', 43, 2, () => election([{ topic: 't', partitions: many(50_001) }])],
  ])('%s that names more than is taken at once is refused as a whole', async (_, apiKey, version, body) => {
    const { broker, clock, state } = await setUp()
    const { connection } = await broker(1)
    const { offset } = state.durable
    const id = connection.says(forward(apiKey, version, body()))
    await clock.advance(10)
    const answer = connection.answerTo(id)
    expect(answer).toMatchObject({ type: 'failure', code: ErrorCode.POLICY_VIOLATION, fatal: false })
    expect(answer?.type === 'failure' && answer.message).toMatch(/at most \d+ are taken at once/)
    expect(state.durable.offset).toBe(offset)
  })

  test('mutated frames close the session or are answered; they never throw', async () => {
    const { broker, clock } = await setUp()
    const topics = [{ name: 'a', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }]
    const body = encodeMessage(CreateTopicsRequest, 7, { topics, timeoutMs: 1 })
    const bytes = encodeBrokerFrame({ correlationId: 7, clusterId: 'cluster', message: forward(19, 7, body) })
    const mutations = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(mutations, fc.nat(bytes.length), async (changes, length) => {
        const { connection } = await broker(1, 'the-same')
        const mutated = bytes.slice(0, length)
        for (const [position, value] of changes) if (position < length) mutated[position] = value
        connection.saysBytes(mutated)
        await clock.settle()
        connection.breaks()
      }),
      { numRuns: 200 },
    )
  })
})

function forward(apiKey: number, apiVersion: number, body: Uint8Array): BrokerMessage {
  return { type: 'forward', apiKey, apiVersion, body, principalType: 'User', principalName: 'ANONYMOUS' }
}

test('an unclean election is a warning that names leader and partition', async () => {
  const partition = {
    type: 'partition',
    topicId: 'id-of-t',
    partition: 0,
    replicas: [2, 1],
    isr: [2],
    leader: -1,
    leaderEpoch: 0,
    partitionEpoch: 0,
    elr: [],
    lastKnownElr: [],
    addingReplicas: [],
    removingReplicas: [],
    leaderRecoveryState: 0,
  } as const
  const records = [brokerRecord(2, { fenced: true }), { type: 'topic', name: 't', id: 'id-of-t' } as const, partition]
  const { runtime, clock, state, broker } = await setUp({ records })
  const { connection } = await broker(1)
  const request = { electionType: 1, topicPartitions: [{ topic: 't', partitions: [0] }], timeoutMs: 1000 }
  const asked = connection.says({
    type: 'forward',
    apiKey: ElectLeadersRequest.apiKey,
    apiVersion: 2,
    body: encodeMessage(ElectLeadersRequest, 2, request),
    principalType: 'User',
    principalName: 'operator',
  })
  await clock.advance(10)
  const answer = connection.answerTo(asked)
  if (answer?.type !== 'forwarded') throw new Error('the request was not carried out')
  expect(decodeMessage(ElectLeadersResponse, 2, answer.body)).toMatchObject({
    replicaElectionResults: [{ topic: 't', partitionResult: [{ partitionId: 0, errorCode: ErrorCode.NONE }] }],
  })
  expect(state.durable.topics.get('t')!.partitions[0]).toMatchObject({ leader: 1, isr: [1], leaderRecoveryState: 1 })
  expect(runtime.logger.messages('warn')).toContain(
    'broker 1 was elected uncleanly for t-0: committed records may be missing',
  )
})

const topicRecord = { type: 'topic', name: 't', id: 'id-of-t' } as const

function partitionRecord(fields: Partial<PartitionImage>): MetadataRecord {
  return {
    type: 'partition',
    topicId: 'id-of-t',
    partition: 0,
    replicas: [1, 2],
    isr: [1, 2],
    leader: 1,
    leaderEpoch: 0,
    partitionEpoch: 0,
    elr: [],
    lastKnownElr: [],
    addingReplicas: [],
    removingReplicas: [],
    leaderRecoveryState: 0,
    ...fields,
  }
}

const partitionOf = (image: MetadataImage) => image.topics.get('t')!.partitions[0]!

describe('after a restart of the controller', () => {
  const records = [brokerRecord(1), brokerRecord(2), topicRecord, partitionRecord({})]

  test('brokers that come back keep epochs and leaders: nothing is written', async () => {
    const { state, broker, clock } = await setUp({ records })
    const { offset } = state.durable
    await clock.advance(2000)
    const epochs = [(await broker(1)).brokerEpoch, (await broker(2)).brokerEpoch]
    await clock.advance(5000)
    expect(epochs).toEqual([1, 2])
    expect(state.durable.offset).toBe(offset)
  })

  test('who does not come back has a whole session timeout; the grace is for broken connections', async () => {
    const { state, broker, clock } = await setUp({ records, sessionTimeoutMs: 3000, disconnectGraceMs: 100 })
    const { connection, brokerEpoch } = await broker(1)
    const alive = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 500) {
        connection.says({ type: 'heartbeat', brokerEpoch, appliedOffset: 0, ready: true, wantsShutdown: false })
        await clock.advance(500)
      }
    }
    await alive(2500)
    expect(isFenced(state.durable, 2)).toBe(false)
    await alive(1000)
    expect(isFenced(state.durable, 2)).toBe(true)
    expect(partitionOf(state.durable)).toMatchObject({ leader: 1, isr: [1] })
  })
})

describe('a broker that wants to stop', () => {
  const isDone = (connection: ScriptedConnection, asked: number) => {
    const answer = connection.answerTo(asked)
    return answer?.type === 'alive' ? answer.mayStop : answer?.type
  }

  async function pair(partition: Partial<PartitionImage> = {}) {
    const records = [brokerRecord(1), brokerRecord(2), topicRecord, partitionRecord(partition)]
    const world = await setUp({ records })
    const [one, two] = [await world.broker(1), await world.broker(2)]
    const { clock } = world
    const beat = async (from: typeof one, appliedOffset: number, wantsShutdown = false) => {
      const { connection, brokerEpoch } = from
      const asked = connection.says({ type: 'heartbeat', brokerEpoch, appliedOffset, ready: true, wantsShutdown })
      await clock.advance(10)
      return isDone(connection, asked)
    }
    return { ...world, one, two, beat }
  }

  test('may do so when its partitions are led by others, and the others know', async () => {
    const { state, one, two, beat } = await pair()
    expect(await beat(one, 0, true)).toBe(false)
    expect(partitionOf(state.durable)).toMatchObject({ leader: 2, isr: [2] })
    expect(state.durable.brokers.get(1)).toMatchObject({ shuttingDown: true, fenced: false })
    const { offset } = state.durable
    await beat(two, offset - 1)
    expect(await beat(one, 0, true)).toBe(false)
    await beat(two, offset)
    expect(await beat(one, 0, true)).toBe(true)
    expect(await beat(one, 0)).toBe(false)
  })

  test('need not wait for what happens after it has handed over', async () => {
    const { state, one, two, beat } = await pair()
    await beat(one, 0, true)
    const { offset } = state.durable
    await state.submit(() => ({ batches: [[{ type: 'topic', name: 'later', id: 'later' }]], reply: undefined }))
    await beat(two, offset)
    expect(await beat(one, 0, true)).toBe(true)
  })

  test('waits for no fenced broker, and for no partition that nobody else can lead', async () => {
    const { state, one, two, beat, clock } = await pair({ isr: [1] })
    two.connection.breaks()
    await clock.advance(1000)
    expect(isFenced(state.durable, 2)).toBe(true)
    const { offset } = state.durable
    expect(await beat(one, 0, true)).toBe(true)
    expect(partitionOf(state.durable).leader).toBe(1)
    expect(state.durable.offset).toBe(offset)
  })

  test('waits for nobody when it is alone: nothing is written', async () => {
    const { clock, state, broker } = await setUp()
    const { connection, brokerEpoch } = await broker(1)
    const { offset } = state.durable
    const asked = connection.says({
      type: 'heartbeat',
      brokerEpoch,
      appliedOffset: 0,
      ready: true,
      wantsShutdown: true,
    })
    await clock.settle()
    expect(isDone(connection, asked)).toBe(true)
    expect(state.durable.offset).toBe(offset)
  })

  test('the applied offset of an older incarnation does not count', async () => {
    const { state, one, two, beat, broker } = await pair()
    await beat(two, 1_000_000)
    two.connection.breaks()
    const again = await broker(2, 'a-new-process')
    await beat(one, 0, true)
    expect(state.durable.brokers.get(1)?.shuttingDown).toBe(true)
    expect(await beat(one, 0, true)).toBe(false)
    await beat(again, state.durable.offset)
    expect(await beat(one, 0, true)).toBe(true)
  })
})

describe('leaders', () => {
  const records = [brokerRecord(1), brokerRecord(2), topicRecord, partitionRecord({})]

  function alterPartitionOf(brokerId: number, brokerEpoch: number, isr: readonly number[]): BrokerMessage {
    const newIsrWithEpochs = isr.map((id) => ({ brokerId: id, brokerEpoch: id }))
    const proposal = { partitionIndex: 0, leaderEpoch: 0, newIsrWithEpochs, partitionEpoch: 0 }
    // A topic id on the wire is 16 bytes.
    const topics = [{ topicId: TOPIC_ID, partitions: [proposal] }]
    return forward(56, 3, encodeMessage(AlterPartitionRequest, 3, { brokerId, brokerEpoch, topics }))
  }
  const TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAQ'
  const named = records.map((record) => ('topicId' in record ? { ...record, topicId: TOPIC_ID } : record))
  const withIds = named.map((record) => (record.type === 'topic' ? { ...record, id: TOPIC_ID } : record))

  test('the answer to a proposed ISR leaves when it is durable, with the broker of the session as its sender', async () => {
    const { state, broker, clock } = await setUp({ records: withIds })
    const { connection } = await broker(1)
    const ask = async (message: BrokerMessage) => {
      const asked = connection.says(message)
      expect(connection.answerTo(asked)).toBeUndefined()
      await clock.advance(10)
      const answer = connection.answerTo(asked)
      if (answer?.type !== 'forwarded') throw new Error(`answered ${answer?.type}`)
      return decodeMessage(AlterPartitionResponse, 3, answer.body)
    }
    expect(await ask(alterPartitionOf(2, 2, [1, 2]))).toMatchObject({ errorCode: ErrorCode.STALE_BROKER_EPOCH })
    expect(await ask(alterPartitionOf(1, 1, [1]))).toMatchObject({
      errorCode: ErrorCode.NONE,
      topics: [{ topicId: TOPIC_ID, partitions: [{ errorCode: ErrorCode.NONE, isr: [1], partitionEpoch: 1 }] }],
    })
    expect(partitionOf(state.durable).isr).toEqual([1])
  })

  test('of proposals only so many are taken at once', async () => {
    const { state, broker, clock } = await setUp({ records: withIds })
    const { connection, brokerEpoch } = await broker(1)
    const proposal = { partitionIndex: 0, leaderEpoch: 0, newIsrWithEpochs: [], partitionEpoch: 0 }
    const topics = [{ topicId: TOPIC_ID, partitions: Array.from({ length: 50_000 }, () => proposal) }]
    const body = encodeMessage(AlterPartitionRequest, 3, { brokerId: 1, brokerEpoch, topics })
    const asked = connection.says(forward(56, 3, body))
    await clock.advance(10)
    expect(connection.answerTo(asked)).toMatchObject({ type: 'failure', code: ErrorCode.POLICY_VIOLATION })
    expect(partitionOf(state.durable).partitionEpoch).toBe(0)
  })

  test('that resign are replaced, with a line in the log', async () => {
    const { state, broker, clock, runtime } = await setUp({ records })
    const { connection, brokerEpoch } = await broker(1)
    const resignation = { topicId: 'id-of-t', partition: 0, leaderEpoch: 0, reason: 'write-failed' } as const
    const stale = connection.says({ type: 'resign', brokerEpoch: 0, partitions: [resignation] })
    await clock.advance(10)
    expect(connection.answerTo(stale)).toEqual({ type: 'resigned' })
    expect(partitionOf(state.durable).leader).toBe(1)
    const many = Array.from({ length: 10_001 }, () => resignation)
    const storm = connection.says({ type: 'resign', brokerEpoch, partitions: many })
    await clock.advance(10)
    expect(connection.answerTo(storm)).toMatchObject({ type: 'failure', code: ErrorCode.POLICY_VIOLATION })
    expect(partitionOf(state.durable).leader).toBe(1)
    const asked = connection.says({ type: 'resign', brokerEpoch, partitions: [resignation] })
    await clock.advance(10)
    expect(connection.answerTo(asked)).toEqual({ type: 'resigned' })
    expect(partitionOf(state.durable)).toMatchObject({ leader: 2, isr: [1, 2] })
    expect(runtime.logger.messages('warn')).toContain('a replica resigned: another leads')
    const other = await broker(2)
    const full = { ...resignation, leaderEpoch: 1 }
    other.connection.says({ type: 'resign', brokerEpoch: other.brokerEpoch, partitions: [full] })
    await clock.advance(10)
    expect(partitionOf(state.durable)).toMatchObject({ leader: 2, leaderEpoch: 1 })
    await clock.advance(LATE_MS)
    const corrupt = { ...resignation, leaderEpoch: 1, reason: 'corrupt' } as const
    other.connection.says({ type: 'resign', brokerEpoch: other.brokerEpoch, partitions: [corrupt] })
    connection.breaks()
    await clock.advance(1000)
    expect(partitionOf(state.durable)).toMatchObject({ leader: -1, isr: [1] })
  })

  test('a leader that is fenced is replaced, and what it proposes afterwards is refused', async () => {
    const { state, broker, clock, accept } = await setUp({ records: withIds })
    const first = await broker(1)
    await broker(2)
    first.connection.breaks()
    await clock.advance(1000)
    expect(partitionOf(state.durable)).toMatchObject({ leader: 2, isr: [2], leaderEpoch: 1 })
    const again = accept()
    again.says(HELLO)
    again.says(registration(1, { incarnationId: 'incarnation-of-1' }))
    await clock.advance(10)
    const asked = again.says(alterPartitionOf(1, 1, [1]))
    await clock.advance(10)
    const answer = again.answerTo(asked)
    if (answer?.type !== 'forwarded') throw new Error(`answered ${answer?.type}`)
    expect(decodeMessage(AlterPartitionResponse, 3, answer.body)).toMatchObject({
      topics: [{ partitions: [{ errorCode: ErrorCode.FENCED_LEADER_EPOCH }] }],
    })
  })
})

test('a batch is encoded once for all brokers', async () => {
  const { broker, clock, state } = await setUp()
  const connections = [(await broker(1)).connection, (await broker(2)).connection, (await broker(3)).connection]
  const before = connections.map(({ frames }) => frames.length)
  await state.submit(() => ({ batches: [[topicRecord]], reply: undefined }))
  await clock.settle()
  const [first, ...others] = connections.map(({ frames }, index) => frames[before[index]!])
  expect(first).toBeInstanceOf(Uint8Array)
  for (const frame of others) expect(frame).toBe(first)
})
