import type { Listener, ListenOptions } from '../net.ts'
import { NetError } from '../net.ts'
import { nodeTimers } from '../node/time.ts'
import type { Pipe } from './pipe.ts'
import type { NetworkTimers } from './turns.ts'

const FIRST_FREE_PORT = 49_152

interface ConnectTarget {
  readonly host: string
  readonly port: number
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** Who listens where, in memory, and which of the ports are cut off. `Server` is what a listener does with a connection. */
export class MemoryNetwork<Server> {
  readonly timers: NetworkTimers
  readonly #servers = new Map<string, Server>()
  readonly #cutPorts = new Set<number>()
  readonly #heldPipes = new Set<Pipe<unknown>>()
  #nextFreePort = FIRST_FREE_PORT

  constructor(timers: NetworkTimers = nodeTimers) {
    this.timers = timers
  }

  /**
   * From now on nothing passes between the listener on this port and anybody else: what is sent waits, new connections time
   * out. Nobody is told.
   */
  cut(port: number): void {
    this.#cutPorts.add(port)
  }

  /** Ends `cut`: what has waited is delivered. */
  heal(port: number): void {
    this.#cutPorts.delete(port)
    const held = [...this.#heldPipes]
    this.#heldPipes.clear()
    for (const pipe of held) pipe.retry()
  }

  /** True while the pipe's port is cut off; the pipe tries again when that ends. */
  holds(pipe: Pipe<unknown>): boolean {
    if (!this.#cutPorts.has(pipe.port)) return false
    this.#heldPipes.add(pipe)
    return true
  }

  bind({ host, port: wanted }: ListenOptions, server: Server): Listener {
    const port = wanted === 0 ? this.freePort() : wanted
    const address = `${canonicalHost(host)}:${port}`
    if (this.#servers.has(address)) {
      throw new NetError(`cannot listen on ${host || '*'}:${port}: EADDRINUSE`, 'EADDRINUSE')
    }
    this.#servers.set(address, server)
    return {
      host,
      port,
      close: async () => {
        if (this.#servers.get(address) === server) this.#servers.delete(address)
      },
    }
  }

  freePort(): number {
    return this.#nextFreePort++
  }

  /** The server at this address, one turn later; rejects as a connection attempt does. */
  reach({ host, port, timeoutMs, signal }: ConnectTarget): Promise<Server> {
    const what = `cannot connect to ${host}:${port}`
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const settle = () => {
        deadline.clear()
        signal?.removeEventListener('abort', onAbort)
      }
      const onAbort = () => {
        settle()
        reject(signal?.reason)
      }
      const deadline = this.timers.after(timeoutMs, () => {
        settle()
        reject(new NetError(`${what}: no answer within ${timeoutMs} ms`, 'ETIMEDOUT'))
      })
      signal?.addEventListener('abort', onAbort, { once: true })
      this.timers.endOfTurn(() => {
        if (signal?.aborted || this.#cutPorts.has(port)) return
        settle()
        const server = this.#find(host, port)
        if (server === undefined) reject(new NetError(`${what}: ECONNREFUSED`, 'ECONNREFUSED'))
        else resolve(server)
      })
    })
  }

  #find(host: string, port: number): Server | undefined {
    return this.#servers.get(`${canonicalHost(host)}:${port}`) ?? this.#servers.get(`*:${port}`)
  }
}

function canonicalHost(host: string): string {
  if (host === '' || host === '0.0.0.0' || host === '::') return '*'
  if (host === '127.0.0.1' || host === '::1') return 'localhost'
  return host
}
