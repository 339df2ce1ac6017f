/**
 * kafka-consumer-groups and kafka-groups, ours and Apache Kafka's, line by line on our broker and on Apache's: the same exit code and
 * stdout for the same state. Rows are compared in sorted order, since Apache prints in the order of a hash map.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Admin, Producer } from '@ottla/client'
import { nodeRuntime } from '@ottla/runtime/node'
import { ApacheBroker, apacheTool, type Output } from './harness/apache.ts'
import { type BothOutputs, bothChange, bothTools, NAMES } from './harness/both-tools.ts'
import { ProcessCluster } from './harness/cluster.ts'
import { eventually, type Server } from './harness/process.ts'

const LONG_MS = 1_200_000
const HOUR_MS = 3_600_000
const GROUP_CONFIG = {
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '3',
  'group.initial.rebalance.delay.ms': '0',
}

interface Kafka extends AsyncDisposable {
  readonly bootstrap: string
  logDirectory(broker: number): string
}

const kafkas: Record<'ours' | 'theirs', Kafka> = {} as never
let directory: string
let written: number

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ottla-groups-'))
  kafkas.theirs = await ApacheBroker.start({
    config: Object.entries(GROUP_CONFIG).map(([key, value]) => `${key}=${value}`),
  })
  kafkas.ours = await ProcessCluster.start({ config: GROUP_CONFIG })
  written = Date.now()
  writeFiles()
  for (const { bootstrap } of Object.values(kafkas)) await writeTopics(bootstrap)
}, LONG_MS)

afterAll(async () => {
  await kafkas.theirs?.[Symbol.asyncDispose]()
  await kafkas.ours?.[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true, force: true })
})

/** Offsets to begin with, offsets of which some are beside the logs, and the same for two groups. */
function writeFiles(): void {
  const start = ['reset,0,8', 'reset,1,6', 'reset,2,0', 'other,0,2']
  const beside = ['reset,0,1', 'reset,1,999', 'reset,2,4', 'other,0,3']
  const file = (name: string, lines: readonly string[]) => writeFileSync(join(directory, name), `${lines.join('\n')}\n`)
  file('start.csv', start)
  file('beside.csv', beside)
  file('twice.csv', ['reset,0,1', 'nothing,7,1'])
  for (const name of NAMES) {
    file(`${name}-both.csv`, [
      ...start.map((line) => `${name}-a,${line}`),
      ...beside.map((line) => `"${name}-b",${line}`),
    ])
    file(
      `${name}-one.csv`,
      start.map((line) => `${name}-a,${line}`),
    )
  }
}

/** `reset` has three partitions of 12 records, one in each hour of the last half day, the first of which begins at offset 3; `other` two, one of them empty. */
async function writeTopics(bootstrapServers: string): Promise<void> {
  const runtime = nodeRuntime()
  await using admin = new Admin(runtime, { bootstrapServers })
  await admin.createTopics([
    { name: 'reset', numPartitions: 3 },
    { name: 'other', numPartitions: 2 },
  ])
  await using producer = new Producer(runtime, { bootstrapServers })
  for (let hour = 12; hour > 0; hour--) {
    const timestamp = written - hour * HOUR_MS + HOUR_MS / 2
    for (const partition of [0, 1, 2]) await producer.send({ topic: 'reset', partition, value: `${hour}`, timestamp })
    if (hour <= 4) await producer.send({ topic: 'other', partition: 0, value: `${hour}`, timestamp })
  }
  await admin.deleteRecords([{ topic: 'reset', partition: 0, beforeOffset: 3 }])
}

/** Words of errors are each side's own; what ours says about a plan as CSV is on stderr, so that the CSV can be read back. */
function comparable({ line, ...outputs }: BothOutputs, whose: 'ours' | 'theirs') {
  const { code, stdout }: Output = outputs[whose]
  const text = stdout.replaceAll(/(?<=Exception: |failed due to ).*/g, '…')
  const lines = text
    .replace(/(?<=^\nError: )The.*/, '…')
    .split('\n')
    .sort()
  const isCsv = line.includes('--export')
  return { line, code, stdout: isCsv ? lines.filter((row) => row !== '' && !row.startsWith('Warn: ')) : lines }
}

function expectSame(outputs: readonly BothOutputs[]): void {
  const differing = outputs.filter(({ ours, theirs }) => ours.code !== theirs.code)
  expect(differing.map(({ line, ours, theirs }) => [line, ours.stderr, theirs.stderr])).toEqual([])
  const pick = (whose: 'ours' | 'theirs') => outputs.map((output) => comparable(output, whose))
  expect(pick('ours')).toEqual(pick('theirs'))
}

const SCOPES = ['--all-topics', '--topic reset', '--topic reset:0,2 --topic other:0 --topic reset:1']

/** The times lie between records; a time with and one without a zone. */
const strategies = () => [
  '--to-earliest',
  '--to-latest',
  '--to-current',
  '--to-offset 7',
  '--shift-by 3',
  `--to-datetime ${new Date(written - 6 * HOUR_MS).toISOString().slice(0, -1)}`,
  '--by-duration PT3H0M0S',
  '--from-file DIR/beside.csv',
]

