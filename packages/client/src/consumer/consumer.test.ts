import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  ApiKey,
  type BatchInput,
  ErrorCode,
  encodeBatch,
  FetchResponse,
  ListOffsetsResponse,
  MetadataResponse,
  OffsetForLeaderEpochResponse,
  RecordBatch,
} from '@ottla/protocol'
import '@ottla/runtime/node'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import {
  answer,
  type Reaction,
  type ScriptedBroker,
  type SeenRequest,
  scriptedBroker,
} from '../testing/scripted-broker.ts'
import { Consumer } from './consumer.ts'
import { DESERIALIZERS } from './deserializers.ts'
import type { ConsumerOptions } from './options.ts'

const TOPIC_ID = 'AQEBAQEBAQEBAQEBAQEBAQ'
const T0 = { topic: 't', partition: 0 }
const T1 = { topic: 't', partition: 1 }
const utf8 = new TextEncoder()

/** One partition of topic t, as its leader has it. */
interface Log {
  leader: number
  epoch: number
  startOffset: number
  batches: Uint8Array[]
  /** Answered in place of records, each once. */
  errors: Partial<PartitionAnswer>[]
}

type PartitionAnswer = FetchResponse['responses'][number]['partitions'][number]

let world: TestRuntime
let brokers: ScriptedBroker[]
let logs: Log[]
/** Fetches that wait for records, by broker. */
let waiting: { nodeId: number; look: () => boolean }[]
let consumer: Consumer<unknown, string | null>
/** Sessions are served unless a test says otherwise. */
let sessions: Map<number, Map<number, number>>
let nextSessionId: number

beforeEach(async () => {
  world = testRuntime()
  brokers = []
  waiting = []
  sessions = new Map()
  nextSessionId = 1
  logs = [0, 1].map(() => ({ leader: 0, epoch: 1, startOffset: 0, batches: [], errors: [] }))
  for (const nodeId of [0, 1])
    brokers.push(await scriptedBroker(world.net, (request) => HANDLERS[request.apiKey]!(request, nodeId)))
  open()
})

afterEach(async () => {
  await closing()
  for (const broker of brokers) await broker.close()
  await world.clock.advance(500)
  expect(world.clock.pendingTimers).toBe(0)
})

async function closing(): Promise<void> {
  const closed = consumer.close()
  await world.clock.advance(1_500)
  await closed
}

function open(options: Partial<ConsumerOptions<unknown, string | null>> = {}): void {
  consumer = new Consumer(world, {
    bootstrapServers: `127.0.0.1:${brokers[0]!.port}`,
    autoOffsetReset: 'earliest',
    valueDeserializer: DESERIALIZERS.string,
    ...options,
  })
}

const HANDLERS: Record<number, (request: SeenRequest, nodeId: number) => Reaction | Promise<Reaction>> = {
  [ApiKey.Metadata]: () =>
    answer(MetadataResponse, {
      brokers: brokers.map(({ port }, nodeId) => ({ nodeId, host: '127.0.0.1', port })),
      topics: [
        {
          errorCode: 0,
          name: 't',
          topicId: TOPIC_ID,
          partitions: logs.map(({ leader, epoch }, partitionIndex) => ({
            errorCode: 0,
            partitionIndex,
            leaderId: leader,
            leaderEpoch: epoch,
            replicaNodes: [0, 1],
            isrNodes: [0, 1],
          })),
        },
      ],
    }),
  [ApiKey.ListOffsets]: ({ body }) =>
    answer(ListOffsetsResponse, {
      topics: body.topics.map(({ name, partitions }: Asked) => ({
        name,
        partitions: partitions.map(({ partitionIndex, timestamp }) => ({
          partitionIndex,
          errorCode: 0,
          ...offsetAt(logs[partitionIndex]!, timestamp),
        })),
      })),
    }),
  [ApiKey.Fetch]: (request, nodeId) => fetchAnswer(request, nodeId),
  [ApiKey.OffsetForLeaderEpoch]: () =>
    answer(OffsetForLeaderEpochResponse, {
      throttleTimeMs: 0,
      topics: [{ topic: 't', partitions: [{ errorCode: 0, partition: 0, ...epochEnd }] }],
    }),
}

interface Asked {
  readonly name: string
  readonly partitions: { readonly partitionIndex: number; readonly timestamp: number }[]
}

interface Named {
  readonly partitions: { readonly partition: number; readonly fetchOffset: number }[]
}

