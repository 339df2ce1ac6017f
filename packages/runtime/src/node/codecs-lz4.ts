import { decompressLz4 } from '../browser/lz4.ts'
import { lz4OutputBound, lz4OutputBytes, parseLz4Frame } from '../browser/lz4-frame.ts'
import { OutputTooLongError } from '../codecs.ts'
import type { NodeCodec } from './codecs-format.ts'
import { lazily } from './lazy.ts'

const addon = lazily<typeof import('lz4-napi')>('lz4-napi')

/**
 * Written by the addon, read by JavaScript, which is as fast (the addon hands out foreign memory) and stops at the limit.
 * In the pool the addon reads too, after a look at the lengths in the frame: it knows no limit.
 */
export const lz4: NodeCodec = {
  compress: (input) => addon().compressFrameSync(asBuffer(input)),
  decompress: decompressLz4,
  compressInPool: (input) => addon().compressFrame(input),
  async decompressInPool(input, outputBytesMax) {
    const frame = parseLz4Frame(input)
    // The content size is what the addon would allocate at once.
    const isTooLong =
      (frame.contentBytes ?? 0) > outputBytesMax ||
      (lz4OutputBound(frame) > outputBytesMax && lz4OutputBytes(frame) > outputBytesMax)
    if (isTooLong) throw new OutputTooLongError('lz4', outputBytesMax)
    return addon().decompressFrame(input.subarray(0, frame.sizeBytes))
  },
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
