/** What options, properties and files say about the producer and the reader of lines. */
import {
  ClientConfigError,
  PRODUCER_TABLE,
  type ProducerOptions,
  producerOptionsOfProperties,
  SERIALIZERS,
} from '@ottla/client'
import type { Runtime } from '@ottla/runtime'
import { bootstrapServers, ConnectError } from '../connect/connect-options.ts'
import { ControllerAddressError } from '../connect/zookeeper.ts'
import type { Io } from '../tool/io.ts'
import { keyValues, noEffect, readProperties, requirePlaintext } from '../tool/properties.ts'
import { UsageError } from '../tool/usage.ts'
import { type LineReader, lineReader, READER_PROPERTIES } from './line-reader.ts'
import type { ProducerToolOptions } from './options.ts'

type Bytes = Uint8Array | null

/** A configuration that an option of the tool sets, and what it is when neither option nor property says anything. */
interface Setting {
  readonly key: string
  readonly value: (options: ProducerToolOptions) => string | number | undefined
  readonly otherwise: string
}

const SETTINGS: readonly Setting[] = [
  { key: 'linger.ms', value: ({ timeout }) => timeout, otherwise: '1000' },
  { key: 'acks', value: ({ requestRequiredAcks }) => requestRequiredAcks, otherwise: '-1' },
  { key: 'request.timeout.ms', value: ({ requestTimeoutMs }) => requestTimeoutMs, otherwise: '1500' },
  { key: 'retries', value: ({ messageSendMaxRetries }) => messageSendMaxRetries, otherwise: '3' },
  { key: 'retry.backoff.ms', value: ({ retryBackoffMs }) => retryBackoffMs, otherwise: '100' },
  { key: 'buffer.memory', value: ({ maxMemoryBytes }) => maxMemoryBytes, otherwise: '33554432' },
  { key: 'metadata.max.age.ms', value: ({ metadataExpiryMs }) => metadataExpiryMs, otherwise: '300000' },
  { key: 'max.block.ms', value: ({ maxBlockMs }) => maxBlockMs, otherwise: '60000' },
  {
    key: 'batch.size',
    value: ({ maxPartitionMemoryBytes, batchSize }) => maxPartitionMemoryBytes ?? batchSize,
    otherwise: '16384',
  },
]

const OTHERWISE: ReadonlyMap<string, string> = new Map(SETTINGS.map(({ key, otherwise }) => [key, otherwise]))

const CLIENT_ID = 'console-producer'
const LINE_READERS = [
  'org.apache.kafka.tools.LineMessageReader',
  'kafka.tools.ConsoleProducer$LineMessageReader',
  'LineMessageReader',
]

/** Decided by the tool, or by the system. */
const IGNORED_KEYS: ReadonlySet<string> = new Set(['security.protocol', 'send.buffer.bytes'])

/** How lines are read. Throws a `UsageError` or a `LineReaderError`. */
export function readerOf(options: ProducerToolOptions, runtime: Runtime, io: Io): LineReader {
  const { lineReader: name = LINE_READERS[0]!, readerConfig } = options
  if (!LINE_READERS.includes(name)) throw new UsageError(`--line-reader ${name}: only ${LINE_READERS[0]} is there`)
  const properties = readProperties('--reader-config', readerConfig, runtime)
  for (const [key, value] of keyValues(options.readerProperty ?? options.property)) properties.set(key, value)
  for (const key of properties.keys()) {
    if (!READER_PROPERTIES.includes(key)) io.err.line(`--reader-property: ${key} has no effect here`)
  }
  return lineReader(properties)
}

/** The producer's options. Throws a `UsageError` or a `ConnectError` for what cannot be used. */
export async function producerOptionsOf(
  options: ProducerToolOptions,
  runtime: Runtime,
  io: Io,
): Promise<ProducerOptions<Bytes, Bytes>> {
  const properties = givenProperties(options, runtime)
  try {
    const { options: configured, unknown, notices } = producerOptionsOfProperties(properties)
    for (const notice of notices) io.err.line(notice)
    for (const key of unknown) if (!IGNORED_KEYS.has(key)) io.err.line(noEffect(key, PRODUCER_TABLE))
    return {
      clientId: CLIENT_ID,
      ...(producerOptionsOfProperties(OTHERWISE).options as Partial<ProducerOptions<Bytes, Bytes>>),
      ...(configured as Partial<ProducerOptions<Bytes, Bytes>>),
      keySerializer: SERIALIZERS.bytes,
      valueSerializer: SERIALIZERS.bytes,
      bootstrapServers: await bootstrapServers(options, runtime),
    }
  } catch (error) {
    if (error instanceof ClientConfigError || error instanceof ControllerAddressError)
      throw new ConnectError(error.message)
    throw error
  }
}

/** In Kafka's order: an option that is given, then --command-property, then the file. */
function givenProperties(options: ProducerToolOptions, runtime: Runtime): Map<string, string> {
  const older = options['producer.config']
  const file = older ?? options.commandConfig
  const option = older === undefined ? '--command-config' : '--producer.config'
  const properties = readProperties(option, file, runtime)
  const given = keyValues(options.commandProperty ?? options.producerProperty)
  for (const [key, value] of given) properties.set(key, value)
  requirePlaintext(properties)
  // The tool reads lines as bytes, whatever its file says about other programs.
  properties.delete('key.serializer')
  properties.delete('value.serializer')
  addSettings(properties, options)
  return properties
}

function addSettings(properties: Map<string, string>, options: ProducerToolOptions): void {
  const { compressionCodec } = options
  if (compressionCodec !== undefined) {
    properties.set('compression.type', compressionCodec === true || compressionCodec === '' ? 'gzip' : compressionCodec)
  }
  for (const { key, value } of SETTINGS) {
    const said = value(options)
    if (said !== undefined) properties.set(key, String(said))
  }
}
