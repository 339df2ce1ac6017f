/**
 * Metrics and health of one broker, from before its start until after its stop: /healthz must tell that it is on its way, too.
 * Without `metrics.port` nothing is counted and nothing listens.
 */
import type { MetadataImage } from '@ottla/replication'
import { type Listener, noMetrics, type Runtime, type ServerMetrics } from '@ottla/runtime'
import type { MetricsAddress } from '../config/broker-config.ts'
import type { RequestObserver } from '../network/dispatch.ts'
import { type BrokerFacts, registerBroker } from './broker-metrics.ts'
import { BrokerObserver } from './broker-observer.ts'
import { type HealthFacts, healthProblems } from './health.ts'
import { startMetricsServer } from './metrics-server.ts'
import { TrafficLedger } from './topic-traffic.ts'

export interface ObservabilityOptions {
  readonly runtime: Runtime
  readonly brokerId: number
  /** null: off. */
  readonly address: MetricsAddress | null
}

/** Rejects with a ConfigFailure when the port cannot be had. */
export async function startObservability(options: ObservabilityOptions): Promise<Observability> {
  const observability = new Observability(options)
  await observability.start()
  return observability
}

export class Observability {
  /** The given runtime, with these metrics in it. */
  readonly runtime: Runtime
  /** Undefined when metrics are off. */
  readonly traffic: TrafficLedger | undefined
  readonly #options: ObservabilityOptions
  readonly #metrics: ServerMetrics | undefined
  #server: Listener | undefined
  #state: HealthFacts['state'] = 'starting'
  #directories: HealthFacts['directories'] = []
  #image: () => MetadataImage | undefined = () => undefined

  constructor(options: ObservabilityOptions) {
    this.#options = options
    this.#metrics = options.address === null ? undefined : options.runtime.openMetrics()
    this.traffic = this.#metrics === undefined ? undefined : new TrafficLedger()
    this.runtime = { ...options.runtime, metrics: this.#metrics ?? noMetrics }
  }

  async start(): Promise<void> {
    const { runtime, address } = this.#options
    if (address === null) return
    const problems = () => this.problems
    this.#server = await startMetricsServer({ runtime, address, metrics: this.#metrics!, problems })
    runtime.logger.info('metrics are shown at /metrics, health at /healthz', { ...this.address })
  }

  get address(): { readonly host: string; readonly port: number } | undefined {
    return this.#server === undefined ? undefined : { host: this.#server.host, port: this.#server.port }
  }

  /** Why the broker does not serve. */
  get problems(): string[] {
    const { brokerId } = this.#options
    return healthProblems({ brokerId, state: this.#state, image: this.#image(), directories: this.#directories })
  }

  /** The broker serves from now on; the result is for its dispatcher. */
  serving(facts: Omit<BrokerFacts, 'traffic'>): RequestObserver | undefined {
    this.#state = 'serving'
    this.#directories = facts.directories
    this.#image = facts.image
    if (this.#metrics === undefined || this.traffic === undefined) return undefined
    registerBroker(this.#metrics, { ...facts, traffic: this.traffic })
    return new BrokerObserver(this.#metrics, this.traffic, facts.image)
  }

  stopping(): void {
    this.#state = 'stopping'
  }

  async close(): Promise<void> {
    await this.#server?.close()
  }
}
