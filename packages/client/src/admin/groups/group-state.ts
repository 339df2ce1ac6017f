/** States and types of groups, as Kafka names them. */

export const GROUP_STATES = [
  'Unknown',
  'PreparingRebalance',
  'CompletingRebalance',
  'Stable',
  'Dead',
  'Empty',
  'Assigning',
  'Reconciling',
  'NotReady',
] as const
export type GroupState = (typeof GROUP_STATES)[number]

export const GROUP_TYPES = ['Unknown', 'Classic', 'Consumer', 'Share', 'Streams'] as const
export type GroupType = (typeof GROUP_TYPES)[number]

/** In any case, as brokers and people write it; `Unknown` for what later brokers may add. */
export function groupStateOf(text: string): GroupState {
  return byLowerCase(GROUP_STATES, text)
}

/** See `groupStateOf`. */
export function groupTypeOf(text: string): GroupType {
  return byLowerCase(GROUP_TYPES, text)
}

function byLowerCase<T extends string>(names: readonly T[], text: string): T {
  const lower = text.trim().toLowerCase()
  return names.find((name) => name.toLowerCase() === lower) ?? names[0]!
}
