/**
 * A partition's log in memory for tests of what stands above it: appends complete when the test says so, fail when it says so,
 * and every region that was handed out is counted until it is released.
 */
import { batchesIn, KafkaError, RecordBatch } from '@ottla/protocol'
import type { DiskFile } from '@ottla/runtime'
import type {
  ActiveProducer,
  AppendRequest,
  AppendResult,
  EpochEndOffset,
  FileRegion,
  LogConfig,
  PartitionLogSurface,
  ReadRequest,
  ReadResult,
  TimestampAndOffset,
} from '@ottla/storage'
import type { LogIdentity } from '../log-homes.ts'

export interface MemoryRegion extends FileRegion {
  readonly content: Uint8Array
}

interface Published {
  readonly first: number
  readonly last: number
  readonly bytes: Uint8Array
}

export class ScriptedLog implements PartitionLogSurface {
  readonly topic: string
  readonly partition: number
  readonly topicId: string
  readonly directory: string
  config: LogConfig
  logStartOffset = 0
  logEndOffset = 0
  highWatermark = 0
  /** Set to hold the last stable offset below the high watermark. */
  openTransactionAt = Number.POSITIVE_INFINITY
  latestLeaderEpoch = -1
  isOffline = false
  epochStarts: { epoch: number; start: number }[] = []
  /** Appends wait for `publish`. */
  held = false
  /** What the next append answers instead of being written. */
  nextFailure: { error: string; message: string; recordErrors?: { batchIndex: number; message: string }[] } | undefined
  /** Reads answer by a promise. */
  coldReads = false
  failReads = false
  /** True: with an error that does not pass; else with this one. */
  failEpoch: boolean | Error = false
  failDelete = false
  producers: ActiveProducer[] = []
  openRegions = 0
  closed = false
  readonly #published: Published[] = []
  readonly #pending: { request: AppendRequest; done: (result: AppendResult) => void }[] = []
  #epochGate: Promise<void> = Promise.resolve()

  constructor(identity: LogIdentity, config: LogConfig) {
    this.topic = identity.topic
    this.partition = identity.partition
    this.topicId = identity.topicId
    this.directory = `/memory/${identity.topic}-${identity.partition}`
    this.config = config
  }

  get lastStableOffset(): number {
    return Math.min(this.highWatermark, this.openTransactionAt)
  }

  get sizeBytes(): number {
    return this.#published.reduce((sum, { bytes }) => sum + bytes.length, 0)
  }

  get segmentCount(): number {
    return 1
  }

  get recoveryPoint(): number {
    return 0
  }

  /** Epochs are assigned once the returned function is called. */
  holdEpochs(): () => void {
    const gate = Promise.withResolvers<void>()
    this.#epochGate = gate.promise
    return () => gate.resolve()
  }

  append(request: AppendRequest, done: (result: AppendResult) => void): void {
    this.#pending.push({ request, done })
    if (!this.held) this.publish()
  }

  appendAsFollower(): void {
    throw new Error('not scripted')
  }

  /** Completes the pending appends as one write: visible together, then answered in order. */
  publish(): void {
    const results = this.#pending.splice(0).map(({ request, done }) => ({ done, result: this.#write(request) }))
    for (const { done, result } of results) done(result)
  }

  read(request: ReadRequest): ReadResult | Promise<ReadResult> {
    if (this.failReads) throw new Error('EIO')
    const result = this.#read(request)
    return this.coldReads ? Promise.resolve(result) : result
  }

  /** Turns a bit of the batch that holds the offset. */
  damage(offset: number): void {
    const found = this.#published.find(({ first, last }) => first <= offset && offset <= last)
    found!.bytes[found!.bytes.length - 1]! ^= 1
  }

  updateHighWatermark(offset: number): void {
    if (offset > this.logEndOffset) throw new Error('high watermark above the log end')
    this.highWatermark = offset
  }

  updateConfig(config: LogConfig): void {
    this.config = config
  }

  async deleteRecordsBefore(offset: number): Promise<number> {
    if (offset < 0 || offset > this.highWatermark) throw new KafkaError('OFFSET_OUT_OF_RANGE', `${offset}`)
    if (this.failDelete) throw new KafkaError('KAFKA_STORAGE_ERROR', 'EIO')
    this.logStartOffset = Math.max(this.logStartOffset, offset)
    return this.logStartOffset
  }

  activeProducers(): readonly ActiveProducer[] {
    return this.producers
  }

