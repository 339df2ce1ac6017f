import { type CompressionCodec, crc32c } from '@ottla/runtime'
import type { RecordBatch } from './batch.ts'
import { writeInt16, writeInt32 } from './int64.ts'
import { AT, ATTRIBUTE, BATCH_HEADER_BYTES, CODEC_NAMES, LOG_OVERHEAD_BYTES } from './layout.ts'

/**
 * A new batch that holds the same records in another encoding: `content` is what `batch` holds, uncompressed (`codec` none) or
 * compressed by `codec`. Of the header only size, codec and checksum change.
 */
export function recodedBatch(batch: RecordBatch, codec: 'none' | CompressionCodec, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(BATCH_HEADER_BYTES + content.length)
  bytes.set(batch.bytes.subarray(0, BATCH_HEADER_BYTES))
  bytes.set(content, BATCH_HEADER_BYTES)
  writeInt32(bytes, AT.batchLength, bytes.length - LOG_OVERHEAD_BYTES)
  writeInt16(bytes, AT.attributes, (batch.attributes & ~ATTRIBUTE.codec) | CODEC_NAMES.indexOf(codec))
  writeInt32(bytes, AT.crc, crc32c(bytes.subarray(AT.attributes)))
  return bytes
}
