import { BATCH_HEADER_BYTES, checkBatchHeader, DECOMPRESSED_BYTES_MAX, RecordBatch } from '@ottla/protocol'
import { codecs } from '@ottla/runtime'
import { checkRecords, RECORD_ERRORS_MAX, type RecordsShape } from './record-check.ts'
import type { LogConfig } from './types.ts'

/** Why a client's records are refused, in Kafka's terms. */
export interface Refusal {
  /** A name of protocol's error table. */
  readonly error: string
  readonly message: string
  readonly recordErrors?: readonly { readonly batchIndex: number; readonly message: string }[]
}

export interface JudgeContext {
  readonly config: LogConfig
  /** Wall time, milliseconds. */
  readonly nowMs: number
}

const CODEC_BITS = 0x07
const LOG_APPEND_TIME_BIT = 0x08
const KNOWN_CLIENT_BITS = 0x1f
const CONTROL_BIT = 0x20
const CODEC_MAX = 4
const MAGIC_AT = 16
const CRC_AT = 17
const MAX_TIMESTAMP_AT = 35

/**
 * Judges what a client wants to append, before anything of it is changed: exactly one batch of magic 2 whose header, checksum and
 * timestamps are sound. Records are looked into when they are not compressed, or when the topic is compacted. Returns undefined
 * when all is well. A wrong largest timestamp over sound, uncompressed records is put right, as Kafka does.
 */
export function judgeBatch(bytes: Uint8Array, context: JudgeContext): Refusal | undefined {
  return (
    refuseFraming(bytes) ??
    refuseSize(bytes, context.config) ??
    refuseHeader(new RecordBatch(bytes)) ??
    refuseTimestamps(new RecordBatch(bytes), context) ??
    refuseRecords(new RecordBatch(bytes), context)
  )
}

function refuseFraming(bytes: Uint8Array): Refusal | undefined {
  if (bytes.length === 0) return invalid('the request holds no record batch')
  const magic = bytes[MAGIC_AT]
  if (magic !== undefined && magic < 2)
    return invalid(`record batches of magic ${magic} are not accepted, only of magic 2`)
  if (bytes.length >= BATCH_HEADER_BYTES && (bytes[MAGIC_AT + 6]! & CODEC_BITS) > CODEC_MAX) {
    const codec = bytes[MAGIC_AT + 6]! & CODEC_BITS
    return { error: 'UNSUPPORTED_COMPRESSION_TYPE', message: `compression codec ${codec} is unknown` }
  }
  const header = checkBatchHeader(bytes)
  if (!header.ok) return refuseDamage(bytes, header.reason)
  if (header.sizeBytes !== bytes.length) return invalid('a partition of a request must hold exactly one record batch')
  return undefined
}

/** A wrong header under a right checksum was sent like that: it would be no better when sent again. */
function refuseDamage(bytes: Uint8Array, reason: string): Refusal {
  const isWhole = bytes.length >= BATCH_HEADER_BYTES && new RecordBatch(bytes).sizeBytes === bytes.length
  if (isWhole && new RecordBatch(bytes).isCrcValid()) return invalid(reason)
  return { error: 'CORRUPT_MESSAGE', message: `the record batch is damaged: ${reason}` }
}

function refuseSize(bytes: Uint8Array, config: LogConfig): Refusal | undefined {
  if (bytes.length > config.batchBytesMax) {
    return {
      error: 'MESSAGE_TOO_LARGE',
      message: `the record batch has ${bytes.length} bytes, more than max.message.bytes (${config.batchBytesMax}) allows`,
    }
  }
  if (bytes.length > config.segmentBytes) {
    return {
      error: 'RECORD_LIST_TOO_LARGE',
      message: `the record batch has ${bytes.length} bytes, more than segment.bytes (${config.segmentBytes}) allows`,
    }
  }
  return undefined
}

