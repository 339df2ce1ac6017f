import { ProtocolError } from '../protocol-error.ts'
import { uuidFromBytes } from '../uuid.ts'
import { decodeText, STRING_BYTES_MAX } from './text.ts'

/**
 * Elements other than fixed-width numbers in all arrays of one message. A count is bounded by the bytes that remain, but one
 * byte of frame can stand for a struct of a hundred bytes of heap; this bounds the heap that a frame can claim.
 */
export const ELEMENTS_MAX = 1 << 20

/** The same for requests: a server holds everybody else up while it answers one. */
export const REQUEST_ELEMENTS_MAX = 1 << 17

/** Java's Long.MAX_VALUE, as the nearest number. Only fields that have it as their default read and write it. */
export const INT64_MAX = 2 ** 63

/**
 * A position in bytes from outside. Every method either returns a value from inside `[position, end)` and advances, or throws a
 * `ProtocolError` that names `path`. Compiled decoders keep position and end in locals and come here for what is rare.
 */
export class Reader {
  readonly bytes: Uint8Array
  position: number
  end: number
  elementsMax = ELEMENTS_MAX
  private elements = 0

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes
    this.position = position
    this.end = end
  }

  /** Claims `length` bytes and returns where they start. */
  take(length: number, path: string): number {
    const start = this.position
    if (length > this.end - start) this.short(length, path)
    this.position = start + length
    return start
  }

  short(length: number, path: string): never {
    throw new ProtocolError(
      `${path}: ${length} bytes are needed at byte ${this.position}, ${this.end - this.position} remain`,
    )
  }

  int8(path: string): number {
    return (this.bytes[this.take(1, path)]! << 24) >> 24
  }

  int16(path: string): number {
    return (this.uint16(path) << 16) >> 16
  }

  uint16(path: string): number {
    const at = this.take(2, path)
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!
  }

  int32(path: string): number {
    const at = this.take(4, path)
    const bytes = this.bytes
    return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
  }

  uint32(path: string): number {
    return this.int32(path) >>> 0
  }

  /** A safe integer; with `approximate` the nearest number to any other, which is INT64_MAX for Long.MAX_VALUE. */
  int64(path: string, approximate = false): number {
    const high = this.int32(path)
    const low = this.uint32(path)
    const value = high * 0x1_0000_0000 + low
    return Number.isSafeInteger(value) ? value : this.unsafeInt64({ high, low, path, approximate })
  }

  unsafeInt64(word: { high: number; low: number; path: string; approximate: boolean }): number {
    if (word.approximate) return word.high * 0x1_0000_0000 + word.low
    const hex = [word.high >>> 0, word.low].map((half) => half.toString(16).padStart(8, '0')).join('')
    throw new ProtocolError(`${word.path}: 0x${hex} is beyond 2^53 - 1, the largest 64-bit integer served`)
  }

  bits64(path: string): bigint {
    const at = this.take(8, path)
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + at, 8).getBigInt64(0)
  }

  float64(path: string): number {
    const at = this.take(8, path)
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + at, 8).getFloat64(0)
  }

  uuid(path: string): string {
    return uuidFromBytes(this.bytes, this.take(16, path))
  }

  /** Unsigned base-128, at most five bytes and 32 bits. */
  uvarint(path: string): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.bytes[this.take(1, path)]!
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return this.withinInt32(value, path)
    }
    throw new ProtocolError(`${path}: a varint of more than five bytes before byte ${this.position}`)
  }

  /** Lengths, counts and tags are below 2^31 - 1: a larger one cannot be honest. */
  private withinInt32(value: number, path: string): number {
    if (value <= 0x7fffffff) return value
    throw new ProtocolError(`${path}: ${value} before byte ${this.position} is beyond 2^31 - 1`)
  }

  text(length: number, path: string): string {
    if (length > STRING_BYTES_MAX) this.longText(length, path)
    return decodeText(this.bytes, this.take(length, path), length)
  }

  longText(length: number, path: string): never {
    throw new ProtocolError(`${path}: a string of ${length} bytes is longer than ${STRING_BYTES_MAX}`)
  }

  /** A view on the frame, not a copy. */
  view(length: number, path: string): Uint8Array {
    const start = this.take(length, path)
    return this.bytes.subarray(start, start + length)
  }

  /** Checks an array's count before anything is allocated for it: every element takes at least `elementBytesMin`. */
  claimElements(count: number, elementBytesMin: number, path: string): void {
    const remaining = this.end - this.position
    if (count * elementBytesMin > remaining) {
      throw new ProtocolError(`${path}: ${count} elements cannot be in the ${remaining} bytes that remain`)
    }
    this.elements += count
    if (this.elements <= this.elementsMax) return
    throw new ProtocolError(`${path}: more than ${this.elementsMax} array elements in one message`)
  }

  /** A count of fixed-width numbers: no larger in memory than on the wire, so only the bytes limit it. */
  claimNumbers(count: number, width: number, path: string): void {
    if (count * width > this.end - this.position) this.short(count * width, path)
  }

  missing(path: string): never {
    throw new ProtocolError(`${path}: null where this version has no null`)
  }

  /** Ends a tagged field whose size said that it ends at `end`. */
  expectEnd(end: number, path: string): void {
    if (this.position !== end) {
      throw new ProtocolError(`${path}: the tagged field ends at byte ${this.position}, its size says ${end}`)
    }
  }
}
