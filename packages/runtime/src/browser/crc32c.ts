import type { Crc32c } from '../codecs.ts'
import { slicingCrc } from '../slicing-crc.ts'

/** CRC-32C in JavaScript: the Castagnoli polynomial. */
export const portableCrc32c: Crc32c = slicingCrc(0x82f6_3b78)
