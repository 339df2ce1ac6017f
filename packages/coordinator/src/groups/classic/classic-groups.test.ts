import { describe, expect, it } from '@jest/globals'
import { ClassicScene } from '../testing/classic-scene.ts'

describe('a group of three', () => {
  it('forms, is assigned, loses one and goes on', () => {
    const scene = new ClassicScene()
    expect(scene.join('a')).toEqual(['log g gen 0 - - leader -', 'a join MEMBER_ID_REQUIRED a-id-0'])
    expect(scene.join('a')).toEqual([])
    expect(scene.group?.state).toBe('PreparingRebalance')
    expect(scene.enter('b')).toEqual([])
    expect(scene.enter('c')).toEqual([])
    expect(scene.advance(2999)).toEqual([])
    // Somebody came while the first delay ran: one more.
    expect(scene.advance(1)).toEqual([])
    expect(scene.advance(3000)).toEqual([
      'a join NONE a-id-0 gen 1 range leader a-id-0 of a-id-0=t b-id-1=t c-id-2=t',
      'b join NONE b-id-1 gen 1 range leader a-id-0',
      'c join NONE c-id-2 gen 1 range leader a-id-0',
    ])
    expect(scene.sync('b')).toEqual([])
    expect(scene.sync('a', 'a=0 b=1 c=2')).toEqual([
      'log g gen 1 consumer range leader a-id-0 of a-id-0=0 b-id-1=1 c-id-2=2',
      'b sync [1]',
      'a sync [0]',
    ])
    expect(scene.sync('c')).toEqual(['c sync [2]'])
    expect(scene.heartbeat('b')).toEqual(['b heartbeat NONE'])
    expect(scene.leave('a')).toEqual(['a leave NONE (a-id-0/ NONE)'])
    expect(scene.heartbeat('b')).toEqual(['b heartbeat REBALANCE_IN_PROGRESS'])
    expect(scene.join('b')).toEqual([])
    expect(scene.join('c')).toEqual([
      'b join NONE b-id-1 gen 2 range leader b-id-1 of b-id-1=t c-id-2=t',
      'c join NONE c-id-2 gen 2 range leader b-id-1',
    ])
    expect(scene.sync('c')).toEqual([])
    expect(scene.sync('b', 'b=0,1')).toEqual([
      'log g gen 2 consumer range leader b-id-1 of b-id-1=0,1 c-id-2=',
      'c sync []',
      'b sync [0,1]',
    ])
  })

  it('is told nothing of a generation before its record is committed, and of the next rebalance at once', () => {
    const scene = new ClassicScene()
    for (const client of ['a', 'b']) scene.enter(client)
    while (scene.group?.state === 'PreparingRebalance') scene.advance(3000)
    scene.sync('b')
    const sync = {
      groupId: 'g',
      memberId: scene.id('a'),
      groupInstanceId: null,
      generationId: 1,
      protocolType: 'consumer',
      protocolName: 'range',
      assignments: [],
    }
    const heartbeat = { groupId: 'g', memberId: scene.id('a'), groupInstanceId: null, generationId: 1 }
    const caller = { ticket: 999, clientId: 'a', clientHost: '/1', apiVersion: 5 }
    const { shard, view } = scene.run
    const synced = shard.handle({ kind: 'sync-group', body: sync }, caller, view)
    expect(synced.replies?.map(({ waits }) => waits !== false)).toEqual([true, true])
    const beat = shard.handle({ kind: 'heartbeat', body: heartbeat }, caller, view)
    expect(beat.replies?.map(({ waits }) => waits)).toEqual([false])
    scene.sync('a')
    const again = shard.handle({ kind: 'sync-group', body: { ...sync, memberId: scene.id('b') } }, caller, view)
    expect(again.replies?.map(({ waits }) => waits !== false)).toEqual([true])
  })

  it('is empty, and says so in a record, when the last one leaves', () => {
    const scene = new ClassicScene()
    scene.settle(['a'], 'a=0')
    expect(scene.leave('a')).toEqual(['log g gen 2 consumer - leader -', 'a leave NONE (a-id-0/ NONE)'])
    expect(scene.group?.state).toBe('Empty')
    expect(scene.run.timers.size).toBe(0)
  })
})
