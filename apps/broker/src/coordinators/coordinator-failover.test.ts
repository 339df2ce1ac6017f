/** Three real brokers and a real controller, each on a simulated machine of its own: what becomes of groups when their coordinator goes. */
import '@ottla/runtime/node'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { Admin } from '@ottla/client'
import { partitionOfKey } from '@ottla/coordinator'
import { type BrokerNode, SimCluster } from '../../../../tools/sim/world/sim-cluster.ts'
import { SimWorld } from '../../../../tools/sim/world/sim-world.ts'

const OFFSETS = '__consumer_offsets'
const PARTITIONS = 4
const TIMES = { requestTimeoutMs: 2000, retryBackoffMs: 50, retryBackoffMaxMs: 200, metadataMaxAgeMs: 3000 }

let world: SimWorld
let cluster: SimCluster
let admin: Admin

beforeEach(async () => {
  world = new SimWorld(11)
  const brokerConfig = {
    'offsets.topic.num.partitions': String(PARTITIONS),
    'offsets.topic.replication.factor': '3',
    'min.insync.replicas': '2',
  }
  cluster = await SimCluster.start({ world, brokerConfig })
  admin = new Admin(cluster.clientRuntime('admin'), { ...TIMES, bootstrapServers: cluster.bootstrapServers })
  const topic = { name: 't', numPartitions: 1, replicationFactor: 3 }
  expect((await world.complete(() => admin.createTopics([topic]))).get('t')).toMatchObject({ ok: true })
})

afterEach(() => {
  for (const node of cluster.nodes) node.kill()
})

async function commit(groupId: string, offset: number): Promise<unknown> {
  const [altered] = await world.complete(() => admin.alterGroupOffsets(groupId, [{ topic: 't', partition: 0, offset }]))
  return altered!.outcome
}

async function committed(groupId: string): Promise<number | undefined> {
  const groups = await world.complete(() => admin.listGroupOffsets([groupId]))
  const outcome = groups.get(groupId)
  const partition = outcome?.ok === true ? outcome.value[0]?.outcome : undefined
  return partition?.ok === true ? partition.value.offset : undefined
}

function coordinatorOf(groupId: string): BrokerNode {
  const { partitions } = cluster.image!.topics.get(OFFSETS)!
  return cluster.broker(partitions[partitionOfKey(groupId, PARTITIONS)]!.leader)
}

async function untilAllInSync(): Promise<void> {
  const isWhole = () => cluster.image!.topics.get(OFFSETS)!.partitions.every(({ isr }) => isr.length === 3)
  expect(await world.run(world.nowMs + 20_000, isWhole)).toBe(true)
}

test('commits that were acknowledged are there after a kill of one coordinator after the other', async () => {
  for (let offset = 1; offset <= 4; offset++) {
    expect(await commit('g', offset)).toMatchObject({ ok: true })
    await untilAllInSync()
    const coordinator = coordinatorOf('g')
    coordinator.kill()
    expect(await committed('g')).toBe(offset)
    expect(coordinatorOf('g')).not.toBe(coordinator)
    await world.complete(() => coordinator.start())
    await untilAllInSync()
  }
})

test('a stop hands groups over with their partition: hardly anything is to be waited for', async () => {
  await commit('g', 7)
  await untilAllInSync()
  const coordinator = coordinatorOf('g')
  const stopped = coordinator.stop()
  expect(await world.run(world.nowMs + 5000, () => coordinatorOf('g') !== coordinator)).toBe(true)
  const beganMs = world.nowMs
  expect(await committed('g')).toBe(7)
  expect(world.nowMs - beganMs).toBeLessThan(1000)
  await world.complete(() => stopped)
})

test('too few replicas in sync: nothing is acknowledged, what was is there, and groups go on when replicas are back', async () => {
  await commit('g', 7)
  await untilAllInSync()
  const coordinator = coordinatorOf('g')
  const others = cluster.brokers.filter((node) => node !== coordinator)
  for (const node of others) node.kill()
  await expect(commit('g', 8)).rejects.toMatchObject({ errorName: 'COORDINATOR_NOT_AVAILABLE' })
  for (const node of others) await world.complete(() => node.start())
  await untilAllInSync()
  expect([7, 8]).toContain(await committed('g'))
  expect(await commit('g', 9)).toMatchObject({ ok: true })
  expect(await committed('g')).toBe(9)
})
