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
  readonly tenure: string
  readonly offset: number
  readonly value: string
  readonly handlings: Handling[]
}

/** The first record of a partition that somebody handled. */
interface Beginning {
  readonly offset: number
  readonly atMs: number
}

export class History {
  readonly #places = new Map<string, Place>()
  /** By member and partition. */
  readonly #beginnings = new Map<string, Beginning>()
  /** Places where members read different values. */
  readonly contradictions: string[] = []
  readonly values = new Set<string>()
  handled = 0

  add({ topic, partition, offset, value }: Handled, handling: Handling): void {
    const tenure = `${topic}-${partition}`
    const key = `${tenure}@${offset}`
    this.#began(`${handling.by.name} ${tenure}`, { offset, atMs: handling.atMs })
    const place = this.#places.get(key)
    this.handled++
    this.values.add(value)
    if (place === undefined) this.#places.set(key, { tenure, offset, value, handlings: [handling] })
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
    return Array.from(this.#places).flatMap(([place, { tenure, offset, handlings }]) => {
      const inTime = handlings.toSorted((left, right) => left.atMs - right.atMs)
      return inTime.slice(1).map((again, index) => {
        const first = inTime[index]!
        const beginning = this.#beginnings.get(`${again.by.name} ${tenure}`)!
        const isLate = beginning.offset < offset && beginning.atMs < first.atMs
        const isSoon = again.atMs - first.atMs <= LATE_MS_MAX
        return { place, first, again, reason: reasonOf({ first, again, mayBeFirst: isLate || isSoon }, phases) }
      })
    })
  }

  #began(key: string, beginning: Beginning): void {
    const known = this.#beginnings.get(key)
    if (known === undefined || beginning.atMs < known.atMs) this.#beginnings.set(key, beginning)
  }
}

/**
 * A client that hands out what it has buffered of a partition that it has given up is late by about as long as that takes; and lines of two
 * processes are read in no certain order.
 */
const LATE_MS_MAX = 1_000

interface Repetition {
  readonly first: Handling
  readonly again: Handling
  /**
   * Whoever seems to be the second may have had the record first: it had read the partition before the other one did, or is only a little
   * later.
   */
  readonly mayBeFirst: boolean
}

function reasonOf({ first, again, mayBeFirst }: Repetition, phases: readonly Phase[]): Reason {
  const { end } = first.by
  const had = (how: string) => end?.how === how && end.atMs <= again.atMs
  if (had('killed')) return 'killed'
  if (phases.some((phase) => phase.disturbed && [first, again].some(({ atMs }) => isWithin(phase, atMs))))
    return 'broker'
  if (had('failed')) return 'failed'
  if (first.by.twiceBecause !== undefined) return 'client'
  return again.by.twiceBecause !== undefined && mayBeFirst ? 'client' : 'fault'
}

function isWithin({ fromMs, toMs }: Phase, atMs: number): boolean {
  return atMs >= fromMs && atMs <= toMs
}
