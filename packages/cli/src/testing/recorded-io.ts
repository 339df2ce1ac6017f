import type { Runtime } from '@ottla/runtime'
import type { Io, TextSink } from '../tool/io.ts'

export interface RecordedIo extends Io {
  /** What went to stdout. */
  outText(): string
  errText(): string
  /** Both streams, in the order in which it was written. */
  allText(): string
}

/** Streams that a test reads afterwards, in front of a runtime of the test's choice. */
export function recordedIo(runtime?: Runtime, { isTerminal = false } = {}): RecordedIo {
  const written: { readonly stream: 'out' | 'err'; readonly text: string }[] = []
  const sink = (stream: 'out' | 'err'): TextSink => ({
    isTerminal,
    full: false,
    line: (text) => void written.push({ stream, text: `${text}\n` }),
    text: (text) => void written.push({ stream, text }),
    drained: async () => {},
  })
  const textOf = (stream: 'out' | 'err') => join(written.filter((piece) => piece.stream === stream))
  return {
    out: sink('out'),
    err: sink('err'),
    runtime: async () => {
      if (runtime === undefined) throw new Error('this test expects the tool to end before it needs the runtime')
      return runtime
    },
    outText: () => textOf('out'),
    errText: () => textOf('err'),
    allText: () => join(written),
  }
}

function join(pieces: readonly { readonly text: string }[]): string {
  return pieces.map(({ text }) => text).join('')
}
