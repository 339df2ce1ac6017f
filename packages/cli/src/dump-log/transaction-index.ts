import type { DumpContext } from './context.ts'
import { SegmentFileError } from './segment-name.ts'

/** int16 version, then int64 each: producer id, first offset, last offset, last stable offset. */
const ENTRY_BYTES = 34

/** Prints the aborted transactions of a segment. */
export async function dumpTransactionIndex(path: string, { io, disk }: DumpContext): Promise<void> {
  const bytes = disk.readFile(path)
  if (bytes.length % ENTRY_BYTES !== 0) {
    throw new SegmentFileError(`${path}: ${bytes.length} bytes are no multiple of ${ENTRY_BYTES}`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const int64 = (at: number) => Number(view.getBigInt64(at))
  for (let at = 0; at < bytes.length; at += ENTRY_BYTES) {
    io.out.line(
      `version: ${view.getInt16(at)} producerId: ${int64(at + 2)} firstOffset: ${int64(at + 10)}` +
        ` lastOffset: ${int64(at + 18)} lastStableOffset: ${int64(at + 26)}`,
    )
  }
}
