import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  ApiKey,
  ConsumerGroupDescribeResponse,
  ConsumerProtocolAssignment,
  DeleteGroupsResponse,
  DescribeGroupsResponse,
  ErrorCode,
  encodeMessage,
  FindCoordinatorResponse,
  LeaveGroupResponse,
  ListGroupsResponse,
  MetadataResponse,
  OffsetCommitResponse,
  OffsetDeleteResponse,
  OffsetFetchResponse,
} from '@ottla/protocol'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import {
  answer,
  type Reaction,
  type ScriptedBroker,
  type SeenRequest,
  scriptedBroker,
} from '../../testing/scripted-broker.ts'
import { Admin } from '../admin.ts'
import { unwrap } from '../outcome.ts'
import { assignedPartitions } from './describe-classic-groups.ts'
import { groupStateOf, groupTypeOf } from './group-state.ts'
import type { GroupOffsetsWish } from './list-group-offsets.ts'

let world: TestRuntime
let brokers: ScriptedBroker[]
let admin: Admin
/** Answers by API key; `count` says how often the broker was asked this before. */
let handlers: Record<number, (request: SeenRequest, nodeId: number, count: number) => Reaction>
/** Which broker coordinates a group; broker 0 by default, -1: none. */
let coordinators: Record<string, number>

beforeEach(async () => {
  world = testRuntime()
  handlers = {}
  coordinators = {}
  brokers = []
  for (const nodeId of [0, 1]) {
    const counts = new Map<number, number>()
    const broker = await scriptedBroker(world.net, (request) => {
      const count = counts.get(request.apiKey) ?? 0
      counts.set(request.apiKey, count + 1)
      return (handlers[request.apiKey] ?? clusterHandler)(request, nodeId, count)
    })
    brokers.push(broker)
  }
  admin = new Admin(world, { bootstrapServers: `127.0.0.1:${brokers[0]!.port}`, defaultApiTimeoutMs: 2000 })
})

afterEach(async () => {
  admin.close()
  for (const broker of brokers) await broker.close()
})

function clusterHandler({ apiKey, apiVersion, body }: SeenRequest): Reaction {
  if (apiKey === ApiKey.Metadata) {
    return answer(MetadataResponse, {
      brokers: brokers.map(({ port }, nodeId) => ({ nodeId, host: '127.0.0.1', port })),
      topics: [],
    })
  }
  if (apiKey !== ApiKey.FindCoordinator) throw new Error(`no handler for API ${apiKey}`)
  const found = (key: string) => {
    const nodeId = coordinators[key] ?? 0
    if (nodeId < 0)
      return {
        key,
        nodeId: -1,
        host: '',
        port: -1,
        errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE,
        errorMessage: 'soon',
      }
    return { key, nodeId, host: '127.0.0.1', port: brokers[nodeId]!.port, errorCode: 0, errorMessage: null }
  }
  return apiVersion < 4
    ? answer(FindCoordinatorResponse, found(body.key))
    : answer(FindCoordinatorResponse, { coordinators: body.coordinatorKeys.map(found) })
}

/** Requests that brokers have seen, as `nodeId field`. */
function seen(apiKey: number, fieldOf: (body: SeenRequest['body']) => unknown): string[] {
  return brokers.flatMap((broker, nodeId) =>
    broker.requests.filter((request) => request.apiKey === apiKey).map(({ body }) => `${nodeId} ${fieldOf(body)}`),
  )
}

/** Runs the clock until the call has settled. */
async function settled<T>(call: Promise<T>): Promise<T> {
  const running = call.then(
    (value) => ({ ok: true as const, value }),
    (error: unknown) => ({ ok: false as const, error }),
  )
  await world.clock.advance(3_000)
  const outcome = await running
  if (outcome.ok) return outcome.value
  throw outcome.error
}

