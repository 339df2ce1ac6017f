/** A member of a group as its coordinator sees one: a connection that joins, sends heartbeats and leaves; it reads nothing. */
import type { Connection } from '@ottla/client/internal'
import { errorByCode } from '@ottla/protocol'
import type { Latencies } from './latencies.ts'

export interface Seat {
  readonly connection: Connection
  readonly groupId: string
  readonly topic: string
  /** Partitions that this member has when all are divided: a condition of being settled. */
  readonly share: number
  /** Of heartbeats. */
  readonly latencies: Latencies
}

export interface Member {
  /** What members that are settled with each other have in common: a generation, an epoch. Undefined: this one is not settled. */
  readonly standing: string | undefined
  /** Set by who waits for the member. */
  onChange: () => void
  onFailure: (error: unknown) => void
  join(): void
  /** Stops the member's own heartbeats, for those of `beat`. */
  hush(): void
  /** One heartbeat, answered. */
  beat(): Promise<void>
  /** Its own heartbeats again, the first one after so long. */
  resume(afterMs: number): void
  leave(): Promise<void>
}

/** A broker that has just been given the partition of a group says so for a moment. */
const PASSING = new Set(['COORDINATOR_LOAD_IN_PROGRESS', 'COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR'])
const PAUSE_MS = 50

/** Repeats what a coordinator that is not ready yet refuses. */
export async function untilReady<T extends { readonly errorCode: number }>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (!PASSING.has(errorByCode(answer.errorCode)?.name ?? '')) return answer
    await pause(PAUSE_MS)
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

export function refused(what: string, errorCode: number): Error {
  return new Error(`${what} was answered with ${errorByCode(errorCode)?.name ?? errorCode}`)
}