  async assignLeaderEpoch(leaderEpoch: number): Promise<void> {
    await this.#epochGate
    if (this.failEpoch !== false) throw this.failEpoch === true ? new Error('EIO') : this.failEpoch
    this.latestLeaderEpoch = leaderEpoch
    this.epochStarts.push({ epoch: leaderEpoch, start: this.logEndOffset })
  }

  endOffsetForEpoch(leaderEpoch: number): EpochEndOffset | undefined {
    const index = this.epochStarts.findLastIndex(({ epoch }) => epoch <= leaderEpoch)
    if (index < 0) return undefined
    const endOffset = this.epochStarts[index + 1]?.start ?? this.logEndOffset
    return { leaderEpoch: this.epochStarts[index]!.epoch, endOffset }
  }

  leaderEpochAt(offset: number): number {
    return this.epochStarts.findLast(({ start }) => start <= offset)?.epoch ?? -1
  }

  async offsetForTimestamp(timestampMs: number, limitOffset: number): Promise<TimestampAndOffset | undefined> {
    return this.#stamps().find((stamp) => stamp.timestampMs >= timestampMs && stamp.offset < limitOffset)
  }

  async offsetOfMaxTimestamp(): Promise<TimestampAndOffset | undefined> {
    const stamps = this.#stamps()
    return stamps.reduce<TimestampAndOffset | undefined>(
      (best, stamp) => (best === undefined || stamp.timestampMs > best.timestampMs ? stamp : best),
      undefined,
    )
  }

  async truncateTo(): Promise<void> {
    throw new Error('not scripted')
  }

  async truncateFullyAndStartAt(): Promise<void> {
    throw new Error('not scripted')
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {
    this.closed = true
  }

  #write({ records, leaderEpoch }: AppendRequest): AppendResult {
    const { logStartOffset } = this
    const failure = this.nextFailure
    this.nextFailure = undefined
    if (failure !== undefined) return { ok: false, ...failure, logStartOffset }
    const batch = new RecordBatch(records)
    const repeated = this.#repeats(batch)
    if (repeated !== undefined) {
      const { first: firstOffset, last: lastOffset } = repeated
      return { ok: true, firstOffset, lastOffset, logAppendTimeMs: -1, logStartOffset, duplicate: true }
    }
    batch.baseOffset = this.logEndOffset
    batch.partitionLeaderEpoch = leaderEpoch
    const firstOffset = this.logEndOffset
    const lastOffset = batch.lastOffset
    this.#published.push({ first: firstOffset, last: lastOffset, bytes: records.slice() })
    this.logEndOffset = lastOffset + 1
    return { ok: true, firstOffset, lastOffset, logAppendTimeMs: -1, logStartOffset, duplicate: false }
  }

  #repeats(batch: RecordBatch): Published | undefined {
    if (batch.producerId < 0) return undefined
    return this.#published.find(({ bytes }) => {
      const written = new RecordBatch(bytes)
      return written.producerId === batch.producerId && written.baseSequence === batch.baseSequence
    })
  }

  #read({ offset, limitOffset, bytesMax, atLeastOneBatch }: ReadRequest): ReadResult {
    const { logStartOffset, logEndOffset } = this
    if (offset < logStartOffset || offset > logEndOffset) return { kind: 'out-of-range', logStartOffset, logEndOffset }
    const wanted = this.#published.filter(
      ({ first, last }) => last >= offset && first < limitOffset && last < limitOffset,
    )
    const parts: Uint8Array[] = []
    let bytes = 0
    for (const batch of wanted) {
      if (bytes + batch.bytes.length > bytesMax && !(atLeastOneBatch && parts.length === 0)) break
      parts.push(batch.bytes)
      bytes += batch.bytes.length
    }
    if (parts.length === 0) return { kind: 'empty' }
    return { kind: 'region', region: this.#region(Buffer.concat(parts)), firstBatchOffset: wanted[0]!.first }
  }

  #region(content: Uint8Array): MemoryRegion {
    this.openRegions++
    let released = false
    const release = () => {
      if (released) throw new Error('a region is released once')
      released = true
      this.openRegions--
    }
    const file = {
      read: async (target: Uint8Array, position: number) => {
        target.set(content.subarray(position, position + target.length))
        return Math.min(target.length, content.length - position)
      },
    } as DiskFile
    return { byteLength: content.length, file, position: 0, content, release }
  }

  #stamps(): TimestampAndOffset[] {
    return this.#published.flatMap(({ bytes }) =>
      [...batchesIn(bytes)].flatMap((batch) =>
        [...batch.records()].map(({ offset, timestamp }) => ({
          offset,
          timestampMs: timestamp,
          leaderEpoch: batch.partitionLeaderEpoch,
        })),
      ),
    )
  }
}
