import { describe, expect, test } from '@jest/globals'
import { ErrorCode, ZERO_UUID } from '@ottla/protocol'
import type { TopicImage } from '@ottla/replication'
import type { Group, GroupError } from '../group.ts'
import type { FetchedOffsets, GroupCalls, GroupReply, GroupRequest } from '../requests.ts'
import { commit, DAY_MS, deleteGroups, fetch, HOUR_MS, type OffsetsShard, offsetsRun } from './testing/offsets-shard.ts'

type CommitReply = GroupCalls['offset-commit']['reply']
type DeleteReply = GroupCalls['offset-delete']['reply']

const ID = 'pOy0IViHSJuFiC-UaAY3dA'
const OTHER_ID = 'AAAAAAAAAAAAAAAAAAAAAQ'

const codesOf = (reply: GroupReply | undefined) =>
  (reply as CommitReply).topics.flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorCode))

const offsetsOf = (reply: GroupReply | undefined) =>
  (reply as FetchedOffsets).topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, committedOffset }) => `${name}-${partitionIndex}: ${committedOffset}`),
  )

type Run = ReturnType<typeof offsetsRun>

const shardOf = (run: Run) => run.shard as unknown as OffsetsShard

/** A topic's worth of commits. */
function commitMany(run: Run, count: number, fields: Parameters<typeof commit>[0] = {}): void {
  for (let partition = 0; partition < count; partition++) run.send(commit({ ...fields, partition, offset: partition }))
}

describe('OffsetCommit', () => {
  test('to a group that is not there makes one that has offsets and nothing else', () => {
    const run = offsetsRun()
    expect(codesOf(run.call(commit({ leaderEpoch: 3, metadata: 'm', topicId: ID })))).toEqual([0])
    expect(run.call(fetch('group'))).toEqual({
      groupId: 'group',
      topics: [
        {
          name: 'orders',
          topicId: ZERO_UUID,
          partitions: [
            { partitionIndex: 0, committedOffset: 42, committedLeaderEpoch: 3, metadata: 'm', errorCode: 0 },
          ],
        },
      ],
    })
    const group = shardOf(run).registry.get('group')
    expect(group?.listed()).toEqual({ groupId: 'group', protocolType: '', groupState: 'Empty', groupType: 'classic' })
  })

  const unknown: [version: number, error: keyof typeof ErrorCode][] = [
    [2, 'ILLEGAL_GENERATION'],
    [8, 'ILLEGAL_GENERATION'],
    [9, 'GROUP_ID_NOT_FOUND'],
    [10, 'GROUP_ID_NOT_FOUND'],
  ]
  test.each(unknown)('version %i of a member to a group that is not there is %s', (apiVersion, error) => {
    const run = offsetsRun()
    const reply = run.call(commit({ generation: 5, memberId: 'm' }), { apiVersion })
    expect(codesOf(reply)).toEqual([ErrorCode[error]])
    expect(run.log).toEqual([])
  })

  const errors: GroupError[] = [
    'UNKNOWN_MEMBER_ID',
    'FENCED_INSTANCE_ID',
    'ILLEGAL_GENERATION',
    'REBALANCE_IN_PROGRESS',
    'STALE_MEMBER_EPOCH',
    'UNSUPPORTED_VERSION',
  ]
  test.each(errors)('that the group refuses with %s says so for every partition, and renews no session', (error) => {
    const run = offsetsRun({ groups: [{ refuseCommit: () => error }] })
    expect(codesOf(run.call(commit({ memberId: 'm', generation: 1 })))).toEqual([ErrorCode[error]])
    expect(run.log).toEqual([])
    expect(shardOf(run).renewed).toEqual([])
  })

  test('of a partition that the member had not in its epoch refuses all of them', () => {
    const asked: unknown[] = []
    const refuseCommitOf: Group['refuseCommitOf'] = (committer) => {
      asked.push(committer)
      return committer.partition === 1 ? 'STALE_MEMBER_EPOCH' : undefined
    }
    const run = offsetsRun({ groups: [{ refuseCommitOf }] })
    expect(codesOf(run.call(twoPartitions({ memberId: 'm', generation: 4 }), { apiVersion: 9 }))).toEqual([113, 113])
    expect(run.log).toEqual([])
    const committer = { memberId: 'm', groupInstanceId: null, generationOrEpoch: 4, apiVersion: 9, topic: 'orders' }
    expect(asked).toEqual([
      { ...committer, partition: 0 },
      { ...committer, partition: 1 },
    ])
  })

  test('renews the session of the member', () => {
    const run = offsetsRun({ groups: [{}] })
    expect(codesOf(run.call(commit({ memberId: 'm', generation: 4 })))).toEqual([0])
    run.call(commit())
    expect(shardOf(run).renewed).toEqual(['m'])
  })

  test('with too long a metadata string commits the others', () => {
    const run = offsetsRun()
    expect(codesOf(run.call(twoPartitions({}, 'x'.repeat(11))))).toEqual([0, ErrorCode.OFFSET_METADATA_TOO_LARGE])
    expect(codesOf(run.call(commit({ partition: 2, metadata: 'ü'.repeat(10) })))).toEqual([0])
    expect(offsetsOf(run.call(fetch('group')))).toEqual(['orders-0: 42', 'orders-2: 42'])
  })

  test('with nothing makes no group', () => {
    const run = offsetsRun()
    const request = commit()
    expect(run.call({ ...request, body: { ...request.body, topics: [] } })).toEqual({ topics: [] })
    expect(shardOf(run).registry.size).toBe(0)
  })

  test('answers with topic ids as it was asked', () => {
    const run = offsetsRun()
    expect(run.call(commit({ topic: '', topicId: ID }))).toEqual({
      topics: [{ name: '', topicId: ID, partitions: [{ partitionIndex: 0, errorCode: 0 }] }],
    })
  })
})

