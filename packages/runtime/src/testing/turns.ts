import type { Timers } from '../time.ts'

/**
 * Calls `callback` when all microtasks have run to their end: the turn in which it was asked for is over, and in a world
 * that is all in memory nothing else happens in between, so the order stays reproducible.
 */
export function afterTurn(callback: () => void): void {
  // biome-ignore lint/style/noRestrictedGlobals: the simulated timers and connections are built on this one call
  setImmediate(callback)
}

export function turnEnded(): Promise<void> {
  return new Promise((resolve) => afterTurn(resolve))
}

/** What simulated connections need of time. */
export type NetworkTimers = Pick<Timers, 'after' | 'endOfTurn'>
