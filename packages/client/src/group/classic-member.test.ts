import { beforeEach, describe, expect, test } from '@jest/globals'
import { ErrorCode, type ErrorName } from '@ottla/protocol'
import { ClientError } from '../errors.ts'
import type { PartitionAssignor } from './assignors/assignor.ts'
import { ASSIGNORS } from './assignors/assignors.ts'
import { ClassicMember } from './classic-member.ts'
import { decodeAssignment, decodeSubscription, encodeAssignment, encodeSubscription } from './consumer-protocol.ts'
import type { MemberApi, MemberEffect, MemberInput, MemberRequest, TopicShape } from './member.ts'
import { effectText } from './testing/effect-text.ts'

const EAGER = [ASSIGNORS.range, ASSIGNORS['cooperative-sticky']]
const COOPERATIVE = [ASSIGNORS['cooperative-sticky']]
const shapes = (counts: Record<string, number>) =>
  new Map<string, TopicShape>(Object.entries(counts).map(([topic, partitions]) => [topic, { partitions, racks: [] }]))
const at = (topic: string, ...partitions: number[]) => partitions.map((partition) => ({ topic, partition }))

let member: ClassicMember
let round: number
let handed: number
let sent: MemberRequest

function newMember(assignors: readonly PartitionAssignor[], groupInstanceId: string | null = null): void {
  const timeouts = { sessionTimeoutMs: 45_000, rebalanceTimeoutMs: 300_000, heartbeatIntervalMs: 3_000 }
  member = new ClassicMember({ groupId: 'g', groupInstanceId, rackId: '', assignors, ...timeouts })
  round = 0
  handed = 0
}

beforeEach(() => newMember(EAGER))

/** Effects as text; logs and the ends of timers, of no interest to most, are left out. */
function step(input: MemberInput): string[] {
  const effects = member.step(input)
  for (const effect of effects) remember(effect)
  return effects.map(effectText).filter((text) => text !== 'log' && text !== 'stop-timers')
}

function remember(effect: MemberEffect): void {
  if (effect.kind === 'revoke' || effect.kind === 'assign') handed = effect.round
  else if ('round' in effect) round = effect.round
  if (effect.kind === 'send') sent = effect.request
}

const wanted = (...topics: string[]) => step({ kind: 'wanted', interest: { topics } })
const answered = (api: MemberApi, answer: object) =>
  step({ kind: 'answered', round, api, answer: { errorCode: 0, ...answer } })
const failed = (api: MemberApi, name: ErrorName, more: object = {}) =>
  answered(api, { errorCode: ErrorCode[name], ...more })
const lost = (api: MemberApi, name: ErrorName) =>
  step({ kind: 'refused', round, api, error: new ClientError(name, undefined, {}) })
const subscription = (topics: string[]) =>
  encodeSubscription({ topics, ownedPartitions: [], generation: -1, rackId: null, userData: null })

function joinAnswer(leader: string, { generationId = 1, protocolName = 'range', members = [] as object[] } = {}) {
  return answered('joinGroup', { generationId, protocolName, leader, memberId: 'm1', members, skipAssignment: false })
}

function syncAnswer(...partitions: { topic: string; partition: number }[]): string[] {
  return answered('syncGroup', { assignment: encodeAssignment({ partitions, owesJoin: false }) })
}

/** A follower that has t-0 and t-1. */
function stable(assignors: readonly PartitionAssignor[] = EAGER, groupInstanceId: string | null = null): void {
  newMember(assignors, groupInstanceId)
  wanted('t')
  failed('joinGroup', 'MEMBER_ID_REQUIRED', { memberId: 'm1' })
  joinAnswer('other', { protocolName: assignors[0]!.name })
  syncAnswer(...at('t', 0, 1))
  step({ kind: 'assigned', round: handed })
}

const lastBody = (version = 9) => {
  const { body } = sent as { body: unknown }
  return typeof body === 'function' ? body(version) : body
}

