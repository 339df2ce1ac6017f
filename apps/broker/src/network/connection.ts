/**
 * One client's connection: frames come in, handlers start in their order, responses leave in that same order. An outcome that
 * closes the connection takes its turn too: what was answered before it is sent.
 *
 * A frame is *queued* until it may start, then *pending* until its response has been given to the socket. It may start unless
 * `REQUESTS_IN_PROGRESS_MAX` are pending, a `serial` one is running, the peer does not take its responses, the connection is
 * muted, or it has had `TURN_MS_MAX` of the event loop: then others come first. Whenever it may not, or the pool of request
 * memory is empty, or the broker is not ready, nothing is read from the socket: that is the back-pressure on the peer. So the
 * queue never holds more than what one read had brought.
 */
import type { Chunk } from '@ottla/protocol'
import type { Clock, Connection, Logger, Timer, Timers } from '@ottla/runtime'
import { ANONYMOUS, type ConnectionInfo, type ListenerInfo } from '../seams.ts'
import type { Client, Dispatcher, Outcome } from './dispatch.ts'
import type { FrameBuffers } from './frame-buffers.ts'
import { FrameSplitter } from './frame-splitter.ts'
import type { MemoryPool, PoolMember } from './memory-pool.ts'
import { type PageCacheGuess, type PieceBuffers, ResponseWriter, releaseChunks } from './response-writer.ts'

export const REQUESTS_IN_PROGRESS_MAX = 100
/** One connection's requests are started for so long, then everybody else gets a turn of the event loop. */
const TURN_MS_MAX = 5
/** Responses in memory that the peer has not taken; above this nothing is read from it. */
export const UNSENT_BYTES_MAX = 1024 * 1024

/** What all connections of a broker share. */
export interface ConnectionEnvironment {
  /** Undefined until the broker is ready; connections are held unread until then. */
  dispatcher: Dispatcher | undefined
  readonly pool: MemoryPool
  readonly frameBuffers: FrameBuffers
  readonly pageCache: PageCacheGuess
  readonly buffers: PieceBuffers
  readonly clock: Clock
  readonly timers: Timers
  readonly logger: Logger
  /** `socket.request.max.bytes` */
  readonly frameBytesMax: number
}

export interface ClientConnectionOptions {
  readonly id: string
  readonly listener: ListenerInfo
  readonly onClosed: (connection: ClientConnection) => void
}

/** Why nothing is read from the socket; several may hold at once. */
const NOT_READY = 1
const POOL_EMPTY = 2
const BUSY = 4
const MUTED = 8
const ENDING = 16

interface Queued {
  readonly frame: Uint8Array
  /** Once only; `isReusable`: nobody holds anything of the frame any more. */
  readonly release: (isReusable: boolean) => void
}

/** A request that has started. `outcome` undefined: still running. */
interface Pending {
  outcome: Outcome | undefined
  /** Bytes of the response that lie in memory. */
  unsentBytes: number
}

export class ClientConnection implements PoolMember {
  readonly listener: ListenerInfo
  lastActiveMs: number
  readonly #socket: Connection
  readonly #environment: ConnectionEnvironment
  readonly #options: ClientConnectionOptions
  readonly #splitter: FrameSplitter
  readonly #writer: ResponseWriter
  readonly #client: Client
  readonly #closing = new AbortController()
  readonly #queue = new Queue<Queued>()
  readonly #pending: Pending[] = []
  #unsentBytes = 0
  #serial = false
  #turnEndsMs = 0
  #yielding = false
  #pauseReasons = 0
  #muteTimer: Timer | undefined
  #gone = false

