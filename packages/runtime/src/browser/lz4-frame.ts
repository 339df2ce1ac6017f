import { CodecError } from '../codecs.ts'
import { lz4BlockOutputBytes } from './lz4-block.ts'
import { xxHash32 } from './xx-hash.ts'

/** The frame around LZ4 blocks (lz4_Frame_format.md). One frame is read; what follows it is not looked at. */
export interface Lz4Frame {
  readonly blocks: readonly Lz4Block[]
  /** No block's output is longer. */
  readonly blockBytesMax: number
  /** False: a block may refer to the output of those before it. */
  readonly independent: boolean
  /** The length of the output, if the frame tells it. */
  readonly contentBytes: number | undefined
  /** xxHash of the output, if the frame has it. */
  readonly contentChecksum: number | undefined
  /** The size of the frame itself. */
  readonly sizeBytes: number
}

export interface Lz4Block {
  readonly bytes: Uint8Array
  readonly compressed: boolean
}

interface Descriptor extends Pick<Lz4Frame, 'blockBytesMax' | 'independent' | 'contentBytes'> {
  readonly blockChecksums: boolean
  readonly hasContentChecksum: boolean
  /** Where the blocks begin. */
  readonly next: number
}

const MAGIC = 0x184d_2204
/** Version 1, independent blocks, no checksums, no content size; blocks of 64 KiB: what Kafka's own clients write. */
const FLAGS = 0x60
const BLOCK_SIZE_64_KIB = 0x40
/** Bytes of output per block in frames that `joinLz4Blocks` builds. */
export const LZ4_BLOCK_BYTES = 64 * 1024

/** Splits a frame, verifying its header and its checksums but not decompressing anything. Throws a `CodecError`. */
export function parseLz4Frame(input: Uint8Array): Lz4Frame {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
  if (input.length < 7 || view.getUint32(0, true) !== MAGIC) throw damaged('no LZ4 frame')
  const descriptor = parseDescriptor(input, view)
  const { blocks, next } = parseBlocks(input, view, descriptor)
  const { blockBytesMax, independent, contentBytes, hasContentChecksum } = descriptor
  const sizeBytes = next + (hasContentChecksum ? 4 : 0)
  if (sizeBytes > input.length) throw damaged('the frame is cut off')
  const contentChecksum = hasContentChecksum ? view.getUint32(next, true) : undefined
  return { blocks, blockBytesMax, independent, contentBytes, contentChecksum, sizeBytes }
}

function parseDescriptor(input: Uint8Array, view: DataView): Descriptor {
  const flags = input[4]!
  const blockSize = input[5]! >> 4
  if (flags >> 6 !== 1 || (flags & 0x02) !== 0 || blockSize < 4 || (input[5]! & 0x8f) !== 0)
    throw damaged('unknown frame version')
  if ((flags & 0x01) !== 0) throw damaged('frames with a dictionary are not supported')
  const hasContentSize = (flags & 0x08) !== 0
  const checksumAt = hasContentSize ? 14 : 6
  if (checksumAt >= input.length) throw damaged('the frame header is cut off')
  const checksum = (xxHash32(input.subarray(4, checksumAt)) >>> 8) & 0xff
  if (checksum !== input[checksumAt]) throw damaged('the checksum of the frame header is wrong')
  return {
    blockBytesMax: 1 << (8 + 2 * blockSize),
    independent: (flags & 0x20) !== 0,
    contentBytes: hasContentSize ? view.getUint32(6, true) + view.getUint32(10, true) * 2 ** 32 : undefined,
    blockChecksums: (flags & 0x10) !== 0,
    hasContentChecksum: (flags & 0x04) !== 0,
    next: checksumAt + 1,
  }
}

function parseBlocks(input: Uint8Array, view: DataView, descriptor: Descriptor): { blocks: Lz4Block[]; next: number } {
  const blocks: Lz4Block[] = []
  let at = descriptor.next
  for (;;) {
    if (at + 4 > input.length) throw damaged('the frame is cut off')
    const header = view.getUint32(at, true)
    at += 4
    if (header === 0) return { blocks, next: at }
    const length = header & 0x7fff_ffff
    const end = at + length + (descriptor.blockChecksums ? 4 : 0)
    if (end > input.length) throw damaged(`a block of ${length} bytes is cut off`)
    if (length > descriptor.blockBytesMax) throw damaged(`a block of ${length} bytes is larger than its frame allows`)
    const bytes = input.subarray(at, at + length)
    if (descriptor.blockChecksums && xxHash32(bytes) !== view.getUint32(at + length, true))
      throw damaged('a block checksum is wrong')
    blocks.push({ bytes, compressed: header < 0x8000_0000 })
    at = end
  }
}

/** An upper bound of the output's length, from the block headers alone. */
export function lz4OutputBound(frame: Lz4Frame): number {
  const { blockBytesMax } = frame
  return frame.blocks.reduce((sum, { bytes, compressed }) => sum + (compressed ? blockBytesMax : bytes.length), 0)
}

/** The output's length, if all blocks are sound: looks at the input only, and once at each of its bytes. */
export function lz4OutputBytes({ blocks }: Lz4Frame): number {
  return blocks.reduce(
    (sum, { bytes, compressed }) => sum + (compressed ? lz4BlockOutputBytes(bytes) : bytes.length),
    0,
  )
}

/** A frame of blocks whose outputs are all `LZ4_BLOCK_BYTES` long, except for the last. */
export function joinLz4Blocks(blocks: readonly Lz4Block[]): Uint8Array {
  const frame = new Uint8Array(blocks.reduce((sum, { bytes }) => sum + 4 + bytes.length, 7 + 4))
  const view = new DataView(frame.buffer)
  view.setUint32(0, MAGIC, true)
  frame[4] = FLAGS
  frame[5] = BLOCK_SIZE_64_KIB
  frame[6] = (xxHash32(frame.subarray(4, 6)) >>> 8) & 0xff
  let at = 7
  for (const { bytes, compressed } of blocks) {
    view.setUint32(at, compressed ? bytes.length : bytes.length + 0x8000_0000, true)
    frame.set(bytes, at + 4)
    at += 4 + bytes.length
  }
  return frame
}

function damaged(what: string): CodecError {
  return new CodecError('lz4', what)
}
