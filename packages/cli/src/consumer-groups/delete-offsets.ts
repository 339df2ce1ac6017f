import { type Admin, ClientError, type TopicPartition } from '@ottla/client'
import { javaError } from '../names/java-exception.ts'
import { byName } from '../names/topic-filter.ts'
import type { Io } from '../tool/io.ts'
import type { GroupsOptions } from './options.ts'
import { MISSING, padded, widthOf } from './padded.ts'
import { parseTopicScope, partitionsOfTopic } from './topic-scope.ts'

const TOPIC_MIN = 15
const PARTITION_WIDTH = 10
const STATUS_WIDTH = 15

interface Deletion {
  readonly topic: string
  /** undefined: no partition of the topic is known. */
  readonly partition: number | undefined
  readonly error: ClientError | undefined
}

/** Has a group forget where it stands in partitions of topics that it does not read. */
export async function deleteOffsets(admin: Admin, options: GroupsOptions, io: Io): Promise<void> {
  const call = { timeoutMs: options.timeout }
  const [groupId] = options.group!
  const scope = parseTopicScope(options.topic!)
  const partitions = [...scope.partitions]
  const deletions: Deletion[] = []
  for (const topic of scope.topics) {
    const found = await partitionsOfTopic(admin, topic, call)
    if (found instanceof ClientError) deletions.push({ topic, partition: undefined, error: found })
    else partitions.push(...found)
  }
  const deleted = await deleteThem(admin, {
    groupId: groupId!,
    partitions: unique(partitions),
    timeoutMs: options.timeout,
  })
  io.out.line(headOf(groupId!, deleted))
  for (const line of deletionLines([...deletions, ...deleted.deletions])) io.out.line(line)
}

interface Deleted {
  readonly deletions: readonly Deletion[]
  /** The first error, and whether it concerns the group as a whole. */
  readonly failure: { readonly error: ClientError; readonly ofGroup: boolean } | undefined
}

async function deleteThem(
  admin: Admin,
  wish: { readonly groupId: string; readonly partitions: readonly TopicPartition[]; readonly timeoutMs: number },
): Promise<Deleted> {
  const { groupId, partitions, timeoutMs } = wish
  try {
    const results = await admin.deleteGroupOffsets(groupId, partitions, { timeoutMs })
    const deletions = results.map(({ outcome, ...at }) => ({ ...at, error: outcome.ok ? undefined : outcome.error }))
    const error = deletions.find((deletion) => deletion.error !== undefined)?.error
    return { deletions, failure: error && { error, ofGroup: false } }
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    return { deletions: partitions.map((at) => ({ ...at, error })), failure: { error, ofGroup: true } }
  }
}

const OF_GROUP: ReadonlySet<string> = new Set([
  'INVALID_GROUP_ID',
  'GROUP_ID_NOT_FOUND',
  'GROUP_AUTHORIZATION_FAILED',
  'NON_EMPTY_GROUP',
])
const OF_PARTITION: ReadonlySet<string> = new Set([
  'GROUP_SUBSCRIBED_TO_TOPIC',
  'TOPIC_AUTHORIZATION_FAILED',
  'UNKNOWN_TOPIC_OR_PARTITION',
])

function headOf(groupId: string, { failure }: Deleted): string {
  if (failure === undefined) return `Request succeeded for deleting offsets from group ${groupId}.`
  const { error } = failure
  if (OF_GROUP.has(error.errorName)) return `\nError: ${error.message}`
  if (OF_PARTITION.has(error.errorName))
    return '\nError: Encountered some partition-level error, see the follow-up details.'
  return `\nError: Encountered some unknown error: ${error.errorName}`
}

/** In the order of topic and partition as one text, as Kafka's tool has it. */
function deletionLines(deletions: readonly Deletion[]): string[] {
  const width = widthOf(
    deletions.map(({ topic }) => topic),
    TOPIC_MIN,
  )
  const row = (topic: string, partition: string, status: string) =>
    [padded(topic, width), padded(partition, PARTITION_WIDTH), padded(status, STATUS_WIDTH)].join(' ')
  const sorted = [...deletions].sort((a, b) => byName(sortKey(a), sortKey(b)))
  return [
    '',
    row('TOPIC', 'PARTITION', 'STATUS'),
    ...sorted.map(({ topic, partition, error }) =>
      row(topic, partition === undefined ? MISSING : String(partition), statusOf(error)),
    ),
  ]
}

function sortKey({ topic, partition }: Deletion): string {
  return `${topic}${partition ?? -1}`
}

function statusOf(error: ClientError | undefined): string {
  return error === undefined ? 'Successful' : `Error: ${javaError(error)}`
}

function unique(partitions: readonly TopicPartition[]): TopicPartition[] {
  return [...new Map(partitions.map((at) => [`${at.topic}:${at.partition}`, at])).values()]
}
