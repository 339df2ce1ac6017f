import { formatHostPort, type HostPort } from '@ottla/runtime'
import { type Connection, openConnection } from './connection.ts'
import { ClientError } from './errors.ts'
import type { ClientConfig } from './options.ts'
import type { ClientWorld } from './world.ts'

/**
 * Which of the connections to an address: answers on one connection come in order, so a Fetch that waits for records would hold
 * back all others, and a JoinGroup that waits for the members of its group the commits that they wait for.
 */
export type Lane = 'main' | 'fetch' | 'group' | 'join'

/** At most one connection per address and lane, opened when it is first wanted. */
export class Connections {
  private readonly world: ClientWorld
  private readonly config: ClientConfig
  private readonly byAddress = new Map<string, Promise<Connection>>()
  private readonly open = new Map<string, Connection>()
  /** Addresses by their last failure, later ones with a larger number: they are tried last. */
  private readonly failures = new Map<string, number>()
  private failureCount = 0
  private readonly ending = new AbortController()

  constructor(world: ClientWorld, config: ClientConfig) {
    this.world = world
    this.config = config
  }

  /** Rejects with a `ClientError`. */
  get(address: HostPort, lane: Lane = 'main'): Promise<Connection> {
    const key = lane === 'main' ? formatHostPort(address) : `${lane} ${formatHostPort(address)}`
    const known = this.byAddress.get(key)
    if (known !== undefined) return known
    const opening = this.connect(key, address)
    this.byAddress.set(key, opening)
    return opening
  }

  /** The same addresses: those with an open connection first, those that failed last. */
  inOrderOfPromise(addresses: readonly HostPort[]): HostPort[] {
    const rank = (address: HostPort) => {
      const key = formatHostPort(address)
      return this.open.has(key) ? -1 : (this.failures.get(key) ?? 0)
    }
    return [...addresses].sort((a, b) => rank(a) - rank(b))
  }

  /** Ends all connections, those that are being opened too. */
  closeAll(): void {
    this.ending.abort(new ClientError('NETWORK_EXCEPTION', 'the client was closed', {}))
    for (const connection of [...this.open.values()]) connection.close()
    this.byAddress.clear()
  }

  private async connect(key: string, { host, port }: HostPort): Promise<Connection> {
    const { clientId, requestTimeoutMs, socketConnectionSetupTimeoutMs, responseBytesMax } = this.config
    const { signal } = this.ending
    const options = { host, port, clientId, requestTimeoutMs, responseBytesMax, signal }
    try {
      const connectionSetupTimeoutMs = socketConnectionSetupTimeoutMs
      const connection = await openConnection(this.world, { ...options, connectionSetupTimeoutMs })
      this.open.set(key, connection)
      this.failures.delete(key)
      connection.whenClosed(() => this.forget(key))
      return connection
    } catch (error) {
      this.forget(key)
      throw error
    }
  }

  /** The next `get` connects anew. */
  private forget(key: string): void {
    this.byAddress.delete(key)
    this.open.delete(key)
    this.failureCount += 1
    this.failures.set(key, this.failureCount)
  }
}
