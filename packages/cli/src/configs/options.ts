import { type Command, Option } from 'commander'
import { addServerOptions, type ConnectOptions, checkConnectOptions } from '../connect/connect-options.ts'
import { addOutputOption, type OutputOptions } from '../tool/output.ts'
import { collect, refuseTogether, toolCommand, UsageError } from '../tool/usage.ts'

export const NAME = 'kafka-configs'

export interface ConfigsOptions extends ConnectOptions, OutputOptions {
  readonly describe?: true
  readonly alter?: true
  readonly entityType?: readonly string[]
  readonly entityName?: readonly string[]
  readonly entityDefault?: true
  readonly topic?: string
  readonly broker?: string
  readonly brokerDefaults?: true
  readonly brokerLogger?: string
  readonly group?: string
  readonly all?: true
  readonly addConfig?: string
  readonly addConfigFile?: string
  readonly deleteConfig?: string
}

export type Action = 'describe' | 'alter'

const DESCRIPTION = 'Shows and changes the configuration of topics, brokers and groups while they run.'
const EXAMPLE = '--bootstrap-server localhost:9092 --alter --topic hello --add-config retention.ms=86400000'

export function command(): Command {
  const command = addServerOptions(toolCommand(NAME, DESCRIPTION, EXAMPLE))
    .option('--describe', 'show the configuration that was set; with --all, the defaults too')
    .option('--alter', 'change it')
    .option('--topic <topic>', 'the topic')
    .option('--broker <id>', 'the broker')
    .option('--broker-defaults', 'what holds for all brokers')
    .option('--broker-logger <id>', 'the log levels of this broker')
    .option('--group <id>', 'the consumer group')
    .option('--entity-type <type>', 'topics, brokers, broker-loggers or groups: the longer form of these five', collect)
    .option('--entity-name <name>', 'topic, group or id of the broker; describe: all of them without it', collect)
    .option('--entity-default', 'with --entity-type brokers: what holds for all brokers')
    .option('--all', 'describe: every key, whoever set its value')
    .option('--add-config <pairs>', 'alter: k1=v1,k2=[v1,v2]: square brackets around a value with commas')
    .option('--add-config-file <file>', 'alter: a properties file with the keys and values to set')
    .option('--delete-config <keys>', 'alter: keys to take back, separated by commas')
  for (const { flags } of NOT_SERVED) command.addOption(new Option(flags).hideHelp())
  return addOutputOption(command)
}

/** Short forms of Apache's tool for what this one does not serve: known, so that they can be refused by name. */
const NOT_SERVED = [
  { key: 'user', flags: '--user <name>', plural: 'users' },
  { key: 'userDefaults', flags: '--user-defaults', plural: 'users' },
  { key: 'client', flags: '--client <id>', plural: 'clients' },
  { key: 'clientDefaults', flags: '--client-defaults', plural: 'clients' },
  { key: 'ip', flags: '--ip <address>', plural: 'ips' },
  { key: 'ipDefaults', flags: '--ip-defaults', plural: 'ips' },
  { key: 'clientMetrics', flags: '--client-metrics <name>', plural: 'client-metrics' },
] as const

/** The kind of entity behind a short form that is not served. */
export function refusedShortForm(options: ConfigsOptions): string | undefined {
  const given: Readonly<Partial<Record<string, unknown>>> = { ...options }
  return NOT_SERVED.find(({ key }) => given[key] !== undefined)?.plural
}

/** Checks what belongs together and what does not; returns the one action asked for. */
export function checkOptions(options: ConfigsOptions): Action {
  if ((options.describe === true) === (options.alter === true))
    throw new UsageError('Command must include exactly one action: --describe, --alter')
  checkConnectOptions(options)
  if (options.describe) {
    for (const name of ['add-config', 'add-config-file', 'delete-config']) refuseTogether(options, 'describe', [name])
    return 'describe'
  }
  refuseTogether(options, 'alter', ['output'])
  const { addConfig, addConfigFile, deleteConfig } = options
  if (addConfig !== undefined && addConfigFile !== undefined)
    throw new UsageError('Only one of --add-config or --add-config-file must be specified')
  if (addConfig === undefined && addConfigFile === undefined && deleteConfig === undefined)
    throw new UsageError(
      'At least one of --add-config, --add-config-file, or --delete-config must be specified with --alter',
    )
  return 'alter'
}
