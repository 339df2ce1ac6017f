/**
 * Our tools that change and inspect a cluster, and Apache Kafka's, line by line: the same exit code and stdout on our broker and on
 * Apache's. Where Apache prints in the order of a hash map, lines are compared in sorted order.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ApacheBroker, apacheTools, type Output } from './harness/apache.ts'
import { type BothOutputs, bothChange, bothTools, NAMES } from './harness/both-tools.ts'
import { ProcessCluster } from './harness/cluster.ts'

const LONG_MS = 1_200_000

interface Kafka extends AsyncDisposable {
  readonly bootstrap: string
}

const kafkas: Record<'ours' | 'theirs', Kafka> = {} as never
let directory: string

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ottla-admin-tools-'))
  writeFiles()
  kafkas.theirs = await ApacheBroker.start()
  kafkas.ours = await ProcessCluster.start()
}, LONG_MS)

afterAll(async () => {
  await kafkas.theirs?.[Symbol.asyncDispose]()
  await kafkas.ours?.[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
})

/** Files that options name; those with partitions once for each side's topic. */
const FILES: Readonly<Record<string, string>> = {
  'add.properties': 'retention.ms=5000\ncleanup.policy=compact,delete\n',
  'client.properties': 'client.id=elector\n',
  'bad.json': 'nonsense',
  'no-partitions.json': '{"version":1}',
  'empty.json': '{"version":1,"partitions":[]}',
  'version.json': '{"version":2,"partitions":[]}',
  'missing.json': '{"partitions":[{"topic":"t"}]}',
  'NAME-offsets.json':
    '{"partitions":[{"topic":"NAME","partition":0,"offset":20},{"topic":"NAME","partition":1,"offset":-1},{"topic":"NAME","partition":2,"offset":999}],"version":1}',
  'NAME-twice.json':
    '{"partitions":[{"topic":"NAME","partition":0,"offset":1},{"topic":"NAME","partition":0,"offset":2}],"version":1}',
  'NAME-partitions.json': '{"partitions":[{"topic":"NAME","partition":0},{"topic":"NAME-none","partition":3}]}',
}

function writeFiles(): void {
  for (const name of NAMES)
    for (const [file, text] of Object.entries(FILES))
      writeFileSync(join(directory, file.replace('NAME', name)), text.replaceAll('NAME', name))
}

const TOPICS = [
  '--create --topic NAME --partitions 2',
  '--alter --topic NAME --partitions 3',
  '--alter --topic NAME --partitions 3',
  '--alter --topic NAME --partitions 2',
  '--alter --topic NAME --partitions 0',
  '--alter --topic NAME --partitions 4 --replica-assignment 1,1,1,1',
  '--alter --topic NAME --partitions 5 --replica-assignment 1,1,1,1,9',
  '--alter --topic NAME --partitions 7 --replica-assignment 1,1',
  '--alter --topic NAME-none --partitions 3',
  '--alter --topic NAME-none --partitions 3 --if-exists',
  '--create --topic NAME-two',
  '--alter --topic NAME.* --partitions 6',
  '--describe --topic NAME.*',
].map((options) => `kafka-topics ${options}`)

/**
 * In steps: a broker of Apache's answers before a change has reached its own view of the configuration, so what looks at it
 * stands in a later step, and thus in another JVM, than what changes it. What changes brokers, for both sides, has a step of its own.
 */
