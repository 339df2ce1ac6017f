import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Partitions } from '../partitions.ts'
import type { AssignableMember, Assignment, AssignmentInput } from './assignor.ts'
import { assignRange } from './range.ts'
import { assignUniform } from './uniform.ts'

const ASSIGNORS = [
  ['uniform', assignUniform],
  ['range', assignRange],
] as const

interface Said {
  /** Partition counts of topics t0, t1 … */
  readonly topics: readonly number[]
  /** By member: the topics that it is subscribed to. */
  readonly members: readonly (readonly number[])[]
}

const anySaid: fc.Arbitrary<Said> = fc
  .tuple(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 }), fc.boolean())
  .chain(([topics, alike]) => {
    const subscription = fc.uniqueArray(fc.integer({ min: 0, max: topics.length - 1 }))
    const members = alike
      ? fc.tuple(subscription, fc.integer({ min: 1, max: 9 })).map(([all, count]) => Array<number[]>(count).fill(all))
      : fc.array(subscription, { minLength: 1, maxLength: 9 })
    return members.map((subscriptions) => ({ topics, members: subscriptions }))
  })

/** Members m0, m1 … with what `target` gave them. Equal subscriptions are one array. */
function inputOf({ topics, members }: Said, target: Assignment = new Map()): AssignmentInput {
  const arrays = new Map<string, readonly string[]>()
  const shared = (subscription: readonly number[]) => {
    const ids = [...subscription].sort((a, b) => a - b).map((topic) => `t${topic}`)
    const known = arrays.get(ids.join()) ?? ids
    arrays.set(ids.join(), known)
    return known
  }
  return {
    topics: new Map(topics.map((partitions, index) => [`t${index}`, { partitions }])),
    members: members.map(
      (subscription, index): AssignableMember => ({
        memberId: `m${index}`,
        instanceId: null,
        rack: null,
        topics: shared(subscription),
        target: target.get(`m${index}`) ?? new Map(),
      }),
    ),
  }
}

function pairs(partitions: Partitions | undefined): string[] {
  return [...(partitions ?? [])].flatMap(([topicId, ofTopic]) =>
    [...ofTopic].map((partition) => `${topicId}-${partition}`),
  )
}

function counts(assignment: Assignment): number[] {
  return [...assignment.values()].map((partitions) => pairs(partitions).length)
}

/** Each partition that somebody is subscribed to goes to one who is, once. */
function checkComplete(input: AssignmentInput, assignment: Assignment): void {
  const wanted = new Set(input.members.flatMap((member) => member.topics))
  const expected = [...wanted].flatMap((topicId) =>
    Array.from({ length: input.topics.get(topicId)!.partitions }, (_, partition) => `${topicId}-${partition}`),
  )
  expect([...assignment.values()].flatMap(pairs).sort()).toEqual(expected.sort())
  for (const member of input.members) {
    for (const topicId of assignment.get(member.memberId)!.keys()) expect(member.topics).toContain(topicId)
  }
}

describe.each(ASSIGNORS)('%s', (name, assign) => {
  test('every partition goes to one subscriber, also after changes', () => {
    fc.assert(
      fc.property(anySaid, anySaid, (before, after) => {
        const first = inputOf(before)
        const target = assign(first)
        checkComplete(first, target)
        const second = inputOf(after, target)
        checkComplete(second, assign(second))
      }),
      { numRuns: 300 },
    )
  })

  test('nothing moves when nothing changes', () => {
    fc.assert(
      fc.property(anySaid, (said) => {
        const target = assign(inputOf(said))
        const again = assign(inputOf(said, target))
        for (const [memberId, partitions] of target) {
          expect(pairs(again.get(memberId)).sort()).toEqual(pairs(partitions).sort())
        }
      }),
    )
  })

  test('members that stay keep what they have when another one joins, but for what is too much', () => {
    const members = Array.from({ length: 4 }, () => [0])
    const before = assign(inputOf({ topics: [20], members }))
    const after = assign(inputOf({ topics: [20], members: [...members, [0]] }, before))
    const kept = [...before].flatMap(([memberId, partitions]) => {
      const now = pairs(after.get(memberId))
      return pairs(partitions).filter((pair) => now.includes(pair))
    })
    expect(kept.length).toBe(16)
    expect(counts(after)).toEqual([4, 4, 4, 4, 4])
  })

  test('members with no topics, and none at all', () => {
    expect(assign({ members: [], topics: new Map() }).size).toBe(0)
    expect(counts(assign(inputOf({ topics: [3], members: [[], []] })))).toEqual([0, 0])
    expect(name).not.toBe('')
  })
})

test('uniform: counts differ by one at most when all subscribe to the same', () => {
  fc.assert(
    fc.property(anySaid, anySaid, (before, { topics, members }) => {
      const alike = { topics, members: members.map(() => members[0]!) }
      const sizes = counts(assignUniform(inputOf(alike, assignUniform(inputOf(before)))))
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
    }),
  )
})

