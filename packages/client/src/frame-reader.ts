/** A peer that announces a frame beyond the limit, or of a negative size: not Kafka's protocol, or not this client's. */
export class FrameSizeError extends Error {
  override readonly name = 'FrameSizeError'
}

const SIZE_BYTES = 4
/** What is allocated for a frame before any of its bytes has arrived. */
const FIRST_ALLOCATION_BYTES = 1024 * 1024

/** Where frames are put. A buffer may be larger than asked for, and hold anything. */
export interface FrameMemory {
  take(bytes: number): Uint8Array
}

const FRESH: FrameMemory = { take: (bytes) => new Uint8Array(bytes) }

/**
 * Cuts a byte stream into frames (int32 size, then so many bytes). The chunks are lent, so what is kept is copied; the
 * memory for a frame grows with the bytes that have arrived, whatever size it announces.
 */
export class FrameReader {
  private readonly bytesMax: number
  private readonly memory: FrameMemory
  private size = 0
  private sizeBytesRead = 0
  private frame: Uint8Array = new Uint8Array(0)
  private filled = 0

  constructor(bytesMax: number, memory: FrameMemory = FRESH) {
    this.bytesMax = bytesMax
    this.memory = memory
  }

  /** Takes a chunk and hands over each frame that it completes, without its size prefix. Throws a `FrameSizeError`. */
  push(chunk: Uint8Array, onFrame: (frame: Uint8Array) => void): void {
    let at = 0
    while (at < chunk.length) {
      if (this.sizeBytesRead < SIZE_BYTES) {
        at = this.readSize(chunk, at)
        if (this.sizeBytesRead < SIZE_BYTES) return
      }
      at = this.fill(chunk, at)
      if (this.filled === this.size) this.finish(onFrame)
    }
  }

  private readSize(chunk: Uint8Array, at: number): number {
    while (this.sizeBytesRead < SIZE_BYTES && at < chunk.length) {
      this.size = (this.size << 8) | chunk[at++]!
      this.sizeBytesRead += 1
    }
    if (this.sizeBytesRead === SIZE_BYTES && (this.size < SIZE_BYTES || this.size > this.bytesMax)) {
      throw new FrameSizeError(`announced an answer of ${this.size} bytes, at most ${this.bytesMax} are accepted`)
    }
    return at
  }

  private fill(chunk: Uint8Array, at: number): number {
    const length = Math.min(this.size - this.filled, chunk.length - at)
    this.reserve(this.filled + length)
    this.frame.set(chunk.subarray(at, at + length), this.filled)
    this.filled += length
    return at + length
  }

  private reserve(bytes: number): void {
    if (bytes <= this.frame.length) return
    const capacity = Math.min(this.size, Math.max(bytes, this.frame.length * 2, FIRST_ALLOCATION_BYTES))
    const grown = this.memory.take(capacity)
    grown.set(this.frame.subarray(0, this.filled))
    this.frame = grown
  }

  private finish(onFrame: (frame: Uint8Array) => void): void {
    const frame = this.frame.length === this.size ? this.frame : this.frame.subarray(0, this.size)
    this.size = 0
    this.sizeBytesRead = 0
    this.frame = new Uint8Array(0)
    this.filled = 0
    onFrame(frame)
  }
}
