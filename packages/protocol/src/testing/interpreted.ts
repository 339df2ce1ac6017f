import { Reader } from '../bytes/reader.ts'
import { Writer } from '../bytes/writer.ts'
import { interpretedCodec } from '../schema/interpret.ts'
import type { Codec, Message } from '../schema/message.ts'
import { resolve } from '../schema/resolve.ts'

const codecs = new Map<string, Codec>()

/** What `decodeMessage` does, by the interpreter: the oracle for the compiled codecs. */
export function decodeInterpreted(message: Message, version: number, bytes: Uint8Array): unknown {
  return codecOf(message, version).decode(new Reader(bytes))
}

/** What `encodeMessage` does, by the interpreter. */
export function encodeInterpreted(message: Message, version: number, value: unknown): Uint8Array {
  const writer = new Writer(false)
  codecOf(message, version).encode(writer, value)
  return writer.toBytes()
}

function codecOf(message: Message, version: number): Codec {
  const key = `${message.name} ${version}`
  const codec = codecs.get(key) ?? interpretedCodec(resolve(message, version))
  codecs.set(key, codec)
  return codec
}
