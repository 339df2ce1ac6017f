import type { Command } from 'commander'
import { addServerOptions, type ConnectOptions, checkConnectOptions } from '../connect/connect-options.ts'
import { collect, integer, toolCommand, UsageError } from '../tool/usage.ts'

export const NAME = 'kafka-console-consumer'

export interface ConsoleOptions extends ConnectOptions {
  readonly topic?: string
  readonly include?: string
  readonly partition?: number
  readonly offset?: string
  readonly fromBeginning?: true
  readonly maxMessages?: number
  readonly timeoutMs?: number
  readonly formatter?: string
  readonly formatterProperty?: readonly string[]
  readonly property?: readonly string[]
  readonly formatterConfig?: string
  readonly keyDeserializer?: string
  readonly valueDeserializer?: string
  readonly commandProperty?: readonly string[]
  readonly consumerProperty?: readonly string[]
  readonly 'consumer.config'?: string
  readonly isolationLevel?: string
  readonly skipMessageOnError?: true
  readonly enableSystestEvents?: true
  readonly group?: string
}

export function command(): Command {
  const tool = toolCommand(
    NAME,
    'Prints the records of topics as they come.',
    '--bootstrap-server localhost:9092 --topic hello --from-beginning',
  )
  return addOutputOptions(addSourceOptions(addServerOptions(tool)))
    .option('--command-property <key=value>', 'a configuration of the consumer; wins over --command-config', collect)
    .option('--consumer-property <key=value>', 'older name of --command-property', collect)
    .option('--consumer.config <file>', 'older name of --command-config')
    .option('--isolation-level <level>', 'read_committed leaves out records of open and aborted transactions')
    .option('--enable-systest-events', 'say when the consumer has ended')
}

function addSourceOptions(tool: Command): Command {
  return tool
    .option('--topic <topic>', 'the topic to read; all of its partitions without --partition')
    .option('--include <regex>', 'all topics whose whole name matches, instead of --topic')
    .option(
      '--partition <number>',
      'the partition to read, from its end unless --offset says otherwise',
      integer('partition'),
    )
    .option('--offset <offset>', 'where to begin in --partition: earliest, latest, or an offset')
    .option('--from-beginning', 'begin with the oldest records instead of the next ones')
    .option('--max-messages <number>', 'end after so many records', integer('max-messages'))
    .option('--timeout-ms <milliseconds>', 'end when there was no record for so long', milliseconds)
    .option('--group <id>', 'the group to read in; without one a group of its own, console-consumer-N')
}

function addOutputOptions(tool: Command): Command {
  return tool
    .option(
      '--formatter <class>',
      'how records are shown: DefaultMessageFormatter, LoggingMessageFormatter, NoOpMessageFormatter; and those of Kafka’s own topics,' +
        ' as JSON: OffsetsMessageFormatter, GroupMetadataMessageFormatter, TransactionLogMessageFormatter,' +
        ' ShareGroupMessageFormatter, ShareGroupStateMessageFormatter',
    )
    .option(
      '--formatter-property <key=value>',
      'print.timestamp, print.partition, print.offset, print.delivery, print.epoch, print.headers, print.key (false),' +
        ' print.value (true), key.separator, line.separator, headers.separator, null.literal, key.deserializer,' +
        ' value.deserializer, headers.deserializer; may be repeated',
      collect,
    )
    .option('--property <key=value>', 'older name of --formatter-property', collect)
    .option('--formatter-config <file>', 'properties file for the formatter; --formatter-property wins over it')
    .option('--key-deserializer <class>', 'the same as key.deserializer of the formatter')
    .option('--value-deserializer <class>', 'the same as value.deserializer of the formatter')
    .option('--skip-message-on-error', 'go on behind a record that cannot be shown, instead of ending')
}

/** Where to begin. */
export type Start = 'earliest' | 'latest' | number

const OLD_NAMES = [
  { older: 'property', newer: 'formatterProperty' },
  { older: 'consumerProperty', newer: 'commandProperty' },
  { older: 'consumer.config', newer: 'commandConfig' },
] as const

/** What Kafka's tool says, on stdout, about options that have another name by now. */
export function deprecations(options: ConsoleOptions): string[] {
  return OLD_NAMES.filter(({ older }) => options[older] !== undefined).map(
    ({ older, newer }) =>
      `Option --${optionText(older)} is deprecated and will be removed in a future version. Use --${optionText(newer)} instead.`,
  )
}

/** What belongs together and what does not. */
export function checkOptions(options: ConsoleOptions): void {
  checkConnectOptions(options)
  if ((options.topic === undefined) === (options.include === undefined)) {
    throw new UsageError('Exactly one of the following arguments is required: [topic], [include]')
  }
  if (options.partition !== undefined && options.topic === undefined) {
    throw new UsageError('The topic is required when partition is specified.')
  }
  if (options.offset !== undefined && options.partition === undefined) {
    throw new UsageError('The partition is required when offset is specified.')
  }
  if (options.offset !== undefined && options.fromBeginning) {
    throw new UsageError('Options from-beginning and offset cannot be specified together.')
  }
  if (options.group !== undefined && options.partition !== undefined) {
    throw new UsageError('Options group and partition cannot be specified together.')
  }
  for (const { older, newer } of OLD_NAMES) {
    if (options[older] !== undefined && options[newer] !== undefined) {
      throw new UsageError(`Options --${optionText(older)} and --${optionText(newer)} cannot be specified together.`)
    }
  }
}

/** Where `--offset` and `--from-beginning` let reading begin. */
export function startOf({ offset, fromBeginning }: ConsoleOptions): Start {
  if (offset === undefined) return fromBeginning ? 'earliest' : 'latest'
  const lower = offset.trim().toLowerCase()
  if (lower === 'earliest' || lower === 'latest') return lower
  const number = Number(offset)
  if (/^\d+$/.test(offset) && Number.isSafeInteger(number)) return number
  throw new UsageError(
    `The provided offset value '${offset}' is incorrect. Valid values are 'earliest', 'latest', or a non-negative long.`,
  )
}

function optionText(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

function milliseconds(text: string): number {
  if (/^-?\d+$/.test(text)) return Number(text)
  throw new UsageError(`Cannot parse argument '${text}' of option timeout-ms: a number of milliseconds is expected`)
}
