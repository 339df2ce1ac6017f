/**
 * Groups of many kinds of consumers go through all that happens to groups, under load: members come, go, are killed; the coordinator
 * stops, is killed; the topic grows, another one appears. Every record must be handled; in graceful changes none twice.
 */
import { type Admin, unwrap } from '@ottla/client'
import type { Random } from '@ottla/runtime'
import { partitionOfKey } from '../../../packages/coordinator/src/runtime/partition-of-key.ts'
import type { BrokerProcesses } from '../harness/broker-processes.ts'
import { leaderOf, untilInSync } from '../harness/in-sync.ts'
import { eventually } from '../harness/process.ts'
import { Group, type GroupPlace, type GroupPlan } from './group.ts'
import type { Phase } from './history.ts'
import { Ledger } from './ledger.ts'
import { Load } from './load.ts'
import { SECOND_TOPIC, TOPIC } from './plans.ts'

export const OFFSETS = '__consumer_offsets'
export const OFFSETS_PARTITIONS = 10
const PARTITIONS = 12
const GROWN_PARTITIONS = 18
const READ_EVERY_MS = 100
const PAUSE_MS_MAX = 2000
/** For commits that are on their way to a coordinator that is gone, and clients that join again for it. */
const CALM_MS = 5000
/** Enough to reach all partitions. */
const NEW_RECORDS = 200
const DONE = { stop: 'stopped', kill: 'killed' } as const

export interface ScenarioOptions {
  readonly cluster: BrokerProcesses
  readonly admin: Admin
  readonly random: Random
  readonly directory: string
  readonly plans: readonly GroupPlan[]
  /** Of comings and goings; what is waited for comes on top. */
  readonly durationMs: number
  /** By each of the two writers. */
  readonly recordsPerSecond: number
  readonly sessionTimeoutMs: number
  readonly heartbeatMs: number
  /** Whether coordinators are stopped and killed, too. */
  readonly brokersGo: boolean
  report(line: string): void
}

export class Scenario {
  readonly groups: readonly Group[]
  readonly phases: Phase[] = []
  readonly #options: ScenarioOptions
  readonly #loads: Load[] = []
  #reading: NodeJS.Timeout | undefined

  constructor(options: ScenarioOptions) {
    this.#options = options
    const { cluster, directory, sessionTimeoutMs, heartbeatMs, admin, plans } = options
    const place: GroupPlace = { bootstrap: cluster.bootstrap, directory, sessionTimeoutMs, heartbeatMs, admin }
    this.groups = plans.map((plan) => new Group(plan, place))
  }

