/** Consumers of one group against the real broker: joining, leaving and failing under load, in both protocols and all styles. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  Admin,
  type ConsumedRecord,
  Consumer,
  type ConsumerOptions,
  DESERIALIZERS,
  type GroupProtocol,
  Producer,
  unwrap,
} from '@ottla/client'
import { silentLogger } from '@ottla/runtime'
import { nodeRuntime } from '@ottla/runtime/node'
import { type Cluster, startCluster } from './start-cluster.ts'

const runtime = { ...nodeRuntime(), logger: silentLogger }
const PARTITIONS = 6
const PROTOCOLS: readonly GroupProtocol[] = ['classic', 'consumer']
const FAST = {
  'group.initial.rebalance.delay.ms': '0',
  'group.min.session.timeout.ms': '300',
  'group.consumer.heartbeat.interval.ms': '100',
  'group.consumer.min.heartbeat.interval.ms': '100',
  'group.consumer.assignment.interval.ms': '0',
}

type Texts = Consumer<string | null, string | null>
type Text = ConsumedRecord<string | null, string | null>

let cluster: Cluster
let names = 0

beforeAll(async () => {
  cluster = await startCluster({ brokers: 2, config: FAST })
})

afterAll(() => cluster.close())

const fresh = (what: string) => `${what}-${names++}`

async function created(partitions = PARTITIONS, topic = fresh('topic')): Promise<string> {
  await using admin = new Admin(runtime, { bootstrapServers: cluster.bootstrapServers })
  unwrap((await admin.createTopics([{ name: topic, numPartitions: partitions }])).get(topic)!)
  return topic
}

function open(options: Partial<ConsumerOptions> = {}): Texts {
  return new Consumer(runtime, {
    bootstrapServers: cluster.bootstrapServers,
    autoOffsetReset: 'earliest',
    ...(options.groupProtocol !== 'consumer' && { heartbeatIntervalMs: 100 }),
    metadataMaxAgeMs: 200,
    ...options,
    keyDeserializer: DESERIALIZERS.string,
    valueDeserializer: DESERIALIZERS.string,
  })
}

async function produce(topic: string, values: readonly string[], partition?: number): Promise<void> {
  await using producer = new Producer(runtime, { bootstrapServers: cluster.bootstrapServers })
  const records = values.map((value) => ({ topic, key: value, value, ...(partition !== undefined && { partition }) }))
  await Promise.all(records.map((record) => producer.send(record)))
}

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `${from + index}`)

async function take(consumer: Texts, count: number): Promise<Text[]> {
  const records: Text[] = []
  while (records.length < count) records.push(...(await consumer.poll()))
  return records
}

/** Polls until it holds; the records are dropped. */
async function pollUntil(consumer: Texts, holds: () => boolean): Promise<void> {
  while (!holds()) await consumer.poll({ timeoutMs: 20 })
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10))
}

/** A consumer that runs until it is told to leave. */
interface Running {
  leave(): Promise<void>
}

type Style = (consumer: Texts, see: (record: Text) => void) => Running

const STYLES: Record<string, Style> = {
  poll(consumer, see) {
    let leaving = false
    const running = (async () => {
      while (!leaving) for (const record of await consumer.poll({ timeoutMs: 50 })) see(record)
      // What the last poll gave is finished: closing alone could not know that.
      await consumer.commitSync()
    })()
    return {
      async leave() {
        leaving = true
        await running
        await consumer.close()
      },
    }
  },
  iteration(consumer, see) {
    const running = (async () => {
      for await (const record of consumer) see(record)
    })()
    return {
      async leave() {
        await consumer.close()
        await running
      },
    }
  },
  handler(consumer, see) {
    const running = consumer.run({
      concurrency: 3,
      async eachRecord(record) {
        if (record.offset % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 2))
        see(record)
      },
    })
    return {
      async leave() {
        await consumer.close()
        await running
      },
    }
  },
  batches(consumer, see) {
    const running = consumer.run({ eachBatch: ({ records }) => (records as readonly Text[]).forEach(see) })
    return {
      async leave() {
        await consumer.close()
        await running
      },
    }
  },
}

