/** Compares our definitions with Kafka's own, field by field and version by version. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { INT64_MAX } from '../bytes/reader.ts'
import { messages } from '../messages.ts'
import { ZERO_UUID } from '../uuid.ts'
import { type FieldAt, resolve, type StructAt, type TypeAt } from './resolve.ts'
import { includes, NO_VERSIONS, type VersionRange, type VersionText, versionRange } from './versions.ts'

interface KafkaField {
  readonly name: string
  readonly type: string
  readonly versions: VersionText
  readonly nullableVersions?: VersionText
  readonly taggedVersions?: VersionText
  readonly flexibleVersions?: VersionText | 'none'
  readonly tag?: number
  readonly ignorable?: boolean
  readonly default?: string | number | boolean
  readonly fields?: readonly KafkaField[]
}

interface KafkaMessage {
  readonly apiKey?: number
  readonly type: string
  readonly name: string
  readonly validVersions: VersionText
  readonly flexibleVersions: VersionText | 'none'
  readonly fields: readonly KafkaField[]
  readonly commonStructs?: readonly KafkaField[]
}

/** Everything about a field that its bytes or its handling depend on, at one version. */
interface Shape {
  readonly name: string
  readonly type: string
  readonly presence: FieldAt['presence']
  readonly tag: number | null
  readonly nullable: boolean
  readonly compact: boolean
  readonly ignorable: boolean
  readonly default: unknown
  readonly fields: readonly Shape[]
}

const folder = new URL('../vectors/message/', import.meta.url)

function kafkaMessage(name: string): KafkaMessage {
  const text = readFileSync(new URL(`${name}.json`, folder), 'utf8')
  return JSON.parse(text.replace(/^\s*\/\/.*$/gm, '')) as KafkaMessage
}

const range = (text: VersionText | 'none' | undefined): VersionRange =>
  text === undefined || text === 'none' ? NO_VERSIONS : versionRange(text)

const TAKES_LENGTH = /^(string|bytes|records|\[\])/

function kafkaShapes(message: KafkaMessage, version: number): Shape[] {
  const flexible = includes(range(message.flexibleVersions), version)
  const structs = new Map((message.commonStructs ?? []).map((struct) => [struct.name, struct.fields!]))
  const shapeOf = (field: KafkaField): Shape => {
    const element = field.type.replace('[]', '')
    const inner = /^[A-Z]/.test(element) ? (field.fields ?? structs.get(element)!) : []
    const carried = includes(versionRange(field.versions), version)
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
      default: kafkaDefault(field, fields),
      fields,
    }
  }
  return message.fields.map(shapeOf)
}

function kafkaDefault(field: KafkaField, inner: readonly Shape[]): unknown {
  if (field.default === 'null') return null
  const text = String(field.default ?? '')
  if (field.type.startsWith('[]')) return []
  if (/^[A-Z]/.test(field.type)) return Object.fromEntries(inner.map((shape) => [shape.name, shape.default]))
  if (field.type === 'string') return text
  if (field.type === 'bool') return text === 'true'
  if (field.type === 'uuid') return ZERO_UUID
  if (field.type === 'records') return null
  return text === '9223372036854775807' ? INT64_MAX : Number(text)
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
    default: field.default,
    fields: innerStruct(field.type),
  }))
}

function typeText(type: TypeAt): string {
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

describe("Kafka's definitions", () => {
  test('all have one of ours', () => {
    const theirs = readdirSync(folder).filter((name) => name.endsWith('.json'))
    expect(theirs.sort()).toEqual([...messages.keys()].map((name) => `${name}.json`).sort())
  })

  test.each([...messages.keys()])('%s', (name) => {
    const ours = messages.get(name)!
    const theirs = kafkaMessage(name)
    expect(ours.kind).toBe(theirs.type)
    expect(ours.apiKey).toBe(theirs.apiKey ?? -1)
    expect(ours.versions).toEqual(versionRange(theirs.validVersions))
    for (let version = ours.versions.min; version <= ours.versions.max; version++) {
      const struct = resolve(ours, version)
      expect([version, struct.flexible]).toEqual([version, includes(range(theirs.flexibleVersions), version)])
      expect([version, comparable(ourShapes(struct))]).toEqual([version, comparable(kafkaShapes(theirs, version))])
    }
  })
})
