import { ClientConfigError, ClientError, type ConsumedRecord, Consumer, UnreadableRecordError } from '@ottla/client'
import { ConnectError } from '../connect/connect-options.ts'
import type { Io } from '../tool/io.ts'
import { guarded, parseArguments } from '../tool/usage.ts'
import { ByteBuffer } from './byte-buffer.ts'
import { consumerOptionsOf, formatterOf } from './configuration.ts'
import type { Formatter } from './formatter.ts'
import { type ConsoleOptions, checkOptions, command, deprecations, NAME, startOf } from './options.ts'
import { beginReading } from './source.ts'

const OUTPUT_BYTES = 64 * 1024
/** For the last commit, and for leaving the group: a person waits. */
const CLOSE_TIMEOUT_MS = 5_000
const TERMINATING = 'Error processing message, terminating consumer process: '
const SKIPPING = 'Error processing message, skipping this message: '

/** kafka-console-consumer, ConsoleConsumer. */
export function main(args: readonly string[], io: Io): Promise<number> {
  return guarded(NAME, io, async () => {
    const options = parseArguments<ConsoleOptions>(command(), args, io)
    checkOptions(options)
    startOf(options)
    for (const line of deprecations(options)) io.out.line(line)
    const runtime = await io.runtime()
    const formatter = formatterOf(options, runtime, io)
    try {
      const configured = await consumerOptionsOf(options, runtime, io)
      const consumer = new Consumer(runtime, configured)
      const commits = configured.groupId !== undefined && configured.enableAutoCommit !== false
      return await new Console({ consumer, formatter, options, commits, io }).run()
    } catch (error) {
      if (!(error instanceof ConnectError || error instanceof ClientConfigError)) throw error
      io.err.line(error.message)
      return 1
    }
  })
}

interface Parts {
  readonly consumer: Consumer
  readonly formatter: Formatter
  readonly options: ConsoleOptions
  /** Whether what was printed counts as read for the group. */
  readonly commits: boolean
  readonly io: Io
}

/** No record came in --timeout-ms. */
class NoMoreRecords extends Error {
  override readonly name = 'TimeoutException'
}

/** The formatter failed, and errors are not to be skipped. */
class FormatFailed extends Error {
  override readonly name = 'FormatFailed'
}

class Console {
  private readonly parts: Parts
  private readonly output = new ByteBuffer(OUTPUT_BYTES)
  private count = 0

  constructor(parts: Parts) {
    this.parts = parts
  }

  /** Kafka's tool calls everything but a failed formatter a regular end. */
  async run(): Promise<number> {
    const { io, options } = this.parts
    const interrupted = io.interrupted()
    let exitCode = 0
    try {
      await this.read(interrupted)
    } catch (error) {
      exitCode = this.judge(error, interrupted)
    }
    await this.flush()
    await this.commit()
    io.err.line(`Processed a total of ${this.count} messages`)
    await this.parts.consumer.close({ timeoutMs: CLOSE_TIMEOUT_MS })
    if (options.enableSystestEvents) io.out.line('shutdown_complete')
    return exitCode
  }

  private async read(signal: AbortSignal): Promise<void> {
    const { consumer, options } = this.parts
    const { maxMessages = -1 } = options
    beginReading(consumer, options)
    while (maxMessages < 0 || this.count < maxMessages) {
      const records = await this.poll(signal)
      const room = maxMessages < 0 ? records.length : maxMessages - this.count
      const before = this.count
      try {
        for (const record of records.slice(0, room)) this.print(record)
      } finally {
        this.giveBack(records.slice(this.count - before))
      }
      await this.flush()
    }
  }

  /** Records that were handed out and are not printed are the next ones for whoever reads on in the group. */
  private giveBack(records: readonly ConsumedRecord[]): void {
    const first = new Map<string, ConsumedRecord>()
    for (const record of records) {
      const partition = `${record.topic}:${record.partition}`
      if (!first.has(partition)) first.set(partition, record)
    }
    for (const record of first.values()) this.parts.consumer.seek(record, record.offset)
  }

  private async poll(signal: AbortSignal): Promise<ConsumedRecord[]> {
    const { consumer, options } = this.parts
    const { timeoutMs = -1 } = options
    try {
      const records = await consumer.poll({ ...(timeoutMs >= 0 && { timeoutMs }), signal })
      if (records.length === 0) throw new NoMoreRecords(`no record for ${timeoutMs} ms`)
      return records
    } catch (error) {
      if (!(error instanceof UnreadableRecordError && options.skipMessageOnError)) throw error
      this.parts.io.err.line(SKIPPING + error.message)
      consumer.seek(error, error.nextOffset)
      return []
    }
  }

  /** A record counts also when it cannot be shown. */
  private print(record: ConsumedRecord): void {
    const { formatter, options, io } = this.parts
    this.count += 1
    try {
      formatter(record, this.output)
    } catch (error) {
      const { topic, partition, offset } = record
      const what = `${topic}-${partition} at offset ${offset}: ${messageOf(error)}`
      if (!options.skipMessageOnError) throw new FormatFailed(what)
      io.err.line(SKIPPING + what)
    }
  }

  /** Waits until the output has been taken: who reads slowly is read for slowly. */
  private async flush(): Promise<void> {
    if (this.output.size > 0) this.parts.io.out.bytes(this.output.take())
    await this.parts.io.out.drained()
  }

  /** What was handed out last counts as read only when it is said. */
  private async commit(): Promise<void> {
    const { commits, consumer, io } = this.parts
    if (!commits) return
    try {
      await consumer.commitSync(undefined, { timeoutMs: CLOSE_TIMEOUT_MS })
    } catch (error) {
      if (!(error instanceof ClientError)) throw error
      io.err.line(`The last offsets are not committed: ${error.message}`)
    }
  }

  private judge(error: unknown, { aborted }: AbortSignal): number {
    const { err } = this.parts.io
    if (aborted) return 0
    if (error instanceof FormatFailed) {
      err.line(`Unknown error when running consumer: ${error.message}`)
      return 1
    }
    if (!(error instanceof NoMoreRecords || error instanceof ClientError)) throw error
    err.line(`${TERMINATING}${error instanceof ClientError ? error.errorName : error.name}: ${error.message}`)
    return 0
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