function twoPartitions(fields: Parameters<typeof commit>[0], metadata: string | null = null): GroupRequest {
  const { kind, body } = commit(fields)
  const [topic] = body.topics
  const [first] = topic?.partitions ?? []
  if (topic === undefined || first === undefined) throw new Error('a commit of one partition has one')
  const partitions = [first, { ...first, partitionIndex: 1, committedMetadata: metadata }]
  return { kind, body: { ...body, topics: [{ ...topic, partitions }] } }
}

describe('OffsetFetch', () => {
  test('of what was never committed is -1, without an error', () => {
    const run = offsetsRun()
    run.send(commit())
    const none = { committedOffset: -1, committedLeaderEpoch: -1, metadata: '', errorCode: 0 }
    expect(run.call(fetch('group', { orders: [1], other: [0] }))).toEqual({
      groupId: 'group',
      topics: [
        { name: 'orders', topicId: ZERO_UUID, partitions: [{ partitionIndex: 1, ...none }] },
        { name: 'other', topicId: ZERO_UUID, partitions: [{ partitionIndex: 0, ...none }] },
      ],
    })
    expect(offsetsOf(run.call(fetch('unknown', { orders: [0] })))).toEqual(['orders-0: -1'])
    expect(run.call(fetch('unknown'))).toEqual({ groupId: 'unknown', topics: [] })
  })

  test('of a group that is not there has nothing to do with the group whose name is empty', () => {
    const run = offsetsRun()
    run.send(commit({ group: '' }))
    expect(run.call(fetch('unknown'))).toEqual({ groupId: 'unknown', topics: [] })
    expect(offsetsOf(run.call(fetch('unknown', { orders: [0] })))).toEqual(['orders-0: -1'])
    expect(offsetsOf(run.call(fetch('')))).toEqual(['orders-0: 42'])
  })

  test.each<GroupError>(['UNKNOWN_MEMBER_ID', 'STALE_MEMBER_EPOCH'])('refused by the group is %s', (error) => {
    const asked: unknown[] = []
    const refuseFetch: Group['refuseFetch'] = (member) => {
      asked.push(member)
      return error
    }
    const run = offsetsRun({ groups: [{ refuseFetch }] })
    run.send(commit())
    const reply = run.call(fetch('group', { orders: [0] }, { memberId: 'm', memberEpoch: 3 }))
    expect(reply).toEqual({ groupId: 'group', topics: [], errorCode: ErrorCode[error] })
    expect(asked).toEqual([{ memberId: 'm', memberEpoch: 3 }])
  })

  const ids: [committed: string, asked: string, offset: number][] = [
    [ID, ID, 42],
    [ID, ZERO_UUID, 42],
    [ZERO_UUID, ID, 42],
    [ID, OTHER_ID, -1],
  ]
  test.each(ids)('of what was committed for the topic %s, asked for %s, is %i', (committed, asked, offset) => {
    const run = offsetsRun()
    run.send(commit({ topicId: committed }))
    expect(offsetsOf(run.call(fetch('group', { orders: [0] }, { topicId: asked })))).toEqual([`orders-0: ${offset}`])
  })
})