let epochEnd = { leaderEpoch: 1, endOffset: 0 }

function offsetAt(log: Log, timestamp: number) {
  if (timestamp === -2) return { offset: log.startOffset, leaderEpoch: 1 }
  if (timestamp === -1) return { offset: endOf(log), leaderEpoch: log.epoch }
  const found = log.batches.find((bytes) => new RecordBatch(bytes).maxTimestamp >= timestamp)
  return found === undefined ? { offset: -1 } : { offset: new RecordBatch(found).baseOffset, timestamp }
}

function endOf(log: Log): number {
  const last = log.batches.at(-1)
  return last === undefined ? log.startOffset : new RecordBatch(last).lastOffset + 1
}

/** What a broker with fetch sessions answers, when there is something to say or never. */
function fetchAnswer({ body }: SeenRequest, nodeId: number): Reaction | Promise<Reaction> {
  if (body.sessionEpoch === -1) return answer(FetchResponse, { responses: [] })
  const known = sessions.get(body.sessionId)
  if (body.sessionEpoch > 0 && known === undefined) {
    return answer(FetchResponse, { errorCode: ErrorCode.FETCH_SESSION_ID_NOT_FOUND, responses: [] })
  }
  const session = body.sessionEpoch > 0 ? known! : new Map<number, number>()
  const sessionId = body.sessionEpoch > 0 ? body.sessionId : nextSessionId++
  sessions.set(sessionId, session)
  for (const { partitions } of body.topics) {
    for (const { partition, fetchOffset } of partitions) session.set(partition, fetchOffset)
  }
  for (const { partitions } of body.forgottenTopicsData) for (const partition of partitions) session.delete(partition)
  const answered = () => {
    const partitions = [...session].flatMap(([partition, offset]) => partitionAnswer(partition, offset, nodeId))
    const responses = partitions.length === 0 ? [] : [{ topicId: TOPIC_ID, partitions }]
    return partitions.length === 0 ? undefined : answer(FetchResponse, { sessionId, responses })
  }
  const now = answered()
  if (now !== undefined) return now
  return new Promise((resolve) => {
    const timer = world.timers.after(body.maxWaitMs, () => {
      waiting = waiting.filter((other) => other !== entry)
      resolve(answer(FetchResponse, { sessionId, responses: [] }))
    })
    const look = () => {
      const later = answered()
      if (later === undefined) return false
      timer.clear()
      resolve(later)
      return true
    }
    const entry = { nodeId, look }
    waiting.push(entry)
  })
}

function partitionAnswer(partitionIndex: number, offset: number, nodeId: number): PartitionAnswer[] {
  const log = logs[partitionIndex]!
  const common = { partitionIndex, highWatermark: endOf(log), records: null, abortedTransactions: null }
  const error = log.errors.shift()
  if (error !== undefined) return [{ ...common, ...error } as never]
  if (log.leader !== nodeId) return [{ ...common, errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER } as never]
  if (offset < log.startOffset || offset > endOf(log)) {
    return [{ ...common, errorCode: ErrorCode.OFFSET_OUT_OF_RANGE } as never]
  }
  // One batch at a time, so that answers can be counted.
  const records = log.batches.find((bytes) => new RecordBatch(bytes).lastOffset >= offset)
  return records === undefined ? [] : [{ ...common, errorCode: 0, records } as never]
}

function append(partition: number, values: readonly string[], input: Partial<BatchInput> = {}): void {
  const log = logs[partition]!
  const records = values.map((value) => ({ key: null, value: utf8.encode(value), timestamp: world.clock.now() }))
  log.batches.push(encodeBatch({ records, baseOffset: endOf(log), partitionLeaderEpoch: log.epoch, ...input }))
  lookAgain()
}

function lookAgain(): void {
  waiting = waiting.filter(({ look }) => !look())
}

async function poll(timeoutMs = 1_000): Promise<string[]> {
  const polling = consumer.poll({ timeoutMs })
  polling.catch(() => {})
  await world.clock.advance(timeoutMs)
  return (await polling).map(({ partition, value }) => `${partition}:${value}`)
}

function fetches(nodeId = 0): SeenRequest['body'][] {
  return brokers[nodeId]!.requests.filter(({ apiKey }) => apiKey === ApiKey.Fetch).map(({ body }) => body)
}

