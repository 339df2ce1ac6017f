import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { ApiKey, ErrorCode } from '@ottla/protocol'
import { CodecError, codecs, type Offload } from '@ottla/runtime'
import '@ottla/runtime/node'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import fc from 'fast-check'
import type { ClientError } from '../errors.ts'
import { type PartitionerInput, RoundRobinPartitioner } from '../partitioner.ts'
import { SERIALIZERS } from '../serializers.ts'
import { type Fate, ProduceBroker } from '../testing/produce-broker.ts'
import type { ProducerOptions } from './options.ts'
import { type CloseOptions, Producer } from './producer.ts'
import type { RecordMetadata } from './record.ts'

const TOPIC = 't'

let world: TestRuntime
let broker: ProduceBroker
let producer: Producer

beforeEach(async () => {
  world = testRuntime()
  broker = await ProduceBroker.start(world.net, { [TOPIC]: 3 })
})

afterEach(async () => {
  const closing = producer?.close({ timeoutMs: 0 })
  await world.clock.advance(1000)
  await closing
  await broker.close()
})

function open(options: Partial<ProducerOptions> = {}): Producer {
  producer = new Producer(world, { bootstrapServers: broker.bootstrapServers, ...options })
  return producer
}

/** Lets time pass until the promise has settled. */
async function soon<T>(promise: Promise<T>, withinMs = 10_000): Promise<T> {
  let settled = false
  const done = () => {
    settled = true
  }
  promise.then(done, done)
  for (let ms = 0; ms < withinMs && !settled; ms += 5) await world.clock.advance(5)
  expect(settled).toBe(true)
  return promise
}

function produceRequests() {
  return broker.requests(ApiKey.Produce)
}

function isCrossed(values: readonly number[]): boolean {
  return values.some((value, index) => index > 0 && value < values[index - 1]!)
}

describe('a record', () => {
  test('comes back with its offset and sizes', async () => {
    open()
    const sent = producer.send({ topic: TOPIC, partition: 1, key: 'key', value: 'value', timestamp: 77 })
    expect(await soon(sent)).toEqual({
      topic: TOPIC,
      partition: 1,
      offset: 0,
      timestamp: 77,
      serializedKeySize: 3,
      serializedValueSize: 5,
    })
    expect([broker.keys(TOPIC, 1), broker.values(TOPIC, 1)]).toEqual([['key'], ['value']])
  })

  test('lingers, and shares its batch with those that come meanwhile', async () => {
    open({ lingerMs: 50 })
    await soon(producer.partitionsFor(TOPIC))
    const sent = [1, 2, 3].map((n) => producer.send({ topic: TOPIC, partition: 0, value: `${n}` }))
    await world.clock.advance(49)
    expect(produceRequests()).toHaveLength(0)
    await soon(Promise.all(sent))
    expect(broker.batchSizes).toEqual([3])
  })

  test('does not linger when a flush asks for it', async () => {
    open({ lingerMs: 60_000, deliveryTimeoutMs: 120_000 })
    await soon(producer.partitionsFor(TOPIC))
    const sent = producer.send({ topic: TOPIC, value: 'x' })
    await soon(producer.flush(), 100)
    expect((await sent).offset).toBe(0)
  })

  test('without acknowledgement has no offset', async () => {
    open({ acks: 0 })
    expect(await soon(producer.send({ topic: TOPIC, partition: 0, value: 'x' }))).toMatchObject({ offset: -1 })
    expect(broker.values(TOPIC, 0)).toEqual(['x'])
    expect(broker.requests(ApiKey.InitProducerId)).toHaveLength(0)
  })

  test.each([
    [{}, 'ottla-producer'],
    [{ clientId: 'mine' }, 'mine'],
  ])('comes with the client id: %j', async (options, clientId) => {
    open(options)
    await soon(producer.send({ topic: TOPIC, value: 'x' }))
    expect(produceRequests()[0]).toMatchObject({ clientId })
  })

  test('that is larger than a request is refused, and names the limit', async () => {
    open({ maxRequestSize: 1000 })
    await expect(soon(producer.send({ topic: TOPIC, value: 'x'.repeat(1000) }))).rejects.toMatchObject({
      errorName: 'MESSAGE_TOO_LARGE',
      message: expect.stringContaining('maxRequestSize=1000'),
    })
  })

  test('whose serializer throws is refused alone', async () => {
    const failing = () => {
      throw new Error('no such schema')
    }
    producer = new Producer(world, { bootstrapServers: broker.bootstrapServers, keySerializer: failing })
    await expect(soon(producer.send({ topic: TOPIC, value: 'x' }))).rejects.toMatchObject({
      message: expect.stringContaining('no such schema'),
    })
  })

  test('is refused when the producer is closed', async () => {
    open()
    await soon(producer.close())
    await expect(producer.send({ topic: TOPIC, value: 'x' })).rejects.toMatchObject({ errorName: 'INVALID_REQUEST' })
    expect(() => producer.send({ topic: TOPIC, value: 'x' }, () => {})).toThrow('closed')
  })

  test.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('travels with %s', async (compressionType) => {
    open({ compressionType })
    const values = Array.from({ length: 100 }, (_, n) => `value ${n}`)
    await soon(Promise.all(values.map((value) => producer.send({ topic: TOPIC, partition: 0, value }))))
    expect(broker.values(TOPIC, 0)).toEqual(values)
  })

  test('goes to a broker that knows no topic ids', async () => {
    broker.topicIds = false
    open()
    await soon(producer.send({ topic: TOPIC, partition: 0, value: 'x' }))
    expect(produceRequests()[0]).toMatchObject({ apiVersion: 12, body: { topicData: [{ name: TOPIC }] } })
  })
})

