import { assert } from '../assert.ts'
import { DiskError, type DiskFile, type OpenMode } from '../disk.ts'
import type { DiskFailure, DiskOperation, DiskProcess } from './disk-process.ts'
import type { FileContent } from './file-content.ts'

interface MemoryFileOptions {
  readonly path: string
  readonly mode: OpenMode
  readonly content: FileContent
}

/** An open file of a MemoryDisk. It goes on working when its name is removed, and is dead after a crash. */
export class MemoryFile implements DiskFile {
  readonly path: string
  readonly #content: FileContent
  readonly #mode: OpenMode
  readonly #process: DiskProcess
  readonly #generation: number
  #writing = false
  #closed = false

  constructor({ path, mode, content }: MemoryFileOptions, process: DiskProcess) {
    this.path = path
    this.#content = content
    this.#mode = mode
    this.#process = process
    this.#generation = process.generation
  }

  size(): number {
    this.#check('stat')
    return this.#content.size
  }

  write(buffers: readonly Uint8Array[], position: number): Promise<void> | undefined {
    this.#checkWritable('write')
    assert(!this.#writing, 'one write per file is in flight', () => ({ path: this.path }))
    if (this.#process.deferWrites) return this.#writeLater(buffers, position)
    const failure = this.#process.takeFailure('write', this.path) ?? this.#outOfRoom(buffers, position)
    this.#put(buffers, position, failure === undefined ? Number.POSITIVE_INFINITY : (failure.afterBytes ?? 0))
    if (failure !== undefined) throw new DiskError('write', this.path, failure.code)
    return undefined
  }

  async #writeLater(buffers: readonly Uint8Array[], position: number): Promise<void> {
    this.#writing = true
    const bytes = bytesOf(buffers)
    const refusal = this.#outOfRoom(buffers, position)
    try {
      await this.#process.perform('write', this.path, {
        ...(refusal && { refusal }),
        run: () => this.#put(buffers, position, bytes),
        fail: (failure) => this.#put(buffers, position, failure.afterBytes ?? 0),
        abort: (random) => this.#put(buffers, position, random?.integer(bytes + 1) ?? 0),
      })
    } finally {
      this.#writing = false
    }
  }

  readSync(target: Uint8Array, position: number): number {
    this.#checkAndFail('read')
    return this.#content.read(target, position)
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    this.#check('read')
    return this.#process.perform('read', this.path, { run: () => this.#content.read(target, position) })
  }

  async sync(): Promise<void> {
    this.#check('sync')
    const sync = this.#content.beginSync()
    return this.#process.perform('sync', this.path, {
      run: () => sync.complete(),
      fail: () => sync.fail(),
      // The kernel may have done it without anybody left to be told.
      abort: (random) => (random?.integer(2) === 1 ? sync.complete() : sync.abandon()),
    })
  }

  truncate(length: number): void {
    this.#checkWritable('truncate')
    this.#process.failIfTold('truncate', this.path)
    this.#content.truncate(length)
    this.#content.modifiedMs = this.#process.now()
  }

  close(): void {
    this.#checkAndFail('close')
    this.#closed = true
  }

  /** On a full disk a write goes as far as the file does, and half of the rest. */
  #outOfRoom(buffers: readonly Uint8Array[], position: number): DiskFailure | undefined {
    if (!this.#process.isFull) return undefined
    const bytes = bytesOf(buffers)
    const room = Math.max(0, Math.min(bytes, this.#content.size - position))
    if (room === bytes) return undefined
    return { operation: 'write', code: 'ENOSPC', afterBytes: room + Math.floor((bytes - room) / 2) }
  }

  #put(buffers: readonly Uint8Array[], position: number, bytesMax: number): void {
    let written = 0
    for (const buffer of buffers) {
      const part = buffer.subarray(0, Math.max(0, bytesMax - written))
      this.#content.write(part, position + written)
      written += part.byteLength
    }
    this.#content.modifiedMs = this.#process.now()
  }

  #check(operation: DiskOperation): void {
    if (this.#closed || this.#generation !== this.#process.generation)
      throw new DiskError(operation, this.path, 'EBADF')
  }

  #checkWritable(operation: DiskOperation): void {
    this.#check(operation)
    if (this.#mode === 'read') throw new DiskError(operation, this.path, 'EBADF')
  }

  #checkAndFail(operation: DiskOperation): void {
    this.#check(operation)
    this.#process.failIfTold(operation, this.path)
  }
}

function bytesOf(buffers: readonly Uint8Array[]): number {
  return buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0)
}
