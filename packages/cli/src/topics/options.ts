import type { Command } from 'commander'
import { addConnectOptions, type ConnectOptions, checkConnectOptions } from '../connect/connect-options.ts'
import { addOutputOption, type OutputOptions } from '../tool/output.ts'
import { collect, integer, refuseTogether, requireOptions, toolCommand, UsageError } from '../tool/usage.ts'

export const NAME = 'kafka-topics'

export interface TopicsOptions extends ConnectOptions, OutputOptions {
  readonly create?: true
  readonly list?: true
  readonly describe?: true
  readonly alter?: true
  readonly delete?: true
  readonly topic?: string
  readonly topicId?: string
  readonly partitions?: number
  readonly replicationFactor?: number
  readonly replicaAssignment?: string
  readonly config?: readonly string[]
  readonly deleteConfig?: readonly string[]
  readonly ifNotExists?: true
  readonly ifExists?: true
  readonly excludeInternal?: true
  readonly topicsWithOverrides?: true
  readonly underReplicatedPartitions?: true
  readonly unavailablePartitions?: true
  readonly underMinIsrPartitions?: true
  readonly atMinIsrPartitions?: true
  readonly partitionSizeLimitPerResponse?: number
}

const ACTIONS = ['create', 'list', 'describe', 'alter', 'delete'] as const
export type Action = (typeof ACTIONS)[number]

const PARTITION_FILTERS = [
  'under-replicated-partitions',
  'unavailable-partitions',
  'under-min-isr-partitions',
  'at-min-isr-partitions',
] as const

/** Options that only some actions take. */
const ONLY_WITH: Readonly<Record<string, readonly Action[]>> = {
  partitions: ['create', 'alter'],
  'replication-factor': ['create'],
  'replica-assignment': ['create', 'alter'],
  config: ['create', 'alter'],
  'delete-config': ['alter'],
  'if-not-exists': ['create'],
  'if-exists': ['alter', 'delete', 'describe'],
  'exclude-internal': ['list', 'describe'],
  'topic-id': ['describe'],
  'topics-with-overrides': ['describe'],
  'partition-size-limit-per-response': ['describe'],
  output: ['list', 'describe'],
  ...Object.fromEntries(PARTITION_FILTERS.map((name) => [name, ['describe']])),
}

const DESCRIPTION = 'Does one of --create, --list, --describe, --alter and --delete with topics.'
const EXAMPLE = '--bootstrap-server localhost:9092 --create --topic hello --partitions 3'

export function command(): Command {
  const command = addConnectOptions(toolCommand(NAME, DESCRIPTION, EXAMPLE))
    .option('--create', 'create a topic')
    .option('--list', 'list the names of topics')
    .option('--describe', 'show partitions, leaders and replicas of topics')
    .option('--alter', 'add partitions to topics, or change their configuration')
    .option('--delete', 'delete topics')
    .option('--topic <topic>', 'the topic; except with --create a regular expression over the whole name')
    .option('--topic-id <id>', 'describe: the topic with this id', undefined)
    .option(
      '--partitions <number>',
      'create: how many partitions, by default as many as the cluster is set to; alter: how many there are afterwards',
      integer('partitions'),
    )
    .option(
      '--replication-factor <number>',
      'create: replicas of each partition; by default as the cluster is set to',
      integer('replication-factor'),
    )
    .option(
      '--replica-assignment <ids>',
      'create: broker ids of each partition instead of the two numbers, as in 1:5,2:1,3:2; alter: the same, of all partitions, beside --partitions',
    )
    .option('--config <name=value>', 'create, alter: a configuration of the topic; may be repeated', collect)
    .option('--delete-config <name>', 'alter: a configuration to take back; may be repeated', collect)
    .option('--if-not-exists', 'create: an existing topic is fine')
    .option('--if-exists', 'describe, alter, delete: a missing topic is fine')
    .option('--exclude-internal', "list, describe: leave out Kafka's own topics")
    .option('--topics-with-overrides', 'describe: only topics with a configuration of their own, without partitions')
  addPartitionFilters(command).option(
    '--partition-size-limit-per-response <number>',
    'describe: most partitions that the broker puts into one answer',
    integer('partition-size-limit-per-response'),
  )
  return addOutputOption(command)
}

function addPartitionFilters(command: Command): Command {
  return command
    .option('--under-replicated-partitions', 'describe: only partitions with a replica out of sync')
    .option('--unavailable-partitions', 'describe: only partitions without a live leader')
    .option(
      '--under-min-isr-partitions',
      'describe: only partitions with fewer replicas in sync than min.insync.replicas',
    )
    .option('--at-min-isr-partitions', 'describe: only partitions with exactly min.insync.replicas in sync')
}

/** Checks what belongs together and what does not; returns the one action asked for. */
export function checkOptions(options: TopicsOptions): Action {
  const actions = ACTIONS.filter((action) => options[action])
  const [action] = actions
  if (action === undefined || actions.length > 1) {
    throw new UsageError('Command must include exactly one action: --list, --describe, --create, --alter or --delete')
  }
  checkConnectOptions(options)
  if (action === 'create' || action === 'alter' || action === 'delete') requireOptions(options, 'topic')
  for (const [name, with_] of Object.entries(ONLY_WITH)) {
    if (!with_.includes(action)) refuseTogether(options, action, [name])
  }
  if (action === 'alter') requireAlteration(options)
  else refuseTogether(options, 'replica-assignment', ['partitions', 'replication-factor'])
  refuseTogether(options, 'topic-id', ['topic'])
  refuseTogether(options, 'topics-with-overrides', PARTITION_FILTERS)
  if (options.ifExists && options.topicId === undefined) requireOptions(options, 'topic')
  return action
}

/** An assignment alone does not say how many of its partitions are new. */
function requireAlteration(options: TopicsOptions): void {
  const { config, deleteConfig, replicaAssignment } = options
  if ((config === undefined && deleteConfig === undefined) || replicaAssignment !== undefined)
    requireOptions(options, 'partitions')
}
