/**
 * The command lines with groups that users of Kafka have in their notes, typed as they stand there: only hosts, ports and files are
 * replaced; and what the notes ask of groups besides.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Admin, type TopicPartition, unwrap } from '@ottla/client'
import { openConnection } from '@ottla/client/internal'
import { ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse } from '@ottla/protocol'
import { nodeRuntime } from '@ottla/runtime/node'
import { ProcessCluster } from './harness/cluster.ts'
import { type Exit, eventually, Server, shell } from './harness/process.ts'
import { produceText } from './harness/records.ts'

let cluster: ProcessCluster
let admin: Admin
let directory: string

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ottla-groups-'))
  cluster = await ProcessCluster.start({
    config: {
      'offsets.topic.replication.factor': '1',
      'offsets.topic.num.partitions': '3',
      'group.initial.rebalance.delay.ms': '0',
      'group.consumer.heartbeat.interval.ms': '500',
      'group.consumer.min.heartbeat.interval.ms': '500',
      'group.consumer.assignment.interval.ms': '0',
    },
  })
  admin = new Admin(nodeRuntime(), { bootstrapServers: cluster.bootstrap })
  await admin.createTopics([
    { name: 'test-demo', numPartitions: 3 },
    { name: 'test', numPartitions: 1 },
  ])
  for (const partition of [0, 1, 2]) await produce('test-demo', { partition, count: 30 })
  await produce('test', { partition: 0, count: 8 })
}, 120_000)

afterAll(async () => {
  admin?.close()
  await cluster?.[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
})

const at = () => `--bootstrap-server ${cluster.bootstrap}`

function produce(topic: string, { partition, count }: { readonly partition: number; readonly count: number }) {
  const texts = Array.from({ length: count }, (_, index) => `${topic}-${partition}-${index}`)
  return produceText({ broker: cluster.bootstrap, topic, partition }, texts)
}

async function succeeds(line: string): Promise<Exit> {
  const exit = await shell(line)
  expect({ line, ...exit }).toMatchObject({ code: 0 })
  return exit
}

/** `topic:partition` to offset. */
async function committed(groupId: string): Promise<Record<string, number>> {
  const partitions = unwrap((await admin.listGroupOffsets([groupId])).get(groupId)!)
  return Object.fromEntries(
    partitions.map(({ topic, partition, outcome }) => [`${topic}:${partition}`, unwrap(outcome).offset]),
  )
}

/** What a member of the consumer protocol is told when it joins; it leaves again. */
async function heartbeatIntervalOf(groupId: string): Promise<number> {
  const [host, port] = cluster.bootstrap.split(':')
  await using connection = await openConnection(nodeRuntime(), { host: host!, port: Number(port) })
  const beat = (memberEpoch: number) =>
    connection.send(
      { request: ConsumerGroupHeartbeatRequest, response: ConsumerGroupHeartbeatResponse },
      {
        groupId,
        memberId: 'm',
        memberEpoch,
        rebalanceTimeoutMs: 10_000,
        subscribedTopicNames: ['test'],
        topicPartitions: [],
      },
    )
  // Until somebody has asked for a coordinator there is none.
  await committed(groupId)
  const { errorMessage, heartbeatIntervalMs } = await beat(0)
  expect(errorMessage).toBeNull()
  await beat(-1)
  return heartbeatIntervalMs
}

const nameOf = ({ topic, partition }: TopicPartition) => `${topic}-${partition}`
const lines = (text: string) => text.trimEnd().split('\n')