  /** All of it. Afterwards the groups' histories are complete, whatever is in them. */
  async run(): Promise<void> {
    const { durationMs, brokersGo } = this.#options
    await this.#createTopic(TOPIC)
    this.#reading = setInterval(() => this.#read(), READ_EVERY_MS)
    this.#loads.push(this.#load(TOPIC))
    await this.#phase('join', false, () => this.#everyKindJoins())
    await this.#phase('come and go', false, () => this.#changes(durationMs * 0.35, (group) => this.#comeOrGo(group)))
    await this.#phase('killed members', false, () =>
      this.#changes(durationMs * 0.25, (group) => this.#comeOrDie(group)),
    )
    if (brokersGo) await this.#brokersGo(durationMs * 0.1)
    await this.#phase('growth', false, () => this.#growth())
    await this.#phase('last changes', false, () => this.#changes(durationMs * 0.2, (group) => this.#comeOrGo(group)))
    await this.#phase('leave', false, () => this.#everybodyLeaves())
  }

  async #brokersGo(durationMs: number): Promise<void> {
    await this.#phase('coordinators stopped', true, () => this.#coordinatorGoes('stop'))
    await this.#phase('come and go again', false, () => this.#changes(durationMs, (group) => this.#comeOrGo(group)))
    await this.#phase('coordinators killed', true, () => this.#coordinatorGoes('kill'))
  }

  /** Ends what is still going. */
  async close(): Promise<void> {
    clearInterval(this.#reading)
    for (const load of this.#loads) load.abandon()
    await Promise.all(this.groups.flatMap(({ running }) => running.map((member) => member.kill())))
    this.#read()
    for (const { members } of this.groups) for (const member of members) member.close()
  }

  async #phase(name: string, disturbed: boolean, body: () => Promise<unknown>): Promise<void> {
    const phase = { name, disturbed, fromMs: performance.now(), toMs: Number.POSITIVE_INFINITY }
    this.phases.push(phase)
    const before = this.groups.map(({ history }) => history.handled)
    await body()
    await Promise.all(this.groups.map((group) => group.running.length > 0 && group.untilSettled()))
    await this.#untilAllHandled()
    if (disturbed) await this.#pause(CALM_MS)
    phase.toMs = performance.now()
    const counts = this.groups.map(({ plan, history, running }, index) => {
      return `${plan.id} ${history.handled - before[index]!} (${running.length} members)`
    })
    this.#options.report(`${name}: ${Math.round((phase.toMs - phase.fromMs) / 1000)} s; handled: ${counts.join(', ')}`)
  }

  async #everyKindJoins(): Promise<void> {
    for (const group of this.groups) {
      for (const chair of group.plan.chairs) {
        group.join(chair, this.#options.random)
        await this.#pause()
      }
    }
  }

  /** One group after the other changes, until the time is over; the load and the rebalances go on meanwhile. */
  async #changes(durationMs: number, change: (group: Group) => Promise<unknown>): Promise<void> {
    const end = performance.now() + durationMs
    const going: Promise<unknown>[] = []
    while (performance.now() < end) {
      going.push(change(this.groups[this.#options.random.integer(this.groups.length)]!))
      await this.#pause()
    }
    await Promise.all(going)
  }

  async #comeOrGo(group: Group): Promise<void> {
    const { random } = this.#options
    const stays = group.running.filter((member) => !member.isEnding && member.canBeTold)
    if (stays.length > 2 && random.integer(2) === 0) await stays[random.integer(stays.length)]!.leave()
    else group.joinSomebody(random)
  }

  async #comeOrDie(group: Group): Promise<void> {
    const { random } = this.#options
    const stays = group.running.filter((member) => !member.isEnding)
    if (stays.length > 2 && random.integer(2) === 0) await stays[random.integer(stays.length)]!.kill()
    else group.joinSomebody(random)
  }

  /** The coordinator of each group in turn; it stays away until the groups have gone on without it. */
  async #coordinatorGoes(how: 'stop' | 'kill'): Promise<void> {
    const { cluster, admin, report } = this.#options
    const gone = new Set<number>()
    for (const { plan } of this.groups) {
      await untilInSync(cluster.bootstrap, [OFFSETS, TOPIC])
      const partition = partitionOfKey(plan.id, OFFSETS_PARTITIONS)
      const id = await leaderOf(cluster.bootstrap, OFFSETS, partition)
      if (gone.has(id) || gone.size === cluster.brokerIds.length - 1) continue
      gone.add(id)
      await using ledger = Ledger.open(admin, { partition, partitions: OFFSETS_PARTITIONS })
      await ledger.untilCommitted()
      const committed = await this.#committed()
      await cluster[how](id)
      const told = ledger.acknowledged
      const tookMs = await this.#untilNewIsHandled()
      await ledger.expectKept(told)
      await this.#expectKept(committed)
      report(
        `  broker ${id}, coordinator of ${plan.id}, ${DONE[how]}: commits are kept, all groups had gone on after ${tookMs} ms`,
      )
      await cluster.launch(id)
      await untilInSync(cluster.bootstrap, [OFFSETS, TOPIC])
      await this.#leadersGoBack()
    }
  }

  /** To their first replicas, coordinators among them: the broker that has returned serves again, and clients have to find it. */
  async #leadersGoBack(): Promise<void> {
    for (const { outcome } of await this.#options.admin.electLeaders('all', { type: 'preferred' })) unwrap(outcome)
    await this.#untilNewIsHandled()
  }

  /** Until every group has handled records that were acknowledged from now on, and all before them; ms. */
  async #untilNewIsHandled(): Promise<number> {
    const from = performance.now()
    const { acknowledged } = this.#loads[0]!
    const before = acknowledged.size
    await eventually('records are written', async () => (acknowledged.size > before + NEW_RECORDS ? true : undefined))
    await this.#untilAllHandled()
    return Math.round(performance.now() - from)
  }

  async #growth(): Promise<void> {
    const { admin } = this.#options
    const grown = await admin.createPartitions([{ topic: TOPIC, totalCount: GROWN_PARTITIONS }])
    unwrap(grown.get(TOPIC)!)
    await this.#createTopic(SECOND_TOPIC)
    const second = this.#load(SECOND_TOPIC)
    this.#loads.push(second)
    await this.#pause(5000)
    const written = await second.end()
    this.#loads.splice(this.#loads.indexOf(second), 1)
    await Promise.all(this.#patternGroups().map((group) => group.untilHandled(written)))
    unwrap((await admin.deleteTopics([SECOND_TOPIC])).get(SECOND_TOPIC)!)
    await this.#pause(5000)
  }

  #patternGroups(): Group[] {
    return this.groups.filter(({ plan }) => plan.topic !== TOPIC)
  }

  async #everybodyLeaves(): Promise<void> {
    const values = await this.#loads[0]!.end()
    await Promise.all(this.groups.map((group) => group.untilHandled(values)))
    await Promise.all(this.groups.flatMap(({ running }) => running.map((member) => member.leave())))
  }

  /** What has been acknowledged by now, in every group. */
  async #untilAllHandled(): Promise<void> {
    const values = new Set(this.#loads.flatMap(({ acknowledged }) => [...acknowledged]))
    await Promise.all(this.groups.map((group) => group.untilHandled(values)))
  }

  async #committed(): Promise<Map<string, number>> {
    const { admin } = this.#options
    const asked = await admin.listGroupOffsets(this.groups.map(({ plan }) => plan.id))
    const entries = Array.from(asked, ([group, outcome]) =>
      unwrap(outcome).map(
        ({ topic, partition, outcome }) => [`${group} ${topic}-${partition}`, unwrap(outcome).offset] as const,
      ),
    )
    return new Map(entries.flat())
  }

  async #expectKept(before: ReadonlyMap<string, number>): Promise<void> {
    const now = await eventually('offsets are answered', () => this.#committed())
    for (const [place, offset] of before) {
      if ((now.get(place) ?? -1) < offset)
        throw new Error(`${place}: ${offset} was committed, and now it is ${now.get(place)}`)
    }
  }

  async #createTopic(name: string): Promise<void> {
    const { admin, cluster } = this.#options
    const configs = { 'min.insync.replicas': '2' }
    const created = await admin.createTopics([{ name, numPartitions: PARTITIONS, replicationFactor: 3, configs }])
    unwrap(created.get(name)!)
    await untilInSync(cluster.bootstrap, [name])
  }

  #load(topic: string): Load {
    const { cluster, recordsPerSecond } = this.#options
    return new Load({ bootstrap: cluster.bootstrap, topic, recordsPerSecond })
  }

  #read(): void {
    for (const group of this.groups) group.read()
  }

  #pause(ms = this.#options.random.integer(PAUSE_MS_MAX)): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms))
  }
}
