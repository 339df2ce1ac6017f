import { configTable } from '@ottla/runtime'
import { GROUP_CONFIG_KEYS, type GroupConfigKey, type GroupConfigName } from './group-config-keys.ts'

type Values = ReadonlyMap<string, string>

/** Of one broker, per key: what a group's value must be within, and what holds for a group without one. */
export type GroupConfigBounds = Readonly<
  Record<GroupConfigName, { readonly min: number; readonly max: number; readonly otherwise: number }>
>

const TABLE = configTable(GROUP_CONFIG_KEYS)

export function groupConfigKey(name: string): GroupConfigKey | undefined {
  return TABLE.key(name)
}

/** Why no group can have these values, in one sentence; undefined when one can. Texts are Kafka's. */
export function invalidGroupConfigs(overrides: Values): string | undefined {
  const { unknown, errors } = TABLE.parse(overrides)
  if (unknown[0] !== undefined) return unknownGroupKey(unknown[0])
  return errors[0]?.message
}

function unknownGroupKey(name: string): string {
  const meant = TABLE.closest(name)
  return `Unknown group config name: ${name}${meant === undefined ? '' : `; did you mean ${meant}?`}`
}

/** Why these values do not suit the brokers' bounds; undefined when they do. Values that are no numbers are not its business. */
export function groupConfigsOutOfBounds(overrides: Values, bounds: GroupConfigBounds): string | undefined {
  const value = (name: GroupConfigName) => Number(overrides.get(name) ?? bounds[name].otherwise)
  for (const { name, brokerKey } of GROUP_CONFIG_KEYS) {
    const outside = outOfBounds({ shown: name, value: value(name), brokerKey }, bounds[name])
    if (outside !== undefined) return outside
  }
  return value('consumer.session.timeout.ms') <= value('consumer.heartbeat.interval.ms')
    ? 'consumer.session.timeout.ms must be greater than consumer.heartbeat.interval.ms'
    : undefined
}

/** The same of dynamic values of brokers, for groups without a value of their own. */
export function brokerConfigsOutOfBounds(overrides: Values, bounds: GroupConfigBounds): string | undefined {
  for (const { name, brokerKey } of GROUP_CONFIG_KEYS) {
    const value = overrides.get(brokerKey)
    if (value === undefined) continue
    const outside = outOfBounds({ shown: brokerKey, value: Number(value), brokerKey }, bounds[name])
    if (outside !== undefined) return outside
  }
  return undefined
}

interface Judged {
  readonly shown: string
  readonly value: number
  readonly brokerKey: string
}

function outOfBounds(
  { shown, value, brokerKey }: Judged,
  { min, max }: { readonly min: number; readonly max: number },
): string | undefined {
  const bound = (which: 'min' | 'max') => brokerKey.replace('consumer.', `consumer.${which}.`)
  if (value < min) return `${shown} must be greater than or equal to ${bound('min')}`
  if (value > max) return `${shown} must be less than or equal to ${bound('max')}`
  return undefined
}
