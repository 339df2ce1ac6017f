import type { Disk } from '@ottla/runtime'
import { entriesInFile, SparseIndex } from './sparse-index.ts'

const ENTRY_BYTES = 8

export interface OffsetPosition {
  /** The last offset of the batch at `position`. */
  readonly offset: number
  /** Where that batch begins in the segment's `.log` file. */
  readonly position: number
}

/** `.index`: from offsets to positions of batches. Entries of int32 offset relative to the base offset, int32 position. */
export class OffsetIndex {
  readonly baseOffset: number
  readonly file: SparseIndex

  constructor(baseOffset: number, file: SparseIndex) {
    this.baseOffset = baseOffset
    this.file = file
  }

  /** Opens an existing file, or starts an empty one; undefined when the file cannot be an index. */
  static open(disk: Disk, path: string, baseOffset: number): OffsetIndex | undefined {
    const count = entriesInFile(disk, path, ENTRY_BYTES)
    if (count === undefined) return undefined
    return new OffsetIndex(baseOffset, new SparseIndex(disk, path, { entryBytes: ENTRY_BYTES, count }))
  }

  /** An index that starts empty, whatever its file holds. */
  static empty(disk: Disk, path: string, baseOffset: number): OffsetIndex {
    const file = new SparseIndex(disk, path, { entryBytes: ENTRY_BYTES, count: 0 })
    file.reset()
    return new OffsetIndex(baseOffset, file)
  }

  get last(): OffsetPosition | undefined {
    return this.file.count === 0 ? undefined : this.#entry(this.file.count - 1)
  }

  append(offset: number, position: number): void {
    this.file.append((view, at) => {
      view.setInt32(at, offset - this.baseOffset)
      view.setInt32(at + 4, position)
    })
  }

  isFull(bytesMax: number): boolean {
    return (this.file.count + 1) * ENTRY_BYTES > bytesMax
  }

  /** The last entry at or before an offset; undefined when there is none. */
  floor(offset: number): OffsetPosition | undefined {
    const relative = offset - this.baseOffset
    const index = this.file.floor((view, at) => view.getInt32(at) <= relative)
    return index < 0 ? undefined : this.#entry(index)
  }

  /** Drops entries of batches at or behind this position. */
  truncateToPosition(position: number): void {
    this.file.truncate(this.file.floor((view, at) => view.getInt32(at + 4) < position) + 1)
  }

  #entry(index: number): OffsetPosition {
    return this.file.entry(index, (view, at) => readEntry(view, at, this.baseOffset))
  }
}

/** The entries of an `.index` file, up to the zeros that Apache Kafka preallocates. */
export function* readOffsetIndex(bytes: Uint8Array, baseOffset: number): Generator<OffsetPosition> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    const entry = readEntry(view, at, baseOffset)
    if (at > 0 && entry.offset === baseOffset && entry.position === 0) return
    yield entry
  }
}

function readEntry(view: DataView, at: number, baseOffset: number): OffsetPosition {
  return { offset: baseOffset + view.getInt32(at), position: view.getInt32(at + 4) }
}
