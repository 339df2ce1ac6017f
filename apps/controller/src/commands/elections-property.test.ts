/**
 * Brokers come, go, lose power and lose disks; a leader commits, shrinks and grows its ISR. A model knows who holds how many records.
 * Whatever happens, ISR and ELR hold every committed record, and only an election that the metadata calls lossy loses any.
 */
import { expect, test } from '@jest/globals'
import { effectiveMinIsr, type MetadataImage, type PartitionImage } from '@ottla/replication'
import fc from 'fast-check'
import { lossyElections } from '../state/lossy-elections.ts'
import { after, clusterOf, registration, withTopic } from '../testing/images.ts'
import { alterPartition } from './alter-partition.ts'
import { fenceBroker, heartbeat, registerBroker } from './brokers.ts'
import { changedConfigs } from './config-changes.ts'
import type { Outcome } from './outcome.ts'
import { leaderlessElections } from './partition-changes.ts'
import { resign } from './resign.ts'

const REPLICAS = [1, 2, 3]

type Step =
  | { readonly do: 'commit' }
  | { readonly do: 'elect' }
  | {
      readonly do: 'fence' | 'serve' | 'killed' | 'power cut' | 'new disk' | 'stop' | 'join' | 'drop'
      readonly broker: number
    }
  | { readonly do: 'corrupt' }
  | { readonly do: 'damaged'; readonly broker: number }
  | { readonly do: 'min isr'; readonly value: number }
  | { readonly do: 'unclean'; readonly value: boolean }

class World {
  image: MetadataImage
  committed = 0
  /** How many records each replica has. */
  readonly held = new Map(REPLICAS.map((id) => [id, 0]))
  losses = 0
  #incarnations = 0

  constructor() {
    this.image = withTopic(clusterOf(REPLICAS), 't', [{ replicas: REPLICAS }])
  }

  get partition(): PartitionImage {
    return this.image.topics.get('t')!.partitions[0]!
  }

  get minIsr(): number {
    return effectiveMinIsr(this.image, 't', REPLICAS.length)
  }

  run(step: Step): void {
    if (step.do === 'commit') this.#commit()
    else if (step.do === 'elect') this.#elect()
    else if (step.do === 'fence') this.#apply(fenceBroker(this.image, step.broker, this.#epochOf(step.broker)))
    else if (step.do === 'serve' || step.do === 'stop') this.#beat(step.broker, step.do === 'stop')
    else if (step.do === 'join' || step.do === 'drop') this.#alter(step.broker, step.do)
    else if (step.do === 'corrupt') this.#corrupt(this.partition.leader)
    else if (step.do === 'damaged') this.#corrupt(step.broker)
    else if (step.do === 'min isr') this.#configure('min.insync.replicas', String(step.value))
    else if (step.do === 'unclean') this.#configure('unclean.leader.election.enable', String(step.value))
    else this.#restart(step.broker, step.do)
  }

  #elect(): void {
    const batches = [...leaderlessElections(this.image)].map(({ record }) => [record])
    this.#apply({ batches, reply: undefined })
  }

  /** As a leader does: one record, copied by every ISR member, counted only while there are enough of them. */
  #commit(): void {
    const { leader, isr } = this.partition
    if (leader < 0 || isr.length < this.minIsr) return
    const end = this.held.get(leader)! + 1
    for (const id of isr) this.held.set(id, end)
    this.committed = end
  }

  #beat(brokerId: number, wantsShutdown: boolean): void {
    const beat = { brokerId, brokerEpoch: this.#epochOf(brokerId), appliedOffset: this.image.offset }
    this.#apply(heartbeat(this.image, { ...beat, ready: true, wantsShutdown }))
  }

  #restart(brokerId: number, how: 'killed' | 'power cut' | 'new disk'): void {
    const { epoch: runEpoch } = this.image.brokers.get(brokerId)!
    const own = { ...registration(brokerId).directories[0]!, runEpoch, sameBoot: how === 'killed' }
    const id = how === 'new disk' ? `disk-${++this.#incarnations}` : this.image.brokers.get(brokerId)!.directoryIds[0]!
    const incarnationId = `incarnation-${++this.#incarnations}`
    if (how !== 'killed') this.held.set(brokerId, 0)
    this.#apply(registerBroker(this.image, registration(brokerId, { incarnationId, directories: [{ ...own, id }] })))
  }

  #alter(brokerId: number, how: 'join' | 'drop'): void {
    const { leader, isr, leaderEpoch, partitionEpoch } = this.partition
    if (leader < 0 || brokerId === leader) return
    const others = isr.filter((id) => id !== brokerId)
    const members = how === 'join' ? [...others, brokerId] : others
    const newIsrWithEpochs = members.map((id) => ({ brokerId: id, brokerEpoch: this.#epochOf(id) }))
    const proposal = {
      partitionIndex: 0,
      leaderEpoch,
      newIsr: [],
      newIsrWithEpochs,
      leaderRecoveryState: 0,
      partitionEpoch,
    }
    const topics = [{ topicId: 'id-of-t', partitions: [proposal] }]
    const sender = { id: leader, epoch: this.#epochOf(leader) }
    const outcome = alterPartition(this.image, { brokerId: sender.id, brokerEpoch: sender.epoch, topics }, sender)
    // Who comes in has caught up before.
    if (how === 'join' && outcome.batches.length > 0) this.held.set(brokerId, this.held.get(leader)!)
    this.#apply(outcome)
  }

  #corrupt(id: number): void {
    const { leaderEpoch } = this.partition
    if (id < 0) return
    this.held.set(id, 0)
    const sender = { id, epoch: this.#epochOf(id) }
    this.#apply(resign(this.image, [{ topicId: 'id-of-t', partition: 0, leaderEpoch, reason: 'corrupt' }], { sender }))
  }

  #configure(name: string, value: string): void {
    const current = this.image.configs.get('topic:t') ?? new Map()
    const wanted = new Map(current).set(name, value)
    const records = changedConfigs(this.image, { resource: { type: 'topic', name: 't' }, current, wanted })
    this.#apply({ batches: records.length === 0 ? [] : [records], reply: undefined })
  }

  /** What a lossy election takes is no longer promised. */
  #apply({ batches }: Outcome<unknown>): void {
    for (const records of batches) {
      const batch = { baseOffset: this.image.offset + 1, controllerEpoch: 1, records }
      const lossy = lossyElections(this.image, batch).length > 0
      this.image = after(this.image, records)
      if (!lossy) continue
      this.losses++
      this.committed = Math.min(this.committed, this.held.get(this.partition.leader)!)
    }
  }

  #epochOf(brokerId: number): number {
    return this.image.brokers.get(brokerId)!.epoch
  }
}