describe('poll', () => {
  test('returns what is there, from all partitions, in order in each', async () => {
    append(0, ['a', 'b'])
    append(1, ['x'])
    append(0, ['c'])
    consumer.assign([T0, T1])
    const seen = [...(await poll()), ...(await poll())]
    expect(seen.filter((value) => value.startsWith('0'))).toEqual(['0:a', '0:b', '0:c'])
    expect(seen.filter((value) => value.startsWith('1'))).toEqual(['1:x'])
    expect(await consumer.position(T0)).toBe(3)
    expect(consumer.currentLag(T0)).toBe(0)
  })

  test('waits for the first record, and no longer than it may', async () => {
    consumer.assign([T0])
    expect(await poll(700)).toEqual([])
    const polling = consumer.poll()
    await world.clock.advance(10_000)
    append(0, ['late'])
    await world.clock.advance(0)
    expect((await polling).map(({ value }) => value)).toEqual(['late'])
  })

  test('with timeout 0 returns at once', async () => {
    consumer.assign([T0])
    expect(await consumer.poll({ timeoutMs: 0 })).toEqual([])
  })

  test('in a loop, in vain or after errors, lets answers arrive', async () => {
    append(0, ['a'])
    consumer.assign([T0])
    let records: unknown[] = []
    for (let time = 0; time < 1_000 && records.length === 0; time++) records = await consumer.poll({ timeoutMs: 0 })
    expect(records.length).toBe(1)
    append(0, ['bad'])
    logs[0]!.batches[1]![70]! ^= 1
    consumer.assign([T0, T1])
    const failing = async () => (await consumer.poll().catch(() => [])).map(({ value }) => value)
    await world.clock.advance(600)
    expect(await failing()).toEqual([])
    append(1, ['x'])
    let values: unknown[] = []
    for (let time = 0; time < 1_000 && values.length === 0; time++) values = await failing()
    expect(values).toEqual(['x'])
  })

  test('returns at most max.poll.records', async () => {
    await closing()
    open({ maxPollRecords: 2 })
    append(0, ['a', 'b', 'c'])
    consumer.assign([T0])
    expect(await poll()).toEqual(['0:a', '0:b'])
    expect(await consumer.position(T0)).toBe(2)
    expect(await poll()).toEqual(['0:c'])
  })

  test('ends with the reason of an abort', async () => {
    consumer.assign([T0])
    const controller = new AbortController()
    const failing = expect(consumer.poll({ signal: controller.signal })).rejects.toThrow('enough')
    await world.clock.advance(10)
    controller.abort(new Error('enough'))
    await failing
  })

  test('asks no broker before somebody wants records', async () => {
    consumer.assign([T0])
    consumer.seek(T0, 0)
    await world.clock.advance(1_000)
    expect(brokers[0]!.connections).toBe(0)
  })
})

describe('fetching', () => {
  test('goes at most two answers ahead of what was taken', async () => {
    for (let index = 0; index < 10; index++) append(0, [`${index}`])
    consumer.assign([T0])
    await poll()
    await world.clock.advance(60_000)
    // One answer was taken, two wait.
    expect(fetches().length).toBe(3)
    expect(await poll()).toEqual(['0:1', '0:2'])
    expect(fetches().length).toBe(5)
  })

  test.each([
    [{}, 52_428_800],
    [{ fetchMaxBytes: 2 ** 31 - 1 }, 241_591_910],
    [{ responseBytesMax: 1000 }, 900],
  ])('asks for no more than it can receive: %j', async (options, maxBytes) => {
    await closing()
    open(options)
    append(0, ['a'])
    consumer.assign([T0])
    await poll()
    expect(fetches()[0].maxBytes).toBe(maxBytes)
  })

  test('names only what has changed, in a session', async () => {
    append(0, ['a'])
    consumer.assign([T0, T1])
    await poll()
    const shown = fetches().map(({ sessionId, sessionEpoch, topics }) => [
      sessionId,
      sessionEpoch,
      topics.flatMap((topic: Named) => topic.partitions.map((p) => `${p.partition}@${p.fetchOffset}`)),
    ])
    expect(shown.slice(0, 3)).toEqual([
      [0, 0, ['0@0', '1@0']],
      [1, 1, ['0@1']],
      [1, 2, []],
    ])
  })

  test('begins a session anew that the broker has forgotten', async () => {
    append(0, ['a'])
    consumer.assign([T0])
    await poll()
    sessions.clear()
    append(0, ['b'])
    append(0, ['c'])
    expect([...(await poll()), ...(await poll())]).toEqual(['0:b', '0:c'])
  })

  test('each leader has a pipeline of its own', async () => {
    logs[1]!.leader = 1
    append(1, ['x'])
    consumer.assign([T0, T1])
    expect(await poll()).toEqual(['1:x'])
    expect(fetches(1).length).toBeGreaterThan(0)
    append(0, ['a'])
    expect(await poll()).toEqual(['0:a'])
  })

  test('other requests do not wait behind a Fetch that waits', async () => {
    consumer.assign([T0])
    await poll()
    expect(waiting.length).toBe(1)
    append(1, ['x'])
    expect(await consumer.endOffsets([T1])).toEqual([{ ...T1, offset: 1 }])
  })

  test('gives the session back when the consumer is closed', async () => {
    append(0, ['a'])
    consumer.assign([T0])
    await poll()
    await closing()
    expect(fetches().at(-1)).toMatchObject({ sessionId: 1, sessionEpoch: -1 })
  })

  test('goes on when a broker that went away is back', async () => {
    append(0, ['a'])
    consumer.assign([T0])
    expect(await poll()).toEqual(['0:a'])
    const { port } = brokers[0]!
    await brokers[0]!.close()
    sessions.clear()
    await world.clock.advance(5_000)
    append(0, ['b'])
    brokers[0] = await scriptedBroker(world.net, (request) => HANDLERS[request.apiKey]!(request, 0), port)
    expect(await poll(5_000)).toEqual(['0:b'])
  })
})

