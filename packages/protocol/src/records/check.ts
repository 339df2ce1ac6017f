import { readInt16, readInt32, readInt64 } from './int64.ts'
import { AT, ATTRIBUTE, BATCH_HEADER_BYTES, CODEC_NAMES, LOG_OVERHEAD_BYTES, RECORD_BYTES_MIN } from './layout.ts'

export type BatchHeaderCheck = { readonly ok: true; readonly sizeBytes: number } | BadBatchHeader

export interface BadBatchHeader {
  readonly ok: false
  /**
   * `incomplete`: sound so far, but the bytes end before the batch does. `old-magic`: a message of magic 0 or 1.
   * `corrupt`: whatever follows, this is no batch.
   */
  readonly kind: 'incomplete' | 'old-magic' | 'corrupt'
  /** What is wrong, with the value that says so. */
  readonly reason: string
}

/**
 * Checks that a v2 batch with a sane header begins at `start` and ends at or before `end`. Looks at the header only, so
 * `end` may lie beyond the bytes at hand (a scan of a file that reads headers alone); of the batch only its first 61
 * bytes must be there. The checksum and the records are not checked.
 */
export function checkBatchHeader(bytes: Uint8Array, start = 0, end = bytes.length): BatchHeaderCheck {
  const present = Math.min(end, bytes.length) - start
  if (present <= AT.magic) return incomplete(`${present} bytes are too few for offset, size and magic`)
  const magic = bytes[start + AT.magic]!
  if (magic < 2) return { ok: false, kind: 'old-magic', reason: `magic ${magic} is not supported here, only 2 is` }
  if (magic > 2) return corrupt(`magic ${magic} is unknown`)
  const sizeBytes = readInt32(bytes, start + AT.batchLength) + LOG_OVERHEAD_BYTES
  if (sizeBytes < BATCH_HEADER_BYTES)
    return corrupt(`size ${sizeBytes} is below the ${BATCH_HEADER_BYTES} bytes of a header`)
  if (sizeBytes > end - start) return incomplete(`${sizeBytes} bytes announced, ${end - start} are there`)
  if (present < BATCH_HEADER_BYTES) return incomplete('the header is cut off')
  const reason = fieldFault(bytes, start, sizeBytes)
  return reason === undefined ? { ok: true, sizeBytes } : corrupt(reason)
}

function incomplete(reason: string): BadBatchHeader {
  return { ok: false, kind: 'incomplete', reason }
}

function corrupt(reason: string): BadBatchHeader {
  return { ok: false, kind: 'corrupt', reason }
}

/** What is wrong with a whole header of magic 2, if anything. */
function fieldFault(bytes: Uint8Array, start: number, sizeBytes: number): string | undefined {
  const attributes = readInt16(bytes, start + AT.attributes)
  const codec = attributes & ATTRIBUTE.codec
  if (codec >= CODEC_NAMES.length) return `compression codec ${codec} is unknown`
  return offsetFault(bytes, start) ?? countFault(bytes, start, sizeBytes) ?? producerFault(bytes, start)
}

function offsetFault(bytes: Uint8Array, start: number): string | undefined {
  const baseOffset = readInt64(bytes, start + AT.baseOffset)
  const lastOffsetDelta = readInt32(bytes, start + AT.lastOffsetDelta)
  if (baseOffset < 0) return `base offset ${baseOffset} is negative`
  if (lastOffsetDelta < 0) return `last offset delta ${lastOffsetDelta} is negative`
  if (!Number.isSafeInteger(baseOffset + lastOffsetDelta)) return `offset ${baseOffset} is beyond 2^53`
  return undefined
}

function countFault(bytes: Uint8Array, start: number, sizeBytes: number): string | undefined {
  const count = readInt32(bytes, start + AT.recordCount)
  if (count < 0) return `record count ${count} is negative`
  const lastOffsetDelta = readInt32(bytes, start + AT.lastOffsetDelta)
  if (count > lastOffsetDelta + 1) return `${count} records in a range of ${lastOffsetDelta + 1} offsets`
  const compressed = (readInt16(bytes, start + AT.attributes) & ATTRIBUTE.codec) !== 0
  const bodyBytes = sizeBytes - BATCH_HEADER_BYTES
  if (!compressed && count * RECORD_BYTES_MIN > bodyBytes) return `${count} records cannot lie in ${bodyBytes} bytes`
  return undefined
}

function producerFault(bytes: Uint8Array, start: number): string | undefined {
  const producerId = readInt64(bytes, start + AT.producerId)
  if (producerId < -1 || !Number.isSafeInteger(producerId)) return `producer id ${producerId} is out of range`
  const producerEpoch = readInt16(bytes, start + AT.producerEpoch)
  if (producerEpoch < -1) return `producer epoch ${producerEpoch} is out of range`
  const baseSequence = readInt32(bytes, start + AT.baseSequence)
  if (baseSequence < -1) return `base sequence ${baseSequence} is out of range`
  return undefined
}
