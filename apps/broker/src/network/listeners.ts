/**
 * The broker's listening sockets. They are bound early, so that port 0 is known when the broker registers and a taken port stops the
 * start at once; connections are accepted from then on but not read until `open`.
 */
import { type Connection, type Listener, type Net, NetError, type Runtime, type Timer } from '@ottla/runtime'
import { ConfigFailure } from '../config/config-failure.ts'
import type { ListenerSpec } from '../config/listener-config.ts'
import type { ListenerCounts, NetworkFacts } from '../metrics/network-metrics.ts'
import type { ListenerInfo } from '../seams.ts'
import { BudgetedLogger } from './budgeted-logger.ts'
import { ClientConnection, type ConnectionEnvironment } from './connection.ts'
import type { Dispatcher } from './dispatch.ts'
import { FrameBuffers } from './frame-buffers.ts'
import { MemoryPool } from './memory-pool.ts'
import { plainAddress } from './plain-address.ts'
import { PageCacheGuess, PieceBuffers } from './response-writer.ts'
import { Turns } from './turns.ts'

export interface ConnectionLimits {
  /** `max.connections` */
  readonly connectionsMax: number
  /** `max.connections.per.ip` */
  readonly connectionsPerIpMax: number
  /** `max.connections.per.ip.overrides`, by address; host names are not looked up. */
  readonly connectionsPerIpOverrides?: ReadonlyMap<string, number>
  /** `connections.max.idle.ms`; negative: never. */
  readonly idleMsMax: number
  /** `socket.request.max.bytes` */
  readonly frameBytesMax: number
  /** `queued.max.request.bytes` */
  readonly requestMemoryBytes: number
}

export interface ListenersOptions {
  readonly runtime: Runtime
  readonly specs: readonly ListenerSpec[]
  readonly limits: ConnectionLimits
}

export interface BoundListener {
  readonly spec: ListenerSpec
  /** What clients are told, with the port that was bound. */
  readonly advertised: { readonly name: string; readonly host: string; readonly port: number }
}

const SWEEP_MS = 1_000
/** How long `close` waits for responses to be taken. */
const DRAIN_MS_MAX = 1_000

/** Binds all listeners, or none: rejects with a `ConfigFailure` that names the listener. */
export async function bindListeners(options: ListenersOptions): Promise<Listeners> {
  const listeners = new Listeners(options)
  try {
    for (const spec of options.specs) await listeners.bind(spec)
  } catch (error) {
    await listeners.close()
    throw error
  }
  return listeners
}

export class Listeners {
  readonly bound: BoundListener[] = []
  readonly #net: Net
  /** For lines about single connections and their requests. */
  readonly logger: BudgetedLogger
  #limits: ConnectionLimits
  readonly #environment: ConnectionEnvironment
  readonly #sockets: Listener[] = []
  readonly #connections = new Set<ClientConnection>()
  readonly #perAddress = new Map<string, number>()
  readonly #counts = new Map<string, ListenerCounts>()
  readonly #sweep: Timer
  #nextConnection = 1
  #closing = false
  #allGone: (() => void) | undefined