describe('joining', () => {
  test('with the member id that the coordinator gives (KIP-394), as a follower', () => {
    expect(wanted('t')).toEqual(['send joinGroup'])
    expect(failed('joinGroup', 'MEMBER_ID_REQUIRED', { memberId: 'm1' })).toEqual(['send joinGroup'])
    expect(lastBody()).toMatchObject({ memberId: 'm1', groupInstanceId: null, protocolType: 'consumer' })
    expect(joinAnswer('other')).toEqual(['timer heartbeat 3000', 'timer session 45000', 'send syncGroup'])
    expect(lastBody()).toMatchObject({ generationId: 1, memberId: 'm1', protocolName: 'range', assignments: [] })
    expect(syncAnswer(...at('t', 0))).toEqual(['assign t-0 (new t-0)'])
    expect(step({ kind: 'assigned', round: handed })).toEqual([])
    expect(member.identity).toEqual({ memberId: 'm1', epoch: 1 })
  })

  test('as the leader, which assigns', () => {
    wanted('t')
    const members = ['m1', 'm2'].map((memberId) => ({
      memberId,
      groupInstanceId: null,
      metadata: subscription(['t', 'u']),
    }))
    expect(joinAnswer('m1', { members })).toContain('describe t u')
    expect(step({ kind: 'described', round, shapes: shapes({ t: 2, u: 1 }) })).toEqual(['send syncGroup'])
    const { assignments } = lastBody() as { assignments: { memberId: string; assignment: Uint8Array }[] }
    expect(assignments.map(({ memberId, assignment }) => [memberId, decodeAssignment(assignment).partitions])).toEqual([
      ['m1', [...at('t', 0), ...at('u', 0)]],
      ['m2', at('t', 1)],
    ])
  })

  test('a static leader that is back assigns nothing (KIP-814)', () => {
    newMember(EAGER, 'one')
    wanted('t')
    answered('joinGroup', {
      generationId: 4,
      protocolName: 'range',
      leader: 'm1',
      memberId: 'm1',
      members: [],
      skipAssignment: true,
    })
    step({ kind: 'described', round, shapes: shapes({ t: 2 }) })
    expect(lastBody()).toMatchObject({ generationId: 4, groupInstanceId: 'one', assignments: [] })
  })

  test('as the leader of a cooperative group, which tells who has to give up something and join again', () => {
    newMember(COOPERATIVE)
    wanted('t')
    const members = ['m1', 'm2'].map((memberId) => {
      const ownedPartitions = memberId === 'm1' ? at('t', 0, 1) : []
      const metadata = encodeSubscription({
        topics: ['t'],
        ownedPartitions,
        generation: 1,
        rackId: null,
        userData: null,
      })
      return { memberId, groupInstanceId: null, metadata }
    })
    joinAnswer('m1', { generationId: 2, protocolName: 'cooperative-sticky', members })
    step({ kind: 'described', round, shapes: shapes({ t: 2 }) })
    const { assignments } = lastBody() as { assignments: { memberId: string; assignment: Uint8Array }[] }
    expect(assignments.map(({ memberId, assignment }) => [memberId, decodeAssignment(assignment)])).toEqual([
      ['m1', { partitions: at('t', 1), owesJoin: true }],
      ['m2', { partitions: [], owesJoin: false }],
    ])
  })

  test('a static member that died before it had given up its partitions joins once more', () => {
    newMember(COOPERATIVE, 'one')
    wanted('t')
    joinAnswer('other', { generationId: 2, protocolName: 'cooperative-sticky' })
    const assignment = encodeAssignment({ partitions: at('t', 0), owesJoin: true })
    expect(answered('syncGroup', { assignment })).toEqual(['assign t-0 (new t-0)'])
    expect(step({ kind: 'assigned', round: handed })).toEqual(['send joinGroup'])
    expect(lastBody()).toMatchObject({ memberId: 'm1', groupInstanceId: 'one' })
    joinAnswer('other', { generationId: 3, protocolName: 'cooperative-sticky' })
    syncAnswer(...at('t', 0))
    expect(step({ kind: 'assigned', round: handed })).toEqual([])
  })

  test('tells what it holds when all assignors are cooperative', () => {
    stable(COOPERATIVE)
    failed('heartbeat', 'REBALANCE_IN_PROGRESS')
    const { protocols } = lastBody() as { protocols: { metadata: Uint8Array }[] }
    expect(decodeSubscription(protocols[0]!.metadata)).toMatchObject({
      topics: ['t'],
      ownedPartitions: at('t', 0, 1),
      generation: 1,
    })
  })

  test('a failing assignor is told, and tried again with the next poll', () => {
    const assign = () => {
      throw new Error('no idea')
    }
    newMember([{ name: 'mine', cooperative: false, assign }])
    wanted('t')
    joinAnswer('m1', { protocolName: 'mine' })
    expect(step({ kind: 'described', round, shapes: shapes({}) })).toEqual([
      // Nobody is to wait for it meanwhile.
      'send leaveGroup',
      'fail UNKNOWN_SERVER_ERROR',
    ])
    const late = round
    expect(wanted('t')).toEqual(['send joinGroup'])
    expect(lastBody()).toMatchObject({ memberId: '' })
    expect(step({ kind: 'answered', round: late, api: 'leaveGroup', answer: { errorCode: 0 } })).toEqual([])
  })

  test.each([[], [0], [0, 1, 255, 255, 255, 0], [0, 3, 127, 255, 255, 255, 1]])(
    'an assignment that is none: %j',
    (...bytes) => {
      wanted('t')
      joinAnswer('other')
      const assignment = Uint8Array.from(bytes)
      expect(answered('syncGroup', { assignment })).toEqual(
        bytes.length === 0 ? ['assign nothing (new nothing)'] : ['send leaveGroup', 'fail INCONSISTENT_GROUP_PROTOCOL'],
      )
    },
  )

  test('an assignor that nobody here knows', () => {
    wanted('t')
    expect(joinAnswer('other', { protocolName: 'foreign' })).toContain('fail INCONSISTENT_GROUP_PROTOCOL')
  })
})

