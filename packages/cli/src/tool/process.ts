import type { Logger, Runtime } from '@ottla/runtime'
import type { ByteSource, TextSink, Tool } from './io.ts'

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
  const interruption = new Interruption()
  const interrupted = () => interruption.watch()
  const runtime = once(() => loadRuntime(err))
  try {
    const exitCode = await tool(process.argv.slice(2), { out, err, input: STDIN, runtime, interrupted })
    process.exitCode = interruption.exitCode ?? exitCode
  } catch (error) {
    err.line(error instanceof Error ? (error.stack ?? error.message) : String(error))
    process.exitCode = 1
  }
  await out.drained()
  await err.drained()
}

const STDIN: ByteSource = {
  get isTerminal() {
    return process.stdin.isTTY === true
  },
  async *chunks(signal) {
    const { stdin } = process
    const stop = () => void stdin.destroy()
    signal.addEventListener('abort', stop, { once: true })
    try {
      if (!signal.aborted) yield* stdin
    } catch (error) {
      // Destroying the stream under the loop is an error there, but not here.
      if (!signal.aborted) throw error
    } finally {
      signal.removeEventListener('abort', stop)
    }
  },
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

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const

/** Turns the first signal into an abort, once somebody watches; the next one has its usual effect. */
class Interruption {
  /** The shell's code for the signal that came. */
  exitCode: number | undefined
  private controller: AbortController | undefined

  watch(): AbortSignal {
    if (this.controller !== undefined) return this.controller.signal
    const controller = new AbortController()
    this.controller = controller
    for (const [name, exitCode] of Object.entries(EXIT_CODES)) {
      process.once(name, () => {
        this.exitCode = exitCode
        controller.abort()
      })
    }
    return controller.signal
  }
}

/** Collects lines and writes them in chunks; `drained` resolves when the stream has taken all of them. */
class StreamSink implements TextSink {
  private readonly stream: NodeJS.WriteStream
  private waiting = ''
  /** What was added before `waiting`. */
  private chunks: Uint8Array[] = []
  private chunkBytes = 0

  constructor(stream: NodeJS.WriteStream) {
    this.stream = stream
  }

  get isTerminal(): boolean {
    return this.stream.isTTY === true
  }

  get rows(): number | undefined {
    return this.stream.rows
  }

  get columns(): number | undefined {
    return this.stream.columns || undefined
  }

  get full(): boolean {
    return this.waiting.length + this.chunkBytes >= CHUNK_CHARS
  }

  line(text: string): void {
    this.waiting += `${text}\n`
  }

  text(text: string): void {
    this.waiting += text
  }

  bytes(bytes: Uint8Array): void {
    this.textToBytes()
    this.addBytes(bytes)
  }

  drained(): Promise<void> {
    this.textToBytes()
    if (this.chunks.length === 0) return Promise.resolve()
    const chunk = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks)
    this.chunks = []
    this.chunkBytes = 0
    return new Promise((resolve) => {
      this.stream.write(chunk, () => resolve())
    })
  }

  private textToBytes(): void {
    if (this.waiting === '') return
    this.addBytes(Buffer.from(this.waiting))
    this.waiting = ''
  }

  private addBytes(bytes: Uint8Array): void {
    this.chunks.push(bytes)
    this.chunkBytes += bytes.length
  }
}
