const CAPACITY = 64

export interface BatchPlace {
  readonly baseOffset: number
  readonly position: number
  readonly sizeBytes: number
}

/**
 * Where the last batches of the active segment lie, so that consumers at the tail and the high watermark are found without
 * reading the file. A ring, made when the first batch comes.
 */
export class RecentBatches {
  /** Base offset, last offset, position, size of batch n at (n % CAPACITY) * 4. */
  #ring: Float64Array | undefined
  #count = 0

  add(batch: { baseOffset: number; lastOffset: number; sizeBytes: number }, position: number): void {
    this.#ring ??= new Float64Array(CAPACITY * 4)
    const at = (this.#count % CAPACITY) * 4
    this.#ring[at] = batch.baseOffset
    this.#ring[at + 1] = batch.lastOffset
    this.#ring[at + 2] = position
    this.#ring[at + 3] = batch.sizeBytes
    this.#count++
  }

  clear(): void {
    this.#count = 0
  }

  /** The first batch that ends at or behind `offset`; undefined when that may be one that is no longer in the ring. */
  find(offset: number): BatchPlace | undefined {
    const ring = this.#ring
    if (ring === undefined || this.#count === 0) return undefined
    let low = Math.max(0, this.#count - CAPACITY)
    let high = this.#count
    // The oldest batch is the first that ends at or behind its own offsets only; for smaller ones nothing is known.
    if (offset < ring[(low % CAPACITY) * 4]!) return undefined
    while (low < high) {
      const middle = (low + high) >>> 1
      if (ring[(middle % CAPACITY) * 4 + 1]! < offset) low = middle + 1
      else high = middle
    }
    if (low === this.#count) return undefined
    const at = (low % CAPACITY) * 4
    return { baseOffset: ring[at]!, position: ring[at + 2]!, sizeBytes: ring[at + 3]! }
  }
}
