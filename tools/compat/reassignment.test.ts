/**
 * Replicas on the move, on brokers with real files: nothing that was acknowledged is lost, doubled or out of order, what is not wanted
 * any more disappears from the disks, and what cannot be done is refused. Brokers come and go for good.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  Admin,
  type ConfigChange,
  type ConfigResource,
  Consumer,
  type PartitionDescription,
  Producer,
  unwrap,
} from '@ottla/client'
import { delay, silentLogger } from '@ottla/runtime'
import { nodeRuntime, nodeTimers } from '@ottla/runtime/node'
import { InProcessCluster } from './harness/in-process.ts'
import { eventually } from './harness/process.ts'

const LONG_MS = 120_000

let cluster: InProcessCluster
let admin: Admin

const world = () => nodeRuntime({ logger: silentLogger })

beforeAll(async () => {
  cluster = await InProcessCluster.start([1, 2, 3, 4], {
    'default.replication.factor': '2',
    'num.partitions': '1',
  })
  admin = new Admin(world(), { bootstrapServers: [1, 2].map((id) => cluster.address(id)).join(',') })
}, LONG_MS)

afterAll(async () => {
  admin?.close()
  await cluster?.[Symbol.asyncDispose]()
}, LONG_MS)

async function create(name: string, assignments: readonly (readonly number[])[], configs = {}): Promise<void> {
  unwrap((await admin.createTopics([{ name, assignments, configs }])).get(name)!)
}

async function partitionOf(topic: string): Promise<PartitionDescription> {
  return unwrap((await admin.describeTopics([topic])).get(topic)!).partitions[0]!
}

async function alter(topic: string, replicas: readonly number[] | null): Promise<void> {
  const [altered] = await admin.alterPartitionReassignments([{ topic, partition: 0, replicas }])
  unwrap(altered!.outcome)
}

/** Has the replicas moved and waits until they are there, all in sync, and led by one of them. */
async function move(topic: string, replicas: readonly number[]): Promise<void> {
  await alter(topic, replicas)
  await eventually(`${topic} is on ${replicas}`, async () => {
    const partition = await partitionOf(topic)
    if (String(partition.replicas) !== String(replicas)) throw new Error(JSON.stringify(partition))
    expect(partition.isr.toSorted()).toEqual(replicas.toSorted())
    expect(replicas).toContain(partition.leader)
    return true
  })
}

/** Writes numbers from 0 on, all with acks=all and idempotent, until it is ended. */
class Load {
  sent = 0
  acknowledged = 0
  readonly failures: string[] = []
  readonly #producer: Producer
  readonly #running: Promise<void>
  #ends = false

  constructor(topic: string) {
    this.#producer = new Producer(world(), { bootstrapServers: cluster.bootstrap })
    this.#running = this.#run(topic)
  }

  async #run(topic: string): Promise<void> {
    while (!this.#ends) {
      for (let turn = 0; turn < 10; turn++) {
        this.#producer.send({ topic, partition: 0, value: String(this.sent++) }, (error) => {
          if (error === undefined) this.acknowledged++
          else this.failures.push(error.message)
        })
      }
      await delay(nodeTimers, 1)
      if (this.#producer.full) await this.#producer.drained()
    }
    await this.#producer.flush()
  }

  async goesOn(): Promise<void> {
    const before = this.acknowledged
    await eventually('the load goes on', async () => (this.acknowledged > before + 200 ? true : undefined))
  }

  /** How many were sent; each of them has been acknowledged. */
  async end(): Promise<number> {
    this.#ends = true
    await this.#running
    await this.#producer.close()
    expect(this.failures).toEqual([])
    expect(this.acknowledged).toBe(this.sent)
    return this.sent
  }
}

