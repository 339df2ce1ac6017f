/**
 * One simulated run: a cluster, clients and faults as the plan says, in virtual time. Then the faults end, the cluster has to come to rest within
 * a bound and to take records again, and the logs are compared as they lie on the disks.
 */
import '@ottla/runtime/node'
import { Admin, unwrap } from '@ottla/client'
import { differentImages, type Scene, unrest } from './at-rest.ts'
import { allCheckers } from './checkers/all-checkers.ts'
import { Jury, type Violation } from './checkers/checker.ts'
import { Faults } from './faults.ts'
import type { ReplicaLogEvent, SimEvent } from './history.ts'
import { ConsumerLoad } from './load/consumer-load.ts'
import { CLIENT_TIMES, type LoadWorld, ProducerLoad } from './load/producer-load.ts'
import type { ClientPlan, Plan } from './plan/plan.ts'
import { Probe } from './probe.ts'
import { readReplica } from './read-replica.ts'
import { traceLine } from './trace-line.ts'
import { type Config, SimCluster } from './world/sim-cluster.ts'
import { SimWorld } from './world/sim-world.ts'

/** How long the cluster may take to come to rest after the last fault. */
const HEAL_MS_MAX = 60_000
/** How long records that are sent at rest may take. */
const PROOF_MS_MAX = 20_000
/** How long the cluster may take to start and to create its topics. */
const START_MS_MAX = 10_000
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
  }
}

class Run {
  readonly #plan: Plan
  readonly #world: SimWorld
  readonly #jury: Jury
  readonly #trace: ((line: string) => void) | undefined
  readonly #counts = new Map<SimEvent['kind'], number>()
  readonly #producers: ProducerLoad[] = []
  readonly #consumers: ConsumerLoad[] = []

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
    this.#readLogs(cluster)
  }

  /** Somebody who begins now reads what has long been written, as it lies on the disks. */
  #readAgain(cluster: SimCluster, faults: Faults): Promise<boolean> {
    const topics = this.#plan.topics.map(({ name }) => name)
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
        [...(inspected?.partitions ?? [])].map((replica) => [`${replica.topic}-${replica.partition}`, replica]),
      )
      const replica = (topic: string, partition: number) => replicas.get(`${topic}-${partition}`)
      return { id: node.id, name: node.name, image: inspected?.image, replica }
    })
    return { controller: cluster.image, brokers, producers: this.#producers, consumers: this.#consumers }
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
    const world: LoadWorld = {
      bootstrapServers: cluster.bootstrapServers,
      runtime: cluster.clientRuntime(plan.name),
      nowMs: () => this.#world.nowMs,
      tell: (event) => this.#tell(event),
      partitionsOf: (topic) => this.#plan.topics.find(({ name }) => name === topic)?.assignments.length ?? 0,
    }
    if (plan.kind === 'producer') this.#producers.push(new ProducerLoad(plan, world))
    else this.#consumers.push(new ConsumerLoad(plan, world))
  }

  #startFaults(cluster: SimCluster): Faults {
    const trace = (line: string) => this.#trace?.(`${this.#world.nowMs.toFixed(3).padStart(11)} ms  ${line}`)
    const faults = new Faults({ cluster, tell: (event) => this.#tell(event), trace })
    faults.schedule(this.#plan.steps)
    return faults
  }

  #readLogs(cluster: SimCluster): void {
    const logs: ReplicaLogEvent[] = []
    for (const node of cluster.brokers) {
      for (const { topic, partition, role, log, highWatermark } of cluster.inspect(node)?.partitions ?? []) {
        const content = readReplica(node, log)
        const { logStartOffset } = log
        const isLeader = role === 'leading'
        const about = { atMs: this.#world.nowMs, node: node.name, topic, partition }
        logs.push({ kind: 'replica log', ...about, isLeader, logStartOffset, highWatermark, ...content })
      }
    }
    for (const log of logs) if (!log.isLeader) this.#tell(log)
    for (const log of logs) if (log.isLeader) this.#tell(log)
  }

  #unrest(message: string): void {
    this.#tell({ kind: 'unrest', atMs: this.#world.nowMs, message })
  }

  #tell(event: SimEvent): void {
    this.#counts.set(event.kind, (this.#counts.get(event.kind) ?? 0) + 1)
    if (this.#trace !== undefined && event.kind !== 'instant') this.#trace(traceLine(event))
    this.#jury.see(event)
  }
}
