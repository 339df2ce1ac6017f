import { assert, type CompressionCodec, codecs, crc32c } from '@ottla/runtime'
import { writeInt16, writeInt32, writeInt64 } from './int64.ts'
import { AT, ATTRIBUTE, BATCH_HEADER_BYTES, CODEC_NAMES, LOG_OVERHEAD_BYTES } from './layout.ts'
import { encodeRecords, type RecordInput } from './record-writer.ts'

export interface BatchInput {
  readonly records: readonly RecordInput[]
  /** 0 when absent: the leader stamps it. */
  readonly baseOffset?: number
  /** -1 when absent: the leader stamps it. */
  readonly partitionLeaderEpoch?: number
  /** The last record's when absent. Larger where compaction has removed the last records. */
  readonly lastOffsetDelta?: number
  /** The largest of the records' when absent. Kept where compaction has removed records. */
  readonly maxTimestamp?: number
  readonly codec?: 'none' | CompressionCodec
  /** The codec's own default when absent. */
  readonly level?: number
  /** -1 when absent, as are epoch and sequence: not of an idempotent producer. */
  readonly producerId?: number
  readonly producerEpoch?: number
  readonly baseSequence?: number
  readonly isTransactional?: boolean
  readonly isControl?: boolean
  /** CreateTime when absent. With LogAppendTime every record counts as written at the largest timestamp. */
  readonly timestampType?: 'CreateTime' | 'LogAppendTime'
}

/** A complete batch of magic 2 with its checksum. Without records it is the bare header that compaction leaves. */
export function encodeBatch(input: BatchInput): Uint8Array {
  const batch = withBody(input)
  writeHeader(batch, input)
  writeInt32(batch, AT.crc, crc32c(batch.subarray(AT.attributes)))
  return batch
}

/** Allocates the batch and fills in all that follows the header. */
function withBody({ records, codec, level }: BatchInput): Uint8Array {
  if (codec === undefined || codec === 'none' || records.length === 0) return encodeRecords(records, BATCH_HEADER_BYTES)
  const compressed = codecs.compress(codec, encodeRecords(records, 0), level)
  const batch = new Uint8Array(BATCH_HEADER_BYTES + compressed.length)
  batch.set(compressed, BATCH_HEADER_BYTES)
  return batch
}

function writeHeader(batch: Uint8Array, input: BatchInput): void {
  writeInt64(batch, AT.baseOffset, input.baseOffset ?? 0)
  writeInt32(batch, AT.batchLength, batch.length - LOG_OVERHEAD_BYTES)
  writeInt32(batch, AT.partitionLeaderEpoch, input.partitionLeaderEpoch ?? -1)
  batch[AT.magic] = 2
  writeInt16(batch, AT.attributes, attributesOf(input))
  writeInt32(batch, AT.lastOffsetDelta, lastOffsetDeltaOf(input))
  writeInt64(batch, AT.baseTimestamp, input.records[0]?.timestamp ?? -1)
  writeInt64(batch, AT.maxTimestamp, input.maxTimestamp ?? maxTimestampOf(input.records))
  writeInt64(batch, AT.producerId, input.producerId ?? -1)
  writeInt16(batch, AT.producerEpoch, input.producerEpoch ?? -1)
  writeInt32(batch, AT.baseSequence, input.baseSequence ?? -1)
  writeInt32(batch, AT.recordCount, input.records.length)
}

function attributesOf(input: BatchInput): number {
  let attributes = CODEC_NAMES.indexOf(input.codec ?? 'none')
  if (input.timestampType === 'LogAppendTime') attributes |= ATTRIBUTE.logAppendTime
  if (input.isTransactional === true) attributes |= ATTRIBUTE.transactional
  if (input.isControl === true) attributes |= ATTRIBUTE.control
  return attributes
}

function lastOffsetDeltaOf({ records, lastOffsetDelta }: BatchInput): number {
  const last = records.at(-1)
  const ofLastRecord = last === undefined ? -1 : (last.offsetDelta ?? records.length - 1)
  const delta = lastOffsetDelta ?? ofLastRecord
  assert(delta >= Math.max(0, ofLastRecord), 'a batch spans its records and at least one offset', () => ({ delta }))
  return delta
}

function maxTimestampOf(records: readonly RecordInput[]): number {
  let max = -1
  for (const { timestamp } of records) if (timestamp > max) max = timestamp
  return max
}
