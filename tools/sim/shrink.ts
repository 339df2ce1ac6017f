import type { Plan } from './plan/plan.ts'

/**
 * A smaller plan that still fails: steps, then clients, then topics nobody needs are left out, the larger halves first, as long as
 * `fails` holds. Tries at most `triesMax` plans.
 */
export async function shrink(plan: Plan, fails: (plan: Plan) => Promise<boolean>, triesMax = 300): Promise<Plan> {
  let best = plan
  let tries = 0
  const attempt = async (candidate: Plan): Promise<boolean> => {
    if (tries++ >= triesMax || !(await fails(candidate))) return false
    best = candidate
    return true
  }
  for (let before: Plan | undefined; before !== best && tries < triesMax; ) {
    before = best
    await without(
      () => best.steps,
      (steps) => attempt({ ...best, steps }),
    )
    await without(
      () => best.clients,
      (clients) => attempt({ ...best, clients }),
    )
    await without(
      () => best.topics,
      (topics) => attempt(withTopics(best, topics)),
    )
  }
  return best
}

/** Leaves out runs of items, half of all at first and single ones at last. */
async function without<T>(items: () => readonly T[], attempt: (rest: readonly T[]) => Promise<boolean>): Promise<void> {
  for (let size = Math.ceil(items().length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < items().length; ) {
      const rest = items().toSpliced(at, size)
      if (!(await attempt(rest))) at += size
    }
  }
}

function withTopics(plan: Plan, topics: Plan['topics']): Plan {
  const names = new Set(topics.map(({ name }) => name))
  const clients = plan.clients
    .map((client) => ({ ...client, topics: client.topics.filter((topic) => names.has(topic)) }))
    .filter((client) => client.topics.length > 0)
  const extra = (topic: string) => !plan.topics.some(({ name }) => name === topic)
  const steps = plan.steps.filter((step) => !('topic' in step) || names.has(step.topic) || extra(step.topic))
  return { ...plan, topics, clients, steps }
}
