import type { Runtime } from '@ottla/runtime'

/** What a tool sees of the world: two streams of text, and the runtime once it needs it. */
export interface Io {
  /** Results, for people and for the next program in a pipe. */
  readonly out: TextSink
  /** What went wrong, and help texts. */
  readonly err: TextSink
  /** What is typed, or comes through a pipe. */
  readonly input: ByteSource
  /** Loads the runtime at the first call: `--help` and a misspelt option need none of it. */
  runtime(): Promise<Runtime>
  /**
   * Aborted by Ctrl-C or SIGTERM, from the first call on; the tool then ends in good order, and the process with 130 or 143. A
   * second signal, and one before that call, end the process at once.
   */
  interrupted(): AbortSignal
}

export interface ByteSource {
  /** A person types it. */
  readonly isTerminal: boolean
  /** The bytes as they come, to the end or until the signal is aborted; they are read no faster than they are taken. */
  chunks(signal: AbortSignal): AsyncIterable<Uint8Array>
}

export interface TextSink {
  /** A person looks at it: colours and tables are welcome. Never set in a pipe. */
  readonly isTerminal: boolean
  /** Lines of the terminal; undefined where there is none, or it does not say. */
  readonly rows?: number | undefined
  /** Columns of the terminal; undefined where there is none. */
  readonly columns?: number | undefined
  /** Adds a line; the line end is added here. */
  line(text: string): void
  /** Adds text as it is. */
  text(text: string): void
  /** Adds bytes as they are; they must stay untouched until `drained`. */
  bytes(bytes: Uint8Array): void
  /** So much is waiting that the caller should await `drained` before it adds more. */
  readonly full: boolean
  drained(): Promise<void>
}

/** A command-line tool: resolves to the exit code. Throws only on a defect of its own. */
export type Tool = (args: readonly string[], io: Io) => Promise<number>
