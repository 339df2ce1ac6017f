const PRIME_1 = 0x9e37_79b1
const PRIME_2 = 0x85eb_ca77
const PRIME_3 = 0xc2b2_ae3d
const PRIME_4 = 0x27d4_eb2f
const PRIME_5 = 0x1656_67b1

/** xxHash of 32 bits with seed 0, the checksum of LZ4 frames. */
export function xxHash32(bytes: Uint8Array): number {
  const stripesEnd = bytes.length - (bytes.length % 16)
  let hash = bytes.length >= 16 ? stripes(bytes, stripesEnd) : PRIME_5
  hash = (hash + bytes.length) | 0
  let at = stripesEnd
  for (; at + 4 <= bytes.length; at += 4) {
    hash = Math.imul(rotate((hash + Math.imul(littleEndian(bytes, at), PRIME_3)) | 0, 17), PRIME_4)
  }
  for (; at < bytes.length; at++) hash = Math.imul(rotate((hash + Math.imul(bytes[at]!, PRIME_5)) | 0, 11), PRIME_1)
  return avalanche(hash)
}

function stripes(bytes: Uint8Array, end: number): number {
  let a = (PRIME_1 + PRIME_2) | 0
  let b = PRIME_2 | 0
  let c = 0
  let d = -PRIME_1 | 0
  for (let at = 0; at < end; at += 16) {
    a = round(a, littleEndian(bytes, at))
    b = round(b, littleEndian(bytes, at + 4))
    c = round(c, littleEndian(bytes, at + 8))
    d = round(d, littleEndian(bytes, at + 12))
  }
  return (rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)) | 0
}

function round(lane: number, input: number): number {
  return Math.imul(rotate((lane + Math.imul(input, PRIME_2)) | 0, 13), PRIME_1)
}

function avalanche(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2)
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3)
  return (hash ^ (hash >>> 16)) >>> 0
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}

function littleEndian(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
}
