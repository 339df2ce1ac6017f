import { EncodeError } from '../protocol-error.ts'
import { type FieldAt, isDefault } from './resolve.ts'

/** Fails: `value` at `path` is not what the definition asks for. */
export function check(value: unknown, path: string, expected: string): never {
  throw new EncodeError(`${path}: ${expected} is expected, not ${shown(value)}`)
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  if (Array.isArray(value)) return 'an array'
  if (ArrayBuffer.isView(value)) return 'bytes'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

/** Kafka's rule: what a version cannot carry must be the default, unless the field may be ignored. */
export function rejectUncarried(field: FieldAt, value: unknown): void {
  if (value === undefined || field.ignorable || isDefault(field, value)) return
  throw new EncodeError(`${field.path}: this version cannot carry it, and it is ${shown(value)}`)
}

export function isBytes(value: unknown): boolean {
  return ArrayBuffer.isView(value)
}

/** Bytes, or anything that says how long it is. */
export function isRecords(value: unknown): boolean {
  return ArrayBuffer.isView(value) || Number.isSafeInteger((value as { byteLength?: unknown } | null)?.byteLength)
}

/** A bigint that a signed 64-bit integer holds. */
export function isBits64(value: unknown): boolean {
  return typeof value === 'bigint' && BigInt.asIntN(64, value) === value
}
