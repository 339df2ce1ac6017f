import type { ConfigChange } from '@ottla/client'
import { parseProperties, type Runtime } from '@ottla/runtime'
import { readTextFile } from '../names/partition-json.ts'
import { UsageError } from '../tool/usage.ts'
import type { ConfigsOptions } from './options.ts'

const FORMAT =
  'Invalid entity config: all configs to be added must be in the format "key=val" or "key=[val1,val2]" to group values' +
  ' which contain commas.'

/** What `--add-config`, `--add-config-file` and `--delete-config` ask for together. Throws a `UsageError` or a `ToolError`. */
export function configChanges(options: ConfigsOptions, runtime: Runtime): ConfigChange[] {
  const { addConfig, addConfigFile, deleteConfig } = options
  const added = addConfigFile === undefined ? parsePairs(addConfig) : propertiesOf(readTextFile(runtime, addConfigFile))
  const deleted = (deleteConfig ?? '').split(',').map((name) => name.trim())
  return [
    ...[...added].map(([name, value]) => ({ kind: 'set', name, value }) as const),
    ...deleted.filter((name) => name !== '').map((name) => ({ kind: 'delete', name }) as const),
  ]
}

function propertiesOf(text: string): ReadonlyMap<string, string> {
  return parseProperties(text)
}

/**
 * `k1=v1,k2=[v1,v2]`: the brackets go, the commas between them stay, and commas at the end do not count. Of a key that is named
 * twice, the last value counts.
 */
export function parsePairs(text: string | undefined): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>()
  if (text === undefined) return pairs
  const listed = splitOutsideBrackets(text, ',')
  while (listed.length > 1 && listed.at(-1) === '') listed.pop()
  // Nothing but commas.
  if (listed.length === 1 && listed[0] === '' && text !== '') return pairs
  for (const pair of listed) {
    const parts = splitOutsideBrackets(pair, '=')
    if (parts.length !== 2) throw new UsageError(FORMAT)
    pairs.set(parts[0]!.trim(), parts[1]!.replaceAll(/[[\]]/g, '').trim())
  }
  return pairs
}

/** A bracket that is never closed holds nothing together. */
function splitOutsideBrackets(text: string, separator: string): string[] {
  const parts: string[] = []
  let start = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '[') at = Math.max(at, text.indexOf(']', at))
    else if (text[at] === separator) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, text.slice(start)]
}
