import { CorruptRecordError } from './corrupt-record-error.ts'

const TWO_32 = 0x1_0000_0000
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * A cursor over the records of a batch. It reads no byte at or behind `end`, which the caller narrows to the record at
 * hand; every length is compared with what remains before it is believed.
 */
export class RecordReader {
  readonly bytes: Uint8Array
  at = 0
  end: number
  private readonly baseOffset: number

  constructor(bytes: Uint8Array, baseOffset: number) {
    this.bytes = bytes
    this.end = bytes.length
    this.baseOffset = baseOffset
  }

  /** A signed varint of at most 32 bits. */
  varint(what: string): number {
    let zigzag = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte(what)
      zigzag |= (byte & 0x7f) << shift
      if (byte < 0x80) return (zigzag >>> 1) ^ -(zigzag & 1)
    }
    throw this.corrupt(`${what} is a varint of more than 5 bytes`)
  }

  /** A signed varint of at most 64 bits; beyond 2^53 the nearest number. */
  varlong(what: string): number {
    let low = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte(what)
      low |= (byte & 0x7f) << shift
      if (byte < 0x80) return (low >>> 1) ^ -(low & 1)
    }
    return this.longVarlong(low, what)
  }

  /** Continues behind the first 28 bits of a varlong. */
  private longVarlong(low: number, what: string): number {
    let byte = this.byte(what)
    low |= (byte & 0x0f) << 28
    let high = (byte & 0x7f) >> 4
    for (let shift = 3; byte >= 0x80; shift += 7) {
      if (shift > 31) throw this.corrupt(`${what} is a varint of more than 10 bytes`)
      byte = this.byte(what)
      high |= (byte & 0x7f) << shift
    }
    const sign = -(low & 1)
    const valueLow = ((low >>> 1) | (high << 31)) ^ sign
    const valueHigh = (high >>> 1) ^ sign
    return valueHigh * TWO_32 + (valueLow >>> 0)
  }

  /** Bytes behind their length, a view; -1 is null. */
  nullableBytes(what: string): Uint8Array | null {
    const length = this.varint(what)
    if (length === -1) return null
    return this.view(length, what)
  }

  /** A string behind its length in bytes. Damaged UTF-8 gives replacement characters, as in Kafka. */
  string(what: string): string {
    return utf8.decode(this.view(this.varint(what), what))
  }

  corrupt(what: string): CorruptRecordError {
    const place = `at byte ${this.at} of the ${this.bytes.length} bytes of records`
    return new CorruptRecordError(`${what}, ${place}`, { baseOffset: this.baseOffset })
  }

  byte(what: string): number {
    if (this.at >= this.end) throw this.corrupt(`${what} is cut off`)
    return this.bytes[this.at++]!
  }

  private view(length: number, what: string): Uint8Array {
    const remaining = this.end - this.at
    if (length < 0 || length > remaining) {
      throw this.corrupt(`${what} announces ${length} bytes where ${remaining} remain`)
    }
    const view = this.bytes.subarray(this.at, this.at + length)
    this.at += length
    return view
  }
}
