/**
 * JoinGroup makes a member part of the next generation of a classic group; the response comes when the generation is complete. Versions
 * 0-9.
 *
 * - 1 rebalance timeout
 * - 2 response: throttle time
 * - 3 a throttled response is sent first, the connection muted afterwards (KIP-219)
 * - 4 a new member is given an id with MEMBER_ID_REQUIRED and asks again (KIP-394)
 * - 5 group instance id (KIP-345)
 * - 6 flexible
 * - 7 response: protocol type (KIP-559)
 * - 8 a reason for joining (KIP-800)
 * - 9 response: the leader may be told to skip the assignment (KIP-814)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, bool, bytes, int16, int32, string } from '../schema/types.ts'

export const JoinGroupRequest = request(11, 'JoinGroup', '0-9', flexibleFrom(6), {
  groupId: string,
  sessionTimeoutMs: int32,
  rebalanceTimeoutMs: int32.v('1+').default(-1).ignorable(),
  memberId: string,
  groupInstanceId: string.v('5+').nullable().default(null),
  protocolType: string,
  protocols: array({ name: string, metadata: bytes }),
  reason: string.v('8+').nullable().default(null).ignorable(),
})
export type JoinGroupRequest = Infer<typeof JoinGroupRequest>

export const JoinGroupResponse = response(11, 'JoinGroup', '0-9', flexibleFrom(6), {
  throttleTimeMs: int32.v('2+').ignorable(),
  errorCode: int16,
  generationId: int32.default(-1),
  protocolType: string.v('7+').nullable().default(null).ignorable(),
  protocolName: string.nullable('7+'),
  leader: string,
  skipAssignment: bool.v('9+').default(false),
  memberId: string,
  members: array({
    memberId: string,
    groupInstanceId: string.v('5+').nullable().default(null).ignorable(),
    metadata: bytes,
  }),
})
export type JoinGroupResponse = Infer<typeof JoinGroupResponse>
