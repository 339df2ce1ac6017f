import type { RecordHeader } from './record.ts'
import { varintBytes, varlongBytes, writeVarint, writeVarlong } from './varint.ts'

export interface RecordInput {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers?: readonly RecordHeader[]
  /** Milliseconds since the epoch, or -1. */
  readonly timestamp: number
  /** Distance from the batch's base offset; the record's index when absent. Must rise. */
  readonly offsetDelta?: number
}

/** A record with all that was worked out to know its size. */
export interface SizedRecord {
  readonly record: RecordInput
  readonly timestampDelta: number
  readonly offsetDelta: number
  readonly headerKeys: readonly Uint8Array[]
  /** Without the length in front. */
  readonly bodyBytes: number
}

const utf8 = new TextEncoder()
const NO_KEYS: readonly Uint8Array[] = []

/** Encodes records one behind the other, with `reservedBytes` of zeros in front. */
export function encodeRecords(records: readonly RecordInput[], reservedBytes: number): Uint8Array {
  const baseTimestamp = records[0]?.timestamp ?? -1
  const sized = records.map((record, index) => sizedRecord(record, index, baseTimestamp))
  let bytes = reservedBytes
  for (const { bodyBytes } of sized) bytes += varintBytes(bodyBytes) + bodyBytes
  const target = new Uint8Array(bytes)
  let at = reservedBytes
  for (const record of sized) at = writeRecord(target, at, record)
  return target
}

export function sizedRecord(record: RecordInput, index: number, baseTimestamp: number): SizedRecord {
  const timestampDelta = record.timestamp - baseTimestamp
  const offsetDelta = record.offsetDelta ?? index
  const headers = record.headers ?? []
  const headerKeys = headers.length === 0 ? NO_KEYS : headers.map((header) => utf8.encode(header.key))
  let bodyBytes = 1 + varlongBytes(timestampDelta) + varintBytes(offsetDelta) + varintBytes(headers.length)
  bodyBytes += nullableBytesSize(record.key) + nullableBytesSize(record.value)
  headers.forEach((header, n) => {
    bodyBytes += nullableBytesSize(headerKeys[n]!) + nullableBytesSize(header.value)
  })
  return { record, timestampDelta, offsetDelta, headerKeys, bodyBytes }
}

function nullableBytesSize(bytes: Uint8Array | null): number {
  return bytes === null ? 1 : varintBytes(bytes.length) + bytes.length
}

/** Returns the position behind the record, as all writers here do. */
export function writeRecord(target: Uint8Array, at: number, sized: SizedRecord): number {
  const { record, headerKeys } = sized
  at = writeVarint(target, at, sized.bodyBytes)
  target[at++] = 0
  at = writeVarlong(target, at, sized.timestampDelta)
  at = writeVarint(target, at, sized.offsetDelta)
  at = writeNullableBytes(target, at, record.key)
  at = writeNullableBytes(target, at, record.value)
  at = writeVarint(target, at, headerKeys.length)
  headerKeys.forEach((key, n) => {
    at = writeNullableBytes(target, at, key)
    at = writeNullableBytes(target, at, record.headers![n]!.value)
  })
  return at
}

function writeNullableBytes(target: Uint8Array, at: number, bytes: Uint8Array | null): number {
  if (bytes === null) return writeVarint(target, at, -1)
  at = writeVarint(target, at, bytes.length)
  target.set(bytes, at)
  return at + bytes.length
}
