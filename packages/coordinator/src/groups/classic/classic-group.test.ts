import { describe, expect, it } from '@jest/globals'
import { ConsumerProtocolSubscription, encodeVersioned } from '@ottla/protocol'
import { encodeRecord } from '../offsets/testing/shard-run.ts'
import { bytesOf, ClassicScene, textOf } from '../testing/classic-scene.ts'
import { type ClassicGroup, classicGroupOf, newGroup } from './classic-group.ts'
import type { ClassicMember } from './classic-member.ts'
import { classicTimerOf, joinTimer, sessionTimer, syncTimer } from './timer-keys.ts'

function groupOf(scene: ClassicScene): ClassicGroup {
  if (scene.group === undefined) throw new Error('there is a group')
  return scene.group
}

function member(memberId: string, metadata: Uint8Array): ClassicMember {
  return {
    memberId,
    groupInstanceId: null,
    clientId: 'c',
    clientHost: '/127.0.0.1',
    rebalanceTimeoutMs: 60_000,
    sessionTimeoutMs: 10_000,
    protocols: [{ name: 'range', metadata }],
    assignment: bytesOf('x'),
  }
}

function subscription(...topics: string[]): Uint8Array {
  return encodeVersioned(ConsumerProtocolSubscription, 1, { topics, ownedPartitions: [] })
}

function stable(...metadata: Uint8Array[]): ClassicGroup {
  return classicGroupOf({
    groupId: 'g',
    generation: 3,
    protocolType: 'consumer',
    protocol: 'range',
    leader: null,
    stateTimestampMs: 17,
    members: metadata.map((bytes, index) => member(`m${index}`, bytes)),
  })
}

const NOBODY = { memberId: '', groupInstanceId: null, generationOrEpoch: -1, apiVersion: 9 }

describe('who may commit', () => {
  const scene = new ClassicScene()
  scene.join('s', { memberId: '', instance: 'i' })
  scene.settle(['a'], '')
  const a = { memberId: scene.id('a'), groupInstanceId: null, generationOrEpoch: 1, apiVersion: 9 }
  const s = { ...a, memberId: scene.id('s'), groupInstanceId: 'i' }

  it.each([
    ['a member', a, undefined],
    ['a static member', s, undefined],
    ['a member of another generation', { ...a, generationOrEpoch: 2 }, 'ILLEGAL_GENERATION'],
    ['a member without generation', { ...a, generationOrEpoch: -1 }, 'ILLEGAL_GENERATION'],
    ['a stranger', { ...a, memberId: 'x' }, 'UNKNOWN_MEMBER_ID'],
    ['a stranger to the instance', { ...s, memberId: 'x' }, 'FENCED_INSTANCE_ID'],
    ['an unknown instance', { ...s, groupInstanceId: 'j' }, 'UNKNOWN_MEMBER_ID'],
    ['nobody', NOBODY, 'UNKNOWN_MEMBER_ID'],
  ])('in a stable group: %s', (_, committer, error) => {
    expect(groupOf(scene).refuseCommit(committer)).toBe(error)
  })

  it('while members join, members; while assignments are made, nobody', () => {
    const other = new ClassicScene()
    other.settle(['a', 'b'], '')
    const committer = { ...a, memberId: other.id('a') }
    other.join('b', { protocols: 'range=u' })
    expect(other.group?.state).toBe('PreparingRebalance')
    expect(groupOf(other).refuseCommit(committer)).toBeUndefined()
    other.join('a')
    expect(groupOf(other).refuseCommit({ ...committer, generationOrEpoch: 2 })).toBe('REBALANCE_IN_PROGRESS')
  })

  it('to a group without members, whoever has no generation', () => {
    const empty = newGroup('g', 1)
    expect(empty.refuseCommit(NOBODY)).toBeUndefined()
    expect(empty.refuseCommit({ ...NOBODY, memberId: 'x' })).toBeUndefined()
    expect(empty.refuseCommit({ ...NOBODY, memberId: 'x', generationOrEpoch: 0 })).toBe('UNKNOWN_MEMBER_ID')
  })
})

