import type { Admin, Reassignment } from '@ottla/client'
import { partitionName } from '../names/partition-json.ts'
import type { Io } from '../tool/io.ts'
import { outputFormat, printJson, tableText } from '../tool/output.ts'
import { inOrder } from './assignment-file.ts'
import type { ReassignOptions } from './options.ts'

/** `--list`: every partition whose replicas are being moved. */
export async function list(admin: Admin, options: ReassignOptions, io: Io): Promise<void> {
  const found = inOrder(await admin.listPartitionReassignments())
  const format = outputFormat(options, io)
  if (format === 'json') return printJson(io, found)
  if (found.length === 0) return io.out.line('No partition reassignments found.')
  if (format === 'table') return io.out.line(await reassignmentTable(found))
  io.out.line('Current partition reassignments:')
  for (const reassignment of found) io.out.line(reassignmentLine(reassignment))
}

export function reassignmentLine(reassignment: Reassignment): string {
  const { replicas, addingReplicas, removingReplicas } = reassignment
  const adding = addingReplicas.length === 0 ? '' : ` adding: ${addingReplicas}.`
  const removing = removingReplicas.length === 0 ? '' : ` removing: ${removingReplicas}.`
  return `${partitionName(reassignment)}: replicas: ${replicas}.${adding}${removing}`
}

async function reassignmentTable(found: readonly Reassignment[]): Promise<string> {
  const rows = found.map(({ replicas, addingReplicas, removingReplicas, ...partition }) => [
    partitionName(partition),
    replicas.join(','),
    addingReplicas.join(','),
    removingReplicas.join(','),
  ])
  return tableText(['Partition', 'Replicas', 'Adding', 'Removing'], rows)
}
