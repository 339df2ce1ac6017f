/**
 * Cuts a byte stream into frames: four bytes of size (big endian), then so many bytes. A pure machine over chunks that are
 * lent: what is kept is copied. A frame's memory grows with what has arrived and never follows the declared size alone, so a
 * peer that announces 100 MB pays for them byte by byte.
 */

export interface FrameSplitterOptions {
  /** `socket.request.max.bytes` */
  readonly frameBytesMax: number
  /** Memory is about to be taken for the unfinished frame. */
  readonly onGrow: (bytes: number) => void
  /** Bytes of the unfinished frame have arrived (its size field is not counted). */
  readonly onProgress: (bytes: number) => void
  /** A whole frame without its size; it belongs to the receiver. False stops the splitter: the rest is not wanted. */
  readonly onFrame: (frame: Uint8Array) => boolean
}

export type SplitError = { readonly kind: 'invalid-size'; readonly size: number }

const SIZE_BYTES = 4
const FIRST_BUFFER_BYTES = 64 * 1024
const EMPTY = new Uint8Array(0)

export class FrameSplitter {
  readonly #options: FrameSplitterOptions
  #sizeBytesSeen = 0
  #size = 0
  #buffer: Uint8Array = EMPTY
  #filled = 0

  constructor(options: FrameSplitterOptions) {
    this.#options = options
  }

  /** True in the middle of a frame, its size field included. */
  get isUnfinished(): boolean {
    return this.#sizeBytesSeen > 0
  }

  /** After an error, or after `onFrame` said false, the splitter must not be used again. */
  push(chunk: Uint8Array): SplitError | undefined {
    let at = 0
    while (at < chunk.length) {
      if (this.#sizeBytesSeen < SIZE_BYTES) {
        at = this.#takeSize(chunk, at)
        if (this.#sizeBytesSeen < SIZE_BYTES) return undefined
        if (this.#size < 0 || this.#size > this.#options.frameBytesMax)
          return { kind: 'invalid-size', size: this.#size }
      }
      at += this.#takeBody(chunk, at)
      if (this.#filled === this.#size && !this.#emit()) return undefined
    }
    return undefined
  }

  #takeSize(chunk: Uint8Array, at: number): number {
    while (this.#sizeBytesSeen < SIZE_BYTES && at < chunk.length) {
      this.#size = (this.#size << 8) | chunk[at]!
      this.#sizeBytesSeen += 1
      at += 1
    }
    return at
  }

  #takeBody(chunk: Uint8Array, at: number): number {
    const bytes = Math.min(this.#size - this.#filled, chunk.length - at)
    if (bytes === 0) return 0
    this.#reserve(this.#filled + bytes)
    this.#buffer.set(chunk.subarray(at, at + bytes), this.#filled)
    this.#filled += bytes
    this.#options.onProgress(bytes)
    return bytes
  }

  #reserve(bytes: number): void {
    const capacity = this.#buffer.length
    if (bytes <= capacity) return
    const grown = Math.min(this.#size, Math.max(bytes, capacity * 2, FIRST_BUFFER_BYTES))
    this.#options.onGrow(grown - capacity)
    const buffer = Buffer.allocUnsafeSlow(grown)
    buffer.set(this.#buffer.subarray(0, this.#filled))
    this.#buffer = buffer
  }

  #emit(): boolean {
    const frame = this.#buffer
    this.#sizeBytesSeen = 0
    this.#size = 0
    this.#buffer = EMPTY
    this.#filled = 0
    return this.#options.onFrame(frame)
  }
}
