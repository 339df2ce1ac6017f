import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { noMetrics } from './metrics.ts'
import { MEMBERS_MAX, MetricsRegistry } from './metrics-registry.ts'
import { openMetrics } from './node/metrics.ts'
import { Quantiles } from './quantiles.ts'
import { FakeClock } from './testing/fake-clock.ts'
import { testRuntime } from './testing/test-runtime.ts'

const MINUTE_MS = 60_000

function quantile(registry: MetricsRegistry, name: string, part: string): number {
  const snapshot = [...registry.snapshots()].find((metric) => metric.name === name)
  return snapshot!.samples.find(({ labels }) => labels.quantile === part)!.value
}

describe('metrics', () => {
  test('counters count per combination of label values, and are the same when they are asked for again', () => {
    const metrics = testRuntime().openMetrics()
    const options = { name: 'requests_total', help: 'Requests.', labels: ['api', 'version'] }
    metrics.counter(options).with('Fetch', '4').add(2)
    metrics.counter(options).with('Fetch', '4').add(3)
    metrics.counter(options).with('Fetch', '5').add(1)
    expect(metrics.lines).toEqual([
      'requests_total{api="Fetch",version="4"} 5',
      'requests_total{api="Fetch",version="5"} 1',
    ])
  })

  test('collected values are looked up at each reading; labels that are left out belong to a total', () => {
    const metrics = testRuntime().openMetrics()
    let size = 1
    metrics.collected({
      type: 'gauge',
      name: 'size',
      help: 'Sizes.',
      labels: ['topic'],
      collect(set) {
        set(size)
        set(size * 10, 'a')
      },
    })
    expect(metrics.lines).toEqual(['size 1', 'size{topic="a"} 10'])
    size = 2
    expect(metrics.lines).toEqual(['size 2', 'size{topic="a"} 20'])
  })

  test('a summary has number, sum and quantiles of the last two minutes', async () => {
    const clock = new FakeClock()
    const metrics = new MetricsRegistry(clock)
    const summary = metrics.summary({ name: 'time', help: 'Times.' }).with()
    for (let value = 1; value <= 1000; value++) summary.observe(value)
    expect(quantile(metrics, 'time', '0.5')).toBeCloseTo(500, -2)
    expect(quantile(metrics, 'time', '0.99') / 990).toBeCloseTo(1, 1)
    await clock.advance(MINUTE_MS)
    expect(quantile(metrics, 'time', '0.5')).toBeCloseTo(500, -2)
    await clock.advance(MINUTE_MS)
    expect(quantile(metrics, 'time', '0.5')).toBeNaN()
    const { samples } = [...metrics.snapshots()][0]!
    expect(samples.slice(-2)).toEqual([
      { name: 'time_sum', labels: {}, value: 500_500 },
      { name: 'time_count', labels: {}, value: 1000 },
    ])
  })

  test('a metric keeps a bounded number of members', () => {
    const metrics = testRuntime().openMetrics()
    const family = metrics.counter({ name: 'x', help: '', labels: ['name'] })
    for (let index = 0; index < MEMBERS_MAX + 500; index++) family.with(String(index)).add(1)
    expect(metrics.lines).toHaveLength(MEMBERS_MAX + 1)
    expect(metrics.lines.at(-1)).toBe('x{name="(others)"} 500')
  })

  test('a name stands for one metric, with the labels that it was given', () => {
    const metrics = testRuntime().openMetrics()
    metrics.counter({ name: 'x', help: '', labels: ['a'] })
    expect(() => metrics.summary({ name: 'x', help: '' })).toThrow('the metric x is there already')
    expect(() => metrics.counter({ name: 'x', help: '', labels: ['a'] }).with()).toThrow(
      'the metric x has the labels a',
    )
  })

  test('nothing is kept when they are off', () => {
    const family = noMetrics.counter({ name: 'x', help: '', labels: ['a'] })
    family.with('1').add(1)
    noMetrics.summary({ name: 'x', help: '' }).with().observe(1)
    expect(noMetrics.isOn).toBe(false)
    expect(family.with('1')).toBe(family.with('2'))
  })
})

describe('quantiles', () => {
  test('are off by a sixteenth at most, whatever was observed', () => {
    const values = fc.array(fc.double({ min: 0.002, max: 3_000_000, noNaN: true }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(values, fc.double({ min: 0.01, max: 1, noNaN: true }), (observed, part) => {
        const quantiles = new Quantiles()
        for (const value of observed) quantiles.observe(value)
        const sorted = [...observed].sort((left, right) => left - right)
        const exact = sorted[Math.max(1, Math.ceil(part * sorted.length)) - 1]!
        expect(quantiles.at([part])[0]! / exact).toBeGreaterThan(0.93)
        expect(quantiles.at([part])[0]! / exact).toBeLessThan(1.07)
      }),
    )
  })

  test.each([[0], [-1], [Number.NaN], [0.0005]])('%s counts as nothing', (value) => {
    const quantiles = new Quantiles()
    quantiles.observe(value)
    expect(quantiles.at([0.5, 1])).toEqual([0, 0])
  })

  test('what is too large is the largest', () => {
    const quantiles = new Quantiles()
    quantiles.observe(1e12)
    expect(quantiles.at([1])[0]).toBeGreaterThan(3_900_000)
  })
})

describe('the text that Prometheus reads', () => {
  test('has help, type, labels with escapes, and the process', async () => {
    const metrics = openMetrics()
    metrics
      .counter({ name: 'a_total', help: 'All of\nthem.', labels: ['name'] })
      .with('x"y\\z')
      .add(7)
    metrics.summary({ name: 'b_ms', help: 'Times.' }).with().observe(4)
    const { contentType, body } = await metrics.render()
    expect(contentType).toContain('version=0.0.4')
    expect(body).toContain('# HELP a_total All of\\nthem.\n# TYPE a_total counter\na_total{name="x\\"y\\\\z"} 7\n')
    expect(body).toMatch(/# TYPE b_ms summary\nb_ms\{quantile="0.5"\} [34]\.\d+\n/)
    expect(body).toContain('b_ms_sum 4\nb_ms_count 1\n')
    expect(body).toMatch(/^process_resident_memory_bytes \d+$/m)
    expect(body).toMatch(/^nodejs_eventloop_lag_p99_seconds /m)
  })

  test('is written once for all who ask at the same time', async () => {
    const metrics = openMetrics()
    let looks = 0
    metrics.collected({
      type: 'gauge',
      name: 'a',
      help: '',
      collect(set) {
        looks += 1
        set(1)
      },
    })
    const [first, second] = await Promise.all([metrics.render(), metrics.render()])
    expect(first).toBe(second)
    expect(looks).toBe(1)
  })
})
