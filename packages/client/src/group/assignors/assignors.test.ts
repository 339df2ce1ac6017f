import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { TopicPartition } from '../../admin/leaders.ts'
import { partitionKey, type TopicShape, type TopicShapes } from '../member.ts'
import type { GroupAssignment, GroupMember, PartitionAssignor } from './assignor.ts'
import { ASSIGNORS, assignorsOf } from './assignors.ts'
import { decodeGeneration, decodePrior, encodeGeneration, encodePrior } from './sticky-user-data.ts'

const { range, roundrobin, sticky } = ASSIGNORS
const cooperative = ASSIGNORS['cooperative-sticky']

function shapesOf(counts: Record<string, number>): TopicShapes {
  return new Map<string, TopicShape>(
    Object.entries(counts).map(([topic, partitions]) => [topic, { partitions, racks: [] }]),
  )
}

function member(memberId: string, topics: readonly string[], more: Partial<GroupMember> = {}): GroupMember {
  const nothing = { groupInstanceId: null, ownedPartitions: [], generation: -1, rackId: null, userData: null }
  return { memberId, topics, ...nothing, ...more }
}

function text(assignment: GroupAssignment): Record<string, string> {
  return Object.fromEntries([...assignment].map(([id, partitions]) => [id, partitions.map(partitionKey).join(' ')]))
}

/** A group's next rebalance: everybody tells what the last one gave. */
function again(members: readonly GroupMember[], assignment: GroupAssignment, generation: number): GroupMember[] {
  return members.map((one) => {
    const partitions = assignment.get(one.memberId) ?? []
    return { ...one, ownedPartitions: partitions, generation, userData: encodePrior({ partitions, generation }) }
  })
}

describe('range', () => {
  const cases: [string, Record<string, number>, GroupMember[], Record<string, string>][] = [
    ['one more for the first', { t: 3 }, [member('a', ['t']), member('b', ['t'])], { a: 't-0 t-1', b: 't-2' }],
    [
      'each topic by itself',
      { t: 3, u: 3 },
      [member('b', ['u', 't']), member('a', ['t', 'u'])],
      { a: 't-0 t-1 u-0 u-1', b: 't-2 u-2' },
    ],
    [
      'only who wants the topic',
      { t: 2, u: 2 },
      [member('a', ['t']), member('b', ['t', 'u'])],
      { a: 't-0', b: 't-1 u-0 u-1' },
    ],
    ['more members than partitions', { t: 1 }, [member('a', ['t']), member('b', ['t'])], { a: 't-0', b: '' }],
    ['topics that are not there', { t: 1 }, [member('a', ['t', 'gone']), member('b', ['gone'])], { a: 't-0', b: '' }],
    [
      'static members by their names, in front',
      { t: 3 },
      [member('a', ['t']), member('x', ['t'], { groupInstanceId: '2' }), member('y', ['t'], { groupInstanceId: '1' })],
      { a: 't-2', x: 't-1', y: 't-0' },
    ],
  ]
  test.each(cases)('%s', (_, counts, members, expected) => {
    expect(text(range.assign(members, shapesOf(counts)))).toEqual(expected)
  })

  test('partitions near to their readers, as far as sizes stay even (KIP-881)', () => {
    const racks = [['r2'], ['r1'], ['r2'], ['r1']]
    const members = [member('a', ['t'], { rackId: 'r1' }), member('b', ['t'], { rackId: 'r2' })]
    const shapes = new Map([['t', { partitions: 4, racks }]])
    expect(text(range.assign(members, shapes))).toEqual({ a: 't-1 t-3', b: 't-0 t-2' })
    const near = new Map([['t', { partitions: 4, racks: [['r1'], ['r1'], ['r1'], ['r2']] }]])
    expect(text(range.assign(members, near))).toEqual({ a: 't-0 t-1', b: 't-2 t-3' })
  })

  test('replicas in all racks: racks decide nothing', () => {
    const racks = Array.from({ length: 4 }, () => ['r1', 'r2'])
    const members = [member('a', ['t'], { rackId: 'r2' }), member('b', ['t'], { rackId: 'r1' })]
    expect(text(range.assign(members, new Map([['t', { partitions: 4, racks }]])))).toEqual({
      a: 't-0 t-1',
      b: 't-2 t-3',
    })
  })
})

