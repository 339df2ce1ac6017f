import type { OnReadOpts, Socket } from 'node:net'
import { assert } from '../assert.ts'
import type { Connection } from '../net.ts'
import { NetError } from '../net.ts'
import { codeOf } from './disk-error.ts'

/** Large enough that one read takes what a fast peer sends in a wake-up of the event loop. */
const RECEIVE_BUFFER_BYTES = 1024 * 1024

/** Writes of at most so many bytes wait for the end of the current callback, to go out together: a system call costs more. */
const GATHERED_BYTES_MAX = 4 * 1024

/** How long the peer may take to close its side after `end`, before the connection is broken. */
const LINGER_MS = 1000

/**
 * All sockets receive into this one buffer: libuv fills it and calls back before it reads from the next socket, and
 * handlers keep nothing of a chunk.
 */
let sharedBuffer: Uint8Array | undefined

/** Where the bytes of one socket arrive: given to the socket at its construction, bound to a handler afterwards. */
export interface Receiver {
  readonly onread: OnReadOpts
  deliver: (chunk: Uint8Array) => void
}

export function receiveBuffer(): Receiver {
  sharedBuffer ??= new Uint8Array(RECEIVE_BUFFER_BYTES)
  const receiver: Receiver = {
    deliver: () => {},
    onread: {
      buffer: sharedBuffer,
      callback(count, buffer) {
        receiver.deliver(buffer.subarray(0, count))
        return true
      },
    },
  }
  return receiver
}

/** A connected socket. Receiving starts when the turn in which it was handed over has ended. */
export class SocketConnection implements Connection {
  readonly remoteAddress: string
  readonly remotePort: number
  readonly localPort: number
  readonly #socket: Socket
  #onData: ((chunk: Uint8Array) => void) | undefined
  #onClose: ((error: Error | undefined) => void) | undefined
  #onDrain: (() => void) | undefined
  #error: Error | undefined
  #paused = false
  #started = false
  #ending = false
  #gathering = false
  readonly #uncork = () => this.#flush()

  constructor(socket: Socket, receiver: Receiver | 'data events') {
    this.#socket = socket
    this.remoteAddress = socket.remoteAddress ?? ''
    this.remotePort = socket.remotePort ?? 0
    this.localPort = socket.localPort ?? 0
    const deliver = (chunk: Uint8Array) => {
      if (!this.#ending) this.#onData?.(chunk)
    }
    if (receiver === 'data events') socket.on('data', deliver).pause()
    else receiver.deliver = deliver
    socket.pause()
    socket.on('error', (error) => {
      this.#error ??= error
    })
    socket.on('drain', () => this.#onDrain?.())
    socket.on('close', () => this.#onClose?.(this.#closeReason()))
    setImmediate(() => this.#start())
  }

  onData(handler: (chunk: Uint8Array) => void): void {
    assert(this.#onData === undefined, 'the data handler is set once')
    this.#onData = handler
  }

  onClose(handler: (error: Error | undefined) => void): void {
    assert(this.#onClose === undefined, 'the close handler is set once')
    this.#onClose = handler
  }

  onDrain(handler: () => void): void {
    assert(this.#onDrain === undefined, 'the drain handler is set once')
    this.#onDrain = handler
  }

  write(chunks: readonly Uint8Array[]): boolean {
    const socket = this.#socket
    if (!socket.writable) return false
    let bytes = 0
    for (const chunk of chunks) bytes += chunk.byteLength
    if (bytes <= GATHERED_BYTES_MAX) {
      this.#gather()
      for (const chunk of chunks) socket.write(chunk)
      return !socket.writableNeedDrain
    }
    this.#flush()
    if (chunks.length === 1) return socket.write(chunks[0]!)
    socket.cork()
    for (const chunk of chunks) socket.write(chunk)
    socket.uncork()
    return !socket.writableNeedDrain
  }

  #gather(): void {
    if (this.#gathering) return
    this.#gathering = true
    this.#socket.cork()
    process.nextTick(this.#uncork)
  }

  #flush(): void {
    if (!this.#gathering) return
    this.#gathering = false
    this.#socket.uncork()
  }

  get pendingBytes(): number {
    return this.#socket.writableLength
  }

  pause(): void {
    this.#paused = true
    this.#socket.pause()
  }

  resume(): void {
    this.#paused = false
    if (this.#started) this.#socket.resume()
  }

  /**
   * Half-closes and goes on receiving, into nothing, until the peer closes too: a close with unread bytes would reset the
   * connection, and the peer might lose what was sent last.
   */
  end(): void {
    if (this.#ending) return
    this.#ending = true
    const socket = this.#socket
    socket.end(() => {
      const linger = setTimeout(() => socket.destroy(), LINGER_MS).unref()
      socket.once('close', () => clearTimeout(linger))
    })
    if (this.#started) socket.resume()
  }

  destroy(error?: Error): void {
    this.#error ??= error
    this.#socket.destroy()
  }

  #start(): void {
    this.#started = true
    if (!this.#paused || this.#ending) this.#socket.resume()
  }

  #closeReason(): Error | undefined {
    const error = this.#error
    if (error === undefined || error instanceof NetError) return error
    const code = codeOf(error)
    if (code === 'EIO') return error
    return new NetError(`connection with ${this.remoteAddress}:${this.remotePort}: ${error.message}`, code, error)
  }
}
