/**
 * Messages of magic 0 and 1, which brokers before 0.11 wrote. A message is a batch of its own; a compressed one is a wrapper, whose value is a
 * compressed sequence of messages of the same magic and whose offset is that of the last of them. Magic 0 numbers those inside absolutely, magic 1
 * from 0 on.
 */
import { type CodecError, type CompressionCodec, codecs, crc32, withLz4HeaderChecksum } from '@ottla/runtime'
import { DECOMPRESSED_BYTES_MAX, type TimestampType } from './batch.ts'
import { CorruptRecordError } from './corrupt-record-error.ts'
import { readInt32, readInt64 } from './int64.ts'
import { LOG_OVERHEAD_BYTES } from './layout.ts'
import { checkMessageHeader } from './legacy-check.ts'
import { KEY_SIZE_AT, LEGACY_AT, LEGACY_ATTRIBUTE, LEGACY_CODECS, type LegacyMagic } from './legacy-layout.ts'
import type { BatchRecord, RecordHeader } from './record.ts'

/** A record with the message that it stands in: the wrapper's inner one, or the message itself. */
export interface LegacyRecord extends BatchRecord {
  readonly message: LegacyMessage
}

const NO_HEADERS: readonly RecordHeader[] = Object.freeze([])

/** A view over one entry of a message set. Asserts nothing: bytes of foreign origin go through `checkMessageHeader` first. */
export class LegacyMessage {
  private readonly source: Uint8Array
  private readonly start: number

  constructor(bytes: Uint8Array, start = 0) {
    this.source = bytes
    this.start = start
  }

  /** Of a wrapper: the offset of its last message. */
  get lastOffset(): number {
    return readInt64(this.source, this.start + LEGACY_AT.offset)
  }

  /** Size of the entry, offset and size included. */
  get sizeBytes(): number {
    return readInt32(this.source, this.start + LEGACY_AT.messageSize) + LOG_OVERHEAD_BYTES
  }

  /** The whole entry; a view. */
  get bytes(): Uint8Array {
    return this.source.subarray(this.start, this.start + this.sizeBytes)
  }

  get magic(): LegacyMagic {
    return this.source[this.start + LEGACY_AT.magic] as LegacyMagic
  }

  /** The stored CRC-32, unsigned. */
  get crc(): number {
    return readInt32(this.source, this.start + LEGACY_AT.crc) >>> 0
  }

  get attributes(): number {
    return this.source[this.start + LEGACY_AT.attributes]!
  }

  /** Throws a `CorruptRecordError` for a codec number that does not exist; `checkMessageHeader` rules that out. */
  get codec(): 'none' | CompressionCodec {
    const number = this.attributes & LEGACY_ATTRIBUTE.codec
    const codec = LEGACY_CODECS[number]
    if (codec === undefined) throw this.corrupt(`compression codec ${number} is unknown`)
    return codec
  }

  /** Magic 0 has no timestamps. */
  get timestampType(): TimestampType | 'NoTimestampType' {
    if (this.magic === 0) return 'NoTimestampType'
    return (this.attributes & LEGACY_ATTRIBUTE.logAppendTime) === 0 ? 'CreateTime' : 'LogAppendTime'
  }

  /** Milliseconds since the epoch, the largest of those inside for a wrapper; -1 in magic 0. */
  get timestamp(): number {
    return this.magic === 0 ? -1 : readInt64(this.source, this.start + LEGACY_AT.timestamp)
  }

  get key(): Uint8Array | null {
    return this.field(KEY_SIZE_AT[this.magic])
  }

  /** Of a wrapper: the compressed messages. */
  get value(): Uint8Array | null {
    const keySizeAt = KEY_SIZE_AT[this.magic]
    return this.field(keySizeAt + 4 + Math.max(0, readInt32(this.source, this.start + keySizeAt)))
  }

  computeCrc(): number {
    return crc32(this.source.subarray(this.start + LEGACY_AT.magic, this.start + this.sizeBytes))
  }

