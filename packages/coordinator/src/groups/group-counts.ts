import type { GroupRegistry } from './registry.ts'

/** Groups by their state, and committed offsets. */
export interface GroupCounts {
  readonly classic: ReadonlyMap<string, number>
  readonly consumer: ReadonlyMap<string, number>
  readonly offsets: number
}

export function groupCounts(registry: GroupRegistry, offsets: number): GroupCounts {
  const byKind = { classic: new Map<string, number>(), consumer: new Map<string, number>() }
  for (const group of registry.all()) {
    const counts = byKind[group.kind]
    counts.set(group.state, (counts.get(group.state) ?? 0) + 1)
  }
  return { ...byKind, offsets }
}
