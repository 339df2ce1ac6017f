import { assert } from '../assert.ts'
import type { Connection, ConnectOptions, Listener, ListenOptions, Net } from '../net.ts'
import type { Timer } from '../time.ts'
import { MemoryNetwork } from './memory-network.ts'
import { Pipe } from './pipe.ts'
import type { NetworkTimers } from './turns.ts'

/** What the operating system takes of one connection before bytes count as pending. */
const SOCKET_BUFFER_BYTES = 256 * 1024
/** As for real connections: how long the peer may take to close its side after `end`. */
const LINGER_MS = 1000
/** What a lent chunk is overwritten with once its handler has returned. */
const SCRIBBLE = 0xdd

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

interface MemoryConnectionOptions {
  readonly incoming: Pipe<Uint8Array>
  readonly outgoing: Pipe<Uint8Array>
  readonly localPort: number
  readonly remotePort: number
  readonly timers: NetworkTimers
}

class MemoryConnection implements Connection {
  readonly remoteAddress = '127.0.0.1'
  readonly remotePort: number
  readonly localPort: number
  readonly #incoming: Pipe<Uint8Array>
  readonly #outgoing: Pipe<Uint8Array>
  readonly #timers: NetworkTimers
  #onData: ((chunk: Uint8Array) => void) | undefined
  #onClose: ((error: Error | undefined) => void) | undefined
  #onDrain: (() => void) | undefined
  #state: 'open' | 'ending' | 'closed' = 'open'
  #owesDrain = false
  #error: Error | undefined
  #linger: Timer | undefined

  constructor({ incoming, outgoing, localPort, remotePort, timers }: MemoryConnectionOptions) {
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
    for (const chunk of chunks) if (chunk.byteLength > 0) this.#outgoing.push(chunk.slice(), chunk.byteLength)
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
