import { Option } from 'commander'
import { addConnectOptions, type ConnectOptions, checkConnectOptions } from '../connect/connect-options.ts'
import { collect, integer, refuseTogether, requireOptions, toolCommand, UsageError } from '../tool/usage.ts'
import { READER_PROPERTIES } from './line-reader.ts'

export const NAME = 'kafka-console-producer'

export interface ProducerToolOptions extends ConnectOptions {
  readonly topic?: string
  readonly sync?: true
  /** `true` when the option is given without a codec. */
  readonly compressionCodec?: string | true
  readonly batchSize?: number
  readonly maxPartitionMemoryBytes?: number
  readonly maxMemoryBytes?: number
  readonly messageSendMaxRetries?: number
  readonly retryBackoffMs?: number
  readonly timeout?: number
  readonly requestRequiredAcks?: string
  readonly requestTimeoutMs?: number
  readonly metadataExpiryMs?: number
  readonly maxBlockMs?: number
  readonly socketBufferSize?: number
  readonly lineReader?: string
  readonly readerProperty?: readonly string[]
  readonly property?: readonly string[]
  readonly readerConfig?: string
  readonly commandProperty?: readonly string[]
  readonly producerProperty?: readonly string[]
  readonly 'producer.config'?: string
}

const DESCRIPTION = 'Writes each line that it reads to a topic, as a record.'
const EXAMPLE = '--bootstrap-server localhost:9092 --topic hello'

export function command() {
  const tool = addConnectOptions(toolCommand(NAME, DESCRIPTION, EXAMPLE))
    .option('--topic <topic>', 'the topic to write to')
    .option('--sync', 'wait for each record before the next line is read')
    .addOption(
      new Option('--compression-codec [codec]', 'none, gzip, snappy, lz4 or zstd; gzip when no codec is named'),
    )
    .option('--request-required-acks <acks>', 'who must have a record: all (the default, or -1), 1 (the leader), 0')
  return addReaderOptions(addLimitOptions(tool))
    .option('--command-property <key=value>', 'a configuration of the producer; wins over --command-config', collect)
    .option('--producer-property <key=value>', 'older name of --command-property', collect)
    .option('--producer.config <file>', 'older name of --command-config')
}

type Tool = ReturnType<typeof toolCommand>

function addLimitOptions(tool: Tool): Tool {
  return tool
    .option(
      '--timeout <milliseconds>',
      'how long a batch waits for more lines: linger.ms (1000)',
      wholeNumber('timeout'),
    )
    .option('--batch-size <bytes>', 'size of a batch: batch.size (16384)', integer('batch-size'))
    .option(
      '--max-partition-memory-bytes <bytes>',
      'older name of --batch-size, over which it wins',
      integer('max-partition-memory-bytes'),
    )
    .option(
      '--max-memory-bytes <bytes>',
      'memory for lines that are not written yet: buffer.memory (33554432)',
      wholeNumber('max-memory-bytes'),
    )
    .option('--message-send-max-retries <number>', 'retries (3)', integer('message-send-max-retries'))
    .option('--retry-backoff-ms <milliseconds>', 'retry.backoff.ms (100)', wholeNumber('retry-backoff-ms'))
    .option('--request-timeout-ms <milliseconds>', 'request.timeout.ms (1500)', integer('request-timeout-ms'))
    .option('--metadata-expiry-ms <milliseconds>', 'metadata.max.age.ms (300000)', wholeNumber('metadata-expiry-ms'))
    .option('--max-block-ms <milliseconds>', 'max.block.ms (60000)', wholeNumber('max-block-ms'))
    .option('--socket-buffer-size <bytes>', 'accepted; the system chooses', integer('socket-buffer-size'))
}

function addReaderOptions(tool: Tool): Tool {
  return tool
    .option('--line-reader <class>', 'how lines are read: LineMessageReader')
    .option(
      '--reader-property <key=value>',
      `what a line holds: ${READER_PROPERTIES.join(', ')}; may be repeated`,
      collect,
    )
    .option('--property <key=value>', 'older name of --reader-property', collect)
    .option('--reader-config <file>', 'properties file for the reader; --reader-property wins over it')
}

const OLD_NAMES = [
  { older: 'producerProperty', newer: 'commandProperty', until: 'a future version' },
  { older: 'producer.config', newer: 'commandConfig', until: 'a future version' },
  { older: 'property', newer: 'readerProperty', until: 'a future version' },
  { older: 'maxPartitionMemoryBytes', newer: 'batchSize', until: 'Apache Kafka 5.0' },
] as const

/** What Kafka's tool says, on stdout, about options that have another name by now. */
export function deprecations(options: ProducerToolOptions): string[] {
  return OLD_NAMES.filter(({ older }) => options[older] !== undefined).map(
    ({ older, newer, until }) =>
      `Warning: --${optionText(older)} is deprecated and will be removed in ${until}. Use --${optionText(newer)} instead.`,
  )
}

/** What belongs together and what does not. */
export function checkOptions(options: ProducerToolOptions): void {
  requireOptions(options, 'topic')
  checkConnectOptions(options)
  refuseTogether(options, 'bootstrap-server', ['broker-list'])
  for (const { older, newer } of OLD_NAMES) {
    if (older === 'maxPartitionMemoryBytes') continue
    if (options[older] !== undefined && options[newer] !== undefined) {
      throw new UsageError(`Options --${optionText(newer)} and --${optionText(older)} cannot be specified together.`)
    }
  }
}

function optionText(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** For options that take an integer of 64 bits. */
function wholeNumber(what: string): (value: string) => number {
  return (value) => {
    const number = Number(value)
    if (/^[+-]?\d+$/.test(value) && Number.isSafeInteger(number)) return number
    throw new UsageError(`Cannot parse argument '${value}' of option ${what}: a whole number is expected`)
  }
}
