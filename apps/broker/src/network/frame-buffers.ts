/**
 * Memory for frames that is used again: a busy broker would otherwise make garbage of every produced byte. Buffers come in
 * powers of two; small frames and huge ones are not worth it and get memory of their own.
 */
const BYTES_MIN = 32 * 1024
const BYTES_MAX = 2 * 1024 * 1024
/** What lies ready, at most. */
const FREE_BYTES_MAX = 16 * 1024 * 1024

export class FrameBuffers {
  /** By the size of their buffers. */
  readonly #free = new Map<number, Uint8Array[]>()
  /** Memory that was taken from here and has not come back; what is not in it is shared with others, and refused. */
  readonly #lent = new WeakSet<ArrayBufferLike>()
  #freeBytes = 0

  get freeBytes(): number {
    return this.#freeBytes
  }

  /** A buffer of at least so many bytes, with whatever was in it. */
  take(bytes: number): Uint8Array {
    if (bytes < BYTES_MIN || bytes > BYTES_MAX) return Buffer.allocUnsafe(bytes)
    const size = 2 ** Math.ceil(Math.log2(bytes))
    const buffer = this.#free.get(size)?.pop()
    if (buffer !== undefined) this.#freeBytes -= size
    const given = buffer ?? Buffer.allocUnsafeSlow(size)
    this.#lent.add(given.buffer)
    return given
  }

  /** The memory of a frame: nobody holds anything of it any more. Does nothing if it does not come from here. */
  giveBack({ buffer: memory }: Uint8Array): void {
    if (!this.#lent.delete(memory)) return
    const size = memory.byteLength
    if (this.#freeBytes + size > FREE_BYTES_MAX) return
    const alike = this.#free.get(size) ?? []
    this.#free.set(size, alike)
    alike.push(Buffer.from(memory as ArrayBuffer))
    this.#freeBytes += size
  }
}
