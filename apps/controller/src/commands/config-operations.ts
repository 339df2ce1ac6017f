import {
  brokerConfigKey,
  type ConfigResourceType,
  canonicalValue,
  groupConfigKey,
  topicConfigKey,
} from '@ottla/replication'
import type { Overrides } from './config-changes.ts'
import { Refusal, shown } from './refusal.ts'

/** Kafka's codes (KIP-339). */
const SET = 0
const DELETE = 1
const APPEND = 2
const SUBTRACT = 3

export interface ConfigOperation {
  readonly name: string
  readonly operation: number
  readonly value: string | null
}

/** The overrides after all operations; a deletion of what is not there is none. Throws a Refusal. */
export function operated(
  type: ConfigResourceType,
  current: Overrides,
  operations: readonly ConfigOperation[],
): Overrides {
  const nulls = operations.filter(({ operation, value }) => operation !== DELETE && value === null)
  if (nulls.length > 0) {
    const names = nulls.map(({ name }) => name).join(',')
    throw new Refusal('INVALID_REQUEST', `Null value not supported for : ${names}`)
  }
  const wanted = new Map(current)
  for (const { name, operation, value } of operations) {
    if (operation === DELETE) wanted.delete(name)
    else wanted.set(name, combined(type, current.get(name), { name, operation, value }))
  }
  return wanted
}

/** Kafka's limit: its record cannot hold a longer one. */
const VALUE_BYTES_MAX = 32_767

/** The values as they are written down: as Kafka reads them (`canonicalValue`). Throws a Refusal for one that is too long. */
export function keptValues(type: ConfigResourceType, values: Overrides): Overrides {
  return new Map(
    [...values].map(([name, text]) => {
      const { length } = new TextEncoder().encode(text)
      if (length > VALUE_BYTES_MAX) {
        const tooLong = `${length} bytes are more than ${VALUE_BYTES_MAX}`
        throw new Refusal('INVALID_CONFIG', `Invalid value for configuration ${shown(name)}: ${tooLong}`)
      }
      return [name, canonicalValue(keyOf(type, name), text)]
    }),
  )
}

function combined(type: ConfigResourceType, current: string | undefined, given: ConfigOperation): string {
  const value = given.value ?? ''
  switch (given.operation) {
    case SET:
      return value
    case APPEND:
      return [...new Set([...listOf(type, current, given), ...items(value)])].join(',')
    case SUBTRACT: {
      const gone = new Set(items(value))
      return listOf(type, current, given)
        .filter((item) => !gone.has(item))
        .join(',')
    }
    default:
      throw new Refusal('INVALID_REQUEST', `Unknown operation ${given.operation} on key ${given.name}`)
  }
}

/** What a list holds now: its override, else the key's default. */
function listOf(type: ConfigResourceType, current: string | undefined, { name, operation }: ConfigOperation): string[] {
  if (keyOf(type, name)?.type !== 'list') {
    const what = operation === APPEND ? 'APPEND' : 'SUBTRACT'
    throw new Refusal('INVALID_CONFIG', `Can't ${what} to key ${name} because its type is not LIST.`)
  }
  return items(current ?? String(keyOf(type, name)?.default ?? ''))
}

const KEYS = { topic: topicConfigKey, broker: brokerConfigKey, group: groupConfigKey } as const

function keyOf(type: ConfigResourceType, name: string) {
  return KEYS[type](name)
}

function items(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
