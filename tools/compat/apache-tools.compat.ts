/** Our tools and Apache Kafka's, line by line: the same exit code and stdout on our broker, on Apache's, and for files of both. */
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ApacheBroker, apacheTools, type Output } from './harness/apache.ts'
import { bothTools, ourTool } from './harness/both-tools.ts'
import { ProcessCluster } from './harness/cluster.ts'

const LONG_MS = 1_200_000
const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

interface Kafka {
  readonly bootstrap: string
  logDirectory(broker: number): string
}

const kafkas: Record<'ours' | 'theirs', Kafka & AsyncDisposable> = {} as never

beforeAll(async () => {
  kafkas.theirs = await ApacheBroker.start()
  kafkas.ours = await ProcessCluster.start()
}, LONG_MS)

afterAll(async () => {
  await kafkas.theirs?.[Symbol.asyncDispose]()
  await kafkas.ours?.[Symbol.asyncDispose]()
})

/** Apache's tool describes topics, and the configuration of each, in the order of a hash map. */
function comparable(line: string, { code, stdout }: Output) {
  if (!line.includes('--describe')) return { line, code, stdout }
  const lines = stdout.split('\n').map((text) =>
    text.replace(/(?<=\tConfigs: ).*/, (configs) =>
      configs
        .split(/,(?=[a-z.]+=)/)
        .sort()
        .join(),
    ),
  )
  return { line, code, stdout: lines.sort() }
}

async function expectSame(lines: readonly string[]): Promise<void> {
  for (const { line, ours, theirs } of await bothTools(lines))
    expect(comparable(line, ours)).toEqual(comparable(line, theirs))
}

/** The words of these errors are our own. */
async function expectRefused(lines: readonly string[]): Promise<void> {
  for (const { line, ours, theirs } of await bothTools(lines)) {
    expect({ line, ours: ours.code, theirs: theirs.code }).toEqual({ line, ours: 1, theirs: 1 })
    const said = ours.stdout + ours.stderr
    expect({ line, said, hasStack: /^\s+at /m.test(said) }).toEqual({
      line,
      said: expect.stringMatching(/./),
      hasStack: false,
    })
  }
}

/** Creates and deletes topics named NAME…; each tool has its own name for them, of the same length. */
const CHANGES = [
  '--create --topic NAME --partitions 2 --replication-factor 1',
  '--create --topic NAME',
  '--create --topic NAME --if-not-exists',
  '--create --topic NAME.dot',
  '--create --topic NAME_dot',
  '--create --topic NAME_line --config retention.ms=9223372036854775807 --config retention.bytes=9007199254740993',
  '--create --topic NAME-assigned --replica-assignment 1,1,1 --config cleanup.policy=compact,delete',
  '--describe --topic NAME-assigned --topics-with-overrides',
  '--create --topic NAME/slash',
  '--create --topic .',
  '--create --topic NAME-x --partitions 0',
  '--create --topic NAME-x --replication-factor 0',
  '--create --topic NAME-x --replication-factor 32768',
  '--create --topic NAME-x --replication-factor 2',
  '--create --topic NAME-x --replica-assignment 9',
  '--create --topic NAME-x --config nonsense=1',
  '--create --topic NAME-x --replica-assignment 1 --partitions 1',
  '--create --topic NAME-x --if-exists',
  '--create --topic NAME-x --delete',
  '--list --topic NAME.*',
  '--delete --topic NAME.nope',
  '--delete --topic NAME.nope --if-exists',
  '--delete --topic NAME --if-not-exists',
  '--delete',
  '--delete --topic NAME.*',
  '--list --topic NAME.*',
]

const LOOKS = [
  ...['', '--topic alpha', '--topic a.*', '--topic alpha,beta', '--topic alpha|beta', '--topic nope', '--topic '],
  ...['--topic [a-c].*', '--topic (?i)ALPHA', '--topic \\Qa.b\\E', '--topic a\\-b', '--topic a\\.b'],
  ...['--exclude-internal', '--if-exists', '--partitions 3', '--config a=b', '--topics-with-overrides'],
]
  .map((options) => `--list${options === '' ? '' : ` ${options}`}`)
  .concat(
    ['', '--topic alpha', '--topic al.*|b.*', '--topic alpha,nope', '--topic nope', '--topic nope --if-exists'].map(
      (options) => `--describe${options === '' ? '' : ` ${options}`}`,
    ),
    [
      ...['--exclude-internal', '--topic-id BAAAAAAAAAAAAAAAAAAAAA', '--topic-id BAAAAAAAAAAAAAAAAAAAAA --if-exists'],
      ...['--topics-with-overrides', '--topics-with-overrides --topic beta', '--under-replicated-partitions'],
      ...['--unavailable-partitions', '--under-min-isr-partitions', '--at-min-isr-partitions', '--if-exists'],
      ...['--topics-with-overrides --at-min-isr-partitions', '--if-not-exists --topic alpha'],
      ...[1, 0, -1].map((limit) => `--partition-size-limit-per-response ${limit} --topic beta`),
    ].map((options) => `--describe ${options}`),
  )

