/** A whole terminal screen that is painted over again and again. */
import type { TextSink } from './io.ts'

/** Another screen, without wrapped lines and without a cursor; and back. */
const BEGIN = '\u001B[?1049h\u001B[?7l\u001B[?25l'
const END = '\u001B[?25h\u001B[?7h\u001B[?1049l'
const HOME = '\u001B[H'
const REST_OF_LINE = '\u001B[K'
const REST_OF_SCREEN = '\u001B[J'
/** For a terminal that does not say how high it is, or says 0, as a pseudoterminal does to which nobody gave a size. */
const ROWS = 24

/** Each picture is one piece of text that overwrites the last: nothing is cleared before, so nothing flickers. */
export class Screen {
  private readonly out: TextSink
  private last: readonly string[] | undefined

  constructor(out: TextSink) {
    this.out = out
  }

  /** Lines below the lower edge are counted in the last one. */
  paint(lines: readonly string[]): void {
    const begin = this.last === undefined ? BEGIN : ''
    this.last = lines
    const shown = fitting(lines, (this.out.rows || ROWS) - 1)
    this.out.text(begin + HOME + shown.map((line) => `${line}${REST_OF_LINE}\n`).join('') + REST_OF_SCREEN)
  }

  /** Gives the terminal back, and leaves the last picture on it, whole. */
  end(): void {
    if (this.last === undefined) return
    this.out.text(END)
    this.out.line(this.last.join('\n'))
  }
}

function fitting(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines
  const shown = Math.max(rows - 1, 1)
  return [...lines.slice(0, shown), `… ${lines.length - shown} more lines`]
}
