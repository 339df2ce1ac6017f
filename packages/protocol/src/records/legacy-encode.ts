import { type CompressionCodec, codecs, crc32, withMagic0Lz4HeaderChecksum } from '@ottla/runtime'
import type { TimestampType } from './batch.ts'
import { writeInt32, writeInt64 } from './int64.ts'
import { LOG_OVERHEAD_BYTES } from './layout.ts'
import {
  KEY_SIZE_AT,
  LEGACY_AT,
  LEGACY_ATTRIBUTE,
  LEGACY_BYTES_MIN,
  LEGACY_CODECS,
  type LegacyMagic,
} from './legacy-layout.ts'
import type { RecordInput } from './record-writer.ts'

export interface MessageSetInput {
  readonly magic: LegacyMagic
  /** Headers are dropped, and in magic 0 timestamps: the format has no place for them. */
  readonly records: readonly Omit<RecordInput, 'headers'>[]
  /** 0 when absent. */
  readonly baseOffset?: number
  /** `none` when absent. Otherwise all records stand in one wrapper. */
  readonly codec?: Exclude<CompressionCodec, 'zstd'> | 'none'
  readonly level?: number
  /** CreateTime when absent. With LogAppendTime every record counts as written at the largest timestamp. */
  readonly timestampType?: TimestampType
}

interface Message {
  readonly magic: LegacyMagic
  readonly offset: number
  readonly attributes: number
  readonly timestamp: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
}

/** Messages one behind the other, or in one wrapper; nothing when there are no records. */
export function encodeMessageSet(input: MessageSetInput): Uint8Array {
  const { codec = 'none', records } = input
  if (codec === 'none' || records.length === 0) return encodeMessages(messagesOf(input, input.baseOffset ?? 0))
  // Inside a wrapper magic 1 counts from 0.
  const inner = messagesOf(input, input.magic === 0 ? (input.baseOffset ?? 0) : 0)
  const offset = (input.baseOffset ?? 0) + offsetDelta(records, records.length - 1)
  const attributes = attributesOf(input) | LEGACY_CODECS.indexOf(codec)
  const value = compressed(input.magic, codec, encodeMessages(inner), input.level)
  return encodeMessages([
    { magic: input.magic, offset, attributes, timestamp: maxTimestamp(records), key: null, value },
  ])
}

function messagesOf(input: MessageSetInput, baseOffset: number): Message[] {
  const { magic, records } = input
  const appendTime = input.timestampType === 'LogAppendTime' ? maxTimestamp(records) : undefined
  return records.map(({ key, value, timestamp }, index) => ({
    magic,
    offset: baseOffset + offsetDelta(records, index),
    attributes: attributesOf(input),
    timestamp: appendTime ?? timestamp,
    key,
    value,
  }))
}

function offsetDelta(records: MessageSetInput['records'], index: number): number {
  return records[index]!.offsetDelta ?? index
}

function attributesOf({ magic, timestampType }: MessageSetInput): number {
  return magic === 1 && timestampType === 'LogAppendTime' ? LEGACY_ATTRIBUTE.logAppendTime : 0
}

function maxTimestamp(records: MessageSetInput['records']): number {
  return records.reduce((max, { timestamp }) => Math.max(max, timestamp), -1)
}

function compressed(magic: LegacyMagic, codec: CompressionCodec, bytes: Uint8Array, level?: number): Uint8Array {
  const output = codecs.compress(codec, bytes, level)
  return codec === 'lz4' && magic === 0 ? withMagic0Lz4HeaderChecksum(output) : output
}

function encodeMessages(messages: readonly Message[]): Uint8Array {
  const target = new Uint8Array(messages.reduce((sum, message) => sum + messageBytes(message), 0))
  let at = 0
  for (const message of messages) {
    const sizeBytes = messageBytes(message)
    writeMessage(target.subarray(at, at + sizeBytes), message)
    at += sizeBytes
  }
  return target
}

function messageBytes({ magic, key, value }: Message): number {
  return LEGACY_BYTES_MIN[magic] + (key?.length ?? 0) + (value?.length ?? 0)
}

function writeMessage(target: Uint8Array, message: Message): void {
  writeInt64(target, LEGACY_AT.offset, message.offset)
  writeInt32(target, LEGACY_AT.messageSize, target.length - LOG_OVERHEAD_BYTES)
  target[LEGACY_AT.magic] = message.magic
  target[LEGACY_AT.attributes] = message.attributes
  if (message.magic === 1) writeInt64(target, LEGACY_AT.timestamp, message.timestamp)
  writeField(target, writeField(target, KEY_SIZE_AT[message.magic], message.key), message.value)
  writeInt32(target, LEGACY_AT.crc, crc32(target.subarray(LEGACY_AT.magic)))
}

/** Returns the position behind the field. */
function writeField(target: Uint8Array, at: number, bytes: Uint8Array | null): number {
  writeInt32(target, at, bytes?.length ?? -1)
  if (bytes !== null) target.set(bytes, at + 4)
  return at + 4 + (bytes?.length ?? 0)
}
