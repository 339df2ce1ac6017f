import type { Runtime } from '@ottla/runtime'
import type { Io, TextSink } from '../tool/io.ts'

export interface RecordedIo extends Io {
  /** What went to stdout. */
  outText(): string
  errText(): string
  /** Both streams, in the order in which it was written. */
  allText(): string
  /** As Ctrl-C does. */
  interrupt(): void
}

interface Surroundings {
  readonly isTerminal?: boolean
  /** How wide the terminal is. */
  readonly columns?: number
  readonly input?: string
}

/** Streams that a test reads afterwards, in front of a runtime of the test's choice. */
export function recordedIo(
  runtime?: Runtime,
  { isTerminal = false, columns, input = '' }: Surroundings = {},
): RecordedIo {
  const written: { readonly stream: 'out' | 'err'; readonly text: string }[] = []
  const interruption = new AbortController()
  const sink = (stream: 'out' | 'err'): TextSink => ({
    isTerminal,
    columns,
    full: false,
    line: (text) => void written.push({ stream, text: `${text}\n` }),
    text: (text) => void written.push({ stream, text }),
    bytes: (bytes) => void written.push({ stream, text: new TextDecoder().decode(bytes) }),
    drained: async () => {},
  })
  const textOf = (stream: 'out' | 'err') => join(written.filter((piece) => piece.stream === stream))
  return {
    out: sink('out'),
    err: sink('err'),
    input: {
      isTerminal,
      async *chunks() {
        yield new TextEncoder().encode(input)
      },
    },
    runtime: async () => {
      if (runtime === undefined) throw new Error('this test expects the tool to end before it needs the runtime')
      return runtime
    },
    interrupted: () => interruption.signal,
    interrupt: () => interruption.abort(),
    outText: () => textOf('out'),
    errText: () => textOf('err'),
    allText: () => join(written),
  }
}

function join(pieces: readonly { readonly text: string }[]): string {
  return pieces.map(({ text }) => text).join('')
}