describe('OffsetDelete', () => {
  const request = (...partitions: number[]): GroupRequest => {
    const topics = ['orders', 'bills'].map((name) => ({
      name,
      partitions: partitions.map((partitionIndex) => ({ partitionIndex })),
    }))
    return { kind: 'offset-delete', body: { groupId: 'group', topics } }
  }
  const codes = (reply: GroupReply | undefined) => {
    const { errorCode, topics } = reply as DeleteReply
    return [errorCode, topics.map(({ partitions }) => partitions.map((partition) => partition.errorCode))]
  }

  test('of a group that is not there', () => {
    expect(codes(offsetsRun().call(request(0)))).toEqual([ErrorCode.GROUP_ID_NOT_FOUND, []])
  })

  test('that the group refuses', () => {
    const run = offsetsRun({ groups: [{ refuseOffsetDelete: () => 'NON_EMPTY_GROUP' }] })
    run.send(commit())
    expect(codes(run.call(request(0)))).toEqual([ErrorCode.NON_EMPTY_GROUP, []])
    expect(offsetsOf(run.call(fetch('group')))).toEqual(['orders-0: 42'])
  })

  test('leaves topics that are subscribed to', () => {
    const run = offsetsRun({ groups: [{ isSubscribedTo: (topic) => topic === 'orders' }] })
    run.send(commit())
    run.send(commit({ topic: 'bills' }))
    const code = ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC
    expect(codes(run.call(request(0, 7)))).toEqual([
      0,
      [
        [code, code],
        [0, 0],
      ],
    ])
    expect(offsetsOf(run.call(fetch('group')))).toEqual(['orders-0: 42'])
  })

  test('deletes, once, what is there, and says that the rest is gone', () => {
    const run = offsetsRun()
    commitMany(run, 3)
    expect(codes(run.call(request(0, 2, 9)))).toEqual([
      0,
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
    ])
    expect(run.outcomeSizes.at(-1)).toBe(2)
    expect(offsetsOf(run.call(fetch('group')))).toEqual(['orders-1: 1'])
  })
})

