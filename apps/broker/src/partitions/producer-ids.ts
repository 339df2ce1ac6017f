/**
 * Producer ids, one after the other, from blocks that the controller hands out. The next block is asked for before the
 * present one is used up, so that a request waits only when ids go faster than the controller answers.
 */
export interface ProducerIdBlock {
  readonly first: number
  readonly count: number
}

/** The share of a block that is left when the next one is fetched. */
const PREFETCH_SHARE = 0.1

export class ProducerIds {
  readonly #allocate: () => Promise<ProducerIdBlock>
  #next = 0
  #end = 0
  #prefetchAt = 0
  /** Fetched ahead, not begun. */
  #following: ProducerIdBlock | undefined
  #fetching: Promise<void> | undefined

  constructor(allocate: () => Promise<ProducerIdBlock>) {
    this.#allocate = allocate
  }

  /** An id that nobody else gets. Rejects with what the controller session rejects with. */
  next(): number | Promise<number> {
    const id = this.#take()
    if (id === undefined) return this.#wait()
    // A failure here is nobody's: whoever runs out of ids asks again and hears of it.
    if (this.#next >= this.#prefetchAt && this.#following === undefined) this.#fetch().catch(() => undefined)
    return id
  }

  async #wait(): Promise<number> {
    for (;;) {
      await this.#fetch()
      const id = this.#take()
      if (id !== undefined) return id
    }
  }

  #take(): number | undefined {
    if (this.#next >= this.#end && this.#following !== undefined) {
      const { first, count } = this.#following
      this.#following = undefined
      this.#next = first
      this.#end = first + count
      this.#prefetchAt = this.#end - Math.ceil(count * PREFETCH_SHARE)
    }
    return this.#next < this.#end ? this.#next++ : undefined
  }

  /** One request to the controller at a time; all who wait for it share it. */
  #fetch(): Promise<void> {
    this.#fetching ??= this.#allocate()
      .then((block) => {
        this.#following = block
      })
      .finally(() => {
        this.#fetching = undefined
      })
    return this.#fetching
  }
}
