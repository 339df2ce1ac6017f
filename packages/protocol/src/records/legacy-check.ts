import type { BadBatchHeader, BatchHeaderCheck } from './check.ts'
import { readInt32, readInt64 } from './int64.ts'
import { LOG_OVERHEAD_BYTES } from './layout.ts'
import { KEY_SIZE_AT, LEGACY_AT, LEGACY_ATTRIBUTE, LEGACY_BYTES_MIN, LEGACY_CODECS } from './legacy-layout.ts'

/**
 * Checks that a sane message of magic 0 or 1 begins at `start` and ends at or before `end`, its sizes included. Of the message its fields up
 * to the size of the value must be there to be checked; what is behind `bytes` is believed. The checksum is not checked.
 */
export function checkMessageHeader(bytes: Uint8Array, start = 0, end = bytes.length): BatchHeaderCheck {
  const present = Math.min(end, bytes.length) - start
  if (present <= LEGACY_AT.magic) return bad('incomplete', `${present} bytes are too few for offset, size and magic`)
  const magic = bytes[start + LEGACY_AT.magic]!
  if (magic > 1) return bad('corrupt', `magic ${magic} is not that of a message`)
  const sizeBytes = readInt32(bytes, start + LEGACY_AT.messageSize) + LOG_OVERHEAD_BYTES
  const sizeMin = LEGACY_BYTES_MIN[magic as 0 | 1]
  if (sizeBytes < sizeMin) return bad('corrupt', `size ${sizeBytes} is below the ${sizeMin} bytes of a message`)
  if (sizeBytes > end - start) return bad('incomplete', `${sizeBytes} bytes announced, ${end - start} are there`)
  const reason = fieldFault(bytes, { start, sizeBytes, keySizeAt: KEY_SIZE_AT[magic as 0 | 1] })
  return reason === undefined ? { ok: true, sizeBytes } : bad('corrupt', reason)
}

function bad(kind: BadBatchHeader['kind'], reason: string): BadBatchHeader {
  return { ok: false, kind, reason }
}

function fieldFault(
  bytes: Uint8Array,
  at: { readonly start: number; readonly sizeBytes: number; readonly keySizeAt: number },
): string | undefined {
  const { start, sizeBytes, keySizeAt } = at
  const offset = readInt64(bytes, start + LEGACY_AT.offset)
  if (offset < 0 || !Number.isSafeInteger(offset)) return `offset ${offset} is out of range`
  const codec = bytes[start + LEGACY_AT.attributes]! & LEGACY_ATTRIBUTE.codec
  if (codec >= LEGACY_CODECS.length) return `compression codec ${codec} is unknown`
  if (start + keySizeAt + 4 > bytes.length) return undefined
  const keySize = readInt32(bytes, start + keySizeAt)
  const room = sizeBytes - keySizeAt - 8
  if (keySize < -1 || keySize > room) return `a key of ${keySize} bytes where ${room} are left`
  const valueSizeAt = keySizeAt + 4 + Math.max(0, keySize)
  if (start + valueSizeAt + 4 > bytes.length) return undefined
  const valueSize = readInt32(bytes, start + valueSizeAt)
  const rest = sizeBytes - valueSizeAt - 4
  return valueSize < -1 || Math.max(0, valueSize) !== rest
    ? `a value of ${valueSize} bytes where ${rest} are left`
    : undefined
}
