import { describe, expect, test } from '@jest/globals'
import {
  ApiKey,
  CreateTopicsRequest,
  CreateTopicsResponse,
  decodeMessage,
  decodeResponse,
  ErrorCode,
  encodeMessage,
  encodeResponse,
  KafkaError,
  type MetadataRequest,
  MetadataResponse,
  ZERO_UUID,
} from '@ottla/protocol'
import { apis } from '@ottla/protocol/apis'
import type { TestRuntime } from '@ottla/runtime/testing'
import type { ForwardOptions, Security } from '../seams.ts'
import { allowAll } from '../security/allow-all.ts'
import { broker, contextOf, type FrontOptions, frontParts, idOf, imageOf, partition } from '../testing/front.ts'
import { metadataHandler } from './03-metadata.ts'

const IMAGE = imageOf([broker(1), broker(2, { rack: 'r2' }), broker(3, { fenced: true })], {
  orders: [partition(0, [1, 2]), partition(1, [2, 3], { isr: [2] })],
  lost: [partition(0, [3], { leader: -1 })],
  __consumer_offsets: [partition(0, [1])],
})

function asked(names: readonly (string | null)[] | null, extra: Partial<MetadataRequest> = {}): MetadataRequest {
  return {
    topics: names === null ? null : names.map((name) => ({ name, topicId: ZERO_UUID })),
    allowAutoTopicCreation: false,
    includeClusterAuthorizedOperations: false,
    includeTopicAuthorizedOperations: false,
    ...extra,
  }
}

/** The answer as a client of this version sees it. */
async function ask(version: number, request: MetadataRequest, options: FrontOptions = {}): Promise<MetadataResponse> {
  const handler = metadataHandler(frontParts({ image: IMAGE, ...options }))
  const value = await handler.handle(contextOf(ApiKey.Metadata, version), request)
  const frame = Buffer.concat(encodeResponse(MetadataResponse, version, 1, value!) as Uint8Array[]).subarray(4)
  return decodeResponse(MetadataResponse, version, frame).body
}

function errors(response: MetadataResponse): [string | null, number][] {
  return response.topics.map(({ name, errorCode }) => [name, errorCode])
}

