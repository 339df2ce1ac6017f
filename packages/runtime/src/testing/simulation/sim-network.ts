/**
 * The network of a simulated world: hosts with names, the connections between their processes, and what goes wrong between
 * them. Faults are told by the names of hosts.
 *
 * As with TCP: order within a connection is kept; a cut holds back and loses nothing, and new connections time out; the end of a
 * process closes its connections; a machine that loses power says nothing: its peers find out when something that they
 * have sent is answered with a reset, after it is back.
 */
import type { Random } from '../../random.ts'
import { type PipeRoute, SimPipe } from './sim-pipe.ts'
import type { SimProcess } from './sim-process.ts'
import type { SimScheduler } from './sim-scheduler.ts'

/** What a machine has lost is sent to it again, and answered with a reset, so long after it is back. */
const RETRANSMISSION_MS_MAX = 1000
/** One delivery in so many is late, by so many times the longest delay. */
const STRAGGLERS_ONE_IN = 200
const STRAGGLER_FACTOR = 20
const FIRST_FREE_PORT = 49_152
/** Connections are looked through for ended ones when there are so many more of them. */
const SWEEP_EVERY = 64

/** A machine as the network sees it. */
export interface NetworkHost {
  readonly name: string
  readonly address: string
  readonly isPowered: boolean
}

/** Where one end of a connection is. */
export interface Place {
  readonly host: NetworkHost
  readonly process: SimProcess
}

/** What the network does to one direction of a connection. */
type PipeControl = Pick<
  SimPipe<unknown>,
  'break' | 'bytes' | 'isEnded' | 'receiverDied' | 'receiverVanished' | 'senderDied' | 'senderVanished'
>

interface Connected {
  readonly client: Place
  readonly server: Place
  readonly toServer: PipeControl
  readonly toClient: PipeControl
  /** The end whose machine has lost power since. */
  vanished: Place | undefined
  isResetUnderWay: boolean
}

/** Both directions of a new connection. */
export interface Pipes<Item> {
  readonly toServer: SimPipe<Item>
  readonly toClient: SimPipe<Item>
}

export class SimNetwork {
  readonly scheduler: SimScheduler
  readonly #random: Random
  readonly #hosts = new Map<string, NetworkHost>()
  readonly #connections = new Set<Connected>()
  #sweepAt = SWEEP_EVERY
  /** Directions in which nothing passes, as `from>to`. */
  readonly #cuts = new Set<string>()
  readonly #held = new Set<{ retry(): void }>()
  #delayMs = { min: 0.1, max: 1 }
  #nextFreePort = FIRST_FREE_PORT

  constructor(scheduler: SimScheduler, random: Random) {
    this.scheduler = scheduler
    this.#random = random
  }

  /** Nothing passes between the two any more. Nobody is told. */
  cut(one: string, other: string): void {
    this.cutOneWay(one, other)
    this.cutOneWay(other, one)
  }

  /** Nothing that `from` sends reaches `to`, and no new connection between them is made. Nobody is told. */
  cutOneWay(from: string, to: string): void {
    this.#cuts.add(directionOf(from, to))
  }

