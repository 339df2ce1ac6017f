/**
 * Metadata records: the only things that change an image. The controller writes them into its log in batches and streams the
 * same batches to every broker. A batch is applied whole or not at all.
 */
import type { ConfigResourceType, PartitionImage } from './image.ts'

/** Records that are applied together. The record at index i has the offset `baseOffset + i`. */
export interface MetadataBatch {
  readonly baseOffset: number
  /** Epoch of the controller that wrote the batch. */
  readonly controllerEpoch: number
  readonly records: readonly MetadataRecord[]
}

/** Offset of the batch's last record. */
export function lastOffsetOf(batch: MetadataBatch): number {
  return batch.baseOffset + batch.records.length - 1
}

export type MetadataRecord =
  | ClusterCreatedRecord
  | ControllerStartedRecord
  | FeatureLevelRecord
  | RegisterBrokerRecord
  | BrokerChangeRecord
  | UnregisterBrokerRecord
  | TopicRecord
  | PartitionRecord
  | PartitionChangeRecord
  | RemoveTopicRecord
  | ConfigRecord
  | ProducerIdsRecord

export interface ClusterCreatedRecord {
  readonly type: 'clusterCreated'
  readonly clusterId: string
}

/** First record of every run of a controller: makes its epoch durable and changes nothing else. */
export interface ControllerStartedRecord {
  readonly type: 'controllerStarted'
  readonly controllerEpoch: number
}

/** Level 0 removes the feature. */
export interface FeatureLevelRecord {
  readonly type: 'featureLevel'
  readonly name: string
  readonly level: number
}

/** Adds a broker or replaces its registration. */
export interface RegisterBrokerRecord {
  readonly type: 'registerBroker'
  readonly id: number
  readonly epoch: number
  readonly incarnationId: string
  readonly listeners: readonly {
    readonly name: string
    readonly securityProtocol: string
    readonly host: string
    readonly port: number
  }[]
  readonly rack: string | null
  readonly fenced: boolean
  readonly shuttingDown: boolean
  readonly directoryIds: readonly string[]
  readonly filesEpoch: number
}

/** What is null stays as it is. */
export interface BrokerChangeRecord {
  readonly type: 'brokerChange'
  readonly id: number
  readonly epoch: number
  readonly fenced: boolean | null
  readonly shuttingDown: boolean | null
}

export interface UnregisterBrokerRecord {
  readonly type: 'unregisterBroker'
  readonly id: number
  readonly epoch: number
}

export interface TopicRecord {
  readonly type: 'topic'
  readonly name: string
  readonly id: string
}

/** A new partition; a topic's partitions are added in order. */
export interface PartitionRecord extends PartitionImage {
  readonly type: 'partition'
  readonly topicId: string
}

/**
 * Each change adds one to the partition epoch. What is null stays as it is. A leader that is given, even the same one, starts
 * a new leader epoch.
 */
export interface PartitionChangeRecord {
  readonly type: 'partitionChange'
  readonly topicId: string
  readonly partition: number
  readonly leader: number | null
  readonly isr: readonly number[] | null
  readonly elr: readonly number[] | null
  readonly lastKnownElr: readonly number[] | null
  readonly replicas: readonly number[] | null
  readonly addingReplicas: readonly number[] | null
  readonly removingReplicas: readonly number[] | null
  readonly leaderRecoveryState: number | null
}

/** Removes the topic, its partitions and its configs. */
export interface RemoveTopicRecord {
  readonly type: 'removeTopic'
  readonly topicId: string
}

/** A null value removes the override. */
export interface ConfigRecord {
  readonly type: 'config'
  readonly resourceType: ConfigResourceType
  /** Empty: the cluster-wide default of brokers. */
  readonly resourceName: string
  readonly name: string
  readonly value: string | null
}

export interface ProducerIdsRecord {
  readonly type: 'producerIds'
  /** First id that no block has been handed out for. */
  readonly nextProducerId: number
}

const NO_CHANGE = {
  leader: null,
  isr: null,
  elr: null,
  lastKnownElr: null,
  replicas: null,
  addingReplicas: null,
  removingReplicas: null,
  leaderRecoveryState: null,
} as const

/** A change record of which only the given fields are set. */
export function partitionChange(
  topicId: string,
  partition: number,
  change: Partial<Omit<PartitionChangeRecord, 'type' | 'topicId' | 'partition'>>,
): PartitionChangeRecord {
  return { type: 'partitionChange', topicId, partition, ...NO_CHANGE, ...change }
}