describe('listGroups', () => {
  const listed = (groupId: string, protocolType = 'consumer') => ({
    ...{ groupId, protocolType, groupState: 'Stable', groupType: 'consumer' },
  })

  test('asks every broker; sorted, each group once', async () => {
    handlers[ApiKey.ListGroups] = (_, nodeId) =>
      answer(ListGroupsResponse, { errorCode: 0, groups: [listed('both'), listed(`of-${nodeId}`)] })
    const groups = await settled(admin.listGroups({ states: ['Stable'], types: ['Consumer'] }))
    expect(groups).toEqual(
      ['both', 'of-0', 'of-1'].map((groupId) => ({
        ...{ groupId, protocolType: 'consumer', state: 'Stable', type: 'Consumer' },
      })),
    )
    expect(seen(ApiKey.ListGroups, ({ statesFilter, typesFilter }) => [...statesFilter, ...typesFilter])).toEqual([
      '0 Stable,Consumer',
      '1 Stable,Consumer',
    ])
  })

  test('asks a broker that is loading again, and only that one', async () => {
    handlers[ApiKey.ListGroups] = (_, nodeId, count) => {
      const errorCode = nodeId === 1 && count === 0 ? ErrorCode.COORDINATOR_LOAD_IN_PROGRESS : 0
      return answer(ListGroupsResponse, { errorCode, groups: errorCode === 0 ? [listed(`of-${nodeId}`, '')] : [] })
    }
    expect((await settled(admin.listGroups())).map(({ groupId }) => groupId)).toEqual(['of-0', 'of-1'])
    expect(seen(ApiKey.ListGroups, () => '')).toHaveLength(3)
    expect(await settled(admin.listGroups({ protocolTypes: ['consumer'] }))).toEqual([])
  })

  test('old brokers cannot filter, and say neither state nor type', async () => {
    for (const broker of brokers) broker.serves.set(ApiKey.ListGroups, [0, 3])
    handlers[ApiKey.ListGroups] = () =>
      answer(ListGroupsResponse, { errorCode: 0, groups: [{ groupId: 'g', protocolType: '' }] })
    expect(await settled(admin.listGroups())).toEqual([
      { groupId: 'g', protocolType: '', state: undefined, type: undefined },
    ])
    await expect(settled(admin.listGroups({ states: ['Stable'] }))).rejects.toMatchObject({
      errorName: 'UNSUPPORTED_VERSION',
    })
  })
})

