/** What will happen, soonest first; what is due at the same time happens in the order in which it was planned. */
export interface Due {
  readonly dueMs: number
  readonly order: number
}

/** A binary heap. */
export class EventHeap<Event extends Due> {
  readonly #events: Event[] = []

  get size(): number {
    return this.#events.length
  }

  peek(): Event | undefined {
    return this.#events[0]
  }

  push(event: Event): void {
    const events = this.#events
    let at = events.length
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = events[parent]!
      if (!isSooner(event, above)) break
      events[at] = above
      at = parent
    }
    events[at] = event
  }

  pop(): Event | undefined {
    const events = this.#events
    const first = events[0]
    const last = events.pop()
    if (last !== undefined && events.length > 0) this.#sink(last)
    return first
  }

  #sink(event: Event): void {
    const events = this.#events
    const { length } = events
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= length) break
      if (child + 1 < length && isSooner(events[child + 1]!, events[child]!)) child++
      const below = events[child]!
      if (!isSooner(below, event)) break
      events[at] = below
      at = child
    }
    events[at] = event
  }
}

function isSooner(one: Due, other: Due): boolean {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.order < other.order)
}
