/**
 * Our tools for replicas and Apache Kafka's, line by line, on three brokers of ours and on three of Apache's: the same exit code and
 * stdout. Where Apache prints in the order of a hash map or chooses at random, that does not count.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ApacheBroker, apacheTools, type Output } from './harness/apache.ts'
import { type BothOutputs, bothChange, bothTools, NAMES, ourTool } from './harness/both-tools.ts'
import type { BrokerProcesses } from './harness/broker-processes.ts'
import { ProcessCluster } from './harness/cluster.ts'
import { untilInSync } from './harness/in-sync.ts'
import { eventually } from './harness/process.ts'

const LONG_MS = 1_200_000

const kafkas: Record<'ours' | 'theirs', BrokerProcesses> = {} as never
let directory: string

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ottla-replication-tools-'))
  writeFiles()
  kafkas.theirs = await ApacheBroker.start({ brokers: 3, config: ['auto.create.topics.enable=false'] })
  kafkas.ours = await ProcessCluster.start({ brokers: 3, config: { 'auto.create.topics.enable': 'false' } })
}, LONG_MS)

afterAll(async () => {
  await kafkas.theirs?.[Symbol.asyncDispose]()
  await kafkas.ours?.[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
})

function moves(...partitions: readonly [string, number, readonly unknown[], (readonly string[])?][]): string {
  const elements = partitions.map(([topic, partition, replicas, logDirs]) => ({
    topic,
    partition,
    replicas,
    ...(logDirs && { log_dirs: logDirs }),
  }))
  return JSON.stringify({ version: 1, partitions: elements })
}

/** Files that options name, once for each side's topics. */
const FILES: Readonly<Record<string, string>> = {
  'NAME-topics.json': '{"topics":[{"topic":"NAME"},{"topic":"NAME-big"}],"version":1}',
  'NAME-none-topics.json': '{"topics":[{"topic":"NAME-none"}],"version":1}',
  'NAME-twice-topics.json': '{"topics":[{"topic":"NAME"},{"topic":"NAME"}],"version":1}',
  'no-topics.json': '{"topics":[],"version":1}',
  'NAME-move.json': moves(['NAME', 1, [3, 1]], ['NAME', 0, [2, 3], ['any', 'any']]),
  'NAME-grow.json': moves(['NAME', 2, [1, 2, 3]]),
  'NAME-big.json': moves(['NAME-big', 0, [3, 2]], ['NAME-big', 1, [3, 2]]),
  'NAME-big-back.json': moves(['NAME-big', 0, [1, 3]]),
  'NAME-broker.json': moves(['NAME', 0, [2, 9]]),
  'NAME-partition.json': moves(['NAME', 7, [2, 1]]),
  'NAME-none.json': moves(['NAME-none', 0, [1]], ['NAME', 0, [1, 2]]),
  'NAME-twice.json': moves(['NAME', 0, [2, 1]], ['NAME', 0, [2, 3]]),
  'NAME-same.json': moves(['NAME', 0, [2, 2]]),
  'NAME-nobody.json': moves(['NAME', 0, []]),
  'NAME-short.json': moves(['NAME', 0, [1, 2], ['any']]),
  'NAME-text.json': moves(['NAME', 0, ['x']]),
  'bad.json': 'nonsense',
  'version.json': '{"version":2,"partitions":[]}',
  'empty.json': '{"version":1,"partitions":[]}',
  'missing.json': '{"version":1,"partitions":[{"topic":"NAME","partition":0}]}',
  'NAME-elections.json': '{"partitions":[{"topic":"NAME","partition":0},{"topic":"NAME","partition":1}]}',
}

function writeFiles(): void {
  for (const name of NAMES)
    for (const [file, text] of Object.entries(FILES))
      writeFileSync(join(directory, file.replace('NAME', name)), text.replaceAll('NAME', name))
}

/** What a test of these begins with; each of them can run alone. */
const TOPICS = [
  '--create --topic NAME --replica-assignment 1:2,2:3,3:1 --if-not-exists',
  '--create --topic NAME-big --replica-assignment 1:2,1:2 --if-not-exists',
].map((options) => `kafka-topics ${options}`)

