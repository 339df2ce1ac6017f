import { CodecError, type Codecs, type CompressionCodec, OutputTooLongError } from '../codecs.ts'
import type { Offload } from '../offload.ts'
import type { NodeCodec } from './codecs-format.ts'
import { lz4 } from './codecs-lz4.ts'
import { snappy } from './codecs-snappy.ts'
import { gzip, zstd } from './codecs-zlib.ts'

const formats: Readonly<Record<CompressionCodec, NodeCodec>> = { gzip, snappy, lz4, zstd }

/** Native codecs. Levels mean something for gzip (-1 to 9) and zstd (-131072 to 22); snappy and lz4 have one way here. */
export const nodeCodecs: Codecs = {
  compress(codec, input, level) {
    try {
      return formats[codec].compress(input, level)
    } catch (error) {
      throw asCodecError(codec, error)
    }
  },
  decompress(codec, input, outputBytesMax) {
    try {
      return withinLimit(codec, formats[codec].decompress(input, outputBytesMax), outputBytesMax)
    } catch (error) {
      throw asCodecError(codec, error, outputBytesMax)
    }
  },
}

/** The same in the thread pool. The input must stay untouched until the promise is settled. */
export const nodeAsyncCodecs: Offload = {
  async compress(codec, input, level) {
    try {
      return await formats[codec].compressInPool(input, level)
    } catch (error) {
      throw asCodecError(codec, error)
    }
  },
  async decompress(codec, input, outputBytesMax) {
    try {
      return withinLimit(codec, await formats[codec].decompressInPool(input, outputBytesMax), outputBytesMax)
    } catch (error) {
      throw asCodecError(codec, error, outputBytesMax)
    }
  },
}

function withinLimit(codec: CompressionCodec, output: Uint8Array, outputBytesMax: number): Uint8Array {
  if (output.length <= outputBytesMax) return output
  throw tooLong(codec, outputBytesMax)
}

function tooLong(codec: CompressionCodec, outputBytesMax: number | undefined, cause?: unknown): CodecError {
  return new OutputTooLongError(codec, outputBytesMax, cause)
}

function asCodecError(codec: CompressionCodec, error: unknown, outputBytesMax?: number): CodecError {
  if (error instanceof CodecError) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ERR_BUFFER_TOO_LARGE') return tooLong(codec, outputBytesMax, error)
  return new CodecError(codec, message, error)
}