describe('Metadata', () => {
  test.each(Array.from({ length: 14 }, (_, version) => version))('version %i', async (version) => {
    const response = await ask(version, asked(['orders']))
    expect(response.brokers).toEqual([
      { nodeId: 1, host: 'host-1', port: 9091, rack: null },
      { nodeId: 2, host: 'host-2', port: 9092, rack: version >= 1 ? 'r2' : null },
    ])
    expect(response.clusterId).toBe(version >= 2 ? 'cluster-1' : null)
    expect(response.controllerId).toBe(version >= 1 ? 1 : -1)
    const [topic] = response.topics
    expect(topic).toMatchObject({ errorCode: 0, name: 'orders', topicId: version >= 10 ? idOf('orders') : ZERO_UUID })
    expect(topic!.partitions[0]).toMatchObject({ errorCode: 0, leaderId: 1, replicaNodes: [1, 2], isrNodes: [1, 2] })
    expect(topic!.partitions[1]).toEqual({
      errorCode: version === 0 ? ErrorCode.REPLICA_NOT_AVAILABLE : 0,
      partitionIndex: 1,
      leaderId: 2,
      leaderEpoch: version >= 7 ? 3 : -1,
      replicaNodes: version === 0 ? [2] : [2, 3],
      isrNodes: [2],
      offlineReplicas: version >= 5 ? [3] : [],
    })
  })

  test('a leader that has just vanished is not named, until the controller or its return decides', async () => {
    const handler = metadataHandler({ ...frontParts({ image: IMAGE }), hasVanished: (id) => id === 2 })
    const answer = await handler.handle(contextOf(ApiKey.Metadata, 12), asked(['orders']))
    expect(answer!.brokers.map(({ nodeId }) => nodeId)).toEqual([1, 2])
    expect(answer!.topics[0]!.partitions).toMatchObject([
      { errorCode: 0, leaderId: 1 },
      { errorCode: ErrorCode.LEADER_NOT_AVAILABLE, leaderId: -1, leaderEpoch: 3, isrNodes: [2] },
    ])
  })

  test('which topics: all, none, some', async () => {
    const all = ['orders', 'lost', '__consumer_offsets']
    expect((await ask(0, asked([]))).topics.map(({ name }) => name)).toEqual(all)
    expect((await ask(1, asked([]))).topics).toEqual([])
    expect((await ask(1, asked(null))).topics.map(({ name }) => name)).toEqual(all)
    expect(errors(await ask(9, asked(['orders', 'nope', 'orders', 'bad name', '..'])))).toEqual([
      ['orders', 0],
      ['nope', ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
      ['bad name', ErrorCode.INVALID_TOPIC_EXCEPTION],
      ['..', ErrorCode.INVALID_TOPIC_EXCEPTION],
    ])
  })

  test('internal topics are marked', async () => {
    const { topics } = await ask(9, asked(['__consumer_offsets', 'orders']))
    expect(topics.map(({ isInternal }) => isInternal)).toEqual([true, false])
  })

  test('a partition without a leader, and one whose leader lacks the listener', async () => {
    const far = broker(2, { listeners: [{ name: 'OTHER', securityProtocol: 'PLAINTEXT', host: 'h', port: 1 }] })
    const image = imageOf([broker(1), far], { t: [partition(0, [2]), partition(1, [1], { leader: -1 })] })
    const codes = async (version: number) =>
      (await ask(version, asked(['t']), { image })).topics[0]!.partitions.map(({ errorCode, leaderId }) => [
        errorCode,
        leaderId,
      ])
    expect(await codes(5)).toEqual([
      [ErrorCode.LEADER_NOT_AVAILABLE, -1],
      [ErrorCode.LEADER_NOT_AVAILABLE, -1],
    ])
    expect(await codes(6)).toEqual([
      [ErrorCode.LISTENER_NOT_FOUND, -1],
      [ErrorCode.LEADER_NOT_AVAILABLE, -1],
    ])
  })

  test('topics by id', async () => {
    const unknown = idOf('nobody')
    const topics = [idOf('orders'), unknown].map((topicId) => ({ topicId, name: null }))
    const response = await ask(12, asked([], { topics }))
    expect(response.topics.map(({ errorCode, name, topicId }) => [errorCode, name, topicId])).toEqual([
      [0, 'orders', idOf('orders')],
      [ErrorCode.UNKNOWN_TOPIC_ID, null, unknown],
    ])
  })

  test('an id counts for more than a name', async () => {
    const topics = [{ topicId: idOf('nobody'), name: 'orders' }]
    for (const allowAutoTopicCreation of [false, true]) {
      const request = asked([], { topics, allowAutoTopicCreation })
      expect(errors(await ask(12, request))).toEqual([[null, ErrorCode.UNKNOWN_TOPIC_ID]])
    }
  })

  test.each([10, 11])('version %i has ids and null names without a meaning', async (version) => {
    const byId = asked([], { topics: [{ topicId: idOf('orders'), name: 'orders' }] })
    expect(errors(await ask(version, byId))).toEqual([['orders', ErrorCode.INVALID_REQUEST]])
    expect(errors(await ask(version, asked([null])))).toEqual([['', ErrorCode.INVALID_REQUEST]])
  })

  test('the controller is a live broker, this one if it is live', async () => {
    const fencedSelf = imageOf([broker(1, { fenced: true }), broker(2)], {})
    expect((await ask(9, asked([]), { image: fencedSelf })).controllerId).toBe(2)
    expect((await ask(9, asked([]), { image: imageOf([], {}) })).controllerId).toBe(-1)
  })

  test('authorized operations are told when asked for', async () => {
    const request = asked(['orders'], {
      includeTopicAuthorizedOperations: true,
      includeClusterAuthorizedOperations: true,
    })
    const shown = await ask(8, request)
    expect([shown.clusterAuthorizedOperations, shown.topics[0]!.topicAuthorizedOperations]).toEqual([8096, 3576])
    const hidden = await ask(8, asked(['orders']))
    expect(hidden.clusterAuthorizedOperations).toBe(-2_147_483_648)
    expect(hidden.topics[0]!.topicAuthorizedOperations).toBe(-2_147_483_648)
  })

  test('what a client may not see', async () => {
    const security: Security = { ...allowAll, authorize: (_, __, { name }) => name !== 'orders' }
    expect((await ask(9, asked(null), { security })).topics.map(({ name }) => name)).toEqual([
      'lost',
      '__consumer_offsets',
    ])
    expect(errors(await ask(9, asked(['orders']), { security }))).toEqual([
      ['orders', ErrorCode.TOPIC_AUTHORIZATION_FAILED],
    ])
    const byId = await ask(12, asked([], { topics: [{ topicId: idOf('orders'), name: null }] }), { security })
    expect(errors(byId)).toEqual([[null, ErrorCode.TOPIC_AUTHORIZATION_FAILED]])
  })
})

describe('auto-creation', () => {
  const create = (names: string[]) => asked(names, { allowAutoTopicCreation: true })

  /** A controller that answers with these codes, and puts topics with code 0 into the image. */
  function controller(codes: Readonly<Record<string, number>>) {
    const commands: CreateTopicsRequest[] = []
    const parts = frontParts({
      image: IMAGE,
      forward: async ({ apiVersion, body }: ForwardOptions) => {
        const request = decodeMessage(CreateTopicsRequest, apiVersion, body)
        commands.push(request)
        const topics = request.topics.map(({ name }) => ({ name, errorCode: codes[name]!, errorMessage: null }))
        const made = topics.filter(({ errorCode }) => errorCode === 0).map(({ name }) => [name, [partition(0, [1])]])
        parts.image = imageOf([...IMAGE.brokers.values()], Object.fromEntries(made))
        return encodeMessage(CreateTopicsResponse, apiVersion, { throttleTimeMs: 0, topics })
      },
    })
    return { parts, commands }
  }

  test('the answer has the topic', async () => {
    const { parts, commands } = controller({ fresh: 0 })
    const handler = metadataHandler(parts)
    const response = await handler.handle(contextOf(ApiKey.Metadata, 9), create(['fresh', 'orders']))
    expect(commands).toHaveLength(1)
    expect(commands[0]!.topics).toEqual([
      { name: 'fresh', numPartitions: -1, replicationFactor: -1, assignments: [], configs: [] },
    ])
    expect(response!.topics[0]).toMatchObject({ errorCode: 0, name: 'fresh', partitions: [{ leaderId: 1 }] })
  })

  test('requests that come meanwhile share one command', async () => {
    const { parts, commands } = controller({ fresh: 0 })
    const handler = metadataHandler(parts)
    const both = [1, 2].map(() => handler.handle(contextOf(ApiKey.Metadata, 9), create(['fresh'])))
    for (const response of await Promise.all(both)) expect(response!.topics[0]!.errorCode).toBe(0)
    expect(commands).toHaveLength(1)
  })

  test.each([
    [ErrorCode.INVALID_REPLICATION_FACTOR, ErrorCode.INVALID_REPLICATION_FACTOR],
    [ErrorCode.TOPIC_ALREADY_EXISTS, ErrorCode.LEADER_NOT_AVAILABLE],
    [ErrorCode.REQUEST_TIMED_OUT, ErrorCode.LEADER_NOT_AVAILABLE],
  ])('the controller says %i: the client is told %i', async (said, told) => {
    const { parts } = controller({ fresh: said })
    const response = await metadataHandler(parts).handle(contextOf(ApiKey.Metadata, 9), create(['fresh']))
    expect(response!.topics[0]!.errorCode).toBe(told)
  })

  test('without a controller the client is told to try again', async () => {
    const forward = () => Promise.reject(new KafkaError('REQUEST_TIMED_OUT'))
    expect(errors(await ask(9, create(['fresh']), { forward }))).toEqual([['fresh', ErrorCode.LEADER_NOT_AVAILABLE]])
  })

  test.each<[string, MetadataRequest, FrontOptions]>([
    ['the client does not want it', asked(['fresh']), {}],
    ['the broker does not', create(['fresh']), { config: { 'auto.create.topics.enable': 'false' } }],
  ])('no command when %s', async (_, request, options) => {
    const forward = () => Promise.reject(new Error('must not be called'))
    expect(errors(await ask(9, request, { ...options, forward }))).toEqual([
      ['fresh', ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
    ])
  })

  test('a hundred names that are refused alike are one log line', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `fresh-${index}`)
    const { parts } = controller(Object.fromEntries(names.map((name) => [name, ErrorCode.POLICY_VIOLATION])))
    await metadataHandler(parts).handle(contextOf(ApiKey.Metadata, 9), create(names))
    const lines = (parts.runtime as TestRuntime).logger.lines.filter(({ level }) => level === 'warn')
    expect(lines.map(({ fields }) => fields)).toEqual([{ topics: names.slice(0, 10), count: 100 }])
  })

  test('what finds no room among the names under way is asked for again', async () => {
    const names = Array.from({ length: 10_001 }, (_, index) => `fresh-${index}`)
    const { parts, commands } = controller(Object.fromEntries(names.map((name) => [name, 0])))
    const response = await metadataHandler(parts).handle(contextOf(ApiKey.Metadata, 9), create(names))
    expect(commands.map(({ topics }) => topics.length)).toEqual([10_000])
    expect(response!.topics.at(-1)).toMatchObject({ name: 'fresh-10000', errorCode: ErrorCode.LEADER_NOT_AVAILABLE })
  })

  test('invalid and forbidden names are not sent to the controller', async () => {
    const security: Security = { ...allowAll, authorize: (_, operation) => operation !== 'CREATE' }
    const forward = () => Promise.reject(new Error('must not be called'))
    expect(errors(await ask(9, create(['fresh', 'orders']), { security, forward }))).toEqual([
      ['fresh', ErrorCode.TOPIC_AUTHORIZATION_FAILED],
      ['orders', 0],
    ])
    expect(errors(await ask(9, create(['a b', '__transaction_state']), { forward }))).toEqual([
      ['a b', ErrorCode.INVALID_TOPIC_EXCEPTION],
      ['__transaction_state', ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
    ])
  })
})

test('the handler serves what the protocol defines', () => {
  const { min, max } = metadataHandler(frontParts())
  expect(apis.get(ApiKey.Metadata)!.request.versions).toMatchObject({ min, max })
})