const MEMBERS: [GroupProtocol, string, string][] = [
  ['classic', 'range,cooperative-sticky', 'poll'],
  ['classic', 'cooperative-sticky', 'poll'],
  ['classic', 'cooperative-sticky', 'iteration'],
  ['classic', 'roundrobin', 'handler'],
  ['classic', 'cooperative-sticky', 'handler'],
  ['classic', 'sticky', 'batches'],
  ['consumer', 'range', 'poll'],
  ['consumer', 'range', 'iteration'],
  ['consumer', 'range', 'handler'],
  ['consumer', 'range', 'batches'],
]

describe('joining and leaving under load', () => {
  test.each(MEMBERS)(
    '%s, %s, %s: each record once, in order',
    async (groupProtocol, strategy, style) => {
      const topic = await created()
      const groupId = fresh('group')
      const seen: string[] = []
      const owners = new Set<string>()
      const assignors =
        groupProtocol === 'classic' ? { partitionAssignmentStrategy: strategy } : { groupRemoteAssignor: strategy }
      const start = (name: string) => {
        const consumer = open({ groupId, groupProtocol, ...assignors, maxPollRecords: 20 })
        consumer.subscribe([topic])
        return STYLES[style]!(consumer, ({ partition, offset }) => {
          owners.add(name)
          seen.push(`${partition}@${offset}`)
        })
      }
      let sent = 0
      let isProducing = true
      const producing = (async () => {
        await using producer = new Producer(runtime, { bootstrapServers: cluster.bootstrapServers })
        while (isProducing) {
          for (let n = 0; n < 10; n++) producer.send({ topic, key: `${sent}`, value: `${sent++}` })
          await new Promise((resolve) => setTimeout(resolve, 2))
        }
        await producer.flush()
      })()
      const heard = (...names: string[]) => until(() => names.every((name) => owners.has(name)))
      const first = start('first')
      await heard('first')
      const second = start('second')
      await heard('second')
      const third = start('third')
      await heard('third')
      await first.leave()
      const fourth = start('fourth')
      await heard('fourth')
      await second.leave()
      isProducing = false
      await producing
      await until(() => seen.length >= sent)
      await third.leave()
      await fourth.leave()
      expect(new Set(seen).size).toBe(sent)
      expect(seen).toHaveLength(sent)
      for (let partition = 0; partition < PARTITIONS; partition++) {
        const offsets = seen
          .filter((place) => place.startsWith(`${partition}@`))
          .map((place) => Number(place.split('@')[1]))
        expect(offsets).toEqual(offsets.map((_, index) => index))
      }
    },
    60_000,
  )
})

