import type { TopicPartition } from '../admin/leaders.ts'
import { ClientError } from '../errors.ts'
import type { CallOptions } from '../retry.ts'
import { type AssignedPartition, topicPartitionOf } from './assigned-partition.ts'
import { type ConsumerParts, countdown } from './parts.ts'

/** Where a consumer is in its partitions, and how it is moved to another place or held up. */
export class Positions {
  private readonly parts: ConsumerParts

  constructor(parts: ConsumerParts) {
    this.parts = parts
  }

  get assignment(): TopicPartition[] {
    return this.parts.subscription.partitions.map(topicPartitionOf)
  }

  get paused(): TopicPartition[] {
    return this.parts.subscription.partitions.filter(({ paused }) => paused).map(topicPartitionOf)
  }

  seek(partition: TopicPartition, offset: number): void {
    if (!(Number.isSafeInteger(offset) && offset >= 0)) {
      const message = `seek to offset ${offset}: expected an integer from 0 on`
      throw new ClientError('INVALID_REQUEST', message, topicPartitionOf(partition))
    }
    this.move([partition], (assigned) => assigned.moveTo(offset, -1))
  }

  seekTo(kind: 'earliest' | 'latest', partitions: readonly TopicPartition[]): void {
    this.move(partitions, (assigned) => assigned.reset({ kind }))
  }

  private move(partitions: readonly TopicPartition[], to: (assigned: AssignedPartition) => void): void {
    for (const partition of partitions) {
      const assigned = this.assigned(partition)
      to(assigned)
      this.parts.inHand.release(assigned)
    }
    this.parts.fetcher.moved(partitions)
  }

  async position(partition: TopicPartition, { timeoutMs, signal }: CallOptions): Promise<number> {
    const { world, cluster, fetcher, arrival } = this.parts
    const assigned = this.assigned(partition)
    const remaining = countdown(world, timeoutMs ?? cluster.config.defaultApiTimeoutMs)
    while (!assigned.isPlaced) {
      fetcher.wake()
      this.parts.polled()
      const remainingMs = remaining()
      if (remainingMs <= 0) throw timedOut(partition)
      await arrival.next(remainingMs, signal)
      this.assigned(partition)
    }
    return assigned.offset
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.assigned(partition).paused = true
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.assigned(partition).paused = false
    this.parts.fetcher.resumed()
  }

  lag(partition: TopicPartition): number | undefined {
    const { offset, isPlaced, highWatermark, lastStableOffset } = this.assigned(partition)
    const end = this.parts.config.isolationLevel === 'read_committed' ? lastStableOffset : highWatermark
    return isPlaced && end >= 0 ? Math.max(0, end - offset) : undefined
  }

  private assigned(partition: TopicPartition): AssignedPartition {
    this.parts.lifetime.checkOpen()
    const assigned = this.parts.subscription.find(partition)
    if (assigned !== undefined) return assigned
    const message = `${partition.topic}-${partition.partition} is not assigned to this consumer`
    throw new ClientError('INVALID_REQUEST', message, topicPartitionOf(partition))
  }
}

function timedOut(partition: TopicPartition): ClientError {
  const message = `position of ${partition.topic}-${partition.partition} is not known in time`
  return new ClientError('REQUEST_TIMED_OUT', message, topicPartitionOf(partition))
}
