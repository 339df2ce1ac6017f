import {
  BATCH_HEADER_BYTES,
  checkBatchHeader,
  DECOMPRESSED_BYTES_MAX,
  LOG_OVERHEAD_BYTES,
  RecordBatch,
} from '@ottla/protocol'
import { codecs } from '@ottla/runtime'
import { type AllowedTimes, checkRecords, RECORD_ERRORS_MAX, type RecordsShape } from './record-check.ts'
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
  /** The content of a compressed batch, if it is known. */
  readonly decompressed?: Uint8Array | undefined
}

const CODEC_BITS = 0x07
const LOG_APPEND_TIME_BIT = 0x08
const KNOWN_CLIENT_BITS = 0x1f
const CONTROL_BIT = 0x20
const CODEC_MAX = 4
const MAGIC_MAX = 2
/** What the size of a message of magic 0 is at least: below that no size can be right. */
const LEGACY_BYTES_MIN = 14
const SIZE_AT = 8
const MAGIC_AT = 16
const ATTRIBUTES_AT = 21
const CRC_AT = 17
const MAX_TIMESTAMP_AT = 35

/**
 * Judges what a client wants to append, before anything of it is changed: exactly one batch of magic 2 whose header, checksum and
 * timestamps are sound. Records are looked into when they are not compressed, or when the topic is compacted. Returns undefined
 * when all is well. A wrong largest timestamp over sound, uncompressed records is put right, as Kafka does.
 */
export function judgeBatch(bytes: Uint8Array, context: JudgeContext): Refusal | undefined {
  const refusal =
    refuseFraming(bytes) ??
    refuseSize(bytes, context.config) ??
    refuseHeader(new RecordBatch(bytes)) ??
    refuseTimestamps(new RecordBatch(bytes), context) ??
    refuseRecords(new RecordBatch(bytes), context)
  if (refusal === undefined && isAppendTimed(new RecordBatch(bytes))) clearAppendTime(bytes)
  return refusal
}

function refuseFraming(bytes: Uint8Array): Refusal | undefined {
  const first = frameAt(bytes, 0)
  if (first === 'damaged') return damaged('its size or its magic cannot be')
  if (first === 'none') return invalid('the request holds no whole record batch')
  const magic = bytes[MAGIC_AT]!
  if (magic < MAGIC_MAX) return invalid(`record batches of magic ${magic} are not accepted, only of magic 2`)
  const second = frameAt(bytes, first)
  if (second === 'damaged') return damaged('what follows it is no record batch')
  if (second !== 'none') return invalid('a partition of a request must hold exactly one record batch')
  if (first < BATCH_HEADER_BYTES) return damaged(`its ${first} bytes are too few for a header`)
  return refuseOneBatch(bytes, first)
}

/**
 * The size of the batch at `start` as far as framing tells: `none` where too few bytes are left for the size that is announced, or
 * for a size and a magic at all. Which error Kafka answers with depends on this.
 */
function frameAt(bytes: Uint8Array, start: number): number | 'none' | 'damaged' {
  const left = bytes.length - start
  if (left < LOG_OVERHEAD_BYTES) return 'none'
  const size = new DataView(bytes.buffer, bytes.byteOffset + start + SIZE_AT, 4).getInt32(0)
  if (size < LEGACY_BYTES_MIN) return 'damaged'
  if (left <= MAGIC_AT) return 'none'
  if (bytes[start + MAGIC_AT]! > MAGIC_MAX) return 'damaged'
  return left < size + LOG_OVERHEAD_BYTES ? 'none' : size + LOG_OVERHEAD_BYTES
}

function refuseOneBatch(bytes: Uint8Array, sizeBytes: number): Refusal | undefined {
  if (bytes.length >= BATCH_HEADER_BYTES && (bytes[ATTRIBUTES_AT + 1]! & CODEC_BITS) > CODEC_MAX) {
    const codec = bytes[ATTRIBUTES_AT + 1]! & CODEC_BITS
    return { error: 'UNSUPPORTED_COMPRESSION_TYPE', message: `compression codec ${codec} is unknown` }
  }
  const header = checkBatchHeader(bytes)
  if (!header.ok) return refuseDamage(bytes, header.reason)
  if (sizeBytes === bytes.length) return undefined
  const isSound = new RecordBatch(bytes).isCrcValid()
  const text = `${bytes.length - sizeBytes} bytes follow the record batch`
  return isSound ? invalid(text) : damaged(text)
}

/** A wrong header under a right checksum was sent like that: it would be no better when sent again. */
function refuseDamage(bytes: Uint8Array, reason: string): Refusal {
  const isWhole = bytes.length >= BATCH_HEADER_BYTES && new RecordBatch(bytes).sizeBytes === bytes.length
  if (isWhole && new RecordBatch(bytes).isCrcValid()) return invalid(reason)
  return damaged(reason)
}

