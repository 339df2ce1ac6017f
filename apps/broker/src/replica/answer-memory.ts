/**
 * Memory for the answers of one leader, used again and again: a follower under load would otherwise make garbage of every byte that
 * it copies, and spend a fifth of its time on collecting that.
 *
 * An answer's records are written from where they were received. So a buffer is either on loan, and nobody may take it, or free,
 * when whoever fetches has said that nothing of any answer is needed any more.
 */
import type { FrameMemory } from '@ottla/client/internal'

/** Smaller answers get memory of their own. */
const BYTES_MIN = 32 * 1024
/** What is larger is not kept: replica.fetch.response.max.bytes by default, and some. */
const KEPT_BYTES_MAX = 12 * 1024 * 1024
/** So many small answers in a row, and the partitions are at rest: the buffer goes. */
const SMALL_MAX = 64

export class AnswerMemory implements FrameMemory {
  #free: Uint8Array | undefined
  #lent: Uint8Array | undefined
  #smallInRow = 0

  /** Bytes that lie ready. */
  get freeBytes(): number {
    return this.#free?.length ?? 0
  }

  take(bytes: number): Uint8Array {
    if (bytes < BYTES_MIN) {
      this.#smallInRow += 1
      if (this.#smallInRow >= SMALL_MAX) this.#free = undefined
      return Buffer.allocUnsafe(bytes)
    }
    this.#smallInRow = 0
    const given = this.freeBytes >= bytes ? this.#free! : Buffer.allocUnsafeSlow(bytes)
    this.#free = undefined
    this.#lent = given
    return given
  }

  /** No answer is under way, and nothing of one is needed. */
  release(): void {
    if (this.#lent !== undefined && this.#lent.length <= KEPT_BYTES_MAX) this.#free = this.#lent
    this.#lent = undefined
  }

  /** Somebody may still write from an answer, or nobody fetches any more: all is left to the garbage collector. */
  abandon(): void {
    this.#lent = undefined
    this.#free = undefined
  }
}
