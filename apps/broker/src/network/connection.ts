/**
 * One client's connection: frames come in, handlers start in their order, responses leave in that same order. An outcome that
 * closes the connection takes its turn too: what was answered before it is sent.
 *
 * A frame is *next* until it may start, then *pending* until its response has been given to the socket. It may start unless
 * `REQUESTS_IN_PROGRESS_MAX` are pending, a `serial` one is running, the peer does not take its responses, the connection is
 * muted, or it has had its turn of the event loop (`Turns`): then others come first. Whenever it may not, or the pool of request
 * memory is empty, or the broker is not ready, nothing is read from the socket: that is the back-pressure on the peer. What
 * one read has brought beside the next frame stays in the backlog, as bytes: it may be tens of thousands of tiny requests.
 */
import type { Clock, Connection, Logger, Timer, Timers } from '@ottla/runtime'
import { ANONYMOUS, type ConnectionInfo, type ListenerInfo } from '../seams.ts'
import { Backlog } from './backlog.ts'
import type { Client, Dispatcher, Outcome } from './dispatch.ts'
import type { FrameBuffers } from './frame-buffers.ts'
import { FrameSplitter } from './frame-splitter.ts'
import type { MemoryPool, PoolMember } from './memory-pool.ts'
import { bytesInMemory, NOT_YET, newPending, type Pending } from './pending-request.ts'
import { plainAddress } from './plain-address.ts'
import { type PageCacheGuess, type PieceBuffers, ResponseWriter, releaseChunks } from './response-writer.ts'
import type { Turns } from './turns.ts'
import { UntakenResponses } from './untaken-responses.ts'

export const REQUESTS_IN_PROGRESS_MAX = 100
/** Responses in memory that the peer has not taken; above this nothing is read from it. */
export const UNSENT_BYTES_MAX = 1024 * 1024
/** Who has started nothing for so long, or has not come to what it read so long ago, keeps request memory from others. */
const STUCK_MS = 1_000
const QUEUED_MS_MAX = 10_000

/** What all connections of a broker share. */
export interface ConnectionEnvironment {
  /** Undefined until the broker is ready; connections are held unread until then. */
  dispatcher: Dispatcher | undefined
  readonly pool: MemoryPool
  readonly frameBuffers: FrameBuffers
  readonly pageCache: PageCacheGuess
  readonly buffers: PieceBuffers
  readonly turns: Turns
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

/** A whole request that has not started. */
interface Queued {
  readonly frame: Uint8Array
  readonly arrivedMs: number
  /** Once only; `isReusable`: nobody holds anything of the frame any more. */
  readonly release: (isReusable: boolean) => void
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
  #next: Queued | undefined
  readonly #backlog: Backlog
  readonly #pending: Pending[] = []
  /** The response that is on its way to the operating system, if it claims memory or its times are counted. */
  #sending: Pending | undefined
  #unsentBytes = 0
  readonly #untaken: UntakenResponses
  #serial = false
  /** The last read. */
  #arrivedMs: number
  /** When a request started last, or there was none. */
  #movedMs: number
  #turnEndsMs = 0
  #yielding = false
  #pauseReasons = 0
  #muteTimer: Timer | undefined
  #gone = false
  #isReplica = false