describe('partitions', () => {
  test("keys go where Kafka's partitioners put them", async () => {
    open()
    const keys = ['a', 'b', 'c', 'd', 'e']
    const sent = await soon(Promise.all(keys.map((key) => producer.send({ topic: TOPIC, key, value: '' }))))
    const again = await soon(Promise.all(keys.map((key) => producer.send({ topic: TOPIC, key, value: '' }))))
    const places = sent.map(({ partition }) => partition)
    expect(places).toEqual(again.map(({ partition }) => partition))
    expect(new Set(places).size).toBeGreaterThan(1)
  })

  test('without keys one batch after the other is filled', async () => {
    open({ batchSize: 1000 })
    await soon(producer.partitionsFor(TOPIC))
    const sent = Array.from({ length: 300 }, () => producer.send({ topic: TOPIC, value: 'x'.repeat(90) }))
    const places = (await soon(Promise.all(sent))).map(({ partition }) => partition)
    const changes = places.filter((partition, index) => index > 0 && partition !== places[index - 1]).length
    expect(new Set(places).size).toBe(3)
    expect(changes).toBeLessThan(40)
  })

  test('a partitioner sees everything and is passed by with an explicit partition', async () => {
    const seen: PartitionerInput[] = []
    const events: string[] = []
    const partitioner = {
      configure: (options: object) => void events.push(`configure ${'bootstrapServers' in options}`),
      partition: (input: PartitionerInput, cluster: { partitions(topic: string): readonly unknown[] }) => {
        seen.push(input)
        return cluster.partitions(input.topic).length - 1
      },
      close: () => void events.push('close'),
    }
    open({ partitioner })
    const sent = [
      producer.send({ topic: TOPIC, key: 'k', value: 'v' }),
      producer.send({ topic: TOPIC, partition: 0, value: 'w' }),
    ]
    expect((await soon(Promise.all(sent))).map(({ partition }) => partition)).toEqual([2, 0])
    const bytes = (text: string) => SERIALIZERS.string(text)
    expect(seen).toEqual([{ topic: TOPIC, key: 'k', value: 'v', keyBytes: bytes('k'), valueBytes: bytes('v') }])
    await soon(producer.close())
    expect(events).toEqual(['configure true', 'close'])
  })

  test('a partitioner that throws, or chooses nonsense, refuses the record', async () => {
    open({
      partitioner: {
        partition: ({ key }: PartitionerInput) => {
          if (key === 'throw') throw new Error('lost my way')
          return -1
        },
      },
    })
    await soon(producer.partitionsFor(TOPIC))
    const send = (key: string) => soon(producer.send({ topic: TOPIC, key, value: '' }))
    await expect(send('throw')).rejects.toMatchObject({ message: expect.stringContaining('lost my way') })
    await expect(send('nonsense')).rejects.toMatchObject({ message: expect.stringContaining('chose -1') })
  })

  test('round robin takes them in turn', async () => {
    open({ partitioner: new RoundRobinPartitioner() })
    const sent = Array.from({ length: 4 }, () => producer.send({ topic: TOPIC, key: 'same', value: '' }))
    expect((await soon(Promise.all(sent))).map(({ partition }) => partition)).toEqual([0, 1, 2, 0])
  })
})

