import { type Disk, DiskError } from '../disk.ts'
import { parseProperties } from './properties.ts'

/** What is wrong with a command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The command line of a server: `[FILE] [--override key=value]...`. */
export interface ServerArguments {
  readonly file: string | undefined
  readonly overrides: ReadonlyMap<string, string>
}

/** Reads a server's command line, which names a file, an override or both. Throws a UsageError. */
export function readArguments(args: readonly string[]): ServerArguments | 'help' {
  const overrides = new Map<string, string>()
  const files: string[] = []
  const rest = [...args]
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === '--help' || argument === '-h') return 'help'
    if (argument === '--override') addOverride(overrides, rest.shift())
    else if (argument.startsWith('--override=')) addOverride(overrides, argument.slice('--override='.length))
    else if (argument.startsWith('-')) throw new UsageError(`unknown option ${argument}`)
    else files.push(argument)
  }
  if (files.length > 1) throw new UsageError(`one configuration file is enough: ${files.join(', ')}`)
  if (files.length === 0 && overrides.size === 0) throw new UsageError('a configuration file is missing')
  return { file: files[0], overrides }
}

function addOverride(overrides: Map<string, string>, pair: string | undefined): void {
  const equals = pair?.indexOf('=') ?? -1
  if (pair === undefined || equals < 1) throw new UsageError(`--override wants key=value, not ${pair ?? 'nothing'}`)
  overrides.set(pair.slice(0, equals).trim(), pair.slice(equals + 1).trim())
}

/** What the file says, and over it what the command line does. Throws an error that names the file when it cannot be read. */
export function givenConfiguration(disk: Disk, { file, overrides }: ServerArguments): Map<string, string> {
  return new Map([...(file === undefined ? [] : readProperties(disk, file)), ...overrides])
}

function readProperties(disk: Disk, path: string): Map<string, string> {
  try {
    return parseProperties(new TextDecoder().decode(disk.readFile(path)))
  } catch (error) {
    if (error instanceof DiskError && error.code === 'ENOENT')
      throw new Error(`there is no file ${path}`, { cause: error })
    throw error
  }
}
