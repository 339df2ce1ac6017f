/** What this broker fetches from leaders, under the names of Kafka's ReplicaFetcherManager. */
import type { Metrics } from '@ottla/runtime'
import type { PartitionLogSurface } from '@ottla/storage'
import { PARTITION_LINES_MAX } from './partition-metrics.ts'

/** A partition that is followed, as far as metrics look at it. */
export interface MeasuredFollowing {
  readonly leader: number
  readonly lagRecords: number
  readonly failures: number
  readonly log: Pick<PartitionLogSurface, 'topic' | 'partition'>
}

export interface ReplicationFacts {
  readonly followed: () => Iterable<MeasuredFollowing>
  readonly bytesIn: () => number
  readonly committedCuts: () => number
}

/** One failure may be a leader that has just moved. */
const FAILURES_MIN = 3
/** Kafka's name for all of a broker's fetchers. */
const CLIENT_ID = 'Replica'

export function registerReplication(metrics: Metrics, { followed, bytesIn, committedCuts }: ReplicationFacts): void {
  metrics.collected({
    type: 'counter',
    name: 'kafka_server_brokertopicmetrics_replicationbytesin_total',
    help: 'Bytes of record batches that this broker copied from leaders.',
    collect: (set) => set(bytesIn()),
  })
  metrics.collected({
    type: 'counter',
    name: 'ottla_replica_cuts_below_high_watermark_total',
    help: 'Times that a follower cut records off that it knew to be committed: only an unclean election, or one of the last known leader, asks for it.',
    collect: (set) => set(committedCuts()),
  })
  const fetchers = (name: string, help: string, value: (all: readonly MeasuredFollowing[]) => number) =>
    metrics.collected({
      type: 'gauge',
      name: `kafka_server_replicafetchermanager_${name}`,
      help,
      labels: ['clientId'],
      collect: (set) => set(value([...followed()]), CLIENT_ID),
    })
  fetchers('maxlag', 'The largest number of committed records that a followed partition lacks.', (all) =>
    all.reduce((most, { lagRecords }) => Math.max(most, lagRecords), 0),
  )
  fetchers(
    'failedpartitionscount',
    'Followed partitions that have failed again and again.',
    (all) => all.filter(({ failures }) => failures >= FAILURES_MIN).length,
  )
  registerLags(metrics, followed)
}

function registerLags(metrics: Metrics, followed: ReplicationFacts['followed']): void {
  metrics.collected({
    type: 'gauge',
    name: 'kafka_server_fetcherlagmetrics_consumerlag',
    help: `Committed records that a followed partition lacks. For ${PARTITION_LINES_MAX} partitions at most.`,
    labels: ['clientId', 'topic', 'partition'],
    collect(set) {
      let left = PARTITION_LINES_MAX
      for (const { leader, lagRecords, log } of followed()) {
        if (left-- === 0) return
        set(lagRecords, `ReplicaFetcherThread-0-${leader}`, log.topic, String(log.partition))
      }
    },
  })
}
