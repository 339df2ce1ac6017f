/** Bytes that one read has brought and that are not looked at yet. Their memory is claimed from the pool until all of them are. */
import type { MemoryPool } from './memory-pool.ts'

const EMPTY = new Uint8Array(0)

export class Backlog {
  readonly #pool: MemoryPool
  #bytes: Uint8Array = EMPTY
  #claimedBytes = 0

  constructor(pool: MemoryPool) {
    this.#pool = pool
  }

  get isEmpty(): boolean {
    return this.#bytes.length === 0
  }

  get bytes(): Uint8Array {
    return this.#bytes
  }

  /** Copies the chunk. The pool may close the connection, and so empty the backlog, before this returns. */
  keep(chunk: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk])
    this.#claimedBytes += chunk.length
    this.#pool.claim(chunk.length)
  }

  taken(bytes: number): void {
    this.#bytes = this.#bytes.subarray(bytes)
    if (this.isEmpty) this.drop()
  }

  drop(): void {
    const claimedBytes = this.#claimedBytes
    this.#bytes = EMPTY
    this.#claimedBytes = 0
    if (claimedBytes > 0) this.#pool.release(claimedBytes)
  }
}
