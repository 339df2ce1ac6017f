import { expect, test } from '@jest/globals'
import { testRuntime } from '@ottla/runtime/testing'
import { type GroupFacts, GroupLoads, registerGroups } from './group-metrics.ts'

const FACTS: GroupFacts = {
  partitions: { loading: 1, running: 2, failed: 0 },
  counts: [
    { classic: new Map([['Stable', 2]]), consumer: new Map([['Reconciling', 1]]), offsets: 10 },
    {
      classic: new Map([
        ['Stable', 1],
        ['Empty', 4],
      ]),
      consumer: new Map(),
      offsets: 5,
    },
  ],
}

test('groups of all shards are counted together, by protocol and state', () => {
  const runtime = testRuntime()
  const metrics = runtime.openMetrics()
  const loads = new GroupLoads()
  loads.onLoad({ ok: true, tookMs: 10 })
  loads.onLoad({ ok: true, tookMs: 30 })
  loads.onLoad({ ok: false, tookMs: 99 })
  let looks = 0
  const facts = () => {
    looks++
    return FACTS
  }
  registerGroups(metrics, { facts, loads, clock: runtime.clock })
  const lines = metrics.lines.map((line) => line.split(' ') as [string, string])
  expect(looks).toBe(1)
  expect(Object.fromEntries(lines.filter(([, value]) => value !== '0'))).toEqual({
    kafka_coordinator_group_groupmetadatamanager_numoffsets: '15',
    kafka_coordinator_group_groupmetadatamanager_numgroups: '7',
    kafka_coordinator_group_groupmetadatamanager_numgroupsstable: '3',
    kafka_coordinator_group_groupmetadatamanager_numgroupsempty: '4',
    'kafka_server_group_coordinator_metrics_group_count{protocol="classic"}': '7',
    'kafka_server_group_coordinator_metrics_group_count{protocol="consumer"}': '1',
    'kafka_server_group_coordinator_metrics_consumer_group_count{state="reconciling"}': '1',
    'kafka_server_group_coordinator_metrics_num_partitions{state="loading"}': '1',
    'kafka_server_group_coordinator_metrics_num_partitions{state="active"}': '2',
    kafka_server_group_coordinator_metrics_partition_load_time_max: '30',
    kafka_server_group_coordinator_metrics_partition_load_time_avg: '20',
    ottla_group_coordinator_loads_failed_total: '1',
  })
})