describe('roundrobin', () => {
  const cases: [string, Record<string, number>, GroupMember[], Record<string, string>][] = [
    [
      'in turn over all topics',
      { t: 3, u: 3 },
      [member('b', ['t', 'u']), member('a', ['t', 'u'])],
      { a: 't-0 t-2 u-1', b: 't-1 u-0 u-2' },
    ],
    [
      'who does not want the topic is passed over',
      { t: 1, u: 2, v: 3 },
      [member('a', ['t']), member('b', ['t', 'u']), member('c', ['t', 'u', 'v'])],
      { a: 't-0', b: 'u-0', c: 'u-1 v-0 v-1 v-2' },
    ],
  ]
  test.each(cases)('%s', (_, counts, members, expected) => {
    expect(text(roundrobin.assign(members, shapesOf(counts)))).toEqual(expected)
  })
})

const TOPICS = ['t', 'u', 'v', 'w']
const groups = fc.record({
  counts: fc.record(Object.fromEntries(TOPICS.map((topic) => [topic, fc.nat({ max: 9 })]))),
  subscriptions: fc.array(fc.subarray(TOPICS, { minLength: 1 }), { minLength: 1, maxLength: 7 }),
})

function membersOf(subscriptions: readonly (readonly string[])[]): GroupMember[] {
  return subscriptions.map((topics, index) => member(`m${index}`, topics))
}

/** Each partition that somebody wants has one reader, who wants it. */
function checkWhole(members: readonly GroupMember[], shapes: TopicShapes, assignment: GroupAssignment): void {
  const wanted = new Set(members.flatMap(({ topics }) => topics))
  const expected = [...shapes].flatMap(([topic, { partitions }]) =>
    wanted.has(topic) ? Array.from({ length: partitions }, (_, partition) => partitionKey({ topic, partition })) : [],
  )
  expect([...assignment.values()].flat().map(partitionKey).sort()).toEqual(expected.sort())
  expect([...assignment.keys()].sort()).toEqual(members.map(({ memberId }) => memberId).sort())
  for (const { memberId, topics } of members) {
    expect(assignment.get(memberId)!.every(({ topic }) => topics.includes(topic))).toBe(true)
  }
}

function kept(before: GroupAssignment, after: GroupAssignment): number {
  return [...before].reduce((sum, [id, partitions]) => {
    const now = new Set((after.get(id) ?? []).map(partitionKey))
    return sum + partitions.filter((partition: TopicPartition) => now.has(partitionKey(partition))).length
  }, 0)
}

describe.each(Object.values(ASSIGNORS) as PartitionAssignor[])('$name', (assignor) => {
  test('gives each partition to one member that wants it, whatever the order of the members', () => {
    fc.assert(
      fc.property(groups, ({ counts, subscriptions }) => {
        const members = membersOf(subscriptions)
        const shapes = shapesOf(counts)
        const assignment = assignor.assign(members, shapes)
        checkWhole(members, shapes, assignment)
        expect(text(assignor.assign([...members].reverse(), shapes))).toEqual(text(assignment))
      }),
    )
  })
})

