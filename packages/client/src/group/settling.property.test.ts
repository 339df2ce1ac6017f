/**
 * Members of the consumer protocol at the coordinator's own state machine, over a network that loses requests and answers, while coordinators change, topics
 * grow and members come, go, stall and take their time. When the troubles are over the group settles, long before anybody's rebalance timeout.
 */
import { expect, test } from '@jest/globals'
import type { ErrorName } from '@ottla/protocol'
import fc from 'fast-check'
import { ConsumerScene } from '../../../coordinator/src/groups/consumer/testing/consumer-scene.ts'
import type { TopicPartition } from '../admin/leaders.ts'
import { ClientError } from '../errors.ts'
import { ConsumerMember } from './consumer-member.ts'
import { type MemberEffect, type MemberInput, type MemberTimer, partitionKey } from './member.ts'

const TICK_MS = 100
const HEARTBEAT_MS = 1000
const SESSION_MS = 10_000
/** As Kafka's default. Whoever has to be put out for it is too late. */
const REBALANCE_TIMEOUT_MS = 300_000
/** Sessions of those who have died, static ones among them, and a few heartbeats of everybody. */
const SETTLED_MS_MAX = 2 * SESSION_MS + 15 * HEARTBEAT_MS
const INTEREST = { topics: ['t', 'u'] }

/** What becomes of a request. */
type Fate = 'answered' | 'unanswered' | 'unheard' | 'moved' | 'loading' | 'lost-write'
const ERRORS: Readonly<Partial<Record<Fate, ErrorName>>> = {
  unanswered: 'NETWORK_EXCEPTION',
  unheard: 'REQUEST_TIMED_OUT',
  moved: 'NOT_COORDINATOR',
  loading: 'COORDINATOR_LOAD_IN_PROGRESS',
  'lost-write': 'COORDINATOR_NOT_AVAILABLE',
}

interface Pace {
  /** How many ticks handing partitions over takes. */
  readonly handTicks: number
  readonly answerTicks: number
}

type Sent = Extract<MemberEffect, { readonly kind: 'send' }>

/** A process with a member: does what the member asks for, tick by tick. */
class Process {
  readonly memberId: string
  readonly owned = new Map<string, TopicPartition>()
  isAlive = true
  readonly #member: ConsumerMember
  readonly #world: World
  readonly #pace: Pace
  readonly #timers = new Map<MemberTimer, number>()
  #later: { readonly atTick: number; readonly run: () => void }[] = []
  #handsUntil = 0
  #timesLost = 0

  constructor(
    world: World,
    seat: { readonly memberId: string; readonly instanceId: string | null; readonly pace: Pace },
  ) {
    const { memberId, instanceId: groupInstanceId } = seat
    this.#world = world
    this.#pace = seat.pace
    this.memberId = memberId
    const options = { groupId: 'g', rebalanceTimeoutMs: REBALANCE_TIMEOUT_MS, rackId: '', serverAssignor: null }
    this.#member = new ConsumerMember({ ...options, memberId, groupInstanceId })
    this.step({ kind: 'wanted', interest: INTEREST })
  }