describe.each(PROTOCOLS)('in the protocol %s', (groupProtocol) => {
  test('who comes back goes on where the group has committed, and metadata stays with offsets', async () => {
    const topic = await created(1)
    const groupId = fresh('group')
    await produce(topic, numbers(5))
    {
      await using consumer = open({ groupId, groupProtocol, maxPollRecords: 3, enableAutoCommit: false })
      consumer.subscribe([topic])
      await take(consumer, 3)
      await consumer.commitSync([{ topic, partition: 0, offset: 2, leaderEpoch: 0, metadata: 'mine' }])
      const [committed] = await consumer.committed([{ topic, partition: 0 }])
      expect(committed).toEqual({ topic, partition: 0, offset: 2, leaderEpoch: 0, metadata: 'mine' })
      expect(consumer.groupMetadata()).toMatchObject({ groupId, groupInstanceId: undefined })
      expect(consumer.groupMetadata().generationId).toBeGreaterThan(0)
    }
    await using next = open({ groupId, groupProtocol })
    next.subscribe([topic])
    expect((await take(next, 3)).map(({ value }) => value)).toEqual(['2', '3', '4'])
  }, 30_000)

  test('nothing is committed by itself before it is finished', async () => {
    const topic = await created(1)
    const groupId = fresh('group')
    await produce(topic, numbers(6))
    const place = [{ topic, partition: 0 }]
    const consumer = open({ groupId, groupProtocol, maxPollRecords: 2, autoCommitIntervalMs: 10 })
    consumer.subscribe([topic])
    const offset = async () => (await consumer.committed(place))[0]?.offset ?? 0
    await take(consumer, 2)
    await take(consumer, 2)
    await until(async () => (await offset()) === 2)
    await consumer.close()
    await using next = open({ groupId, groupProtocol })
    next.subscribe([topic])
    expect((await take(next, 4)).map(({ value }) => value)).toEqual(['2', '3', '4', '5'])
  }, 30_000)

  test('at most once: offsets are committed before records are handed out', async () => {
    const topic = await created(1)
    const groupId = fresh('group')
    await produce(topic, numbers(6))
    const consumer = open({ groupId, groupProtocol, maxPollRecords: 2, deliveryMode: 'at-most-once' })
    consumer.subscribe([topic])
    await take(consumer, 2)
    expect(await consumer.committed([{ topic, partition: 0 }])).toMatchObject([{ offset: 2 }])
    const iterator = consumer[Symbol.asyncIterator]()
    await iterator.next()
    expect(await consumer.committed([{ topic, partition: 0 }])).toMatchObject([{ offset: 3 }])
    const stop = new AbortController()
    await consumer.run({
      signal: stop.signal,
      async eachBatch() {
        expect(await consumer.committed([{ topic, partition: 0 }])).toMatchObject([{ offset: 5 }])
        stop.abort()
      },
    })
    await consumer.close()
    await using next = open({ groupId, groupProtocol })
    next.subscribe([topic])
    expect((await take(next, 1)).map(({ value }) => value)).toEqual(['5'])
  }, 30_000)

  test('a handler that fails ends the run; its record comes again', async () => {
    const topic = await created(1)
    await produce(topic, numbers(4))
    await using consumer = open({ groupId: fresh('group'), groupProtocol })
    consumer.subscribe([topic])
    const seen: unknown[] = []
    const stop = new AbortController()
    const eachRecord = ({ value }: Text) => {
      seen.push(value)
      if (value === '2' && seen.length === 3) throw new Error('not this one')
      if (value === '3') stop.abort()
    }
    await expect(consumer.run({ eachRecord })).rejects.toThrow('not this one')
    expect(await consumer.commitSync().then(() => consumer.committed([{ topic, partition: 0 }]))).toMatchObject([
      { offset: 2 },
    ])
    await consumer.run({ eachRecord, signal: stop.signal })
    expect(seen).toEqual(['0', '1', '2', '2', '3'])
  }, 30_000)

  test('partitions of a handler are handled side by side, each in order', async () => {
    const topic = await created(3)
    for (const partition of [0, 1, 2]) await produce(topic, numbers(20), partition)
    await using consumer = open({ groupId: fresh('group'), groupProtocol, maxPollRecords: 7 })
    consumer.subscribe([topic])
    const seen: Text[] = []
    const stop = new AbortController()
    let active = 0
    let most = 0
    await consumer.run({
      concurrency: 2,
      signal: stop.signal,
      async eachRecord(record) {
        active += 1
        most = Math.max(most, active)
        await new Promise((resolve) => setTimeout(resolve, 1))
        active -= 1
        seen.push(record)
        if (seen.length === 60) stop.abort()
      },
    })
    expect(most).toBe(2)
    for (const wanted of [0, 1, 2]) {
      const values = seen.filter(({ partition }) => partition === wanted).map(({ value }) => value)
      expect(values).toEqual(numbers(20))
    }
  }, 30_000)

  test('listeners are awaited, may seek and commit, and their errors come from poll', async () => {
    const topic = await created(2)
    const groupId = fresh('group')
    for (const partition of [0, 1]) await produce(topic, numbers(4), partition)
    const consumer = open({ groupId, groupProtocol, enableAutoCommit: false })
    let revoked: unknown
    consumer.subscribe([topic], {
      async onAssigned(partitions) {
        await new Promise((resolve) => setTimeout(resolve, 5))
        for (const partition of partitions) consumer.seek(partition, 3)
      },
      async onRevoked(partitions) {
        await consumer.commitSync([{ ...partitions[0]!, offset: 1 }])
        revoked = partitions
        throw new Error('from the listener')
      },
    })
    expect((await take(consumer, 2)).map(({ value }) => value)).toEqual(['3', '3'])
    await consumer.unsubscribe()
    expect(revoked).toHaveLength(2)
    expect(consumer.assignment()).toEqual([])
    await expect(consumer.poll({ timeoutMs: 0 })).rejects.toThrow('from the listener')
    expect(await consumer.committed([{ topic, partition: 0 }])).toMatchObject([{ offset: 1 }])
    await consumer.close()
  }, 30_000)

  test('who does not poll loses its partitions to others, and is back with the next poll', async () => {
    const topic = await created(2)
    const groupId = fresh('group')
    const lost: unknown[] = []
    await using idle = open({ groupId, groupProtocol, maxPollIntervalMs: 400 })
    idle.subscribe([topic], { onLost: (partitions) => void lost.push(...partitions) })
    await pollUntil(idle, () => idle.assignment().length === 2)
    await using other = open({ groupId, groupProtocol })
    other.subscribe([topic])
    await pollUntil(other, () => other.assignment().length === 2)
    // The other one was given up when the other consumer joined: nothing of it was in hand.
    expect(lost).toHaveLength(1)
    await expect(idle.commitSync([{ topic, partition: 0, offset: 1 }])).rejects.toThrow(/not a member/)
    const stop = { now: false }
    const others = (async () => {
      while (!stop.now) await other.poll({ timeoutMs: 20 })
    })()
    await pollUntil(idle, () => idle.assignment().length === 1)
    stop.now = true
    await others
  }, 30_000)

  test('partitions that are added are read from their first record, with latest too', async () => {
    const topic = await created(1)
    const late = fresh('late')
    await using consumer = open({ groupId: fresh('group'), groupProtocol, autoOffsetReset: 'latest' })
    consumer.subscribe([topic, late])
    await pollUntil(consumer, () => consumer.assignment().length > 0)
    await consumer.position({ topic, partition: 0 })
    await using admin = new Admin(runtime, { bootstrapServers: cluster.bootstrapServers })
    unwrap((await admin.createPartitions([{ topic, totalCount: 2 }])).get(topic)!)
    await until(async () => (await consumer.partitionsFor(topic)).length === 2)
    await produce(topic, ['before it was seen'], 1)
    expect((await take(consumer, 1)).map(({ value }) => value)).toEqual(['before it was seen'])
    await consumer.close()
  }, 30_000)

  test('a RegExp takes topics in that appear later', async () => {
    const prefix = fresh('matching')
    const topic = await created(1, `${prefix}-a`)
    await created(1, `not-${prefix}-a`)
    await using consumer = open({ groupId: fresh('group'), groupProtocol })
    consumer.subscribe(new RegExp(`${prefix}-.*`))
    await pollUntil(consumer, () => consumer.assignment().length === 1)
    expect(consumer.assignment()).toEqual([{ topic, partition: 0 }])
    await created(2, `${prefix}-b`)
    await pollUntil(consumer, () => consumer.assignment().length === 3)
  }, 30_000)

  test('a static member that restarts finds its partitions again, without a rebalance of others', async () => {
    const topic = await created(2)
    const groupId = fresh('group')
    await produce(topic, numbers(4))
    const start = () => {
      const consumer = open({ groupId, groupProtocol, groupInstanceId: 'one' })
      consumer.subscribe([topic])
      return consumer
    }
    const first = start()
    await take(first, 4)
    const { generationId } = first.groupMetadata()
    await first.commitSync()
    await first.close()
    await using second = start()
    await pollUntil(second, () => second.assignment().length === 2)
    expect(second.groupMetadata()).toMatchObject({ generationId, groupInstanceId: 'one' })
  }, 30_000)

  test('of two with one instance id the older one ends', async () => {
    const topic = await created(1)
    const groupId = fresh('group')
    const first = open({ groupId, groupProtocol, groupInstanceId: 'one' })
    first.subscribe([topic])
    await pollUntil(first, () => first.assignment().length === 1)
    const second = open({ groupId, groupProtocol, groupInstanceId: 'one' })
    second.subscribe([topic])
    const end = async (consumer: Texts) => {
      for (;;) await consumer.poll({ timeoutMs: 20 })
    }
    // The consumer protocol protects the member that is there.
    const [ended, stays, name] =
      groupProtocol === 'classic' ? [first, second, 'FENCED_INSTANCE_ID'] : [second, first, 'UNRELEASED_INSTANCE_ID']
    const polling = end(stays).catch(() => {})
    await expect(end(ended)).rejects.toMatchObject({ errorName: name })
    await ended.close()
    await stays.close()
    await polling
  }, 30_000)

  test('pauses stay through a rebalance that leaves the partition here', async () => {
    const topic = await created(2)
    const groupId = fresh('group')
    const strategy = groupProtocol === 'classic' ? { partitionAssignmentStrategy: 'cooperative-sticky' } : {}
    await using first = open({ groupId, groupProtocol, ...strategy })
    first.subscribe([topic])
    await pollUntil(first, () => first.assignment().length === 2)
    first.pause(first.assignment())
    await using second = open({ groupId, groupProtocol, ...strategy })
    second.subscribe([topic])
    const polling = take(second, 1).catch(() => {})
    await pollUntil(first, () => first.assignment().length === 1)
    expect(first.paused()).toEqual(first.assignment())
    await second.close()
    await polling
  }, 30_000)

  test('close ends in its time when the brokers are gone', async () => {
    await using doomed = await startCluster({ config: FAST })
    const consumer = open({ bootstrapServers: doomed.bootstrapServers, groupId: 'g', groupProtocol })
    consumer.subscribe(['made-by-asking'])
    await pollUntil(consumer, () => consumer.assignment().length === 1)
    await doomed.close()
    const beginMs = performance.now()
    await consumer.close({ timeoutMs: 500 })
    expect(performance.now() - beginMs).toBeLessThan(20_000)
  }, 30_000)
})

