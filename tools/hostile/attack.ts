/** What an attack is given and what it tells. */
import type { ServedApi } from './calls.ts'
import type { SeededNumbers } from './random.ts'

export interface Battlefield {
  readonly port: number
  readonly apis: readonly ServedApi[]
  readonly random: SeededNumbers
  /** How long an attack that has no end of its own goes on. */
  readonly durationMs: number
  /** How long an answer, or the end of the connection, may take before it counts as missing. */
  readonly patienceMs: number
  /** 1: the numbers that the attacks are described with; less: a smaller attack. */
  readonly scale: number
}

export interface Damage {
  readonly connections: number
  readonly answered: number
  /** Connections that the broker ended. */
  readonly closed: number
  /** What should not have been. */
  readonly violations: readonly string[]
}

export interface Attack {
  readonly name: string
  run(field: Battlefield): Promise<Damage>
}

export function scaled(count: number, { scale }: Battlefield): number {
  return Math.max(1, Math.round(count * scale))
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
