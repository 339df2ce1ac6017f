import { describe, expect, it } from '@jest/globals'
import { ClassicScene } from '../testing/classic-scene.ts'

describe('a session', () => {
  it('ends without a sign of life: the others rebalance', () => {
    const scene = new ClassicScene()
    scene.settle(['a', 'b'], '', { sessionMs: 10_000 })
    scene.advance(9999)
    expect(scene.group?.state).toBe('Stable')
    scene.heartbeat('b')
    scene.advance(1)
    expect(scene.group?.state).toBe('PreparingRebalance')
    expect([...(scene.group?.members.keys() ?? [])]).toEqual(['b-id-1'])
    expect(scene.join('b')).toEqual(['b join NONE b-id-1 gen 2 range leader b-id-1 of b-id-1=t'])
  })

  it('of the last member leaves an empty group, with a record', () => {
    const scene = new ClassicScene()
    scene.settle(['a'], '')
    expect(scene.advance(10_000)).toEqual(['log g gen 2 consumer - leader -'])
  })

  it.each([
    ['a heartbeat', (scene: ClassicScene) => scene.heartbeat('a')],
    ['a sync', (scene: ClassicScene) => scene.sync('a')],
    ['a join that changes nothing', (scene: ClassicScene) => scene.join('b')],
  ])('is renewed by %s', (_, sign) => {
    const scene = new ClassicScene()
    scene.settle(['a', 'b'], '')
    scene.advance(9000)
    for (const client of ['a', 'b']) scene.heartbeat(client)
    scene.advance(9000)
    sign(scene)
    scene.heartbeat('a')
    scene.heartbeat('b')
    scene.advance(9000)
    expect(scene.group?.members.size).toBe(2)
  })

  it('is renewed by a commit in Stable and PreparingRebalance, and of a member alone', () => {
    const scene = new ClassicScene()
    scene.settle(['a', 'b'], '')
    const { group, groups } = scene
    if (group === undefined) throw new Error('there is a group')
    expect(groups.committed(group, 'a-id-0', scene.run.view).timers).toEqual([
      { key: 'classic:session:1:ga-id-0', afterMs: 10_000 },
    ])
    expect(groups.committed(group, '', scene.run.view)).toEqual({})
    scene.join('a')
    expect(groups.committed(group, 'b-id-1', scene.run.view).timers).toHaveLength(1)
    scene.join('b')
    expect(group.state).toBe('CompletingRebalance')
    expect(groups.committed(group, 'b-id-1', scene.run.view)).toEqual({})
  })

  it('does not end while a join or a sync waits', () => {
    const scene = new ClassicScene()
    const timeouts = { sessionMs: 6000, rebalanceMs: 100_000 }
    scene.settle(['a', 'b', 'c'], '', timeouts)
    scene.join('a', timeouts)
    for (let second = 0; second < 50; second += 5) {
      scene.heartbeat('b')
      scene.heartbeat('c')
      scene.advance(5000)
    }
    expect(scene.group?.members.has('a-id-0')).toBe(true)
    scene.join('b', timeouts)
    scene.join('c', timeouts)
    scene.sync('b')
    for (let second = 0; second < 50; second += 5) {
      scene.heartbeat('a')
      scene.heartbeat('c')
      scene.advance(5000)
    }
    expect(scene.group?.members.has('b-id-1')).toBe(true)
    expect(scene.group?.state).toBe('CompletingRebalance')
  })

  it('of a new member lasts five minutes, while its first join waits', () => {
    const scene = new ClassicScene()
    const timeouts = { sessionMs: 60_000, rebalanceMs: 1_000_000 }
    scene.settle(['a'], '', timeouts)
    scene.enter('b', timeouts)
    for (let minute = 0; minute < 10 && scene.group?.members.size === 2; minute++) {
      scene.advance(29_999)
      scene.heartbeat('a')
      scene.advance(30_000)
      scene.heartbeat('a')
      if (minute < 4) expect(scene.group?.members.size).toBe(2)
    }
    expect(scene.group?.members.has(scene.id('b'))).toBe(false)
    expect(scene.run.replies.get(scene.lastTicket)).toBeDefined()
    expect(scene.open.size).toBe(0)
  })

  it('has to lie between the bounds of the broker', () => {
    const scene = new ClassicScene({ groupMinSessionTimeoutMs: 6000, groupMaxSessionTimeoutMs: 9000 })
    expect(scene.join('a', { sessionMs: 5999 })).toEqual(['a join INVALID_SESSION_TIMEOUT'])
    expect(scene.join('a', { sessionMs: 9001 })).toEqual(['a join INVALID_SESSION_TIMEOUT'])
    expect(scene.join('a', { sessionMs: 9000 }).at(-1)).toBe('a join MEMBER_ID_REQUIRED a-id-0')
  })
})

