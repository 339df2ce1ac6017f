import { assert } from '../assert.ts'
import { closeReason } from '../close-reason.ts'
import { NetError } from '../net.ts'
import { splitPath } from '../split-path.ts'
import type { Timer } from '../time.ts'
import type { WebSocketConnection, WebSocketHandlers, WebSocketTransport } from '../web-socket.ts'
import { MemoryNetwork } from './memory-network.ts'
import { Pipe } from './pipe.ts'
import type { NetworkTimers } from './turns.ts'

/** What the operating system takes of one connection before bytes count as pending. */
const SOCKET_BUFFER_BYTES = 256 * 1024
/** As for real connections: how long the peer may take to answer a close. */
const CLOSE_TIMEOUT_MS = 1000

/** WebSocketTransport in memory: carries the same bytes as the real one. */
export interface MemoryWebSocket extends WebSocketTransport {
  /** Nothing passes to or from connections with this listening port any more; nobody is told. */
  cut(port: number): void
  heal(port: number): void
}

interface Server {
  readonly maxMessageBytes: number
  readonly firstMessageBytesMax: number
  readonly handlers: WebSocketHandlers
}

/** A network of its own. With a FakeClock as `timers`, deliveries belong to what its `advance` waits for. */
export function memoryWebSocket(timers?: NetworkTimers): MemoryWebSocket {
  const network = new MemoryNetwork<Server>(timers)
  return {
    cut: (port) => network.cut(port),
    heal: (port) => network.heal(port),
    async listen({ maxMessageBytes, firstMessageBytesMax = maxMessageBytes, ...options }, handlers) {
      return network.bind(options, { maxMessageBytes, firstMessageBytesMax, handlers })
    },
    async connect({ port, maxMessageBytes, path, ...options }) {
      const server = await network.reach({ port, ...options })
      if (server.handlers.onUpgrade?.({ path, origin: undefined }) === false) {
        const url = `ws://${options.host}:${port}${path}`
        throw new NetError(`cannot connect to ${url}: Unexpected server response: 403`, 'EPROTO')
      }
      const toServer = new Pipe<Frame>(network, port)
      const toClient = new Pipe<Frame>(network, port)
      const { timers } = network
      network.timers.endOfTurn(() => {
        const { maxMessageBytes, firstMessageBytesMax } = server
        const ends = { incoming: toServer, outgoing: toClient, timers }
        const accepted = { ...ends, maxMessageBytes, firstMessageBytesMax }
        server.handlers.onConnection(new MemoryWebSocketConnection(accepted))
      })
      return new MemoryWebSocketConnection({ incoming: toClient, outgoing: toServer, timers, maxMessageBytes })
    },
    async get({ path, ...target }) {
      const { handlers } = await network.reach(target).catch((error: unknown) => {
        const { message, code } = error as NetError
        throw new NetError(`cannot get http://${target.host}:${target.port}${path}: ${message}`, code, error)
      })
      const asked = splitPath(path)
      const plain = (status: number, body: string) => ({ status, contentType: 'text/plain; charset=utf-8', body })
      try {
        return (await handlers.onGet(asked.path, asked.query)) ?? plain(404, `nothing is served at ${path}\n`)
      } catch (error) {
        return plain(500, `${(error as Error).message}\n`)
      }
    },
  }
}

type Frame =
  | { readonly kind: 'message'; readonly message: Uint8Array }
  | { readonly kind: 'ping'; readonly id: number }
  | { readonly kind: 'pong'; readonly id: number }

interface MemoryWebSocketOptions {
  readonly incoming: Pipe<Frame>
  readonly outgoing: Pipe<Frame>
  readonly maxMessageBytes: number
  readonly firstMessageBytesMax?: number
  readonly timers: NetworkTimers
}

class MemoryWebSocketConnection implements WebSocketConnection {
  readonly remoteAddress = '127.0.0.1'
  readonly #incoming: Pipe<Frame>
  readonly #outgoing: Pipe<Frame>
  readonly #timers: NetworkTimers
  readonly #maxMessageBytes: number
  #nextMessageBytesMax: number
  readonly #pings = new Map<number, (answered: boolean) => void>()
  #lastPing = 0
  #closing: Timer | undefined
  #onMessage: ((message: Uint8Array) => void) | undefined
  #onClose: ((reason: string) => void) | undefined
  #state: 'open' | 'closing' | 'closed' = 'open'

  constructor({ incoming, outgoing, maxMessageBytes, firstMessageBytesMax, timers }: MemoryWebSocketOptions) {
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

  #deliver(frame: Frame): void {
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
