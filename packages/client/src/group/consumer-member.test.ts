import { beforeEach, describe, expect, test } from '@jest/globals'
import { ErrorCode, type ErrorName } from '@ottla/protocol'
import { ClientError } from '../errors.ts'
import { ConsumerMember } from './consumer-member.ts'
import type { IdPartitions, Interest, MemberInput } from './member.ts'
import { effectText } from './testing/effect-text.ts'

type Body = Record<string, unknown>

let member: ConsumerMember
let round: number
let handed: number
let sent: { readonly body: Body; readonly minVersion: number }

function newMember(groupInstanceId: string | null = null): void {
  const options = { groupId: 'g', memberId: 'me', rebalanceTimeoutMs: 300_000, rackId: 'r1', serverAssignor: 'range' }
  member = new ConsumerMember({ ...options, groupInstanceId })
  round = 0
  handed = 0
}

beforeEach(() => newMember())

/** Effects as text, without logs and the ends of timers. */
function step(input: MemberInput): string[] {
  const effects = member.step(input)
  for (const effect of effects) {
    if (effect.kind === 'revoke' || effect.kind === 'assign') handed = effect.round
    else if ('round' in effect) round = effect.round
    if (effect.kind === 'send') sent = effect.request as unknown as typeof sent
  }
  return effects.map(effectText).filter((text) => text !== 'log' && text !== 'stop-timers')
}

const SEND = 'send consumerGroupHeartbeat'
const api = 'consumerGroupHeartbeat' as const
const wanted = (interest: Interest) => step({ kind: 'wanted', interest })
const answered = (answer: object) =>
  step({
    kind: 'answered',
    round,
    api,
    answer: { errorCode: 0, memberId: 'me', memberEpoch: 1, heartbeatIntervalMs: 1_000, assignment: null, ...answer },
  })
const refused = (name: ErrorName) => step({ kind: 'refused', round, api, error: new ClientError(name, undefined, {}) })
const given = (...topicPartitions: IdPartitions[]) => ({ assignment: { topicPartitions } })
const NAMES = new Map([
  ['T', 't'],
  ['U', 'u'],
])
const resolved = () => step({ kind: 'resolved', round, names: NAMES })

/** A member in epoch 1 that has t-0 and t-1, and has said so. */
function stable(groupInstanceId: string | null = null): void {
  newMember(groupInstanceId)
  wanted({ topics: ['t'] })
  answered(given({ topicId: 'T', partitions: [0, 1] }))
  resolved()
  step({ kind: 'assigned', round: handed })
  answered({})
}

describe('joining', () => {
  test('tells everything with the first heartbeat, and later what is new', () => {
    expect(wanted({ topics: ['t'] })).toEqual([SEND, 'timer heartbeat 5000'])
    expect(sent.body).toEqual({
      groupId: 'g',
      instanceId: null,
      memberId: 'me',
      memberEpoch: 0,
      rackId: 'r1',
      rebalanceTimeoutMs: 300_000,
      serverAssignor: 'range',
      subscribedTopicNames: ['t'],
      subscribedTopicRegex: null,
      topicPartitions: [],
    })
    expect(answered({})).toEqual(['timer heartbeat 1000'])
    expect(step({ kind: 'due', timer: 'heartbeat' })).toEqual([SEND, 'timer heartbeat 1000'])
    expect(sent.body).toMatchObject({
      memberEpoch: 1,
      subscribedTopicNames: null,
      rebalanceTimeoutMs: -1,
      topicPartitions: null,
    })
    expect(member.identity).toEqual({ memberId: 'me', epoch: 1 })
  })

  test('a pattern is sent to brokers that know patterns', () => {
    wanted({ topics: [], regex: 't.*' })
    expect(sent).toMatchObject({ minVersion: 1, body: { subscribedTopicNames: [], subscribedTopicRegex: 't.*' } })
    answered({})
    wanted({ topics: ['t'] })
    expect(sent.body).toMatchObject({ subscribedTopicNames: ['t'], subscribedTopicRegex: '' })
  })

  test('takes the member id that an older broker makes', () => {
    wanted({ topics: ['t'] })
    answered({ memberId: 'made' })
    expect(member.identity).toEqual({ memberId: 'made', epoch: 1 })
  })
})

