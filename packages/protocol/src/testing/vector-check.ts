/** Golden vectors: lines of `{ name, version, json, hex }`, bytes that Kafka wrote and the JSON that it shows for them. */
import { Reader } from '../bytes/reader.ts'
import { Writer } from '../bytes/writer.ts'
import { messages } from '../messages.ts'
import { compiledCodec } from '../schema/compile.ts'
import { interpretedCodec } from '../schema/interpret.ts'
import { messageFromJson, messageToJson } from '../schema/json.ts'
import type { Codec, Message } from '../schema/message.ts'
import { resolve, type StructAt } from '../schema/resolve.ts'

export interface Vector {
  readonly name: string
  readonly version: number
  readonly kind?: string
  readonly json: Record<string, unknown>
  /** The body of the message, without header and size. */
  readonly hex: string
  /** Bytes that Kafka reads and would write otherwise, such as unknown tags: they are not compared with what we write. */
  readonly decodeOnly?: boolean
}

const CODECS: readonly (readonly [string, (struct: StructAt) => Codec])[] = [
  ['compiled', compiledCodec],
  ['interpreted', interpretedCodec],
]

/**
 * Checks one vector both ways, with the compiled codec and with the interpreter. `records` stands for what the JSON shows of a
 * `records` field. Returns what differs, one line each.
 */
export function vectorDifferences(vector: Vector, records: Uint8Array): string[] {
  const message = messages.get(vector.name)
  if (message === undefined) return [`${vector.name}: no such message`]
  return CODECS.flatMap(([label, codecFor]) => {
    const differences = lines(() => {
      const codec = codecFor(resolve(message, vector.version))
      const decoding = lines(() => decodingDifferences(message, codec, vector))
      return [...decoding, ...lines(() => encodingDifferences(message, codec, { vector, records }))]
    })
    return differences.map((line) => `${label}: ${line}`)
  })
}

/** What `find` finds, or the message of what it throws. */
function lines(find: () => string[]): string[] {
  try {
    return find()
  } catch (error) {
    return [(error as Error).message]
  }
}

function decodingDifferences(message: Message, codec: Codec, vector: Vector): string[] {
  const reader = new Reader(bytesOf(vector.hex))
  const json = messageToJson(message, vector.version, codec.decode(reader) as never)
  const rest = reader.end - reader.position
  const trailing = rest === 0 ? [] : [`${rest} bytes are left behind the message`]
  return [...jsonDifferences('', json, vector.json), ...trailing]
}

function encodingDifferences(
  message: Message,
  codec: Codec,
  { vector, records }: { vector: Vector; records: Uint8Array },
): string[] {
  if (vector.decodeOnly === true) return []
  const writer = new Writer(false)
  codec.encode(writer, messageFromJson(message, vector.version, vector.json, records))
  const hex = hexOf(writer.toBytes())
  return hex === vector.hex ? [] : [bytesDifference(hex, vector.hex)]
}

function bytesDifference(ours: string, theirs: string): string {
  let at = 0
  while (ours[at] === theirs[at]) at++
  const byte = at >> 1
  const around = (hex: string) => hex.slice(2 * Math.max(0, byte - 4), 2 * byte + 16)
  return `byte ${byte} of ${theirs.length / 2} written differs (${ours.length / 2} written): …${around(ours)}…, expected …${around(theirs)}…`
}

function jsonDifferences(path: string, ours: unknown, theirs: unknown): string[] {
  if (isObject(ours) && isObject(theirs) && Array.isArray(ours) === Array.isArray(theirs)) {
    const names = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])]
    return names.flatMap((name) => jsonDifferences(path === '' ? name : `${path}.${name}`, ours[name], theirs[name]))
  }
  return Object.is(ours, theirs) ? [] : [`${path}: ${shown(ours)} read, ${shown(theirs)} expected`]
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
