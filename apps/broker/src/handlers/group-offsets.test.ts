/** The handlers of committed offsets over a scripted coordinator. */
import { describe, expect, test } from '@jest/globals'
import { ErrorCode } from '@ottla/protocol'
import { call } from '../partitions/testing/wire.ts'
import { idOf } from '../testing/front.ts'
import {
  coordinatorError as error,
  failing,
  type GroupScript,
  groupSetUp as setUp,
  without,
} from '../testing/scripted-groups.ts'
import { offsetCommitHandler } from './08-offset-commit.ts'
import { offsetFetchHandler } from './09-offset-fetch.ts'
import { offsetDeleteHandler } from './47-offset-delete.ts'

const PARTITION = { partitionIndex: 0, committedOffset: 5, committedLeaderEpoch: -1, committedMetadata: '' }

/** Commits whatever it is asked to. */
// biome-ignore lint/suspicious/noExplicitAny: the body of the call that the test makes
const committedAll = ({ body }: any) => ({
  // biome-ignore lint/suspicious/noExplicitAny: as above
  topics: body.topics.map((topic: any) => ({
    name: topic.name,
    // biome-ignore lint/suspicious/noExplicitAny: as above
    partitions: topic.partitions.map(({ partitionIndex }: any) => ({ partitionIndex, errorCode: 0 })),
  })),
})

// biome-ignore lint/suspicious/noExplicitAny: topics of several responses
function errors(topics: any) {
  const names = new Map(Object.entries(ErrorCode).map(([name, code]) => [code as number, name]))
  return Object.fromEntries(
    // biome-ignore lint/suspicious/noExplicitAny: as above
    topics.map(({ name, partitions }: any) => [
      name,
      // biome-ignore lint/suspicious/noExplicitAny: as above
      Object.fromEntries(partitions.map((each: any) => [each.partitionIndex, names.get(each.errorCode)])),
    ]),
  )
}

describe('OffsetCommit', () => {
  const partitions = [0, 7].map((partitionIndex) => ({ ...PARTITION, partitionIndex }))

  test('asks for what exists, and answers in the order of the request', async () => {
    const { groups, parts } = setUp({ script: committedAll, security: without('READ topic b') })
    const topics = ['nobody', 'b', 'a'].map((name) => ({ name, partitions }))
    const response = await call({
      handler: offsetCommitHandler(parts),
      version: 9,
      request: { groupId: 'g', memberId: 'm', generationIdOrMemberEpoch: 4, topics },
    })
    expect(errors(response.topics)).toEqual({
      nobody: { 0: 'UNKNOWN_TOPIC_OR_PARTITION', 7: 'UNKNOWN_TOPIC_OR_PARTITION' },
      b: { 0: 'TOPIC_AUTHORIZATION_FAILED', 7: 'TOPIC_AUTHORIZATION_FAILED' },
      a: { 0: 'NONE', 7: 'UNKNOWN_TOPIC_OR_PARTITION' },
    })
    expect(groups.calls).toMatchObject([
      {
        groupId: 'g',
        kind: 'offset-commit',
        body: { memberId: 'm', generationIdOrMemberEpoch: 4, topics: [{ name: 'a', topicId: idOf('a') }] },
      },
    ])
  })

  test('version 10 names topics by id', async () => {
    const { groups, parts } = setUp({ script: committedAll })
    const topics = [idOf('nobody'), idOf('a')].map((topicId) => ({ topicId, partitions: [PARTITION] }))
    const request = { groupId: 'g', memberId: '', topics }
    const response = await call({ handler: offsetCommitHandler(parts), version: 10, request })
    expect(response.topics).toMatchObject([
      { topicId: idOf('nobody'), partitions: [{ errorCode: ErrorCode.UNKNOWN_TOPIC_ID }] },
      { topicId: idOf('a'), partitions: [{ errorCode: ErrorCode.NONE }] },
    ])
    expect(groups.calls[0]?.body).toMatchObject({ topics: [{ name: 'a', topicId: idOf('a') }] })
  })

  test('with nothing to commit the coordinator is not asked', async () => {
    const { groups, parts } = setUp()
    const request = { groupId: 'g', memberId: '', topics: [{ name: 'nobody', partitions }] }
    await call({ handler: offsetCommitHandler(parts), version: 2, request })
    expect(groups.calls).toEqual([])
  })

  test('the empty group id is allowed', async () => {
    const { groups, parts } = setUp({ script: committedAll })
    const request = { groupId: '', memberId: '', topics: [{ name: 'a', partitions: [PARTITION] }] }
    await call({ handler: offsetCommitHandler(parts), version: 9, request })
    expect(groups.calls).toHaveLength(1)
  })
})

