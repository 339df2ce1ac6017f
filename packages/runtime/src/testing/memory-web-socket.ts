import { NetError } from '../net.ts'
import { splitPath } from '../split-path.ts'
import type { WebSocketHandlers, WebSocketTransport } from '../web-socket.ts'
import { MemoryNetwork } from './memory-network.ts'
import { MemoryWebSocketConnection, type WebSocketFrame } from './memory-web-socket-connection.ts'
import { Pipe } from './pipe.ts'
import type { NetworkTimers } from './turns.ts'

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
      const toServer = new Pipe<WebSocketFrame>(network, port)
      const toClient = new Pipe<WebSocketFrame>(network, port)
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
