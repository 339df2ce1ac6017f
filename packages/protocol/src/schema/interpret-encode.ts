/** Writes a message by walking its resolved tree. */
import { INT64_MAX } from '../bytes/reader.ts'
import type { Chunk, Writer } from '../bytes/writer.ts'
import { check, isBits64, isBytes, isRecords, rejectUncarried } from './checks.ts'
import { elementOf, type FieldAt, isDefault, type StructAt, type TypeAt } from './resolve.ts'

type Struct = Record<string, unknown>

export function encodeStruct(writer: Writer, struct: StructAt, value: unknown): void {
  if (typeof value !== 'object' || value === null) check(value, struct.path, 'an object')
  for (const field of struct.fields) {
    const given = (value as Struct)[field.name]
    if (field.presence === 'inline') encodeField(writer, field, given)
    else if (field.presence === 'absent') rejectUncarried(field, given)
  }
  if (struct.flexible) encodeTagged(writer, struct, value as Struct)
}

function encodeTagged(writer: Writer, struct: StructAt, value: Struct): void {
  const present = struct.tagged.filter((field) => !isDefault(field, value[field.name]))
  writer.uvarint(present.length)
  for (const field of present) {
    writer.uvarint(field.tag)
    const mark = writer.beginSized()
    encodeField(writer, field, value[field.name])
    writer.endSized(mark)
  }
}

function encodeField(writer: Writer, field: FieldAt, given: unknown): void {
  const value = given === undefined && field.optional ? field.default : given
  if (value === null && field.nullable) encodeNull(writer, field)
  else encodePresent(writer, field, value)
}

function encodeNull(writer: Writer, field: FieldAt): void {
  if (field.type.kind === 'struct') writer.int8(field.presence === 'tagged' ? 0 : -1)
  else if (field.compact) writer.int8(0)
  else if (field.type.kind === 'string') writer.int16(-1)
  else writer.int32(-1)
}

function encodePresent(writer: Writer, field: FieldAt, value: unknown): void {
  const { type, path } = field
  switch (type.kind) {
    case 'struct':
      if (field.nullable) writer.int8(1)
      encodeStruct(writer, type.struct, value)
      return
    case 'array':
      encodeArray(writer, field, value)
      return
    case 'string':
      if (typeof value !== 'string') check(value, path, 'a string')
      if (field.compact) writer.compactString(value as string, path)
      else writer.string(value as string, path)
      return
    case 'bytes':
    case 'records':
      encodeBytes(writer, field, value)
      return
    default:
      encodeFixed(writer, field, value)
  }
}

function encodeArray(writer: Writer, field: FieldAt, value: unknown): void {
  const { element } = field.type as TypeAt & { kind: 'array' }
  if (!Array.isArray(value)) check(value, field.path, 'an array')
  const elements = value as readonly unknown[]
  writeLength(writer, field, elements.length)
  const each = elementOf({ type: element, path: field.path, compact: field.compact })
  for (const one of elements) encodeField(writer, each, one)
}

function writeLength(writer: Writer, field: FieldAt, length: number): void {
  if (field.compact) writer.uvarint(length + 1)
  else writer.int32(length)
}

function encodeBytes(writer: Writer, field: FieldAt, value: unknown): void {
  const isRight = field.type.kind === 'records' ? isRecords(value) : isBytes(value)
  if (!isRight) check(value, field.path, 'bytes')
  writeLength(writer, field, (value as Chunk).byteLength)
  if (field.type.kind === 'records') writer.records(value as Chunk, field.path)
  else writer.raw(value as Uint8Array)
}

function encodeFixed(writer: Writer, field: FieldAt, value: unknown): void {
  const { type, path } = field
  const number = value as number
  switch (type.kind) {
    case 'bool':
      if (typeof value !== 'boolean') check(value, path, 'a boolean')
      writer.bool(value as boolean)
      return
    case 'uuid':
      if (typeof value !== 'string') check(value, path, 'a UUID')
      writer.uuid(value as string)
      return
    case 'float64':
      if (typeof value !== 'number') check(value, path, 'a number')
      writer.float64(number)
      return
    case 'bits64':
      if (!isBits64(value)) check(value, path, 'a bigint of 64 bits')
      writer.bits64(value as bigint)
      return
    case 'int64':
      encodeInt64(writer, field, number)
      return
    default:
      encodeInteger(writer, field, number)
  }
}

function encodeInt64(writer: Writer, field: FieldAt, value: number): void {
  if (!field.approximate && !Number.isSafeInteger(value)) check(value, field.path, 'a safe integer')
  if (!(Number.isInteger(value) && Math.abs(value) <= INT64_MAX)) check(value, field.path, 'an integer of 64 bits')
  if (value === INT64_MAX) writer.int64Max()
  else writer.int64(value)
}

const RANGES: Record<string, readonly [number, number, 'int8' | 'int16' | 'int32']> = {
  int8: [-0x80, 0x7f, 'int8'],
  int16: [-0x8000, 0x7fff, 'int16'],
  int32: [-0x80000000, 0x7fffffff, 'int32'],
  uint16: [0, 0xffff, 'int16'],
  uint32: [0, 0xffffffff, 'int32'],
}

function encodeInteger(writer: Writer, field: FieldAt, value: number): void {
  const { kind } = field.type
  const [min, max, write] = RANGES[kind]!
  if (!Number.isInteger(value) || value < min || value > max) check(value, field.path, kind)
  writer[write](value)
}
