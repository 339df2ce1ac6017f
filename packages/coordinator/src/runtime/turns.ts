/** Lets few jobs run at a time; the others wait, in the order in which they came. */
export class Turns {
  readonly #max: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(max: number) {
    this.#max = max
  }

  async run(job: () => Promise<void>): Promise<void> {
    if (this.#running >= this.#max) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#running++
    try {
      await job()
    } finally {
      const next = this.#waiting.shift()
      // The next one takes over this one's place, so the count stays.
      if (next === undefined) this.#running--
      else next()
    }
  }
}
