/**
 * One simulated run: a cluster, clients and faults as the plan says, in virtual time. Then the faults end, the cluster has to come to rest within
 * a bound and to take records again, and the logs are compared as they lie on the disks.
 */
import '@ottla/runtime/node'
import { inspectGroups, type MetadataImage, partitionOfKey, replayedGroups } from '@ottla/broker/internal'
import { Admin, unwrap } from '@ottla/client'
import { differentImages, type Scene, unrest } from './at-rest.ts'
import { allCheckers } from './checkers/all-checkers.ts'
import { Jury, type Violation } from './checkers/checker.ts'
import { isCompacting } from './disk-damage.ts'
import { Faults } from './faults.ts'
import type { ReplicaLogEvent, SimEvent } from './history.ts'
import { ConsumerLoad } from './load/consumer-load.ts'
import { MemberLoad } from './load/member-load.ts'
import { OffsetsAsker } from './load/offsets-asker.ts'
import { CLIENT_TIMES, type LoadWorld, ProducerLoad } from './load/producer-load.ts'
import { type ClientPlan, isCompacted, type MemberPlan, OFFSETS_TOPIC, type Plan } from './plan/plan.ts'
import { Probe } from './probe.ts'
import { readReplica } from './read-replica.ts'
import { groupTexts, rawRecords } from './replayed-groups.ts'
import { traceLine } from './trace-line.ts'
import { type Config, SimCluster } from './world/sim-cluster.ts'
import { SimWorld } from './world/sim-world.ts'

/** How long the cluster may take to come to rest after the last fault. */
const HEAL_MS_MAX = 60_000
/** How long records that are sent at rest may take. */
const PROOF_MS_MAX = 20_000
/** How long the cluster may take to start and to create its topics. */
const START_MS_MAX = 10_000
/** What is under way at rest has come to its end after so long. */
const SETTLED_MS = 100
/** How often it is asked whether all is at rest. */
const REST_CHECK_MS = 25

export interface RunResult {
  readonly violations: readonly Violation[]
  /** Equal for equal runs. */
  readonly digest: number
  readonly virtualMs: number
  /** How many of each kind of event there were. */
  readonly counts: ReadonlyMap<SimEvent['kind'], number>
}

export interface RunOptions {
  /** One line for each thing that happens, as it happens. */
  readonly trace?: ((line: string) => void) | undefined
}

export async function run(plan: Plan, options: RunOptions = {}): Promise<RunResult> {
  return new Run(plan, options).result()
}

/** Racks of their own, and consumers of a rack read from the replica there. */
function brokerConfig(brokerId: number): Config {
  return {
    'broker.rack': `rack-${brokerId}`,
    'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector',
    'auto.create.topics.enable': 'false',
    'log.cleaner.backoff.ms': '700',
    'log.cleaner.dedupe.buffer.size': '1048576',
    ...GROUPS,
  }
}

/** So that sessions end, and rebalances come about, within seconds. */
const GROUPS: Config = {
  'group.initial.rebalance.delay.ms': '50',
  'group.min.session.timeout.ms': '500',
  'group.consumer.min.session.timeout.ms': '500',
  'group.consumer.session.timeout.ms': '2000',
  'group.consumer.min.heartbeat.interval.ms': '100',
  'group.consumer.heartbeat.interval.ms': '300',
  'group.consumer.assignment.interval.ms': '0',
  'offsets.commit.timeout.ms': '1500',
  'offsets.load.buffer.size': '4096',
}

class Run {
  readonly #plan: Plan
  readonly #world: SimWorld
  readonly #jury: Jury
  readonly #trace: ((line: string) => void) | undefined
  readonly #counts = new Map<SimEvent['kind'], number>()
  readonly #producers: ProducerLoad[] = []
  readonly #consumers: ConsumerLoad[] = []
  readonly #members: MemberLoad[] = []
  /** As the controller had it last. */
  #image: MetadataImage | undefined

  constructor(plan: Plan, { trace }: RunOptions) {
    this.#plan = plan
    this.#world = new SimWorld(plan.seed)
    this.#jury = new Jury(allCheckers(plan))
    this.#trace = trace
  }

