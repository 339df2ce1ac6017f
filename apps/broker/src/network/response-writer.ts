/**
 * Sends one response at a time: bytes as they are, file regions piece by piece. The one place that decides how a region
 * travels from the file to the socket.
 *
 * Hot regions are read on the event loop, since the thread pool costs twice the CPU; cold ones in the pool, since a disk would
 * hold the loop up. Which is which is guessed from how long reads take (`PageCacheGuess`).
 *
 * A piece is up to 512 KiB of regions with the bytes between them, in one write. Back-pressure: at most one piece waits in the
 * socket; its buffer goes back to the free list when the socket has nothing left to send. Every region is released exactly once: when it is sent, or when the writer is closed or fails.
 */
import type { Chunk } from '@ottla/protocol'
import type { Clock, DiskFile } from '@ottla/runtime'
import type { FileRegion } from '@ottla/storage'

export const PIECE_BYTES = 512 * 1024
const FREE_BUFFERS_MAX = 32
/** Less than this is read into a buffer of just that size. */
const POOLED_BYTES_MIN = 64 * 1024
/** A read on the event loop that takes longer was not served by the page cache. */
const SLOW_READ_MS = 2
/** A read in the thread pool that is this quick was. */
const QUICK_READ_MS = 1

/** What the writer needs of a connection. */
export interface ByteSink {
  write(chunks: readonly Uint8Array[]): boolean
  readonly pendingBytes: number
}

/**
 * Guesses whether a file's bytes are in the page cache. A file counts as hot, and is read on the event loop, until one read of
 * 512 KiB takes longer than 2 ms; then its reads go through the thread pool until one of them takes less than 1 ms. Consumers
 * read forward and the kernel reads ahead, so the guess is wrong about once per consumer that starts far back.
 */
