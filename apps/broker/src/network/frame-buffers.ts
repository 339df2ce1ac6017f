/**
 * Memory for frames that is used again: a busy broker would otherwise make garbage of every produced byte. Buffers come in
 * powers of two; small frames are not worth it, and huge ones get memory of their own.
 *
 * What comes back and is not kept, or was not needed for a while, is freed at once, by moving its bytes away: left to the
 * garbage collector, the half frames of a hundred hostile peers lie around for many seconds after their connections.
 */
const BYTES_MIN = 32 * 1024
const BYTES_MAX = 2 * 1024 * 1024
/** What lies ready, at most. */
const FREE_BYTES_MAX = 16 * 1024 * 1024

/** Buffers of one size. */
interface Shelf {
  readonly free: Uint8Array[]
  /** The fewest that lay here since the last `shrink`: so many have not been needed. */
  unused: number
}

export class FrameBuffers {
  /** By the size of their buffers. */
  readonly #shelves = new Map<number, Shelf>()
  /** Memory that was taken from here and has not come back; what is not in it is shared with others, and refused. */
  readonly #lent = new WeakSet<ArrayBufferLike>()
  #freeBytes = 0

  get freeBytes(): number {
    return this.#freeBytes
  }

  /** A buffer of at least so many bytes, with whatever was in it. */
  take(bytes: number): Uint8Array {
    if (bytes < BYTES_MIN) return Buffer.allocUnsafe(bytes)
    const size = bytes > BYTES_MAX ? bytes : 2 ** Math.ceil(Math.log2(bytes))
    const given = this.#taken(size) ?? Buffer.allocUnsafeSlow(size)
    this.#lent.add(given.buffer)
    return given
  }

  /** The memory of a frame: nobody holds anything of it any more. Does nothing if it does not come from here. */
  giveBack({ buffer: memory }: Uint8Array): void {
    if (!this.#lent.delete(memory)) return
    const size = memory.byteLength
    if (size > BYTES_MAX || this.#freeBytes + size > FREE_BYTES_MAX) {
      free(memory)
      return
    }
    const shelf = this.#shelves.get(size) ?? { free: [], unused: 0 }
    this.#shelves.set(size, shelf)
    shelf.free.push(Buffer.from(memory as ArrayBuffer))
    this.#freeBytes += size
  }

  /** Called about once a second: half of what was not needed since the last call goes. */
  shrink(): void {
    for (const [size, shelf] of this.#shelves) {
      const surplus = shelf.free.splice(0, Math.ceil(shelf.unused / 2))
      for (const { buffer } of surplus) free(buffer)
      this.#freeBytes -= surplus.length * size
      shelf.unused = shelf.free.length
    }
  }

  #taken(size: number): Uint8Array | undefined {
    const shelf = this.#shelves.get(size)
    const buffer = shelf?.free.pop()
    if (shelf === undefined || buffer === undefined) return undefined
    shelf.unused = Math.min(shelf.unused, shelf.free.length)
    this.#freeBytes -= size
    return buffer
  }
}

/** Views that are left on it become empty. */
function free(memory: ArrayBufferLike): void {
  ;(memory as ArrayBuffer).transfer(0)
}
