import type { Command } from 'commander'
import { addConnectOptions, type ConnectOptions, checkConnectOptions } from '../connect/connect-options.ts'
import { integer, refuseTogether, toolCommand, UsageError } from '../tool/usage.ts'

export const NAME = 'kafka-replica-verification'

export interface VerificationOptions extends ConnectOptions {
  readonly fetchSize: number
  readonly maxWaitMs: number
  readonly reportIntervalMs: number
  /** -1: from the end on; -2: from the beginning; else milliseconds since the epoch. */
  readonly time?: number
  readonly topicsInclude: string
  readonly once?: true
}

export function command(): Command {
  const command = toolCommand(
    NAME,
    'Compares the replicas of partitions with each other, record batch by record batch.',
    '--broker-list localhost:9092 --topics-include hello --once',
  )
  return addConnectOptions(command)
    .option('--topics-include <regex>', 'only topics with such names', '.*')
    .option(
      '--time <time>',
      'where to begin: -2: earliest, -1: latest, or milliseconds since the epoch; with --once -2, else -1',
      integerTime,
    )
    .option('--once', 'end when all that is there now is compared; 1 as exit code if anything differs')
    .option('--fetch-size <bytes>', 'most bytes of a partition in one answer', integer('fetch-size'), 1024 * 1024)
    .option('--max-wait-ms <ms>', 'how long brokers may wait for records', integer('max-wait-ms'), 1000)
    .option('--report-interval-ms <ms>', 'how often to report', integer('report-interval-ms'), 30_000)
}

function integerTime(value: string): number {
  const time = Number(value)
  if (!/^-?\d+$/.test(value) || !Number.isSafeInteger(time) || time < -2)
    throw new UsageError(`Cannot parse argument '${value}' of option time`)
  return time
}

export function checkOptions(options: VerificationOptions): void {
  refuseTogether(options, 'bootstrap-server', ['broker-list'])
  checkConnectOptions(options)
  if (options.fetchSize < 1) throw new UsageError('--fetch-size must be at least 1')
  if (options.maxWaitMs < 0) throw new UsageError('--max-wait-ms must be at least 0')
  if (options.reportIntervalMs < 1) throw new UsageError('--report-interval-ms must be at least 1')
}
