import { expect, test } from '@jest/globals'
import { makePlan } from './make-plan.ts'
import { describeStep, isCompacted, mayBeUnclean, OFFSETS_TOPIC, type Plan } from './plan.ts'

const plans = Array.from({ length: 400 }, (_, seed) => makePlan(seed))

function kinds(which: readonly Plan[]): Set<string> {
  return new Set(which.flatMap(({ steps }) => steps.map(({ kind }) => kind)))
}

test('a plan follows from its seed', () => {
  expect(makePlan(5)).toEqual(makePlan(5))
  expect(makePlan(5)).not.toEqual(makePlan(6))
})

test('every kind of step is there, in the order of time, and can be told', () => {
  expect(kinds(plans).size).toBe(24)
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
    for (const { name, configs, assignments } of topics) {
      expect(configs['min.insync.replicas']).toBe('2')
      // What the bad disk can rot is what it has synced.
      if (name !== OFFSETS_TOPIC) expect(configs['flush.messages']).toBe('10')
      for (const brokers of assignments) expect(brokers.length).toBeGreaterThanOrEqual(2)
    }
    const hit = steps.filter(({ kind }) => ['rot', 'lose replica', 'fail syncs'].includes(kind))
    expect(new Set(hit.map((step) => 'node' in step && step.node)).size).toBeLessThanOrEqual(1)
    if (!steps.some(({ kind }) => kind === 'lose replica')) continue
    const down = steps.filter((step) => 'downMs' in step && 'node' in step && step.node > 0)
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

function membersOf({ clients }: Plan) {
  return clients.filter((client) => client.kind === 'member')
}

test('every plan has a group, and a topic for its coordinators that is compacted', () => {
  for (const plan of plans) {
    expect(membersOf(plan).length).toBeGreaterThanOrEqual(2)
    const offsets = plan.topics.find(({ name }) => name === OFFSETS_TOPIC)!
    expect(offsets.configs['cleanup.policy']).toBe('compact')
    expect(offsets.assignments.length).toBeLessThanOrEqual(3)
    const written = plan.clients.filter(({ kind }) => kind !== 'member').flatMap(({ topics }) => topics)
    expect(written).not.toContain(OFFSETS_TOPIC)
    for (const { topics } of membersOf(plan)) expect(topics).not.toContain(OFFSETS_TOPIC)
  }
})

test('groups of both protocols, mixed ones, static members, patterns, every style and way to commit are there', () => {
  const members = plans.flatMap(membersOf)
  const seen = (of: (member: (typeof members)[number]) => unknown) => new Set(members.map(of))
  expect(seen(({ protocol, assignor }) => `${protocol} ${assignor}`).size).toBe(7)
  expect(seen(({ style, commits }) => `${style} ${commits}`).size).toBe(6)
  expect(seen(({ isStatic, byPattern }) => `${isStatic} ${byPattern}`).size).toBe(4)
  const mixed = plans.filter((plan) => new Set(membersOf(plan).map(({ protocol }) => protocol)).size > 1)
  expect(mixed.length).toBeGreaterThan(0)
})

test('a static leader misses no growth: topics do not grow where one may be away', () => {
  for (const plan of plans) {
    const mayMiss = membersOf(plan).some(({ isStatic, protocol }) => isStatic && protocol === 'classic')
    const grows = plan.steps.some((step) => step.kind === 'add partitions' && step.topic.startsWith('topic-'))
    expect(mayMiss && grows).toBe(false)
  }
})

test('a topic that no step and no configuration makes unclean stays clean, that of the coordinators too', () => {
  const unclean = plans.filter((plan) => mayBeUnclean(plan, OFFSETS_TOPIC))
  expect(new Set(unclean.map(({ scenario }) => scenario))).toEqual(new Set(['unclean']))
  expect(plans.some((plan) => plan.topics.some(({ name }) => name !== OFFSETS_TOPIC && isCompacted(plan, name)))).toBe(
    true,
  )
})