describe('limits', () => {
  test('a topic that nobody knows fails after max.block.ms, and so does partitionsFor', async () => {
    open({ maxBlockMs: 1000 })
    const failing = [producer.send({ topic: 'missing', value: 'x' }), producer.partitionsFor('missing')]
    const outcomes = Promise.allSettled(failing)
    await world.clock.advance(999)
    expect(producer.full).toBe(true)
    await world.clock.advance(2)
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { errorName: 'UNKNOWN_TOPIC_OR_PARTITION' } })
    }
    await producer.drained()
  })

  test('one unknown topic does not hold up the others', async () => {
    open()
    const missing = producer.send({ topic: 'missing', value: 'x' })
    expect(await soon(producer.send({ topic: TOPIC, value: 'x' }))).toMatchObject({ offset: 0 })
    broker.partitions.set('missing', 1)
    expect(await soon(missing)).toMatchObject({ topic: 'missing', partition: 0 })
  })

  test('a topic that is refused fails at once', async () => {
    broker.metadataError = ErrorCode.TOPIC_AUTHORIZATION_FAILED
    open()
    await expect(soon(producer.send({ topic: TOPIC, value: 'x' }), 500)).rejects.toMatchObject({
      errorName: 'TOPIC_AUTHORIZATION_FAILED',
    })
  })

  test('a partition that is not there fails after max.block.ms', async () => {
    open({ maxBlockMs: 1000 })
    await expect(soon(producer.send({ topic: TOPIC, partition: 9, value: 'x' }))).rejects.toMatchObject({
      message: expect.stringContaining('only 0 to 2'),
    })
  })

  test('records wait for memory, in order, and nothing is lost', async () => {
    open({ bufferMemory: 4000, batchSize: 1000, lingerMs: 0 })
    const order: number[] = []
    for (let n = 0; n < 200; n++) {
      producer.send({ topic: TOPIC, partition: 0, value: `${n}`.padEnd(300) }, (error) => {
        expect(error).toBeUndefined()
        order.push(n)
      })
    }
    expect(producer.full).toBe(true)
    await soon(producer.drained())
    await soon(producer.flush())
    expect(order).toEqual(Array.from({ length: 200 }, (_, n) => n))
    expect(broker.values(TOPIC, 0).map(Number)).toEqual(order)
  })

  test('without memory a record fails after max.block.ms, without broker after delivery.timeout.ms', async () => {
    broker.fate = () => 'silent'
    open({ bufferMemory: 1000, batchSize: 1000, maxBlockMs: 100, requestTimeoutMs: 1000, deliveryTimeoutMs: 2000 })
    await soon(producer.partitionsFor(TOPIC))
    const first = producer.send({ topic: TOPIC, partition: 0, value: 'x'.repeat(800) })
    const second = producer.send({ topic: TOPIC, partition: 1, value: 'x'.repeat(800) })
    const outcomes = Promise.allSettled([first, second])
    await world.clock.advance(101)
    await expect(second).rejects.toMatchObject({ message: expect.stringContaining('bufferMemory') })
    await world.clock.advance(2000)
    const [late] = await outcomes
    expect(late).toMatchObject({
      reason: {
        errorName: 'REQUEST_TIMED_OUT',
        message: expect.stringContaining('not written within 2000 ms'),
        attempt: { topic: TOPIC, partition: 0, elapsedMs: expect.any(Number) },
      },
    })
  })

  test('a signal ends the wait', async () => {
    open()
    const aborting = new AbortController()
    const waiting = producer.send({ topic: 'missing', value: 'x' }, { signal: aborting.signal })
    aborting.abort()
    await expect(soon(waiting)).rejects.toMatchObject({ message: expect.stringContaining('aborted') })
  })

  test('an aborted wait is over: nothing is full, and the topic is asked for no more', async () => {
    open()
    const aborting = new AbortController()
    const { signal } = aborting
    const waiting = producer.send({ topic: 'missing', value: 'x' }, { signal })
    await world.clock.advance(500)
    aborting.abort(new Error('no patience'))
    await expect(soon(waiting)).rejects.toBe(signal.reason)
    expect(producer.full).toBe(false)
    await soon(producer.drained())
    await world.clock.advance(2000)
    const asked = broker.requests(ApiKey.Metadata).length
    await world.clock.advance(20_000)
    expect(broker.requests(ApiKey.Metadata)).toHaveLength(asked)
  })

  test('drained resolves also when the last that waited was aborted behind another', async () => {
    open({ maxBlockMs: 1000 })
    const aborting = new AbortController()
    const first = producer.send({ topic: 'missing', value: 'x' })
    const second = producer.send({ topic: 'missing', value: 'y' }, { signal: aborting.signal })
    const outcomes = Promise.allSettled([first, second])
    const drained = producer.drained()
    aborting.abort()
    await soon(drained, 1100)
    await outcomes
  })

  test('the same where they wait for memory', async () => {
    broker.fate = () => 'silent'
    open({ bufferMemory: 1000, batchSize: 1000, maxBlockMs: 1000 })
    await soon(producer.partitionsFor(TOPIC))
    const aborting = new AbortController()
    const value = 'x'.repeat(800)
    const sent = [1, 2, 3].map((n) =>
      producer.send({ topic: TOPIC, value }, n === 3 ? { signal: aborting.signal } : undefined),
    )
    const outcomes = Promise.allSettled(sent)
    const drained = producer.drained()
    aborting.abort()
    await soon(drained, 1100)
    await soon(producer.close({ timeoutMs: 0 }))
    await outcomes
  })

  test('a signal is let go of with each record that has its place', async () => {
    open()
    const { signal } = new AbortController()
    const listeners = { count: 0 }
    const watched = Object.assign(Object.create(null), {
      aborted: false,
      throwIfAborted: () => signal.throwIfAborted(),
      addEventListener: () => void listeners.count++,
      removeEventListener: () => void listeners.count--,
    }) as AbortSignal
    const sent = [1, 2, 3].map((n) => producer.send({ topic: TOPIC, value: `${n}` }, { signal: watched }))
    expect(listeners.count).toBe(3)
    await soon(Promise.all(sent))
    expect(listeners.count).toBe(0)
  })

  test('a topic that partitionsFor has given up is asked for no more', async () => {
    open({ maxBlockMs: 1000 })
    await expect(soon(producer.partitionsFor('missing'))).rejects.toMatchObject({
      errorName: 'UNKNOWN_TOPIC_OR_PARTITION',
    })
    await world.clock.advance(2000)
    const asked = broker.requests(ApiKey.Metadata).length
    await world.clock.advance(20_000)
    expect(broker.requests(ApiKey.Metadata)).toHaveLength(asked)
  })

  test('one that gives a topic up does not keep another one from learning it', async () => {
    open({ maxBlockMs: 1000 })
    const first = expect(soon(producer.partitionsFor('late'))).rejects.toThrow('late')
    await world.clock.advance(600)
    const second = producer.partitionsFor('late')
    await first
    broker.partitions.set('late', 2)
    expect(await soon(second, 395)).toHaveLength(2)
  })

  test('a topic that was deleted and is not written to is asked for no more', async () => {
    open({ metadataMaxAgeMs: 5000 })
    await soon(producer.send({ topic: TOPIC, value: 'x' }))
    broker.partitions.delete(TOPIC)
    await world.clock.advance(11_000)
    const asked = broker.requests(ApiKey.Metadata).length
    expect(asked).toBeGreaterThan(1)
    await world.clock.advance(20_000)
    expect(broker.requests(ApiKey.Metadata)).toHaveLength(asked)
  })

  test('a batch whose partition has no leader is sent when there is one, however old what is known of the topic is', async () => {
    open({ metadataMaxAgeMs: 1000 })
    await soon(producer.send({ topic: TOPIC, partition: 0, value: 'x' }))
    broker.leader = { id: -1, port: 1 }
    broker.fate = () => ({ errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER })
    const sent = producer.send({ topic: TOPIC, partition: 0, value: 'y' })
    await world.clock.advance(10_000)
    broker.leader = undefined
    broker.leaderEpoch += 1
    broker.fate = () => 'write'
    expect(await soon(sent, 1000)).toMatchObject({ offset: 1 })
  })

  test('close ends a partitionsFor that waits', async () => {
    open()
    const waiting = expect(producer.partitionsFor('missing')).rejects.toThrow('closed')
    await world.clock.advance(50)
    await soon(producer.close(), 100)
    await soon(waiting, 10)
  })

  test('a topic name that no request can carry harms no other topic', async () => {
    open()
    const refused = producer.send({ topic: 'x'.repeat(40_000), value: '' })
    const outcomes = Promise.allSettled([refused, producer.send({ topic: '', value: '' })])
    expect(await soon(producer.send({ topic: TOPIC, value: 'x' }), 500)).toMatchObject({ offset: 0 })
    for (const outcome of await soon(outcomes)) {
      expect(outcome).toMatchObject({ reason: { errorName: 'INVALID_TOPIC_EXCEPTION' } })
    }
  })

  test('what a serializer makes must be bytes', async () => {
    open()
    const number = 5 as unknown as string
    await expect(soon(producer.send({ topic: TOPIC, value: number }))).rejects.toMatchObject({
      errorName: 'INVALID_RECORD',
      message: expect.stringContaining('made the value a number'),
    })
  })

  test.each<[string, (aborting: AbortController) => CloseOptions]>([
    ['with less time', () => ({ timeoutMs: 0 })],
    ['with a signal', ({ signal }) => ({ signal })],
  ])('a second close %s ends the first', async (_, options) => {
    broker.fate = () => 'silent'
    open()
    const lost = expect(producer.send({ topic: TOPIC, value: 'x' })).rejects.toThrow('the producer was closed')
    const first = producer.close()
    await world.clock.advance(1000)
    const aborting = new AbortController()
    const second = producer.close(options(aborting))
    aborting.abort()
    await soon(Promise.all([first, second]), 50)
    await lost
    expect(world.clock.pendingTimers).toBe(0)
  })

  test('close ends, whatever the broker does', async () => {
    broker.fate = () => 'silent'
    open()
    const lost = expect(producer.send({ topic: TOPIC, value: 'x' })).rejects.toMatchObject({
      message: expect.stringContaining('the producer was closed'),
    })
    await world.clock.advance(100)
    await soon(producer.close({ timeoutMs: 500 }), 600)
    await lost
    expect(world.clock.pendingTimers).toBe(0)
  })
})