/** Beside the logs, backward, and times without a record behind them. */
const variants = () => [
  '--to-offset 1',
  '--to-offset 100',
  '--shift-by -7',
  `--to-datetime ${new Date(written + HOUR_MS).toISOString()}`,
  '--by-duration P1D',
]

/** The plan, the plan as CSV, and the change; what does not change anything comes first. */
const EXECUTIONS = ['', ' --export', ' --execute']

const REFUSED = [
  '--describe --group none',
  '--describe --group none --members',
  '--describe --group none --state',
  '--delete --group none',
  '--delete-offsets --group none --topic reset',
  '--delete-offsets --group NAME --topic none',
  '--reset-offsets --group NAME --topic none --to-earliest',
  '--reset-offsets --group NAME --topic reset:0,7 --to-earliest',
  '--reset-offsets --group NAME --topic reset:x --to-earliest',
  '--reset-offsets --group NAME --topic reset: --to-earliest',
  '--reset-offsets --group NAME --topic other:1 --shift-by 1',
  '--reset-offsets --group NAME --topic reset --to-datetime nonsense',
  '--reset-offsets --group NAME --topic reset --to-datetime 2017-08-04T00:00:00',
  '--reset-offsets --group NAME --topic reset --by-duration nonsense',
  '--reset-offsets --group NAME --from-file DIR/none.csv',
  '--reset-offsets --group NAME --from-file DIR/twice.csv',
  '--reset-offsets --group NAME --from-file DIR/by-none-both.csv',
  '--reset-offsets --group NAME --topic reset',
  '--reset-offsets --group NAME --to-earliest',
  '--reset-offsets --topic reset --to-earliest',
  '--reset-offsets --group NAME --topic reset --to-earliest --to-latest',
  '--reset-offsets --group NAME --topic reset --to-earliest --execute --dry-run',
  '--reset-offsets --group NAME --all-groups --topic reset --to-earliest',
  '--list --group NAME',
  '--list --state nonsense',
  '--list --type share',
  '--describe',
  '--describe --group NAME --members --state',
  '--describe --group NAME --state stable',
  '--describe --group NAME --topic reset',
  '--delete',
  '--delete --group NAME --topic reset',
  '--delete-offsets --group NAME',
]

const REGEXES = ['a(b)?', 'a(', '(?=x)', '*', '[a', 'a\\', 'a{2000}', '(?P<n>a)', '\\p{Greek}', 'a**']

describe.each(['ours', 'theirs'] as const)('on a broker of %s', (whose) => {
  const complete = (options: string) =>
    `kafka-consumer-groups --bootstrap-server ${kafkas[whose].bootstrap} ${options}`.replaceAll('DIR', directory)
  const change = (lines: readonly string[]) => bothChange(lines.map(complete))

  test('reset-offsets: every scope with every strategy and every execution', async () => {
    const resets = [
      ...SCOPES.flatMap((scope) => strategies().map((strategy) => `${scope} ${strategy}`)),
      ...variants().map((strategy) => `--topic reset ${strategy}`),
    ]
    const lines = resets.flatMap((reset) => [
      '--reset-offsets --group NAME --from-file DIR/start.csv --execute',
      ...EXECUTIONS.map((execution) => `--reset-offsets --group NAME ${reset}${execution}`),
      '--describe --group NAME',
    ])
    expectSame(await change(lines))
  })

  test('reset-offsets of several groups, and with groups in the file', async () => {
    const both = '--reset-offsets --group NAME-a --group NAME-b'
    expectSame(
      await change([
        `${both} --from-file DIR/NAME-both.csv --execute`,
        '--describe --group NAME-a --group NAME-b',
        `${both} --all-topics --shift-by 1 --execute --export`,
        `${both} --from-file DIR/NAME-one.csv --dry-run`,
        '--reset-offsets --group NAME-a --from-file DIR/NAME-both.csv --dry-run',
        `${both} --all-topics --to-current --export --dry-run`,
        '--reset-offsets --group NAME-with-a-name-that-is-long --topic reset --to-earliest --export --dry-run',
        '--describe --group NAME-b --state --verbose',
        '--describe --group NAME-b --members --verbose',
        '--describe --group NAME-b --offsets --verbose',
        '--delete-offsets --group NAME-b --topic reset:0,2 --topic other',
        '--describe --group NAME-b',
        '--delete --group NAME-a --group NAME-b',
        '--describe --group NAME-a',
      ]),
    )
  })

  test('what is refused', async () => {
    await change(['--reset-offsets --group NAME --from-file DIR/start.csv --execute'])
    expectSame(await change(REFUSED))
  })

  test('--validate-regex', async () => {
    expectSame(await bothTools(REGEXES.map((regex) => `kafka-consumer-groups --validate-regex ${regex}`)))
  })

  test('groups with members, in both protocols', async () => {
    const { bootstrap } = kafkas[whose]
    const consumers = [
      '--topic reset --group live-classic',
      '--include reset|other --group live-classic',
      '--topic reset --group live-consumer --command-property group.protocol=consumer',
      '--include reset|other --group live-consumer --command-property group.protocol=consumer --command-property group.instance.id=static-1',
    ].map((options) => apacheTool(`kafka-console-consumer --bootstrap-server ${bootstrap} --from-beginning ${options}`))
    try {
      await stable(bootstrap, consumers)
      expectSame(await bothTools(LIVE.map((line) => line.replace(/^\S+/, `$& --bootstrap-server ${bootstrap}`))))
    } finally {
      await Promise.all(consumers.map((consumer) => consumer.stop()))
    }
    await withoutMembers(bootstrap)
  })

  test('the records behind all that, through the formatters of kafka-console-consumer', async () => {
    const { bootstrap } = kafkas[whose]
    const lines = FORMATTERS.flatMap((formatter) =>
      [0, 1, 2].map(
        (partition) =>
          `kafka-console-consumer --bootstrap-server ${bootstrap} --topic __consumer_offsets --partition ${partition} --offset earliest --timeout-ms 4000 --formatter org.apache.kafka.tools.consumer.${formatter}`,
      ),
    )
    const outputs = await bothTools(lines)
    expect(outputs.map(({ line, ours }) => [line, ours.code, ours.stdout])).toEqual(
      outputs.map(({ line, theirs }) => [line, theirs.code, theirs.stdout]),
    )
    expect(outputs.filter(({ ours }) => ours.stdout.length > 0).length).toBeGreaterThan(1)
  })

  test('the same through kafka-dump-log', async () => {
    const lines = [0, 1, 2].map((partition) => {
      const file = `__consumer_offsets-${partition}/00000000000000000000.log`
      return `kafka-dump-log --offsets-decoder --files ${join(kafkas[whose].logDirectory(1), file)}`
    })
    const outputs = await bothTools(lines)
    expect(outputs.map(({ line, ours }) => [line, ours.code, ours.stdout])).toEqual(
      outputs.map(({ line, theirs }) => [line, theirs.code, theirs.stdout]),
    )
    // Of a group of the consumer protocol: what a member owns.
    expect(outputs.map(({ ours }) => ours.stdout).join('')).toContain('"type":"8"')
  })
})

