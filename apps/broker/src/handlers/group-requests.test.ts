/** Groups as a client sees them: raw requests in every version, to a running broker. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { type Controller, startController } from '@ottla/controller'
import {
  ConsumerGroupDescribeRequest,
  ConsumerGroupDescribeResponse,
  ConsumerGroupHeartbeatRequest,
  ConsumerGroupHeartbeatResponse,
  CreateTopicsRequest,
  CreateTopicsResponse,
  DeleteGroupsRequest,
  DeleteGroupsResponse,
  DescribeGroupsRequest,
  DescribeGroupsResponse,
  decodeResponse,
  ErrorCode,
  FindCoordinatorRequest,
  FindCoordinatorResponse,
  HeartbeatRequest,
  HeartbeatResponse,
  JoinGroupRequest,
  JoinGroupResponse,
  LeaveGroupRequest,
  LeaveGroupResponse,
  ListGroupsRequest,
  ListGroupsResponse,
  OffsetCommitRequest,
  OffsetCommitResponse,
  OffsetDeleteRequest,
  OffsetDeleteResponse,
  OffsetFetchRequest,
  OffsetFetchResponse,
  SyncGroupRequest,
  SyncGroupResponse,
  ZERO_UUID,
} from '@ottla/protocol'
import '@ottla/runtime/node'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { type Broker, startBroker } from '../start-broker.ts'
import { RawClient } from '../testing/raw-client.ts'

const API = {
  create: { request: CreateTopicsRequest, response: CreateTopicsResponse },
  find: { request: FindCoordinatorRequest, response: FindCoordinatorResponse },
  join: { request: JoinGroupRequest, response: JoinGroupResponse },
  sync: { request: SyncGroupRequest, response: SyncGroupResponse },
  heartbeat: { request: HeartbeatRequest, response: HeartbeatResponse },
  leave: { request: LeaveGroupRequest, response: LeaveGroupResponse },
  commit: { request: OffsetCommitRequest, response: OffsetCommitResponse },
  fetch: { request: OffsetFetchRequest, response: OffsetFetchResponse },
  forget: { request: OffsetDeleteRequest, response: OffsetDeleteResponse },
  describe: { request: DescribeGroupsRequest, response: DescribeGroupsResponse },
  list: { request: ListGroupsRequest, response: ListGroupsResponse },
  remove: { request: DeleteGroupsRequest, response: DeleteGroupsResponse },
  beat: { request: ConsumerGroupHeartbeatRequest, response: ConsumerGroupHeartbeatResponse },
  describeConsumer: { request: ConsumerGroupDescribeRequest, response: ConsumerGroupDescribeResponse },
}

const VALUES = {
  'broker.id': '1',
  listeners: 'PLAINTEXT://localhost:0',
  'log.dirs': '/data/1',
  'controller.connect': 'localhost:2181',
  'offsets.topic.num.partitions': '3',
  'offsets.topic.replication.factor': '1',
  'group.initial.rebalance.delay.ms': '0',
}

let runtime: TestRuntime
let controller: Controller
let broker: Broker
let client: RawClient
let topicId: string

/** Lets time pass until the promise is settled. */
async function drive<T>(promise: Promise<T>): Promise<T> {
  let settled = false
  const mark = () => {
    settled = true
  }
  promise.then(mark, mark)
  for (let turn = 0; !settled && turn < 3000; turn++) await runtime.clock.advance(5)
  expect(settled).toBe(true)
  return promise
}

const call: RawClient['call'] = (messages, version, value) => drive(client.call(messages, version, value))

async function connected(): Promise<RawClient> {
  return drive(RawClient.connect(runtime.net, broker.listeners[0]!.port))
}

beforeEach(async () => {
  runtime = testRuntime()
  controller = await drive(
    startController(
      new Map([
        ['dataDir', '/controller'],
        ['clientPort', '2181'],
      ]),
      runtime,
    ),
  )
  broker = await drive(startBroker(new Map(Object.entries(VALUES)), runtime))
  client = await connected()
  const topics = [{ name: 't', numPartitions: 2, replicationFactor: 1, assignments: [], configs: [] }]
  const created = await call(API.create, 7, { topics, timeoutMs: 5000, validateOnly: false })
  topicId = created.topics[0]!.topicId
  const found = await call(API.find, 4, { keyType: 0, coordinatorKeys: ['g'] })
  expect(found.coordinators).toMatchObject([{ key: 'g', nodeId: 1, errorCode: 0 }])
})

afterEach(async () => {
  client.close()
  await drive(broker.close())
  await drive(controller.close())
})

const METADATA = Uint8Array.of(1, 2, 3)
const ASSIGNMENT = Uint8Array.of(4, 5)

function joinRequest(memberId = '', groupId = 'g') {
  return {
    groupId,
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 20_000,
    memberId,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: METADATA }],
  }
}

