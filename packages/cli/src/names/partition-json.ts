import type { TopicPartition } from '@ottla/client'
import { DiskError, type Runtime } from '@ottla/runtime'
import { ToolError } from '../tool/failure.ts'

/** `t-0`, as tools print a partition. */
export function partitionName({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}

/** The text of a file that an option names. Throws a `ToolError`. */
export function readTextFile({ disk }: Runtime, path: string): string {
  try {
    return new TextDecoder().decode(disk.readFile(path))
  } catch (error) {
    if (error instanceof DiskError) throw new ToolError(`Unable to read file ${path}: ${error.message}`)
    throw error
  }
}

/** The JSON value of a text; undefined when it is none. */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

const INT32_MAX = 2 ** 31 - 1

/** What a field may be: a text, a partition number, or an offset. */
const FIELDS = {
  string: { expected: 'a string', fits: (value: unknown) => typeof value === 'string' },
  int32: {
    expected: 'an integer of 32 bits',
    fits: (value: unknown) => Number.isInteger(value) && Math.abs(value as number) <= INT32_MAX,
  },
  int64: { expected: 'an integer up to 2^53 - 1', fits: (value: unknown) => Number.isSafeInteger(value) },
} as const

type FieldValue<T> = T extends 'string' ? string : number

/** A field of an element of `partitions`, which must be there. Throws a `ToolError` that names it. */
export function field<T extends keyof typeof FIELDS>(element: unknown, name: string, type: T): FieldValue<T> {
  const value = typeof element === 'object' && element !== null ? (element as Record<string, unknown>)[name] : undefined
  if (value === undefined) throw new ToolError(`No such field exists: \`${name}\``)
  const { expected, fits } = FIELDS[type]
  if (!fits(value)) throw new ToolError(`Field \`${name}\` is ${JSON.stringify(value)}: expected ${expected}`)
  return value as FieldValue<T>
}

/** Partitions that appear more than once, each once. */
export function repeatedPartitions(partitions: readonly TopicPartition[]): string[] {
  const names = partitions.map(partitionName)
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
}
