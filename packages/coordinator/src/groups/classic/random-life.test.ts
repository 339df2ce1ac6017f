import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { GroupCalls } from '../requests.ts'
import { ClassicScene, GROUP, textOf } from '../testing/classic-scene.ts'
import type { ClassicGroup } from './classic-group.ts'
import { bytesOf, bytesOfId } from './classic-member.ts'
import { joinTimer, sessionTimer, syncTimer } from './timer-keys.ts'

/** The last two are static members, with their names as instance ids. */
const CLIENTS = ['a', 'b', 'c', 's', 't'] as const
type Client = (typeof CLIENTS)[number]

type Step =
  | {
      readonly do: 'enter' | 'join' | 'joinOld' | 'sync' | 'heartbeat' | 'leave'
      readonly client: Client
      readonly protocols: string
    }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'reload' | 'enterAll' | 'joinAll' | 'syncFollowers' | 'syncAll' }

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('enter', 'join', 'join', 'joinOld', 'sync', 'heartbeat', 'leave'),
      client: fc.constantFrom(...CLIENTS),
      protocols: fc.constantFrom('range=t', 'range=t', 'range=u', 'roundrobin=t range=t'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('advance'), ms: fc.constantFrom(1, 3000, 9000, 20_000, 70_000) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('enterAll', 'joinAll', 'syncFollowers', 'syncAll', 'syncAll', 'reload'),
    }),
  },
) as fc.Arbitrary<Step>

/** A scene with clients that remember what they asked for. */
class Life {
  readonly scene = new ClassicScene()
  readonly #syncs: {
    readonly ticket: number
    readonly client: Client
    readonly memberId: string
    readonly generation: number
  }[] = []
  #generation = 0

  get group(): ClassicGroup | undefined {
    return this.scene.group
  }

  perform(one: Step): void {
    switch (one.do) {
      case 'advance':
        this.scene.advance(one.ms)
        return
      case 'reload':
        this.scene.reload()
        this.#generation = 0
        return
      case 'enterAll':
        for (const client of CLIENTS) this.#enter(client, 'range=t')
        this.scene.advance(6000)
        return
      case 'joinAll':
        for (const client of this.#members()) this.scene.join(client, said(client))
        return
      case 'syncFollowers':
        for (const client of this.#members()) if (!this.#leads(client)) this.#sync(client)
        return
      case 'syncAll':
        for (const client of this.#members()) if (!this.#leads(client)) this.#sync(client)
        for (const client of this.#members()) if (this.#leads(client)) this.#sync(client)
        return
      default:
        this.#performAs(one.client, one)
    }
  }

  #performAs(client: Client, one: Extract<Step, { client: Client }>): void {
    const { protocols } = one
    switch (one.do) {
      case 'enter':
        this.#enter(client, protocols)
        return
      case 'join':
        this.scene.join(client, { ...said(client), protocols })
        return
      case 'joinOld':
        this.scene.join(client, { ...said(client), protocols, memberId: '', version: 3 })
        return
      case 'sync':
        this.#sync(client)
        return
      case 'heartbeat':
        this.scene.heartbeat(client, said(client))
        return
      case 'leave':
        this.scene.leave(client, said(client))
    }
  }

  #members(): readonly Client[] {
    return CLIENTS.filter((client) => this.group?.members.has(this.scene.id(client)))
  }

  #leads(client: Client): boolean {
    return this.group?.leader === this.scene.id(client)
  }

  #enter(client: Client, protocols: string): void {
    const instance = said(client)
    if (instance.instance === undefined) this.scene.enter(client, { protocols })
    else this.scene.join(client, { ...instance, memberId: '', protocols })
  }

  /** The leader gives everybody an assignment that says whose it is. */
  #sync(client: Client): void {
    const generation = this.group?.generation ?? 0
    const everybody = Array.from(this.group?.members.keys() ?? [], (id) => `${id}=${id}@${generation}`).join(' ')
    const protocol = this.group?.protocol ?? 'range'
    const memberId = this.scene.id(client)
    this.scene.sync(client, this.#leads(client) ? everybody : '', { ...said(client), protocol })
    this.#syncs.push({ ticket: this.scene.lastTicket, client, memberId, generation })
  }

  check(): void {
    const { group } = this
    if (group === undefined) return
    expect(group.generation).toBeGreaterThanOrEqual(this.#generation)
    this.#generation = group.generation
    checkGroup(this.scene, group)
    expect(this.scene.memberBytes).toBe(bytesCounted(group))
    checkReplay(this.scene, group)
  }

  /** A static member that came back has what it was given under its former id. */
  checkSyncs(): number {
    let seen = 0
    for (const { ticket, client, memberId, generation } of this.#syncs) {
      const reply = this.scene.run.replies.get(ticket) as GroupCalls['sync-group']['reply'] | undefined
      if (reply?.errorCode !== 0) continue
      seen++
      const given = textOf(reply.assignment)
      if (said(client).instance === undefined) expect(given).toBe(`${memberId}@${generation}`)
      else expect(given).toMatch(new RegExp(`^${client}-id-\\d+@${generation}$`))
    }
    return seen
  }
}

