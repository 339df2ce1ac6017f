import { expect, test } from '@jest/globals'
import type { TopicImage } from '@ottla/replication'
import fc from 'fast-check'
import type { FetchedOffsets } from '../requests.ts'
import { commit, DAY_MS, deleteGroups, fetch, HOUR_MS, type OffsetsShard, offsetsRun } from './testing/offsets-shard.ts'

const GROUPS = ['a', 'b', 'c']
const TOPICS = ['orders', 'bills']
const PARTITIONS = 4

type Run = ReturnType<typeof offsetsRun>

/** What was last said of each offset, kept the simple way. */
class Model {
  readonly #offsets = new Map<string, { offset: number; expireMs: number }>()

  commit(key: string, offset: number, times: { nowMs: number; retentionMs: number }): void {
    const expireMs = times.retentionMs === -1 ? times.nowMs + 7 * DAY_MS : times.nowMs + times.retentionMs
    this.#offsets.set(key, { offset, expireMs })
  }

  forget(prefix: string, topic?: string): void {
    for (const key of this.#offsets.keys()) {
      if (key.startsWith(prefix) && (topic === undefined || key.split(' ')[1] === topic)) this.#offsets.delete(key)
    }
  }

  forgetOne(key: string): void {
    this.#offsets.delete(key)
  }

  expire(nowMs: number): void {
    for (const [key, { expireMs }] of this.#offsets) if (nowMs >= expireMs) this.#offsets.delete(key)
  }

  get text(): string[] {
    return Array.from(this.#offsets, ([key, { offset }]) => `${key} ${offset}`).sort()
  }
}

function told(run: Run): string[] {
  const lines = GROUPS.flatMap((group) => {
    const { topics } = run.call(fetch(group)) as FetchedOffsets
    return topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, committedOffset }) => `${group} ${name} ${partitionIndex} ${committedOffset}`),
    )
  })
  return lines.sort()
}

const where = {
  group: fc.constantFrom(...GROUPS),
  topic: fc.constantFrom(...TOPICS),
  partition: fc.nat(PARTITIONS - 1),
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      ...where,
      offset: fc.nat(999),
      retentionMs: fc.constantFrom(-1, -1, -1, DAY_MS),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('forget' as const), ...where }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete group' as const), group: where.group }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('end topic' as const), topic: where.topic }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), hours: fc.nat(100) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('reload' as const, 'reload compacted' as const) }) },
)

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

function take(step: Step, run: Run, model: Model): void {
  switch (step.kind) {
    case 'commit': {
      const { group, topic, partition, offset, retentionMs } = step
      run.call(commit({ group, topic, partition, offset, retentionMs }), { apiVersion: retentionMs === -1 ? 8 : 4 })
      model.commit(`${group} ${topic} ${partition}`, offset, { nowMs: run.nowMs, retentionMs })
      break
    }
    case 'forget': {
      const topics = [{ name: step.topic, partitions: [{ partitionIndex: step.partition }] }]
      run.call({ kind: 'offset-delete', body: { groupId: step.group, topics } })
      model.forgetOne(`${step.group} ${step.topic} ${step.partition}`)
      break
    }
    case 'delete group':
      run.call(deleteGroups(step.group))
      model.forget(`${step.group} `)
      break
    case 'end topic': {
      const gone: TopicImage = { name: step.topic, id: 'AAAAAAAAAAAAAAAAAAAAAQ', partitions: [] }
      run.changeImage(run.image, { topicsRemoved: new Map([[gone.id, gone]]) })
      run.advance(0)
      model.forget('', step.topic)
      break
    }
    case 'wait':
      run.advance(step.hours * HOUR_MS)
      // The last look for expired ones is up to an interval old.
      run.advance(Math.max(0, (run.timers.get('offsets:expiry') ?? run.nowMs) - run.nowMs))
      model.expire(run.nowMs)
      break
    case 'reload':
      run.reload()
      break
    case 'reload compacted':
      run.reloadCompacted()
      break
  }
}

test('what is told is what was last committed, and a reload of the log, compacted or not, tells the same', () => {
  const limits = fc.record({ records: fc.integer({ min: 1, max: 6 }), looks: fc.integer({ min: 1, max: 12 }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), limits, (steps, stepLimits) => {
      const run = offsetsRun({ limits: stepLimits })
      const model = new Model()
      for (const each of steps) {
        take(each, run, model)
        expect(told(run)).toEqual(model.text)
        expect((run.shard as unknown as OffsetsShard).offsets.size).toBe(model.text.length)
      }
      run.reload()
      expect(told(run)).toEqual(model.text)
      run.reloadCompacted()
      expect(told(run)).toEqual(model.text)
      // A group is there as long as its offsets are, and no longer than until the next look.
      run.advance(8 * DAY_MS)
      expect((run.shard as unknown as OffsetsShard).registry.size).toBe(0)
    }),
    { numRuns: 300 },
  )
})