describe('position', () => {
  test.each([
    ['earliest', 2],
    ['latest', 4],
    ['by_duration:PT1M', 3],
    ['by_duration:PT0S', 4],
  ])('auto.offset.reset=%s', async (autoOffsetReset, expected) => {
    await closing()
    open({ autoOffsetReset })
    logs[0]!.startOffset = 2
    append(0, ['old'])
    await world.clock.advance(90_000)
    append(0, ['new'])
    await world.clock.advance(30_000)
    consumer.assign([T0])
    const position = consumer.position(T0)
    await world.clock.advance(1_000)
    expect(await position).toBe(expected)
  })

  test('none: poll fails until the position is set', async () => {
    await closing()
    open({ autoOffsetReset: 'none' })
    append(0, ['a'])
    consumer.assign([T0])
    for (let time = 0; time < 2; time++) {
      await expect(poll()).rejects.toMatchObject({ name: 'KafkaError', errorName: 'OFFSET_OUT_OF_RANGE', ...T0 })
    }
    consumer.seek(T0, 0)
    expect(await poll()).toEqual(['0:a'])
  })

  test('seek, to the beginning, to the end', async () => {
    append(0, ['a', 'b', 'c'])
    append(0, ['d'])
    consumer.assign([T0])
    expect(await poll()).toEqual(['0:a', '0:b', '0:c'])
    consumer.seek(T0, 1)
    expect(await poll()).toEqual(['0:b', '0:c'])
    consumer.seekToBeginning()
    expect(await poll()).toEqual(['0:a', '0:b', '0:c'])
    consumer.seekToEnd([T0])
    expect(await poll()).toEqual([])
    append(0, ['e'])
    expect(await poll()).toEqual(['0:e'])
  })

  test('a partition that stays assigned keeps its position', async () => {
    append(0, ['a'])
    append(0, ['b'])
    consumer.assign([T0])
    expect(await poll()).toEqual(['0:a'])
    consumer.assign([T1, T0])
    expect(await consumer.position(T0)).toBe(1)
    expect(await poll()).toEqual(['0:b'])
    consumer.assign([])
    append(0, ['c'])
    expect(await poll()).toEqual([])
    expect(consumer.assignment()).toEqual([])
  })

  test('outside of the log is reset, once what was fetched before is taken', async () => {
    append(0, ['a'])
    consumer.assign([T0])
    consumer.seek(T0, 0)
    append(0, ['b'])
    expect(await poll()).toEqual(['0:a'])
    expect(await poll()).toEqual(['0:b'])
    consumer.seek(T0, 77)
    expect(await poll()).toEqual(['0:a'])
    expect(world.logger.messages('warn')).toContain('the position is outside of the log and is reset')
  })

  test('outside of the log is an error without a policy', async () => {
    await closing()
    open({ autoOffsetReset: 'none' })
    append(0, ['a'])
    consumer.assign([T0])
    consumer.seek(T0, 77)
    await expect(poll()).rejects.toThrow(/t-0: the log does not have offset 77.*seek first/)
    consumer.seek(T0, 0)
    expect(await poll()).toEqual(['0:a'])
  })

  test.each([-1, 0.5, Number.NaN, 2 ** 60])('refuses to seek to %d', (offset) => {
    consumer.assign([T0])
    expect(() => consumer.seek(T0, offset)).toThrow(/expected an integer from 0 on/)
  })

  test('of a partition that is not assigned is an error', async () => {
    await expect(consumer.position(T0)).rejects.toThrow(/t-0 is not assigned/)
    expect(() => consumer.seek(T0, 0)).toThrow(/not assigned/)
  })

  test('that cannot be found in time is an error', async () => {
    logs[0]!.leader = -1
    consumer.assign([T0])
    const failing = expect(consumer.position(T0, { timeoutMs: 300 })).rejects.toMatchObject({
      errorName: 'REQUEST_TIMED_OUT',
    })
    await world.clock.advance(300)
    await failing
  })
})

