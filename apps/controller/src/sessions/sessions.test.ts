import { describe, expect, test } from '@jest/globals'
import {
  AlterConfigsRequest,
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
import { type BrokerMessage, encodeBrokerFrame, type MetadataImage, type MetadataRecord } from '@ottla/replication'
import '@ottla/runtime/node'
import { testRuntime } from '@ottla/runtime/testing'
import fc from 'fast-check'
import { MetadataState } from '../state/metadata-state.ts'
import { openLocalStore } from '../store/local-store.ts'
import { brokerRecord, registration } from '../testing/images.ts'
import { ScriptedConnection } from '../testing/scripted-connection.ts'
import { Sessions } from './sessions.ts'

const HELLO: BrokerMessage = { type: 'hello', protocolVersion: 1, secret: '', chroot: '' }

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
    onDurable: (batches) => sessions[0]?.stream(batches),
    onFailure: () => {},
  })
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
  sessions.push(new Sessions({ ...options, ...limits }, { state, epochAt: (offset) => store.epochAt(offset) }))
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
    connection.says({ type: 'heartbeat', brokerEpoch, appliedOffset: state.durable.offset, ready: true })
    await runtime.clock.advance(10)
    return { connection, registered, brokerEpoch }
  }
  const pause = (ms: number) => {
    pausedMs += ms
  }
  return { runtime, clock, pause, state, accept, broker, sessions: sessions[0]! }
}

const isFenced = (image: MetadataImage, id: number) => image.brokers.get(id)?.fenced

describe('incarnations', () => {
  test('a frozen holder of the id gives way; a healthy one does not', async () => {
    const { state, broker } = await setUp()
    const first = await broker(1, 'first')
    const refused = await broker(1, 'second')
    expect(refused.registered).toMatchObject({
      type: 'failure',
      code: ErrorCode.DUPLICATE_BROKER_REGISTRATION,
      fatal: true,
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

  test('the heartbeat of a replaced incarnation is stale', async () => {
    const { broker, state } = await setUp()
    const { connection, brokerEpoch } = await broker(1)
    await state.submit((image) => ({
      batches: [[{ ...brokerRecord(1), epoch: image.offset + 1 } as ReturnType<typeof brokerRecord>]],
      reply: undefined,
    }))
    const beat = connection.says({ type: 'heartbeat', brokerEpoch, appliedOffset: 0, ready: true })
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

  test('a silent broker is cut off and fenced; one that speaks is not', async () => {
    const { clock, state, broker } = await setUp({ sessionTimeoutMs: 1000 })
    const [silent, speaking] = [await broker(1), await broker(2)]
    for (let passed = 0; passed < 2000; passed += 100) {
      const { brokerEpoch } = speaking
      speaking.connection.says({ type: 'heartbeat', brokerEpoch, appliedOffset: state.durable.offset, ready: true })
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
