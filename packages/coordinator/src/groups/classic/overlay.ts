/** Changes to a map that are not applied yet: reads see them, the map below stays as it is. */

/** By key what it is to become; undefined: it goes. */
export type Changes<Value> = ReadonlyMap<string, Value | undefined>

export class Overlay<Value> {
  readonly #below: ReadonlyMap<string, Value>
  readonly #changes = new Map<string, Value | undefined>()
  #size: number

  constructor(below: ReadonlyMap<string, Value>) {
    this.#below = below
    this.#size = below.size
  }

  get size(): number {
    return this.#size
  }

  get changes(): Changes<Value> {
    return this.#changes
  }

  get(key: string): Value | undefined {
    return this.#changes.has(key) ? this.#changes.get(key) : this.#below.get(key)
  }

  has(key: string): boolean {
    return this.get(key) !== undefined
  }

  set(key: string, value: Value): void {
    if (!this.has(key)) this.#size++
    this.#changes.set(key, value)
  }

  delete(key: string): void {
    if (!this.has(key)) return
    this.#size--
    this.#changes.set(key, undefined)
  }

  clear(): void {
    for (const [key] of [...this.entries()]) this.delete(key)
  }

  /** In the order of the map below, what is new behind it. */
  *entries(): IterableIterator<[string, Value]> {
    for (const [key, value] of this.#below) {
      const now = this.#changes.has(key) ? this.#changes.get(key) : value
      if (now !== undefined) yield [key, now]
    }
    for (const [key, value] of this.#changes) {
      if (value !== undefined && !this.#below.has(key)) yield [key, value]
    }
  }

  first(): string | undefined {
    for (const [key] of this.entries()) return key
    return undefined
  }
}

export function applyChanges<Value>(map: Map<string, Value>, changes: Changes<Value>): void {
  for (const [key, value] of changes) {
    if (value === undefined) map.delete(key)
    else map.set(key, value)
  }
}