describe('assignments', () => {
  test('ids are resolved, the listener is told, the coordinator hears of it', () => {
    wanted({ topics: ['t'] })
    expect(answered(given({ topicId: 'T', partitions: [0, 1] }))).toEqual(['timer heartbeat 1000', 'resolve T'])
    expect(resolved()).toEqual(['assign t-0 t-1 (new t-0 t-1)'])
    expect(step({ kind: 'assigned', round: handed })).toEqual([SEND, 'timer heartbeat 1000'])
    expect(sent.body).toMatchObject({ topicPartitions: [{ topicId: 'T', partitions: [0, 1] }] })
  })

  test('what goes is given up before what stays is acknowledged', () => {
    stable()
    step({ kind: 'due', timer: 'heartbeat' })
    answered({ memberEpoch: 1, ...given({ topicId: 'T', partitions: [1] }) })
    expect(resolved()).toEqual(['revoke t-0'])
    expect(step({ kind: 'due', timer: 'heartbeat' })).toEqual([SEND, 'timer heartbeat 1000'])
    expect(sent.body).toMatchObject({ topicPartitions: null })
    answered({})
    expect(step({ kind: 'revoked', round: handed })).toEqual(['assign t-1 (new nothing)'])
    expect(step({ kind: 'assigned', round: handed })).toEqual([SEND, 'timer heartbeat 1000'])
    expect(sent.body).toMatchObject({ topicPartitions: [{ topicId: 'T', partitions: [1] }] })
  })

  test('a heartbeat under way is waited for before the next one', () => {
    wanted({ topics: ['t'] })
    answered(given({ topicId: 'T', partitions: [0] }))
    resolved()
    step({ kind: 'due', timer: 'heartbeat' })
    expect(step({ kind: 'assigned', round: handed })).toEqual([])
    expect(answered({})).toEqual(['timer heartbeat 1000', SEND, 'timer heartbeat 1000'])
    expect(sent.body).toMatchObject({ topicPartitions: [{ topicId: 'T', partitions: [0] }] })
  })

  test('a newer assignment is taken up behind the one under way', () => {
    stable()
    step({ kind: 'due', timer: 'heartbeat' })
    answered(given({ topicId: 'T', partitions: [1] }))
    resolved()
    step({ kind: 'due', timer: 'heartbeat' })
    expect(answered({ memberEpoch: 2, ...given({ topicId: 'T', partitions: [1, 2] }) })).toEqual([
      'timer heartbeat 1000',
    ])
    step({ kind: 'revoked', round: handed })
    expect(step({ kind: 'assigned', round: handed })).toEqual([SEND, 'timer heartbeat 1000', 'resolve T'])
    expect(sent.body).toMatchObject({ topicPartitions: [{ topicId: 'T', partitions: [1] }] })
    resolved()
    expect(answered({ memberEpoch: 2 })).toEqual(['timer heartbeat 1000', 'assign t-1 t-2 (new t-2)'])
  })

  describe('the coordinator was told a list without what is to come: it may give that away at once', () => {
    beforeEach(() => {
      stable()
      step({ kind: 'due', timer: 'heartbeat' })
      answered(given({ topicId: 'T', partitions: [1, 2] }))
      resolved()
      step({ kind: 'due', timer: 'heartbeat' })
      refused('NETWORK_EXCEPTION')
      step({ kind: 'due', timer: 'retry' })
    })

    test('its answer is waited for, even when what goes is given up long before', () => {
      expect(sent.body).toMatchObject({ topicPartitions: [{ topicId: 'T', partitions: [0, 1] }] })
      expect(step({ kind: 'revoked', round: handed })).toEqual([])
      expect(answered({})).toEqual(['timer heartbeat 1000', 'assign t-1 t-2 (new t-2)'])
    })

    test('it has been given away', () => {
      step({ kind: 'revoked', round: handed })
      expect(answered({ memberEpoch: 2, ...given({ topicId: 'T', partitions: [1] }) })).toEqual([
        'timer heartbeat 1000',
        'resolve T',
      ])
      expect(resolved()).toEqual(['assign t-1 (new nothing)'])
    })

    test('the answer is lost: the next one counts', () => {
      step({ kind: 'revoked', round: handed })
      refused('NETWORK_EXCEPTION')
      step({ kind: 'due', timer: 'retry' })
      expect(sent.body).toMatchObject({ topicPartitions: [{ topicId: 'T', partitions: [1] }] })
      expect(answered({})).toEqual(['timer heartbeat 1000', 'assign t-1 t-2 (new t-2)'])
    })
  })

  test('a topic that cannot be named yet is asked for again', () => {
    wanted({ topics: ['t'] })
    answered(given({ topicId: 'T', partitions: [0] }, { topicId: 'X', partitions: [0] }))
    expect(resolved()).toEqual(['assign t-0 (new t-0)'])
    expect(step({ kind: 'assigned', round: handed })).toEqual([SEND, 'timer heartbeat 1000', 'back-off 0'])
    answered({})
    expect(step({ kind: 'due', timer: 'retry' })).toContain('resolve T X')
  })
})

