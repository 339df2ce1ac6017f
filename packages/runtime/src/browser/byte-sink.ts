/** An array that grows by doubling. */
export class ByteSink {
  private bytes: Uint8Array
  private used = 0

  constructor(capacity: number) {
    this.bytes = new Uint8Array(Math.max(capacity, 16))
  }

  byte(value: number): void {
    this.room(1)
    this.bytes[this.used++] = value
  }

  append(bytes: Uint8Array): void {
    this.room(bytes.length)
    this.bytes.set(bytes, this.used)
    this.used += bytes.length
  }

  /** What was written; a view. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.used)
  }

  private room(bytes: number): void {
    const needed = this.used + bytes
    if (needed <= this.bytes.length) return
    const larger = new Uint8Array(Math.max(needed, 2 * this.bytes.length))
    larger.set(this.bytes)
    this.bytes = larger
  }
}
