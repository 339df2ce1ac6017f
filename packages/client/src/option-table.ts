import { type ConfigKey, parseConfigValue } from '@ottla/runtime'
import { ClientConfigError } from './options.ts'

/** Kafka's key as an option: fetch.min.bytes becomes fetchMinBytes. */
export function optionName(key: string): string {
  return key.replace(/\.([a-z])/g, (_, letter: string) => letter.toUpperCase())
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
