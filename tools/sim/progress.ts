import type { SeedsReport } from './jobs.ts'

/** How often a terminal is told, whose line is written again, and how often a file. */
const TERMINAL_MS = 500
const FILE_MS = 20_000

/** Tells how far a run of many seeds has come. */
export class Progress {
  readonly #out: NodeJS.WriteStream
  readonly #count: number
  #toldMs = 0

  constructor(out: NodeJS.WriteStream, count: number) {
    this.#out = out
    this.#count = count
  }

  /** Now and then says it. */
  update(report: SeedsReport): void {
    const { elapsedMs, done } = report
    if (done === this.#count || elapsedMs - this.#toldMs < (this.#out.isTTY ? TERMINAL_MS : FILE_MS)) return
    this.#toldMs = elapsedMs
    const leftMinutes = ((this.#count - done) * elapsedMs) / done / 60_000
    this.#line(`${said(report)}; about ${leftMinutes.toFixed(1)} min left`, this.#out.isTTY ? '' : '\n')
  }

  /** Something else is about to be written. */
  interrupt(): void {
    if (this.#out.isTTY) this.#line('', '')
  }

  end(report: SeedsReport): void {
    this.#line(said(report), '\n')
  }

  #line(text: string, end: string): void {
    // Back to the beginning of the line, which is cleared.
    this.#out.write(`${this.#out.isTTY ? '\r\u001b[K' : ''}${text}${end}`)
  }
}

function said({ done, failures, elapsedMs, virtualMs, records }: SeedsReport): string {
  const rate = (done / (elapsedMs / 1000)).toFixed(1)
  const hours = (virtualMs / 3_600_000).toFixed(1)
  return `${done} seeds, ${failures} failed; ${rate} seeds/s, ${hours} h of virtual time, ${records} records acknowledged`
}
