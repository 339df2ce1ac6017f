/**
 * Records of the coordinators' topics. A key is the int16 of its record type and the key message in version 0; a value is the int16 of its
 * version and the value message of that type; a null value is a tombstone. Who reads a type that it does not know skips the record.
 */
import { Reader } from '../bytes/reader.ts'
import { codecOf } from '../schema/codec.ts'
import type { Message } from '../schema/message.ts'
import type { Encodable, Fields } from '../schema/types.ts'
import { decodeVersioned, encodePrefixed } from './versioned.ts'

/** Key and value of one record type. */
export interface RecordPair {
  readonly key: Message
  readonly value: Message
}

/** The record types of one topic, by their number. */
export type RecordTypes = ReadonlyMap<number, RecordPair>

export type CoordinatorRecord =
  | { readonly kind: 'known'; readonly pair: RecordPair; readonly key: unknown; readonly value: unknown }
  | { readonly kind: 'unknown'; readonly type: number }

/** `value` of what is returned is null for a tombstone. Throws a `ProtocolError` for damaged bytes and unknown value versions. */
export function decodeCoordinatorRecord(
  types: RecordTypes,
  key: Uint8Array,
  value: Uint8Array | null,
): CoordinatorRecord {
  const reader = new Reader(key)
  const type = reader.int16('record type')
  const pair = types.get(type)
  if (pair === undefined) return { kind: 'unknown', type }
  return {
    kind: 'known',
    pair,
    key: codecOf(pair.key, 0).decode(reader),
    value: value === null ? null : decodeVersioned(pair.value, value),
  }
}

export function encodeCoordinatorKey<F extends Fields>(message: Message<F>, key: Encodable<F>): Uint8Array {
  return encodePrefixed(message, 0, { prefix: message.apiKey, value: key })
}

export function recordTypes(pairs: readonly RecordPair[]): RecordTypes {
  return new Map(pairs.map((pair) => [pair.key.apiKey, pair]))
}
