import { expect, test } from '@jest/globals'
import { type ConsumerGroupHeartbeatRequest, errorByCode } from '@ottla/protocol'
import { ConsumerScene, GROUP } from './testing/consumer-scene.ts'
import { topicId } from './testing/topics.ts'

const T = topicId('t')

/** `epoch 2: 0,1` of one topic, or the error with its message. */
function said(reply: ReturnType<ConsumerScene['heartbeat']>): string {
  if (reply.errorCode !== 0) return `${errorByCode(reply.errorCode).name} ${reply.errorMessage}`
  if (reply.assignment === null || reply.assignment === undefined) return `epoch ${reply.memberEpoch}`
  const topics = reply.assignment.topicPartitions.map(({ topicId: id, partitions }) => {
    const name = id.replace(/_+A$/, '')
    return name === 't' ? partitions.join() : `${name}:${partitions.join()}`
  })
  return `epoch ${reply.memberEpoch}: ${topics.join(' ')}`
}

/** What a Kafka 4.3.1 answered to the same requests. */
test('two members, a static one that comes back, an expression', async () => {
  const scene = new ConsumerScene({ topics: { t: 4 } })
  const step = (reply: ReturnType<ConsumerScene['heartbeat']>) => said(reply)
  expect(step(scene.heartbeat({ memberId: 'm1', memberEpoch: 4 }))).toBe(
    'GROUP_ID_NOT_FOUND Consumer group g not found.',
  )
  expect(step(scene.heartbeat({ memberId: 'm1', memberEpoch: -1 }))).toBe('GROUP_ID_NOT_FOUND Group g not found.')
  expect(step(scene.join('m1'))).toBe('epoch 2: 0,1,2,3')
  expect(step(scene.join('m2'))).toBe('epoch 2: ')
  expect(scene.consumerGroup.state).toBe('Assigning')
  expect(step(scene.heartbeat({ memberId: 'm1', memberEpoch: 2 }))).toBe('epoch 2')
  expect(step(scene.heartbeat({ memberId: 'm1', memberEpoch: 7 }))).toBe(
    'FENCED_MEMBER_EPOCH The consumer group member has a greater member epoch (7) than the one known by the group coordinator (2). The member must abandon all its partitions and rejoin.',
  )
  expect(step(scene.heartbeat({ memberId: 'm1', memberEpoch: 1 }))).toBe(
    'FENCED_MEMBER_EPOCH The consumer group member has a smaller member epoch (1) than the one known by the group coordinator (2). The member must abandon all its partitions and rejoin.',
  )
  scene.run.advance(1100)
  expect(scene.consumerGroup.state).toBe('Reconciling')
  expect(step(scene.heartbeat({ memberId: 'm1', memberEpoch: 2 }))).toBe('epoch 2: 0,1')
  expect(step(scene.heartbeat({ memberId: 'zz', memberEpoch: 2 }))).toBe(
    'UNKNOWN_MEMBER_ID Member zz is not a member of group g.',
  )
  expect(step(scene.join('s1', { instanceId: 'i1' }))).toBe('epoch 3: ')
  expect(step(scene.join('s2', { instanceId: 'i1' }))).toBe(
    'UNRELEASED_INSTANCE_ID Static member s2 with instance id i1 cannot join the group because the instance id is owned by s1 member.',
  )
  expect(step(scene.heartbeat({ memberId: 's1', instanceId: 'i1', memberEpoch: -2 }))).toBe('epoch -2')
  expect(step(scene.heartbeat({ memberId: 's1', instanceId: 'i1', memberEpoch: 3 }))).toBe(
    'FENCED_MEMBER_EPOCH The consumer group member has a greater member epoch (3) than the one known by the group coordinator (-2). The member must abandon all its partitions and rejoin.',
  )
  expect(step(scene.join('s2', { instanceId: 'i1' }))).toBe('epoch 3: ')
  expect(step(scene.heartbeat({ memberId: 's1', instanceId: 'i1', memberEpoch: 3 }))).toBe(
    'FENCED_INSTANCE_ID Static member s1 with instance id i1 was fenced by member s2.',
  )
  expect(step(scene.heartbeat({ memberId: 's1', instanceId: 'i9', memberEpoch: 3 }))).toBe(
    'UNKNOWN_MEMBER_ID Instance id i9 is unknown.',
  )
  const regex = { subscribedTopicNames: null, subscribedTopicRegex: '[a' }
  expect(step(scene.join('r1', regex))).toBe(
    'INVALID_REGULAR_EXPRESSION SubscribedTopicRegex `[a` is not a valid regular expression: missing closing ].',
  )
  expect(step(scene.join('r1', { ...regex, subscribedTopicRegex: 't*' }))).toBe('epoch 3: ')
  await scene.run.settle()
  scene.run.advance(1500)
  expect(step(scene.heartbeat({ memberId: 'r1', memberEpoch: 3 }))).toBe('epoch 5')
  expect(step(scene.heartbeat({ memberId: 'm1', memberEpoch: -1 }))).toBe('epoch -1')
  expect(step(scene.heartbeat({ memberId: 'm1', memberEpoch: -1 }))).toBe(
    'UNKNOWN_MEMBER_ID Member m1 is not a member of group g.',
  )
})

