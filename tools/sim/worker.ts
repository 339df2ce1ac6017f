/** A process that runs the seeds that its parent sends, one after the other. Its argument names a mutant. */
import type { SeedReport } from './jobs.ts'
import { MUTANTS } from './mutants.ts'
import { applyMutant } from './mutation.ts'
import { seal } from './world/real-world.ts'

const name = process.argv[2]
if (name !== undefined) applyMutant(MUTANTS.find((mutant) => mutant.name === name)!)
// Only now: what is imported is what the mutant has made of it.
const { makePlan } = await import('./plan/make-plan.ts')
const { run } = await import('./run.ts')
seal()

// A terminal sends it to all processes; the parent ends its children.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit(0))
process.on('message', async (seed: number) => {
  process.send?.(await report(seed))
})

async function report(seed: number): Promise<SeedReport> {
  try {
    const { violations, virtualMs, counts } = await run(makePlan(seed))
    const lines = violations.map(({ checker, atMs, message }) => `${atMs.toFixed(1)} ms, ${checker}: ${message}`)
    return { seed, violations: lines, virtualMs, acknowledged: counts.get('acknowledged') ?? 0 }
  } catch (error) {
    return { seed, violations: [`the run itself failed: ${(error as Error).stack}`], virtualMs: 0, acknowledged: 0 }
  }
}
