/**
 * Replicated topics as users of Kafka have them in their notes: the scene with brokers 1, 2, 3 and 5, and what is decided about
 * replicas that die. Real processes, killed with SIGKILL.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ProcessCluster } from './harness/cluster.ts'
import { leaderOf, untilInSync } from './harness/in-sync.ts'
import { type Exit, eventually, shell } from './harness/process.ts'
import { produceText, readPartition } from './harness/records.ts'

const LONG_MS = 180_000

/** The fourth broker's id. */
const FIVE = 5

let cluster: ProcessCluster

beforeAll(async () => {
  cluster = await ProcessCluster.start({
    brokers: 4,
    brokerConfig: (id) => (id === 4 ? { 'broker.id': String(FIVE) } : {}),
  })
}, LONG_MS)

afterAll(() => cluster?.[Symbol.asyncDispose](), LONG_MS)

const controller = () => cluster.controller
/** Where the broker with this id is; the fourth is broker 5. */
const place = (brokerId: number) => (brokerId === FIVE ? 4 : brokerId)
const addressOf = (brokerId: number) => cluster.address(place(brokerId))
/** Of the brokers that run. */
const bootstrap = () =>
  cluster.brokerIds
    .filter((id) => cluster.isRunning(id))
    .map((id) => cluster.address(id))
    .join(',')

async function succeeds(line: string): Promise<Exit> {
  const exit = await shell(line)
  expect({ line, ...exit }).toMatchObject({ code: 0 })
  return exit
}

/** On the brokers 1, 2, 3 … as they are named; waits until all are in sync. */
async function create(topic: string, assignment: string, configs: readonly string[] = []): Promise<void> {
  const options = configs.map((config) => ` --config ${config}`).join('')
  await succeeds(
    `kafka-topics --create --zookeeper ${controller()} --topic ${topic} --replica-assignment ${assignment}${options}`,
  )
  await untilInSync(bootstrap(), [topic])
}

async function produce(topic: string, texts: readonly string[], partition = 0): Promise<void> {
  const leader = await leaderOf(bootstrap(), topic, partition)
  await produceText({ broker: addressOf(leader), topic, partition }, texts)
}

/** The values of a partition, as its leader has them. */
async function read(topic: string, partition = 0): Promise<string[]> {
  const broker = addressOf(await leaderOf(bootstrap(), topic, partition))
  const values: string[] = []
  await readPartition({ broker, topic, partition }, ({ value }) => values.push(new TextDecoder().decode(value!)))
  return values
}

async function describedPartition(topic: string): Promise<string> {
  const { stdout } = await succeeds(`kafka-topics --describe --bootstrap-server ${bootstrap()} --topic ${topic}`)
  return stdout.split('\n')[1]!
}

function untilDescribed(topic: string, pattern: RegExp): Promise<unknown> {
  return eventually(`${topic} is described as ${pattern}`, async () => {
    const line = await describedPartition(topic)
    if (!pattern.test(line)) throw new Error(line)
    return true
  })
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `value-${from + index}`)