  constructor(socket: Connection, environment: ConnectionEnvironment, options: ClientConnectionOptions) {
    this.#socket = socket
    this.#environment = environment
    this.#options = options
    this.listener = options.listener
    this.lastActiveMs = environment.clock.monotonic()
    this.#arrivedMs = this.lastActiveMs
    this.#movedMs = this.lastActiveMs
    this.#backlog = new Backlog(environment.pool)
    this.#untaken = new UntakenResponses(environment.pool)
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

  /** A broker that copies partitions: one request at a time, small, from each of a few. */
  get isPrivileged(): boolean {
    return this.#isReplica
  }

  /** Whole requests wait behind earlier ones that do not end, or large responses for a peer that does not take them. */
  get isStuck(): boolean {
    const nowMs = this.#environment.clock.monotonic()
    if (this.#untaken.isStuck(nowMs)) return true
    if (this.#next === undefined || (this.#pauseReasons & (NOT_READY | MUTED)) !== 0) return false
    return nowMs - this.#movedMs >= STUCK_MS || nowMs - this.#next.arrivedMs >= QUEUED_MS_MAX
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
    this.#splitter.drop()
    this.#dropQueue()
    this.#writer.close()
    this.#untaken.drop()
    for (const { outcome } of this.#pending) if (outcome?.kind === 'response') releaseChunks(outcome.chunks ?? [])
    this.#pending.length = 0
  }

  #describe(): Client {
    const connection: ConnectionInfo = {
      id: this.#options.id,
      clientSoftwareName: '',
      clientSoftwareVersion: '',
      closed: this.#closing.signal,
      becomeReplica: () => {
        if (this.#isReplica) return
        this.#isReplica = true
        this.#environment.pool.privileged(this)
      },
    }
    const clientAddress = plainAddress(this.#socket.remoteAddress)
    return { principal: ANONYMOUS, listener: this.listener, clientAddress, connection }
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
    if (this.#next !== undefined) {
      this.#backlog.keep(chunk)
      return
    }
    this.#arrivedMs = this.lastActiveMs
    this.#turnEndsMs = this.lastActiveMs + this.#environment.turns.ms
    const taken = this.#split(chunk)
    if (taken < chunk.length && !this.isClosed) this.#backlog.keep(chunk.subarray(taken))
  }

  /** Returns how many of the bytes were looked at: those up to the first frame that cannot start. */
  #split(bytes: Uint8Array): number {
    const result = this.#splitter.push(bytes)
    if (typeof result === 'number') return result
    const limit = `socket.request.max.bytes is ${this.#environment.frameBytesMax}`
    this.close(`a request announces ${result.size} bytes, ${limit}`, 'info')
    return bytes.length
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
    this.#movedMs = Math.max(this.#movedMs, this.#arrivedMs)
    this.#next = { frame, arrivedMs: this.#arrivedMs, release }
    // What comes from the backlog is started by who asked for it.
    if (this.#backlog.isEmpty) this.#advance()
    return this.#next === undefined && !this.isClosed
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
    this.#turnEndsMs = this.#environment.clock.monotonic() + this.#environment.turns.ms
    this.#advance()
  }

  /** Does all that can be done now: sends what is at the head of the line, starts what is queued, adjusts reading. */
  #advance(): void {
    if (this.isClosed) return
    this.#sendReady()
    while (!this.isClosed && this.#mayStart) {
      if (this.#next === undefined) this.#cutNext()
      const next: Queued | undefined = this.#next
      if (next === undefined) break
      const nowMs = this.#environment.clock.monotonic()
      if (nowMs > this.#turnEndsMs) {
        this.#yield()
        break
      }
      this.#next = undefined
      this.#start(next, nowMs)
      this.#sendReady()
    }
    if (this.isClosed) return
    if (this.#next !== undefined || !this.#backlog.isEmpty || !this.#mayStart) this.#pause(BUSY)
    else this.#resume(BUSY)
    if ((this.#pauseReasons & ENDING) !== 0 && this.#pending.length === 0 && this.#writer.isIdle) this.#finish()
  }

  #cutNext(): void {
    if (this.#backlog.isEmpty) return
    const taken = this.#split(this.#backlog.bytes)
    if (!this.isClosed) this.#backlog.taken(taken)
  }

  #yield(): void {
    if (this.#yielding) return
    this.#yielding = true
    const { timers, turns } = this.#environment
    turns.yielded()
    timers.endOfTurn(() => {
      this.#yielding = false
      turns.resumed()
      this.#progress()
    })
  }

  #start({ frame, arrivedMs, release }: Queued, startedMs: number): void {
    const pending = newPending(arrivedMs, startedMs)
    this.#movedMs = startedMs
    this.#pending.push(pending)
    const { serial, outcome, metrics } = this.#environment.dispatcher!.start(frame, this.#client, () => release(true))
    pending.metrics = metrics
    if (!(outcome instanceof Promise)) {
      release(false)
      this.#settle(pending, outcome)
      return
    }
    if (metrics !== undefined) pending.handledMs = this.#environment.clock.monotonic()
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
    pending.readyMs = this.lastActiveMs
    if (pending.handledMs === NOT_YET) pending.handledMs = this.lastActiveMs
    // Last, since the pool may close this connection before it returns.
    pending.claimedBytes = this.#untaken.add(pending.unsentBytes, this.lastActiveMs)
  }

  #sendReady(): void {
    while (this.#writer.isIdle) {
      if (this.#sending !== undefined) this.#sent(this.#sending)
      const outcome = this.#pending[0]?.outcome
      if (outcome === undefined) return
      const pending = this.#pending.shift()!
      if (outcome.kind === 'close') {
        this.#finish()
        return
      }
      this.#unsentBytes -= pending.unsentBytes
      if (pending.metrics !== undefined) pending.turnMs = this.#environment.clock.monotonic()
      if (pending.metrics !== undefined || pending.claimedBytes > 0) this.#sending = pending
      if (outcome.chunks !== undefined) this.#writer.send(outcome.chunks)
      if (outcome.throttleMs > 0 && !this.isClosed) this.#mute(outcome.throttleMs)
    }
  }

  #sent(pending: Pending): void {
    this.#sending = undefined
    this.#untaken.taken(pending.claimedBytes, this.lastActiveMs)
    pending.metrics?.sent(pending, this.#environment.clock.monotonic())
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
    this.#next?.release(true)
    this.#next = undefined
    this.#backlog.drop()
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
