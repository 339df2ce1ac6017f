/**
 * `kill -9` of a consumer in the middle of its handler: with at-least-once what was in hand comes again, with at-most-once at most the batch is lost.
 */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Admin, Consumer, DESERIALIZERS, type GroupProtocol, unwrap } from '@ottla/client'
import { nodeRuntime } from '@ottla/runtime/node'
import { ProcessCluster } from './harness/cluster.ts'
import { eventually, root, Server } from './harness/process.ts'
import { createTopic, produceText } from './harness/records.ts'

const RECORDS = 12
/** The program's max.poll.records, and the record at which its handler hangs. */
const BATCH = 5
const STUCK_AT = 3
/** How long the group waits for a member that was killed. */
const SESSION_MS = 2000

let cluster: ProcessCluster
let admin: Admin

beforeAll(async () => {
  cluster = await ProcessCluster.start({
    config: {
      'offsets.topic.replication.factor': '1',
      'offsets.topic.num.partitions': '1',
      'group.initial.rebalance.delay.ms': '0',
      'group.min.session.timeout.ms': String(SESSION_MS),
      'group.consumer.session.timeout.ms': String(SESSION_MS),
      'group.consumer.min.session.timeout.ms': String(SESSION_MS),
      'group.consumer.heartbeat.interval.ms': '500',
      'group.consumer.min.heartbeat.interval.ms': '500',
    },
  })
  admin = new Admin(nodeRuntime(), { bootstrapServers: cluster.bootstrap })
}, 120_000)

afterAll(async () => {
  admin?.close()
  await cluster?.[Symbol.asyncDispose]()
})

async function committed(groupId: string): Promise<number> {
  const [partition] = unwrap((await admin.listGroupOffsets([groupId])).get(groupId)!)
  return partition === undefined ? 0 : unwrap(partition.outcome).offset
}

async function restOf(groupId: string, topic: string, groupProtocol: GroupProtocol): Promise<string[]> {
  await using consumer = new Consumer(nodeRuntime(), {
    ...{ bootstrapServers: cluster.bootstrap, groupId, groupProtocol, autoOffsetReset: 'earliest' },
    valueDeserializer: DESERIALIZERS.string,
  })
  consumer.subscribe([topic])
  const values: string[] = []
  while (values.at(-1) !== String(RECORDS - 1)) {
    for (const { value } of await consumer.poll()) values.push(value ?? '')
  }
  return values
}

test.each([
  ['classic', 'at-least-once', STUCK_AT - 1],
  ['classic', 'at-most-once', BATCH],
  ['consumer', 'at-least-once', STUCK_AT - 1],
  ['consumer', 'at-most-once', BATCH],
] as const)(
  'killed in the handler, protocol %s, %s: the next one begins at %d',
  async (protocol, mode, next) => {
    const topic = `${protocol}-${mode}`
    await createTopic(cluster.bootstrap, topic)
    await produceText(
      { broker: cluster.bootstrap, topic, partition: 0 },
      Array.from({ length: RECORDS }, (_, index) => String(index)),
    )
    const program = join(root, 'tools/compat/groups/programs/stuck-consumer.ts')
    const words = [cluster.bootstrap, topic, topic, protocol, mode, String(SESSION_MS)]
    await using reader = new Server(process.execPath, [program, ...words])
    await reader.waitFor(new RegExp(`^handling ${STUCK_AT - 1}$`, 'm'))
    await eventually('what is finished is committed', async () => ((await committed(topic)) >= next ? true : undefined))
    await reader.stop('SIGKILL')
    expect(await committed(topic)).toBe(next)
    expect(await restOf(topic, topic, protocol)).toEqual(
      Array.from({ length: RECORDS - next }, (_, index) => String(next + index)),
    )
  },
  120_000,
)
