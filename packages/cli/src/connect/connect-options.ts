import { Admin, CLIENT_TABLE, ClientConfigError, type ClientOptions, optionsOfProperties } from '@ottla/client'
import { DiskError, parseProperties, type Runtime } from '@ottla/runtime'
import type { Command } from 'commander'
import type { Io } from '../tool/io.ts'
import { refuseTogether, requireOptions } from '../tool/usage.ts'
import { bootstrapFromControllers, ControllerAddressError } from './zookeeper.ts'

/** How a tool is told where the cluster is. */
export interface ConnectOptions {
  readonly bootstrapServer?: string
  /** Older name of the same in some of Kafka's tools. */
  readonly brokerList?: string
  /** A controller's address, as tools of Kafka before 3.0 were given ZooKeeper's. */
  readonly zookeeper?: string
  /** A properties file with client configuration. */
  readonly commandConfig?: string
}

const CLIENT_KEYS = CLIENT_TABLE.keys.map(({ name }) => name).join(', ')

export function addConnectOptions(command: Command): Command {
  return command
    .option('--bootstrap-server <servers>', 'brokers to connect to: host:port, several separated by commas')
    .option('--broker-list <servers>', 'older name of --bootstrap-server')
    .option(
      '--zookeeper <controllers>',
      'instead of brokers, controllers to ask for them: host:port,host:port[/chroot]',
    )
    .option('--command-config <file>', `properties file with client configuration (${CLIENT_KEYS})`)
}

/** Says on the command line's level whether exactly one way to the cluster is given. */
export function checkConnectOptions(options: ConnectOptions): void {
  refuseTogether(options, 'zookeeper', ['bootstrap-server', 'broker-list'])
  refuseTogether(options, 'bootstrap-server', ['broker-list'])
  if (options.zookeeper === undefined && options.brokerList === undefined) requireOptions(options, 'bootstrap-server')
}

/** The cluster cannot be reached by what the options name; the message says why. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError'
}

/** Runs `body` with an Admin for the cluster that the options name, and closes it. Throws a `ConnectError`. */
export async function withAdmin(options: ConnectOptions, io: Io, body: (admin: Admin) => Promise<void>): Promise<void> {
  const admin = await connectAdmin(options, io)
  try {
    await body(admin)
  } finally {
    admin.close()
  }
}

async function connectAdmin(options: ConnectOptions, io: Io): Promise<Admin> {
  const runtime = await io.runtime()
  try {
    const configured = options.commandConfig === undefined ? {} : readCommandConfig(options.commandConfig, runtime, io)
    return new Admin(runtime, { ...configured, bootstrapServers: await bootstrapServers(options, runtime) })
  } catch (error) {
    if (error instanceof ClientConfigError || error instanceof ControllerAddressError)
      throw new ConnectError(error.message)
    throw error
  }
}

async function bootstrapServers(options: ConnectOptions, runtime: Runtime): Promise<string> {
  if (options.zookeeper !== undefined) return bootstrapFromControllers(runtime, options.zookeeper)
  return (options.bootstrapServer ?? options.brokerList)!
}

function readCommandConfig(path: string, { disk }: Runtime, io: Io): Partial<ClientOptions> {
  let text: string
  try {
    text = new TextDecoder().decode(disk.readFile(path))
  } catch (error) {
    if (error instanceof DiskError) throw new ConnectError(`--command-config ${path}: ${error.message}`)
    throw error
  }
  const properties = parseProperties(text)
  const protocol = properties.get('security.protocol')
  if (protocol !== undefined && protocol.trim() !== 'PLAINTEXT') {
    throw new ConnectError(
      `--command-config ${path}: security.protocol=${protocol}: these tools connect with PLAINTEXT only`,
    )
  }
  const { options, unknown } = optionsOfProperties(properties)
  for (const key of unknown) if (key !== 'security.protocol') io.err.line(unusedKey(path, key))
  return options
}

function unusedKey(path: string, key: string): string {
  const meant = CLIENT_TABLE.closest(key)
  return `${path}: ${key} has no effect here${meant === undefined ? '' : ` (did you mean ${meant}?)`}`
}
