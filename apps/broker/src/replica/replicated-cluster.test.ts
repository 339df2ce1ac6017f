/** Three real brokers and a real controller, each on a simulated machine of its own: who copies what, and what stops mean. */
import '@ottla/runtime/node'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Admin, Producer } from '@ottla/client'
import { type BrokerNode, SimCluster } from '../../../../tools/sim/world/sim-cluster.ts'
import { SimWorld } from '../../../../tools/sim/world/sim-world.ts'
import type { InspectedPartition } from '../internal.ts'
import { bytesOf } from './testing/replica-logs.ts'

const TIMES = { requestTimeoutMs: 2000, retryBackoffMs: 50, retryBackoffMaxMs: 200, metadataMaxAgeMs: 3000 }

let world: SimWorld
let cluster: SimCluster
let lines: string[]

beforeEach(async () => {
  world = new SimWorld(9)
  lines = []
  world.onLog = (node, level, message) => lines.push(`${node} ${level} ${message}`)
  const brokerConfig = { 'log.roll.ms': '3600000', 'replica.fetch.max.bytes': '5000' }
  cluster = await SimCluster.start({ world, brokerConfig })
})

afterEach(() => {
  for (const node of cluster.nodes) node.kill()
})

function client(name: string) {
  return [cluster.clientRuntime(name), { ...TIMES, bootstrapServers: cluster.bootstrapServers }] as const
}

async function createTopic(name: string, numPartitions = 1): Promise<void> {
  const admin = new Admin(...client('admin'))
  const topic = { name, numPartitions, replicationFactor: 3 }
  const created = await world.complete(() => admin.createTopics([topic]))
  expect(created.get(name)).toMatchObject({ ok: true })
}

function producer(acks: 'all' | 1): Producer {
  const [runtime, options] = client(`producer-${acks}`)
  return new Producer(runtime, { ...options, acks, enableIdempotence: acks === 'all', lingerMs: 0 })
}

async function send(by: Producer, topic: string, values: readonly string[]): Promise<void> {
  await world.complete(() => Promise.all(values.map((value) => by.send({ topic, partition: 0, value }))))
}

function replica(node: BrokerNode, topic: string, index = 0): InspectedPartition {
  for (const found of cluster.inspect(node)?.partitions ?? []) {
    if (found.log.topic === topic && found.log.partition === index) return found
  }
  throw new Error(`${node.name} does not have ${topic}-${index}`)
}

function leaderOf(topic: string, index = 0): BrokerNode {
  return cluster.broker(cluster.image!.topics.get(topic)!.partitions[index]!.leader)
}

function isrOf(topic: string, index = 0): readonly number[] {
  return cluster.image!.topics.get(topic)!.partitions[index]!.isr
}

async function until(condition: () => boolean, withinMs = 10_000): Promise<void> {
  expect(await world.run(world.nowMs + withinMs, condition)).toBe(true)
}

function flipBitOf(node: BrokerNode, path: RegExp, position: number): void {
  const file = [...node.disk.machine.tree.files()].find((each) => path.test(each.path))
  file!.content.flipBit(position, 3)
}

/** Every broker has it all, byte by byte, knows that it is committed, and is in sync. */
function isWhole(topic: string, end: number): boolean {
  if (isrOf(topic).length < 3 || cluster.brokers.some((node) => cluster.inspect(node) === undefined)) return false
  const replicas = cluster.brokers.map((node) => replica(node, topic))
  return replicas.every(({ log }) => log.logEndOffset === end && log.highWatermark === end)
}

function expectSameBytes(topic: string): void {
  const [first, ...others] = cluster.brokers.map((node) => bytesOf(replica(node, topic).log))
  for (const other of others) expect(other).toEqual(first)
}

