/**
 * The large responses of a connection that its peer has not taken yet. They claim their bytes of the request memory, so that answers
 * that nobody reads are bounded as requests are.
 */
import type { MemoryPool } from './memory-pool.ts'

/** Smaller ones claim nothing: a connection may hold `UNSENT_BYTES_MAX` of them. */
const SMALL_RESPONSE_BYTES_MAX = 64 * 1024
/** A peer that has taken none for so long keeps the memory from others. */
const UNTAKEN_MS_MAX = 5_000

export class UntakenResponses {
  readonly #pool: MemoryPool
  #claimedBytes = 0
  /** When the peer took a response last, or there was none to take. */
  #takenMs = 0

  constructor(pool: MemoryPool) {
    this.#pool = pool
  }

  isStuck(nowMs: number): boolean {
    return this.#claimedBytes > 0 && nowMs - this.#takenMs >= UNTAKEN_MS_MAX
  }

  /** Returns the bytes that the response claims, to be given back by `taken`. The pool may close the connection before this returns. */
  add(bytes: number, nowMs: number): number {
    if (bytes <= SMALL_RESPONSE_BYTES_MAX) return 0
    if (this.#claimedBytes === 0) this.#takenMs = nowMs
    this.#claimedBytes += bytes
    this.#pool.claim(bytes)
    return bytes
  }

  taken(bytes: number, nowMs: number): void {
    this.#takenMs = nowMs
    this.#release(bytes)
  }

  /** The connection has ended. */
  drop(): void {
    this.#release(this.#claimedBytes)
  }

  #release(bytes: number): void {
    if (bytes === 0) return
    this.#claimedBytes -= bytes
    this.#pool.release(bytes)
  }
}