describe('OffsetFetch', () => {
  const fetched = (name: string, committedOffset: number) => ({
    name,
    partitions: [{ partitionIndex: 0, committedOffset, committedLeaderEpoch: 2, metadata: 'm', errorCode: 0 }],
  })
  const ALL: GroupScript = ({ groupId }) => ({
    groupId,
    errorCode: 0,
    topics: [fetched('a', 11), fetched('b', 12), fetched('gone', 13)],
  })

  test('all topics, but those that may not be described', async () => {
    const { parts } = setUp({ script: ALL, security: without('DESCRIBE topic b') })
    const handler = offsetFetchHandler(parts)
    const old = await call({ handler, version: 7, request: { groupId: 'g', topics: null } })
    expect(old).toMatchObject({ errorCode: 0, topics: [{ name: 'a' }, { name: 'gone' }] })
    const request = { groups: [{ groupId: 'g', topics: null }] }
    const byName = await call({ handler, version: 9, request })
    expect(byName.groups[0].topics).toMatchObject([{ name: 'a' }, { name: 'gone' }])
    const byId = await call({ handler, version: 10, request })
    expect(byId.groups[0].topics).toMatchObject([{ topicId: idOf('a'), partitions: [{ committedOffset: 11 }] }])
  })

  test('topics that are named, with what is not known as -1', async () => {
    const { groups, parts } = setUp({ script: ALL, security: without('DESCRIBE topic b') })
    const topics = ['b', 'gone', 'a'].map((name) => ({ name, partitionIndexes: [0, 1] }))
    const response = await call({
      handler: offsetFetchHandler(parts),
      version: 8,
      request: { groups: [{ groupId: 'g', topics }], requireStable: true },
    })
    const shown = response.groups[0].topics.map(({ name, partitions }: { name: string; partitions: object[] }) => [
      name,
      ...partitions.map((each) => Object.values(each).join(' ')),
    ])
    expect(shown).toEqual([
      ['b', '0 -1 -1  29', '1 -1 -1  29'],
      ['gone', '0 13 2 m 0', '1 -1 -1  0'],
      ['a', '0 11 2 m 0', '1 -1 -1  0'],
    ])
    expect(groups.calls[0]?.body).toMatchObject({ requireStable: true, topics: [{ name: 'gone' }, { name: 'a' }] })
  })

  test('an id that nobody knows', async () => {
    const { parts } = setUp({ script: ALL })
    const topics = [idOf('nobody'), idOf('a')].map((topicId) => ({ topicId, partitionIndexes: [0] }))
    const request = { groups: [{ groupId: 'g', topics }] }
    const response = await call({ handler: offsetFetchHandler(parts), version: 10, request })
    expect(response.groups[0].topics).toMatchObject([
      { topicId: idOf('nobody'), partitions: [{ errorCode: ErrorCode.UNKNOWN_TOPIC_ID, committedOffset: -1 }] },
      { topicId: idOf('a'), partitions: [{ errorCode: 0, committedOffset: 11 }] },
    ])
  })

  test('an error of the group: of each partition in version 1, of the group from 2 on', async () => {
    const { parts } = setUp({ script: failing(error('NOT_COORDINATOR')) })
    const handler = offsetFetchHandler(parts)
    const request = { groupId: 'g', topics: [{ name: 'a', partitionIndexes: [0, 1] }] }
    const first = await call({ handler, version: 1, request })
    expect(errors(first.topics)).toEqual({ a: { 0: 'NOT_COORDINATOR', 1: 'NOT_COORDINATOR' } })
    expect(await call({ handler, version: 2, request })).toMatchObject({
      errorCode: ErrorCode.NOT_COORDINATOR,
      topics: [],
    })
  })

  test('a member that is fenced gets the error and nothing else', async () => {
    const script: GroupScript = ({ groupId }) => ({ groupId, errorCode: ErrorCode.STALE_MEMBER_EPOCH, topics: [] })
    const { parts } = setUp({ script })
    const topics = [{ name: 'a', partitionIndexes: [0] }]
    const request = { groups: [{ groupId: 'g', memberId: 'm', memberEpoch: 3, topics }] }
    const response = await call({ handler: offsetFetchHandler(parts), version: 9, request })
    expect(response.groups).toEqual([{ groupId: 'g', topics: [], errorCode: ErrorCode.STALE_MEMBER_EPOCH }])
  })

  test('each group once, in the order of the request, and not all at a time', async () => {
    const { groups, parts } = setUp({ script: (asked) => Promise.resolve().then(() => ALL(asked)) })
    const names = Array.from({ length: 1000 }, (_, index) => `g${index}`)
    const request = { groups: [...names, ...names].map((groupId) => ({ groupId, topics: null })) }
    const response = await call({ handler: offsetFetchHandler(parts), version: 8, request })
    expect(response.groups.map(({ groupId }: { groupId: string }) => groupId)).toEqual(names)
    expect(groups.calls).toHaveLength(1000)
    expect(groups.openMax).toBeLessThanOrEqual(100)
  })
})

