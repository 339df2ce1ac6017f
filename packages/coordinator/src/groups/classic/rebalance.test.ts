import { describe, expect, it } from '@jest/globals'
import { ClassicScene } from '../testing/classic-scene.ts'

describe('the first rebalance of an empty group', () => {
  it('takes the initial delay when nobody else comes', () => {
    const scene = new ClassicScene()
    scene.enter('a')
    expect(scene.advance(2999)).toEqual([])
    expect(scene.advance(1)).toEqual(['a join NONE a-id-0 gen 1 range leader a-id-0 of a-id-0=t'])
  })

  it('takes it again while members come, up to the longest rebalance timeout', () => {
    const scene = new ClassicScene()
    scene.enter('a', { rebalanceMs: 8000 })
    const came: number[] = []
    for (let second = 1; second <= 20 && scene.group?.state === 'PreparingRebalance'; second++) {
      scene.enter(`m${second}`, { rebalanceMs: 8000 })
      scene.advance(1000)
      came.push(second)
    }
    expect(came.at(-1)).toBe(8)
  })

  it('is no longer than the delay when the rebalance timeout is shorter', () => {
    const scene = new ClassicScene()
    scene.enter('a', { rebalanceMs: 1000 })
    scene.enter('b', { rebalanceMs: 1000 })
    scene.advance(3000)
    expect(scene.group?.state).toBe('CompletingRebalance')
  })

  it('ends at once without a delay', () => {
    const scene = new ClassicScene({ groupInitialRebalanceDelayMs: 0 })
    scene.enter('a')
    expect(scene.advance(0)).toEqual(['a join NONE a-id-0 gen 1 range leader a-id-0 of a-id-0=t'])
  })

  it('leaves the group empty again when everybody has left', () => {
    const scene = new ClassicScene()
    scene.enter('a')
    expect(scene.leave('a')).toEqual(['a join UNKNOWN_MEMBER_ID', 'a leave NONE (a-id-0/ NONE)'])
    expect(scene.advance(3000)).toEqual(['log g gen 1 consumer - leader -'])
    expect(scene.group?.state).toBe('Empty')
  })
})

