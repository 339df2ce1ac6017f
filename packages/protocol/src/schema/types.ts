/**
 * The language in which messages are defined, and the static types inferred from a definition.
 *
 * A field is a type (`int32`, `string`, `array({ … })`, `struct({ … })`) refined by what Kafka's JSON definitions say of it: the versions
 * that carry it (all, unless `v` says otherwise), the versions in which it may be null, a default other than the type's own, whether a
 * version that cannot carry it drops a value silently, and a tag.
 */

import type { Chunk } from '../bytes/writer.ts'
import { ZERO_UUID } from '../uuid.ts'
import { ALL_VERSIONS, NO_VERSIONS, type VersionRange, type VersionText, versionRange } from './versions.ts'

export type ScalarKind =
  | 'bool'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'bits64'
  | 'uint16'
  | 'uint32'
  | 'float64'
  | 'uuid'
  | 'string'
  | 'bytes'
  | 'records'

export type TypeSpec =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'array'; readonly element: TypeSpec }
  | { readonly kind: 'struct'; readonly fields: Fields }

export interface FieldSpec {
  readonly type: TypeSpec
  readonly versions: VersionRange
  readonly nullable: VersionRange
  readonly tagged: VersionRange
  readonly tag: number
  readonly ignorable: boolean
  /** False for a string that keeps the old length prefix in flexible versions (only the client id of the request header). */
  readonly compact: boolean
  /** An int64 that is read as the nearest number, and written from it, beyond 2^53 - 1. */
  readonly approximate: boolean
  /** May be left out of a value to be encoded. */
  readonly optional: boolean
  readonly default: unknown
}

/**
 * One field. `Out` is what decode gives, `In` what encode takes, `Optional` whether encode may go without it. The
 * refining methods return a new field.
 */
export class Field<Out, In, Optional extends boolean> {
  declare readonly types: { readonly out: Out; readonly in: In; readonly optional: Optional }
  readonly spec: FieldSpec

  constructor(spec: FieldSpec) {
    this.spec = spec
  }

  /** Only these versions carry the field. */
  v(range: VersionText): Field<Out, In, true> {
    return new Field({ ...this.spec, versions: versionRange(range), optional: true })
  }

  /** May be null in these versions; in all of them without an argument. */
  nullable(range?: VersionText): Field<Out | null, In | null, Optional> {
    return new Field({ ...this.spec, nullable: range === undefined ? ALL_VERSIONS : versionRange(range) })
  }

  /** What decode gives for versions without the field, and encode writes when the value leaves it out. */
  default(value: In): Field<Out, In, true> {
    return new Field({ ...this.spec, default: value, optional: true })
  }

  /** Carried in the tag section: by the versions of `v`, or by those of `range` and inline in the others. */
  tagged(tag: number, range?: VersionText): Field<Out, In, true> {
    const tagged = range === undefined ? this.spec.versions : versionRange(range)
    return new Field({ ...this.spec, tag, tagged, optional: true })
  }

  /** A version that cannot carry the field drops its value silently; for others a value other than the default is an error. */
  ignorable(): Field<Out, In, Optional> {
    return new Field({ ...this.spec, ignorable: true })
  }

  /** Beyond 2^53 - 1 the nearest number stands for the value: for times and limits, never for offsets or ids. */
  approximate(): Field<Out, In, Optional> {
    return new Field({ ...this.spec, approximate: true })
  }

  /** Keeps the int16 length prefix in flexible versions. */
  notCompact(): Field<Out, In, Optional> {
    return new Field({ ...this.spec, compact: false })
  }
}

export type Fields = { readonly [name: string]: Field<unknown, unknown, boolean> }

type OptionalNames<F extends Fields> = { [K in keyof F]: F[K]['types']['optional'] extends true ? K : never }[keyof F]
type Flat<T> = { [K in keyof T]: T[K] }

export type Decoded<F extends Fields> = { -readonly [K in keyof F]: F[K]['types']['out'] }
export type Encodable<F extends Fields> = Flat<
  { readonly [K in Exclude<keyof F, OptionalNames<F>>]: F[K]['types']['in'] } & {
    readonly [K in OptionalNames<F>]?: F[K]['types']['in'] | undefined
  }
>

function plain<Out, In = Out>(type: TypeSpec, value: unknown): Field<Out, In, false> {
  return new Field({
    type,
    versions: ALL_VERSIONS,
    nullable: NO_VERSIONS,
    tagged: NO_VERSIONS,
    tag: -1,
    ignorable: false,
    compact: true,
    approximate: false,
    optional: false,
    default: value,
  })
}

export const bool = plain<boolean>({ kind: 'bool' }, false)
export const int8 = plain<number>({ kind: 'int8' }, 0)
export const int16 = plain<number>({ kind: 'int16' }, 0)
export const int32 = plain<number>({ kind: 'int32' }, 0)
/** A safe integer: bytes and values beyond 2^53 - 1 are errors. */
export const int64 = plain<number>({ kind: 'int64' }, 0)
/** 64 bits that are no quantity, such as a hash: a bigint, signed. `int64` in Kafka's definitions. */
export const bits64 = plain<bigint>({ kind: 'bits64' }, 0n)
export const uint16 = plain<number>({ kind: 'uint16' }, 0)
export const uint32 = plain<number>({ kind: 'uint32' }, 0)
export const float64 = plain<number>({ kind: 'float64' }, 0)
/** 22 characters of base64url. */
export const uuid = plain<string>({ kind: 'uuid' }, ZERO_UUID)
export const string = plain<string>({ kind: 'string' }, '')
/** Decodes to a view on the frame. */
export const bytes = plain<Uint8Array>({ kind: 'bytes' }, new Uint8Array(0))
/** Record batches: decodes to a view on the frame, encodes from bytes or a region of a file. Kafka's default is null. */
export const records = plain<Uint8Array, Chunk>({ kind: 'records' }, null)

export function struct<F extends Fields>(fields: F): Field<Decoded<F>, Encodable<F>, false> {
  return plain({ kind: 'struct', fields }, undefined)
}

export function array<Out, In>(element: Field<Out, In, boolean>): Field<Out[], readonly In[], false>
export function array<F extends Fields>(fields: F): Field<Decoded<F>[], readonly Encodable<F>[], false>
export function array(element: Field<unknown, unknown, boolean> | Fields): Field<unknown[], readonly unknown[], false> {
  const type: TypeSpec = element instanceof Field ? element.spec.type : { kind: 'struct', fields: element as Fields }
  return plain({ kind: 'array', element: type }, [])
}