const REFUSED = [
  ...['--list --topic (unclosed', '--list --topic *', '--list --topic a{,3}', '--describe --topic-id bad'],
  ...['--partitions abc', '--partitions 1.5', '--partitions 99999999999'].map(
    (options) => `--create --topic z ${options}`,
  ),
  ...['1:1', 'a:1', '1,1:2'].map((assignment) => `--create --topic z --replica-assignment ${assignment}`),
  ...['nonsense', '=1', 'retention.ms=abc', 'segment.bytes=0', 'cleanup.policy=compress'].map(
    (config) => `--create --topic z --config ${config}`,
  ),
  ...['--describe --topic a --topic b', '--list --describe', '--lis', '--list --topics', '--create'],
]

const TIMES = [
  ...['-1', '-2', '-3', '-4', '-5', '-6', 'latest', 'earliest', 'max-timestamp', 'earliest-local', 'latest-tiered'],
  ...['earliest-pending-upload', '0', '+5', '1700000000000', '9999999999999', 'LATEST', 'abc', '1.5'],
]

const FILTERS = [
  ...['--topic alpha', '--topic a.*', '--topic alpha|none,beta', '--topic nope', '--topic (', '--topic (?i)ALPHA'],
  ...[
    '--topic beta --partitions 1,3,11',
    '--topic beta --partitions 1,99',
    '--topic beta --partitions 99',
    '--topic beta --partitions 1,,3',
    '--topic beta --partitions 1,',
  ],
  ...['--topic beta --partitions x', '--topic beta --partitions ', '--partitions 0', '--exclude-internal-topics'],
  ...['alpha', 'beta:3', 'beta:0-3', 'beta:10-', 'beta:-2', 'beta:-', 'beta:', ':1', 'alpha,beta:3,no.*:0'].map(
    (rules) => `--topic-partitions ${rules}`,
  ),
  ...['alpha,', ',', '', 'a:b:c', 'alpha:x', 'beta:5-2', 'beta:3-3', 'alpha|beta:0', 'beta:1,beta:1'].map(
    (rules) => `--topic-partitions ${rules}`,
  ),
  ...['--topic-partitions beta:1 --topic beta', '--topic-partitions beta:1 --partitions 1', '--topics alpha'],
]

describe.each(['ours', 'theirs'] as const)('on a broker of %s', (whose) => {
  const at = () => `--bootstrap-server ${kafkas[whose].bootstrap}`

  beforeAll(async () => {
    const topics = ['alpha --partitions 2', 'beta --partitions 12 --config retention.ms=100000', 'a.b', 'a-b']
    const created = topics.map((topic) => `kafka-topics ${at()} --create --topic ${topic}`)
    const segmented = '--config segment.bytes=1048576 --config index.interval.bytes=4096'
    const written = CODECS.map((codec) => `kafka-topics ${at()} --create --topic ${codec} ${segmented}`)
    const records = '--num-records 3000 --record-size 1000 --throughput -1'
    const producing = CODECS.map(
      (codec) =>
        `kafka-producer-perf-test --topic ${codec} ${records} --command-property bootstrap.servers=${kafkas[whose].bootstrap} compression.type=${codec}`,
    )
    const lines = [...created, ...written, ...producing]
    expect((await apacheTools(lines)).map(({ code }, index) => `${code} ${lines[index]}`)).toEqual(
      lines.map((line) => `0 ${line}`),
    )
  }, LONG_MS)

  test('kafka-topics changes topics', async () => {
    const script = (name: string) => CHANGES.map((line) => `kafka-topics ${at()} ${line.replaceAll('NAME', name)}`)
    const theirs = await apacheTools(script('java'))
    for (const [index, line] of script('node').entries()) {
      const { code, stdout } = theirs[index]!
      const ours = await ourTool(line)
      const renamed = anonymous(stdout).replaceAll('java', 'node')
      expect({ line, code: ours.code, stdout: anonymous(ours.stdout) }).toEqual({ line, code, stdout: renamed })
    }
  })

  test('kafka-topics shows topics', () => expectSame(LOOKS.map((line) => `kafka-topics ${at()} ${line}`)))

  test('kafka-topics refuses', () => expectRefused(REFUSED.map((line) => `kafka-topics ${at()} ${line}`)))

  test('kafka-get-offsets', () =>
    expectSame([
      `kafka-get-offsets ${at()}`,
      ...TIMES.map((time) => `kafka-get-offsets ${at()} --topic none|alpha --time ${time}`),
      ...FILTERS.map((filter) => `kafka-get-offsets ${at()} ${filter}`),
    ]))

  test('kafka-dump-log on what was written with each codec', () =>
    expectSame(CODECS.flatMap((codec) => dumps(join(kafkas[whose].logDirectory(1), `${codec}-0`)))))
})