export class PageCacheGuess {
  readonly #cold = new WeakSet<DiskFile>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Fills `target`; returns the bytes read, at once or later. */
  read(file: DiskFile, target: Uint8Array, position: number): number | Promise<number> {
    const startMs = this.#clock.monotonic()
    if (this.#cold.has(file)) return this.#readInPool(file, target, position)
    const bytes = file.readSync(target, position)
    if (this.#clock.monotonic() - startMs > SLOW_READ_MS) this.#cold.add(file)
    return bytes
  }

  async #readInPool(file: DiskFile, target: Uint8Array, position: number): Promise<number> {
    const startMs = this.#clock.monotonic()
    const bytes = await file.read(target, position)
    if (this.#clock.monotonic() - startMs < QUICK_READ_MS) this.#cold.delete(file)
    return bytes
  }
}

/** Buffers for pieces of regions, shared by all connections of a broker. */
export class PieceBuffers {
  readonly #free: Uint8Array[] = []
  /** The fewest that lay ready since the last `shrink`: so many have not been needed. */
  #unused = 0

  get freeBytes(): number {
    return this.#free.length * PIECE_BYTES
  }

  take(): Uint8Array {
    const buffer = this.#free.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES)
    this.#unused = Math.min(this.#unused, this.#free.length)
    return buffer
  }

  /** Called about once a second: half of what was not needed since the last call goes. */
  shrink(): void {
    this.#free.splice(0, Math.ceil(this.#unused / 2))
    this.#unused = this.#free.length
  }

  giveBack(buffer: Uint8Array): void {
    if (this.#free.length < FREE_BUFFERS_MAX) this.#free.push(buffer)
  }
}

export interface ResponseWriterOptions {
  readonly sink: ByteSink
  readonly pageCache: PageCacheGuess
  readonly buffers: PieceBuffers
  /** The writer has become idle after `send` had returned: it takes the next response. */
  readonly onIdle: () => void
  /** A region could not be read as promised; the connection must end. */
  readonly onError: (error: Error) => void
}

/** A response on its way. `index` and `regionBytesTaken` say what has been taken into a write. */
interface Sending {
  readonly chunks: readonly Chunk[]
  index: number
  regionBytesTaken: number
  regionBytesLeft: number
  piece: Piece | undefined
}

/** What the next write will hold: bytes of the response as they are, and `buffer` filled from regions. */
interface Piece {
  readonly run: Uint8Array[]
  readonly buffer: Uint8Array
  readonly isPooled: boolean
  filled: number
}

export class ResponseWriter {
  readonly #options: ResponseWriterOptions
  #sending: Sending | undefined
  /** Set while the socket has refused more; `drained` goes on. */
  #blocked = false
  /** A pooled buffer that the socket may still read from. */
  #lent: Uint8Array | undefined
  #reading = false
  #closed = false

  constructor(options: ResponseWriterOptions) {
    this.#options = options
  }

  /** True when a response may be given: none is under way and the socket has room. */
  get isIdle(): boolean {
    return this.#sending === undefined && !this.#blocked && !this.#closed
  }

  /** Takes over the chunks. Only when `isIdle`, which it may be again when this returns; else `onIdle` or `onError` follows. */
  send(chunks: readonly Chunk[]): void {
    if (isInMemory(chunks)) {
      this.#blocked = !this.#options.sink.write(chunks)
      return
    }
    let regionBytesLeft = 0
    for (const chunk of chunks) if (!(chunk instanceof Uint8Array)) regionBytesLeft += chunk.byteLength
    this.#sending = { chunks, index: 0, regionBytesTaken: 0, regionBytesLeft, piece: undefined }
    this.#advance()
  }

  /** The socket has sent all that it was given. */
  drained(): void {
    this.#blocked = false
    this.#returnLent()
    if (this.#reading || this.#closed) return
    this.#advance()
    if (this.isIdle) this.#options.onIdle()
  }

  /** Nothing can be sent any more: lets go of all regions (after the read that is under way). */
  close(): void {
    this.#closed = true
    this.#returnLent()
    if (!this.#reading) this.#drop()
  }

  #advance(): void {
    while (this.#sending !== undefined && !this.#blocked && !this.#closed) {
      const sending = this.#sending
      if (!this.#assemble(sending)) return
      this.#flush(sending)
      if (sending.index === sending.chunks.length) this.#sending = undefined
    }
  }

  /** Fills a piece. False: it goes on later, or it has failed. */
  #assemble(sending: Sending): boolean {
    sending.piece ??= this.#newPiece(sending.regionBytesLeft)
    const { piece } = sending
    while (sending.index < sending.chunks.length) {
      const chunk = sending.chunks[sending.index]!
      if (chunk instanceof Uint8Array) {
        if (chunk.length > 0) piece.run.push(chunk)
        sending.index += 1
        continue
      }
      if (piece.filled === piece.buffer.length && chunk.byteLength > 0) return true
      if (!this.#takeFromRegion(sending, piece, chunk as FileRegion)) return false
    }
    return true
  }

  #newPiece(regionBytes: number): Piece {
    const isPooled = regionBytes >= POOLED_BYTES_MIN
    return {
      run: [],
      buffer: isPooled ? this.#options.buffers.take() : Buffer.allocUnsafe(regionBytes),
      isPooled,
      filled: 0,
    }
  }

  #takeFromRegion(sending: Sending, piece: Piece, region: FileRegion): boolean {
    if (region.isCut === true) {
      this.#fail(
        new Error(`${region.file.path} was truncated below ${region.position + region.byteLength} while it was sent`),
      )
      return false
    }
    const wanted = Math.min(piece.buffer.length - piece.filled, region.byteLength - sending.regionBytesTaken)
    const target = piece.buffer.subarray(piece.filled, piece.filled + wanted)
    try {
      const read = this.#options.pageCache.read(region.file, target, region.position + sending.regionBytesTaken)
      if (typeof read === 'number') return this.#taken(read, { sending, piece, region, target })
      this.#reading = true
      read.then(
        (bytes) => this.#readLater(bytes, { sending, piece, region, target }),
        (error: Error) => this.#readLater(error, { sending, piece, region, target }),
      )
    } catch (error) {
      this.#fail(error as Error)
    }
    return false
  }

  #readLater(result: number | Error, taking: Taking): void {
    this.#reading = false
    if (this.#closed) this.#drop()
    else if (typeof result !== 'number') this.#fail(result)
    else if (this.#taken(result, taking)) {
      this.#advance()
      if (this.isIdle) this.#options.onIdle()
    }
  }

  #taken(read: number, { sending, piece, region, target }: Taking): boolean {
    if (read < target.length) {
      const end = region.position + sending.regionBytesTaken + read
      this.#fail(
        new Error(`${region.file.path} ends at ${end}: ${target.length - read} bytes of a response are missing`),
      )
      return false
    }
    if (read > 0) piece.run.push(target)
    piece.filled += read
    sending.regionBytesLeft -= read
    sending.regionBytesTaken += read
    if (sending.regionBytesTaken === region.byteLength) {
      sending.index += 1
      sending.regionBytesTaken = 0
      region.release()
    }
    return true
  }

  #flush(sending: Sending): void {
    const piece = sending.piece!
    sending.piece = undefined
    this.#blocked = piece.run.length > 0 && !this.#options.sink.write(piece.run)
    if (!piece.isPooled) return
    if (this.#blocked) this.#lent = piece.buffer
    // Taken, but perhaps not yet sent, and nobody will say when: the buffer is left to the garbage collector.
    else if (this.#options.sink.pendingBytes === 0) this.#options.buffers.giveBack(piece.buffer)
  }

  #returnLent(): void {
    // After a close the socket may still hold it.
    if (this.#lent !== undefined && !this.#closed) this.#options.buffers.giveBack(this.#lent)
    this.#lent = undefined
  }

  #fail(error: Error): void {
    this.#closed = true
    this.#drop()
    this.#options.onError(error)
  }

  #drop(): void {
    const sending = this.#sending
    this.#sending = undefined
    if (sending === undefined) return
    if (sending.piece?.isPooled) this.#options.buffers.giveBack(sending.piece.buffer)
    releaseChunks(sending.chunks.slice(sending.index))
  }
}

interface Taking {
  readonly sending: Sending
  readonly piece: Piece
  readonly region: FileRegion
  readonly target: Uint8Array
}

function isInMemory(chunks: readonly Chunk[]): chunks is readonly Uint8Array[] {
  return chunks.every((chunk) => chunk instanceof Uint8Array)
}

/** Lets go of the regions of a response that will not be sent. */
export function releaseChunks(chunks: readonly Chunk[]): void {
  for (const chunk of chunks) if (!(chunk instanceof Uint8Array)) (chunk as FileRegion).release()
}