describe('pause', () => {
  test('holds back what was fetched and what comes; others go on', async () => {
    append(0, ['a'])
    append(1, ['x'])
    consumer.assign([T0, T1])
    consumer.pause([T0])
    expect(await poll()).toEqual(['1:x'])
    expect(consumer.paused()).toEqual([T0])
    for (let index = 0; index < 10; index++) append(1, [`${index}`])
    const seen: string[] = []
    while (seen.length < 10) seen.push(...(await poll()))
    expect(seen).toEqual(Array.from({ length: 10 }, (_, index) => `1:${index}`))
    consumer.resume([T0])
    expect(await poll()).toEqual(['0:a'])
  })

  test('what waited while it was paused comes first afterwards, in order', async () => {
    append(0, ['a'])
    append(0, ['b'])
    append(0, ['c'])
    consumer.assign([T0])
    expect(await poll()).toEqual(['0:a'])
    consumer.pause([T0])
    expect(await poll(5_000)).toEqual([])
    consumer.resume([T0])
    expect([...(await poll()), ...(await poll())]).toEqual(['0:b', '0:c'])
  })
})

describe('leaders', () => {
  test('a move is followed', async () => {
    append(0, ['a'])
    consumer.assign([T0])
    expect(await poll()).toEqual(['0:a'])
    epochEnd = { leaderEpoch: 1, endOffset: 1 }
    Object.assign(logs[0]!, { leader: 1, epoch: 2 })
    append(0, ['b'])
    expect(await poll(5_000)).toEqual(['0:b'])
    expect(await consumer.position(T0)).toBe(2)
  })

  test('a partition that its topic does not have is waited for, and said once', async () => {
    consumer.assign([T0, { topic: 't', partition: 77 }])
    expect(await poll(5_000)).toEqual([])
    const lines = world.logger.lines.filter(({ message }) => message.includes('77'))
    expect(lines.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^t has \d partitions, and not 77; waiting/),
    ])
  })

  test('a hint in the refusal is taken without asking for metadata', async () => {
    append(0, ['a'])
    consumer.assign([T0])
    expect(await poll()).toEqual(['0:a'])
    const asked = brokers[0]!.requests.filter(({ apiKey }) => apiKey === ApiKey.Metadata).length
    epochEnd = { leaderEpoch: 1, endOffset: 1 }
    logs[0]!.errors.push({
      errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER,
      currentLeader: { leaderId: 1, leaderEpoch: 2 },
    })
    Object.assign(logs[0]!, { leader: 1, epoch: 2 })
    append(0, ['b'])
    expect(await poll(50)).toEqual(['0:b'])
    expect(brokers[0]!.requests.filter(({ apiKey }) => apiKey === ApiKey.Metadata).length).toBe(asked)
  })

  async function readThenTruncate(autoOffsetReset: string): Promise<void> {
    await closing()
    open({ autoOffsetReset })
    append(0, ['a', 'b', 'c'])
    consumer.assign([T0])
    consumer.seek(T0, 0)
    expect(await poll()).toEqual(['0:a', '0:b', '0:c'])
    epochEnd = { leaderEpoch: 1, endOffset: 1 }
    Object.assign(logs[0]!, { leader: 1, epoch: 2, batches: [] })
    append(0, ['a'], { partitionLeaderEpoch: 1 })
    append(0, ['B', 'C', 'D'])
  }

  test('a log that was cut is read again from where it parts', async () => {
    await readThenTruncate('latest')
    expect(await poll(5_000)).toEqual(['0:B', '0:C', '0:D'])
  })

  test('without a reset policy that is an error, with the place', async () => {
    await readThenTruncate('none')
    await expect(poll(5_000)).rejects.toMatchObject({ ...T0, offset: 3, divergentOffset: 1 })
    consumer.seek(T0, 1)
    expect(await poll()).toEqual(['0:B', '0:C', '0:D'])
  })

  test('a nearer replica is read from, until it fails', async () => {
    append(0, ['a'])
    logs[0]!.errors.push({ errorCode: 0, preferredReadReplica: 1 })
    consumer.assign([T0])
    const polling = poll(5_000)
    expect(await polling).toEqual(['0:a'])
    expect(fetches(1).length).toBe(1)
  })

  test.each<[string, number]>([
    ['whose broker went away', 1],
    ['that nobody knows', 7],
  ])('a nearer replica %s is given up for the leader', async (_, preferredReadReplica) => {
    append(0, ['a'])
    logs[0]!.errors.push({ errorCode: 0, preferredReadReplica })
    await brokers[1]!.close()
    consumer.assign([T0])
    expect(await poll(5_000)).toEqual(['0:a'])
    expect(await consumer.position(T0)).toBe(1)
  })
})