describe('DeleteGroups', () => {
  test('answers each group by itself', () => {
    const run = offsetsRun({ groups: [{ groupId: 'busy', refuseDelete: () => 'NON_EMPTY_GROUP' }] })
    run.send(commit({ group: 'idle' }))
    run.send(commit({ group: 'busy' }))
    expect(run.call(deleteGroups('busy', 'none', 'idle'))).toEqual([
      { groupId: 'busy', errorCode: ErrorCode.NON_EMPTY_GROUP },
      { groupId: 'none', errorCode: ErrorCode.GROUP_ID_NOT_FOUND },
      { groupId: 'idle', errorCode: 0 },
    ])
    expect(offsetsOf(run.call(fetch('busy')))).toEqual(['orders-0: 42'])
    expect(offsetsOf(run.call(fetch('idle')))).toEqual([])
    expect(shardOf(run).registry.get('idle')).toBeUndefined()
  })

  test('of a large group goes in steps, none of them larger than a batch, and is answered at the end', () => {
    const run = offsetsRun({ limits: { records: 10, looks: 1000 } })
    commitMany(run, 95)
    run.send(commit({ group: 'small' }))
    run.outcomeSizes.length = 0
    const ticket = run.send(deleteGroups('group', 'small'))
    expect(run.replies.has(ticket)).toBe(false)
    run.advance(0)
    expect(run.outcomeSizes).toEqual([10, 10, 10, 10, 10, 10, 10, 10, 10, 8])
    expect(run.replies.get(ticket)).toEqual([
      { groupId: 'group', errorCode: 0 },
      { groupId: 'small', errorCode: 0 },
    ])
    expect(shardOf(run).registry.size).toBe(0)
    expect(shardOf(run).offsets.size).toBe(0)
    expect([...run.timers.keys()]).toEqual(['offsets:expiry'])
  })

  test('takes no step before the last one is committed', () => {
    const run = offsetsRun({ limits: { records: 10, looks: 1000 } })
    commitMany(run, 25)
    const caller = { ticket: 999, clientId: 'c', clientHost: '/1', apiVersion: 2 }
    const { timers, replies, divisible } = run.shard.handle(deleteGroups('group'), caller, run.view)
    expect(timers?.map(({ afterMs, onceCommitted }) => [afterMs, onceCommitted])).toEqual([
      [0, true],
      [30_000, undefined],
    ])
    expect([replies, divisible]).toEqual([undefined, true])
  })

  test('is given up when a step is not committed in time, and another attempt does the rest', () => {
    const run = offsetsRun({ limits: { records: 10, looks: 1000 } })
    commitMany(run, 25)
    const ticket = run.send(deleteGroups('nobody', 'group'))
    const [step] = [...run.timers.keys()].filter((key) => key.startsWith('offsets:deletion'))
    run.timers.delete(step!)
    run.advance(29_999)
    expect(run.replies.has(ticket)).toBe(false)
    run.advance(1)
    expect(run.replies.get(ticket)).toEqual([
      { groupId: 'nobody', errorCode: ErrorCode.GROUP_ID_NOT_FOUND },
      { groupId: 'group', errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE },
    ])
    expect([...run.timers.keys()]).toEqual(['offsets:expiry'])
    expect(run.call(deleteGroups('group'))).toEqual([{ groupId: 'group', errorCode: 0 }])
    expect([...run.timers.keys()]).toEqual(['offsets:expiry'])
  })

  test('that is joined between two steps ends there', () => {
    let refusal: GroupError | undefined
    const run = offsetsRun({ limits: { records: 10, looks: 1000 }, groups: [{ refuseDelete: () => refusal }] })
    commitMany(run, 25)
    const ticket = run.send(deleteGroups('group'))
    refusal = 'NON_EMPTY_GROUP'
    run.advance(0)
    expect(run.replies.get(ticket)).toEqual([{ groupId: 'group', errorCode: ErrorCode.NON_EMPTY_GROUP }])
    expect(shardOf(run).offsets.size).toBe(15)
  })

  test('interrupted by a change of leader can be asked for again', () => {
    const run = offsetsRun({ limits: { records: 10, looks: 1000 } })
    commitMany(run, 25)
    run.send(deleteGroups('group'))
    run.reload()
    expect(shardOf(run).offsets.size).toBe(15)
    expect(run.call(deleteGroups('group'))).toEqual([{ groupId: 'group', errorCode: 0 }])
    expect(shardOf(run).registry.size).toBe(0)
  })
})