describe('a rebalance', () => {
  it('removes dynamic members that do not join again in time, and elects another leader', () => {
    const scene = new ClassicScene()
    scene.settle(['a', 'b', 'c'], '', { rebalanceMs: 5000, sessionMs: 60_000 })
    scene.join('b', { protocols: 'range=other', rebalanceMs: 5000, sessionMs: 60_000 })
    scene.enter('d', { rebalanceMs: 5000, sessionMs: 60_000 })
    expect(scene.advance(4999)).toEqual([])
    expect(scene.advance(1)).toEqual([
      'b join NONE b-id-1 gen 2 range leader b-id-1 of b-id-1=other d-id-3=t',
      'd join NONE d-id-3 gen 2 range leader b-id-1',
    ])
    expect(scene.heartbeat('a')).toEqual(['a heartbeat UNKNOWN_MEMBER_ID'])
  })

  it('keeps static members that have not joined again, but not those who do not sync', () => {
    const scene = new ClassicScene()
    const timeouts = { rebalanceMs: 5000, sessionMs: 60_000 }
    scene.join('s', { memberId: '', instance: 'i', ...timeouts })
    scene.settle(['a'], '', timeouts)
    const [a, s] = [scene.id('a'), scene.id('s')]
    scene.join('a', { ...timeouts, protocols: 'range=u' })
    expect(scene.advance(5000)).toEqual([`a join NONE ${a} gen 2 range leader ${a} of ${s}=t ${a}=u`])
    const begun = scene.logger.lines.filter(({ message }) => message === 'A generation begins')
    expect(begun.map(({ fields }) => fields?.absent)).toEqual([[], [s]])
    scene.sync('a', `s=0 a=1`)
    expect(scene.group?.state).toBe('Stable')
    expect(scene.group?.members.has(s)).toBe(true)
    scene.advance(5000)
    expect(scene.group?.members.has(s)).toBe(false)
  })

  it('waits on when nobody but silent static members is there, and ends when one comes back', () => {
    const scene = new ClassicScene()
    const long = { sessionMs: 600_000, rebalanceMs: 60_000 }
    scene.join('s', { memberId: '', instance: 's', ...long })
    scene.join('t', { memberId: '', instance: 't', ...long })
    scene.settle([], 's=0 t=1')
    scene.enter('a', long)
    scene.leave('a')
    expect(scene.advance(60_000)).toEqual([])
    expect(scene.group?.state).toBe('PreparingRebalance')
    scene.join('s', { instance: 's', ...long })
    expect(scene.advance(60_000)).toEqual([
      `s join NONE ${scene.id('s')} gen 2 range leader ${scene.id('s')} of ${scene.id('s')}=t ${scene.id('t')}=t`,
    ])
  })

  it('cancels the syncs that wait', () => {
    const scene = new ClassicScene()
    for (const client of ['a', 'b']) scene.enter(client)
    scene.advance(6000)
    scene.sync('b')
    expect(scene.enter('c')).toEqual(['b sync REBALANCE_IN_PROGRESS'])
    expect(scene.group?.state).toBe('PreparingRebalance')
  })

  it('waits for an id that was given out, and goes on when it expires', () => {
    const scene = new ClassicScene()
    scene.settle(['a'], '', { sessionMs: 10_000 })
    scene.join('p', { sessionMs: 7000 })
    scene.join('a', { sessionMs: 10_000 })
    expect(scene.group?.state).toBe('PreparingRebalance')
    expect(scene.advance(6999)).toEqual([])
    expect(scene.advance(1)).toEqual(['a join NONE a-id-0 gen 2 range leader a-id-0 of a-id-0=t'])
  })

  it('begins when the leader joins again, not when a follower does with the same words', () => {
    const scene = new ClassicScene()
    scene.settle(['a', 'b'], '')
    expect(scene.join('b')).toEqual(['b join NONE b-id-1 gen 1 range leader a-id-0'])
    expect(scene.group?.state).toBe('Stable')
    scene.join('a')
    expect(scene.group?.state).toBe('PreparingRebalance')
  })

  it('is told again to who may have missed it', () => {
    const scene = new ClassicScene()
    for (const client of ['a', 'b']) scene.enter(client)
    scene.advance(6000)
    expect(scene.join('a')).toEqual(['a join NONE a-id-0 gen 1 range leader a-id-0 of a-id-0=t b-id-1=t'])
  })
})

describe('the protocol', () => {
  it.each([
    ['a: range roundrobin', 'b: roundrobin range', 'c: roundrobin range', 'roundrobin'],
    ['a: range roundrobin', 'b: roundrobin range', 'c: range roundrobin', 'range'],
    ['a: sticky range', 'b: sticky range', 'c: range', 'range'],
    ['a: range sticky', 'b: sticky range', 'c: sticky range other', 'sticky'],
  ])('is what most members prefer of what all speak: %s, %s, %s', (...said) => {
    const scene = new ClassicScene()
    for (const line of said.slice(0, 3)) {
      const [client = '', names = ''] = line.split(': ')
      scene.enter(client, {
        protocols: names
          .split(' ')
          .map((name) => `${name}=t`)
          .join(' '),
      })
    }
    scene.advance(6000)
    expect(scene.group?.protocol).toBe(said[3])
  })

  it('must be one of those that are left', () => {
    const scene = new ClassicScene()
    scene.enter('a', { protocols: 'range=t sticky=t' })
    scene.enter('b', { protocols: 'range=t' })
    expect(scene.join('c', { protocols: 'sticky=t' })).toEqual(['c join INCONSISTENT_GROUP_PROTOCOL'])
    scene.leave('b')
    expect(scene.join('c', { protocols: 'sticky=t' })).toEqual([`c join MEMBER_ID_REQUIRED ${scene.id('c')}`])
  })

  it('has a type and at least one name', () => {
    const scene = new ClassicScene()
    expect(scene.join('a', { protocolType: '' })).toEqual(['a join INCONSISTENT_GROUP_PROTOCOL'])
    expect(scene.join('a', { protocols: '' })).toEqual(['a join INCONSISTENT_GROUP_PROTOCOL'])
    expect(scene.group).toBeUndefined()
  })

  it('is the one that a sync names, type and name', () => {
    const scene = new ClassicScene()
    scene.enter('a')
    scene.advance(3000)
    expect(scene.sync('a', 'a=0', { protocolType: 'connect' })).toEqual(['a sync INCONSISTENT_GROUP_PROTOCOL'])
    expect(scene.sync('a', 'a=0', { protocol: 'sticky' })).toEqual(['a sync INCONSISTENT_GROUP_PROTOCOL'])
    expect(scene.sync('a', 'a=0')).toContain('a sync [0]')
  })

  it('counts once when it is named twice, the first time', () => {
    const scene = new ClassicScene()
    scene.enter('a', { protocols: 'range=1 range=2' })
    expect(scene.advance(3000)).toEqual(['a join NONE a-id-0 gen 1 range leader a-id-0 of a-id-0=1'])
  })
})

