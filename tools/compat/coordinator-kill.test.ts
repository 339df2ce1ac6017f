/**
 * `kill -9` of a group's coordinator, three times, on three brokers: consumers of kafkajs go on with no restart of their own and handle every record, and
 * what they were told is committed is what the next coordinator says.
 */
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Consumer, Kafka, logLevel, Partitioners } from 'kafkajs'
import { partitionOfKey } from '../../packages/coordinator/src/runtime/partition-of-key.ts'
import { ProcessCluster } from './harness/cluster.ts'
import { createReplicated, leaderOf, untilInSync } from './harness/in-sync.ts'
import { eventually } from './harness/process.ts'

const LONG_MS = 300_000
const OFFSETS = '__consumer_offsets'
const OFFSETS_PARTITIONS = 10
const TOPIC = 't'
const PARTITIONS = 2
const GROUPS = ['orders', 'payments', 'mails']

/** What a group has handled, and what of it was acknowledged as committed, by partition. */
class GroupHistory {
  readonly handled = new Set<string>()
  readonly committed = new Map<number, number>()
  readonly #consumer: Consumer

  constructor(kafka: Kafka, groupId: string) {
    // It asks a coordinator that is gone until its attempts are used up; then it joins the next one as a new member, which waits for the old one to expire.
    const retry = { retries: 4, initialRetryTime: 50, maxRetryTime: 300 }
    const times = { sessionTimeout: 6000, heartbeatInterval: 1000, maxWaitTimeInMs: 200 }
    this.#consumer = kafka.consumer({ groupId, ...times, retry })
  }

  async start(): Promise<void> {
    await this.#consumer.connect()
    await this.#consumer.subscribe({ topic: TOPIC, fromBeginning: true })
    await this.#consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, partition, message }) => {
        this.handled.add(message.value!.toString())
        const next = Number(message.offset) + 1
        await this.#consumer.commitOffsets([{ topic, partition, offset: String(next) }])
        this.committed.set(partition, next)
      },
    })
  }

  stop(): Promise<void> {
    return this.#consumer.disconnect()
  }
}

let cluster: ProcessCluster
let kafka: Kafka

beforeEach(async () => {
  const config = {
    'offsets.topic.replication.factor': '3',
    'offsets.topic.num.partitions': String(OFFSETS_PARTITIONS),
    'group.initial.rebalance.delay.ms': '0',
  }
  cluster = await ProcessCluster.start({ brokers: 3, config })
  await createReplicated(cluster.bootstrap, {
    name: TOPIC,
    partitions: PARTITIONS,
    configs: { 'min.insync.replicas': '2' },
  })
  const retry = { retries: 100, initialRetryTime: 50, maxRetryTime: 500 }
  kafka = new Kafka({ brokers: cluster.bootstrap.split(','), logLevel: logLevel.NOTHING, retry })
}, LONG_MS)

afterEach(() => cluster?.[Symbol.asyncDispose]())

async function produce(count: number, from: number): Promise<string[]> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  const values = Array.from({ length: count }, (_, index) => `record ${from + index}`)
  const messages = values.map((value, index) => ({ value, partition: index % PARTITIONS }))
  await producer.send({ topic: TOPIC, acks: -1, messages })
  await producer.disconnect()
  return values
}

async function committedNow(groupId: string): Promise<Map<number, number>> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const [topic] = await admin.fetchOffsets({ groupId, topics: [TOPIC] })
    return new Map(topic!.partitions.map(({ partition, offset }) => [partition, Number(offset)]))
  } finally {
    await admin.disconnect()
  }
}

test(
  'groups go on, and no acknowledged commit is lost',
  async () => {
    const groups = new Map(GROUPS.map((groupId) => [groupId, new GroupHistory(kafka, groupId)]))
    const wanted = new Set<string>()
    const handled = async () => {
      for (const value of await produce(40, wanted.size)) wanted.add(value)
      for (const [groupId, { handled: values }] of groups) {
        const missing = () => [...wanted].filter((value) => !values.has(value))
        await eventually(`${groupId} has handled all records`, async () => {
          if (missing().length > 0) throw new Error(`${missing().length} are missing, ${missing()[0]} the first`)
          return true
        })
      }
    }
    await Promise.all([...groups.values()].map((group) => group.start()))
    await handled()
    await untilInSync(cluster.bootstrap, [OFFSETS])
    for (const groupId of GROUPS) {
      const victim = await leaderOf(cluster.bootstrap, OFFSETS, partitionOfKey(groupId, OFFSETS_PARTITIONS))
      await cluster.kill(victim)
      for (const [each, { committed }] of groups) {
        const told = new Map(committed)
        const now = await committedNow(each)
        for (const [partition, offset] of told)
          expect([each, partition, now.get(partition)! >= offset]).toEqual([each, partition, true])
      }
      await handled()
      await cluster.startBroker(victim)
      await untilInSync(cluster.bootstrap, [OFFSETS, TOPIC])
    }
    await handled()
    await Promise.all([...groups.values()].map((group) => group.stop()))
    for (const [groupId, { committed }] of groups) expect(await committedNow(groupId)).toEqual(committed)
  },
  LONG_MS,
)
