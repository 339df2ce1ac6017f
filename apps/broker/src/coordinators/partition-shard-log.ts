import type { ShardAppendResult, ShardLog, ShardRefusal } from '@ottla/coordinator'
import type { FileRegion } from '@ottla/storage'
import type { Partition } from '../partitions/partition.ts'
import type { CommitWaiter } from '../partitions/waiters.ts'

/** A partition of a coordinators' topic that this broker leads, in one leader epoch. */
export class PartitionShardLog implements ShardLog {
  readonly leaderEpoch: number
  readonly #partition: Partition

  /** The partition is led, in its present epoch. */
  constructor(partition: Partition) {
    this.#partition = partition
    this.leaderEpoch = partition.leaderEpoch
  }

  get topic(): string {
    return this.#log.topic
  }

  get partition(): number {
    return this.#log.partition
  }

  get batchBytesMax(): number {
    return this.#log.config.batchBytesMax
  }

  get logStartOffset(): number {
    return this.#log.logStartOffset
  }

  get logEndOffset(): number {
    return this.#log.logEndOffset
  }

  get highWatermark(): number {
    return this.#log.highWatermark
  }

  refusal(): ShardRefusal | undefined {
    return this.#partition.refuseCoordinator(this.leaderEpoch)
  }

  append(batch: Uint8Array, done: (result: ShardAppendResult) => void): void {
    this.#partition.appendAsCoordinator(batch, this.leaderEpoch, done)
  }

  whenCommitted(endOffset: number, waiter: CommitWaiter): void {
    this.#partition.whenCommitted(endOffset, this.leaderEpoch, waiter)
  }

  async read(offset: number, bytesMax: number): Promise<Uint8Array> {
    const limitOffset = this.#log.logEndOffset
    const result = await this.#log.read({ offset, limitOffset, bytesMax, atLeastOneBatch: true })
    if (result.kind === 'out-of-range') throw new Error(`offset ${offset} is not in the log: ${JSON.stringify(result)}`)
    return result.kind === 'empty' ? new Uint8Array(0) : await contentOf(result.region)
  }

  get #log(): Partition['log'] {
    return this.#partition.log
  }
}

async function contentOf(region: FileRegion): Promise<Uint8Array> {
  try {
    const bytes = new Uint8Array(region.byteLength)
    const read = await region.file.read(bytes, region.position)
    if (read < bytes.length || region.isCut === true) throw new Error('the log was cut while it was read')
    return bytes
  } finally {
    region.release()
  }
}
