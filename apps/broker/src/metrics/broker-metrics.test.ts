import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from '@jest/globals'
import type { MetadataImage } from '@ottla/replication'
import { type RecordingMetrics, testRuntime } from '@ottla/runtime/testing'
import { broker, imageOf, partition } from '../testing/front.ts'
import { registerBroker } from './broker-metrics.ts'
import { GroupLoads } from './group-metrics.ts'
import { healthProblems } from './health.ts'
import { type MeasuredPartition, PARTITION_LINES_MAX } from './partition-metrics.ts'
import type { MeasuredFollowing } from './replication-metrics.ts'
import { RequestMetrics } from './request-metrics.ts'
import { TrafficLedger } from './topic-traffic.ts'

const LOG = { logStartOffset: 3, logEndOffset: 10, sizeBytes: 700, segmentCount: 2 }

let metrics: RecordingMetrics

function measured(topic: string, index: number, isLeader = true): MeasuredPartition {
  return { isLeader, log: { ...LOG, topic, partition: index } }
}

const followed: readonly MeasuredFollowing[] = [
  { leader: 2, lagRecords: 12, failures: 0, log: { topic: 't', partition: 1 } },
  { leader: 3, lagRecords: 5, failures: 3, log: { topic: 'u', partition: 0 } },
]

function register(image: MetadataImage, partitions: readonly MeasuredPartition[], brokerId = 1): void {
  registerBroker(metrics, {
    brokerId,
    image: () => image,
    onImage: () => {},
    replication: { followed: () => followed, bytesIn: () => 4711, committedCuts: () => 1 },
    groups: {
      facts: () => ({ partitions: { loading: 0, running: 0, failed: 0 }, counts: [] }),
      loads: new GroupLoads(),
      clock: testRuntime().clock,
    },
    compaction: () => ({
      maxDirtyRatio: 0.25,
      maxOverdueMs: 1500,
      msSinceLastRun: 20_000,
      uncleanableLogs: 2,
      uncleanableBytes: 77,
      runs: 3,
      bytesRead: 1000,
      bytesKept: 100,
      lastRunMs: 2500,
      lastKeptRatio: 0.1,
      lastMapUtilization: 0.5,
    }),
    brokerEpoch: () => 7,
    partitions: () => partitions,
    minIsrOf: () => 2,
    isrChanges: () => ({ shrunk: 3, expanded: 2, failed: 1 }),
    traffic: new TrafficLedger(),
    directories: [
      { path: '/a', isOffline: true },
      { path: '/b', isOffline: false },
    ],
    network: {
      connections: new Map([['PLAINTEXT', { open: 2, accepted: 5, closed: 3, refused: 1, idle: 1 }]]),
      memory: { sizeBytes: 1000, claimedBytes: 10, pressure: 'tight', evictions: 4 },
      freeBufferBytes: 64,
    },
  })
}

beforeEach(() => {
  metrics = testRuntime().openMetrics()
})