describe('failures of a partition', () => {
  test('that may pass are waited for, with pauses', async () => {
    append(0, ['a'])
    logs[0]!.errors.push({ errorCode: ErrorCode.KAFKA_STORAGE_ERROR }, { errorCode: ErrorCode.UNKNOWN_SERVER_ERROR })
    consumer.assign([T0])
    expect(await poll(50)).toEqual([])
    expect(await poll()).toEqual(['0:a'])
  })

  test('of any kind are waited for or thrown; the record comes in the end', async () => {
    consumer.assign([T0, T1])
    for (const errorCode of Object.values(ErrorCode)) {
      // Out of range begins anew, see above.
      if (errorCode === ErrorCode.NONE || errorCode === ErrorCode.OFFSET_OUT_OF_RANGE) continue
      logs[0]!.errors.push({ errorCode })
      append(0, [`a${errorCode}`])
      append(1, [`b${errorCode}`])
      const seen: string[] = []
      for (let round = 0; round < 5 && seen.length < 2; round++) {
        const polled = await poll(500).catch((error) => {
          expect(error).toMatchObject({ code: errorCode })
          return []
        })
        seen.push(...polled)
      }
      expect(seen.sort()).toEqual([`0:a${errorCode}`, `1:b${errorCode}`])
    }
  })

  test('that do not pass are thrown; other partitions go on', async () => {
    append(1, ['x'])
    logs[0]!.errors.push({ errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED })
    consumer.assign([T0, T1])
    const outcomes: unknown[] = []
    for (let time = 0; time < 2; time++) outcomes.push(await poll().catch((error: Error) => error))
    expect(outcomes).toContainEqual(['1:x'])
    expect(outcomes).toContainEqual(
      expect.objectContaining({ errorName: 'TOPIC_AUTHORIZATION_FAILED', attempt: { api: 'Fetch', ...T0 } }),
    )
  })

  test('a damaged batch is thrown each time, others are read, and seeking goes on behind it', async () => {
    append(0, ['a'])
    append(0, ['bad', 'worse'])
    logs[0]!.batches[1]![70]! ^= 1
    append(0, ['c'])
    consumer.assign([T0, T1])
    expect(await poll()).toEqual(['0:a'])
    const failure = await poll().catch((error: unknown) => error)
    expect(failure).toMatchObject({ ...T0, offset: 1, nextOffset: 3 })
    append(1, ['x'])
    const outcomes: unknown[] = []
    for (let time = 0; time < 3; time++) outcomes.push(await poll().catch((error: unknown) => error))
    expect(outcomes).toContainEqual(['1:x'])
    expect(outcomes).toContain(failure)
    const { nextOffset } = failure as { nextOffset: number }
    consumer.seek(T0, nextOffset)
    expect(await poll()).toEqual(['0:c'])
  })
})