describe('rebalancing', () => {
  test('eager: everything is given up before the join', () => {
    stable()
    expect(failed('heartbeat', 'REBALANCE_IN_PROGRESS')).toEqual(['revoke t-0 t-1'])
    expect(step({ kind: 'revoked', round: handed })).toEqual(['send joinGroup'])
    joinAnswer('other', { generationId: 2 })
    expect(syncAnswer(...at('t', 1))).toEqual(['assign t-1 (new t-1)'])
  })

  test('cooperative: what goes is given up after the assignment, and the member joins again', () => {
    stable(COOPERATIVE)
    expect(failed('heartbeat', 'REBALANCE_IN_PROGRESS')).toEqual(['send joinGroup'])
    joinAnswer('other', { generationId: 2, protocolName: 'cooperative-sticky' })
    expect(syncAnswer(...at('t', 1, 2))).toEqual(['revoke t-0'])
    expect(step({ kind: 'revoked', round: handed })).toEqual(['assign t-1 t-2 (new t-2)'])
    expect(step({ kind: 'assigned', round: handed })).toEqual(['send joinGroup'])
  })

  test('cooperative: an assignment that only adds needs no further join', () => {
    stable(COOPERATIVE)
    failed('heartbeat', 'REBALANCE_IN_PROGRESS')
    joinAnswer('other', { generationId: 2, protocolName: 'cooperative-sticky' })
    expect(syncAnswer(...at('t', 0, 1, 2))).toEqual(['assign t-0 t-1 t-2 (new t-2)'])
    expect(step({ kind: 'assigned', round: handed })).toEqual([])
  })

  test('cooperative: partitions of topics that are not wanted any more go before the join', () => {
    stable(COOPERATIVE)
    expect(wanted('u')).toEqual(['revoke t-0 t-1'])
  })

  test('another subscription, now or when the rebalance is over', () => {
    stable()
    expect(wanted('t')).toEqual([])
    expect(wanted('t', 'u')).toEqual(['revoke t-0 t-1'])
    step({ kind: 'revoked', round: handed })
    expect(wanted('u')).toEqual([])
    joinAnswer('other', { generationId: 2 })
    syncAnswer(...at('u', 0))
    expect(step({ kind: 'assigned', round: handed })).toEqual(['revoke u-0'])
  })

  test('the leader has the group assign anew when topics grow, appear or go', () => {
    for (const now of [{ t: 3, u: 1 }, { t: 2 }, { t: 2, u: 1, v: 1 }]) {
      newMember(EAGER)
      wanted('t', 'u', 'v')
      joinAnswer('m1', {
        members: [{ memberId: 'm1', groupInstanceId: null, metadata: subscription(['t', 'u', 'v']) }],
      })
      step({ kind: 'described', round, shapes: shapes({ t: 2, u: 1 }) })
      syncAnswer(...at('t', 0))
      step({ kind: 'assigned', round: handed })
      expect(step({ kind: 'topics', shapes: shapes({ t: 2, u: 1 }) })).toEqual([])
      expect(step({ kind: 'topics', shapes: shapes(now) })).toEqual(['revoke t-0'])
    }
  })

  test('followers leave that to the leader', () => {
    stable()
    expect(step({ kind: 'topics', shapes: shapes({ t: 9 }) })).toEqual([])
  })

  test('the application may ask for it', () => {
    stable()
    expect(step({ kind: 'rejoin', reason: 'why not' })).toEqual(['revoke t-0 t-1'])
    step({ kind: 'revoked', round: handed })
    expect(lastBody(8)).toMatchObject({ reason: 'why not' })
    expect(lastBody(7)).toMatchObject({ reason: null })
  })
})

