import type { GroupRegistry } from './registry.ts'
import type { GroupFilter, ListedGroup } from './requests.ts'

/** States and types are compared without regard to case; a name that is none of Kafka's fits no group. */
export function listGroups(registry: GroupRegistry, filter: GroupFilter): readonly ListedGroup[] {
  const states = new Set(filter.states.map((state) => state.trim().toLowerCase()))
  const types = new Set(filter.types.map((type) => type.toLowerCase()))
  const listed: ListedGroup[] = []
  for (const group of registry.all()) {
    const fits =
      (states.size === 0 || states.has(group.state.toLowerCase())) && (types.size === 0 || types.has(group.kind))
    if (fits) listed.push(group.listed())
  }
  return listed
}
