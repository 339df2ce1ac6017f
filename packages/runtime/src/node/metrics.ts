import type { Metric } from 'prom-client'
import type { CollectedOptions, MetricOptions, RenderedMetrics, ServerMetrics } from '../metrics.ts'
import { type MetricSnapshot, MetricsRegistry } from '../metrics-registry.ts'
import { lazily } from './lazy.ts'
import { nodeClock } from './time.ts'

type PromClient = typeof import('prom-client')

const loadPromClient = lazily<PromClient>('prom-client')

/**
 * Metrics whose text prom-client writes, together with those of the process (memory, CPU, garbage collection, lag of the event
 * loop). It is loaded by the first server that asks; counting itself does not go through it, since looking a member up by its
 * labels would cost more than the whole budget of a request.
 */
export function openMetrics(): ServerMetrics {
  return new NodeMetrics(loadPromClient())
}

class NodeMetrics implements ServerMetrics {
  readonly isOn = true
  readonly #promClient: PromClient
  readonly #registry = new MetricsRegistry(nodeClock)
  #rendering: Promise<RenderedMetrics> | undefined

  constructor(promClient: PromClient) {
    this.#promClient = promClient
    processMetrics(promClient)
  }

  counter(options: MetricOptions) {
    return this.#registry.counter(options)
  }

  summary(options: MetricOptions) {
    return this.#registry.summary(options)
  }

  collected(options: CollectedOptions): void {
    this.#registry.collected(options)
  }

  /** Who asks while others wait gets what they get. */
  render(): Promise<RenderedMetrics> {
    this.#rendering ??= this.#render().finally(() => {
      this.#rendering = undefined
    })
    return this.#rendering
  }

  /** One metric per turn of the event loop: some have a line for every partition. */
  async #render(): Promise<RenderedMetrics> {
    const { Registry } = this.#promClient
    const parts: string[] = []
    for (const snapshot of this.#registry.snapshots()) {
      const registry = new Registry()
      registry.registerMetric(asPromMetric(snapshot))
      parts.push(await registry.getSingleMetricAsString(snapshot.name))
      await new Promise((resolve) => setImmediate(resolve))
    }
    parts.push(await processMetrics(this.#promClient).metrics())
    return { contentType: Registry.PROMETHEUS_CONTENT_TYPE, body: parts.join('\n\n') }
  }
}

/** What prom-client asks of a metric when it writes it. */
function asPromMetric({ name, help, type, samples }: MetricSnapshot): Metric {
  const values = samples.map((sample) => ({ metricName: sample.name, labels: sample.labels, value: sample.value }))
  const metric = { name, get: async () => ({ name, help, type, values, aggregator: 'sum' }) }
  return metric as unknown as Metric
}

let processRegistry: InstanceType<PromClient['Registry']> | undefined

/** One for the process: its observers of garbage collection and event loop cannot be taken away again. */
function processMetrics({ Registry, collectDefaultMetrics }: PromClient): InstanceType<PromClient['Registry']> {
  if (processRegistry === undefined) {
    processRegistry = new Registry()
    collectDefaultMetrics({ register: processRegistry, eventLoopMonitoringPrecision: 20 })
  }
  return processRegistry
}
