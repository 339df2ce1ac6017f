import { expect, test } from '@jest/globals'
import {
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  decodeVersionedLeniently,
  encodeVersioned,
} from '@ottla/protocol'
import { decodeAssignment, decodeSubscription, encodeAssignment } from './consumer-protocol.ts'

const PARTITIONS = [
  { topic: 't', partition: 0 },
  { topic: 't', partition: 7 },
  { topic: 'u', partition: 1 },
]

test.each([true, false])('an assignment says whether a join is owed: %s', (owesJoin) => {
  for (const partitions of [PARTITIONS, []]) {
    expect(decodeAssignment(encodeAssignment({ partitions, owesJoin }))).toEqual({ partitions, owesJoin })
  }
})

test('others read the same partitions, and no user data: coordinators do not upgrade groups whose assignments have some', () => {
  const read = (owesJoin: boolean) => {
    return decodeVersionedLeniently(ConsumerProtocolAssignment, encodeAssignment({ partitions: PARTITIONS, owesJoin }))
  }
  expect(read(true)).toEqual(read(false))
  expect(read(true).userData).toBe(null)
})

test.each([0, 1, 2, 3])('assignments of other leaders owe no join, version %d', (version) => {
  for (const userData of [null, Uint8Array.of(1)]) {
    const bytes = encodeVersioned(ConsumerProtocolAssignment, version, { assignedPartitions: [], userData })
    expect(decodeAssignment(bytes)).toEqual({ partitions: [], owesJoin: false })
  }
  expect(decodeAssignment(new Uint8Array(0))).toEqual({ partitions: [], owesJoin: false })
})

test('what a later version adds is passed by', () => {
  const bytes = encodeVersioned(ConsumerProtocolSubscription, 3, { topics: ['t'], userData: null, ownedPartitions: [] })
  const later = Uint8Array.of(0, 4, ...bytes.subarray(2), 1, 2, 3)
  expect(decodeSubscription(later)).toMatchObject({ topics: ['t'], ownedPartitions: [] })
})
