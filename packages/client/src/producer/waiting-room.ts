import type { Timer } from '@ottla/runtime'
import type { ClientWorld } from '../world.ts'

/** Something that waits, and by when it gives up. */
export interface Waiting {
  readonly topic: string
  readonly deadlineMs: number
  /** Set when it does not wait any more. */
  gone: boolean
}

/** Places at the front of a line that were left, before the line is moved up. */
const LEFT_MAX = 1024

/** First in, first out. */
class Line<W extends Waiting> {
  private items: W[] = []
  private head = 0

  get length(): number {
    return this.items.length - this.head
  }

  get first(): W | undefined {
    return this.items[this.head]
  }

  remaining(): W[] {
    return this.items.slice(this.head).filter(({ gone }) => !gone)
  }

  push(waiting: W): void {
    this.items.push(waiting)
  }

  shift(): W | undefined {
    const first = this.items[this.head]
    if (first === undefined) return undefined
    this.head += 1
    if (this.head >= LEFT_MAX && this.head * 2 >= this.items.length) {
      this.items = this.items.slice(this.head)
      this.head = 0
    }
    return first
  }
}

/**
 * Records that cannot be placed yet, in the order of `send`: some for the partitions of their topic to become known, the others for
 * memory. All wait equally long, so the first in each line is the next to give up.
 */
export class WaitingRoom<W extends Waiting> {
  private readonly world: ClientWorld
  private readonly onTimeout: (waiting: W) => void
  private readonly forTopic = new Map<string, Line<W>>()
  private readonly forMemory = new Line<W>()
  private timer: Timer | undefined
  private count = 0

  constructor(world: ClientWorld, onTimeout: (waiting: W) => void) {
    this.world = world
    this.onTimeout = onTimeout
  }

  get size(): number {
    return this.count
  }

  get waitsForMemory(): boolean {
    return this.forMemory.length > 0
  }

  /** Whether something waits for the partitions of the topic. */
  waitsForTopic(topic: string): boolean {
    return (this.forTopic.get(topic)?.length ?? 0) > 0
  }

  /** Whether a record of this topic has to queue behind others. */
  isBehind(topic: string): boolean {
    return this.count > 0 && (this.forMemory.length > 0 || this.forTopic.has(topic))
  }

  waitForTopic(waiting: W): void {
    const line = this.forTopic.get(waiting.topic) ?? new Line<W>()
    line.push(waiting)
    this.forTopic.set(waiting.topic, line)
    this.entered(waiting)
  }

  waitForMemory(waiting: W): void {
    this.forMemory.push(waiting)
    this.entered(waiting)
  }

  /** Joins the line in which records of its topic wait. */
  waitBehind(waiting: W): void {
    if (this.forTopic.has(waiting.topic)) this.waitForTopic(waiting)
    else this.waitForMemory(waiting)
  }

  /** Takes out all that wait for the topic, in order. */
  takeTopic(topic: string): W[] {
    const taken: W[] = []
    const line = this.forTopic.get(topic)
    this.forTopic.delete(topic)
    for (let next = line?.shift(); next !== undefined; next = line?.shift()) taken.push(next)
    this.left(taken.length)
    return taken.filter(({ gone }) => !gone)
  }

  /** The first that waits for memory. */
  get firstForMemory(): W | undefined {
    while (this.forMemory.first?.gone === true) this.shiftMemory()
    return this.forMemory.first
  }

  /** Takes it out. */
  shiftMemory(): void {
    if (this.forMemory.shift() !== undefined) this.left(1)
  }

  /** Everything that waits. */
  all(): W[] {
    return [...this.forTopic.values(), this.forMemory].flatMap((line) => line.remaining())
  }

  /** Takes out those at the front of the topic's line, and of that for memory, who do not wait any more. */
  tidy(topic: string): void {
    const line = this.forTopic.get(topic)
    for (let first = line?.first; first?.gone === true; first = line?.first) {
      line?.shift()
      this.left(1)
    }
    if (line?.length === 0) this.forTopic.delete(topic)
    while (this.forMemory.first?.gone === true) this.shiftMemory()
  }

  /** Takes out everything. */
  takeAll(): W[] {
    const taken = [...this.forTopic.keys()].flatMap((topic) => this.takeTopic(topic))
    for (let next = this.firstForMemory; next !== undefined; next = this.firstForMemory) {
      taken.push(next)
      this.shiftMemory()
    }
    return taken
  }

  private entered({ deadlineMs }: W): void {
    this.count += 1
    this.timer ??= this.timerFor(deadlineMs)
  }

  private left(count: number): void {
    this.count -= count
    if (this.count > 0) return
    this.timer?.clear()
    this.timer = undefined
  }

  private timerFor(deadlineMs: number): Timer {
    return this.world.timers.after(deadlineMs - this.world.clock.monotonic(), () => {
      this.timer = undefined
      this.timeOut()
    })
  }

  private timeOut(): void {
    const now = this.world.clock.monotonic()
    let nextMs = Number.POSITIVE_INFINITY
    for (const [topic, line] of [...this.forTopic, [undefined, this.forMemory] as const]) {
      nextMs = Math.min(nextMs, this.timeOutLine(line, now))
      if (topic !== undefined && line.length === 0) this.forTopic.delete(topic)
    }
    if (this.count > 0) this.timer ??= this.timerFor(nextMs)
  }

  /** Returns the deadline of the first that goes on waiting. */
  private timeOutLine(line: Line<W>, now: number): number {
    for (let first = line.first; first !== undefined; first = line.first) {
      if (!first.gone && first.deadlineMs > now) return first.deadlineMs
      line.shift()
      this.left(1)
      if (!first.gone) this.onTimeout(first)
    }
    return Number.POSITIVE_INFINITY
  }
}
