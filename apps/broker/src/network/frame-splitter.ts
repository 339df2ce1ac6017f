/**
 * Cuts a byte stream into frames: four bytes of size (big endian), then so many bytes. A pure machine over chunks that are
 * lent: what is kept is copied. A frame's memory grows with what has arrived (at most twice as much) and never follows the
 * announced size alone, so a peer that announces 100 MB pays for them byte by byte.
 */

import type { FrameBuffers } from './frame-buffers.ts'

export interface FrameSplitterOptions {
  /** `socket.request.max.bytes` */
  readonly frameBytesMax: number
  readonly buffers: FrameBuffers
  /** Bytes of the unfinished frame have arrived, its size field not counted, and are about to be kept. */
  readonly onProgress: (bytes: number, frameBytes: number) => void
  /** A whole frame without its size; it belongs to the receiver, who may give it back to `buffers`. False stops the splitter: the rest is not wanted. */
  readonly onFrame: (frame: Uint8Array) => boolean
}

export type SplitError = { readonly kind: 'invalid-size'; readonly size: number }

const SIZE_BYTES = 4
/** A frame that is not whole at once gets at least so much. */
const FIRST_BUFFER_BYTES = 4 * 1024
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
    this.#options.onProgress(bytes, this.#size)
    this.#reserve(this.#filled + bytes)
    this.#buffer.set(at === 0 && bytes === chunk.length ? chunk : chunk.subarray(at, at + bytes), this.#filled)
    this.#filled += bytes
    return bytes
  }

  #reserve(bytes: number): void {
    const capacity = this.#buffer.length
    if (bytes <= capacity) return
    const { buffers } = this.#options
    const wanted = Math.min(this.#size, Math.max(bytes, capacity * 2, FIRST_BUFFER_BYTES))
    const buffer = buffers.take(wanted)
    buffer.set(this.#buffer.subarray(0, this.#filled))
    if (capacity > 0) buffers.giveBack(this.#buffer)
    this.#buffer = buffer
  }

  #emit(): boolean {
    const frame = this.#buffer.length === this.#size ? this.#buffer : this.#buffer.subarray(0, this.#size)
    this.#sizeBytesSeen = 0
    this.#size = 0
    this.#buffer = EMPTY
    this.#filled = 0
    return this.#options.onFrame(frame)
  }
}
