import { type Admin, type LogDirectory, type ReplicaSize, unwrap } from '@ottla/client'
import type { Command } from 'commander'
import { addServerOptions, type ConnectOptions, checkConnectOptions, withAdmin } from '../connect/connect-options.ts'
import { reporting, ToolError } from '../tool/failure.ts'
import type { Io } from '../tool/io.ts'
import { addOutputOption, type OutputOptions, outputFormat, printJson } from '../tool/output.ts'
import { guarded, parseArguments, requireOptions, toolCommand, UsageError } from '../tool/usage.ts'
import { type BrokerDirectories, directoriesJson, kafkaJson } from './json.ts'

const NAME = 'kafka-log-dirs'

interface Options extends Omit<ConnectOptions, 'brokerList'>, OutputOptions {
  readonly describe?: true
  /** Ids, not addresses. */
  readonly brokerList?: string
  readonly topicList?: string
}

function command(): Command {
  const command = toolCommand(
    NAME,
    'Shows the log directories of brokers, with the replicas in them and their sizes.',
    '--bootstrap-server localhost:9092 --describe --topic-list hello',
  )
  return addOutputOption(
    addServerOptions(command)
      .option('--describe', 'required')
      .option('--broker-list <ids>', 'only these brokers: ids, separated by commas')
      .option('--topic-list <topics>', 'only these topics: names, separated by commas'),
  )
}

/** kafka-log-dirs, LogDirsCommand. */
export function main(args: readonly string[], io: Io): Promise<number> {
  return guarded(NAME, io, async () => {
    const options = parseArguments<Options>(command(), args, io)
    const { brokerList, topicList, ...connect } = options
    checkConnectOptions(connect)
    requireOptions(options, 'describe')
    const wish = { ids: brokerIds(brokerList), topics: names(topicList), options }
    return reporting('', io, () => withAdmin(connect, io, (admin) => describeDirectories(admin, wish, io)))
  })
}

function names(list: string | undefined): string[] {
  return (list ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]))
}

function brokerIds(list: string | undefined): number[] {
  return names(list).map((id) => {
    if (!/^\d{1,10}$/.test(id)) throw new UsageError(`--broker-list ${list}: "${id}" is not a broker id`)
    return Number(id)
  })
}

interface Wish {
  /** Empty: all brokers. */
  readonly ids: readonly number[]
  /** Empty: all topics. */
  readonly topics: readonly string[]
  readonly options: Options
}

async function describeDirectories(admin: Admin, { ids, topics, options }: Wish, io: Io): Promise<number> {
  const { brokers } = await admin.describeCluster()
  const present = brokers.map(({ id }) => id).sort((a, b) => a - b)
  const asked = ids.length === 0 ? present : [...new Set(ids)].sort((a, b) => a - b)
  const missing = asked.filter((id) => !present.includes(id))
  if (missing.length > 0) {
    throw new ToolError(
      `ERROR: The given brokers do not exist from --broker-list: ${missing.join(',')}. Current existent brokers: ${present.join(',')}`,
    )
  }
  const isText = outputFormat(options, io) === 'text'
  if (isText) io.out.line('Querying brokers for log directories information')
  const answers = await admin.describeLogDirs(asked)
  const described = asked.map((broker): BrokerDirectories => {
    const directories = unwrap(answers.get(broker)!)
    return { broker, directories: directories.map((directory) => onlyTopics(directory, topics)) }
  })
  if (isText) io.out.line(`Received log directory information from brokers ${asked.join(',')}`)
  await print(described, options, io)
  return 0
}

function onlyTopics(directory: LogDirectory, topics: readonly string[]): LogDirectory {
  if (topics.length === 0) return directory
  return { ...directory, replicas: directory.replicas.filter(({ topic }: ReplicaSize) => topics.includes(topic)) }
}

async function print(described: readonly BrokerDirectories[], options: Options, io: Io): Promise<void> {
  const format = outputFormat(options, io)
  if (format === 'json') printJson(io, directoriesJson(described))
  else if (format === 'text') io.out.line(JSON.stringify(kafkaJson(described)))
  else io.out.line(await (await import('./table.ts')).directoriesTable(described))
}
