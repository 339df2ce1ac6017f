/** All areas of the shard together: groups of both protocols, their offsets, and the ways from one protocol to the other. */
import { describe, expect, test } from '@jest/globals'
import { ConsumerProtocolAssignment, ConsumerProtocolSubscription, ErrorCode, encodeVersioned } from '@ottla/protocol'
import { ConsumerScene, GROUP } from './consumer/testing/consumer-scene.ts'
import { imageWith, topicId } from './consumer/testing/topics.ts'
import type { GroupShard } from './group-shard.ts'
import { commit, DAY_MS, deleteGroups, fetch } from './offsets/testing/offsets-shard.ts'
import type { FetchedOffsets, GroupCalls, GroupFilter } from './requests.ts'

type JoinReply = GroupCalls['join-group']['reply']
type CommitReply = GroupCalls['offset-commit']['reply']

const stage = () => new ConsumerScene({ topics: { orders: 4, bills: 1 }, groupSettings: { assignmentIntervalMs: 0 } })

const shardOf = (scene: ConsumerScene) => scene.run.shard as GroupShard

function joinBody(memberId: string, group = GROUP) {
  const metadata = encodeVersioned(ConsumerProtocolSubscription, 1, { topics: ['orders'], ownedPartitions: [] })
  return {
    groupId: group,
    memberId,
    groupInstanceId: null,
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 60_000,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata }],
    reason: null,
  }
}

/** A classic group of one member, which has all partitions. Returns its member id. */
function classicMember(scene: ConsumerScene, group = GROUP): string {
  const asked = scene.call('join-group', joinBody('', group), 9)
  const ticket = scene.run.send({ kind: 'join-group', body: joinBody(asked.memberId, group) }, { apiVersion: 9 })
  scene.run.advance(3000)
  const { generationId = -1, memberId, errorCode } = scene.run.replies.get(ticket) as JoinReply
  expect(errorCode).toBe(0)
  const assignment = encodeVersioned(ConsumerProtocolAssignment, 1, {
    assignedPartitions: [{ topic: 'orders', partitions: [0, 1, 2, 3] }],
  })
  const sync = {
    groupId: group,
    memberId,
    generationId,
    groupInstanceId: null,
    protocolType: 'consumer',
    protocolName: 'range',
    assignments: [{ memberId, assignment }],
  }
  expect(scene.call('sync-group', sync, 5).errorCode).toBe(0)
  return memberId
}

const leave = (scene: ConsumerScene, memberId: string) =>
  scene.call(
    'leave-group',
    { groupId: GROUP, memberId: '', members: [{ memberId, groupInstanceId: null, reason: null }] },
    5,
  )

function codeOf(scene: ConsumerScene, fields: Parameters<typeof commit>[0], apiVersion = 9): number | undefined {
  const reply = scene.run.call(commit({ group: GROUP, ...fields }), { apiVersion }) as CommitReply
  return reply.topics[0]?.partitions[0]?.errorCode
}

function offsetOf(scene: ConsumerScene, partition = 0): number | undefined {
  const reply = scene.run.call(fetch(GROUP, { orders: [partition] })) as FetchedOffsets
  return reply.topics[0]?.partitions[0]?.committedOffset
}

const listed = (scene: ConsumerScene, filter: Partial<GroupFilter> = {}) =>
  scene
    .call('list-groups', { states: [], types: [], ...filter })
    .map(({ groupId, groupType, groupState }) => `${groupId} ${groupType} ${groupState}`)
    .sort()

const offsetDelete = (topic: string) => ({
  groupId: GROUP,
  topics: [{ name: topic, partitions: [{ partitionIndex: 0 }] }],
})

test('the life of a classic group', () => {
  const scene = stage()
  const memberId = classicMember(scene)
  expect(codeOf(scene, { memberId, generation: 1, offset: 5 })).toBe(0)
  expect(codeOf(scene, { memberId, generation: 2 })).toBe(ErrorCode.ILLEGAL_GENERATION)
  expect(codeOf(scene, { memberId: 'stranger', generation: 1 })).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  expect(codeOf(scene, { offset: 99 })).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  expect(codeOf(scene, { memberId, generation: 1, topic: 'bills', offset: 1 })).toBe(0)
  scene.run.reload()
  expect(offsetOf(scene)).toBe(5)
  expect(listed(scene)).toEqual(['g classic Stable'])
  expect(scene.call('offset-delete', offsetDelete('orders'))).toMatchObject({
    errorCode: 0,
    topics: [{ partitions: [{ errorCode: ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC }] }],
  })
  expect(scene.call('offset-delete', offsetDelete('bills'))).toMatchObject({
    topics: [{ partitions: [{ errorCode: 0 }] }],
  })
  expect(scene.run.call(deleteGroups(GROUP))).toEqual([{ groupId: GROUP, errorCode: ErrorCode.NON_EMPTY_GROUP }])
  expect(leave(scene, memberId).errorCode).toBe(0)
  scene.run.reload()
  expect(listed(scene)).toEqual(['g classic Empty'])
  expect(offsetOf(scene)).toBe(5)
  expect(scene.run.call(deleteGroups(GROUP))).toEqual([{ groupId: GROUP, errorCode: 0 }])
  expect(listed(scene)).toEqual([])
  scene.run.reload()
  expect(listed(scene)).toEqual([])
  expect(offsetOf(scene)).toBe(-1)
})

