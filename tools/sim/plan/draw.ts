import type { Random } from '@ottla/runtime'

/** Chance as plans need it. */
export class Draw {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  /** Both included. */
  between(min: number, max: number): number {
    return min + this.#random.integer(max - min + 1)
  }

  chance(percent: number): boolean {
    return this.#random.integer(100) < percent
  }

  oneOf<T>(items: readonly T[]): T {
    return items[this.#random.integer(items.length)]!
  }

  /** A random subset in random order. */
  some<T>(items: readonly T[], count: number): T[] {
    const rest = [...items]
    return Array.from({ length: Math.min(count, items.length) }, () => {
      return rest.splice(this.#random.integer(rest.length), 1)[0]!
    })
  }

  weighted<T extends string>(weights: Readonly<Record<T, number>>, without: readonly T[]): T {
    const kinds = (Object.keys(weights) as T[]).filter((kind) => !without.includes(kind))
    let left = this.#random.integer(kinds.reduce((sum, kind) => sum + weights[kind], 0))
    for (const kind of kinds) {
      left -= weights[kind]
      if (left < 0) return kind
    }
    return kinds[0]!
  }
}
