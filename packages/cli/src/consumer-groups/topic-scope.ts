import { type Admin, type CallOptions, ClientError, type TopicPartition, unwrap } from '@ottla/client'
import { UsageError } from '../tool/usage.ts'

/** What `--topic` names: whole topics, and partitions of topics. */
export interface TopicScope {
  readonly topics: readonly string[]
  readonly partitions: readonly TopicPartition[]
}

/** `t` is a topic, `t:0,1` are partitions of it. Throws a `UsageError` for what is neither. */
export function parseTopicScope(texts: readonly string[]): TopicScope {
  return {
    topics: [...new Set(texts.filter((text) => !text.includes(':')))],
    partitions: texts.filter((text) => text.includes(':')).flatMap(parsePartitions),
  }
}

function parsePartitions(text: string): TopicPartition[] {
  const [topic, list, ...more] = text.split(':')
  if (topic === undefined || list === undefined || list === '' || more.length > 0)
    throw new UsageError(`Invalid topic arg '${text}', expected topic name and partitions`)
  return list.split(',').map((number) => {
    if (/^\d{1,10}$/.test(number)) return { topic, partition: Number(number) }
    throw new UsageError(`Invalid partition '${number}' specified in topic arg '${text}'`)
  })
}

/** All partitions of a topic, or why it has none. */
export async function partitionsOfTopic(
  admin: Admin,
  topic: string,
  call: CallOptions,
): Promise<TopicPartition[] | ClientError> {
  const outcome = (await admin.describeTopics([topic], call)).get(topic)
  if (outcome === undefined) return new ClientError('UNKNOWN_TOPIC_OR_PARTITION', undefined, { topic })
  if (!outcome.ok) return outcome.error
  return unwrap(outcome).partitions.map(({ partition }) => ({ topic, partition }))
}