describe('requests that come twice', () => {
  it('answers the older join, and parks the newer', () => {
    const scene = new ClassicScene()
    scene.enter('a')
    expect(scene.join('a')).toEqual(['a join REBALANCE_IN_PROGRESS a-id-0'])
    expect(scene.advance(3000)).toEqual(['a join NONE a-id-0 gen 1 range leader a-id-0 of a-id-0=t'])
  })

  it('answers the older sync, and parks the newer', () => {
    const scene = new ClassicScene()
    for (const client of ['a', 'b']) scene.enter(client)
    scene.advance(6000)
    scene.sync('b')
    expect(scene.sync('b')).toEqual(['b sync REBALANCE_IN_PROGRESS'])
    expect(scene.sync('a', 'b=1')).toEqual([
      'log g gen 1 consumer range leader a-id-0 of a-id-0= b-id-1=1',
      'b sync [1]',
      'a sync []',
    ])
  })
})

describe('old clients', () => {
  it('join without an id of their own', () => {
    const scene = new ClassicScene()
    scene.join('a', { version: 3 })
    expect(scene.advance(3000)).toEqual(['a join NONE a-id-0 gen 1 range leader a-id-0 of a-id-0=t'])
  })

  it('of version 0 have their session timeout as rebalance timeout', () => {
    const scene = new ClassicScene()
    scene.join('a', { version: 0, sessionMs: 8000, rebalanceMs: -1 })
    expect(scene.group?.members.get('a-id-0')?.rebalanceTimeoutMs).toBe(8000)
  })

  it('leave one at a time, and the error is of the request', () => {
    const scene = new ClassicScene()
    scene.settle(['a', 'b'], '')
    expect(scene.leave('x', { memberId: 'nobody', version: 2 })).toEqual(['x leave UNKNOWN_MEMBER_ID'])
    expect(scene.leave('a', { version: 2 })).toEqual(['a leave NONE'])
    expect(scene.group?.members.size).toBe(1)
  })
})

describe('several that leave together', () => {
  it('are answered one by one, and rebalance the group once', () => {
    const scene = new ClassicScene()
    scene.join('s', { memberId: '', instance: 'i' })
    scene.settle(['a', 'b', 'c'], '')
    const lines = scene.leaveAll('admin', [
      { memberId: scene.id('a'), groupInstanceId: null },
      { memberId: '', groupInstanceId: 'i' },
      { memberId: '', groupInstanceId: 'unknown' },
      { memberId: 'nobody', groupInstanceId: null },
      { memberId: scene.id('a'), groupInstanceId: null },
    ])
    expect(lines.at(-1)).toBe(
      `admin leave NONE (${scene.id('a')}/ NONE, /i NONE, /unknown UNKNOWN_MEMBER_ID, nobody/ UNKNOWN_MEMBER_ID, ${scene.id('a')}/ UNKNOWN_MEMBER_ID)`,
    )
    expect([...(scene.group?.members.keys() ?? [])]).toEqual([scene.id('b'), scene.id('c')])
    expect(scene.group?.state).toBe('PreparingRebalance')
  })

  it('answers a sync that waits', () => {
    const scene = new ClassicScene()
    for (const client of ['a', 'b', 'c']) scene.enter(client)
    scene.advance(6000)
    scene.sync('b')
    scene.sync('c')
    expect(scene.leave('b')).toEqual([
      'b sync UNKNOWN_MEMBER_ID',
      'c sync REBALANCE_IN_PROGRESS',
      'b leave NONE (b-id-1/ NONE)',
    ])
  })
})
