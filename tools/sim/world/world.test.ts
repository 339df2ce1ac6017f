import '@ottla/runtime/node'
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { Admin, Consumer, Producer } from '@ottla/client'
import { RealWorldError, seal } from './real-world.ts'
import { SimCluster } from './sim-cluster.ts'
import { NodeDiedError } from './sim-node.ts'
import { SimTimeoutError, SimWorld } from './sim-world.ts'

/** As short as a scenario of some seconds needs it. */
const TIMES = { requestTimeoutMs: 2000, retryBackoffMs: 50, retryBackoffMaxMs: 200, metadataMaxAgeMs: 3000 }
const TOPIC = 't'

seal()

/** Records that a producer had acknowledged and what a consumer has read of them, while the nodes have a hard time. */
async function story(seed: number, faults: (cluster: SimCluster) => Promise<void>) {
  const world = new SimWorld(seed)
  const lines: string[] = []
  world.onLog = (node, level, message) => lines.push(`${world.nowMs} ${node} ${level} ${message}`)
  const cluster = await SimCluster.start({ world })
  const options = { ...TIMES, bootstrapServers: cluster.bootstrapServers }
  const admin = new Admin(cluster.clientRuntime('admin'), options)
  await world.complete(() => admin.createTopics([{ name: TOPIC, numPartitions: 2, replicationFactor: 1 }]))
  const producer = new Producer(cluster.clientRuntime('producer'), { ...options, acks: 'all' })
  const consumer = new Consumer(cluster.clientRuntime('consumer'), { ...options, autoOffsetReset: 'earliest' })
  consumer.assign([0, 1].map((partition) => ({ topic: TOPIC, partition })))
  const acknowledged: string[] = []
  const read: string[] = []
  await world.complete(async () => {
    const producing = produce(world, producer, acknowledged)
    await faults(cluster)
    await producing
    while (read.length < acknowledged.length) {
      for (const record of await consumer.poll({ timeoutMs: 100 }))
        read.push(new TextDecoder().decode(record.value as Uint8Array))
    }
  })
  return { acknowledged, read, digest: world.digest, lines }
}

async function produce(world: SimWorld, producer: Producer, acknowledged: string[]): Promise<void> {
  const sends: Promise<unknown>[] = []
  for (let n = 0; n < 100; n++) {
    const value = `record ${n}`
    sends.push(producer.send({ topic: TOPIC, partition: n % 2, value }).then(() => acknowledged.push(value)))
    await world.sleep(50)
  }
  await Promise.all(sends)
}

async function killAll(cluster: SimCluster): Promise<void> {
  for (const node of cluster.nodes) {
    await cluster.world.sleep(500)
    node.kill()
    await cluster.world.sleep(200)
    await node.start()
  }
}

describe('a simulated cluster', () => {
  test('loses nothing when every process is killed once, and the same seed tells the same story', async () => {
    const first = await story(1, killAll)
    expect(first.acknowledged).toHaveLength(100)
    expect(first.read.toSorted()).toEqual(first.acknowledged.toSorted())
    const again = await story(1, killAll)
    expect(again).toEqual(first)
    const other = await story(2, killAll)
    expect(other.read.toSorted()).toEqual(other.acknowledged.toSorted())
    expect(other.digest).not.toBe(first.digest)
  })

  test('goes on after stops, pauses, power losses of the controller, cuts and slow disks', async () => {
    const { acknowledged, read } = await story(3, async (cluster) => {
      const { world, network } = cluster
      await cluster.broker(1).stop()
      await cluster.broker(1).start()
      cluster.broker(2).pause()
      cluster.broker(3).disk.slow(100)
      cluster.controller.losePower()
      await world.sleep(500)
      cluster.broker(2).resume()
      await cluster.controller.start()
      network.cut('broker-1', 'producer')
      network.delay(1, 20)
      await world.sleep(500)
      network.heal()
      cluster.broker(3).disk.slow(0)
      network.dropConnections('producer', 'broker-3')
    })
    expect(acknowledged).toHaveLength(100)
    expect(read.toSorted()).toEqual(acknowledged.toSorted())
  })

  test('tells what a broker knows and has, and what the controller has decided', async () => {
    const world = new SimWorld(4)
    const cluster = await SimCluster.start({ world, brokers: 1 })
    const admin = new Admin(cluster.clientRuntime('admin'), { ...TIMES, bootstrapServers: cluster.bootstrapServers })
    await world.complete(() => admin.createTopics([{ name: TOPIC, numPartitions: 1, replicationFactor: 1 }]))
    await world.run(world.nowMs + 500)
    const [node] = cluster.brokers
    const inspected = cluster.inspect(node!)
    expect(inspected?.image).toEqual(cluster.image)
    expect(inspected?.brokerEpoch).toBe(cluster.image?.brokers.get(1)?.epoch)
    expect([...inspected!.partitions]).toMatchObject([
      {
        role: 'leading',
        leaderEpoch: 0,
        isr: { isr: [1] },
        log: { topic: TOPIC, partition: 0, highWatermark: 0, logEndOffset: 0 },
      },
    ])
    node!.kill()
    cluster.controller.kill()
    expect([cluster.inspect(node!), cluster.image]).toEqual([undefined, undefined])
  })
})

