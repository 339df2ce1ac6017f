import type { Admin, ReassignedPartition, Reassignment, TopicPartition } from '@ottla/client'
import { partitionName } from '../names/partition-json.ts'
import { ToolError } from '../tool/failure.ts'
import type { Io } from '../tool/io.ts'
import { ANY_DIRECTORY, type Assignment, assignmentText } from './assignment-file.ts'
import { Directories, type Present, presentReplicas, replicaName, withDirectories } from './places.ts'
import { PlainError } from './plain-error.ts'
import { movesOf, plural, setThrottle } from './throttles.ts'
import type { AssignmentWish } from './wish.ts'

const MOVES_GO_ON =
  'Cannot execute because there is an existing partition assignment.  Use --additional to override this and create a new ' +
  'partition assignment in addition to the existing one. The --additional flag can also be used to change the throttle by ' +
  'resubmitting the current reassignment.'

const VERIFY_LATER =
  'Warning: You must run --verify periodically, until the reassignment completes, to ensure the throttle is removed.'

/** `--execute`: prints the way back, throttles what will move, and has the controller begin. */
export async function execute(admin: Admin, { assignments, options }: AssignmentWish, io: Io): Promise<void> {
  const ongoing = await admin.listPartitionReassignments()
  if (ongoing.length > 0 && !options.additional) throw new PlainError(MOVES_GO_ON)
  await requireBrokers(admin, assignments)
  const current = await currentReplicas(admin, assignments)
  await checkDirectories(admin, assignments, io)
  io.out.line(`Current partition replica assignment\n\n${assignmentText(await withDirectories(admin, current))}\n`)
  io.out.line('Save this to use as the --reassignment-json-file option during rollback')
  if (options.throttle !== undefined && options.throttle >= 0)
    await throttle(admin, { ongoing, wished: assignments, current, bytesPerSecond: options.throttle }, io)
  const reassigned = await admin.alterPartitionReassignments(assignments, {
    allowReplicationFactorChange: options.disallowReplicationFactorChange !== true,
    ...(options.timeout !== undefined && { timeoutMs: options.timeout }),
  })
  throwFailures('Error reassigning partition(s):', reassigned)
  io.out.line(`Successfully started partition reassignment${plural(assignments)} for ${namesOf(assignments)}`)
}

async function requireBrokers(admin: Admin, assignments: readonly Assignment[]): Promise<void> {
  const { brokers } = await admin.describeCluster()
  const unknown = assignments
    .flatMap(({ replicas }) => replicas)
    .find((id) => !brokers.some((broker) => broker.id === id))
  if (unknown !== undefined) throw new ToolError(`Unknown broker id ${unknown}`)
}

async function currentReplicas(admin: Admin, assignments: readonly Assignment[]): Promise<Present[]> {
  const present = await presentReplicas(
    admin,
    assignments.map(({ topic }) => topic),
  )
  const byName = new Map(present.map((partition) => [partitionName(partition), partition]))
  return assignments.map((assignment) => {
    const found = byName.get(partitionName(assignment))
    if (found === undefined) throw new ToolError(`Unable to find partition: ${partitionName(assignment)}`)
    return found
  })
}

/**
 * A file for the way back names directories. One that a broker does not have is an error; that a replica goes to another one than
 * the file says is told.
 */
async function checkDirectories(admin: Admin, assignments: readonly Assignment[], io: Io): Promise<void> {
  const wishes = assignments.flatMap((partition) =>
    partition.replicas.map((id, index) => ({ partition, id, path: partition.logDirs[index]! })),
  )
  const named = wishes.filter(({ path }) => path !== ANY_DIRECTORY)
  if (named.length === 0) return
  const directories = await Directories.of(
    admin,
    named.map(({ id }) => id),
  )
  for (const { partition, id, path } of named) {
    const paths = directories.paths.get(id) ?? []
    if (!paths.includes(path))
      throw new ToolError(
        `Failed to alter dir for ${replicaName(partition, id)}: broker ${id} has no log directory ${path}`,
      )
    if (paths.length > 1 && directories.place(partition, id)?.path !== path)
      io.err.line(`${replicaName(partition, id)}: broker ${id} chooses among its log directories, not this tool`)
  }
}

interface Throttling {
  readonly ongoing: readonly Reassignment[]
  readonly wished: readonly Assignment[]
  readonly current: readonly Present[]
  readonly bytesPerSecond: number
}

async function throttle(admin: Admin, { ongoing, wished, current, bytesPerSecond }: Throttling, io: Io): Promise<void> {
  io.out.line(VERIFY_LATER)
  await setThrottle(admin, { moves: movesOf(ongoing, { wished, current }), bytesPerSecond }, io)
}

export function namesOf(partitions: readonly TopicPartition[]): string {
  return partitions.map(partitionName).join(',')
}

/** Throws a `PlainError` with a line for each partition that was refused. */
export function throwFailures(heading: string, reassigned: readonly ReassignedPartition[]): void {
  const lines = reassigned.flatMap(({ outcome, ...partition }) =>
    outcome.ok ? [] : [`${partitionName(partition)}: ${outcome.error.message}`],
  )
  if (lines.length > 0) throw new PlainError([heading, ...lines].join('\n'))
}
