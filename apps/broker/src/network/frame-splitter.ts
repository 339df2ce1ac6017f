/**
 * Cuts a byte stream into frames: four bytes of size (big endian), then so many bytes. A pure machine over chunks that are
 * lent: what is kept is copied. A frame's memory grows with what has arrived and never follows the announced size alone, so a
 * peer that announces 100 MB pays for them byte by byte: up to 2 MiB in a buffer that doubles, beyond that in parts of 2 MiB,
 * put together when the frame is whole.
 */

import type { FrameBuffers } from './frame-buffers.ts'

export interface FrameSplitterOptions {
  /** `socket.request.max.bytes` */
  readonly frameBytesMax: number
  readonly buffers: FrameBuffers
  /** Bytes of the unfinished frame have arrived, its size field not counted, and are about to be kept. */
  readonly onProgress: (bytes: number, frameBytes: number) => void
  /** A whole frame without its size; it belongs to the receiver, who may give it back to `buffers`. False: the rest of the chunk is not wanted now. */
  readonly onFrame: (frame: Uint8Array) => boolean
}

export type SplitError = { readonly kind: 'invalid-size'; readonly size: number }

const SIZE_BYTES = 4
/** A frame that is not whole at once gets at least so much. */
const FIRST_BUFFER_BYTES = 4 * 1024
/** Of larger frames each part has so much. */
const PART_BYTES = 2 * 1024 * 1024
const EMPTY = new Uint8Array(0)

export class FrameSplitter {
  readonly #options: FrameSplitterOptions
  #sizeBytesSeen = 0
  #size = 0
  /** Full ones that lie before `#buffer`; only of frames beyond `PART_BYTES`. */
  readonly #parts: Uint8Array[] = []
  #buffer: Uint8Array = EMPTY
  /** Bytes in `#buffer`. */
  #filled = 0
  /** Bytes of the frame in all. */
  #received = 0
  #isDropped = false

  constructor(options: FrameSplitterOptions) {
    this.#options = options
  }

  /** True in the middle of a frame, its size field included. */
  get isUnfinished(): boolean {
    return this.#sizeBytesSeen > 0
  }

  /** Returns how many bytes it took: all, or those up to where `onFrame` said false. After an error it must not be used again. */
  push(chunk: Uint8Array): SplitError | number {
    let at = 0
    while (at < chunk.length) {
      if (this.#sizeBytesSeen < SIZE_BYTES) {
        at = this.#takeSize(chunk, at)
        if (this.#sizeBytesSeen < SIZE_BYTES) return at
        if (this.#size < 0 || this.#size > this.#options.frameBytesMax)
          return { kind: 'invalid-size', size: this.#size }
      }
      at += this.#takeBody(chunk, at)
      if (this.#isDropped || (this.#received === this.#size && !this.#emit())) return at
    }
    return at
  }

  /** Nothing more will be pushed: gives back the memory of the unfinished frame. */
  drop(): void {
    this.#isDropped = true
    this.#giveBack()
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
    const bytes = Math.min(this.#size - this.#received, chunk.length - at)
    if (bytes === 0) return 0
    this.#options.onProgress(bytes, this.#size)
    // Request memory may just have been taken from this very frame.
    if (this.#isDropped) return bytes
    for (let taken = 0; taken < bytes; ) {
      if (this.#filled === this.#buffer.length || taken === 0) this.#reserve(bytes - taken)
      const piece = Math.min(bytes - taken, this.#buffer.length - this.#filled)
      this.#buffer.set(slice(chunk, at + taken, piece), this.#filled)
      this.#filled += piece
      taken += piece
    }
    this.#received += bytes
    return bytes
  }

  /** Makes room for so many more bytes, or for as many of them as a part has. */
  #reserve(bytes: number): void {
    const capacity = this.#buffer.length
    if (this.#filled + bytes <= capacity) return
    if (capacity >= PART_BYTES) {
      if (this.#filled < capacity) return
      this.#parts.push(this.#buffer)
      this.#buffer = this.#options.buffers.take(PART_BYTES)
      this.#filled = 0
      return
    }
    const { buffers } = this.#options
    const wanted = Math.max(this.#filled + bytes, capacity * 2, FIRST_BUFFER_BYTES)
    const buffer = buffers.take(Math.min(this.#size, wanted, PART_BYTES))
    buffer.set(this.#buffer.subarray(0, this.#filled))
    if (capacity > 0) buffers.giveBack(this.#buffer)
    this.#buffer = buffer
  }

  #emit(): boolean {
    const frame = this.#parts.length > 0 ? this.#joined() : slice(this.#buffer, 0, this.#size)
    this.#sizeBytesSeen = 0
    this.#size = 0
    this.#received = 0
    this.#buffer = EMPTY
    this.#filled = 0
    return this.#options.onFrame(frame)
  }

  #joined(): Uint8Array {
    const frame = this.#options.buffers.take(this.#size).subarray(0, this.#size)
    let at = 0
    for (const part of [...this.#parts, this.#buffer.subarray(0, this.#filled)]) {
      frame.set(part, at)
      at += part.length
    }
    this.#giveBack()
    return frame
  }

  #giveBack(): void {
    const { buffers } = this.#options
    for (const part of this.#parts.splice(0)) buffers.giveBack(part)
    if (this.#buffer.length > 0) buffers.giveBack(this.#buffer)
    this.#buffer = EMPTY
    this.#filled = 0
  }
}

function slice(bytes: Uint8Array, start: number, length: number): Uint8Array {
  return start === 0 && length === bytes.length ? bytes : bytes.subarray(start, start + length)
}
