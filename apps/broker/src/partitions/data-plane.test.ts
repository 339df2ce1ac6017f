/** Handlers, partitions and the real log together, on a disk in memory. */
import { describe, expect, test } from '@jest/globals'
import '@ottla/runtime/node'
import { batchesIn, ErrorCode, encodeBatch } from '@ottla/protocol'
import { MemoryDisk, type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { LogDirectory } from '@ottla/storage'
import { produceHandler } from '../handlers/00-produce.ts'
import { fetchHandler } from '../handlers/01-fetch.ts'
import { listOffsetsHandler } from '../handlers/02-list-offsets.ts'
import {
  partitionImage,
  type ScriptedCluster,
  scriptedCluster,
  topicId,
  topicImage,
} from './testing/scripted-cluster.ts'
import { call } from './testing/wire.ts'

const PATH = '/logs'

async function start(runtime: TestRuntime, leaderEpoch = 0) {
  const { disk, clock, timers, logger, random } = runtime
  const world = { disk, clock, timers, logger }
  const directory = await LogDirectory.open({ world, random, path: PATH, brokerId: 1, clusterId: 'cluster' })
  const topics = [topicImage('t', [partitionImage(0, { leaderEpoch }), partitionImage(1, { leaderEpoch })])]
  const cluster = await scriptedCluster(topics, [directory], runtime)
  const stop = async (clean: boolean) => {
    await cluster.partitions.close()
    await directory.close({ clean })
  }
  return { cluster, directory, stop }
}

function records(values: readonly string[], nowMs: number, options: Partial<Parameters<typeof encodeBatch>[0]> = {}) {
  return encodeBatch({
    records: values.map((value) => ({ key: null, value: Buffer.from(value), timestamp: nowMs })),
    ...options,
  })
}

async function produce({ parts }: ScriptedCluster, batches: readonly Uint8Array[], acks = -1) {
  const partitionData = batches.map((each, index) => ({ index, records: each }))
  const topicData = [{ name: 't', topicId: topicId('t'), partitionData }]
  const response = await call({
    handler: produceHandler(parts),
    version: 13,
    request: { acks, timeoutMs: 1_000, topicData },
  })
  return response.responses[0].partitionResponses
}

async function fetch({ parts }: ScriptedCluster, fetchOffset: number, limits: object = {}) {
  const partitions = [{ partition: 0, fetchOffset, partitionMaxBytes: 1_000_000 }]
  const request = { maxWaitMs: 500, minBytes: 1, topics: [{ topicId: topicId('t'), partitions }], ...limits }
  const response = await call({ handler: fetchHandler(parts), version: 18, request })
  return response.responses[0].partitions[0]
}

async function latest({ parts }: ScriptedCluster) {
  const topics = [{ name: 't', partitions: [{ partitionIndex: 0, timestamp: -1 }] }]
  const response = await call({ handler: listOffsetsHandler(parts), version: 11, request: { replicaId: -1, topics } })
  return response.topics[0].partitions[0].offset
}

function values(bytes: Uint8Array): string[] {
  return [...batchesIn(bytes)].flatMap((each) => [...each.records()].map(({ value }) => Buffer.from(value!).toString()))
}

describe('the data plane over the real log', () => {
  test('what is produced is read back, from any offset, with every codec', async () => {
    const runtime = testRuntime()
    const { cluster } = await start(runtime)
    const now = runtime.clock.now()
    let base = 0
    for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
      const [answer] = await produce(cluster, [records([`${codec} 1`, `${codec} 2`], now, { codec })])
      expect(answer).toMatchObject({ errorCode: 0, baseOffset: base })
      base += 2
    }
    expect(await latest(cluster)).toBe(10)
    const answer = await fetch(cluster, 3)
    expect(answer).toMatchObject({ errorCode: 0, highWatermark: 10, lastStableOffset: 10, logStartOffset: 0 })
    expect(values(answer.records)).toEqual([
      'gzip 1',
      'gzip 2',
      'snappy 1',
      'snappy 2',
      'lz4 1',
      'lz4 2',
      'zstd 1',
      'zstd 2',
    ])
  })

  test('requests that arrive together are written together, each with its own offsets', async () => {
    const runtime = testRuntime()
    const { cluster } = await start(runtime)
    const now = runtime.clock.now()
    const answers = await Promise.all(['a', 'b', 'c'].map((value) => produce(cluster, [records([value], now)])))
    expect(answers.map(([answer]) => answer.baseOffset)).toEqual([0, 1, 2])
    expect(values((await fetch(cluster, 0)).records)).toEqual(['a', 'b', 'c'])
  })

  test('a long poll sees a record as soon as it is committed', async () => {
    const runtime = testRuntime()
    const { cluster } = await start(runtime)
    const waiting = fetch(cluster, 0)
    await runtime.clock.advance(100)
    await produce(cluster, [records(['late'], runtime.clock.now())])
    expect(values((await waiting).records)).toEqual(['late'])
  })

  test('an idempotent producer: duplicates, gaps, and a batch that is damaged', async () => {
    const runtime = testRuntime()
    const { cluster } = await start(runtime)
    const now = runtime.clock.now()
    const send = (baseSequence: number) =>
      produce(cluster, [records(['x'], now, { producerId: 7, producerEpoch: 0, baseSequence })])
    expect((await send(0))[0]).toMatchObject({ errorCode: 0, baseOffset: 0 })
    expect((await send(1))[0]).toMatchObject({ errorCode: 0, baseOffset: 1 })
    expect((await send(0))[0]).toMatchObject({ errorCode: 0, baseOffset: 0 })
    expect((await send(5))[0]).toMatchObject({ errorCode: ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER })
    const damaged = records(['y'], now)
    damaged[damaged.length - 1]! ^= 1
    const [bad, good] = await produce(cluster, [damaged, records(['z'], now)])
    expect([bad.errorCode, good.errorCode]).toEqual([ErrorCode.CORRUPT_MESSAGE, 0])
    expect(await latest(cluster)).toBe(2)
  })

  test.each([true, false])(
    'after a stop (clean: %s) and a start everything is there, under the next leader epoch',
    async (clean) => {
      const runtime = testRuntime()
      const first = await start(runtime)
      const send = (cluster: ScriptedCluster, baseSequence: number) =>
        produce(cluster, [records(['x'], runtime.clock.now(), { producerId: 7, producerEpoch: 0, baseSequence })])
      await send(first.cluster, 0)
      await send(first.cluster, 1)
      await first.stop(clean)
      const second = await start(runtime, 1)
      expect(await latest(second.cluster)).toBe(2)
      expect((await send(second.cluster, 1))[0]).toMatchObject({ errorCode: 0, baseOffset: 1 })
      expect((await send(second.cluster, 2))[0]).toMatchObject({ errorCode: 0, baseOffset: 2 })
      const epochs = [...batchesIn((await fetch(second.cluster, 0)).records)].map((each) => each.partitionLeaderEpoch)
      expect(epochs).toEqual([0, 0, 1])
      await second.stop(true)
    },
  )

  test('a failed write fails its requests, and the next one succeeds with the offset that was free', async () => {
    const runtime = testRuntime()
    const { cluster } = await start(runtime)
    await produce(cluster, [records(['a'], runtime.clock.now())])
    runtime.disk.failNext({ operation: 'write', path: /\.log$/, code: 'ENOSPC' })
    const [failed] = await produce(cluster, [records(['b'], runtime.clock.now())])
    expect(failed).toMatchObject({ errorCode: ErrorCode.KAFKA_STORAGE_ERROR })
    const [next] = await produce(cluster, [records(['c'], runtime.clock.now())])
    expect(next).toMatchObject({ errorCode: 0, baseOffset: 1 })
    expect(values((await fetch(cluster, 0)).records)).toEqual(['a', 'c'])
  })

  test('leadership that ends while a write is under way: acks=1 has its record, acks=all is told to go elsewhere', async () => {
    const completions: (() => void)[] = []
    let held = false
    const runtime = testRuntime({
      disk: new MemoryDisk({ later: (complete) => (held ? completions.push(complete) : queueMicrotask(complete)) }),
    })
    const { cluster } = await start(runtime)
    runtime.disk.deferWrites = true
    held = true
    const answers = [1, -1].map((acks) => produce(cluster, [records([`acks=${acks}`], runtime.clock.now())], acks))
    await runtime.clock.settle()
    const moved = { leader: 2, leaderEpoch: 1, partitionEpoch: 1 }
    cluster.session.setTopic(topicImage('t', [partitionImage(0, moved), partitionImage(1)]))
    expect((await fetch(cluster, 0)).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
    held = false
    for (const complete of completions) complete()
    const codes = (await Promise.all(answers)).map(([answer]) => answer.errorCode)
    expect(codes).toEqual([0, ErrorCode.NOT_LEADER_OR_FOLLOWER])
  })

  test('a deleted topic is gone, and its name can be used again, from offset 0', async () => {
    const runtime = testRuntime()
    const { cluster, directory } = await start(runtime)
    await produce(cluster, [records(['a'], runtime.clock.now())])
    cluster.session.removeTopic('t')
    expect((await fetch(cluster, 0)).errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_ID)
    cluster.session.setTopic(topicImage('t', [partitionImage(0)]))
    await cluster.partitions.settled()
    expect(directory.logs.map(({ partition }) => partition)).toEqual([0])
    expect(await latest(cluster)).toBe(0)
  })

  test('a topic with LogAppendTime answers the time of the append', async () => {
    const runtime = testRuntime()
    const { cluster } = await start(runtime)
    cluster.session.setConfig('topic', 't', { 'message.timestamp.type': 'LogAppendTime' })
    const [answer] = await produce(cluster, [records(['a'], 1_000)])
    expect(answer).toMatchObject({ errorCode: 0, logAppendTimeMs: runtime.clock.now() })
  })

  test.each(['gzip', 'snappy', 'lz4', 'zstd', 'uncompressed'] as const)(
    "a topic's compression.type is what its batches have: %s",
    async (type) => {
      const runtime = testRuntime()
      const { cluster } = await start(runtime)
      cluster.session.setConfig('topic', 't', { 'compression.type': type })
      const value = 'again '.repeat(100)
      for (const codec of ['none', 'gzip', 'zstd'] as const) {
        const [answer] = await produce(cluster, [records([value, value], runtime.clock.now(), { codec })])
        expect(answer.errorCode).toBe(0)
      }
      const { records: stored } = await fetch(cluster, 0)
      const codecs = [...batchesIn(stored)].map((each) => each.codec)
      expect(codecs).toEqual(Array(3).fill(type === 'uncompressed' ? 'none' : type))
      expect(values(stored)).toEqual(Array(6).fill(value))
    },
  )

  test('max.message.bytes counts after compression, too', async () => {
    const runtime = testRuntime()
    const { cluster } = await start(runtime)
    cluster.session.setConfig('topic', 't', { 'compression.type': 'uncompressed', 'max.message.bytes': '1000' })
    const zipped = records(['a'.repeat(2_000)], runtime.clock.now(), { codec: 'gzip' })
    expect((await produce(cluster, [zipped]))[0].errorCode).toBe(ErrorCode.MESSAGE_TOO_LARGE)
  })

  test('a compacted topic sees missing keys in compressed batches', async () => {
    const runtime = testRuntime()
    const { cluster } = await start(runtime)
    cluster.session.setConfig('topic', 't', { 'cleanup.policy': 'compact' })
    const [answer] = await produce(cluster, [records(['a', 'b'], runtime.clock.now(), { codec: 'zstd' })])
    expect(answer).toMatchObject({
      errorCode: ErrorCode.INVALID_RECORD,
      recordErrors: [{ batchIndex: 0 }, { batchIndex: 1 }],
    })
    expect(await latest(cluster)).toBe(0)
  })

  test('min bytes do not hold up a reader at the end of a segment', async () => {
    const runtime = testRuntime()
    const { cluster } = await start(runtime)
    const size = records(['x'.repeat(100)], runtime.clock.now()).length
    const send = () => produce(cluster, [records(['x'.repeat(100)], runtime.clock.now())])
    cluster.session.setConfig('topic', 't', { 'segment.bytes': String(1024 * 1024) })
    const log = cluster.partitions.find(cluster.partitions.topicByName('t')!, 0)
    if (typeof log === 'string') throw new Error(log)
    log.log.updateConfig({ ...log.log.config, segmentBytes: size * 2 })
    await send()
    const waiting = fetch(cluster, 0, { minBytes: size * 3, maxWaitMs: 60_000 })
    await runtime.clock.settle()
    await send()
    await send()
    expect((await waiting).records.length).toBe(size * 2)
    expect((await fetch(cluster, 0, { minBytes: size * 3, maxWaitMs: 60_000 })).records.length).toBe(size * 2)
  })

  test('a log that goes offline answers KAFKA_STORAGE_ERROR to readers and writers', async () => {
    const runtime = testRuntime()
    const { cluster, directory } = await start(runtime)
    await produce(cluster, [records(['a'], runtime.clock.now())])
    for (const log of directory.logs) log.goOffline(new Error('EIO'))
    expect((await fetch(cluster, 0)).errorCode).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
    const [answer] = await produce(cluster, [records(['b'], runtime.clock.now())])
    expect(answer.errorCode).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
  })
})
