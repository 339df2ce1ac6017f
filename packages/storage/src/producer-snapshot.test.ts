import { describe, expect, test } from '@jest/globals'
import { decodeMessage, ProducerSnapshot } from '@ottla/protocol'
import '@ottla/runtime/node'
import { decodeProducerSnapshot, encodeProducerSnapshot, SnapshotError } from './producer-snapshot.ts'
import type { ProducerEntry } from './producer-state.ts'

/** Written by Apache Kafka. */
const APACHE =
  '0001c063b990000000020000000000000fa0000300000007000000000000007000000003' +
  '0000018bcfe56be800000005ffffffffffffffff0000000000000fa10000ffffffffffffffffffffffff' +
  '000000000000018bcfe573b8ffffffff000000000000006e'

const ENTRIES: ProducerEntry[] = [
  {
    producerId: 4000,
    producerEpoch: 3,
    batches: [{ firstSequence: 4, lastSequence: 7, lastOffset: 112, offsetDelta: 3, timestampMs: 1700000001000 }],
    lastTimestampMs: 1700000001000,
    coordinatorEpoch: 5,
    currentTxnFirstOffset: -1,
  },
  {
    producerId: 4001,
    producerEpoch: 0,
    batches: [],
    lastTimestampMs: 1700000003000,
    coordinatorEpoch: -1,
    currentTxnFirstOffset: 110,
  },
]

describe('producer snapshots', () => {
  test('are read and written as Apache Kafka does', () => {
    const bytes = Uint8Array.from(Buffer.from(APACHE, 'hex'))
    expect(decodeProducerSnapshot(bytes)).toEqual(ENTRIES)
    expect(Buffer.from(encodeProducerSnapshot(ENTRIES)).toString('hex')).toBe(APACHE)
  })

  test('a last sequence that has wrapped gives the first one', () => {
    const last = { firstSequence: 2 ** 31 - 2, lastSequence: 1, lastOffset: 9, offsetDelta: 3, timestampMs: 5 }
    const entry = { ...ENTRIES[0]!, batches: [last], lastTimestampMs: 5 }
    expect(decodeProducerSnapshot(encodeProducerSnapshot([entry]))).toEqual([entry])
  })

  test('keep the last five batches, as entries of which Apache Kafka takes the last', () => {
    const batch = (number: number) => {
      const lastSequence = 2 * number + 1
      return {
        firstSequence: 2 * number,
        lastSequence,
        lastOffset: 100 + lastSequence,
        offsetDelta: 1,
        timestampMs: number,
      }
    }
    const batches = [1, 2, 3, 4, 5].map(batch)
    const five = { ...ENTRIES[0]!, batches, lastTimestampMs: 5, currentTxnFirstOffset: 104 }
    const bytes = encodeProducerSnapshot([five, ENTRIES[1]!])
    expect(decodeProducerSnapshot(bytes)).toEqual([five, ENTRIES[1]])
    const { producerEntries } = decodeMessage(ProducerSnapshot, 1, bytes, 2)
    expect(producerEntries.map(({ producerId, lastSequence }) => [producerId, lastSequence])).toEqual([
      [4000, 3],
      [4000, 5],
      [4000, 7],
      [4000, 9],
      [4000, 11],
      [4001, -1],
    ])
  })

  test('no damage goes unnoticed', () => {
    const bytes = encodeProducerSnapshot(ENTRIES)
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice()
      damaged[at]! ^= 0x10
      expect(() => decodeProducerSnapshot(damaged)).toThrow(SnapshotError)
      expect(() => decodeProducerSnapshot(bytes.subarray(0, at))).toThrow(SnapshotError)
    }
  })
})
