import fs from 'node:fs'
import { assert } from '../assert.ts'
import { DiskError, type DiskFile, type OpenMode } from '../disk.ts'
import { attempt, diskError } from './disk-error.ts'

/** Linux and macOS take at most this many buffers in one writev(2). */
const WRITEV_BUFFERS_MAX = 1024

/**
 * How long a write may hold up the event loop before the next ones go through the thread pool. A write to the page cache
 * takes microseconds; only dirty-page throttling (or a stalled device) makes it slow.
 */
const SLOW_WRITE_MS = 5

/** Whether writes to one file system go through the pool at present; shared by all its files. */
export class WritePace {
  #isSlow = false

  get isSlow(): boolean {
    return this.#isSlow
  }

  /** Takes note of how long the last write took: one quick write ends the slow time. */
  took(elapsedMs: number): void {
    this.#isSlow = elapsedMs > SLOW_WRITE_MS
  }
}

export interface NodeFileOptions {
  readonly mode: OpenMode
  /** Finds the pace of a file system by its device number. */
  readonly paceOf: (device: number) => WritePace
}

/**
 * A file descriptor. It is closed for real only when no operation of the thread pool is in flight on it: the number would
 * be given to the next file that is opened, and a late write would land there.
 */
export class NodeFile implements DiskFile {
  readonly path: string
  readonly #descriptor: number
  readonly #pace: WritePace
  #inFlight = 0
  #writing = false
  #closed = false

  constructor(path: string, options: NodeFileOptions) {
    const { O_RDONLY, O_RDWR, O_CREAT } = fs.constants
    this.path = path
    this.#descriptor = attempt('open', path, () =>
      fs.openSync(path, options.mode === 'read' ? O_RDONLY : O_RDWR | O_CREAT),
    )
    this.#pace = options.paceOf(attempt('stat', path, () => fs.fstatSync(this.#descriptor)).dev)
  }

  size(): number {
    return attempt('stat', this.path, () => fs.fstatSync(this.#open('stat')).size)
  }

  write(buffers: readonly Uint8Array[], position: number): Promise<void> | undefined {
    const descriptor = this.#open('write')
    assert(!this.#writing, 'one write per file is in flight', () => ({ path: this.path }))
    if (this.#pace.isSlow) return this.#writeInPool(buffers, position)
    const startMs = performance.now()
    attempt('write', this.path, () => writeAllSync(descriptor, buffers, position))
    this.#pace.took(performance.now() - startMs)
    return undefined
  }

  async #writeInPool(buffers: readonly Uint8Array[], position: number): Promise<void> {
    this.#writing = true
    const startMs = performance.now()
    try {
      await this.#inPool('write', (descriptor) => writeAll(descriptor, buffers, position))
      this.#pace.took(performance.now() - startMs)
    } finally {
      this.#writing = false
    }
  }

  readSync(target: Uint8Array, position: number): number {
    const descriptor = this.#open('read')
    return attempt('read', this.path, () => {
      let filled = 0
      while (filled < target.byteLength) {
        const count = fs.readSync(descriptor, target, filled, target.byteLength - filled, position + filled)
        if (count === 0) break
        filled += count
      }
      return filled
    })
  }

  read(target: Uint8Array, position: number): Promise<number> {
    return this.#inPool('read', async (descriptor) => {
      let filled = 0
      while (filled < target.byteLength) {
        const count = await readOnce(descriptor, target.subarray(filled), position + filled)
        if (count === 0) break
        filled += count
      }
      return filled
    })
  }

  sync(): Promise<void> {
    return this.#inPool('sync', (descriptor) => settled((done) => fs.fdatasync(descriptor, done)))
  }

  truncate(length: number): void {
    attempt('truncate', this.path, () => fs.ftruncateSync(this.#open('truncate'), length))
  }

  close(): void {
    this.#open('close')
    this.#closed = true
    this.#closeWhenIdle()
  }

  #open(operation: string): number {
    if (this.#closed) throw new DiskError(operation, this.path, 'EBADF')
    return this.#descriptor
  }

  async #inPool<T>(operation: string, run: (descriptor: number) => Promise<T>): Promise<T> {
    const descriptor = this.#open(operation)
    this.#inFlight++
    try {
      return await run(descriptor)
    } catch (error) {
      throw diskError(operation, this.path, error)
    } finally {
      this.#inFlight--
      this.#closeWhenIdle()
    }
  }

  #closeWhenIdle(): void {
    if (this.#closed && this.#inFlight === 0) attempt('close', this.path, () => fs.closeSync(this.#descriptor))
  }
}

function writeAllSync(descriptor: number, buffers: readonly Uint8Array[], position: number): void {
  const rest = new Unwritten(buffers, position)
  for (let batch = rest.next(); batch.length > 0; batch = rest.next()) {
    const single = batch.length === 1
    const count = single
      ? fs.writeSync(descriptor, batch[0]!, 0, batch[0]!.byteLength, rest.position)
      : fs.writevSync(descriptor, batch, rest.position)
    rest.advance(count)
  }
}

async function writeAll(descriptor: number, buffers: readonly Uint8Array[], position: number): Promise<void> {
  const rest = new Unwritten(buffers, position)
  for (let batch = rest.next(); batch.length > 0; batch = rest.next()) {
    rest.advance(await writevOnce(descriptor, batch, rest.position))
  }
}

/** What is left of a vectored write: the kernel may take any part of it at a time. */
export class Unwritten {
  position: number
  readonly #buffers: readonly Uint8Array[]
  #index = 0
  #offset = 0

  constructor(buffers: readonly Uint8Array[], position: number) {
    this.#buffers = buffers
    this.position = position
  }

  /** The buffers of the next writev, none of them empty; an empty list when all has been written. */
  next(): Uint8Array[] {
    const batch: Uint8Array[] = []
    for (let index = this.#index; index < this.#buffers.length && batch.length < WRITEV_BUFFERS_MAX; index++) {
      const whole = this.#buffers[index]!
      const buffer = index === this.#index && this.#offset > 0 ? whole.subarray(this.#offset) : whole
      if (buffer.byteLength > 0) batch.push(buffer)
    }
    return batch
  }

  /** Takes note that `count` more bytes have been written. */
  advance(count: number): void {
    assert(count > 0, 'a write that takes nothing makes no progress')
    this.position += count
    let left = count
    while (this.#index < this.#buffers.length) {
      const available = this.#buffers[this.#index]!.byteLength - this.#offset
      if (left < available) break
      left -= available
      this.#index++
      this.#offset = 0
    }
    this.#offset += left
  }
}

function readOnce(descriptor: number, target: Uint8Array, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.read(descriptor, target, 0, target.byteLength, position, (error, count) => {
      if (error === null) resolve(count)
      else reject(error)
    })
  })
}

function writevOnce(descriptor: number, buffers: Uint8Array[], position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.writev(descriptor, buffers, position, (error, count) => {
      if (error === null) resolve(count)
      else reject(error)
    })
  })
}

function settled(start: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error === null ? resolve() : reject(error)))
  })
}
