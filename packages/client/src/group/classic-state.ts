/**
 * States: `idle` (wants nothing, or was put out and waits for a poll), `revoking` (gives up partitions before it joins), `joining`,
 * `describing` (leads, and waits to know the topics), `syncing`, `shedding` (gives up what the new assignment does not have),
 * `assigning` (the listener is told), `stable`, `leaving` (gives up everything), `left`, `dead` (a final failure).
 */
export type ClassicState =
  | 'idle'
  | 'revoking'
  | 'joining'
  | 'describing'
  | 'syncing'
  | 'shedding'
  | 'assigning'
  | 'stable'
  | 'leaving'
  | 'left'
  | 'dead'

/** The coordinator knows the member, and is to know that it lives. */
export const HEARTBEATING: ReadonlySet<ClassicState> = new Set<ClassicState>([
  'revoking',
  'describing',
  'syncing',
  'shedding',
  'assigning',
  'stable',
  'leaving',
])
/** Joined, and without the new assignment. */
export const REBALANCING: ReadonlySet<ClassicState> = new Set<ClassicState>(['joining', 'describing', 'syncing'])