test('a pattern is matched by the coordinator of the consumer protocol alone', async () => {
  const prefix = fresh('re2')
  const topic = await created(1, `${prefix}-a`)
  await using consumer = open({ groupId: fresh('group'), groupProtocol: 'consumer' })
  consumer.subscribe({ pattern: `${prefix}-[a-z]` })
  await pollUntil(consumer, () => consumer.assignment().length === 1)
  expect(consumer.assignment()).toEqual([{ topic, partition: 0 }])
  await using classic = open({ groupId: fresh('group') })
  expect(() => classic.subscribe({ pattern: prefix })).toThrow(/RegExp/)
}, 30_000)

test('members with eager and with cooperative assignors share a group while it is rolled over', async () => {
  const topic = await created(4)
  const groupId = fresh('group')
  const lists = ['range', 'range,cooperative-sticky', 'cooperative-sticky,range', 'cooperative-sticky']
  const counts = new Map<Texts, number>()
  const consumers = lists.slice(1, 3).map((strategy) => open({ groupId, partitionAssignmentStrategy: strategy }))
  let ended = false
  const run = async (consumer: Texts) => {
    consumer.subscribe([topic])
    while (!ended) {
      await consumer.poll({ timeoutMs: 20 })
      counts.set(consumer, consumer.assignment().length)
    }
  }
  const running = consumers.map(run)
  await until(() => consumers.every((consumer) => counts.get(consumer) === 2))
  const third = open({ groupId, partitionAssignmentStrategy: lists[3]! })
  // The list that has no cooperative assignor is gone: all members know that one.
  running.push(run(third))
  await until(() => (counts.get(third) ?? 0) >= 1 && [...counts.values()].reduce((sum, count) => sum + count, 0) === 4)
  ended = true
  await Promise.all(running)
  for (const consumer of [...consumers, third]) await consumer.close()
}, 30_000)

test('a consumer without a group, or with partitions assigned by hand, does not subscribe', async () => {
  await using plain = open()
  expect(() => plain.subscribe(['t'])).toThrow(/groupId/)
  await expect(plain.commitSync()).rejects.toThrow(/groupId/)
  await using byHand = open({ groupId: fresh('group') })
  byHand.assign([{ topic: 't', partition: 0 }])
  expect(() => byHand.subscribe(['t'])).toThrow(/by hand/)
  await using subscribed = open({ groupId: fresh('group') })
  subscribed.subscribe(['t'])
  expect(() => subscribed.assign([])).toThrow(/unsubscribe/)
})

test('partitions assigned by hand begin where the group has committed', async () => {
  const topic = await created(1)
  const groupId = fresh('group')
  await produce(topic, numbers(4))
  const place = { topic, partition: 0 }
  const consumer = open({ groupId })
  consumer.assign([place])
  await take(consumer, 4)
  await consumer.commitSync([{ ...place, offset: 3 }])
  await consumer.close()
  await using next = open({ groupId })
  next.assign([place])
  expect(await next.position(place)).toBe(3)
})
