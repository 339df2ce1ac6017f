import type { Runtime } from '@ottla/runtime'

/** What a tool sees of the world: two streams of text, and the runtime once it needs it. */
export interface Io {
  /** Results, for people and for the next program in a pipe. */
  readonly out: TextSink
  /** What went wrong, and help texts. */
  readonly err: TextSink
  /** Loads the runtime at the first call: `--help` and a misspelt option need none of it. */
  runtime(): Promise<Runtime>
}

export interface TextSink {
  /** A person looks at it: colours and tables are welcome. Never set in a pipe. */
  readonly isTerminal: boolean
  /** Adds a line; the line end is added here. */
  line(text: string): void
  /** Adds text as it is. */
  text(text: string): void
  /** So much is waiting that the caller should await `drained` before it adds more. */
  readonly full: boolean
  drained(): Promise<void>
}

/** A command-line tool: resolves to the exit code. Throws only on a defect of its own. */
export type Tool = (args: readonly string[], io: Io) => Promise<number>