const reassign = (...options: string[]) => options.map((line) => `kafka-reassign-partitions ${line}`.trimEnd())

const PROPOSALS = reassign(
  '--generate --topics-to-move-json-file DIR/NAME-topics.json --broker-list 1,2,3',
  '--generate --topics-to-move-json-file DIR/NAME-topics.json --broker-list 3,2 --disable-rack-aware',
  '--generate --topics-to-move-json-file DIR/no-topics.json --broker-list 1,2',
  '--list',
)

/** Files that are executed and verified without data, so that each step is over when the next begins. */
const QUICK = [
  reassign(
    '--verify --reassignment-json-file DIR/NAME-move.json',
    '--execute --reassignment-json-file DIR/NAME-move.json',
  ),
  reassign(
    '--verify --reassignment-json-file DIR/NAME-move.json --preserve-throttles',
    '--verify --reassignment-json-file DIR/NAME-move.json',
    '--verify --reassignment-json-file DIR/NAME-big.json',
    '--verify --reassignment-json-file DIR/NAME-partition.json',
    '--execute --reassignment-json-file DIR/NAME-grow.json --disallow-replication-factor-change',
    '--execute --reassignment-json-file DIR/NAME-grow.json --throttle 1000000 --timeout 20000',
  ),
  [
    ...reassign(
      '--verify --reassignment-json-file DIR/NAME-grow.json',
      '--cancel --reassignment-json-file DIR/NAME-grow.json',
      '--cancel --reassignment-json-file DIR/NAME-grow.json --preserve-throttles',
      '--cancel --reassignment-json-file DIR/empty.json',
      '--verify --reassignment-json-file DIR/empty.json',
      '--list',
    ),
    'kafka-topics --describe --topic NAME',
  ],
]

/** While records move slowly. */
const SLOW = [
  ...reassign(
    '--execute --reassignment-json-file DIR/NAME-big.json --throttle 100000',
    '--list',
    '--verify --reassignment-json-file DIR/NAME-big.json',
    '--execute --reassignment-json-file DIR/NAME-big-back.json',
  ),
  'kafka-topics --describe --topic NAME-big',
  'kafka-configs --describe --topic NAME-big',
  ...reassign(
    '--execute --reassignment-json-file DIR/NAME-big-back.json --additional --throttle 200000',
    '--verify --reassignment-json-file DIR/NAME-big-back.json',
  ),
  'kafka-topics --describe --topic NAME-big',
  'kafka-configs --describe --topic NAME-big',
  ...reassign(
    '--cancel --reassignment-json-file DIR/NAME-big-back.json --preserve-throttles',
    '--cancel --reassignment-json-file DIR/NAME-big.json',
    '--list',
  ),
]

const FAILING = reassign(
  ...['broker', 'partition', 'none', 'twice', 'same', 'nobody', 'short', 'text'].map(
    (file) => `--execute --reassignment-json-file DIR/NAME-${file}.json`,
  ),
  ...['version', 'empty', 'missing', 'bad', 'there-is-none'].map(
    (file) => `--execute --reassignment-json-file DIR/${file}.json`,
  ),
  ...['', '--execute', '--verify', '--cancel', '--generate --broker-list 1', '--list --verify'],
  '--execute --reassignment-json-file DIR/NAME-move.json --broker-list 1',
  '--verify --reassignment-json-file DIR/NAME-move.json --throttle 10000',
  '--list --reassignment-json-file DIR/NAME-move.json',
  '--execute --reassignment-json-file DIR/NAME-move.json --throttle x',
  '--execute --reassignment-json-file DIR/NAME-move.json --preserve-throttles',
  ...['none-topics', 'twice-topics'].map(
    (file) => `--generate --topics-to-move-json-file DIR/NAME-${file}.json --broker-list 1,2`,
  ),
  '--generate --topics-to-move-json-file DIR/NAME-topics.json --broker-list 1',
  '--generate --topics-to-move-json-file DIR/NAME-topics.json --broker-list 1,9',
  '--generate --topics-to-move-json-file DIR/NAME-topics.json --broker-list 1,1',
  '--generate --topics-to-move-json-file DIR/NAME-topics.json --broker-list 1,x',
)