/** The records that a Kafka 4.3.1 wrote for the same requests, but for its hash. */
test('records of a first member, of one without topics, of one whose topics do not exist', () => {
  const first = new ConsumerScene({ topics: { t: 4 } })
  first.join('m1')
  const member = (names: string[]) =>
    `5 m1 {"instanceId":null,"rackId":null,"clientId":"client","clientHost":"/127.0.0.1","subscribedTopicNames":${JSON.stringify(names)},"subscribedTopicRegex":"","rebalanceTimeoutMs":60000,"serverAssignor":null,"classicMemberMetadata":null}`
  const hash = first.consumerGroup.metadataHash
  const now = first.run.nowMs
  expect(first.records()).toEqual([
    member(['t']),
    `3  {"epoch":2,"metadataHash":"${hash}"}`,
    `7 m1 {"topicPartitions":[{"topicId":"${T}","partitions":[0,1,2,3]}]}`,
    `6  {"assignmentEpoch":2,"assignmentTimestamp":${now}}`,
    `8 m1 {"memberEpoch":2,"previousMemberEpoch":0,"state":0,"assignedPartitions":[{"topicId":"${T}","partitions":[0,1,2,3],"assignmentEpochs":[2,2,2,2]}],"partitionsPendingRevocation":[]}`,
  ])
  const none = new ConsumerScene({ topics: { t: 4 } })
  expect(said(none.join('m1', { subscribedTopicNames: [] }))).toBe('epoch 1: ')
  expect(none.records()).toEqual([
    member([]),
    `8 m1 {"memberEpoch":1,"previousMemberEpoch":0,"state":0,"assignedPartitions":[],"partitionsPendingRevocation":[]}`,
  ])
  const missing = new ConsumerScene({ topics: { t: 4 } })
  expect(said(missing.join('m1', { subscribedTopicNames: ['nope'] }))).toBe('epoch 2: ')
  expect(missing.records()).toEqual([
    member(['nope']),
    `3  {"epoch":2,"metadataHash":"0"}`,
    `7 m1 {"topicPartitions":[]}`,
    `6  {"assignmentEpoch":2,"assignmentTimestamp":${now}}`,
    `8 m1 {"memberEpoch":2,"previousMemberEpoch":0,"state":0,"assignedPartitions":[],"partitionsPendingRevocation":[]}`,
  ])
})

