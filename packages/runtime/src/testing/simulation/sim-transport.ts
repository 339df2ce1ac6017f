import { NetError } from '../../net.ts'
import type { NetworkHost, Place, SimNetwork } from './sim-network.ts'

/** When a request for a connection that nobody has answered is sent again, from the first one on (Linux). */
const KNOCKS_MS = [0, 1000, 3000, 7000, 15_000]

/** What somebody listens with, and where. */
export interface Bound<Service> {
  readonly place: Place
  readonly service: Service
}

export interface ConnectTarget {
  readonly host: string
  readonly port: number
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** How the other side answers; the answer arrives in an event of the client. */
export interface Reply<Answer> {
  /** `unwanted` is called instead when the client has given up meanwhile. */
  give(answer: Answer, unwanted?: () => void): void
  refuse(code: string, why?: string): void
}

interface Attempt<Service> {
  readonly client: Place
  readonly target: NetworkHost
  readonly port: number
  isWanted(): boolean
  onFound(bound: Bound<Service> | undefined): void
}

/** Who listens where, and how they are found: one for TCP, one for WebSockets. */
export class SimTransport<Service> {
  readonly network: SimNetwork
  readonly #bound = new Map<string, Bound<Service>>()

  constructor(network: SimNetwork) {
    this.network = network
  }

  /** Returns what ends it, if the process's death does not. */
  bind(port: number, place: Place, service: Service): () => void {
    const address = addressOf(place.host, port)
    if (this.#bound.has(address)) throw new NetError(`cannot listen on ${address}: EADDRINUSE`, 'EADDRINUSE')
    const bound = { place, service }
    this.#bound.set(address, bound)
    const release = () => {
      if (this.#bound.get(address) === bound) this.#bound.delete(address)
    }
    place.process.atDeath(release)
    return release
  }

  /**
   * Finds who listens at the target and lets `visit` ask: it is called in the kernel of that machine. Rejects as a connection
   * attempt does, and settles in events of the client.
   */
  reach<Answer>(
    { host, port, timeoutMs, signal }: ConnectTarget,
    client: Place,
    visit: (bound: Bound<Service>, reply: Reply<Answer>) => void,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      let isSettled = false
      const settle = (outcome: () => void) => {
        if (isSettled) return
        isSettled = true
        deadline.clear()
        signal?.removeEventListener('abort', onAbort)
        outcome()
      }
      const fail = (code: string, why = code) => {
        settle(() => reject(new NetError(`cannot connect to ${host}:${port}: ${why}`, code)))
      }
      const onAbort = () => settle(() => reject(signal?.reason))
      const deadline = client.process.after(timeoutMs, () => fail('ETIMEDOUT', `no answer within ${timeoutMs} ms`))
      signal?.addEventListener('abort', onAbort, { once: true })
      const target = this.network.find(host, client.host)
      if (target === undefined) return client.process.endOfTurn(() => fail('ENOTFOUND'))
      const answer = (run: () => void) => {
        this.network.scheduler.after(this.network.drawDelayMs(), run, client.process)
      }
      const reply: Reply<Answer> = {
        give: (value, unwanted) => answer(() => (isSettled ? unwanted?.() : settle(() => resolve(value)))),
        refuse: (code, why) => answer(() => fail(code, why)),
      }
      const onFound = (bound: Bound<Service> | undefined) => {
        if (bound === undefined) reply.refuse('ECONNREFUSED')
        else visit(bound, reply)
      }
      const isWanted = () => !isSettled && client.process.isAlive
      this.#knock(0, { client, target, port, isWanted, onFound })
    })
  }

  /** The kernels of the two machines do this: it goes on while their processes are stopped. */
  #knock(count: number, attempt: Attempt<Service>): void {
    const waitMs = KNOCKS_MS[count]! - (KNOCKS_MS[count - 1] ?? 0)
    this.network.scheduler.after(waitMs + this.network.drawDelayMs(), () => {
      if (!attempt.isWanted()) return
      const { client, target, port, onFound } = attempt
      if (target.isPowered && !this.#isCut(client.host, target)) onFound(this.#bound.get(addressOf(target, port)))
      else if (count + 1 < KNOCKS_MS.length) this.#knock(count + 1, attempt)
    })
  }

  #isCut(one: NetworkHost, other: NetworkHost): boolean {
    return this.network.isCut(one.name, other.name) || this.network.isCut(other.name, one.name)
  }
}

function addressOf(host: NetworkHost, port: number): string {
  return `${host.name}:${port}`
}
