import type { LogFields, Logger } from '../logger.ts'

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly fields: LogFields
}

export interface RecordingLogger extends Logger {
  /** What was logged, children included, oldest first. */
  readonly lines: readonly LogLine[]
  /** Messages of one level. */
  messages(level: LogLine['level']): string[]
}

/** Keeps every line for a test to look at. */
export function recordingLogger(): RecordingLogger {
  const lines: LogLine[] = []
  return {
    ...recordingInto(lines, {}),
    lines,
    messages: (level) => lines.filter((line) => line.level === level).map((line) => line.message),
  }
}

function recordingInto(lines: LogLine[], common: LogFields): Logger {
  const at =
    (level: LogLine['level']) =>
    (message: string, fields: LogFields = {}) => {
      lines.push({ level, message, fields: { ...common, ...fields } })
    }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => recordingInto(lines, { ...common, ...fields }),
  }
}