test('uniform: no single move makes it more even', () => {
  fc.assert(
    fc.property(anySaid, anySaid, (before, after) => {
      const input = inputOf(after, assignUniform(inputOf(before)))
      const assignment = assignUniform(input)
      const size = (memberId: string) => pairs(assignment.get(memberId)).length
      for (const from of input.members) {
        for (const to of input.members) {
          const shared = [...assignment.get(from.memberId)!.keys()].some((topicId) => to.topics.includes(topicId))
          if (shared) expect(size(from.memberId) - size(to.memberId)).toBeLessThanOrEqual(1)
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('uniform: only what is too much for somebody moves', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 2, max: 10 }), (partitions, count) => {
      const members = Array.from({ length: count }, () => [0])
      const before = assignUniform(inputOf({ topics: [partitions], members }))
      const after = assignUniform(inputOf({ topics: [partitions], members: members.slice(1) }, before))
      for (const [memberId, had] of before) {
        if (memberId === `m${count - 1}`) continue
        const now = new Set(pairs(after.get(memberId)))
        expect(pairs(had).filter((pair) => !now.has(pair))).toEqual([])
      }
    }),
  )
})

test('uniform: what moves goes to a rack with a replica when there is room', () => {
  const { topics, members } = inputOf({ topics: [6], members: [[0], [0]] })
  const racked = {
    topics: new Map([
      ['t0', { partitions: topics.get('t0')!.partitions, racksOf: (p: number) => new Set([`r${p % 2}`]) }],
    ]),
    members: members.map((member, index) => ({ ...member, rack: `r${index}` })),
  }
  expect(pairs(assignUniform(racked).get('m1')).sort()).toEqual(['t0-1', 't0-3', 't0-5'])
})

test('uniform: what is free goes back to who still has it', () => {
  const input = inputOf({ topics: [6], members: [[0], [0]] })
  const holderOf = (_topicId: string, partition: number) => (partition % 2 === 0 ? 'm1' : undefined)
  expect(pairs(assignUniform({ ...input, holderOf }).get('m1')).sort()).toEqual(['t0-0', 't0-2', 't0-4'])
})

test('range: what moves goes to a rack with replicas of as many topics as can be, and topics alike stay alike', () => {
  const { topics, members } = inputOf({
    topics: [6, 6],
    members: [
      [0, 1],
      [0, 1],
    ],
  })
  const inTurn = { racksOf: (partition: number) => new Set([`r${partition % 2}`]) }
  const firstHalf = { racksOf: (partition: number) => new Set(partition < 3 ? ['r1'] : []) }
  const racked = {
    topics: new Map([
      ['t0', { ...topics.get('t0')!, ...inTurn }],
      ['t1', { ...topics.get('t1')!, ...firstHalf }],
    ]),
    members: members.map((member, index) => ({ ...member, rack: `r${index}` })),
  }
  const first = assignRange(racked)
  expect([...first.values()].map((partitions) => pairs(partitions).sort())).toEqual([
    ['t0-0', 't0-2', 't0-4', 't1-0', 't1-2', 't1-4'],
    ['t0-1', 't0-3', 't0-5', 't1-1', 't1-3', 't1-5'],
  ])
  const [one] = racked.members
  const another = { ...one!, memberId: 'm2', rack: 'r1' }
  const kept = racked.members.map((member) => ({ ...member, target: first.get(member.memberId)! }))
  const grown = assignRange({ topics: racked.topics, members: [...kept, another] })
  expect([...grown.values()].map((partitions) => pairs(partitions).filter((it) => it.startsWith('t0')))).toEqual([
    ['t0-0', 't0-2'],
    ['t0-1', 't0-3'],
    ['t0-5', 't0-4'],
  ])
})

test('range: topics alike are divided alike, whatever was before', () => {
  fc.assert(
    fc.property(
      anySaid,
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 9 }),
      (before, partitions, count) => {
        const said = { topics: [partitions, partitions], members: Array.from({ length: count }, () => [0, 1]) }
        const assignment = assignRange(inputOf(said, assignRange(inputOf(before))))
        for (const ofMember of assignment.values()) {
          expect([...(ofMember.get('t0') ?? [])].sort()).toEqual([...(ofMember.get('t1') ?? [])].sort())
          const size = ofMember.get('t0')?.size ?? 0
          expect([Math.floor(partitions / count), Math.ceil(partitions / count)]).toContain(size)
        }
      },
    ),
  )
})

test('range: ranges at first', () => {
  const assignment = assignRange(inputOf({ topics: [7, 3], members: [[0, 1], [0, 1], [0]] }))
  expect([...assignment.values()].map(pairs)).toEqual([
    ['t0-0', 't0-1', 't0-2', 't1-0', 't1-1'],
    ['t0-3', 't0-4', 't1-2'],
    ['t0-5', 't0-6'],
  ])
})
