import { REQUEST_ELEMENTS_MAX, Reader } from '../bytes/reader.ts'
import { Writer } from '../bytes/writer.ts'
import { canCompile, compiledCodec } from './compile.ts'
import { interpretedCodec } from './interpret.ts'
import type { Codec, Message } from './message.ts'
import { resolve } from './resolve.ts'
import type { Decoded, Encodable, Fields } from './types.ts'

/** Throws an `UnsupportedVersionError` when the message has no such version. */
export function codecOf(message: Message, version: number): Codec {
  return message.codecs[version] ?? makeCodec(message, version)
}

function makeCodec(message: Message, version: number): Codec {
  const struct = resolve(message, version)
  const codec = canCompile ? compiledCodec(struct) : interpretedCodec(struct)
  message.codecs[version] = codec
  return codec
}

/**
 * Reads the message that begins at `offset`; bytes behind its end are left alone, as Kafka does. Bytes and records fields are views
 * on `bytes`. Throws a `ProtocolError` for bytes that are not the message, without allocating more than they justify.
 */
export function decodeMessage<F extends Fields>(
  message: Message<F>,
  version: number,
  bytes: Uint8Array,
  offset = 0,
): Decoded<F> {
  return codecOf(message, version).decode(new Reader(bytes, offset)) as Decoded<F>
}

/** `decodeMessage` for a server, with the limits of a request: at most `REQUEST_ELEMENTS_MAX` array elements. */
export function decodeRequest<F extends Fields>(
  message: Message<F>,
  version: number,
  bytes: Uint8Array,
  offset = 0,
): Decoded<F> {
  const reader = new Reader(bytes, offset)
  reader.elementsMax = REQUEST_ELEMENTS_MAX
  return codecOf(message, version).decode(reader) as Decoded<F>
}

/** The message in an array of its own, without header. Throws an `EncodeError` that names the field at fault. */
export function encodeMessage<F extends Fields>(message: Message<F>, version: number, value: Encodable<F>): Uint8Array {
  const writer = new Writer(false)
  codecOf(message, version).encode(writer, value)
  return writer.toBytes()
}
