import type { TopicPartition } from '@ottla/client'
import { field, parseJson, partitionName, repeatedPartitions } from '../names/partition-json.ts'
import { byName } from '../names/topic-filter.ts'
import { ToolError } from '../tool/failure.ts'

/** Instead of a path: the broker chooses among its log directories. */
export const ANY_DIRECTORY = 'any'

/** Where the replicas of a partition are, or shall be. */
export interface Assignment extends TopicPartition {
  /** Broker ids, the preferred leader first. */
  readonly replicas: readonly number[]
  /** One for each replica: a path on its broker, or `ANY_DIRECTORY`. */
  readonly logDirs: readonly string[]
}

const VERSION = 1

/** Reads `--reassignment-json-file`, sorted by topic and partition. Throws a `ToolError` in the words of Apache's tool. */
export function parseAssignmentFile(text: string): Assignment[] {
  const { partitions } = documentOf(text)
  if (partitions === undefined) return []
  if (!Array.isArray(partitions)) throw new ToolError('Field `partitions` is not a list')
  return inOrder(partitions.map(assignmentOf))
}

function documentOf(text: string): Readonly<Record<string, unknown>> {
  const json = parseJson(text)
  if ('problem' in json) throw new ToolError(`The input string is not a valid JSON: ${json.problem}`)
  const document = typeof json.value === 'object' && json.value !== null ? json.value : {}
  const { version = VERSION } = document as { readonly version?: unknown }
  if (version !== VERSION) throw new ToolError(`Not supported version field value ${JSON.stringify(version)}`)
  return document as Readonly<Record<string, unknown>>
}

function assignmentOf(element: unknown): Assignment {
  const partition = { topic: field(element, 'topic', 'string'), partition: field(element, 'partition', 'int32') }
  const replicas = field(element, 'replicas', 'int32s')
  const { log_dirs: given } = element as { readonly log_dirs?: unknown }
  const logDirs = given === undefined ? replicas.map(() => ANY_DIRECTORY) : field(element, 'log_dirs', 'strings')
  if (logDirs.length !== replicas.length) {
    throw new ToolError(
      `Size of replicas list [${replicas.join(', ')}] is different from size of log dirs list [${logDirs.join(', ')}]` +
        ` for partition ${partitionName(partition)}`,
    )
  }
  return { ...partition, replicas, logDirs }
}

/** What `--execute` takes beyond what can be read: something to do, each partition once, each replica once. */
export function checkAssignments(assignments: readonly Assignment[]): void {
  if (assignments.length === 0) throw new ToolError('Partition reassignment list cannot be empty')
  if (assignments.some(({ replicas }) => replicas.length === 0))
    throw new ToolError('Partition replica list cannot be empty')
  const twice = repeatedPartitions(assignments)
  if (twice.length > 0)
    throw new ToolError(`Partition reassignment contains duplicate topic partitions: ${twice.join(',')}`)
  const wrong = assignments.flatMap((assignment) => {
    const again = repeated(assignment.replicas)
    return again.length === 0 ? [] : [`${partitionName(assignment)} contains multiple entries for ${again.join(', ')}`]
  })
  if (wrong.length > 0)
    throw new ToolError(`Partition replica lists may not contain duplicate entries: ${wrong.join('. ')}`)
}

/** The values that occur more than once, each once. */
export function repeated<T>(values: readonly T[]): T[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))]
}

/** Reads `--topics-to-move-json-file`: names of topics. Throws a `ToolError`. */
export function parseTopicsFile(text: string): string[] {
  const { topics } = documentOf(text)
  if (topics === undefined) return []
  if (!Array.isArray(topics)) throw new ToolError('Field `topics` is not a list')
  const names = topics.map((element) => field(element, 'topic', 'string'))
  const twice = repeated(names)
  if (twice.length > 0)
    throw new ToolError(`List of topics to reassign contains duplicate entries: [${twice.join(', ')}]`)
  return names
}

/** The document that `--reassignment-json-file` takes, on one line, keys in the order of Apache's tool. */
export function assignmentText(assignments: readonly Assignment[]): string {
  const partitions = inOrder(assignments).map(({ topic, partition, replicas, logDirs }) => ({
    topic,
    partition,
    replicas,
    log_dirs: logDirs,
  }))
  return JSON.stringify({ version: VERSION, partitions })
}

/** By topic, then by number. */
export function inOrder<T extends TopicPartition>(partitions: readonly T[]): T[] {
  return [...partitions].sort((a, b) => byName(a.topic, b.topic) || a.partition - b.partition)
}
