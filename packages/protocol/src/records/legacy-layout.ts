import type { CompressionCodec } from '@ottla/runtime'

/** Formats before record batches: 0 without and 1 with timestamps. */
export type LegacyMagic = 0 | 1

/** Byte positions in an entry of a message set, those of magic 0 and 1 alike. The checksum covers all from `magic` on. */
export const LEGACY_AT = { offset: 0, messageSize: 8, crc: 12, magic: 16, attributes: 17, timestamp: 18 } as const

/** Where the size of the key is, by magic. */
export const KEY_SIZE_AT = [18, 26] as const

/** An entry with null key and null value, by magic. */
export const LEGACY_BYTES_MIN = [26, 34] as const

/** Bits of the attributes; the second is of magic 1 only. */
export const LEGACY_ATTRIBUTE = { codec: 0x07, logAppendTime: 0x08 } as const

/** Codecs by their number in the attributes. There is no zstd. */
export const LEGACY_CODECS: readonly ('none' | CompressionCodec)[] = ['none', 'gzip', 'snappy', 'lz4']
