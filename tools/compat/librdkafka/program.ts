/** One test number: a cluster of its own (what one leaves behind does not slow the next), and a process of librdkafka's test program. */
import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { ProcessCluster } from '../harness/cluster.ts'
import { path, root } from '../harness/process.ts'
import { type Ending, type Outcome, outcomesOf } from './outcome.ts'
import type { ListedTest } from './test-list.ts'
import type { Variant } from './variant.ts'

/** The version whose behaviour the tests expect of the brokers. */
const KAFKA_VERSION = '4.3.1'
const BROKERS = 3
/** What the lists of tests that pass on Apache Kafka were made with. */
const CONFIG = {
  'num.partitions': '4',
  'default.replication.factor': '3',
  'offsets.topic.num.partitions': '8',
  'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector',
}

export interface Run {
  readonly variant: Variant
  /** The folder of the test program. */
  readonly tests: string
  readonly logs: string
  /** Multiplies the tests' own time limits and ours. */
  readonly slower: number
}

/** The tests of one number, together; those that are not named run too, and count for nothing. */
export async function runNumber(group: readonly ListedTest[], run: Run): Promise<Outcome[]> {
  const [first] = group
  await using cluster = await ProcessCluster.start({
    brokers: BROKERS,
    config: { ...CONFIG, ...run.variant.config, ...first!.config },
    brokerConfig: (id) => ({ 'broker.rack': `RACK${id}` }),
  })
  const log = join(run.logs, `${first!.number}.log`)
  const kafkaPath = kafkaHome(join(cluster.directory, 'kafka-home'))
  const ending = await runProgram(first!, { bootstrap: cluster.bootstrap, kafkaPath, run }, log)
  for (const id of cluster.brokerIds)
    writeFileSync(join(run.logs, `${first!.number}.broker-${id}.log`), cluster.broker(id).output)
  return outcomesOf(
    readFileSync(log, 'utf8'),
    group.map(({ name }) => name),
    ending,
  )
}

async function runProgram(test: ListedTest, { bootstrap, kafkaPath, run }: Place, log: string): Promise<Ending> {
  const slower = test.slower * run.slower
  const config = join(run.logs, `${test.number}.conf`)
  const lines = [`bootstrap.servers=${bootstrap}`, 'test.topic.prefix=rdkafkatest']
  if (slower !== 1) lines.push(`test.timeout.multiplier=${slower}`)
  writeFileSync(config, `${lines.join('\n')}\n`)
  const started = Date.now()
  const output = createWriteStream(log)
  const child = spawn('./test-runner', ['-p1', '-s', run.variant.scenario, '-L'], {
    cwd: run.tests,
    env: { ...environment(test, { bootstrap, kafkaPath, run }), RDKAFKA_TEST_CONF: config },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.pipe(output, { end: false })
  child.stderr.pipe(output, { end: false })
  let timedOut = false
  const timer = setTimeout(
    () => {
      timedOut = true
      child.kill('SIGKILL')
    },
    test.limitSeconds * slower * 1000,
  )
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  clearTimeout(timer)
  output.end()
  await finished(output)
  return { code, timedOut, seconds: Math.round((Date.now() - started) / 1000) }
}

interface Place {
  readonly bootstrap: string
  /** A directory laid out like a release of Apache Kafka: some tests call bin/kafka-topics.sh. */
  readonly kafkaPath: string
  readonly run: Run
}

function environment(test: ListedTest, { bootstrap, kafkaPath, run }: Place): NodeJS.ProcessEnv {
  const { CI: _, ...env } = process.env
  return {
    ...env,
    ...run.variant.env,
    PATH: path,
    TESTS: test.number,
    TEST_KAFKA_VERSION: KAFKA_VERSION,
    BROKERS: bootstrap,
    KAFKA_PATH: kafkaPath,
    LD_LIBRARY_PATH: '../src:../src-cpp',
  }
}

/** Our own tools under the names that the tests call. */
function kafkaHome(home: string): string {
  mkdirSync(join(home, 'bin'), { recursive: true })
  const script = `#!/bin/sh\nexec '${join(root, 'node_modules/.bin/kafka-topics')}' "$@"\n`
  writeFileSync(join(home, 'bin/kafka-topics.sh'), script, { mode: 0o755 })
  return home
}
