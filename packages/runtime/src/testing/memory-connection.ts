import { assert } from '../assert.ts'
import type { Connection } from '../net.ts'
import type { Timer } from '../time.ts'
import { SOCKET_BUFFER_BYTES, type Stream } from './pipe.ts'
import type { NetworkTimers } from './turns.ts'

/** As for real connections: how long the peer may take to close its side after `end`. */
const LINGER_MS = 1000
/** What a lent chunk is overwritten with once its handler has returned. */
const SCRIBBLE = 0xdd

export interface MemoryConnectionOptions {
  readonly incoming: Stream<Uint8Array>
  readonly outgoing: Stream<Uint8Array>
  /** Of the peer; this machine unless told otherwise. */
  readonly remoteAddress?: string
  readonly localPort: number
  readonly remotePort: number
  readonly timers: NetworkTimers
}

/** One end of a TCP connection between two streams. */
export class MemoryConnection implements Connection {
  readonly remoteAddress: string
  readonly remotePort: number
  readonly localPort: number
  readonly #incoming: Stream<Uint8Array>
  readonly #outgoing: Stream<Uint8Array>
  readonly #timers: NetworkTimers
  #onData: ((chunk: Uint8Array) => void) | undefined
  #onClose: ((error: Error | undefined) => void) | undefined
  #onDrain: (() => void) | undefined
  #state: 'open' | 'ending' | 'closed' = 'open'
  #owesDrain = false
  #error: Error | undefined
  #linger: Timer | undefined

  constructor({ incoming, outgoing, localPort, remotePort, remoteAddress, timers }: MemoryConnectionOptions) {
    this.remoteAddress = remoteAddress ?? '127.0.0.1'
    this.#incoming = incoming
    this.#outgoing = outgoing
    this.#timers = timers
    this.localPort = localPort
    this.remotePort = remotePort
    outgoing.onProgress = () => this.#progressed()
    // Handlers are set in the turn in which the connection is handed over; nothing may arrive before it has ended.
    timers.endOfTurn(() => {
      incoming.attach({ deliver: (chunk) => this.#deliver(chunk), ended: ({ broken }) => this.#peerEnded(broken) })
    })
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
    if (this.#state !== 'open') return false
    const bytes = joined(chunks)
    if (bytes.byteLength > 0) this.#outgoing.push(bytes, bytes.byteLength)
    this.#owesDrain ||= this.pendingBytes > 0
    return !this.#owesDrain
  }

  get pendingBytes(): number {
    return Math.max(0, this.#outgoing.bytes - SOCKET_BUFFER_BYTES)
  }

  pause(): void {
    if (this.#state === 'open') this.#incoming.pause()
  }

  resume(): void {
    this.#incoming.resume()
  }

  end(): void {
    if (this.#state !== 'open') return
    this.#state = 'ending'
    this.#incoming.resume()
    this.#outgoing.finish()
    this.#lingerOnceSent()
  }

  destroy(error?: Error): void {
    if (this.#state === 'closed') return
    this.#error ??= error
    this.#outgoing.break()
    this.#incoming.break()
    this.#close()
  }

  #deliver(chunk: Uint8Array): void {
    if (this.#state !== 'open') return
    this.#onData?.(chunk)
    chunk.fill(SCRIBBLE)
  }

  /** Both sides end when one does: what is pending is still sent, unless the peer has gone altogether. */
  #peerEnded(broken: boolean): void {
    if (this.#state === 'closed') return
    this.#state = 'ending'
    if (broken) this.#outgoing.break()
    else this.#outgoing.finish()
    if (broken || this.#outgoing.isEnded) this.#close()
  }

  #progressed(): void {
    if (this.#owesDrain && this.pendingBytes === 0 && this.#state === 'open') {
      this.#owesDrain = false
      this.#onDrain?.()
    }
    if (this.#state !== 'ending') return
    if (this.#outgoing.isEnded && this.#incoming.isEnded) this.#close()
    else this.#lingerOnceSent()
  }

  /** Once the operating system has everything, the peer has a while to close its side. */
  #lingerOnceSent(): void {
    if (this.#linger !== undefined || this.pendingBytes > 0) return
    this.#linger = this.#timers.after(LINGER_MS, () => this.destroy())
  }

  #close(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#linger?.clear()
    this.#timers.endOfTurn(() => this.#onClose?.(this.#error))
  }
}

/** A copy: what is written together arrives together. */
function joined(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!.slice()
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0))
  let length = 0
  for (const chunk of chunks) {
    bytes.set(chunk, length)
    length += chunk.byteLength
  }
  return bytes
}
