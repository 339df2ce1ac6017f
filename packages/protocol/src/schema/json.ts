/**
 * A message as the JSON that Kafka's own tools print and that the golden vectors carry: fields that the version has not are left
 * out, tagged fields too while they have their default, bytes are base64, and of `records` only null or "" is shown.
 */
import { ProtocolError } from '../protocol-error.ts'
import type { Message } from './message.ts'
import { type FieldAt, isDefault, resolve, type StructAt, type TypeAt } from './resolve.ts'
import type { Decoded, Encodable, Fields } from './types.ts'

type Json = Record<string, unknown>

export function messageToJson<F extends Fields>(message: Message<F>, version: number, value: Decoded<F>): Json {
  return structToJson(resolve(message, version), value as Json)
}

/** The value to encode. `records` stands for every `records` field that is not null: JSON does not carry them. */
export function messageFromJson<F extends Fields>(
  message: Message<F>,
  version: number,
  json: Json,
  records: Uint8Array = new Uint8Array(0),
): Encodable<F> {
  return structFromJson(resolve(message, version), json, records) as Encodable<F>
}

function structToJson(struct: StructAt, value: Json): Json {
  const shown = struct.fields.filter((field) => isShown(field, value[field.name]))
  return Object.fromEntries(shown.map((field) => [field.name, valueToJson(field.type, value[field.name])]))
}

function isShown(field: FieldAt, value: unknown): boolean {
  return field.presence === 'inline' || (field.presence === 'tagged' && !isDefault(field, value))
}

function valueToJson(type: TypeAt, value: unknown): unknown {
  if (value === null) return null
  if (type.kind === 'array') return (value as unknown[]).map((element) => valueToJson(type.element, element))
  if (type.kind === 'struct') return structToJson(type.struct, value as Json)
  if (type.kind === 'records') return ''
  if (type.kind === 'bits64') return bits64ToJson(value as bigint)
  return type.kind === 'bytes' ? toBase64(value as Uint8Array) : value
}

function structFromJson(struct: StructAt, json: unknown, records: Uint8Array): Json {
  if (typeof json !== 'object' || json === null) throw new ProtocolError(`${struct.path}: an object is expected`)
  const names = new Map(struct.fields.map((field) => [field.name, field]))
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => {
      const field = names.get(name)
      if (field === undefined) throw new ProtocolError(`${struct.path} has no field ${name}`)
      return [name, valueFromJson(field, value, records)]
    }),
  )
}

function valueFromJson(field: Pick<FieldAt, 'type' | 'path'>, value: unknown, records: Uint8Array): unknown {
  const { type, path } = field
  if (value === null) return null
  if (type.kind === 'struct') return structFromJson(type.struct, value, records)
  if (type.kind === 'records') return records
  if (type.kind === 'bytes') return fromBase64(String(value))
  if (type.kind === 'bits64') return BigInt(value as number | string)
  if (type.kind !== 'array') return value
  if (!Array.isArray(value)) throw new ProtocolError(`${path}: an array is expected`)
  return value.map((element) => valueFromJson({ type: type.element, path }, element, records))
}

/** A number where it is exact, its digits otherwise: JSON has no other form that survives being read. */
function bits64ToJson(value: bigint): number | string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
}
