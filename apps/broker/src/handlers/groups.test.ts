/** The handlers of groups over a scripted coordinator: who may, what is asked of whom, and what errors look like in each version. */
import { describe, expect, test } from '@jest/globals'
import { ErrorCode, type ErrorName, ZERO_UUID } from '@ottla/protocol'
import { scriptedContext } from '../partitions/testing/scripted-cluster.ts'
import { call } from '../partitions/testing/wire.ts'
import type { AnyHandler, Operation, Security } from '../seams.ts'
import { allowAll } from '../security/allow-all.ts'
import {
  coordinatorError as error,
  failing,
  type GroupCall,
  type GroupScript,
  groupSetUp as setUp,
  without,
} from '../testing/scripted-groups.ts'
import { offsetCommitHandler } from './08-offset-commit.ts'
import { offsetFetchHandler } from './09-offset-fetch.ts'
import { joinGroupHandler } from './11-join-group.ts'
import { heartbeatHandler } from './12-heartbeat.ts'
import { leaveGroupHandler } from './13-leave-group.ts'
import { syncGroupHandler } from './14-sync-group.ts'
import { describeGroupsHandler } from './15-describe-groups.ts'
import { listGroupsHandler } from './16-list-groups.ts'
import { deleteGroupsHandler } from './42-delete-groups.ts'
import { offsetDeleteHandler } from './47-offset-delete.ts'
import { consumerGroupHeartbeatHandler } from './68-consumer-group-heartbeat.ts'
import { consumerGroupDescribeHandler } from './69-consumer-group-describe.ts'
import type { GroupParts } from './group-parts.ts'

interface Api {
  readonly make: (parts: GroupParts) => AnyHandler
  readonly version: number
  /** Of group g. */
  readonly request: object
  readonly operation: Operation
  /** The answer's error, wherever this API has it. */
  // biome-ignore lint/suspicious/noExplicitAny: responses of twelve APIs
  readonly errorOf: (response: any) => number
}

const PARTITION = { partitionIndex: 0, committedOffset: 5, committedLeaderEpoch: -1, committedMetadata: '' }

const APIS: Readonly<Record<string, Api>> = {
  OffsetCommit: {
    make: offsetCommitHandler,
    version: 9,
    request: { groupId: 'g', memberId: '', topics: [{ name: 'a', partitions: [PARTITION] }] },
    operation: 'READ',
    errorOf: (response) => response.topics[0].partitions[0].errorCode,
  },
  OffsetFetch: {
    make: offsetFetchHandler,
    version: 9,
    request: { groups: [{ groupId: 'g', topics: null }] },
    operation: 'DESCRIBE',
    errorOf: (response) => response.groups[0].errorCode,
  },
  JoinGroup: {
    make: joinGroupHandler,
    version: 9,
    request: {
      groupId: 'g',
      sessionTimeoutMs: 10_000,
      memberId: 'm',
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: Uint8Array.of(1, 2) }],
    },
    operation: 'READ',
    errorOf: (response) => response.errorCode,
  },
  SyncGroup: {
    make: syncGroupHandler,
    version: 5,
    request: {
      groupId: 'g',
      generationId: 1,
      memberId: 'm',
      assignments: [{ memberId: 'm', assignment: Uint8Array.of(3) }],
    },
    operation: 'READ',
    errorOf: (response) => response.errorCode,
  },
  Heartbeat: {
    make: heartbeatHandler,
    version: 4,
    request: { groupId: 'g', generationId: 1, memberId: 'm' },
    operation: 'READ',
    errorOf: (response) => response.errorCode,
  },
  LeaveGroup: {
    make: leaveGroupHandler,
    version: 5,
    request: { groupId: 'g', members: [{ memberId: 'm' }] },
    operation: 'READ',
    errorOf: (response) => response.errorCode,
  },
  DescribeGroups: {
    make: describeGroupsHandler,
    version: 6,
    request: { groups: ['g'], includeAuthorizedOperations: true },
    operation: 'DESCRIBE',
    errorOf: (response) => response.groups[0].errorCode,
  },
  DeleteGroups: {
    make: deleteGroupsHandler,
    version: 2,
    request: { groupsNames: ['g'] },
    operation: 'DELETE',
    errorOf: (response) => response.results[0].errorCode,
  },
  OffsetDelete: {
    make: offsetDeleteHandler,
    version: 0,
    request: { groupId: 'g', topics: [{ name: 'a', partitions: [{ partitionIndex: 0 }] }] },
    operation: 'DELETE',
    errorOf: (response) => response.errorCode,
  },
  ConsumerGroupHeartbeat: {
    make: consumerGroupHeartbeatHandler,
    version: 1,
    request: { groupId: 'g', memberId: 'm', memberEpoch: 0 },
    operation: 'READ',
    errorOf: (response) => response.errorCode,
  },
  ConsumerGroupDescribe: {
    make: consumerGroupDescribeHandler,
    version: 1,
    request: { groupIds: ['g'], includeAuthorizedOperations: false },
    operation: 'DESCRIBE',
    errorOf: (response) => response.groups[0].errorCode,
  },
}

