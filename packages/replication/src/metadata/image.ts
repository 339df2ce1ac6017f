/**
 * The state of the cluster as a value: what the controller's records have said up to `offset`. `apply` (apply.ts) is the only
 * way to a new one, in the controller and in every broker alike.
 */
export interface MetadataImage {
  readonly clusterId: string
  /** Offset of the last record applied; -1 when there was none. */
  readonly offset: number
  /** Epoch of the controller that wrote that record. */
  readonly controllerEpoch: number
  readonly brokers: ReadonlyMap<number, BrokerRegistration>
  readonly topics: ReadonlyMap<string, TopicImage>
  readonly topicNamesById: ReadonlyMap<string, string>
  /** Overrides of topics, brokers, the cluster's defaults of brokers, and groups by `configResource(type, name)`. */
  readonly configs: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** First producer id that no block has been handed out for. */
  readonly nextProducerId: number
  readonly features: ReadonlyMap<string, number>
}

export interface BrokerRegistration {
  readonly id: number
  readonly epoch: number
  /** A random uuid, one per start of a broker process. */
  readonly incarnationId: string
  readonly listeners: readonly BrokerListener[]
  readonly rack: string | null
  readonly fenced: boolean
  readonly shuttingDown: boolean
  readonly directoryIds: readonly string[]
  /**
   * Epoch of the earlier run whose files this registration has found complete; -1: none. Until this run writes its own, the files in
   * the directories still say that one.
   */
  readonly filesEpoch: number
}

export interface BrokerListener {
  readonly name: string
  readonly securityProtocol: string
  readonly host: string
  readonly port: number
}

export interface TopicImage {
  readonly name: string
  /** 22 characters of base64url. */
  readonly id: string
  /** Dense: index is the partition number. */
  readonly partitions: readonly PartitionImage[]
}

export interface PartitionImage {
  readonly partition: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  /** Broker id, -1 when there is none. */
  readonly leader: number
  readonly leaderEpoch: number
  readonly partitionEpoch: number
  /** KIP-966. */
  readonly elr: readonly number[]
  readonly lastKnownElr: readonly number[]
  readonly addingReplicas: readonly number[]
  readonly removingReplicas: readonly number[]
  /** 0 recovered, 1 recovering (after an unclean or last-known-leader election). */
  readonly leaderRecoveryState: number
}

/** What one applied batch changed, so that a broker looks at nothing else. */
export interface MetadataDelta {
  readonly topicsChanged: ReadonlySet<string>
  /** By topic id: a topic may be removed and created again, under a new id, in one batch. */
  readonly topicsRemoved: ReadonlyMap<string, TopicImage>
  readonly brokersChanged: ReadonlySet<number>
  readonly configsChanged: ReadonlySet<string>
}

export type ConfigResourceType = 'topic' | 'broker' | 'group'

/** Key of `MetadataImage.configs`; the cluster-wide default of brokers has the empty name. */
export function configResource(type: ConfigResourceType, name: string): string {
  return `${type}:${name}`
}

export const EMPTY_IMAGE: MetadataImage = {
  clusterId: '',
  offset: -1,
  controllerEpoch: 0,
  brokers: new Map(),
  topics: new Map(),
  topicNamesById: new Map(),
  configs: new Map(),
  nextProducerId: 0,
  features: new Map(),
}
