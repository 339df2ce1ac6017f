/** What stands in the way of a group that would change its protocol. */
import { expect, test } from '@jest/globals'
import { ConsumerProtocolAssignment, ConsumerProtocolSubscription, encodeVersioned } from '@ottla/protocol'
import { GROUP } from './testing/consumer-scene.ts'
import { Roll } from './testing/roll.ts'

/** A member that leads the group and gives itself an assignment. */
function classicLeader({ scene }: Roll, assignment: Uint8Array, metadata: Uint8Array): void {
  const join = {
    groupId: GROUP,
    memberId: '',
    groupInstanceId: null,
    sessionTimeoutMs: 45_000,
    rebalanceTimeoutMs: 60_000,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata }],
    reason: null,
  }
  const ticket = scene.run.send({ kind: 'join-group', body: join }, { apiVersion: 3 })
  scene.run.advance(3000)
  const { memberId, generationId } = scene.run.replies.get(ticket) as { memberId: string; generationId: number }
  const sync = { protocolType: 'consumer', protocolName: 'range', assignments: [{ memberId, assignment }] }
  const body = { groupId: GROUP, generationId, memberId, groupInstanceId: null, ...sync }
  expect(scene.call('sync-group', body, 5).errorCode).toBe(0)
}

const SUBSCRIPTION = encodeVersioned(ConsumerProtocolSubscription, 1, { topics: ['t'], ownedPartitions: [] })

function assigned(userData: Uint8Array | null): Uint8Array {
  const assignedPartitions = [{ topic: 't', partitions: [0, 1, 2, 3, 4, 5] }]
  return encodeVersioned(ConsumerProtocolAssignment, 1, { assignedPartitions, userData })
}

test.each<[string, Uint8Array, Uint8Array, string]>([
  [
    'user data of an assignor of its own',
    assigned(Uint8Array.of(1)),
    SUBSCRIPTION,
    'an unsupported custom assignor is in use. Please refer to the documentation or switch to a default assignor before re-attempting the upgrade',
  ],
  ['an assignment that is none', Uint8Array.of(1), SUBSCRIPTION, 'the embedded consumer protocol is malformed'],
  ['a subscription that is none', assigned(null), Uint8Array.of(1), 'the embedded consumer protocol is malformed'],
])('an upgrade is refused: %s', (_, assignment, metadata, why) => {
  const roll = new Roll()
  classicLeader(roll, assignment, metadata)
  expect(roll.scene.join('modern')).toMatchObject({
    errorMessage: `Cannot upgrade classic group ${GROUP} to consumer group because ${why}.`,
  })
  expect(roll.scene.group).toMatchObject({ kind: 'classic', state: 'Stable' })
})

test.each([
  ['no user data', assigned(null)],
  ['user data that says nothing', assigned(Uint8Array.of())],
  ['what leaders write behind the message for their own kind', Uint8Array.of(...assigned(null), 1, 2)],
])('%s stands in no upgrade\u2019s way', (_, assignment) => {
  const roll = new Roll()
  classicLeader(roll, assignment, SUBSCRIPTION)
  expect(roll.scene.join('modern').errorCode).toBe(0)
  expect(roll.scene.group?.kind).toBe('consumer')
})

test('a group with more members than the new protocol allows is not upgraded', () => {
  const roll = new Roll()
  roll.scene.settings = { ...roll.scene.settings, consumerMaxSize: 1 }
  for (let count = 0; count < 2; count++) roll.addClassic('eager')
  roll.tick(60)
  expect(roll.scene.join('modern').errorMessage).toBe(
    `Cannot upgrade classic group ${GROUP} to consumer group because the group size exceeds the consumer group maximum size.`,
  )
  roll.checkSettled('classic', 2)
})

test('a group with more classic members than group.max.size stays a consumer group', () => {
  const roll = new Roll()
  for (let count = 0; count < 2; count++) roll.addClassic('cooperative')
  roll.tick(60)
  const modern = roll.addModern()
  roll.tick(120)
  roll.scene.settings = { ...roll.scene.settings, groupMaxSize: 1 }
  modern.leave(false)
  roll.tick(120)
  roll.checkSettled('consumer', 2)
})
