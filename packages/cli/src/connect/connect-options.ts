import {
  Admin,
  CLIENT_TABLE,
  ClientConfigError,
  ClientError,
  type ClientOptions,
  optionsOfProperties,
} from '@ottla/client'
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
  /** How long to look for the first broker, where the tool has an option for it: milliseconds. */
  readonly reachTimeoutMs?: number
}

/**
 * How long a tool looks for its first broker, and waits at each address, unless --command-config says otherwise: less than a
 * program would, since a person waits, and an address that is wrong stays wrong.
 */
const REACH_TIMEOUT_MS = 20_000
const SETUP_TIMEOUT_MS = 5_000

const REACH_HINT =
  'Is a broker running there? --bootstrap-server takes the host:port of its listener, default.api.timeout.ms in' +
  ' --command-config how long to try.'

const CLIENT_KEYS = CLIENT_TABLE.keys.map(({ name }) => name).join(', ')

export function addConnectOptions(command: Command): Command {
  return addServerOptions(command).option('--broker-list <servers>', 'older name of --bootstrap-server')
}

/** The same for tools that have, or had, no `--broker-list`, or mean something else by it. */
export function addServerOptions(command: Command): Command {
  return command
    .option('--bootstrap-server <servers>', 'brokers to connect to: host:port, several separated by commas')
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

/** Runs `body` with an Admin that is connected to the cluster which the options name, and closes it. Throws a `ConnectError`. */
export async function withAdmin<T>(options: ConnectOptions, io: Io, body: (admin: Admin) => Promise<T>): Promise<T> {
  const { admin, reachTimeoutMs } = await createAdmin(options, io)
  try {
    await reach(admin, reachTimeoutMs, io)
    return await body(admin)
  } finally {
    admin.close()
  }
}

async function reach(admin: Admin, timeoutMs: number, io: Io): Promise<void> {
  try {
    await admin.connect({ timeoutMs })
  } catch (error) {
    if (error instanceof ClientError && error.retriable) io.err.line(REACH_HINT)
    throw error
  }
}

async function createAdmin(options: ConnectOptions, io: Io): Promise<{ admin: Admin; reachTimeoutMs: number }> {
  const runtime = await io.runtime()
  try {
    const clientOptions = await clientOptionsOf(options, io)
    const admin = new Admin(runtime, clientOptions)
    const timeoutMs = clientOptions.defaultApiTimeoutMs ?? REACH_TIMEOUT_MS
    return { admin, reachTimeoutMs: Math.min(timeoutMs, options.reachTimeoutMs ?? timeoutMs) }
  } catch (error) {
    if (error instanceof ClientConfigError || error instanceof ControllerAddressError)
      throw new ConnectError(error.message)
    throw error
  }
}

/** What a client of this package is told. Throws a `ConnectError` or a `ControllerAddressError`. */
export async function clientOptionsOf(options: ConnectOptions, io: Io): Promise<ClientOptions> {
  const runtime = await io.runtime()
  const configured = options.commandConfig === undefined ? {} : readCommandConfig(options.commandConfig, runtime, io)
  return {
    socketConnectionSetupTimeoutMs: SETUP_TIMEOUT_MS,
    ...configured,
    bootstrapServers: await bootstrapServers(options, runtime),
  }
}

/** The brokers' addresses, asked of the controllers where those are named. Throws a `ControllerAddressError`. */
export async function bootstrapServers(options: ConnectOptions, runtime: Runtime): Promise<string> {
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
