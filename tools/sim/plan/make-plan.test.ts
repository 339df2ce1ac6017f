import { expect, test } from '@jest/globals'
import { makePlan } from './make-plan.ts'
import { describeStep, mayBeUnclean, type Plan } from './plan.ts'

const plans = Array.from({ length: 400 }, (_, seed) => makePlan(seed))

function kinds(which: readonly Plan[]): Set<string> {
  return new Set(which.flatMap(({ steps }) => steps.map(({ kind }) => kind)))
}

test('a plan follows from its seed', () => {
  expect(makePlan(5)).toEqual(makePlan(5))
  expect(makePlan(5)).not.toEqual(makePlan(6))
})

test('every kind of step is there, in the order of time, and can be told', () => {
  expect(kinds(plans).size).toBe(21)
  for (const { steps } of plans) {
    expect(steps.map(({ atMs }) => atMs)).toEqual(steps.map(({ atMs }) => atMs).sort((a, b) => a - b))
    for (const step of steps) expect(describeStep(step)).toContain(step.kind)
  }
})

test.each([
  [0, '     5 ms  pause  node=controller forMs=9'],
  [2, '     5 ms  pause  node=broker-2 forMs=9'],
])('a node has the name that it has in a trace: %i', (node, line) => {
  expect(describeStep({ kind: 'pause', atMs: 5, node, forMs: 9 })).toBe(line)
})

test('where nothing may be lost no machine loses power, and nothing is elected uncleanly', () => {
  const kills = plans.filter(({ scenario }) => scenario === 'kills')
  expect(kinds(kills).has('lose power')).toBe(false)
  expect(kills.some((plan) => plan.topics.some(({ name }) => mayBeUnclean(plan, name)))).toBe(false)
})

test('with flush every topic that is written to is synced before it is acknowledged', () => {
  for (const { scenario, topics } of plans) {
    if (scenario !== 'flush') continue
    for (const { configs } of topics) expect(configs['flush.messages']).toBe('1')
  }
})

test('one disk goes bad where whatever is committed is elsewhere too, and no machine loses power', () => {
  const damage = plans.filter(({ scenario }) => scenario === 'damage')
  expect([...kinds(damage)]).toEqual(expect.arrayContaining(['rot', 'lose replica', 'fail syncs']))
  expect(kinds(damage)).not.toContain('lose power')
  for (const { topics, steps } of damage) {
    for (const { configs, assignments } of topics) {
      expect(configs['min.insync.replicas']).toBe('2')
      for (const brokers of assignments) expect(brokers.length).toBeGreaterThanOrEqual(2)
    }
    const hit = steps.filter(({ kind }) => ['rot', 'lose replica', 'fail syncs'].includes(kind))
    expect(new Set(hit.map((step) => 'node' in step && step.node)).size).toBeLessThanOrEqual(1)
    if (!steps.some(({ kind }) => kind === 'lose replica')) continue
    const down = steps.filter((step) => 'downMs' in step && step.node > 0)
    expect(new Set(down.map((step) => 'node' in step && step.node)).size).toBe(1)
  }
})

test('there is always a topic with three replicas, an idempotent producer and a reader', () => {
  for (const { topics, clients } of plans) {
    expect(topics[0]!.assignments[0]).toHaveLength(3)
    expect(clients.some((client) => client.kind === 'producer' && client.acks === 'all')).toBe(true)
    expect(clients.some(({ kind }) => kind === 'consumer')).toBe(true)
  }
})
