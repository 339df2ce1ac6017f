import { ClientConfigError, optionName } from '../option-table.ts'
import { type Deserializer, deserializerOfClass } from './deserializers.ts'
import { parseOffsetReset, RESETS } from './offset-reset.ts'
import { CONSUMER_TABLE, type ConsumerOptions } from './options.ts'

export interface ConsumerProperties {
  readonly options: Partial<ConsumerOptions<unknown, unknown>>
  /** Keys that mean nothing to this client. */
  readonly unknown: readonly string[]
}

const DESERIALIZER_KEYS = ['key.deserializer', 'value.deserializer']

/** Options from a properties file in Kafka's names. Throws a `ClientConfigError` for a value that cannot be used. */
export function consumerOptionsOfProperties(properties: ReadonlyMap<string, string>): ConsumerProperties {
  const { values, unknown, errors } = CONSUMER_TABLE.parse(withLowerCase(properties))
  const [error] = errors
  if (error !== undefined) throw new ClientConfigError(error.message)
  const reset = values['auto.offset.reset']
  if (parseOffsetReset(reset) === undefined) {
    throw new ClientConfigError(`Invalid value ${reset} for configuration auto.offset.reset: ${RESETS}`)
  }
  const given = Object.entries(values).filter(([key]) => properties.has(key))
  const deserializers = DESERIALIZER_KEYS.filter((key) => properties.has(key)).map(
    (key) => [optionName(key), deserializerOf(key, properties.get(key)!.trim())] as const,
  )
  return {
    options: Object.fromEntries([...given.map(([key, value]) => [optionName(key), value] as const), ...deserializers]),
    unknown: unknown.filter((key) => !DESERIALIZER_KEYS.includes(key)),
  }
}

/** group.protocol is taken in any case. */
function withLowerCase(properties: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const protocol = properties.get('group.protocol')
  return protocol === undefined ? properties : new Map(properties).set('group.protocol', protocol.toLowerCase())
}

function deserializerOf(key: string, name: string): Deserializer<unknown> {
  const deserializer = deserializerOfClass(name)
  if (deserializer !== undefined) return deserializer
  throw new ClientConfigError(`Invalid value ${name} for configuration ${key}: not one of Kafka's own deserializers`)
}
