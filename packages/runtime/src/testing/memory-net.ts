import type { Connection, ConnectOptions, Listener, ListenOptions, Net } from '../net.ts'
import { MemoryConnection } from './memory-connection.ts'
import { MemoryNetwork } from './memory-network.ts'
import { Pipe } from './pipe.ts'
import type { NetworkTimers } from './turns.ts'

/** Net in memory. Hosts are names without meaning, except that a listener without a host is reached under every one. */
export interface MemoryNet extends Net {
  /** Nothing passes to or from connections with this listening port any more; nobody is told. */
  cut(port: number): void
  heal(port: number): void
}

type Server = (connection: Connection) => void

/** A network of its own. With a FakeClock as `timers`, deliveries belong to what its `advance` waits for. */
export function memoryNet(timers?: NetworkTimers): MemoryNet {
  const network = new MemoryNetwork<Server>(timers)
  return {
    cut: (port) => network.cut(port),
    heal: (port) => network.heal(port),
    async listen(options: ListenOptions, onConnection: Server): Promise<Listener> {
      return network.bind(options, onConnection)
    },
    async connect(options: ConnectOptions): Promise<Connection> {
      const accept = await network.reach(options)
      const [client, server] = connectionPair(network, options.port)
      network.timers.endOfTurn(() => accept(server))
      return client
    },
  }
}

function connectionPair(network: MemoryNetwork<Server>, port: number): [Connection, Connection] {
  const clientPort = network.freePort()
  const toServer = new Pipe<Uint8Array>(network, port)
  const toClient = new Pipe<Uint8Array>(network, port)
  const { timers } = network
  return [
    new MemoryConnection({ incoming: toClient, outgoing: toServer, localPort: clientPort, remotePort: port, timers }),
    new MemoryConnection({ incoming: toServer, outgoing: toClient, localPort: port, remotePort: clientPort, timers }),
  ]
}
