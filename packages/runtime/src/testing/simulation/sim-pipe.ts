/**
 * One direction of a simulated connection: what is sent arrives in order, after the delay of the link. While the link is
 * cut nothing arrives; what was sent meanwhile comes after the cut, as TCP sends it again.
 *
 * The ends belong to processes. The receiver's events are its own, so a stopped process takes nothing and a dead one is
 * gone; the sender hears in events of its own what has become of its bytes.
 */
import { type PipeEnd, SOCKET_BUFFER_BYTES, type Stream } from '../pipe.ts'
import type { SimProcess } from './sim-process.ts'
import type { SimScheduler } from './sim-scheduler.ts'

/** What a pipe asks of the network. */
export interface PipeRoute {
  readonly scheduler: SimScheduler
  readonly sender: SimProcess
  readonly receiver: SimProcess
  /** Milliseconds from one end to the other, drawn for each item. */
  delayMs(): number
  /** Whether nothing gets through at present. */
  isCut(): boolean
  /** Calls the pipe's `retry` when the cut has ended. */
  hold(pipe: { retry(): void }): void
  /** Bytes were sent to a machine that knows nothing of this connection any more. */
  onLost(): void
}

interface InTransit<Item> {
  readonly item: Item
  readonly bytes: number
  dueMs: number
}

type State =
  | 'open'
  /** The end is under way, behind what was sent. */
  | 'ending'
  /** The connection is gone: its end is under way, and nothing else. */
  | 'broken'
  /** The receiver's machine has lost it, and the sender does not know. */
  | 'lost'
  | 'ended'

export class SimPipe<Item> implements Stream<Item> {
  readonly #route: PipeRoute
  #queue: InTransit<Item>[] = []
  #bytes = 0
  #end: PipeEnd<Item> | undefined
  #state: State = 'open'
  #endsBroken = false
  #reason = ''
  #lastDueMs = 0
  #endDueMs = 0
  #paused = false
  #pumpAtMs = Number.POSITIVE_INFINITY
  onProgress: () => void = () => {}

  constructor(route: PipeRoute) {
    this.#route = route
  }

  get bytes(): number {
    return this.#bytes
  }

  get isEnded(): boolean {
    return this.#state === 'ended'
  }

  attach(end: PipeEnd<Item>): void {
    this.#end = end
    this.#schedule()
  }

  push(item: Item, bytes: number): void {
    if (!this.#route.sender.isAlive) return
    if (this.#state === 'lost') {
      this.#bytes += bytes
      this.#route.onLost()
    }
    if (this.#state !== 'open') return
    this.#queue.push({ item, bytes, dueMs: this.#nextDueMs() })
    this.#bytes += bytes
    this.#schedule()
  }

  finish(reason = ''): void {
    if (this.#state !== 'open') return
    this.#state = 'ending'
    this.#reason = reason
    this.#endDueMs = this.#nextDueMs()
    this.#schedule()
  }

  /** `lateMs`: the receiver hears of it so much later, whatever else is done to the connection meanwhile. */
  break(lateMs = 0): void {
    if (this.#state === 'ended' || this.#state === 'broken') return
    this.#queue = []
    this.#bytes = 0
    this.#breakAt(this.#route.scheduler.nowMs + this.#route.delayMs() + lateMs)
  }

  /** The sender's process has died: what it had written still arrives, then the end. */
  senderDied(): void {
    if (this.#state !== 'open' && this.#state !== 'ending') return
    this.#state = 'ending'
    this.#endsBroken = true
    this.#endDueMs = this.#nextDueMs()
    this.#schedule()
  }

  /** The sender's machine is off: what is on its way arrives, what a cut holds back is lost, and no end is told. */
  senderVanished(): void {
    if (this.#route.isCut()) this.#queue = []
    if (this.#state === 'open' || this.#state === 'ending') this.#state = 'lost'
    this.#schedule()
  }

  /** The receiver's process has died: what arrives is dropped, and the sender hears of it by the other direction. */
  receiverDied(): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    this.#queue = []
    this.#bytes = 0
    this.#tellSender()
  }

  /** The receiver's machine is off: nobody answers. */
  receiverVanished(): void {
    if (this.#state === 'open') this.#state = 'lost'
    this.#queue = []
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#schedule()
  }

  /** The cut has ended: what it held back is sent again. */
  retry(): void {
    const { nowMs } = this.#route.scheduler
    let dueMs = nowMs + this.#route.delayMs()
    for (const transit of this.#queue) {
      dueMs = Math.max(dueMs, transit.dueMs)
      transit.dueMs = dueMs
    }
    this.#lastDueMs = Math.max(this.#lastDueMs, dueMs)
    this.#endDueMs = Math.max(this.#endDueMs, dueMs)
    this.#pumpAtMs = Number.POSITIVE_INFINITY
    this.#schedule()
  }

  #nextDueMs(): number {
    this.#lastDueMs = Math.max(this.#lastDueMs, this.#route.scheduler.nowMs + this.#route.delayMs())
    return this.#lastDueMs
  }

  #breakAt(dueMs: number): void {
    this.#state = 'broken'
    this.#endsBroken = true
    this.#endDueMs = dueMs
    this.#pumpAtMs = Number.POSITIVE_INFINITY
    this.#schedule()
  }

  /** When there is something for the receiver; undefined while there is nothing, or while it does not want it. */
  #nextMs(): number | undefined {
    if (this.#end === undefined || this.#state === 'ended') return undefined
    if (this.#state === 'broken') return this.#endDueMs
    if (this.#paused) return undefined
    return this.#queue[0]?.dueMs ?? (this.#state === 'ending' ? this.#endDueMs : undefined)
  }

  #schedule(): void {
    const nextMs = this.#nextMs()
    if (nextMs === undefined || nextMs >= this.#pumpAtMs) return
    this.#pumpAtMs = nextMs
    const { scheduler, receiver } = this.#route
    scheduler.at(nextMs, () => this.#pump(nextMs), receiver)
  }

  #pump(plannedMs: number): void {
    if (plannedMs !== this.#pumpAtMs) return
    this.#pumpAtMs = Number.POSITIVE_INFINITY
    if (this.#route.isCut()) {
      this.#route.hold(this)
      return
    }
    const { nowMs } = this.#route.scheduler
    const wasFull = this.#bytes > SOCKET_BUFFER_BYTES
    while (!this.#paused && this.#queue.length > 0 && this.#queue[0]!.dueMs <= nowMs) {
      const { item, bytes } = this.#queue.shift()!
      this.#bytes -= bytes
      this.#end!.deliver(item)
    }
    const isOver = this.#state === 'broken' || (this.#state === 'ending' && !this.#paused && this.#queue.length === 0)
    if (isOver && this.#endDueMs <= nowMs) this.#finished()
    else if (wasFull) this.#tellSender()
    this.#schedule()
  }

  #finished(): void {
    this.#state = 'ended'
    this.#bytes = 0
    this.#tellSender()
    this.#end!.ended({ broken: this.#endsBroken, reason: this.#reason })
  }

  #tellSender(): void {
    const { scheduler, sender } = this.#route
    scheduler.after(this.#route.delayMs(), () => this.onProgress(), sender)
  }
}