test.each([
  ['a blank member id', { memberId: ' ', groupId: '' }, "INVALID_REQUEST MemberId can't be empty."],
  ['a blank group id', { groupId: ' ' }, "INVALID_REQUEST GroupId can't be empty."],
  ['an empty instance id', { instanceId: '' }, "INVALID_REQUEST InstanceId can't be empty."],
  ['a blank rack', { rackId: '\t' }, "INVALID_REQUEST RackId can't be empty."],
  [
    'no rebalance timeout',
    { rebalanceTimeoutMs: -1 },
    'INVALID_REQUEST RebalanceTimeoutMs must be provided in first request.',
  ],
  ['no partitions', { topicPartitions: null }, 'INVALID_REQUEST TopicPartitions must be empty when (re-)joining.'],
  [
    'partitions',
    { topicPartitions: [{ topicId: T, partitions: [] }] },
    'INVALID_REQUEST TopicPartitions must be empty when (re-)joining.',
  ],
  [
    'no subscription',
    { subscribedTopicNames: null },
    'INVALID_REQUEST Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.',
  ],
  ['a static leave of nobody', { memberEpoch: -2 }, "INVALID_REQUEST InstanceId can't be null."],
  ['an epoch that is none', { memberEpoch: -3 }, 'INVALID_REQUEST MemberEpoch is invalid.'],
  [
    'an assignor that is none',
    { serverAssignor: 'x' },
    'UNSUPPORTED_ASSIGNOR ServerAssignor x is not supported. Supported assignors: uniform, range.',
  ],
])('a heartbeat with %s is refused and changes nothing', (_, body, error) => {
  const scene = new ConsumerScene({ topics: { t: 1 } })
  expect(said(scene.join('m', body))).toBe(error)
  expect(scene.run.log).toEqual([])
  expect(scene.group).toBeUndefined()
})

test('a member without an id is given one in version 0 alone', () => {
  const scene = new ConsumerScene({ topics: { t: 1 } })
  expect(scene.join('', {}, 0).memberId).toMatch(/^id-/)
  expect(said(scene.join('', {}, 1))).toBe("INVALID_REQUEST MemberId can't be empty.")
})

test('a full group takes those that are in it alone', () => {
  const scene = new ConsumerScene({ topics: { t: 2 }, settings: { consumerMaxSize: 1 } })
  scene.join('a')
  expect(said(scene.join('b'))).toBe(
    'GROUP_MAX_SIZE_REACHED The consumer group has reached its maximum capacity of 1 members.',
  )
  expect(said(scene.join('a'))).toBe('epoch 2: 0,1')
})

test('a heartbeat that changes nothing writes nothing and renews the session', () => {
  const scene = new ConsumerScene({ topics: { t: 2 } })
  scene.join('a')
  const written = scene.run.log.length
  for (let beat = 0; beat < 20; beat++) {
    scene.run.advance(5000)
    expect(said(scene.heartbeat({ memberId: 'a', memberEpoch: 2 }))).toBe('epoch 2')
  }
  expect(scene.run.log.length).toBe(written)
  scene.run.advance(45_000)
  expect(scene.consumerGroup.state).toBe('Empty')
  expect(said(scene.heartbeat({ memberId: 'a', memberEpoch: 2 }))).toContain('UNKNOWN_MEMBER_ID')
})

test('timers that stem from records start when these are committed, others at once', () => {
  const scene = new ConsumerScene({ topics: { t: 1 } })
  const caller = { ticket: 999, clientId: 'client', clientHost: '/127.0.0.1', apiVersion: 1 }
  const timersOf = (body: Partial<ConsumerGroupHeartbeatRequest>) => {
    const request = { kind: 'consumer-group-heartbeat' as const, body: scene.request(body) }
    const { timers = [] } = scene.run.shard.handle(request, caller, scene.run.view)
    return timers.filter(({ afterMs }) => afterMs !== undefined).map(({ onceCommitted }) => onceCommitted)
  }
  expect(timersOf({ memberId: 'm', rebalanceTimeoutMs: 1, topicPartitions: [], subscribedTopicNames: ['t'] })).toEqual([
    true,
  ])
  scene.join('m')
  expect(timersOf({ memberId: 'm', memberEpoch: 2 })).toEqual([false])
})

