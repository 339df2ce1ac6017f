import type { Crc32c } from '../codecs.ts'

/** The Castagnoli polynomial, bits reversed. */
const POLYNOMIAL = 0x82f6_3b78

/** Eight tables of 256: `TABLES[k * 256 + b]` is the checksum of byte b with k zero bytes behind it. */
const TABLES = buildTables()

function buildTables(): Int32Array {
  const tables = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL
    tables[byte] = crc
  }
  for (let at = 256; at < tables.length; at++) {
    const previous = tables[at - 256]!
    tables[at] = (previous >>> 8) ^ tables[previous & 0xff]!
  }
  return tables
}

/** CRC-32C in JavaScript, eight bytes at a step ("slicing by 8"). */
export const portableCrc32c: Crc32c = (bytes, seed = 0) => {
  let crc = ~seed
  let at = 0
  for (const end = bytes.length - 7; at < end; at += 8) crc = step(crc, bytes, at)
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ TABLES[(crc ^ bytes[at]!) & 0xff]!
  return ~crc >>> 0
}

function step(crc: number, bytes: Uint8Array, at: number): number {
  return (
    TABLES[0x700 | ((crc ^ bytes[at]!) & 0xff)]! ^
    TABLES[0x600 | (((crc >>> 8) ^ bytes[at + 1]!) & 0xff)]! ^
    TABLES[0x500 | (((crc >>> 16) ^ bytes[at + 2]!) & 0xff)]! ^
    TABLES[0x400 | ((crc >>> 24) ^ bytes[at + 3]!)]! ^
    TABLES[0x300 | bytes[at + 4]!]! ^
    TABLES[0x200 | bytes[at + 5]!]! ^
    TABLES[0x100 | bytes[at + 6]!]! ^
    TABLES[bytes[at + 7]!]!
  )
}
