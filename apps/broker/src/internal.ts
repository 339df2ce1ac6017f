/** For simulations and tests of this project: what a running broker knows and has. Changes without notice. */
import type { MetadataImage } from '@ottla/replication'
import type { LoadedCoordinator } from './coordinators/group-coordinator.ts'
import type { Partition } from './partitions/partition.ts'
import { type Broker, RunningBroker } from './start-broker.ts'

export { partitionOfKey } from '@ottla/coordinator'
export type { MetadataImage, PartitionImage } from '@ottla/replication'
export type { PartitionLogSurface } from '@ottla/storage'
export {
  type InspectedGroup,
  type InspectedMember,
  inspectGroups,
  type RawGroupRecord,
  replayedGroups,
} from './coordinators/inspect-groups.ts'

export interface BrokerInspection {
  readonly image: MetadataImage
  readonly brokerEpoch: number
  /** Those whose logs are open. */
  readonly partitions: Iterable<InspectedPartition>
  /** Of groups, by partition of `__consumer_offsets`: those that have been loaded. */
  readonly coordinators: Iterable<LoadedCoordinator>
}

/** The partition itself: what is read from it is what it is at that moment. */
export type InspectedPartition = Pick<Partition, 'role' | 'leaderEpoch' | 'isr' | 'effectiveMinIsr' | 'log'>

/** Looks without touching anything; undefined while the broker starts. */
export function inspectBroker(broker: Broker): BrokerInspection | undefined {
  const parts = broker instanceof RunningBroker ? broker.parts : undefined
  if (parts === undefined) return undefined
  const { session, partitions, groups } = parts
  const coordinators = groups?.coordinators() ?? []
  return {
    image: session.image,
    brokerEpoch: session.brokerEpoch,
    partitions: partitions.open(),
    coordinators,
  }
}