test('partitions are given up, acknowledged, and only then given to another member', () => {
  const scene = new ConsumerScene({ topics: { t: 2 }, groupSettings: { assignmentIntervalMs: 0 } })
  scene.join('a')
  expect(said(scene.join('b'))).toBe('epoch 3: ')
  expect(said(scene.heartbeat({ memberId: 'a', memberEpoch: 2 }))).toBe('epoch 2: 0')
  expect(said(scene.heartbeat({ memberId: 'b', memberEpoch: 3 }))).toBe('epoch 3')
  const both = [{ topicId: T, partitions: [0, 1] }]
  expect(said(scene.heartbeat({ memberId: 'a', memberEpoch: 2, topicPartitions: both }))).toBe('epoch 2')
  const one = [{ topicId: T, partitions: [0] }]
  expect(said(scene.heartbeat({ memberId: 'a', memberEpoch: 2, topicPartitions: one }))).toBe('epoch 3')
  expect(said(scene.heartbeat({ memberId: 'b', memberEpoch: 3 }))).toBe('epoch 3: 1')
  expect(scene.consumerGroup.state).toBe('Stable')
})

test('a static member that leaves for a while does not keep what it was to give up', () => {
  const scene = new ConsumerScene({ topics: { t: 4 } })
  scene.join('s', { instanceId: 'i' })
  const epoch = scene.join('m').memberEpoch
  scene.run.advance(1000)
  const s = scene.heartbeat({ memberId: 's', instanceId: 'i', memberEpoch: 2 })
  expect(s.assignment?.topicPartitions[0]?.partitions).toHaveLength(2)
  const waiting = scene.heartbeat({ memberId: 'm', memberEpoch: epoch, topicPartitions: [] })
  expect(waiting.assignment?.topicPartitions ?? []).toEqual([])
  scene.heartbeat({ memberId: 's', instanceId: 'i', memberEpoch: -2 })
  const m = scene.heartbeat({ memberId: 'm', memberEpoch: waiting.memberEpoch, topicPartitions: [] })
  expect(m.assignment?.topicPartitions[0]?.partitions).toHaveLength(2)
})

test('whichever part of the records of many leaving members a crash has left, every partition is given to somebody', () => {
  const scene = new ConsumerScene({ topics: { t: 6 } })
  for (const memberId of ['a', 'b', 'c']) scene.join(memberId)
  for (const memberEpoch of [2, 3, 4]) {
    scene.run.advance(2000)
    for (const memberId of ['a', 'b', 'c']) scene.heartbeat({ memberId, memberEpoch, topicPartitions: [] })
  }
  const from = scene.run.log.length
  const members = ['b', 'c'].map((memberId) => ({ memberId, groupInstanceId: null, reason: null }))
  scene.call('leave-group', { groupId: GROUP, memberId: '', members }, 5)
  const log = [...scene.run.log]
  expect(log.length - from).toBeGreaterThan(6)
  for (let end = from; end <= log.length; end++) {
    scene.run.reload(log.slice(0, end))
    scene.run.advance(5000)
    const { target } = scene.consumerGroup
    const given = [...target.values()].flatMap((partitions) => [...(partitions.get(T) ?? [])])
    expect([end - from, given.sort()]).toEqual([end - from, [0, 1, 2, 3, 4, 5]])
  }
})

test('a reply that was lost is asked for again with the epoch before', () => {
  const scene = new ConsumerScene({ topics: { t: 2 }, groupSettings: { assignmentIntervalMs: 0 } })
  scene.join('a')
  scene.join('b')
  scene.heartbeat({ memberId: 'a', memberEpoch: 2 })
  const topicPartitions = [{ topicId: T, partitions: [0] }]
  expect(said(scene.heartbeat({ memberId: 'a', memberEpoch: 2, topicPartitions }))).toBe('epoch 3')
  expect(said(scene.heartbeat({ memberId: 'a', memberEpoch: 2, topicPartitions }))).toBe('epoch 3')
  const more = [{ topicId: T, partitions: [0, 1] }]
  expect(said(scene.heartbeat({ memberId: 'a', memberEpoch: 2, topicPartitions: more }))).toContain(
    'FENCED_MEMBER_EPOCH',
  )
})