  async result(): Promise<RunResult> {
    await this.#play()
    const { digest, nowMs: virtualMs } = this.#world
    return { violations: this.#jury.violations, digest, virtualMs, counts: this.#counts }
  }

  async #play(): Promise<void> {
    const cluster = new SimCluster({ world: this.#world, brokers: this.#plan.brokers, brokerConfig })
    this.#watch(cluster)
    await this.#world.complete(() => this.#start(cluster), START_MS_MAX)
    for (const plan of this.#plan.clients) this.#startClient(plan, cluster)
    for (const { group, topics } of this.#groups)
      new OffsetsAsker({ group, topics }, this.#loadWorld(`${group}-asker`, cluster))
    const faults = this.#startFaults(cluster)
    if (await this.#world.run(this.#plan.faultsEndMs, () => this.#isConvicted)) return
    for (const producer of this.#producers) producer.stop()
    faults.heal()
    await this.#settle(cluster, faults)
    faults.close()
  }

  /** Enough is known: what comes after a violation is only its consequence. */
  get #isConvicted(): boolean {
    return this.#jury.violations.length > 0
  }

  async #settle(cluster: SimCluster, faults: Faults): Promise<void> {
    if (!(await this.#rest(cluster, faults, HEAL_MS_MAX))) return
    const refused = this.#counts.get('refused') ?? 0
    for (const producer of this.#producers) producer.sendEverywhere()
    if (!(await this.#rest(cluster, faults, PROOF_MS_MAX))) return
    if ((this.#counts.get('refused') ?? 0) > refused) this.#unrest('records that were sent at rest are refused')
    const difference = differentImages(this.#scene(cluster))
    if (difference !== undefined) this.#unrest(difference)
    if (this.#plan.scenario === 'damage' && !(await this.#readAgain(cluster, faults))) return
    // What coordinators have just answered may be on its way to a disk.
    const beginMs = this.#world.nowMs
    const isSettled = () => this.#world.nowMs >= beginMs + SETTLED_MS && !cluster.brokers.some(isCompacting)
    await this.#world.run(beginMs + PROOF_MS_MAX, isSettled)
    this.#readLogs(cluster)
  }

  /** Somebody who begins now reads what has long been written, as it lies on the disks. */
  #readAgain(cluster: SimCluster, faults: Faults): Promise<boolean> {
    const topics = this.#plan.topics.map(({ name }) => name).filter((name) => name !== OFFSETS_TOPIC)
    this.#startClient({ kind: 'consumer', name: 'late-reader', topics, rack: '' }, cluster)
    return this.#rest(cluster, faults, PROOF_MS_MAX)
  }

  /** Runs until everything is as it has to be; tells what is not when the time is over. */
  async #rest(cluster: SimCluster, faults: Faults, withinMs: number): Promise<boolean> {
    const deadlineMs = this.#world.nowMs + withinMs
    for (;;) {
      const problem = faults.isOver ? unrest(this.#scene(cluster)) : 'nodes are on their way up'
      if (problem === undefined) return true
      if (this.#isConvicted) return false
      if (this.#world.nowMs >= deadlineMs) {
        this.#unrest(`after ${withinMs} ms without a fault: ${problem}`)
        return false
      }
      await this.#world.run(this.#world.nowMs + REST_CHECK_MS)
    }
  }

  #scene(cluster: SimCluster): Scene {
    const brokers = cluster.brokers.map((node) => {
      const inspected = cluster.inspect(node)
      const replicas = new Map(
        [...(inspected?.partitions ?? [])].map(({ log }) => [`${log.topic}-${log.partition}`, log]),
      )
      const replica = (topic: string, partition: number) => replicas.get(`${topic}-${partition}`)
      return { id: node.id, name: node.name, image: inspected?.image, replica }
    })
    const groups = this.#groups.map(({ group: name, topics, members }) => {
      return { name, topics, members, content: () => this.#groupOf(name, cluster) }
    })
    return { controller: cluster.image, brokers, producers: this.#producers, consumers: this.#consumers, groups }
  }

  get #groups(): { readonly group: string; readonly topics: readonly string[]; readonly members: number }[] {
    const plans = this.#plan.clients.filter((client): client is MemberPlan => client.kind === 'member')
    const names = [...new Set(plans.map(({ group }) => group))]
    return names.map((group) => {
      const its = plans.filter((plan) => plan.group === group)
      return { group, topics: its[0]!.topics, members: its.length }
    })
  }

  /** As its coordinator knows it. */
  #groupOf(groupId: string, cluster: SimCluster) {
    const partitions = cluster.image?.topics.get(OFFSETS_TOPIC)?.partitions ?? []
    const place = partitions[partitionOfKey(groupId, Math.max(1, partitions.length))]
    const node = cluster.brokers.find(({ id }) => id === place?.leader)
    const coordinators = node === undefined ? [] : (cluster.inspect(node)?.coordinators ?? [])
    for (const { partition, leaderEpoch, shard } of coordinators) {
      if (partition !== place?.partition || leaderEpoch !== place.leaderEpoch) continue
      return inspectGroups(shard).find((group) => group.groupId === groupId)
    }
    return undefined
  }

  #watch(cluster: SimCluster): void {
    const probe = new Probe({ cluster, tell: (event) => this.#tell(event), nowMs: () => this.#world.nowMs })
    this.#world.afterEvents((host) => probe.look(host))
    this.#world.onLog = (node, level, message, fields) => {
      if (level !== 'debug') this.#tell({ kind: 'log', atMs: this.#world.nowMs, node, level, message, fields })
    }
  }

  async #start(cluster: SimCluster): Promise<void> {
    await cluster.start()
    const runtime = cluster.clientRuntime('admin')
    const admin = new Admin(runtime, { ...CLIENT_TIMES, bootstrapServers: cluster.bootstrapServers })
    const created = await admin.createTopics(this.#plan.topics)
    for (const { name } of this.#plan.topics) unwrap(created.get(name)!)
    admin.close()
  }

  #startClient(plan: ClientPlan, cluster: SimCluster): void {
    if (plan.kind === 'producer') this.#producers.push(new ProducerLoad(plan, this.#loadWorld(plan.name, cluster)))
    else if (plan.kind === 'consumer') this.#consumers.push(new ConsumerLoad(plan, this.#loadWorld(plan.name, cluster)))
    else this.#startMember(plan, cluster)
  }

  #startMember(plan: MemberPlan, { bootstrapServers }: SimCluster): void {
    const host = this.#world.host(plan.name)
    const machine = {
      start: () => host.start(this.#world.loggerOf(plan.name)),
      kill: () => host.kill(),
    }
    const world = {
      ...{ bootstrapServers, machine },
      nowMs: () => this.#world.nowMs,
      tell: (event: SimEvent) => this.#tell(event),
      after: (delayMs: number, callback: () => void) => void this.#world.timers.after(delayMs, callback),
    }
    this.#members.push(new MemberLoad(plan, world))
  }

  #loadWorld(name: string, cluster: SimCluster): LoadWorld {
    return {
      bootstrapServers: cluster.bootstrapServers,
      runtime: cluster.clientRuntime(name),
      nowMs: () => this.#world.nowMs,
      tell: (event) => this.#tell(event),
      partitionsOf: (topic) => this.#partitionsOf(topic),
      isCompacted: (topic) => isCompacted(this.#plan, topic),
    }
  }

  /** As the controller had it last. */
  #partitionsOf(topic: string): number {
    const planned = this.#plan.topics.find(({ name }) => name === topic)?.assignments.length ?? 0
    return this.#image?.topics.get(topic)?.partitions.length ?? planned
  }

  #startFaults(cluster: SimCluster): Faults {
    const trace = (line: string) => this.#trace?.(`${this.#world.nowMs.toFixed(3).padStart(11)} ms  ${line}`)
    const faults = new Faults({ cluster, members: this.#members, tell: (event) => this.#tell(event), trace })
    faults.schedule(this.#plan.steps)
    return faults
  }

  #readLogs(cluster: SimCluster): void {
    const logs: ReplicaLogEvent[] = []
    for (const node of cluster.brokers) {
      for (const { role, log } of cluster.inspect(node)?.partitions ?? []) {
        const content = readReplica(node, log)
        const { topic, partition, logStartOffset, highWatermark } = log
        const isLeader = role === 'leading'
        const about = { atMs: this.#world.nowMs, node: node.name, topic, partition }
        logs.push({ kind: 'replica log', ...about, isLeader, logStartOffset, highWatermark, ...content })
      }
    }
    for (const log of logs) if (!log.isLeader) this.#tell(log)
    for (const log of logs) if (log.isLeader) this.#tell(log)
    this.#compareCoordinators(cluster, logs)
  }

  #compareCoordinators(cluster: SimCluster, logs: readonly ReplicaLogEvent[]): void {
    for (const node of cluster.brokers) {
      for (const { partition, leaderEpoch, shard } of cluster.inspect(node)?.coordinators ?? []) {
        const place = cluster.image?.topics.get(OFFSETS_TOPIC)?.partitions[partition]
        if (place?.leader !== node.id || place.leaderEpoch !== leaderEpoch) continue
        const its = logs.filter((log) => log.topic === OFFSETS_TOPIC && log.partition === partition)
        const replayed = new Map(its.map((log) => [log.node, groupTexts(replayedGroups(rawRecords(log)))]))
        const about = { atMs: this.#world.nowMs, node: node.name, topic: OFFSETS_TOPIC, partition }
        this.#tell({ kind: 'coordinator', ...about, groups: groupTexts(inspectGroups(shard)), replayed })
      }
    }
  }

  #unrest(message: string): void {
    this.#tell({ kind: 'unrest', atMs: this.#world.nowMs, message })
  }

  #tell(event: SimEvent): void {
    if (event.kind === 'image' && event.node === 'controller') this.#image = event.image
    this.#counts.set(event.kind, (this.#counts.get(event.kind) ?? 0) + 1)
    if (this.#trace !== undefined && event.kind !== 'instant') this.#trace(traceLine(event))
    this.#jury.see(event)
  }
}
