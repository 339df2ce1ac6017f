/**
 * A message seen at one version: every question that depends on the version is answered once, here. The interpreter
 * walks this tree; the compiler prints it as source text.
 */

import { UnsupportedVersionError } from '../protocol-error.ts'
import { ZERO_UUID } from '../uuid.ts'
import type { Message } from './message.ts'
import type { FieldSpec, Fields, ScalarKind, TypeSpec } from './types.ts'
import { includes, versionsText } from './versions.ts'

export interface StructAt {
  readonly path: string
  readonly flexible: boolean
  /** In order of definition, those that the version does not carry included. */
  readonly fields: readonly FieldAt[]
  /** In order of tag. */
  readonly tagged: readonly FieldAt[]
  /** Fewest bytes that a value takes. */
  readonly bytesMin: number
}

export interface FieldAt {
  readonly name: string
  /** For error messages, such as `FetchRequest.topics.partitions.fetchOffset`. */
  readonly path: string
  readonly type: TypeAt
  readonly presence: 'inline' | 'tagged' | 'absent'
  readonly tag: number
  readonly nullable: boolean
  readonly compact: boolean
  readonly approximate: boolean
  readonly ignorable: boolean
  readonly optional: boolean
  readonly default: unknown
}

export type TypeAt =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'array'; readonly element: TypeAt; readonly elementBytesMin: number }
  | { readonly kind: 'struct'; readonly struct: StructAt }

interface Context {
  readonly version: number
  readonly flexible: boolean
}

export function resolve(message: Message, version: number): StructAt {
  if (!includes(message.versions, version)) {
    throw new UnsupportedVersionError(message.name, version, versionsText(message.versions))
  }
  return structAt(message.fields, message.name, { version, flexible: includes(message.flexible, version) })
}

function structAt(fields: Fields, path: string, context: Context): StructAt {
  const all = Object.entries(fields).map(([name, field]) => fieldAt(name, field.spec, { path, context }))
  const inline = all.filter((field) => field.presence === 'inline')
  const tagged = all.filter((field) => field.presence === 'tagged').sort((one, other) => one.tag - other.tag)
  const bytesMin = inline.reduce((sum, field) => sum + fieldBytesMin(field), context.flexible ? 1 : 0)
  return { path, flexible: context.flexible, fields: all, tagged, bytesMin }
}

function fieldAt(name: string, spec: FieldSpec, at: { path: string; context: Context }): FieldAt {
  const { version, flexible } = at.context
  const path = `${at.path}.${name}`
  const type = typeAt(spec.type, path, at.context)
  return {
    name,
    path,
    type,
    presence: presenceAt(spec, version),
    tag: spec.tag,
    nullable: includes(spec.nullable, version),
    compact: flexible && spec.compact,
    approximate: spec.approximate,
    ignorable: spec.ignorable,
    optional: spec.optional,
    default: spec.default === undefined ? defaultOf(type) : spec.default,
  }
}

function presenceAt(spec: FieldSpec, version: number): FieldAt['presence'] {
  if (!includes(spec.versions, version)) return 'absent'
  return includes(spec.tagged, version) ? 'tagged' : 'inline'
}

function typeAt(spec: TypeSpec, path: string, context: Context): TypeAt {
  if (spec.kind === 'struct') return { kind: 'struct', struct: structAt(spec.fields, path, context) }
  if (spec.kind !== 'array') return spec
  const element = typeAt(spec.element, path, context)
  return { kind: 'array', element, elementBytesMin: typeBytesMin(element, context.flexible) }
}

/** The type's own default, for fields that name none. */
function defaultOf(type: TypeAt): unknown {
  switch (type.kind) {
    case 'bool':
      return false
    case 'string':
      return ''
    case 'uuid':
      return ZERO_UUID
    case 'bytes':
      return new Uint8Array(0)
    case 'records':
      return null
    case 'array':
      return []
    case 'bits64':
      return 0n
    case 'struct':
      return Object.fromEntries(type.struct.fields.map((field) => [field.name, field.default]))
    default:
      return 0
  }
}

/** Bytes of a fixed-width type, 0 for the others. */
export function fixedWidth(type: TypeAt): number {
  switch (type.kind) {
    case 'bool':
    case 'int8':
      return 1
    case 'int16':
    case 'uint16':
      return 2
    case 'int32':
    case 'uint32':
      return 4
    case 'int64':
    case 'bits64':
    case 'float64':
      return 8
    case 'uuid':
      return 16
    default:
      return 0
  }
}

/** Arrays of these are no larger in memory than on the wire. */
export function isNumber(type: TypeAt): boolean {
  return fixedWidth(type) > 0 && type.kind !== 'uuid' && type.kind !== 'bits64'
}

/** The elements of an array, described like a field: inline, never null, without default. */
export function elementOf(array: Pick<FieldAt, 'type' | 'path' | 'compact'>): FieldAt {
  return { ...ELEMENT, ...array }
}

const ELEMENT = {
  name: '',
  presence: 'inline',
  tag: -1,
  nullable: false,
  approximate: false,
  ignorable: false,
  optional: false,
  default: undefined,
} as const

/** Bytes that reading a value of the type begins with whatever follows: its whole width, or its length prefix. */
export function prefixBytes(field: Pick<FieldAt, 'type' | 'compact' | 'nullable'>): number {
  const width = fixedWidth(field.type)
  if (width > 0) return width
  if (field.type.kind === 'struct') return field.nullable ? 1 : 0
  if (field.compact) return 1
  return field.type.kind === 'string' ? 2 : 4
}

function fieldBytesMin(field: FieldAt): number {
  const prefix = prefixBytes(field)
  return field.type.kind === 'struct' && !field.nullable ? field.type.struct.bytesMin : prefix
}

/** At least 1, so that a count is always bounded by the bytes that remain. */
function typeBytesMin(type: TypeAt, flexible: boolean): number {
  if (type.kind === 'struct') return Math.max(1, type.struct.bytesMin)
  return prefixBytes({ type, compact: flexible, nullable: false })
}

/** Whether `value` says nothing that the default does not say; `undefined` counts as the default. */
export function isDefault(field: FieldAt, value: unknown): boolean {
  if (value === undefined || value === field.default) return true
  if (value === null || field.default === null) return false
  if (field.type.kind === 'array' || field.type.kind === 'bytes') return (value as { length: number }).length === 0
  if (field.type.kind !== 'struct') return false
  return field.type.struct.fields.every((inner) => isDefault(inner, (value as Record<string, unknown>)[inner.name]))
}