test('a member that does not give up in its rebalance timeout is out, also after a load', () => {
  for (const reload of [false, true]) {
    const scene = new ConsumerScene({
      topics: { t: 2 },
      groupSettings: { assignmentIntervalMs: 0, sessionTimeoutMs: 45_000 },
    })
    scene.join('a', { rebalanceTimeoutMs: 10_000 })
    scene.join('b')
    expect(said(scene.heartbeat({ memberId: 'a', memberEpoch: 2 }))).toBe('epoch 2: 0')
    if (reload) scene.run.reload()
    scene.run.advance(9_999)
    expect(said(scene.heartbeat({ memberId: 'a', memberEpoch: 2 }))).toBe('epoch 2')
    scene.run.advance(1)
    expect(said(scene.heartbeat({ memberId: 'a', memberEpoch: 2 }))).toContain('UNKNOWN_MEMBER_ID')
    expect(said(scene.heartbeat({ memberId: 'b', memberEpoch: 3 }))).toBe('epoch 4: 0,1')
  }
})

test('a topic that a member drops goes at once, in its epoch', () => {
  const scene = new ConsumerScene({ topics: { t: 2, u: 1 } })
  expect(said(scene.join('m1', { subscribedTopicNames: ['t', 'u'] }))).toBe('epoch 2: 0,1 u:0')
  scene.run.advance(300)
  const t = { topicId: T, partitions: [0, 1] }
  const u = { topicId: topicId('u'), partitions: [0] }
  const drop = { memberId: 'm1', memberEpoch: 2, subscribedTopicNames: ['t'], topicPartitions: [t, u] }
  expect(said(scene.heartbeat(drop))).toBe('epoch 2: 0,1')
  expect(said(scene.heartbeat({ memberId: 'm1', memberEpoch: 2, topicPartitions: [t] }))).toBe('epoch 2')
  scene.run.advance(700)
  expect(said(scene.heartbeat({ memberId: 'm1', memberEpoch: 2, topicPartitions: [t] }))).toBe('epoch 3')
})

test('new partitions, a topic that goes, one that comes again with another id', () => {
  const scene = new ConsumerScene({ topics: { t: 1 }, groupSettings: { assignmentIntervalMs: 0 } })
  scene.join('a', { subscribedTopicNames: ['t', 'u'] })
  scene.setTopics({ t: 2 })
  scene.run.advance(0)
  expect(said(scene.heartbeat({ memberId: 'a', memberEpoch: 2 }))).toBe('epoch 3: 0,1')
  scene.setTopics({ t: 2, u: 1 })
  scene.run.advance(0)
  expect(said(scene.heartbeat({ memberId: 'a', memberEpoch: 3 }))).toBe('epoch 4: 0,1 u:0')
  scene.setTopics({ t: { partitions: 1, generation: 2 }, u: 1 })
  scene.run.advance(0)
  expect(said(scene.heartbeat({ memberId: 'a', memberEpoch: 4 }))).toBe('epoch 4: u:0')
  const topicPartitions = [{ topicId: topicId('u'), partitions: [0] }]
  expect(said(scene.heartbeat({ memberId: 'a', memberEpoch: 4, topicPartitions }))).toBe('epoch 5: t2:0 u:0')
})

test('topics that change while the group is not loaded', () => {
  const scene = new ConsumerScene({ topics: { t: 1 } })
  scene.join('a')
  scene.run.image = new ConsumerScene({ topics: { t: 3 } }).run.image
  scene.run.reload()
  scene.run.advance(1000)
  expect(said(scene.heartbeat({ memberId: 'a', memberEpoch: 2 }))).toBe('epoch 3: 0,1,2')
})

