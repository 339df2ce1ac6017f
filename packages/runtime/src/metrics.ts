/**
 * What a server counts about itself. Parts ask for a metric once, keep it, and count with plain additions; everything that can
 * be looked up when somebody asks (sizes, offsets, connections) is collected then, not counted. Names and labels follow
 * Prometheus (https://prometheus.io/docs/practices/naming).
 */
export interface Metrics {
  /** False: nobody will ever look, so whoever would have to measure for a metric (read a clock, walk a response) need not. */
  readonly isOn: boolean
  /** Grows only. Asking again for a name gives the same family. */
  counter(options: MetricOptions): Family<Counter>
  /** How values are distributed: their number, their sum, and the quantiles of the recent ones. */
  summary(options: MetricOptions): Family<Summary>
  /** Values that are looked up when the metrics are read. */
  collected(options: CollectedOptions): void
}

export interface MetricOptions {
  readonly name: string
  /** One sentence. */
  readonly help: string
  /** Names of the labels; none when left out. */
  readonly labels?: readonly string[]
}

export interface CollectedOptions extends MetricOptions {
  readonly type: 'counter' | 'gauge'
  /** Calls `set` once per combination of label values, in the order of `labels`. Must not throw or wait. */
  readonly collect: (set: (value: number, ...labels: readonly string[]) => void) => void
}

/** The members of a metric, one for each combination of label values. */
export interface Family<Member> {
  /** The member with these label values, in the order of `labels`: to be kept by who counts often. */
  with(...labels: readonly string[]): Member
}

export interface Counter {
  add(amount: number): void
}

export interface Summary {
  observe(value: number): void
}

/** The metrics of one server, and what a scrape shows of them. */
export interface ServerMetrics extends Metrics {
  render(): Promise<RenderedMetrics>
}

export interface RenderedMetrics {
  readonly contentType: string
  readonly body: string
}

const nothing = { add() {}, observe() {} }
const none = { with: () => nothing }

/** Counts nothing. */
export const noMetrics: Metrics = { isOn: false, counter: () => none, summary: () => none, collected() {} }
