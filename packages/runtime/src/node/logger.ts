import type pino from 'pino'
import type { LogFields, Logger } from '../logger.ts'
import { lazily } from './lazy.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

export interface LoggerOptions {
  readonly level: LogLevel
  /** One readable line per message, for a terminal, instead of one JSON object. */
  readonly pretty?: boolean
}

/**
 * Lines on stderr, by pino. Written synchronously: what a process says just before it dies is what one wants to read. In
 * fields an `error` is written with message, code and stack.
 */
export function createLogger({ level, pretty = false }: LoggerOptions): Logger {
  const { pino } = loadPino()
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { error: pino.stdSerializers.err },
  }
  return new PinoLogger(pino(options, pretty ? prettyStream() : pino.destination({ dest: 2, sync: true })))
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
  readonly #pino: pino.Logger

  constructor(logger: pino.Logger) {
    this.#pino = logger
  }

  debug(message: string, fields?: LogFields): void {
    this.#pino.debug(fields ?? {}, message)
  }

  info(message: string, fields?: LogFields): void {
    this.#pino.info(fields ?? {}, message)
  }

  warn(message: string, fields?: LogFields): void {
    this.#pino.warn(fields ?? {}, message)
  }

  error(message: string, fields?: LogFields): void {
    this.#pino.error(fields ?? {}, message)
  }

  child(fields: LogFields): Logger {
    return new PinoLogger(this.#pino.child(fields))
  }
}
