import { crc32 } from 'node:zlib'
import { type CompressionCodec, codecs } from '@ottla/runtime'

/**
 * Messages of magic 0 and 1, which brokers before 0.11 wrote (FORMATS: offset, size, then crc, magic, attributes, timestamp
 * in magic 1, key, value). A compressed message is a wrapper: its value is a compressed sequence of messages.
 */
export interface LegacyRecord {
  readonly offset: number
  /** Milliseconds; -1 in magic 0. */
  readonly timestamp: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly crc: number
  readonly isValid: boolean
}

/** Offset, size, crc, magic, attributes, key size, value size. */
export const LEGACY_ENTRY_BYTES_MIN = 26

const LOG_OVERHEAD_BYTES = 12
const DECOMPRESSED_BYTES_MAX = 64 * 1024 * 1024
const CODECS: readonly ('none' | CompressionCodec)[] = ['none', 'gzip', 'snappy', 'lz4']
const AT = { offset: 0, crc: 12, magic: 16, attributes: 17, timestamp: 18 } as const

export class LegacyMessageError extends Error {
  override readonly name = 'LegacyMessageError'
}

/** A view over one whole entry, offset and size included. */
export class LegacyMessage {
  private readonly bytes: Uint8Array
  private readonly view: DataView

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  /** Of a wrapper: the offset of its last message. */
  get offset(): number {
    return Number(this.view.getBigInt64(AT.offset))
  }

  get sizeBytes(): number {
    return this.bytes.length
  }

  get magic(): number {
    return this.view.getUint8(AT.magic)
  }

  get crc(): number {
    return this.view.getUint32(AT.crc)
  }

  get isValid(): boolean {
    return crc32(this.bytes.subarray(AT.magic)) === this.crc
  }

  get codec(): 'none' | CompressionCodec {
    const codec = CODECS[this.view.getUint8(AT.attributes) & 7]
    if (codec === undefined) throw this.fault(`compression codec ${this.view.getUint8(AT.attributes) & 7} is unknown`)
    return codec
  }

  get timestampType(): 'NoTimestampType' | 'CreateTime' | 'LogAppendTime' {
    if (this.magic === 0) return 'NoTimestampType'
    return (this.view.getUint8(AT.attributes) & 8) === 0 ? 'CreateTime' : 'LogAppendTime'
  }

  get timestamp(): number {
    return this.magic === 0 ? -1 : Number(this.view.getBigInt64(AT.timestamp))
  }

  /** The message itself, or those in the wrapper. Throws a `LegacyMessageError` or a `CodecError`. */
  *records(): Generator<LegacyRecord, void, void> {
    const { key, value } = this.content()
    if (this.codec === 'none') {
      yield { offset: this.offset, timestamp: this.timestamp, key, value, crc: this.crc, isValid: this.isValid }
      return
    }
    const messages = this.inner(value)
    // Magic 1 numbers the messages of a wrapper from 0; the wrapper's own offset is that of the last.
    const first = this.magic === 0 || this.offset === 0 ? 0 : this.offset - (messages.at(-1)?.offset ?? 0)
    for (const message of messages) yield this.unwrapped(message, first)
  }

  private unwrapped(message: LegacyMessage, first: number): LegacyRecord {
    return {
      ...message.content(),
      offset: first + message.offset,
      timestamp: this.timestampType === 'LogAppendTime' ? this.timestamp : message.timestamp,
      crc: message.crc,
      isValid: message.isValid,
    }
  }

  private inner(value: Uint8Array | null): LegacyMessage[] {
    if (value === null) throw this.fault('a compressed message without value')
    const bytes = codecs.decompress(this.codec as CompressionCodec, value, DECOMPRESSED_BYTES_MAX)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    const messages: LegacyMessage[] = []
    for (let at = 0; at + LOG_OVERHEAD_BYTES <= bytes.length; ) {
      const size = LOG_OVERHEAD_BYTES + view.getInt32(at + 8)
      if (size < LEGACY_ENTRY_BYTES_MIN || at + size > bytes.length)
        throw this.fault(`an inner message of ${size} bytes`)
      messages.push(new LegacyMessage(bytes.subarray(at, at + size)))
      at += size
    }
    if (messages.some((message) => message.codec !== 'none')) throw this.fault('a compressed message inside another')
    return messages
  }

  private content(): { key: Uint8Array | null; value: Uint8Array | null } {
    const keyAt = this.magic === 0 ? AT.timestamp : AT.timestamp + 8
    const key = this.field(keyAt)
    return { key, value: this.field(keyAt + 4 + (key?.length ?? 0)) }
  }

  /** A size (-1: null) and so many bytes. */
  private field(at: number): Uint8Array | null {
    if (at + 4 > this.bytes.length) throw this.fault('it is cut off')
    const size = this.view.getInt32(at)
    if (size < -1 || at + 4 + Math.max(size, 0) > this.bytes.length) throw this.fault(`a field of ${size} bytes`)
    return size === -1 ? null : this.bytes.subarray(at + 4, at + 4 + size)
  }

  private fault(what: string): LegacyMessageError {
    return new LegacyMessageError(`message at offset ${this.offset}: ${what}`)
  }
}
