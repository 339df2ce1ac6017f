import { isInternalTopic, topicFilter } from '../names/topic-filter.ts'
import { UsageError } from '../tool/usage.ts'

/** Decides whether the offsets of a partition are wanted. */
export interface PartitionFilter {
  topic(name: string): boolean
  partition(topic: string, partition: number): boolean
}

export interface FilterOptions {
  readonly topic?: string
  readonly partitions?: string
  readonly topicPartitions?: string
  readonly excludeInternalTopics?: true
}

interface Rule {
  topic(name: string): boolean
  partition(partition: number): boolean
}

/** topic, topic:3, topic:2-5 (upper bound exclusive), topic:2-, topic:-5, :3 */
const RULE = /^([^:,]*)(?::(?:([0-9]*)|(?:([0-9]*)-([0-9]*))))?$/

/** The filter that `--topic`, `--partitions`, `--topic-partitions` and `--exclude-internal-topics` describe together. */
export function partitionFilter(options: FilterOptions): PartitionFilter {
  const rules =
    options.topicPartitions === undefined
      ? [ruleOfTopicAndPartitions(options.topic, options.partitions)]
      : splitRules(options.topicPartitions).map(parseRule)
  const isAllowed = options.excludeInternalTopics ? (name: string) => !isInternalTopic(name) : () => true
  return {
    topic: (name) => isAllowed(name) && rules.some((rule) => rule.topic(name)),
    partition: (topic, partition) =>
      isAllowed(topic) && rules.some((rule) => rule.topic(topic) && rule.partition(partition)),
  }
}

/** An empty rule means every partition, but not behind the last comma, where a list that was put together may end. */
function splitRules(text: string): string[] {
  const rules = text === '' ? '' : text.replace(/,+$/, '')
  return rules === '' && text !== '' ? [] : rules.split(',')
}

function ruleOfTopicAndPartitions(topic: string | undefined, partitions: string | undefined): Rule {
  return { topic: topicFilter(topic ?? '.*'), partition: partitionList(partitions) }
}

function partitionList(text: string | undefined): (partition: number) => boolean {
  if (text === undefined || text === '') return () => true
  const wanted = new Set<number>()
  for (const entry of text.replace(/,+$/, '').split(',')) {
    if (!/^\d+$/.test(entry.trim())) {
      throw new UsageError(
        `--partitions expects a comma separated list of numeric partition ids, but received: ${text}`,
      )
    }
    wanted.add(Number(entry))
  }
  return (partition) => wanted.has(partition)
}

function parseRule(text: string): Rule {
  const match = RULE.exec(text)
  if (match === null) throw new UsageError(`Invalid rule specification: ${text}`)
  const [, topic, single, lower, upper] = match
  return {
    topic: topicFilter(topic === '' ? '.*' : topic!),
    partition: partitionRange(single, lower, upper),
  }
}

function partitionRange(
  single: string | undefined,
  lower: string | undefined,
  upper: string | undefined,
): Rule['partition'] {
  if (single) return (partition) => partition === Number(single)
  if (lower === undefined || upper === undefined) return () => true
  const from = lower === '' ? 0 : Number(lower)
  const below = upper === '' ? Number.POSITIVE_INFINITY : Number(upper)
  return (partition) => partition >= from && partition < below
}