test('expressions: matched, followed when topics come and go, once for all who use one', async () => {
  const scene = new ConsumerScene({ topics: { t: 1, 'a-1': 1, b: 1 }, groupSettings: { assignmentIntervalMs: 0 } })
  const regex = { subscribedTopicNames: null, subscribedTopicRegex: 'a-.*' }
  expect(said(scene.join('m', regex))).toBe('epoch 1: ')
  await scene.run.settle()
  expect(said(scene.heartbeat({ memberId: 'm', memberEpoch: 1 }))).toBe('epoch 2: a-1:0')
  const before = scene.run.log.length
  expect(said(scene.join('n', regex))).toBe('epoch 3: ')
  await scene.run.settle()
  expect(scene.records(before).filter((line) => line.startsWith('16'))).toEqual([])
  scene.setTopics({ t: 1, 'a-1': 1, b: 1, 'a-2': 1 })
  scene.run.advance(9_000)
  await scene.run.settle()
  expect(said(scene.heartbeat({ memberId: 'n', memberEpoch: 3 }))).toBe('epoch 3')
  scene.run.advance(1_000)
  await scene.run.settle()
  expect(said(scene.heartbeat({ memberId: 'n', memberEpoch: 3 }))).toBe('epoch 4: a-2:0')
  expect(scene.consumerGroup.isSubscribedTo('a-2')).toBe(true)
  for (const memberId of ['m', 'n']) scene.heartbeat({ memberId, memberEpoch: -1 })
  expect(
    scene
      .records()
      .filter((line) => line.startsWith('16'))
      .at(-1),
  ).toBe('16 a-.* null')
  expect(scene.consumerGroup.isSubscribedTo('a-2')).toBe(false)
})

test('an expression of a length that nobody needs is refused', () => {
  const scene = new ConsumerScene({ topics: { t: 1 } })
  const regex = { subscribedTopicNames: null, subscribedTopicRegex: 'a'.repeat(4097) }
  expect(said(scene.join('m', regex))).toBe(
    'INVALID_REGULAR_EXPRESSION SubscribedTopicRegex has 4097 characters, more than the 4096 allowed.',
  )
  expect(scene.group).toBeUndefined()
})

test('an expression that comes while another one is matched is not forgotten', async () => {
  const scene = new ConsumerScene({ topics: { t: 1, a: 1, b: 1 }, groupSettings: { assignmentIntervalMs: 0 } })
  scene.join('m', { subscribedTopicNames: null, subscribedTopicRegex: 'a' })
  scene.join('n', { subscribedTopicNames: null, subscribedTopicRegex: 'b' })
  await scene.run.settle()
  scene.run.advance(0)
  await scene.run.settle()
  expect(said(scene.heartbeat({ memberId: 'n', memberEpoch: 1 }))).toMatch(/: b:0$/)
})

test('a change from names to an expression and back', async () => {
  const scene = new ConsumerScene({ topics: { t: 1, a: 1 }, groupSettings: { assignmentIntervalMs: 0 } })
  scene.join('m')
  const to = { memberId: 'm', subscribedTopicNames: [], subscribedTopicRegex: 'a' }
  expect(said(scene.heartbeat({ ...to, memberEpoch: 2, topicPartitions: [{ topicId: T, partitions: [0] }] }))).toBe(
    'epoch 2: ',
  )
  await scene.run.settle()
  expect(said(scene.heartbeat({ memberId: 'm', memberEpoch: 2, topicPartitions: [] }))).toMatch(/: a:0$/)
  const { memberEpoch } = scene.consumerGroup.members.get('m')!
  const back = { memberId: 'm', memberEpoch, subscribedTopicNames: ['t'], subscribedTopicRegex: '' }
  scene.heartbeat(back)
  const epoch = scene.consumerGroup.members.get('m')!.memberEpoch
  expect(said(scene.heartbeat({ memberId: 'm', memberEpoch: epoch, topicPartitions: [] }))).toMatch(/: 0$/)
  expect(scene.consumerGroup.subscribed.resolved.size).toBe(0)
})

