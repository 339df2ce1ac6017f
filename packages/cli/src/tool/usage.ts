import { Command, CommanderError, Option } from 'commander'
import { completionScript, SHELLS, type Shell } from './completion.ts'
import type { Io } from './io.ts'
import { VERSION_TEXT } from './version.ts'

/** Wider lines are hard to read. */
const HELP_COLUMNS = 100

/** The command line is wrong: printed with a pointer to `--help`, exit code 1. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The tool has already said what there was to say (help, version, a wrong option) and ends with this exit code. */
export class ToolEnd extends Error {
  override readonly name = 'ToolEnd'
  readonly exitCode: number

  constructor(exitCode: number) {
    super(`ends with exit code ${exitCode}`)
    this.exitCode = exitCode
  }
}

/**
 * A command with what all of these tools share: long options only and unabbreviated, no other arguments, suggestions for
 * misspelt options, `--help` and `--version`. The example ends the help text; it follows the tool's name.
 */
export function toolCommand(name: string, description: string, example: string): Command {
  return new Command(name)
    .description(description)
    .addHelpText('after', `\nExample:\n  ${name} ${example}`)
    .usage('[options]')
    .helpOption(false)
    .option('--help', 'print this text')
    .option('--version', 'print the version')
    .addOption(
      new Option('--completion <shell>', 'print a script that completes the options in a shell').choices(SHELLS),
    )
    .allowExcessArguments(true)
    .showSuggestionAfterError(true)
    .exitOverride()
}

/**
 * Parses the arguments; ends the tool on `--help` (stderr, exit code 1 as Kafka's tools have it), on `--version` and
 * `--completion`, without any argument, and on what the command does not offer.
 */
export function parseArguments<T extends object>(command: Command, args: readonly string[], io: Io): T {
  command.configureOutput({
    writeOut: (text) => io.err.text(text),
    writeErr: (text) => io.err.text(text),
    getOutHelpWidth: () => helpWidth(io),
    getErrHelpWidth: () => helpWidth(io),
  })
  if (args.length === 0 || args.includes('--help')) {
    command.outputHelp({ error: true })
    throw new ToolEnd(1)
  }
  if (args.includes('--version')) {
    io.out.line(VERSION_TEXT)
    throw new ToolEnd(0)
  }
  refuseRepeated(command)
  try {
    command.parse(args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    io.err.line(pointerToHelp(command.name()))
    throw new ToolEnd(1)
  }
  refuseStray(command)
  const options = command.opts<T & { readonly completion?: Shell }>()
  if (options.completion === undefined) return options
  io.out.line(completionScript(command, options.completion))
  throw new ToolEnd(0)
}

function helpWidth({ err }: Io): number {
  return Math.min(HELP_COLUMNS, err.columns ?? HELP_COLUMNS)
}

/** A value without its option, as in `--describe readers`. */
function refuseStray({ args, registeredArguments }: Command): void {
  const stray = args[registeredArguments.length]
  if (stray !== undefined) throw new UsageError(`'${stray}' stands alone: each value follows the option that it is for`)
}

/** Of an option with one value the last would win, silently: `--delete --topic a --topic b` must not delete b alone. */
function refuseRepeated(command: Command): void {
  for (const option of command.options) {
    if (!option.required || option.parseArg === collect) continue
    let given = false
    command.on(`option:${option.name()}`, () => {
      if (given) throw new UsageError(`Found multiple arguments for option ${option.name()}, but only one is accepted`)
      given = true
    })
  }
}

/** Runs the body of a tool and turns the two errors of this file into output and exit code. */
export async function guarded(name: string, io: Io, body: () => Promise<number>): Promise<number> {
  try {
    return await body()
  } catch (error) {
    if (error instanceof ToolEnd) return error.exitCode
    if (!(error instanceof UsageError)) throw error
    io.err.line(error.message)
    io.err.line(pointerToHelp(name))
    return 1
  }
}

function pointerToHelp(name: string): string {
  return `"${name} --help" lists the options.`
}

/** Fails unless each of the named options is given. */
export function requireOptions(options: object, ...names: string[]): void {
  for (const name of names) {
    if (!isGiven(options, name)) throw new UsageError(`Missing required argument "[${name}]"`)
  }
}

/** Fails if `name` is given together with one of the others. */
export function refuseTogether(options: object, name: string, others: readonly string[]): void {
  if (!isGiven(options, name)) return
  for (const other of others) {
    if (isGiven(options, other)) throw new UsageError(`Option "[${name}]" can't be used with option "[${other}]"`)
  }
}

function isGiven(options: object, name: string): boolean {
  const key = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return (options as Record<string, unknown>)[key] !== undefined
}

/** For options that may be repeated: collects the values in order. */
export function collect(value: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), value]
}

const INT32_MAX = 2 ** 31 - 1

/** For options that take an integer of 32 bits. `what` names the option in the error. */
export function integer(what: string): (value: string) => number {
  return (value) => {
    const number = Number(value)
    if (!/^[+-]?\d+$/.test(value) || number > INT32_MAX || number < -INT32_MAX - 1) {
      throw new UsageError(`Cannot parse argument '${value}' of option ${what}: an integer of 32 bits is expected`)
    }
    return number
  }
}
