import { sequenceAfter } from '@ottla/protocol'
import { crc32c } from '@ottla/runtime'
import type { DumpContext } from './context.ts'
import { optionalLong } from './lines.ts'
import { SegmentFileError } from './segment-name.ts'

/** int16 version, uint32 CRC-32C of what follows it, int32 count, then entries of 46 bytes. */
const VERSION = 1
const CRC_AT = 2
const CHECKED_FROM = 6
const ENTRIES_AT = 10
const ENTRY_BYTES = 46

/** Prints the producer state that a broker keeps beside a segment. */
export async function dumpProducerSnapshot(path: string, { io, disk }: DumpContext): Promise<void> {
  const bytes = disk.readFile(path)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const fault = snapshotFault(bytes, view)
  if (fault !== undefined) throw new SegmentFileError(`${path}: ${fault}`)
  for (let at = ENTRIES_AT; at < bytes.length; at += ENTRY_BYTES) io.out.line(producerLine(view, at))
}

function snapshotFault(bytes: Uint8Array, view: DataView): string | undefined {
  if (bytes.length < ENTRIES_AT) return `${bytes.length} bytes are no producer snapshot`
  const version = view.getInt16(0)
  if (version !== VERSION) return `snapshot version ${version} is unknown`
  if (crc32c(bytes.subarray(CHECKED_FROM)) !== view.getUint32(CRC_AT))
    return 'the checksum does not match: the snapshot is damaged'
  const expected = ENTRIES_AT + view.getInt32(CHECKED_FROM) * ENTRY_BYTES
  return bytes.length === expected ? undefined : `${bytes.length} bytes instead of ${expected}`
}

function producerLine(view: DataView, at: number): string {
  const lastSequence = view.getInt32(at + 10)
  const lastOffset = Number(view.getBigInt64(at + 14))
  const offsetDelta = view.getInt32(at + 22)
  const timestamp = Number(view.getBigInt64(at + 26))
  const firstOffset = Number(view.getBigInt64(at + 38))
  const producer =
    `producerId: ${Number(view.getBigInt64(at))} producerEpoch: ${view.getInt16(at + 8)}` +
    ` coordinatorEpoch: ${view.getInt32(at + 34)}` +
    ` currentTxnFirstOffset: ${optionalLong(firstOffset === -1 ? undefined : firstOffset)} lastTimestamp: ${timestamp}`
  if (lastOffset < 0) return producer
  return (
    `${producer} firstSequence: ${firstSequenceOf(lastSequence, offsetDelta)} lastSequence: ${lastSequence}` +
    ` lastOffset: ${lastOffset} offsetDelta: ${offsetDelta} timestamp: ${timestamp}`
  )
}

/** Sequences run from 0 to 2^31 - 1 and start over: back by `delta` is forward by the rest of the circle. */
function firstSequenceOf(lastSequence: number, delta: number): number {
  return lastSequence >= delta ? lastSequence - delta : sequenceAfter(lastSequence, 2 ** 31 - delta)
}
