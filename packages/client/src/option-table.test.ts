import { describe, expect, test } from '@jest/globals'
import { silentLogger } from '@ottla/runtime'
import '@ottla/runtime/node'
import { testRuntime } from '@ottla/runtime/testing'
import { Admin } from './admin/admin.ts'
import { Consumer } from './consumer/consumer.ts'
import { DESERIALIZERS } from './consumer/deserializers.ts'
import { ClientConfigError } from './option-table.ts'
import { Producer } from './producer/producer.ts'
import { SERIALIZERS } from './serializers.ts'

const world = { ...testRuntime(), logger: silentLogger }
const bootstrapServers = 'localhost:9092'

describe('an option that nobody knows is refused', () => {
  test.each([Admin, Producer, Consumer])('by the constructor of %p', (client) => {
    const make = (options: object) => new client(world, { bootstrapServers, ...options } as never)
    expect(() => make({ requestTimeOut: 1 })).toThrow(
      new ClientConfigError(`${client.name}: there is no option requestTimeOut; did you mean requestTimeoutMs?`),
    )
    expect(() => make({ metadataMaxAgeMs: 1000, retryBackoffMs: undefined, groupID: undefined })).not.toThrow()
    expect(() => make({ groupID: 'g' })).toThrow(/did you mean groupId\?/)
    expect(() => make({ 'session.timeout.ms': 1 })).toThrow(/did you mean sessionTimeoutMs\?/)
    expect(() => make({ sasl: {} })).toThrow(/no option sasl; options are keys of Kafka in camelCase/)
  })

  test.each([Admin, Producer, Consumer])('%p takes options that it shares with the others', async (client) => {
    const serializers = { keySerializer: SERIALIZERS.string, valueDeserializer: DESERIALIZERS.string }
    const shared = { bootstrapServers, acks: 'all', groupId: 'g', deliveryMode: 'at-most-once', ...serializers }
    await new client(world, shared as never).close()
  })

  test.each<[string, RegExp]>([
    ['connect', /connect: there is no option validateOnly; expected timeoutMs, signal/],
    ['listTopics', /listTopics/],
    ['describeFeatures', /describeFeatures/],
  ])('by %s of an admin', async (method, message) => {
    const admin = new Admin(world, { bootstrapServers }) as never as Record<string, (options: object) => Promise<void>>
    await expect(admin[method]!({ validateOnly: true })).rejects.toThrow(message)
  })

  test('by calls that would change something', async () => {
    const admin = new Admin(world, { bootstrapServers })
    await expect(admin.createTopics([{ name: 't' }], { validateonly: true } as never)).rejects.toThrow(
      'createTopics: there is no option validateonly; did you mean validateOnly?',
    )
    await expect(admin.deleteTopics(['t'], { validateOnly: true } as never)).rejects.toThrow(ClientConfigError)
  })

  test('by methods of a producer', async () => {
    const producer = new Producer(world, { bootstrapServers })
    const options = { timeoutMs: 1 } as never
    await expect(producer.flush(options)).rejects.toThrow('flush: there is no option timeoutMs; expected signal')
    await expect(producer.drained(options)).rejects.toThrow(ClientConfigError)
    await expect(producer.partitionsFor('t', options)).rejects.toThrow(ClientConfigError)
    await expect(producer.send({ topic: 't', value: 'v' }, options)).rejects.toThrow(ClientConfigError)
    await producer.close()
  })

  test('by methods of a consumer', async () => {
    const consumer = new Consumer(world, { bootstrapServers, groupId: 'g' })
    const options = { timeout: 1 } as never
    await expect(consumer.poll(options)).rejects.toThrow('poll: there is no option timeout; did you mean timeoutMs?')
    await expect(consumer.poll(1000 as never)).rejects.toThrow('poll: expected options by name, not 1000')
    await expect(consumer.run({ eachMessage() {} } as never)).rejects.toThrow(/run: there is no option eachMessage/)
    await expect(consumer.commitSync([], options)).rejects.toThrow(ClientConfigError)
    await expect(consumer.position({ topic: 't', partition: 0 }, options)).rejects.toThrow(ClientConfigError)
    await expect(consumer.endOffsets([], options)).rejects.toThrow(ClientConfigError)
    expect(() => consumer.batches({ timeoutMs: 1 } as never)).toThrow('batches: there is no option timeoutMs')
    const listener = { onPartitionsRevoked() {}, heard: 0 } as never
    expect(() => consumer.subscribe(['t'], listener)).toThrow(
      /there is no option onPartitionsRevoked; expected onAssigned/,
    )
    for (const topics of ['t', { topics: ['t'] }, [1], undefined]) {
      expect(() => consumer.subscribe(topics as never)).toThrow('subscribe: expected a list of topics, a RegExp')
    }
    await consumer.close()
  })
})
