import type { Disk, DiskFile } from '@ottla/runtime'

const INITIAL_ENTRIES = 64
/** A look-up in a file reads the last so many bytes at once. */
const BLOCK_BYTES = 4096

type IsAtOrBelow = (view: DataView, at: number) => boolean

/**
 * A file of entries of one size in rising order: what the offset index and the time index have in common. While its segment
 * is active the entries are in memory too and reach the file now and then (`write`): the log can always rebuild
 * them. Afterwards look-ups read the file and no memory is held. No descriptor stays open.
 */
export class SparseIndex {
  readonly entryBytes: number
  readonly #disk: Disk
  #path: string
  #count: number
  /** The entries while in memory. */
  #memory: DataView<ArrayBuffer> | undefined
  #writtenCount: number
  /** The file holds bytes behind the written entries that must go before the next write. */
  #fileIsLonger = false
  #writing: Promise<void> | undefined

  /** An index over an existing file of `count` entries, or, with 0, over a file that need not exist. */
  constructor(disk: Disk, path: string, shape: { readonly entryBytes: number; readonly count: number }) {
    this.#disk = disk
    this.#path = path
    this.entryBytes = shape.entryBytes
    this.#count = shape.count
    this.#writtenCount = shape.count
  }

  /** Makes the empty file at once, so that tools find it from the start. */
  create(): void {
    const file = this.#disk.open(this.path, 'write')
    try {
      file.truncate(0)
    } finally {
      file.close()
    }
  }

  get path(): string {
    return this.#path
  }

  /** Gives the file another name. No write may be under way. */
  rename(path: string): void {
    this.#disk.rename(this.#path, path)
    this.#path = path
  }

  get count(): number {
    return this.#count
  }

  get sizeBytes(): number {
    return this.#count * this.entryBytes
  }

  get hasUnwritten(): boolean {
    return this.#memory !== undefined && (this.#writtenCount < this.#count || this.#fileIsLonger)
  }

