/** What a record of a control batch says: a key of version and type, a value that depends on the type. */
import { Reader } from '../bytes/reader.ts'
import { ControlRecordTypeSchema, EndTxnMarker } from './control-records.ts'
import { decodeVersionedLeniently, encodeVersioned } from './versioned.ts'

export const ControlRecordType = {
  Abort: 0,
  Commit: 1,
  LeaderChange: 2,
  SnapshotHeader: 3,
  SnapshotFooter: 4,
  KRaftVersion: 5,
  KRaftVoters: 6,
} as const
export type ControlRecordType = (typeof ControlRecordType)[keyof typeof ControlRecordType]

/** The number of the type; one that is not in `ControlRecordType` belongs to a later Kafka and is to be ignored. */
export function decodeControlType(key: Uint8Array): number {
  const reader = new Reader(key)
  reader.int16('control record version')
  return reader.int16('control record type')
}

export function encodeControlType(type: ControlRecordType): Uint8Array {
  return encodeVersioned(ControlRecordTypeSchema, 0, { type })
}

/** The value of an abort or commit marker. */
export function encodeEndTxnMarker(coordinatorEpoch: number): Uint8Array {
  return encodeVersioned(EndTxnMarker, 0, { coordinatorEpoch })
}

/** Throws a `ProtocolError` for damaged bytes. Later versions add to version 0. */
export function decodeEndTxnMarker(value: Uint8Array): EndTxnMarker {
  return decodeVersionedLeniently(EndTxnMarker, value)
}
