import { Command, InvalidArgumentError, Option } from 'commander'
import { type StartOptions, start } from './start.ts'

const VERSION = '0.1.0'

/** The `ottla` command. Resolves when the command has ended. */
export async function main(args: readonly string[]): Promise<void> {
  const program = new Command('ottla')
    .description('Kafka in TypeScript: a cluster on this machine')
    .version(VERSION, '--version')
    .showSuggestionAfterError()
  program
    .command('start')
    .description('run a controller and brokers in this process until Ctrl-C')
    .addOption(new Option('--brokers <n>', 'how many brokers').default(1).argParser(integer(1, 100)))
    .addOption(new Option('--dir <directory>', 'where the data is kept').default('ottla-data'))
    .addOption(new Option('--host <host>', 'address to listen on').default('127.0.0.1'))
    .addOption(
      new Option('--port <port>', 'port of the first broker, the others follow; 0 takes free ports')
        .default(9092)
        .argParser(integer(0, 65_535)),
    )
    .addOption(
      new Option(
        '--controller-port <port>',
        'port of the controller (default: 2181, or a free one with --port 0)',
      ).argParser(integer(0, 65_535)),
    )
    .addOption(
      new Option('--set <key=value>', 'a broker configuration key; repeat it for more')
        .argParser(setting)
        .default({}, 'none'),
    )
    .addOption(
      new Option('--log-level <level>', 'least severe lines to log')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('warn'),
    )
    .action((options: StartOptions) => start(options))
  await program.parseAsync([...args], { from: 'user' })
}

function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`want a whole number from ${min} to ${max}.`)
    return value
  }
}

function setting(text: string, settings: Record<string, string>): Record<string, string> {
  const equals = text.indexOf('=')
  if (equals < 1) throw new InvalidArgumentError('want key=value, for example log.segment.bytes=1048576.')
  return { ...settings, [text.slice(0, equals).trim()]: text.slice(equals + 1).trim() }
}
