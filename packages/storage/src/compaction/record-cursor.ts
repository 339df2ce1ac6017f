/** The records of a batch as stretches of bytes: what compaction looks at and copies without decoding the rest. */

/** The bytes are no records, whatever their checksum says. */
export class RecordFault extends Error {
  override readonly name = 'RecordFault'
}

/** Walks uncompressed records. After `next` the fields describe one of them; positions are in `bytes`. */
export class RecordCursor {
  readonly bytes: Uint8Array
  readonly #end: number
  #at: number
  /** Of the whole record, its length in front included. */
  start = 0
  end = 0
  /** Behind the timestamp delta. */
  restAt = 0
  timestampDelta = 0
  offsetDelta = 0
  /** -1: there is no key. */
  keyAt = 0
  keyEnd = 0
  hasValue = false

  constructor(bytes: Uint8Array, start: number, end = bytes.length) {
    this.bytes = bytes
    this.#at = start
    this.#end = end
  }

  get isAtEnd(): boolean {
    return this.#at === this.#end
  }

  /** Throws a `RecordFault`. */
  next(): void {
    this.start = this.#at
    const length = this.#varint(this.#end)
    this.end = this.#at + length
    if (length < 0 || this.end > this.#end) throw new RecordFault(`a record of ${length} bytes does not fit`)
    this.#at++
    this.timestampDelta = this.#varlong(this.end)
    this.restAt = this.#at
    this.offsetDelta = this.#varint(this.end)
    const keyBytes = this.#length()
    this.keyAt = keyBytes < 0 ? -1 : this.#at
    this.#at += Math.max(0, keyBytes)
    this.keyEnd = this.#at
    const valueBytes = this.#length()
    this.hasValue = valueBytes >= 0
    this.#at += Math.max(0, valueBytes)
    if (this.#at > this.end) throw new RecordFault('a record is longer than it says')
    // Headers are copied as they are.
    this.#at = this.end
  }

  /** Of bytes that follow; -1: null. */
  #length(): number {
    const length = this.#varint(this.end)
    if (length < -1 || length > this.end - this.#at) {
      throw new RecordFault(`${length} bytes announced where ${this.end - this.#at} remain`)
    }
    return length
  }

  #varint(end: number): number {
    let zigzag = 0
    for (let shift = 0; shift < 35; shift += 7) {
      if (this.#at >= end) throw new RecordFault('a varint is cut off')
      const byte = this.bytes[this.#at++]!
      zigzag |= (byte & 0x7f) << shift
      if (byte < 0x80) return (zigzag >>> 1) ^ -(zigzag & 1)
    }
    throw new RecordFault('a varint is too long')
  }

  /** Beyond 2^53 the nearest number. */
  #varlong(end: number): number {
    let zigzag = 0
    let scale = 1
    for (let count = 0; count < 10; count++) {
      if (this.#at >= end) throw new RecordFault('a timestamp is cut off')
      const byte = this.bytes[this.#at++]!
      zigzag += (byte & 0x7f) * scale
      if (byte < 0x80) return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
      scale *= 128
    }
    throw new RecordFault('a timestamp is too long')
  }
}
