/**
 * ExpireDelegationToken sets when a token ends; a negative period ends it at once (KIP-48). Versions 1-2.
 *
 * - 1 the baseline
 * - 2 flexible
 */
import { flexibleFrom, type Infer, request, response } from '../schema/message.ts'
import { bytes, int16, int32, int64 } from '../schema/types.ts'

export const ExpireDelegationTokenRequest = request(40, 'ExpireDelegationToken', '1-2', flexibleFrom(2), {
  hmac: bytes,
  expiryTimePeriodMs: int64.approximate(),
})
export type ExpireDelegationTokenRequest = Infer<typeof ExpireDelegationTokenRequest>

export const ExpireDelegationTokenResponse = response(40, 'ExpireDelegationToken', '1-2', flexibleFrom(2), {
  errorCode: int16,
  expiryTimestampMs: int64.approximate(),
  throttleTimeMs: int32,
})
export type ExpireDelegationTokenResponse = Infer<typeof ExpireDelegationTokenResponse>
