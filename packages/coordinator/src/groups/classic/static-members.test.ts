import { describe, expect, it } from '@jest/globals'
import { ConsumerProtocolSubscription, encodeVersioned } from '@ottla/protocol'
import { ClassicScene } from '../testing/classic-scene.ts'

/** `s` leads as instance `i`, `a` follows. */
function settled(): ClassicScene {
  const scene = new ClassicScene()
  scene.join('s', { memberId: '', instance: 'i' })
  scene.settle(['a'], 's=0 a=1')
  scene.take()
  return scene
}

describe('a static member that comes back to a stable group', () => {
  it('gets another id and keeps what it had; nobody rebalances', () => {
    const scene = settled()
    const [former, a] = [scene.id('s'), scene.id('a')]
    const lines = scene.join('s', { memberId: '', instance: 'i' })
    const now = scene.id('s')
    expect(now).not.toBe(former)
    expect(lines).toEqual([
      `log g gen 1 consumer range leader ${now} of ${a}=1 ${now}=0`,
      `s join NONE ${now} gen 1 range leader ${now} skip of ${a}=t ${now}=t`,
    ])
    expect(scene.sync('s', '', { instance: 'i' })).toEqual(['s sync [0]'])
    expect(scene.heartbeat('s', { memberId: former, instance: 'i' })).toEqual(['s heartbeat FENCED_INSTANCE_ID'])
    expect(scene.heartbeat('s', { memberId: former })).toEqual(['s heartbeat UNKNOWN_MEMBER_ID'])
    expect(scene.reload()).toEqual([])
    expect(scene.heartbeat('s', { instance: 'i' })).toEqual(['s heartbeat NONE'])
  })

  it('is not told that it leads, when it is too old to skip the assignment', () => {
    const scene = settled()
    const former = scene.id('s')
    const lines = scene.join('s', { memberId: '', instance: 'i', version: 8 })
    expect(lines.at(-1)).toBe(`s join NONE ${scene.id('s')} gen 1 range leader ${former}`)
    expect(scene.group?.leader).toBe(scene.id('s'))
  })

  it('still has to ask for its assignment, if its former id had to', () => {
    const scene = new ClassicScene()
    const said = { sessionMs: 100_000 }
    scene.enter('a', said)
    scene.join('s', { ...said, memberId: '', instance: 'i' })
    while (scene.group?.state === 'PreparingRebalance') scene.advance(3000)
    scene.sync('a', 'a=0 s=1')
    scene.join('s', { ...said, memberId: '', instance: 'i' })
    expect([...(scene.group?.pendingSyncs.keys() ?? [])]).toEqual([scene.id('s')])
    scene.advance(60_000)
    expect(scene.group?.state).toBe('PreparingRebalance')
    expect([...(scene.group?.members.keys() ?? [])]).toEqual([scene.id('a')])
  })

  it('follows as it followed', () => {
    const scene = new ClassicScene()
    scene.enter('a')
    scene.join('s', { memberId: '', instance: 'i' })
    scene.settle([], 'a=0 s=1')
    const lines = scene.join('s', { memberId: '', instance: 'i' })
    expect(lines.at(-1)).toBe(`s join NONE ${scene.id('s')} gen 1 range leader a-id-0`)
    expect(scene.sync('s', '', { instance: 'i' })).toEqual(['s sync [1]'])
  })

  it('says something else that is no subscription, and nobody rebalances', () => {
    const scene = settled()
    scene.join('s', { memberId: '', instance: 'i', protocols: 'range=more' })
    expect(scene.group?.state).toBe('Stable')
    scene.reload()
    expect(scene.groups.describe(scene.group ?? fail()).members.map((one) => text(one.memberMetadata))).toContain(
      'more',
    )
  })

  it('subscribes to other topics, and the group rebalances; the order of topics and what it owns do not matter', () => {
    const scene = new ClassicScene()
    const asks = (...topics: string[]) => ({ memberId: '', instance: 'i', metadata: subscription(topics) })
    scene.join('s', asks('t', 'u'))
    scene.settle([], '')
    scene.join('s', asks('u', 't'))
    expect(scene.group?.generation).toBe(1)
    scene.join('s', asks('u'))
    expect(scene.group?.generation).toBe(2)
  })

  it('changes the protocol, and the group rebalances', () => {
    const scene = new ClassicScene()
    scene.join('s', { memberId: '', instance: 'i', protocols: 'range=t sticky=t' })
    scene.settle([], '', {})
    expect(scene.group?.protocol).toBe('range')
    scene.join('s', { memberId: '', instance: 'i', protocols: 'sticky=t range=t' })
    expect(scene.group?.protocol).toBe('sticky')
    expect(scene.group?.generation).toBe(2)
  })

  it('has a whole session, and the former id none', () => {
    const scene = settled()
    const former = scene.id('s')
    scene.join('s', { memberId: '', instance: 'i', sessionMs: 20_000 })
    const sessions = [...scene.run.timers.keys()].filter((key) => key.startsWith('classic:session'))
    expect(sessions.some((key) => key.endsWith(former))).toBe(false)
    expect(sessions.some((key) => key.endsWith(scene.id('s')))).toBe(true)
  })
})

describe('a static member that comes back during a rebalance', () => {
  it('takes the place of its parked join, which is fenced', () => {
    const scene = new ClassicScene()
    scene.join('s', { memberId: '', instance: 'i' })
    const lines = scene.join('s2', { memberId: '', instance: 'i' })
    expect(lines).toEqual(['s join FENCED_INSTANCE_ID i-id-0'])
    expect(scene.advance(3000)).toEqual(['s2 join NONE i-id-1 gen 1 range leader i-id-1 of i-id-1=t'])
  })

  it('fences its parked sync, and everybody joins again, for the leader may have seen the former id', () => {
    const scene = new ClassicScene()
    scene.enter('a')
    scene.join('s', { memberId: '', instance: 'i' })
    scene.advance(6000)
    scene.sync('s', '', { instance: 'i' })
    const lines = scene.join('s2', { memberId: '', instance: 'i' })
    expect(lines).toEqual(['s sync FENCED_INSTANCE_ID'])
    expect(scene.group?.state).toBe('PreparingRebalance')
    expect(scene.join('a')).toHaveLength(2)
  })
})

describe('a static member', () => {
  it('needs no id before it joins, and may keep the one it has', () => {
    const scene = settled()
    expect(scene.join('a')).toEqual([`a join NONE ${scene.id('a')} gen 1 range leader ${scene.id('s')}`])
    scene.join('s', { instance: 'i' })
    expect(scene.group?.state).toBe('PreparingRebalance')
  })

  it('is removed by an administrator who knows its instance id', () => {
    const scene = settled()
    expect(scene.leave('admin', { memberId: '', instance: 'i' })).toEqual(['admin leave NONE (/i NONE)'])
    expect(scene.group?.instances.size).toBe(0)
    expect(scene.join('s', { memberId: '', instance: 'i' })).toEqual([])
  })

  it('goes when its session is over', () => {
    const scene = settled()
    scene.advance(5000)
    scene.heartbeat('a')
    scene.advance(5000)
    expect([...(scene.group?.members.keys() ?? [])]).toEqual([scene.id('a')])
  })
})

function subscription(topics: readonly string[]): Uint8Array {
  const ownedPartitions = topics.length > 1 ? [{ topic: topics[0] ?? '', partitions: [0] }] : []
  return encodeVersioned(ConsumerProtocolSubscription, 1, { topics, ownedPartitions })
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString()
}

function fail(): never {
  throw new Error('there is a group')
}
