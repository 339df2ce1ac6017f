/** What options, properties and files say about the consumer and the formatter. */
import { ClientConfigError, CONSUMER_TABLE, type ConsumerOptions, consumerOptionsOfProperties } from '@ottla/client'
import type { Runtime } from '@ottla/runtime'
import { bootstrapServers, ConnectError } from '../connect/connect-options.ts'
import { ControllerAddressError } from '../connect/zookeeper.ts'
import type { Io } from '../tool/io.ts'
import { keyValues, noEffect, readProperties, requirePlaintext } from '../tool/properties.ts'
import { UsageError } from '../tool/usage.ts'
import { FORMATTER_PROPERTIES, type Formatter, formatterOfClass } from './formatter.ts'
import { groupOptions } from './group.ts'
import type { ConsoleOptions } from './options.ts'

const DEFAULT_FORMATTER = 'org.apache.kafka.tools.consumer.DefaultMessageFormatter'
const CLIENT_ID = 'console-consumer'

/** Checked by the tool. */
const IGNORED_KEYS: ReadonlySet<string> = new Set(['security.protocol'])

/** The formatter that the options describe; one line for each property that has no effect. */
export function formatterOf(options: ConsoleOptions, runtime: Runtime, io: Io): Formatter {
  const properties = readProperties('--formatter-config', options.formatterConfig, runtime)
  for (const [key, value] of keyValues(options.formatterProperty ?? options.property)) properties.set(key, value)
  for (const key of properties.keys()) {
    if (!FORMATTER_PROPERTIES.has(key)) io.err.line(`--formatter-property: ${noEffect(key, FORMATTER_PROPERTIES)}`)
  }
  if (options.keyDeserializer !== undefined) properties.set('key.deserializer', options.keyDeserializer)
  if (options.valueDeserializer !== undefined) properties.set('value.deserializer', options.valueDeserializer)
  return formatterOfClass(options.formatter ?? DEFAULT_FORMATTER, properties)
}

/** The consumer's options. Throws a `UsageError` or a `ConnectError` for what cannot be used. */
export async function consumerOptionsOf(options: ConsoleOptions, runtime: Runtime, io: Io): Promise<ConsumerOptions> {
  const { name, path } = configFile(options)
  const properties = readProperties(name, path, runtime)
  const given = keyValues(options.commandProperty ?? options.consumerProperty)
  const names = { option: options.group, given: given.get('group.id'), inFile: properties.get('group.id') }
  const group = groupOptions(names, options, runtime.random)
  for (const [key, value] of given) properties.set(key, value)
  checkProperties(options, properties)
  // A partition that was asked for is read without a group; a file may be shared with consumers that have one.
  if (options.partition !== undefined) properties.delete('enable.auto.commit')
  if (options.isolationLevel !== undefined) properties.set('isolation.level', options.isolationLevel)
  try {
    const {
      keyDeserializer: _,
      valueDeserializer: __,
      ...configured
    } = consumerProperties(properties, given, { path, io })
    return {
      clientId: CLIENT_ID,
      ...group,
      autoOffsetReset: options.fromBeginning ? 'earliest' : 'latest',
      ...configured,
      bootstrapServers: await bootstrapServers(options, runtime),
    }
  } catch (error) {
    if (error instanceof ClientConfigError || error instanceof ControllerAddressError)
      throw new ConnectError(error.message)
    throw error
  }
}

/** Options of the table; one line for each key that has no effect. */
function consumerProperties(
  properties: ReadonlyMap<string, string>,
  given: ReadonlyMap<string, string>,
  { path, io }: { readonly path: string | undefined; readonly io: Io },
): Partial<ConsumerOptions> {
  const { options, unknown } = consumerOptionsOfProperties(properties)
  for (const key of unknown) {
    if (IGNORED_KEYS.has(key)) continue
    io.err.line(`${given.has(key) ? '--command-property' : path}: ${noEffect(key, CONSUMER_TABLE)}`)
  }
  return options as Partial<ConsumerOptions>
}

function checkProperties(options: ConsoleOptions, properties: ReadonlyMap<string, string>): void {
  requirePlaintext(properties)
  const reset = properties.get('auto.offset.reset')?.trim()
  if (options.fromBeginning && reset !== undefined && reset !== 'earliest') {
    throw new UsageError(
      `Can't simultaneously specify --from-beginning and 'auto.offset.reset=${reset}', please remove one option`,
    )
  }
}

function configFile(options: ConsoleOptions): { readonly name: string; readonly path: string | undefined } {
  const older = options['consumer.config']
  if (older !== undefined) return { name: '--consumer.config', path: older }
  return { name: '--command-config', path: options.commandConfig }
}
