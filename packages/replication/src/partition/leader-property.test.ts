import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { newLeader, step } from './leader.ts'
import type { LeaderInput, LeaderState, LeaderView } from './leader-state.ts'

const REPLICAS = [1, 2, 3]

function view(isr: readonly number[], partitionEpoch: number): LeaderView {
  const eligible = new Map(REPLICAS.map((id) => [id, 1]))
  return { leaderEpoch: 0, partitionEpoch, replicas: REPLICAS, isr, effectiveMinIsr: 2, eligible }
}

/** Whatever comes in: the high watermark never falls, never passes the log end, moves only with enough replicas, and whoever is
 * in the committed ISR or proposed for it holds all below it (the followers of this model never lose what they said). */
test('any sequence of inputs keeps the invariants', () => {
  const fetches = fc.record({
    kind: fc.constant('fetch' as const),
    replica: fc.constantFrom(2, 3),
    gain: fc.integer({ min: 0, max: 9 }),
  })
  const appends = fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 5 }) })
  const ticks = fc.record({ kind: fc.constant('tick' as const), ms: fc.integer({ min: 1, max: 800 }) })
  const answers = fc.record({
    kind: fc.constant('answer' as const),
    answer: fc.constantFrom('applied', 'refused', 'unknown', 'stale'),
  })
  const moves = fc.array(fc.oneof(fetches, appends, ticks, answers), { minLength: 1, maxLength: 120 })
  fc.assert(
    fc.property(moves, (sequence) => {
      const model = {
        nowMs: 0,
        partitionEpoch: 0,
        ends: new Map([
          [2, 0],
          [3, 0],
        ]),
      }
      const { state } = newLeader({
        brokerId: 1,
        view: view([1, 2, 3], 0),
        logEndOffset: 0,
        highWatermark: 0,
        lagTimeMaxMs: 500,
        nowMs: 0,
      })
      for (const move of sequence) for (const input of inputs(state, model, move)) check(state, input, model.ends)
    }),
    { numRuns: 500 },
  )
})

type Model = { nowMs: number; partitionEpoch: number; ends: Map<number, number> }
type Move =
  | { kind: 'fetch'; replica: number; gain: number }
  | { kind: 'append'; count: number }
  | { kind: 'tick'; ms: number }
  | { kind: 'answer'; answer: string }

function inputs(state: LeaderState, model: Model, move: Move): LeaderInput[] {
  switch (move.kind) {
    case 'append':
      return [{ kind: 'appended', logEndOffset: state.logEndOffset + move.count, nowMs: model.nowMs }]
    case 'tick':
      model.nowMs += move.ms
      return [{ kind: 'tick', nowMs: model.nowMs }]
    case 'fetch': {
      const fetchOffset = Math.min(state.logEndOffset, model.ends.get(move.replica)! + move.gain)
      model.ends.set(move.replica, fetchOffset)
      const { replica } = move
      return [{ kind: 'fetched', replica, brokerEpoch: 1, fetchOffset, logStartOffset: 0, nowMs: model.nowMs }]
    }
    case 'answer': {
      const answer = move.answer as 'applied' | 'refused' | 'unknown' | 'stale'
      const { isr } = state
      const { partitionEpoch, nowMs } = model
      const result: LeaderInput[] = [{ kind: 'isr-answer', answer, partitionEpoch, nowMs }]
      if (answer !== 'applied' || isr.kind === 'committed') return result
      const next =
        isr.kind === 'expanding' ? [...isr.isr, isr.adding] : isr.isr.filter((id) => !isr.removing.includes(id))
      model.partitionEpoch++
      return [...result, { kind: 'image', view: view(next, model.partitionEpoch), nowMs }]
    }
  }
}

function check(state: LeaderState, input: LeaderInput, ends: ReadonlyMap<number, number>): void {
  const before = state.highWatermark
  const effects = step(state, input)
  expect(state.highWatermark).toBeGreaterThanOrEqual(before)
  expect(state.highWatermark).toBeLessThanOrEqual(state.logEndOffset)
  expect(effects.highWatermark ?? before).toBe(state.highWatermark)
  if (state.highWatermark > before) expect(state.isr.isr.length).toBeGreaterThanOrEqual(2)
  const members = state.isr.kind === 'expanding' ? [...state.isr.isr, state.isr.adding] : state.isr.isr
  for (const id of members) if (id !== 1) expect(ends.get(id)!).toBeGreaterThanOrEqual(state.highWatermark)
}
