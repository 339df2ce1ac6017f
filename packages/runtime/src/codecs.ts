/**
 * Compression as Kafka frames it: gzip (one member), snappy (Xerial blocks), lz4 (LZ4 frame), zstd (one frame). One
 * implementation is registered per process: native in Node, JavaScript or WebAssembly in a browser; all of them pass
 * the same vectors.
 */
export interface Codecs {
  compress(codec: CompressionCodec, input: Uint8Array, level?: number): Uint8Array
  /**
   * Decompresses the whole stream. Throws a `CodecError` when it is damaged or when its output would be longer than
   * `outputBytesMax`; never allocates much more than that.
   */
  decompress(codec: CompressionCodec, input: Uint8Array, outputBytesMax: number): Uint8Array
}

/** Names as Kafka's configuration and tools write them. */
export type CompressionCodec = 'gzip' | 'snappy' | 'lz4' | 'zstd'

export class CodecError extends Error {
  override readonly name = 'CodecError'
  readonly codec: CompressionCodec

  constructor(codec: CompressionCodec, message: string, cause?: unknown) {
    super(`${codec}: ${message}`, cause === undefined ? undefined : { cause })
    this.codec = codec
  }
}

/** The output would be longer than its reader allows. */
export class OutputTooLongError extends CodecError {
  constructor(codec: CompressionCodec, outputBytesMax: number | undefined, cause?: unknown) {
    super(codec, `the output is longer than ${outputBytesMax} bytes`, cause)
  }
}

/** CRC-32C (Castagnoli) of `bytes`, continuing from the checksum `seed` of what came before (0 at the start). */
export type Crc32c = (bytes: Uint8Array, seed?: number) => number

interface Native {
  readonly codecs: Codecs
  readonly crc32c: Crc32c
}

let registered: Native | undefined

/** Called once by the entry that a program imports (`@ottla/runtime/node`, `@ottla/runtime/browser`); last one wins. */
export function registerNative(native: Native): void {
  registered = native
}

function native(): Native {
  if (registered === undefined) {
    throw new Error('no codecs registered: import "@ottla/runtime/node" or "@ottla/runtime/browser" first')
  }
  return registered
}

export const codecs: Codecs = {
  compress: (codec, input, level) => native().codecs.compress(codec, input, level),
  decompress: (codec, input, outputBytesMax) => native().codecs.decompress(codec, input, outputBytesMax),
}

export const crc32c: Crc32c = (bytes, seed) => native().crc32c(bytes, seed)
