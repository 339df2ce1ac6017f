import { EncodeError } from '../protocol-error.ts'
import { writeUuid } from '../uuid.ts'
import { encodeText, STRING_BYTES_MAX, textBytes } from './text.ts'

/** Bytes that are not in memory, such as a region of a file. The encoder passes the object through as it is. */
export interface ExternalBytes {
  readonly byteLength: number
}

export type Chunk = Uint8Array | ExternalBytes

/** From this size on bytes are handed on as a chunk of their own: below it the copy is cheaper than one more chunk. */
const OWN_CHUNK_BYTES = 4096
const SLAB_BYTES = 64 * 1024
const SLAB_LEFT_MIN = 1024
const FRAME_BYTES_MAX = 0x7fffffff

/** Small messages are written one behind the other into a shared slab: an allocation per message would cost more than the message. */
let slab = new Uint8Array(SLAB_BYTES)
let slabUsed = 0

/**
 * Writes one message. With `chunked` large and external bytes become chunks of their own; without it everything is copied
 * into one array and external bytes are an error.
 */
export class Writer {
  buffer: Uint8Array
  position: number
  private start: number
  private readonly chunked: boolean
  private readonly chunks: Chunk[] = []
  private chunkBytes = 0
  private openSizes = 0

  constructor(chunked: boolean) {
    if (slab.length - slabUsed < SLAB_LEFT_MIN) {
      slab = new Uint8Array(SLAB_BYTES)
      slabUsed = 0
    }
    this.chunked = chunked
    this.buffer = slab
    this.start = slabUsed
    this.position = slabUsed
  }

  /** Bytes written so far, external ones included. */
  get byteLength(): number {
    return this.chunkBytes + this.position - this.start
  }

  /** Makes room for `length` bytes at `position`. */
  reserve(length: number): void {
    if (this.position + length > this.buffer.length) this.grow(length)
  }

  private grow(length: number): void {
    const used = this.position - this.start
    const larger = new Uint8Array(Math.max(SLAB_BYTES, 2 * used + length))
    larger.set(this.buffer.subarray(this.start, this.position))
    this.buffer = larger
    this.start = 0
    this.position = used
  }

  bool(value: boolean): void {
    this.int8(value ? 1 : 0)
  }

  int8(value: number): void {
    this.reserve(1)
    this.buffer[this.position++] = value
  }

  int16(value: number): void {
    this.reserve(2)
    this.buffer[this.position++] = value >> 8
    this.buffer[this.position++] = value
  }

  /** Signed or unsigned: the low 32 bits of `value`. */
  int32(value: number): void {
    this.reserve(4)
    const buffer = this.buffer
    const at = this.position
    buffer[at] = value >> 24
    buffer[at + 1] = value >> 16
    buffer[at + 2] = value >> 8
    buffer[at + 3] = value
    this.position = at + 4
  }

  /** A safe integer, in two halves. */
  int64(value: number): void {
    this.int32(Math.floor(value / 0x1_0000_0000))
    this.int32(value >>> 0)
  }

  /** Java's Long.MAX_VALUE. */
  int64Max(): void {
    this.int32(0x7fffffff)
    this.int32(0xffffffff)
  }

  float64(value: number): void {
    this.reserve(8)
    new DataView(this.buffer.buffer, this.buffer.byteOffset + this.position, 8).setFloat64(0, value)
    this.position += 8
  }

  bits64(value: bigint): void {
    this.reserve(8)
    new DataView(this.buffer.buffer, this.buffer.byteOffset + this.position, 8).setBigInt64(0, value)
    this.position += 8
  }

  uuid(text: string): void {
    this.reserve(16)
    writeUuid(text, this.buffer, this.position)
    this.position += 16
  }

  uvarint(value: number): void {
    this.reserve(5)
    while (value > 127) {
      this.buffer[this.position++] = (value & 0x7f) | 0x80
      value >>>= 7
    }
    this.buffer[this.position++] = value
  }

  /** Length as int16, then UTF-8. */
  string(text: string, path: string): void {
    const length = checkedTextBytes(text, path)
    this.int16(length)
    this.text(text, length)
  }

  /** Length + 1 as varint, then UTF-8. */
  compactString(text: string, path: string): void {
    const length = checkedTextBytes(text, path)
    this.uvarint(length + 1)
    this.text(text, length)
  }

  private text(text: string, length: number): void {
    this.reserve(length)
    this.position += encodeText(text, this.buffer, this.position)
  }

  /** Copies `bytes`, or hands them on. */
  raw(bytes: Uint8Array): void {
    if (this.chunked && this.openSizes === 0 && bytes.length >= OWN_CHUNK_BYTES) {
      this.handOn(bytes)
      return
    }
    this.reserve(bytes.length)
    this.buffer.set(bytes, this.position)
    this.position += bytes.length
  }

  /** A `records` field: bytes in memory, or external ones. */
  records(records: Chunk, path: string): void {
    if (ArrayBuffer.isView(records)) {
      this.raw(records as Uint8Array)
      return
    }
    if (!this.chunked || this.openSizes > 0) {
      throw new EncodeError(
        `${path}: bytes that are not in memory fit only into a list of chunks, outside tagged fields`,
      )
    }
    if (records.byteLength > 0) this.handOn(records)
  }

  private handOn(chunk: Chunk): void {
    this.flush()
    this.chunks.push(chunk)
    this.chunkBytes += chunk.byteLength
  }

  private flush(): void {
    if (this.position === this.start) return
    this.chunks.push(this.buffer.subarray(this.start, this.position))
    this.chunkBytes += this.position - this.start
    this.start = this.position
    if (this.buffer === slab) slabUsed = this.position
  }

  /** Opens a tagged field: its size goes before its bytes, which are not known yet. Returns a mark for `endSized`. */
  beginSized(): number {
    this.int8(0)
    this.openSizes++
    return this.position - this.start
  }

  endSized(mark: number): void {
    this.openSizes--
    const size = this.position - this.start - mark
    const sizeWidth = size < 1 << 7 ? 1 : size < 1 << 14 ? 2 : size < 1 << 21 ? 3 : size < 1 << 28 ? 4 : 5
    this.reserve(8)
    const at = this.start + mark
    this.buffer.copyWithin(at + sizeWidth - 1, at, at + size)
    this.position = at - 1
    this.uvarint(size)
    this.position += size
  }

  /** The message in an array of its own. */
  toBytes(): Uint8Array {
    return this.buffer.slice(this.start, this.position)
  }

  /** The frame, its first four bytes (written as a placeholder) set to the size of the rest. */
  toFrame(): Chunk[] {
    const size = this.byteLength - 4
    if (size > FRAME_BYTES_MAX)
      throw new EncodeError(`a frame of ${size} bytes: the protocol has at most ${FRAME_BYTES_MAX}`)
    this.flush()
    const first = this.chunks[0] as Uint8Array
    first[0] = size >> 24
    first[1] = size >> 16
    first[2] = size >> 8
    first[3] = size
    return this.chunks
  }
}

function checkedTextBytes(text: string, path: string): number {
  const length = textBytes(text)
  if (length <= STRING_BYTES_MAX) return length
  throw new EncodeError(`${path}: a string of ${length} bytes is longer than ${STRING_BYTES_MAX}`)
}
