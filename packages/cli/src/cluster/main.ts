import { type Admin, ClientError } from '@ottla/client'
import { Argument, type Command } from 'commander'
import { type ConnectOptions, checkConnectOptions, withAdmin } from '../connect/connect-options.ts'
import { reporting } from '../tool/failure.ts'
import type { Io } from '../tool/io.ts'
import { addOutputOption, type OutputOptions, outputFormat, printJson, tableText } from '../tool/output.ts'
import { guarded, integer, parseArguments, requireOptions, toolCommand, UsageError } from '../tool/usage.ts'
import { type Endpoint, endpointLines } from './endpoints.ts'

const NAME = 'kafka-cluster'

interface Options extends ConnectOptions, OutputOptions {
  readonly id?: number
  readonly includeFencedBrokers?: true
  readonly bootstrapController?: string
  /** Older name of --command-config. */
  readonly config?: string
}

type Action = 'cluster-id' | 'unregister' | 'list-endpoints'

const ACTIONS: Readonly<Record<Action, (admin: Admin, options: Options, io: Io) => Promise<number>>> = {
  'cluster-id': printClusterId,
  unregister,
  'list-endpoints': listEndpoints,
}

/** Options that only one action takes. */
const ONLY_WITH: Readonly<Record<string, Action>> = {
  id: 'unregister',
  includeFencedBrokers: 'list-endpoints',
  output: 'list-endpoints',
}

function command(): Command {
  const command = toolCommand(
    NAME,
    'Shows the id of the cluster or its brokers, or takes a dead broker out of it.',
    'list-endpoints --bootstrap-server localhost:9092',
  )
    .usage('ACTION [options]')
    .addArgument(new Argument('[action]', 'what to do').choices(Object.keys(ACTIONS)))
    .option('-b, --bootstrap-server <servers>', 'brokers to connect to: host:port, several separated by commas')
    .option(
      '--zookeeper <controllers>',
      'instead of brokers, controllers to ask for them: host:port,host:port[/chroot]',
    )
    .option('-C, --bootstrap-controller <servers>', 'not offered')
    .option('-c, --command-config <file>', 'properties file with client configuration')
    .option('--config <file>', 'older name of --command-config')
    .option('-i, --id <id>', 'unregister: the broker that is gone for good', integer('id'))
    .option('--include-fenced-brokers', 'list-endpoints: brokers that are registered but do not serve, too')
  return addOutputOption(command)
}

/** kafka-cluster, ClusterTool. */
export function main(args: readonly string[], io: Io): Promise<number> {
  return guarded(NAME, io, async () => {
    const parser = command()
    const options = parseArguments<Options>(parser, args, io)
    const action = parser.args[0] as Action | undefined
    if (action === undefined) throw new UsageError(`An action is missing: ${Object.keys(ACTIONS).join(', ')}`)
    const connect = checkOptions(action, options)
    return reporting('', io, () => withAdmin(connect, io, (admin) => ACTIONS[action](admin, options, io)))
  })
}

function checkOptions(action: Action, options: Options): ConnectOptions {
  if (options.bootstrapController !== undefined) {
    throw new UsageError(
      'Option "[bootstrap-controller]" is not offered: use --bootstrap-server, or --zookeeper host:port of a controller',
    )
  }
  for (const [name, only] of Object.entries(ONLY_WITH)) {
    if (only !== action && options[name as keyof Options] !== undefined)
      throw new UsageError(`${action} takes no --${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`)
  }
  if (options.config !== undefined && options.commandConfig !== undefined)
    throw new UsageError('Option "[config]" can\'t be used with option "[command-config]"')
  const commandConfig = options.commandConfig ?? options.config
  const connect = { ...options, ...(commandConfig !== undefined && { commandConfig }) }
  checkConnectOptions(connect)
  if (action === 'unregister') requireOptions(options, 'id')
  return connect
}

async function printClusterId(admin: Admin, _: Options, io: Io): Promise<number> {
  const { clusterId } = await admin.describeCluster()
  if (clusterId === null) io.out.line('No cluster ID found. The Kafka version is probably too old.')
  else io.out.line(`Cluster ID: ${clusterId}`)
  return 0
}

async function unregister(admin: Admin, { id }: Options, io: Io): Promise<number> {
  await admin.unregisterBroker(id!)
  io.out.line(`Broker ${id} is no longer registered.`)
  const left = await partitionsWith(admin, id!)
  if (left > 0)
    io.err.line(
      `Broker ${id} is still a replica of ${left} partition(s): move them to other brokers with kafka-reassign-partitions.`,
    )
  return 0
}

/** So many partitions have a replica on the broker; 0 where this client may not ask. */
async function partitionsWith(admin: Admin, brokerId: number): Promise<number> {
  try {
    const names = (await admin.listTopics()).map(({ name }) => name)
    const described = [...(await admin.describeTopics(names)).values()]
    const partitions = described.flatMap((outcome) => (outcome.ok ? outcome.value.partitions : []))
    return partitions.filter(({ replicas }) => replicas.includes(brokerId)).length
  } catch (error) {
    if (error instanceof ClientError) return 0
    throw error
  }
}

async function listEndpoints(admin: Admin, options: Options, io: Io): Promise<number> {
  const { brokers } = await admin.describeCluster({ includeFencedBrokers: options.includeFencedBrokers === true })
  const endpoints = [...brokers].sort((a, b) => a.id - b.id)
  const format = outputFormat(options, io)
  if (format === 'json') printJson(io, endpoints.map(endpointJson))
  else if (format === 'table') io.out.line(await endpointTable(endpoints))
  else for (const line of endpointLines(endpoints)) io.out.line(line)
  return 0
}

function endpointJson({ id, host, port, rack, isFenced }: Endpoint) {
  return { id, host, port, rack, state: isFenced ? 'fenced' : 'unfenced' }
}

function endpointTable(endpoints: readonly Endpoint[]): Promise<string> {
  const rows = endpoints.map(({ id, host, port, rack, isFenced }) => [
    String(id),
    host,
    String(port),
    rack ?? '',
    isFenced ? 'fenced' : 'unfenced',
  ])
  return tableText(['Id', 'Host', 'Port', 'Rack', 'State'], rows)
}
