import { CodecError, OutputTooLongError } from '../codecs.ts'

/**
 * The framing of snappy-java's streams ("Xerial"), which Kafka's clients write and read: a magic, two version numbers,
 * then blocks of raw snappy, each behind its length (int32, big-endian). Some clients (librdkafka) write one raw block
 * without any framing; both are read.
 */
const MAGIC = Uint8Array.of(0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00)
/** Magic, version 1, compatible with version 1. */
const HEADER = Uint8Array.of(...MAGIC, 0, 0, 0, 1, 0, 0, 0, 1)
/** Uncompressed bytes per block, as snappy-java writes them. */
const BLOCK_BYTES = 32 * 1024
/** The densest a block gets: a copy of 64 bytes takes three. */
const RATIO_MAX = 22

/** A raw snappy block and the length of its output, which its first bytes announce. */
export interface SnappyBlock {
  readonly bytes: Uint8Array
  readonly outputBytes: number
}

/** The pieces that are compressed each on its own; none for an empty input. */
export function splitSnappyPieces(input: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < input.length; at += BLOCK_BYTES) pieces.push(input.subarray(at, at + BLOCK_BYTES))
  return pieces
}

export function joinSnappyBlocks(blocks: readonly Uint8Array[]): Uint8Array {
  const framed = new Uint8Array(blocks.reduce((sum, block) => sum + 4 + block.length, HEADER.length))
  const view = new DataView(framed.buffer)
  framed.set(HEADER)
  let at = HEADER.length
  for (const block of blocks) {
    view.setInt32(at, block.length)
    framed.set(block, at + 4)
    at += 4 + block.length
  }
  return framed
}

/**
 * The blocks of a framed stream or of one raw block. Throws a `CodecError` when lengths contradict each other, and when
 * all blocks together announce more than `outputBytesMax`: nothing has been allocated for them by then.
 */
export function splitSnappyBlocks(input: Uint8Array, outputBytesMax: number): SnappyBlock[] {
  const blocks = isFramed(input) ? framedBlocks(input) : [snappyBlock(input)]
  const outputBytes = blocks.reduce((sum, block) => sum + block.outputBytes, 0)
  if (outputBytes > outputBytesMax) throw new OutputTooLongError('snappy', outputBytesMax)
  return blocks
}

/** Decompresses block by block with `decode` into one array. */
export function assembleSnappy(
  blocks: readonly SnappyBlock[],
  decoded: (block: SnappyBlock, index: number) => Uint8Array,
): Uint8Array {
  if (blocks.length === 1) return expectLength(decoded(blocks[0]!, 0), blocks[0]!)
  const output = new Uint8Array(blocks.reduce((sum, block) => sum + block.outputBytes, 0))
  let at = 0
  blocks.forEach((block, index) => {
    output.set(expectLength(decoded(block, index), block), at)
    at += block.outputBytes
  })
  return output
}

function expectLength(output: Uint8Array, block: SnappyBlock): Uint8Array {
  if (output.length === block.outputBytes) return output
  throw new CodecError('snappy', `a block of ${block.outputBytes} bytes has ${output.length}`)
}

function isFramed(input: Uint8Array): boolean {
  return input.length >= HEADER.length && MAGIC.every((byte, at) => input[at] === byte)
}

function framedBlocks(input: Uint8Array): SnappyBlock[] {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
  const blocks: SnappyBlock[] = []
  let at = HEADER.length
  while (at < input.length) {
    const remaining = input.length - at - 4
    const length = remaining < 0 ? -1 : view.getInt32(at)
    if (length < 0 || length > remaining) throw new CodecError('snappy', `a block at byte ${at} is cut off`)
    blocks.push(snappyBlock(input.subarray(at + 4, at + 4 + length)))
    at += 4 + length
  }
  return blocks
}

function snappyBlock(bytes: Uint8Array): SnappyBlock {
  const { value: outputBytes } = readSnappyLength(bytes)
  if (outputBytes > bytes.length * RATIO_MAX) {
    throw new CodecError('snappy', `${bytes.length} bytes cannot hold the ${outputBytes} that they announce`)
  }
  return { bytes, outputBytes }
}

/** The varint at the start of a raw block, and the position behind it. */
export function readSnappyLength(block: Uint8Array): { readonly value: number; readonly next: number } {
  let value = 0
  for (let at = 0; at < 5 && at < block.length; at++) {
    const byte = block[at]!
    value += (byte & 0x7f) * 2 ** (7 * at)
    if (byte < 0x80) return { value, next: at + 1 }
  }
  throw new CodecError('snappy', 'a block without a length')
}