describe('OffsetDelete', () => {
  const topics = ['b', 'nobody', 'a'].map((name) => ({
    name,
    partitions: [0, 7].map((partitionIndex) => ({ partitionIndex })),
  }))

  test('asks for what exists', async () => {
    const script: GroupScript = () => ({
      errorCode: 0,
      topics: [{ name: 'a', partitions: [{ partitionIndex: 0, errorCode: ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC }] }],
    })
    const { groups, parts } = setUp({ script, security: without('READ topic b') })
    const response = await call({ handler: offsetDeleteHandler(parts), version: 0, request: { groupId: 'g', topics } })
    expect(errors(response.topics)).toEqual({
      b: { 0: 'TOPIC_AUTHORIZATION_FAILED', 7: 'TOPIC_AUTHORIZATION_FAILED' },
      nobody: { 0: 'UNKNOWN_TOPIC_OR_PARTITION', 7: 'UNKNOWN_TOPIC_OR_PARTITION' },
      a: { 0: 'GROUP_SUBSCRIBED_TO_TOPIC', 7: 'UNKNOWN_TOPIC_OR_PARTITION' },
    })
    expect(groups.calls[0]?.body).toMatchObject({ topics: [{ name: 'a', partitions: [{ partitionIndex: 0 }] }] })
  })

  test('a group that nobody knows is said to be that, whatever the topics', async () => {
    const { groups, parts } = setUp({ script: () => ({ errorCode: ErrorCode.GROUP_ID_NOT_FOUND, topics: [] }) })
    const handler = offsetDeleteHandler(parts)
    for (const unknown of [[], [{ name: 'nobody', partitions: [{ partitionIndex: 0 }] }]]) {
      const response = await call({ handler, version: 0, request: { groupId: 'g', topics: unknown } })
      expect(response).toMatchObject({ errorCode: ErrorCode.GROUP_ID_NOT_FOUND, topics: [] })
    }
    expect(groups.calls).toHaveLength(2)
  })

  test('an error of the group stands alone', async () => {
    const { parts } = setUp({ script: () => ({ errorCode: ErrorCode.GROUP_ID_NOT_FOUND, topics: [] }) })
    const response = await call({ handler: offsetDeleteHandler(parts), version: 0, request: { groupId: 'g', topics } })
    expect(response).toMatchObject({ errorCode: ErrorCode.GROUP_ID_NOT_FOUND, topics: [] })
  })
})
