import { type RecordHeader, singleRecordBatchBytesMax } from '@ottla/protocol'
import type { Clock } from '@ottla/runtime'
import { Batch, type BatchWaiter, type Entry } from './batch.ts'
import { BufferMemory } from './buffer-memory.ts'
import type { ProducerConfig } from './options.ts'
import { PartitionQueue } from './partition-queue.ts'
import type { SendCallback } from './record.ts'

/** A record that is serialized and has a place in a partition. */
export interface SerializedRecord {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly RecordHeader[]
  readonly timestamp: number
  readonly callback: SendCallback | undefined
}

/** Where a record went. `filled`: the batch before it takes no more. */
export type Appended =
  | { readonly kind: 'no memory' }
  | { readonly kind: 'appended'; readonly batch: Batch; readonly began: boolean; readonly filled: boolean }

const NO_MEMORY: Appended = { kind: 'no memory' }

/** The batches of all partitions, within buffer.memory. */
export class Accumulator {
  readonly memory: BufferMemory
  /** Partitions that have batches; those that were drained longest ago come first. */
  readonly active = new Set<PartitionQueue>()
  private readonly queues = new Map<string, PartitionQueue[]>()

  private readonly clock: Clock

  constructor(clock: Clock, { bufferMemory, batchSize }: Pick<ProducerConfig, 'bufferMemory' | 'batchSize'>) {
    this.clock = clock
    this.memory = new BufferMemory({ totalBytes: bufferMemory, batchBytes: batchSize })
  }

  queue(topic: string, partition: number): PartitionQueue {
    let partitions = this.queues.get(topic)
    if (partitions === undefined) {
      partitions = []
      this.queues.set(topic, partitions)
    }
    partitions[partition] ??= new PartitionQueue(topic, partition)
    return partitions[partition]
  }

  /** Batches of the partition that are not settled. */
  waiting(topic: string, partition: number): number {
    return this.queues.get(topic)?.[partition]?.batches.length ?? 0
  }

  append(queue: PartitionQueue, record: SerializedRecord): Appended {
    const entry: Entry = {
      callback: record.callback,
      timestamp: record.timestamp,
      keySize: record.key?.length ?? -1,
      valueSize: record.value?.length ?? -1,
    }
    const open = queue.open
    if (open !== undefined) {
      if (open.append(record, entry)) return { kind: 'appended', batch: open, began: false, filled: false }
      open.closed = true
    }
    const memory = this.memory.take(singleRecordBatchBytesMax(record.key, record.value, record.headers))
    if (memory === undefined) return NO_MEMORY
    const batch = new Batch(memory, this.clock.monotonic())
    batch.append(record, entry)
    queue.batches.push(batch)
    this.active.add(queue)
    return { kind: 'appended', batch, began: true, filled: open !== undefined }
  }

  /** Counts the waiter down as each batch that is here now is settled. */
  addWaiter(waiter: BatchWaiter): void {
    for (const { batches } of this.active) {
      for (const { waiters } of batches) waiters.push(waiter)
      waiter.left += batches.length
    }
  }
}
