import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  ApiKey,
  ErrorCode,
  type ErrorName,
  FindCoordinatorResponse,
  MetadataResponse,
  OffsetCommitResponse,
  OffsetFetchResponse,
} from '@ottla/protocol'
import { type TestRuntime, testRuntime } from '@ottla/runtime/testing'
import { Cluster } from '../cluster.ts'
import {
  answer,
  type Reaction,
  type ScriptedBroker,
  type SeenRequest,
  scriptedBroker,
} from '../testing/scripted-broker.ts'
import { Commits } from './commits.ts'

const T0 = { topic: 't', partition: 0 }
const T1 = { topic: 't', partition: 1 }

let world: TestRuntime
let broker: ScriptedBroker
let cluster: Cluster
let commits: Commits
let member: { memberId: string; epoch: number }
let timesLost: number
let holding: object | undefined
/** Errors of the next commits: one list by partition for each request. */
let errors: ErrorName[][]
let fetchErrors: ErrorName[]
let held: ((reaction: Reaction) => void)[] | undefined

beforeEach(async () => {
  world = testRuntime()
  errors = []
  fetchErrors = []
  held = undefined
  member = { memberId: 'm1', epoch: 4 }
  timesLost = 0
  holding = {}
  broker = await scriptedBroker(world.net, react)
  cluster = new Cluster(world, { bootstrapServers: `127.0.0.1:${broker.port}` })
  const options = { world, cluster, groupId: 'g', groupInstanceId: 'one', requireStable: false, namesMember: true }
  commits = new Commits({ ...options, identity: () => member, timesLost: () => timesLost, holding: () => holding })
})

afterEach(async () => {
  cluster.close()
  await broker.close()
})

function react({ apiKey, body }: SeenRequest): Reaction | Promise<Reaction> {
  const at = { host: '127.0.0.1', port: broker.port }
  switch (apiKey) {
    case ApiKey.Metadata:
      return answer(MetadataResponse, { brokers: [{ nodeId: 1, ...at }], topics: [] })
    case ApiKey.FindCoordinator:
      return answer(FindCoordinatorResponse, {
        coordinators: [{ key: 'g', nodeId: 1, ...at, errorCode: 0, errorMessage: '' }],
      })
    case ApiKey.OffsetCommit: {
      if (held !== undefined) return new Promise((resolve) => held!.push(resolve))
      return committed(body)
    }
    default: {
      const name = fetchErrors.shift()
      const partitions = [
        { partitionIndex: 0, committedOffset: 7, committedLeaderEpoch: 2, metadata: 'x', errorCode: 0 },
      ]
      const none = { partitionIndex: 1, committedOffset: -1, committedLeaderEpoch: -1, metadata: '', errorCode: 0 }
      const topics = name === undefined ? [{ name: 't', partitions: [...partitions, none] }] : []
      const errorCode = name === undefined ? 0 : ErrorCode[name]
      return answer(OffsetFetchResponse, { groups: [{ groupId: 'g', topics, errorCode }] })
    }
  }
}

function committed({ topics }: { topics: { name: string; partitions: { partitionIndex: number }[] }[] }): Reaction {
  const names = errors.shift() ?? []
  return answer(OffsetCommitResponse, {
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => {
        const error = names[partitionIndex]
        return { partitionIndex, errorCode: error === undefined ? 0 : ErrorCode[error] }
      }),
    })),
  })
}

/** Lets time pass until it is settled. */
async function settled<T>(promise: Promise<T>): Promise<T> {
  let isOver = false
  const over = promise.finally(() => {
    isOver = true
  })
  over.catch(() => {})
  while (!isOver) await world.clock.advance(100)
  return over
}

const asked = (apiKey: number) => broker.requests.filter((request) => request.apiKey === apiKey)
const commitBodies = () => asked(ApiKey.OffsetCommit).map(({ body }) => body)

