import { Changes, type ChangesOptions } from './changes.ts'
import { type DamagedBatch, removeReplica, rot } from './disk-damage.ts'
import type { DamagedEvent } from './history.ts'
import type { MemberLoad } from './load/member-load.ts'
import {
  type ChangeStep,
  type DownStep,
  describeFacts,
  type MemberStep,
  type PassingStep,
  type Step,
} from './plan/plan.ts'
import type { SimCluster, SimNode } from './world/sim-cluster.ts'
import { NodeDiedError } from './world/sim-node.ts'

export interface FaultsOptions extends ChangesOptions {
  readonly members: readonly MemberLoad[]
  readonly trace: (line: string) => void
}

/** Of the network, from and to. */
const USUAL_DELAY_MS = [0.1, 1] as const
/** Between two attempts to start a node. */
const RESTART_MS = 200

/**
 * Does the steps of a plan. Each fault ends by itself after its time; `heal` ends what is left. A step that makes no sense when its time has come
 * (to stop what is down) is left out, so a plan stays sensible when steps are taken out of it.
 */
export class Faults {
  readonly #options: FaultsOptions
  readonly #cluster: SimCluster
  readonly #changes: Changes
  /** Nodes that are down or on their way up or down. */
  readonly #down = new Set<SimNode>()
  /** Changes that have not been answered yet. */
  #asking = 0
  #healed = false

  constructor(options: FaultsOptions) {
    this.#options = options
    this.#cluster = options.cluster
    this.#changes = new Changes(options)
    this.#cluster.world.afterEvents(() => this.#supervise())
  }

  /** No node and no member is down, and no change is being asked for. */
  get isOver(): boolean {
    return this.#down.size === 0 && this.#asking === 0 && this.#options.members.every(({ isUp }) => isUp)
  }

  schedule(steps: readonly Step[]): void {
    const { world } = this.#cluster
    for (const step of steps) {
      world.timers.after(Math.max(0, step.atMs - world.nowMs), () => {
        if (!this.#healed) this.#perform(step)
      })
    }
  }

  /** Ends all faults. Nodes that are down are started when their time has come. */
  heal(): void {
    this.#healed = true
    const { network, nodes } = this.#cluster
    network.heal()
    network.delay(...USUAL_DELAY_MS)
    for (const node of nodes) {
      node.resume()
      node.disk.setFull(false)
      node.disk.slow(0)
    }
    for (const member of this.#options.members) member.resume()
  }

  close(): void {
    this.#changes.close()
  }

  #perform(step: Step): void {
    switch (step.kind) {
      case 'kill':
      case 'lose power':
      case 'stop':
      case 'lose replica':
        this.#takeDown(step)
        break
      case 'drop connections':
        this.#say(step)
        this.#cluster.network.dropConnections(step.a, step.b)
        break
      case 'rot': {
        const node = this.#cluster.nodes[step.node]!
        this.#say(step)
        for (let n = 0; n < step.times; n++) this.#damaged(node, 'rot', rot(node, this.#cluster.world.random))
        break
      }
      case 'fail syncs':
        this.#failSyncs(step)
        break
      case 'kill member':
      case 'close member':
      case 'pause member':
        this.#disturb(step)
        break
      case 'pause':
      case 'cut':
      case 'cut one way':
      case 'slow network':
      case 'fill disk':
      case 'slow disk':
        this.#passing(step)
        break
      default:
        this.#say(step)
        void this.#ask(step)
    }
  }

  #disturb(step: MemberStep): void {
    const member = this.#options.members.find(({ plan }) => plan.name === step.member)
    if (step.kind === 'kill member') member?.kill(step.downMs)
    else if (step.kind === 'close member') member?.close(step.downMs)
    else member?.pause(step.forMs)
  }

