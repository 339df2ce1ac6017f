/** Configuration that a tool is given: properties files and `key=value` arguments. */
import { type ConfigKey, type ConfigTable, DiskError, parseProperties, type Runtime } from '@ottla/runtime'
import { UsageError } from './usage.ts'

/** `key=value` arguments; the last of a key counts. */
export function keyValues(args: readonly string[] | undefined): Map<string, string> {
  return new Map(
    (args ?? []).map((argument) => {
      const at = argument.indexOf('=')
      if (at === -1) return [argument, ''] as const
      return [argument.slice(0, at), argument.slice(at + 1)] as const
    }),
  )
}

/** A properties file that an option names; empty without one. Throws a `UsageError` for a file that cannot be read. */
export function readProperties(option: string, path: string | undefined, { disk }: Runtime): Map<string, string> {
  if (path === undefined) return new Map()
  try {
    return parseProperties(new TextDecoder().decode(disk.readFile(path)))
  } catch (error) {
    if (error instanceof DiskError) throw new UsageError(`${option} ${path}: ${error.message}`)
    throw error
  }
}

/** Throws a `UsageError` for what these tools cannot do yet. */
export function requirePlaintext(properties: ReadonlyMap<string, string>): void {
  const protocol = properties.get('security.protocol')?.trim()
  if (protocol === undefined || protocol === 'PLAINTEXT') return
  throw new UsageError(`security.protocol=${protocol}: these tools connect with PLAINTEXT only`)
}

/** What is said about a key that the table does not have. */
export function noEffect(key: string, table: Pick<ConfigTable<readonly ConfigKey[]>, 'closest'>): string {
  const meant = table.closest(key)
  return `${key} has no effect here${meant === undefined ? '' : ` (did you mean ${meant}?)`}`
}