function said(client: Client): { readonly instance?: string } {
  return client === 's' || client === 't' ? { instance: client } : {}
}

function checkGroup(scene: ClassicScene, group: ClassicGroup): void {
  const { members, leader, parkedJoins, parkedSyncs, pendingJoins, pendingSyncs, state } = group
  if (members.size > 0) expect(members.has(leader ?? '')).toBe(true)
  else expect(leader).toBeNull()
  if (state === 'Empty') expect(members.size).toBe(0)
  if (state === 'Stable' || state === 'CompletingRebalance') expect(members.size).toBeGreaterThan(0)
  if (state !== 'PreparingRebalance') expect(parkedJoins.size).toBe(0)
  if (state !== 'CompletingRebalance') expect(parkedSyncs.size).toBe(0)
  const timers = scene.run.timers
  const allJoined = members.size === parkedJoins.size && pendingJoins.size === 0
  if (state === 'PreparingRebalance') {
    expect(timers.has(joinTimer(GROUP))).toBe(true)
    expect(group.phase.initial !== undefined || !allJoined).toBe(true)
  }
  if (state !== 'PreparingRebalance') expect(timers.has(joinTimer(GROUP))).toBe(false)
  expect(timers.has(syncTimer(GROUP))).toBe(pendingSyncs.size > 0)
  for (const table of [parkedJoins, parkedSyncs, pendingSyncs]) {
    for (const memberId of table.keys()) expect(members.has(memberId)).toBe(true)
  }
  for (const memberId of [...members.keys(), ...pendingJoins.keys()]) {
    const waits = parkedJoins.has(memberId) || parkedSyncs.has(memberId)
    expect(waits || timers.has(sessionTimer(GROUP, memberId))).toBe(true)
  }
  for (const memberId of pendingJoins.keys()) expect(members.has(memberId)).toBe(false)
  const statics = [...members.values()].filter((member) => member.groupInstanceId !== null)
  expect([...group.instances]).toHaveLength(statics.length)
  for (const member of statics) expect(group.instances.get(member.groupInstanceId ?? '')).toBe(member.memberId)
}

function bytesCounted({ members, pendingJoins }: ClassicGroup): number {
  let bytes = 0
  for (const member of members.values()) bytes += bytesOf(member)
  for (const memberId of pendingJoins.keys()) bytes += bytesOfId(memberId)
  return bytes
}

function persistent(group: ClassicGroup | undefined): unknown {
  if (group === undefined) return undefined
  const members = [...group.members.values()].map((one) => ({
    ...one,
    protocols: one.protocols.filter(({ name }) => name === group.protocol).map(({ metadata }) => textOf(metadata)),
    assignment: textOf(one.assignment),
  }))
  const { generation, protocolType, protocol, leader, state } = group
  return { generation, protocolType, protocol, leader, state, members }
}

/** What a second coordinator knows that has read the log. */
function checkReplay(scene: ClassicScene, group: ClassicGroup): void {
  if (group.state !== 'Stable' && group.state !== 'Empty') return
  const other = new ClassicScene()
  other.run.reload(scene.run.log)
  expect(persistent(other.group)).toEqual(persistent(group))
}

describe('the life of a group, at random', () => {
  it('keeps what must hold', () => {
    let syncs = 0
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 40 }), (steps) => {
        const life = new Life()
        for (const one of steps) {
          life.perform(one)
          life.check()
        }
        syncs += life.checkSyncs()
        // When nobody says anything any more, everybody goes, and every request has been answered (once: the run watches that).
        for (let minute = 0; minute < 60; minute++) life.scene.advance(60_000)
        expect(life.scene.open.size).toBe(0)
        expect(life.group?.state ?? 'Empty').toBe('Empty')
        expect(life.scene.memberBytes).toBe(0)
        expect([...life.scene.run.timers.keys()]).toEqual([])
      }),
      { numRuns: 150 },
    )
    // Enough of these lives came to an assignment for the rest to mean something.
    expect(syncs).toBeGreaterThan(100)
  })
})