describe('iteration', () => {
  test('one by one; a loop that is left has taken only what it saw', async () => {
    append(0, ['a', 'b', 'c'])
    consumer.assign([T0])
    const seen: (string | null)[] = []
    const reading = (async () => {
      for await (const { value } of consumer) {
        seen.push(value)
        if (seen.length === 2) break
      }
    })()
    await world.clock.advance(100)
    await reading
    expect(seen).toEqual(['a', 'b'])
    expect(await consumer.position(T0)).toBe(2)
    expect(await poll()).toEqual(['0:c'])
  })

  test.each(['records', 'batches'] as const)('by %s ends when the consumer is closed', async (how) => {
    append(0, ['a'])
    consumer.assign([T0])
    let count = 0
    const reading = (async () => {
      if (how === 'records') for await (const _ of consumer) count++
      else for await (const records of consumer.batches()) count += records.length
    })()
    await world.clock.advance(1_000)
    await closing()
    await reading
    expect(count).toBe(1)
  })
})

describe('close', () => {
  test('ends a poll that waits, and refuses later ones', async () => {
    consumer.assign([T0])
    const failing = expect(consumer.poll()).rejects.toThrow('this consumer is closed')
    await world.clock.advance(10)
    await closing()
    await failing
    await expect(consumer.poll()).rejects.toThrow('this consumer is closed')
    await consumer.close()
  })

  test('ends although no broker can be reached', async () => {
    await closing()
    open({ bootstrapServers: '127.0.0.1:1' })
    consumer.assign([T0])
    const failing = expect(consumer.poll()).rejects.toThrow('closed')
    await world.clock.advance(5_000)
    await closing()
    await failing
  })

  test('ends although a broker keeps silent', async () => {
    append(0, ['a'])
    consumer.assign([T0])
    await poll()
    world.net.cut(brokers[0]!.port)
    await closing()
  })
})

describe('offsets', () => {
  test('of beginning, end and times', async () => {
    logs[0]!.startOffset = 5
    append(0, ['a', 'b'])
    const later = world.clock.now() + 1
    expect(await consumer.beginningOffsets([T0])).toEqual([{ ...T0, offset: 5 }])
    expect(await consumer.endOffsets([T0])).toEqual([{ ...T0, offset: 7 }])
    expect(
      await consumer.offsetsForTimes([
        { ...T0, timestamp: later - 1 },
        { ...T1, timestamp: later },
      ]),
    ).toEqual([
      { ...T0, found: { offset: 5, timestamp: later - 1, leaderEpoch: -1 } },
      { ...T1, found: undefined },
    ])
  })

  test('partitionsFor and listTopics', async () => {
    expect((await consumer.partitionsFor('t')).map(({ partition, leader }) => [partition, leader])).toEqual([
      [0, 0],
      [1, 0],
    ])
    expect([...(await consumer.listTopics()).keys()]).toEqual(['t'])
  })
})

test.each([
  [{ autoOffsetReset: 'first' }, /autoOffsetReset=first: expected earliest, latest, none/],
  [{ isolationLevel: 'serializable' as never }, /isolationLevel=serializable: .*must be one of/],
  [{ maxPollRecords: 0 }, /maxPollRecords=0: .*must be at least 1/],
  [{ fetchMaxBytes: -1 }, /fetchMaxBytes=-1/],
])('options %j are refused', (options, message) => {
  expect(() => new Consumer(world, { bootstrapServers: 'h:1', ...options })).toThrow(message)
})

test('a pause that ends between looking for what is due and setting the alarm ends all the same', async () => {
  append(0, ['a'])
  // The pause is 1 ms long: one of these clocks passes its end between the two.
  for (let looks = 2; looks < 120; looks++) {
    const stepMs = 1 / (looks + 0.5)
    await closing()
    let calls = 0
    const clock = { now: () => world.clock.now(), monotonic: () => world.clock.monotonic() + calls++ * stepMs }
    consumer = new Consumer(
      { ...world, clock },
      {
        bootstrapServers: `127.0.0.1:${brokers[0]!.port}`,
        autoOffsetReset: 'earliest',
        valueDeserializer: DESERIALIZERS.string,
        retryBackoffMs: 1,
        retryBackoffMaxMs: 1,
      },
    )
    logs[0]!.errors.push({ errorCode: ErrorCode.UNKNOWN_SERVER_ERROR })
    consumer.assign([T0])
    let records: unknown[] = []
    const polling = consumer.poll().then((polled) => {
      records = polled
    })
    for (let turns = 0; turns < 100 && records.length === 0; turns++) await world.clock.advance(1)
    expect({ stepMs, records: records.length }).toEqual({ stepMs, records: 1 })
    await polling
  }
})
