/**
 * The Fetches of a broker that wait. What one costs while it waits does not depend on the bytes that asked for it, and it may wait for
 * weeks; so a connection may have a few that wait (clients have one), and all together may watch so many partitions. Beyond that
 * those that began first are answered at once, with what there is.
 */
import type { ConnectionInfo } from '../seams.ts'

export const WAITS_PER_CONNECTION_MAX = 5
/** About 100 MB. Partitions of fetch sessions are counted elsewhere. */
export const WATCHED_PARTITIONS_MAX = 200_000

export interface Ending {
  /** Ends the wait at once. */
  superseded(): void
}

interface Entered {
  readonly connection: ConnectionInfo
  readonly partitions: number
}

export class WaitingFetches {
  /** The one that began first comes first. */
  readonly #entered = new Map<Ending, Entered>()
  readonly #byConnection = new WeakMap<ConnectionInfo, Set<Ending>>()
  #partitions = 0

  get size(): number {
    return this.#entered.size
  }

  /** `partitions`: that it watches. May end others, which leave. */
  enter(waiting: Ending, { connection, partitions }: Entered): void {
    const ofConnection = this.#byConnection.get(connection) ?? new Set()
    this.#byConnection.set(connection, ofConnection)
    ofConnection.add(waiting)
    this.#entered.set(waiting, { connection, partitions })
    this.#partitions += partitions
    if (ofConnection.size > WAITS_PER_CONNECTION_MAX) first(ofConnection)?.superseded()
    while (this.#partitions > WATCHED_PARTITIONS_MAX && this.#entered.size > 1)
      first(this.#entered.keys())?.superseded()
  }

  leave(waiting: Ending): void {
    const entered = this.#entered.get(waiting)
    if (entered === undefined) return
    this.#entered.delete(waiting)
    this.#byConnection.get(entered.connection)?.delete(waiting)
    this.#partitions -= entered.partitions
  }
}

function first(all: Iterable<Ending>): Ending | undefined {
  for (const one of all) return one
  return undefined
}
