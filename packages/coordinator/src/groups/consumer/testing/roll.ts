/** A group of six partitions whose members are restarted one by one, from one protocol to the other. */
import { expect } from '@jest/globals'
import { ClassicClient } from './classic-client.ts'
import { ConsumerScene } from './consumer-scene.ts'
import { SimulatedMember } from './simulated-member.ts'

const PARTITIONS = 6
const ALL = Array.from({ length: PARTITIONS }, (_, partition) => `t-${partition}`)
const TICK_MS = 500
const BEAT_TICKS = 6

export class Roll {
  readonly scene = new ConsumerScene({ topics: { t: PARTITIONS } })
  readonly classic: ClassicClient[] = []
  readonly modern: SimulatedMember[] = []
  #ticks = 0

  addClassic(mode: 'eager' | 'cooperative'): ClassicClient {
    const client = new ClassicClient(this.scene, mode)
    this.classic.push(client)
    return client
  }

  addModern(): SimulatedMember {
    const member = new SimulatedMember(this.scene, `n${this.modern.length}`, null)
    this.modern.push(member)
    member.join({ names: ['t'], regex: '' })
    return member
  }

  tick(count: number): void {
    for (let left = count; left > 0; left--) {
      this.#ticks++
      for (const client of this.classic) client.tick()
      if (this.#ticks % BEAT_TICKS === 0) for (const member of this.modern) member.beat({ isLost: false })
      this.scene.run.advance(TICK_MS)
      this.check()
    }
  }

  get owned(): string[] {
    const modern = this.modern.flatMap((member) => (member.isKnown ? [...member.owned] : []))
    return [...this.classic.flatMap((client) => [...client.owned]), ...modern.map((pair) => pair.replace(/_+A-/, '-'))]
  }

  /** From the log as it is after compaction. */
  reload(): void {
    this.scene.run.reloadCompacted()
    for (const client of this.classic) client.moved()
  }

  /** No partition has two owners. */
  check(): void {
    const owned = this.owned
    expect([...new Set(owned)].sort()).toEqual(owned.sort())
  }

  /** One of the clients, of either kind, if there are any. */
  leave(number: number): void {
    const clients = [...this.classic.filter((client) => client.isMember), ...this.modern.filter((one) => one.isJoined)]
    const client = clients[number % Math.max(1, clients.length)]
    if (client instanceof ClassicClient) client.leave()
    else client?.leave(false)
  }

  /** By somebody, unless everybody has left. */
  checkAllOwned(): void {
    const anybody = this.classic.some((client) => !client.isOut) || this.modern.some((member) => member.isJoined)
    expect(this.owned.sort()).toEqual(anybody ? ALL : [])
  }

  checkSettled(kind: string, members: number): void {
    expect(this.scene.group?.kind).toBe(kind)
    expect(this.scene.group?.state).toBe('Stable')
    expect((this.scene.group as { members: ReadonlyMap<string, unknown> }).members.size).toBe(members)
    expect(this.owned.sort()).toEqual(ALL)
  }
}
