/**
 * Kafka's own definitions of its messages, as facts to compare ours with: read from its JSON files, or from a table that says the same in
 * a tenth of the space. A line of the table is a message (`name kind apiKey versions flexible`), a field below it, or a struct that
 * several fields share (`=Name struct versions`); what is inside stands below, one space further in.
 */
import type { VersionText } from '../schema/versions.ts'

export interface KafkaField {
  readonly name: string
  readonly type: string
  /** Absent when `taggedVersions` says it. */
  readonly versions?: VersionText
  readonly nullableVersions?: VersionText
  readonly taggedVersions?: VersionText
  readonly flexibleVersions?: VersionText | 'none'
  readonly tag?: number
  readonly ignorable?: boolean
  /** The text 'null' is a default of null; a JSON null says nothing, as if it were absent. */
  readonly default?: string | number | boolean | null
  readonly fields?: readonly KafkaField[]
}

export interface KafkaMessage {
  readonly apiKey?: number
  /** Absent in one definition, of the streams library. */
  readonly type?: string
  readonly name: string
  /** `none`: the message is gone, its key is not given away again. */
  readonly validVersions: VersionText | 'none'
  readonly flexibleVersions: VersionText | 'none'
  readonly fields?: readonly KafkaField[]
  readonly commonStructs?: readonly KafkaField[]
}

const STRING_OR_COMMENT = /("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g

/** Reads a definition as Kafka writes it: JSON with comments of both kinds. */
export function parseKafkaJson(text: string): KafkaMessage {
  const withoutComments = text.replace(STRING_OR_COMMENT, (_, string?: string) => string ?? '')
  return JSON.parse(withoutComments) as KafkaMessage
}

export function printDefinitions(messages: readonly KafkaMessage[]): string {
  return messages.flatMap(messageLines).join('\n').concat('\n')
}

function messageLines(message: KafkaMessage): string[] {
  const { name, type = 'data', apiKey = -1, validVersions, flexibleVersions } = message
  return [
    [name, type, apiKey, validVersions, flexibleVersions].join(' '),
    ...fieldLines(message.fields ?? [], ' '),
    ...(message.commonStructs ?? []).flatMap((struct) => [
      ` =${struct.name} struct ${struct.versions ?? '-'}`,
      ...fieldLines(struct.fields ?? [], '  '),
    ]),
  ]
}

function fieldLines(fields: readonly KafkaField[], indent: string): string[] {
  return fields.flatMap((field) => [indent + fieldLine(field), ...fieldLines(field.fields ?? [], `${indent} `)])
}

function fieldLine(field: KafkaField): string {
  const facts = FACTS.filter(([, name]) => field[name] !== undefined && field[name] !== null && field[name] !== false)
  const words = facts.map(([word, name]) => `${word}=${field[name]}`)
  return [field.name, field.type, field.versions ?? '-', ...words].join(' ')
}

/** What a line may say of a field behind its name, type and versions. */
const FACTS = [
  ['nullable', 'nullableVersions'],
  ['tagged', 'taggedVersions'],
  ['tag', 'tag'],
  ['flexible', 'flexibleVersions'],
  ['ignorable', 'ignorable'],
  ['default', 'default'],
] as const

interface Line {
  readonly depth: number
  readonly words: readonly string[]
}

/** By message name. */
export function parseDefinitions(table: string): ReadonlyMap<string, KafkaMessage> {
  const lines = table.trimEnd().split('\n').map(parseLine)
  const messages = new Map<string, KafkaMessage>()
  for (let at = 0; at < lines.length; ) {
    const end = endOfBlock(lines, at)
    const message = messageOf(lines.slice(at, end))
    messages.set(message.name, message)
    at = end
  }
  return messages
}

function parseLine(text: string): Line {
  const words = text.trimStart()
  return { depth: text.length - words.length, words: words.split(' ') }
}

/** Where the lines end that belong to the one at `at`. */
function endOfBlock(lines: readonly Line[], at: number): number {
  const next = lines.findIndex((line, index) => index > at && line.depth <= lines[at]!.depth)
  return next < 0 ? lines.length : next
}

function messageOf(block: readonly Line[]): KafkaMessage {
  const [name, type, apiKey, validVersions, flexibleVersions] = block[0]!.words as [
    string,
    string,
    string,
    never,
    never,
  ]
  const inside = fieldsOf(block.slice(1))
  const key = Number(apiKey) < 0 ? {} : { apiKey: Number(apiKey) }
  const isStruct = (field: KafkaField) => field.name.startsWith('=')
  return {
    ...key,
    name,
    type,
    validVersions,
    flexibleVersions,
    fields: inside.filter((field) => !isStruct(field)),
    commonStructs: inside.filter(isStruct).map((field) => ({ ...field, name: field.name.slice(1) })),
  }
}

function fieldsOf(lines: readonly Line[]): KafkaField[] {
  const fields: KafkaField[] = []
  for (let at = 0; at < lines.length; ) {
    const end = endOfBlock(lines, at)
    const inner = fieldsOf(lines.slice(at + 1, end))
    fields.push({ ...fieldOf(lines[at]!.words), ...(inner.length > 0 ? { fields: inner } : {}) })
    at = end
  }
  return fields
}

function fieldOf([name, type, versions, ...facts]: readonly string[]): KafkaField {
  const carried = versions === '-' ? {} : { versions }
  return { name, type, ...carried, ...Object.fromEntries(facts.map(factOf)) } as KafkaField
}

function factOf(fact: string): [string, unknown] {
  const [word, value] = fact.split('=') as [string, string]
  const name = FACTS.find(([candidate]) => candidate === word)?.[1] ?? word
  return [name, name === 'tag' ? Number(value) : name === 'ignorable' ? true : value]
}
