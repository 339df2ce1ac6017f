/**
 * Heartbeat keeps a member of a classic group alive and tells it of rebalances. Versions 0-4.
 *
 * - 1 response: throttle time
 * - 2 a throttled response is sent first, the connection muted afterwards (KIP-219)
 * - 3 group instance id (KIP-345)
 * - 4 flexible
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { int16, int32, string } from '../schema/types.ts'

export const HeartbeatRequest = request(12, 'Heartbeat', '0-4', flexibleFrom(4), {
  groupId: string,
  generationId: int32,
  memberId: string,
  groupInstanceId: string.v('3+').nullable().default(null),
})
export type HeartbeatRequest = Infer<typeof HeartbeatRequest>

export const HeartbeatResponse = response(12, 'Heartbeat', '0-4', flexibleFrom(4), {
  throttleTimeMs: int32.v('1+').ignorable(),
  errorCode: int16,
})
export type HeartbeatResponse = Infer<typeof HeartbeatResponse>
