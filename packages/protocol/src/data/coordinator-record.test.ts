import { describe, expect, test } from '@jest/globals'
import {
  CONSUMER_OFFSETS_RECORDS,
  ConsumerGroupMetadataValue,
  decodeCoordinatorRecord,
  encodeCoordinatorKey,
  GroupMetadataKey,
  GroupMetadataValue,
  OffsetCommitKey,
  OffsetCommitValue,
  SHARE_GROUP_STATE_RECORDS,
  TRANSACTION_STATE_RECORDS,
  TransactionLogKey,
} from '../coordinator-records.ts'
import { ProtocolError, UnsupportedVersionError } from '../protocol-error.ts'
import { encodeVersioned } from './versioned.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const decode = (key: Uint8Array, value: Uint8Array | null) =>
  decodeCoordinatorRecord(CONSUMER_OFFSETS_RECORDS, key, value)

describe('a committed offset', () => {
  const key = { group: 'g', topic: 'test-demo', partition: 2 }
  const keyBytes = encodeCoordinatorKey(OffsetCommitKey, key)
  const value = { offset: 5, leaderEpoch: 1, metadata: 'm', commitTimestamp: 1_700_000_000_000 }

  test('is its type, then its key; its version, then its value', () => {
    expect(hex(keyBytes)).toBe('0001000167000974657374' + '2d64656d6f00000002')
    expect(hex(encodeVersioned(OffsetCommitValue, 3, value))).toBe(
      '0003' + '0000000000000005' + '00000001' + '00016d' + '0000018bcfe56800',
    )
  })

  test.each([0, 1, 2, 3, 4])('comes back from version %d', (version) => {
    const written = version < 3 ? { ...value, leaderEpoch: -1 } : value
    const record = decode(keyBytes, encodeVersioned(OffsetCommitValue, version, written))
    expect(record).toMatchObject({ kind: 'known', key, value: written })
    expect(record.kind === 'known' && record.pair.value).toBe(OffsetCommitValue)
  })

  test('is forgotten by a null value', () => {
    expect(decode(keyBytes, null)).toMatchObject({ kind: 'known', key, value: null })
  })

  test('of a version that is yet to come is an error that says so', () => {
    const bytes = encodeVersioned(OffsetCommitValue, 4, value)
    bytes[1] = 5
    expect(() => decode(keyBytes, bytes)).toThrow(UnsupportedVersionError)
  })
})

test('a generation of a group', () => {
  const key = encodeCoordinatorKey(GroupMetadataKey, { group: 'g' })
  const value = {
    protocolType: 'consumer',
    generation: 3,
    protocol: 'range',
    leader: 'm',
    currentStateTimestamp: 7,
    members: [],
  }
  expect(decode(key, encodeVersioned(GroupMetadataValue, 3, value))).toMatchObject({ kind: 'known', value })
})

test('a hash of 64 bits survives', () => {
  const value = { epoch: 1, metadataHash: -(2n ** 63n) }
  const bytes = encodeVersioned(ConsumerGroupMetadataValue, 0, value)
  expect(decode(Uint8Array.of(0, 3, 0, 1, 0x67), bytes)).toMatchObject({ value })
})

test('an unknown type is named, and nothing else of it is looked at', () => {
  expect(decode(Uint8Array.of(0, 99, 1), Uint8Array.of(1))).toEqual({ kind: 'unknown', type: 99 })
})

test.each([
  ['an empty key', new Uint8Array(0), null],
  ['a key that is cut off', Uint8Array.of(0, 1, 0), null],
  ['a value that is cut off', encodeCoordinatorKey(GroupMetadataKey, { group: 'g' }), Uint8Array.of(0)],
])('%s is a ProtocolError', (_, key, value) => {
  expect(() => decode(key, value)).toThrow(ProtocolError)
})

test('key and value of a type have the same number, and go together', () => {
  for (const types of [CONSUMER_OFFSETS_RECORDS, TRANSACTION_STATE_RECORDS, SHARE_GROUP_STATE_RECORDS]) {
    for (const [type, { key, value }] of types) {
      expect([key.apiKey, value.apiKey]).toEqual([type, type])
      expect(value.name).toBe(key.name.replace(/Key$/, 'Value'))
    }
  }
  expect([...CONSUMER_OFFSETS_RECORDS.keys()]).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 10, 11, 12, 13, 14, 15, 17, 19, 20, 21, 22, 23,
  ])
  expect(hex(encodeCoordinatorKey(TransactionLogKey, { transactionalId: 't' }))).toBe('0000000174')
})
