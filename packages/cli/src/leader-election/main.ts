import type { Admin, Election, ElectionType, TopicPartition } from '@ottla/client'
import type { Command } from 'commander'
import { addServerOptions, type ConnectOptions, checkConnectOptions, withAdmin } from '../connect/connect-options.ts'
import { javaError } from '../names/java-exception.ts'
import { partitionName, readTextFile } from '../names/partition-json.ts'
import { reporting, ToolError } from '../tool/failure.ts'
import type { Io } from '../tool/io.ts'
import { addOutputOption, type OutputOptions, outputFormat, printJson } from '../tool/output.ts'
import { guarded, integer, parseArguments, refuseTogether, toolCommand, UsageError } from '../tool/usage.ts'
import { parseElectionFile } from './election-file.ts'

const NAME = 'kafka-leader-election'

const ADMIN_CONFIG_NOTE =
  'Option --admin.config has been deprecated and will be removed in a future version. Use --command-config instead.'

interface Options extends ConnectOptions, OutputOptions {
  readonly electionType?: string
  readonly topic?: string
  readonly partition?: number
  readonly allTopicPartitions?: true
  readonly pathToJsonFile?: string
  /** Older name of --command-config. */
  readonly 'admin.config'?: string
}

function command(): Command {
  const command = toolCommand(
    NAME,
    'Has leaders of partitions elected: the preferred ones, or, where there is none, any that is alive.',
    '--bootstrap-server localhost:9092 --election-type preferred --all-topic-partitions',
  )
  return addOutputOption(
    addServerOptions(command)
      .option('--election-type <type>', 'required: preferred, or unclean, which may lose records')
      .option('--topic <topic>', 'of this topic one partition: --partition')
      .option('--partition <number>', 'the partition of --topic', integer('partition'))
      .option('--all-topic-partitions', 'every partition that is eligible')
      .option(
        '--path-to-json-file <file>',
        'the partitions of a file: {"partitions":[{"topic":"hello","partition":0}]}',
      )
      .option('--admin.config <file>', 'older name of --command-config'),
  )
}

/** kafka-leader-election, LeaderElectionCommand. */
export function main(args: readonly string[], io: Io): Promise<number> {
  return guarded(NAME, io, async () => {
    const parsed = parseArguments<Options>(command(), args, io)
    const commandConfig = parsed.commandConfig ?? parsed['admin.config']
    refuseTogether(parsed, 'admin.config', ['command-config'])
    // Among the lines of Apache's tool it is one of them.
    if (parsed['admin.config'] !== undefined)
      (outputFormat(parsed, io) === 'json' ? io.err : io.out).line(ADMIN_CONFIG_NOTE)
    const options = { ...parsed, ...(commandConfig !== undefined && { commandConfig }) }
    const type = checkOptions(options)
    return reporting('', io, async () => {
      const partitions = await selectPartitions(options, io)
      return withAdmin(options, io, (admin) => elect(admin, { type, partitions, options }, io))
    })
  })
}

const TYPES: Readonly<Record<string, ElectionType>> = { PREFERRED: 'preferred', UNCLEAN: 'unclean' }

function checkOptions(options: Options): ElectionType {
  checkConnectOptions(options)
  if (options.electionType === undefined) throw new UsageError('Missing required option(s): election-type')
  const type = TYPES[options.electionType.toUpperCase()]
  if (type === undefined) {
    throw new UsageError(
      `Cannot parse argument '${options.electionType}' of option election-type: expected preferred or unclean`,
    )
  }
  const selections = [options.topic, options.allTopicPartitions, options.pathToJsonFile]
  if (selections.filter((selection) => selection !== undefined).length !== 1) {
    throw new UsageError(
      'One and only one of the following options is required: topic, all-topic-partitions, path-to-json-file',
    )
  }
  if (options.topic !== undefined && options.partition === undefined)
    throw new UsageError('Missing required option(s): partition')
  if (options.topic === undefined && options.partition !== undefined)
    throw new UsageError('Option partition is only allowed if topic is used')
  return type
}

type Selection = 'all' | readonly TopicPartition[]

async function selectPartitions(options: Options, io: Io): Promise<Selection> {
  if (options.allTopicPartitions) return 'all'
  if (options.topic !== undefined) return [{ topic: options.topic, partition: options.partition! }]
  return parseElectionFile(readTextFile(await io.runtime(), options.pathToJsonFile!))
}

interface Wish {
  readonly type: ElectionType
  readonly partitions: Selection
  readonly options: Options
}

async function elect(admin: Admin, { type, partitions, options }: Wish, io: Io): Promise<number> {
  // An empty file asks for nothing, and an empty list would mean the same to the broker.
  const elections = partitions.length === 0 ? [] : await admin.electLeaders(partitions, { type })
  if (outputFormat(options, io) === 'json') printJson(io, elections.map(electionJson))
  else for (const line of electionLines(elections, type.toUpperCase())) io.out.line(line)
  const failed = elections.filter((election) => resultOf(election) === 'failed')
  if (failed.length > 0) throw new ToolError(`${failed.length} replica(s) could not be elected`)
  return 0
}

function resultOf({ outcome }: Election): 'elected' | 'not needed' | 'failed' {
  if (outcome.ok) return 'elected'
  return outcome.error.errorName === 'ELECTION_NOT_NEEDED' ? 'not needed' : 'failed'
}

/** The lines of Apache's tool: those that were elected, those that need not be, and one for each that failed. */
function electionLines(elections: readonly Election[], type: string): string[] {
  const named = (result: string) =>
    elections
      .filter((election) => resultOf(election) === result)
      .map(partitionName)
      .join(', ')
  const elected = named('elected')
  const notNeeded = named('not needed')
  return [
    ...(elected === '' ? [] : [`Successfully completed leader election (${type}) for partitions ${elected}`]),
    ...(notNeeded === '' ? [] : [`Valid replica already elected for partitions ${notNeeded}`]),
    ...elections.flatMap((election) => {
      const { outcome } = election
      if (outcome.ok || resultOf(election) !== 'failed') return []
      return [
        `Error completing leader election (${type}) for partition: ${partitionName(election)}: ${javaError(outcome.error)}`,
      ]
    }),
  ]
}

function electionJson(election: Election) {
  const { topic, partition, outcome } = election
  const error = outcome.ok ? null : { code: outcome.error.errorName, message: outcome.error.message }
  return { topic, partition, result: resultOf(election), error }
}
