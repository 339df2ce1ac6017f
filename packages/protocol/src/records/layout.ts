import type { CompressionCodec } from '@ottla/runtime'

/** Offset and size, which head an entry of every magic. */
export const LOG_OVERHEAD_BYTES = 12
/** All that comes before the records of a v2 batch. */
export const BATCH_HEADER_BYTES = 61
/** The smallest record: length, attributes, two deltas, null key, null value, no headers; one byte each. */
export const RECORD_BYTES_MIN = 7
/** Where the magic byte is, in every magic. */
export const MAGIC_AT = 16

/** Byte positions in the header of a v2 batch. The checksum covers all from `attributes` on. */
export const AT = {
  baseOffset: 0,
  batchLength: 8,
  partitionLeaderEpoch: 12,
  magic: MAGIC_AT,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
} as const

/** Bits of the attributes. */
export const ATTRIBUTE = {
  codec: 0x07,
  logAppendTime: 0x08,
  transactional: 0x10,
  control: 0x20,
  deleteHorizon: 0x40,
} as const

/** Codecs by their number in the attributes. */
export const CODEC_NAMES: readonly ('none' | CompressionCodec)[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
