import type { SimEvent } from '../history.ts'

/** One invariant. Told every event of a run in order; says what is wrong as soon as it can be known. */
export interface Checker {
  readonly name: string
  /** The violations that this event proves. */
  see(event: SimEvent): readonly string[] | undefined
}

export interface Violation {
  readonly checker: string
  readonly atMs: number
  readonly message: string
}

/** Hands each event to each checker; the first violation of each checker is enough. */
export class Jury {
  readonly violations: Violation[] = []
  #checkers: readonly Checker[]

  constructor(checkers: readonly Checker[]) {
    this.#checkers = checkers
  }

  see(event: SimEvent): void {
    let convicted: Checker[] | undefined
    for (const checker of this.#checkers) {
      const [message] = checker.see(event) ?? []
      if (message === undefined) continue
      this.violations.push({ checker: checker.name, atMs: event.atMs, message })
      convicted ??= []
      convicted.push(checker)
    }
    if (convicted !== undefined) this.#checkers = this.#checkers.filter((checker) => !convicted.includes(checker))
  }
}