test('a commit keeps a classic member alive, in the place of a heartbeat', () => {
  const scene = stage()
  const memberId = classicMember(scene)
  for (let time = 0; time < 60_000; time += 8000) {
    scene.run.advance(8000)
    expect(codeOf(scene, { memberId, generation: 1, offset: time })).toBe(0)
  }
  scene.run.advance(10_001)
  expect(listed(scene)).toEqual(['g classic Empty'])
  expect(codeOf(scene, { memberId, generation: 1 })).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
})

test('the life of a consumer group', () => {
  const scene = stage()
  const { memberEpoch } = scene.join('m', { subscribedTopicNames: ['orders'] })
  expect(codeOf(scene, { memberId: 'm', generation: memberEpoch, offset: 8 })).toBe(0)
  expect(codeOf(scene, { memberId: 'm', generation: memberEpoch }, 8)).toBe(ErrorCode.UNSUPPORTED_VERSION)
  expect(codeOf(scene, { memberId: 'm', generation: memberEpoch + 1 })).toBe(ErrorCode.STALE_MEMBER_EPOCH)
  expect(codeOf(scene, { memberId: 'x', generation: memberEpoch })).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  scene.run.reload()
  expect(offsetOf(scene)).toBe(8)
  const asMember = (epoch: number) =>
    (scene.run.call(fetch(GROUP, null, { memberId: 'm', memberEpoch: epoch })) as FetchedOffsets).errorCode ?? 0
  expect(asMember(memberEpoch)).toBe(0)
  expect(asMember(memberEpoch - 1)).toBe(ErrorCode.STALE_MEMBER_EPOCH)
  expect(listed(scene)).toEqual(['g consumer Stable'])
  expect(scene.call('offset-delete', offsetDelete('orders'))).toMatchObject({
    topics: [{ partitions: [{ errorCode: ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC }] }],
  })
  expect(scene.run.call(deleteGroups(GROUP))).toEqual([{ groupId: GROUP, errorCode: ErrorCode.NON_EMPTY_GROUP }])
  expect(scene.heartbeat({ memberId: 'm', memberEpoch: -1 }).errorCode).toBe(0)
  expect(listed(scene)).toEqual(['g consumer Empty'])
  expect(scene.run.call(deleteGroups(GROUP))).toEqual([{ groupId: GROUP, errorCode: 0 }])
  scene.run.reload()
  expect(listed(scene)).toEqual([])
  expect(offsetOf(scene)).toBe(-1)
})

test('offsets stay while a group goes from the classic protocol to the other and back', () => {
  const scene = stage()
  const classic = classicMember(scene)
  expect(codeOf(scene, { memberId: classic, generation: 1, offset: 3 })).toBe(0)
  expect(scene.join('new', { subscribedTopicNames: ['orders'] }).errorCode).toBe(0)
  expect(listed(scene, { types: ['consumer'] })).toHaveLength(1)
  expect(offsetOf(scene)).toBe(3)
  expect(scene.call('describe-groups', { groupIds: [GROUP] })).toMatchObject([
    { errorCode: ErrorCode.GROUP_ID_NOT_FOUND, errorMessage: 'Group g is not a classic group.', groupState: 'Dead' },
  ])
  scene.run.reload()
  expect(listed(scene, { types: ['consumer'] })).toHaveLength(1)
  const beat = { groupId: GROUP, memberId: classic, groupInstanceId: null, generationId: 1 }
  expect([0, ErrorCode.REBALANCE_IN_PROGRESS]).toContain(scene.call('heartbeat', beat, 4).errorCode)
  expect(scene.heartbeat({ memberId: 'new', memberEpoch: -1 }).errorCode).toBe(0)
  scene.run.advance(1)
  expect(listed(scene, { types: ['classic'] })).toHaveLength(1)
  expect(offsetOf(scene)).toBe(3)
  scene.run.reload()
  expect(listed(scene, { types: ['classic'] })).toHaveLength(1)
  expect(offsetOf(scene)).toBe(3)
})