const CLUSTER = ['cluster-id', 'list-endpoints', 'list-endpoints --include-fenced-brokers'].map(
  (action) => `kafka-cluster ${action}`,
)

/** With broker 3 dead: `alone` is there alone, `strict` wants two in sync, `rich` has three replicas. */
const HURT_TOPICS = [
  '--create --topic NAME-alone --replica-assignment 3',
  '--create --topic NAME-strict --replica-assignment 3:1 --config min.insync.replicas=2',
  '--create --topic NAME-rich --replica-assignment 3:1:2,1:3:2 --config min.insync.replicas=2',
].map((options) => `kafka-topics ${options}`)

const FILTERS = [
  ...['', '--under-replicated-partitions', '--unavailable-partitions', '--under-min-isr-partitions'],
  ...['--at-min-isr-partitions', '--topics-with-overrides'],
].map((filter) => `kafka-topics --describe --topic by-.* ${filter}`.trimEnd())

const HURT_ELECTIONS = [
  'preferred --topic NAME-strict --partition 0',
  'preferred --topic NAME-alone --partition 0',
  'unclean --topic NAME-alone --partition 0',
  'unclean --topic NAME-rich --partition 0',
].map((options) => `kafka-leader-election --election-type ${options}`)

const ELECTIONS = [
  'preferred --topic NAME-strict --partition 0',
  'preferred --topic NAME-strict --partition 0',
  'preferred --path-to-json-file DIR/NAME-elections.json',
].map((options) => `kafka-leader-election --election-type ${options}`)

/** What is compared: everything a script could read, without ids, random choices, orders of hash maps and Java's traces. */
function comparable(line: string, { code, stdout }: Output) {
  const text = stdout
    .replace(/^(java|org|com)\.[\w.$]+(Exception|Error)\b[\s\S]*/m, '')
    .replaceAll(/TopicId: \S+/g, 'TopicId: …')
    .replaceAll(/(?<=(?:error|partition): .*Exception): .*/g, '')
    .replace(/(?<=Proposed [\s\S]*)"replicas":\[[^\]]*\]/g, '"replicas":[…]')
    .replace(/(?<=\tConfigs: )(?:min.insync.replicas=1,?)/g, '')
    .replace(/,?min.insync.replicas=1(?!\d)/g, '')
    .replace(/\n+$/, '')
  const lines = text.split('\n').map(sortedParts)
  return { line, code, stdout: /^kafka-(topics|leader)/.test(line) ? lines.sort() : lines }
}

function sortedParts(text: string): string {
  const sorted = (list: string) =>
    list
      .split(/,(?=[a-z.]+=|\d)/)
      .sort()
      .join()
  return text
    .replace(/(?<=\tConfigs: ).*/, (configs) =>
      configs
        .split(/,(?=[a-z.]+=)/)
        .sort()
        .join(),
    )
    .replace(/(?<=\tIsr: )[\d,]*/, sorted)
    .replace(/(?<=\tElr: )[\d,]*/, sorted)
    .replace(/(?<=for partitions ).*/, (names) => names.split(', ').sort().join())
}

function expectSame(outputs: readonly BothOutputs[]): void {
  const differing = outputs.filter(({ ours, theirs }) => ours.code !== theirs.code)
  expect(differing.map(({ line, ours, theirs }) => [line, ours, theirs])).toEqual([])
  const pick = (whose: 'ours' | 'theirs') => outputs.map((output) => comparable(output.line, output[whose]))
  expect(pick('ours')).toEqual(pick('theirs'))
}