describe('describeConsumerGroups', () => {
  const assignment = (partition: number) => ({
    topicPartitions: [{ topicId: 'AQEBAQEBAQEBAQEBAQEBAQ', topicName: 't', partitions: [partition] }],
  })

  /** `new` is a group of the consumer protocol, `old` a classic one, `connect` none of consumers. */
  beforeEach(() => {
    handlers[ApiKey.ConsumerGroupDescribe] = ({ body }) =>
      answer(ConsumerGroupDescribeResponse, {
        throttleTimeMs: 0,
        groups: body.groupIds.map((groupId: string) => ({
          ...{ groupId, groupState: 'RECONCILING', groupEpoch: 7, assignmentEpoch: 6, assignorName: 'uniform' },
          errorCode: groupId === 'new' ? 0 : ErrorCode.GROUP_ID_NOT_FOUND,
          members: [
            {
              ...{ memberId: 'm', instanceId: 'i', rackId: 'r', memberEpoch: 6, clientId: 'c', clientHost: '/h' },
              ...{
                subscribedTopicNames: ['t'],
                assignment: assignment(0),
                targetAssignment: assignment(1),
                memberType: 1,
              },
            },
          ],
        })),
      })
    handlers[ApiKey.DescribeGroups] = ({ body }) =>
      answer(DescribeGroupsResponse, {
        groups: body.groups.map((groupId: string) => ({
          ...{
            groupId,
            groupState: 'Stable',
            protocolType: groupId === 'old' ? 'consumer' : groupId,
            protocolData: 'range',
          },
          errorCode: groupId === 'none' ? ErrorCode.GROUP_ID_NOT_FOUND : 0,
          errorMessage: groupId === 'none' ? 'Group none not found.' : null,
          members: [
            {
              ...{ memberId: 'm', clientId: 'c', clientHost: '/h', memberMetadata: new Uint8Array() },
              memberAssignment: assignmentBytes,
            },
          ],
        })),
      })
  })

  const assignmentBytes = new Uint8Array([
    0,
    9,
    ...encodeMessage(ConsumerProtocolAssignment, 3, { assignedPartitions: [{ topic: 't', partitions: [2, 0] }] }),
  ])

  test('in both protocols, each at its own coordinator', async () => {
    coordinators = { old: 1 }
    const groups = await settled(admin.describeConsumerGroups(['new', 'old', 'none', 'connect']))
    const coordinator = (id: number) => ({ id, host: '127.0.0.1', port: brokers[id]!.port })
    expect(unwrap(groups.get('new')!)).toEqual({
      ...{ groupId: 'new', type: 'Consumer', state: 'Reconciling', assignor: 'uniform', coordinator: coordinator(0) },
      ...{ groupEpoch: 7, targetAssignmentEpoch: 6 },
      members: [
        {
          ...{ memberId: 'm', instanceId: 'i', rackId: 'r', clientId: 'c', host: '/h', memberEpoch: 6, upgraded: true },
          assignment: [{ topic: 't', partition: 0 }],
          targetAssignment: [{ topic: 't', partition: 1 }],
        },
      ],
    })
    expect(unwrap(groups.get('old')!)).toMatchObject({
      ...{ type: 'Classic', state: 'Stable', assignor: 'range', coordinator: coordinator(1), groupEpoch: undefined },
      members: [
        {
          ...{ memberId: 'm', instanceId: null, targetAssignment: undefined, memberEpoch: undefined },
          assignment: [
            { topic: 't', partition: 2 },
            { topic: 't', partition: 0 },
          ],
        },
      ],
    })
    expect(groups.get('none')).toMatchObject({
      error: { errorName: 'GROUP_ID_NOT_FOUND', message: 'Group none not found.' },
    })
    expect(groups.get('connect')).toMatchObject({
      error: { errorName: 'INVALID_GROUP_ID', message: 'GroupId connect is not a consumer group (connect).' },
    })
    expect(seen(ApiKey.DescribeGroups, ({ groups }) => groups)).toEqual(['0 none,connect', '1 old'])
  })

  test('brokers without the consumer protocol are asked for classic groups; there a dead group is none', async () => {
    brokers[0]!.serves.delete(ApiKey.ConsumerGroupDescribe)
    brokers[0]!.serves.set(ApiKey.DescribeGroups, [0, 5])
    brokers[0]!.serves.set(ApiKey.FindCoordinator, [0, 3])
    handlers[ApiKey.DescribeGroups] = ({ body }) =>
      answer(DescribeGroupsResponse, {
        groups: body.groups.map((groupId: string) => ({
          ...{
            groupId,
            errorCode: 0,
            groupState: groupId === 'gone' ? 'Dead' : 'Empty',
            protocolType: '',
            protocolData: '',
          },
          members: [],
        })),
      })
    const groups = await settled(admin.describeConsumerGroups(['old', 'gone']))
    expect(unwrap(groups.get('old')!)).toMatchObject({ state: 'Empty', members: [] })
    expect(groups.get('gone')).toMatchObject({ error: { errorName: 'GROUP_ID_NOT_FOUND' } })
  })

  test('an assignment that cannot be read fails its group alone', async () => {
    handlers[ApiKey.DescribeGroups] = ({ body }) =>
      answer(DescribeGroupsResponse, {
        groups: body.groups.map((groupId: string) => ({
          ...{ groupId, errorCode: 0, groupState: 'Stable', protocolType: 'consumer', protocolData: 'range' },
          members: [
            {
              ...{ memberId: 'm', clientId: 'c', clientHost: '/h', memberMetadata: new Uint8Array() },
              memberAssignment: groupId === 'bad' ? new Uint8Array([0, 0, 1]) : new Uint8Array(),
            },
          ],
        })),
      })
    const groups = await settled(admin.describeConsumerGroups(['bad', 'idle']))
    expect(groups.get('bad')).toMatchObject({ ok: false, error: { message: expect.stringContaining('group bad') } })
    expect(unwrap(groups.get('idle')!).members[0]!.assignment).toEqual([])
  })

  test('describeClassicGroups gives the bytes', async () => {
    const groups = await settled(admin.describeClassicGroups(['connect']))
    expect(unwrap(groups.get('connect')!)).toMatchObject({
      ...{ protocolType: 'connect', protocol: 'range', state: 'Stable' },
      members: [{ memberId: 'm', assignment: assignmentBytes }],
    })
  })

  test.each([[[0]], [[0, 0, 0, 0, 0, 1]]])('assignedPartitions refuses %j', (bytes) => {
    expect(() => assignedPartitions(new Uint8Array(bytes))).toThrow()
  })
})

