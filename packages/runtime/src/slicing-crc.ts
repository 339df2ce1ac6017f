/** A checksum of 32 bits with reversed bits, continuing from that of what came before (0 at the start). */
export type Crc = (bytes: Uint8Array, seed?: number) => number

/** The checksum of a polynomial (its bits reversed) in JavaScript, eight bytes at a step ("slicing by 8"). */
export function slicingCrc(polynomial: number): Crc {
  const tables = buildTables(polynomial)
  const step = (crc: number, bytes: Uint8Array, at: number): number =>
    tables[0x700 | ((crc ^ bytes[at]!) & 0xff)]! ^
    tables[0x600 | (((crc >>> 8) ^ bytes[at + 1]!) & 0xff)]! ^
    tables[0x500 | (((crc >>> 16) ^ bytes[at + 2]!) & 0xff)]! ^
    tables[0x400 | ((crc >>> 24) ^ bytes[at + 3]!)]! ^
    tables[0x300 | bytes[at + 4]!]! ^
    tables[0x200 | bytes[at + 5]!]! ^
    tables[0x100 | bytes[at + 6]!]! ^
    tables[bytes[at + 7]!]!
  return (bytes, seed = 0) => {
    let crc = ~seed
    let at = 0
    for (const end = bytes.length - 7; at < end; at += 8) crc = step(crc, bytes, at)
    for (; at < bytes.length; at++) crc = (crc >>> 8) ^ tables[(crc ^ bytes[at]!) & 0xff]!
    return ~crc >>> 0
  }
}

/** Eight tables of 256: `tables[k * 256 + b]` is the checksum of byte b with k zero bytes behind it. */
function buildTables(polynomial: number): Int32Array {
  const tables = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ polynomial
    tables[byte] = crc
  }
  for (let at = 256; at < tables.length; at++) {
    const previous = tables[at - 256]!
    tables[at] = (previous >>> 8) ^ tables[previous & 0xff]!
  }
  return tables
}