describe('kafka-console-consumer', () => {
  const consumer = (options: string) => `kafka-console-consumer ${at()} --topic ${options}`

  test('--topic T --from-beginning', async () => {
    const { stdout } = await succeeds(consumer('test --from-beginning --max-messages 8'))
    expect(lines(stdout)).toHaveLength(8)
  })

  test('--consumer-property group.id=group_test: reads on where the group was', async () => {
    const line = consumer('test --consumer-property group.id=group_test --from-beginning --max-messages 2')
    expect((await succeeds(line)).stdout).toMatch(/^test-0-0\ntest-0-1$/m)
    expect(await committed('group_test')).toEqual({ 'test:0': 2 })
    expect((await succeeds(line)).stdout).toMatch(/^test-0-2\ntest-0-3$/m)
    expect(await committed('group_test')).toEqual({ 'test:0': 4 })
  })

  test('--consumer.config FILE', async () => {
    const file = join(directory, 'consumer.properties')
    writeFileSync(file, `bootstrap.servers=${cluster.bootstrap}\ngroup.id=of-file\nauto.offset.reset=earliest\n`)
    const { stdout } = await succeeds(consumer(`test --consumer.config ${file} --max-messages 1`))
    expect(stdout).toMatch(/^test-0-0$/m)
    expect(await committed('of-file')).toEqual({ 'test:0': 1 })
  })

  test('--offset N --partition P', async () => {
    const { stdout } = await succeeds(consumer('test-demo --offset 28 --partition 1 --max-messages 2'))
    expect(lines(stdout)).toEqual(['test-demo-1-28', 'test-demo-1-29'])
  })

  test.each(['classic', 'consumer'])(
    'without a group: console-consumer-N, in --list while it runs (%s)',
    async (protocol) => {
      const list = async () => lines((await succeeds(`kafka-consumer-groups  ${at()} --list`)).stdout)
      const own = async () => (await list()).filter((group) => /^console-consumer-\d+$/.test(group))
      const before = await own()
      await using reader = new Server('kafka-console-consumer', [
        ...`${at()} --topic test --from-beginning --command-property group.protocol=${protocol}`.split(' '),
      ])
      await reader.waitFor(/^test-0-7$/m)
      const [group] = (await own()).filter((name) => !before.includes(name))
      expect(group).toMatch(/^console-consumer-\d+$/)
      const { stdout } = await reader.stop('SIGINT')
      expect(stdout).toMatch(/^Processed a total of 8 messages$/m)
      // Nobody is left in it; in the classic protocol it goes with its last member's session, in the other when it expires.
      const described = (await admin.describeConsumerGroups([group!])).get(group!)!
      expect(described.ok ? described.value.members : []).toEqual([])
    },
  )

  test.each(['classic', 'consumer'])(
    'partitions that are added, topics that come and topics that go make the group rebalance; what is new is read from its first record (%s)',
    async (protocol) => {
      const [groupId, first, second] = [`grow-${protocol}`, `grow-${protocol}-1`, `grow-${protocol}-2`]
      const properties = ['metadata.max.age.ms=300', `group.protocol=${protocol}`]
      const flags = properties.map((property) => `--command-property ${property}`).join(' ')
      await admin.createTopics([{ name: first, numPartitions: 1 }])
      await using reader = new Server('kafka-console-consumer', [
        ...`${at()} --include grow-${protocol}-.* --group ${groupId} ${flags}`.split(' '),
      ])
      const reads = (partitions: readonly string[]) =>
        eventually(`the group reads ${partitions}`, async () => {
          const group = unwrap((await admin.describeConsumerGroups([groupId])).get(groupId)!)
          const assigned = group.members.map(({ assignment }) => assignment.map(nameOf).sort())
          expect(assigned).toEqual([partitions])
          return group
        })
      await reads([`${first}-0`])
      await admin.createPartitions([{ topic: first, totalCount: 2 }])
      await eventually('the partition has a leader', () => produce(first, { partition: 1, count: 1 }).then(() => true))
      await reader.waitFor(new RegExp(`^${first}-1-0$`, 'm'))
      await admin.createTopics([{ name: second, numPartitions: 1 }])
      await produce(second, { partition: 0, count: 1 })
      await reader.waitFor(new RegExp(`^${second}-0-0$`, 'm'))
      const before = await reads([`${first}-0`, `${first}-1`, `${second}-0`])
      await admin.deleteTopics([first])
      const after = await reads([`${second}-0`])
      // A coordinator that only left out what has no name any more would still be in the epoch of before.
      if (protocol === 'consumer') expect(after.groupEpoch).toBeGreaterThan(before.groupEpoch!)
      await produce(second, { partition: 0, count: 1 })
      await reader.waitFor(new RegExp(`(?:^${second}-0-0$[^]*){2}`, 'm'))
    },
  )

  test('auto.commit.interval.ms: what was read that long ago is committed when the reader is killed', async () => {
    const flags = '--group interval --from-beginning --consumer-property auto.commit.interval.ms=200'
    await using reader = new Server('kafka-console-consumer', `${at()} --topic test ${flags}`.split(' '))
    await reader.waitFor(/^test-0-7$/m)
    await eventually('the offset is committed', async () => (await committed('interval'))['test:0'] === 8 || undefined)
    await reader.stop('SIGKILL')
    expect(await committed('interval')).toEqual({ 'test:0': 8 })
  })
})

test('kafka-configs --entity-type groups: what is set for a group holds for it, at once', async () => {
  const configs = (options: string) =>
    succeeds(`kafka-configs ${at()} --entity-type groups --entity-name own ${options}`)
  const told = () => heartbeatIntervalOf('own')
  expect(await told()).toBe(500)
  await configs('--alter --add-config consumer.heartbeat.interval.ms=700,consumer.session.timeout.ms=50000')
  expect((await configs('--describe')).stdout).toMatch(
    /^ {2}consumer\.heartbeat\.interval\.ms=700 sensitive=false synonyms=/m,
  )
  expect(await told()).toBe(700)
  expect(await heartbeatIntervalOf('another')).toBe(500)
  await configs('--alter --delete-config consumer.heartbeat.interval.ms')
  expect(await told()).toBe(500)
})

