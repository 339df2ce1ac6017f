/**
 * `pnpm compat librdkafka [--resume] [--any] [TEST…]`: librdkafka's own tests against one of our brokers, each number in a process of
 * its own. `TEST` is the beginning of a name; without any, every test of tests.txt runs. Results are kept per test and
 * commit; `--resume` goes on where a run of this commit was broken off, and repeats what failed. `--any` takes numbers that
 * are not in the list (to see whether they could be).
 */
import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { ProcessCluster } from '../harness/cluster.ts'
import { path, root } from '../harness/process.ts'
import { type Ending, type Outcome, outcomesOf } from './outcome.ts'
import { commit, Results } from './results.ts'
import { builtTests, cacheDirectory } from './suite.ts'
import { type ListedTest, parseTestList, selectTests } from './test-list.ts'

/** The version whose behaviour the tests expect of the broker. */
const KAFKA_VERSION = '4.3.1'
/** What the lists of tests that pass on Apache Kafka were made with. */
const CONFIG = { 'num.partitions': '4', 'default.replication.factor': '1' }

interface Run {
  readonly tests: string
  readonly logs: string
  /** A directory laid out like a release of Apache Kafka: some tests call bin/kafka-topics.sh. */
  readonly kafkaPath: string
}

/** Exit code: 0 when every test passed. */
export async function librdkafka(args: readonly string[]): Promise<number> {
  const flags = new Set(args.filter((arg) => arg.startsWith('--')))
  const words = args.filter((arg) => !arg.startsWith('--'))
  const listed = parseTestList(readFileSync(join(root, 'tools/compat/librdkafka/tests.txt'), 'utf8'))
  const chosen = flags.has('--any') ? parseTestList(words.join('\n')) : selectTests(listed, words)
  const tests = builtTests()
  const results = new Results(join(cacheDirectory, 'results'), commit(), flags.has('--resume') || words.length > 0)
  const logs = join(cacheDirectory, 'logs')
  mkdirSync(logs, { recursive: true })
  const run = { tests, logs, kafkaPath: kafkaHome() }
  const left = chosen.filter(({ name }) => !flags.has('--resume') || results.get(name)?.state !== 'PASSED')
  if (left.length < chosen.length) console.log(`${chosen.length - left.length} passed in an earlier run of this commit`)
  for (const group of byNumber(left)) {
    for (const outcome of await runOne(group, run)) {
      results.add(outcome)
      report(outcome)
    }
  }
  return summarize(chosen, results, logs)
}

function byNumber(tests: readonly ListedTest[]): ListedTest[][] {
  return [...Map.groupBy(tests, ({ number }) => number).values()]
}

/** Every number has a cluster of its own: what one leaves behind does not slow the next. */
async function runOne(group: readonly ListedTest[], run: Run): Promise<Outcome[]> {
  const [first] = group
  await using cluster = await ProcessCluster.start({ config: { ...CONFIG, ...first!.config } })
  const log = join(run.logs, `${first!.number}.log`)
  const ending = await runProgram(first!, cluster.bootstrap, run, log)
  return outcomesOf(
    readFileSync(log, 'utf8'),
    group.map(({ name }) => name),
    ending,
  )
}

async function runProgram(test: ListedTest, bootstrap: string, run: Run, log: string): Promise<Ending> {
  const config = join(run.logs, `${test.number}.conf`)
  const lines = [`bootstrap.servers=${bootstrap}`, 'test.topic.prefix=rdkafkatest']
  if (test.slower !== 1) lines.push(`test.timeout.multiplier=${test.slower}`)
  writeFileSync(config, `${lines.join('\n')}\n`)
  const { CI: _, ...env } = process.env
  const started = Date.now()
  const output = createWriteStream(log)
  const child = spawn('./test-runner', ['-p1', '-s', 'default', '-L'], {
    cwd: run.tests,
    env: {
      ...env,
      PATH: path,
      TESTS: test.number,
      RDKAFKA_TEST_CONF: config,
      TEST_KAFKA_VERSION: KAFKA_VERSION,
      BROKERS: bootstrap,
      KAFKA_PATH: run.kafkaPath,
      LD_LIBRARY_PATH: '../src:../src-cpp',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.pipe(output, { end: false })
  child.stderr.pipe(output, { end: false })
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    child.kill('SIGKILL')
  }, test.limitSeconds * 1000)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  clearTimeout(timer)
  output.end()
  await finished(output)
  return { code, timedOut, seconds: Math.round((Date.now() - started) / 1000) }
}

/** Our own command-line tools under the names that the tests call. */
function kafkaHome(): string {
  const home = join(cacheDirectory, 'kafka-home')
  mkdirSync(join(home, 'bin'), { recursive: true })
  const script = `#!/bin/sh\nexec '${join(root, 'node_modules/.bin/kafka-topics')}' "$@"\n`
  writeFileSync(join(home, 'bin/kafka-topics.sh'), script, { mode: 0o755 })
  return home
}

function report({ name, state, seconds, reason }: Outcome): void {
  console.log(`${state.padEnd(7)} ${name.padEnd(45)} ${seconds.toFixed(1).padStart(7)}s  ${reason}`)
}

function summarize(chosen: readonly ListedTest[], results: Results, logs: string): number {
  const outcomes = chosen.map(({ name }) => results.get(name)).filter((outcome) => outcome !== undefined)
  const count = (state: Outcome['state']) => outcomes.filter((outcome) => outcome.state === state).length
  console.log(`\nresults: ${results.file}\nlogs: ${logs}`)
  console.log(`${count('PASSED')} passed, ${count('FAILED')} failed, ${count('SKIPPED')} skipped`)
  return count('PASSED') === chosen.length ? 0 : 1
}
