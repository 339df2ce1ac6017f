import type { RecordHeader } from '@ottla/protocol'

/** Turns the bytes of a key or value (null where there are none) into what the application wants. May throw. */
export type Deserializer<T> = (bytes: Uint8Array | null, context: DeserializerContext) => T

export interface DeserializerContext {
  readonly topic: string
  readonly headers: readonly RecordHeader[]
}

/** Bytes of a length that the type does not have. */
class WrongLength extends Error {
  override readonly name = 'WrongLength'
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

function fixed<T>(type: string, length: number, read: (view: DataView) => T): Deserializer<T | null> {
  return (bytes) => {
    if (bytes === null) return null
    if (bytes.length !== length) throw new WrongLength(`${type} takes ${length} bytes, not ${bytes.length}`)
    return read(new DataView(bytes.buffer, bytes.byteOffset, length))
  }
}

/** Those that Kafka's clients bring along, big-endian; each gives null for null. `bytes` are views, see `ConsumedRecord`. */
export const DESERIALIZERS = {
  bytes: (bytes: Uint8Array | null): Uint8Array | null => bytes,
  /** UTF-8; damaged places become replacement characters. */
  string: (bytes: Uint8Array | null): string | null => (bytes === null ? null : utf8.decode(bytes)),
  short: fixed('short', 2, (view) => view.getInt16(0)),
  integer: fixed('integer', 4, (view) => view.getInt32(0)),
  long: fixed('long', 8, (view) => view.getBigInt64(0)),
  float: fixed('float', 4, (view) => view.getFloat32(0)),
  double: fixed('double', 8, (view) => view.getFloat64(0)),
} as const satisfies Record<string, Deserializer<unknown>>

/** What properties files name by their Java classes. */
const JAVA_DESERIALIZERS: Readonly<Record<string, Deserializer<unknown>>> = {
  ByteArrayDeserializer: DESERIALIZERS.bytes,
  BytesDeserializer: DESERIALIZERS.bytes,
  StringDeserializer: DESERIALIZERS.string,
  ShortDeserializer: DESERIALIZERS.short,
  IntegerDeserializer: DESERIALIZERS.integer,
  LongDeserializer: DESERIALIZERS.long,
  FloatDeserializer: DESERIALIZERS.float,
  DoubleDeserializer: DESERIALIZERS.double,
}

/** `org.apache.kafka.common.serialization.StringDeserializer`, or undefined for a class that has no counterpart here. */
export function deserializerOfClass(name: string): Deserializer<unknown> | undefined {
  const simple = name.replace(/^org\.apache\.kafka\.common\.serialization\./, '')
  return Object.hasOwn(JAVA_DESERIALIZERS, simple) ? JAVA_DESERIALIZERS[simple] : undefined
}
