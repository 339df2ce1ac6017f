/**
 * Files. Small metadata operations (open, rename, truncate, list …) are synchronous: they take microseconds and a log
 * rolls a segment in the middle of an append. What can take long is asynchronous: fdatasync, cold reads, removal of large
 * files. A write is synchronous while the operating system takes it at once, and may complete later (thread pool,
 * simulation): nothing above this interface assumes otherwise.
 *
 * Every failure is a `DiskError` that names the operation and the path.
 */
export interface Disk {
  /** Opens a file. `read` fails when it is absent; `write` creates it when absent and keeps its content. */
  open(path: string, mode: OpenMode): DiskFile
  exists(path: string): boolean
  /** Names in a directory, sorted. Fails when it is absent. */
  list(directory: string): string[]
  /** The whole content of a small file. Fails when it is absent. */
  readFile(path: string): Uint8Array
  /** Size in bytes and kind. Fails when the path is absent. */
  stat(path: string): FileStat
  /** Creates the directory and its missing parents. */
  makeDirectory(path: string): void
  /** Renames within one file system, replacing what `to` names. Durable only after `syncDirectory` of the parents. */
  rename(from: string, to: string): void
  /** Removes a file; absent is fine. */
  removeFile(path: string): Promise<void>
  /** Removes a directory with all that is in it; absent is fine. */
  removeTree(path: string): Promise<void>
  /** Makes names in this directory durable (creations, renames, removals). */
  syncDirectory(path: string): Promise<void>
  /** Replaces a small file so that after any crash either the old or the new content is there, whole. */
  writeFileAtomic(path: string, content: Uint8Array): Promise<void>
  /**
   * As `writeFileAtomic` without a sync: a killed process leaves the old or the new content, a power loss may leave anything, which
   * the reader must notice. `content: 'durable'` syncs the content, not the name: that needs `syncDirectory` of the parent.
   */
  replaceFile(path: string, content: Uint8Array, options?: { readonly content?: 'durable' }): Promise<void>
  /** How much the file system of a path holds, and how much of it this process may still fill. */
  space(path: string): Promise<DiskSpace>
  /**
   * Takes an exclusive lock on a file (created when absent), which ends with `release` or with the process. Excludes other
   * processes, Apache Kafka's brokers included, and other holders in this process. Returns undefined when it is held.
   */
  lock(path: string): DiskLock | undefined
  /** Joins path segments with the separator of this disk. */
  join(...segments: string[]): string
  /** The absolute form of a path. */
  absolute(path: string): string
  /** Identifies this boot of the machine, or undefined when that is unknown. */
  bootId(): string | undefined
}

export type OpenMode = 'read' | 'write'

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'other'
  readonly bytes: number
  /** Time of the last modification, milliseconds since the epoch. */
  readonly modifiedMs: number
}

export interface DiskSpace {
  readonly totalBytes: number
  readonly usableBytes: number
}

export interface DiskLock {
  release(): void
}

/** An open file. Positions and lengths are bytes. After `close` every call fails. */
export interface DiskFile {
  readonly path: string
  /** The present size in bytes. */
  size(): number
  /**
   * Writes all of `buffers`, one behind the other, at `position`; short writes are continued. Returns undefined when all has
   * been handed to the operating system, else a promise of it. One write per file may be in flight. The buffers must stay
   * untouched until then.
   */
  write(buffers: readonly Uint8Array[], position: number): Promise<void> | undefined
  /** Fills `target` from `position` on the event loop; returns the bytes read, fewer only at the end of the file. */
  readSync(target: Uint8Array, position: number): number
  /** As `readSync`, in the thread pool: for data that is probably not in the page cache. */
  read(target: Uint8Array, position: number): Promise<number>
  /** fdatasync in the thread pool. After a failure nothing about the file's unsynced bytes is known. */
  sync(): Promise<void>
  truncate(length: number): void
  close(): void
}

export type DiskErrorCode =
  | 'ENOENT'
  | 'EEXIST'
  | 'ENOSPC'
  | 'EIO'
  | 'EACCES'
  | 'EROFS'
  | 'EMFILE'
  | 'EBADF'
  | (string & {})

export class DiskError extends Error {
  override readonly name = 'DiskError'
  readonly code: DiskErrorCode
  readonly operation: string
  readonly path: string

  constructor(operation: string, path: string, code: DiskErrorCode, cause?: unknown) {
    super(`cannot ${operation} ${path}: ${code}`, cause === undefined ? undefined : { cause })
    this.code = code
    this.operation = operation
    this.path = path
  }
}