test('what is held keeps its name when an answer does not have it', () => {
  stable()
  step({ kind: 'due', timer: 'heartbeat' })
  expect(answered(given({ topicId: 'U', partitions: [0] }, { topicId: 'T', partitions: [0, 1] }))).toContain(
    'resolve U T',
  )
  expect(step({ kind: 'resolved', round, names: new Map([['U', 'u']]) })).toEqual(['assign u-0 t-0 t-1 (new u-0)'])
})

describe('errors', () => {
  test.each(['FENCED_MEMBER_EPOCH', 'UNKNOWN_MEMBER_ID'] as const)(
    '%s: what it had is lost, and it joins anew',
    (name) => {
      stable()
      step({ kind: 'due', timer: 'heartbeat' })
      expect(answered({ errorCode: ErrorCode[name], errorMessage: 'no' })).toEqual(['lose t-0 t-1'])
      expect(member.identity).toEqual({ memberId: '', epoch: -1 })
      expect(step({ kind: 'revoked', round: handed })).toEqual([SEND, 'timer heartbeat 1000'])
      expect(sent.body).toMatchObject({
        memberId: 'me',
        memberEpoch: 0,
        topicPartitions: [],
        subscribedTopicNames: ['t'],
      })
    },
  )

  test.each(['NOT_COORDINATOR', 'COORDINATOR_NOT_AVAILABLE', 'NETWORK_EXCEPTION', 'REQUEST_TIMED_OUT'] as const)(
    '%s: of another coordinator, with everything',
    (name) => {
      stable()
      step({ kind: 'due', timer: 'heartbeat' })
      expect(refused(name)).toEqual(['moved', 'back-off 0'])
      expect(step({ kind: 'due', timer: 'retry' })).toEqual([SEND, 'timer heartbeat 1000'])
      expect(sent.body).toMatchObject({
        memberEpoch: 1,
        subscribedTopicNames: ['t'],
        topicPartitions: [{ topicId: 'T', partitions: [0, 1] }],
      })
    },
  )

  test('COORDINATOR_LOAD_IN_PROGRESS: the same after a pause that grows', () => {
    wanted({ topics: ['t'] })
    expect(refused('COORDINATOR_LOAD_IN_PROGRESS')).toEqual(['back-off 0'])
    step({ kind: 'due', timer: 'retry' })
    expect(refused('COORDINATOR_LOAD_IN_PROGRESS')).toEqual(['back-off 1'])
  })

  test.each([
    'UNRELEASED_INSTANCE_ID',
    'UNSUPPORTED_ASSIGNOR',
    'INVALID_REGULAR_EXPRESSION',
    'GROUP_AUTHORIZATION_FAILED',
    'GROUP_MAX_SIZE_REACHED',
    'INVALID_REQUEST',
    'UNSUPPORTED_VERSION',
  ] as const)('%s is told, and tried again with the next poll', (name) => {
    stable()
    step({ kind: 'due', timer: 'heartbeat' })
    expect(refused(name)).toEqual(['lose t-0 t-1', `fail ${name}`])
    expect(wanted({ topics: ['t'] })).toEqual([SEND, 'timer heartbeat 1000'])
    expect(sent.body).toMatchObject({ memberEpoch: 0 })
  })

  test('FENCED_INSTANCE_ID is final', () => {
    stable('one')
    step({ kind: 'due', timer: 'heartbeat' })
    expect(refused('FENCED_INSTANCE_ID')).toEqual(['lose t-0 t-1', 'end FENCED_INSTANCE_ID'])
    expect(wanted({ topics: ['t'] })).toEqual([])
    expect(step({ kind: 'leave', reason: '' })).toEqual(['left'])
  })

  test('fenced while it gives partitions up', () => {
    stable()
    step({ kind: 'due', timer: 'heartbeat' })
    answered(given())
    const late = handed
    step({ kind: 'due', timer: 'heartbeat' })
    expect(refused('FENCED_MEMBER_EPOCH')).toEqual(['lose t-0 t-1'])
    expect(step({ kind: 'revoked', round: late })).toEqual([])
    expect(step({ kind: 'revoked', round: handed })).toEqual([SEND, 'timer heartbeat 1000'])
  })
})

