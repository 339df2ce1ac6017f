/** From the classic protocol to the consumer protocol and back, member by member, as a user restarts them. */
import { expect, test } from '@jest/globals'
import { ConsumerProtocolAssignment, ConsumerProtocolSubscription, ErrorCode, encodeVersioned } from '@ottla/protocol'
import fc from 'fast-check'
import type { GroupCalls } from '../requests.ts'
import { GROUP } from './testing/consumer-scene.ts'
import { Roll } from './testing/roll.ts'

test.each(['eager', 'cooperative'] as const)('three %s members are upgraded and brought back', (mode) => {
  const roll = new Roll()
  for (let index = 0; index < 3; index++) roll.addClassic(mode)
  roll.tick(60)
  roll.checkSettled('classic', 3)
  for (let index = 0; index < 3; index++) {
    roll.classic[index]!.leave()
    roll.tick(5)
    roll.addModern()
    roll.tick(120)
    roll.checkSettled('consumer', 3)
  }
  expect(roll.scene.describe().members.map(({ memberType }) => memberType)).toEqual([1, 1, 1])
  for (let index = 0; index < 3; index++) {
    roll.addClassic(mode)
    roll.tick(5)
    roll.modern[index]!.leave(false)
    roll.tick(120)
    roll.checkSettled(index === 2 ? 'classic' : 'consumer', 3)
  }
  expect(roll.classic.flatMap((client) => client.errors)).toEqual([])
})

test('a load in the middle of an upgrade loses nobody', () => {
  const roll = new Roll()
  for (let index = 0; index < 2; index++) roll.addClassic('cooperative')
  roll.tick(60)
  roll.addModern()
  roll.tick(3)
  roll.reload()
  roll.tick(150)
  roll.checkSettled('consumer', 3)
})

test('up, down and up again before the members have rebalanced', () => {
  const roll = new Roll()
  roll.addClassic('eager')
  roll.tick(12)
  roll.addModern().leave(false)
  expect(roll.scene.group?.kind).toBe('classic')
  roll.addModern()
  roll.tick(120)
  roll.checkSettled('consumer', 2)
})

test('a join to an empty consumer group makes a classic group, and the other way round', () => {
  const roll = new Roll()
  const member = roll.addModern()
  member.leave(false)
  expect(roll.scene.group?.state).toBe('Empty')
  const client = roll.addClassic('eager')
  roll.tick(30)
  roll.checkSettled('classic', 1)
  client.leave()
  expect(roll.scene.group?.state).toBe('Empty')
  roll.addModern()
  roll.tick(30)
  roll.checkSettled('consumer', 1)
  roll.scene.run.reload()
  roll.tick(30)
  roll.checkSettled('consumer', 1)
})

test('nothing is left in the log of the empty consumer group that a classic one has replaced', () => {
  const roll = new Roll()
  roll.addModern().leave(false)
  const client = roll.addClassic('eager')
  roll.tick(30)
  client.leave()
  expect(roll.scene.call('delete-groups', { groupIds: [GROUP] })).toEqual([{ groupId: GROUP, errorCode: 0 }])
  roll.reload()
  expect(roll.scene.group).toBeUndefined()
})

test.each([
  ['disabled', 'online upgrade is disabled'],
  ['downgrade', 'online upgrade is disabled'],
] as const)('policy %s refuses an upgrade', (consumerMigrationPolicy, why) => {
  const roll = new Roll()
  roll.scene.settings = { ...roll.scene.settings, consumerMigrationPolicy }
  roll.addClassic('eager')
  roll.tick(30)
  expect(roll.scene.join('m').errorMessage).toBe(
    `Cannot upgrade classic group ${GROUP} to consumer group because ${why}.`,
  )
  roll.checkSettled('classic', 1)
})

