const utf8 = new TextEncoder()
/** A string takes at most so many bytes per UTF-16 unit. */
const BYTES_PER_UNIT_MAX = 3

/** Bytes and texts one behind the other, in one array that grows. */
export class ByteBuffer {
  private bytes: Uint8Array
  private length = 0

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity)
  }

  get size(): number {
    return this.length
  }

  add(data: Uint8Array | string): void {
    if (typeof data === 'string') this.addText(data)
    else this.addBytes(data)
  }

  /** Drops what was added since the size was this. */
  truncate(size: number): void {
    this.length = size
  }

  /** What was added so far; the buffer begins anew in other memory. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(0, this.length)
    this.bytes = new Uint8Array(this.bytes.length)
    this.length = 0
    return taken
  }

  private addBytes(data: Uint8Array): void {
    this.reserve(data.length)
    this.bytes.set(data, this.length)
    this.length += data.length
  }

  private addText(text: string): void {
    this.reserve(text.length * BYTES_PER_UNIT_MAX)
    this.length += utf8.encodeInto(text, this.bytes.subarray(this.length)).written
  }

  private reserve(bytes: number): void {
    const needed = this.length + bytes
    if (needed <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
  }
}
