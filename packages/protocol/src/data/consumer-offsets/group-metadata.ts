/**
 * A generation of a classic group in `__consumer_offsets`: record type 2. Value versions 0-4.
 *
 * - 1 rebalance timeout
 * - 2 time of the last change of state
 * - 3 group instance ids (KIP-345)
 * - 4 flexible
 */
import { coordinatorKey, coordinatorValue, flexibleFrom, type Infer } from '../../schema/message.ts'
import { array, bytes, int32, int64, string } from '../../schema/types.ts'

export const GroupMetadataKey = coordinatorKey(2, 'GroupMetadataKey', { group: string })
export type GroupMetadataKey = Infer<typeof GroupMetadataKey>

export const GroupMetadataValue = coordinatorValue(2, 'GroupMetadataValue', '0-4', flexibleFrom(4), {
  protocolType: string,
  generation: int32,
  protocol: string.nullable(),
  leader: string.nullable(),
  currentStateTimestamp: int64.approximate().v('2+').default(-1).ignorable(),
  members: array({
    memberId: string,
    groupInstanceId: string.v('3+').nullable().default(null).ignorable(),
    clientId: string,
    clientHost: string,
    rebalanceTimeout: int32.v('1+').default(-1).ignorable(),
    sessionTimeout: int32,
    subscription: bytes,
    assignment: bytes,
  }),
})
export type GroupMetadataValue = Infer<typeof GroupMetadataValue>