describe('what a group is to the rest of the shard', () => {
  it('is unused since each commit while nobody ever joined, and since it became empty after that', () => {
    expect(newGroup('g', 1).unusedSince).toBe('commit')
    const scene = new ClassicScene()
    scene.settle(['a'], '')
    expect(groupOf(scene).unusedSince).toBeUndefined()
    scene.leave('a')
    expect(groupOf(scene).unusedSince).toBe(scene.run.nowMs)
  })

  it('is unused by topic while consumers are subscribed to others', () => {
    const group = stable(subscription('t', 'u'), subscription('v'))
    expect(group.unusedSince).toBe('commit')
    expect(['t', 'u', 'v', 'w'].map((topic) => group.isSubscribedTo(topic))).toEqual([true, true, true, false])
  })

  it('counts as subscribed to everything when a subscription cannot be read', () => {
    const group = stable(subscription('t'), bytesOf('no subscription'))
    expect(group.unusedSince).toBeUndefined()
    expect(group.isSubscribedTo('w')).toBe(true)
  })

  it('learns the topics of the next generation', () => {
    const group = stable(subscription('t'))
    expect(group.isSubscribedTo('u')).toBe(false)
    group.restore({
      protocolType: 'consumer',
      generation: 4,
      protocol: 'range',
      leader: 'm0',
      currentStateTimestamp: 18,
      members: [
        {
          memberId: 'm0',
          groupInstanceId: null,
          clientId: '',
          clientHost: '',
          rebalanceTimeout: 1,
          sessionTimeout: 1,
          subscription: subscription('u'),
          assignment: new Uint8Array(0),
        },
      ],
    })
    expect(group.isSubscribedTo('u')).toBe(true)
    expect(group.isSubscribedTo('t')).toBe(false)
  })

  it('may be deleted when it is empty; its offsets too, or those of consumers', () => {
    const scene = new ClassicScene()
    scene.settle(['a'], '', { protocolType: 'connect' })
    expect(groupOf(scene).refuseDelete()).toBe('NON_EMPTY_GROUP')
    expect(groupOf(scene).refuseOffsetDelete()).toBe('NON_EMPTY_GROUP')
    expect(groupOf(scene).isSubscribedTo('t')).toBe(false)
    expect(stable(subscription('t')).refuseOffsetDelete()).toBeUndefined()
    scene.leave('a')
    expect(groupOf(scene).refuseDelete()).toBeUndefined()
    expect(groupOf(scene).refuseOffsetDelete()).toBeUndefined()
  })

  it('is listed with its type and state', () => {
    expect(stable(subscription('t')).listed()).toEqual({
      groupId: 'g',
      protocolType: 'consumer',
      groupState: 'Stable',
      groupType: 'classic',
    })
    expect(newGroup('g', 1).listed()).toMatchObject({ protocolType: '', groupState: 'Empty' })
  })

  it('is described with its protocol when it is stable alone, with assignments always', () => {
    const scene = new ClassicScene()
    scene.settle(['a', 'b'], 'a=0 b=1')
    const described = scene.groups.describe(groupOf(scene))
    expect(described).toMatchObject({
      errorCode: 0,
      groupState: 'Stable',
      protocolType: 'consumer',
      protocolData: 'range',
    })
    expect(
      described.members.map((one) => [
        one.memberId,
        one.clientHost,
        textOf(one.memberMetadata),
        textOf(one.memberAssignment),
      ]),
    ).toEqual([
      ['a-id-0', '/127.0.0.1', 't', '0'],
      ['b-id-1', '/127.0.0.1', 't', '1'],
    ])
    scene.join('a')
    const between = scene.groups.describe(groupOf(scene))
    expect(between).toMatchObject({ groupState: 'PreparingRebalance', protocolType: 'consumer', protocolData: '' })
    expect(between.members.map((one) => [textOf(one.memberMetadata), textOf(one.memberAssignment)])).toEqual([
      ['', '0'],
      ['', '1'],
    ])
  })
})