describe('a member that was put out and joins again with the same id', () => {
  const rejoined = () => {
    timesLost += 1
    member = { memberId: 'm1', epoch: 9 }
  }
  const goneOn = expect.objectContaining({ errorName: 'UNKNOWN_MEMBER_ID' })

  test('does not repeat what it was to commit before', async () => {
    errors = [['STALE_MEMBER_EPOCH']]
    held = []
    const commit = commits.commit([{ ...T0, offset: 5 }])
    commit.catch(() => {})
    while (held.length === 0) await world.clock.advance(10)
    rejoined()
    const reaction = committed({ topics: [{ name: 't', partitions: [{ partitionIndex: 0 }] }] })
    held[0]!(reaction)
    held = undefined
    await expect(settled(commit)).rejects.toEqual(goneOn)
    expect(commitBodies()).toHaveLength(1)
  })

  test('does not send what has waited for its turn since before', async () => {
    held = []
    const first = commits.commit([{ ...T0, offset: 5 }])
    const second = commits.commit([{ ...T0, offset: 6 }])
    second.catch(() => {})
    while (held.length === 0) await world.clock.advance(10)
    rejoined()
    held[0]!(committed({ topics: [{ name: 't', partitions: [{ partitionIndex: 0 }] }] }))
    held = undefined
    await settled(first)
    await expect(settled(second)).rejects.toEqual(goneOn)
    expect(commitBodies()).toHaveLength(1)
  })
})

test('offsets of topics that are gone hold nothing up where nobody waits for them', async () => {
  errors = [['UNKNOWN_TOPIC_OR_PARTITION', 'COORDINATOR_LOAD_IN_PROGRESS']]
  const offsets = [
    { ...T0, offset: 5 },
    { ...T1, offset: 6 },
  ]
  await settled(commits.commit(offsets, { forgetsUnknownTopics: true }))
  const partitions = commitBodies().map(({ topics }) => topics[0].partitions)
  expect(partitions).toMatchObject([[{ partitionIndex: 0 }, { partitionIndex: 1 }], [{ partitionIndex: 1 }]])
})

test('says who commits, with leader epochs and metadata', async () => {
  await settled(
    commits.commit([
      { ...T0, offset: 5, leaderEpoch: 3, metadata: 'note' },
      { ...T1, offset: 6 },
    ]),
  )
  expect(commitBodies()).toMatchObject([
    {
      groupId: 'g',
      memberId: 'm1',
      generationIdOrMemberEpoch: 4,
      groupInstanceId: 'one',
      topics: [
        {
          name: 't',
          partitions: [
            { partitionIndex: 0, committedOffset: 5, committedLeaderEpoch: 3, committedMetadata: 'note' },
            { partitionIndex: 1, committedOffset: 6, committedLeaderEpoch: -1, committedMetadata: '' },
          ],
        },
      ],
    },
  ])
})

describe('errors of a commit', () => {
  test.each(['COORDINATOR_LOAD_IN_PROGRESS', 'NOT_COORDINATOR', 'COORDINATOR_NOT_AVAILABLE'] as const)(
    '%s: the partitions concerned again',
    async (name) => {
      errors = [[undefined as never, name]]
      await settled(
        commits.commit([
          { ...T0, offset: 5 },
          { ...T1, offset: 6 },
        ]),
      )
      expect(commitBodies()[1].topics[0].partitions).toMatchObject([{ partitionIndex: 1, committedOffset: 6 }])
      expect(asked(ApiKey.FindCoordinator)).toHaveLength(name === 'COORDINATOR_LOAD_IN_PROGRESS' ? 1 : 2)
    },
  )

  test.each([
    'UNKNOWN_MEMBER_ID',
    'ILLEGAL_GENERATION',
    'FENCED_INSTANCE_ID',
    'REBALANCE_IN_PROGRESS',
    'OFFSET_METADATA_TOO_LARGE',
    'GROUP_AUTHORIZATION_FAILED',
    'INVALID_COMMIT_OFFSET_SIZE',
  ] as const)('%s: told at once', async (name) => {
    errors = [[name]]
    holding = undefined
    await expect(settled(commits.commit([{ ...T0, offset: 5 }]))).rejects.toMatchObject({ errorName: name })
    expect(commitBodies()).toHaveLength(1)
  })

  test('STALE_MEMBER_EPOCH: again with the epoch that came meanwhile, for the same member alone', async () => {
    errors = [['STALE_MEMBER_EPOCH']]
    const commit = commits.commit([{ ...T0, offset: 5 }])
    await world.clock.advance(1)
    member = { memberId: 'm1', epoch: 5 }
    await settled(commit)
    expect(commitBodies().map(({ generationIdOrMemberEpoch }) => generationIdOrMemberEpoch)).toEqual([4, 5])
    errors = [['STALE_MEMBER_EPOCH']]
    const late = commits.commit([{ ...T0, offset: 6 }])
    await world.clock.advance(1)
    member = { memberId: '', epoch: -1 }
    await expect(settled(late)).rejects.toMatchObject({ errorName: 'STALE_MEMBER_EPOCH' })
  })

  test.each(['STALE_MEMBER_EPOCH', 'ILLEGAL_GENERATION', 'REBALANCE_IN_PROGRESS'] as const)(
    '%s: in the new generation as long as the partition has not been given up',
    async (name) => {
      errors = [[name], [name]]
      const commit = commits.commit([{ ...T0, offset: 5 }])
      await world.clock.advance(1)
      member = { memberId: 'm1', epoch: 5 }
      await settled(commit)
      expect(commitBodies().map(({ generationIdOrMemberEpoch }) => generationIdOrMemberEpoch)).toEqual([4, 5, 5])
      errors = [[name]]
      const late = commits.commit([{ ...T0, offset: 6 }])
      late.catch(() => {})
      await world.clock.advance(1)
      holding = {}
      await expect(settled(late)).rejects.toMatchObject({ errorName: name })
      expect(commitBodies()).toHaveLength(4)
    },
  )

  test('a commit of what was given up since goes out as that of the older generation', async () => {
    errors = [['COORDINATOR_LOAD_IN_PROGRESS']]
    const commit = commits.commit([{ ...T0, offset: 5 }])
    await world.clock.advance(1)
    member = { memberId: 'm1', epoch: 9 }
    const later = commits.commit([{ ...T0, offset: 6 }])
    holding = {}
    await settled(Promise.all([commit, later]))
    expect(commitBodies().map(({ generationIdOrMemberEpoch }) => generationIdOrMemberEpoch)).toEqual([4, 4, 9])
  })
})