test('the assignor that most members ask for', () => {
  const scene = new ConsumerScene({ topics: { t: 4, u: 4 }, groupSettings: { assignmentIntervalMs: 0 } })
  const both = { subscribedTopicNames: ['t', 'u'] }
  scene.join('a', both)
  expect(scene.describe().assignorName).toBe('uniform')
  scene.join('b', { ...both, serverAssignor: 'range' })
  expect(scene.describe().assignorName).toBe('range')
})

test('describe, commits and fetches of members', () => {
  const scene = new ConsumerScene({ topics: { t: 2 }, groupSettings: { assignmentIntervalMs: 0 } })
  scene.join('a', { rackId: 'r' })
  expect(scene.describe()).toMatchObject({
    groupId: GROUP,
    groupState: 'Stable',
    groupEpoch: 2,
    assignmentEpoch: 2,
    members: [
      {
        memberId: 'a',
        rackId: 'r',
        memberEpoch: 2,
        clientId: 'client',
        clientHost: '/127.0.0.1',
        subscribedTopicNames: ['t'],
        memberType: 1,
        assignment: { topicPartitions: [{ topicId: T, topicName: 't', partitions: [0, 1] }] },
        targetAssignment: { topicPartitions: [{ topicId: T, topicName: 't', partitions: [0, 1] }] },
      },
    ],
  })
  scene.join('b')
  scene.heartbeat({ memberId: 'a', memberEpoch: 2 })
  scene.heartbeat({ memberId: 'a', memberEpoch: 2, topicPartitions: [{ topicId: T, partitions: [0] }] })
  const group = scene.consumerGroup
  const commit = (memberId: string, generationOrEpoch: number, partition: number, apiVersion = 9) => {
    const committer = { memberId, groupInstanceId: null, generationOrEpoch, apiVersion }
    return group.refuseCommit(committer) ?? group.refuseCommitOf({ ...committer, topic: 't', partition })
  }
  expect(commit('a', 3, 0)).toBeUndefined()
  expect(commit('a', 2, 0)).toBeUndefined()
  expect(commit('a', 1, 0)).toBe('STALE_MEMBER_EPOCH')
  expect(commit('a', 2, 1)).toBe('STALE_MEMBER_EPOCH')
  expect(commit('a', 4, 0)).toBe('STALE_MEMBER_EPOCH')
  expect(commit('a', 3, 0, 8)).toBe('UNSUPPORTED_VERSION')
  expect(commit('x', 3, 0)).toBe('UNKNOWN_MEMBER_ID')
  expect(commit('', -1, 0)).toBe('UNKNOWN_MEMBER_ID')
  expect(group.refuseFetch({ memberId: null, memberEpoch: -1 })).toBeUndefined()
  expect(group.refuseFetch({ memberId: 'a', memberEpoch: 3 })).toBeUndefined()
  expect(group.refuseFetch({ memberId: 'a', memberEpoch: 2 })).toBe('STALE_MEMBER_EPOCH')
  expect(group.refuseFetch({ memberId: 'x', memberEpoch: 2 })).toBe('UNKNOWN_MEMBER_ID')
  expect(group.refuseDelete()).toBe('NON_EMPTY_GROUP')
  for (const memberId of ['a', 'b']) scene.heartbeat({ memberId, memberEpoch: -1 })
  expect(group.refuseDelete()).toBeUndefined()
  expect(commit('', -1, 0)).toBeUndefined()
  expect(scene.call('delete-groups', { groupIds: [GROUP] })).toMatchObject([{ groupId: GROUP, errorCode: 0 }])
  expect(scene.group).toBeUndefined()
  scene.run.reload()
  expect(scene.group).toBeUndefined()
})
