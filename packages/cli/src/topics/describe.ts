import { type Admin, type ConfigEntry, type TopicDescription, unwrap } from '@ottla/client'
import { ZERO_UUID } from '@ottla/protocol'
import { byName } from '../names/topic-filter.ts'
import type { Io } from '../tool/io.ts'
import { UsageError } from '../tool/usage.ts'
import { type DescribedTopic, partitionLine, topicLine } from './lines.ts'
import type { TopicsOptions } from './options.ts'
import { isWanted, partitionsAreFiltered } from './partition-filter.ts'
import { requireSome, selectTopics } from './select.ts'

export async function describeTopics(admin: Admin, options: TopicsOptions, io: Io): Promise<void> {
  const topics = await findTopics(admin, options)
  requireSome(topics, options)
  const described = await withConfigs(admin, topics)
  const liveBrokers = options.unavailablePartitions ? await brokerIds(admin) : undefined
  const shown = described.map((topic) => ({
    ...topic,
    partitions: topic.partitions.filter((partition) => isWanted(partition, { topic, options, liveBrokers })),
  }))
  if (io.out.isTerminal) return io.out.line((await import('./table.ts')).describeTable(shown, options))
  for (const topic of shown) for (const line of describeLines(topic, options)) io.out.line(line)
}

/** The lines that Kafka's tool prints: a summary of the topic and its partitions, or either of them. */
export function describeLines(topic: DescribedTopic, options: TopicsOptions): string[] {
  const overridesOnly = options.topicsWithOverrides === true
  const summary = !partitionsAreFiltered(options) && (!overridesOnly || topic.configs.length > 0)
  const partitions = overridesOnly ? [] : topic.partitions.map((partition) => partitionLine(topic.name, partition))
  return [...(summary ? [topicLine(topic)] : []), ...partitions]
}

async function findTopics(admin: Admin, options: TopicsOptions): Promise<TopicDescription[]> {
  const { topicId, partitionSizeLimitPerResponse: limit } = options
  if (topicId !== undefined) return findTopicId(admin, topicId)
  const names = await selectTopics(admin, options)
  const outcomes = await admin.describeTopics(
    names,
    limit === undefined ? {} : { partitionSizeLimitPerResponse: limit },
  )
  // A topic that was deleted since it was listed is none any more.
  const present = [...outcomes.values()].filter(
    (outcome) => outcome.ok || outcome.error.errorName !== 'UNKNOWN_TOPIC_OR_PARTITION',
  )
  return present.map(unwrap).sort((a, b) => byName(a.name, b.name))
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

/** Configuration that is not the default's, as the summary line shows it. */
async function withConfigs(admin: Admin, topics: readonly TopicDescription[]): Promise<DescribedTopic[]> {
  if (topics.length === 0) return []
  const described = await admin.describeConfigs(topics.map(({ name }) => ({ type: 'topic', name })))
  return topics.map((topic, index) => {
    const entries = unwrap(described[index]!.outcome)
    return { ...topic, configs: entries.filter(isOverridden), minInSyncReplicas: minInSyncReplicas(entries) }
  })
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