describe('offsets', () => {
  const partition = (partitionIndex: number, committedOffset: number, errorCode = 0) => ({
    ...{ partitionIndex, committedOffset, committedLeaderEpoch: partitionIndex - 1, metadata: 'm', errorCode },
  })

  test('listGroupOffsets: all, or some; partitions without an offset are left out', async () => {
    coordinators = { b: 1 }
    handlers[ApiKey.OffsetFetch] = ({ body }) =>
      answer(OffsetFetchResponse, {
        groups: body.groups.map(({ groupId }: { groupId: string }) => ({
          groupId,
          topics: [
            { name: 't', partitions: [partition(0, 5), partition(1, 6), partition(2, -1)] },
            { name: 'u', partitions: [partition(0, -1, ErrorCode.TOPIC_AUTHORIZATION_FAILED)] },
          ],
        })),
      })
    const wishes = new Map<string, GroupOffsetsWish>([
      ['a', 'all'],
      ['b', [{ topic: 't', partition: 1 }]],
    ])
    const groups = await settled(admin.listGroupOffsets(wishes, { requireStable: true }))
    expect(unwrap(groups.get('a')!)).toMatchObject([
      { topic: 't', partition: 0, outcome: { value: { offset: 5, leaderEpoch: undefined, metadata: 'm' } } },
      { topic: 't', partition: 1, outcome: { value: { offset: 6, leaderEpoch: 0 } } },
      { topic: 'u', partition: 0, outcome: { error: { errorName: 'TOPIC_AUTHORIZATION_FAILED' } } },
    ])
    expect(groups.get('b')!.ok).toBe(true)
    const asked = ({ groups, requireStable }: SeenRequest['body']) => JSON.stringify([groups[0].topics, requireStable])
    expect(seen(ApiKey.OffsetFetch, asked)).toEqual([
      '0 [null,true]',
      `1 ${JSON.stringify([[{ name: 't', topicId: 'AAAAAAAAAAAAAAAAAAAAAA', partitionIndexes: [1] }], true])}`,
    ])
  })

  test('older brokers are asked for one group at a time', async () => {
    brokers[0]!.serves.set(ApiKey.OffsetFetch, [1, 7])
    handlers[ApiKey.OffsetFetch] = ({ body }) =>
      answer(OffsetFetchResponse, {
        topics: [
          { name: body.groupId, partitions: [{ partitionIndex: 0, committedOffset: 3, metadata: null, errorCode: 0 }] },
        ],
      })
    const groups = await settled(admin.listGroupOffsets(['a', 'b']))
    expect(unwrap(groups.get('b')!)).toMatchObject([{ topic: 'b', outcome: { value: { offset: 3, metadata: '' } } }])
  })

  test('alterGroupOffsets commits in the name of nobody, and finds the coordinator that has moved', async () => {
    handlers[ApiKey.OffsetCommit] = ({ body }, nodeId) => {
      coordinators = { g: 1 }
      const errorCode = (index: number) => (nodeId === 0 ? ErrorCode.NOT_COORDINATOR : index)
      return answer(OffsetCommitResponse, {
        topics: body.topics.map(({ name, partitions }: { name: string; partitions: { partitionIndex: number }[] }) => ({
          name,
          partitions: partitions.map(({ partitionIndex }) => ({
            partitionIndex,
            errorCode: errorCode(partitionIndex === 0 ? 0 : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
          })),
        })),
      })
    }
    const offsets = [
      { topic: 't', partition: 0, offset: 5, leaderEpoch: 2, metadata: 'why' },
      { topic: 't', partition: 9, offset: 6 },
    ]
    const altered = await settled(admin.alterGroupOffsets('g', offsets))
    expect(altered).toMatchObject([
      { topic: 't', partition: 0, outcome: { ok: true } },
      { topic: 't', partition: 9, outcome: { error: { errorName: 'UNKNOWN_TOPIC_OR_PARTITION' } } },
    ])
    expect(brokers[1]!.requests.at(-1)!.body).toMatchObject({
      ...{ groupId: 'g', memberId: '', generationIdOrMemberEpoch: -1 },
      topics: [
        {
          partitions: [
            { partitionIndex: 0, committedOffset: 5, committedLeaderEpoch: 2, committedMetadata: 'why' },
            { partitionIndex: 9, committedOffset: 6, committedLeaderEpoch: -1, committedMetadata: '' },
          ],
        },
      ],
    })
  })

  test('deleteGroupOffsets: an outcome for each partition, or a refusal of the group', async () => {
    handlers[ApiKey.OffsetDelete] = ({ body }) =>
      answer(OffsetDeleteResponse, {
        throttleTimeMs: 0,
        errorCode: body.groupId === 'none' ? ErrorCode.GROUP_ID_NOT_FOUND : 0,
        topics:
          body.groupId === 'none'
            ? []
            : [{ name: 't', partitions: [{ partitionIndex: 0, errorCode: ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC }] }],
      })
    const at = [{ topic: 't', partition: 0 }]
    expect(await settled(admin.deleteGroupOffsets('g', at))).toMatchObject([
      { ...at[0], outcome: { error: { errorName: 'GROUP_SUBSCRIBED_TO_TOPIC' } } },
    ])
    await expect(settled(admin.deleteGroupOffsets('none', at))).rejects.toMatchObject({
      errorName: 'GROUP_ID_NOT_FOUND',
    })
  })
})

describe('coordinators', () => {
  beforeEach(() => {
    handlers[ApiKey.DeleteGroups] = ({ body }, nodeId, count) => {
      if (nodeId === 1 && count === 0) return 'close'
      return answer(DeleteGroupsResponse, {
        throttleTimeMs: 0,
        results: body.groupsNames.map((groupId: string) => ({
          groupId,
          errorCode: groupId === 'busy' ? ErrorCode.NON_EMPTY_GROUP : 0,
        })),
      })
    }
  })

  test('one that cannot be reached is asked again; outcomes that stand are kept', async () => {
    coordinators = { b: 1 }
    const outcomes = await settled(admin.deleteGroups(['a', 'b', 'busy']))
    expect([outcomes.get('a')!.ok, outcomes.get('b')!.ok]).toEqual([true, true])
    expect(outcomes.get('busy')).toMatchObject({ error: { errorName: 'NON_EMPTY_GROUP' } })
    expect(seen(ApiKey.DeleteGroups, ({ groupsNames }) => groupsNames)).toEqual(['0 a,busy', '1 b', '1 b'])
  })

  test('a group without one fails when the time is over, in the words of the broker', async () => {
    coordinators = { lost: -1 }
    const outcomes = await settled(admin.deleteGroups(['a', 'lost'], { timeoutMs: 500 }))
    expect(outcomes.get('a')!.ok).toBe(true)
    expect(outcomes.get('lost')).toMatchObject({ error: { errorName: 'COORDINATOR_NOT_AVAILABLE', message: 'soon' } })
  })

  test('no groups, no requests', async () => {
    expect((await settled(admin.deleteGroups([]))).size).toBe(0)
    expect(brokers.flatMap(({ requests }) => requests)).toEqual([])
  })
})

describe('removeMembersFromGroup', () => {
  beforeEach(() => {
    handlers[ApiKey.LeaveGroup] = ({ body }) =>
      answer(LeaveGroupResponse, {
        errorCode: 0,
        members: body.members.map(
          ({ memberId, groupInstanceId }: { memberId: string; groupInstanceId: string | null }) => ({
            ...{ memberId, groupInstanceId },
            errorCode: memberId === 'unknown' ? ErrorCode.UNKNOWN_MEMBER_ID : 0,
          }),
        ),
      })
  })

  test('by member id and by instance id', async () => {
    const removed = await settled(
      admin.removeMembersFromGroup('g', [{ memberId: 'unknown' }, { instanceId: 'i' }], { reason: 'tired' }),
    )
    expect(removed).toMatchObject([
      { memberId: 'unknown', instanceId: null, outcome: { error: { errorName: 'UNKNOWN_MEMBER_ID' } } },
      { memberId: '', instanceId: 'i', outcome: { ok: true } },
    ])
    expect(seen(ApiKey.LeaveGroup, ({ members }) => members[0].reason)).toEqual(['0 tired'])
  })

  test('all of them', async () => {
    brokers[0]!.serves.delete(ApiKey.ConsumerGroupDescribe)
    handlers[ApiKey.DescribeGroups] = () =>
      answer(DescribeGroupsResponse, {
        groups: [
          {
            ...{ groupId: 'g', errorCode: 0, groupState: 'Stable', protocolType: 'consumer', protocolData: '' },
            members: ['dynamic', 'static'].map((memberId) => ({
              ...{ memberId, groupInstanceId: memberId === 'static' ? 'i' : null, clientId: '', clientHost: '' },
              ...{ memberMetadata: new Uint8Array(), memberAssignment: new Uint8Array() },
            })),
          },
        ],
      })
    const removed = await settled(admin.removeMembersFromGroup('g', 'all'))
    expect(removed.map(({ memberId, instanceId }) => `${memberId} ${instanceId}`)).toEqual(['dynamic null', ' i'])
  })
})

test.each([
  ['stable', 'Stable'],
  [' PREPARINGREBALANCE ', 'PreparingRebalance'],
  ['Assigning', 'Assigning'],
  ['new in a later version', 'Unknown'],
])('groupStateOf %s', (text, state) => expect(groupStateOf(text)).toBe(state))

test.each([
  ['classic', 'Classic'],
  ['Streams', 'Streams'],
  ['', 'Unknown'],
])('groupTypeOf %s', (text, type) => expect(groupTypeOf(text)).toBe(type))
