/** The findings of all systems, as tables in which the systems stand below each other. */
import Table from 'cli-table3'
import { COMMITS } from './commits.ts'
import type { Findings } from './findings.ts'
import type { LatencySummary } from './latencies.ts'
import type { Cost } from './site.ts'

type Row = readonly string[]
interface Section {
  readonly head: readonly string[]
  /** Of one system, without its name. */
  rows(findings: Findings): Row[]
}

const SECTIONS: readonly Section[] = [
  {
    head: [
      'until all are stable',
      'broker',
      's',
      'CPU s',
      'resident MiB',
      'more MiB',
      'another client waits, p99',
      'at most (ms)',
      'longest turn (ms)',
    ],
    rows: ({ joins }) =>
      joins.map(({ what, seconds, cost }) => [
        what,
        seconds.toFixed(2),
        cost.cpuSeconds.toFixed(2),
        ...memory(cost),
        ...waits(cost),
      ]),
  },
  {
    head: [
      'heartbeats',
      'broker',
      'per s',
      'median ms',
      'p99',
      'worst',
      'CPU us each',
      'another client waits, p99',
      'at most (ms)',
      'longest turn (ms)',
    ],
    rows: ({ heartbeats }) =>
      heartbeats.map(({ what, perSecond, latency, cost }) => [
        what,
        perSecond.toFixed(0),
        ...latencies(latency),
        each(cost, latency),
        ...waits(cost),
      ]),
  },
  {
    head: [
      '100 members, 1,000 partitions: last join to last assignment',
      'broker',
      'median ms',
      'worst',
      'may take',
      'runs',
    ],
    rows: ({ rebalances }) =>
      rebalances.map(({ what, boundMs, samplesMs }) => {
        const figures = [middle(samplesMs), Math.max(...samplesMs), boundMs].map((ms) => ms.toFixed(0))
        return [what, ...figures, String(samplesMs.length)]
      }),
  },
  {
    head: [
      'commits',
      'broker',
      'per s',
      'median ms',
      'p99',
      'worst',
      'CPU us each',
      'another client waits, p99',
      'at most (ms)',
      'longest turn (ms)',
    ],
    rows: ({ commits }) =>
      commits.map(({ perSecond, latency, cost }) => [
        COMMITS,
        perSecond.toFixed(0),
        ...latencies(latency),
        each(cost, latency),
        ...waits(cost),
      ]),
  },
  {
    head: ['reading 1 KB records', 'broker', 'MB/s', 'worst', 'runs'],
    rows: ({ consuming }) =>
      consuming.map(({ way, samples }) => [
        way,
        middle(samples).toFixed(0),
        Math.min(...samples).toFixed(0),
        String(samples.length),
      ]),
  },
]

export function print(findings: readonly Findings[]): void {
  for (const { head, rows } of SECTIONS) {
    const bySystem = findings.map((found) => ({ system: found.system, rows: rows(found) }))
    const table = new Table({ head: [...head], style: { head: [], border: [] } })
    const longest = Math.max(...bySystem.map(({ rows: { length } }) => length))
    for (let index = 0; index < longest; index++) {
      for (const { system, rows: its } of bySystem) {
        const [what, ...figures] = its[index] ?? []
        if (what !== undefined) table.push([what, system, ...figures])
      }
    }
    if (table.length > 0) console.log(table.toString())
  }
}

function memory({ residentMiB: [before, after] }: Cost): Row {
  return [`${before.toFixed(0)} to ${after.toFixed(0)}`, (after - before).toFixed(0)]
}

function waits({ probe, longestTurnMs }: Cost): Row {
  return [probe.p99Ms.toFixed(1), probe.worstMs.toFixed(1), longestTurnMs?.toFixed(1) ?? '']
}

function latencies({ medianMs, p99Ms, worstMs }: LatencySummary): Row {
  return [medianMs, p99Ms, worstMs].map((ms) => ms.toFixed(1))
}

function each({ cpuSeconds }: Cost, { count }: LatencySummary): string {
  return ((cpuSeconds * 1e6) / count).toFixed(0)
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
