import type { Disk } from '@ottla/runtime'
import { type OffsetPosition, readOffsetIndex, readTimeIndex, type TimestampOffset } from '@ottla/storage'
import { baseOffsetOf } from './segment-name.ts'

export interface IndexFile<Entry> {
  /** The size of the file. */
  readonly bytes: number
  /** Up to the zeros of a preallocated tail. */
  readonly entries: Iterable<Entry>
  /** What a broker would object to at its start, undefined when it is content. */
  readonly fault: string | undefined
}

export function openOffsetIndex(disk: Disk, path: string): IndexFile<OffsetPosition> {
  const baseOffset = baseOffsetOf(path)
  const bytes = disk.readFile(path)
  return {
    bytes: bytes.length,
    entries: readOffsetIndex(bytes, baseOffset),
    fault: fault(bytes, baseOffset, OFFSET_INDEX),
  }
}

export function openTimeIndex(disk: Disk, path: string): IndexFile<TimestampOffset> {
  const baseOffset = baseOffsetOf(path)
  const bytes = disk.readFile(path)
  return { bytes: bytes.length, entries: readTimeIndex(bytes, baseOffset), fault: fault(bytes, baseOffset, TIME_INDEX) }
}

/** Where in an entry the offset (int32, relative to the base offset) lies. */
const OFFSET_INDEX = { entryBytes: 8, offsetAt: 0 }
const TIME_INDEX = { entryBytes: 12, offsetAt: 8 }

/** What a broker looks at before it trusts an index: a whole number of entries, the last one not before the base offset. */
function fault(
  bytes: Uint8Array,
  baseOffset: number,
  { entryBytes, offsetAt }: typeof OFFSET_INDEX,
): string | undefined {
  if (bytes.length % entryBytes !== 0) return `${bytes.length} bytes are no multiple of ${entryBytes}`
  if (bytes.length === 0) return undefined
  const relativeOffset = viewOf(bytes).getInt32(bytes.length - entryBytes + offsetAt)
  return relativeOffset < 0 ? `its last offset ${baseOffset + relativeOffset} lies before ${baseOffset}` : undefined
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
