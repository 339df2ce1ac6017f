import {
  type Admin,
  ClientError,
  type ConfigEntry,
  type Reassignment,
  type TopicDescription,
  unwrap,
} from '@ottla/client'
import { ZERO_UUID } from '@ottla/protocol'
import { partitionName } from '../names/partition-json.ts'
import { byName } from '../names/topic-filter.ts'
import type { Io } from '../tool/io.ts'
import { outputFormat, printJson } from '../tool/output.ts'
import { Progress } from '../tool/progress.ts'
import { UsageError } from '../tool/usage.ts'
import { describeJson } from './json.ts'
import { type DescribedTopic, partitionLine, topicLine } from './lines.ts'
import type { TopicsOptions } from './options.ts'
import { isShown, isWanted, partitionsAreFiltered } from './partition-filter.ts'
import { requireSome, selectTopics } from './select.ts'

export async function describeTopics(admin: Admin, options: TopicsOptions, io: Io): Promise<void> {
  const topics = await findTopics(admin, options, io)
  requireSome(topics, options)
  const described = await withDetails(admin, topics, io)
  const liveBrokers = options.unavailablePartitions ? await brokerIds(admin) : undefined
  const shown = described.map((topic) => ({
    ...topic,
    partitions: topic.partitions.filter((partition) => isWanted(partition, { topic, options, liveBrokers })),
  }))
  const format = outputFormat(options, io)
  if (format === 'json') return printJson(io, describeJson(shown.filter((topic) => isShown(topic, options))))
  if (format === 'table') return io.out.line(await (await import('./table.ts')).describeTable(shown, options))
  for (const topic of shown) {
    for (const line of describeLines(topic, options)) io.out.line(line)
    if (io.out.full) await io.out.drained()
  }
}

/** The lines that Kafka's tool prints: a summary of the topic and its partitions, or either of them. */
export function describeLines(topic: DescribedTopic, options: TopicsOptions): string[] {
  const overridesOnly = options.topicsWithOverrides === true
  const summary = !partitionsAreFiltered(options) && (!overridesOnly || topic.configs.length > 0)
  const partitions = overridesOnly ? [] : topic.partitions.map((partition) => partitionLine(topic.name, partition))
  return [...(summary ? [topicLine(topic)] : []), ...partitions]
}

/** Topics of one request: small enough that progress can be shown, and large enough that the way there does not count. */
const TOPICS_PER_REQUEST = 1000

async function findTopics(admin: Admin, options: TopicsOptions, io: Io): Promise<TopicDescription[]> {
  const { topicId, partitionSizeLimitPerResponse: limit } = options
  if (topicId !== undefined) return findTopicId(admin, topicId)
  const names = await selectTopics(admin, options)
  const progress = new Progress(io, 'Describing topics', { total: names.length, besideOutput: false })
  const found: TopicDescription[] = []
  for (let start = 0; start < names.length; start += TOPICS_PER_REQUEST) {
    const some = names.slice(start, start + TOPICS_PER_REQUEST)
    const outcomes = await admin.describeTopics(
      some,
      limit === undefined ? {} : { partitionSizeLimitPerResponse: limit },
    )
    // A topic that was deleted since it was listed is none any more.
    for (const outcome of outcomes.values())
      if (outcome.ok || outcome.error.errorName !== 'UNKNOWN_TOPIC_OR_PARTITION') found.push(unwrap(outcome))
    progress.reached(start + some.length)
  }
  progress.end()
  return found.sort((a, b) => byName(a.name, b.name))
}

async function findTopicId(admin: Admin, topicId: string): Promise<TopicDescription[]> {
  if (!/^[\w-]{22}$/.test(topicId)) throw new UsageError(`--topic-id ${topicId}: expected 22 characters of base64url`)
  // Brokers take the zero id for "by name" and fail on the missing name.
  if (topicId === ZERO_UUID) return []
  const outcome = (await admin.describeTopicIds([topicId])).get(topicId)
  if (outcome === undefined || (!outcome.ok && outcome.error.errorName === 'UNKNOWN_TOPIC_ID')) return []
  const { name } = unwrap(outcome)
  return [unwrap((await admin.describeTopics([name])).get(name)!)]
}

/** Configuration that is not the default's, as the summary line shows it, and the partitions that are being moved. */
async function withDetails(admin: Admin, topics: readonly TopicDescription[], io: Io): Promise<DescribedTopic[]> {
  if (topics.length === 0) return []
  const [described, reassignments] = await Promise.all([
    admin.describeConfigs(topics.map(({ name }) => ({ type: 'topic', name }))),
    reassignmentsByPartition(admin, io),
  ])
  return topics.map((topic, index) => {
    const entries = unwrap(described[index]!.outcome)
    const partitions = topic.partitions.map((partition) => ({
      ...partition,
      ...reassignments.get(partitionName({ topic: topic.name, partition: partition.partition })),
    }))
    const first = partitions[0]
    return {
      ...topic,
      partitions,
      partitionCount: partitions.length,
      replicationFactor: (first?.replicas.length ?? 0) - (first?.addingReplicas?.length ?? 0),
      configs: entries.filter(isOverridden),
      minInSyncReplicas: minInSyncReplicas(entries),
    }
  })
}

type Moved = Pick<Reassignment, 'addingReplicas' | 'removingReplicas'>

/** Only the controller knows them, and without one everything else can still be told. */
const REASSIGNMENTS_TIMEOUT_MS = 5000

/** None where this client may not ask, or nobody answers: the description stands without them. */
async function reassignmentsByPartition(admin: Admin, io: Io): Promise<ReadonlyMap<string, Moved>> {
  try {
    const found = await admin.listPartitionReassignments({ timeoutMs: REASSIGNMENTS_TIMEOUT_MS })
    return new Map(
      found.map((moved) => [
        partitionName(moved),
        { addingReplicas: moved.addingReplicas, removingReplicas: moved.removingReplicas },
      ]),
    )
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    if (error.retriable) io.err.line(`Replicas that are being moved are not shown: ${error.message}`)
    else if (error.errorName !== 'CLUSTER_AUTHORIZATION_FAILED') throw error
    return new Map()
  }
}

function isOverridden({ source }: ConfigEntry): boolean {
  return source !== 'DEFAULT_CONFIG'
}

function minInSyncReplicas(entries: readonly ConfigEntry[]): number {
  return Number(entries.find(({ name }) => name === 'min.insync.replicas')?.value ?? 1)
}

async function brokerIds(admin: Admin): Promise<ReadonlySet<number>> {
  const { brokers } = await admin.describeCluster()
  return new Set(brokers.map(({ id }) => id))
}
