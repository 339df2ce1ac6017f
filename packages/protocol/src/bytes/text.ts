/** Strings on the wire: UTF-8, at most 32,767 bytes in every version (Kafka's own limit on both encodings). */
export const STRING_BYTES_MAX = 0x7fff

const SHORT = 32
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

/**
 * The string in `bytes[start, start + length)`, which the caller has bounded. Short ASCII, which nearly all topic names
 * and host names are, is built without a call into the platform. Malformed UTF-8 becomes U+FFFD, as in Java.
 */
export function decodeText(bytes: Uint8Array, start: number, length: number): string {
  if (length === 0) return ''
  if (length > SHORT) return decoder.decode(bytes.subarray(start, start + length))
  let text = ''
  let position = start
  const end = start + length
  for (; position + 4 <= end; position += 4) {
    const a = bytes[position]!
    const b = bytes[position + 1]!
    const c = bytes[position + 2]!
    const d = bytes[position + 3]!
    if ((a | b | c | d) > 127) return decoder.decode(bytes.subarray(start, end))
    text += String.fromCharCode(a, b, c, d)
  }
  for (; position < end; position++) {
    const a = bytes[position]!
    if (a > 127) return decoder.decode(bytes.subarray(start, end))
    text += String.fromCharCode(a)
  }
  return text
}

/** Bytes that `text` takes in UTF-8; a lone surrogate counts as U+FFFD, which is what is written for it. */
export function textBytes(text: string): number {
  let bytes = text.length
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit < 0x80) continue
    bytes += unit < 0x800 ? 1 : 2
    if (unit >= 0xd800 && unit <= 0xdbff && isLowSurrogate(text.charCodeAt(index + 1))) index++
  }
  return bytes
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}

/** Writes `text` at `offset` and returns the bytes written. `bytes` must have room for them. */
export function encodeText(text: string, bytes: Uint8Array, offset: number): number {
  if (text.length > SHORT) return encoder.encodeInto(text, bytes.subarray(offset)).written
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit > 127) return encoder.encodeInto(text, bytes.subarray(offset)).written
    bytes[offset + index] = unit
  }
  return text.length
}
