import { CodecError, OutputTooLongError } from '../codecs.ts'
import { decodeLz4Block, encodeLz4Block } from './lz4-block.ts'
import {
  joinLz4Blocks,
  LZ4_BLOCK_BYTES,
  type Lz4Block,
  type Lz4Frame,
  lz4OutputBound,
  parseLz4Frame,
} from './lz4-frame.ts'
import { xxHash32 } from './xx-hash.ts'

/** Decompresses an LZ4 frame: linked blocks, content size and all checksums included. Throws a `CodecError`. */
export function decompressLz4(input: Uint8Array, outputBytesMax: number): Uint8Array {
  const frame = parseLz4Frame(input)
  const { contentBytes, contentChecksum } = frame
  if (contentBytes !== undefined && contentBytes > outputBytesMax) throw tooLong(outputBytesMax)
  const content = decodeBlocks(frame, outputBytesMax)
  if (contentBytes !== undefined && content.length !== contentBytes) {
    throw new CodecError('lz4', `the frame announces ${contentBytes} bytes and holds ${content.length}`)
  }
  if (contentChecksum !== undefined && xxHash32(content) !== contentChecksum) {
    throw new CodecError('lz4', 'the checksum of the content is wrong')
  }
  return content
}

/** An LZ4 frame as Kafka's clients write it: independent blocks of 64 KiB, no checksums. */
export function compressLz4(input: Uint8Array): Uint8Array {
  const blocks: Lz4Block[] = []
  for (let at = 0; at < input.length; at += LZ4_BLOCK_BYTES) {
    const piece = input.subarray(at, at + LZ4_BLOCK_BYTES)
    const block = encodeLz4Block(piece)
    blocks.push(block.length < piece.length ? { bytes: block, compressed: true } : { bytes: piece, compressed: false })
  }
  return joinLz4Blocks(blocks)
}

function decodeBlocks(frame: Lz4Frame, outputBytesMax: number): Uint8Array {
  const output = new Uint8Array(Math.min(lz4OutputBound(frame), outputBytesMax))
  let at = 0
  for (const { bytes, compressed } of frame.blocks) {
    if (compressed) {
      at = decodeLz4Block(bytes, output, { start: at, end: Math.min(at + frame.blockBytesMax, output.length) })
    } else {
      if (bytes.length > output.length - at) throw tooLong(outputBytesMax)
      output.set(bytes, at)
      at += bytes.length
    }
  }
  // A small result must not keep a large array alive.
  return at * 2 < output.length ? output.slice(0, at) : output.subarray(0, at)
}

function tooLong(outputBytesMax: number): CodecError {
  return new OutputTooLongError('lz4', outputBytesMax)
}
