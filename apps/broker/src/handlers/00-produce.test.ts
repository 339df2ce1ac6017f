import { beforeEach, describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { ErrorCode, REQUEST_ELEMENTS_MAX } from '@ottla/protocol'
import {
  batch,
  partitionImage,
  type ScriptedCluster,
  scriptedCluster,
  scriptedContext,
  topicId,
  topicImage,
} from '../partitions/testing/scripted-cluster.ts'
import { call } from '../partitions/testing/wire.ts'
import { type AnyHandler, CloseConnection } from '../seams.ts'
import { produceHandler } from './00-produce.ts'

const VERSIONS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
const ALL = -1

let cluster: ScriptedCluster
let handler: AnyHandler

beforeEach(async () => {
  cluster = await scriptedCluster([
    topicImage('t', [partitionImage(0), partitionImage(1, { replicas: [1, 2], isr: [1, 2] })]),
    topicImage('elsewhere', [partitionImage(0, { replicas: [2], isr: [2], leader: 2, leaderEpoch: 4 })]),
    topicImage('__consumer_offsets', [partitionImage(0)]),
  ])
  handler = produceHandler(cluster.parts)
})

interface Wanted {
  readonly name?: string
  readonly partition?: number
  readonly records?: Uint8Array | null
  readonly acks?: number
  readonly timeoutMs?: number
  readonly transactionalId?: string
}

function request({ name = 't', partition = 0, records = batch(['a']), acks = ALL, ...rest }: Wanted = {}) {
  const partitionData = [{ index: partition, records }]
  const { timeoutMs = 1_000, transactionalId = null } = rest
  return { transactionalId, acks, timeoutMs, topicData: [{ name, topicId: topicId(name), partitionData }] }
}

async function produce(wanted: Wanted = {}, version = 12) {
  const response = await call({ handler, version, request: request(wanted) })
  return response?.responses[0].partitionResponses[0]
}

describe('Produce', () => {
  test.each(VERSIONS)('version %d appends and answers', async (version) => {
    const response = await call({ handler, version, request: request({ records: batch(['a', 'b']) }) })
    const [topic] = response.responses
    expect(version >= 13 ? topic.topicId : topic.name).toBe(version >= 13 ? topicId('t') : 't')
    expect(topic.partitionResponses[0]).toMatchObject({
      index: 0,
      errorCode: 0,
      baseOffset: 0,
      logAppendTimeMs: -1,
      logStartOffset: version >= 5 ? 0 : -1,
    })
    expect(cluster.log('t').logEndOffset).toBe(2)
  })

  test('each partition of a request gets its own answer, in order', async () => {
    const topicData = [
      { name: 't', partitionData: [0, 7, 1].map((index) => ({ index, records: batch([`p${index}`]) })) },
      { name: 'nobody', partitionData: [{ index: 0, records: batch(['x']) }] },
    ]
    const response = await call({ handler, version: 9, request: { acks: 1, timeoutMs: 0, topicData } })
    const errors = response.responses.map((topic: { name: string; partitionResponses: { errorCode: number }[] }) => [
      topic.name,
      ...topic.partitionResponses.map(({ errorCode }) => errorCode),
    ])
    const unknown = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    expect(errors).toEqual([
      ['t', 0, unknown, 0],
      ['nobody', unknown],
    ])
    expect(cluster.log('t', 1).logEndOffset).toBe(1)
  })

  test('acks=1 does not wait for the others, acks=all does', async () => {
    expect(await produce({ partition: 1, acks: 1 })).toMatchObject({ errorCode: 0, baseOffset: 0 })
    let answered = false
    const all = produce({ partition: 1, acks: ALL }).then((answer) => {
      answered = true
      return answer
    })
    await cluster.runtime.clock.advance(500)
    expect(answered).toBe(false)
    cluster.session.setTopic(
      topicImage('t', [partitionImage(0), partitionImage(1, { replicas: [1, 2], isr: [1], partitionEpoch: 1 })]),
    )
    expect(await all).toMatchObject({ errorCode: 0, baseOffset: 1 })
    expect(cluster.requestTimers).toBe(0)
  })

  test('with an ISR of one acks=all needs no second turn', async () => {
    const decoded = { ...request(), topicData: [{ ...request().topicData[0]! }] }
    const response = handler.handle({ ...scriptedContext(), apiVersion: 12 }, decoded)
    expect(response).not.toBeInstanceOf(Promise)
  })

  test('written, but too few replicas are left to commit it: NOT_ENOUGH_REPLICAS_AFTER_APPEND when the time is over', async () => {
    const shrunk = partitionImage(1, { replicas: [1, 2], isr: [1], partitionEpoch: 1 })
    cluster.session.setConfig('topic', 't', { 'min.insync.replicas': '2' })
    const answer = produce({ partition: 1, timeoutMs: 300 })
    await cluster.runtime.clock.settle()
    cluster.session.setTopic(topicImage('t', [partitionImage(0), shrunk]))
    await cluster.runtime.clock.advance(300)
    expect(await answer).toMatchObject({ errorCode: ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND })
    expect(cluster.log('t', 1)).toMatchObject({ logEndOffset: 1, highWatermark: 0 })
    expect(await produce({ partition: 1 })).toMatchObject({ errorCode: ErrorCode.NOT_ENOUGH_REPLICAS })
    expect(cluster.log('t', 1).logEndOffset).toBe(1)
  })

  test('the timeout of acks=all ends the wait; the record stays and commits later', async () => {
    const answer = produce({ partition: 1, timeoutMs: 300 })
    await cluster.runtime.clock.advance(300)
    expect(await answer).toMatchObject({ errorCode: ErrorCode.REQUEST_TIMED_OUT })
    expect(cluster.log('t', 1).logEndOffset).toBe(1)
    cluster.session.setTopic(
      topicImage('t', [partitionImage(0), partitionImage(1, { replicas: [1, 2], isr: [1], partitionEpoch: 1 })]),
    )
    expect(cluster.log('t', 1).highWatermark).toBe(1)
  })

  test('losing leadership answers NOT_LEADER_OR_FOLLOWER at once, with the new leader and its address (KIP-951)', async () => {
    const asked = call({ handler, version: 10, request: request({ partition: 1 }) })
    await cluster.runtime.clock.settle()
    const moved = partitionImage(1, { replicas: [1, 2], isr: [1, 2], leader: 2, leaderEpoch: 1, partitionEpoch: 1 })
    cluster.session.setTopic(topicImage('t', [partitionImage(0), moved]))
    const response = await asked
    expect(response.responses[0].partitionResponses[0]).toMatchObject({
      errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER,
      currentLeader: { leaderId: 2, leaderEpoch: 1 },
    })
    expect(response.nodeEndpoints).toEqual([{ nodeId: 2, host: 'broker-2.test', port: 9092, rack: 'rack-2' }])
  })

  test('a repeated batch of an idempotent producer gets its first offset again, with acks=all once that is committed', async () => {
    const records = () => batch(['a', 'b'], { producerId: 5, producerEpoch: 0, baseSequence: 0 })
    expect(await produce({ records: records() })).toMatchObject({ errorCode: 0, baseOffset: 0 })
    expect(await produce({ records: records() })).toMatchObject({ errorCode: 0, baseOffset: 0 })
    expect(cluster.log('t').logEndOffset).toBe(2)
    const waiting = [records(), records()].map((each) => produce({ records: each, partition: 1, timeoutMs: 100 }))
    await cluster.runtime.clock.advance(100)
    expect((await Promise.all(waiting)).map(({ errorCode }) => errorCode)).toEqual([7, 7])
  })

  test('what the log says of a bad batch reaches the client: code, message, records (KIP-467)', async () => {
    const recordErrors = [{ batchIndex: 1, message: 'no key' }]
    cluster.log('t').nextFailure = { error: 'INVALID_RECORD', message: 'keys are needed', recordErrors }
    expect(await produce({}, 8)).toMatchObject({
      errorCode: ErrorCode.INVALID_RECORD,
      baseOffset: -1,
      errorMessage: 'keys are needed',
      recordErrors: [{ batchIndex: 1, batchIndexErrorMessage: 'no key' }],
    })
    cluster.log('t').nextFailure = { error: 'KAFKA_STORAGE_ERROR', message: 'ENOSPC' }
    expect(await produce({}, 3)).toMatchObject({ errorCode: ErrorCode.KAFKA_STORAGE_ERROR })
  })

  test.each<[string, Wanted, number]>([
    ['acks 2', { acks: 2 }, ErrorCode.INVALID_REQUIRED_ACKS],
    ['no batch', { records: null }, ErrorCode.INVALID_RECORD],
    ['an empty batch', { records: new Uint8Array(0) }, ErrorCode.INVALID_RECORD],
    ['an internal topic', { name: '__consumer_offsets' }, ErrorCode.INVALID_TOPIC_EXCEPTION],
    ['another leader', { name: 'elsewhere' }, ErrorCode.NOT_LEADER_OR_FOLLOWER],
    ['a transactional id', { transactionalId: 'tx' }, ErrorCode.INVALID_TXN_STATE],
    [
      'a transactional batch',
      { records: batch(['a'], { isTransactional: true, producerId: 1, producerEpoch: 0, baseSequence: 0 }) },
      ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
    ],
  ])('%s is refused', async (_, wanted, errorCode) => {
    expect(await produce(wanted)).toMatchObject({ errorCode, baseOffset: -1 })
    expect(cluster.log('t').logEndOffset).toBe(0)
    expect(cluster.log('__consumer_offsets').logEndOffset).toBe(0)
  })

  test('below the effective min ISR acks=all is refused before anything is written', async () => {
    cluster.session.setConfig('topic', 't', { 'min.insync.replicas': '2' })
    cluster.session.setTopic(
      topicImage('t', [partitionImage(0), partitionImage(1, { replicas: [1, 2], isr: [1], partitionEpoch: 1 })]),
    )
    expect(await produce({ partition: 1 })).toMatchObject({ errorCode: ErrorCode.NOT_ENOUGH_REPLICAS })
    expect(cluster.log('t', 1).logEndOffset).toBe(0)
  })

  test('version 13 knows topics by id alone', async () => {
    expect(await produce({ name: 'nobody' }, 13)).toMatchObject({ errorCode: ErrorCode.UNKNOWN_TOPIC_ID })
    cluster.session.setTopic(topicImage('t', [partitionImage(0)], 'another'.padEnd(22, 'A')))
    expect(await produce({}, 13)).toMatchObject({ errorCode: ErrorCode.UNKNOWN_TOPIC_ID })
  })

  test('without permission nothing is written', async () => {
    cluster.parts.security = { authorize: (_, __, { type }) => type !== 'topic', quota: () => 0 }
    handler = produceHandler(cluster.parts)
    expect(await produce()).toMatchObject({ errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED })
    expect(await produce({ name: 'nobody' })).toMatchObject({ errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED })
    cluster.parts.security = { authorize: (_, __, { type }) => type === 'topic', quota: () => 0 }
    handler = produceHandler(cluster.parts)
    const answer = await produce({ transactionalId: 'tx' })
    expect(answer).toMatchObject({ errorCode: ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED })
    expect(cluster.log('t').logEndOffset).toBe(0)
  })

  test('acks=0 has no answer once it is written; a failure closes the connection', async () => {
    expect(await produce({ acks: 0 })).toBeUndefined()
    expect(cluster.log('t').logEndOffset).toBe(1)
    await expect(produce({ acks: 0, name: 'nobody' })).rejects.toThrow(CloseConnection)
    await expect(produce({ acks: 0, name: 'nobody' })).rejects.toThrow('nobody-0: UNKNOWN_TOPIC_OR_PARTITION')
    cluster.log('t').held = true
    cluster.log('t').nextFailure = { error: 'KAFKA_STORAGE_ERROR', message: 'ENOSPC' }
    const late = produce({ acks: 0 })
    await cluster.runtime.clock.settle()
    cluster.log('t').publish()
    await expect(late).rejects.toThrow('KAFKA_STORAGE_ERROR, ENOSPC')
  })

  test('the append has started when `handle` returns, and memory goes back when it is written', async () => {
    const log = cluster.log('t', 1)
    log.held = true
    const context = { ...scriptedContext(), apiVersion: 12, released: 0 }
    context.releaseMemory = () => {
      context.released++
    }
    const answer = handler.handle(context, request({ partition: 1, timeoutMs: 100 }))
    expect(context.released).toBe(0)
    log.publish()
    expect(log.logEndOffset).toBe(1)
    expect(context.released).toBe(1)
    await cluster.runtime.clock.advance(100)
    await answer
    expect(context.released).toBe(1)
  })

  test('a connection that ends takes its wait along', async () => {
    const context = scriptedContext()
    const answer = call({ handler, version: 12, request: request({ partition: 1 }), context })
    await cluster.runtime.clock.settle()
    const partition = cluster.partitions.find(cluster.partitions.topicByName('t')!, 1)
    expect(partition).toMatchObject({ commitWaiters: 1 })
    context.disconnect()
    await answer
    expect(partition).toMatchObject({ commitWaiters: 0 })
    expect(cluster.requestTimers).toBe(0)
  })

  test('an empty request has an empty answer', async () => {
    const response = await call({ handler, version: 9, request: { acks: 1, timeoutMs: 0, topicData: [] } })
    expect(response.responses).toEqual([])
  })
})

describe('Produce below version 3', () => {
  const NAME = Buffer.from('t')
  const CONTEXT = { ...scriptedContext(), correlationId: 42 }

  function legacyBody(acks: number): Buffer {
    const body = Buffer.alloc(2 + 4 + 4 + 2 + 1 + 4 + 4 + 4 + 3)
    body.writeInt16BE(acks, 0)
    body.writeInt32BE(1, 6)
    body.writeInt16BE(NAME.length, 10)
    body.set(NAME, 12)
    body.writeInt32BE(1, 13)
    body.writeInt32BE(9, 17)
    body.writeInt32BE(3, 21)
    return body
  }

  test.each([
    [0, 0],
    [1, 4],
    [2, 4 + 8],
  ])('version %d is answered with UNSUPPORTED_VERSION per partition', (apiVersion, extraBytes) => {
    const [chunk] = handler.unsupported!({ ...CONTEXT, apiVersion }, legacyBody(1))!
    const answer = Buffer.from(chunk as Uint8Array)
    expect(answer.length).toBe(4 + 4 + 4 + 2 + 1 + 4 + 4 + 2 + 8 + extraBytes)
    expect([answer.readInt32BE(0), answer.readInt32BE(4), answer.readInt32BE(8)]).toEqual([answer.length - 4, 42, 1])
    expect(answer.subarray(14, 15)).toEqual(NAME)
    expect([answer.readInt32BE(15), answer.readInt32BE(19)]).toEqual([1, 9])
    expect(answer.readInt16BE(23)).toBe(ErrorCode.UNSUPPORTED_VERSION)
    expect(answer.readBigInt64BE(25)).toBe(-1n)
  })

  test('acks=0, bytes that are cut, lying counts and other versions close the connection', () => {
    const refuse = (apiVersion: number, body: Uint8Array) => handler.unsupported!({ ...CONTEXT, apiVersion }, body)
    expect(refuse(1, legacyBody(0))).toBeUndefined()
    const whole = legacyBody(1)
    for (let length = 0; length < whole.length; length++) expect(refuse(1, whole.subarray(0, length))).toBeUndefined()
    const lying = legacyBody(1)
    lying.writeInt32BE(0x7fffffff, 6)
    expect(refuse(1, lying)).toBeUndefined()
    const many = Buffer.alloc(10 + 6 * (REQUEST_ELEMENTS_MAX + 1))
    many.writeInt16BE(1, 0)
    many.writeInt32BE(REQUEST_ELEMENTS_MAX + 1, 6)
    expect(refuse(1, many)).toBeUndefined()
    many.writeInt32BE(REQUEST_ELEMENTS_MAX, 6)
    expect(refuse(1, many)).toBeDefined()
    expect(refuse(14, whole)).toBeUndefined()
    expect(refuse(-1, whole)).toBeUndefined()
  })

  test('is advertised from 0 (KAFKA-18659)', () => {
    expect(handler).toMatchObject({ api: 0, min: 3, max: 13, advertisedMin: 0 })
  })
})
