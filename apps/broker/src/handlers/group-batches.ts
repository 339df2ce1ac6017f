/** Requests that name several groups: those of one partition are asked together, and each is answered once. */
import { type GroupFailure, groupFailure } from './group-failure.ts'
import type { GroupParts } from './group-parts.ts'

/** Most calls that one request has under way. */
export const CALLS_MAX = 100

/** The groups that go together, by the partition that holds them; those without one are by themselves, and each is refused. */
export function byPartition({ groups }: GroupParts, groupIds: Iterable<string>): string[][] {
  const together = new Map<number | undefined, string[]>()
  for (const groupId of groupIds) {
    const partition = groups.partitionOf(groupId)
    const others = together.get(partition)
    if (others === undefined) together.set(partition, [groupId])
    else others.push(groupId)
  }
  return [...together.values()]
}

interface Described {
  readonly groupId: string
}

interface Describing<D extends Described> {
  readonly describe: (groupIds: readonly string[]) => Promise<readonly D[]>
  readonly refuse: (groupId: string, failure: GroupFailure) => D
}

/** One description for each group, whatever its coordinator says. */
export async function describeTogether<D extends Described>(
  parts: GroupParts,
  groupIds: readonly string[],
  { describe, refuse }: Describing<D>,
): Promise<Map<string, D>> {
  const described = await Promise.all(
    byPartition(parts, groupIds).map(async (together) => {
      try {
        return await describe(together)
      } catch (error) {
        const failure = groupFailure(error)
        return together.map((groupId) => refuse(groupId, failure))
      }
    }),
  )
  return new Map(described.flat().map((group) => [group.groupId, group]))
}