function refuseHeader(batch: RecordBatch): Refusal | undefined {
  if (!batch.isCrcValid()) {
    return { error: 'CORRUPT_MESSAGE', message: `the record batch's checksum ${batch.crc} does not match its content` }
  }
  const { attributes, recordCount, lastOffsetDelta } = batch
  if ((attributes & CONTROL_BIT) !== 0) return invalid('clients may not write control batches')
  if ((attributes & ~KNOWN_CLIENT_BITS) !== 0)
    return invalid(`attributes 0x${(attributes & 0xffff).toString(16)} are unknown`)
  if (batch.baseOffset !== 0) return invalid(`a client's batch must have base offset 0, not ${batch.baseOffset}`)
  if (recordCount < 1 || recordCount !== lastOffsetDelta + 1) {
    return invalid(`${recordCount} records cannot have a last offset delta of ${lastOffsetDelta}`)
  }
  if (batch.producerId >= 0 && (batch.baseSequence < 0 || batch.producerEpoch < 0)) {
    return invalid(`producer ${batch.producerId} sent sequence ${batch.baseSequence} in epoch ${batch.producerEpoch}`)
  }
  if (batch.producerId < 0 && batch.isTransactional) return invalid('a transactional batch must have a producer id')
  return undefined
}

/** What the header says about time; the records themselves follow in `refuseRecords`. */
function refuseTimestamps(batch: RecordBatch, context: JudgeContext): Refusal | undefined {
  if ((batch.attributes & LOG_APPEND_TIME_BIT) !== 0) {
    return { error: 'INVALID_TIMESTAMP', message: 'producers may not set the timestamp type LogAppendTime' }
  }
  if (batch.codec === 'none') return undefined
  return refuseTimestampRange(batch.baseTimestamp, context) ?? refuseTimestampRange(batch.maxTimestamp, context)
}

function refuseTimestampRange(timestampMs: number, { config, nowMs }: JudgeContext): Refusal | undefined {
  if (config.timestampType !== 'CreateTime' || timestampMs === -1) return undefined
  const earliestMs = nowMs - config.timestampBeforeMaxMs
  const latestMs = nowMs + config.timestampAfterMaxMs
  if (timestampMs >= earliestMs && timestampMs <= latestMs) return undefined
  const message = `timestamp ${timestampMs} is outside of ${earliestMs} to ${latestMs}`
  return { error: 'INVALID_TIMESTAMP', message, recordErrors: [{ batchIndex: 0, message }] }
}

function refuseRecords(batch: RecordBatch, context: JudgeContext): Refusal | undefined {
  const isCompressed = batch.codec !== 'none'
  if (isCompressed && !context.config.compacted) return undefined
  const body = recordBytes(batch)
  if (!(body instanceof Uint8Array)) return body
  const shape = checkRecords(body, {
    start: 0,
    end: body.length,
    count: batch.recordCount,
    wantKeys: context.config.compacted,
  })
  if (shape.fault !== undefined) return { ...invalid(shape.fault.message), recordErrors: [shape.fault] }
  return refuseMissingKeys(shape) ?? settleTimestamps(batch, shape, context)
}

function recordBytes(batch: RecordBatch): Uint8Array | Refusal {
  const body = batch.bytes.subarray(BATCH_HEADER_BYTES)
  const codec = batch.codec
  if (codec === 'none') return body
  try {
    return codecs.decompress(codec, body, DECOMPRESSED_BYTES_MAX)
  } catch (error) {
    return { error: 'CORRUPT_MESSAGE', message: `the records cannot be decompressed: ${(error as Error).message}` }
  }
}

function refuseMissingKeys({ withoutKey }: RecordsShape): Refusal | undefined {
  if (withoutKey.length === 0) return undefined
  const message = 'a compacted topic cannot take a record without a key'
  return {
    ...invalid(message),
    recordErrors: withoutKey.slice(0, RECORD_ERRORS_MAX).map((batchIndex) => ({ batchIndex, message })),
  }
}

function settleTimestamps(batch: RecordBatch, shape: RecordsShape, context: JudgeContext): Refusal | undefined {
  const base = batch.baseTimestamp
  const maxTimestampMs = base + shape.maxTimestampDelta
  const refusal =
    refuseTimestampRange(base + shape.minTimestampDelta, context) ?? refuseTimestampRange(maxTimestampMs, context)
  if (refusal !== undefined) return refusal
  if (maxTimestampMs !== batch.maxTimestamp) correctMaxTimestamp(batch.bytes, maxTimestampMs)
  return undefined
}

function correctMaxTimestamp(bytes: Uint8Array, timestampMs: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  view.setBigInt64(MAX_TIMESTAMP_AT, BigInt(timestampMs))
  view.setUint32(CRC_AT, new RecordBatch(bytes).computeCrc())
}

function invalid(message: string): Refusal {
  return { error: 'INVALID_RECORD', message }
}
