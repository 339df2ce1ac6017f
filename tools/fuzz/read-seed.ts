import {
  anyBatchesIn,
  CorruptRecordError,
  decodeMessage,
  decodeRequest,
  decodeRequestHeader,
  decodeResponse,
  EncodeError,
  encodeMessage,
  type Message,
  ProtocolError,
  UnknownApiKeyError,
  UnsupportedVersionError,
} from '@ottla/protocol'
import { apis } from '@ottla/protocol/apis'
import { decodeInterpreted } from '@ottla/protocol/testing'
import type { Seed } from './corpus.ts'

/** What the bytes of a damaged seed may decompress to. */
export const DECOMPRESSED_BYTES_MAX = 4 * 1024 * 1024

export type Outcome = 'value' | 'error'

/**
 * Reads damaged bytes as the program that receives them would. Returns 'error' for the errors that are part of the contract, throws whatever
 * else happens. With `thorough` the interpreter must see the same, and what was read must be writable or refused by a typed error.
 */
export function readSeed(seed: Seed, bytes: Uint8Array, thorough: boolean): Outcome {
  try {
    read(seed, bytes, thorough)
    return 'value'
  } catch (error) {
    if (CONTRACT.some((kind) => error instanceof kind)) return 'error'
    throw error
  }
}

const CONTRACT = [ProtocolError, UnsupportedVersionError, UnknownApiKeyError, CorruptRecordError]

function read(seed: Seed, bytes: Uint8Array, thorough: boolean): void {
  switch (seed.kind) {
    case 'request':
      readRequest(bytes, thorough)
      return
    case 'response':
      decodeResponse(seed.message, seed.version, bytes)
      return
    case 'message':
      readMessage(seed.message, seed.version, { bytes, offset: 0, thorough })
      return
    case 'records':
      readRecords(bytes)
  }
}

function readRequest(frame: Uint8Array, thorough: boolean): void {
  const { apiKey, apiVersion, bodyOffset } = decodeRequestHeader(frame)
  const api = apis.get(apiKey)
  if (api === undefined) throw new Error(`API key ${apiKey} is in the table of names and not among the definitions`)
  decodeRequest(api.request, apiVersion, frame, bodyOffset)
  if (thorough) readMessage(api.request, apiVersion, { bytes: frame, offset: bodyOffset, thorough })
}

function readMessage(
  message: Message,
  version: number,
  { bytes, offset, thorough }: { bytes: Uint8Array; offset: number; thorough: boolean },
): void {
  if (thorough) compareCodecs(message, version, bytes.subarray(offset))
  else decodeMessage(message, version, bytes, offset)
}

function compareCodecs(message: Message, version: number, body: Uint8Array): void {
  const compiled = attempt(() => decodeMessage(message, version, body))
  const interpreted = attempt(() => decodeInterpreted(message, version, body))
  if (shown(compiled) !== shown(interpreted))
    throw new Error(`compiler and interpreter differ about ${message.name} ${version}`)
  if (compiled instanceof Error) throw compiled
  try {
    encodeMessage(message, version, compiled as never)
  } catch (error) {
    if (!(error instanceof EncodeError)) throw error
  }
}

/** The value, or the `ProtocolError`. */
function attempt(decode: () => unknown): unknown {
  try {
    return decode()
  } catch (error) {
    if (error instanceof ProtocolError) return error
    throw error
  }
}

function shown(outcome: unknown): string {
  if (outcome instanceof ProtocolError) return 'ProtocolError'
  return JSON.stringify(outcome, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))
}

function readRecords(bytes: Uint8Array): void {
  for (const batch of anyBatchesIn(bytes)) {
    batch.isCrcValid()
    for (const { offset } of batch.records(DECOMPRESSED_BYTES_MAX)) {
      if (!Number.isSafeInteger(offset)) throw new Error(`a record with offset ${offset}`)
    }
  }
}
