/** What the fuzzer damages: sound bytes of every message and version, of whole frames, and of record batches of every kind. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import {
  decodeMessage,
  encodeBatch,
  encodeMessageSet,
  encodeRequest,
  encodeResponse,
  type Message,
  RecordBatch,
} from '@ottla/protocol'
import { messages, type Vector } from '@ottla/protocol/testing'
import type { CompressionCodec } from '@ottla/runtime'

export type Seed =
  /** A request frame without its size, as a broker reads it. */
  | { readonly kind: 'request'; readonly name: string; readonly bytes: Uint8Array }
  /** A response frame without its size, as a client reads it. */
  | ({ readonly kind: 'response' | 'message'; readonly name: string; readonly bytes: Uint8Array } & AtVersion)
  /** Record batches or messages one behind the other. */
  | { readonly kind: 'records'; readonly name: string; readonly bytes: Uint8Array }

interface AtVersion {
  readonly message: Message
  readonly version: number
}

const VECTORS = join(import.meta.dirname, '../../packages/protocol/src/vectors')

export function messageSeeds(): Seed[] {
  const text = gunzipSync(readFileSync(join(VECTORS, 'messages.ndjson.gz'))).toString()
  return text
    .trimEnd()
    .split('\n')
    .map((line) => seedOf(JSON.parse(line) as Vector))
}

function seedOf({ name, version, hex }: Vector): Seed {
  const message = messages.get(name)!
  const body = new Uint8Array(Buffer.from(hex, 'hex'))
  const value = decodeMessage(message, version, body)
  const label = `${name} ${version}`
  const at = { message, version }
  switch (message.kind) {
    case 'request': {
      const frame = encodeRequest(message, version, { correlationId: 7, clientId: 'fuzz' }, value)
      return { kind: 'request', name: label, bytes: frame.subarray(4) }
    }
    case 'response': {
      const chunks = encodeResponse(message, version, 7, value) as Uint8Array[]
      return { kind: 'response', name: label, bytes: new Uint8Array(Buffer.concat(chunks).subarray(4)), ...at }
    }
    default:
      return { kind: 'message', name: label, bytes: body, ...at }
  }
}

const CODECS: readonly ('none' | CompressionCodec)[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

export function recordSeeds(): Seed[] {
  const written = readdirSync(join(VECTORS, 'records')).map((name) => ({
    name,
    bytes: new Uint8Array(readFileSync(join(VECTORS, 'records', name))),
  }))
  return [...written, ...CODECS.flatMap(batchesOf)].map((seed) => ({ kind: 'records', ...seed }))
}

function batchesOf(codec: 'none' | CompressionCodec): { name: string; bytes: Uint8Array }[] {
  const records = Array.from({ length: 20 }, (_, index) => ({
    key: index % 3 === 0 ? null : new Uint8Array(index),
    value: Buffer.from(`value ${index} `.repeat(index)),
    timestamp: 1_700_000_000_000 + index,
    headers: index % 5 === 0 ? [{ key: `header ${index}`, value: new Uint8Array(3) }] : [],
  }))
  const modern = { name: `magic 2 ${codec}`, bytes: encodeBatch({ records, codec }) }
  if (codec === 'zstd') return [modern]
  const legacy = ([0, 1] as const).map((magic) => ({
    name: `magic ${magic} ${codec}`,
    bytes: encodeMessageSet({ magic, records, codec }),
  }))
  return [modern, ...legacy]
}

/** Batches whose content is `bytes` zeros: as small as each codec makes them. */
export function bombSeeds(bytes: number): Seed[] {
  const records = [{ key: null, value: new Uint8Array(bytes), timestamp: 0 }]
  return CODECS.slice(1).map((codec) => {
    const batch = new RecordBatch(encodeBatch({ records, codec }))
    return { kind: 'records', name: `${codec} bomb`, bytes: batch.bytes }
  })
}
