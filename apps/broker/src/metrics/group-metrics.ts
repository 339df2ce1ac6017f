/** The groups that this broker coordinates, under the names of Kafka's GroupMetadataManager and group-coordinator-metrics. */
import type { Clock, Metrics } from '@ottla/runtime'

/** What one shard holds. */
export interface GroupShardCounts {
  /** Groups by state. */
  readonly classic: ReadonlyMap<string, number>
  readonly consumer: ReadonlyMap<string, number>
  readonly offsets: number
}

export interface GroupFacts {
  /** Partitions of `__consumer_offsets` that this broker leads. */
  readonly partitions: { readonly loading: number; readonly running: number; readonly failed: number }
  readonly counts: readonly GroupShardCounts[]
}

/** How the loads of shards went since the start. */
export class GroupLoads {
  count = 0
  failures = 0
  totalMs = 0
  longestMs = 0

  /** A listener for the coordinator. */
  readonly onLoad = ({ ok, tookMs }: { readonly ok: boolean; readonly tookMs: number }): void => {
    if (!ok) {
      this.failures++
      return
    }
    this.count++
    this.totalMs += tookMs
    this.longestMs = Math.max(this.longestMs, tookMs)
  }
}

export interface MeasuredGroups {
  readonly facts: () => GroupFacts
  readonly loads: GroupLoads
  readonly clock: Clock
}

/** How long what was seen is shown. */
const FRESH_MS = 1000
const CLASSIC_STATES = ['PreparingRebalance', 'CompletingRebalance', 'Stable', 'Empty', 'Dead'] as const
const CONSUMER_STATES = ['Empty', 'Assigning', 'Reconciling', 'Stable', 'Dead'] as const

export function registerGroups(metrics: Metrics, { facts: look, loads, clock }: MeasuredGroups): void {
  const facts = onceInAWhile(look, clock)
  registerClassic(metrics, facts)
  registerConsumer(metrics, facts)
  registerShards(metrics, facts, loads)
}

function registerClassic(metrics: Metrics, facts: MeasuredGroups['facts']): void {
  const gauge = (name: string, help: string, value: (counts: readonly GroupShardCounts[]) => number) =>
    metrics.collected({
      type: 'gauge',
      name: `kafka_coordinator_group_groupmetadatamanager_${name}`,
      help,
      collect: (set) => set(value(facts().counts)),
    })
  gauge('numoffsets', 'Committed offsets of the groups that this broker coordinates.', (counts) =>
    counts.reduce((sum, { offsets }) => sum + offsets, 0),
  )
  gauge('numgroups', 'Groups of the classic protocol that this broker coordinates.', (counts) =>
    counts.reduce((sum, { classic }) => sum + total(classic), 0),
  )
  for (const state of CLASSIC_STATES) {
    gauge(`numgroups${state.toLowerCase()}`, `Those of them in state ${state}.`, (counts) =>
      counts.reduce((sum, { classic }) => sum + (classic.get(state) ?? 0), 0),
    )
  }
}

function registerConsumer(metrics: Metrics, facts: MeasuredGroups['facts']): void {
  metrics.collected({
    type: 'gauge',
    name: 'kafka_server_group_coordinator_metrics_group_count',
    help: 'Groups that this broker coordinates.',
    labels: ['protocol'],
    collect(set) {
      const { counts } = facts()
      for (const protocol of ['classic', 'consumer'] as const) {
        set(
          counts.reduce((sum, shard) => sum + total(shard[protocol]), 0),
          protocol,
        )
      }
    },
  })
  metrics.collected({
    type: 'gauge',
    name: 'kafka_server_group_coordinator_metrics_consumer_group_count',
    help: 'Groups of the consumer protocol that this broker coordinates, by state.',
    labels: ['state'],
    collect(set) {
      const { counts } = facts()
      for (const state of CONSUMER_STATES) {
        set(
          counts.reduce((sum, { consumer }) => sum + (consumer.get(state) ?? 0), 0),
          state.toLowerCase(),
        )
      }
    },
  })
}

function registerShards(metrics: Metrics, facts: MeasuredGroups['facts'], loads: GroupLoads): void {
  metrics.collected({
    type: 'gauge',
    name: 'kafka_server_group_coordinator_metrics_num_partitions',
    help: 'Partitions of __consumer_offsets that this broker leads: loading, active, or failed (they are loaded again).',
    labels: ['state'],
    collect(set) {
      const { loading, running, failed } = facts().partitions
      set(loading, 'loading')
      set(running, 'active')
      set(failed, 'failed')
    },
  })
  metrics.collected({
    type: 'gauge',
    name: 'kafka_server_group_coordinator_metrics_partition_load_time_max',
    help: 'Milliseconds that the longest load of such a partition took since the start of the broker.',
    collect: (set) => set(loads.longestMs),
  })
  metrics.collected({
    type: 'gauge',
    name: 'kafka_server_group_coordinator_metrics_partition_load_time_avg',
    help: 'Milliseconds that they took on average.',
    collect: (set) => set(loads.count === 0 ? 0 : loads.totalMs / loads.count),
  })
  metrics.collected({
    type: 'counter',
    name: 'ottla_group_coordinator_loads_failed_total',
    help: 'Loads of such partitions that failed; the log says why.',
    collect: (set) => set(loads.failures),
  })
}

/** A scrape looks at a dozen values, one in each turn of the event loop: the groups are gone through once for all of them. */
function onceInAWhile<T>(read: () => T, clock: Clock): () => T {
  let known: { readonly value: T; readonly untilMs: number } | undefined
  return () => {
    const nowMs = clock.monotonic()
    if (known === undefined || nowMs >= known.untilMs) known = { value: read(), untilMs: nowMs + FRESH_MS }
    return known.value
  }
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0)
}
