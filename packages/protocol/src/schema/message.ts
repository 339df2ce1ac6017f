import type { Reader } from '../bytes/reader.ts'
import type { Writer } from '../bytes/writer.ts'
import type { Decoded, Encodable, Fields } from './types.ts'
import { NO_VERSIONS, type VersionRange, type VersionText, versionRange } from './versions.ts'

/** As Kafka's definitions call them. `metadata`: a record of a log that is written in its frame of type and version. */
export type MessageKind =
  | 'request'
  | 'response'
  | 'header'
  | 'data'
  | 'metadata'
  | 'coordinator-key'
  | 'coordinator-value'

/** One message at one version. */
export interface Codec {
  decode(reader: Reader): unknown
  encode(writer: Writer, value: unknown): void
}

/** One message in all its versions. */
export interface Message<F extends Fields = Fields> {
  readonly kind: MessageKind
  /** Of a request or response; the record type of a coordinator's or metadata record; -1 for headers and data. */
  readonly apiKey: number
  /** As in Kafka's definitions, such as `FetchRequest`. */
  readonly name: string
  readonly versions: VersionRange
  /** Versions with compact lengths and tag sections. */
  readonly flexible: VersionRange
  readonly fields: F
  /** Filled by the first use of each version. */
  readonly codecs: (Codec | undefined)[]
}

/** What decode gives: every field of every version present. */
export type Infer<M> = M extends Message<infer F> ? Decoded<F> : never

/** What encode takes: fields that are versioned, tagged or have a default may be left out. */
export type InferInput<M> = M extends Message<infer F> ? Encodable<F> : never

export const notFlexible: VersionRange = NO_VERSIONS

export function flexibleFrom(version: number): VersionRange {
  return versionRange(`${version}+`)
}

interface Head {
  readonly kind: MessageKind
  readonly apiKey: number
  readonly name: string
  readonly versions: VersionText
  readonly flexible: VersionRange
}

function message<F extends Fields>(head: Head, fields: F): Message<F> {
  return { ...head, versions: versionRange(head.versions), fields, codecs: [] }
}

/** `name` without its suffix: `request(1, 'Fetch', …)` defines `FetchRequest`. */
export function request<F extends Fields>(
  apiKey: number,
  name: string,
  versions: VersionText,
  flexible: VersionRange,
  fields: F,
): Message<F> {
  return message({ kind: 'request', apiKey, name: `${name}Request`, versions, flexible }, fields)
}

export function response<F extends Fields>(
  apiKey: number,
  name: string,
  versions: VersionText,
  flexible: VersionRange,
  fields: F,
): Message<F> {
  return message({ kind: 'response', apiKey, name: `${name}Response`, versions, flexible }, fields)
}

export function header<F extends Fields>(
  name: string,
  versions: VersionText,
  flexible: VersionRange,
  fields: F,
): Message<F> {
  return message({ kind: 'header', apiKey: -1, name, versions, flexible }, fields)
}

/** A message outside requests: record keys and values, snapshots, blobs inside other messages. */
export function data<F extends Fields>(
  name: string,
  versions: VersionText,
  flexible: VersionRange,
  fields: F,
): Message<F> {
  return message({ kind: 'data', apiKey: -1, name, versions, flexible }, fields)
}

/** The key of a record in a coordinator's topic; `type` stands in front of it. There is one version, 0. */
export function coordinatorKey<F extends Fields>(type: number, name: string, fields: F): Message<F> {
  return message({ kind: 'coordinator-key', apiKey: type, name, versions: '0', flexible: notFlexible }, fields)
}

/** The value that belongs to the key of the same `type`; its version stands in front of it. */
export function coordinatorValue<F extends Fields>(
  type: number,
  name: string,
  versions: VersionText,
  flexible: VersionRange,
  fields: F,
): Message<F> {
  return message({ kind: 'coordinator-value', apiKey: type, name, versions, flexible }, fields)
}

/** The value of a record in the metadata log or the log of remote segments. Flexible in all versions. */
export function metadataRecord<F extends Fields>(
  type: number,
  name: string,
  versions: VersionText,
  fields: F,
): Message<F> {
  return message({ kind: 'metadata', apiKey: type, name, versions, flexible: flexibleFrom(0) }, fields)
}