describe('heartbeats', () => {
  test('one at a time, each with the next one set', () => {
    stable()
    expect(step({ kind: 'due', timer: 'heartbeat' })).toEqual(['timer heartbeat 3000', 'send heartbeat'])
    expect(step({ kind: 'due', timer: 'heartbeat' })).toEqual(['timer heartbeat 3000'])
    expect(answered('heartbeat', {})).toEqual(['timer session 45000'])
    expect(step({ kind: 'due', timer: 'heartbeat' })).toContain('send heartbeat')
  })

  test('none is sent while joining', () => {
    wanted('t')
    expect(step({ kind: 'due', timer: 'heartbeat' })).toEqual([])
  })

  test('a session without answers makes it look for the coordinator', () => {
    stable()
    expect(step({ kind: 'due', timer: 'session' })).toEqual(['moved', 'timer session 45000'])
  })

  test('REBALANCE_IN_PROGRESS while partitions are given up says nothing new', () => {
    stable()
    failed('heartbeat', 'REBALANCE_IN_PROGRESS')
    step({ kind: 'due', timer: 'heartbeat' })
    expect(failed('heartbeat', 'REBALANCE_IN_PROGRESS')).toEqual(['timer session 45000'])
  })
})

describe('errors', () => {
  const AGAIN = ['COORDINATOR_LOAD_IN_PROGRESS', 'UNKNOWN_SERVER_ERROR'] as const
  const MOVED = ['NOT_COORDINATOR', 'COORDINATOR_NOT_AVAILABLE', 'NETWORK_EXCEPTION', 'REQUEST_TIMED_OUT'] as const
  const OUT = ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION'] as const
  const TOLD = [
    'INCONSISTENT_GROUP_PROTOCOL',
    'INVALID_SESSION_TIMEOUT',
    'INVALID_GROUP_ID',
    'GROUP_AUTHORIZATION_FAILED',
    'GROUP_MAX_SIZE_REACHED',
    'UNSUPPORTED_VERSION',
  ] as const

  test.each(AGAIN)('join: %s: again after a pause that grows', (name) => {
    wanted('t')
    expect(failed('joinGroup', name)).toEqual(['back-off 0'])
    expect(step({ kind: 'due', timer: 'retry' })).toEqual(['send joinGroup'])
    expect(failed('joinGroup', name)).toEqual(['back-off 1'])
  })

  test('join: REBALANCE_IN_PROGRESS: again after a pause', () => {
    wanted('t')
    expect(failed('joinGroup', 'REBALANCE_IN_PROGRESS')).toEqual(['back-off 0'])
  })

  test.each(MOVED)('join, sync, heartbeat: %s: of another coordinator', (name) => {
    wanted('t')
    expect(lost('joinGroup', name)).toEqual(['moved', 'back-off 0'])
    step({ kind: 'due', timer: 'retry' })
    joinAnswer('other')
    expect(lost('syncGroup', name)).toEqual(['moved', 'back-off 0'])
    expect(step({ kind: 'due', timer: 'retry' })).toEqual(['send joinGroup'])
    stable()
    step({ kind: 'due', timer: 'heartbeat' })
    expect(lost('heartbeat', name)).toEqual(['moved', 'back-off 0'])
    expect(step({ kind: 'due', timer: 'retry' })).toEqual(['timer heartbeat 3000', 'send heartbeat'])
  })

  test.each(OUT)('heartbeat: %s: what it had is lost, and it joins anew', (name) => {
    stable()
    expect(failed('heartbeat', name)).toEqual(['lose t-0 t-1'])
    expect(member.identity.epoch).toBe(-1)
    expect(step({ kind: 'revoked', round: handed })).toEqual(['send joinGroup'])
    expect(lastBody()).toMatchObject({ memberId: name === 'UNKNOWN_MEMBER_ID' ? '' : 'm1' })
  })

  test.each(OUT)('cooperative, sync: %s: what it kept is lost too', (name) => {
    stable(COOPERATIVE)
    failed('heartbeat', 'REBALANCE_IN_PROGRESS')
    joinAnswer('other', { generationId: 2, protocolName: 'cooperative-sticky' })
    expect(failed('syncGroup', name)).toEqual(['lose t-0 t-1'])
  })

  test('put out while it gives up partitions: those that it kept are lost behind them', () => {
    stable(COOPERATIVE)
    failed('heartbeat', 'REBALANCE_IN_PROGRESS')
    joinAnswer('other', { generationId: 2, protocolName: 'cooperative-sticky' })
    syncAnswer(...at('t', 1))
    step({ kind: 'due', timer: 'heartbeat' })
    const late = handed
    expect(failed('heartbeat', 'UNKNOWN_MEMBER_ID')).toEqual(['lose t-0 t-1'])
    expect(step({ kind: 'revoked', round: late })).toEqual([])
    expect(step({ kind: 'revoked', round: handed })).toEqual(['send joinGroup'])
  })

  test('join: UNKNOWN_MEMBER_ID: at once without a member id', () => {
    wanted('t')
    failed('joinGroup', 'MEMBER_ID_REQUIRED', { memberId: 'm1' })
    expect(failed('joinGroup', 'UNKNOWN_MEMBER_ID')).toEqual(['send joinGroup'])
    expect(lastBody()).toMatchObject({ memberId: '' })
  })

  test('sync: REBALANCE_IN_PROGRESS: joins again', () => {
    wanted('t')
    joinAnswer('other')
    expect(failed('syncGroup', 'REBALANCE_IN_PROGRESS')).toEqual(['send joinGroup'])
  })

  test.each(TOLD)('%s is told, and tried again with the next poll', (name) => {
    wanted('t')
    expect(failed('joinGroup', name)).toEqual([`fail ${name}`])
    expect(wanted('t')).toEqual(['send joinGroup'])
    stable()
    expect(failed('heartbeat', name)).toEqual(['lose t-0 t-1', `fail ${name}`])
  })

  test('FENCED_INSTANCE_ID is final', () => {
    for (const api of ['joinGroup', 'syncGroup', 'heartbeat'] as const) {
      newMember(EAGER, 'one')
      wanted('t')
      if (api !== 'joinGroup') joinAnswer('other')
      if (api === 'heartbeat') syncAnswer()
      expect(failed(api, 'FENCED_INSTANCE_ID')).toEqual(['end FENCED_INSTANCE_ID'])
      expect(wanted('t')).toEqual([])
      expect(step({ kind: 'leave', reason: '' })).toEqual(['left'])
    }
  })

  test('answers of an older round are dropped', () => {
    stable()
    const old = round
    step({ kind: 'stalled' })
    const error = new ClientError('FENCED_INSTANCE_ID', undefined, {})
    expect(step({ kind: 'refused', round: old, api: 'heartbeat', error })).toEqual([])
  })
})

