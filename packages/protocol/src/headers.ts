import { ApiKey, apiName, isFlexible } from './api-keys.ts'
import { Reader } from './bytes/reader.ts'
import type { Writer } from './bytes/writer.ts'
import { UnknownApiKeyError } from './protocol-error.ts'
import { flexibleFrom, header } from './schema/message.ts'
import { int16, int32, string } from './schema/types.ts'

/** Version 1 is the baseline, version 2 has a tag section. Described here for tests and tools; the functions below are what frames use. */
export const RequestHeader = header('RequestHeader', '1-2', flexibleFrom(2), {
  requestApiKey: int16,
  requestApiVersion: int16,
  correlationId: int32,
  // Keeps its old length prefix, so that a broker can read the header of an ApiVersions request from the future.
  clientId: string.nullable().notCompact(),
})

/** Version 1 has a tag section. */
export const ResponseHeader = header('ResponseHeader', '0-1', flexibleFrom(1), {
  correlationId: int32,
})

/** What `decodeRequestHeader` gives. */
export interface RequestHeader {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  readonly clientId: string | null
  /** Where the request itself begins in the frame. */
  readonly bodyOffset: number
}

/**
 * Reads the header of a request frame (without its size prefix). Throws an `UnknownApiKeyError` for an API that is not in the
 * table, a `ProtocolError` for a frame that is too short. Whether the version is served is for the caller to say.
 */
export function decodeRequestHeader(frame: Uint8Array): RequestHeader {
  const reader = new Reader(frame)
  const apiKey = reader.int16('RequestHeader.requestApiKey')
  const apiVersion = reader.int16('RequestHeader.requestApiVersion')
  const correlationId = reader.int32('RequestHeader.correlationId')
  if (apiName(apiKey) === undefined) throw new UnknownApiKeyError({ apiKey, apiVersion, correlationId })
  const length = reader.int16('RequestHeader.clientId')
  const clientId = length < 0 ? null : reader.text(length, 'RequestHeader.clientId')
  if (isFlexible(apiKey, apiVersion)) skipTags(reader, 'RequestHeader')
  return { apiKey, apiVersion, correlationId, clientId, bodyOffset: reader.position }
}

/** No tag of a header is known yet. */
function skipTags(reader: Reader, path: string): void {
  for (let count = reader.uvarint(path); count > 0; count--) {
    reader.uvarint(path)
    reader.take(reader.uvarint(path), path)
  }
}

export interface RequestHeaderFields {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  readonly clientId: string | null
}

export function writeRequestHeader(writer: Writer, fields: RequestHeaderFields): void {
  writer.int16(fields.apiKey)
  writer.int16(fields.apiVersion)
  writer.int32(fields.correlationId)
  if (fields.clientId === null) writer.int16(-1)
  else writer.string(fields.clientId, 'RequestHeader.clientId')
  if (isFlexible(fields.apiKey, fields.apiVersion)) writer.int8(0)
}

/** ApiVersions answers with header version 0 in every version: its client cannot know better yet. */
function hasFlexibleResponseHeader(apiKey: number, apiVersion: number): boolean {
  return apiKey !== ApiKey.ApiVersions && isFlexible(apiKey, apiVersion)
}

export function writeResponseHeader(
  writer: Writer,
  fields: { readonly apiKey: number; readonly apiVersion: number; readonly correlationId: number },
): void {
  writer.int32(fields.correlationId)
  if (hasFlexibleResponseHeader(fields.apiKey, fields.apiVersion)) writer.int8(0)
}

/** Reads a response's header and returns its correlation id. */
export function readResponseHeader(reader: Reader, apiKey: number, apiVersion: number): number {
  const correlationId = reader.int32('ResponseHeader.correlationId')
  if (hasFlexibleResponseHeader(apiKey, apiVersion)) skipTags(reader, 'ResponseHeader')
  return correlationId
}
