/** Metrics that are really counted: pure bookkeeping, read as snapshots by whoever renders them. */
import { assert } from './assert.ts'
import type { CollectedOptions, Counter, Family, MetricOptions, Metrics, Summary } from './metrics.ts'
import { Quantiles } from './quantiles.ts'
import type { Clock } from './time.ts'

/** Combinations of label values that one metric keeps; further ones share a member whose labels read `(others)`. */
export const MEMBERS_MAX = 10_000
const OTHERS = '(others)'
/** Quantiles cover between one and two of these, or as many scrapes where those are rarer. */
const WINDOW_MS = 60_000
const QUANTILES = [0.5, 0.75, 0.95, 0.98, 0.99, 0.999]

/** One metric as it is now. */
export interface MetricSnapshot {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'summary'
  readonly samples: readonly MetricSample[]
}

export interface MetricSample {
  /** The metric's name, or that with `_count` or `_sum` behind it. */
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

type Metric =
  | { readonly type: 'counter'; readonly options: MetricOptions; readonly family: Members<CountedNumber> }
  | { readonly type: 'summary'; readonly options: MetricOptions; readonly family: Members<Quantiles> }
  | { readonly type: 'collected'; readonly options: CollectedOptions }

export class MetricsRegistry implements Metrics {
  readonly isOn = true
  readonly #clock: Clock
  readonly #metrics = new Map<string, Metric>()
  #windowStartMs: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#windowStartMs = clock.monotonic()
  }

  counter(options: MetricOptions): Family<Counter> {
    const known = this.#metrics.get(options.name)
    if (known?.type === 'counter') return known.family
    const family = new Members(options, () => new CountedNumber())
    this.#add({ type: 'counter', options, family })
    return family
  }

  summary(options: MetricOptions): Family<Summary> {
    const known = this.#metrics.get(options.name)
    if (known?.type === 'summary') return known.family
    const family = new Members(options, () => new Quantiles())
    this.#add({ type: 'summary', options, family })
    return family
  }

  collected(options: CollectedOptions): void {
    this.#add({ type: 'collected', options })
  }

  /** One metric after the other, in the order in which they were asked for; each is looked up when its turn comes. */
  *snapshots(): Generator<MetricSnapshot> {
    this.#turnWindow()
    for (const metric of this.#metrics.values()) {
      const { name, help } = metric.options
      const type = metric.type === 'collected' ? metric.options.type : metric.type
      yield { name, help, type, samples: samplesOf(metric) }
    }
  }

  #add(metric: Metric): void {
    const { name } = metric.options
    assert(!this.#metrics.has(name), `the metric ${name} is there already`)
    this.#metrics.set(name, metric)
  }

  #turnWindow(): void {
    const now = this.#clock.monotonic()
    if (now - this.#windowStartMs < WINDOW_MS) return
    this.#windowStartMs = now
    for (const metric of this.#metrics.values()) {
      if (metric.type === 'summary') for (const { member } of metric.family.all()) member.rotate()
    }
  }
}

class CountedNumber implements Counter {
  value = 0

  add(amount: number): void {
    this.value += amount
  }
}

class Members<Member> implements Family<Member> {
  readonly #options: MetricOptions
  readonly #make: () => Member
  readonly #members = new Map<string, { readonly labels: Readonly<Record<string, string>>; readonly member: Member }>()

  constructor(options: MetricOptions, make: () => Member) {
    this.#options = options
    this.#make = make
  }

  with(...values: readonly string[]): Member {
    const key = values.join('\u0000')
    const known = this.#members.get(key)
    if (known !== undefined) return known.member
    if (this.#members.size >= MEMBERS_MAX && values[0] !== OTHERS) return this.with(...values.map(() => OTHERS))
    const made = { labels: labelled(this.#options, values), member: this.#make() }
    this.#members.set(key, made)
    return made.member
  }

  all() {
    return this.#members.values()
  }
}

function labelled({ name, labels = [] }: MetricOptions, values: readonly string[]): Record<string, string> {
  assert(labels.length === values.length, `the metric ${name} has the labels ${labels.join(', ')}`)
  return Object.fromEntries(labels.map((label, index) => [label, values[index]!]))
}

function samplesOf(metric: Metric): MetricSample[] {
  const { name } = metric.options
  switch (metric.type) {
    case 'counter':
      return [...metric.family.all()].map(({ labels, member }) => ({ name, labels, value: member.value }))
    case 'summary':
      return [...metric.family.all()].flatMap(({ labels, member }) => summarySamples(name, labels, member))
    case 'collected':
      return collectedSamples(metric.options)
  }
}

function summarySamples(name: string, labels: Readonly<Record<string, string>>, member: Quantiles): MetricSample[] {
  const values = member.at(QUANTILES)
  return [
    ...QUANTILES.map((quantile, index) => {
      return { name, labels: { ...labels, quantile: String(quantile) }, value: values[index]! }
    }),
    { name: `${name}_sum`, labels, value: member.sum },
    { name: `${name}_count`, labels, value: member.count },
  ]
}

/** A label that is given fewer values than it has names belongs to a total: the missing ones are left out. */
function collectedSamples({ name, labels = [], collect }: CollectedOptions): MetricSample[] {
  const samples: MetricSample[] = []
  collect((value, ...values) => {
    const entries = labels.flatMap((label, index) => (values[index] === undefined ? [] : [[label, values[index]]]))
    samples.push({ name, labels: Object.fromEntries(entries), value })
  })
  return samples
}
