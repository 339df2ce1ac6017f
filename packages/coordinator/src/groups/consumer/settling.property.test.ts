/**
 * Once a group is left alone it settles: whatever its members went through (answers and requests lost, records lost with their leader, partitions given up
 * late or never, deaths, other subscriptions, other topics), within bounded time everybody who lives is in, and has what it is to have.
 */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ConsumerScene } from './testing/consumer-scene.ts'
import { type Fate, QuietMember } from './testing/quiet-member.ts'

const HEARTBEAT_MS = 5000
/** Until those who have died are missed, and what follows from that and from the rest. */
const SETTLED_MS_MAX = 105_000
/** For each member that hangs, since one may have to give up what another one was put out for. */
const HANGING_MS_MAX = 60_000

/** By member: how many heartbeats go by before it gives partitions up. Those in the middle are static. */
const SLOWNESS = [0, 1, 3, 0, 2, 0]
const isStatic = (index: number) => index === 2 || index === 3

const SUBSCRIPTIONS = [
  { names: ['t'], regex: '' },
  { names: ['t', 'u'], regex: '' },
  { names: [], regex: 't|u' },
  { names: ['u'], regex: 't.*' },
]

type Step =
  | { readonly kind: 'start' | 'subscribe'; readonly member: number; readonly subscription: number }
  | { readonly kind: 'beat'; readonly member: number; readonly fate: Fate }
  | { readonly kind: 'leave' | 'leave-for-a-while' | 'die' | 'rejoin' | 'hang' | 'lost-write'; readonly member: number }
  | { readonly kind: 'round'; readonly waitMs: number }
  | { readonly kind: 'wait'; readonly waitMs: number }
  | { readonly kind: 'topics'; readonly partitions: readonly [number, number]; readonly generation: number }
  | { readonly kind: 'settle' | 'reload' | 'reload-compacted' | 'hang-all' }

const member = fc.integer({ min: 0, max: SLOWNESS.length - 1 })
const subscription = fc.integer({ min: 0, max: SUBSCRIPTIONS.length - 1 })
const kind = <K extends string>(...kinds: readonly K[]) => fc.constantFrom(...kinds)
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: kind('start'), member, subscription }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('subscribe'), member, subscription }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: kind('beat'),
      member,
      fate: kind<Fate>('answered', 'answered', 'unanswered', 'unheard'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: kind('leave', 'leave-for-a-while', 'die', 'rejoin', 'hang', 'lost-write'), member }),
  },
  { weight: 4, arbitrary: fc.record({ kind: kind('round'), waitMs: fc.constantFrom(0, 1000, 5000) }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('hang-all') }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('wait'), waitMs: fc.constantFrom(300, 1000, 20_000, 50_000) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: kind('topics'),
      partitions: fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 4 })),
      generation: fc.integer({ min: 0, max: 1 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: kind('settle', 'reload', 'reload-compacted') }) },
)

class Play {
  readonly scene: ConsumerScene
  readonly members: readonly QuietMember[]

  constructor(assignmentIntervalMs: number) {
    this.scene = new ConsumerScene({ topics: { t: 5, u: 2 }, groupSettings: { assignmentIntervalMs } })
    this.members = SLOWNESS.map(
      (slowness, index) =>
        new QuietMember(this.scene, `m${index}`, { instanceId: isStatic(index) ? `i${index}` : null, slowness }),
    )
  }

  async step(step: Step): Promise<void> {
    await this.#act(step)
    this.#checkOwners()
  }

  async #act(step: Step): Promise<void> {
    const { run } = this.scene
    switch (step.kind) {
      case 'start':
      case 'subscribe':
        this.members[step.member]![step.kind](SUBSCRIPTIONS[step.subscription]!)
        break
      case 'beat':
        this.members[step.member]!.beat(step.fate)
        break
      case 'leave':
      case 'leave-for-a-while':
        this.members[step.member]!.leave(step.kind === 'leave-for-a-while')
        break
      case 'die':
      case 'rejoin':
        this.members[step.member]![step.kind]()
        break
      case 'hang':
        this.members[step.member]!.isHanging = true
        break
      case 'hang-all':
        for (const one of this.members) one.isHanging = true
        break
      case 'lost-write':
        this.#loseWrite(this.members[step.member]!)
        break
      case 'round':
        this.#round()
        run.advance(step.waitMs)
        break
      case 'wait':
        run.advance(step.waitMs)
        break
      case 'topics':
        this.#setTopics(step.partitions, step.generation)
        break
      case 'settle':
        await run.settle()
        break
      case 'reload':
        run.reload()
        break
      case 'reload-compacted':
        run.reloadCompacted()
        break
    }
  }

  /** The coordinator goes before what it wrote for this member is committed. */
  #loseWrite(one: QuietMember): void {
    const { run } = this.scene
    const end = run.log.length
    one.beat('unanswered')
    run.log.length = end
    run.reload()
  }

  #setTopics([t, u]: readonly [number, number], generation: number): void {
    this.scene.setTopics({ ...(t > 0 ? { t: { partitions: t, generation } } : {}), ...(u > 0 ? { u } : {}) })
  }

  #round(): void {
    for (const one of this.members) one.beat()
  }

  /** Who has been put out may not know it yet; it will when it asks. */
  #checkOwners(): void {
    const known = this.members.filter(({ isKnown }) => isKnown)
    const owned = known.flatMap((one) => [...one.owned])
    expect(owned.length - new Set(owned).size).toBe(0)
  }

  async comeToRest(): Promise<void> {
    const hanging = this.members.filter(({ isHanging }) => isHanging).length
    const untilMs = this.scene.run.nowMs + SETTLED_MS_MAX + hanging * HANGING_MS_MAX
    while (this.scene.run.nowMs < untilMs) {
      this.#round()
      this.#checkOwners()
      this.scene.run.advance(HEARTBEAT_MS)
      await this.scene.run.settle()
    }
  }

  checkAtRest(): void {
    const { group, run } = this.scene
    const living = this.members.filter(({ isAlive }) => isAlive)
    const inGroup = group?.kind === 'consumer' ? [...group.members.keys()] : []
    expect(inGroup.sort()).toEqual(living.map(({ memberId }) => memberId).sort())
    if (group?.kind !== 'consumer' || group.isEmpty) return
    expect(group.state).toBe('Stable')
    const owned = living.flatMap((one) => [...one.owned])
    const wanted = [...group.subscribed.names()].flatMap((name) => {
      const topic = run.image.topics.get(name)
      return topic === undefined ? [] : topic.partitions.map(({ partition }) => `${topic.id}-${partition}`)
    })
    expect(owned.sort()).toEqual(wanted.sort())
  }
}

test.each([0, 1000])(
  'a group that is left alone settles, assignment interval %d ms',
  async (intervalMs) => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 10, maxLength: 60 }), fc.boolean(), async (steps, isMoved) => {
        const play = new Play(intervalMs)
        for (const step of steps) await play.step(step)
        if (isMoved) play.scene.run.reload()
        await play.comeToRest()
        play.checkAtRest()
      }),
      { numRuns: 100 },
    )
  },
  600_000,
)
