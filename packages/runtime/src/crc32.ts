import { type Crc, slicingCrc } from './slicing-crc.ts'

let implementation: Crc | undefined

/**
 * CRC-32 of IEEE 802.3 (that of zip and gzip), which heads messages of magic 0 and 1. In JavaScript everywhere: nobody
 * writes such messages any more. The tables are built by the first call.
 */
export const crc32: Crc = (bytes, seed) => {
  implementation ??= slicingCrc(0xedb8_8320)
  return implementation(bytes, seed)
}
