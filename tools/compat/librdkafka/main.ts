/**
 * `pnpm compat librdkafka [TEST…]`: librdkafka's own tests against three of our brokers, each number in a process of its own (`program.ts`).
 * What must pass stands in a list per variant (`variant.ts`). Results are kept per variant, test and commit.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { withUsage } from '../../usage.ts'
import { root } from '../harness/process.ts'
import type { Outcome } from './outcome.ts'
import { type Run, runNumber } from './program.ts'
import { commit, Results } from './results.ts'
import { builtTests, cacheDirectory } from './suite.ts'
import { type ListedTest, parseTestList, selectTests } from './test-list.ts'
import { type Variant, variantsOf } from './variant.ts'

const USAGE = `librdkafka's own tests against three of our brokers.

pnpm compat librdkafka [TEST…]    TEST is the beginning of a name; without any, all that the lists name

--variant NAME  one of normal (tests.txt), noautocreate (tests-noautocreate.txt), consumer (the consumer
                protocol of KIP-848, tests-consumer.txt); without it, all three
--jobs N        test processes at once, each with its own brokers; many tests mostly wait (default: 1)
--slower X      multiplies the tests' own time limits, for a slow or busy machine (default: 1)
--resume        goes on where a run of this commit was broken off, and repeats what failed
--any           takes TESTs that are in no list, by their whole names, to see whether they could be

The exit code is 0 when every test passed.`

interface Options {
  readonly variants: readonly { readonly variant: Variant; readonly tests: readonly ListedTest[] }[]
  readonly jobs: number
  readonly slower: number
  readonly resume: boolean
  /** Results of an earlier run of this commit stay. */
  readonly keep: boolean
}

function parse(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      variant: { type: 'string' },
      jobs: { type: 'string', default: '1' },
      slower: { type: 'string', default: '1' },
      resume: { type: 'boolean', default: false },
      any: { type: 'boolean', default: false },
    },
  })
  const { resume, any } = values
  const variants = variantsOf(values.variant).map((variant) => ({
    variant,
    tests: any ? parseTestList(positionals.join('\n')) : selectTests(listOf(variant), positionals),
  }))
  const unknown = positionals.filter(
    (word) => !variants.some(({ tests }) => tests.some(({ name }) => name.startsWith(word))),
  )
  if (unknown.length > 0) throw new Error(`in no list: ${unknown.join(', ')}`)
  const [jobs, slower] = [positive('jobs', values.jobs), positive('slower', values.slower)]
  return { variants, jobs: Math.ceil(jobs), slower, resume, keep: resume || positionals.length > 0 }
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (value > 0 && Number.isFinite(value)) return value
  throw new Error(`--${name} wants a number above 0`)
}

/** Exit code: 0 when every test passed. */
export async function librdkafka(args: readonly string[]): Promise<number> {
  const options = withUsage({ tool: 'compat librdkafka', text: USAGE }, () => parse(args))
  let failed = 0
  for (const { variant, tests } of options.variants) {
    if (tests.length > 0) failed += await runVariant(variant, tests, options)
  }
  return failed === 0 ? 0 : 1
}

function listOf({ list }: Variant): ListedTest[] {
  return parseTestList(readFileSync(join(root, 'tools/compat/librdkafka', list), 'utf8'))
}

/** How many of them did not pass. */
async function runVariant(
  variant: Variant,
  tests: readonly ListedTest[],
  { jobs, slower, resume, keep }: Options,
): Promise<number> {
  const results = new Results(join(cacheDirectory, 'results'), `${commit()}-${variant.name}`, keep)
  const logs = join(cacheDirectory, 'logs', variant.name)
  mkdirSync(logs, { recursive: true })
  const run: Run = {
    variant,
    logs,
    tests: builtTests(),
    slower,
  }
  const left = tests.filter(({ name }) => !resume || results.get(name)?.state !== 'PASSED')
  console.log(`${variant.name}: ${left.length} tests`)
  if (left.length < tests.length) console.log(`${tests.length - left.length} passed in an earlier run of this commit`)
  await runAll([...Map.groupBy(left, ({ number }) => number).values()], { run, results, jobs })
  return summarize(tests, results, logs)
}

interface Work {
  readonly run: Run
  readonly results: Results
  readonly jobs: number
}

async function runAll(groups: ListedTest[][], { run, results, jobs }: Work): Promise<void> {
  const queue = groups.values()
  const worker = async () => {
    for (const group of queue) {
      for (const outcome of await runNumber(group, run)) {
        results.add(outcome)
        report(outcome)
      }
    }
  }
  await Promise.all(Array.from({ length: jobs }, worker))
}

function report({ name, state, seconds, reason }: Outcome): void {
  console.log(`${state.padEnd(7)} ${name.padEnd(48)} ${seconds.toFixed(1).padStart(7)}s  ${reason}`)
}

function summarize(tests: readonly ListedTest[], results: Results, logs: string): number {
  const outcomes = tests.map(({ name }) => results.get(name)).filter((outcome) => outcome !== undefined)
  const count = (state: Outcome['state']) => outcomes.filter((outcome) => outcome.state === state).length
  console.log(`\nresults: ${results.file}\nlogs: ${logs}`)
  console.log(`${count('PASSED')} passed, ${count('FAILED')} failed, ${count('SKIPPED')} skipped\n`)
  return tests.length - count('PASSED')
}
