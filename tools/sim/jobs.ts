import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url))
/** A seed that has not ended after so long, hundreds of times what one takes, never will. */
const HUNG_MS = 120_000
/** With more room for what is young less of a seed's garbage is taken for old: processes stay smaller. */
const FLAGS = ['--no-warnings', '--max-semi-space-size=32']

/** What a worker says about one seed. */
export interface SeedReport {
  readonly seed: number
  /** Empty: nothing was found. Else `checker: message` by time. */
  readonly violations: readonly string[]
  readonly virtualMs: number
  readonly acknowledged: number
}

export interface SeedsReport {
  readonly done: number
  readonly failures: number
  readonly elapsedMs: number
  readonly virtualMs: number
  readonly records: number
}

export interface SeedsOptions {
  readonly from: number
  readonly count: number
  /** Processes at a time. */
  readonly jobs: number
  readonly mutant?: string | undefined
  /** Ends everything at the first failure. */
  readonly untilFailure?: boolean
  /** Kills a process whose seed takes longer; the seed has failed. */
  readonly hungMs?: number
  /** Ends it all before its time: what runs is not reported any more. */
  readonly signal?: AbortSignal | undefined
  readonly onFailure?: (report: SeedReport) => void
  readonly onSeed?: (report: SeedsReport) => void
}

/** Runs seeds in processes of their own. A process that dies or hangs has failed the seed that it ran, and another takes its place. */
export async function runSeeds(options: SeedsOptions): Promise<SeedsReport> {
  const { from, count, jobs, signal } = options
  const begin = performance.now()
  const total = { done: 0, failures: 0, virtualMs: 0, records: 0 }
  const report = () => ({ ...total, elapsedMs: performance.now() - begin })
  let next = from
  const isOver = () => signal?.aborted || next >= from + count || (options.untilFailure && total.failures > 0)
  const take = () => (isOver() ? undefined : next++)
  const onSeed = (seed: SeedReport) => {
    if (signal?.aborted) return
    total.done++
    total.virtualMs += seed.virtualMs
    total.records += seed.acknowledged
    if (seed.violations.length > 0) {
      total.failures++
      options.onFailure?.(seed)
    }
    options.onSeed?.(report())
  }
  const lane = async () => {
    while (!isOver()) await work({ ...options, take, onSeed })
  }
  await Promise.all(Array.from({ length: Math.min(jobs, count) }, lane))
  return report()
}

interface Work extends Pick<SeedsOptions, 'mutant' | 'signal' | 'hungMs'> {
  readonly take: () => number | undefined
  readonly onSeed: (report: SeedReport) => void
}

/** One process that is given seeds until there are no more; resolves when it has ended. */
function work({ mutant, signal, hungMs = HUNG_MS, take, onSeed }: Work): Promise<void> {
  return new Promise((resolve) => {
    const worker = fork(WORKER, mutant === undefined ? [] : [mutant], { execArgv: FLAGS })
    let running: number | undefined
    let deadline: NodeJS.Timeout | undefined
    let death: string | undefined
    const giveNext = () => {
      clearTimeout(deadline)
      running = take()
      if (running === undefined) {
        worker.disconnect()
        return
      }
      deadline = setTimeout(() => {
        death = `it hangs: no end after ${hungMs} ms`
        worker.kill('SIGKILL')
      }, hungMs)
      worker.send(running)
    }
    const stop = () => worker.kill('SIGKILL')
    signal?.addEventListener('abort', stop, { once: true })
    worker.on('message', (report: SeedReport) => {
      onSeed(report)
      giveNext()
    })
    ended(worker, (how) => {
      clearTimeout(deadline)
      signal?.removeEventListener('abort', stop)
      if (running !== undefined) onSeed(failed(running, death ?? `its process ended with ${how}`))
      resolve()
    })
    giveNext()
  })
}

function ended(worker: ChildProcess, then: (how: string) => void): void {
  worker.on('error', (error) => then(error.message))
  worker.on('exit', (code, signal) => then(signal ?? `exit code ${code}`))
}

function failed(seed: number, why: string): SeedReport {
  return { seed, violations: [why], virtualMs: 0, acknowledged: 0 }
}
