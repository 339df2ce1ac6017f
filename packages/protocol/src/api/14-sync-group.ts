/**
 * SyncGroup carries the leader's assignment to a classic group and gives each member its own. Versions 0-5.
 *
 * - 1 response: throttle time
 * - 2 a throttled response is sent first, the connection muted afterwards (KIP-219)
 * - 3 group instance id (KIP-345)
 * - 4 flexible
 * - 5 protocol type and name, which must be those of the group (KIP-559)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bytes, int16, int32, string } from '../schema/types.ts'

export const SyncGroupRequest = request(14, 'SyncGroup', '0-5', flexibleFrom(4), {
  groupId: string,
  generationId: int32,
  memberId: string,
  groupInstanceId: string.v('3+').nullable().default(null),
  protocolType: string.v('5+').nullable().default(null).ignorable(),
  protocolName: string.v('5+').nullable().default(null).ignorable(),
  assignments: array({ memberId: string, assignment: bytes }),
})
export type SyncGroupRequest = Infer<typeof SyncGroupRequest>

export const SyncGroupResponse = response(14, 'SyncGroup', '0-5', flexibleFrom(4), {
  throttleTimeMs: int32.v('1+').ignorable(),
  errorCode: int16,
  protocolType: string.v('5+').nullable().default(null).ignorable(),
  protocolName: string.v('5+').nullable().default(null).ignorable(),
  assignment: bytes,
})
export type SyncGroupResponse = Infer<typeof SyncGroupResponse>