describe.each(Object.entries(APIS))('%s', (api, { make, version, request, operation, errorOf }) => {
  test('who has no authority over the group reaches nobody', async () => {
    const { groups, parts } = setUp({ security: without(`${operation} group g`) })
    expect(errorOf(await call({ handler: make(parts), version, request }))).toBe(ErrorCode.GROUP_AUTHORIZATION_FAILED)
    expect(groups.calls).toEqual([])
  })

  test.each<[ErrorName, ErrorName]>([
    ['NOT_COORDINATOR', 'NOT_COORDINATOR'],
    ['COORDINATOR_NOT_AVAILABLE', 'COORDINATOR_NOT_AVAILABLE'],
    ['COORDINATOR_LOAD_IN_PROGRESS', api === 'Heartbeat' ? 'NONE' : 'COORDINATOR_LOAD_IN_PROGRESS'],
    ['NOT_ENOUGH_REPLICAS', 'COORDINATOR_NOT_AVAILABLE'],
    ['REQUEST_TIMED_OUT', 'COORDINATOR_NOT_AVAILABLE'],
    ['NOT_LEADER_OR_FOLLOWER', 'NOT_COORDINATOR'],
    ['KAFKA_STORAGE_ERROR', 'NOT_COORDINATOR'],
    ['RECORD_LIST_TOO_LARGE', 'UNKNOWN_SERVER_ERROR'],
  ])('%s of the coordinator is %s', async (given, expected) => {
    const { parts } = setUp({ script: failing(error(given)) })
    expect(errorOf(await call({ handler: make(parts), version, request }))).toBe(ErrorCode[expected])
  })

  test('a defect is not dressed up as an answer', async () => {
    const { parts } = setUp({
      script: () => {
        throw new TypeError('a defect')
      },
    })
    await expect(call({ handler: make(parts), version, request })).rejects.toThrow('a defect')
  })
})

describe('an empty group id', () => {
  const NEEDED: Readonly<Record<string, object>> = {
    JoinGroup: { groupId: '' },
    SyncGroup: { groupId: '' },
    Heartbeat: { groupId: '' },
    LeaveGroup: { groupId: '' },
    OffsetDelete: { groupId: '' },
    ConsumerGroupDescribe: { groupIds: [''] },
  }
  test.each(Object.entries(NEEDED))('%s refuses it', async (api, fields) => {
    const { make, version, request, errorOf } = APIS[api]!
    const { groups, parts } = setUp()
    const response = await call({ handler: make(parts), version, request: { ...request, ...fields } })
    expect(errorOf(response)).toBe(ErrorCode.INVALID_GROUP_ID)
    expect(groups.calls).toEqual([])
  })
})

describe('waiting', () => {
  test('a join with more than 4 MiB of metadata is refused', async () => {
    const { groups, parts } = setUp()
    const protocols = [{ name: 'range', metadata: new Uint8Array(4 * 1024 * 1024) }]
    const request = { ...APIS.JoinGroup!.request, protocols }
    const response = await call({ handler: joinGroupHandler(parts), version: 9, request })
    expect(response.errorCode).toBe(ErrorCode.MESSAGE_TOO_LARGE)
    expect(groups.calls).toEqual([])
  })

  test('a join that is refused is readable in every version', async () => {
    const { parts } = setUp({ script: failing(error('NOT_COORDINATOR')) })
    for (let version = 0; version <= 9; version++) {
      const response = await call({ handler: joinGroupHandler(parts), version, request: APIS.JoinGroup!.request })
      expect(response).toMatchObject({ errorCode: ErrorCode.NOT_COORDINATOR, memberId: '', members: [] })
    }
  })
})