  /** Ends the cuts between two hosts, or all of them: what was held back is delivered. */
  heal(one?: string, other?: string): void {
    if (one === undefined || other === undefined) this.#cuts.clear()
    else {
      this.#cuts.delete(directionOf(one, other))
      this.#cuts.delete(directionOf(other, one))
    }
    const held = [...this.#held]
    this.#held.clear()
    for (const pipe of held) pipe.retry()
  }

  isCut(from: string, to: string): boolean {
    return this.#cuts.size > 0 && this.#cuts.has(directionOf(from, to))
  }

  /**
   * Breaks all connections between two hosts; the second one hears of it so much later (not at all while the direction is cut).
   * Returns how many there were.
   */
  dropConnections(one: string, other: string, lateMs = 0): number {
    let dropped = 0
    for (const { client, server, toClient, toServer } of this.#connections) {
      const isForward = client.host.name === one && server.host.name === other
      if (!isForward && (client.host.name !== other || server.host.name !== one)) continue
      if (toClient.isEnded && toServer.isEnded) continue
      dropped++
      const [toOne, toOther] = isForward ? [toClient, toServer] : [toServer, toClient]
      toOne.break()
      toOther.break(lateMs)
    }
    return dropped
  }

  /** How long it takes from one host to another, from now on. */
  delay(minMs: number, maxMs: number): void {
    this.#delayMs = { min: minMs, max: maxMs }
  }

  addHost(host: NetworkHost): void {
    this.#hosts.set(host.name, host)
  }

  /** The host that a process on `from` means by this name. */
  find(name: string, from: NetworkHost): NetworkHost | undefined {
    return LOOPBACK.has(name) ? from : this.#hosts.get(name)
  }

  freePort(): number {
    return this.#nextFreePort++
  }

  /** Milliseconds that the next delivery takes. */
  drawDelayMs(): number {
    const { min, max } = this.#delayMs
    const usual = min + ((max - min) * this.#random.integer(1024)) / 1024
    return this.#random.integer(STRAGGLERS_ONE_IN) === 0 ? usual + STRAGGLER_FACTOR * max : usual
  }

  connect<Item>(client: Place, server: Place): Pipes<Item> {
    this.#sweep()
    const onLost = () => this.#resetLater(connected)
    const toServer = new SimPipe<Item>(this.#route(client, server, onLost))
    const toClient = new SimPipe<Item>(this.#route(server, client, onLost))
    const connected: Connected = { client, server, toServer, toClient, vanished: undefined, isResetUnderWay: false }
    this.#connections.add(connected)
    return { toServer, toClient }
  }

  /** The processes of a machine are about to end without a word. */
  vanish(host: NetworkHost): void {
    for (const connected of this.#connections) {
      const { client, server } = connected
      const vanished = client.host === host ? client : server
      if (vanished.host !== host || connected.vanished !== undefined) continue
      connected.vanished = vanished
      const [toIt, fromIt] = directions(connected, vanished)
      toIt.receiverVanished()
      fromIt.senderVanished()
    }
  }

  /** The machine runs again and knows nothing of its old connections: who has bytes under way to it will hear that. */
  comeBack(host: NetworkHost): void {
    for (const connected of this.#connections) {
      const { vanished } = connected
      if (vanished?.host !== host) continue
      const [toIt] = directions(connected, vanished)
      if (toIt.bytes > 0) this.#resetLater(connected)
    }
  }

  /** Closes the connections of a dead process. */
  bury(process: SimProcess): void {
    for (const connected of this.#connections) {
      const { client, server } = connected
      const dead = client.process === process ? client : server
      if (dead.process !== process || connected.vanished !== undefined) continue
      const [toIt, fromIt] = directions(connected, dead)
      toIt.receiverDied()
      fromIt.senderDied()
    }
  }

  #route(from: Place, to: Place, onLost: () => void): PipeRoute {
    return {
      scheduler: this.scheduler,
      sender: from.process,
      receiver: to.process,
      delayMs: () => this.drawDelayMs(),
      isCut: () => this.isCut(from.host.name, to.host.name),
      hold: (pipe) => void this.#held.add(pipe),
      onLost,
    }
  }

  #resetLater(connected: Connected): void {
    const { vanished } = connected
    if (vanished === undefined || !vanished.host.isPowered || connected.isResetUnderWay) return
    connected.isResetUnderWay = true
    const [, fromIt] = directions(connected, vanished)
    this.scheduler.after(this.#random.integer(RETRANSMISSION_MS_MAX), () => fromIt.break())
  }

  #sweep(): void {
    if (this.#connections.size < this.#sweepAt) return
    for (const connected of this.#connections) if (isOver(connected)) this.#connections.delete(connected)
    this.#sweepAt = this.#connections.size + SWEEP_EVERY
  }
}

/** The address of a host as another one, or it itself, sees it. */
export function addressSeen(host: NetworkHost, from: NetworkHost): string {
  return host === from ? '127.0.0.1' : host.address
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1'])

function directionOf(from: string, to: string): string {
  return `${from}>${to}`
}

/** What goes to the end, and what comes from it. */
function directions({ client, toClient, toServer }: Connected, end: Place): [PipeControl, PipeControl] {
  return end === client ? [toClient, toServer] : [toServer, toClient]
}

function isOver({ client, server, toClient, toServer }: Connected): boolean {
  if (!client.process.isAlive && !server.process.isAlive) return true
  return toClient.isEnded && toServer.isEnded
}
