import { assert, type CompressionCodec, codecs, crc32c } from '@ottla/runtime'
import { writeInt16, writeInt32, writeInt64 } from './int64.ts'
import { AT, BATCH_HEADER_BYTES, CODEC_NAMES, LOG_OVERHEAD_BYTES } from './layout.ts'
import type { RecordHeader } from './record.ts'
import { type RecordInput, sizedRecord, writeRecord } from './record-writer.ts'
import { varintBytes } from './varint.ts'

/** Length, attributes, two deltas, the lengths of key and value, and the header count, at their longest. */
const RECORD_OVERHEAD_BYTES_MAX = 5 + 1 + 10 + 5 + 5 + 5 + 5
/** Lengths of key and value, and three bytes of UTF-8 for each UTF-16 unit of the key. */
const HEADER_OVERHEAD_BYTES_MAX = 5 + 5
const UTF8_BYTES_PER_UNIT_MAX = 3

/** A batch of this one record, with its header, takes at most so many bytes before compression. */
export function singleRecordBatchBytesMax(
  key: Uint8Array | null,
  value: Uint8Array | null,
  headers: readonly RecordHeader[] = [],
): number {
  let bytes = BATCH_HEADER_BYTES + RECORD_OVERHEAD_BYTES_MAX + (key?.length ?? 0) + (value?.length ?? 0)
  for (const header of headers) {
    bytes += HEADER_OVERHEAD_BYTES_MAX + UTF8_BYTES_PER_UNIT_MAX * header.key.length + (header.value?.length ?? 0)
  }
  return bytes
}

export interface BatchFormat {
  readonly codec?: 'none' | CompressionCodec
  /** The codec's own default when absent. */
  readonly level?: number
}

/** Who wrote a batch; -1 throughout for a producer that is not idempotent. */
export interface ProducerStamp {
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
}

/**
 * Writes a batch of magic 2 record by record into a buffer that it is given, so that a record is copied once. Without
 * compression `build` returns a view of that buffer.
 */
export class BatchBuilder {
  private readonly buffer: Uint8Array
  private used = BATCH_HEADER_BYTES
  private count = 0
  private baseTimestamp = -1
  private maxTimestamp = -1

  constructor(buffer: Uint8Array) {
    this.buffer = buffer
  }

  get recordCount(): number {
    return this.count
  }

  /** What the batch takes so far, header included and uncompressed. */
  get sizeBytes(): number {
    return this.used
  }

  /** Adds a record; false, and nothing has changed, when it does not fit. */
  append(record: RecordInput): boolean {
    if (this.count === 0) this.baseTimestamp = record.timestamp
    const sized = sizedRecord(record, this.count, this.baseTimestamp)
    if (this.used + varintBytes(sized.bodyBytes) + sized.bodyBytes > this.buffer.length) return false
    this.used = writeRecord(this.buffer, this.used, sized)
    this.count += 1
    if (record.timestamp > this.maxTimestamp) this.maxTimestamp = record.timestamp
    return true
  }

  /** The records so far: what compression works on. */
  get records(): Uint8Array {
    return this.buffer.subarray(BATCH_HEADER_BYTES, this.used)
  }

  /**
   * The batch, lacking its producer and its checksum: `stampProducer` adds both. Compresses on the spot unless `body` is given,
   * which is `records` as the codec has compressed them elsewhere.
   */
  build({ codec = 'none', level }: BatchFormat = {}, body?: Uint8Array): Uint8Array {
    assert(this.count > 0, 'a batch has records')
    const batch =
      codec === 'none'
        ? this.buffer.subarray(0, this.used)
        : behindHeader(body ?? codecs.compress(codec, this.records, level))
    writeInt64(batch, AT.baseOffset, 0)
    writeInt32(batch, AT.batchLength, batch.length - LOG_OVERHEAD_BYTES)
    writeInt32(batch, AT.partitionLeaderEpoch, -1)
    batch[AT.magic] = 2
    writeInt16(batch, AT.attributes, CODEC_NAMES.indexOf(codec))
    writeInt32(batch, AT.lastOffsetDelta, this.count - 1)
    writeInt64(batch, AT.baseTimestamp, this.baseTimestamp)
    writeInt64(batch, AT.maxTimestamp, this.maxTimestamp)
    writeInt32(batch, AT.recordCount, this.count)
    return batch
  }
}

function behindHeader(body: Uint8Array): Uint8Array {
  const batch = new Uint8Array(BATCH_HEADER_BYTES + body.length)
  batch.set(body, BATCH_HEADER_BYTES)
  return batch
}

/** Writes producer and checksum into a batch that `BatchBuilder.build` returned; may be repeated. */
export function stampProducer(batch: Uint8Array, stamp: ProducerStamp): void {
  writeInt64(batch, AT.producerId, stamp.producerId)
  writeInt16(batch, AT.producerEpoch, stamp.producerEpoch)
  writeInt32(batch, AT.baseSequence, stamp.baseSequence)
  writeInt32(batch, AT.crc, crc32c(batch.subarray(AT.attributes)))
}