  constructor({ runtime, limits }: ListenersOptions) {
    this.#net = runtime.net
    this.logger = new BudgetedLogger(runtime.logger)
    this.#limits = limits
    this.#environment = {
      dispatcher: undefined,
      pool: new MemoryPool({
        sizeBytes: limits.requestMemoryBytes,
        frameBytesMax: limits.frameBytesMax,
        clock: runtime.clock,
      }),
      frameBuffers: new FrameBuffers(),
      pageCache: new PageCacheGuess(runtime.clock),
      buffers: new PieceBuffers(),
      turns: new Turns(),
      clock: runtime.clock,
      timers: runtime.timers,
      logger: this.logger,
      frameBytesMax: limits.frameBytesMax,
    }
    this.#sweep = runtime.timers.every(SWEEP_MS, () => this.#onSweep())
  }

  get connections(): number {
    return this.#connections.size
  }

  /** For metrics. */
  get facts(): NetworkFacts {
    const { pool, frameBuffers, buffers } = this.#environment
    return {
      connections: this.#counts,
      memory: pool,
      get freeBufferBytes() {
        return frameBuffers.freeBytes + buffers.freeBytes
      },
    }
  }

  /** New limits on connections hold for those that come; the memory's are those of the start. */
  limit(limits: Partial<ConnectionLimits>): void {
    this.#limits = { ...this.#limits, ...limits }
  }

  async bind(spec: ListenerSpec): Promise<void> {
    const info: ListenerInfo = {
      name: spec.name,
      securityProtocol: spec.securityProtocol,
      isInterBroker: spec.isInterBroker,
    }
    this.#counts.set(spec.name, { open: 0, accepted: 0, closed: 0, refused: 0, idle: 0 })
    const listening = this.#net.listen({ host: spec.host, port: spec.port }, (socket) => this.#accept(socket, info))
    const socket = await listening.catch((error: unknown) => {
      throw bindFailure(spec, error)
    })
    this.#sockets.push(socket)
    const port = spec.advertisedPort === 0 ? socket.port : spec.advertisedPort
    this.bound.push({ spec, advertised: { name: spec.name, host: spec.advertisedHost, port } })
  }

  /** The broker is ready: requests are read from now on. */
  open(dispatcher: Dispatcher): void {
    this.#environment.dispatcher = dispatcher
    for (const connection of [...this.#connections]) connection.open()
  }

  /** Accepts nothing more and starts no more requests; connections close as soon as what has started is answered. */
  async stop(): Promise<void> {
    this.#closing = true
    for (const connection of [...this.#connections]) connection.end()
    await Promise.all(this.#sockets.splice(0).map((socket) => socket.close()))
  }

  /** Ends all connections, after a short wait for responses that are on their way. */
  async close(): Promise<void> {
    await this.stop()
    this.#sweep.clear()
    if (this.#connections.size > 0) await this.#drained()
    for (const connection of [...this.#connections]) connection.close('the broker stops', 'debug')
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const deadline = this.#environment.timers.after(DRAIN_MS_MAX, resolve)
      this.#allGone = () => {
        deadline.clear()
        resolve()
      }
    })
  }

  #accept(socket: Connection, listener: ListenerInfo): void {
    const refusal = this.#refusal(socket, listener)
    const counts = this.#counts.get(listener.name)!
    if (refusal !== undefined) {
      counts.refused += 1
      this.logger.warn(`refusing a connection: ${refusal}`, { address: socket.remoteAddress, listener: listener.name })
      socket.destroy()
      return
    }
    const id = `${socket.localPort}-${socket.remoteAddress}:${socket.remotePort}-${this.#nextConnection++}`
    const address = plainAddress(socket.remoteAddress)
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1)
    counts.accepted += 1
    counts.open += 1
    const onClosed = (closed: ClientConnection) => this.#removed(closed)
    this.#connections.add(new ClientConnection(socket, this.#environment, { id, listener, onClosed }))
  }

  /** Why a connection is not accepted. Brokers are let in past `max.connections`, and another connection goes for them. */
  #refusal(socket: Connection, listener: ListenerInfo): string | undefined {
    if (this.#closing) return 'the broker stops'
    const refusal = this.#refusedAddress(plainAddress(socket.remoteAddress))
    if (refusal !== undefined) return refusal
    if (this.#connections.size < this.#limits.connectionsMax) return undefined
    if (listener.isInterBroker && this.#evictClient()) return undefined
    return `max.connections=${this.#limits.connectionsMax} is reached`
  }

  #refusedAddress(address: string): string | undefined {
    const open = this.#perAddress.get(address) ?? 0
    const override = this.#limits.connectionsPerIpOverrides?.get(address)
    if (override !== undefined) {
      return open < override ? undefined : `max.connections.per.ip.overrides=${address}:${override} is reached`
    }
    const { connectionsPerIpMax } = this.#limits
    return open < connectionsPerIpMax ? undefined : `max.connections.per.ip=${connectionsPerIpMax} is reached`
  }

  #evictClient(): boolean {
    let oldest: ClientConnection | undefined
    for (const connection of this.#connections) {
      if (connection.listener.isInterBroker) continue
      if (oldest === undefined || connection.lastActiveMs < oldest.lastActiveMs) oldest = connection
    }
    oldest?.close('max.connections is reached and another broker connects', 'info')
    return oldest !== undefined
  }

  #removed(connection: ClientConnection): void {
    this.#connections.delete(connection)
    const counts = this.#counts.get(connection.listener.name)!
    counts.open -= 1
    counts.closed += 1
    const left = (this.#perAddress.get(connection.remoteAddress) ?? 1) - 1
    if (left === 0) this.#perAddress.delete(connection.remoteAddress)
    else this.#perAddress.set(connection.remoteAddress, left)
    if (this.#connections.size === 0) this.#allGone?.()
  }

  #onSweep(): void {
    const { pool, frameBuffers, buffers } = this.#environment
    this.logger.renew()
    pool.sweep()
    frameBuffers.shrink()
    buffers.shrink()
    if (this.#limits.idleMsMax < 0) return
    const idleSinceMs = this.#environment.clock.monotonic() - this.#limits.idleMsMax
    for (const connection of [...this.#connections]) {
      if (connection.lastActiveMs < idleSinceMs && !connection.isWaiting) {
        this.#counts.get(connection.listener.name)!.idle += 1
        connection.close(`idle for more than connections.max.idle.ms=${this.#limits.idleMsMax}`, 'debug')
      }
    }
  }
}

function bindFailure(spec: ListenerSpec, error: unknown): Error {
  if (!(error instanceof NetError)) return error as Error
  const address = `${spec.host === '' ? '*' : spec.host}:${spec.port}`
  const hints: Record<string, string> = {
    EADDRINUSE: 'the port is in use, by another broker perhaps',
    EADDRNOTAVAIL: 'this machine has no such address',
    ENOTFOUND: 'the host name is not known here',
    EACCES: 'the port needs more rights',
  }
  return new ConfigFailure([
    `listeners: cannot listen on ${spec.name}://${address}: ${hints[error.code] ?? error.message}`,
  ])
}