  /** Brings the entries into memory; must precede `append`, `reset` and `truncate`. */
  activate(): void {
    if (this.#memory !== undefined) return
    const bytes = new Uint8Array(Math.max(INITIAL_ENTRIES, this.#count) * this.entryBytes)
    if (this.#count > 0) this.#withFile((file) => file.readSync(bytes.subarray(0, this.#count * this.entryBytes), 0))
    this.#memory = new DataView(bytes.buffer)
  }

  /** Gives the memory back once all entries are in the file. */
  deactivate(): void {
    if (this.#writing === undefined && !this.hasUnwritten) this.#memory = undefined
  }

  /** Adds an entry, which `fill` writes at the position that it is given. */
  append(fill: (view: DataView, at: number) => void): void {
    const at = this.#count * this.entryBytes
    if (at + this.entryBytes > this.#memory!.byteLength) this.#grow()
    fill(this.#memory!, at)
    this.#count++
  }

  /** Keeps the first `count` entries. */
  truncate(count: number): void {
    this.activate()
    if (count >= this.#count) return
    this.#count = count
    if (this.#writtenCount > count) {
      this.#writtenCount = count
      this.#fileIsLonger = true
    }
  }

  /** Forgets everything that the file holds, whatever that is. */
  reset(): void {
    this.#memory ??= new DataView(new ArrayBuffer(INITIAL_ENTRIES * this.entryBytes))
    this.#count = 0
    this.#writtenCount = 0
    this.#fileIsLonger = true
  }

  /** Passes an entry's bytes to `read` and returns what that returns. */
  entry<T>(index: number, read: (view: DataView, at: number) => T): T {
    if (this.#memory !== undefined) return read(this.#memory, index * this.entryBytes)
    return this.#withFile((file) => read(this.#fromFile(file, index), 0))
  }

  /** Index of the last entry for which `isAtOrBelow` holds, -1 when there is none. Entries are in rising order. */
  floor(isAtOrBelow: IsAtOrBelow): number {
    if (this.#memory !== undefined) {
      return lastWhere({ low: 0, high: this.#count }, inView(this.#memory, this.entryBytes, isAtOrBelow))
    }
    return this.#count === 0 ? -1 : this.#withFile((file) => this.#floorInFile(file, isAtOrBelow))
  }

  /**
   * Hands new entries to the operating system; returns a promise when that takes longer. Throws or rejects with a
   * `DiskError`; the entries are then written by a later call. While a write is under way it only returns that one.
   */
  write(): Promise<void> | undefined {
    if (this.#writing !== undefined) return this.#writing
    if (!this.hasUnwritten) return undefined
    const from = this.#writtenCount * this.entryBytes
    const until = this.#count
    const file = this.#disk.open(this.path, 'write')
    let pending: Promise<void> | undefined
    try {
      if (this.#fileIsLonger) file.truncate(from)
      pending = file.write([new Uint8Array(this.#memory!.buffer, from, until * this.entryBytes - from)], from)
    } finally {
      if (pending === undefined) file.close()
    }
    if (pending === undefined) {
      this.#noteWritten(until)
      return undefined
    }
    this.#writing = this.#finishWrite(pending, file, until)
    return this.#writing
  }

  /** Cuts off what the file holds behind the written entries, which needs no room on the disk. */
  async trim(): Promise<void> {
    await this.settle()
    if (!this.#fileIsLonger) return
    const file = this.#disk.open(this.path, 'write')
    try {
      file.truncate(this.#writtenCount * this.entryBytes)
    } finally {
      file.close()
    }
    this.#fileIsLonger = false
  }

  /** Resolves once no write is under way; a failed one is reported to whoever started it. */
  async settle(): Promise<void> {
    await this.#writing?.catch(() => {})
  }

  /** Writes all entries and hands them to fdatasync. */
  async sync(): Promise<void> {
    while (this.hasUnwritten) await this.write()
    const file = this.#disk.open(this.path, 'write')
    try {
      await file.sync()
    } finally {
      file.close()
    }
  }

  async #finishWrite(pending: Promise<void>, file: DiskFile, until: number): Promise<void> {
    try {
      await pending
      this.#noteWritten(until)
    } finally {
      this.#writing = undefined
      file.close()
    }
  }

  #noteWritten(until: number): void {
    // Entries may have been cut while the write was under way: then the file is longer than it should be.
    this.#fileIsLonger = until > this.#count
    this.#writtenCount = Math.min(until, this.#count)
  }

  /** Halves the file entry by entry until the rest is small enough to be read at once. */
  #floorInFile(file: DiskFile, isAtOrBelow: IsAtOrBelow): number {
    let low = 0
    let high = this.#count
    while ((high - low) * this.entryBytes > BLOCK_BYTES) {
      const middle = (low + high) >>> 1
      if (isAtOrBelow(this.#fromFile(file, middle), 0)) low = middle + 1
      else high = middle
    }
    const block = new Uint8Array((high - low) * this.entryBytes)
    file.readSync(block, low * this.entryBytes)
    const view = new DataView(block.buffer)
    return low + lastWhere({ low: 0, high: high - low }, inView(view, this.entryBytes, isAtOrBelow))
  }

  #fromFile(file: DiskFile, index: number): DataView {
    const bytes = new Uint8Array(this.entryBytes)
    file.readSync(bytes, index * this.entryBytes)
    return new DataView(bytes.buffer)
  }

  #withFile<T>(use: (file: DiskFile) => T): T {
    const file = this.#disk.open(this.path, 'read')
    try {
      return use(file)
    } finally {
      file.close()
    }
  }

  #grow(): void {
    const grown = new Uint8Array(this.#memory!.byteLength * 2)
    grown.set(new Uint8Array(this.#memory!.buffer))
    // A write that is under way keeps the old buffer, whose written part does not change any more.
    this.#memory = new DataView(grown.buffer)
  }
}

/** Number of whole entries in an index file; undefined when the file is missing or not a whole number of entries long. */
export function entriesInFile(disk: Disk, path: string, entryBytes: number): number | undefined {
  if (!disk.exists(path)) return undefined
  const { bytes } = disk.stat(path)
  return bytes % entryBytes === 0 ? bytes / entryBytes : undefined
}

function inView(view: DataView, entryBytes: number, isAtOrBelow: IsAtOrBelow): (index: number) => boolean {
  return (index) => isAtOrBelow(view, index * entryBytes)
}

/** The last index below `high` for which `holds`, given that it holds for all before it; `low - 1` when there is none. */
function lastWhere({ low, high }: { low: number; high: number }, holds: (index: number) => boolean): number {
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) low = middle + 1
    else high = middle
  }
  return low - 1
}