const CONFIGS = [
  [
    '--describe --topic NAME',
    '--alter --topic NAME --add-config retention.ms=1000,cleanup.policy=[compact,delete],max.message.bytes=2000',
  ],
  [
    '--describe --entity-type topics --entity-name NAME',
    '--describe --topic NAME --all',
    '--alter --entity-type topics --entity-name NAME --delete-config retention.ms',
    '--alter --topic NAME --delete-config retention.ms',
    '--alter --topic NAME --add-config-file DIR/add.properties',
    '--alter --topic NAME --add-config retention.ms=5000,',
  ],
  [
    '--describe --topic NAME',
    '--alter --topic NAME --add-config segment.bytes=1048576 --delete-config cleanup.policy',
    '--alter --topic NAME --add-config nonsense=1',
    '--alter --topic NAME --add-config retention.ms=abc',
    '--alter --topic NAME --add-config retention.ms=7 --delete-config retention.ms',
    '--alter --topic NAME-none --add-config retention.ms=7',
    '--describe --topic NAME-none',
    '--describe --entity-type brokers --entity-name 7',
    '--alter --broker 1 --add-config broker.id=7',
  ],
  [
    '--alter --broker 1 --add-config log.retention.ms=60000000',
    '--alter --broker-defaults --add-config log.retention.ms=70000000,message.max.bytes=900000',
  ],
  [
    '--describe --topic NAME',
    '--describe --entity-type brokers --entity-name 1',
    '--describe --entity-type brokers',
    '--describe --broker-defaults',
    '--describe --topic NAME --all',
  ],
  [
    '--alter --broker 1 --delete-config log.retention.ms',
    '--alter --entity-type brokers --entity-default --delete-config log.retention.ms,message.max.bytes',
  ],
  ['--describe --broker 1', '--describe --entity-type brokers --entity-default'],
].map((step) => step.map((options) => `kafka-configs ${options}`))

/** What the suites need beside their own lines; each of them can run alone. */
const TOPIC = 'kafka-topics --create --topic NAME --partitions 3 --if-not-exists'

/** Whatever retention an earlier suite has left: what is written stays while both tools look at it. */
const KEEP = 'kafka-configs --alter --topic NAME --add-config retention.ms=-1'

const RECORDS = ['--offset-json-file DIR/NAME-offsets.json', '--offset-json-file DIR/empty.json'].map(
  (options) => `kafka-delete-records ${options}`,
)

const ELECTIONS = [
  ...['preferred', 'PREFERRED', 'unclean'].map((type) => `--election-type ${type} --topic NAME --partition 0`),
  ...['preferred', 'unclean'].map((type) => `--election-type ${type} --all-topic-partitions`),
  '--election-type preferred --topic NAME --partition 99',
  '--election-type preferred --path-to-json-file DIR/NAME-partitions.json',
  '--election-type unclean --path-to-json-file DIR/NAME-partitions.json',
  '--election-type preferred --path-to-json-file DIR/empty.json',
  '--election-type preferred --topic NAME --partition 0 --admin.config DIR/client.properties',
].map((options) => `kafka-leader-election ${options}`)

const LOOKS = [
  'kafka-broker-api-versions',
  'kafka-configs --describe --entity-type topics',
  'kafka-configs --describe --broker 1 --all',
  ...[
    '',
    '--topic-list by-java',
    '--topic-list by-java,by-node',
    '--topic-list none',
    '--broker-list 1',
    '--broker-list 1,9,8',
  ].map((options) => `kafka-log-dirs --describe ${options}`.trimEnd()),
]

const REFUSED = [
  ...['--alter --partitions 3', '--alter --topic t', '--alter --topic t --partitions 2 --replication-factor 1'],
  ...['--alter --topic t --partitions 2 --if-not-exists', '--alter --topic t --replica-assignment 1'],
]
  .map((options) => `kafka-topics ${options}`)
  .concat(
    [
      ...['', '--topic t', '--describe', '--describe --entity-type nonsense', '--describe --alter --topic t'],
      ...[
        '--alter --topic t',
        '--alter --topic t --add-config nonsense',
        '--alter --entity-type topics --add-config a=b',
      ],
      ...[
        '--alter --topic t --add-config a=[b,c',
        '--alter --topic t --add-config a=b --add-config-file DIR/add.properties',
      ],
      ...[
        '--describe --entity-name t',
        '--describe --entity-type brokers --entity-name x',
        '--describe --topic t --broker 1',
      ],
      ...['--describe --entity-type topics --entity-default', '--describe --entity-type broker-loggers'],
      ...['--alter --entity-type brokers --add-config log.retention.ms=7', '--describe --topic t --entity-type topics'],
      '--alter --topic t --add-config-file DIR/none.properties',
      '--describe --topic ../t',
    ].map((options) => `kafka-configs ${options}`),
    ['bad', 'no-partitions', 'version', 'missing', 'none', 'by-java-twice'].map(
      (file) => `kafka-delete-records --offset-json-file DIR/${file}.json`,
    ),
    ['', '--describe --broker-list a'].map((options) => `kafka-log-dirs ${options}`),
    [
      ...['', '--election-type preferred', '--all-topic-partitions', '--election-type nonsense --all-topic-partitions'],
      ...['--election-type preferred --topic t', '--election-type preferred --partition 1'],
      ...[
        '--election-type preferred --all-topic-partitions --topic t',
        '--election-type preferred --topic t --partition x',
      ],
      ...['bad', 'no-partitions', 'none', 'by-java-twice'].map(
        (file) => `--election-type preferred --path-to-json-file DIR/${file}.json`,
      ),
    ].map((options) => `kafka-leader-election ${options}`),
  )