  isCrcValid(): boolean {
    return this.computeCrc() === this.crc
  }

  /**
   * The record that the message is, or those in the wrapper. Throws a `CorruptRecordError` for a wrapper whose content is
   * damaged, empty, of another magic or compressed itself, and for content of more than `decompressedBytesMax` bytes. Does not look at
   * checksums.
   */
  *records(decompressedBytesMax = DECOMPRESSED_BYTES_MAX): Generator<LegacyRecord, void, void> {
    if (this.codec === 'none') {
      yield recordOf(this, this.lastOffset, this.timestamp)
      return
    }
    const messages = this.inner(decompressedBytesMax)
    const first = this.firstOffset(messages.at(-1)!.lastOffset)
    const appendTime = this.timestampType === 'LogAppendTime' ? this.timestamp : undefined
    for (const message of messages) yield recordOf(message, first + message.lastOffset, appendTime ?? message.timestamp)
  }

  /** What the offsets inside are relative to. Some producers leave a wrapper's offset at 0: then the first is 0. */
  private firstOffset(lastInnerOffset: number): number {
    if (this.magic === 0 || this.lastOffset === 0) return 0
    const first = this.lastOffset - lastInnerOffset
    if (first < 0) throw this.corrupt(`its last message has the relative offset ${lastInnerOffset}`)
    return first
  }

  private inner(decompressedBytesMax: number): LegacyMessage[] {
    const messages = [...messagesIn(this.decompressed(decompressedBytesMax), 'whole')]
    if (messages.length === 0) throw this.corrupt('a compressed message without messages in it')
    for (const message of messages) {
      if (message.magic !== this.magic)
        throw this.corrupt(`a message of magic ${message.magic} in one of ${this.magic}`)
      if (message.codec !== 'none') throw this.corrupt('a compressed message inside another')
    }
    return messages
  }

  private decompressed(decompressedBytesMax: number): Uint8Array {
    const { value } = this
    if (value === null) throw this.corrupt('a compressed message without value')
    const codec = this.codec as CompressionCodec
    try {
      const input = codec === 'lz4' && this.magic === 0 ? withLz4HeaderChecksum(value) : value
      return codecs.decompress(codec, input, decompressedBytesMax)
    } catch (cause) {
      throw this.corrupt(`cannot decompress ${value.length} bytes of messages: ${(cause as CodecError).message}`, cause)
    }
  }

  /** A size (-1: null) and as many bytes. */
  private field(at: number): Uint8Array | null {
    const size = readInt32(this.source, this.start + at)
    if (size === -1) return null
    const from = this.start + at + 4
    if (size < 0 || from + size > this.start + this.sizeBytes) throw this.corrupt(`a field of ${size} bytes`)
    return this.source.subarray(from, from + size)
  }

  private corrupt(what: string, cause?: unknown): CorruptRecordError {
    return new CorruptRecordError(what, { baseOffset: this.lastOffset, ...(cause === undefined ? {} : { cause }) })
  }
}

function recordOf(message: LegacyMessage, offset: number, timestamp: number): LegacyRecord {
  const { key, value, sizeBytes } = message
  return { offset, timestamp, key, value, headers: NO_HEADERS, sizeBytes, message }
}

/**
 * The complete messages in `bytes`, in order. One that is cut off at the end is left out, or with `whole` an error. Throws a
 * `CorruptRecordError` at bytes that are no message of magic 0 or 1.
 */
export function* messagesIn(
  bytes: Uint8Array,
  extent: 'may be cut off' | 'whole' = 'may be cut off',
): Generator<LegacyMessage, void, void> {
  for (let at = 0; at < bytes.length; ) {
    const check = checkMessageHeader(bytes, at)
    if (check.ok) {
      yield new LegacyMessage(bytes, at)
      at += check.sizeBytes
    } else if (check.kind === 'incomplete' && extent !== 'whole') {
      return
    } else {
      throw new CorruptRecordError(`no message at byte ${at} of ${bytes.length}: ${check.reason}`)
    }
  }
}