describe('the scene with brokers 1, 2, 3 and 5', () => {
  test('kafka-topics --create --partitions 3 --replication-factor 2  --zookeeper, and four lines of --describe', async () => {
    await succeeds(
      `kafka-topics --create --partitions 3 --replication-factor 2  --zookeeper ${controller()} --topic test-demo`,
    )
    const { stdout } = await succeeds(`kafka-topics --describe  --zookeeper ${controller()} | grep test-demo`)
    const lines = stdout.split('\n').slice(0, -1)
    expect(lines).toHaveLength(4)
    expect(lines[0]).toMatch(/\tPartitionCount: 3\tReplicationFactor: 2\tConfigs: $/)
    for (const line of lines.slice(1)) expect(line).toMatch(/\tLeader: [1235]\tReplicas: [1235],[1235]\tIsr: /)
    await succeeds(`kafka-topics --delete --topic test-demo --zookeeper ${controller()}`)
  })

  test('test-demo with pinned replicas: its lines, its ends, and what is in which log directory', async () => {
    await create('test-demo', '1:5,2:1,3:2')
    const { stdout } = await succeeds(`kafka-topics --describe  --zookeeper ${controller()} | grep test-demo`)
    const partition = (id: number, replicas: string) =>
      `\tTopic: test-demo\tPartition: ${id}\tLeader: ${replicas[0]}\tReplicas: ${replicas}\tIsr: ${replicas}\tElr: \tLastKnownElr: `
    expect(stdout.split('\n').slice(1)).toEqual([partition(0, '1,5'), partition(1, '2,1'), partition(2, '3,2'), ''])
    for (const [id, count] of [4, 2, 2].entries()) await produce('test-demo', numbers(0, count), id)
    const ends = await succeeds(
      `kafka-run-class kafka.tools.GetOffsetShell --broker-list ${bootstrap()} --topic test-demo --time -1`,
    )
    expect(ends.stdout).toBe('test-demo:0:4\ntest-demo:1:2\ntest-demo:2:2\n')
    const directories = (id: number) =>
      readdirSync(cluster.logDirectory(place(id)))
        .filter((name) => /^test-demo-\d+$/.test(name))
        .sort()
    expect([1, 2, FIVE, 3].map(directories)).toEqual([
      ['test-demo-0', 'test-demo-1'],
      ['test-demo-1', 'test-demo-2'],
      ['test-demo-0'],
      ['test-demo-2'],
    ])
    const compared = await succeeds(
      `kafka-replica-verification --broker-list ${bootstrap()} --topics-include test-demo --once`,
    )
    expect(compared.stdout).toMatch(/max lag is 0 .* among 3 partitions\n$/)
  })

  test('kafka-replica-verification names the replica whose disk has lost a bit', async () => {
    const file = join(cluster.logDirectory(place(FIVE)), 'test-demo-0/00000000000000000000.log')
    const bytes = readFileSync(file)
    // Behind it stands only the number of headers: the last byte of the last value.
    bytes[bytes.length - 2]! ^= 1
    writeFileSync(file, bytes)
    const exit = await shell(
      `kafka-replica-verification --broker-list ${bootstrap()} --topics-include test-demo --once --report-interval-ms 20000`,
    )
    expect(exit.code).toBe(1)
    expect(exit.stdout).toMatch(/partition test-demo-0: replica 5's batch up to offset 3 is damaged\n/)
  })

  test('kafka-reassign-partitions moves replicas: proposed, executed, verified', async () => {
    await create('moving', '1:5,2:1')
    await produce('moving', numbers(0, 50))
    const topics = join(cluster.directory, 'topics.json')
    const moves = join(cluster.directory, 'moves.json')
    writeFileSync(topics, '{"version":1,"topics":[{"topic":"moving"}]}')
    const tool = `kafka-reassign-partitions --zookeeper ${controller()}`
    await succeeds(`${tool} --generate --topics-to-move-json-file ${topics} --broker-list 2,3 | tail -1 > ${moves}`)
    const started = await succeeds(`${tool} --execute --reassignment-json-file ${moves} --throttle 100000000`)
    expect(started.stdout).toMatch(/"replicas":\[1,5\][\s\S]*\nSuccessfully started .* moving-0,moving-1\n$/)
    const verified = await eventually('the moves are verified', async () => {
      const { stdout } = await succeeds(`${tool} --verify --reassignment-json-file ${moves}`)
      return stdout.includes('Clearing') ? stdout : undefined
    })
    expect(verified).toBe(
      [
        'Status of partition reassignment:',
        'Reassignment of partition moving-0 is completed.',
        'Reassignment of partition moving-1 is completed.',
        '',
        'Clearing broker-level throttles on brokers 1,2,3,5',
        'Clearing topic-level throttles on topic moving',
        '',
      ].join('\n'),
    )
    expect(await describedPartition('moving')).toMatch(/Replicas: (2,3|3,2)\tIsr: (2,3|3,2)\t/)
    expect(await read('moving')).toEqual(numbers(0, 50))
  })

  test('kafka-cluster shows who is there, and refuses to forget who serves', async () => {
    const { stdout } = await succeeds(`kafka-cluster list-endpoints -b ${bootstrap()} --output json`)
    const ids = (JSON.parse(stdout) as { id: number; state: string }[]).map(({ id, state }) => `${id} ${state}`)
    expect(ids).toEqual(['1 unfenced', '2 unfenced', '3 unfenced', '5 unfenced'])
    expect(await shell(`kafka-cluster unregister -b ${bootstrap()} -i 3`)).toMatchObject({ code: 1 })
  })

  test('more replicas than brokers are refused', async () => {
    const exit = await shell(
      `kafka-topics --create --partitions 1 --replication-factor 5 --zookeeper ${controller()} --topic wide`,
    )
    expect(exit.code).toBe(1)
    expect(exit.stdout).toMatch(/replicate the partition 5 time\(s\)/)
  })
})

describe('replicas that die', () => {
  afterAll(async () => {
    for (const id of cluster.brokerIds) if (!cluster.isRunning(id)) await cluster.startBroker(id)
  }, LONG_MS)

  test(
    'three replicas, two killed one after the other: nothing lost',
    async () => {
      await create('survivor', '1:2:3', ['min.insync.replicas=1'])
      await produce('survivor', numbers(0, 100))
      const first = await leaderOf(bootstrap(), 'survivor')
      await cluster.kill(first)
      await untilDescribed('survivor', new RegExp(`Leader: (?!${first})[123]\t`))
      await produce('survivor', numbers(100, 200))
      const second = await leaderOf(bootstrap(), 'survivor')
      await cluster.kill(second)
      await untilDescribed('survivor', new RegExp(`Leader: (?!${first}|${second})[123]\t`))
      await produce('survivor', numbers(200, 300))
      expect(await read('survivor')).toEqual(numbers(0, 300))
      for (const id of [first, second]) await cluster.startBroker(id)
      await untilInSync(bootstrap(), ['survivor'])
      expect(await read('survivor')).toEqual(numbers(0, 300))
    },
    LONG_MS,
  )

  test(
    'all replicas dead: without unclean elections the partition waits for one that has everything; with them the first that returns leads',
    async () => {
      await create('careful', '1:2')
      await create('hasty', '1:2', ['unclean.leader.election.enable=true'])
      for (const topic of ['careful', 'hasty']) await produce(topic, numbers(0, 10))
      await cluster.kill(2)
      for (const topic of ['careful', 'hasty']) {
        await untilDescribed(topic, /Leader: 1\t.*Isr: 1\t/)
        await produce(topic, numbers(10, 20))
      }
      await cluster.kill(1)
      for (const topic of ['careful', 'hasty']) await untilDescribed(topic, /Leader: none\t/)
      await cluster.startBroker(2)
      await untilDescribed('hasty', /Leader: 2\t/)
      expect(await read('hasty')).toEqual(numbers(0, 10))
      expect(await describedPartition('careful')).toContain('Leader: none\t')
      await cluster.startBroker(1)
      await untilInSync(bootstrap(), ['careful', 'hasty'])
      expect(await read('careful')).toEqual(numbers(0, 20))
      // What only the other one had is gone: both have the history of the replica that led.
      expect(await read('hasty')).toEqual(numbers(0, 10))
    },
    LONG_MS,
  )

  test(
    "Produce's timeout with acks=all ends the wait with REQUEST_TIMED_OUT, and the record still commits",
    async () => {
      await create('patient', '1:2', ['min.insync.replicas=2'])
      const follower = cluster.pid(2)
      process.kill(follower, 'SIGSTOP')
      try {
        const late = produceText({ broker: addressOf(1), topic: 'patient', partition: 0 }, ['late'], { timeoutMs: 300 })
        await expect(late).rejects.toThrow('REQUEST_TIMED_OUT')
      } finally {
        process.kill(follower, 'SIGCONT')
      }
      await untilInSync(bootstrap(), ['patient'])
      await eventually('the record is committed', async () => (await read('patient')).length === 1 || undefined)
      expect(await read('patient')).toEqual(['late'])
    },
    LONG_MS,
  )
})
