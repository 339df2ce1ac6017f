import { readFileSync } from 'node:fs'
import '@ottla/runtime/node'
import { describe, expect, test } from '@jest/globals'
import { UnsupportedVersionError } from '../protocol-error.ts'
import { RecordBatch } from '../records/batch.ts'
import { ConsumerProtocolSubscription } from './consumer-protocol.ts'
import {
  ControlRecordType,
  decodeControlType,
  decodeEndTxnMarker,
  encodeControlType,
  encodeEndTxnMarker,
} from './control-record.ts'
import { decodeVersioned, decodeVersionedLeniently, encodeVersioned } from './versioned.ts'

describe('a subscription', () => {
  const value = { topics: ['a'], userData: null, ownedPartitions: [], generationId: 4, rackId: 'r' }

  test('carries its version in front', () => {
    const bytes = encodeVersioned(ConsumerProtocolSubscription, 3, value)
    expect([...bytes.subarray(0, 2)]).toEqual([0, 3])
    expect(decodeVersioned(ConsumerProtocolSubscription, bytes)).toEqual(value)
  })

  test('of a later version is read as the last that is known', () => {
    const bytes = Uint8Array.of(...encodeVersioned(ConsumerProtocolSubscription, 3, value), 1, 2, 3)
    bytes[1] = 9
    expect(decodeVersionedLeniently(ConsumerProtocolSubscription, bytes)).toEqual(value)
    expect(() => decodeVersioned(ConsumerProtocolSubscription, bytes)).toThrow(UnsupportedVersionError)
  })
})

describe.each([
  ['abort', ControlRecordType.Abort],
  ['commit', ControlRecordType.Commit],
] as const)('the marker of an %s', (name, type) => {
  const file = readFileSync(new URL(`../vectors/records/v2_endtxn_${name}.bin`, import.meta.url))
  const [marker] = [...new RecordBatch(new Uint8Array(file)).records()]

  test('as Kafka writes it', () => {
    expect(decodeControlType(marker!.key!)).toBe(type)
    expect(decodeEndTxnMarker(marker!.value!)).toEqual({ coordinatorEpoch: 5 })
    expect(encodeControlType(type)).toEqual(marker!.key)
    expect(encodeEndTxnMarker(5)).toEqual(marker!.value)
  })

  test('of a later version says what it can', () => {
    expect(decodeEndTxnMarker(Uint8Array.of(0, 1, 0, 0, 0, 5, 7, 7))).toEqual({ coordinatorEpoch: 5 })
  })
})