describe('DescribeGroups', () => {
  const group = (groupId: string, errorCode = 0) => ({
    errorCode,
    errorMessage: errorCode === 0 ? null : `Group ${groupId} not found.`,
    groupId,
    groupState: errorCode === 0 ? 'Stable' : 'Dead',
    protocolType: 'consumer',
    protocolData: 'range',
    members: [],
  })
  const script: GroupScript = ({ body }) =>
    (body as { groupIds: string[] }).groupIds.map((groupId) =>
      group(groupId, groupId === 'nobody' ? ErrorCode.GROUP_ID_NOT_FOUND : 0),
    )

  test('groups of one coordinator are asked for together, and stand in the order of the request', async () => {
    const { groups, parts } = setUp({ script, partitions: { b: 1, d: 1 } })
    const request = { groups: ['a', 'b', 'c', 'd', 'a'], includeAuthorizedOperations: false }
    const response = await call({ handler: describeGroupsHandler(parts), version: 6, request })
    expect(response.groups.map(({ groupId }: { groupId: string }) => groupId)).toEqual(['a', 'b', 'c', 'd'])
    expect(groups.calls.map(({ body }: GroupCall) => body)).toEqual([
      { groupIds: ['a', 'c'] },
      { groupIds: ['b', 'd'] },
    ])
  })

  test.each([
    [5, ErrorCode.NONE],
    [6, ErrorCode.GROUP_ID_NOT_FOUND],
  ])('a group that nobody knows, in version %d', async (version, errorCode) => {
    const { parts } = setUp({ script })
    const response = await call({ handler: describeGroupsHandler(parts), version, request: { groups: ['nobody'] } })
    expect(response.groups).toMatchObject([{ groupId: 'nobody', errorCode, groupState: 'Dead' }])
  })

  test('operations are told on request only', async () => {
    const { parts } = setUp({ script, security: without('DELETE group g') })
    const handler = describeGroupsHandler(parts)
    const ask = async (includeAuthorizedOperations: boolean) => {
      const request = { groups: ['g'], includeAuthorizedOperations }
      return (await call({ handler, version: 5, request })).groups[0].authorizedOperations
    }
    expect(await ask(false)).toBe(-2_147_483_648)
    // READ 3, DESCRIBE 8, DESCRIBE_CONFIGS 10, ALTER_CONFIGS 11.
    expect(await ask(true)).toBe((1 << 3) | (1 << 8) | (1 << 10) | (1 << 11))
  })

  test('one coordinator that fails spoils its own groups only', async () => {
    const { parts } = setUp({
      partitions: { b: 1 },
      script: (asked) => (asked.groupId === 'b' ? failing(error('NOT_COORDINATOR'))(asked) : script(asked)),
    })
    const response = await call({ handler: describeGroupsHandler(parts), version: 6, request: { groups: ['a', 'b'] } })
    expect(response.groups).toMatchObject([{ errorCode: 0 }, { errorCode: ErrorCode.NOT_COORDINATOR, groupId: 'b' }])
  })
})

test('ListGroups shows what may be described, or all to who may describe the cluster', async () => {
  const listed = ['a', 'b'].map((groupId) => ({
    groupId,
    protocolType: 'consumer',
    groupState: 'Stable',
    groupType: 'classic',
  }))
  const ask = async (security: Security, script: GroupScript = () => listed) => {
    const { groups, parts } = setUp({ script, security })
    const request = { statesFilter: ['Stable'], typesFilter: ['Classic'] }
    const response = await call({ handler: listGroupsHandler(parts), version: 5, request })
    expect(groups.calls[0]?.body).toEqual({ states: ['Stable'], types: ['Classic'] })
    return response
  }
  expect((await ask(without('DESCRIBE group a'))).groups).toEqual(listed)
  expect((await ask(without('DESCRIBE group a', 'DESCRIBE cluster kafka-cluster'))).groups).toEqual([listed[1]])
  expect(await ask(allowAll, failing(error('COORDINATOR_LOAD_IN_PROGRESS')))).toMatchObject({
    errorCode: ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
    groups: [],
  })
})