async function expectNumbers(topic: string, count: number): Promise<void> {
  await using consumer = new Consumer(world(), { bootstrapServers: cluster.bootstrap, autoOffsetReset: 'earliest' })
  consumer.assign([{ topic, partition: 0 }])
  const values: string[] = []
  while (values.length < count) {
    for (const { offset, value } of await consumer.poll({ timeoutMs: 30_000 })) {
      expect(offset).toBe(values.length)
      values.push(Buffer.from(value as Uint8Array).toString())
    }
  }
  expect(values.map(Number)).toEqual(Array.from({ length: count }, (_, index) => index))
  const [end] = await consumer.endOffsets([{ topic, partition: 0 }])
  expect(end!.offset).toBe(count)
}

async function expectDirectories(topic: string, brokers: readonly number[]): Promise<void> {
  await eventually(`only brokers ${brokers} hold ${topic}`, async () => {
    const holders = [1, 2, 3, 4].filter((id) => cluster.partitionDirectories(id, topic).length > 0)
    if (String(holders) !== String(brokers.toSorted())) throw new Error(`${holders} do`)
    return true
  })
}

test('a topic gets as many replicas as the cluster says when nothing else is asked for', async () => {
  unwrap((await admin.createTopics([{ name: 'plain' }])).get('plain')!)
  const { replicas, isr } = await partitionOf('plain')
  expect(replicas).toHaveLength(2)
  expect(isr).toHaveLength(2)
  unwrap((await admin.createPartitions([{ topic: 'plain', totalCount: 3 }])).get('plain')!)
  const { partitions } = unwrap((await admin.describeTopics(['plain'])).get('plain')!)
  expect(partitions.map((partition) => partition.replicas.length)).toEqual([2, 2, 2])
})

test(
  'under an acks=all load nothing is lost, doubled or out of order, and what is left behind is removed',
  async () => {
    await create('moving', [[1]], { 'min.insync.replicas': '2', 'file.delete.delay.ms': '10' })
    const load = new Load('moving')
    for (const replicas of [[1, 2], [2, 3], [4], [4, 1, 2], [3, 2], [2, 3], [1]]) {
      await load.goesOn()
      await move('moving', replicas)
    }
    await load.goesOn()
    const count = await load.end()
    expect(await admin.listPartitionReassignments()).toEqual([])
    await expectNumbers('moving', count)
    await expectDirectories('moving', [1])
  },
  LONG_MS,
)

test(
  'a throttle holds up the replicas that it names, and no others',
  async () => {
    const throttled = {
      'leader.replication.throttled.replicas': '0:1',
      'follower.replication.throttled.replicas': '0:2',
    }
    await create('held', [[1]], throttled)
    await create('free', [[1]])
    for (const topic of ['held', 'free']) await write(topic, 300)
    const follower = { type: 'broker', name: '2' } as const
    const name = 'follower.replication.throttled.rate'
    await configure(follower, { kind: 'set', name, value: '0' })
    await alter('held', [1, 2])
    await move('free', [1, 2])
    expect(await admin.listPartitionReassignments()).toMatchObject([{ topic: 'held', addingReplicas: [2] }])
    await configure(follower, { kind: 'delete', name })
    await move('held', [1, 2])
  },
  LONG_MS,
)

/** Records of 10 KB: more than one fetch takes. */
async function write(topic: string, records: number): Promise<void> {
  await using producer = new Producer(world(), { bootstrapServers: cluster.bootstrap })
  const value = new Uint8Array(10_000)
  await Promise.all(Array.from({ length: records }, () => producer.send({ topic, partition: 0, value })))
}

async function configure(resource: ConfigResource, change: ConfigChange): Promise<void> {
  const [altered] = await admin.incrementalAlterConfigs([{ resource, changes: [change] }])
  unwrap(altered!.outcome)
}

