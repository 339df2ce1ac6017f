import type { CompressionCodec } from './codecs.ts'

/** Computation that is too long for the event loop, done elsewhere. At most a few jobs run at once; the rest wait. */
export interface Offload {
  compress(codec: CompressionCodec, input: Uint8Array, level?: number): Promise<Uint8Array>
  /** Rejects with a `CodecError`; see `Codecs.decompress`. */
  decompress(codec: CompressionCodec, input: Uint8Array, outputBytesMax: number): Promise<Uint8Array>
}
