import type { Random } from '@ottla/runtime'
import type { ClusterView } from '../partitioner.ts'

interface Sticky {
  partition: number
  bytes: number
}

/**
 * Partitions for records without key (KIP-480, KIP-794): all go to one until it has got about a batch, then to another. Partitions
 * with fewer waiting batches are chosen more often, so that a slow broker is given less; each has some chance.
 */
export class StickyPartitions {
  private readonly random: Random
  private readonly batchBytes: number
  /** Waiting batches of a partition; undefined: all partitions alike. */
  private readonly waiting: ((topic: string, partition: number) => number) | undefined
  private readonly byTopic = new Map<string, Sticky>()

  constructor(options: {
    readonly random: Random
    readonly batchBytes: number
    readonly waiting: ((topic: string, partition: number) => number) | undefined
  }) {
    this.random = options.random
    this.batchBytes = Math.max(1, options.batchBytes)
    this.waiting = options.waiting
  }

  /** The topic's partition of the moment. The topic has partitions. */
  partition(topic: string, cluster: ClusterView): number {
    const sticky = this.byTopic.get(topic)
    if (sticky !== undefined && sticky.partition < cluster.partitions(topic).length) return sticky.partition
    const partition = this.choose(topic, cluster)
    this.byTopic.set(topic, { partition, bytes: 0 })
    return partition
  }

  /**
   * So many bytes went to the topic's partition. The next record goes elsewhere once they make a batch; in the middle of a
   * batch only when they make two, lest each partition be left with half a one.
   */
  added(topic: string, bytes: number, atBatchEnd: boolean): void {
    const sticky = this.byTopic.get(topic)
    if (sticky === undefined) return
    sticky.bytes += bytes
    const limit = atBatchEnd ? this.batchBytes : 2 * this.batchBytes
    if (sticky.bytes >= limit) this.byTopic.delete(topic)
  }

  private choose(topic: string, cluster: ClusterView): number {
    const available = cluster.availablePartitions(topic)
    const candidates = (available.length > 0 ? available : cluster.partitions(topic)).map(({ partition }) => partition)
    const { waiting } = this
    if (waiting === undefined) return candidates[this.random.integer(candidates.length)]!
    const lengths = candidates.map((partition) => waiting(topic, partition))
    const longest = Math.max(...lengths)
    const weights = lengths.map((length) => longest + 1 - length)
    let left = this.random.integer(weights.reduce((sum, weight) => sum + weight, 0))
    for (let index = 0; index < candidates.length; index++) {
      left -= weights[index]!
      if (left < 0) return candidates[index]!
    }
    return candidates.at(-1)!
  }
}