describe('expiry', () => {
  test('takes offsets of a group without members by the time of their commit, and the group with the last', () => {
    const run = offsetsRun()
    run.send(commit())
    run.advance(DAY_MS)
    run.send(commit({ partition: 1 }))
    run.advance(6 * DAY_MS - HOUR_MS)
    expect(offsetsOf(run.call(fetch('group')))).toEqual(['orders-0: 42', 'orders-1: 42'])
    run.advance(HOUR_MS)
    expect(offsetsOf(run.call(fetch('group')))).toEqual(['orders-1: 42'])
    run.advance(DAY_MS)
    expect(offsetsOf(run.call(fetch('group')))).toEqual([])
    expect(shardOf(run).registry.size).toBe(0)
  })

  test('counts from when the group became empty', () => {
    const start = offsetsRun().nowMs
    const emptied = { isEmpty: true, unusedSince: start + 3 * DAY_MS, groupId: 'group' }
    const run = offsetsRun({ groups: [emptied] })
    run.send(commit())
    run.advance(10 * DAY_MS - 1)
    expect(shardOf(run).offsets.size).toBe(1)
    run.advance(1)
    expect(shardOf(run).offsets.size).toBe(0)
    expect(shardOf(run).registry.get('group')).toBeUndefined()
  })

  const groups: [string, Partial<Group>, left: string[]][] = [
    ['takes nothing while the group is being rebalanced', { unusedSince: undefined }, ['bills-0: 42', 'orders-0: 42']],
    [
      'takes what no member is subscribed to',
      { unusedSince: 'commit', isSubscribedTo: (topic) => topic === 'orders' },
      ['orders-0: 42'],
    ],
    ['leaves a group with members', { unusedSince: 'commit' }, []],
  ]
  test.each(groups)('%s', (_, group, left) => {
    const run = offsetsRun({ groups: [group] })
    run.send(commit({ topic: 'bills' }))
    run.send(commit())
    run.advance(8 * DAY_MS)
    expect(offsetsOf(run.call(fetch('group')))).toEqual(left)
    expect(shardOf(run).registry.get('group')).toBeDefined()
  })

  test('keeps to the retention time of the request', () => {
    const run = offsetsRun()
    run.send(commit({ retentionMs: 2 * HOUR_MS }), { apiVersion: 2 })
    run.send(commit({ partition: 1, retentionMs: 9 * DAY_MS }), { apiVersion: 4 })
    run.advance(2 * HOUR_MS - 1)
    expect(shardOf(run).offsets.size).toBe(2)
    run.advance(HOUR_MS)
    expect(offsetsOf(run.call(fetch('group')))).toEqual(['orders-1: 42'])
    run.advance(8 * DAY_MS)
    expect(offsetsOf(run.call(fetch('group')))).toEqual(['orders-1: 42'])
    run.advance(DAY_MS)
    expect(offsetsOf(run.call(fetch('group')))).toEqual([])
  })

  test('of many goes in steps and begins again an interval after the last', () => {
    const run = offsetsRun({ limits: { records: 10, looks: 20 } })
    for (const topic of ['a', 'b', 'c']) commitMany(run, 15, { topic })
    for (const group of ['1', '2', '3', '4']) commitMany(run, 6, { group })
    run.outcomeSizes.length = 0
    run.advance(8 * DAY_MS)
    expect(Math.max(...run.outcomeSizes)).toBeLessThanOrEqual(11)
    expect(run.outcomeSizes.reduce((sum, size) => sum + size)).toBe(3 * 15 + 4 * 6 + 5)
    expect(shardOf(run).offsets.size).toBe(0)
    expect(shardOf(run).registry.size).toBe(0)
    expect(run.timers.get('offsets:expiry')).toBe(run.nowMs + HOUR_MS)
  })

  test('that finds nothing in many goes in steps too', () => {
    const run = offsetsRun({ limits: { records: 10, looks: 20 } })
    for (let group = 0; group < 50; group++) commitMany(run, 6, { group: `${group}` })
    run.advance(HOUR_MS - 1)
    run.nowMs += 1
    const steps: string[] = []
    const { expired } = run.shard
    run.shard.expired = (key, view) => {
      steps.push(key)
      return expired.call(run.shard, key, view)
    }
    run.advance(0)
    expect(steps.length).toBeGreaterThan(10)
    expect(run.timers.get('offsets:expiry')).toBe(run.nowMs + HOUR_MS)
  })

  test('removes a group without offsets when nobody is in it', () => {
    const run = offsetsRun({ groups: [{ groupId: 'empty', isEmpty: true }, { groupId: 'busy' }] })
    run.advance(HOUR_MS)
    expect(shardOf(run).registry.get('empty')).toBeUndefined()
    expect(shardOf(run).registry.get('busy')).toBeDefined()
  })
})

