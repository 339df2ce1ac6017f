/**
 * What a client claims about the records of a batch, compared with the records themselves. Made for the hot path: it reads lengths
 * and deltas and skips over keys and values; it allocates nothing but its answer.
 */

export interface RecordsShape {
  /** What contradicts itself, and in which record; undefined when all is sound. */
  readonly fault: { readonly batchIndex: number; readonly message: string } | undefined
  /** Relative to the batch's base timestamp; 0 without records. */
  readonly maxTimestampDelta: number
  /** Indexes of records without a key, the first hundred. */
  readonly withoutKey: readonly number[]
  /** Indexes of records with a time that is not allowed, the first hundred. */
  readonly outsideTime: readonly number[]
}

/** Which times records may have, relative to the batch's base timestamp. */
export interface AllowedTimes {
  readonly earliestDelta: number
  readonly latestDelta: number
  /** Of a record without a time, which is allowed. */
  readonly untimedDelta: number
}

export interface CheckRecordsOptions {
  readonly start: number
  readonly end: number
  readonly count: number
  readonly wantKeys?: boolean
  /** Undefined: any. */
  readonly allowed?: AllowedTimes | undefined
}

/** A list of faulty records in an answer is no longer than this. */
export const RECORD_ERRORS_MAX = 100

const ANY_TIME: AllowedTimes = { earliestDelta: -Infinity, latestDelta: Infinity, untimedDelta: 0 }

class Fault extends Error {}

/** Walks uncompressed records: lengths must add up, offset deltas must be 0, 1, 2 … */
export function checkRecords(bytes: Uint8Array, options: CheckRecordsOptions): RecordsShape {
  const walk = new RecordWalk(bytes, options)
  let index = 0
  try {
    for (; index < options.count; index++) walk.next(index)
    if (walk.at !== options.end) throw new Fault(`${options.end - walk.at} bytes remain behind the last record`)
    return walk.shape(undefined)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return walk.shape({ batchIndex: Math.min(index, options.count - 1), message: error.message })
  }
}

class RecordWalk {
  at: number
  readonly #bytes: Uint8Array
  readonly #end: number
  readonly #wantKeys: boolean
  readonly #withoutKey: number[] = []
  readonly #allowed: AllowedTimes
  readonly #outsideTime: number[] = []
  #maxDelta = 0

  constructor(bytes: Uint8Array, options: CheckRecordsOptions) {
    this.#bytes = bytes
    this.at = options.start
    this.#end = options.end
    this.#wantKeys = options.wantKeys === true
    this.#allowed = options.allowed ?? ANY_TIME
  }

  next(index: number): void {
    const length = this.#varint(this.#end)
    const recordEnd = this.at + length
    if (length < 0 || recordEnd > this.#end) throw new Fault(`a record of ${length} bytes does not fit`)
    this.at++
    const timestampDelta = this.#varlong(recordEnd)
    const { earliestDelta, latestDelta } = this.#allowed
    if (timestampDelta < earliestDelta || timestampDelta > latestDelta) this.#noteTime(index, timestampDelta)
    if (index === 0 || timestampDelta > this.#maxDelta) this.#maxDelta = timestampDelta
    const offsetDelta = this.#varint(recordEnd)
    if (offsetDelta !== index) throw new Fault(`offset delta ${offsetDelta} where ${index} is next`)
    if (this.#skipNullable(recordEnd) && this.#wantKeys && this.#withoutKey.length < RECORD_ERRORS_MAX) {
      this.#withoutKey.push(index)
    }
    this.#skipNullable(recordEnd)
    this.#skipHeaders(recordEnd)
    if (this.at !== recordEnd) throw new Fault(`the record ends ${recordEnd - this.at} bytes behind its content`)
  }

  shape(fault: RecordsShape['fault']): RecordsShape {
    const outsideTime = this.#outsideTime
    return { fault, maxTimestampDelta: this.#maxDelta, withoutKey: this.#withoutKey, outsideTime }
  }

  #noteTime(index: number, timestampDelta: number): void {
    if (timestampDelta === this.#allowed.untimedDelta || this.#outsideTime.length >= RECORD_ERRORS_MAX) return
    this.#outsideTime.push(index)
  }

  #skipHeaders(end: number): void {
    const count = this.#varint(end)
    if (count < 0) throw new Fault(`header count ${count} is negative`)
    for (let header = 0; header < count; header++) {
      if (this.#skipNullable(end)) throw new Fault('a header has no key')
      this.#skipNullable(end)
    }
  }

  /** Returns whether the bytes are null. */
  #skipNullable(end: number): boolean {
    const length = this.#varint(end)
    if (length === -1) return true
    if (length < 0 || length > end - this.at) throw new Fault(`${length} bytes announced where ${end - this.at} remain`)
    this.at += length
    return false
  }

  #varint(end: number): number {
    const bytes = this.#bytes
    let at = this.at
    let byte = at < end ? bytes[at++]! : 0x80
    let zigzag = byte & 0x7f
    for (let shift = 7; byte >= 0x80; shift += 7) {
      if (at >= end || shift > 28) throw new Fault('a varint is cut off or too long')
      byte = bytes[at++]!
      zigzag |= (byte & 0x7f) << shift
    }
    this.at = at
    return (zigzag >>> 1) ^ -(zigzag & 1)
  }

  /** Timestamps lie within 2^53 of each other or the client is wrong: beyond that the nearest number does. */
  #varlong(end: number): number {
    let zigzag = 0
    let scale = 1
    for (let count = 0; count < 10; count++) {
      if (this.at >= end) throw new Fault('a timestamp is cut off')
      const byte = this.#bytes[this.at++]!
      zigzag += (byte & 0x7f) * scale
      if (byte < 0x80) return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
      scale *= 128
    }
    throw new Fault('a timestamp has more than ten bytes')
  }
}
