/** A WebSocket's close frame holds a status code and this much (RFC 6455, section 5.5). */
const REASON_BYTES_MAX = 123

/** As much of the reason as a close frame takes. Who closes has an error in hand already, and needs no second one. */
export function closeReason(reason: string): string {
  const bytes = new TextEncoder().encode(reason)
  if (bytes.byteLength <= REASON_BYTES_MAX) return reason
  let end = REASON_BYTES_MAX
  while ((bytes[end]! & 0xc0) === 0x80) end--
  return new TextDecoder().decode(bytes.subarray(0, end))
}
