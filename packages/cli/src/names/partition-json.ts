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

/** The JSON value of a text, or why it is none: one line that quotes the place. */
export function parseJson(text: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    return { problem: (error as Error).message.replaceAll('\n', ' ') }
  }
}

const INT32_MAX = 2 ** 31 - 1

const isText = (value: unknown) => typeof value === 'string'
const isInt32 = (value: unknown) => Number.isInteger(value) && Math.abs(value as number) <= INT32_MAX

/** What a field may be: a text, a partition number, an offset, or a list. */
const FIELDS = {
  string: { expected: 'a string', fits: isText },
  strings: { expected: 'a list of strings', fits: (value: unknown) => Array.isArray(value) && value.every(isText) },
  int32: { expected: 'an integer of 32 bits', fits: isInt32 },
  int32s: {
    expected: 'a list of integers of 32 bits',
    fits: (value: unknown) => Array.isArray(value) && value.every(isInt32),
  },
  int64: { expected: 'an integer up to 2^53 - 1', fits: (value: unknown) => Number.isSafeInteger(value) },
} as const

interface FieldValues {
  readonly string: string
  readonly strings: readonly string[]
  readonly int32: number
  readonly int32s: readonly number[]
  readonly int64: number
}

/** A field of an element of `partitions`, which must be there. Throws a `ToolError` that names it. */
export function field<T extends keyof typeof FIELDS>(element: unknown, name: string, type: T): FieldValues[T] {
  const value = typeof element === 'object' && element !== null ? (element as Record<string, unknown>)[name] : undefined
  if (value === undefined) throw new ToolError(`No such field exists: \`${name}\``)
  const { expected, fits } = FIELDS[type]
  if (!fits(value)) throw new ToolError(`Field \`${name}\` is ${JSON.stringify(value)}: expected ${expected}`)
  return value as FieldValues[T]
}

/** Partitions that appear more than once, each once. */
export function repeatedPartitions(partitions: readonly TopicPartition[]): string[] {
  const names = partitions.map(partitionName)
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
}