function damaged(reason: string): Refusal {
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
  if (isAppendTimed(batch)) return refuseAppendTime(batch, context)
  if (batch.codec === 'none') return undefined
  return refuseTimestampRange(batch.baseTimestamp, context) ?? refuseTimestampRange(batch.maxTimestamp, context)
}

function isAppendTimed(batch: RecordBatch): boolean {
  return (batch.attributes & LOG_APPEND_TIME_BIT) !== 0
}

/** As in Kafka, a client's LogAppendTime passes where the topic has CreateTime and there is a time: each record then has this one. */
function refuseAppendTime(batch: RecordBatch, context: JudgeContext): Refusal | undefined {
  if (context.config.timestampType === 'CreateTime' && batch.maxTimestamp !== -1) {
    return refuseTimestampRange(batch.maxTimestamp, context)
  }
  return { error: 'INVALID_TIMESTAMP', message: 'producers may not set the timestamp type LogAppendTime' }
}

/** Inclusive; undefined where the broker's time is taken. */
function timestampRange({ config, nowMs }: JudgeContext): { earliestMs: number; latestMs: number } | undefined {
  if (config.timestampType !== 'CreateTime') return undefined
  return { earliestMs: nowMs - config.timestampBeforeMaxMs, latestMs: nowMs + config.timestampAfterMaxMs }
}

/** Of a header: which records are at fault it does not tell. */
function refuseTimestampRange(timestampMs: number, context: JudgeContext): Refusal | undefined {
  const range = timestampRange(context)
  if (range === undefined || timestampMs === -1) return undefined
  if (timestampMs >= range.earliestMs && timestampMs <= range.latestMs) return undefined
  const message = `timestamp ${timestampMs} is outside of ${range.earliestMs} to ${range.latestMs}`
  return { error: 'INVALID_TIMESTAMP', message }
}

function refuseRecords(batch: RecordBatch, context: JudgeContext): Refusal | undefined {
  const isCompressed = batch.codec !== 'none'
  if (isCompressed && !context.config.compacted && context.decompressed === undefined) return undefined
  const body = (isCompressed ? context.decompressed : undefined) ?? recordBytes(batch)
  if (!(body instanceof Uint8Array)) return body
  const shape = checkRecords(body, {
    start: 0,
    end: body.length,
    count: batch.recordCount,
    wantKeys: context.config.compacted,
    allowed: allowedTimes(batch, context),
  })
  if (shape.fault !== undefined) return { ...invalid(shape.fault.message), recordErrors: [shape.fault] }
  return refuseMissingKeys(shape) ?? refuseOutsideTime(shape, context) ?? settleMaxTimestamp(batch, shape)
}

function allowedTimes(batch: RecordBatch, context: JudgeContext): AllowedTimes | undefined {
  const range = isAppendTimed(batch) ? undefined : timestampRange(context)
  if (range === undefined) return undefined
  const base = batch.baseTimestamp
  return { earliestDelta: range.earliestMs - base, latestDelta: range.latestMs - base, untimedDelta: -1 - base }
}

function refuseOutsideTime({ outsideTime }: RecordsShape, context: JudgeContext): Refusal | undefined {
  const range = timestampRange(context)
  if (range === undefined || outsideTime.length === 0) return undefined
  const message = `the timestamp is outside of ${range.earliestMs} to ${range.latestMs}`
  return {
    error: 'INVALID_TIMESTAMP',
    message,
    recordErrors: outsideTime.map((batchIndex) => ({ batchIndex, message })),
  }
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

function settleMaxTimestamp(batch: RecordBatch, shape: RecordsShape): undefined {
  if (isAppendTimed(batch)) return
  const maxTimestampMs = batch.baseTimestamp + shape.maxTimestampDelta
  if (maxTimestampMs !== batch.maxTimestamp) correctMaxTimestamp(batch.bytes, maxTimestampMs)
}

/** The topic's type is CreateTime, and the log says so of all that it holds. */
function clearAppendTime(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  view.setInt16(ATTRIBUTES_AT, view.getInt16(ATTRIBUTES_AT) & ~LOG_APPEND_TIME_BIT)
  view.setUint32(CRC_AT, new RecordBatch(bytes).computeCrc())
}

function correctMaxTimestamp(bytes: Uint8Array, timestampMs: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  view.setBigInt64(MAX_TIMESTAMP_AT, BigInt(timestampMs))
  view.setUint32(CRC_AT, new RecordBatch(bytes).computeCrc())
}

function invalid(message: string): Refusal {
  return { error: 'INVALID_RECORD', message }
}
