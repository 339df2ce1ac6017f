import Table from 'cli-table3'
import { runSeeds, type SeedReport } from './jobs.ts'
import { MUTANTS, type Mutant } from './mutants.ts'

interface Caught {
  readonly seed: number
  readonly checker: string
}

interface ReportOptions {
  readonly seeds: number
  readonly jobs: number
  /** Only this one. */
  readonly only: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** Runs mutants until a checker catches each of them, and prints a table. True when all were caught within `seeds` seeds. */
export async function reportMutants({ seeds, jobs, only, signal }: ReportOptions): Promise<boolean> {
  const table = new Table({
    style: { head: [], border: [] },
    head: ['mutant', 'what it breaks', 'seed', 'caught by'],
    colWidths: [32, 60, 8, 40],
    wordWrap: true,
  })
  let allCaught = true
  for (const mutant of MUTANTS) {
    if (only !== undefined && mutant.name !== only) continue
    const caught = await hunt(mutant, { seeds, jobs, signal })
    if (signal?.aborted) return false
    if (caught === undefined) allCaught = false
    console.log(`${mutant.name}: ${caught === undefined ? 'NOT CAUGHT' : `seed ${caught.seed}, ${caught.checker}`}`)
    table.push([mutant.name, mutant.breaks, caught?.seed ?? '-', caught?.checker ?? 'NOT CAUGHT'])
  }
  console.log(table.toString())
  return allCaught
}

/** A seed that fails without the mutant too has caught nothing. */
async function hunt(
  { name }: Mutant,
  { seeds, jobs, signal }: Omit<ReportOptions, 'only'>,
): Promise<Caught | undefined> {
  for (let from = 1; from <= seeds && !signal?.aborted; ) {
    const failed: SeedReport[] = []
    const onFailure = (report: SeedReport) => void failed.push(report)
    const { done } = await runSeeds({
      from,
      count: seeds - from + 1,
      jobs,
      mutant: name,
      untilFailure: true,
      signal,
      onFailure,
    })
    for (const { seed, violations } of failed) {
      const { failures } = await runSeeds({ from: seed, count: 1, jobs: 1 })
      // `12.3 ms, checker: message`
      if (failures === 0) return { seed, checker: violations[0]!.replace(/^[^,]*, /, '').replace(/:.*/s, '') }
      console.log(`${name}: seed ${seed} fails without it too`)
    }
    from += done
  }
  return undefined
}
