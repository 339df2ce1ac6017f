import type { Admin } from '@ottla/client'
import { partitionName } from '../names/partition-json.ts'
import type { Io } from '../tool/io.ts'
import { outputFormat, printJson, tableText } from '../tool/output.ts'
import { ANY_DIRECTORY, type Assignment } from './assignment-file.ts'
import { Directories, type Present, presentReplicas, type ReplicaPlace, replicaName } from './places.ts'
import { clearThrottles } from './throttles.ts'
import type { AssignmentWish } from './wish.ts'

/** How far a partition has come. */
export interface PartitionState {
  readonly wished: Assignment
  readonly state: 'completed' | 'in progress' | 'not active'
  readonly replicas: readonly number[]
}

/** `--verify`: what became of the moves; once none goes on anywhere, the throttles are taken back. */
export async function verify(admin: Admin, { assignments, options }: AssignmentWish, io: Io): Promise<void> {
  const ongoing = await admin.listPartitionReassignments()
  const states = await statesOf(admin, assignments, new Set(ongoing.map(partitionName)))
  const directories = await directoryStates(admin, assignments)
  const format = outputFormat(options, io)
  if (format === 'json') printJson(io, states.map(stateJson))
  else if (format === 'table') io.out.line(await statesTable(states))
  else {
    io.out.line(['Status of partition reassignment:', ...states.map(stateLine)].join('\n'))
    io.out.line(directories.map(({ line }) => line).join('\n'))
  }
  const isDone = ongoing.length === 0 && directories.every(({ isMoving }) => !isMoving)
  if (!isDone || options.preserveThrottles) return
  // Of one JSON document nothing but that belongs on stdout.
  const lines = format === 'json' ? { ...io, out: io.err } : io
  await clearThrottles(admin, throttled(assignments), lines)
}

/** The brokers and topics whose throttles a set of moves may have changed. */
export function throttled(assignments: readonly Assignment[]): { brokerIds: number[]; topics: string[] } {
  return {
    brokerIds: assignments.flatMap(({ replicas }) => replicas),
    topics: [...new Set(assignments.map(({ topic }) => topic))],
  }
}

async function statesOf(
  admin: Admin,
  assignments: readonly Assignment[],
  ongoing: ReadonlySet<string>,
): Promise<PartitionState[]> {
  const present = await presentOrNone(admin, assignments)
  const byName = new Map(present.map((partition) => [partitionName(partition), partition.replicas]))
  return assignments.map((wished) => {
    const name = partitionName(wished)
    const replicas = byName.get(name) ?? []
    if (ongoing.has(name)) return { wished, state: 'in progress', replicas }
    const isThere = replicas.length === wished.replicas.length && replicas.every((id, at) => id === wished.replicas[at])
    return { wished, state: isThere ? 'completed' : 'not active', replicas }
  })
}

/** A topic that is not there has no replicas. */
async function presentOrNone(admin: Admin, assignments: readonly Assignment[]): Promise<Present[]> {
  const names = new Set((await admin.listTopics()).map(({ name }) => name))
  return presentReplicas(
    admin,
    assignments.flatMap(({ topic }) => (names.has(topic) ? [topic] : [])),
  )
}

export function stateLine({ wished, state, replicas }: PartitionState): string {
  const name = partitionName(wished)
  switch (state) {
    case 'completed':
      return `Reassignment of partition ${name} is completed.`
    case 'in progress':
      return `Reassignment of partition ${name} is still in progress.`
    case 'not active':
      return `There is no active reassignment of partition ${name}, but replica set is ${replicas} rather than ${wished.replicas}.`
  }
}

function stateJson({ wished, state, replicas }: PartitionState) {
  return { topic: wished.topic, partition: wished.partition, state, replicas, wished: wished.replicas }
}

async function statesTable(states: readonly PartitionState[]): Promise<string> {
  const rows = states.map(({ wished, state, replicas }) => [
    partitionName(wished),
    replicas.join(','),
    wished.replicas.join(','),
    state,
  ])
  return tableText(['Partition', 'Replicas', 'Wished', 'Reassignment'], rows)
}

interface DirectoryState {
  readonly line: string
  readonly isMoving: boolean
}

/** Of the replicas for which the file names a directory. */
async function directoryStates(admin: Admin, assignments: readonly Assignment[]): Promise<DirectoryState[]> {
  const wishes = assignments.flatMap((partition) =>
    partition.replicas.flatMap((id, index) => {
      const path = partition.logDirs[index]!
      return path === ANY_DIRECTORY ? [] : [{ partition, id, path }]
    }),
  )
  const directories = await Directories.of(
    admin,
    wishes.map(({ id }) => id),
  )
  return wishes.map(({ partition, id, path }) => {
    const place = directories.place(partition, id)
    if (place === undefined)
      return missing({ name: partitionName(partition), id, isFailing: directories.failing.has(id) })
    return directoryState(place, { partition, id, path })
  })
}

function missing({ name, id, isFailing }: { readonly name: string; readonly id: number; readonly isFailing: boolean }) {
  const line = isFailing
    ? `Partition ${name} is not found in any live log dir on broker ${id}. There is likely an offline log directory on the broker.`
    : `Partition ${name} cannot be found in any live log directory on broker ${id}.`
  return { line, isMoving: false }
}

function directoryState(
  { path: present, future }: ReplicaPlace,
  { partition, id, path }: { readonly partition: Assignment; readonly id: number; readonly path: string },
): DirectoryState {
  const replica = replicaName(partition, id)
  const at = `Partition ${partitionName(partition)} on broker ${id}`
  if (future === path) return { line: `Reassignment of replica ${replica} is still in progress.`, isMoving: true }
  if (future !== undefined)
    return { line: `${at} is being moved to log dir ${future} instead of ${path}.`, isMoving: true }
  if (present === path) return { line: `Reassignment of replica ${replica} completed successfully.`, isMoving: false }
  return { line: `${at} is not being moved from log dir ${present} to ${path}.`, isMoving: false }
}