describe('failures', () => {
  test('an error that may pass is tried again, another one is told', async () => {
    const codes = [ErrorCode.NOT_ENOUGH_REPLICAS, ErrorCode.NOT_LEADER_OR_FOLLOWER]
    broker.fate = () => (codes.length > 0 ? { errorCode: codes.shift()! } : 'write')
    open()
    expect(await soon(producer.send({ topic: TOPIC, partition: 0, value: 'x' }))).toMatchObject({ offset: 0 })
    broker.fate = () => ({ errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED })
    const refused = producer.send({ topic: TOPIC, partition: 1, value: 'x' })
    await expect(soon(refused)).rejects.toMatchObject({
      errorName: 'TOPIC_AUTHORIZATION_FAILED',
      attempt: { api: 'Produce', topic: TOPIC, partition: 1, broker: broker.bootstrapServers },
    })
    broker.fate = () => 'write'
    expect(await soon(producer.send({ topic: TOPIC, partition: 1, value: 'y' }))).toMatchObject({ offset: 0 })
  })

  test('retries=0 tries once', async () => {
    broker.fate = () => ({ errorCode: ErrorCode.NOT_ENOUGH_REPLICAS })
    open({ retries: 0 })
    await expect(soon(producer.send({ topic: TOPIC, value: 'x' }))).rejects.toMatchObject({
      errorName: 'NOT_ENOUGH_REPLICAS',
    })
    expect(produceRequests()).toHaveLength(1)
  })

  test('a batch that the broker finds too large is sent in parts', async () => {
    broker.maxMessageBytes = 2000
    open({ batchSize: 8000 })
    const sent = Array.from({ length: 40 }, (_, n) =>
      producer.send({ topic: TOPIC, partition: 0, value: `${n}`.padEnd(150) }),
    )
    expect((await soon(Promise.all(sent))).map(({ offset }) => offset)).toEqual(sent.map((_, n) => n))
    expect(Math.max(...broker.batchSizes)).toBeLessThan(13)
    await expect(soon(producer.send({ topic: TOPIC, partition: 0, value: 'x'.repeat(3000) }))).rejects.toMatchObject({
      errorName: 'MESSAGE_TOO_LARGE',
    })
    expect(await soon(producer.send({ topic: TOPIC, partition: 0, value: 'x' }))).toMatchObject({ offset: 40 })
  })

  test('an idempotent batch whose answer was lost is there once', async () => {
    const fates: Fate[] = ['lose', 'lose']
    broker.fate = () => fates.shift() ?? 'write'
    open()
    expect(await soon(producer.send({ topic: TOPIC, partition: 0, value: 'x' }))).toMatchObject({ offset: 0 })
    expect([fates, broker.values(TOPIC, 0)]).toEqual([[], ['x']])
  })

  test('a gap that a given up batch leaves is closed with a new epoch', async () => {
    open({ requestTimeoutMs: 100, deliveryTimeoutMs: 200, lingerMs: 0 })
    await soon(producer.send({ topic: TOPIC, partition: 0, value: 'a' }))
    broker.fate = () => 'close'
    await expect(soon(producer.send({ topic: TOPIC, partition: 0, value: 'b' }))).rejects.toThrow()
    broker.fate = () => 'write'
    await soon(producer.send({ topic: TOPIC, partition: 0, value: 'c' }))
    await soon(producer.send({ topic: TOPIC, partition: 0, value: 'd' }))
    expect(broker.values(TOPIC, 0)).toEqual(['a', 'c', 'd'])
    expect(broker.requests(ApiKey.InitProducerId)).toHaveLength(1)
  })

  test('a producer id that somebody else has taken over is given up for another one', async () => {
    open()
    await soon(producer.send({ topic: TOPIC, partition: 0, value: 'a' }))
    const fates: Fate[] = [{ errorCode: ErrorCode.INVALID_PRODUCER_EPOCH }]
    broker.fate = () => fates.shift() ?? 'write'
    expect(await soon(producer.send({ topic: TOPIC, partition: 0, value: 'b' }))).toMatchObject({ offset: 1 })
    expect(broker.requests(ApiKey.InitProducerId)).toHaveLength(2)
  })

  test('after a broker has lost what it knew of the producer, sequences begin anew', async () => {
    open()
    await soon(producer.send({ topic: TOPIC, partition: 0, value: 'a' }))
    const fates: Fate[] = [{ errorCode: ErrorCode.UNKNOWN_PRODUCER_ID }]
    broker.fate = () => fates.shift() ?? 'write'
    expect(await soon(producer.send({ topic: TOPIC, partition: 0, value: 'b' }))).toMatchObject({ offset: 1 })
    expect(broker.requests(ApiKey.InitProducerId)).toHaveLength(1)
  })

  test('a broker that throttles is left alone for that time (KIP-219)', async () => {
    broker.throttleTimeMs = 5000
    open()
    await soon(producer.send({ topic: TOPIC, partition: 0, value: 'a' }))
    const second = producer.send({ topic: TOPIC, partition: 0, value: 'b' })
    await world.clock.advance(4900)
    expect(produceRequests()).toHaveLength(1)
    expect(await soon(second)).toMatchObject({ offset: 1 })
  })

  test('with one request in flight, records keep their order without idempotence', async () => {
    let count = 0
    broker.fate = () => (++count % 3 === 0 ? { errorCode: ErrorCode.NOT_ENOUGH_REPLICAS } : 'write')
    open({ enableIdempotence: false, maxInFlightRequestsPerConnection: 1, batchSize: 200, lingerMs: 0 })
    const sent = Array.from({ length: 50 }, (_, n) =>
      producer.send({ topic: TOPIC, partition: 0, value: `${n}`.padEnd(60) }),
    )
    await soon(Promise.all(sent), 60_000)
    expect(isCrossed(broker.values(TOPIC, 0).map(Number))).toBe(false)
  })

  test('a topic that is created anew while requests are in flight gets all of them again', async () => {
    const front = await ProduceBroker.start(world.net, { [TOPIC]: 3 })
    front.leader = { id: 2, port: broker.server.port }
    producer = new Producer(world, { bootstrapServers: front.bootstrapServers, lingerMs: 0 })
    await soon(producer.send({ topic: TOPIC, partition: 0, value: 'old' }))
    const release: (() => void)[] = []
    broker.before = () => new Promise((resolve) => release.push(resolve))
    const first = producer.send({ topic: TOPIC, partition: 1, value: 'a' })
    await world.clock.advance(1)
    const second = producer.send({ topic: TOPIC, partition: 2, value: 'b' })
    await world.clock.advance(1)
    expect(release).toHaveLength(2)
    front.topicId = 'AgICAgICAgICAgICAgICAg'
    broker.topicId = front.topicId
    // After the first refusal the new id is learnt; the second one still comes under the old id.
    release[0]!()
    await world.clock.advance(300)
    broker.before = undefined
    for (const go of release.slice(1)) go()
    expect(await soon(Promise.all([first, second]))).toMatchObject([{ partition: 1 }, { partition: 2 }])
    expect([broker.values(TOPIC, 1), broker.values(TOPIC, 2)]).toEqual([['a'], ['b']])
    await front.close()
  })

  describe('a leader that the refusal names (KIP-951)', () => {
    let other: ProduceBroker

    beforeEach(async () => {
      other = await ProduceBroker.start(world.net, { [TOPIC]: 3 })
    })

    afterEach(() => other.close())

    const hint = (epoch: number) => ({
      errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER,
      leader: { id: 2, epoch, port: other.server.port },
    })

    test('gets the batch at once, without a question', async () => {
      open()
      await soon(producer.partitionsFor(TOPIC))
      const asked = broker.requests(ApiKey.Metadata).length
      broker.fate = () => hint(1)
      await soon(producer.send({ topic: TOPIC, partition: 0, value: 'x' }), 50)
      expect(other.values(TOPIC, 0)).toEqual(['x'])
      expect(broker.requests(ApiKey.Metadata)).toHaveLength(asked)
    })

    test('stays the leader when a broker that has not heard of it is asked', async () => {
      open({ metadataMaxAgeMs: 5000 })
      broker.fate = () => hint(3)
      await soon(producer.send({ topic: TOPIC, partition: 0, value: 'x' }))
      const asked = broker.requests(ApiKey.Metadata).length
      await world.clock.advance(5000)
      expect(broker.requests(ApiKey.Metadata).length).toBeGreaterThan(asked)
      const sent = produceRequests().length
      const [first] = await soon(producer.partitionsFor(TOPIC))
      expect(first).toMatchObject({ leader: 2, leaderEpoch: 3 })
      expect(produceRequests()).toHaveLength(sent)
    })

    test('is not believed with an older epoch', async () => {
      broker.leaderEpoch = 5
      open()
      const fates: Fate[] = [hint(4)]
      broker.fate = () => fates.shift() ?? 'write'
      await soon(producer.send({ topic: TOPIC, partition: 0, value: 'x' }))
      expect([broker.values(TOPIC, 0), other.values(TOPIC, 0)]).toEqual([['x'], []])
    })
  })

  test('a producer id is asked for again when a broker fails in passing, and not when it is refused', async () => {
    broker.producerIdErrors.push(ErrorCode.UNKNOWN_SERVER_ERROR, ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
    open()
    expect(await soon(producer.send({ topic: TOPIC, partition: 0, value: 'x' }))).toMatchObject({ offset: 0 })
    await soon(producer.close())
    broker.producerIdErrors.push(ErrorCode.CLUSTER_AUTHORIZATION_FAILED)
    open()
    await expect(soon(producer.send({ topic: TOPIC, value: 'x' }))).rejects.toMatchObject({
      errorName: 'CLUSTER_AUTHORIZATION_FAILED',
      message: expect.stringContaining('enableIdempotence=false'),
    })
  })

  test('a callback that throws is logged and harms nobody', async () => {
    open()
    const done: unknown[] = []
    producer.send({ topic: TOPIC, partition: 0, value: '1' }, () => {
      throw new Error('my mistake')
    })
    producer.send({ topic: TOPIC, partition: 0, value: '2' }, (error) => done.push(error))
    await soon(producer.flush())
    expect(done).toEqual([undefined])
    expect(world.logger.messages('error')).toEqual([expect.stringContaining('my mistake')])
  })
})

describe('a broker that answers with any error at all', () => {
  const codes = Object.values(ErrorCode).filter((code) => code !== ErrorCode.NONE)

  test.each([true, false])(
    'to a batch: each record is settled, and the next is written (idempotent: %j)',
    async (enableIdempotence) => {
      open({ enableIdempotence, lingerMs: 0, retryBackoffMs: 10 })
      for (const [n, errorCode] of codes.entries()) {
        const fates: Fate[] = [{ errorCode }]
        broker.fate = () => fates.shift() ?? 'write'
        const [settled] = await soon(
          Promise.allSettled([producer.send({ topic: TOPIC, partition: 0, value: `a${n}` })]),
        )
        if (settled!.status === 'rejected') expect(settled.reason).toMatchObject({ code: errorCode })
        expect(await soon(producer.send({ topic: TOPIC, partition: 0, value: `b${n}` }))).toMatchObject({
          partition: 0,
        })
        expect(broker.values(TOPIC, 0).filter((value) => value === `b${n}`)).toHaveLength(1)
      }
    },
  )

  test('to Metadata: the record is written or refused, and the next one finds its topic', async () => {
    for (const errorCode of codes) {
      open({ retryBackoffMs: 10, maxBlockMs: 500 })
      broker.metadataError = errorCode
      const sending = Promise.allSettled([producer.send({ topic: TOPIC, value: 'a' })])
      await world.clock.advance(100)
      broker.metadataError = 0
      const [settled] = await soon(sending)
      if (settled!.status === 'rejected') expect(settled.reason).toMatchObject({ code: errorCode })
      await soon(producer.send({ topic: TOPIC, value: 'b' }))
      await soon(producer.close())
    }
  })
})

describe('compression', () => {
  test.each([100, 100_000])('that fails fails its batch alone (records of %d bytes)', async (bytes) => {
    open({ compressionType: 'gzip', batchSize: 100_000 })
    await soon(producer.send({ topic: TOPIC, partition: 0, value: 'before' }))
    const spy = jest.spyOn(codecs, 'compress').mockImplementationOnce(() => {
      throw new CodecError('gzip', 'not on this machine')
    })
    await expect(soon(producer.send({ topic: TOPIC, partition: 0, value: 'x'.repeat(bytes) }))).rejects.toMatchObject({
      errorName: 'UNSUPPORTED_COMPRESSION_TYPE',
      message: expect.stringContaining('not on this machine'),
    })
    spy.mockRestore()
    expect(await soon(producer.send({ topic: TOPIC, partition: 0, value: 'after' }))).toMatchObject({ offset: 1 })
    expect(broker.requests(ApiKey.InitProducerId)).toHaveLength(1)
  })

  describe('of large batches', () => {
    interface Job {
      readonly input: Uint8Array
      finish(): void
    }

    let jobs: Job[]

    beforeEach(() => {
      jobs = []
      const { offload } = world
      const compress: Offload['compress'] = (codec, input, level) =>
        new Promise((resolve) => {
          jobs.push({ input, finish: () => resolve(offload.compress(codec, input, level)) })
        })
      world = { ...world, offload: { ...offload, compress } }
    })

    test('is done elsewhere, and does not change the order', async () => {
      open({ compressionType: 'zstd', batchSize: 70_000, maxRequestSize: 200_000, lingerMs: 1 })
      const done: number[] = []
      for (let n = 0; n < 6; n++) {
        const value = `${n}`.padEnd(n === 5 ? 10 : 69_000)
        producer.send({ topic: TOPIC, partition: 0, value }, () => done.push(n))
      }
      await world.clock.advance(100)
      expect(jobs).toHaveLength(4)
      // What is compressed first waits for what was sent first.
      for (const job of jobs.splice(0).reverse()) {
        expect(produceRequests()).toHaveLength(0)
        job.finish()
        await world.clock.advance(1)
      }
      await world.clock.advance(100)
      for (const job of jobs) job.finish()
      await soon(producer.flush())
      expect(done).toEqual([0, 1, 2, 3, 4, 5])
      expect(broker.values(TOPIC, 0).map(Number)).toEqual(done)
    })

    test('that are given up meanwhile leave their buffer to the compressor', async () => {
      const limits = { requestTimeoutMs: 100, deliveryTimeoutMs: 200, lingerMs: 0 }
      open({ compressionType: 'zstd', batchSize: 70_000, bufferMemory: 80_000, ...limits })
      const lost = producer.send({ topic: TOPIC, partition: 0, value: 'x'.repeat(69_000) })
      await expect(soon(lost)).rejects.toThrow('not written within 200 ms')
      const next = producer.send({ topic: TOPIC, partition: 0, value: 'y'.repeat(69_000) })
      await world.clock.advance(10)
      expect(jobs).toHaveLength(2)
      expect(jobs[0]!.input.at(-2)).toBe('x'.charCodeAt(0))
      for (const job of jobs) job.finish()
      await soon(next)
      expect(broker.values(TOPIC, 0)).toEqual(['y'.repeat(69_000)])
    })
  })
})

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Fate>('write') },
  { weight: 1, arbitrary: fc.constant<Fate>('lose') },
  { weight: 1, arbitrary: fc.constant<Fate>('close') },
  { weight: 1, arbitrary: fc.constant<Fate>({ errorCode: ErrorCode.NOT_ENOUGH_REPLICAS }) },
  { weight: 1, arbitrary: fc.constant<Fate>({ errorCode: ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND, written: true }) },
  { weight: 1, arbitrary: fc.constant<Fate>({ errorCode: ErrorCode.INVALID_RECORD }) },
  { weight: 1, arbitrary: fc.constant<Fate>('silent') },
)