describe.each(['ours', 'theirs'] as const)('on three brokers of %s', (whose) => {
  const kafka = () => kafkas[whose]
  const complete = (line: string) =>
    line.startsWith('kafka-cluster')
      ? `${line} --bootstrap-server ${kafka().bootstrap}`.replaceAll('DIR', directory)
      : line.replace(/^\S+/, `$& --bootstrap-server ${kafka().bootstrap}`).replaceAll('DIR', directory)
  const change = async (lines: readonly string[]) => bothChange(lines.map(complete))

  function untilQuiet(): Promise<unknown> {
    return eventually('no replica moves', async () => {
      const { stdout } = await ourTool(complete('kafka-reassign-partitions --list'))
      return stdout === 'No partition reassignments found.\n' || undefined
    })
  }

  test('kafka-cluster', async () => expectSame(await bothTools(CLUSTER.map(complete))))

  test('kafka-reassign-partitions: proposals, and moves of nothing', async () => {
    await change(TOPICS)
    expectSame(await change(PROPOSALS))
    for (const step of QUICK) {
      expectSame(await change(step))
      await untilQuiet()
    }
  })

  test('kafka-reassign-partitions: a file for the way back names directories', async () => {
    await change(['kafka-topics --create --topic NAME-back --replica-assignment 2:3'])
    for (const name of NAMES) {
      const directories = [2, 3].map((id) => kafka().logDirectory(id))
      writeFileSync(join(directory, `${name}-back.json`), moves([`${name}-back`, 0, [2, 3], directories]))
    }
    await untilInSync(
      kafka().bootstrap,
      NAMES.map((name) => `${name}-back`),
    )
    const [started] = await change(reassign('--execute --reassignment-json-file DIR/NAME-back.json'))
    expect([started!.ours, started!.theirs]).toMatchObject([{ code: 0 }, { code: 0 }])
    await untilQuiet()
    expectSame(await change(reassign('--verify --reassignment-json-file DIR/NAME-back.json')))
  })

  test('kafka-reassign-partitions: throttled moves', async () => {
    await change(TOPICS)
    const records = '--num-records 30000 --record-size 1000 --throughput -1'
    const written = NAMES.map(
      (name) =>
        `kafka-producer-perf-test --topic ${name}-big ${records} --command-property bootstrap.servers=${kafka().bootstrap} batch.size=1000 partitioner.class=org.apache.kafka.clients.producer.RoundRobinPartitioner`,
    )
    expect((await apacheTools(written)).map(({ code }) => code)).toEqual([0, 0])
    await untilInSync(
      kafka().bootstrap,
      NAMES.map((name) => `${name}-big`),
    )
    expectSame(await change(SLOW))
  })

  test('kafka-reassign-partitions: what is refused', async () => {
    await change(TOPICS)
    for (const { line, ours, theirs } of await change(FAILING)) {
      const said = ours.stdout + ours.stderr
      expect({ line, code: ours.code, hasStack: /^\s+at /m.test(said), isSilent: said === '' }).toEqual({
        line,
        code: theirs.code,
        hasStack: false,
        isSilent: false,
      })
    }
  })

  test('kafka-topics and kafka-leader-election with a dead broker, and when it is back', async () => {
    await change([...TOPICS, ...HURT_TOPICS])
    const topics = NAMES.flatMap((name) => [`${name}-alone`, `${name}-strict`, `${name}-rich`])
    await untilInSync(kafka().bootstrap, topics)
    await kafka().kill(3)
    await eventually('the dead broker is in no ISR', async () => {
      const { stdout } = await ourTool(complete('kafka-topics --describe --topic by-.*-(strict|rich)'))
      return /Isr: [\d,]*3/.test(stdout) ? undefined : true
    })
    expectSame(await bothTools(FILTERS.map(complete)))
    expectSame(await change(HURT_ELECTIONS))
    expectSame(await bothTools(CLUSTER.map(complete)))
    await kafka().launch(3)
    await untilInSync(kafka().bootstrap, topics)
    expectSame(await change(ELECTIONS))
    expectSame(await bothTools(FILTERS.map(complete)))
  })
})
