import { assembleSnappy, joinSnappyBlocks, splitSnappyBlocks, splitSnappyPieces } from '../browser/snappy-frame.ts'
import type { NodeCodec } from './codecs-format.ts'
import { lazily } from './lazy.ts'

const addon = lazily<typeof import('snappy')>('snappy')

/** Memory of the addon that is handed out costs more, in page faults and collection, than this copy of it. */
const COPIED = { copyOutputData: true } as const
const COPIED_BYTES = { copyOutputData: true, asBuffer: true } as const

export const snappy: NodeCodec = {
  compress: (input) => joinSnappyBlocks(splitSnappyPieces(input).map((piece) => addon().compressSync(piece, COPIED))),
  decompress(input, outputBytesMax) {
    const blocks = splitSnappyBlocks(input, outputBytesMax)
    return assembleSnappy(blocks, ({ bytes }) => asBytes(addon().uncompressSync(bytes, COPIED_BYTES)))
  },
  async compressInPool(input) {
    return joinSnappyBlocks(await Promise.all(splitSnappyPieces(input).map((piece) => addon().compress(piece, COPIED))))
  },
  async decompressInPool(input, outputBytesMax) {
    const blocks = splitSnappyBlocks(input, outputBytesMax)
    const outputs = await Promise.all(blocks.map(({ bytes }) => addon().uncompress(bytes, COPIED_BYTES)))
    return assembleSnappy(blocks, (_block, index) => asBytes(outputs[index]!))
  },
}

/** The addon's types do not know that `asBuffer` rules out a string. */
function asBytes(output: string | Uint8Array): Uint8Array {
  return typeof output === 'string' ? Buffer.from(output) : output
}