describe('kafka-consumer-groups', () => {
  const groups = (options: string) => `kafka-consumer-groups ${options.replace('AT', at())}`
  /** Rows of a table, without what its first word is. */
  const rows = (stdout: string) =>
    lines(stdout)
      .filter((line) => line.startsWith('group_test '))
      .map((line) => line.split(/ +/).slice(1).join(' '))

  async function reset(options: string): Promise<Exit> {
    return succeeds(groups(`AT --reset-offsets --group group_test ${options}`))
  }

  test('--list', async () => {
    await reset('--topic test --to-offset 2 --execute')
    expect(lines((await succeeds(groups(' AT --list'))).stdout)).toContain('group_test')
  })

  test('--group group_test  --describe', async () => {
    const { stdout } = await succeeds(groups(' AT --group group_test  --describe'))
    expect(lines(stdout)[1]).toMatch(
      /^GROUP +TOPIC +PARTITION +CURRENT-OFFSET +LOG-END-OFFSET +LAG +CONSUMER-ID +HOST +CLIENT-ID$/,
    )
    expect(rows(stdout)).toEqual(['test 0 2 8 6 - - -'])
  })

  test('--group group_test  --delete', async () => {
    const { stdout } = await succeeds(groups(' AT --group group_test  --delete'))
    expect(stdout).toBe("Deletion of requested consumer groups ('group_test') was successful.\n")
    expect(lines((await succeeds(groups(' AT --list'))).stdout)).not.toContain('group_test')
  })

  test('--reset-offsets --group group_test --topic test-demo --to-offset 20 --execute', async () => {
    const { stdout } = await reset('--topic test-demo --to-offset 20 --execute')
    expect(rows(stdout)).toEqual(['test-demo 0 20', 'test-demo 1 20', 'test-demo 2 20'])
    expect(await committed('group_test')).toEqual({ 'test-demo:0': 20, 'test-demo:1': 20, 'test-demo:2': 20 })
  })

  test.each([
    ['--all-topics --to-earliest', ['test-demo 0 0', 'test-demo 1 0', 'test-demo 2 0']],
    ['--topic test --topic test-demo --to-latest', ['test 0 8', 'test-demo 0 30', 'test-demo 1 30', 'test-demo 2 30']],
    ['--topic test-demo:0,1,2 --to-current', ['test-demo 0 20', 'test-demo 1 20', 'test-demo 2 20']],
    ['--topic test-demo:1 --shift-by -5', ['test-demo 1 15']],
    ['--topic test-demo:1 --to-datetime 2017-08-04T00:00:00.000', ['test-demo 1 0']],
    ['--topic test-demo:1 --by-duration PT0H5M0S', ['test-demo 1 0']],
  ])('the plan of %s, which changes nothing', async (options, expected) => {
    const { stdout, stderr } = await reset(options)
    expect(rows(stdout)).toEqual(expected)
    expect(stderr).toContain('--execute')
    expect(await committed('group_test')).toEqual({ 'test-demo:0': 20, 'test-demo:1': 20, 'test-demo:2': 20 })
  })

  test('--export writes what --from-file reads', async () => {
    const file = join(directory, 'offsets.csv')
    await reset(`--topic test-demo --to-offset 7 --export > ${file}`)
    expect(readFileSync(file, 'utf8')).toBe('test-demo,0,7\ntest-demo,1,7\ntest-demo,2,7\n\n')
    const { stdout } = await reset(`--from-file ${file} --execute`)
    expect(rows(stdout)).toEqual(['test-demo 0 7', 'test-demo 1 7', 'test-demo 2 7'])
    expect(await committed('group_test')).toEqual({ 'test-demo:0': 7, 'test-demo:1': 7, 'test-demo:2': 7 })
  })

  test('beyond the log: clamped, with a notice', async () => {
    const { stdout, stderr } = await reset('--topic test-demo:0 --to-offset 1000 --execute')
    expect(rows(stdout)).toEqual(['test-demo 0 30'])
    expect(stderr).toContain(
      'New offset (1000) is higher than latest offset for topic partition test-demo-0. Value will be set to 30.',
    )
  })

  test('a group with members is left as it is', async () => {
    await using reader = new Server(
      'kafka-console-consumer',
      `${at()} --topic test --group busy --from-beginning`.split(' '),
    )
    await reader.waitFor(/^test-0-7$/m)
    const { stdout } = await succeeds(groups('AT --reset-offsets --group busy --topic test --to-earliest --execute'))
    expect(stdout).toMatch(/Error: Assignments can only be reset if the group 'busy' is inactive/)
    expect((await succeeds(groups('AT --delete --group busy'))).stdout).toMatch(
      /\* Group 'busy' could not be deleted due to: org\.apache\.kafka\.common\.errors\.GroupNotEmptyException/,
    )
    const { stdout: members } = await succeeds(groups('AT --describe --group busy --members'))
    expect(members).toMatch(/^busy +console-consumer\S* +\/127\.0\.0\.1 +console-consumer +1 +$/m)
  })

  test.each(['kafka.admin.ConsumerGroupCommand', 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand'])(
    'kafka-run-class %s',
    async (name) => {
      expect(lines((await succeeds(`kafka-run-class ${name} ${at()} --list`)).stdout)).toContain('group_test')
    },
  )

  test('--zookeeper, and --watch in a pipe', async () => {
    await using watching = new Server(
      'kafka-consumer-groups',
      `--zookeeper ${cluster.controller} --describe --group group_test --watch 0.2`.split(' '),
    )
    await watching.waitFor(/(CURRENT-OFFSET[\s\S]*?group_test [\s\S]*){2}/)
  })
})