describe.each([sticky, cooperative])('$name', (assignor) => {
  test('no member could take a partition from one that has two more', () => {
    fc.assert(
      fc.property(groups, ({ counts, subscriptions }) => {
        const members = membersOf(subscriptions)
        const assignment = assignor.assign(members, shapesOf(counts))
        for (const one of members) {
          for (const { topic } of assignment.get(one.memberId)!) {
            for (const other of members.filter(({ topics }) => topics.includes(topic))) {
              const [its, others] = [one, other].map(({ memberId }) => assignment.get(memberId)!.length)
              expect(its! - others!).toBeLessThanOrEqual(1)
            }
          }
        }
      }),
    )
  })

  test('nothing moves when nothing changed', () => {
    fc.assert(
      fc.property(groups, ({ counts, subscriptions }) => {
        const members = membersOf(subscriptions)
        const first = assignor.assign(members, shapesOf(counts))
        expect(text(assignor.assign(again(members, first, 1), shapesOf(counts)))).toEqual(text(first))
      }),
    )
  })

  test('who stays keeps what it has when another one goes', () => {
    fc.assert(
      fc.property(groups, fc.nat(), ({ counts, subscriptions }, which) => {
        const members = membersOf(subscriptions.map(() => TOPICS))
        const first = assignor.assign(members, shapesOf(counts))
        const stay = again(members, first, 1).filter((_, index) => index !== which % members.length)
        const before = new Map(stay.map(({ memberId }) => [memberId, first.get(memberId)!]))
        expect(kept(before, assignor.assign(stay, shapesOf(counts)))).toBe([...before.values()].flat().length)
      }),
    )
  })

  test('a member that missed a rebalance does not get back what others have since', () => {
    const owned = [0, 1].map((partition) => ({ topic: 't', partition }))
    const tell = (partitions: readonly TopicPartition[], generation: number) => ({
      ownedPartitions: partitions,
      generation,
      userData: encodePrior({ partitions, generation }),
    })
    const members = [member('old', ['t'], tell(owned, 3)), member('new', ['t'], tell(owned.slice(0, 1), 4))]
    expect(text(assignor.assign(members, shapesOf({ t: 2 })))).toEqual({ old: 't-1', new: 't-0' })
  })
})

describe('cooperative-sticky', () => {
  test('leaves a partition out until its holder has given it up; later rebalances give it away', () => {
    fc.assert(
      fc.property(
        groups,
        fc.array(fc.subarray(TOPICS, { minLength: 1 }), { minLength: 1, maxLength: 3 }),
        (group, joining) => {
          const shapes = shapesOf(group.counts)
          const first = cooperative.assign(membersOf(group.subscriptions), shapes)
          const members = again(membersOf([...group.subscriptions, ...joining]), first, 1)
          const holders = new Map([...first].flatMap(([id, its]) => its.map((its) => [partitionKey(its), id] as const)))
          const second = cooperative.assign(members, shapes)
          for (const [id, partitions] of second) {
            for (const partition of partitions) expect(holders.get(partitionKey(partition)) ?? id).toBe(id)
          }
          // Where members want different topics, what was freed may make further moves worth while.
          let assignment = second
          for (let generation = 2; generation < 6; generation++) {
            assignment = cooperative.assign(again(members, assignment, generation), shapes)
          }
          checkWhole(members, shapes, assignment)
        },
      ),
    )
  })
})

describe('user data of sticky assignors', () => {
  test('is that of Java’s', () => {
    const prior = {
      partitions: [
        { topic: 'ab', partition: 1 },
        { topic: 'ab', partition: 2 },
      ],
      generation: 7,
    }
    const bytes = [0, 0, 0, 1, 0, 2, 97, 98, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 7]
    expect([...encodePrior(prior)]).toEqual(bytes)
    expect(decodePrior(Uint8Array.from(bytes))).toEqual(prior)
    expect(decodePrior(Uint8Array.from(bytes.slice(0, -4)))).toEqual({ ...prior, generation: -1 })
    expect([...encodeGeneration(258)]).toEqual([0, 0, 1, 2])
    expect(decodeGeneration(encodeGeneration(258))).toBe(258)
  })

  test('that is none is nothing told', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const { partitions } = decodePrior(bytes)
        expect(partitions.length).toBeLessThanOrEqual(10)
      }),
    )
    expect(decodePrior(null)).toEqual({ partitions: [], generation: -1 })
    expect(decodeGeneration(null)).toBe(-1)
  })
})

describe('partition.assignment.strategy', () => {
  test('takes names, Java’s class names, and assignors', () => {
    const java =
      'class org.apache.kafka.clients.consumer.RangeAssignor, org.apache.kafka.clients.consumer.CooperativeStickyAssignor'
    expect(assignorsOf(java)).toEqual([range, cooperative])
    const own: PartitionAssignor = { name: 'mine', cooperative: false, assign: () => new Map() }
    expect(assignorsOf(['sticky', 'RoundRobinAssignor', own])).toEqual([sticky, roundrobin, own])
  })

  test.each(['', 'nonsense', 'range,range', 'toString'])('refuses %p', (strategy) => {
    expect(() => assignorsOf(strategy)).toThrow(/partitionAssignmentStrategy/)
  })
})
