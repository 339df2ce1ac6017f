import { describe, expect, it } from '@jest/globals'
import { ClassicScene } from '../testing/classic-scene.ts'

const LARGE = 100_000

function fullScene(): ClassicScene {
  const scene = new ClassicScene()
  scene.enter('a', { metadata: new Uint8Array(LARGE) })
  scene.memberBytesMax = scene.memberBytes + 1000
  return scene
}

describe('when the members of groups take all the memory that they may', () => {
  it('another one is sent away, as from a coordinator that is not there, and leaves nothing behind', () => {
    const scene = fullScene()
    const before = scene.memberBytes
    expect(scene.join('b')).toEqual(['b join COORDINATOR_NOT_AVAILABLE'])
    expect(scene.join('b', { instance: 'i' })).toEqual(['b join COORDINATOR_NOT_AVAILABLE'])
    expect(scene.memberBytes).toBe(before)
  })

  it('one that is in the group may join again, but not with more', () => {
    const scene = fullScene()
    while (scene.group?.state === 'PreparingRebalance') scene.advance(3000)
    scene.syncAll()
    scene.memberBytesMax = 0
    expect(scene.join('a', { metadata: new Uint8Array(LARGE + 1) })).toEqual([
      expect.stringMatching(/^a join COORDINATOR_NOT_AVAILABLE/),
    ])
    expect(scene.join('a', { metadata: new Uint8Array(LARGE) })).toEqual([expect.stringMatching(/^a join NONE/)])
  })

  it('a static member that is back takes the place that it had', () => {
    const scene = new ClassicScene()
    scene.enter('a', { instance: 'i', metadata: new Uint8Array(LARGE) })
    scene.memberBytesMax = 0
    const again = { instance: 'i', memberId: '', metadata: new Uint8Array(LARGE) }
    expect(scene.join('a', again)).not.toContain('a join COORDINATOR_NOT_AVAILABLE')
    expect(scene.group?.members.size).toBe(1)
  })

  it('there is room again when one has gone', () => {
    const scene = fullScene()
    scene.leave('a')
    expect(scene.join('b')).toEqual([expect.stringMatching(/^b join MEMBER_ID_REQUIRED/)])
  })

  it('says so in the log, once in a while', () => {
    const scene = fullScene()
    scene.join('b')
    scene.join('c')
    expect(scene.logger.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
  })

  it.each([
    ['the id of a client', {}],
    ['the instance id', { instance: 'x'.repeat(LARGE) }],
  ])('%s counts: it is as long as a client wants', (_, said) => {
    const scene = new ClassicScene()
    scene.enter('x'.repeat(LARGE), said)
    expect(scene.memberBytes).toBeGreaterThan(LARGE)
    expect(scene.memberBytes > 2 * LARGE).toBe('instance' in said)
  })

  it('ids that were given out count', () => {
    const scene = new ClassicScene()
    scene.join('a')
    expect(scene.memberBytes).toBeGreaterThan(1000)
  })
})
