/** A buffer with the share of buffer.memory that it stands for. */
export interface Memory {
  readonly buffer: Uint8Array
  readonly reservedBytes: number
}

/** buffer.memory: how much may be waiting, and the buffers of batch.size that are used over and over. */
export class BufferMemory {
  private readonly batchBytes: number
  private free: number
  private readonly recycled: Uint8Array[] = []

  constructor({ totalBytes, batchBytes }: { readonly totalBytes: number; readonly batchBytes: number }) {
    this.free = totalBytes
    this.batchBytes = batchBytes
  }

  get freeBytes(): number {
    return this.free
  }

  /** A buffer of batch.size, or of `bytesMin` where that is more; undefined while too little is free. */
  take(bytesMin: number): Memory | undefined {
    const reservedBytes = Math.max(this.batchBytes, bytesMin)
    if (reservedBytes > this.free) return undefined
    this.free -= reservedBytes
    const recycled = reservedBytes === this.batchBytes ? this.recycled.pop() : undefined
    return { buffer: recycled ?? new Uint8Array(reservedBytes), reservedBytes }
  }

  /** `reusable`: nobody will read the buffer any more. Recycled buffers are never more than what may be taken. */
  give({ buffer, reservedBytes }: Memory, reusable: boolean): void {
    this.free += reservedBytes
    if (reusable && buffer.length === this.batchBytes && reservedBytes > 0) this.recycled.push(buffer)
  }
}