test('policy upgrade keeps a consumer group when only classic members are left', () => {
  const roll = new Roll()
  roll.addClassic('cooperative')
  roll.tick(30)
  const member = roll.addModern()
  roll.tick(120)
  roll.scene.settings = { ...roll.scene.settings, consumerMigrationPolicy: 'upgrade' }
  member.leave(false)
  roll.tick(60)
  roll.checkSettled('consumer', 1)
})

test('members of the classic protocol that do not sync, or do not join again, are removed', () => {
  const roll = new Roll()
  const client = roll.addClassic('cooperative')
  roll.tick(30)
  roll.addModern()
  roll.tick(120)
  roll.checkSettled('consumer', 2)
  const beat = () =>
    roll.scene.call(
      'heartbeat',
      {
        groupId: GROUP,
        generationId: group().members.get(client.memberId)!.memberEpoch,
        memberId: client.memberId,
        groupInstanceId: null,
      },
      4,
    )
  const group = () => roll.scene.consumerGroup
  client.isOut = true
  client.owned.clear()
  roll.addModern()
  for (let ticks = 0; ticks < 119 && group().members.has(client.memberId); ticks++) {
    beat()
    roll.tick(1)
  }
  expect(group().members.has(client.memberId)).toBe(true)
  roll.tick(30)
  expect(group().members.has(client.memberId)).toBe(false)
})

test('a static member that comes back with the classic protocol brings the group back', () => {
  const roll = new Roll()
  const { scene } = roll
  const joined = scene.join('s1', { instanceId: 'i1' })
  expect(joined.assignment?.topicPartitions[0]?.partitions.length).toBe(6)
  const metadata = encodeVersioned(ConsumerProtocolSubscription, 1, { topics: ['t'], ownedPartitions: [] })
  const body = {
    groupId: GROUP,
    memberId: '',
    groupInstanceId: 'i1',
    sessionTimeoutMs: 45_000,
    rebalanceTimeoutMs: 60_000,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata }],
    reason: null,
  }
  const { memberId, errorCode } = scene.call('join-group', body, 9)
  expect(errorCode).toBe(0)
  expect(scene.group?.kind).toBe('classic')
  expect(scene.heartbeat({ memberId: 's1', instanceId: 'i1', memberEpoch: 2 }).errorMessage).toBe(
    'Group g is not a consumer group.',
  )
  const rejoined = scene.call('join-group', { ...body, memberId }, 9)
  expect(rejoined).toMatchObject({ errorCode: 0, leader: memberId })
  scene.run.reload()
  expect((scene.group as { members: ReadonlyMap<string, unknown> }).members.has(memberId)).toBe(true)
})

/** A join as version 3 makes it: without asking for an id first. Returns its ticket. */
function joinRaw({ scene }: Roll, rebalanceTimeoutMs = 60_000): number {
  const metadata = encodeVersioned(ConsumerProtocolSubscription, 1, { topics: ['t'], ownedPartitions: [] })
  const body = {
    groupId: GROUP,
    memberId: '',
    groupInstanceId: null,
    sessionTimeoutMs: 45_000,
    rebalanceTimeoutMs,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata }],
    reason: null,
  }
  return scene.run.send({ kind: 'join-group', body }, { apiVersion: 3 })
}

const replyTo = <K extends keyof GroupCalls>({ scene }: Roll, ticket: number) =>
  scene.run.replies.get(ticket) as GroupCalls[K]['reply'] | undefined

