import { expect, test } from '@jest/globals'
import { runSeeds, type SeedReport } from './jobs.ts'

const SEEDS_MS_MAX = 120_000

test(
  'a seed that hangs is ended and told of, and the others go on',
  async () => {
    const told: SeedReport[] = []
    // Less than it takes to start a process.
    const report = await runSeeds({ from: 5, count: 3, jobs: 1, hungMs: 1, onFailure: (seed) => void told.push(seed) })
    expect(report).toMatchObject({ done: 3, failures: 3 })
    expect(told.map(({ seed, violations }) => [seed, ...violations])).toEqual(
      [5, 6, 7].map((seed) => [seed, 'it hangs: no end after 1 ms']),
    )
  },
  SEEDS_MS_MAX,
)

test(
  'when it is interrupted it ends its processes and tells of nothing more',
  async () => {
    const before = await runSeeds({ from: 1, count: 1_000, jobs: 2, signal: AbortSignal.abort() })
    expect(before).toMatchObject({ done: 0, failures: 0 })
    const interrupted = new AbortController()
    const report = await runSeeds({
      from: 1,
      count: 100_000,
      jobs: 2,
      signal: interrupted.signal,
      onSeed: () => interrupted.abort(),
    })
    expect(report).toMatchObject({ done: 1, failures: 0 })
  },
  SEEDS_MS_MAX,
)