  constructor(socket: Connection, environment: ConnectionEnvironment, options: ClientConnectionOptions) {
    this.#socket = socket
    this.#environment = environment
    this.#options = options
    this.listener = options.listener
    this.lastActiveMs = environment.clock.monotonic()
    this.#client = this.#describe()
    this.#splitter = new FrameSplitter({
      frameBytesMax: environment.frameBytesMax,
      buffers: environment.frameBuffers,
      onProgress: (bytes, frameBytes) => environment.pool.received(this, bytes, frameBytes),
      onFrame: (frame) => this.#onFrame(frame),
    })
    this.#writer = new ResponseWriter({
      sink: socket,
      pageCache: environment.pageCache,
      buffers: environment.buffers,
      onIdle: () => this.#progress(),
      onError: (error) => this.close(error.message, 'error'),
    })
    this.#attach()
  }

  get remoteAddress(): string {
    return this.#client.clientAddress
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted
  }

  /**
   * True while a handler has not answered and the peer is listened to: such a connection is never idle. One that is not read
   * from, because too many of its requests wait, would not even tell that the peer has gone.
   */
  get isWaiting(): boolean {
    return this.wantsToRead && this.#pending.some((pending) => pending.outcome === undefined)
  }

  get wantsToRead(): boolean {
    return (this.#pauseReasons & ~POOL_EMPTY) === 0
  }

  /** The broker is ready: the first requests may start. */
  open(): void {
    this.#resume(NOT_READY)
  }

  poolPause(): void {
    this.#pause(POOL_EMPTY)
  }

  poolResume(): void {
    this.#resume(POOL_EMPTY)
  }

  poolEvict(reason: string): void {
    this.close(reason, 'info')
  }

  /** Reads no more and starts nothing more; closes when the responses of what has started are sent. */
  end(): void {
    this.#pause(ENDING)
    this.#dropQueue()
    this.#progress()
  }

  /** Ends at once. Waiters learn it from the context's `closed`; regions and memory are given back. */
  close(reason: string, level: 'debug' | 'info' | 'error'): void {
    if (this.#gone) return
    this.#gone = true
    const fields = { address: this.remoteAddress, listener: this.listener.name }
    if (reason !== '') this.#environment.logger[level](`closing a connection: ${reason}`, fields)
    this.#letGo()
    this.#socket.destroy()
    this.#options.onClosed(this)
  }

  #letGo(): void {
    this.#closing.abort()
    this.#muteTimer?.clear()
    this.#environment.pool.leave(this)
    this.#dropQueue()
    this.#writer.close()
    for (const { outcome } of this.#pending) if (outcome?.kind === 'response') releaseChunks(outcome.chunks ?? [])
    this.#pending.length = 0
  }

  #describe(): Client {
    const connection: ConnectionInfo = {
      id: this.#options.id,
      clientSoftwareName: '',
      clientSoftwareVersion: '',
      closed: this.#closing.signal,
    }
    return { principal: ANONYMOUS, listener: this.listener, clientAddress: this.#socket.remoteAddress, connection }
  }

  #attach(): void {
    this.#socket.onData((chunk) => this.#onData(chunk))
    this.#socket.onDrain(() => {
      this.lastActiveMs = this.#environment.clock.monotonic()
      this.#writer.drained()
      this.#progress()
    })
    this.#socket.onClose(() => this.close('', 'debug'))
    if (this.#environment.dispatcher === undefined) this.#pause(NOT_READY)
    this.#environment.pool.join(this)
  }

  #onData(chunk: Uint8Array): void {
    if (this.isClosed) return
    this.lastActiveMs = this.#environment.clock.monotonic()
    this.#turnEndsMs = this.lastActiveMs + TURN_MS_MAX
    const error = this.#splitter.push(chunk)
    if (error === undefined) return
    const limit = `socket.request.max.bytes is ${this.#environment.frameBytesMax}`
    this.close(`a request announces ${error.size} bytes, ${limit}`, 'info')
  }

  #onFrame(frame: Uint8Array): boolean {
    const { pool, frameBuffers } = this.#environment
    const claimedBytes = pool.finish(this)
    let isReleased = false
    const release = (isReusable: boolean) => {
      if (isReleased) return
      isReleased = true
      if (claimedBytes > 0) pool.release(claimedBytes)
      if (isReusable) frameBuffers.giveBack(frame)
    }
    this.#queue.push({ frame, release })
    this.#advance()
    return !this.isClosed
  }

  get #mayStart(): boolean {
    return (
      this.#pending.length < REQUESTS_IN_PROGRESS_MAX &&
      !this.#serial &&
      this.#unsentBytes + this.#socket.pendingBytes <= UNSENT_BYTES_MAX &&
      (this.#pauseReasons & (NOT_READY | MUTED | ENDING)) === 0
    )
  }

  /** Something has changed outside of `#onData`. */
  #progress(): void {
    this.#turnEndsMs = this.#environment.clock.monotonic() + TURN_MS_MAX
    this.#advance()
  }

  /** Does all that can be done now: sends what is at the head of the line, starts what is queued, adjusts reading. */
  #advance(): void {
    if (this.isClosed) return
    this.#sendReady()
    while (!this.isClosed && this.#queue.length > 0 && this.#mayStart) {
      if (this.#environment.clock.monotonic() > this.#turnEndsMs) {
        this.#yield()
        break
      }
      this.#start(this.#queue.shift()!)
      this.#sendReady()
    }
    if (this.isClosed) return
    if (this.#queue.length > 0 || !this.#mayStart) this.#pause(BUSY)
    else this.#resume(BUSY)
    if ((this.#pauseReasons & ENDING) !== 0 && this.#pending.length === 0 && this.#writer.isIdle) this.#finish()
  }

  #yield(): void {
    if (this.#yielding) return
    this.#yielding = true
    this.#environment.timers.endOfTurn(() => {
      this.#yielding = false
      this.#progress()
    })
  }

  #start({ frame, release }: Queued): void {
    const pending: Pending = { outcome: undefined, unsentBytes: 0 }
    this.#pending.push(pending)
    const { serial, outcome } = this.#environment.dispatcher!.start(frame, this.#client, () => release(true))
    if (!(outcome instanceof Promise)) {
      release(false)
      this.#settle(pending, outcome)
      return
    }
    this.#serial = serial
    outcome.then((settled) => {
      release(false)
      if (serial) this.#serial = false
      this.#settle(pending, settled)
      this.#progress()
    })
  }

  #settle(pending: Pending, outcome: Outcome): void {
    if (outcome.kind === 'close') {
      pending.outcome = outcome
      this.end()
      return
    }
    if (this.isClosed) {
      releaseChunks(outcome.chunks ?? [])
      return
    }
    pending.outcome = outcome
    pending.unsentBytes = bytesInMemory(outcome.chunks ?? [])
    this.#unsentBytes += pending.unsentBytes
    this.lastActiveMs = this.#environment.clock.monotonic()
  }

  #sendReady(): void {
    while (this.#writer.isIdle) {
      const outcome = this.#pending[0]?.outcome
      if (outcome === undefined) return
      const { unsentBytes } = this.#pending.shift()!
      if (outcome.kind === 'close') {
        this.#finish()
        return
      }
      this.#unsentBytes -= unsentBytes
      if (outcome.chunks !== undefined) this.#writer.send(outcome.chunks)
      if (outcome.throttleMs > 0 && !this.isClosed) this.#mute(outcome.throttleMs)
    }
  }

  /** The client was asked to pause; a client that does not is made to (KIP-219). */
  #mute(throttleMs: number): void {
    this.#muteTimer?.clear()
    this.#pause(MUTED)
    this.#muteTimer = this.#environment.timers.after(throttleMs, () => {
      this.#resume(MUTED)
      this.#progress()
    })
  }

  /** What has been answered is sent; later requests get nothing. The socket's own close removes the connection. */
  #finish(): void {
    this.#letGo()
    this.#socket.end()
  }

  #dropQueue(): void {
    while (this.#queue.length > 0) this.#queue.shift()!.release(true)
  }

  #pause(reason: number): void {
    if (this.#pauseReasons === 0) this.#socket.pause()
    this.#pauseReasons |= reason
  }

  #resume(reason: number): void {
    if ((this.#pauseReasons & reason) === 0) return
    this.#pauseReasons &= ~reason
    if (this.#pauseReasons === 0 && !this.isClosed) this.#socket.resume()
  }
}

/** First in, first out. Array.shift moves all that remains, and one read may bring tens of thousands of frames. */
class Queue<T> {
  #items: (T | undefined)[] = []
  #first = 0

  get length(): number {
    return this.#items.length - this.#first
  }

  push(item: T): void {
    this.#items.push(item)
  }

  shift(): T | undefined {
    const item = this.#items[this.#first]
    this.#items[this.#first++] = undefined
    if (this.#first === this.#items.length) {
      this.#items = []
      this.#first = 0
    }
    return item
  }
}

function bytesInMemory(chunks: readonly Chunk[]): number {
  let bytes = 0
  for (const chunk of chunks) if (chunk instanceof Uint8Array) bytes += chunk.length
  return bytes
}
