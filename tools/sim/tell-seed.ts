import type { Mutant } from './mutants.ts'
import { applyMutant } from './mutation.ts'
import { describeStep, type Plan } from './plan/plan.ts'
import type { RunResult } from './run.ts'
import { seal } from './world/real-world.ts'

interface TellOptions {
  /** Every line of the trace, not only those before the failure. */
  readonly trace: boolean
  readonly shrink: boolean
  readonly mutant: Mutant | undefined
}

/** Lines of the trace that are shown before a violation. */
const LINES_BEFORE = 60

/** Runs one seed and tells its plan, its trace and its verdict. True when nothing was found. */
export async function tellSeed(seed: number, { trace, shrink, mutant }: TellOptions): Promise<boolean> {
  if (mutant !== undefined) applyMutant(mutant)
  const { makePlan } = await import('./plan/make-plan.ts')
  const { run } = await import('./run.ts')
  seal()
  let plan = makePlan(seed)
  if (shrink) {
    const smaller = await shrunk(plan, run)
    if (smaller === undefined) console.log('nothing to shrink: the seed does not fail')
    else plan = smaller
  }
  tellPlan(plan)
  const lines: string[] = []
  const result = await run(plan, { trace: (line) => (trace ? console.log(line) : lines.push(line)) })
  if (result.violations.length > 0 && !trace) tellEnd(lines)
  tellVerdict(result)
  return result.violations.length === 0
}

async function shrunk(plan: Plan, run: (plan: Plan) => Promise<RunResult>): Promise<Plan | undefined> {
  const { shrink } = await import('./shrink.ts')
  const [first] = (await run(plan)).violations
  if (first === undefined) return undefined
  // A smaller plan has to fail in the same way; otherwise it is another story.
  const fails = async (candidate: Plan) => {
    const { violations } = await run(candidate)
    return violations.some(({ checker }) => checker === first.checker)
  }
  return shrink(plan, fails)
}

function tellPlan(plan: Plan): void {
  console.log(`seed ${plan.seed}: ${plan.scenario}, ${plan.brokers} brokers, faults until ${plan.faultsEndMs} ms`)
  for (const { name, assignments, configs } of plan.topics) {
    const replicas = assignments.map((brokers) => brokers.join('+')).join(', ')
    console.log(`  topic ${name}: ${replicas} ${JSON.stringify(configs)}`)
  }
  for (const { kind: _, name, ...facts } of plan.clients) console.log(`  ${name}: ${JSON.stringify(facts)}`)
  for (const step of plan.steps) console.log(describeStep(step))
}

function tellEnd(lines: readonly string[]): void {
  const shown = lines.slice(-LINES_BEFORE)
  console.log(`… ${lines.length - shown.length} lines before (--trace shows them)`)
  for (const line of shown) console.log(line)
}

function tellVerdict({ violations, virtualMs, counts, digest }: RunResult): void {
  for (const { checker, atMs, message } of violations) {
    console.log(`VIOLATION at ${atMs.toFixed(1)} ms, ${checker}: ${message}`)
  }
  const facts = ['sent', 'acknowledged', 'refused', 'read'] as const
  const counted = facts.map((kind) => `${counts.get(kind) ?? 0} ${kind}`).join(', ')
  console.log(`${virtualMs.toFixed(0)} ms of virtual time; ${counted}; digest ${digest.toString(16)}`)
}