test('a join that waits for a rebalance is sent to join again by an upgrade, and so is a sync', () => {
  const roll = new Roll()
  const first = joinRaw(roll)
  roll.scene.run.advance(3000)
  const { memberId, generationId = -1 } = replyTo<'join-group'>(roll, first)!
  const waiting = joinRaw(roll)
  expect(replyTo(roll, waiting)).toBeUndefined()
  expect(roll.scene.join('modern').errorCode).toBe(0)
  expect(replyTo<'join-group'>(roll, waiting)?.errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
  expect([...roll.scene.consumerGroup.members.keys()]).toContain(memberId)
  expect([...roll.scene.run.timers.keys()].filter((key) => key.startsWith('classic:'))).toEqual([])
  const beat = { groupId: GROUP, generationId, memberId, groupInstanceId: null }
  expect(roll.scene.call('heartbeat', beat, 4).errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
})

test('a partition that a careless leader has given to two has one owner after an upgrade', () => {
  const roll = new Roll()
  const tickets = [joinRaw(roll), joinRaw(roll)]
  roll.scene.run.advance(6000)
  const joins = tickets.map((ticket) => replyTo<'join-group'>(roll, ticket)!)
  const value = { assignedPartitions: [{ topic: 't', partitions: [0, 1, 2] }] }
  const assignment = encodeVersioned(ConsumerProtocolAssignment, 1, value)
  const assignments = joins.map(({ memberId }) => ({ memberId, assignment }))
  for (const { memberId, leader, generationId = -1 } of joins) {
    const common = { groupId: GROUP, generationId, memberId, groupInstanceId: null }
    const body = { ...common, protocolType: null, protocolName: null }
    const given = memberId === leader ? assignments : []
    roll.scene.run.send({ kind: 'sync-group', body: { ...body, assignments: given } }, { apiVersion: 3 })
  }
  expect(roll.scene.group?.state).toBe('Stable')
  expect(roll.scene.join('modern').errorCode).toBe(0)
  const holders = [...roll.scene.consumerGroup.members.values()].filter(({ assigned, revoking }) =>
    [assigned, revoking].some((held) => [...held.values()].some((partitions) => partitions.has(0))),
  )
  expect(holders).toHaveLength(1)
})

test('a member of the classic protocol that joins and does not sync is removed after its rebalance timeout', () => {
  const roll = new Roll()
  roll.addModern()
  roll.tick(10)
  const { memberId, errorCode } = replyTo<'join-group'>(roll, joinRaw(roll, 20_000))!
  expect(errorCode).toBe(0)
  const isIn = () => roll.scene.consumerGroup.members.has(memberId)
  const until = roll.scene.run.nowMs + 20_000
  while (roll.scene.run.nowMs < until - 2000) roll.tick(1)
  expect(isIn()).toBe(true)
  while (roll.scene.run.nowMs < until + 2000) roll.tick(1)
  expect(isIn()).toBe(false)
})

test('no timers of members are left behind by a downgrade', () => {
  const roll = new Roll()
  roll.addClassic('cooperative')
  roll.tick(30)
  const modern = roll.addModern()
  roll.tick(120)
  roll.checkSettled('consumer', 2)
  modern.leave(false)
  expect(roll.scene.group?.kind).toBe('classic')
  const ofMembers = [...roll.scene.run.timers.keys()].filter((key) =>
    /^consumer:(session|join|sync|rebalance):/.test(key),
  )
  expect(ofMembers).toEqual([])
})

type Step = { readonly kind: 'classic' | 'modern' | 'leave' | 'reload' | 'ticks'; readonly number: number }

const anyStep: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom<Step['kind'][]>('classic', 'modern', 'leave', 'reload', 'ticks', 'ticks', 'ticks'),
  number: fc.integer({ min: 0, max: 9 }),
})

function take(roll: Roll, mode: 'eager' | 'cooperative', { kind, number }: Step): void {
  if (kind === 'classic') roll.addClassic(mode)
  else if (kind === 'modern') roll.addModern()
  else if (kind === 'reload') roll.reload()
  else if (kind === 'ticks') roll.tick(number * 4)
  else roll.leave(number)
}

/** A client whose group was loaded anew in the middle of its join asks again, as it would after a time-out. */
test.each(['eager', 'cooperative'] as const)(
  'any coming and going of %s and new members',
  (mode) => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 14 }), (steps) => {
        const roll = new Roll()
        for (const step of steps) take(roll, mode, step)
        roll.tick(400)
        roll.checkAllOwned()
      }),
      { numRuns: 60 },
    )
  },
  120_000,
)