describe('a move to a broker that is down', () => {
  const wanted = { topic: 'stuck', partition: 0 }

  test(
    'waits, hinders nobody, and can be cancelled',
    async () => {
      await create('stuck', [[1, 2]])
      await cluster.stopBroker(4)
      const load = new Load('stuck')
      await load.goesOn()
      await alter('stuck', [4])
      const moving = { ...wanted, replicas: [4, 1, 2], addingReplicas: [4], removingReplicas: [1, 2] }
      expect(await admin.listPartitionReassignments()).toEqual([moving])
      expect(await admin.listPartitionReassignments({ partitions: [wanted] })).toEqual([moving])
      expect(await partitionOf('stuck')).toMatchObject({ replicas: [4, 1, 2], offlineReplicas: [4] })
      await load.goesOn()
      await alter('stuck', null)
      expect(await admin.listPartitionReassignments()).toEqual([])
      await load.goesOn()
      const count = await load.end()
      expect(await partitionOf('stuck')).toMatchObject({ replicas: [1, 2], offlineReplicas: [] })
      await expect(alter('stuck', null)).rejects.toMatchObject({ errorName: 'NO_REASSIGNMENT_IN_PROGRESS' })
      await expectNumbers('stuck', count)
    },
    LONG_MS,
  )

  test(
    'goes on when it is back',
    async () => {
      await alter('stuck', [4, 2])
      await cluster.startBroker(4)
      await move('stuck', [4, 2])
    },
    LONG_MS,
  )
})

test(
  'a topic that is deleted while one of its brokers is down disappears from that one when it returns',
  async () => {
    const configs = { 'file.delete.delay.ms': '10' }
    await create('doomed', [[3, 4]], configs)
    const load = new Load('doomed')
    await load.goesOn()
    await load.end()
    await cluster.stopBroker(4)
    unwrap((await admin.deleteTopics(['doomed'])).get('doomed')!)
    await expectDirectories('doomed', [4])
    // Another topic of the same name must not be taken for it.
    await create('doomed', [[3, 4]], configs)
    const again = new Load('doomed')
    await again.goesOn()
    const count = await again.end()
    await cluster.startBroker(4)
    await eventually('the old directory is set aside', async () => {
      const names = cluster.partitionDirectories(4, 'doomed')
      return names.includes('doomed-0') && names.some((name) => name.endsWith('-stray')) ? true : undefined
    })
    await move('doomed', [4])
    await expectNumbers('doomed', count)
  },
  LONG_MS,
)

test(
  'a dead broker is unregistered; what it had is moved to a new one; it may come back as a new one itself',
  async () => {
    await create('orphan', [[2, 3]])
    const load = new Load('orphan')
    await load.goesOn()
    await expect(admin.unregisterBroker(3)).rejects.toMatchObject({ errorName: 'INVALID_REQUEST' })
    await cluster.stopBroker(3)
    await admin.unregisterBroker(3)
    await expect(admin.unregisterBroker(3)).rejects.toMatchObject({ errorName: 'BROKER_ID_NOT_REGISTERED' })
    const ids = async () => (await admin.describeCluster({ includeFencedBrokers: true })).brokers.map(({ id }) => id)
    expect(await ids()).toEqual([1, 2, 4])
    expect(await partitionOf('orphan')).toMatchObject({ replicas: [2, 3], isr: [2], offlineReplicas: [3] })
    await load.goesOn()
    await cluster.startBroker(5)
    expect(await ids()).toEqual([1, 2, 4, 5])
    await move('orphan', [2, 5])
    await cluster.startBroker(3)
    await move('orphan', [3])
    await expectNumbers('orphan', await load.end())
  },
  LONG_MS,
)

test(
  'what only an unregistered broker holds is there again after an unclean election',
  async () => {
    await create('only', [[4]])
    const load = new Load('only')
    await load.goesOn()
    const count = await load.end()
    await cluster.stopBroker(4)
    await admin.unregisterBroker(4)
    await cluster.startBroker(4)
    expect(await partitionOf('only')).toMatchObject({ replicas: [4], isr: [], leader: undefined })
    const [election] = await admin.electLeaders([{ topic: 'only', partition: 0 }], { type: 'unclean' })
    unwrap(election!.outcome)
    await expectNumbers('only', count)
  },
  LONG_MS,
)
