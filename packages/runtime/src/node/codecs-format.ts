/** One compressed format, on the event loop and in libuv's thread pool. What they throw need not be a `CodecError` yet. */
export interface NodeCodec {
  compress(input: Uint8Array, level?: number): Uint8Array
  decompress(input: Uint8Array, outputBytesMax: number): Uint8Array
  compressInPool(input: Uint8Array, level?: number): Promise<Uint8Array>
  decompressInPool(input: Uint8Array, outputBytesMax: number): Promise<Uint8Array>
}
