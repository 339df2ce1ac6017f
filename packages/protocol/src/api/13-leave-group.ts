/**
 * LeaveGroup takes members out of a classic group. Versions 0-5.
 *
 * - 1 response: throttle time
 * - 2 a throttled response is sent first, the connection muted afterwards (KIP-219)
 * - 3 several members at a time, by member id or group instance id (KIP-345)
 * - 4 flexible
 * - 5 a reason for leaving (KIP-800)
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { array, int16, int32, string } from '../schema/types.ts'

export const LeaveGroupRequest = request(13, 'LeaveGroup', '0-5', flexibleFrom(4), {
  groupId: string,
  memberId: string.v('0-2'),
  members: array({
    memberId: string,
    groupInstanceId: string.nullable().default(null),
    reason: string.v('5+').nullable().default(null).ignorable(),
  }).v('3+'),
})
export type LeaveGroupRequest = Infer<typeof LeaveGroupRequest>

export const LeaveGroupResponse = response(13, 'LeaveGroup', '0-5', flexibleFrom(4), {
  throttleTimeMs: int32.v('1+').ignorable(),
  errorCode: int16,
  members: array({ memberId: string, groupInstanceId: string.nullable(), errorCode: int16 }).v('3+'),
})
export type LeaveGroupResponse = Infer<typeof LeaveGroupResponse>
