/**
 * A logger for what single peers do: so many lines a second, and after that one line that says how many were left out. Lines are
 * written synchronously, and a peer that sends thousands of bad requests a second must not decide how long that takes.
 */
import type { LogFields, Logger } from '@ottla/runtime'

export const LINES_PER_SECOND_MAX = 50

export class BudgetedLogger implements Logger {
  readonly #logger: Logger
  readonly #spent: { lines: number; leftOut: number }

  constructor(logger: Logger, spent = { lines: 0, leftOut: 0 }) {
    this.#logger = logger
    this.#spent = spent
  }

  debug(message: string, fields?: LogFields): void {
    this.#logger.debug(message, fields)
  }

  info(message: string, fields?: LogFields): void {
    if (this.#mayWrite()) this.#logger.info(message, fields)
  }

  warn(message: string, fields?: LogFields): void {
    if (this.#mayWrite()) this.#logger.warn(message, fields)
  }

  error(message: string, fields?: LogFields): void {
    if (this.#mayWrite()) this.#logger.error(message, fields)
  }

  /** Draws on the same budget. */
  child(fields: LogFields): Logger {
    return new BudgetedLogger(this.#logger.child(fields), this.#spent)
  }

  /** Called once a second. */
  renew(): void {
    const { leftOut } = this.#spent
    this.#spent.lines = 0
    this.#spent.leftOut = 0
    if (leftOut > 0) this.#logger.warn(`${leftOut} more lines about single connections were left out`)
  }

  #mayWrite(): boolean {
    const spent = this.#spent
    if (spent.lines >= LINES_PER_SECOND_MAX) spent.leftOut += 1
    else spent.lines += 1
    return spent.leftOut === 0
  }
}