describe('nodes', () => {
  test('a node that is killed while it starts says so, and starts again', async () => {
    const world = new SimWorld(5)
    const cluster = new SimCluster({ world, brokers: 1 })
    const starting = world.complete(() => cluster.start())
    world.timers.after(10, () => cluster.broker(1).kill())
    await expect(starting).rejects.toThrow(NodeDiedError)
    expect(cluster.broker(1).isUp).toBe(false)
    await world.complete(() => cluster.broker(1).start())
    expect(cluster.broker(1).server?.brokerId).toBe(1)
  })

  test('a node that cannot start is down, and tells why', async () => {
    const world = new SimWorld(6)
    const cluster = new SimCluster({ world, brokers: 1, brokerConfig: { 'log.segment.bytes': 'many' } })
    await expect(world.complete(() => cluster.start())).rejects.toThrow('log.segment.bytes')
    await world.run(world.nowMs + 10)
    expect([cluster.broker(1).isUp, cluster.broker(1).failure?.message]).toEqual([
      false,
      expect.stringContaining('log.segment.bytes'),
    ])
  })
})

describe('the driver', () => {
  test('real time, timers and randomness throw while something is simulated, and only then', async () => {
    const world = new SimWorld(7)
    const forbidden = [() => Date.now(), () => Math.random(), () => performance.now(), () => setTimeout(() => {}, 1)]
    for (const use of forbidden) await expect(world.complete(async () => use())).rejects.toThrow(RealWorldError)
    expect(Date.now()).toBeGreaterThan(0)
  })

  test('what an event throws ends the run', async () => {
    const world = new SimWorld(8)
    world.timers.after(10, () => {
      throw new Error('out of an event')
    })
    await expect(world.run(100)).rejects.toThrow('out of an event')
    expect(world.nowMs).toBe(10)
  })

  test('so does a rejection that nobody handles', () => {
    // In a process of its own: a test runner sees to such rejections itself.
    const program = `
      import { SimWorld } from './sim-world.ts'
      const world = new SimWorld(1)
      world.timers.after(10, () => void Promise.reject(new Error('unhandled')))
      await world.run(1000).catch((error) => console.log('rejected with', error.message))
    `
    const args = ['--no-warnings', '--input-type=module', '--eval', program]
    expect(execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' })).toBe(
      'rejected with unhandled\n',
    )
  })

  test('a run ends when its time is over or its condition holds; work that never ends is given up', async () => {
    const world = new SimWorld(9)
    expect(await world.run(100)).toBe(false)
    expect(await world.run(200, () => world.nowMs >= 200)).toBe(true)
    await expect(world.complete(() => new Promise(() => {}), 50)).rejects.toThrow(SimTimeoutError)
    expect(world.nowMs).toBe(250)
  })

  test('observers see every event once it has run its course, with the host that it was of', async () => {
    const world = new SimWorld(10)
    const { timers } = world.clientRuntime('a')
    const seen: string[] = []
    let settled = 0
    world.afterEvents((host) => seen.push(`${host ?? 'world'} ${settled}`))
    timers.after(1, () => void Promise.resolve().then(() => Promise.resolve().then(() => settled++)))
    await world.run(2)
    expect(seen).toEqual(['a 1', 'world 1'])
  })
})
