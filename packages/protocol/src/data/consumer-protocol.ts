/**
 * What members of a classic consumer group tell each other inside JoinGroup and SyncGroup, behind the int16 of its version. Versions 0-3,
 * never flexible. Whoever meets a later version reads it as the last that it knows.
 *
 * - 1 subscription: the partitions that the member holds (KIP-429)
 * - 2 subscription: the generation in which it was given them (KIP-792)
 * - 3 subscription: rack (KIP-881)
 */
import { data, type Infer, notFlexible } from '../schema/message.ts'
import { array, bytes, int32, string } from '../schema/types.ts'

export const ConsumerProtocolSubscription = data('ConsumerProtocolSubscription', '0-3', notFlexible, {
  topics: array(string),
  userData: bytes.nullable().default(null),
  ownedPartitions: array({ topic: string, partitions: array(int32) })
    .v('1+')
    .ignorable(),
  generationId: int32.v('2+').default(-1).ignorable(),
  rackId: string.v('3+').nullable().default(null).ignorable(),
})
export type ConsumerProtocolSubscription = Infer<typeof ConsumerProtocolSubscription>

export const ConsumerProtocolAssignment = data('ConsumerProtocolAssignment', '0-3', notFlexible, {
  assignedPartitions: array({ topic: string, partitions: array(int32) }),
  userData: bytes.nullable().default(null),
})
export type ConsumerProtocolAssignment = Infer<typeof ConsumerProtocolAssignment>
