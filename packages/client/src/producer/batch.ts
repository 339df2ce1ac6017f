import { BatchBuilder, type BatchFormat, type ProducerStamp, type RecordInput, stampProducer } from '@ottla/protocol'
import { assert, type CompressionCodec, type Offload } from '@ottla/runtime'
import type { ClientError } from '../errors.ts'
import type { ClientWorld } from '../world.ts'
import type { BufferMemory, Memory } from './buffer-memory.ts'
import type { SendCallback } from './record.ts'

/** What is kept of a record until its callback is called. */
export interface Entry {
  readonly callback: SendCallback | undefined
  readonly timestamp: number
  readonly keySize: number
  readonly valueSize: number
}

/** What became of a batch. Offsets of -1 are not known. */
export type BatchResult =
  | { readonly ok: true; readonly baseOffset: number; readonly logAppendTimeMs: number }
  | { readonly ok: false; readonly errorOf: (index: number) => ClientError }

/** Waits for batches, as `flush` does. */
export interface BatchWaiter {
  left: number
  done(): void
}

const NOT_IDEMPOTENT: ProducerStamp = { producerId: -1, producerEpoch: -1, baseSequence: -1 }

/**
 * Records of one partition that travel together.
 *
 *     gathering -> (drained) in flight -> done
 *                     ^          |
 *                     +--waiting-+  after an error that may pass
 */
export class Batch {
  readonly createdMs: number
  readonly entries: Entry[] = []
  readonly waiters: BatchWaiter[] = []
  state: 'gathering' | 'inFlight' | 'waiting' | 'done' = 'gathering'
  /** Takes no more records, and lingers no longer. */
  closed = false
  /** Requests that it has been in. */
  attempts = 0
  /** Not to be sent again before this moment. */
  retryAtMs = 0
  result: BatchResult | undefined
  /** Why the last attempt failed. */
  lastError: ClientError | undefined
  stamp: ProducerStamp | undefined
  private readonly memory: Memory
  private readonly builder: BatchBuilder
  private built: Uint8Array | undefined
  /** The producer and the checksum in `built` are those of `stamp`. */
  private stamped = false
  private packing = false

  constructor(memory: Memory, createdMs: number) {
    this.memory = memory
    this.builder = new BatchBuilder(memory.buffer)
    this.createdMs = createdMs
  }

  get recordCount(): number {
    return this.builder.recordCount
  }

  /** Uncompressed, until it is built. */
  get sizeBytes(): number {
    return this.built?.length ?? this.builder.sizeBytes
  }

  get reservedBytes(): number {
    return this.memory.reservedBytes
  }

  /** False when there is no room. */
  append(record: RecordInput, entry: Entry): boolean {
    if (!this.builder.append(record)) return false
    this.entries.push(entry)
    return true
  }

  /** Whether it is compressed, and so may be sent. */
  get isPacked(): boolean {
    return this.built !== undefined
  }

  /** Being compressed elsewhere. */
  get isPacking(): boolean {
    return this.packing
  }

  /** Closes and compresses it on the spot. Throws a `CodecError`. */
  pack(format: BatchFormat): void {
    this.closed = true
    this.built ??= this.builder.build(format)
  }

  /** Closes it and compresses it off the event loop; resolves when it is packed, or has its outcome already. */
  async packOffLoop(format: BatchFormat & { readonly codec: CompressionCodec }, offload: Offload): Promise<void> {
    this.closed = true
    this.packing = true
    try {
      const body = await offload.compress(format.codec, this.builder.records, format.level)
      if (this.state !== 'done') this.built = this.builder.build(format, body)
    } finally {
      this.packing = false
    }
  }

  /** The packed batch as it goes out, stamped and with its checksum. */
  bytes(): Uint8Array {
    assert(this.built !== undefined, 'a batch is packed before it is sent')
    if (!this.stamped) stampProducer(this.built, this.stamp ?? NOT_IDEMPOTENT)
    this.stamped = true
    return this.built
  }

  /** Gives the batch its place in the producer's sequence; never while it is in flight. */
  setStamp(stamp: ProducerStamp): void {
    assert(this.state !== 'inFlight', 'a batch that is in flight keeps its sequence')
    this.stamp = stamp
    this.stamped = false
  }

  /** The outcome is known: memory is given back. Bytes that a socket or a compressor may still hold are not used again. */
  finish(result: BatchResult, memory: BufferMemory): void {
    const reusable = this.state !== 'inFlight' && !this.packing
    this.state = 'done'
    this.result = result
    this.built = undefined
    memory.give(this.memory, reusable)
  }

  /** Calls back for each record, in order. What a callback throws goes to `onThrow`. */
  deliver({ topic, partition }: { topic: string; partition: number }, onThrow: (error: unknown) => void): void {
    const { result } = this
    assert(result !== undefined, 'only a batch that is done is delivered')
    for (let index = 0; index < this.entries.length; index++) {
      const { callback, timestamp, keySize, valueSize } = this.entries[index]!
      if (callback === undefined) continue
      const offset = result.ok && result.baseOffset >= 0 ? result.baseOffset + index : -1
      const written = result.ok && result.logAppendTimeMs >= 0 ? result.logAppendTimeMs : timestamp
      const sizes = { serializedKeySize: keySize, serializedValueSize: valueSize }
      try {
        callback(result.ok ? undefined : result.errorOf(index), {
          topic,
          partition,
          offset,
          timestamp: written,
          ...sizes,
        })
      } catch (error) {
        onThrow(error)
      }
    }
    for (const waiter of this.waiters) settleOne(waiter)
  }
}

/** One of those that the waiter waits for is settled. */
export function settleOne(waiter: BatchWaiter): void {
  waiter.left -= 1
  if (waiter.left === 0) waiter.done()
}

/** A callback that throws must not keep other records from being sent. */
export function reportThrow({ logger }: Pick<ClientWorld, 'logger'>, error: unknown): void {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  logger.error(`a callback of the producer has thrown: ${message}`)
}
