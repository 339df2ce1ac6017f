import type { MemoryNetwork } from './memory-network.ts'

/** What the operating system takes of one connection before bytes count as pending. */
export const SOCKET_BUFFER_BYTES = 256 * 1024

/** One direction of a connection, as its two ends use it. */
export interface Stream<Item> {
  /** Bytes sent and not yet delivered. */
  readonly bytes: number
  readonly isEnded: boolean
  /** Called when items have been taken by the receiver, and when the stream has ended. */
  onProgress: () => void
  attach(end: PipeEnd<Item>): void
  push(item: Item, bytes: number): void
  /** The end comes behind what was sent. */
  finish(reason?: string): void
  /** The end comes at once, even to a receiver that has paused; what was sent is lost. */
  break(): void
  pause(): void
  resume(): void
}

interface Queued<Item> {
  readonly item: Item
  readonly bytes: number
}

/** What the receiving end of a pipe does. */
export interface PipeEnd<Item> {
  deliver(item: Item): void
  /** Nothing more comes: all was delivered, or the rest was dropped (`broken`). Called once. */
  ended(how: { readonly broken: boolean; readonly reason: string }): void
}

/** One direction of a connection. Items arrive in order, in a later turn than the one in which they were sent. */
export class Pipe<Item> implements Stream<Item> {
  readonly port: number
  readonly #network: MemoryNetwork<unknown>
  #queue: Queued<Item>[] = []
  #bytes = 0
  #end: PipeEnd<Item> | undefined
  #state: 'open' | 'ending' | 'broken' | 'ended' = 'open'
  #reason = ''
  #paused = false
  #scheduled = false
  /** Called when items have been taken by the receiver, and when the pipe has ended. */
  onProgress: () => void = () => {}

  constructor(network: MemoryNetwork<unknown>, port: number) {
    this.#network = network
    this.port = port
  }

  /** Bytes sent and not yet delivered. */
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
    if (this.#state !== 'open') return
    this.#queue.push({ item, bytes })
    this.#bytes += bytes
    this.#schedule()
  }

  /** The end comes behind what was sent. */
  finish(reason = ''): void {
    if (this.#state !== 'open') return
    this.#state = 'ending'
    this.#reason = reason
    this.#schedule()
  }

  /** The end comes at once, even to a receiver that has paused; what was sent is lost. */
  break(): void {
    if (this.#state === 'ended' || this.#state === 'broken') return
    this.#state = 'broken'
    this.#queue = []
    this.#bytes = 0
    this.#schedule()
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#schedule()
  }

  /** Looks again, after the network's cut has ended. */
  retry(): void {
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled || !this.#hasWork()) return
    this.#scheduled = true
    this.#network.timers.endOfTurn(() => {
      this.#scheduled = false
      if (!this.#hasWork() || this.#network.holds(this as Pipe<unknown>)) return
      this.#pump()
    })
  }

  #hasWork(): boolean {
    if (this.#end === undefined || this.#state === 'ended') return false
    if (this.#state === 'broken') return true
    return !this.#paused && (this.#queue.length > 0 || this.#state === 'ending')
  }

  #pump(): void {
    const taken = this.#queue.splice(0)
    for (const [index, { item, bytes }] of taken.entries()) {
      if (this.#paused || this.#state === 'broken') {
        if (this.#state !== 'broken') this.#queue.unshift(...taken.slice(index))
        break
      }
      this.#bytes -= bytes
      this.#end!.deliver(item)
    }
    if (this.#queue.length === 0 && this.#state !== 'open' && !this.#isHeldBack()) this.#finished()
    this.onProgress()
    this.#schedule()
  }

  #isHeldBack(): boolean {
    return this.#state === 'ending' && this.#paused
  }

  #finished(): void {
    const broken = this.#state === 'broken'
    this.#state = 'ended'
    this.#bytes = 0
    this.#end!.ended({ broken, reason: this.#reason })
  }
}
