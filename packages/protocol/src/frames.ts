/** Whole frames: size prefix, header, message. */
import { ApiKey } from './api-keys.ts'
import { Reader } from './bytes/reader.ts'
import { type Chunk, Writer } from './bytes/writer.ts'
import { ErrorCode } from './errors.ts'
import { readResponseHeader, writeRequestHeader, writeResponseHeader } from './headers.ts'
import { codecOf } from './schema/codec.ts'
import type { Message } from './schema/message.ts'
import type { Decoded, Encodable, Fields } from './schema/types.ts'

export interface RequestIdentity {
  readonly correlationId: number
  readonly clientId: string | null
}

/** A request frame with its size prefix, in one array. Throws an `EncodeError` that names the field at fault. */
export function encodeRequest<F extends Fields>(
  message: Message<F>,
  version: number,
  identity: RequestIdentity,
  value: Encodable<F>,
): Uint8Array {
  const writer = new Writer(false)
  writer.int32(0)
  writeRequestHeader(writer, { apiKey: message.apiKey, apiVersion: version, ...identity })
  codecOf(message, version).encode(writer, value)
  return writer.toFrame()[0] as Uint8Array
}

/**
 * A request frame with its size prefix. Large `records` are chunks of their own, not copied: they must stay untouched until
 * sent. The other chunks are views on memory shared with other frames.
 */
export function encodeRequestChunks<F extends Fields>(
  message: Message<F>,
  version: number,
  identity: RequestIdentity,
  value: Encodable<F>,
): Uint8Array[] {
  const writer = new Writer(true)
  writer.int32(0)
  writeRequestHeader(writer, { apiKey: message.apiKey, apiVersion: version, ...identity })
  codecOf(message, version).encode(writer, value)
  return writer.toFrame() as Uint8Array[]
}

/**
 * A response frame with its size prefix. Large `records` and bytes that are not in memory are chunks of their own,
 * not copied. The other chunks are views on memory shared with other frames: write them out, do not keep them.
 */
export function encodeResponse<F extends Fields>(
  message: Message<F>,
  version: number,
  correlationId: number,
  value: Encodable<F>,
): Chunk[] {
  const writer = new Writer(true)
  writer.int32(0)
  writeResponseHeader(writer, { apiKey: message.apiKey, apiVersion: version, correlationId })
  codecOf(message, version).encode(writer, value)
  return writer.toFrame()
}

/**
 * Reads a response frame (without its size prefix) to a request of `version`. An ApiVersions response that says
 * UNSUPPORTED_VERSION is in version 0, whatever was asked.
 */
export function decodeResponse<F extends Fields>(
  message: Message<F>,
  version: number,
  frame: Uint8Array,
): { correlationId: number; body: Decoded<F> } {
  const reader = new Reader(frame)
  const correlationId = readResponseHeader(reader, message.apiKey, version)
  const answered = message.apiKey === ApiKey.ApiVersions && refusesVersion(reader) ? 0 : version
  const body = codecOf(message, answered).decode(reader) as Decoded<F>
  return { correlationId, body }
}

/** The error code comes first in every version. */
function refusesVersion(reader: Reader): boolean {
  const errorCode = new Reader(reader.bytes, reader.position).int16('ApiVersionsResponse.errorCode')
  return errorCode === ErrorCode.UNSUPPORTED_VERSION
}
