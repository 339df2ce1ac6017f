import { type CompressionCodec, crc32c } from '@ottla/runtime'
import { checkBatchHeader } from './check.ts'
import { CorruptRecordError } from './corrupt-record-error.ts'
import { readInt16, readInt32, readInt64, writeInt16, writeInt32, writeInt64 } from './int64.ts'
import { AT, ATTRIBUTE, BATCH_HEADER_BYTES, CODEC_NAMES, LOG_OVERHEAD_BYTES } from './layout.ts'
import { type BatchRecord, iterateRecords, type RecordFrame } from './record.ts'
import { sequenceAfter } from './sequence.ts'

export type TimestampType = 'CreateTime' | 'LogAppendTime'

/** Decompressed size of a batch's records beyond which reading them fails, unless the caller says otherwise. */
export const DECOMPRESSED_BYTES_MAX = 64 * 1024 * 1024

/**
 * A view over one record batch of magic 2 (KIP-98). Copies nothing; every property is read from the bytes when asked
 * for. Asserts nothing: bytes of foreign origin go through `checkBatchHeader` first. Timestamps beyond 2^53 are read as
 * the nearest number.
 */
export class RecordBatch {
  private readonly source: Uint8Array
  private readonly start: number

  constructor(bytes: Uint8Array, start = 0) {
    this.source = bytes
    this.start = start
  }

  /** Offset of the first record that the batch was written with. Not covered by the checksum. */
  get baseOffset(): number {
    return readInt64(this.source, this.start + AT.baseOffset)
  }

  set baseOffset(offset: number) {
    writeInt64(this.source, this.start + AT.baseOffset, offset)
  }

  /** Epoch of the leader that appended the batch; -1 before that. Not covered by the checksum. */
  get partitionLeaderEpoch(): number {
    return readInt32(this.source, this.start + AT.partitionLeaderEpoch)
  }

  set partitionLeaderEpoch(epoch: number) {
    writeInt32(this.source, this.start + AT.partitionLeaderEpoch, epoch)
  }

  /** Size of the whole batch, header included. */
  get sizeBytes(): number {
    return readInt32(this.source, this.start + AT.batchLength) + LOG_OVERHEAD_BYTES
  }

  /** The whole batch; a view. */
  get bytes(): Uint8Array {
    return this.source.subarray(this.start, this.start + this.sizeBytes)
  }

  get magic(): number {
    return this.source[this.start + AT.magic]!
  }

  /** The stored CRC-32C, unsigned. */
  get crc(): number {
    return readInt32(this.source, this.start + AT.crc) >>> 0
  }

  get attributes(): number {
    return readInt16(this.source, this.start + AT.attributes)
  }

  /** Throws a `CorruptRecordError` for a codec number that does not exist; `checkBatchHeader` rules that out. */
  get codec(): 'none' | CompressionCodec {
    const number = this.attributes & ATTRIBUTE.codec
    const codec = CODEC_NAMES[number]
    if (codec === undefined) throw this.corrupt(`compression codec ${number} is unknown`)
    return codec
  }

  get timestampType(): TimestampType {
    return this.has(ATTRIBUTE.logAppendTime) ? 'LogAppendTime' : 'CreateTime'
  }

  get isTransactional(): boolean {
    return this.has(ATTRIBUTE.transactional)
  }

  /** Holds transaction markers or other control records, which no application sees. */
  get isControl(): boolean {
    return this.has(ATTRIBUTE.control)
  }

  /** Compaction has stored in `baseTimestamp` when the tombstones of this batch may go (KIP-534). */
  get hasDeleteHorizon(): boolean {
    return this.has(ATTRIBUTE.deleteHorizon)
  }

  /** Kept by compaction when the last records go. */
  get lastOffsetDelta(): number {
    return readInt32(this.source, this.start + AT.lastOffsetDelta)
  }

  get lastOffset(): number {
    return this.baseOffset + this.lastOffsetDelta
  }

  /** Timestamp of the first record as written, or the delete horizon (milliseconds); -1 when there is no record. */
  get baseTimestamp(): number {
    return readInt64(this.source, this.start + AT.baseTimestamp)
  }

  /** The largest timestamp of a record, or the time of the append with LogAppendTime (milliseconds). */
  get maxTimestamp(): number {
    return readInt64(this.source, this.start + AT.maxTimestamp)
  }

  /** -1: not of an idempotent producer. */
  get producerId(): number {
    return readInt64(this.source, this.start + AT.producerId)
  }

  get producerEpoch(): number {
    return readInt16(this.source, this.start + AT.producerEpoch)
  }

  /** -1: without sequence, as in control batches. */
  get baseSequence(): number {
    return readInt32(this.source, this.start + AT.baseSequence)
  }

  get lastSequence(): number {
    const baseSequence = this.baseSequence
    return baseSequence === -1 ? -1 : sequenceAfter(baseSequence, this.lastOffsetDelta)
  }

  /** 0 in a batch that compaction emptied and left for the producer's state. */
  get recordCount(): number {
    return readInt32(this.source, this.start + AT.recordCount)
  }

  /** Gives every record the timestamp `ms` (message.timestamp.type=LogAppendTime) and writes the new checksum. */
  setLogAppendTime(ms: number): void {
    writeInt16(this.source, this.start + AT.attributes, this.attributes | ATTRIBUTE.logAppendTime)
    writeInt64(this.source, this.start + AT.maxTimestamp, ms)
    writeInt32(this.source, this.start + AT.crc, this.computeCrc())
  }

  computeCrc(): number {
    return crc32c(this.source.subarray(this.start + AT.attributes, this.start + this.sizeBytes))
  }

  isCrcValid(): boolean {
    return this.computeCrc() === this.crc
  }

  /**
   * The records, decompressed when needed; keys and values are views. Trusts no length in the bytes: throws a
   * `CorruptRecordError` where they contradict each other, and for records that decompress to more than
   * `decompressedBytesMax` bytes. Does not look at the checksum.
   */
  records(decompressedBytesMax = DECOMPRESSED_BYTES_MAX): Generator<BatchRecord, void, void> {
    const body = this.source.subarray(this.start + BATCH_HEADER_BYTES, this.start + this.sizeBytes)
    return iterateRecords(this.recordFrame(), body, decompressedBytesMax)
  }

  private recordFrame(): RecordFrame {
    return {
      codec: this.codec,
      recordCount: this.recordCount,
      baseOffset: this.baseOffset,
      lastOffsetDelta: this.lastOffsetDelta,
      baseTimestamp: this.baseTimestamp,
      appendTime: this.timestampType === 'LogAppendTime' ? this.maxTimestamp : undefined,
    }
  }

  private has(bit: number): boolean {
    return (this.attributes & bit) !== 0
  }

  private corrupt(what: string): CorruptRecordError {
    return new CorruptRecordError(what, { baseOffset: this.baseOffset })
  }
}

/**
 * The complete batches in `bytes`, in order. A batch that is cut off at the end, as the last one in a Fetch answer may
 * be, is left out. Throws a `CorruptRecordError` at bytes that are no batch of magic 2.
 */
export function* batchesIn(bytes: Uint8Array): Generator<RecordBatch, void, void> {
  for (let at = 0; at < bytes.length; ) {
    const check = checkBatchHeader(bytes, at)
    if (check.ok) {
      yield new RecordBatch(bytes, at)
      at += check.sizeBytes
    } else if (check.kind === 'incomplete') {
      return
    } else {
      throw new CorruptRecordError(`no record batch at byte ${at} of ${bytes.length}: ${check.reason}`)
    }
  }
}
