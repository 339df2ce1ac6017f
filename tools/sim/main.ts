/**
 * `pnpm sim --seed N [--trace] [--shrink] [--mutant NAME]`: one run, told in detail when it fails.
 * `pnpm sim --seeds N [--from M] [--jobs J] [--mutant NAME]`: seeds M to M+N-1, J processes at a time (as many as there are cores).
 * `pnpm sim --mutants [--seeds N] [--mutant NAME]`: every broken variant of mutants.ts, or one, has to be caught within N seeds.
 *
 * The exit code is 0 when nothing was found (with --mutants: when every variant was caught), else 1; 130 after Ctrl-C. See docs/simulation.md.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { withUsage } from '../usage.ts'
import { runSeeds } from './jobs.ts'
import { MUTANTS } from './mutants.ts'
import { Progress } from './progress.ts'
import { reportMutants } from './report-mutants.ts'
import { tellSeed } from './tell-seed.ts'

const USAGE = `Simulated clusters, and what a seed does to them (docs/simulation.md).

pnpm sim [--seeds N] [--from M]   seeds M to M+N-1; 100 from 1 on without options
pnpm sim --seed N                 one run: its plan, and the end of its trace and the violation when it fails
pnpm sim --mutants [--seeds N]    every broken variant of the product has to be caught within N seeds (1000)

--jobs J       processes at a time, else as many as there are cores
--trace        with --seed: every line of the trace
--shrink       with --seed: leaves out steps, clients and topics as long as it fails in the same way
--mutant NAME  a broken variant: for a run, for seeds, or the only one of --mutants

The exit code is 0 when nothing was found, with --mutants when all were caught.`

const { values } = withUsage({ tool: 'sim', text: USAGE }, () =>
  parseArgs({
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string' },
      from: { type: 'string', default: '1' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      trace: { type: 'boolean', default: false },
      shrink: { type: 'boolean', default: false },
      mutant: { type: 'string' },
      mutants: { type: 'boolean', default: false },
    },
  }),
)

const MUTANT_SEEDS = 1_000
const INTERRUPTED = 130

function number(name: 'seed' | 'seeds' | 'from' | 'jobs', fallback: number): number {
  const value = Number(values[name] ?? fallback)
  if (Number.isSafeInteger(value) && value >= 0) return value
  console.error(`sim: --${name} wants a whole number`)
  process.exit(1)
}

const mutant = values.mutant === undefined ? undefined : MUTANTS.find(({ name }) => name === values.mutant)
if (values.mutant !== undefined && mutant === undefined) {
  console.error(`sim: no mutant is called ${values.mutant}; there are ${MUTANTS.map(({ name }) => name).join(', ')}`)
  process.exit(1)
}

const interrupted = new AbortController()
const { signal } = interrupted
process.once('SIGINT', () => interrupted.abort())

const jobs = Math.max(1, number('jobs', 1))
const isGood = await command()
process.exitCode = signal.aborted ? INTERRUPTED : isGood ? 0 : 1

async function command(): Promise<boolean> {
  if (values.mutants) return reportMutants({ seeds: number('seeds', MUTANT_SEEDS), jobs, only: values.mutant, signal })
  if (values.seed === undefined) return many()
  // One run is in this process, and need not come to an end.
  process.once('SIGINT', () => process.exit(INTERRUPTED))
  const { trace, shrink } = values
  return tellSeed(number('seed', 1), { trace, shrink, mutant })
}

async function many(): Promise<boolean> {
  const [from, count] = [number('from', 1), number('seeds', 100)]
  const progress = new Progress(process.stdout, count)
  const failed: number[] = []
  const report = await runSeeds({
    from,
    count,
    jobs,
    mutant: values.mutant,
    signal,
    onFailure: ({ seed, violations }) => {
      failed.push(seed)
      progress.interrupt()
      console.log(`seed ${seed}:\n${violations.map((line) => `  ${line}`).join('\n')}`)
    },
    onSeed: (soFar) => progress.update(soFar),
  })
  progress.end(report)
  if (failed.length > 0) console.log(`failed: ${failed.sort((a, b) => a - b).join(', ')}`)
  if (signal.aborted) console.log('interrupted')
  return failed.length === 0
}
