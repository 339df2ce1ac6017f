/** What a consumer with a group commits, and what of it counts as finished, against a broker whose answers to commits a test gives. */
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import {
  ApiKey,
  ErrorCode,
  encodeBatch,
  FetchResponse,
  FindCoordinatorResponse,
  ListOffsetsResponse,
  MetadataResponse,
  OffsetCommitResponse,
  OffsetFetchResponse,
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
import type { RunOptions } from './handler-loop.ts'
import type { ConsumerOptions } from './options.ts'

const TOPIC_ID = 'AQEBAQEBAQEBAQEBAQEBAQ'
const T0 = { topic: 't', partition: 0 }
const RECORDS = 10

type Bytes = Uint8Array | null

let world: TestRuntime
let broker: ScriptedBroker
let consumer: Consumer
/** Commits whose answers a test holds back; undefined: answered at once. */
let held: (() => void)[] | undefined
/** Of the next commit. */
let commitError: keyof typeof ErrorCode | undefined
/** What the group has. */
let committed: number

beforeEach(async () => {
  world = testRuntime()
  held = undefined
  commitError = undefined
  committed = -1
  broker = await scriptedBroker(world.net, react)
})

afterEach(async () => {
  held?.splice(0).forEach((release) => void release())
  await passing(consumer.close(), 100)
  await broker.close()
})

function open(options: Partial<ConsumerOptions> = {}): void {
  const bootstrapServers = `127.0.0.1:${broker.port}`
  consumer = new Consumer(world, {
    ...{ bootstrapServers, groupId: 'g', autoOffsetReset: 'earliest', maxPollRecords: 4, autoCommitIntervalMs: 100 },
    ...options,
  })
  consumer.assign([T0])
}

function react({ apiKey, body }: SeenRequest): Reaction | Promise<Reaction> {
  const node = { nodeId: 1, host: '127.0.0.1', port: broker.port }
  const place = { partitionIndex: 0, errorCode: 0 }
  switch (apiKey) {
    case ApiKey.Metadata: {
      const partition = { ...place, leaderId: 1, leaderEpoch: 1, replicaNodes: [1], isrNodes: [1] }
      const topics = [{ errorCode: 0, name: 't', topicId: TOPIC_ID, partitions: [partition] }]
      return answer(MetadataResponse, { brokers: [node], topics })
    }
    case ApiKey.FindCoordinator:
      return answer(FindCoordinatorResponse, { coordinators: [{ key: 'g', ...node, errorCode: 0, errorMessage: '' }] })
    case ApiKey.ListOffsets:
      return answer(ListOffsetsResponse, { topics: [{ name: 't', partitions: [{ ...place, offset: 0 }] }] })
    case ApiKey.OffsetFetch: {
      const partitions = [{ ...place, committedOffset: committed, committedLeaderEpoch: -1, metadata: '' }]
      return answer(OffsetFetchResponse, {
        groups: [{ groupId: 'g', topics: [{ name: 't', partitions }], errorCode: 0 }],
      })
    }
    case ApiKey.OffsetCommit: {
      const commit = () => commitAnswer(body.topics[0].partitions[0].committedOffset)
      if (held === undefined) return commit()
      return new Promise((resolve) => held!.push(() => resolve(commit())))
    }
    default:
      return fetchAnswer(body)
  }
}

function commitAnswer(offset: number): Reaction {
  const errorCode = commitError === undefined ? 0 : ErrorCode[commitError]
  commitError = undefined
  if (errorCode === 0) committed = offset
  return answer(OffsetCommitResponse, { topics: [{ name: 't', partitions: [{ partitionIndex: 0, errorCode }] }] })
}

function fetchAnswer({ topics }: SeenRequest['body']): Reaction | Promise<Reaction> {
  const offset = topics[0]?.partitions[0].fetchOffset ?? RECORDS
  if (offset >= RECORDS) return new Promise(() => {})
  const records = encodeBatch({
    records: Array.from({ length: RECORDS }, (_, index) => ({ key: null, value: null, timestamp: index })),
    ...{ baseOffset: 0, partitionLeaderEpoch: 1 },
  })
  const partition = { partitionIndex: 0, errorCode: 0, highWatermark: RECORDS, abortedTransactions: null, records }
  return answer(FetchResponse, { responses: [{ topicId: TOPIC_ID, partitions: [partition] }] })
}

/** Lets time pass until it is settled. */
async function passing<T>(promise: Promise<T>, stepMs = 1): Promise<T> {
  let isOver = false
  const over = promise.finally(() => {
    isOver = true
  })
  over.catch(() => {})
  while (!isOver) await world.clock.advance(stepMs)
  return over
}

const polled = async () => (await passing(consumer.poll())).map(({ offset }) => offset)
const commits = () =>
  broker.requests
    .filter(({ apiKey }) => apiKey === ApiKey.OffsetCommit)
    .map(({ body }) => body.topics[0].partitions[0].committedOffset)

test('what is committed by itself behind a commit under way does not set the offset back', async () => {
  open()
  expect(await polled()).toEqual([0, 1, 2, 3])
  held = []
  const commit = consumer.commitSync()
  await world.clock.advance(1)
  expect(commits()).toEqual([4])
  // The interval passes while the answer is on its way: the records in hand are finished, since the application has said so.
  await world.clock.advance(200)
  const releases = held
  held = undefined
  for (const release of releases) release()
  await passing(commit)
  await passing(consumer.close(), 100)
  expect(committed).toBe(4)
  expect(Math.min(...commits())).toBe(4)
})

test('a commit that ends after the next poll finishes nothing of what that poll gave', async () => {
  open()
  await polled()
  held = []
  const commit = consumer.commitSync()
  await world.clock.advance(1)
  expect(await polled()).toEqual([4, 5, 6, 7])
  held.splice(0).forEach((release) => void release())
  held = undefined
  await passing(commit)
  await world.clock.advance(500)
  await passing(consumer.close(), 100)
  expect(committed).toBe(4)
})

test('a commit ahead of the position counts as that of what is then handed out', async () => {
  open()
  await passing(consumer.commitSync([{ ...T0, offset: 4 }]))
  consumer.seek(T0, 0)
  expect(await polled()).toEqual([0, 1, 2, 3])
  await passing(consumer.commitSync())
  await world.clock.advance(500)
  await passing(consumer.close(), 100)
  expect(committed).toBe(4)
})

test('closing waits for commits under way, and commits again what they could not', async () => {
  open()
  await polled()
  held = []
  const failed = new Promise((resolve) => consumer.commitAsync(undefined, resolve))
  await world.clock.advance(1)
  const closing = consumer.close()
  await world.clock.advance(10)
  expect(commits()).toEqual([4])
  commitError = 'UNKNOWN_MEMBER_ID'
  held.splice(0).forEach((release) => void release())
  held = undefined
  expect(await passing(failed)).toMatchObject({ errorName: 'UNKNOWN_MEMBER_ID' })
  await passing(closing, 100)
  expect(commits()).toEqual([4, 4])
  expect(committed).toBe(4)
})

test('commits by themselves do not pile up while none is answered', async () => {
  open()
  await polled()
  held = []
  for (let time = 0; time < 20; time++) {
    await world.clock.advance(100)
    await passing(consumer.poll({ timeoutMs: 0 }))
  }
  expect(held).toHaveLength(1)
  const releases = held
  held = undefined
  for (const release of releases) release()
  await world.clock.advance(50)
  expect(commits()).toHaveLength(1)
  await world.clock.advance(100)
  expect(committed).toBe(RECORDS)
  expect(commits().length).toBeLessThanOrEqual(2)
})

test('nothing to commit is no error', async () => {
  open()
  await passing(consumer.commitSync())
  expect(commits()).toEqual([])
})

test('what a callback of commitAsync throws comes from the next poll, once', async () => {
  open()
  await polled()
  consumer.commitAsync(undefined, () => {
    throw new Error('from the callback')
  })
  await world.clock.advance(10)
  await expect(polled()).rejects.toThrow('from the callback')
  expect(await polled()).toEqual([4, 5, 6, 7])
})

test.each(['poll', 'iteration'] as const)('at most once, %s: records whose commit failed come again', async (style) => {
  open({ deliveryMode: 'at-most-once' })
  const iterator = consumer[Symbol.asyncIterator]()
  const first = async () => {
    if (style === 'poll') return (await polled())[0]
    return (await passing(iterator.next())).value?.offset
  }
  commitError = 'GROUP_AUTHORIZATION_FAILED'
  await expect(first()).rejects.toMatchObject({ errorName: 'GROUP_AUTHORIZATION_FAILED' })
  expect(await first()).toBe(0)
  expect(committed).toBe(style === 'poll' ? 4 : 1)
})

test('while a handler runs nobody polls, and while somebody polls no handler begins', async () => {
  open()
  const seen: number[] = []
  let release: () => void = () => {}
  const eachRecord = ({ offset }: { offset: number }) => {
    seen.push(offset)
    return new Promise<void>((resolve) => {
      release = resolve
    })
  }
  const running = consumer.run({ eachRecord })
  while (seen.length === 0) await world.clock.advance(1)
  await expect(consumer.poll({ timeoutMs: 0 })).rejects.toThrow('poll: a handler is running')
  expect(() => consumer.batches()).toThrow('batches: a handler is running')
  expect(() => consumer[Symbol.asyncIterator]()).toThrow('iteration: a handler is running')
  await world.clock.advance(500)
  expect(committed).toBeLessThanOrEqual(0)
  const closing = consumer.close()
  await world.clock.advance(1)
  release()
  await passing(closing, 100)
  await running
  expect(committed).toBe(1)
  open()
  const polling = consumer.poll({ timeoutMs: 1_000 })
  consumer.pause([T0])
  await expect(consumer.run({ eachRecord })).rejects.toThrow('run: a poll is waiting')
  await passing(polling, 100)
})

test('a seek in a handler is obeyed at once', async () => {
  open()
  const seen: number[] = []
  const stop = new AbortController()
  await passing(
    consumer.run({
      signal: stop.signal,
      eachRecord({ offset }) {
        seen.push(offset)
        if (seen.length === 2) consumer.seek(T0, 7)
        if (offset === 8) stop.abort()
      },
    }),
  )
  expect(seen).toEqual([0, 1, 7, 8])
})

test.each([
  [{ concurrency: 0, eachRecord() {} }, /concurrency=0: expected an integer from 1 on/],
  [{ concurrency: Number.NaN, eachRecord() {} }, /concurrency=NaN/],
  [{ concurrency: '2', eachRecord() {} }, /concurrency=2/],
  [{}, /eachRecord and eachBatch/],
  [{ eachRecord() {}, eachBatch() {} }, /eachRecord and eachBatch/],
])('run with options that cannot be: %j', async (options, message) => {
  open()
  await expect(consumer.run(options as unknown as RunOptions<Bytes, Bytes>)).rejects.toThrow(message)
})

test.each(['iteration', 'batches'] as const)('closing does not wait for a loop that was left: %s', async (style) => {
  open()
  const reading = (async () => {
    for await (const _ of style === 'batches' ? consumer.batches() : consumer) break
  })()
  await passing(reading)
  const beginMs = world.clock.monotonic()
  await passing(consumer.close(), 10)
  expect(world.clock.monotonic() - beginMs).toBeLessThan(1_500)
})
