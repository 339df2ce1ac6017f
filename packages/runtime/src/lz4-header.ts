/**
 * The checksum in the header of an LZ4 frame. Kafka once computed it over the frame's magic number too, and messages of magic 0 have kept that:
 * readers do not look at it, writers write it.
 */
import { xxHash32 } from './browser/xx-hash.ts'
import { CodecError } from './codecs.ts'

const DESCRIPTOR_AT = 4

/** A copy of `frame` whose header has the checksum of the LZ4 standard, whatever it had. Throws a `CodecError` when it is cut off. */
export function withLz4HeaderChecksum(frame: Uint8Array): Uint8Array {
  return withChecksumFrom(frame, DESCRIPTOR_AT)
}

/** A copy of `frame` whose header has the checksum that messages of magic 0 want. */
export function withMagic0Lz4HeaderChecksum(frame: Uint8Array): Uint8Array {
  return withChecksumFrom(frame, 0)
}

function withChecksumFrom(frame: Uint8Array, start: number): Uint8Array {
  const hasContentSize = (frame[DESCRIPTOR_AT]! & 0x08) !== 0
  const checksumAt = hasContentSize ? 14 : 6
  if (checksumAt >= frame.length) throw new CodecError('lz4', 'the frame header is cut off')
  const copy = frame.slice()
  copy[checksumAt] = (xxHash32(copy.subarray(start, checksumAt)) >>> 8) & 0xff
  return copy
}