describe('a group that comes and goes', () => {
  it('takes over members of another protocol: they keep their sessions and protocols, and rebalance', () => {
    const scene = new ClassicScene()
    const both = {
      ...member('m0', bytesOf('t')),
      protocols: ['range', 'sticky'].map((name) => ({ name, metadata: bytesOf('t') })),
    }
    const group = classicGroupOf({
      groupId: 'g',
      generation: 7,
      protocolType: 'consumer',
      protocol: 'range',
      leader: null,
      stateTimestampMs: 1,
      members: [both, member('m1', bytesOf('t'))],
    })
    const outcome = scene.groups.adopt(group, scene.run.view)
    for (const record of outcome.records ?? []) scene.run.shard.replay(0, record)
    for (const soft of outcome.soft ?? []) scene.run.shard.apply(soft)
    const adopted = groupOf(scene)
    expect(adopted.state).toBe('PreparingRebalance')
    expect(adopted.members.get('m0')?.protocols.map(({ name }) => name)).toEqual(['range', 'sticky'])
    expect(textOf(adopted.members.get('m1')?.assignment ?? new Uint8Array(0))).toBe('x')
    expect(outcome.timers?.map(({ key }) => key)).toEqual(
      expect.arrayContaining([sessionTimer('g', 'm0'), sessionTimer('g', 'm1'), joinTimer('g')]),
    )
    expect(scene.heartbeat('m0', { memberId: 'm0', generation: 7 })).toEqual(['m0 heartbeat REBALANCE_IN_PROGRESS'])
  })

  it('has to join again when it is loaded before its leader has assigned anything', () => {
    const scene = new ClassicScene()
    const { records } = scene.groups.adopt(stable(bytesOf('t'), bytesOf('t')), scene.run.view)
    scene.run.log.push(...(records ?? []).map(encodeRecord))
    scene.reload()
    expect(scene.group?.state).toBe('PreparingRebalance')
    expect(scene.heartbeat('m0', { memberId: 'm0', generation: 3 })).toEqual(['m0 heartbeat REBALANCE_IN_PROGRESS'])
    for (const memberId of ['m0', 'm1']) scene.join(memberId, { memberId })
    scene.syncAll('m0=0 m1=1')
    scene.reload()
    expect(scene.group?.state).toBe('Stable')
    expect(scene.group?.isUnassigned).toBe(false)
  })

  it('answers everybody who waits, and ends its timers, when it goes', () => {
    const scene = new ClassicScene()
    scene.settle(['a', 'b'], '')
    scene.join('p')
    scene.join('a')
    const { replies, timers, records } = scene.groups.dissolve(groupOf(scene), scene.run.view)
    expect(replies).toHaveLength(1)
    expect(records).toBeUndefined()
    const ended = new Set(timers?.filter(({ afterMs }) => afterMs === undefined).map(({ key }) => key))
    for (const key of scene.run.timers.keys()) expect(ended.has(key)).toBe(true)
  })
})

describe('the names of timers', () => {
  it.each([['g'], [''], ['a:b:3:c'], ['12:'], ['ü'], ['classic:join:1:x']])('hold any group id: %j', (groupId) => {
    expect(classicTimerOf(joinTimer(groupId))).toEqual({ kind: 'join', groupId })
    expect(classicTimerOf(syncTimer(groupId))).toEqual({ kind: 'sync', groupId })
    expect(classicTimerOf(sessionTimer(groupId, 'm:1'))).toEqual({ kind: 'session', groupId, memberId: 'm:1' })
  })

  it('are not those of others', () => {
    expect(classicTimerOf('consumer:join:1:g')).toBeUndefined()
  })
})
