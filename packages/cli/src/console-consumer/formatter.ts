import { type ConsumedRecord, type Deserializer, deserializerOfClass } from '@ottla/client'
import { closest } from '@ottla/runtime'
import { UsageError } from '../tool/usage.ts'
import type { ByteBuffer } from './byte-buffer.ts'
import { coordinatorFormatter } from './coordinator-formatter.ts'

/** Writes one record as the console shows it. Throws what a deserializer throws. */
export type Formatter = (record: ConsumedRecord, output: ByteBuffer) => void

type Column = (record: ConsumedRecord, output: ByteBuffer) => void

const PACKAGE = 'org.apache.kafka.tools.consumer.'

/**
 * Kafka's formatters by their class names. That of LoggingMessageFormatter also logs each record at a level which its tools do not
 * show, so it prints what the default one prints.
 */
const FORMATTERS: Readonly<Record<string, (properties: ReadonlyMap<string, string>) => Formatter>> = {
  DefaultMessageFormatter: defaultFormatter,
  LoggingMessageFormatter: defaultFormatter,
  NoOpMessageFormatter: () => () => {},
  OffsetsMessageFormatter: () => coordinatorFormatter('offsets'),
  GroupMetadataMessageFormatter: () => coordinatorFormatter('groups'),
  TransactionLogMessageFormatter: () => coordinatorFormatter('transactions'),
  ShareGroupMessageFormatter: () => coordinatorFormatter('share groups'),
  ShareGroupStateMessageFormatter: () => coordinatorFormatter('share states'),
}

/** Other places in which Kafka has, or had, some of them. */
const OTHER_PACKAGES =
  /^(?:kafka\.tools\.|kafka\.coordinator\.group\.GroupMetadataManager\$|kafka\.coordinator\.transaction\.TransactionLog\$|org\.apache\.kafka\.tools\.consumer\.group\.share\.)/

const DESERIALIZERS = ['key.deserializer', 'value.deserializer', 'headers.deserializer']
const PROPERTIES: readonly string[] = [
  ...['timestamp', 'partition', 'offset', 'delivery', 'epoch', 'headers', 'key', 'value'].map(
    (what) => `print.${what}`,
  ),
  ...['key.separator', 'line.separator', 'headers.separator', 'null.literal'],
  ...DESERIALIZERS,
]

/** The properties that formatters understand. Behind the name of a deserializer may stand one of its own. */
export const FORMATTER_PROPERTIES = {
  has: (name: string) => PROPERTIES.includes(name) || DESERIALIZERS.some((of) => name.startsWith(`${of}.`)),
  closest: (name: string) => closest(name, PROPERTIES),
}

export function formatterOfClass(name: string, properties: ReadonlyMap<string, string>): Formatter {
  const simple = name.replace(OTHER_PACKAGES, '').replace(PACKAGE, '')
  if (Object.hasOwn(FORMATTERS, simple)) return FORMATTERS[simple]!(properties)
  const known = Object.keys(FORMATTERS).map((known) => PACKAGE + known)
  throw new UsageError(`${name}: no such formatter; known are ${known.join(', ')}`)
}

/** Columns in Kafka's order, each only when its `print.…` property says so. */
function defaultFormatter(properties: ReadonlyMap<string, string>): Formatter {
  const wanted = (name: string, byDefault = false) =>
    (properties.get(name)?.trim().toLowerCase() ?? String(byDefault)) === 'true'
  const text = (name: string, byDefault: string) => properties.get(name) ?? byDefault
  const columns: Column[] = []
  if (wanted('print.timestamp')) columns.push(printTimestamp)
  if (wanted('print.partition')) columns.push(({ partition }, output) => output.add(`Partition:${partition}`))
  if (wanted('print.offset')) columns.push(({ offset }, output) => output.add(`Offset:${offset}`))
  // Deliveries are counted for share groups, and the tool does not hand the epoch to its formatter.
  if (wanted('print.delivery')) columns.push((_, output) => output.add('Delivery:NOT_PRESENT'))
  if (wanted('print.epoch')) columns.push((_, output) => output.add('Epoch:NOT_PRESENT'))
  const nullLiteral = text('null.literal', 'null')
  if (wanted('print.headers')) columns.push(headersColumn(properties, nullLiteral))
  if (wanted('print.key')) columns.push(dataColumn('key', properties, nullLiteral))
  if (wanted('print.value', true)) columns.push(dataColumn('value', properties, nullLiteral))
  return joined(columns, text('key.separator', '\t'), text('line.separator', '\n'))
}

function joined(columns: readonly Column[], separator: string, end: string): Formatter {
  return (record, output) => {
    const begin = output.size
    try {
      for (let index = 0; index < columns.length; index++) {
        if (index > 0) output.add(separator)
        columns[index]!(record, output)
      }
      if (columns.length > 0) output.add(end)
    } catch (error) {
      output.truncate(begin)
      throw error
    }
  }
}

function printTimestamp({ timestamp, timestampType }: ConsumedRecord, output: ByteBuffer): void {
  output.add(timestamp === -1 ? 'NO_TIMESTAMP' : `${timestampType}:${timestamp}`)
}

function headersColumn(properties: ReadonlyMap<string, string>, nullLiteral: string): Column {
  const separator = properties.get('headers.separator') ?? ','
  const deserialize = deserializerOf('headers', properties)
  return ({ topic, headers }, output) => {
    if (headers.length === 0) output.add('NO_HEADERS')
    headers.forEach(({ key, value }, index) => {
      if (index > 0) output.add(separator)
      output.add(`${key}:`)
      output.add(shown(value ?? nullLiteral, deserialize, { topic, headers }))
    })
  }
}

function dataColumn(part: 'key' | 'value', properties: ReadonlyMap<string, string>, nullLiteral: string): Column {
  const deserialize = deserializerOf(part, properties)
  return (record, output) => {
    output.add(shown(record[part] ?? nullLiteral, deserialize, record))
  }
}

/** The bytes themselves without a deserializer. With one even the null literal goes through it, as in Kafka's tool. */
function shown(
  data: Uint8Array | string,
  deserialize: Deserializer<unknown> | undefined,
  context: Parameters<Deserializer<unknown>>[1],
): Uint8Array | string {
  if (deserialize === undefined) return data
  const value = deserialize(typeof data === 'string' ? new TextEncoder().encode(data) : data, context)
  return value instanceof Uint8Array ? value : String(value)
}

function deserializerOf(
  what: 'key' | 'value' | 'headers',
  properties: ReadonlyMap<string, string>,
): Deserializer<unknown> | undefined {
  const name = properties.get(`${what}.deserializer`)?.trim()
  if (name === undefined || name === '') return undefined
  const deserializer = deserializerOfClass(name)
  if (deserializer !== undefined) return deserializer
  throw new UsageError(`${what}.deserializer=${name}: not one of Kafka's own deserializers, which are known here`)
}
