/** Varints as in protocol buffers: groups of seven bits, the lowest first; signed ones are zig-zag coded. */

const TWO_32 = 0x1_0000_0000

/** A signed varint that fits into an int32 takes this many bytes. */
export function varintBytes(value: number): number {
  const zigzag = ((value << 1) ^ (value >> 31)) >>> 0
  if (zigzag < 0x80) return 1
  if (zigzag < 0x4000) return 2
  if (zigzag < 0x20_0000) return 3
  return zigzag < 0x1000_0000 ? 4 : 5
}

/** Writes a signed varint of at most 32 bits; returns the position behind it. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let zigzag = ((value << 1) ^ (value >> 31)) >>> 0
  while (zigzag >= 0x80) {
    bytes[at++] = zigzag | 0x80
    zigzag >>>= 7
  }
  bytes[at++] = zigzag
  return at
}

/** A signed varint of up to 64 bits takes this many bytes. */
export function varlongBytes(value: number): number {
  if (value === (value | 0)) return varintBytes(value)
  const bits = 64 - Math.clz32(zigzagHigh(value))
  return Math.ceil(bits / 7)
}

/** Writes a signed varint of up to 64 bits; returns the position behind it. */
export function writeVarlong(bytes: Uint8Array, at: number, value: number): number {
  if (value === (value | 0)) return writeVarint(bytes, at, value)
  let low = zigzagLow(value)
  let high = zigzagHigh(value)
  while (high !== 0 || low >= 0x80) {
    bytes[at++] = (low & 0x7f) | 0x80
    low = ((low >>> 7) | (high << 25)) >>> 0
    high >>>= 7
  }
  bytes[at++] = low
  return at
}

/** Lower half of the zig-zag code of an integer that needs more than 32 bits; wraps beyond 2^63 as int64 arithmetic does. */
function zigzagLow(value: number): number {
  const low = value - Math.floor(value / TWO_32) * TWO_32
  return ((low << 1) ^ (value < 0 ? -1 : 0)) >>> 0
}

function zigzagHigh(value: number): number {
  const high = Math.floor(value / TWO_32)
  const low = value - high * TWO_32
  return ((high << 1) | (low >= 0x8000_0000 ? 1 : 0)) ^ (value < 0 ? -1 : 0)
}
