/** What one writer sent, and what it was told about each record. */

/** Of a record that nobody has answered for. */
const NOT_TOLD = -2

export class History {
  readonly writer: string
  /** By number: the offset; -1 when the client did not tell it. */
  readonly #offsets: number[] = []
  readonly #failures = new Map<number, string>()
  #acknowledgedCount = 0
  #numbersEnd = 0
  /** Milliseconds since the epoch. */
  #lastAckMs: number | undefined
  #longestGapMs = 0

  constructor(writer: string) {
    this.writer = writer
  }

  /** No number from here on was sent; known at the end, or as far as answers tell. */
  get numbersEnd(): number {
    return this.#numbersEnd
  }

  get acknowledgedCount(): number {
    return this.#acknowledgedCount
  }

  /** Records that failed, with what the client said: each may be in the log, once, or not. */
  get failures(): ReadonlyMap<number, string> {
    return this.#failures
  }

  /** Milliseconds between two acknowledgements. */
  get longestGapMs(): number {
    return this.#longestGapMs
  }

  acknowledged(number: number, offset: number, nowMs: number): void {
    if (this.isAcknowledged(number)) throw new Error(`${this.writer}: record ${number} was acknowledged twice`)
    while (this.#offsets.length <= number) this.#offsets.push(NOT_TOLD)
    this.#offsets[number] = offset
    this.#acknowledgedCount++
    this.#longestGapMs = Math.max(this.#longestGapMs, nowMs - (this.#lastAckMs ?? nowMs))
    this.#lastAckMs = nowMs
    this.#reach(number + 1)
  }

  failed(number: number, message: string): void {
    this.#failures.set(number, message)
    this.#reach(number + 1)
  }

  ended(numbersEnd: number): void {
    this.#reach(numbersEnd)
  }

  #reach(end: number): void {
    this.#numbersEnd = Math.max(this.#numbersEnd, end)
  }

  isAcknowledged(number: number): boolean {
    return (this.#offsets[number] ?? NOT_TOLD) !== NOT_TOLD
  }

  /** As the writer was told it; undefined when it was not. */
  offsetOf(number: number): number | undefined {
    const offset = this.#offsets[number] ?? NOT_TOLD
    return offset < 0 ? undefined : offset
  }
}