/** Joins and becomes the leader of a group of one, stable in its first generation. */
async function leader(joinVersion = 9, syncVersion = 5): Promise<{ memberId: string; generationId: number }> {
  let joined = await call(API.join, joinVersion, joinRequest())
  expect(joined.errorCode).toBe(joinVersion >= 4 ? ErrorCode.MEMBER_ID_REQUIRED : 0)
  if (joinVersion >= 4) joined = await call(API.join, joinVersion, joinRequest(joined.memberId))
  const { memberId, generationId } = joined
  expect(joined).toMatchObject({ errorCode: 0, generationId: 1, protocolName: 'range', leader: memberId })
  expect(joined.members.map(({ metadata }) => [...metadata])).toEqual([[...METADATA]])
  const assignments = [{ memberId, assignment: ASSIGNMENT }]
  const named = syncVersion >= 5 ? { protocolType: 'consumer', protocolName: 'range' } : {}
  const synced = await call(API.sync, syncVersion, { groupId: 'g', generationId, memberId, assignments, ...named })
  expect([synced.errorCode, ...synced.assignment]).toEqual([0, ...ASSIGNMENT])
  return { memberId, generationId }
}

/** Versions `from` to `to`, each a case. */
const versions = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

describe('a member of a classic group', () => {
  test.each(versions(0, 9))('joins in version %i, syncs, beats and leaves', async (version) => {
    const at = (last: number) => Math.min(version, last)
    const { memberId, generationId } = await leader(version, at(5))
    const beat = await call(API.heartbeat, at(4), { groupId: 'g', generationId, memberId })
    expect(beat.errorCode).toBe(0)
    const late = await call(API.heartbeat, at(4), { groupId: 'g', generationId: 7, memberId })
    expect(late.errorCode).toBe(ErrorCode.ILLEGAL_GENERATION)
    const who = at(5) >= 3 ? { members: [{ memberId }, { memberId: 'nobody' }] } : { memberId }
    const left = await call(API.leave, at(5), { groupId: 'g', ...who } as never)
    expect([left.errorCode, ...left.members.map(({ errorCode }) => errorCode)]).toEqual(
      at(5) >= 3 ? [0, 0, ErrorCode.UNKNOWN_MEMBER_ID] : [0],
    )
    if (at(5) < 3) {
      const again = await call(API.leave, at(5), { groupId: 'g', memberId } as never)
      expect(again.errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    }
  })

  test.each(versions(0, 6))('is described in version %i', async (version) => {
    const { memberId } = await leader()
    const { groups } = await call(API.describe, version, {
      groups: ['g', 'nobody'],
      includeAuthorizedOperations: false,
    })
    expect(groups[0]).toMatchObject({
      errorCode: 0,
      groupState: 'Stable',
      protocolType: 'consumer',
      protocolData: 'range',
    })
    const [member] = groups[0]!.members
    expect(member).toMatchObject({ memberId, clientId: 'test', clientHost: expect.stringMatching(/^\//) })
    expect([[...member!.memberMetadata], [...member!.memberAssignment]]).toEqual([[...METADATA], [...ASSIGNMENT]])
    expect(groups[1]).toMatchObject({
      errorCode: version >= 6 ? ErrorCode.GROUP_ID_NOT_FOUND : 0,
      errorMessage: version >= 6 ? 'Group nobody not found.' : null,
      groupState: 'Dead',
    })
  })

  test.each(versions(0, 5))('is listed in version %i', async (version) => {
    await leader()
    const { errorCode, groups } = await call(API.list, version, {} as never)
    expect(errorCode).toBe(0)
    expect(groups).toMatchObject([{ groupId: 'g', protocolType: 'consumer' }])
    if (version >= 4) expect(groups[0]!.groupState).toBe('Stable')
    if (version >= 5) expect(groups[0]!.groupType).toBe('classic')
  })

  test('filters of lists', async () => {
    await leader()
    const list = async (statesFilter: string[], typesFilter: string[]) =>
      (await call(API.list, 5, { statesFilter, typesFilter })).groups.length
    expect(await list(['stable'], ['Classic'])).toBe(1)
    expect(await list(['Empty', 'PreparingRebalance'], [])).toBe(0)
    expect(await list([], ['consumer'])).toBe(0)
  })

  test('that waits for others is answered when the broker stops, and the connection may end before', async () => {
    const { memberId, generationId } = await leader()
    const other = await connected()
    const third = await connected()
    const asked = await drive(other.call(API.join, 9, joinRequest()))
    const parked = other.call(API.join, 9, joinRequest(asked.memberId))
    const gone = await drive(third.call(API.join, 9, joinRequest()))
    third.send(JoinGroupRequest, 9, joinRequest(gone.memberId))
    await runtime.clock.advance(100)
    third.close()
    const beat = await call(API.heartbeat, 4, { groupId: 'g', generationId, memberId })
    expect(beat.errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    await drive(broker.close())
    expect((await parked).errorCode).toBe(ErrorCode.NOT_COORDINATOR)
  })
})

/** The request's topic, by id from version 10 on. */
const named = (version: number) => (version >= 10 ? { topicId } : { name: 't' })

describe('offsets', () => {
  async function commit(version: number, offset: number, member: object = { memberId: '' }) {
    const partitions = [0, 5].map((partitionIndex) => ({
      partitionIndex,
      committedOffset: offset,
      committedMetadata: 'note',
      ...(version >= 6 ? { committedLeaderEpoch: 3 } : {}),
    }))
    const topics = [{ ...named(version), partitions }]
    const { topics: answer } = await call(API.commit, version, { groupId: 'g', topics, ...member } as never)
    return answer[0]!.partitions.map(({ errorCode }) => errorCode)
  }

  test.each(versions(2, 10))('are committed in version %i, without membership', async (version) => {
    expect(await commit(version, 40 + version)).toEqual([0, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION])
    const { groups } = await call(API.fetch, 8, { groups: [{ groupId: 'g', topics: null }], requireStable: false })
    expect(groups[0]).toMatchObject({ groupId: 'g', errorCode: 0, topics: [{ name: 't' }] })
    expect(groups[0]!.topics[0]!.partitions).toEqual([
      {
        partitionIndex: 0,
        committedOffset: 40 + version,
        committedLeaderEpoch: version >= 6 ? 3 : -1,
        metadata: 'note',
        errorCode: 0,
      },
    ])
  })

  test.each(versions(1, 10))('are fetched in version %i', async (version) => {
    expect(await commit(9, 11)).toEqual([0, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION])
    const topics = [{ ...named(version), partitionIndexes: [1, 0] }]
    const request = version >= 8 ? { groups: [{ groupId: 'g', topics }] } : { groupId: 'g', topics }
    const answer = await call(API.fetch, version, request as never)
    const fetched = version >= 8 ? answer.groups[0]!.topics : answer.topics
    expect(fetched).toMatchObject([
      {
        ...named(version),
        partitions: [
          { partitionIndex: 1, committedOffset: -1, metadata: '', errorCode: 0 },
          { partitionIndex: 0, committedOffset: 11, metadata: 'note', errorCode: 0 },
        ],
      },
    ])
  })

  test('of a member, of one that is not, and of another generation', async () => {
    const { memberId, generationId } = await leader()
    const by = (id: string, generation: number) => ({ memberId: id, generationIdOrMemberEpoch: generation })
    expect((await commit(9, 1, by(memberId, generationId)))[0]).toBe(0)
    expect((await commit(9, 1, by(memberId, generationId + 1)))[0]).toBe(ErrorCode.ILLEGAL_GENERATION)
    expect((await commit(9, 1, by('nobody', generationId)))[0]).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect((await commit(9, 1))[0]).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  test('of a topic by an id that nobody knows', async () => {
    const partitions = [{ partitionIndex: 0, committedOffset: 1, committedMetadata: null }]
    const topics = [{ topicId: ZERO_UUID.replace('A', 'B'), partitions }]
    const answer = await call(API.commit, 10, { groupId: 'g', memberId: '', topics } as never)
    expect(answer.topics[0]!.partitions[0]!.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_ID)
  })

  test('are deleted one by one, and with their group', async () => {
    await commit(9, 11)
    const topics = [{ name: 't', partitions: [{ partitionIndex: 0 }, { partitionIndex: 9 }] }]
    const forgotten = await call(API.forget, 0, { groupId: 'g', topics })
    expect(forgotten).toMatchObject({
      errorCode: 0,
      topics: [{ partitions: [{ errorCode: 0 }, { errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION }] }],
    })
    expect(await call(API.forget, 0, { groupId: 'nobody', topics })).toMatchObject({
      errorCode: ErrorCode.GROUP_ID_NOT_FOUND,
    })
  })

  test.each(versions(0, 2))('groups are deleted in version %i', async (version) => {
    await commit(9, 11)
    const { results } = await call(API.remove, version, { groupsNames: ['nobody', 'g'] })
    expect(results).toEqual([
      { groupId: 'nobody', errorCode: ErrorCode.GROUP_ID_NOT_FOUND },
      { groupId: 'g', errorCode: 0 },
    ])
    await leader()
    const [refused] = (await call(API.remove, version, { groupsNames: ['g'] })).results
    expect(refused!.errorCode).toBe(ErrorCode.NON_EMPTY_GROUP)
  })
})

describe('a member of the consumer protocol', () => {
  const HEARTBEAT = {
    groupId: 'c',
    memberId: 'member-1',
    memberEpoch: 0,
    rebalanceTimeoutMs: 30_000,
    topicPartitions: [],
  }

  test.each(versions(0, 1))('joins in version %i, is assigned, described and leaves', async (version) => {
    const memberId = version === 0 ? '' : 'member-1'
    const joined = await call(API.beat, version, { ...HEARTBEAT, memberId, subscribedTopicNames: ['t'] })
    expect(joined).toMatchObject({ errorCode: 0, errorMessage: null, heartbeatIntervalMs: 5000 })
    const own = joined.memberId!
    expect(joined.memberEpoch).toBeGreaterThan(0)
    let { assignment, memberEpoch } = joined
    for (let beats = 0; beats < 5 && (assignment?.topicPartitions.length ?? 0) === 0; beats++) {
      await runtime.clock.advance(1000)
      const beat = await call(API.beat, version, {
        ...HEARTBEAT,
        memberId: own,
        memberEpoch,
        subscribedTopicNames: ['t'],
      })
      expect(beat.errorCode).toBe(0)
      assignment = beat.assignment
      memberEpoch = beat.memberEpoch
    }
    expect(assignment).toEqual({ topicPartitions: [{ topicId, partitions: [0, 1] }] })
    const request = { groupIds: ['c', 'nobody'], includeAuthorizedOperations: false }
    const { groups } = await call(API.describeConsumer, version, request)
    expect(groups[0]).toMatchObject({ errorCode: 0, groupId: 'c', assignorName: 'uniform' })
    expect(groups[0]!.members).toMatchObject([
      { memberId: own, clientId: 'test', assignment: { topicPartitions: [{ topicName: 't', partitions: [0, 1] }] } },
    ])
    if (version >= 1) expect(groups[0]!.members[0]!.memberType).toBe(1)
    expect(groups[1]).toMatchObject({ groupId: 'nobody', errorCode: ErrorCode.GROUP_ID_NOT_FOUND, members: [] })
    const left = await call(API.beat, version, { ...HEARTBEAT, memberId: own, memberEpoch: -1 } as never)
    expect(left).toMatchObject({ errorCode: 0, memberEpoch: -1 })
  })

  test('what is wrong with a heartbeat is said', async () => {
    const answer = await call(API.beat, 1, { ...HEARTBEAT, groupId: '' })
    expect(answer).toMatchObject({ errorCode: ErrorCode.INVALID_REQUEST, errorMessage: expect.stringMatching(/.+/) })
    const stranger = await call(API.beat, 1, { ...HEARTBEAT, memberEpoch: 3 })
    expect([ErrorCode.UNKNOWN_MEMBER_ID, ErrorCode.GROUP_ID_NOT_FOUND]).toContain(stranger.errorCode)
  })
})

test('answers leave in the order of the requests, behind a join that waits', async () => {
  await leader()
  const { memberId } = await call(API.join, 9, joinRequest())
  const before = client.frames.length
  client.send(JoinGroupRequest, 9, joinRequest(memberId))
  client.send(ListGroupsRequest, 5, { statesFilter: [], typesFilter: [] })
  await runtime.clock.advance(1000)
  expect(client.frames.length).toBe(before)
  // The leader does not come back: its session ends, and the rebalance with it.
  await drive(client.received(before + 2))
  const joined = decodeResponse(JoinGroupResponse, 9, client.frames[before]!).body
  expect(joined).toMatchObject({ errorCode: 0, generationId: 2, leader: memberId })
  expect(decodeResponse(ListGroupsResponse, 5, client.frames[before + 1]!).body.groups).toHaveLength(1)
})

test('ids as long as a string of the protocol can be are answered', async () => {
  const longest = 'x'.repeat(32_767)
  const joined = await call(API.join, 5, { ...joinRequest(), groupInstanceId: longest })
  expect(joined).toMatchObject({ errorCode: 0, leader: joined.memberId, members: [{ groupInstanceId: longest }] })
  const { groups } = await call(API.describe, 6, { groups: ['g', longest], includeAuthorizedOperations: false })
  expect(groups.map(({ errorCode }) => errorCode)).toEqual([0, ErrorCode.GROUP_ID_NOT_FOUND])
  const described = await call(API.describeConsumer, 1, { groupIds: [longest], includeAuthorizedOperations: false })
  expect(described.groups).toMatchObject([{ groupId: longest, errorCode: ErrorCode.GROUP_ID_NOT_FOUND }])
  const stranger = { groupId: longest, memberId: longest, memberEpoch: 3 }
  expect((await call(API.beat, 1, stranger)).errorCode).toBe(ErrorCode.GROUP_ID_NOT_FOUND)
  expect((await call(API.beat, 1, { ...stranger, serverAssignor: longest })).errorCode).toBe(
    ErrorCode.UNSUPPORTED_ASSIGNOR,
  )
})
