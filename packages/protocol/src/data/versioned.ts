/**
 * Messages that carry their version themselves, as an int16 in front: blobs inside other messages (consumer protocol, principals), values
 * of records in the coordinators' topics, keys and values of transaction markers.
 */
import { Reader } from '../bytes/reader.ts'
import { Writer } from '../bytes/writer.ts'
import { codecOf } from '../schema/codec.ts'
import type { Message } from '../schema/message.ts'
import type { Decoded, Encodable, Fields } from '../schema/types.ts'

export function encodeVersioned<F extends Fields>(
  message: Message<F>,
  version: number,
  value: Encodable<F>,
): Uint8Array {
  return encodePrefixed(message, version, { prefix: version, value })
}

/** Throws an `UnsupportedVersionError` for a version that is not defined, a `ProtocolError` for bytes that are not the message. */
export function decodeVersioned<F extends Fields>(message: Message<F>, bytes: Uint8Array): Decoded<F> {
  const reader = new Reader(bytes)
  const version = reader.int16(message.name)
  return codecOf(message, version).decode(reader) as Decoded<F>
}

/**
 * The same where a version that is yet to come only adds fields at the end, as those of the consumer protocol do: it is read
 * as the last that is known.
 */
export function decodeVersionedLeniently<F extends Fields>(message: Message<F>, bytes: Uint8Array): Decoded<F> {
  const reader = new Reader(bytes)
  const version = Math.min(reader.int16(message.name), message.versions.max)
  return codecOf(message, version).decode(reader) as Decoded<F>
}

/** `message` at `version` behind an int16 that says something else than the version. */
export function encodePrefixed<F extends Fields>(
  message: Message<F>,
  version: number,
  content: { readonly prefix: number; readonly value: Encodable<F> },
): Uint8Array {
  const writer = new Writer(false)
  writer.int16(content.prefix)
  codecOf(message, version).encode(writer, content.value)
  return writer.toBytes()
}
