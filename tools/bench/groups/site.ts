/** One broker under measurement: connections to it, and what it costs. */
import { readFileSync } from 'node:fs'
import { Admin, OFFSET_SPEC, unwrap } from '@ottla/client'
import { API, type Connection, openConnection } from '@ottla/client/internal'
import { parseHostPort } from '@ottla/runtime'
import { nodeRuntime } from '@ottla/runtime/node'
import { freePorts } from '../../compat/harness/cluster.ts'
import { createReplicated } from '../../compat/harness/in-sync.ts'
import { processCpuSeconds } from '../broker/cpu.ts'
import { type System, startApache, startOttla } from '../broker/systems.ts'
import type { LatencySummary } from './latencies.ts'
import { untilReady } from './member.ts'
import { Probe } from './probe.ts'

export const SYSTEMS = ['ottla', 'apache'] as const
export type SystemName = (typeof SYSTEMS)[number]

/** Connections that are opened at the same time: more do not fit a listener's backlog. */
const OPENING_MAX = 50
/** There are 50 partitions. */
const GROUPS_TO_MEET = 300
/** The monitor of the loop's delay looks so often, and counts that as a delay. */
const MONITOR_MS = 20

/** What a piece of work has cost the broker. */
export interface Cost {
  readonly cpuSeconds: number
  readonly residentMiB: readonly [before: number, after: number]
  /** What another client waited for its answers meanwhile. */
  readonly probe: LatencySummary
  /** Longest turn of the event loop; of our broker alone. */
  readonly longestTurnMs: number | undefined
}

export class Site implements AsyncDisposable {
  readonly system: System
  readonly admin: Admin
  readonly #metricsPort: number | undefined
  readonly #probe: Probe
  readonly #runtime = nodeRuntime()

  private constructor(system: System, metricsPort: number | undefined) {
    this.system = system
    this.#metricsPort = metricsPort
    this.admin = new Admin(this.#runtime, { bootstrapServers: system.bootstrap })
    this.#probe = new Probe(system.bootstrap)
  }

  /** Starts a broker with these settings; its coordinators are ready. */
  static async start(name: SystemName, settings: readonly string[] = []): Promise<Site> {
    const site = name === 'ottla' ? await startOurs(settings) : new Site(await startApache(settings), undefined)
    try {
      await site.#coordinatorsReady()
      return site
    } catch (error) {
      await site[Symbol.asyncDispose]()
      throw error
    }

    async function startOurs(further: readonly string[]): Promise<Site> {
      const [port] = await freePorts(1)
      return new Site(await startOttla([`metrics.port=${port}`, ...further]), port)
    }
  }

  /** `__consumer_offsets` is there, and its partitions are loaded: enough groups to meet each of them. */
  async #coordinatorsReady(): Promise<void> {
    const [connection] = await this.connect(1)
    const find = () => connection!.send(API.findCoordinator, { keyType: 0, coordinatorKeys: ['first'] })
    await untilReady(async () => (await find()).coordinators[0]!)
    for (let index = 0; index < GROUPS_TO_MEET; index++) {
      const groups = [{ groupId: `${index}`, topics: null }]
      await untilReady(async () => (await connection!.send(API.offsetFetch, { groups })).groups[0]!)
    }
    connection!.close()
  }

  /** What is measured now, for who waits for the tables. */
  tell(what: string): void {
    console.error(`${this.system.name}: ${what}`)
  }

  async connect(count: number): Promise<Connection[]> {
    const { host, port } = parseHostPort(this.system.bootstrap)
    const connections: Connection[] = []
    while (connections.length < count) {
      const next = Array.from({ length: Math.min(OPENING_MAX, count - connections.length) }, () =>
        openConnection(this.#runtime, { host, port, clientId: 'bench' }),
      )
      connections.push(...(await Promise.all(next)))
    }
    return connections
  }

  /** It is there, every partition has its log: a broker that still makes them may not have told its coordinators of the topic. */
  async createTopic(topic: string, partitions: number): Promise<void> {
    await createReplicated(this.system.bootstrap, { name: topic, partitions, replicationFactor: 1 })
    const queries = Array.from({ length: partitions }, (_, partition) => {
      return { topic, partition, timestamp: OFFSET_SPEC.latest }
    })
    for (const { outcome } of await this.admin.listOffsets(queries)) unwrap(outcome)
  }

  async measure<T>(work: () => Promise<T>): Promise<[T, Cost]> {
    const { pid } = this.system
    await Promise.all([this.#probe.take(), this.#longestTurnMs()])
    const [cpuBefore, residentBefore] = [processCpuSeconds(pid), residentMiB(pid)]
    const result = await work()
    const cpuSeconds = processCpuSeconds(pid) - cpuBefore
    const cost: Cost = {
      cpuSeconds,
      residentMiB: [residentBefore, residentMiB(pid)],
      probe: await this.#probe.take(),
      longestTurnMs: await this.#longestTurnMs(),
    }
    return [result, cost]
  }

  /** Since the last call. */
  async #longestTurnMs(): Promise<number | undefined> {
    if (this.#metricsPort === undefined) return undefined
    const answer = await fetch(`http://localhost:${this.#metricsPort}/metrics`)
    const [, seconds] = /^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(await answer.text()) ?? []
    return Math.max(0, Number(seconds) * 1000 - MONITOR_MS)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#probe[Symbol.asyncDispose]()
    await this.admin[Symbol.asyncDispose]()
    await this.system[Symbol.asyncDispose]()
  }
}

function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) / 1024
}
