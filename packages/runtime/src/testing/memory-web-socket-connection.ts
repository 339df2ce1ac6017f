import { assert } from '../assert.ts'
import { closeReason } from '../close-reason.ts'
import type { Timer } from '../time.ts'
import type { WebSocketConnection } from '../web-socket.ts'
import { SOCKET_BUFFER_BYTES, type Stream } from './pipe.ts'
import type { NetworkTimers } from './turns.ts'

/** As for real connections: how long the peer may take to answer a close. */
const CLOSE_TIMEOUT_MS = 1000

/** What travels between the ends of a WebSocket. */
export type WebSocketFrame =
  | { readonly kind: 'message'; readonly message: Uint8Array }
  | { readonly kind: 'ping'; readonly id: number }
  | { readonly kind: 'pong'; readonly id: number }

export interface MemoryWebSocketOptions {
  readonly incoming: Stream<WebSocketFrame>
  readonly outgoing: Stream<WebSocketFrame>
  readonly maxMessageBytes: number
  readonly firstMessageBytesMax?: number
  readonly timers: NetworkTimers
  /** Of the peer; this machine unless told otherwise. */
  readonly remoteAddress?: string
}

/** One end of a WebSocket between two streams. */
export class MemoryWebSocketConnection implements WebSocketConnection {
  readonly remoteAddress: string
  readonly #incoming: Stream<WebSocketFrame>
  readonly #outgoing: Stream<WebSocketFrame>
  readonly #timers: NetworkTimers
  readonly #maxMessageBytes: number
  #nextMessageBytesMax: number
  readonly #pings = new Map<number, (answered: boolean) => void>()
  #lastPing = 0
  #closing: Timer | undefined
  #onMessage: ((message: Uint8Array) => void) | undefined
  #onClose: ((reason: string) => void) | undefined
  #state: 'open' | 'closing' | 'closed' = 'open'

  constructor(options: MemoryWebSocketOptions) {
    const { incoming, outgoing, maxMessageBytes, firstMessageBytesMax, timers } = options
    this.remoteAddress = options.remoteAddress ?? '127.0.0.1'
    this.#incoming = incoming
    this.#outgoing = outgoing
    this.#timers = timers
    this.#maxMessageBytes = maxMessageBytes
    this.#nextMessageBytesMax = firstMessageBytesMax ?? maxMessageBytes
    timers.endOfTurn(() => {
      incoming.attach({ deliver: (frame) => this.#deliver(frame), ended: (how) => this.#peerEnded(how) })
    })
  }

  onMessage(handler: (message: Uint8Array) => void): void {
    assert(this.#onMessage === undefined, 'the message handler is set once')
    this.#onMessage = handler
  }

  onClose(handler: (reason: string) => void): void {
    assert(this.#onClose === undefined, 'the close handler is set once')
    this.#onClose = handler
  }

  send(message: Uint8Array): void {
    if (this.#state === 'open') this.#outgoing.push({ kind: 'message', message: message.slice() }, message.byteLength)
  }

  get pendingBytes(): number {
    return Math.max(0, this.#outgoing.bytes - SOCKET_BUFFER_BYTES)
  }

  ping(timeoutMs: number): Promise<boolean> {
    if (this.#state !== 'open') return Promise.resolve(false)
    const id = ++this.#lastPing
    return new Promise((resolve) => {
      const answer = (answered: boolean) => {
        timeout.clear()
        this.#pings.delete(id)
        resolve(answered)
      }
      const timeout = this.#timers.after(timeoutMs, () => answer(false))
      this.#pings.set(id, answer)
      this.#outgoing.push({ kind: 'ping', id }, 0)
    })
  }

  close(reason = ''): void {
    if (this.#state !== 'open') return
    this.#state = 'closing'
    this.#outgoing.finish(closeReason(reason))
    this.#closing = this.#timers.after(CLOSE_TIMEOUT_MS, () => this.terminate())
  }

  terminate(): void {
    this.#break('closed with code 1006')
  }

  #deliver(frame: WebSocketFrame): void {
    if (this.#state === 'closed') return
    if (frame.kind === 'ping') this.#outgoing.push({ kind: 'pong', id: frame.id }, 0)
    else if (frame.kind === 'pong') this.#pings.get(frame.id)?.(true)
    else if (frame.message.byteLength > this.#nextMessageBytesMax) this.#break('Max payload size exceeded')
    else {
      this.#nextMessageBytesMax = this.#maxMessageBytes
      this.#onMessage?.(frame.message)
    }
  }

  /** The peer's reason goes back to it, as the closing handshake does. */
  #peerEnded({ broken, reason }: { readonly broken: boolean; readonly reason: string }): void {
    if (broken) {
      this.#break('closed with code 1006')
    } else {
      this.#outgoing.finish(reason)
      this.#close(reason || 'closed with code 1000')
    }
  }

  #break(reason: string): void {
    this.#outgoing.break()
    this.#incoming.break()
    this.#close(reason)
  }

  #close(reason: string): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#closing?.clear()
    for (const answer of [...this.#pings.values()]) answer(false)
    this.#timers.endOfTurn(() => this.#onClose?.(reason))
  }
}
