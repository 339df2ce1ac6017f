import { CodecError, OutputTooLongError } from '../codecs.ts'
import { parseZstdFrame } from './zstd-frame.ts'

/** A decoder that must be prepared for more would move this much memory per block. Kafka's default level needs 2 MiB. */
const WINDOW_BYTES_MAX = 8 * 1024 * 1024

type Fzstd = typeof import('fzstd')

/**
 * Decompresses one Zstandard frame in JavaScript, with the library that is handed in (a Node.js that has its own zstd
 * never loads it). The frame's checksum is not verified. Throws a `CodecError`.
 */
export function zstdDecoder(fzstd: () => Fzstd): (input: Uint8Array, outputBytesMax: number) => Uint8Array {
  return (input, outputBytesMax) => {
    const { contentBytes, windowBytes, outputBound, sizeBytes } = parseZstdFrame(input)
    const frame = input.subarray(0, sizeBytes)
    if (contentBytes !== undefined) {
      if (contentBytes > outputBytesMax) throw tooLong(outputBytesMax)
      if (contentBytes > outputBound) throw new CodecError('zstd', `the blocks cannot hold ${contentBytes} bytes`)
      return attempt(() => fzstd().decompress(frame))
    }
    if (windowBytes > WINDOW_BYTES_MAX) {
      throw new CodecError('zstd', `a window of ${windowBytes} bytes is not supported here`)
    }
    return attempt(() => decompressUnsized(fzstd(), frame, outputBytesMax))
  }
}

/** Block by block, so that it ends soon after the limit is passed. */
function decompressUnsized({ Decompress }: Fzstd, frame: Uint8Array, outputBytesMax: number): Uint8Array {
  const chunks: Uint8Array[] = []
  let bytes = 0
  const stream = new Decompress((chunk) => {
    bytes += chunk.length
    if (bytes > outputBytesMax) throw tooLong(outputBytesMax)
    chunks.push(chunk)
  })
  stream.push(frame, true)
  return concatenated(chunks, bytes)
}

function concatenated(chunks: readonly Uint8Array[], bytes: number): Uint8Array {
  if (chunks.length === 1) return chunks[0]!
  const output = new Uint8Array(bytes)
  let at = 0
  for (const chunk of chunks) {
    output.set(chunk, at)
    at += chunk.length
  }
  return output
}

function attempt(decode: () => Uint8Array): Uint8Array {
  try {
    return decode()
  } catch (error) {
    if (error instanceof CodecError) throw error
    throw new CodecError('zstd', (error as Error).message, error)
  }
}

function tooLong(outputBytesMax: number): CodecError {
  return new OutputTooLongError('zstd', outputBytesMax)
}
