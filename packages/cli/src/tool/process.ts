import type { Logger, Runtime } from '@ottla/runtime'
import type { TextSink, Tool } from './io.ts'

/** Text is handed to the operating system in pieces of about this size: one write per line would cost more than the work. */
const CHUNK_CHARS = 64 * 1024

/**
 * Runs a tool as this process. The exit code is set rather than forced, so that all output leaves first. A reader that
 * goes away (`kafka-topics --list | head -1`) ends the process quietly.
 */
export async function runAsProcess(tool: Tool): Promise<void> {
  endQuietlyOnBrokenPipe(process.stdout)
  endQuietlyOnBrokenPipe(process.stderr)
  const out = new StreamSink(process.stdout)
  const err = new StreamSink(process.stderr)
  try {
    process.exitCode = await tool(process.argv.slice(2), { out, err, runtime: once(() => loadRuntime(err)) })
  } catch (error) {
    err.line(error instanceof Error ? (error.stack ?? error.message) : String(error))
    process.exitCode = 1
  }
  await out.drained()
  await err.drained()
}

/** The exit code stays what the tool had set: nothing went wrong on this side of the pipe. */
function endQuietlyOnBrokenPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit()
    throw error
  })
}

async function loadRuntime(err: TextSink): Promise<Runtime> {
  const { nodeRuntime } = await import('@ottla/runtime/node')
  return nodeRuntime({ logger: warningsOn(err) })
}

/** Shows what goes wrong while a tool keeps trying, each message once and at once. */
function warningsOn(err: TextSink): Logger {
  const shown = new Set<string>()
  const show = (message: string) => {
    if (shown.has(message)) return
    shown.add(message)
    err.line(message)
    void err.drained()
  }
  const logger: Logger = { debug() {}, info() {}, warn: show, error: show, child: () => logger }
  return logger
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}

/** Collects lines and writes them in chunks; `drained` resolves when the stream has taken all of them. */
class StreamSink implements TextSink {
  private readonly stream: NodeJS.WriteStream
  private waiting = ''

  constructor(stream: NodeJS.WriteStream) {
    this.stream = stream
  }

  get isTerminal(): boolean {
    return this.stream.isTTY === true
  }

  get full(): boolean {
    return this.waiting.length >= CHUNK_CHARS
  }

  line(text: string): void {
    this.waiting += `${text}\n`
  }

  text(text: string): void {
    this.waiting += text
  }

  drained(): Promise<void> {
    if (this.waiting === '') return Promise.resolve()
    const chunk = this.waiting
    this.waiting = ''
    return new Promise((resolve) => {
      this.stream.write(chunk, () => resolve())
    })
  }
}