describe('a member that never sends SyncGroup', () => {
  it('is out of the group after the rebalance timeout, leader or not', () => {
    const scene = new ClassicScene()
    const timeouts = { rebalanceMs: 5000, sessionMs: 60_000 }
    for (const client of ['a', 'b']) scene.enter(client, timeouts)
    scene.advance(5000)
    expect(scene.group?.state).toBe('CompletingRebalance')
    scene.sync('b')
    expect(scene.advance(5000)).toEqual(['b sync REBALANCE_IN_PROGRESS'])
    expect([...(scene.group?.members.keys() ?? [])]).toEqual(['b-id-1'])
    expect(scene.group?.leader).toBe('b-id-1')
  })

  it('is out of a stable group too', () => {
    const scene = new ClassicScene()
    const timeouts = { rebalanceMs: 5000, sessionMs: 60_000 }
    for (const client of ['a', 'b']) scene.enter(client, timeouts)
    scene.advance(5000)
    scene.sync('a', 'a=0')
    expect(scene.group?.state).toBe('Stable')
    scene.advance(5000)
    expect([...(scene.group?.members.keys() ?? [])]).toEqual(['a-id-0'])
  })
})

describe('another coordinator', () => {
  it('has a stable group as it was, everybody with a whole session timeout', () => {
    const scene = new ClassicScene()
    scene.settle(['a', 'b'], 'a=0 b=1')
    scene.advance(9000)
    expect(scene.reload()).toEqual([])
    expect(scene.group?.state).toBe('Stable')
    expect(scene.heartbeat('a')).toEqual(['a heartbeat NONE'])
    expect(scene.sync('b')).toEqual(['b sync [1]'])
    scene.advance(9999)
    expect(scene.group?.members.size).toBe(2)
  })

  it('knows nothing of a rebalance that was on: members join again into the next generation', () => {
    const scene = new ClassicScene()
    scene.settle(['a', 'b'], 'a=0 b=1')
    scene.enter('c')
    scene.join('a')
    scene.join('b')
    expect(scene.group?.generation).toBe(2)
    scene.reload()
    expect(scene.group?.generation).toBe(1)
    expect(scene.heartbeat('a', { generation: 2 })).toEqual(['a heartbeat ILLEGAL_GENERATION'])
    expect(scene.heartbeat('c', { generation: 2 })).toEqual(['c heartbeat UNKNOWN_MEMBER_ID'])
    expect(scene.join('a')).toEqual([])
    expect(scene.join('b')).toHaveLength(2)
    expect(scene.group?.generation).toBe(2)
  })

  it('makes a group that is larger than allowed join again: those who come first stay', () => {
    const scene = new ClassicScene()
    scene.settle(['a', 'b', 'c'], '')
    scene.settings = { ...scene.settings, groupMaxSize: 2 }
    scene.reload()
    expect(scene.group?.state).toBe('PreparingRebalance')
    expect(scene.join('c')).toEqual([])
    expect(scene.join('a')).toEqual([])
    expect(scene.join('b')).toEqual([
      'c join NONE c-id-2 gen 2 range leader a-id-0',
      'a join NONE a-id-0 gen 2 range leader a-id-0 of a-id-0=t c-id-2=t',
      'b join GROUP_MAX_SIZE_REACHED',
    ])
  })
})

describe('the size of a group', () => {
  it('is limited; members that are in it may join again', () => {
    const scene = new ClassicScene({ groupMaxSize: 2 })
    scene.settle(['a', 'b'], '')
    expect(scene.join('c')).toEqual(['c join GROUP_MAX_SIZE_REACHED'])
    scene.join('a')
    expect(scene.join('b')).toHaveLength(2)
    expect(scene.group?.members.size).toBe(2)
  })

  it('lets a static member come back', () => {
    const scene = new ClassicScene({ groupMaxSize: 2 })
    scene.join('s', { memberId: '', instance: 'i' })
    scene.settle(['a'], '')
    expect(scene.join('s', { memberId: '', instance: 'i' }).at(-1)).toContain('s join NONE')
    expect(scene.group?.members.size).toBe(2)
  })

  it('limits the ids that are given out, too', () => {
    const scene = new ClassicScene({ groupMaxSize: 2 })
    scene.join('a')
    scene.join('b')
    expect(scene.join('c')).toEqual(['c join GROUP_MAX_SIZE_REACHED'])
    scene.advance(10_000)
    expect(scene.join('c')).toEqual([`c join MEMBER_ID_REQUIRED ${scene.id('c')}`])
  })
})
