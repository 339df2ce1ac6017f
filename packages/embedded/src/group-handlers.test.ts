/** What a handler of a consumer's `run` may take, against the real broker: it is waited for, but not for ever, and nothing is begun that others are to have. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Admin, Consumer, DESERIALIZERS, type GroupProtocol, Producer, unwrap } from '@ottla/client'
import { silentLogger } from '@ottla/runtime'
import { nodeRuntime } from '@ottla/runtime/node'
import { type Cluster, startCluster } from './start-cluster.ts'

const runtime = { ...nodeRuntime(), logger: silentLogger }
const PROTOCOLS: readonly GroupProtocol[] = ['classic', 'consumer']
const FAST = {
  'group.consumer.heartbeat.interval.ms': '100',
  'group.consumer.min.heartbeat.interval.ms': '100',
}
const RECORDS = 200
const TEST_MS = 60_000

let cluster: Cluster
let admin: Admin

beforeAll(async () => {
  cluster = await startCluster({ config: FAST })
  admin = new Admin(runtime, { bootstrapServers: cluster.bootstrapServers })
})

afterAll(async () => {
  admin.close()
  await cluster.close()
})

async function filled(topic: string): Promise<void> {
  unwrap((await admin.createTopics([{ name: topic, numPartitions: 1 }])).get(topic)!)
  await using producer = new Producer(runtime, { bootstrapServers: cluster.bootstrapServers })
  await Promise.all(Array.from({ length: RECORDS }, (_, index) => producer.send({ topic, value: String(index) })))
}

function open(groupId: string, groupProtocol: GroupProtocol, maxPollIntervalMs = 300_000) {
  return new Consumer(runtime, {
    ...{ bootstrapServers: cluster.bootstrapServers, groupId, groupProtocol, maxPollIntervalMs },
    ...(groupProtocol === 'classic' ? { heartbeatIntervalMs: 100 } : {}),
    autoOffsetReset: 'earliest',
    valueDeserializer: DESERIALIZERS.string,
  })
}

async function membersOf(groupId: string): Promise<number> {
  const group = (await admin.describeConsumerGroups([groupId])).get(groupId)!
  return group.ok ? group.value.members.length : 0
}

test.each(PROTOCOLS)(
  'one that does not return within max.poll.interval.ms is out of the group, and back when it does: %s',
  async (protocol) => {
    const topic = `hanging-${protocol}`
    await filled(topic)
    const consumer = open(topic, protocol, 500)
    let goOn = () => {}
    const hangs = new Promise<void>((resolve) => (goOn = resolve))
    const handled: (string | null)[] = []
    consumer.subscribe([topic])
    const running = consumer.run({
      eachRecord: async ({ value }) => {
        handled.push(value)
        if (handled.length === 1) await hangs
      },
    })
    while (handled.length === 0 || (await membersOf(topic)) === 1) await new Promise(setImmediate)
    expect(handled).toEqual(['0'])
    goOn()
    // What it had in hand comes again.
    while (handled.length < RECORDS + 1) await membersOf(topic)
    expect(handled.slice(1)).toEqual(Array.from({ length: RECORDS }, (_, index) => String(index)))
    await consumer.close()
    await running
  },
  TEST_MS,
)

test.each(PROTOCOLS)(
  'a batch is broken off when its partition is to be given up, and goes on there: %s',
  async (protocol) => {
    const topic = `revoked-${protocol}`
    const other = `other-${protocol}`
    await filled(topic)
    unwrap((await admin.createTopics([{ name: other, numPartitions: 1 }])).get(other)!)
    const handled: (string | null)[] = []
    let given: number | undefined
    const consumer = open(topic, protocol)
    const onRevoked = () => {
      given ??= handled.length
    }
    consumer.subscribe([topic], { onRevoked })
    const running = consumer.run({
      eachRecord: async ({ value }) => {
        handled.push(value)
        if (handled.length === 1) consumer.subscribe([other], { onRevoked })
        await admin.listTopics()
      },
    })
    while (given === undefined) await admin.listTopics()
    expect(given).toBeLessThan(RECORDS)
    consumer.subscribe([topic])
    while (handled.length < RECORDS) await admin.listTopics()
    expect(handled).toEqual(Array.from({ length: RECORDS }, (_, index) => String(index)))
    await consumer.close()
    await running
  },
  TEST_MS,
)