describe('leaving', () => {
  describe('in the middle of a cooperative rebalance, with partitions', () => {
    beforeEach(() => {
      stable(COOPERATIVE)
      failed('heartbeat', 'REBALANCE_IN_PROGRESS')
      expect(step({ kind: 'leave', reason: 'bye' })).toEqual(['revoke t-0 t-1'])
    })
    const joined = () => joinAnswer('other', { generationId: 2, protocolName: 'cooperative-sticky' })

    test('offsets may be committed before it is complete', () => {
      expect(member.identity.epoch).toBe(1)
      expect(step({ kind: 'revoked', round: handed })).toEqual(['send leaveGroup'])
      expect(answered('leaveGroup', {})).toEqual(['left'])
    })

    test('or in the generation that it brings; the assignment is not taken up', () => {
      expect(joined()).toContain('send syncGroup')
      expect(member.identity.epoch).toBe(2)
      expect(syncAnswer(...at('t', 2))).toEqual([])
      expect(step({ kind: 'due', timer: 'heartbeat' })).toContain('send heartbeat')
      expect(step({ kind: 'revoked', round: handed })).toEqual(['send leaveGroup'])
    })

    test('or in the one behind that', () => {
      joined()
      expect(failed('syncGroup', 'REBALANCE_IN_PROGRESS')).toEqual(['send joinGroup'])
      expect(step({ kind: 'revoked', round: handed })).toEqual(['send leaveGroup'])
    })

    test.each(['UNKNOWN_MEMBER_ID', 'GROUP_AUTHORIZATION_FAILED'] as const)('%s: they are lost', (name) => {
      const open = handed
      expect(failed('joinGroup', name)).toEqual(['lose t-0 t-1'])
      expect(step({ kind: 'revoked', round: open })).toEqual([])
      const last = name === 'UNKNOWN_MEMBER_ID' ? 'left' : 'send leaveGroup'
      expect(step({ kind: 'revoked', round: handed })).toEqual([last])
    })
  })

  test('its session goes on while it finishes what it has in hand', () => {
    stable()
    step({ kind: 'leave', reason: '' })
    expect(step({ kind: 'due', timer: 'heartbeat' })).toEqual(['timer heartbeat 3000', 'send heartbeat'])
    expect(failed('heartbeat', 'REBALANCE_IN_PROGRESS')).toEqual(['timer session 45000'])
    step({ kind: 'due', timer: 'heartbeat' })
    expect(failed('heartbeat', 'UNKNOWN_MEMBER_ID')).toEqual(['lose t-0 t-1'])
    expect(step({ kind: 'revoked', round: handed })).toEqual(['left'])
  })

  test('gives everything up first', () => {
    stable()
    expect(step({ kind: 'leave', reason: 'bye' })).toEqual(['revoke t-0 t-1'])
    expect(step({ kind: 'revoked', round: handed })).toEqual(['send leaveGroup'])
    expect(lastBody(5)).toEqual({ groupId: 'g', members: [{ memberId: 'm1', groupInstanceId: null, reason: 'bye' }] })
    expect(lastBody(2)).toEqual({ groupId: 'g', memberId: 'm1', members: [] })
    expect(answered('leaveGroup', {})).toEqual(['left'])
    expect(wanted('t')).toEqual(['send joinGroup'])
  })

  test.each(['UNKNOWN_MEMBER_ID', 'NOT_COORDINATOR'] as const)('whatever the answer: %s', (name) => {
    stable()
    step({ kind: 'leave', reason: '' })
    step({ kind: 'revoked', round: handed })
    expect(lost('leaveGroup', name)).toEqual(['left'])
  })

  test('a static member does not tell the group', () => {
    stable(EAGER, 'one')
    step({ kind: 'leave', reason: '' })
    expect(step({ kind: 'revoked', round: handed })).toEqual(['left'])
  })

  test('before it was a member', () => {
    expect(step({ kind: 'leave', reason: '' })).toEqual(['left'])
    newMember(EAGER, 'one')
    wanted('t')
    expect(step({ kind: 'leave', reason: '' })).toEqual(['left'])
  })

  describe('while it is being given a member id', () => {
    beforeEach(() => {
      wanted('t')
      expect(step({ kind: 'leave', reason: '' })).toEqual(['timer retry 2000'])
    })

    test('takes it back', () => {
      expect(failed('joinGroup', 'MEMBER_ID_REQUIRED', { memberId: 'm1' })).toEqual(['send leaveGroup'])
      expect(lastBody(5)).toMatchObject({ members: [{ memberId: 'm1' }] })
      expect(answered('leaveGroup', {})).toEqual(['left'])
    })

    test('so too where an older broker makes it a member at once', () => {
      expect(joinAnswer('m1')).toEqual(['send leaveGroup'])
    })

    test.each(['NOT_COORDINATOR', 'GROUP_MAX_SIZE_REACHED'] as const)('%s: there is nothing to take back', (name) => {
      expect(failed('joinGroup', name)).toEqual(['left'])
    })

    test('does not wait for long', () => {
      expect(step({ kind: 'due', timer: 'retry' })).toEqual(['left'])
    })
  })

  test('who does not poll loses everything, leaves, and joins with the next poll', () => {
    stable()
    expect(step({ kind: 'stalled' })).toEqual(['lose t-0 t-1', 'send leaveGroup'])
    expect(step({ kind: 'stalled' })).toEqual([])
    expect(wanted('t')).toEqual(['send joinGroup'])
    expect(lastBody()).toMatchObject({ memberId: '' })
  })

  test('a static member that does not poll stays until its session ends', () => {
    stable(EAGER, 'one')
    expect(step({ kind: 'stalled' })).toEqual(['lose t-0 t-1'])
  })
})
