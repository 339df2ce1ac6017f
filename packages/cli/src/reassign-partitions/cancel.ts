import type { Admin } from '@ottla/client'
import { partitionName } from '../names/partition-json.ts'
import type { Io } from '../tool/io.ts'
import { namesOf, throwFailures } from './execute.ts'
import { clearThrottles, plural } from './throttles.ts'
import { throttled } from './verify.ts'
import type { AssignmentWish } from './wish.ts'

/** `--cancel`: partitions of the file that are being moved go back to the replicas that they had. */
export async function cancel(admin: Admin, { assignments, options }: AssignmentWish, io: Io): Promise<void> {
  const ongoing = new Set((await admin.listPartitionReassignments()).map(partitionName))
  const moving = assignments.filter((partition) => ongoing.has(partitionName(partition)))
  if (moving.length === 0) io.out.line('None of the specified partition reassignments are active.')
  else {
    const cancelled = await admin.alterPartitionReassignments(
      moving.map(({ topic, partition }) => ({ topic, partition, replicas: null })),
      options.timeout === undefined ? {} : { timeoutMs: options.timeout },
    )
    throwFailures(`Error cancelling partition reassignment${plural(moving)} for:`, cancelled)
    io.out.line(`Successfully cancelled partition reassignment${plural(moving)} for: ${namesOf(moving)}`)
  }
  // Apache's tool does not end this line either: what follows stands behind it.
  io.out.text('None of the specified partition moves are active.')
  if (!options.preserveThrottles) await clearThrottles(admin, throttled(assignments), io)
}