test('one at a time, in order, also behind one that fails', async () => {
  held = []
  const first = commits.commit([{ ...T0, offset: 1 }])
  const second = commits.commit([{ ...T0, offset: 2 }])
  await world.clock.advance(10)
  expect(commitBodies()).toHaveLength(1)
  errors = [['UNKNOWN_MEMBER_ID']]
  const [answerFirst] = held
  held = undefined
  answerFirst!(committed(commitBodies()[0]))
  await expect(settled(first)).rejects.toThrow(/gone on without/)
  await settled(second)
  expect(commitBodies().map(({ topics }) => topics[0].partitions[0].committedOffset)).toEqual([1, 2])
})

test('nothing is kept of commits that have ended', async () => {
  for (let offset = 1; offset <= 3; offset++) await settled(commits.commit([{ ...T0, offset }]))
  expect(await settled(commits.idle())).toBeUndefined()
})

test('a commit that waits for its turn ends in its time, and is not sent later', async () => {
  held = []
  const first = commits.commit([{ ...T0, offset: 1 }])
  const second = commits.commit([{ ...T0, offset: 2 }], { timeoutMs: 1_000 })
  second.catch(() => {})
  await world.clock.advance(1_001)
  await expect(second).rejects.toMatchObject({ errorName: 'REQUEST_TIMED_OUT' })
  const third = commits.commit([{ ...T0, offset: 3 }])
  const [answerFirst] = held
  held = undefined
  answerFirst!(committed(commitBodies()[0]))
  await settled(Promise.all([first, third]))
  expect(commitBodies().map(({ topics }) => topics[0].partitions[0].committedOffset)).toEqual([1, 3])
})

test('committed offsets, asked for in a stale epoch: again', async () => {
  fetchErrors = ['STALE_MEMBER_EPOCH']
  const asking = commits.committed([T0])
  await world.clock.advance(1)
  member = { memberId: 'm1', epoch: 5 }
  expect(await settled(asking)).toHaveLength(1)
  expect(asked(ApiKey.OffsetFetch).map(({ body }) => body.groups[0].memberEpoch)).toEqual([4, 5])
})

test('committed offsets, asked for in the name of the member', async () => {
  fetchErrors = ['COORDINATOR_LOAD_IN_PROGRESS', 'NOT_COORDINATOR']
  const found = await settled(commits.committed([T0, T1]))
  expect(found).toEqual([{ ...T0, offset: 7, leaderEpoch: 2, metadata: 'x' }])
  const [{ body }] = asked(ApiKey.OffsetFetch) as [SeenRequest]
  expect(body.groups).toMatchObject([{ groupId: 'g', memberId: 'm1', memberEpoch: 4 }])
  fetchErrors = ['GROUP_AUTHORIZATION_FAILED']
  await expect(settled(commits.committed([T0]))).rejects.toMatchObject({ errorName: 'GROUP_AUTHORIZATION_FAILED' })
})