describe('the end of a topic', () => {
  const topic = (name: string, id: string): TopicImage => ({ name, id, partitions: [] })
  const end = (run: Run, ...topics: TopicImage[]) =>
    run.changeImage(
      { ...run.image, offset: run.image.offset + 1 },
      { topicsRemoved: new Map(topics.map((gone) => [gone.id, gone])) },
    )

  test('ends its offsets in every group, and leaves those of a later topic of its name', () => {
    const run = offsetsRun({ groups: [{ groupId: 'busy', isSubscribedTo: () => true }] })
    for (const group of ['busy', 'idle']) {
      run.send(commit({ group, topicId: ID }))
      run.send(commit({ group, partition: 1, topicId: ZERO_UUID }))
      run.send(commit({ group, partition: 2, topicId: OTHER_ID }))
      run.send(commit({ group, topic: 'bills', topicId: ID }))
    }
    end(run, topic('orders', ID))
    for (const group of ['busy', 'idle']) {
      expect(offsetsOf(run.call(fetch(group))).sort()).toEqual(['bills-0: 42', 'orders-2: 42'])
    }
  })

  test('with many offsets goes in steps, two topics at a time if need be', () => {
    const run = offsetsRun({ limits: { records: 10, looks: 20 } })
    commitMany(run, 35)
    commitMany(run, 35, { topic: 'bills' })
    run.outcomeSizes.length = 0
    end(run, topic('orders', ID))
    end(run, topic('bills', OTHER_ID))
    run.advance(0)
    expect(Math.max(...run.outcomeSizes)).toBe(10)
    expect(shardOf(run).offsets.size).toBe(0)
    expect([...run.timers.keys()]).toEqual(['offsets:expiry'])
  })

  test('and of a later one of its name, told together, ends the offsets of both', () => {
    const run = offsetsRun()
    run.send(commit({ topicId: ID }))
    run.send(commit({ partition: 1, topicId: OTHER_ID }))
    end(run, topic('orders', ID), topic('orders', OTHER_ID))
    expect(shardOf(run).offsets.size).toBe(0)
  })

  test('told late, together with that of others, keeps none of the sweeps from its end', () => {
    const run = offsetsRun({ limits: { records: 10, looks: 20 } })
    commitMany(run, 35)
    commitMany(run, 35, { topic: 'bills' })
    for (const gone of [topic('orders', ID), topic('bills', OTHER_ID)]) {
      run.changeImage(run.image, { topicsRemoved: new Map([[gone.id, gone]]) })
    }
    run.advance(0)
    expect(shardOf(run).offsets.size).toBe(0)
  })

  test('means nothing to who has no offsets of it', () => {
    const run = offsetsRun()
    run.send(commit())
    end(run, topic('bills', ID))
    run.changeImage(run.image, { topicsChanged: new Set(['orders']) })
    expect(run.log).toHaveLength(1)
  })
})
