import { type Admin, type NewTopic, unwrap } from '@ottla/client'
import type { Io } from '../tool/io.ts'
import { TopicCommandError } from './errors.ts'
import type { TopicsOptions } from './options.ts'
import { parseReplicaAssignment, parseTopicConfigs } from './replica-assignment.ts'

const REPLICATION_FACTOR_MAX = 32767

const COLLISION_WARNING =
  "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could collide." +
  ' To avoid issues it is best to use either, but not both.'

/** What is to be created; throws for numbers and texts that cannot be meant. */
export function newTopic(options: TopicsOptions): NewTopic {
  const { topic, partitions, replicationFactor, replicaAssignment, config } = options
  if (replicationFactor !== undefined && !(replicationFactor >= 1 && replicationFactor <= REPLICATION_FACTOR_MAX)) {
    throw new TopicCommandError(`The replication factor must be between 1 and ${REPLICATION_FACTOR_MAX} inclusive`)
  }
  if (partitions !== undefined && partitions < 1) throw new TopicCommandError('The partitions must be greater than 0')
  return {
    name: topic!,
    configs: parseTopicConfigs(config ?? []),
    ...(partitions !== undefined && { numPartitions: partitions }),
    ...(replicationFactor !== undefined && { replicationFactor }),
    ...(replicaAssignment !== undefined && { assignments: parseReplicaAssignment(replicaAssignment) }),
  }
}

export async function createTopic(admin: Admin, options: TopicsOptions, io: Io): Promise<void> {
  const topic = newTopic(options)
  if (/[._]/.test(topic.name)) io.out.line(COLLISION_WARNING)
  const outcomes = await admin.createTopics([topic])
  const outcome = outcomes.get(topic.name)!
  if (!outcome.ok && outcome.error.errorName === 'TOPIC_ALREADY_EXISTS' && options.ifNotExists) return
  unwrap(outcome)
  io.out.line(`Created topic ${topic.name}.`)
}
