/**
 * Members that follow the protocol, in any order of joins, heartbeats, lost replies, leaves, deaths, changes of topics, changes of leader. Whatever happens,
 * no two members own a partition at a time; when it is quiet, all partitions are owned as the target says; a log that is replayed gives the same group.
 */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ConsumerScene } from './testing/consumer-scene.ts'
import { SimulatedMember } from './testing/simulated-member.ts'

const HEARTBEAT_MS = 5000
const MEMBERS = 5

type Step =
  | { readonly kind: 'join'; readonly member: number; readonly subscription: number }
  | { readonly kind: 'beat' | 'lost-beat' | 'leave' | 'leave-for-a-while' | 'die'; readonly member: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'topics'; readonly partitions: readonly [number, number]; readonly generation: number }
  | { readonly kind: 'settle' | 'reload' | 'reload-compacted' }

const member = fc.integer({ min: 0, max: MEMBERS - 1 })
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('join' as const), member, subscription: fc.integer({ min: 0, max: 3 }) }),
  },
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('beat' as const), member }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lost-beat' as const), member }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('leave' as const, 'leave-for-a-while' as const, 'die' as const),
      member,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(300, 1000, 5000, 20_000) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('topics' as const),
      partitions: fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 4 })),
      generation: fc.integer({ min: 0, max: 1 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('settle' as const, 'reload' as const, 'reload-compacted' as const) }),
  },
)

const SUBSCRIPTIONS = [
  { names: ['t'], regex: '' },
  { names: ['t', 'u'], regex: '' },
  { names: [], regex: 't|u' },
  { names: ['u'], regex: 't.*' },
]

class Play {
  readonly scene: ConsumerScene
  readonly members: SimulatedMember[]

  constructor(assignmentIntervalMs: number) {
    this.scene = new ConsumerScene({ topics: { t: 4, u: 2 }, groupSettings: { assignmentIntervalMs } })
    this.members = Array.from(
      { length: MEMBERS },
      (_, index) =>
        // The last two are static.
        new SimulatedMember(this.scene, `m${index}`, index >= 3 ? `i${index}` : null),
    )
  }

  async step(step: Step): Promise<void> {
    const { scene } = this
    switch (step.kind) {
      case 'join':
        this.members[step.member]!.join(SUBSCRIPTIONS[step.subscription]!)
        break
      case 'beat':
      case 'lost-beat':
        this.members[step.member]!.beat({ isLost: step.kind === 'lost-beat' })
        break
      case 'leave':
      case 'leave-for-a-while':
      case 'die':
        this.members[step.member]![step.kind === 'die' ? 'die' : 'leave'](step.kind === 'leave-for-a-while')
        break
      case 'wait':
        scene.run.advance(step.ms)
        break
      case 'topics': {
        const [t, u] = step.partitions
        const topics = {
          ...(t > 0 ? { t: { partitions: t, generation: step.generation } } : {}),
          ...(u > 0 ? { u } : {}),
        }
        scene.setTopics(topics)
        break
      }
      case 'settle':
        await scene.run.settle()
        break
      case 'reload':
      case 'reload-compacted': {
        const before = this.dump()
        if (step.kind === 'reload') scene.run.reload()
        else scene.run.reloadCompacted()
        expect(this.dump()).toEqual(before)
      }
    }
    this.checkOwners()
  }

  /** A member that has been removed may not know it yet; it will when it asks. */
  checkOwners(): void {
    const owners = new Map<string, string>()
    for (const one of this.members) {
      if (!one.isKnown) continue
      for (const partition of one.owned) {
        expect([partition, owners.get(partition)]).toEqual([partition, undefined])
        owners.set(partition, one.memberId)
      }
    }
  }

  dump(): unknown {
    const { group } = this.scene
    if (group?.kind !== 'consumer') return undefined
    this.scene.run.advance(0)
    const described = this.scene.describe()
    const members = [...described.members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1))
    return { ...described, members, topics: [...group.subscribed.names()].sort(), hash: group.metadataHash }
  }

  async comeToRest(): Promise<void> {
    for (let round = 0; round < 25; round++) {
      for (const one of this.members) one.beat({ isLost: false })
      this.checkOwners()
      this.scene.run.advance(HEARTBEAT_MS)
      await this.scene.run.settle()
    }
  }

  checkAtRest(): void {
    const { group, run } = this.scene
    if (group?.kind !== 'consumer' || group.isEmpty) return
    expect(group.state).toBe('Stable')
    const owned = this.members.flatMap((one) => (one.isKnown ? [...one.owned] : []))
    const wanted = [...group.subscribed.names()].flatMap((name) => {
      const topic = run.image.topics.get(name)
      return topic === undefined ? [] : topic.partitions.map(({ partition }) => `${topic.id}-${partition}`)
    })
    expect(owned.sort()).toEqual(wanted.sort())
  }
}

test.each([0, 1000])(
  'any play, assignment interval %d ms',
  async (intervalMs) => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 5, maxLength: 40 }), async (steps) => {
        const play = new Play(intervalMs)
        for (const step of steps) await play.step(step)
        await play.comeToRest()
        play.checkAtRest()
      }),
      { numRuns: 150 },
    )
  },
  120_000,
)
