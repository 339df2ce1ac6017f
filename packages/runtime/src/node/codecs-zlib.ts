import * as zlib from 'node:zlib'
import { zstdDecoder } from '../browser/zstd.ts'
import { CodecError } from '../codecs.ts'
import type { NodeCodec } from './codecs-format.ts'
import { lazily } from './lazy.ts'

const CHUNK_BYTES_MIN = 16 * 1024
const CHUNK_BYTES_MAX = 1024 * 1024

export const gzip: NodeCodec = {
  compress: (input, level) => zlib.gzipSync(input, gzipOptions(input, level)),
  decompress: (input, outputBytesMax) => zlib.gunzipSync(input, outputOptions(input, outputBytesMax)),
  compressInPool: (input, level) => inPool(zlib.gzip)(input, gzipOptions(input, level)),
  decompressInPool: (input, outputBytesMax) => inPool(zlib.gunzip)(input, outputOptions(input, outputBytesMax)),
}

/** node:zlib has zstd from 22.15 on; before that it is read by JavaScript and cannot be written. */
const hasZstd = typeof zlib.zstdCompressSync === 'function'

export const zstd: NodeCodec = hasZstd
  ? {
      compress: (input, level) => zlib.zstdCompressSync(input, zstdOptions(input, level)),
      decompress: (input, outputBytesMax) => zlib.zstdDecompressSync(input, outputOptions(input, outputBytesMax)),
      compressInPool: (input, level) => inPool(zlib.zstdCompress)(input, zstdOptions(input, level)),
      decompressInPool: (input, outputBytesMax) =>
        inPool(zlib.zstdDecompress)(input, outputOptions(input, outputBytesMax)),
    }
  : portableZstd()

/** For versions of Node.js without zstd. */
export function portableZstd(): NodeCodec {
  const missing = () => new CodecError('zstd', `Node.js ${process.versions.node} cannot write it, 22.15 and later can`)
  const decompress = zstdDecoder(lazily<typeof import('fzstd')>('fzstd'))
  return {
    compress() {
      throw missing()
    },
    decompress,
    compressInPool: () => Promise.reject(missing()),
    decompressInPool: async (input, outputBytesMax) => decompress(input, outputBytesMax),
  }
}

/** Output grows by whole chunks: as few as possible, and no large one for a small result. */
function chunkBytes(estimate: number): number {
  return Math.min(CHUNK_BYTES_MAX, Math.max(CHUNK_BYTES_MIN, estimate))
}

function outputOptions(input: Uint8Array, outputBytesMax: number): { chunkSize: number; maxOutputLength: number } {
  // zlib takes no limit of zero; the caller checks the length once more.
  return { chunkSize: chunkBytes(2 * input.length), maxOutputLength: Math.max(1, outputBytesMax) }
}

function gzipOptions(input: Uint8Array, level = zlib.constants.Z_DEFAULT_COMPRESSION): zlib.ZlibOptions {
  return { chunkSize: chunkBytes(input.length / 2), level }
}

function zstdOptions(input: Uint8Array, level = zlib.constants.ZSTD_CLEVEL_DEFAULT): zlib.ZstdOptions {
  const params = { [zlib.constants.ZSTD_c_compressionLevel]: level }
  return { chunkSize: chunkBytes(input.length / 2), params }
}

type ZlibCall<Options> = (
  input: Uint8Array,
  options: Options,
  done: (error: Error | null, output: Uint8Array) => void,
) => void

/** A callback function of node:zlib as one that returns a promise. */
function inPool<Options>(call: ZlibCall<Options>): (input: Uint8Array, options: Options) => Promise<Uint8Array> {
  return (input, options) =>
    new Promise((resolve, reject) => {
      call(input, options, (error, output) => (error === null ? resolve(output) : reject(error)))
    })
}
