import { type ConfigKey, closest, parseConfigValue } from '@ottla/runtime'
import type { CallOptions } from './retry.ts'

/** An option that cannot be used; the message names it and its value. */
export class ClientConfigError extends Error {
  override readonly name = 'ClientConfigError'
}

/** Kafka's key as an option: fetch.min.bytes becomes fetchMinBytes. */
export function optionName(key: string): string {
  return key.replace(/\.([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** Above it a list of all names says less than the documentation. */
const NAMES_LISTED_MAX = 8

/**
 * Throws a `ClientConfigError` for an option that `of` (a component or a method) does not have: it would have no effect, and nobody
 * would know. What is undefined counts as not given.
 */
export function checkNames(of: string, options: object, names: readonly string[]): void {
  if (Object(options) !== options)
    throw new ClientConfigError(`${of}: expected options by name, not ${String(options)}`)
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || names.includes(name)) continue
    const meant = closest(name, names)
    throw new ClientConfigError(`${of}: there is no option ${name}; ${hintOf(meant, names)}`)
  }
}

function hintOf(meant: string | undefined, names: readonly string[]): string {
  if (meant !== undefined) return `did you mean ${meant}?`
  if (names.length <= NAMES_LISTED_MAX) return `expected ${names.join(', ')}`
  return 'options are keys of Kafka in camelCase, as far as this client has them'
}

/** Names of options of a call besides those of every call, each of them. */
type FurtherNames<T extends CallOptions> = Record<Exclude<keyof T, keyof CallOptions>, true>

/** The options of a call, each with a name that it knows. Throws a `ClientConfigError`. */
export function callOptions<T extends CallOptions>(call: string, options: T, further: FurtherNames<T>): T {
  checkNames(call, options, ['timeoutMs', 'signal', ...Object.keys(further)])
  return options
}

/**
 * The options of a component by their names, each checked by its row of the table, those that are not given with their
 * defaults. Options outside of the table are left out. Throws a `ClientConfigError` that names option and value.
 */
export function checkedOptions(keys: readonly ConfigKey[], given: object): Record<string, unknown> {
  const options = given as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    keys.map((key) => {
      const name = optionName(key.name)
      const value = options[name]
      return [name, value === undefined ? key.default : checked(key, name, value)]
    }),
  )
}

function checked(key: ConfigKey, name: string, value: unknown): unknown {
  const parsed = parseConfigValue(key.type, String(value), key)
  if (!parsed.ok) throw new ClientConfigError(`${name}=${String(value)}: ${parsed.reason}`)
  return parsed.value
}