/** What is compared: everything a script could read, without what differs from topic to topic or has words of our own. */
function comparable(line: string, { code, stdout }: Output) {
  const text = stdout
    .replaceAll(/TopicId: \S+/g, 'TopicId: …')
    .replaceAll(/(?<=(?:error|partition): .*Exception): .*/g, '')
    .replace(/^\{"brokers".*$/m, sortedDocument)
  return { line, code, stdout: text.split('\n').map(sortedParts).sort() }
}

/** Apache prints the configuration of a topic, and lists of partitions, in the order of a hash map. */
function sortedParts(text: string): string {
  return text
    .replace(/(?<=\tConfigs: ).*/, (configs) =>
      configs
        .split(/,(?=[a-z.]+=)/)
        .sort()
        .join(),
    )
    .replace(/(?<=for partitions ).*/, (names) => names.split(', ').sort().join())
}

function sortedDocument(json: string): string {
  const document = JSON.parse(json) as { brokers: { logDirs: { partitions: { partition: string }[] }[] }[] }
  for (const { logDirs } of document.brokers)
    for (const { partitions } of logDirs) partitions.sort((a, b) => (a.partition < b.partition ? -1 : 1))
  return JSON.stringify(document)
}

function expectSame(outputs: readonly BothOutputs[]): void {
  // Shows why, where one of the two succeeds.
  const differing = outputs.filter(({ ours, theirs }) => ours.code !== theirs.code)
  expect(differing.map(({ line, ours, theirs }) => [line, ours.stderr, theirs.stderr])).toEqual([])
  const pick = (whose: 'ours' | 'theirs') => outputs.map((output) => comparable(output.line, output[whose]))
  expect(pick('ours')).toEqual(pick('theirs'))
}

describe.each(['ours', 'theirs'] as const)('on a broker of %s', (whose) => {
  const complete = (line: string) =>
    line.replace(/^\S+/, `$& --bootstrap-server ${kafkas[whose].bootstrap}`).replaceAll('DIR', directory)

  test('kafka-topics --alter', async () => expectSame(await bothChange(TOPICS.map(complete))))

  test('kafka-configs', async () => {
    await bothChange([complete(TOPIC)])
    for (const step of CONFIGS) expectSame(await bothChange(step.map(complete)))
  })

  test('kafka-delete-records', async () => {
    await bothChange([complete(TOPIC), complete(KEEP)])
    const records = '--num-records 600 --record-size 100 --throughput -1'
    const written = NAMES.map(
      (name) =>
        `kafka-producer-perf-test --topic ${name} ${records} --command-property bootstrap.servers=${kafkas[whose].bootstrap} batch.size=200 partitioner.class=org.apache.kafka.clients.producer.RoundRobinPartitioner`,
    )
    expect((await apacheTools(written)).map(({ code }) => code)).toEqual([0, 0])
    expectSame(await bothChange(RECORDS.map(complete)))
  })

  test('kafka-leader-election', async () => {
    await bothChange([complete(TOPIC)])
    expectSame(await bothChange(ELECTIONS.map(complete)))
  })

  test('kafka-broker-api-versions, kafka-log-dirs, whole configurations', async () =>
    expectSame(await bothTools(LOOKS.map(complete))))

  test('wrong command lines', async () => {
    for (const { line, ours, theirs } of await bothTools(REFUSED.map(complete))) {
      const said = ours.stdout + ours.stderr
      expect({
        line,
        ours: ours.code,
        theirs: theirs.code,
        hasStack: /^\s+at /m.test(said),
        isSilent: said === '',
      }).toEqual({
        line,
        ours: 1,
        theirs: 1,
        hasStack: false,
        isSilent: false,
      })
    }
  })
})