describe('after compaction, when offsets stand in the log before the group that they are of', () => {
  test('a classic group is what it was', () => {
    const scene = stage()
    expect(codeOf(scene, { offset: 6 })).toBe(0)
    const memberId = classicMember(scene)
    scene.run.reloadCompacted()
    expect(listed(scene)).toEqual(['g classic Stable'])
    expect(codeOf(scene, { memberId, generation: 1, partition: 1 })).toBe(0)
    expect(offsetOf(scene)).toBe(6)
  })

  test('a consumer group is what it was', () => {
    const scene = stage()
    expect(codeOf(scene, { offset: 6 })).toBe(0)
    const { memberEpoch } = scene.join('m', { subscribedTopicNames: ['orders'] })
    scene.run.reloadCompacted()
    expect(listed(scene)).toEqual(['g consumer Stable'])
    expect(codeOf(scene, { memberId: 'm', generation: memberEpoch, partition: 1 })).toBe(0)
    expect(offsetOf(scene)).toBe(6)
  })
})

test('groups are listed by state and type, in any case; names that mean nothing fit nothing', () => {
  const scene = stage()
  classicMember(scene, 'classic')
  scene.join('m', { groupId: 'new', subscribedTopicNames: ['orders'] })
  scene.run.call(commit({ group: 'offsets' }))
  const all = ['classic classic Stable', 'new consumer Stable', 'offsets classic Empty']
  const table: [Partial<GroupFilter>, string[]][] = [
    [{}, all],
    [{ states: [' eMPTY'] }, ['offsets classic Empty']],
    [{ states: ['Empty', 'Stable'] }, all],
    [{ states: ['Dead'] }, []],
    [{ states: ['nonsense'] }, []],
    [{ types: ['CLASSIC'] }, ['classic classic Stable', 'offsets classic Empty']],
    [{ types: ['nonsense'] }, []],
    [{ types: ['nonsense', 'Consumer'] }, ['new consumer Stable']],
    [{ types: ['classic'], states: ['stable'] }, ['classic classic Stable']],
  ]
  for (const [filter, expected] of table) expect([filter, listed(scene, filter)]).toEqual([filter, expected])
  const { classic, consumer, offsets } = shardOf(scene).counts()
  expect([...classic]).toEqual([
    ['Stable', 1],
    ['Empty', 1],
  ])
  expect([...consumer]).toEqual([['Stable', 1]])
  expect(offsets).toBe(1)
})

test('groups that are not there, or of the other kind, are described as not found', () => {
  const scene = stage()
  scene.run.call(commit({ group: 'offsets' }))
  const [other, none] = scene.call('consumer-group-describe', { groupIds: ['offsets', 'none'] })
  expect(other).toMatchObject({ errorCode: 69, errorMessage: 'Group offsets is not a consumer group.', groupState: '' })
  expect(none).toMatchObject({ errorCode: 69, errorMessage: 'Group none not found.', groupState: '' })
  const [empty, dead] = scene.call('describe-groups', { groupIds: ['offsets', 'none'] })
  expect(empty).toMatchObject({ errorCode: 0, groupState: 'Empty', protocolType: '', protocolData: '', members: [] })
  expect(dead).toMatchObject({ errorCode: 69, errorMessage: 'Group none not found.', groupState: 'Dead' })
})

test('the end of a topic takes its offsets, and a group that nobody uses goes after its retention', () => {
  const scene = stage()
  const id = topicId('orders')
  expect(codeOf(scene, { topicId: id })).toBe(0)
  expect(codeOf(scene, { topic: 'bills', topicId: topicId('bills') })).toBe(0)
  const image = imageWith({ bills: 1 }, scene.run.image.offset + 1)
  const gone = scene.run.image.topics.get('orders')
  if (gone === undefined) throw new Error('the stage has orders')
  scene.run.changeImage(image, { topicsRemoved: new Map([[id, gone]]) })
  expect(offsetOf(scene)).toBe(-1)
  expect(shardOf(scene).counts().offsets).toBe(1)
  scene.run.advance(8 * DAY_MS)
  expect(listed(scene)).toEqual([])
})

test('an empty consumer group gives way to a classic one, which has its offsets and keeps them as long as it is used', () => {
  const scene = stage()
  scene.join('m', { subscribedTopicNames: ['orders'] })
  expect(codeOf(scene, { memberId: 'm', generation: 2, offset: 4 })).toBe(0)
  expect(scene.heartbeat({ memberId: 'm', memberEpoch: -1 }).errorCode).toBe(0)
  scene.run.advance(6 * DAY_MS)
  expect(offsetOf(scene)).toBe(4)
  const memberId = classicMember(scene)
  expect(listed(scene)).toEqual(['g classic Stable'])
  expect(offsetOf(scene)).toBe(4)
  expect(leave(scene, memberId).errorCode).toBe(0)
  scene.run.advance(6 * DAY_MS)
  expect(offsetOf(scene)).toBe(4)
  scene.run.advance(2 * DAY_MS)
  expect(listed(scene)).toEqual([])
  expect(offsetOf(scene)).toBe(-1)
})
