import type { Io } from './io.ts'

/**
 * How far a long piece of work has come, as one line on stderr that overwrites itself. Only a person at a terminal sees it, and
 * work that is done in one step shows nothing.
 */
export class Progress {
  private readonly io: Io
  private readonly label: string
  private readonly total: number
  private readonly visible: boolean
  private percent = 0

  /** `besideOutput`: results are printed meanwhile, so with both streams on one terminal the line would stand between them. */
  constructor(io: Io, label: string, options: { readonly total: number; readonly besideOutput: boolean }) {
    this.io = io
    this.label = label
    this.total = options.total
    this.visible = io.err.isTerminal && !(options.besideOutput && io.out.isTerminal)
  }

  reached(done: number): void {
    const percent = Math.floor((100 * done) / this.total)
    if (!this.visible || percent <= this.percent || percent >= 100) return
    this.percent = percent
    this.io.err.text(`\r${this.label} ${percent} %`)
    void this.io.err.drained()
  }

  /** Takes the line away. */
  end(): void {
    if (this.percent === 0) return
    this.percent = 0
    this.io.err.text('\r\u001B[K')
    void this.io.err.drained()
  }
}
