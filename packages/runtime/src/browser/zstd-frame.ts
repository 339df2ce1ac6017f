import { CodecError } from '../codecs.ts'

/** What the headers of a Zstandard frame and of its blocks tell (RFC 8878). One frame is read. */
export interface ZstdFrame {
  /** The length of the output, if the frame tells it. */
  readonly contentBytes: number | undefined
  /** How far back matches may reach: memory that a decoder needs. */
  readonly windowBytes: number
  /** No output is longer, whatever the blocks hold. */
  readonly outputBound: number
  /** The size of the frame itself, checksum included. */
  readonly sizeBytes: number
}

const MAGIC = 0xfd2f_b528
const BLOCK_BYTES_MAX = 128 * 1024
const RLE = 1
const RESERVED = 3
/** Sizes of the fields by the two bits that announce them. */
const DICTIONARY_ID_BYTES = [0, 1, 2, 4]
const CONTENT_SIZE_BYTES = [0, 2, 4, 8]

/** Walks a frame from header to header; throws a `CodecError` where they do not fit the bytes. */
export function parseZstdFrame(input: Uint8Array): ZstdFrame {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
  if (input.length < 6 || view.getUint32(0, true) !== MAGIC) throw damaged('no Zstandard frame')
  const flags = input[4]!
  const singleSegment = (flags & 0x20) !== 0
  const contentSizeAt = 5 + (singleSegment ? 0 : 1) + DICTIONARY_ID_BYTES[flags & 0x03]!
  const contentSizeBytes = singleSegment && flags < 0x40 ? 1 : CONTENT_SIZE_BYTES[flags >> 6]!
  const blocksAt = contentSizeAt + contentSizeBytes
  if (blocksAt > input.length) throw damaged('the frame header is cut off')
  const contentBytes = contentSize(view, contentSizeAt, contentSizeBytes)
  const windowBytes = singleSegment ? contentBytes! : windowSize(input[5]!)
  const { end, outputBound } = walkBlocks(input, blocksAt, Math.min(windowBytes, BLOCK_BYTES_MAX))
  const sizeBytes = end + ((flags & 0x04) === 0 ? 0 : 4)
  if (sizeBytes > input.length) throw damaged('the frame is cut off')
  return { contentBytes, windowBytes, outputBound, sizeBytes }
}

function contentSize(view: DataView, at: number, bytes: number): number | undefined {
  switch (bytes) {
    case 1:
      return view.getUint8(at)
    case 2:
      return view.getUint16(at, true) + 256
    case 4:
      return view.getUint32(at, true)
    case 8:
      return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32
    default:
      return undefined
  }
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3))
  return base + (base / 8) * (descriptor & 0x07)
}

function walkBlocks(
  input: Uint8Array,
  start: number,
  compressedBlockMax: number,
): { end: number; outputBound: number } {
  let outputBound = 0
  for (let at = start; ; ) {
    if (at + 3 > input.length) throw damaged('the frame is cut off')
    const header = input[at]! | (input[at + 1]! << 8) | (input[at + 2]! << 16)
    const type = (header >> 1) & 0x03
    const size = header >> 3
    if (type === RESERVED || size > BLOCK_BYTES_MAX)
      throw damaged(`a block of type ${type} and ${size} bytes is impossible`)
    outputBound += type === 2 ? compressedBlockMax : size
    at += 3 + (type === RLE ? 1 : size)
    if (at > input.length) throw damaged('a block is cut off')
    if ((header & 1) === 1) return { end: at, outputBound }
  }
}

function damaged(what: string): CodecError {
  return new CodecError('zstd', what)
}
