import { ClientConfigError, ClientError, type ConsumedRecord, Consumer, UnreadableRecordError } from '@ottla/client'
import { delay, type Runtime } from '@ottla/runtime'
import { ConnectError } from '../connect/connect-options.ts'
import type { Io } from '../tool/io.ts'
import { guarded, parseArguments } from '../tool/usage.ts'
import { ByteBuffer } from './byte-buffer.ts'
import { consumerOptionsOf, formatterOf } from './configuration.ts'
import type { Formatter } from './formatter.ts'
import { type ConsoleOptions, checkOptions, command, deprecations, NAME, startOf } from './options.ts'
import { type Source, sourceOf } from './source.ts'

const OUTPUT_BYTES = 64 * 1024
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
    const formatter = formatterOf(options, runtime)
    try {
      const consumer = new Consumer(runtime, await consumerOptionsOf(options, runtime, io))
      return await new Console({ consumer, formatter, options, runtime, io }).run()
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
  readonly runtime: Runtime
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
  private readonly source: Source
  private readonly output = new ByteBuffer(OUTPUT_BYTES)
  private count = 0

  constructor(parts: Parts) {
    this.parts = parts
    this.source = sourceOf(parts.options, parts.consumer, parts.runtime)
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
    io.err.line(`Processed a total of ${this.count} messages`)
    this.source.close()
    await this.parts.consumer.close()
    if (options.enableSystestEvents) io.out.line('shutdown_complete')
    return exitCode
  }

  private async read(signal: AbortSignal): Promise<void> {
    const { maxMessages = -1 } = this.parts.options
    await this.withinTimeout(signal, (until) => this.source.begin(until))
    while (maxMessages < 0 || this.count < maxMessages) {
      const records = await this.poll(signal)
      for (const record of records) {
        this.print(record)
        if (this.count === maxMessages) break
      }
      await this.flush()
    }
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

  /** --timeout-ms runs from the start on, also while there is no topic to read. */
  private async withinTimeout(signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { timeoutMs = -1 } = this.parts.options
    if (timeoutMs < 0) return work(signal)
    const ended = new AbortController()
    const timedOut = new AbortController()
    const { timers } = this.parts.runtime
    delay(timers, timeoutMs, ended.signal).then(
      () => timedOut.abort(new NoMoreRecords(`nothing to read for ${timeoutMs} ms`)),
      () => {},
    )
    try {
      await work(AbortSignal.any([signal, timedOut.signal]))
    } finally {
      ended.abort()
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
