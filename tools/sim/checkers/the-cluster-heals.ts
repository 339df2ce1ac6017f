import type { Checker } from './checker.ts'

/** When the faults are over, the cluster comes to rest within bounded virtual time and then takes records again without refusing one. */
export function theClusterHeals(): Checker {
  return {
    name: 'the cluster heals',
    see: (event) => (event.kind === 'unrest' ? [event.message] : undefined),
  }
}
