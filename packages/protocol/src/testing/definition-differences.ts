/** Compares our definitions with Kafka's own, field by field and version by version. */
import { INT64_MAX } from '../bytes/reader.ts'
import type { Message } from '../schema/message.ts'
import { type FieldAt, resolve, type StructAt, type TypeAt } from '../schema/resolve.ts'
import {
  includes,
  NO_VERSIONS,
  type VersionRange,
  type VersionText,
  versionRange,
  versionsText,
} from '../schema/versions.ts'
import { ZERO_UUID } from '../uuid.ts'
import type { KafkaField, KafkaMessage } from './kafka-definition.ts'

/** Everything about a field that its bytes or its handling depend on, at one version. */
interface Shape {
  readonly name: string
  readonly type: string
  readonly presence: FieldAt['presence']
  readonly tag: number | null
  readonly nullable: boolean
  readonly compact: boolean
  readonly ignorable: boolean
  readonly default: string
  readonly fields: readonly Shape[]
}

/** One line for each thing in which `ours` differs from `theirs`; none when they agree. */
export function definitionDifferences(ours: Message, theirs: KafkaMessage): string[] {
  const heads = headDifferences(ours, theirs)
  if (heads.length > 0) return heads
  const found: string[] = []
  for (let version = ours.versions.min; version <= ours.versions.max; version++) {
    const struct = resolve(ours, version)
    const at = `${ours.name} version ${version}`
    if (struct.flexible !== includes(range(theirs.flexibleVersions), version)) found.push(`${at}: flexible or not`)
    found.push(...shapeDifferences(at, comparable(ourShapes(struct)), comparable(kafkaShapes(theirs, version))))
  }
  return found
}

function headDifferences(ours: Message, theirs: KafkaMessage): string[] {
  const pairs = [
    ['kind', ours.kind, theirs.type ?? 'data'],
    ['api key or record type', ours.apiKey, theirs.apiKey ?? -1],
    ['versions', versionsText(ours.versions), theirs.validVersions],
  ] as const
  return pairs
    .filter(([, our, their]) => our !== their)
    .map(([what, our, their]) => `${ours.name}: ${what} ${our}, Kafka has ${their}`)
}

function shapeDifferences(at: string, ours: readonly Shape[], theirs: readonly Shape[]): string[] {
  const names = (shapes: readonly Shape[]) => shapes.map((shape) => shape.name).join(', ')
  if (names(ours) !== names(theirs)) return [`${at}: fields ${names(ours)}; Kafka has ${names(theirs)}`]
  return ours.flatMap((our, index) => {
    const their = theirs[index]!
    const path = `${at} ${our.name}`
    const differing = COMPARED.filter((property) => our[property] !== their[property])
    const lines = differing.map(
      (property) => `${path}: ${property} ${String(our[property])}, Kafka has ${String(their[property])}`,
    )
    return [...lines, ...shapeDifferences(path, our.fields, their.fields)]
  })
}

const COMPARED = ['type', 'presence', 'tag', 'nullable', 'compact', 'ignorable', 'default'] as const

function range(text: VersionText | 'none' | undefined): VersionRange {
  return text === undefined || text === 'none' ? NO_VERSIONS : versionRange(text)
}

const TAKES_LENGTH = /^(string|bytes|records|\[\])/

function kafkaShapes(message: KafkaMessage, version: number): Shape[] {
  const flexible = includes(range(message.flexibleVersions), version)
  const structs = new Map((message.commonStructs ?? []).map((struct) => [struct.name, struct.fields ?? []]))
  const shapeOf = (field: KafkaField): Shape => {
    const element = field.type.replace('[]', '')
    const inner = /^[A-Z]/.test(element) ? (field.fields ?? structs.get(element) ?? []) : []
    const carried = includes(range(field.versions ?? field.taggedVersions), version)
    const tagged = includes(range(field.taggedVersions), version)
    const fields = inner.map(shapeOf)
    return {
      name: field.name[0]!.toLowerCase() + field.name.slice(1),
      type: inner.length > 0 ? field.type.replace(element, 'struct') : field.type,
      presence: !carried ? 'absent' : tagged ? 'tagged' : 'inline',
      tag: tagged ? field.tag! : null,
      nullable: includes(range(field.nullableVersions), version),
      compact: flexible && field.flexibleVersions !== 'none' && TAKES_LENGTH.test(field.type),
      ignorable: field.ignorable ?? false,
      default: JSON.stringify(kafkaDefault(field, fields)),
      fields,
    }
  }
  return (message.fields ?? []).map(shapeOf)
}

function kafkaDefault(field: KafkaField, inner: readonly Shape[]): unknown {
  if (field.default === 'null') return null
  const text = String(field.default ?? '')
  if (field.type.startsWith('[]')) return []
  if (/^[A-Z]/.test(field.type)) {
    return Object.fromEntries(inner.map((shape) => [shape.name, JSON.parse(shape.default)]))
  }
  switch (field.type) {
    case 'string':
    case 'bytes':
      return text
    case 'bool':
      return text === 'true'
    case 'uuid':
      return ZERO_UUID
    case 'records':
      return null
    default:
      return text === '9223372036854775807' ? INT64_MAX : Number(text)
  }
}

function ourShapes(struct: StructAt): Shape[] {
  return struct.fields.map((field) => ({
    name: field.name,
    type: typeText(field.type),
    presence: field.presence,
    tag: field.presence === 'tagged' ? field.tag : null,
    nullable: field.nullable,
    compact: field.compact && TAKES_LENGTH.test(typeText(field.type)),
    ignorable: field.ignorable,
    default: JSON.stringify(field.default, plainDefault),
    fields: innerStruct(field.type),
  }))
}

/** `bits64` is an int64 to Kafka, whose empty bytes are an empty string here. */
function plainDefault(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  return value instanceof Uint8Array ? '' : value
}

function typeText(type: TypeAt): string {
  if (type.kind === 'bits64') return 'int64'
  return type.kind === 'array' ? `[]${typeText(type.element)}` : type.kind
}

function innerStruct(type: TypeAt): Shape[] {
  if (type.kind === 'array') return innerStruct(type.element)
  return type.kind === 'struct' ? ourShapes(type.struct) : []
}

/** A version without the field, or without what it stands in, has no say on how it is carried. */
function comparable(shapes: readonly Shape[], isInAbsent = false): Shape[] {
  return shapes.map((shape) => {
    const isAbsent = isInAbsent || shape.presence === 'absent'
    const carried = isAbsent ? { presence: 'absent' as const, tag: null, nullable: false, compact: false } : {}
    return { ...shape, ...carried, fields: comparable(shape.fields, isAbsent) }
  })
}