describe('a replicated partition', () => {
  test('is the same on every broker, and each knows what is committed', async () => {
    await createTopic('t')
    await send(producer('all'), 't', ['a', 'b', 'c'])
    await until(() => isWhole('t', 3))
    expectSameBytes('t')
  })

  test('the first record of a new topic is committed without waiting for a fetch that waits elsewhere', async () => {
    await createTopic('first')
    const by = producer('all')
    await send(by, 'first', ['a'])
    await createTopic('second')
    const beganMs = world.nowMs
    await send(by, 'second', ['b'])
    expect(world.nowMs - beganMs).toBeLessThan(300)
  })

  test('deleted records are gone from every broker when DeleteRecords is answered, which does not take long', async () => {
    await createTopic('t')
    await send(producer('all'), 't', ['a', 'b', 'c'])
    const admin = new Admin(...client('admin'))
    const beganMs = world.nowMs
    const deleted = await world.complete(() => admin.deleteRecords([{ topic: 't', partition: 0, beforeOffset: 2 }]))
    expect(deleted).toMatchObject([{ outcome: { ok: true, value: { lowWatermark: 2 } } }])
    expect(cluster.brokers.map((node) => replica(node, 't').log.logStartOffset)).toEqual([2, 2, 2])
    expect(world.nowMs - beganMs).toBeLessThan(200)
  })

  test('a leader whose log is damaged while it runs gives way, copies everything again, and comes back', async () => {
    await createTopic('t')
    const by = producer('all')
    await send(by, 't', ['a'])
    const first = leaderOf('t')
    const others = cluster.brokers.filter((node) => node !== first)
    for (const { name } of others) cluster.network.cut(first.name, name)
    // An answer to a fetch that waits has the first one already, as it was.
    const alone = producer(1)
    await send(alone, 't', ['b'])
    await send(alone, 't', ['damaged'])
    const damagedAt = bytesOf(replica(first, 't').log).length - 3
    flipBitOf(first, /t-0\/0+\.log$/, damagedAt)
    for (const { name } of others) cluster.network.heal(first.name, name)
    await until(() => leaderOf('t') !== first)
    expect(lines.filter((line) => line.includes('a batch is damaged'))).toHaveLength(1)
    await send(by, 't', ['c'])
    await until(() => isWhole('t', 3), 30_000)
    expect(replica(first, 't').role).toBe('following')
    expectSameBytes('t')
  })

  test.each(['leader', 'follower'])(
    'what a replica lacks comes no faster than %s.replication.throttled.rate',
    async (side) => {
      await createTopic('t')
      const by = producer('all')
      await send(by, 't', ['a'])
      const admin = new Admin(...client('admin'))
      const set = (name: string, value: string) => [{ kind: 'set' as const, name, value }]
      const altered = await world.complete(() =>
        admin.incrementalAlterConfigs([
          { resource: { type: 'topic', name: 't' }, changes: set(`${side}.replication.throttled.replicas`, '*') },
          { resource: { type: 'broker', name: '' }, changes: set(`${side}.replication.throttled.rate`, '10000') },
        ]),
      )
      expect(altered).toMatchObject([{ outcome: { ok: true } }, { outcome: { ok: true } }])
      const follower = cluster.brokers.find((node) => node !== leaderOf('t'))!
      follower.kill()
      await until(() => !isrOf('t').includes(follower.id))
      for (let sent = 0; sent < 100; sent++) await send(by, 't', [`${sent}`.padEnd(2000)])
      await world.complete(() => follower.start())
      const beganMs = world.nowMs
      await until(() => isWhole('t', 101), 60_000)
      expect(world.nowMs - beganMs).toBeGreaterThan(10_000)
      expectSameBytes('t')
    },
  )

  test('a killed leader gives way to another one, and comes back as its follower', async () => {
    await createTopic('t')
    const by = producer('all')
    await send(by, 't', ['a'])
    const first = leaderOf('t')
    first.kill()
    const beganMs = world.nowMs
    await send(by, 't', ['b'])
    expect(world.nowMs - beganMs).toBeLessThan(1000)
    expect(leaderOf('t')).not.toBe(first)
    await world.complete(() => first.start())
    await until(() => isWhole('t', 2))
    expect(replica(first, 't').role).toBe('following')
    expectSameBytes('t')
  })

  test('what an old leader has that was never committed is cut off when it comes back', async () => {
    await createTopic('t')
    await send(producer('all'), 't', ['a'])
    const first = leaderOf('t')
    const others = cluster.brokers.filter((node) => node !== first)
    for (const { name } of others) cluster.network.cut(first.name, name)
    // The leader alone has these.
    await send(producer(1), 't', ['lost 1', 'lost 2'])
    expect(replica(first, 't').log.logEndOffset).toBe(3)
    first.kill()
    await until(() => others.every((node) => replica(node, 't').leaderEpoch === 1))
    // What was on its way comes now, to brokers that follow another leader.
    for (const { name } of others) cluster.network.heal(first.name, name)
    await send(producer('all'), 't', ['b'])
    await world.complete(() => first.start())
    await until(() => isWhole('t', 2))
    expectSameBytes('t')
    expect(lines).toContain(`${first.name} info the log is cut where it parts from its leader's`)
  })

  test('a power loss of a follower costs it what it had not synced, and it copies that again', async () => {
    await createTopic('t')
    await send(producer('all'), 't', ['a', 'b'])
    const follower = cluster.brokers.find((node) => node !== leaderOf('t'))!
    follower.losePower()
    await world.complete(() => follower.start())
    await until(() => isWhole('t', 2))
    expectSameBytes('t')
  })

  test('a follower whose log is damaged leaves the in-sync replicas, copies everything again, and comes back', async () => {
    await createTopic('t')
    const by = producer('all')
    for (const value of ['a', 'b', 'c']) await send(by, 't', [value])
    const follower = cluster.brokers.find((node) => node !== leaderOf('t'))!
    follower.kill()
    flipBitOf(follower, /t-0\/0+\.log$/, 70)
    await world.complete(() => follower.start())
    expect(lines).toContain(`${follower.name} error cannot open the log of a partition`)
    await until(() => !isrOf('t').includes(follower.id))
    await until(() => isWhole('t', 3))
    expectSameBytes('t')
    const warning = 'set a damaged log aside: the partition is copied from its leader again'
    expect(lines).toContain(`${follower.name} warn ${warning}`)
  })

  test('a follower whose log was removed while it was down is not elected for what it does not have any more', async () => {
    const admin = new Admin(...client('admin'))
    const topic = { name: 't', numPartitions: 1, replicationFactor: 3, configs: { 'min.insync.replicas': '3' } }
    await world.complete(() => admin.createTopics([topic]))
    const by = producer('all')
    await send(by, 't', ['a', 'b', 'c'])
    const follower = cluster.brokers.find((node) => node !== leaderOf('t'))!
    await world.complete(() => follower.stop())
    const eligible = () => cluster.image!.topics.get('t')!.partitions[0]!.elr
    expect(eligible()).toEqual([follower.id])
    const { tree } = follower.disk.machine
    const log = [...tree.files()].find(({ path }) => path.includes('t-0/'))!.path
    const { directory, name } = tree.parent('remove', log.slice(0, log.lastIndexOf('/')))
    tree.unlinkTree(directory, name)
    await world.complete(() => follower.start())
    await until(() => !eligible().includes(follower.id) && !isrOf('t').includes(follower.id))
    await until(() => isWhole('t', 3), 30_000)
  })

  test('a follower whose disk is full leaves the in-sync replicas; it comes back when there is room', async () => {
    await createTopic('t')
    const by = producer('all')
    await send(by, 't', ['a'])
    const follower = cluster.brokers.find((node) => node !== leaderOf('t'))!
    follower.disk.setFull(true)
    await send(by, 't', ['b'])
    await until(() => !isrOf('t').includes(follower.id))
    follower.disk.setFull(false)
    await until(() => isWhole('t', 2), 30_000)
    expectSameBytes('t')
  })
})