/** Every file of a partition that has at least two segments. */
function dumps(directory: string): string[] {
  const suffixes = ['log', 'index', 'timeindex', 'snapshot']
  const names = readdirSync(directory).filter((name) => suffixes.includes(name.split('.')[1]!))
  for (const suffix of suffixes) expect(names.filter((name) => name.endsWith(`.${suffix}`))).not.toEqual([])
  const logs = names.filter((name) => name.endsWith('.log')).sort()
  expect(logs.length).toBeGreaterThan(1)
  const first = join(directory, logs[0]!)
  // Those of a segment that is still written to are preallocated, and not sane by Apache's check.
  const indexes = ['index', 'timeindex'].map((suffix) => first.replace(/log$/, suffix)).join(',')
  return [
    `--files ${names.map((name) => join(directory, name)).join(',')} --print-data-log`,
    `--files ${first} --deep-iteration --max-bytes 100000`,
    `--files ${first} --print-data-log --skip-record-metadata --max-bytes 100000`,
    `--files ${indexes} --index-sanity-check`,
    `--files ${indexes} --verify-index-only`,
    `--files ${directory}/leader-epoch-checkpoint,${directory}/partition.metadata`,
  ].map((options) => `kafka-dump-log ${options}`)
}

/** Topic ids differ between two topics. */
function anonymous(text: string): string {
  return text.replaceAll(/TopicId: \S+/g, 'TopicId: …')
}

/** The log is copied before it is looked at: that of the metadata quorum grows all the time. */
test("kafka-dump-log on Apache Kafka's own topics", async () => {
  const { bootstrap } = kafkas.theirs
  const consumed = await apacheTools([
    `kafka-console-consumer --bootstrap-server ${bootstrap} --topic none --group dumped --from-beginning --max-messages 3`,
  ])
  expect(consumed[0]!.code).toBe(0)
  const copy = mkdtempSync(join(tmpdir(), 'ottla-internal-topics-'))
  try {
    cpSync(kafkas.theirs.logDirectory(1), copy, { recursive: true })
    const logs = (topic: string) =>
      readdirSync(copy)
        .filter((name) => name.startsWith(topic))
        .map((name) => join(copy, name, '00000000000000000000.log'))
        .filter((path) => statSync(path).size > 0)
    const decoders = [
      ['__consumer_offsets-', '--offsets-decoder'],
      ['__cluster_metadata-', '--cluster-metadata-decoder'],
      ['__cluster_metadata-', '--print-data-log'],
    ] as const
    const lines = decoders.map(([topic, option]) => {
      expect({ topic, logs: logs(topic).length }).not.toEqual({ topic, logs: 0 })
      return `kafka-dump-log ${option} --files ${logs(topic).join(',')}`
    })
    await expectSame([
      ...lines,
      `kafka-dump-log --cluster-metadata-decoder --files ${join(copy, 'bootstrap.checkpoint')}`,
    ])
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
})

test('kafka-dump-log on transactions that Apache Kafka wrote', async () => {
  const { bootstrap } = kafkas.theirs
  const producing = `kafka-producer-perf-test --topic transactions --num-records 500 --record-size 100 --throughput 500 --transaction-duration-ms 100 --command-property bootstrap.servers=${bootstrap}`
  const [created, produced] = await apacheTools([
    `kafka-topics --bootstrap-server ${bootstrap} --create --topic transactions`,
    producing,
  ])
  expect([created!.code, produced!.code]).toEqual([0, 0])
  const log = join(kafkas.theirs.logDirectory(1), 'transactions-0/00000000000000000000.log')
  const line = `kafka-dump-log --files ${log} --print-data-log`
  expect((await ourTool(line)).stdout).toContain('endTxnMarker: COMMIT')
  await expectSame([line, `${line} --skip-record-metadata`])
})
