import * as fzstd from 'fzstd'
import { CodecError, type Codecs } from '../codecs.ts'
import { compressLz4, decompressLz4 } from './lz4.ts'
import { decodeSnappyBlock, encodeSnappyBlock } from './snappy-block.ts'
import { assembleSnappy, joinSnappyBlocks, splitSnappyBlocks, splitSnappyPieces } from './snappy-frame.ts'
import { zstdDecoder } from './zstd.ts'

const decompressZstd = zstdDecoder(() => fzstd)

/**
 * Codecs without native code: snappy and lz4 both ways, zstd for reading. gzip is missing (what a browser offers for it,
 * CompressionStream, is asynchronous only), and asking for it is a `CodecError`.
 */
export const portableCodecs: Codecs = {
  compress(codec, input) {
    switch (codec) {
      case 'snappy':
        return joinSnappyBlocks(splitSnappyPieces(input).map(encodeSnappyBlock))
      case 'lz4':
        return compressLz4(input)
      case 'gzip':
      case 'zstd':
        throw new CodecError(codec, 'cannot be written here; use lz4, snappy or no compression')
    }
  },
  decompress(codec, input, outputBytesMax) {
    switch (codec) {
      case 'snappy':
        return assembleSnappy(splitSnappyBlocks(input, outputBytesMax), decodeSnappyBlock)
      case 'lz4':
        return decompressLz4(input, outputBytesMax)
      case 'zstd':
        return decompressZstd(input, outputBytesMax)
      case 'gzip':
        throw new CodecError(codec, 'cannot be read here')
    }
  },
}
