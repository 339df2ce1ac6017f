import type { Connection, Net } from '../../net.ts'
import { MemoryConnection } from '../memory-connection.ts'
import { addressSeen, type Pipes, type Place, type SimNetwork } from './sim-network.ts'
import type { Bound, SimTransport } from './sim-transport.ts'

/** What a listener does with a connection. */
export type AcceptConnection = (connection: Connection) => void

interface Opened {
  readonly pipes: Pipes<Uint8Array>
  readonly localPort: number
  readonly remoteAddress: string
}

/** TCP as one simulated process has it: a connection is open when the kernels have it, even if its server is stopped. */
export function simNet(transport: SimTransport<AcceptConnection>, place: Place): Net {
  const { network } = transport
  return {
    async listen({ host, port: wanted }, accept) {
      const port = wanted === 0 ? network.freePort() : wanted
      const release = transport.bind(port, place, accept)
      return { host, port, close: async () => release() }
    },
    async connect(target) {
      const { port: remotePort } = target
      const { pipes, localPort, remoteAddress } = await transport.reach<Opened>(target, place, (bound, reply) => {
        const opened = open(network, place, { bound, port: remotePort })
        reply.give(opened, () => opened.pipes.toServer.break())
      })
      const ends = { incoming: pipes.toClient, outgoing: pipes.toServer, timers: place.process }
      return new MemoryConnection({ ...ends, localPort, remotePort, remoteAddress })
    },
  }
}

/** The server's end is handed over in an event of its process. */
function open(
  network: SimNetwork,
  client: Place,
  { bound, port }: { readonly bound: Bound<AcceptConnection>; readonly port: number },
): Opened {
  const { place: server, service: accept } = bound
  const pipes = network.connect<Uint8Array>(client, server)
  const clientPort = network.freePort()
  const accepted = () => {
    const ends = { incoming: pipes.toServer, outgoing: pipes.toClient, timers: server.process }
    const addresses = { localPort: port, remotePort: clientPort, remoteAddress: addressSeen(client.host, server.host) }
    accept(new MemoryConnection({ ...ends, ...addresses }))
  }
  network.scheduler.after(0, accepted, server.process)
  return { pipes, localPort: clientPort, remoteAddress: addressSeen(server.host, client.host) }
}