test('whatever happens to requests: each record is settled, those acknowledged are there once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fate, { maxLength: 40 }),
      fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 5 }),
      async (fates, pauses, maxInFlightRequestsPerConnection) => {
        const scene = testRuntime()
        const model = await ProduceBroker.start(scene.net, { [TOPIC]: 2 })
        const rest = [...fates]
        model.fate = () => rest.shift() ?? 'write'
        const subject = new Producer(scene, {
          bootstrapServers: model.bootstrapServers,
          batchSize: 150,
          lingerMs: 3,
          requestTimeoutMs: 400,
          deliveryTimeoutMs: 1500,
          retryBackoffMs: 20,
          maxInFlightRequestsPerConnection,
        })
        const settled: { n: number; error: ClientError | undefined; metadata: RecordMetadata }[] = []
        for (const [n, pauseMs] of pauses.entries()) {
          subject.send({ topic: TOPIC, partition: n % 2, value: `${n}`.padEnd(20) }, (error, metadata) => {
            settled.push({ n, error, metadata })
          })
          if (pauseMs > 20) await scene.clock.advance(pauseMs)
        }
        await scene.clock.advance(3000)
        const closing = subject.close({ timeoutMs: 0 })
        await scene.clock.advance(10)
        await closing
        await model.close()
        expect(settled).toHaveLength(pauses.length)
        for (const partition of [0, 1]) {
          const here = settled.filter(({ n }) => n % 2 === partition)
          expect(isCrossed(here.map(({ n }) => n))).toBe(false)
          const log = model.values(TOPIC, partition).map(Number)
          expect(new Set(log).size).toBe(log.length)
          for (const { n, metadata } of here.filter(({ error }) => error === undefined)) {
            expect(log).toContain(n)
            expect(log[metadata.offset]).toBe(n)
          }
          const acknowledged = here.filter(({ error }) => error === undefined).map(({ n }) => n)
          expect(log.filter((n) => acknowledged.includes(n))).toEqual(acknowledged)
        }
      },
    ),
    { numRuns: 150 },
  )
}, 120_000)
