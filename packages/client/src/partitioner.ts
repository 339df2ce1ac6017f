/** Where a partition lives, as the last answer of Metadata told. */
export interface PartitionInfo {
  readonly topic: string
  readonly partition: number
  /** Id of the broker that leads it; undefined while nobody does. */
  readonly leader: number | undefined
  /** -1: not known. */
  readonly leaderEpoch: number
  readonly replicas: readonly number[]
  readonly inSyncReplicas: readonly number[]
  readonly offlineReplicas: readonly number[]
}

/** What a partitioner may know of the cluster. */
export interface ClusterView {
  /** In order of partition number; empty for a topic that is not known. */
  partitions(topic: string): readonly PartitionInfo[]
  /** Those that have a leader. */
  availablePartitions(topic: string): readonly PartitionInfo[]
}

export interface PartitionerInput<K = unknown, V = unknown> {
  readonly topic: string
  readonly key: K
  readonly value: V
  /** As serialized. */
  readonly keyBytes: Uint8Array | null
  readonly valueBytes: Uint8Array | null
}

/** Chooses partitions of records that do not name one. */
export interface Partitioner<K = unknown, V = unknown> {
  /** Called once, before the first record, with the producer's options as they were given. */
  configure?(options: object): void
  /** A partition's number. What it throws refuses the record. */
  partition(input: PartitionerInput<K, V>, cluster: ClusterView): number
  /** Called once, when the producer has closed. */
  close?(): void
}

/** Partitions in turn, whatever the key; those without leader are passed over as long as there are others. */
export class RoundRobinPartitioner implements Partitioner {
  private readonly next = new Map<string, number>()

  partition({ topic }: PartitionerInput, cluster: ClusterView): number {
    const turn = this.next.get(topic) ?? 0
    this.next.set(topic, (turn + 1) % 2 ** 31)
    const available = cluster.availablePartitions(topic)
    const candidates = available.length > 0 ? available : cluster.partitions(topic)
    return candidates[turn % candidates.length]!.partition
  }
}
