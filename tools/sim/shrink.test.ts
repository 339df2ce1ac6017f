import { expect, test } from '@jest/globals'
import { makePlan } from './plan/make-plan.ts'
import type { Plan, Step } from './plan/plan.ts'
import { shrink } from './shrink.ts'

const steps = Array.from({ length: 40 }, (_, node): Step => ({ kind: 'kill', atMs: node, node, downMs: 1 }))
const plan: Plan = { ...makePlan(3), steps }

function nodes({ steps }: Plan): number[] {
  return steps.map((step) => (step.kind === 'kill' ? step.node : -1))
}

test('only what the failure needs is left', async () => {
  const needs = [3, 17, 18, 39]
  const fails = async (candidate: Plan) =>
    needs.every((node) => nodes(candidate).includes(node)) && candidate.clients.some(({ kind }) => kind === 'producer')
  const smaller = await shrink(plan, fails)
  expect(nodes(smaller)).toEqual(needs)
  expect(smaller.clients.map(({ kind }) => kind)).toEqual(['producer'])
})

test('no more plans are tried than allowed', async () => {
  let tried = 0
  await shrink(
    plan,
    async () => {
      tried++
      return false
    },
    7,
  )
  expect(tried).toBe(7)
})

test('what belongs to a topic goes with it', async () => {
  const topics = [
    { name: 'a', assignments: [[1]], configs: {} },
    { name: 'b', assignments: [[1]], configs: {} },
  ]
  const elections = ['a', 'b', 'extra-0'].map(
    (topic): Step => ({ kind: 'elect', atMs: 1, topic, partition: 0, type: 'preferred' }),
  )
  const client = { kind: 'consumer', name: 'c', topics: ['a', 'b'], rack: '' } as const
  const smaller = await shrink({ ...plan, topics, clients: [client], steps: elections }, async (candidate) => {
    return (
      candidate.topics.some(({ name }) => name === 'b') &&
      candidate.steps.some((step) => 'topic' in step && step.topic === 'b') &&
      candidate.clients.length > 0
    )
  })
  expect(smaller.topics.map(({ name }) => name)).toEqual(['b'])
  expect(smaller.clients[0]?.topics).toEqual(['b'])
  expect(smaller.steps).toHaveLength(1)
})
