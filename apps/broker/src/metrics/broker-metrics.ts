/** All metrics of a broker, registered when its parts are there (docs/metrics.md lists them). */
import type { MetadataImage } from '@ottla/replication'
import type { Metrics } from '@ottla/runtime'
import type { CleanerFacts } from '@ottla/storage'
import { type ClusterFacts, registerCluster } from './cluster-metrics.ts'
import { registerCompaction } from './compaction-metrics.ts'
import { type MeasuredGroups, registerGroups } from './group-metrics.ts'
import { type NetworkFacts, registerNetwork } from './network-metrics.ts'
import { type PartitionFacts, registerPartitions } from './partition-metrics.ts'
import { type ReplicationFacts, registerReplication } from './replication-metrics.ts'
import type { TrafficLedger } from './topic-traffic.ts'
import { registerTraffic } from './traffic-metrics.ts'

export interface BrokerFacts extends ClusterFacts, PartitionFacts {
  readonly network: NetworkFacts
  readonly traffic: TrafficLedger
  readonly replication: ReplicationFacts
  readonly groups: MeasuredGroups
  readonly directories: readonly { readonly path: string; readonly isOffline: boolean }[]
  /** Undefined where nothing is compacted. */
  readonly compaction: () => CleanerFacts | undefined
  readonly brokerEpoch: () => number
  readonly image: () => MetadataImage
}

export function registerBroker(metrics: Metrics, facts: BrokerFacts): void {
  registerTraffic(metrics, facts.traffic, (topic) => facts.image().topics.has(topic))
  registerPartitions(metrics, facts)
  registerReplication(metrics, facts.replication)
  registerGroups(metrics, facts.groups)
  registerCluster(metrics, facts)
  registerNetwork(metrics, facts.network)
  registerCompaction(metrics, facts.compaction)
  metrics.collected({
    type: 'gauge',
    name: 'kafka_log_logmanager_offlinelogdirectorycount',
    help: 'Entries of log.dirs that have failed.',
    collect: (set) => set(facts.directories.filter(({ isOffline }) => isOffline).length),
  })
  metrics.collected({
    type: 'gauge',
    name: 'ottla_broker_epoch',
    help: 'The epoch that the controller gave this run of the broker.',
    collect: (set) => set(facts.brokerEpoch()),
  })
}
