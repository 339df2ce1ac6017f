import { ClientConfigError, ClientError, describeAttempt, Producer, type SendCallback } from '@ottla/client'
import { ConnectError } from '../connect/connect-options.ts'
import type { Io } from '../tool/io.ts'
import { guarded, parseArguments } from '../tool/usage.ts'
import { producerOptionsOf, readerOf } from './configuration.ts'
import { type LineReader, LineReaderError } from './line-reader.ts'
import { LineSplitter, LineTooLongError } from './lines.ts'
import { checkOptions, command, deprecations, NAME, type ProducerToolOptions } from './options.ts'

const PROMPT = '>'

type Bytes = Uint8Array | null

/** kafka-console-producer, ConsoleProducer. */
export function main(args: readonly string[], io: Io): Promise<number> {
  return guarded(NAME, io, async () => {
    const options = parseArguments<ProducerToolOptions>(command(), args, io)
    checkOptions(options)
    for (const line of deprecations(options)) io.out.line(line)
    await io.out.drained()
    const runtime = await io.runtime()
    try {
      const reader = readerOf(options, runtime, io)
      const producer = new Producer<Bytes, Bytes>(runtime, await producerOptionsOf(options, runtime, io))
      await new ConsoleProducer({ producer, reader, options, io }).run()
      return 0
    } catch (error) {
      if (!isExpected(error)) throw error
      io.err.line(error instanceof ClientError ? `${error.errorName}: ${error.message}` : error.message)
      if (error instanceof ClientError) io.err.line(describeAttempt(error.attempt))
      return 1
    }
  })
}

const EXPECTED = [ConnectError, ClientConfigError, LineReaderError, LineTooLongError, ClientError]

function isExpected(error: unknown): error is Error {
  return EXPECTED.some((type) => error instanceof type)
}

interface Parts {
  readonly producer: Producer<Bytes, Bytes>
  readonly reader: LineReader
  readonly options: ProducerToolOptions
  readonly io: Io
}

/** Reads lines and sends them; a record that fails later than its line is read is named on stderr and does not end the tool. */
class ConsoleProducer {
  private readonly parts: Parts
  private lineNumber = 0

  constructor(parts: Parts) {
    this.parts = parts
  }

  /** Whatever was sent is settled when this ends, also when a line cannot be read. */
  async run(): Promise<void> {
    try {
      await this.readAll()
    } finally {
      await this.parts.producer.close()
    }
  }

  private async readAll(): Promise<void> {
    const { io } = this.parts
    const lines = new LineSplitter()
    this.prompt()
    for await (const chunk of io.input.chunks(io.interrupted())) {
      for (const line of lines.push(chunk)) await this.send(line)
      if (io.err.full) await io.err.drained()
    }
    const rest = lines.rest()
    if (rest !== undefined) await this.send(rest)
  }

  private async send(line: Uint8Array): Promise<void> {
    const { producer, reader, options } = this.parts
    this.lineNumber += 1
    const record = { topic: options.topic!, ...reader(line, this.lineNumber) }
    if (options.sync) await producer.send(record)
    else {
      producer.send(record, this.reportTo(record))
      if (producer.full) await producer.drained()
    }
    this.prompt()
  }

  private reportTo({ topic, key, value }: { topic: string; key: Bytes; value: Bytes }): SendCallback {
    return (error) => {
      if (error === undefined) return
      const { err } = this.parts.io
      const what = `key: ${sizeOf(key)}, value: ${sizeOf(value)}`
      err.line(
        `Error when sending message to topic ${topic} with ${what} with error: ${error.errorName}: ${error.message}`,
      )
      void err.drained()
    }
  }

  /** Only where somebody types. */
  private prompt(): void {
    const { io } = this.parts
    if (!io.input.isTerminal || !io.out.isTerminal) return
    io.out.text(PROMPT)
    void io.out.drained()
  }
}

function sizeOf(bytes: Bytes): string {
  return bytes === null ? 'null' : `${bytes.length} bytes`
}
