/** Carries out faults on a site, one at a time per broker process and per link, and undoes them. */
import type { Fault, FaultKind, Link as LinkName } from './plan.ts'
import type { LinkFault } from './proxies.ts'
import type { Site } from './site.ts'

type Undo = () => Promise<void>

interface Wound {
  readonly targets: readonly string[]
  readonly undo: Undo
  timer?: NodeJS.Timeout
  isHealing: boolean
}

export class Damage implements Disposable {
  readonly #site: Site
  /** By what is hurt; a fault on something that is hurt is left out. */
  readonly #wounds = new Map<string, Wound>()
  /** Undone, and not finished with it. */
  readonly #healing = new Set<Promise<void>>()
  readonly #counts = new Map<FaultKind, number>()
  readonly #problems: string[] = []

  constructor(site: Site) {
    this.#site = site
  }

  /** How often each kind was done. */
  get counts(): ReadonlyMap<FaultKind, number> {
    return this.#counts
  }

  /** What must not happen: processes that ended by themselves, or did not end when told. */
  get problems(): readonly string[] {
    return this.#problems
  }

  /** Resolves when the fault is there; it ends by itself after its time. False: something that it needs is hurt already. */
  async begin(fault: Fault): Promise<boolean> {
    const targets = this.#targetsOf(fault)
    if (targets.some((target) => this.#wounds.has(target))) return false
    this.#counts.set(fault.kind, (this.#counts.get(fault.kind) ?? 0) + 1)
    const wound: Wound = { targets, undo: await this.#hurt(fault), isHealing: false }
    for (const target of targets) this.#wounds.set(target, wound)
    wound.timer = setTimeout(() => this.#heal(wound), fault.forMs)
    return true
  }

  /** Undoes everything; a process that has ended by itself is reported and started. */
  async healAll(): Promise<void> {
    for (const wound of this.#wounds.values()) this.#heal(wound)
    while (this.#healing.size > 0) await Promise.all(this.#healing)
    await this.look()
  }

  /** Is everything that nobody ended still running? */
  async look(): Promise<void> {
    const { brokers, controller } = this.#site
    for (const id of brokers.brokerIds) {
      if (this.#wounds.has(processOf(id)) || this.#healing.size > 0 || brokers.isRunning(id)) continue
      this.#problems.push(`broker ${id} ended by itself:\n${this.#site.outputOf(id)}`)
      await brokers.launch(id)
    }
    if (controller === undefined || this.#wounds.has(CONTROLLER) || this.#healing.size > 0 || controller.isRunning)
      return
    this.#problems.push('the controller ended by itself')
    controller.launch()
  }

  /** Nothing is begun or undone any more by itself: the site may go. */
  [Symbol.dispose](): void {
    for (const { timer } of this.#wounds.values()) clearTimeout(timer)
  }

  /** Its targets are free again when all of it is undone. */
  #heal(wound: Wound): void {
    if (wound.isHealing) return
    wound.isHealing = true
    clearTimeout(wound.timer)
    const healing = wound
      .undo()
      .catch((error) => void this.#problems.push(`${wound.targets}: ${(error as Error).message}`))
      .finally(() => {
        for (const target of wound.targets) this.#wounds.delete(target)
        this.#healing.delete(healing)
      })
    this.#healing.add(healing)
  }

  #targetsOf({ kind, broker }: Fault): string[] {
    if (kind.startsWith('controller: kill') || kind.startsWith('controller: pause')) return [CONTROLLER]
    if (kind.includes(': ')) return [linkOf(kind, broker)]
    if (kind.startsWith('kill -9 o')) return this.#site.brokers.brokerIds.map(processOf)
    return [processOf(broker)]
  }

  async #hurt({ kind, broker }: Fault): Promise<Undo> {
    const { brokers, controller, disks } = this.#site
    switch (kind) {
      case 'kill -9':
        await brokers.kill(broker)
        return () => brokers.launch(broker)
      case 'kill -9 of all brokers':
        await Promise.all(brokers.brokerIds.map((id) => brokers.kill(id)))
        return async () => void (await Promise.all(brokers.brokerIds.map((id) => brokers.launch(id))))
      case 'kill -9 one by one':
        return this.#oneByOne(broker)
      case 'restart':
        await this.#restarted(broker)
        return () => brokers.launch(broker)
      case 'pause':
        return paused(brokers.pid(broker))
      case 'controller: pause':
        return paused(controller!.pid)
      case 'controller: kill -9':
        await controller!.kill()
        return async () => controller!.launch()
      case 'full disk':
        return disks.get(broker)!.fill()
      default: {
        const link = this.#site.links.find(({ name }) => name === linkOf(kind, broker))!
        return link.hurt(kind.slice(kind.indexOf(': ') + 2) as LinkFault)
      }
    }
  }

  /** Each has been the only one for a while; the one that was last, and may alone have everything, comes back last. */
  async #oneByOne(first: number): Promise<Undo> {
    const { brokers } = this.#site
    const order = brokers.brokerIds.map((_, index) => brokers.brokerIds[(first + index) % brokers.brokerIds.length]!)
    for (const id of order) {
      await brokers.kill(id)
      await pause(ONE_BY_ONE_MS)
    }
    return async () => {
      for (const id of order) {
        await brokers.launch(id)
        await pause(2 * ONE_BY_ONE_MS)
      }
    }
  }

  async #restarted(broker: number): Promise<void> {
    const beginMs = performance.now()
    await this.#site.brokers.stop(broker)
    const tookMs = performance.now() - beginMs
    if (tookMs > STOP_MS_MAX) this.#problems.push(`broker ${broker} took ${Math.round(tookMs)} ms to stop`)
  }
}

const CONTROLLER = 'controller'
/** A controlled shutdown that finds no controller and no other broker is still bounded. */
const STOP_MS_MAX = 45_000

/** Enough for an election, and for records that the brokers that are left acknowledge. */
const ONE_BY_ONE_MS = 1500

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const processOf = (broker: number) => `broker ${broker}`

const linkOf = (kind: FaultKind, broker: number) => `${kind.split(': ')[0] as LinkName} of ${broker}`

async function paused(pid: number): Promise<Undo> {
  process.kill(pid, 'SIGSTOP')
  return async () => void process.kill(pid, 'SIGCONT')
}
