import { describe, expect, it, jest } from '@jest/globals'
import type { GroupCalls } from '../requests.ts'
import { ClassicScene } from '../testing/classic-scene.ts'

const MEMBERS = 1000

describe('a group of a thousand', () => {
  it('forms in one generation, and the leader is told of all', () => {
    const scene = new ClassicScene({ groupInitialRebalanceDelayMs: 60_000 })
    const names = Array.from({ length: MEMBERS }, (_, index) => `m${index}`)
    for (const name of names) scene.enter(name)
    expect(scene.group?.parkedJoins.size).toBe(MEMBERS)
    scene.advance(60_000)
    const { group } = scene
    expect(group?.generation).toBe(1)
    expect(group?.pendingSyncs.size).toBe(MEMBERS)
    const told = [...scene.run.replies.values()] as GroupCalls['join-group']['reply'][]
    expect(told.filter((reply) => reply.members?.length === MEMBERS)).toHaveLength(1)
    for (const name of names.slice(1)) scene.sync(name)
    const lines = scene.sync('m0', names.map((name) => `${name}=of-${name}`).join(' '))
    expect(lines).toHaveLength(MEMBERS + 1)
    expect(lines).toContain('m999 sync [of-m999]')
    expect(scene.group?.state).toBe('Stable')
  })

  it('may leave in one request, for which nobody walks through it once for each', () => {
    const scene = new ClassicScene({ groupInitialRebalanceDelayMs: 60_000 })
    for (let index = 0; index < MEMBERS; index++) scene.enter(`m${index}`)
    scene.advance(60_000)
    const members = scene.group?.members ?? new Map()
    const leaving = Array.from(members.keys(), (memberId) => ({ memberId, groupInstanceId: null }))
    const walk = members[Symbol.iterator].bind(members)
    const walked = jest.fn(walk)
    Object.assign(members, { [Symbol.iterator]: walked })
    scene.leaveAll('m0', leaving)
    expect(scene.group?.state).toBe('Empty')
    expect(walked.mock.calls.length).toBeLessThan(20)
  })
})
