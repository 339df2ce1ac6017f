import { NetError } from '../../net.ts'
import { splitPath } from '../../split-path.ts'
import type { HttpAnswer, WebSocketHandlers, WebSocketListenOptions, WebSocketTransport } from '../../web-socket.ts'
import { MemoryWebSocketConnection, type WebSocketFrame } from '../memory-web-socket-connection.ts'
import { addressSeen, type Pipes, type Place, type SimNetwork } from './sim-network.ts'
import type { Bound, SimTransport } from './sim-transport.ts'

export interface WebSocketService {
  readonly options: WebSocketListenOptions
  readonly handlers: WebSocketHandlers
}

/** WebSockets as one simulated process has them: the server's process must take part, from the upgrade on. */
export function simWebSocket(transport: SimTransport<WebSocketService>, place: Place): WebSocketTransport {
  const { network } = transport
  return {
    async listen(options, handlers) {
      const port = options.port === 0 ? network.freePort() : options.port
      const release = transport.bind(port, place, { options, handlers })
      return { host: options.host, port, close: async () => release() }
    },
    async connect({ maxMessageBytes, ...target }) {
      const { host, port, path } = target
      const pipes = await transport.reach<Pipes<WebSocketFrame>>(target, place, (bound, reply) => {
        inProcess(network, bound, () => {
          if (bound.service.handlers.onUpgrade?.({ path, origin: undefined }) === false) {
            reply.refuse('EPROTO', `ws://${host}:${port}${path}: Unexpected server response: 403`)
            return
          }
          const opened = accept(network, place, bound)
          reply.give(opened, () => opened.toServer.break())
        })
      })
      const ends = { incoming: pipes.toClient, outgoing: pipes.toServer, timers: place.process }
      return new MemoryWebSocketConnection({ ...ends, maxMessageBytes, remoteAddress: host })
    },
    async get({ path, ...target }) {
      try {
        return await transport.reach<HttpAnswer>(target, place, (bound, reply) => {
          inProcess(network, bound, () => void answerGet(bound, path).then((answer) => reply.give(answer)))
        })
      } catch (error) {
        const { message, code } = error as NetError
        throw new NetError(`cannot get http://${target.host}:${target.port}${path}: ${message}`, code, error)
      }
    },
  }
}

function inProcess(network: SimNetwork, { place }: Bound<WebSocketService>, run: () => void): void {
  network.scheduler.after(0, run, place.process)
}

function accept(
  network: SimNetwork,
  client: Place,
  { place, service }: Bound<WebSocketService>,
): Pipes<WebSocketFrame> {
  const pipes = network.connect<WebSocketFrame>(client, place)
  const { maxMessageBytes, firstMessageBytesMax = maxMessageBytes } = service.options
  const ends = { incoming: pipes.toServer, outgoing: pipes.toClient, timers: place.process }
  const remoteAddress = addressSeen(client.host, place.host)
  service.handlers.onConnection(
    new MemoryWebSocketConnection({ ...ends, maxMessageBytes, firstMessageBytesMax, remoteAddress }),
  )
  return pipes
}

async function answerGet({ service }: Bound<WebSocketService>, path: string): Promise<HttpAnswer> {
  const asked = splitPath(path)
  const plain = (status: number, body: string) => ({ status, contentType: 'text/plain; charset=utf-8', body })
  try {
    return (await service.handlers.onGet(asked.path, asked.query)) ?? plain(404, `nothing is served at ${path}\n`)
  } catch (error) {
    return plain(500, `${(error as Error).message}\n`)
  }
}
