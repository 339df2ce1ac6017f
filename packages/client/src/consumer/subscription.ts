import type { TopicPartition } from '../admin/leaders.ts'
import { AssignedPartition } from './assigned-partition.ts'
import type { OffsetReset } from './offset-reset.ts'

/** Which partitions are read, each with its position. */
export class Subscription {
  private byTopic = new Map<string, Map<number, AssignedPartition>>()
  private list: readonly AssignedPartition[] = []
  private readonly begin: OffsetReset | 'committed'

  /** `begin` is where a partition begins that has no position. */
  constructor(begin: OffsetReset | 'committed') {
    this.begin = begin
  }

  /** In the order in which they were assigned. */
  get partitions(): readonly AssignedPartition[] {
    return this.list
  }

  get topics(): string[] {
    return [...this.byTopic.keys()]
  }

  /** Replaces the assignment; partitions that stay keep their position and whether they are paused. */
  assign(partitions: readonly TopicPartition[]): void {
    const byTopic = new Map<string, Map<number, AssignedPartition>>()
    const list: AssignedPartition[] = []
    for (const { topic, partition } of partitions) {
      const ofTopic = byTopic.get(topic) ?? new Map<number, AssignedPartition>()
      byTopic.set(topic, ofTopic)
      if (ofTopic.has(partition)) continue
      const assigned = this.find({ topic, partition }) ?? new AssignedPartition({ topic, partition }, this.begin)
      ofTopic.set(partition, assigned)
      list.push(assigned)
    }
    this.byTopic = byTopic
    this.list = list
  }

  find({ topic, partition }: TopicPartition): AssignedPartition | undefined {
    return this.byTopic.get(topic)?.get(partition)
  }

  /** Whether what was fetched for this partition in that generation is still wanted. */
  wants(partition: AssignedPartition, generation: number): boolean {
    return partition.generation === generation && this.find(partition) === partition
  }
}