describe('a broker that is told to stop', () => {
  test('hands its leaderships over first: who writes meanwhile hardly notices', async () => {
    await createTopic('t')
    const by = producer('all')
    await send(by, 't', ['a'])
    const first = leaderOf('t')
    let slowestMs = 0
    let sent = 1
    await world.complete(async () => {
      const stopped = first.stop().then(() => 'stopped')
      for (let isOver = false; !isOver; ) {
        const beganMs = world.nowMs
        await by.send({ topic: 't', partition: 0, value: `${sent++}` })
        slowestMs = Math.max(slowestMs, world.nowMs - beganMs)
        isOver = (await Promise.race([stopped, world.sleep(5)])) === 'stopped'
      }
    })
    expect(slowestMs).toBeLessThan(500)
    expect(isrOf('t')).not.toContain(first.id)
    await world.complete(() => first.start())
    await until(() => isWhole('t', sent))
    expectSameBytes('t')
    expect(lines.filter((line) => line.includes('cannot lead'))).toEqual([])
  })

  test('stops within a second, also as the last one', async () => {
    await createTopic('t', 3)
    await send(producer('all'), 't', ['a'])
    for (const node of cluster.brokers) {
      const beganMs = world.nowMs
      await world.complete(() => node.stop())
      expect(world.nowMs - beganMs).toBeLessThan(2000)
    }
    await world.complete(() => cluster.start())
    await until(() => isWhole('t', 1), 20_000)
  })

  test('without a controller it stops all the same', async () => {
    await createTopic('t')
    cluster.controller.kill()
    await world.run(world.nowMs + 100)
    const beganMs = world.nowMs
    await world.complete(() => leading('t').stop())
    expect(world.nowMs - beganMs).toBeLessThan(12_000)
  })
})

function leading(topic: string): BrokerNode {
  return cluster.brokers.find((node) => replica(node, topic).role === 'leading')!
}
