import type { WebSocket } from 'ws'
import { assert } from '../assert.ts'
import { closeReason } from '../close-reason.ts'
import type { WebSocketConnection } from '../web-socket.ts'

/** Status codes of RFC 6455, section 7.4. */
const CLOSE_NORMAL = 1000
const CLOSE_UNSUPPORTED_DATA = 1003
/** How long the peer may take to answer a close, before the connection is broken. */
const CLOSE_TIMEOUT_MS = 1000

/** An open WebSocket. Receiving starts when the turn in which it was handed over has ended. */
export class WsConnection implements WebSocketConnection {
  readonly remoteAddress: string
  readonly #webSocket: WebSocket
  #onMessage: ((message: Uint8Array) => void) | undefined
  #onClose: ((reason: string) => void) | undefined
  #nextMessageBytesMax: number
  #lastPing = 0
  readonly #pings = new Map<string, (answered: boolean) => void>()
  #error: Error | undefined

  constructor(webSocket: WebSocket, remoteAddress: string, firstMessageBytesMax = Number.POSITIVE_INFINITY) {
    this.#webSocket = webSocket
    this.#nextMessageBytesMax = firstMessageBytesMax
    this.remoteAddress = remoteAddress
    webSocket.on('message', (data: Buffer, isBinary) => this.#receive(data, isBinary))
    webSocket.on('pong', (data) => this.#pings.get(data.toString('latin1'))?.(true))
    webSocket.on('error', (error) => {
      this.#error ??= error
    })
    webSocket.on('close', (code, reason) => this.#closed(code, reason.toString('utf8')))
    webSocket.pause()
    setImmediate(() => webSocket.resume())
  }

  onMessage(handler: (message: Uint8Array) => void): void {
    assert(this.#onMessage === undefined, 'the message handler is set once')
    this.#onMessage = handler
  }

  onClose(handler: (reason: string) => void): void {
    assert(this.#onClose === undefined, 'the close handler is set once')
    this.#onClose = handler
  }

  /** After the close nothing is sent: the close handler has told, or is about to tell. */
  send(message: Uint8Array): void {
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.send(message)
  }

  get pendingBytes(): number {
    return this.#webSocket.bufferedAmount
  }

  ping(timeoutMs: number): Promise<boolean> {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return Promise.resolve(false)
    const payload = String(++this.#lastPing)
    return new Promise((resolve) => {
      const answer = (answered: boolean) => {
        clearTimeout(timeout)
        this.#pings.delete(payload)
        resolve(answered)
      }
      const timeout = setTimeout(() => answer(false), timeoutMs)
      this.#pings.set(payload, answer)
      this.#webSocket.ping(payload)
    })
  }

  close(reason = ''): void {
    const webSocket = this.#webSocket
    webSocket.close(CLOSE_NORMAL, closeReason(reason))
    const timeout = setTimeout(() => webSocket.terminate(), CLOSE_TIMEOUT_MS).unref()
    webSocket.once('close', () => clearTimeout(timeout))
  }

  terminate(): void {
    this.#webSocket.terminate()
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (!isBinary) this.#webSocket.close(CLOSE_UNSUPPORTED_DATA, 'only binary messages are understood')
    else if (data.byteLength > this.#nextMessageBytesMax) this.#webSocket.terminate()
    else {
      this.#nextMessageBytesMax = Number.POSITIVE_INFINITY
      this.#onMessage?.(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    }
  }

  #closed(code: number, reason: string): void {
    for (const answer of [...this.#pings.values()]) answer(false)
    this.#onClose?.(reason || this.#error?.message || `closed with code ${code}`)
  }
}