  #failSyncs(step: Extract<Step, { kind: 'fail syncs' }>): void {
    const { disk, isUp, name: node } = this.#cluster.nodes[step.node]!
    if (!isUp) return
    this.#say(step)
    this.#options.tell({ kind: 'syncs fail', atMs: this.#cluster.world.nowMs, node })
    disk.failSyncs(step.times)
  }

  #damaged({ name: node }: SimNode, what: DamagedEvent['what'], batch: DamagedBatch | undefined): void {
    if (batch === undefined) return
    const { topic, partition, from, to } = batch
    this.#options.tell({ kind: 'damaged', what, atMs: this.#cluster.world.nowMs, node, topic, partition, from, to })
  }

  #passing(step: PassingStep): void {
    const fault = passingFault(step, this.#cluster)
    this.#say(step)
    fault.begin()
    this.#cluster.world.timers.after(step.forMs, () => {
      if (this.#healed) return
      this.#options.trace(`faults: end of ${step.kind}`)
      fault.end()
    })
  }

  #takeDown(step: DownStep): void {
    const node = this.#cluster.nodes[step.node]!
    const isDown = this.#down.has(node)
    if (isDown && (step.kind === 'stop' || step.kind === 'lose replica')) return
    this.#say(step)
    node.resume()
    // Also a node that is on its way up may die, and a machine without a running process may lose power.
    if (isDown) void this.#end(node, step)
    else void this.#downAndUp(node, step)
  }

  async #downAndUp(node: SimNode, step: DownStep): Promise<void> {
    this.#down.add(node)
    await this.#end(node, step)
    await this.#cluster.world.sleep(step.downMs)
    await this.#start(node)
  }

  async #end(node: SimNode, { kind }: DownStep): Promise<void> {
    if (kind === 'kill' || kind === 'lose replica') node.kill()
    else if (kind === 'lose power') node.losePower()
    else await node.stop()
    const { world } = this.#cluster
    this.#options.tell({ kind: 'down', atMs: world.nowMs, node: node.name, why: DOWN_BY[kind], message: '' })
    if (kind === 'lose replica') this.#damaged(node, 'removal', removeReplica(node, world.random))
  }

  /** As a supervisor does: again and again, since a disk may be full and a controller away. */
  async #start(node: SimNode): Promise<void> {
    while (!(await this.#startsNow(node))) await this.#cluster.world.sleep(RESTART_MS)
    this.#down.delete(node)
  }

  async #startsNow(node: SimNode): Promise<boolean> {
    try {
      await node.start()
      return node.isUp
    } catch (error) {
      const { message } = error as Error
      this.#options.trace(`faults: ${node.name} does not start: ${message}`)
      // Of a process that was killed meanwhile it has been told.
      if (error instanceof NodeDiedError) return false
      const { world } = this.#cluster
      this.#options.tell({ kind: 'down', atMs: world.nowMs, node: node.name, why: 'no start', message })
      return false
    }
  }

  /** A process that has ended although nobody wanted it to is told of, and started again. */
  #supervise(): void {
    for (const node of this.#cluster.nodes) {
      if (node.isUp || this.#down.has(node)) continue
      const message = node.failure?.message ?? 'without a reason'
      this.#down.add(node)
      const { world } = this.#cluster
      this.#options.tell({ kind: 'down', atMs: world.nowMs, node: node.name, why: 'failure', message })
      void this.#start(node)
    }
  }

  #say(step: Step): void {
    this.#options.trace(`faults: ${step.kind} ${describeFacts(step)}`)
  }

  /** A refusal is traced and no failure. */
  async #ask(step: ChangeStep): Promise<void> {
    this.#asking++
    const { trace } = this.#options
    try {
      const outcome = await this.#changes.ask(step)
      const became = outcome === undefined ? 'left out' : outcome.ok ? 'done' : `refused: ${outcome.error.message}`
      trace(`faults: ${step.kind} is ${became}`)
    } catch (error) {
      trace(`faults: ${step.kind} failed: ${(error as Error).message}`)
    } finally {
      this.#asking--
    }
  }
}

const DOWN_BY = { kill: 'kill', 'lose power': 'power', stop: 'stop', 'lose replica': 'kill' } as const

interface PassingFault {
  begin(): void
  end(): void
}

function passingFault(step: PassingStep, { network, nodes }: SimCluster): PassingFault {
  switch (step.kind) {
    case 'pause': {
      const node = nodes[step.node]!
      return { begin: () => node.pause(), end: () => node.resume() }
    }
    case 'cut':
      return { begin: () => network.cut(step.a, step.b), end: () => network.heal(step.a, step.b) }
    case 'cut one way':
      return { begin: () => network.cutOneWay(step.from, step.to), end: () => network.heal(step.from, step.to) }
    case 'slow network':
      return { begin: () => network.delay(step.minMs, step.maxMs), end: () => network.delay(...USUAL_DELAY_MS) }
    case 'fill disk': {
      const { disk } = nodes[step.node]!
      return { begin: () => disk.setFull(true), end: () => disk.setFull(false) }
    }
    case 'slow disk': {
      const { disk } = nodes[step.node]!
      return { begin: () => disk.slow(step.delayMs), end: () => disk.slow(0) }
    }
  }
}
