import type pino from 'pino'
import type { LogFields, Logger } from '../logger.ts'
import { lazily } from './lazy.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

export interface LoggerOptions {
  readonly level: LogLevel
  /** One readable line per message, for a terminal, instead of one JSON object. */
  readonly pretty?: boolean
}

/** In the order of severity, as pino numbers them. */
const SEVERITY: Readonly<Record<LogLevel, number>> = { debug: 20, info: 30, warn: 40, error: 50, silent: Infinity }

/**
 * Lines on stderr, by pino, which the first line loads. Written synchronously: what a process says just before it dies is what
 * one wants to read. In fields an `error` is written with message, code and stack.
 */
export function createLogger({ level, pretty = false }: LoggerOptions): Logger {
  return new PinoLogger(SEVERITY[level], () => makePino(level, pretty))
}

function makePino(level: LogLevel, pretty: boolean): pino.Logger {
  const { pino } = loadPino()
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { error: pino.stdSerializers.err },
  }
  return pino(options, pretty ? prettyStream() : pino.destination({ dest: 2, sync: true }))
}

const loadPino = lazily<typeof import('pino')>('pino')
const loadPretty = lazily<typeof import('pino-pretty')>('pino-pretty')

/** In this process: pino's transports would start a worker thread and lose the last lines of a crash. */
function prettyStream(): pino.DestinationStream {
  return loadPretty().build({
    destination: 2,
    sync: true,
    colorize: process.stderr.isTTY === true,
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
    errorLikeObjectKeys: ['error'],
  })
}

class PinoLogger implements Logger {
  readonly #least: number
  readonly #make: () => pino.Logger
  #made: pino.Logger | undefined

  constructor(least: number, make: () => pino.Logger) {
    this.#least = least
    this.#make = make
  }

  debug(message: string, fields: LogFields = {}): void {
    if (this.#least <= SEVERITY.debug) this.#pino.debug(fields, message)
  }

  info(message: string, fields: LogFields = {}): void {
    if (this.#least <= SEVERITY.info) this.#pino.info(fields, message)
  }

  warn(message: string, fields: LogFields = {}): void {
    if (this.#least <= SEVERITY.warn) this.#pino.warn(fields, message)
  }

  error(message: string, fields: LogFields = {}): void {
    if (this.#least <= SEVERITY.error) this.#pino.error(fields, message)
  }

  child(fields: LogFields): Logger {
    return new PinoLogger(this.#least, () => this.#pino.child(fields))
  }

  get #pino(): pino.Logger {
    this.#made ??= this.#make()
    return this.#made
  }
}
