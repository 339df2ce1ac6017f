/** What a group's members have handled, from the lines that they left, and what is wrong with it. */
import type { Handled } from './kinds.ts'

/** Who handled a record, as far as the verdict goes. */
export interface Handler {
  readonly name: string
  /** `client/protocol` */
  readonly kind: string
  /** Why this kind may leave records to be handled again when members come and go. */
  readonly twiceBecause: string | undefined
  readonly end: { readonly how: 'left' | 'killed' | 'failed'; readonly atMs: number } | undefined
}

export interface Handling {
  readonly by: Handler
  readonly atMs: number
}

/** A stretch of time. In a disturbed one a broker goes away: commits may then fail, and records come again. */
export interface Phase {
  readonly name: string
  readonly disturbed: boolean
  readonly fromMs: number
  toMs: number
}

/** Why a record was handled again; `fault` is the only one that counts. */
export type Reason = 'killed' | 'failed' | 'broker' | 'client' | 'fault'

export interface Again {
  readonly place: string
  readonly first: Handling
  readonly again: Handling
  readonly reason: Reason
}

interface Place {
  readonly value: string
  readonly handlings: Handling[]
}

export class History {
  readonly #places = new Map<string, Place>()
  /** Places where members read different values. */
  readonly contradictions: string[] = []
  readonly values = new Set<string>()
  handled = 0

  add({ topic, partition, offset, value }: Handled, handling: Handling): void {
    const key = `${topic}-${partition}@${offset}`
    const place = this.#places.get(key)
    this.handled++
    this.values.add(value)
    if (place === undefined) this.#places.set(key, { value, handlings: [handling] })
    else {
      place.handlings.push(handling)
      if (place.value !== value) this.contradictions.push(`${key}: ${place.value} and ${value}`)
    }
  }

  missing(wanted: ReadonlySet<string>): string[] {
    return [...wanted].filter((value) => !this.values.has(value))
  }

  /** Every handling of a record but its first, with the reason. */
  again(phases: readonly Phase[]): Again[] {
    return Array.from(this.#places).flatMap(([place, { handlings }]) => {
      const inTime = handlings.toSorted((left, right) => left.atMs - right.atMs)
      return inTime.slice(1).map((again, index) => {
        const first = inTime[index]!
        return { place, first, again, reason: reasonOf(first, again, phases) }
      })
    })
  }
}

function reasonOf(first: Handling, again: Handling, phases: readonly Phase[]): Reason {
  const { end } = first.by
  const had = (how: string) => end?.how === how && end.atMs <= again.atMs
  if (had('killed')) return 'killed'
  if (phases.some((phase) => phase.disturbed && [first, again].some(({ atMs }) => isWithin(phase, atMs))))
    return 'broker'
  if (had('failed')) return 'failed'
  // It may be late with what it had no right to any more, so that it seems to be the second.
  return [first, again].every(({ by }) => by.twiceBecause === undefined) ? 'fault' : 'client'
}

function isWithin({ fromMs, toMs }: Phase, atMs: number): boolean {
  return atMs >= fromMs && atMs <= toMs
}
