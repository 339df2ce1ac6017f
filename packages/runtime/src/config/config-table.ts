import { assert } from '../assert.ts'
import { closest } from './closest.ts'
import {
  type ConfigConstraint,
  type ConfigType,
  type ConfigValue,
  type ConfigValueTypes,
  parseConfigValue,
} from './config-value.ts'

/** One configuration key: parser, checks, DescribeConfigs and the documentation page are derived from it. */
export interface ConfigKey extends ConfigConstraint {
  readonly name: string
  readonly type: ConfigType
  /** Written as in a file. null: no value; the parsed value is null then. Absent: the key must be given. */
  readonly default?: string | number | boolean | null
  readonly doc: string
  /** How it can be changed while a broker runs; 'read-only' (by a restart) unless told otherwise. */
  readonly dynamic?: 'read-only' | 'cluster-wide' | 'per-broker'
  readonly importance?: 'high' | 'medium' | 'low'
}

export interface ConfigError {
  readonly name: string
  /** Names key, value and what is allowed; a password's value is not shown. */
  readonly message: string
}

type ValueOf<Key extends ConfigKey> = ConfigValueTypes[Key['type']] | (null extends Key['default'] ? null : never)

/** The values by name, typed where the table is written as a constant tuple. */
export type ConfigValues<Keys extends readonly ConfigKey[]> = {
  readonly [Key in Keys[number] as Key['name']]: ValueOf<Key>
}

export interface ParsedConfig<Keys extends readonly ConfigKey[]> {
  /** Every key of the table; those that were not given, or are wrong, with their defaults. */
  readonly values: ConfigValues<Keys>
  /** Given keys that the table does not have, in the order in which they were given. */
  readonly unknown: string[]
  readonly errors: ConfigError[]
}

export interface ConfigTable<Keys extends readonly ConfigKey[]> {
  readonly keys: Keys
  key(name: string): Keys[number] | undefined
  /** The name in the table that somebody may have meant by this one. */
  closest(name: string): string | undefined
  parse(given: ReadonlyMap<string, string>): ParsedConfig<Keys>
}

/** A component's configuration. Defaults are checked here: a wrong one is a defect of the table. */
export function configTable<const Keys extends readonly ConfigKey[]>(keys: Keys): ConfigTable<Keys> {
  const byName = new Map<string, Keys[number]>(keys.map((key) => [key.name, key]))
  assert(byName.size === keys.length, 'a configuration table names each key once', () => ({ names: duplicates(keys) }))
  const defaults = new Map(keys.map((key) => [key.name, defaultOf(key)]))
  return {
    keys,
    key: (name) => byName.get(name),
    closest: (name) => closest(name, byName.keys()),
    parse(given) {
      const values = new Map<string, ConfigValue | null>(defaults)
      const errors: ConfigError[] = []
      for (const key of keys) {
        const read = readKey(key, given.get(key.name))
        if (read.kind === 'value') values.set(key.name, read.value)
        if (read.kind === 'error') errors.push({ name: key.name, message: read.message })
      }
      const unknown = [...given.keys()].filter((name) => !byName.has(name))
      return { values: Object.fromEntries(values) as ConfigValues<Keys>, unknown, errors }
    },
  }
}

type Read =
  | { readonly kind: 'default' }
  | { readonly kind: 'value'; readonly value: ConfigValue }
  | { readonly kind: 'error'; readonly message: string }

function readKey(key: ConfigKey, text: string | undefined): Read {
  if (text === undefined) {
    if (key.default !== undefined) return { kind: 'default' }
    return { kind: 'error', message: `Missing required configuration ${key.name}, which has no default` }
  }
  const parsed = parseConfigValue(key.type, text, key)
  if (parsed.ok) return { kind: 'value', value: parsed.value }
  const shown = key.type === 'password' ? '[hidden]' : text
  return { kind: 'error', message: `Invalid value ${shown} for configuration ${key.name}: ${parsed.reason}` }
}

/** A required key that is missing has no value: `errors` tells, and its reader is not reached. */
function defaultOf(key: ConfigKey): ConfigValue | null {
  if (key.default === undefined || key.default === null) return null
  const parsed = parseConfigValue(key.type, String(key.default), key)
  assert(parsed.ok, 'the default of a configuration key is a valid value', () => ({
    name: key.name,
    default: key.default,
  }))
  return parsed.value
}

function duplicates(keys: readonly ConfigKey[]): string[] {
  const names = keys.map((key) => key.name)
  return names.filter((name, index) => names.indexOf(name) !== index)
}