describe('metrics of a broker', () => {
  const replicated = imageOf([broker(1), broker(2, { fenced: true }), broker(3)], {
    t: [
      partition(0, [1, 2], { isr: [1] }),
      partition(1, [2, 1], { leader: -1, isr: [2] }),
      partition(2, [3, 1], { leader: 1 }),
    ],
  })

  test('partitions and replicas', () => {
    register(replicated, [measured('t', 0), measured('t', 2)])
    expect(metrics.lines).toEqual(
      expect.arrayContaining([
        'kafka_server_replicamanager_partitioncount 2',
        'kafka_server_replicamanager_leadercount 2',
        'kafka_server_replicamanager_underreplicatedpartitions 1',
        'kafka_server_replicamanager_underminisrpartitioncount 1',
        'kafka_server_replicamanager_atminisrpartitioncount 1',
        'kafka_server_replicamanager_offlinereplicacount 1',
        'kafka_log_log_size{topic="t",partition="0"} 700',
        'kafka_log_log_logstartoffset{topic="t",partition="2"} 3',
        'kafka_log_log_logendoffset{topic="t",partition="2"} 10',
        'kafka_log_log_numlogsegments{topic="t",partition="0"} 2',
        'kafka_log_logmanager_offlinelogdirectorycount 1',
        'ottla_broker_epoch 7',
      ]),
    )
  })

  test('compaction', () => {
    register(replicated, [])
    expect(metrics.lines).toEqual(
      expect.arrayContaining([
        'kafka_log_logcleanermanager_max_dirty_percent 25',
        'kafka_log_logcleanermanager_time_since_last_run_ms 20000',
        'kafka_log_logcleanermanager_uncleanable_partitions_count 2',
        'kafka_log_logcleanermanager_uncleanable_bytes 77',
        'kafka_log_logcleaner_max_compaction_delay_secs 1.5',
        'kafka_log_logcleaner_max_clean_time_secs 2.5',
        'kafka_log_logcleaner_cleaner_recopy_percent 10',
        'kafka_log_logcleaner_max_buffer_utilization_percent 50',
        'ottla_compaction_runs_total 3',
        'ottla_compaction_input_bytes_total 1000',
        'ottla_compaction_output_bytes_total 100',
      ]),
    )
  })

  test('changes of ISRs', () => {
    register(replicated, [])
    expect(metrics.lines).toEqual(
      expect.arrayContaining([
        'kafka_server_replicamanager_isrshrinks_total 3',
        'kafka_server_replicamanager_isrexpands_total 2',
        'kafka_server_replicamanager_failedisrupdates_total 1',
      ]),
    )
  })

  test('what is fetched from leaders', () => {
    register(replicated, [])
    expect(metrics.lines).toEqual(
      expect.arrayContaining([
        'kafka_server_brokertopicmetrics_replicationbytesin_total 4711',
        'kafka_server_replicafetchermanager_maxlag{clientId="Replica"} 12',
        'kafka_server_replicafetchermanager_failedpartitionscount{clientId="Replica"} 1',
        'kafka_server_fetcherlagmetrics_consumerlag{clientId="ReplicaFetcherThread-0-2",topic="t",partition="1"} 12',
        'kafka_server_fetcherlagmetrics_consumerlag{clientId="ReplicaFetcherThread-0-3",topic="u",partition="0"} 5',
        'ottla_replica_cuts_below_high_watermark_total 1',
      ]),
    )
  })

  test('the live broker with the lowest id speaks for the cluster, the others say 0', () => {
    register(replicated, [])
    expect(metrics.lines).toEqual(
      expect.arrayContaining([
        'kafka_controller_kafkacontroller_activecontrollercount 1',
        'kafka_controller_kafkacontroller_activebrokercount 2',
        'kafka_controller_kafkacontroller_fencedbrokercount 1',
        'kafka_controller_kafkacontroller_globaltopiccount 1',
        'kafka_controller_kafkacontroller_globalpartitioncount 3',
        'kafka_controller_kafkacontroller_offlinepartitionscount 1',
        'kafka_controller_kafkacontroller_preferredreplicaimbalancecount 2',
      ]),
    )
    metrics = testRuntime().openMetrics()
    register(replicated, [], 3)
    expect(metrics.lines).toContain('kafka_controller_kafkacontroller_activecontrollercount 0')
    expect(metrics.lines).toContain('kafka_controller_kafkacontroller_globaltopiccount 0')
  })

  test('connections and request memory', () => {
    register(replicated, [])
    expect(metrics.lines).toEqual(
      expect.arrayContaining([
        'kafka_server_socket_server_metrics_connection_count{listener="PLAINTEXT"} 2',
        'kafka_server_socket_server_metrics_connection_creation_total{listener="PLAINTEXT"} 5',
        'kafka_server_socket_server_metrics_connection_close_total{listener="PLAINTEXT"} 3',
        'ottla_request_memory_used_bytes 10',
        'ottla_request_memory_pressure 1',
        'ottla_request_memory_evictions_total 4',
      ]),
    )
  })

  test('all of them are in docs/metrics.md', () => {
    register(replicated, [measured('t', 0)])
    new RequestMetrics(metrics).of(0)
    const page = readFileSync(new URL('../../../../docs/metrics.md', import.meta.url), 'utf8')
    const documented = new Set([...page.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name!))
    expect([...metrics.snapshots()].map(({ name }) => name).sort()).toEqual([...documented].sort())
  })

  test('partitions have lines up to a number, and the rest is told', () => {
    const many = Array.from({ length: PARTITION_LINES_MAX + 7 }, (_, index) => measured('t', index))
    register(replicated, many)
    expect(metrics.lines.filter((line) => line.startsWith('kafka_log_log_size'))).toHaveLength(PARTITION_LINES_MAX)
    expect(metrics.lines).toContain('ottla_metrics_partitions_left_out 7')
  })
})

describe('health', () => {
  const directories = [{ path: '/a', isOffline: false }]
  const serving = imageOf([broker(1)], {})

  test.each([
    ['a broker that serves', { image: serving }, []],
    [
      'not ready yet',
      { state: 'starting', image: undefined },
      ['broker 1 is starting', 'it is not registered at a controller'],
    ],
    ['on its way out', { state: 'stopping' }, ['broker 1 is stopping']],
    [
      'fenced',
      { image: imageOf([broker(1, { fenced: true })], {}) },
      ['it is fenced: the controller lets it lead nothing'],
    ],
    ['without a directory', { directories: [{ path: '/a', isOffline: true }] }, ['no log directory is online: /a']],
    ['with one directory left', { directories: [...directories, { path: '/b', isOffline: true }] }, []],
  ] as const)('%s', (_, facts, problems) => {
    expect(healthProblems({ brokerId: 1, state: 'serving', image: serving, directories, ...facts })).toEqual(problems)
  })
})