  step(input: MemberInput): void {
    if (!this.isAlive) return
    for (const effect of this.#member.step(input)) this.#perform(effect)
  }

  tick(): void {
    const due = this.#later.filter(({ atTick }) => atTick <= this.#world.tick)
    this.#later = this.#later.filter(({ atTick }) => atTick > this.#world.tick)
    for (const { run } of due) run()
    for (const [timer, atTick] of this.#timers) {
      if (atTick > this.#world.tick) continue
      this.#timers.delete(timer)
      this.step({ kind: 'due', timer })
    }
  }

  die(): void {
    this.isAlive = false
    this.owned.clear()
  }

  #perform(effect: MemberEffect): void {
    switch (effect.kind) {
      case 'send':
        this.#send(effect)
        break
      case 'timer':
        this.#timers.set(effect.timer, this.#world.tick + effect.afterMs / TICK_MS)
        break
      case 'back-off':
        this.#timers.set('retry', this.#world.tick + Math.min(10, 2 ** effect.attempt))
        break
      case 'stop-timers':
        this.#timers.clear()
        break
      case 'revoke':
        if (effect.lost) this.#lose(effect.partitions)
        this.#hand({
          begins: () => {},
          ends: () => {
            this.#drop(effect.partitions)
            this.step({ kind: 'revoked', round: effect.round })
          },
        })
        break
      case 'assign':
        this.#hand({
          begins: this.#takes(effect.partitions),
          ends: () => this.step({ kind: 'assigned', round: effect.round }),
        })
        break
      case 'resolve':
        this.#after(1, () => {
          this.step({ kind: 'resolved', round: effect.round, names: this.#world.names(effect.topicIds) })
        })
        break
      case 'fail':
        // The application polls again.
        this.#after(5, () => this.step({ kind: 'wanted', interest: INTEREST }))
        break
      case 'left':
        this.die()
        break
      default:
        break
    }
  }

  #lose(partitions: readonly TopicPartition[]): void {
    this.#timesLost++
    this.#drop(partitions)
  }

  /** Unless they are lost before their turn has come. */
  #takes(partitions: readonly TopicPartition[]): () => void {
    const timesLost = this.#timesLost
    return () => {
      if (timesLost !== this.#timesLost) return
      for (const partition of partitions) this.owned.set(partitionKey(partition), partition)
    }
  }

  #drop(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.owned.delete(partitionKey(partition))
  }

  #after(ticks: number, run: () => void): void {
    this.#later.push({ atTick: this.#world.tick + ticks, run })
  }

  /** One after the other. */
  #hand({ begins, ends }: { begins(): void; ends(): void }): void {
    const { tick } = this.#world
    const beginTick = Math.max(this.#handsUntil, tick)
    this.#handsUntil = beginTick + this.#pace.handTicks
    if (beginTick === tick) begins()
    else this.#after(beginTick - tick, begins)
    this.#after(this.#handsUntil - tick, ends)
  }

  #send({ round, request }: Sent): void {
    const fate = this.#world.nextFate()
    const api = 'consumerGroupHeartbeat'
    const answer = this.#world.ask(request, fate)
    const error = ERRORS[fate]
    const input: MemberInput =
      error === undefined
        ? { kind: 'answered', round, api, answer }
        : { kind: 'refused', round, api, error: new ClientError(error, undefined, {}) }
    const isSilent = fate === 'unanswered' || fate === 'unheard'
    this.#after(isSilent ? 30 : this.#pace.answerTicks, () => this.step(input))
  }
}

type Event =
  | { readonly kind: 'start' | 'leave' | 'kill' | 'stall'; readonly seat: number }
  | { readonly kind: 'ticks'; readonly count: number }
  | { readonly kind: 'topics'; readonly t: number; readonly u: number; readonly knownAfter: number }
  | { readonly kind: 'reload' }

const PACES: readonly Pace[] = [
  { handTicks: 0, answerTicks: 0 },
  { handTicks: 1, answerTicks: 3 },
  { handTicks: 25, answerTicks: 1 },
  { handTicks: 7, answerTicks: 15 },
]

class World {
  readonly scene = new ConsumerScene({
    topics: { t: 6 },
    groupSettings: { heartbeatIntervalMs: HEARTBEAT_MS, sessionTimeoutMs: SESSION_MS, assignmentIntervalMs: 500 },
  })
  tick = 0
  readonly #fates: Fate[]
  readonly #seats: (Process | undefined)[] = []
  readonly #unknown = new Map<string, number>()
  #lives = 0

  constructor(fates: readonly Fate[]) {
    this.#fates = [...fates]
  }

  nextFate(): Fate {
    return this.#fates.shift() ?? 'answered'
  }

  heal(): void {
    this.#fates.splice(0)
  }

