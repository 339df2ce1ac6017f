import { describe, expect, test } from '@jest/globals'
import { RoundRobinPartitioner } from '../partitioner.ts'
import { SERIALIZERS } from '../serializers.ts'
import { type ProducerOptions, producerConfig } from './options.ts'
import { producerOptionsOfProperties } from './properties.ts'

function config(options: Partial<ProducerOptions> = {}) {
  return producerConfig({ bootstrapServers: 'localhost:9092', ...options })
}

describe('producerConfig', () => {
  test("the defaults are Kafka's", () => {
    expect(config()).toMatchObject({
      acks: -1,
      enableIdempotence: true,
      compressionType: 'none',
      lingerMs: 5,
      batchSize: 16_384,
      bufferMemory: 33_554_432,
      maxBlockMs: 60_000,
      maxInFlightRequestsPerConnection: 5,
      deliveryTimeoutMs: 120_000,
      requestTimeoutMs: 30_000,
      retries: 2_147_483_647,
      maxRequestSize: 1_048_576,
    })
  })

  test.each<[Partial<ProducerOptions>, boolean]>([
    [{ acks: 'all' }, true],
    [{ acks: 1 }, false],
    [{ acks: 0 }, false],
    [{ retries: 0 }, false],
    [{ enableIdempotence: false, maxInFlightRequestsPerConnection: 50 }, false],
  ])('%j: idempotent %s', (options, idempotent) => {
    expect(config(options).enableIdempotence).toBe(idempotent)
  })

  test.each<[object, string]>([
    [{ acks: 2 }, 'acks=2: must be 0 (nobody), 1 (the leader) or all'],
    [{ acks: 1, enableIdempotence: true }, 'acks=1: enableIdempotence=true needs acks=all'],
    [{ retries: 0, enableIdempotence: true }, 'retries=0: enableIdempotence=true needs retries'],
    [{ maxInFlightRequestsPerConnection: 6 }, 'maxInFlightRequestsPerConnection=6: at most 5'],
    [
      { deliveryTimeoutMs: 30_000 },
      'deliveryTimeoutMs=30000: must be at least lingerMs + requestTimeoutMs, which is 30005',
    ],
    [{ compressionType: 'brotli' }, 'compressionType=brotli'],
    [{ compressionType: 'gzip', compressionGzipLevel: 0 }, 'compressionGzipLevel=0'],
    [{ lingerMs: -1 }, 'lingerMs=-1'],
    [{ batchSize: 1.5 }, 'batchSize=1.5'],
    [{ batchSize: 2000, bufferMemory: 1000 }, 'at most bufferMemory, which is 1000'],
  ])('%j is refused', (options, message) => {
    expect(() => config(options)).toThrow(message)
  })

  test('a delivery time-out that was not chosen grows with what it must hold', () => {
    expect(config({ requestTimeoutMs: 200_000 }).deliveryTimeoutMs).toBe(200_005)
  })

  test('level of the codec in use', () => {
    expect(config({ compressionType: 'zstd', compressionZstdLevel: 7, compressionGzipLevel: 2 }).compressionLevel).toBe(
      7,
    )
    expect(config({ compressionType: 'gzip', compressionGzipLevel: 2 }).compressionLevel).toBe(2)
    expect(config({ compressionType: 'snappy' }).compressionLevel).toBeUndefined()
  })
})

function parse(properties: Record<string, string>) {
  return producerOptionsOfProperties(new Map(Object.entries(properties)))
}

describe('producerOptionsOfProperties', () => {
  test('reads present names', () => {
    const { options, unknown, notices } = parse({ acks: '1', 'linger.ms': '7', 'max.request.sizes': '1' })
    expect([options, unknown, notices]).toEqual([{ acks: '1', lingerMs: 7 }, ['max.request.sizes'], []])
  })

  test.each<[Record<string, string>, object, string]>([
    [{ 'request.required.acks': '1' }, { acks: '1' }, 'acks'],
    [{ 'timeout.ms': '500' }, { requestTimeoutMs: 500 }, 'request.timeout.ms'],
    [{ 'metadata.fetch.timeout.ms': '500' }, { maxBlockMs: 500 }, 'max.block.ms'],
    [{ 'block.on.buffer.full': 'true' }, { maxBlockMs: Number.MAX_SAFE_INTEGER }, 'max.block.ms'],
    [{ 'block.on.buffer.full': 'false' }, {}, 'max.block.ms'],
    [{ 'producer.type': 'sync' }, { lingerMs: 0 }, 'linger.ms'],
    [{ 'producer.type': 'async' }, {}, 'linger.ms'],
    [{ 'compression.lz4.level': '17' }, {}, 'no effect'],
  ])('%j is taken with a notice', (properties, expected, newer) => {
    const { options, notices, unknown } = parse(properties)
    expect([options, unknown]).toEqual([expected, []])
    expect(notices).toHaveLength(1)
    expect(notices[0]).toContain(newer)
  })

  test('the present name wins over the older one', () => {
    expect(parse({ 'request.required.acks': '0', acks: '1' }).options).toEqual({ acks: '1' })
  })

  test.each<[Record<string, string>, string]>([
    [{ acks: '3' }, 'acks=3: must be 0 (nobody), 1 (the leader) or all'],
    [{ 'request.required.acks': '2' }, 'acks=2: must be 0 (nobody), 1 (the leader) or all'],
    [{ 'producer.type': 'both' }, 'producer.type=both'],
    [{ 'block.on.buffer.full': 'maybe' }, 'block.on.buffer.full=maybe'],
    [{ 'batch.size': 'x' }, 'batch.size'],
    [{ 'value.serializer': 'com.example.Avro' }, 'value.serializer=com.example.Avro'],
  ])('%j is refused', (properties, message) => {
    expect(() => parse(properties)).toThrow(message)
  })

  test("Kafka's classes have counterparts", () => {
    const { options } = parse({
      'key.serializer': 'org.apache.kafka.common.serialization.LongSerializer',
      'value.serializer': 'org.apache.kafka.common.serialization.StringSerializer',
      'partitioner.class': 'org.apache.kafka.clients.producer.RoundRobinPartitioner',
    })
    expect(options.keySerializer).toBe(SERIALIZERS.long)
    expect(options.valueSerializer).toBe(SERIALIZERS.string)
    expect(options.partitioner).toBeInstanceOf(RoundRobinPartitioner)
  })

  test('what properties say is taken as options', () => {
    const { options } = parse({ acks: '-1', 'block.on.buffer.full': 'true' })
    expect(config(options as Partial<ProducerOptions>)).toMatchObject({ acks: -1, enableIdempotence: true })
  })
})

const CONTEXT = { topic: 't', headers: [] }

test.each([
  [SERIALIZERS.short(-2, CONTEXT), [0xff, 0xfe]],
  [SERIALIZERS.integer(258, CONTEXT), [0, 0, 1, 2]],
  [SERIALIZERS.long(-1n, CONTEXT), [255, 255, 255, 255, 255, 255, 255, 255]],
  [SERIALIZERS.long(3, CONTEXT), [0, 0, 0, 0, 0, 0, 0, 3]],
  [SERIALIZERS.float(1, CONTEXT), [0x3f, 0x80, 0, 0]],
  [SERIALIZERS.double(1, CONTEXT), [0x3f, 0xf0, 0, 0, 0, 0, 0, 0]],
  [SERIALIZERS.string('é'), [0xc3, 0xa9]],
  [SERIALIZERS.data(undefined), null],
  [SERIALIZERS.long(null, CONTEXT), null],
])('serializers: %p', (bytes, expected) => {
  expect(bytes && [...bytes]).toEqual(expected)
})
