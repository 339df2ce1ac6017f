import type { Random } from '../../random.ts'
import { seededRandom } from '../seeded-random.ts'
import { turnEnded } from '../turns.ts'
import { SimHost } from './sim-host.ts'
import type { AcceptConnection } from './sim-net.ts'
import { SimNetwork } from './sim-network.ts'
import { SimScheduler } from './sim-scheduler.ts'
import { SimTransport } from './sim-transport.ts'
import type { WebSocketService } from './sim-web-socket.ts'

/** Wall time when a simulation begins: a round moment of 2025. */
const START_MS = Date.UTC(2025, 0, 1)

/**
 * A world with time, network and machines of its own. Everything in it follows from the seed and from what is done to it:
 * the same again gives the same events. Whoever drives it calls `scheduler.step`, and lets promises settle in between.
 */
export class Simulation {
  readonly seed: number
  readonly startMs = START_MS
  readonly scheduler = new SimScheduler()
  readonly network: SimNetwork
  readonly tcp: SimTransport<AcceptConnection>
  readonly webSockets: SimTransport<WebSocketService>
  readonly #hosts = new Map<string, SimHost>()
  #lastProcess = 0

  constructor(seed: number) {
    this.seed = seed
    this.network = new SimNetwork(this.scheduler, this.fork('network'))
    this.tcp = new SimTransport(this.network)
    this.webSockets = new SimTransport(this.network)
  }

  /** A source of randomness of its own for each purpose: what one draws does not change what another one gets. */
  fork(purpose: string): Random {
    let mixed = (this.seed ^ 0x9e3779b9) | 0
    for (let index = 0; index < purpose.length; index++) {
      mixed = Math.imul(mixed ^ purpose.charCodeAt(index), 0x01000193)
      mixed ^= mixed >>> 15
    }
    return seededRandom(mixed)
  }

  /** The machine with this name; made, and switched on, when it is asked for first. */
  host(name: string): SimHost {
    const known = this.#hosts.get(name)
    if (known !== undefined) return known
    const host = new SimHost(name, `10.0.0.${this.#hosts.size + 1}`, this)
    this.#hosts.set(name, host)
    this.network.addHost(host)
    return host
  }

  /** Lets so much time pass, with a turn of the real event loop for each event: for tests with few events. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.scheduler.nowMs + ms
    let isOver = false
    this.scheduler.at(untilMs, () => {
      isOver = true
    })
    await turnEnded()
    while (!isOver && this.scheduler.step()) await turnEnded()
  }

  nextProcessNumber(): number {
    return ++this.#lastProcess
  }
}
