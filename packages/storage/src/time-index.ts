import type { Disk } from '@ottla/runtime'
import { entriesInFile, SparseIndex } from './sparse-index.ts'

const ENTRY_BYTES = 12

export interface TimestampOffset {
  /** The largest timestamp (milliseconds) of all records up to and including the batch that ends at `offset`. */
  readonly timestampMs: number
  /** The last offset of the batch with that timestamp. */
  readonly offset: number
}

/** `.timeindex`: from timestamps to offsets. Entries of int64 timestamp, int32 offset relative to the base offset; both rise. */
export class TimeIndex {
  readonly baseOffset: number
  readonly file: SparseIndex

  constructor(baseOffset: number, file: SparseIndex) {
    this.baseOffset = baseOffset
    this.file = file
  }

  static open(disk: Disk, path: string, baseOffset: number): TimeIndex | undefined {
    const count = entriesInFile(disk, path, ENTRY_BYTES)
    if (count === undefined) return undefined
    return new TimeIndex(baseOffset, new SparseIndex(disk, path, { entryBytes: ENTRY_BYTES, count }))
  }

  static empty(disk: Disk, path: string, baseOffset: number): TimeIndex {
    const file = new SparseIndex(disk, path, { entryBytes: ENTRY_BYTES, count: 0 })
    file.reset()
    return new TimeIndex(baseOffset, file)
  }

  get last(): TimestampOffset | undefined {
    return this.file.count === 0 ? undefined : this.#entry(this.file.count - 1)
  }

  /** Adds an entry unless the last one has this timestamp or a larger one already. */
  append({ timestampMs, offset }: TimestampOffset): void {
    const last = this.last
    if (timestampMs < 0 || (last !== undefined && timestampMs <= last.timestampMs)) return
    this.file.append((view, at) => {
      writeTimestamp(view, at, timestampMs)
      view.setInt32(at + 8, offset - this.baseOffset)
    })
  }

  /** Room is kept for the entry that closes the segment. */
  isFull(bytesMax: number): boolean {
    return (this.file.count + 2) * ENTRY_BYTES > bytesMax
  }

  /** The last entry at or before this time: the first record at or after it is no earlier than the batch that ends there. */
  floor(timestampMs: number): TimestampOffset | undefined {
    const index = this.file.floor((view, at) => readTimestamp(view, at) <= timestampMs)
    return index < 0 ? undefined : this.#entry(index)
  }

  /** Drops entries of batches that end at or behind this offset. */
  truncateToOffset(offset: number): void {
    const relative = offset - this.baseOffset
    this.file.truncate(this.file.floor((view, at) => view.getInt32(at + 8) < relative) + 1)
  }

  #entry(index: number): TimestampOffset {
    return this.file.entry(index, (view, at) => readEntry(view, at, this.baseOffset))
  }
}

/** The entries of a `.timeindex` file, up to the zeros that Apache Kafka preallocates. */
export function* readTimeIndex(bytes: Uint8Array, baseOffset: number): Generator<TimestampOffset> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    const entry = readEntry(view, at, baseOffset)
    if (at > 0 && entry.timestampMs === 0 && entry.offset === baseOffset) return
    yield entry
  }
}

function readEntry(view: DataView, at: number, baseOffset: number): TimestampOffset {
  return { timestampMs: readTimestamp(view, at), offset: baseOffset + view.getInt32(at + 8) }
}

function readTimestamp(view: DataView, at: number): number {
  return view.getInt32(at) * 0x1_0000_0000 + view.getUint32(at + 4)
}

function writeTimestamp(view: DataView, at: number, timestampMs: number): void {
  // What was 2^63 - 1 is 2^63 as a number, which would be written as a negative one.
  const isBeyond = timestampMs >= 2 ** 63
  view.setInt32(at, isBeyond ? 0x7fffffff : Math.floor(timestampMs / 0x1_0000_0000))
  view.setUint32(at + 4, isBeyond ? 0xffffffff : timestampMs >>> 0)
}