test('DeleteGroups asks for each group by itself, once', async () => {
  const script: GroupScript = ({ groupId }) => [{ groupId, errorCode: groupId === 'b' ? ErrorCode.NON_EMPTY_GROUP : 0 }]
  const { groups, parts } = setUp({ script })
  const response = await call({
    handler: deleteGroupsHandler(parts),
    version: 2,
    request: { groupsNames: ['a', 'b', 'a'] },
  })
  expect(response.results).toEqual([
    { groupId: 'a', errorCode: 0 },
    { groupId: 'b', errorCode: ErrorCode.NON_EMPTY_GROUP },
  ])
  expect(groups.calls.map(({ body }) => body)).toEqual([{ groupIds: ['a'] }, { groupIds: ['b'] }])
})

describe('the consumer protocol', () => {
  const heartbeat = { groupId: 'g', memberId: 'm', memberEpoch: 0, subscribedTopicNames: ['a', 'b'] }

  test('a topic that may not be described cannot be subscribed to by name', async () => {
    const { groups, parts } = setUp({ security: without('DESCRIBE topic b') })
    const handler = consumerGroupHeartbeatHandler(parts)
    const response = await call({ handler, version: 1, request: heartbeat })
    expect(response.errorCode).toBe(ErrorCode.TOPIC_AUTHORIZATION_FAILED)
    expect(groups.calls).toEqual([])
  })

  test('can be switched off', async () => {
    const { parts } = setUp({ config: { 'group.coordinator.rebalance.protocols': 'classic' } })
    const beat = await call({ handler: consumerGroupHeartbeatHandler(parts), version: 1, request: heartbeat })
    expect(beat.errorCode).toBe(ErrorCode.UNSUPPORTED_VERSION)
    const request = { groupIds: ['g'], includeAuthorizedOperations: false }
    const described = await call({ handler: consumerGroupDescribeHandler(parts), version: 1, request })
    expect(described.groups).toMatchObject([{ groupId: 'g', errorCode: ErrorCode.UNSUPPORTED_VERSION }])
  })

  test('a group with an assignment of a hidden topic is shown without members', async () => {
    const assignment = (topicName: string) => ({
      topicPartitions: [{ topicId: ZERO_UUID, topicName, partitions: [0] }],
    })
    const script: GroupScript = ({ body }) =>
      (body as { groupIds: string[] }).groupIds.map((groupId) => ({
        errorCode: 0,
        errorMessage: null,
        groupId,
        groupState: 'Stable',
        groupEpoch: 1,
        assignmentEpoch: 1,
        assignorName: 'uniform',
        members: [
          {
            memberId: 'm',
            memberEpoch: 1,
            clientId: 'c',
            clientHost: '/h',
            subscribedTopicNames: ['a'],
            assignment: assignment('a'),
            targetAssignment: assignment(groupId),
            memberType: 1,
          },
        ],
      }))
    const { parts } = setUp({ script, security: without('DESCRIBE topic b') })
    const handler = consumerGroupDescribeHandler(parts)
    const response = await call({
      handler,
      version: 0,
      request: { groupIds: ['b', 'a'], includeAuthorizedOperations: false },
    })
    expect(response.groups).toMatchObject([
      { groupId: 'b', errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED, members: [] },
      { groupId: 'a', errorCode: 0, members: [{ memberId: 'm' }] },
    ])
  })
})

test('a connection that has ended asks for nothing more', async () => {
  const context = scriptedContext()
  const { groups, parts } = setUp({
    script: ({ groupId }) => {
      context.disconnect()
      return [{ groupId, errorCode: 0 }]
    },
  })
  const groupsNames = Array.from({ length: 500 }, (_, index) => `g${index}`)
  const request = { groupsNames }
  await expect(call({ handler: deleteGroupsHandler(parts), version: 2, request, context })).rejects.toThrow()
  expect(groups.calls.length).toBeLessThan(200)
})
