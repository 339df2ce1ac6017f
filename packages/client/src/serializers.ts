import type { RecordHeader } from '@ottla/protocol'

/** Turns a key or value into bytes, null into null. May throw; the record is then refused. */
export type Serializer<T> = (data: T, context: SerializerContext) => Uint8Array | null

export interface SerializerContext {
  readonly topic: string
  readonly headers: readonly RecordHeader[]
}

/** What the serializer takes that is used when none is configured. */
export type Data = string | Uint8Array | null | undefined

const utf8 = new TextEncoder()

function fixed<T>(length: number, write: (view: DataView, data: T) => void): Serializer<T | null> {
  return (data) => {
    if (data === null) return null
    const bytes = new Uint8Array(length)
    write(new DataView(bytes.buffer), data)
    return bytes
  }
}

/** Those that Kafka's clients bring along, big-endian; each gives null for null. */
export const SERIALIZERS = {
  /** As they are; they must stay untouched until the record is sent, or `send` has returned without waiting. */
  bytes: (data: Uint8Array | null): Uint8Array | null => data,
  /** UTF-8 */
  string: (data: string | null): Uint8Array | null => (data === null ? null : utf8.encode(data)),
  /** Strings and bytes; undefined counts as null. */
  data: (data: Data): Uint8Array | null => (typeof data === 'string' ? utf8.encode(data) : (data ?? null)),
  short: fixed<number>(2, (view, data) => view.setInt16(0, data)),
  integer: fixed<number>(4, (view, data) => view.setInt32(0, data)),
  long: fixed<bigint | number>(8, (view, data) => view.setBigInt64(0, BigInt(data))),
  float: fixed<number>(4, (view, data) => view.setFloat32(0, data)),
  double: fixed<number>(8, (view, data) => view.setFloat64(0, data)),
} as const satisfies Record<string, Serializer<never>>

/** What properties files name by their Java classes. */
const JAVA_SERIALIZERS: Readonly<Record<string, Serializer<never>>> = {
  ByteArraySerializer: SERIALIZERS.bytes,
  BytesSerializer: SERIALIZERS.bytes,
  StringSerializer: SERIALIZERS.string,
  ShortSerializer: SERIALIZERS.short,
  IntegerSerializer: SERIALIZERS.integer,
  LongSerializer: SERIALIZERS.long,
  FloatSerializer: SERIALIZERS.float,
  DoubleSerializer: SERIALIZERS.double,
}

/** `org.apache.kafka.common.serialization.StringSerializer`, or undefined for a class that has no counterpart here. */
export function serializerOfClass(name: string): Serializer<never> | undefined {
  const simple = name.replace(/^org\.apache\.kafka\.common\.serialization\./, '')
  return Object.hasOwn(JAVA_SERIALIZERS, simple) ? JAVA_SERIALIZERS[simple] : undefined
}