describe('leaving', () => {
  test.each([
    [null, -1],
    ['one', -2],
  ])('instance id %s: member epoch %i', (instanceId, memberEpoch) => {
    stable(instanceId)
    expect(step({ kind: 'leave', reason: '' })).toEqual(['revoke t-0 t-1'])
    expect(step({ kind: 'revoked', round: handed })).toEqual([SEND])
    expect(sent.body).toEqual({ groupId: 'g', instanceId, memberId: 'me', memberEpoch })
    expect(answered({ memberEpoch })).toEqual(['left'])
  })

  describe('with partitions in hand', () => {
    beforeEach(() => {
      stable()
      step({ kind: 'due', timer: 'heartbeat' })
      expect(step({ kind: 'leave', reason: '' })).toEqual(['revoke t-0 t-1'])
    })

    test('it hears of the epoch that its last commits need, and takes nothing over', () => {
      expect(answered({ memberEpoch: 2, ...given({ topicId: 'T', partitions: [0] }) })).toEqual([
        'timer heartbeat 1000',
      ])
      expect(member.identity).toEqual({ memberId: 'me', epoch: 2 })
      expect(step({ kind: 'due', timer: 'heartbeat' })).toEqual([SEND, 'timer heartbeat 1000'])
      expect(sent.body).toMatchObject({ memberEpoch: 2, topicPartitions: null })
      expect(step({ kind: 'revoked', round: handed })).toEqual([SEND])
      expect(sent.body).toMatchObject({ memberEpoch: -1 })
      expect(answered({ memberEpoch: -1 })).toEqual(['left'])
    })

    test.each(['UNKNOWN_MEMBER_ID', 'GROUP_AUTHORIZATION_FAILED'] as const)('%s: they are lost', (name) => {
      const open = handed
      expect(refused(name)).toEqual(['lose t-0 t-1'])
      expect(step({ kind: 'revoked', round: open })).toEqual([])
      expect(step({ kind: 'revoked', round: handed })).toEqual(['left'])
    })

    test('a coordinator that is away for a moment', () => {
      expect(refused('NOT_COORDINATOR')).toEqual(['moved', 'back-off 0'])
      expect(step({ kind: 'due', timer: 'retry' })).toEqual([SEND, 'timer heartbeat 1000'])
    })
  })

  test('whatever the answer', () => {
    stable()
    step({ kind: 'leave', reason: '' })
    step({ kind: 'revoked', round: handed })
    expect(refused('NETWORK_EXCEPTION')).toEqual(['left'])
  })

  test('a join without an answer is taken back', () => {
    wanted({ topics: ['t'] })
    expect(step({ kind: 'leave', reason: '' })).toEqual([SEND])
    expect(sent.body).toMatchObject({ memberEpoch: -1 })
  })

  test('who does not poll loses everything, leaves, and joins with the next poll', () => {
    stable()
    expect(step({ kind: 'stalled' })).toEqual(['lose t-0 t-1', SEND])
    expect(sent.body).toMatchObject({ memberEpoch: -1 })
    expect(wanted({ topics: ['t'] })).toEqual([SEND, 'timer heartbeat 1000'])
    expect(sent.body).toMatchObject({ memberEpoch: 0 })
  })
})