const LIVE_GROUPS = ['live-classic', 'live-consumer']
const FORMATTERS = ['OffsetsMessageFormatter', 'GroupMetadataMessageFormatter', 'ShareGroupMessageFormatter']

const LIVE = [
  ...[
    '--list',
    '--list --state',
    '--list --type',
    '--list --state stable --type',
    '--list --type consumer',
    '--describe --group live-classic',
    '--describe --group live-consumer --verbose',
    '--describe --group live-classic --group live-consumer --members',
    '--describe --group live-classic --members --verbose',
    '--describe --group live-consumer --members --verbose',
    '--describe --group live-classic --state',
    '--describe --group live-consumer --state --verbose',
    '--reset-offsets --group live-classic --all-topics --to-earliest --execute',
    '--reset-offsets --group live-consumer --topic reset --to-earliest --export',
    '--delete --group live-classic',
    '--delete --group live-consumer',
    '--delete-offsets --group live-classic --topic reset:0 --topic other',
    '--delete-offsets --group live-consumer --topic reset',
  ].map((options) => `kafka-consumer-groups ${options}`),
  ...['', ' --consumer', ' --group-type classic', ' --group-type consumer', ' --protocol consumer', ' --share'].map(
    (options) => `kafka-groups --list${options}`,
  ),
]

/** A static member stays until its session is over: not between one tool and the other. */
async function withoutMembers(bootstrapServers: string): Promise<void> {
  await using admin = new Admin(nodeRuntime(), { bootstrapServers })
  await eventually('nobody is in the groups', async () => {
    const groups = await admin.describeConsumerGroups(LIVE_GROUPS)
    const left = [...groups.values()].filter((group) => !group.ok || group.value.members.length > 0)
    return left.length === 0 || undefined
  })
}

/** Both groups have two members, and have committed all that there is to read. */
async function stable(bootstrapServers: string, consumers: readonly Server[]): Promise<void> {
  await using admin = new Admin(nodeRuntime(), { bootstrapServers })
  await eventually('the groups are stable', async () => {
    for (const consumer of consumers) if (!consumer.running) throw new Error(consumer.output)
    const [groups, offsets] = [
      await admin.describeConsumerGroups(LIVE_GROUPS),
      await admin.listGroupOffsets(LIVE_GROUPS),
    ]
    const ready = LIVE_GROUPS.filter((id) => {
      const [group, committed] = [groups.get(id)!, offsets.get(id)!]
      if (!group.ok || !committed.ok || group.value.state !== 'Stable' || group.value.members.length !== 2) return false
      const total = committed.value.reduce((sum, { outcome }) => sum + (outcome.ok ? outcome.value.offset : 0), 0)
      return total === 3 * 12 + 4
    })
    return ready.length === LIVE_GROUPS.length || undefined
  })
}