  names(topicIds: readonly string[]): Map<string, string> {
    const known = topicIds.filter((id) => (this.#unknown.get(id) ?? 0) <= this.tick)
    const { topicNamesById } = this.scene.run.image
    return new Map(known.flatMap((id) => (topicNamesById.has(id) ? [[id, topicNamesById.get(id)!] as const] : [])))
  }

  ask(request: Sent['request'], fate: Fate): unknown {
    if (fate === 'unheard' || fate === 'moved' || fate === 'loading') return undefined
    const { run } = this.scene
    const end = run.log.length
    const { api, body } = request
    if (api !== 'consumerGroupHeartbeat') throw new Error(`a member of the consumer protocol sends ${api}`)
    const answer = this.scene.heartbeat(body as Parameters<ConsumerScene['heartbeat']>[0])
    if (fate === 'lost-write') {
      run.log.length = end
      run.reload()
    }
    return answer
  }

  run(event: Event): void {
    switch (event.kind) {
      case 'start':
        this.#start(event.seat)
        break
      case 'leave':
        this.#seats[event.seat]?.step({ kind: 'leave', reason: '' })
        break
      case 'kill':
        this.#seats[event.seat]?.die()
        break
      case 'stall':
        this.#seats[event.seat]?.step({ kind: 'stalled' })
        this.#seats[event.seat]?.step({ kind: 'wanted', interest: INTEREST })
        break
      case 'ticks':
        this.pass(event.count)
        break
      case 'topics':
        this.#setTopics(event)
        break
      case 'reload':
        this.scene.run.reload()
        break
    }
  }

  pass(ticks: number): void {
    for (let count = 0; count < ticks; count++) {
      this.tick++
      this.scene.run.advance(TICK_MS)
      for (const one of this.living) one.tick()
      this.#checkOwners()
    }
  }

  get living(): Process[] {
    return this.#seats.flatMap((one) => (one?.isAlive ? [one] : []))
  }

  /** Undefined: everybody who lives is in, and has its share. */
  get unsettled(): string | undefined {
    const { living, scene } = this
    const members = scene.group?.kind === 'consumer' ? [...scene.group.members.keys()] : []
    const ids = living.map(({ memberId }) => memberId)
    if (members.sort().join() !== ids.sort().join()) return `members ${members}, processes ${ids}`
    if (ids.length === 0) return undefined
    if (scene.consumerGroup.state !== 'Stable') return `the group is ${scene.consumerGroup.state}`
    const owned = living.flatMap((one) => [...one.owned.keys()]).sort()
    const wanted = [...scene.run.image.topics.values()].flatMap(({ name, partitions }) =>
      partitions.map(({ partition }) => partitionKey({ topic: name, partition })),
    )
    return owned.join() === wanted.sort().join() ? undefined : `owned ${owned}`
  }

  /** The last two are static. */
  #start(seat: number): void {
    if (this.#seats[seat]?.isAlive) return
    const memberId = `m${seat}-${this.#lives++}`
    const instanceId = seat >= 2 ? `i${seat}` : null
    this.#seats[seat] = new Process(this, { memberId, instanceId, pace: PACES[seat]! })
  }

  #setTopics({ t, u, knownAfter }: Extract<Event, { kind: 'topics' }>): void {
    const before = this.scene.run.image.topics
    this.scene.setTopics({ t: Math.max(t, before.get('t')!.partitions.length), ...(u > 0 ? { u } : {}) })
    const made = this.scene.run.image.topics.get('u')
    if (made !== undefined && !before.has('u')) this.#unknown.set(made.id, this.tick + knownAfter)
  }

  /** Of those that the coordinator has for members. */
  #checkOwners(): void {
    const { group } = this.scene
    if (group?.kind !== 'consumer') return
    const owned = this.living.flatMap((one) => (group.members.has(one.memberId) ? [...one.owned.keys()] : []))
    expect(owned.length - new Set(owned).size).toBe(0)
  }
}

const seat = fc.integer({ min: 0, max: PACES.length - 1 })
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('start' as const), seat }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('leave' as const, 'kill' as const, 'stall' as const), seat }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('ticks' as const), count: fc.integer({ min: 1, max: 60 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('topics' as const),
      t: fc.integer({ min: 6, max: 9 }),
      u: fc.integer({ min: 0, max: 3 }),
      knownAfter: fc.integer({ min: 0, max: 40 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reload' as const) }) },
)
const anyFate = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Fate>('answered') },
  { weight: 2, arbitrary: fc.constantFrom<Fate>('unanswered', 'unheard', 'moved', 'loading', 'lost-write') },
)

/** What a member was given and could not name yet went to another one while it took it up. */
const TAKEN_BACK_BEFORE_IT_HAD_A_NAME: Event[] = [
  { kind: 'start', seat: 3 },
  { kind: 'start', seat: 1 },
  { kind: 'ticks', count: 44 },
  { kind: 'start', seat: 0 },
  { kind: 'ticks', count: 45 },
  { kind: 'topics', t: 6, u: 2, knownAfter: 31 },
  { kind: 'ticks', count: 11 },
  { kind: 'reload' },
  { kind: 'leave', seat: 0 },
  { kind: 'start', seat: 0 },
  { kind: 'ticks', count: 1 },
  { kind: 'start', seat: 2 },
]

test('whatever was lost, the group settles when nothing is lost any more', () => {
  fc.assert(
    fc.property(
      fc.array(anyEvent, { minLength: 5, maxLength: 30 }),
      fc.array(anyFate, { maxLength: 80 }),
      (events, fates) => {
        const world = new World(fates)
        for (const event of events) world.run(event)
        world.heal()
        for (let passedMs = 0; passedMs < SETTLED_MS_MAX; passedMs += TICK_MS) world.pass(1)
        expect(world.unsettled).toBeUndefined()
      },
    ),
    { numRuns: 100, examples: [[TAKEN_BACK_BEFORE_IT_HAD_A_NAME, []]] },
  )
}, 600_000)
