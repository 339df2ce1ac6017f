import type { Admin } from '@ottla/client'
import { javaError } from '../names/java-exception.ts'
import type { Io } from '../tool/io.ts'
import { consumerGroups } from './list.ts'
import type { GroupsOptions } from './options.ts'

/** Deletes groups that have no members, with their offsets. */
export async function deleteGroups(admin: Admin, options: GroupsOptions, io: Io): Promise<void> {
  const ids = options.allGroups
    ? (await consumerGroups(admin, options)).map(({ groupId }) => groupId)
    : [...new Set(options.group)]
  const outcomes = ids.length === 0 ? new Map() : await admin.deleteGroups(ids, { timeoutMs: options.timeout })
  const deleted = ids.filter((id) => outcomes.get(id)!.ok)
  if (deleted.length === ids.length) {
    io.out.line(`Deletion of requested consumer groups (${quoted(deleted)}) was successful.`)
    return
  }
  io.out.line('\nError: Deletion of some consumer groups failed:')
  for (const id of ids) {
    const outcome = outcomes.get(id)!
    if (!outcome.ok) io.out.line(`* Group '${id}' could not be deleted due to: ${javaError(outcome.error)}`)
  }
  if (deleted.length > 0) io.out.line(`\nThese consumer groups were deleted successfully: ${quoted(deleted)}`)
}

function quoted(ids: readonly string[]): string {
  return ids.map((id) => `'${id}'`).join(', ')
}
