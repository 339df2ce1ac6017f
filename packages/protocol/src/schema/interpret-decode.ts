/** Reads a message by walking its resolved tree. */
import type { Reader } from '../bytes/reader.ts'
import { elementOf, type FieldAt, fixedWidth, isNumber, type StructAt, type TypeAt } from './resolve.ts'

type Struct = Record<string, unknown>

export function decodeStruct(reader: Reader, struct: StructAt): Struct {
  const value: Struct = {}
  for (const field of struct.fields) {
    value[field.name] = field.presence === 'inline' ? decodeField(reader, field) : freshDefault(field)
  }
  if (struct.flexible) decodeTagged(reader, struct, value)
  return value
}

function decodeTagged(reader: Reader, struct: StructAt, value: Struct): void {
  const count = reader.uvarint(struct.path)
  reader.claimNumbers(count, 2, struct.path)
  for (let index = 0; index < count; index++) {
    const tag = reader.uvarint(struct.path)
    const size = reader.uvarint(struct.path)
    const field = struct.tagged.find((candidate) => candidate.tag === tag)
    if (field === undefined) reader.take(size, struct.path)
    else value[field.name] = decodeSized(reader, field, size)
  }
}

function decodeSized(reader: Reader, field: FieldAt, size: number): unknown {
  if (size > reader.end - reader.position) reader.short(size, field.path)
  const outerEnd = reader.end
  reader.end = reader.position + size
  const value = decodeField(reader, field)
  reader.expectEnd(reader.end, field.path)
  reader.end = outerEnd
  return value
}

function decodeField(reader: Reader, field: FieldAt): unknown {
  const { type, path } = field
  if (type.kind === 'struct') {
    if (field.nullable && readsNullStruct(reader, field)) return null
    return decodeStruct(reader, type.struct)
  }
  if (fixedWidth(type) > 0) return decodeFixed(reader, type, field)
  const length = readLength(reader, field)
  if (length >= 0) return decodeSizedType(reader, { type, path, compact: field.compact, length })
  if (!field.nullable) reader.missing(path)
  return null
}

/** Inline: int8, negative for null. Tagged: varint, 0 for null. */
function readsNullStruct(reader: Reader, field: FieldAt): boolean {
  return field.presence === 'tagged' ? reader.uvarint(field.path) === 0 : reader.int8(field.path) < 0
}

function readLength(reader: Reader, field: Pick<FieldAt, 'type' | 'compact' | 'path'>): number {
  if (field.compact) return reader.uvarint(field.path) - 1
  return field.type.kind === 'string' ? reader.int16(field.path) : reader.int32(field.path)
}

function decodeSizedType(
  reader: Reader,
  at: { type: TypeAt; path: string; compact: boolean; length: number },
): unknown {
  if (at.type.kind === 'string') return reader.text(at.length, at.path)
  if (at.type.kind === 'array') return decodeArray(reader, at)
  return reader.view(at.length, at.path)
}

function decodeArray(reader: Reader, at: { type: TypeAt; path: string; compact: boolean; length: number }): unknown[] {
  const { path, compact, length } = at
  const { element, elementBytesMin } = at.type as TypeAt & { kind: 'array' }
  if (isNumber(element)) reader.claimNumbers(length, elementBytesMin, path)
  else reader.claimElements(length, elementBytesMin, path)
  const field = elementOf({ type: element, path, compact })
  return Array.from({ length }, () => decodeField(reader, field))
}

function decodeFixed(reader: Reader, type: TypeAt, field: FieldAt): unknown {
  const { path } = field
  switch (type.kind) {
    case 'bool':
      return reader.int8(path) !== 0
    case 'int64':
      return reader.int64(path, field.approximate)
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint16':
    case 'uint32':
    case 'bits64':
    case 'float64':
    case 'uuid':
      return reader[type.kind](path)
    default:
      return reader.missing(path)
  }
}

/** A default that the receiver may change without changing it for others. */
function freshDefault(field: FieldAt): unknown {
  if (field.default === null || field.type.kind === 'bytes') return field.default
  if (field.type.kind === 'array') return [...(field.default as unknown[])]
  if (field.type.kind !== 'struct') return field.default
  return Object.fromEntries(field.type.struct.fields.map((inner) => [inner.name, freshDefault(inner)]))
}