/** What is wrong with the partition; `expect` for each of so many steps would take most of the time. */
function check(world: World): void {
  const { leader, isr, elr, lastKnownElr } = world.partition
  const wrong = [
    [...isr, ...elr].some((id) => world.held.get(id)! < world.committed) && 'a member lacks committed records',
    leader >= 0 && !isr.includes(leader) && 'the leader is not in sync',
    leader >= 0 && world.image.brokers.get(leader)!.fenced && 'the leader is fenced',
    leader >= 0 && lastKnownElr.length > 0 && 'there is a leader and a last known one',
    isr.some((id) => elr.includes(id)) && 'in sync and eligible beside that',
    isr.length >= world.minIsr && elr.length > 0 && 'eligible replicas beside enough in sync',
  ].filter((text) => text !== false)
  if (wrong.length > 0) throw new Error(`${wrong.join('; ')}: ${JSON.stringify(world.partition)}`)
}

const broker = fc.constantFrom(...REPLICAS)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('commit' as const, 'elect' as const) }) },
  {
    weight: 16,
    arbitrary: fc.record({
      do: fc.constantFrom('fence', 'serve', 'serve', 'join', 'join', 'drop', 'killed', 'power cut', 'new disk', 'stop'),
      broker,
    }) as fc.Arbitrary<Step>,
  },
  { weight: 1, arbitrary: fc.constant({ do: 'corrupt' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('damaged' as const), broker }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('min isr' as const), value: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unclean' as const), value: fc.boolean() }) },
)
const LENGTHS = { minLength: 20, maxLength: 80, size: 'max' } as const

test('ISR and ELR hold every committed record; only what the metadata calls lossy loses any', () => {
  let [losses, commits] = [0, 0]
  fc.assert(
    fc.property(fc.array(step, LENGTHS), (steps) => {
      const world = new World()
      for (const next of steps) {
        world.run(next)
        check(world)
      }
      losses += world.losses
      commits += world.committed
    }),
    { numRuns: 6000 },
  )
  // The steps reach what they are about.
  expect(losses).toBeGreaterThan(0)
  expect(commits).toBeGreaterThan(50)
})

test('kills alone never lead to a lossy election, however many', () => {
  const kills = fc.constantFrom('fence', 'serve', 'serve', 'join', 'join', 'drop', 'killed', 'stop')
  const harmless = fc.oneof(
    fc.record({ do: fc.constantFrom('commit' as const, 'elect' as const) }),
    fc.record({ do: kills, broker }) as fc.Arbitrary<Step>,
    fc.record({ do: fc.constant('min isr' as const), value: fc.integer({ min: 1, max: 4 }) }),
  )
  fc.assert(
    fc.property(fc.array(harmless, LENGTHS), (steps) => {
      const world = new World()
      for (const next of steps) {
        world.run(next)
        check(world)
      }
      expect(world.losses).toBe(0)
      for (const id of REPLICAS) world.run({ do: 'serve', broker: id })
      for (const id of REPLICAS) world.run({ do: 'killed', broker: id })
      for (const id of REPLICAS) world.run({ do: 'serve', broker: id })
      expect(world.partition.leader).toBeGreaterThan(0)
    }),
    { numRuns: 600 },
  )
})
